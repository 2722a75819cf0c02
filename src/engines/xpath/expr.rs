//! The compiled form of an expression: names and variables resolved to numbers, paths normalised.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::ast::{Arithmetic, Axis, Comparison, NodeOrder, Occurrence};
use super::functions::Function;
use super::types::AtomicType;
use super::value::{Atomic, NodeRef};

/// What the value of an expression depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Dependencies(u8);

impl Dependencies {
    /// Nothing: a constant.
    pub(super) const NONE: Self = Self(0);
    /// The context item.
    pub(super) const ITEM: Self = Self(1);
    /// The context position.
    pub(super) const POSITION: Self = Self(2);
    /// The context size.
    pub(super) const SIZE: Self = Self(4);
    /// The root of the tree of the context item, not the item itself.
    pub(super) const ROOT: Self = Self(8);
    /// Variables bound inside the expression or by a rule.
    pub(super) const LOCALS: Self = Self(16);
    /// Global variables: the same during one evaluation.
    pub(super) const GLOBALS: Self = Self(32);
    /// Documents loaded by address.
    pub(super) const DOCUMENTS: Self = Self(64);

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// What a predicate or the right side of `/` hides: its own focus.
    pub(super) const fn outside_focus(self) -> Self {
        self.without(Self::ITEM.with(Self::POSITION).with(Self::SIZE))
    }

    /// The same for every context item of one evaluation.
    pub(super) const fn is_invariant(self) -> bool {
        !self.has(
            Self::ITEM
                .with(Self::POSITION)
                .with(Self::SIZE)
                .with(Self::LOCALS),
        )
    }

    /// The same for every evaluation of the program.
    pub(super) const fn is_static(self) -> bool {
        self.without(Self::DOCUMENTS).0 == 0
    }
}

/// What is known of the items of a result before evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Nodes,
    Boolean,
    /// Atomic values that are no numbers, or nodes: never a position.
    NotNumeric,
    Any,
}

/// A compiled expression.
#[derive(Debug)]
pub(super) struct Expr {
    pub(super) op: Op,
    pub(super) depends: Dependencies,
    pub(super) kind: Kind,
}

/// The operations.
#[derive(Debug)]
pub(super) enum Op {
    Literal(Atomic<'static>),
    Sequence(Vec<Expr>),
    Context,
    Local(usize),
    Global(usize),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    For {
        slot: usize,
        source: Box<Expr>,
        body: Box<Expr>,
    },
    Quantified {
        every: bool,
        slot: usize,
        source: Box<Expr>,
        test: Box<Expr>,
    },
    Or(Vec<Expr>),
    And(Vec<Expr>),
    General(Comparison, Box<Expr>, Box<Expr>),
    /// A general `=` or `!=` between nodes and a string.
    TextComparison {
        equal: bool,
        nodes: Box<Expr>,
        text: String,
    },
    /// A general `=` against values that are the same for every evaluation, hashed once.
    Member {
        value: Box<Expr>,
        set: Box<Expr>,
        hashed: OnceLock<MemberSet>,
    },
    Value(Comparison, Box<Expr>, Box<Expr>),
    /// Whether the string given to `string-length()` has a character, one that is no white space when `folded`.
    HasText {
        arguments: Vec<Expr>,
        folded: bool,
    },
    NodeOrder(NodeOrder, Box<Expr>, Box<Expr>),
    Range(Box<Expr>, Box<Expr>),
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    Sign(bool, Box<Expr>),
    Union(Vec<Expr>),
    Intersect(Box<Expr>, Box<Expr>),
    Except(Box<Expr>, Box<Expr>),
    InstanceOf(Box<Expr>, SequenceTest),
    TreatAs(Box<Expr>, SequenceTest),
    /// The flag: an empty sequence passes.
    CastableAs(Box<Expr>, AtomicType, bool),
    CastAs(Box<Expr>, AtomicType, bool),
    /// A cast of a literal to a QName, done at compile time, that failed.
    Error(super::XPathError),
    Root,
    Path(Box<Path>),
    /// `E1/E2` where E2 is no axis step.
    Map(Box<Expr>, Box<Expr>),
    Filter(Box<Expr>, Vec<Predicate>),
    /// Nodes of loaded documents found by an attribute, hashed once.
    Lookup(Box<Lookup>),
    Call(Function, Vec<Expr>),
    /// `castable`, `cast` and functions aside, a value kept for the rest of the evaluation.
    Cached(usize, Box<Expr>),
}

/// A path of axis steps.
#[derive(Debug)]
pub(super) struct Path {
    /// Where it starts; the context item when none.
    pub(super) start: Option<Expr>,
    pub(super) steps: Vec<Step>,
    /// From one starting node, the steps give nodes in document order without repetition.
    pub(super) ordered: bool,
    /// From one starting node, the steps give no node twice.
    pub(super) distinct: bool,
    /// From the context node by plain steps: see [`super::direct`].
    pub(super) direct: bool,
}

/// An axis step.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) axis: Axis,
    pub(super) test: Test,
    pub(super) predicates: Vec<Predicate>,
    /// Number of the index to use when the step starts at a loaded document.
    pub(super) indexed: Option<usize>,
}

