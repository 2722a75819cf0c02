//! Variables and values kept: each is evaluated once, when first asked.

use std::cell::RefCell;
use std::rc::Rc;

use super::error::{Result, XPathError};
use super::evaluate::{Evaluator, Focus};
use super::expr::{Dependencies, Expr};
use super::value::{Item, NodeRef, Sequence};
use crate::engines::xml::NodeId;

/// A variable during an evaluation.
#[derive(Clone)]
pub(super) enum Slot<'a> {
    Unset,
    Lazy(&'a Expr, Focus<'a>),
    Busy,
    Known(Remembered<Sequence<'a>>),
}

/// A result, and the missing document it used, told again at each use.
pub(super) type Remembered<T> = (Result<T>, Option<Rc<str>>);

/// A value kept for the rest of the evaluation.
#[derive(Clone, Default)]
pub(super) struct Kept<'a> {
    boolean: Option<Remembered<bool>>,
    sequence: Option<Remembered<Sequence<'a>>>,
}

/// Deepest nesting of evaluations: variables that force other variables.
const DEEPEST: u32 = 200;

impl<'a> Evaluator<'a> {
    pub(super) fn force(
        &self,
        cell: &RefCell<Vec<Slot<'a>>>,
        index: usize,
        global: bool,
    ) -> Result<Sequence<'a>> {
        let slot = cell.borrow().get(index).cloned().unwrap_or(Slot::Unset);
        let (expr, focus) = match slot {
            Slot::Known(known) => return self.recall(known),
            Slot::Busy => return Err(XPathError::new("XTDE0640", "a variable is defined by itself")),
            Slot::Lazy(expr, focus) => (expr, focus),
            Slot::Unset if global => match self.program.globals.get(index) {
                Some(Some(expr)) => (expr, Focus::node(NodeRef::main(NodeId::DOCUMENT))),
                _ => return Err(XPathError::new("XPST0008", "a variable without value")),
            },
            Slot::Unset => return Err(XPathError::new("XPST0008", "a variable without value")),
        };
        let put = |value: Slot<'a>| {
            if let Some(place) = cell.borrow_mut().get_mut(index) {
                *place = value;
            }
        };
        put(Slot::Busy);
        let known = self.remember(|| self.deeper(|| self.sequence(expr, &focus)));
        put(Slot::Known(known.clone()));
        self.recall(known)
    }

    /// Evaluates, noting apart the missing document that this evaluation used.
    pub(super) fn remember<T>(&self, evaluate: impl FnOnce() -> Result<T>) -> Remembered<T> {
        let before = self.missing.borrow_mut().take();
        let result = evaluate();
        let missing = std::mem::replace(&mut *self.missing.borrow_mut(), before);
        (result, missing)
    }

    /// The result remembered; the missing document it used counts as used now.
    pub(super) fn recall<T>(&self, (result, missing): Remembered<T>) -> Result<T> {
        if let Some(address) = missing {
            self.missing.borrow_mut().get_or_insert(address);
        }
        result
    }

    pub(super) fn deeper<T>(&self, evaluate: impl FnOnce() -> Result<T>) -> Result<T> {
        let depth = self.depth.get();
        if depth >= DEEPEST {
            return Err(XPathError::new(
                "XPDY0130",
                format!("variables nested deeper than {DEEPEST}"),
            ));
        }
        self.depth.set(depth + 1);
        let result = evaluate();
        self.depth.set(depth);
        result
    }

    pub(super) fn set_slot(&self, slot: usize, item: Item<'a>) {
        if let Some(place) = self.slots.borrow_mut().get_mut(slot) {
            *place = Slot::Known((Ok(Sequence::One(item)), None));
        }
    }

    pub(super) fn kept_sequence(
        &self,
        index: usize,
        expr: &'a Expr,
        focus: &Focus<'a>,
    ) -> Result<Sequence<'a>> {
        if !can_keep(expr, focus) {
            return self.sequence(expr, focus);
        }
        let known = self
            .kept
            .borrow()
            .get(index)
            .and_then(|kept| kept.as_ref()?.sequence.clone());
        let known = known.unwrap_or_else(|| {
            let known = self.remember(|| self.sequence(expr, focus));
            if let Some(kept) = self.kept.borrow_mut().get_mut(index) {
                kept.get_or_insert_default().sequence = Some(known.clone());
            }
            known
        });
        self.recall(known)
    }

    pub(super) fn kept_condition(&self, index: usize, expr: &'a Expr, focus: &Focus<'a>) -> Result<bool> {
        if !can_keep(expr, focus) {
            return self.condition(expr, focus);
        }
        let known = self
            .kept
            .borrow()
            .get(index)
            .and_then(|kept| kept.as_ref()?.boolean.clone());
        let known = known.unwrap_or_else(|| {
            let known = self.remember(|| self.condition(expr, focus));
            if let Some(kept) = self.kept.borrow_mut().get_mut(index) {
                kept.get_or_insert_default().boolean = Some(known.clone());
            }
            known
        });
        self.recall(known)
    }
}

/// Whether values kept for the document under evaluation hold for this focus.
fn can_keep(expr: &Expr, focus: &Focus<'_>) -> bool {
    !expr.depends.has(Dependencies::ROOT)
        || matches!(&focus.item, Some(Item::Node(node)) if node.document == 0)
}
