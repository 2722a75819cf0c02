//! Values item by item: results are pushed to a consumer that can stop.

use super::arithmetic::arithmetic;
use super::ast::{NodeOrder, Occurrence};
use super::compare::value_comparison;
use super::error::{Result, XPathError};
use super::evaluate::{Evaluator, Flow, Focus, Sink};
use super::expr::{Expr, ItemTest, Kind, Op, SequenceTest};
use super::types::{AtomicType, cast};
use super::value::{Atomic, Item, NodeRef, Sequence};
use crate::engines::xml::NodeId;

impl<'a> Evaluator<'a> {
    /// The value as a whole.
    pub(super) fn sequence(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<Sequence<'a>> {
        match &expr.op {
            Op::Local(slot) => return self.force(&self.slots, *slot, false),
            Op::Global(index) => return self.force(&self.globals, *index, true),
            Op::Cached(index, inner) => return self.kept_sequence(*index, inner, focus),
            Op::Context => return Ok(Sequence::One(self.context_item(focus)?.clone())),
            _ => {}
        }
        if expr.kind == Kind::Nodes {
            return self.nodes(expr, focus).map(|nodes| Sequence::from_nodes(&nodes));
        }
        let mut items = Vec::new();
        self.each(expr, focus, &mut |item| {
            items.push(item);
            Ok(Flow::Continue)
        })?;
        Ok(Sequence::from_items(items))
    }