/// What nodes of a loaded document are indexed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IndexBy {
    /// Their child text nodes: `[text() = ...]`.
    Text,
    /// An attribute, by the number of its name: `[@code = ...]`.
    Attribute(usize),
}

impl Step {
    /// The index that answers the first predicate, and the key, when it does not depend on the node.
    pub(super) fn index_key(&self) -> Option<(IndexBy, &Expr)> {
        if self.axis != Axis::Descendant || !matches!(self.test, Test::Name(_)) {
            return None;
        }
        if self.predicates.iter().any(Predicate::is_positional) {
            return None;
        }
        let Op::General(Comparison::Equal, left, right) = &self.predicates.first()?.expr.op else {
            return None;
        };
        let sides = [(left, right), (right, left)];
        sides.into_iter().find_map(|(value, key)| {
            let free = key.depends == key.depends.outside_focus() && !key.depends.has(Dependencies::ROOT);
            Some((indexable(value)?, &**key)).filter(|_| free)
        })
    }
}

/// What an expression of the context item is indexed by.
fn indexable(expr: &Expr) -> Option<IndexBy> {
    let Op::Path(path) = &expr.op else { return None };
    match (&path.start, path.steps.as_slice()) {
        (None, [step]) if step.predicates.is_empty() => match (step.axis, &step.test) {
            (Axis::Child, Test::Text) => Some(IndexBy::Text),
            (Axis::Attribute, Test::Name(name)) => Some(IndexBy::Attribute(*name)),
            _ => None,
        },
        _ => None,
    }
}

/// A node test, names resolved.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    /// Any node of the kind the axis is about.
    Principal,
    /// A name, by its number in the program.
    Name(usize),
    /// Any name of a namespace, by its number in the program.
    Namespace(usize),
    /// A local name in any namespace, by its number in the program.
    Local(usize),
    Node,
    Text,
    Comment,
    Instruction(Option<String>),
    Document(Option<Box<Test>>),
    Element(Option<usize>),
    Attribute(Option<usize>),
    /// What no node without schema can be.
    Nothing,
}

/// A predicate.
#[derive(Debug)]
pub(super) struct Predicate {
    pub(super) expr: Expr,
    pub(super) mode: PredicateMode,
    /// `last()` is used: the candidates must be known first.
    pub(super) needs_size: bool,
}

/// How a predicate is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PredicateMode {
    /// A literal position.
    Position(usize),
    /// Never a number: its effective boolean value.
    Boolean,
    /// A number is a position, anything else its effective boolean value.
    Dynamic,
}

impl Predicate {
    /// Whether the answer depends on where the item stands among the candidates.
    pub(super) fn is_positional(&self) -> bool {
        self.mode != PredicateMode::Boolean
            || self
                .expr
                .depends
                .has(Dependencies::POSITION.with(Dependencies::SIZE))
    }
}

/// Nodes selected by the value of an attribute.
#[derive(Debug)]
pub(super) struct Lookup {
    /// The nodes to choose from, the same for every evaluation.
    pub(super) base: Expr,
    /// The attribute, by the number of its name in the program.
    pub(super) attribute: usize,
    /// The values wanted.
    pub(super) key: Expr,
    /// What else is asked of a node.
    pub(super) rest: Vec<Predicate>,
    pub(super) hashed: OnceLock<HashMap<Box<str>, Vec<NodeRef>>>,
}

/// Values of a static sequence.
#[derive(Debug)]
pub(super) struct MemberSet {
    pub(super) texts: HashSet<Box<str>>,
    /// All values are text; else the comparison is done as written.
    pub(super) only_text: bool,
}

