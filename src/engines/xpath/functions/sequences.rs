//! Sequences, conditions, cardinality.

use super::super::ast::Comparison;
use super::super::compare::value_comparison;
use super::super::error::{Result, XPathError};
use super::super::evaluate::{Evaluator, Flow, Focus, Sink};
use super::super::expr::Expr;
use super::super::items::push;
use super::super::types::to_double;
use super::super::value::{Atomic, Item, NodeRef, Sequence};
use super::Function;
use crate::engines::xml::NodeKind;

const GO_ON: Flow = Flow::Continue;

/// A value as a key of `distinct-values()`: equal values have equal keys, except rare ones compared one by one.
fn key(atom: &Atomic<'_>) -> Option<String> {
    atom.as_text().map(str::to_owned)
}

/// `eq`, where values that cannot be compared differ and NaN equals itself.
fn same(left: &Atomic<'_>, right: &Atomic<'_>, zone: i16) -> bool {
    let nan = |atom: &Atomic<'_>| to_double(atom).is_some_and(f64::is_nan);
    (nan(left) && nan(right)) || value_comparison(Comparison::Equal, left, right, zone).unwrap_or(false)
}

impl<'a> Evaluator<'a> {
    /// Functions of this family that give a boolean.
    pub(in crate::engines::xpath) fn call_condition(
        &self,
        function: Function,
        arguments: &'a [Expr],
        focus: &Focus<'a>,
    ) -> Result<bool> {
        use Function as F;
        match (function, arguments) {
            (F::Not, [only]) => Ok(!self.condition(only, focus)?),
            (F::Boolean, [only]) => self.condition(only, focus),
            (F::Exists, [only]) => self.exists(only, focus),
            (F::Empty, [only]) => Ok(!self.exists(only, focus)?),
            (F::True, _) => Ok(true),
            (F::False, _) => Ok(false),
            (F::DeepEqual, [left, right, collation @ ..]) => {
                self.collation(collation.first(), focus)?;
                let (left, right) = (self.sequence(left, focus)?, self.sequence(right, focus)?);
                self.deep_equal(&left, &right)
            }
            _ => match self.single(function, arguments, focus)? {
                Some(Atomic::Boolean(value)) => Ok(value),
                _ => Ok(false),
            },
        }
    }

    /// Functions of this family that give a sequence.
    pub(super) fn sequence_function(
        &self,
        function: Function,
        arguments: &'a [Expr],
        focus: &Focus<'a>,
        sink: Sink<'_, 'a>,
    ) -> Result<Flow> {
        use Function as F;
        match (function, arguments) {
            (F::Data, [only]) => self.each_atom(only, focus, &mut |atom| sink(Item::Atomic(atom))),
            (F::Unordered | F::Trace, [only, ..]) => self.each(only, focus, sink),
            (F::ZeroOrOne | F::OneOrMore | F::ExactlyOne, [only]) => {
                let sequence = self.sequence(only, focus)?;
                let code = match (function, sequence.len()) {
                    (F::ZeroOrOne, 0 | 1) | (F::ExactlyOne, 1) => None,
                    (F::ZeroOrOne, _) => Some("FORG0003"),
                    (F::OneOrMore, 0) => Some("FORG0004"),
                    (F::OneOrMore, _) => None,
                    _ => Some("FORG0005"),
                };
                match code {
                    Some(code) => Err(XPathError::new(code, format!("{} item(s)", sequence.len()))),
                    None => push(&sequence, sink),
                }
            }
            (F::DistinctValues, [items, collation @ ..]) => {
                self.collation(collation.first(), focus)?;
                self.distinct_values(items, focus, sink)
            }
            (F::IndexOf, [items, sought, collation @ ..]) => {
                self.collation(collation.first(), focus)?;
                let sought = self
                    .atom(sought, focus)?
                    .ok_or_else(|| XPathError::type_error("index-of() wants a value to look for"))?;
                let mut index = 0;
                self.each_atom(items, focus, &mut |atom| {
                    index += 1;
                    let found =
                        value_comparison(Comparison::Equal, &atom, &sought, self.zone()).unwrap_or(false);
                    if found {
                        sink(Item::Atomic(Atomic::Integer(index)))
                    } else {
                        Ok(GO_ON)
                    }
                })
            }
            (F::Remove, [items, position]) => {
                let position = self.required_integer(position, focus)?;
                let mut index = 0;
                self.each(items, focus, &mut |item| {
                    index += 1;
                    if index == position { Ok(GO_ON) } else { sink(item) }
                })
            }
            (F::InsertBefore, [items, position, inserted]) => {
                let position = self.required_integer(position, focus)?.max(1);
                let mut index = 0;
                let mut done = false;
                let flow = self.each(items, focus, &mut |item| {
                    index += 1;
                    if index == position {
                        done = true;
                        if self.each(inserted, focus, sink)?.is_break() {
                            return Ok(Flow::Break);
                        }
                    }
                    sink(item)
                })?;
                if flow.is_break() || done {
                    return Ok(flow);
                }
                self.each(inserted, focus, sink)
            }
            (F::Reverse, [items]) => {
                let sequence = self.sequence(items, focus)?;
                for item in sequence.iter().rev() {
                    if sink(item)?.is_break() {
                        return Ok(Flow::Break);
                    }
                }
                Ok(GO_ON)
            }
            (F::Subsequence, [items, start, length @ ..]) => {
                let from = super::strings::round(self.double(start, focus)?);
                let to = match length.first() {
                    Some(length) => from + super::strings::round(self.double(length, focus)?),
                    None => f64::INFINITY,
                };
                if from.is_nan() || to.is_nan() {
                    return Ok(GO_ON);
                }
                let mut position = 0.0;
                let mut stop = GO_ON;
                self.each(items, focus, &mut |item| {
                    position += 1.0;
                    if position >= to {
                        return Ok(Flow::Break);
                    }
                    if position >= from {
                        stop = sink(item)?;
                    }
                    Ok(stop)
                })?;
                Ok(stop)
            }
            (F::Error, _) => self.raise(arguments, focus),
            _ => Ok(GO_ON),
        }
    }

