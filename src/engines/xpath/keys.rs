//! Predicates that an index answers: `document('...')//x[@code = $key]` becomes a look-up, when the key does not depend
//! on the node.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::ast::{Axis, Comparison};
use super::expr::{Dependencies, Expr, Kind, Lookup, Op, Predicate, Step, Test};
use super::value::Atomic;

/// The attribute and the key of `@name = key`, when the key does not depend on the node.
pub(super) fn keyed(expr: &Expr) -> Option<()> {
    match &expr.op {
        Op::And(items) => items.iter().find_map(keyed),
        Op::General(Comparison::Equal, left, right) => {
            let usable = |attribute: &Expr, key: &Expr| {
                own_attribute(attribute).is_some()
                    && key.depends == key.depends.outside_focus()
                    && !key.depends.has(Dependencies::ROOT)
            };
            (usable(left, right) || usable(right, left)).then_some(())
        }
        Op::TextComparison {
            equal: true, nodes, ..
        } => own_attribute(nodes).map(|_| ()),
        _ => None,
    }
}

/// The name of the attribute when the expression is `@name` of the context item.
fn own_attribute(expr: &Expr) -> Option<usize> {
    let Op::Path(path) = &expr.op else { return None };
    match (&path.start, path.steps.as_slice()) {
        (
            None,
            [
                Step {
                    axis: Axis::Attribute,
                    test: Test::Name(name),
                    predicates,
                    ..
                },
            ],
        ) if predicates.is_empty() => Some(*name),
        _ => None,
    }
}

/// Takes the first key out of the predicates of the last step.
pub(super) fn split_lookup(expr: Expr) -> Op {
    let Op::Path(mut path) = expr.op else {
        return expr.op;
    };
    let Some(mut last) = path.steps.pop() else {
        return Op::Path(path);
    };
    let mut found: Option<(usize, Expr)> = None;
    let mut rest: Vec<Predicate> = Vec::new();
    for mut predicate in std::mem::take(&mut last.predicates) {
        if found.is_none() && keyed(&predicate.expr).is_some() {
            found = take_key(&mut predicate.expr);
            if matches!(&predicate.expr.op, Op::And(items) if items.is_empty()) {
                continue;
            }
        }
        rest.push(predicate);
    }
    path.steps.push(last);
    let depends = path
        .start
        .as_ref()
        .map_or(Dependencies::NONE, |start| start.depends);
    let base = Expr::new(Op::Path(path), depends, Kind::Nodes);
    match found {
        Some((attribute, key)) => Op::Lookup(Box::new(Lookup {
            base,
            attribute,
            key,
            rest,
            hashed: OnceLock::new(),
        })),
        None => Op::Filter(Box::new(base), rest),
    }
}

/// Removes `@name = key` from a predicate, leaving an empty conjunction when nothing else is asked.
fn take_key(expr: &mut Expr) -> Option<(usize, Expr)> {
    if let Op::And(items) = &mut expr.op {
        let index = items.iter().position(|item| keyed(item).is_some())?;
        let mut item = items.remove(index);
        return take_key(&mut item);
    }
    let nothing = Op::And(Vec::new());
    match std::mem::replace(&mut expr.op, nothing) {
        Op::General(_, left, right) => match own_attribute(&left) {
            Some(attribute) if right.depends == right.depends.outside_focus() => Some((attribute, *right)),
            _ => own_attribute(&right).map(|attribute| (attribute, *left)),
        },
        Op::TextComparison { nodes, text, .. } => {
            let key = Atomic::String(Cow::Owned(text));
            own_attribute(&nodes).map(|attribute| {
                (
                    attribute,
                    Expr::new(Op::Literal(key), Dependencies::NONE, Kind::NotNumeric),
                )
            })
        }
        other => {
            expr.op = other;
            None
        }
    }
}
