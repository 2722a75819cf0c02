//! Effective boolean values and general comparisons, each ending at the first item that decides.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use super::ast::Comparison;
use super::compare::general_pair;
use super::direct::direct_origin;
use super::error::{Result, XPathError};
use super::evaluate::{Evaluator, Flow, Focus};
use super::expr::{Expr, Kind, MemberSet, Op};
use super::functions::Function;
use super::value::{Atomic, Item};
use crate::engines::xml::{Document, NodeId, NodeKind};

impl<'a> Evaluator<'a> {
    /// The effective boolean value, with early exit.
    pub(super) fn condition(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<bool> {
        self.tick()?;
        match &expr.op {
            Op::Or(items) => {
                for item in items {
                    if self.condition(item, focus)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Op::And(items) => {
                for item in items {
                    if !self.condition(item, focus)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Op::If(test, then, otherwise) => {
                if self.condition(test, focus)? {
                    self.condition(then, focus)
                } else {
                    self.condition(otherwise, focus)
                }
            }
            Op::Cached(index, inner) => self.kept_condition(*index, inner, focus),
            Op::TextComparison { equal, nodes, text } => self.text_comparison(*equal, nodes, text, focus),
            Op::Member { value, set, hashed } => self.member(value, set, hashed, focus),
            Op::HasText { arguments, folded } => self.has_text(arguments, *folded, focus),
            // A text is true unless it is empty: no need to fold it whole.
            Op::Call(Function::NormalizeSpace, arguments) => self.has_text(arguments, true, focus),
            Op::General(operator, left, right) => self.general(*operator, left, right, focus),
            Op::Quantified {
                every,
                slot,
                source,
                test,
            } => {
                let mut answer = *every;
                self.each(source, focus, &mut |item| {
                    self.set_slot(*slot, item);
                    if self.condition(test, focus)? == *every {
                        Ok(Flow::Continue)
                    } else {
                        answer = !*every;
                        Ok(Flow::Break)
                    }
                })?;
                Ok(answer)
            }
            Op::Path(path) => match direct_origin(path, focus) {
                Some(origin) => Ok(self
                    .direct(path, origin, &mut |_| ControlFlow::Break(()))
                    .is_break()),
                None => self.exists(expr, focus),
            },
            Op::Union(_) | Op::Lookup(_) => self.exists(expr, focus),
            Op::Call(function, arguments) if expr.kind == Kind::Boolean => {
                self.call_condition(*function, arguments, focus)
            }
            _ => self.effective(expr, focus),
        }
    }

    /// True when a text has a character, or one that is no white space when it is `folded`.
    fn has_text(&self, arguments: &'a [Expr], folded: bool, focus: &Focus<'a>) -> Result<bool> {
        let text = self.own_or_first(arguments, focus)?;
        let blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        Ok(if folded {
            text.bytes().any(|byte| !blank(byte))
        } else {
            !text.is_empty()
        })
    }

    /// The effective boolean value of whatever items come.
    pub(super) fn effective(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<bool> {
        let mut first: Option<Item<'a>> = None;
        let mut several = false;
        self.each_unordered(expr, focus, &mut |item| {
            if first.is_some() {
                several = true;
                return Ok(Flow::Break);
            }
            let node = matches!(item, Item::Node(_));
            first = Some(item);
            // A first node decides.
            Ok(if node { Flow::Break } else { Flow::Continue })
        })?;
        match first {
            None => Ok(false),
            Some(Item::Node(_)) => Ok(true),
            Some(Item::Atomic(_)) if several => Err(XPathError::new(
                "FORG0006",
                "several values where a condition is wanted",
            )),
            Some(Item::Atomic(atomic)) => truth(&atomic),
        }
    }

    /// Whether there is any item.
    pub(super) fn exists(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<bool> {
        let mut found = false;
        self.each_unordered(expr, focus, &mut |_| {
            found = true;
            Ok(Flow::Break)
        })?;
        Ok(found)
    }

    pub(super) fn text_comparison(
        &self,
        equal: bool,
        nodes: &'a Expr,
        text: &str,
        focus: &Focus<'a>,
    ) -> Result<bool> {
        if let Op::Path(path) = &nodes.op
            && let Some(origin) = direct_origin(path, focus)
        {
            let document = self.document(origin);
            let found = self.direct(path, origin, &mut |node| {
                if node_text_is(document, node, text) == equal {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            return Ok(found.is_break());
        }
        let mut found = false;
        self.each_unordered(nodes, focus, &mut |item| {
            let same = match &item {
                Item::Node(node) => node_text_is(self.document(*node), node.node, text),
                Item::Atomic(atomic) => {
                    let wanted = Atomic::text(text.to_owned());
                    general_pair(Comparison::Equal, atomic, &wanted, self.zone())?
                }
            };
            found = same == equal;
            Ok(if found { Flow::Break } else { Flow::Continue })
        })?;
        Ok(found)
    }

    /// `value = (fixed set)`, the set hashed at the first use.
    pub(super) fn member(
        &self,
        value: &'a Expr,
        set: &'a Expr,
        hashed: &'a OnceLock<MemberSet>,
        focus: &Focus<'a>,
    ) -> Result<bool> {
        // A set that needs a missing document is told so at each use, not only at the first.
        if hashed.get().is_none() {
            let mut texts = HashSet::new();
            let mut only_text = true;
            let (result, missing) = self.remember(|| {
                self.each_atom(set, focus, &mut |atom| {
                    match atom.as_text() {
                        Some(text) => drop(texts.insert(text.into())),
                        None => only_text = false,
                    }
                    Ok(Flow::Continue)
                })
            });
            // Evaluated again as written, which notes the missing document, whether it is an error or nothing.
            if missing.is_some() {
                return self.general(Comparison::Equal, value, set, focus);
            }
            result?;
            let _ = hashed.set(MemberSet { texts, only_text });
        }
        let Some(known) = hashed.get().filter(|known| known.only_text) else {
            return self.general(Comparison::Equal, value, set, focus);
        };
        let mut found = false;
        let mut other = false;
        self.each_atom(value, focus, &mut |atom| {
            match atom.as_text() {
                Some(text) => found = known.texts.contains(text),
                None => other = true,
            }
            Ok(if found || other {
                Flow::Break
            } else {
                Flow::Continue
            })
        })?;
        if other {
            return self.general(Comparison::Equal, value, set, focus);
        }
        Ok(found)
    }

    pub(super) fn general(
        &self,
        operator: Comparison,
        left: &'a Expr,
        right: &'a Expr,
        focus: &Focus<'a>,
    ) -> Result<bool> {
        let mut several: Vec<Atomic<'a>> = Vec::new();
        let rights: &[Atomic<'a>] = if let Op::Literal(literal) = &right.op {
            std::slice::from_ref(literal)
        } else {
            self.each_atom_unordered(right, focus, &mut |atom| {
                several.push(atom);
                Ok(Flow::Continue)
            })?;
            &several
        };
        if rights.is_empty() {
            return Ok(false);
        }
        // Many texts on both sides: a set, so that the comparison stays linear.
        let texts: Option<HashSet<&str>> = (operator == Comparison::Equal && rights.len() > 16)
            .then(|| rights.iter().map(Atomic::as_text).collect())
            .flatten();
        let mut found = false;
        self.each_atom_unordered(left, focus, &mut |atom| {
            if let (Some(texts), Some(text)) = (&texts, atom.as_text()) {
                found = texts.contains(text);
            } else {
                for right in rights {
                    self.tick()?;
                    if general_pair(operator, &atom, right, self.zone())? {
                        found = true;
                        break;
                    }
                }
            }
            Ok(if found { Flow::Break } else { Flow::Continue })
        })?;
        Ok(found)
    }
}

/// Whether the string value of a node is `text`.
fn node_text_is(document: &Document, node: NodeId, text: &str) -> bool {
    match document.kind(node) {
        NodeKind::Element | NodeKind::Document => document.string_value(node) == text,
        _ => document.text(node) == text,
    }
}

/// The effective boolean value of one atomic value.
pub(super) fn truth(atomic: &Atomic<'_>) -> Result<bool> {
    match atomic {
        Atomic::Boolean(value) => Ok(*value),
        Atomic::Untyped(text) | Atomic::String(text) | Atomic::Uri(text) => Ok(!text.is_empty()),
        Atomic::Integer(number) => Ok(*number != 0),
        Atomic::Decimal(number) => Ok(!number.is_zero()),
        Atomic::Float(number) => Ok(*number != 0.0 && !number.is_nan()),
        Atomic::Double(number) => Ok(*number != 0.0 && !number.is_nan()),
        other => Err(XPathError::new(
            "FORG0006",
            format!("{} is no condition", other.type_name()),
        )),
    }
}
