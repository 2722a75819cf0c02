//! Axis steps, predicates, filters and look-ups.

use std::collections::HashMap;

use super::ast::Axis;
use super::ast::Comparison;
use super::compare::general_pair;
use super::error::{Result, XPathError};
use super::evaluate::{Bound, Evaluator, Flow, Focus, Sink, push_nodes, truth};
use super::expr::{Expr, IndexBy, Lookup, Path, Predicate, PredicateMode, Step, Test};
use super::pool::ValueIndex;
use super::value::{Atomic, Item, NodeRef};
use crate::engines::xml::{NodeId, NodeKind};

/// What consumes nodes.
pub(super) type NodeSink<'s> = &'s mut dyn FnMut(NodeRef) -> Result<Flow>;

const GO_ON: Flow = Flow::Continue;

impl<'a> Evaluator<'a> {
    /// The nodes a path starts at.
    fn start(&self, path: &'a Path, focus: &Focus<'a>) -> Result<Start> {
        let Some(start) = &path.start else {
            return self.context_node(focus).map(Start::One);
        };
        if matches!(start.op, super::expr::Op::Root) {
            let node = self.context_node(focus)?;
            return Ok(Start::One(NodeRef {
                document: node.document,
                node: NodeId::DOCUMENT,
            }));
        }
        let mut nodes = Vec::new();
        self.each(start, focus, &mut |item| match item {
            Item::Node(node) => {
                nodes.push(node);
                Ok(GO_ON)
            }
            Item::Atomic(_) => Err(XPathError::new(
                "XPTY0019",
                "a step from something that is not a node",
            )),
        })?;
        Ok(match nodes.as_slice() {
            [only] => Start::One(*only),
            _ => Start::Several(nodes),
        })
    }

    /// The nodes of a path, in document order.
    pub(super) fn path(&self, path: &'a Path, focus: &Focus<'a>, sink: Sink<'_, 'a>) -> Result<Flow> {
        let start = self.start(path, focus)?;
        if let Start::One(node) = start
            && path.ordered
            && path.distinct
        {
            return self.walk(&path.steps, node, &mut |node| sink(Item::Node(node)));
        }
        let mut nodes = Vec::new();
        for &node in start.nodes() {
            let _ = self.walk(&path.steps, node, &mut |node| {
                nodes.push(node);
                Ok(GO_ON)
            })?;
        }
        nodes.sort_unstable();
        nodes.dedup();
        push_nodes(&nodes, sink)
    }

    /// The nodes of a path in any order, possibly repeated.
    pub(super) fn path_unordered(
        &self,
        path: &'a Path,
        focus: &Focus<'a>,
        sink: Sink<'_, 'a>,
    ) -> Result<Flow> {
        for &node in self.start(path, focus)?.nodes() {
            if self
                .walk(&path.steps, node, &mut |node| sink(Item::Node(node)))?
                .is_break()
            {
                return Ok(Flow::Break);
            }
        }
        Ok(GO_ON)
    }

    /// Goes down the steps from one node.
    fn walk(&self, steps: &'a [Step], node: NodeRef, sink: NodeSink<'_>) -> Result<Flow> {
        match steps {
            [] => sink(node),
            [last] => self.step(last, node, sink),
            [step, rest @ ..] => self.step(step, node, &mut |node| self.walk(rest, node, sink)),
        }
    }