/// A sequence type, names resolved.
#[derive(Debug, Clone)]
pub(super) enum SequenceTest {
    Empty,
    Of(ItemTest, Occurrence),
}

/// The type of an item, names resolved.
#[derive(Debug, Clone)]
pub(super) enum ItemTest {
    Item,
    Node(Test),
    Atomic(AtomicType),
}

impl Expr {
    pub(super) fn new(op: Op, depends: Dependencies, kind: Kind) -> Self {
        Self { op, depends, kind }
    }

    /// The direct parts evaluated in the same focus as the expression itself.
    pub(super) fn parts_mut(&mut self) -> Vec<&mut Expr> {
        match &mut self.op {
            Op::Literal(_) | Op::Context | Op::Local(_) | Op::Global(_) | Op::Root | Op::Error(_) => {
                Vec::new()
            }
            Op::Sequence(items)
            | Op::Or(items)
            | Op::And(items)
            | Op::Union(items)
            | Op::Call(_, items)
            | Op::HasText { arguments: items, .. } => items.iter_mut().collect(),
            Op::If(a, b, c) => vec![a, b, c],
            Op::For { source, body, .. } => vec![source, body],
            Op::Quantified { source, test, .. } => vec![source, test],
            Op::General(_, a, b)
            | Op::Value(_, a, b)
            | Op::NodeOrder(_, a, b)
            | Op::Range(a, b)
            | Op::Arithmetic(_, a, b)
            | Op::Intersect(a, b)
            | Op::Except(a, b)
            | Op::Map(a, b)
            | Op::Member { value: a, set: b, .. } => vec![a, b],
            Op::TextComparison { nodes: a, .. }
            | Op::Sign(_, a)
            | Op::InstanceOf(a, _)
            | Op::TreatAs(a, _)
            | Op::CastableAs(a, _, _)
            | Op::CastAs(a, _, _)
            | Op::Cached(_, a) => vec![a],
            Op::Path(path) => {
                let predicates = path.steps.iter_mut().flat_map(|step| &mut step.predicates);
                path.start
                    .iter_mut()
                    .chain(predicates.map(|predicate| &mut predicate.expr))
                    .collect()
            }
            Op::Filter(base, predicates) => {
                let predicates = predicates.iter_mut().map(|predicate| &mut predicate.expr);
                std::iter::once(&mut **base).chain(predicates).collect()
            }
            Op::Lookup(lookup) => {
                let rest = lookup.rest.iter_mut().map(|predicate| &mut predicate.expr);
                std::iter::once(&mut lookup.key).chain(rest).collect()
            }
        }
    }

    /// Whether keeping the value is worth a look-up: it walks a document somewhere.
    pub(super) fn is_expensive(&self) -> bool {
        match &self.op {
            Op::Path(path) => !path.steps.is_empty() || path.start.as_ref().is_some_and(Self::is_expensive),
            Op::Lookup(_) => true,
            Op::Literal(_)
            | Op::Context
            | Op::Local(_)
            | Op::Global(_)
            | Op::Root
            | Op::Error(_)
            | Op::Cached(..) => false,
            Op::Sequence(items)
            | Op::Or(items)
            | Op::And(items)
            | Op::Union(items)
            | Op::Call(_, items)
            | Op::HasText { arguments: items, .. } => items.iter().any(Self::is_expensive),
            Op::If(a, b, c) => a.is_expensive() || b.is_expensive() || c.is_expensive(),
            Op::For {
                source: a, body: b, ..
            }
            | Op::Quantified {
                source: a, test: b, ..
            }
            | Op::General(_, a, b)
            | Op::Value(_, a, b)
            | Op::NodeOrder(_, a, b)
            | Op::Range(a, b)
            | Op::Arithmetic(_, a, b)
            | Op::Intersect(a, b)
            | Op::Except(a, b)
            | Op::Map(a, b)
            | Op::Member { value: a, set: b, .. } => a.is_expensive() || b.is_expensive(),
            Op::TextComparison { nodes: a, .. }
            | Op::Sign(_, a)
            | Op::InstanceOf(a, _)
            | Op::TreatAs(a, _)
            | Op::CastableAs(a, _, _)
            | Op::CastAs(a, _, _)
            | Op::Filter(a, _) => a.is_expensive(),
        }
    }
}
