//! Nodes of loaded documents by value: hashed at the first use, for all evaluations of the program.

use std::collections::HashMap;

use super::ast::Comparison;
use super::compare::general_pair;
use super::error::Result;
use super::evaluate::{Evaluator, Flow, Focus, Sink};
use super::expr::{IndexBy, Lookup, Step, Test};
use super::pool::ValueIndex;
use super::value::{Atomic, Item, NodeRef};
use crate::engines::xml::{NodeId, NodeKind};

const GO_ON: Flow = Flow::Continue;

impl<'a> Evaluator<'a> {
    /// The nodes of a loaded document that an index gives for the key of a step; none when a key is no text.
    pub(super) fn indexed(
        &self,
        step: &'a Step,
        number: usize,
        document: u32,
    ) -> Result<Option<Vec<NodeId>>> {
        let (Some((by, key)), Test::Name(name)) = (step.index_key(), &step.test) else {
            return Ok(None);
        };
        let mut keys: Vec<Atomic<'a>> = Vec::new();
        self.each_atom(key, &Focus::none(), &mut |atom| {
            keys.push(atom);
            Ok(GO_ON)
        })?;
        if keys.iter().any(|key| key.as_text().is_none()) {
            return Ok(None);
        }
        let index = self
            .program
            .pool
            .index(document, number, || self.make_index(by, *name, document));
        let mut nodes: Vec<NodeId> = Vec::new();
        for key in &keys {
            nodes.extend(
                key.as_text()
                    .and_then(|text| index.get(text))
                    .into_iter()
                    .flatten(),
            );
        }
        nodes.sort_unstable();
        nodes.dedup();
        Ok(Some(nodes))
    }

    pub(super) fn make_index(&self, by: IndexBy, name: usize, number: u32) -> ValueIndex {
        let mut index = ValueIndex::new();
        let bound = self.bound(number);
        let document = bound.document;
        let Some(name) = bound.name(name) else {
            return index;
        };
        for &element in document.elements_named(name) {
            let wanted = |node: &NodeId| match by {
                IndexBy::Text => document.kind(*node) == NodeKind::Text,
                IndexBy::Attribute(number) => bound.name(number) == Some(document.name(*node)),
            };
            let mut add = |node: NodeId| {
                let nodes = index.entry(document.text(node).into()).or_default();
                if nodes.last() != Some(&element) {
                    nodes.push(element);
                }
            };
            match by {
                IndexBy::Text => document.children(element).filter(wanted).for_each(&mut add),
                IndexBy::Attribute(_) => document.attributes(element).filter(wanted).for_each(&mut add),
            }
        }
        index
    }

    /// Nodes of loaded documents by the value of an attribute.
    pub(super) fn lookup(&self, lookup: &'a Lookup, focus: &Focus<'a>, sink: Sink<'_, 'a>) -> Result<Flow> {
        let mut keys: Vec<Atomic<'a>> = Vec::new();
        self.each_atom(&lookup.key, focus, &mut |atom| {
            keys.push(atom);
            Ok(GO_ON)
        })?;
        if keys.is_empty() {
            return Ok(GO_ON);
        }
        let mut nodes: Vec<NodeRef> = Vec::new();
        if lookup.hashed.get().is_none() {
            let base = self.nodes(&lookup.base, focus)?;
            if base.is_empty() {
                // A missing document is told at each use: nothing is kept.
                return Ok(GO_ON);
            }
            let mut hashed: HashMap<Box<str>, Vec<NodeRef>> = HashMap::new();
            for node in base {
                if let Some(value) = self.attribute_text(node, lookup.attribute) {
                    hashed.entry(value.into()).or_default().push(node);
                }
            }
            let _ = lookup.hashed.set(hashed);
        }
        if keys.iter().all(|key| key.as_text().is_some()) {
            let hashed = lookup.hashed.get();
            for key in &keys {
                let found = hashed.and_then(|hashed| hashed.get(key.as_text().unwrap_or_default()));
                nodes.extend(found.into_iter().flatten());
            }
        } else {
            for node in self.nodes(&lookup.base, focus)? {
                let Some(value) = self.attribute_text(node, lookup.attribute) else {
                    continue;
                };
                let value = Atomic::Untyped(value.into());
                for key in &keys {
                    if general_pair(Comparison::Equal, &value, key, self.zone())? {
                        nodes.push(node);
                        break;
                    }
                }
            }
        }
        if keys.len() > 1 {
            nodes.sort_unstable();
            nodes.dedup();
        }
        'nodes: for node in nodes {
            self.tick()?;
            for predicate in &lookup.rest {
                if !self.passes(predicate, node, 1, 1)? {
                    continue 'nodes;
                }
            }
            if sink(Item::Node(node))?.is_break() {
                return Ok(Flow::Break);
            }
        }
        Ok(GO_ON)
    }

    pub(super) fn attribute_text(&self, node: NodeRef, number: usize) -> Option<&'a str> {
        let bound = self.bound(node.document);
        let name = bound.name(number)?;
        let document = bound.document;
        let found = document
            .attributes(node.node)
            .find(|attribute| document.name(*attribute) == name)?;
        Some(document.text(found))
    }
}
