//! The dynamic phase. Results are pushed to a consumer that can stop, so nothing is computed beyond what is asked:
//! `exists()`, a condition or `[1]` end at the first item.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::bound::Bound;
use super::error::{Result, XPathError};
use super::program::{Expression, Program};
use super::value::{Atomic, Item, NodeRef, Sequence};
use super::variables::{Kept, Slot};
use crate::engines::xml::{Document, NodeKind};

/// Whether the producer goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// More items are wanted.
    Continue,
    /// Nothing more is wanted.
    Break,
}

impl Flow {
    pub(super) fn is_break(self) -> bool {
        self == Self::Break
    }
}

/// What consumes items.
pub(super) type Sink<'s, 'a> = &'s mut dyn FnMut(Item<'a>) -> Result<Flow>;

/// The context of an expression: item, position, size.
#[derive(Debug, Clone)]
pub struct Focus<'a> {
    pub(super) item: Option<Item<'a>>,
    pub(super) position: usize,
    pub(super) size: usize,
}

impl Focus<'_> {
    /// A single node.
    pub fn node(node: NodeRef) -> Self {
        Self {
            item: Some(Item::Node(node)),
            position: 1,
            size: 1,
        }
    }

    /// No context item.
    pub fn none() -> Self {
        Self {
            item: None,
            position: 1,
            size: 1,
        }
    }
}

