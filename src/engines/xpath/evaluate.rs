//! The dynamic phase. Results are pushed to a consumer that can stop, so nothing is computed beyond what is asked:
//! `exists()`, a condition or `[1]` end at the first item.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::arithmetic::arithmetic;
use super::ast::{Comparison, NodeOrder, Occurrence};
use super::compare::{general_pair, value_comparison};
use super::error::{Result, XPathError};
use super::expr::{Expr, ItemTest, MemberSet, Op, SequenceTest};
use super::program::{Expression, Program};
use super::types::{AtomicType, cast};
use super::value::{Atomic, Item, NodeRef, Sequence};
use crate::engines::xml::{Document, NameId, NodeId, NodeKind, StringId};

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

/// A document with the program's names looked up in it.
pub(super) struct Bound<'a> {
    pub(super) document: &'a Document,
    pub(super) address: &'a str,
    names: Vec<Option<NameId>>,
    namespaces: Vec<Option<StringId>>,
    locals: Vec<Option<StringId>>,
}

impl<'a> Bound<'a> {
    fn new(program: &Program, document: &'a Document, address: &'a str) -> Self {
        let mut names = vec![None; program.names.len()];
        let found = document.names();
        for index in 0..found.len() {
            let name = found.name_at(index);
            if let Some(known) = program.names.find(found.namespace(name), found.local(name))
                && let Some(slot) = names.get_mut(known.index())
            {
                *slot = Some(name);
            }
        }
        let strings = |list: &[String]| list.iter().map(|text| found.find_string(text)).collect();
        Self {
            document,
            address,
            names,
            namespaces: strings(&program.namespaces),
            locals: strings(&program.locals),
        }
    }

    pub(super) fn name(&self, number: usize) -> Option<NameId> {
        self.names.get(number).copied().flatten()
    }

    pub(super) fn namespace(&self, number: usize) -> Option<StringId> {
        self.namespaces.get(number).copied().flatten()
    }

    pub(super) fn local(&self, number: usize) -> Option<StringId> {
        self.locals.get(number).copied().flatten()
    }
}

/// A variable during an evaluation.
#[derive(Clone)]
enum Slot<'a> {
    Unset,
    Lazy(&'a Expr, Focus<'a>),
    Busy,
    Known(Remembered<Sequence<'a>>),
}

/// A result, and the missing document it used, told again at each use.
type Remembered<T> = (Result<T>, Option<Rc<str>>);

/// A value kept for the rest of the evaluation.
#[derive(Clone, Default)]
struct Kept<'a> {
    boolean: Option<Remembered<bool>>,
    sequence: Option<Remembered<Sequence<'a>>>,
}

/// Evaluates the expressions of a program on one document.
pub struct Evaluator<'a> {
    pub(super) program: &'a Program,
    main: Rc<Bound<'a>>,
    loaded: RefCell<Vec<Option<Rc<Bound<'a>>>>>,
    slots: RefCell<Vec<Slot<'a>>>,
    globals: RefCell<Vec<Slot<'a>>>,
    kept: RefCell<Vec<Kept<'a>>>,
    /// `current()`.
    current: Cell<Option<NodeRef>>,
    steps: Cell<u64>,
    /// Steps left before the budget of the present expression is spent.
    budget: u64,
    depth: Cell<u32>,
    missing: RefCell<Option<Rc<str>>>,
    /// The instant of the evaluation, in seconds since 1970, asked by `current-dateTime()`.
    pub(super) now: Cell<Option<i64>>,
}

/// Deepest nesting of evaluations: variables that force other variables.
const DEEPEST: u32 = 200;

