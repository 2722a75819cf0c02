//! The nodes of an axis that satisfy a node test, in the order of the axis.

use super::ast::Axis;
use super::bound::Bound;
use super::error::Result;
use super::evaluate::{Evaluator, Flow};
use super::expr::{Step, Test};
use super::steps::NodeSink;
use super::value::NodeRef;
use crate::engines::xml::{NodeId, NodeKind};

const GO_ON: Flow = Flow::Continue;

impl<'a> Evaluator<'a> {
    /// The nodes of an axis that satisfy the node test, in the order of the axis.
    pub(super) fn axis(&self, step: &'a Step, origin: NodeRef, sink: NodeSink<'_>) -> Result<Flow> {
        if origin.document == 0 {
            return self.axis_in(self.main(), step, origin, sink);
        }
        self.axis_in(&self.bound(origin.document), step, origin, sink)
    }

    pub(super) fn axis_in(
        &self,
        bound: &Bound<'a>,
        step: &'a Step,
        origin: NodeRef,
        sink: NodeSink<'_>,
    ) -> Result<Flow> {
        self.tick()?;
        let document = bound.document;
        let here = origin.node;
        let test = &step.test;
        let mut offer = |node: NodeId| -> Result<Flow> {
            sink(NodeRef {
                document: origin.document,
                node,
            })
        };
        let matches = |node: NodeId, principal: NodeKind| test_node(bound, test, node, principal);
        macro_rules! visit {
            ($nodes:expr) => {
                for node in $nodes {
                    self.tick()?;
                    if matches(node, NodeKind::Element) && offer(node)?.is_break() {
                        return Ok(Flow::Break);
                    }
                }
            };
        }
        match step.axis {
            Axis::Child => {
                if let Test::Name(number) = test {
                    // The commonest step of all: one comparison per child.
                    let Some(name) = bound.name(*number) else {
                        return Ok(GO_ON);
                    };
                    let mut next = document.first_child(here);
                    while let Some(node) = next {
                        next = document.next_sibling(node);
                        if document.name(node) == name && document.is_element(node) {
                            self.tick()?;
                            if offer(node)?.is_break() {
                                return Ok(Flow::Break);
                            }
                        }
                    }
                } else {
                    visit!(document.children(here));
                }
            }
            Axis::Attribute => {
                let name = match test {
                    Test::Name(number) => match bound.name(*number) {
                        Some(name) => Some(name),
                        None => return Ok(GO_ON),
                    },
                    _ => None,
                };
                for node in document.attributes(here) {
                    let same = match name {
                        Some(name) => document.name(node) == name,
                        None => matches(node, NodeKind::Attribute),
                    };
                    if same && offer(node)?.is_break() {
                        return Ok(Flow::Break);
                    }
                }
            }
            Axis::SelfNode => visit!(std::iter::once(here)),
            Axis::Parent => visit!(document.parent(here).into_iter()),
            Axis::Descendant | Axis::DescendantOrSelf => {
                if step.axis == Axis::DescendantOrSelf {
                    visit!(std::iter::once(here));
                }
                if let Test::Name(number) = test {
                    let Some(name) = bound.name(*number) else {
                        return Ok(GO_ON);
                    };
                    let named = document.elements_named(name);
                    let end = document.subtree_end(here);
                    let from = named.partition_point(|node| *node <= here);
                    for &node in named.get(from..).unwrap_or_default() {
                        if node >= end {
                            break;
                        }
                        self.tick()?;
                        if offer(node)?.is_break() {
                            return Ok(Flow::Break);
                        }
                    }
                } else {
                    visit!(document.descendants(here));
                }
            }
            Axis::FollowingSibling => {
                let mut next = document.next_sibling(here);
                while let Some(node) = next {
                    visit!(std::iter::once(node));
                    next = document.next_sibling(node);
                }
            }
            Axis::PrecedingSibling => {
                let mut next = document.previous_sibling(here);
                while let Some(node) = next {
                    visit!(std::iter::once(node));
                    next = document.previous_sibling(node);
                }
            }
            Axis::Ancestor => visit!(document.ancestors(here)),
            Axis::AncestorOrSelf => {
                visit!(std::iter::once(here));
                visit!(document.ancestors(here));
            }
            Axis::Following => {
                // The nodes that follow an attribute include the children of its element.
                let from = match document.kind(here) {
                    NodeKind::Attribute => here.index() + 1,
                    _ => document.subtree_end(here).index(),
                };
                let nodes = (from..document.len()).map(NodeId::from_index);
                visit!(nodes.filter(|node| document.kind(*node) != NodeKind::Attribute));
            }
            Axis::Preceding => {
                let mut ancestors = document.ancestors(here).peekable();
                for index in (0..here.index()).rev() {
                    let node = NodeId::from_index(index);
                    if ancestors.peek() == Some(&node) {
                        ancestors.next();
                        continue;
                    }
                    if document.kind(node) != NodeKind::Attribute {
                        visit!(std::iter::once(node));
                    }
                }
            }
            Axis::Namespace => {}
        }
        Ok(GO_ON)
    }

    /// Whether a node satisfies a node test of a sequence type.
    pub(super) fn node_is(&self, test: &Test, node: NodeRef) -> bool {
        let bound = self.bound(node.document);
        test_node(&bound, test, node.node, NodeKind::Element)
    }

    /// Whether a node of the document under evaluation satisfies a test of a match pattern.
    pub(super) fn main_node_is(&self, test: &Test, node: NodeId, principal: NodeKind) -> bool {
        test_node(self.main(), test, node, principal)
    }
}

/// Whether a node satisfies a node test; `principal`: the kind of node the axis is about.
pub(super) fn test_node(bound: &Bound<'_>, test: &Test, node: NodeId, principal: NodeKind) -> bool {
    let document = bound.document;
    let kind = document.kind(node);
    match test {
        Test::Node => true,
        Test::Principal => kind == principal,
        Test::Name(number) => kind == principal && Some(document.name(node)) == bound.name(*number),
        Test::Namespace(number) => {
            kind == principal
                && Some(document.names().namespace_id(document.name(node))) == bound.namespace(*number)
        }
        Test::Local(number) => {
            kind == principal && Some(document.names().local_id(document.name(node))) == bound.local(*number)
        }
        Test::Text => kind == NodeKind::Text,
        Test::Comment => kind == NodeKind::Comment,
        Test::Instruction(target) => {
            kind == NodeKind::ProcessingInstruction
                && target
                    .as_ref()
                    .is_none_or(|target| document.local_name(node) == target)
        }
        Test::Document(inner) => {
            kind == NodeKind::Document
                && inner.as_ref().is_none_or(|inner| {
                    let mut elements = document.child_elements(node);
                    elements
                        .next()
                        .is_some_and(|element| test_node(bound, inner, element, NodeKind::Element))
                })
        }
        Test::Element(name) => {
            kind == NodeKind::Element
                && name.is_none_or(|number| Some(document.name(node)) == bound.name(number))
        }
        Test::Attribute(name) => {
            kind == NodeKind::Attribute
                && name.is_none_or(|number| Some(document.name(node)) == bound.name(number))
        }
        Test::Nothing => false,
    }
}