    fn raise(&self, arguments: &'a [Expr], focus: &Focus<'a>) -> Result<Flow> {
        let detail = match arguments.get(1) {
            Some(detail) => self.string(detail, focus)?.into_owned(),
            None => "error() was called".to_owned(),
        };
        let Some(code) = arguments.first() else {
            return Err(XPathError::new("FOER0000", detail));
        };
        match self.atom(code, focus)? {
            Some(Atomic::QName(code)) => Err(XPathError::new(code.local.clone(), detail)),
            // Only with a description may the code be left out.
            None if arguments.len() > 1 => Err(XPathError::new("FOER0000", detail)),
            _ => Err(XPathError::type_error("error() wants a code")),
        }
    }

    fn distinct_values(&self, items: &'a Expr, focus: &Focus<'a>, sink: Sink<'_, 'a>) -> Result<Flow> {
        let mut texts = std::collections::HashSet::new();
        let mut others: Vec<Atomic<'a>> = Vec::new();
        self.each_atom(items, focus, &mut |atom| {
            let new = match key(&atom) {
                Some(text) => texts.insert(text),
                None => {
                    for known in &others {
                        self.tick()?;
                        if same(known, &atom, self.zone()) {
                            return Ok(GO_ON);
                        }
                    }
                    others.push(atom.clone());
                    true
                }
            };
            if new { sink(Item::Atomic(atom)) } else { Ok(GO_ON) }
        })
    }

    fn deep_equal(&self, left: &Sequence<'a>, right: &Sequence<'a>) -> Result<bool> {
        if left.len() != right.len() {
            return Ok(false);
        }
        for (left, right) in left.iter().zip(right.iter()) {
            let equal = match (left, right) {
                (Item::Atomic(left), Item::Atomic(right)) => same(&left, &right, self.zone()),
                (Item::Node(left), Item::Node(right)) => self.deep_equal_nodes(left, right)?,
                _ => false,
            };
            if !equal {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Compares two trees node by node in document order, comments and instructions left out; nothing recurses.
    fn deep_equal_nodes(&self, left: NodeRef, right: NodeRef) -> Result<bool> {
        let (one, other) = (self.document(left), self.document(right));
        let counts = |document: &crate::engines::xml::Document, node, top| {
            top == node
                || !matches!(
                    document.kind(node),
                    NodeKind::Comment | NodeKind::ProcessingInstruction
                )
        };
        let mut ours = std::iter::once(left.node)
            .chain(one.descendants(left.node))
            .filter(|node| counts(one, *node, left.node));
        let mut theirs = std::iter::once(right.node)
            .chain(other.descendants(right.node))
            .filter(|node| counts(other, *node, right.node));
        loop {
            self.tick()?;
            let (a, b) = match (ours.next(), theirs.next()) {
                (None, None) => return Ok(true),
                (Some(a), Some(b)) => (a, b),
                _ => return Ok(false),
            };
            let kind = one.kind(a);
            let named = one.namespace(a) == other.namespace(b) && one.local_name(a) == other.local_name(b);
            let mut equal = kind == other.kind(b) && named && one.text(a) == other.text(b);
            if kind == NodeKind::Element {
                equal &= one.attributes(a).count() == other.attributes(b).count()
                    && one.attributes(a).all(|attribute| {
                        other.attribute(b, one.namespace(attribute), one.local_name(attribute))
                            == Some(one.text(attribute))
                    });
                // The same depth below the top: the subtrees have the same shape.
                let shape = |document: &crate::engines::xml::Document, node: crate::engines::xml::NodeId| {
                    document
                        .children(node)
                        .filter(|child| {
                            !matches!(
                                document.kind(*child),
                                NodeKind::Comment | NodeKind::ProcessingInstruction
                            )
                        })
                        .count()
                };
                equal &= shape(one, a) == shape(other, b);
            }
            if !equal {
                return Ok(false);
            }
        }
    }
}