    /// One step from one node, predicates applied, in the order of the axis.
    pub(super) fn step(&self, step: &'a Step, origin: NodeRef, sink: NodeSink<'_>) -> Result<Flow> {
        if let Some(number) = step.indexed
            && origin.document != 0
            && origin.node == NodeId::DOCUMENT
            && let Some(nodes) = self.indexed(step, number, origin.document)?
        {
            return self.filtered(step, &nodes, origin.document, sink);
        }
        match step.predicates.as_slice() {
            [] => self.axis(step, origin, sink),
            [only] if !only.needs_size => {
                let mut position = 0;
                let mut stop = GO_ON;
                self.axis(step, origin, &mut |node| {
                    position += 1;
                    if self.passes(only, node, position, 0)? {
                        stop = sink(node)?;
                    }
                    let last = only.mode == PredicateMode::Position(position);
                    Ok(if stop.is_break() || last {
                        Flow::Break
                    } else {
                        GO_ON
                    })
                })?;
                Ok(stop)
            }
            several if !several.iter().any(|predicate| predicate.needs_size) => {
                let mut positions = vec![0_usize; several.len()];
                self.axis(step, origin, &mut |node| {
                    for (predicate, position) in several.iter().zip(&mut positions) {
                        *position += 1;
                        if !self.passes(predicate, node, *position, 0)? {
                            return Ok(GO_ON);
                        }
                    }
                    sink(node)
                })
            }
            several => {
                let mut nodes = Vec::new();
                let _ = self.axis(step, origin, &mut |node| {
                    nodes.push(node);
                    Ok(GO_ON)
                })?;
                for predicate in several {
                    let size = nodes.len();
                    let mut kept = Vec::new();
                    for (index, node) in nodes.into_iter().enumerate() {
                        if self.passes(predicate, node, index + 1, size)? {
                            kept.push(node);
                        }
                    }
                    nodes = kept;
                }
                for node in nodes {
                    if sink(node)?.is_break() {
                        return Ok(Flow::Break);
                    }
                }
                Ok(GO_ON)
            }
        }
    }

