//! Axis steps, predicates, filters and look-ups.

use super::conditions::truth;
use super::direct::direct_origin;
use super::error::{Result, XPathError};
use super::evaluate::{Evaluator, Flow, Focus, Sink};
use super::expr::{Expr, Path, Predicate, PredicateMode, Step};
use super::items::push_nodes;
use super::value::{Item, NodeRef};
use crate::engines::xml::NodeId;

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
        if let Some(origin) = direct_origin(path, focus) {
            return self.push_direct(path, origin, sink);
        }
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
        if let Some(origin) = direct_origin(path, focus) {
            return self.push_direct(path, origin, sink);
        }
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
    pub(super) fn walk(&self, steps: &'a [Step], node: NodeRef, sink: NodeSink<'_>) -> Result<Flow> {
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

    /// Gives the nodes that satisfy all predicates of a step, none of which counts positions.
    pub(super) fn filtered(
        &self,
        step: &'a Step,
        nodes: &[NodeId],
        document: u32,
        sink: NodeSink<'_>,
    ) -> Result<Flow> {
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

    pub(super) fn passes(
        &self,
        predicate: &'a Predicate,
        node: NodeRef,
        position: usize,
        size: usize,
    ) -> Result<bool> {
        self.item_passes(predicate, Item::Node(node), position, size)
    }

    /// Whether an item at a position satisfies a predicate.
    #[expect(clippy::float_cmp, reason = "a number is a position when it equals it")]
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
