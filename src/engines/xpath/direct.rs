//! Paths of child, attribute and self steps without predicates, from the context node: nine tenths of what rules ask.
//! They are walked by plain loops, without a closure per step.

use std::cell::Cell;
use std::ops::ControlFlow;

use super::ast::Axis;
use super::axes::test_node;
use super::bound::Bound;
use super::error::Result;
use super::evaluate::{Evaluator, Flow, Focus, Sink};
use super::expr::{Path, Step, Test};
use super::value::{Item, NodeRef};
use crate::engines::xml::{NodeId, NodeKind};

/// Most steps of a direct path: each costs a stack frame.
const MOST_STEPS: usize = 8;

/// Whether steps from the context node make a direct path.
pub(super) fn is_direct(steps: &[Step]) -> bool {
    steps.len() <= MOST_STEPS
        && steps.iter().all(|step| {
            step.predicates.is_empty() && matches!(step.axis, Axis::Child | Axis::Attribute | Axis::SelfNode)
        })
}

/// The node a direct path starts at; none when the path is not direct or there is no context node, which the general
/// way tells.
pub(super) fn direct_origin(path: &Path, focus: &Focus<'_>) -> Option<NodeRef> {
    match &focus.item {
        Some(Item::Node(node)) if path.direct => Some(*node),
        _ => None,
    }
}

impl<'a> Evaluator<'a> {
    /// Visits the nodes of a direct path in document order, until `visit` breaks.
    pub(super) fn direct(
        &self,
        path: &Path,
        origin: NodeRef,
        visit: &mut impl FnMut(NodeId) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if origin.document == 0 {
            return descend(self.main(), &self.steps, &path.steps, origin.node, visit);
        }
        let bound = self.bound(origin.document);
        descend(&bound, &self.steps, &path.steps, origin.node, visit)
    }

    /// Gives the nodes of a direct path to a consumer.
    pub(super) fn push_direct(&self, path: &Path, origin: NodeRef, sink: Sink<'_, 'a>) -> Result<Flow> {
        let document = origin.document;
        let mut answer = Ok(Flow::Continue);
        let _ = self.direct(path, origin, &mut |node| {
            answer = sink(Item::Node(NodeRef { document, node }));
            match answer {
                Ok(Flow::Continue) => ControlFlow::Continue(()),
                _ => ControlFlow::Break(()),
            }
        });
        answer
    }
}

/// `spent` counts the nodes looked at against the budget, which the next expression checks.
fn descend<V: FnMut(NodeId) -> ControlFlow<()>>(
    bound: &Bound<'_>,
    spent: &Cell<u64>,
    steps: &[Step],
    here: NodeId,
    visit: &mut V,
) -> ControlFlow<()> {
    let Some((step, rest)) = steps.split_first() else {
        return visit(here);
    };
    let document = bound.document;
    let mut seen = 0;
    let mut flow = ControlFlow::Continue(());
    match (step.axis, &step.test) {
        (Axis::Attribute, Test::Name(number)) => {
            let Some(name) = bound.name(*number) else {
                return flow;
            };
            // No element has two attributes of one name.
            if let Some(found) = document
                .attributes(here)
                .find(|node| document.name(*node) == name)
            {
                flow = descend(bound, spent, rest, found, visit);
            }
        }
        (Axis::Child, Test::Name(number)) => {
            let Some(name) = bound.name(*number) else {
                return flow;
            };
            for node in document.children(here) {
                seen += 1;
                if document.name(node) == name && document.is_element(node) {
                    flow = descend(bound, spent, rest, node, visit);
                    if flow.is_break() {
                        break;
                    }
                }
            }
        }
        (Axis::SelfNode, test) => {
            if test_node(bound, test, here, NodeKind::Element) {
                flow = descend(bound, spent, rest, here, visit);
            }
        }
        (Axis::Attribute, test) => {
            for node in document.attributes(here) {
                seen += 1;
                if test_node(bound, test, node, NodeKind::Attribute) {
                    flow = descend(bound, spent, rest, node, visit);
                    if flow.is_break() {
                        break;
                    }
                }
            }
        }
        (_, test) => {
            for node in document.children(here) {
                seen += 1;
                if test_node(bound, test, node, NodeKind::Element) {
                    flow = descend(bound, spent, rest, node, visit);
                    if flow.is_break() {
                        break;
                    }
                }
            }
        }
    }
    spent.set(spent.get().saturating_add(seen));
    flow
}