    /// The nodes of a loaded document that an index gives for the key of a step; none when a key is no text.
    fn indexed(&self, step: &'a Step, number: usize, document: u32) -> Result<Option<Vec<NodeId>>> {
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

    fn make_index(&self, by: IndexBy, name: usize, number: u32) -> ValueIndex {
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

    /// Gives the nodes that satisfy all predicates of a step, none of which counts positions.
    fn filtered(&self, step: &'a Step, nodes: &[NodeId], document: u32, sink: NodeSink<'_>) -> Result<Flow> {
        'nodes: for &node in nodes {
            self.tick()?;
            let node = NodeRef { document, node };
            for predicate in &step.predicates {
                if !self.passes(predicate, node, 1, 1)? {
                    continue 'nodes;
                }
            }
            if sink(node)?.is_break() {
                return Ok(Flow::Break);
            }
        }
        Ok(GO_ON)
    }

    fn passes(&self, predicate: &'a Predicate, node: NodeRef, position: usize, size: usize) -> Result<bool> {
        self.item_passes(predicate, Item::Node(node), position, size)
    }

    /// Whether an item at a position satisfies a predicate.
    pub(super) fn item_passes(
        &self,
        predicate: &'a Predicate,
        item: Item<'a>,
        position: usize,
        size: usize,
    ) -> Result<bool> {
        if let PredicateMode::Position(wanted) = predicate.mode {
            return Ok(wanted == position);
        }
        let focus = Focus {
            item: Some(item),
            position,
            size,
        };
        if predicate.mode == PredicateMode::Boolean {
            return self.condition(&predicate.expr, &focus);
        }
        let value = self.sequence(&predicate.expr, &focus)?;
        match (value.len(), value.get(0)) {
            (_, None) => Ok(false),
            (_, Some(Item::Node(_))) => Ok(true),
            (1, Some(Item::Atomic(atomic))) => match super::types::to_double(&atomic) {
                Some(number) => Ok(number == position as f64),
                None => truth(&atomic),
            },
            _ => Err(XPathError::new("FORG0006", "several values in a predicate")),
        }
    }

    /// The nodes of an axis that satisfy the node test, in the order of the axis.
    fn axis(&self, step: &'a Step, origin: NodeRef, sink: NodeSink<'_>) -> Result<Flow> {
        if origin.document == 0 {
            return self.axis_in(self.main(), step, origin, sink);
        }
        self.axis_in(&self.bound(origin.document), step, origin, sink)
    }

    fn axis_in(
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

    /// `E1/E2` where E2 is no axis step: evaluated for each node of E1, nodes sorted in the end.
    pub(super) fn map(
        &self,
        input: &'a Expr,
        body: &'a Expr,
        focus: &Focus<'a>,
        sink: Sink<'_, 'a>,
    ) -> Result<Flow> {
        let mut origins = Vec::new();
        self.each(input, focus, &mut |item| match item {
            Item::Node(node) => {
                origins.push(node);
                Ok(GO_ON)
            }
            Item::Atomic(_) => Err(XPathError::new(
                "XPTY0019",
                "a step from something that is not a node",
            )),
        })?;
        origins.sort_unstable();
        origins.dedup();
        let size = origins.len();
        let mut nodes = Vec::new();
        let mut atoms = 0_usize;
        let mut flow = GO_ON;
        for (index, origin) in origins.into_iter().enumerate() {
            let inner = Focus {
                item: Some(Item::Node(origin)),
                position: index + 1,
                size,
            };
            self.each(body, &inner, &mut |item| {
                match item {
                    Item::Node(node) => nodes.push(node),
                    Item::Atomic(_) => {
                        atoms += 1;
                        if nodes.is_empty() {
                            flow = sink(item)?;
                        }
                    }
                }
                if atoms > 0 && !nodes.is_empty() {
                    return Err(XPathError::new("XPTY0018", "a path gives nodes and values"));
                }
                Ok(flow)
            })?;
            if flow.is_break() {
                return Ok(flow);
            }
        }
        nodes.sort_unstable();
        nodes.dedup();
        push_nodes(&nodes, sink)
    }

    /// `E[...]`: positions count along the sequence.
    pub(super) fn filter(
        &self,
        base: &'a Expr,
        predicates: &'a [Predicate],
        focus: &Focus<'a>,
        sink: Sink<'_, 'a>,
    ) -> Result<Flow> {
        if let [only] = predicates
            && !only.needs_size
        {
            let mut position = 0;
            let mut stop = GO_ON;
            self.each(base, focus, &mut |item| {
                position += 1;
                if self.item_passes(only, item.clone(), position, 0)? {
                    stop = sink(item)?;
                }
                let last = only.mode == PredicateMode::Position(position);
                Ok(if stop.is_break() || last {
                    Flow::Break
                } else {
                    GO_ON
                })
            })?;
            return Ok(stop);
        }
        let mut items: Vec<Item<'a>> = Vec::new();
        self.each(base, focus, &mut |item| {
            items.push(item);
            Ok(GO_ON)
        })?;
        for predicate in predicates {
            let size = items.len();
            let mut kept = Vec::new();
            for (index, item) in items.into_iter().enumerate() {
                if self.item_passes(predicate, item.clone(), index + 1, size)? {
                    kept.push(item);
                }
            }
            items = kept;
        }
        for item in items {
            if sink(item)?.is_break() {
                return Ok(Flow::Break);
            }
        }
        Ok(GO_ON)
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

    fn attribute_text(&self, node: NodeRef, number: usize) -> Option<&'a str> {
        let bound = self.bound(node.document);
        let name = bound.name(number)?;
        let document = bound.document;
        let found = document
            .attributes(node.node)
            .find(|attribute| document.name(*attribute) == name)?;
        Some(document.text(found))
    }
}

/// Where a path starts.
enum Start {
    One(NodeRef),
    Several(Vec<NodeRef>),
}

impl Start {
    fn nodes(&self) -> &[NodeRef] {
        match self {
            Self::One(node) => std::slice::from_ref(node),
            Self::Several(nodes) => nodes,
        }
    }
}

/// Whether a node satisfies a node test; `principal`: the kind of node the axis is about.
fn test_node(bound: &Bound<'_>, test: &Test, node: NodeId, principal: NodeKind) -> bool {
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