/// Evaluates the expressions of a program on one document.
pub struct Evaluator<'a> {
    pub(super) program: &'a Program,
    main: Rc<Bound<'a>>,
    loaded: RefCell<Vec<Option<Rc<Bound<'a>>>>>,
    pub(super) slots: RefCell<Vec<Slot<'a>>>,
    pub(super) globals: RefCell<Vec<Slot<'a>>>,
    pub(super) kept: RefCell<Vec<Option<Box<Kept<'a>>>>>,
    /// `current()`.
    current: Cell<Option<NodeRef>>,
    pub(super) steps: Cell<u64>,
    /// Steps left before the budget of the present expression is spent.
    budget: u64,
    pub(super) depth: Cell<u32>,
    pub(super) missing: RefCell<Option<Rc<str>>>,
    /// The instant of the evaluation, in seconds since 1970, asked by `current-dateTime()`.
    pub(super) now: Cell<Option<i64>>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator of `program` on `document`; `budget`: most steps of one expression.
    pub fn new(program: &'a Program, document: &'a Document, address: &'a str, budget: u64) -> Self {
        Self {
            program,
            main: Rc::new(Bound::new(program, document, address)),
            loaded: RefCell::default(),
            slots: RefCell::new(vec![Slot::Unset; program.slots]),
            globals: RefCell::new(vec![Slot::Unset; program.globals.len()]),
            kept: RefCell::new(vec![None; program.caches]),
            current: Cell::new(None),
            steps: Cell::new(0),
            budget,
            depth: Cell::new(0),
            missing: RefCell::default(),
            now: Cell::new(None),
        }
    }

    /// Starts a new budget of steps.
    pub fn restart(&self) {
        self.steps.set(0);
    }

    /// What `current()` gives from now on.
    pub fn set_current(&self, node: NodeRef) {
        self.current.set(Some(node));
    }

    pub(super) fn current_node(&self) -> Option<NodeRef> {
        self.current.get()
    }

    /// Binds a slot to an expression evaluated when first read.
    pub fn set_lazy(&self, slot: usize, expression: &'a Expression, focus: &Focus<'a>) {
        if let Some(place) = self.slots.borrow_mut().get_mut(slot) {
            *place = Slot::Lazy(&expression.0, focus.clone());
        }
    }

    /// The address of a document that could not be loaded since the last call, when a value used it.
    pub fn take_missing(&self) -> Option<Rc<str>> {
        self.missing.borrow_mut().take()
    }

    pub(super) fn note_missing(&self, address: &str) {
        self.missing.borrow_mut().get_or_insert_with(|| address.into());
    }

    /// The effective boolean value.
    ///
    /// # Errors
    /// The dynamic errors of the specification.
    pub fn boolean(&self, expression: &'a Expression, focus: &Focus<'a>) -> Result<bool> {
        self.condition(&expression.0, focus)
    }

    /// The whole value.
    ///
    /// # Errors
    /// The dynamic errors of the specification.
    pub fn value(&self, expression: &'a Expression, focus: &Focus<'a>) -> Result<Sequence<'a>> {
        self.sequence(&expression.0, focus)
    }

    /// The items as `xsl:value-of` writes them: atomized, with a space between.
    ///
    /// # Errors
    /// The dynamic errors of the specification.
    pub fn text(&self, expression: &'a Expression, focus: &Focus<'a>) -> Result<String> {
        let mut text = String::new();
        let mut first = true;
        self.each_atom(&expression.0, focus, &mut |atom| {
            if !std::mem::take(&mut first) {
                text.push(' ');
            }
            text.push_str(&atom.to_text());
            Ok(Flow::Continue)
        })?;
        Ok(text)
    }

    /// Counts a step against the budget.
    pub(super) fn tick(&self) -> Result<()> {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if steps > self.budget {
            return Err(XPathError::new(
                "XPDY0130",
                format!("more than {} evaluation steps", self.budget),
            ));
        }
        Ok(())
    }

    /// The document a node is in.
    pub(super) fn bound(&self, number: u32) -> Rc<Bound<'a>> {
        if number == 0 {
            return Rc::clone(&self.main);
        }
        let index = number as usize;
        if let Some(Some(bound)) = self.loaded.borrow().get(index) {
            return Rc::clone(bound);
        }
        let bound = match self.program.pool.get(number) {
            Some(loaded) => Rc::new(Bound::new(self.program, &loaded.document, &loaded.address)),
            None => Rc::clone(&self.main),
        };
        let mut list = self.loaded.borrow_mut();
        if list.len() <= index {
            list.resize(index + 1, None);
        }
        if let Some(place) = list.get_mut(index) {
            *place = Some(Rc::clone(&bound));
        }
        bound
    }

    pub(super) fn main(&self) -> &Bound<'a> {
        &self.main
    }

    pub(super) fn document(&self, node: NodeRef) -> &'a Document {
        if node.document == 0 {
            self.main.document
        } else {
            self.bound(node.document).document
        }
    }

    /// The implicit time zone, minutes east of Greenwich: UTC, so that results do not depend on the machine.
    #[expect(clippy::unused_self, reason = "a setting of the evaluation")]
    pub(super) fn zone(&self) -> i16 {
        0
    }

    pub(super) fn kind(&self, node: NodeRef) -> NodeKind {
        self.document(node).kind(node.node)
    }

    /// The typed value of an item: nodes without schema are untyped.
    pub(super) fn atomize(&self, item: Item<'a>) -> Atomic<'a> {
        match item {
            Item::Atomic(atomic) => atomic,
            Item::Node(node) => {
                let text = self.document(node).string_value(node.node);
                match self.kind(node) {
                    NodeKind::Comment | NodeKind::ProcessingInstruction => Atomic::String(text),
                    _ => Atomic::Untyped(text),
                }
            }
        }
    }

    pub(super) fn item_text(&self, item: &Item<'a>) -> std::borrow::Cow<'a, str> {
        match item {
            Item::Node(node) => self.document(*node).string_value(node.node),
            Item::Atomic(atomic) => atomic.to_text(),
        }
    }

    #[expect(clippy::unused_self, reason = "read as the other parts of the context")]
    pub(super) fn context_item<'f>(&self, focus: &'f Focus<'a>) -> Result<&'f Item<'a>> {
        focus
            .item
            .as_ref()
            .ok_or_else(|| XPathError::new("XPDY0002", "there is no context item"))
    }

    pub(super) fn context_node(&self, focus: &Focus<'a>) -> Result<NodeRef> {
        match self.context_item(focus)? {
            Item::Node(node) => Ok(*node),
            Item::Atomic(_) => Err(XPathError::new("XPTY0020", "the context item is not a node")),
        }
    }
}