    /// The nodes of an expression that must give nodes.
    pub(super) fn nodes(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<Vec<NodeRef>> {
        let mut nodes = Vec::new();
        self.each(expr, focus, &mut |item| match item {
            Item::Node(node) => {
                nodes.push(node);
                Ok(Flow::Continue)
            }
            Item::Atomic(atomic) => Err(XPathError::type_error(format!(
                "a node is wanted, not {}",
                atomic.type_name()
            ))),
        })?;
        Ok(nodes)
    }

    /// Atomized items in order.
    pub(super) fn each_atom(
        &self,
        expr: &'a Expr,
        focus: &Focus<'a>,
        sink: &mut dyn FnMut(Atomic<'a>) -> Result<Flow>,
    ) -> Result<Flow> {
        self.each(expr, focus, &mut |item| sink(self.atomize(item)))
    }

    pub(super) fn each_atom_unordered(
        &self,
        expr: &'a Expr,
        focus: &Focus<'a>,
        sink: &mut dyn FnMut(Atomic<'a>) -> Result<Flow>,
    ) -> Result<Flow> {
        self.each_unordered(expr, focus, &mut |item| sink(self.atomize(item)))
    }

    /// At most one atomized item.
    pub(super) fn atom(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<Option<Atomic<'a>>> {
        match &expr.op {
            Op::Literal(literal) => return Ok(Some(literal.clone())),
            Op::Context => {
                return self
                    .context_item(focus)
                    .map(|item| Some(self.atomize(item.clone())));
            }
            _ => {}
        }
        let mut found: Option<Atomic<'a>> = None;
        self.each_atom(expr, focus, &mut |atom| {
            if found.is_some() {
                return Err(XPathError::type_error(
                    "several items where at most one is wanted",
                ));
            }
            found = Some(atom);
            Ok(Flow::Continue)
        })?;
        Ok(found)
    }

    /// Items in any order, nodes possibly repeated: for consumers that only ask whether one satisfies them.
    pub(super) fn each_unordered(
        &self,
        expr: &'a Expr,
        focus: &Focus<'a>,
        sink: Sink<'_, 'a>,
    ) -> Result<Flow> {
        match &expr.op {
            Op::Path(path) => self.path_unordered(path, focus, sink),
            Op::Union(items) => {
                for item in items {
                    let only_nodes = &mut |item: Item<'a>| match item {
                        Item::Node(_) => sink(item),
                        Item::Atomic(_) => Err(XPathError::type_error("a union is of nodes")),
                    };
                    if self.each_unordered(item, focus, only_nodes)?.is_break() {
                        return Ok(Flow::Break);
                    }
                }
                Ok(Flow::Continue)
            }
            Op::Sequence(items) => {
                for item in items {
                    if self.each_unordered(item, focus, sink)?.is_break() {
                        return Ok(Flow::Break);
                    }
                }
                Ok(Flow::Continue)
            }
            _ => self.each(expr, focus, sink),
        }
    }

    /// Items in order.
    pub(super) fn each(&self, expr: &'a Expr, focus: &Focus<'a>, sink: Sink<'_, 'a>) -> Result<Flow> {
        self.tick()?;
        let boolean = |value: bool| Item::Atomic(Atomic::Boolean(value));
        match &expr.op {
            Op::Literal(literal) => sink(Item::Atomic(literal.clone())),
            Op::Context => sink(self.context_item(focus)?.clone()),
            Op::Error(error) => Err(error.clone()),
            Op::Local(_) | Op::Global(_) | Op::Cached(..) => {
                let sequence = self.sequence(expr, focus)?;
                push(&sequence, sink)
            }
            Op::Sequence(items) => {
                for item in items {
                    if self.each(item, focus, sink)?.is_break() {
                        return Ok(Flow::Break);
                    }
                }
                Ok(Flow::Continue)
            }
            Op::If(test, then, otherwise) => {
                let chosen = if self.condition(test, focus)? {
                    then
                } else {
                    otherwise
                };
                self.each(chosen, focus, sink)
            }
            Op::For { slot, source, body } => self.each(source, focus, &mut |item| {
                self.set_slot(*slot, item);
                self.each(body, focus, sink)
            }),
            Op::Or(_)
            | Op::And(_)
            | Op::General(..)
            | Op::TextComparison { .. }
            | Op::Member { .. }
            | Op::HasText { .. }
            | Op::Quantified { .. } => {
                let answer = self.condition(expr, focus)?;
                sink(boolean(answer))
            }
            Op::Value(operator, left, right) => {
                let (Some(left), Some(right)) = (self.atom(left, focus)?, self.atom(right, focus)?) else {
                    return Ok(Flow::Continue);
                };
                sink(boolean(value_comparison(*operator, &left, &right, self.zone())?))
            }
            Op::NodeOrder(operator, left, right) => {
                let (Some(left), Some(right)) = (self.one_node(left, focus)?, self.one_node(right, focus)?)
                else {
                    return Ok(Flow::Continue);
                };
                sink(boolean(match operator {
                    NodeOrder::Is => left == right,
                    NodeOrder::Before => left < right,
                    NodeOrder::After => left > right,
                }))
            }
            Op::Range(left, right) => {
                let (Some(left), Some(right)) = (self.integer(left, focus)?, self.integer(right, focus)?)
                else {
                    return Ok(Flow::Continue);
                };
                for number in left..=right {
                    self.tick()?;
                    if sink(Item::Atomic(Atomic::Integer(number)))?.is_break() {
                        return Ok(Flow::Break);
                    }
                }
                Ok(Flow::Continue)
            }
            Op::Arithmetic(operator, left, right) => {
                let (Some(left), Some(right)) = (self.atom(left, focus)?, self.atom(right, focus)?) else {
                    return Ok(Flow::Continue);
                };
                sink(Item::Atomic(arithmetic(*operator, &left, &right, self.zone())?))
            }
            Op::Sign(negative, inner) => match self.atom(inner, focus)? {
                None => Ok(Flow::Continue),
                Some(atom) => sink(Item::Atomic(signed(*negative, &atom)?)),
            },
            Op::Union(_) | Op::Intersect(..) | Op::Except(..) => {
                let nodes = self.set_operation(expr, focus)?;
                push_nodes(&nodes, sink)
            }
            Op::InstanceOf(inner, wanted) => {
                let sequence = self.sequence(inner, focus)?;
                sink(boolean(self.matches_type(&sequence, wanted)))
            }
            Op::TreatAs(inner, wanted) => {
                let sequence = self.sequence(inner, focus)?;
                if !self.matches_type(&sequence, wanted) {
                    return Err(XPathError::new(
                        "XPDY0050",
                        "the value is not of the type of 'treat as'",
                    ));
                }
                push(&sequence, sink)
            }
            Op::CastableAs(inner, target, optional) => {
                let sequence = self.sequence(inner, focus)?;
                let answer = match (sequence.len(), sequence.get(0)) {
                    (0, _) => *optional,
                    (1, Some(item)) => castable(&self.atomize(item), *target),
                    _ => false,
                };
                sink(boolean(answer))
            }
            Op::CastAs(inner, target, optional) => match self.atom(inner, focus)? {
                None if *optional => Ok(Flow::Continue),
                None => Err(XPathError::type_error("an empty sequence where a value is cast")),
                Some(atom) => sink(Item::Atomic(cast(&atom, *target)?)),
            },
            Op::Root => {
                let node = self.context_node(focus)?;
                sink(Item::Node(NodeRef {
                    document: node.document,
                    node: NodeId::DOCUMENT,
                }))
            }
            Op::Path(path) => self.path(path, focus, sink),
            Op::Map(input, body) => self.map(input, body, focus, sink),
            Op::Filter(base, predicates) => self.filter(base, predicates, focus, sink),
            Op::Lookup(lookup) => self.lookup(lookup, focus, sink),
            Op::Call(function, arguments) => self.call(*function, arguments, focus, sink),
        }
    }

    pub(super) fn one_node(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<Option<NodeRef>> {
        let nodes = self.nodes(expr, focus)?;
        match nodes.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            _ => Err(XPathError::type_error(
                "several nodes where at most one is wanted",
            )),
        }
    }

    pub(super) fn set_operation(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<Vec<NodeRef>> {
        match &expr.op {
            Op::Union(items) => {
                let mut nodes = Vec::new();
                for item in items {
                    nodes.extend(self.nodes(item, focus)?);
                }
                nodes.sort_unstable();
                nodes.dedup();
                Ok(nodes)
            }
            Op::Intersect(left, right) | Op::Except(left, right) => {
                let keep = matches!(expr.op, Op::Intersect(..));
                let mut nodes = self.nodes(left, focus)?;
                let mut others = self.nodes(right, focus)?;
                nodes.sort_unstable();
                nodes.dedup();
                others.sort_unstable();
                nodes.retain(|node| others.binary_search(node).is_ok() == keep);
                Ok(nodes)
            }
            _ => self.nodes(expr, focus),
        }
    }

    pub(super) fn matches_type(&self, sequence: &Sequence<'a>, wanted: &SequenceTest) -> bool {
        let SequenceTest::Of(item, occurrence) = wanted else {
            return sequence.is_empty();
        };
        let counted = match occurrence {
            Occurrence::One => sequence.len() == 1,
            Occurrence::Optional => sequence.len() <= 1,
            Occurrence::Any => true,
            Occurrence::Many => !sequence.is_empty(),
        };
        counted
            && sequence.iter().all(|found| match (item, found) {
                (ItemTest::Item, _) => true,
                (ItemTest::Node(test), Item::Node(node)) => self.node_is(test, node),
                (ItemTest::Atomic(wanted), Item::Atomic(atomic)) => wanted.accepts(&atomic),
                _ => false,
            })
    }
}

fn castable(atom: &Atomic<'_>, target: AtomicType) -> bool {
    cast(atom, target).is_ok()
}

fn signed<'a>(negative: bool, atom: &Atomic<'a>) -> Result<Atomic<'a>> {
    let number = match atom {
        Atomic::Untyped(_) => cast(atom, AtomicType::Double)?,
        _ if atom.is_numeric() => atom.clone(),
        _ => {
            return Err(XPathError::type_error(format!(
                "a sign before {}",
                atom.type_name()
            )));
        }
    };
    if !negative {
        return Ok(number);
    }
    Ok(match number {
        Atomic::Integer(number) => Atomic::Integer(
            number
                .checked_neg()
                .ok_or_else(|| XPathError::new("FOAR0002", "integer outside 64 bits"))?,
        ),
        Atomic::Decimal(number) => Atomic::Decimal(-number),
        Atomic::Float(number) => Atomic::Float(-number),
        Atomic::Double(number) => Atomic::Double(-number),
        other => other,
    })
}

/// Gives the items of a sequence to a consumer.
pub(super) fn push<'a>(sequence: &Sequence<'a>, sink: Sink<'_, 'a>) -> Result<Flow> {
    match sequence {
        Sequence::Empty => Ok(Flow::Continue),
        Sequence::One(item) => sink(item.clone()),
        Sequence::Nodes(nodes) => push_nodes(nodes, sink),
        Sequence::Many(items) => {
            for item in items.iter() {
                if sink(item.clone())?.is_break() {
                    return Ok(Flow::Break);
                }
            }
            Ok(Flow::Continue)
        }
    }
}

pub(super) fn push_nodes(nodes: &[NodeRef], sink: Sink<'_, '_>) -> Result<Flow> {
    for node in nodes {
        if sink(Item::Node(*node))?.is_break() {
            return Ok(Flow::Break);
        }
    }
    Ok(Flow::Continue)
}