impl<'a> Evaluator<'a> {
    /// An evaluator of `program` on `document`; `budget`: most steps of one expression.
    pub fn new(program: &'a Program, document: &'a Document, address: &'a str, budget: u64) -> Self {
        Self {
            program,
            main: Rc::new(Bound::new(program, document, address)),
            loaded: RefCell::default(),
            slots: RefCell::new(vec![Slot::Unset; program.slots]),
            globals: RefCell::new(vec![Slot::Unset; program.globals.len()]),
            kept: RefCell::new(vec![Kept::default(); program.caches]),
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

    fn force(&self, cell: &RefCell<Vec<Slot<'a>>>, index: usize, global: bool) -> Result<Sequence<'a>> {
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
    fn remember<T>(&self, evaluate: impl FnOnce() -> Result<T>) -> Remembered<T> {
        let before = self.missing.borrow_mut().take();
        let result = evaluate();
        let missing = std::mem::replace(&mut *self.missing.borrow_mut(), before);
        (result, missing)
    }

    /// The result remembered; the missing document it used counts as used now.
    fn recall<T>(&self, (result, missing): Remembered<T>) -> Result<T> {
        if let Some(address) = missing {
            self.missing.borrow_mut().get_or_insert(address);
        }
        result
    }

    fn deeper<T>(&self, evaluate: impl FnOnce() -> Result<T>) -> Result<T> {
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

    fn set_slot(&self, slot: usize, item: Item<'a>) {
        if let Some(place) = self.slots.borrow_mut().get_mut(slot) {
            *place = Slot::Known((Ok(Sequence::One(item)), None));
        }
    }

    /// Whether values kept for the document under evaluation hold for this focus.
    fn can_keep(&self, expr: &Expr, focus: &Focus<'a>) -> bool {
        !expr.depends.has(super::expr::Dependencies::ROOT)
            || matches!(&focus.item, Some(Item::Node(node)) if node.document == 0)
    }

    fn kept_sequence(&self, index: usize, expr: &'a Expr, focus: &Focus<'a>) -> Result<Sequence<'a>> {
        if !self.can_keep(expr, focus) {
            return self.sequence(expr, focus);
        }
        let known = self
            .kept
            .borrow()
            .get(index)
            .and_then(|kept| kept.sequence.clone());
        let known = known.unwrap_or_else(|| {
            let known = self.remember(|| self.sequence(expr, focus));
            if let Some(kept) = self.kept.borrow_mut().get_mut(index) {
                kept.sequence = Some(known.clone());
            }
            known
        });
        self.recall(known)
    }

    fn kept_condition(&self, index: usize, expr: &'a Expr, focus: &Focus<'a>) -> Result<bool> {
        if !self.can_keep(expr, focus) {
            return self.condition(expr, focus);
        }
        let known = self
            .kept
            .borrow()
            .get(index)
            .and_then(|kept| kept.boolean.clone());
        let known = known.unwrap_or_else(|| {
            let known = self.remember(|| self.condition(expr, focus));
            if let Some(kept) = self.kept.borrow_mut().get_mut(index) {
                kept.boolean = Some(known.clone());
            }
            known
        });
        self.recall(known)
    }

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
            Op::Path(_) | Op::Union(_) | Op::Lookup(_) => self.exists(expr, focus),
            Op::Call(function, arguments) if expr.kind == super::expr::Kind::Boolean => {
                self.call_condition(*function, arguments, focus)
            }
            _ => self.effective(expr, focus),
        }
    }

    /// The effective boolean value of whatever items come.
    fn effective(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<bool> {
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

    fn text_comparison(&self, equal: bool, nodes: &'a Expr, text: &str, focus: &Focus<'a>) -> Result<bool> {
        let mut found = false;
        self.each_unordered(nodes, focus, &mut |item| {
            let same = match &item {
                Item::Node(node) => self.node_text_is(*node, text),
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

    fn node_text_is(&self, node: NodeRef, text: &str) -> bool {
        let document = self.document(node);
        match document.kind(node.node) {
            NodeKind::Element | NodeKind::Document => document.string_value(node.node) == text,
            _ => document.text(node.node) == text,
        }
    }

    /// `value = (fixed set)`, the set hashed at the first use.
    fn member(
        &self,
        value: &'a Expr,
        set: &'a Expr,
        hashed: &'a std::sync::OnceLock<MemberSet>,
        focus: &Focus<'a>,
    ) -> Result<bool> {
        // A set that needs a missing document is told so at each use, not only at the first.
        if hashed.get().is_none() {
            let mut texts = std::collections::HashSet::new();
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
            result?;
            if missing.is_some() {
                return self.general(Comparison::Equal, value, set, focus);
            }
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

    fn general(
        &self,
        operator: Comparison,
        left: &'a Expr,
        right: &'a Expr,
        focus: &Focus<'a>,
    ) -> Result<bool> {
        let mut rights: Vec<Atomic<'a>> = Vec::new();
        self.each_atom_unordered(right, focus, &mut |atom| {
            rights.push(atom);
            Ok(Flow::Continue)
        })?;
        if rights.is_empty() {
            return Ok(false);
        }
        // Many texts on both sides: a set, so that the comparison stays linear.
        let texts: Option<std::collections::HashSet<&str>> = (operator == Comparison::Equal
            && rights.len() > 16)
            .then(|| rights.iter().map(Atomic::as_text).collect())
            .flatten();
        let mut found = false;
        self.each_atom_unordered(left, focus, &mut |atom| {
            if let (Some(texts), Some(text)) = (&texts, atom.as_text()) {
                found = texts.contains(text);
            } else {
                for right in &rights {
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

    /// The value as a whole.
    pub(super) fn sequence(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<Sequence<'a>> {
        match &expr.op {
            Op::Local(slot) => return self.force(&self.slots, *slot, false),
            Op::Global(index) => return self.force(&self.globals, *index, true),
            Op::Cached(index, inner) => return self.kept_sequence(*index, inner, focus),
            Op::Context => return Ok(Sequence::One(self.context_item(focus)?.clone())),
            _ => {}
        }
        if expr.kind == super::expr::Kind::Nodes {
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

    fn each_atom_unordered(
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

    fn one_node(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<Option<NodeRef>> {
        let nodes = self.nodes(expr, focus)?;
        match nodes.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            _ => Err(XPathError::type_error(
                "several nodes where at most one is wanted",
            )),
        }
    }

    fn set_operation(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<Vec<NodeRef>> {
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

    fn matches_type(&self, sequence: &Sequence<'a>, wanted: &SequenceTest) -> bool {
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

pub(super) fn push_nodes<'a>(nodes: &[NodeRef], sink: Sink<'_, 'a>) -> Result<Flow> {
    for node in nodes {
        if sink(Item::Node(*node))?.is_break() {
            return Ok(Flow::Break);
        }
    }
    Ok(Flow::Continue)
}
