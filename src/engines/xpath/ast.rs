//! The syntax tree of an expression, names not yet resolved.

/// A name as written. Where it stands does not count in comparisons.
#[derive(Clone)]
pub(super) struct Name {
    pub(super) prefix: Option<String>,
    pub(super) local: String,
    pub(super) offset: usize,
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.prefix == other.prefix && self.local == other.local
    }
}

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.prefix.as_deref().unwrap_or_default(), self.local)
    }
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ast {
    String(String),
    Integer(String),
    Decimal(String),
    Double(String),
    Variable(Name),
    Context,
    /// Comma; `()` when empty.
    Sequence(Vec<Ast>),
    If(Box<Ast>, Box<Ast>, Box<Ast>),
    For(Vec<(Name, Ast)>, Box<Ast>),
    Quantified {
        every: bool,
        bindings: Vec<(Name, Ast)>,
        test: Box<Ast>,
    },
    Or(Vec<Ast>),
    And(Vec<Ast>),
    General(Comparison, Box<Ast>, Box<Ast>),
    Value(Comparison, Box<Ast>, Box<Ast>),
    NodeOrder(NodeOrder, Box<Ast>, Box<Ast>),
    Range(Box<Ast>, Box<Ast>),
    Arithmetic(Arithmetic, Box<Ast>, Box<Ast>),
    /// Unary minus (`true`) or plus.
    Sign(bool, Box<Ast>),
    Union(Vec<Ast>),
    Intersect(Box<Ast>, Box<Ast>),
    Except(Box<Ast>, Box<Ast>),
    InstanceOf(Box<Ast>, SequenceType),
    TreatAs(Box<Ast>, SequenceType),
    /// The flag: `?` after the type, so that an empty sequence passes.
    CastableAs(Box<Ast>, Name, bool),
    CastAs(Box<Ast>, Name, bool),
    Path(Start, Vec<Step>),
    Filter(Box<Ast>, Vec<Ast>),
    Call(Name, Vec<Ast>),
}

/// Where a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// At the context item.
    Relative,
    /// `/`.
    Root,
    /// `//`.
    RootDescendants,
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    Axis {
        axis: Axis,
        test: NodeTest,
        predicates: Vec<Ast>,
    },
    Expression(Ast),
}

/// The axes of XPath 2.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Child,
    Descendant,
    Attribute,
    SelfNode,
    DescendantOrSelf,
    FollowingSibling,
    Following,
    Namespace,
    Parent,
    Ancestor,
    PrecedingSibling,
    Preceding,
    AncestorOrSelf,
}

impl Axis {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "child" => Self::Child,
            "descendant" => Self::Descendant,
            "attribute" => Self::Attribute,
            "self" => Self::SelfNode,
            "descendant-or-self" => Self::DescendantOrSelf,
            "following-sibling" => Self::FollowingSibling,
            "following" => Self::Following,
            "namespace" => Self::Namespace,
            "parent" => Self::Parent,
            "ancestor" => Self::Ancestor,
            "preceding-sibling" => Self::PrecedingSibling,
            "preceding" => Self::Preceding,
            "ancestor-or-self" => Self::AncestorOrSelf,
            _ => return None,
        })
    }
}

/// What a step or a sequence type asks of a node.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NodeTest {
    /// `*`.
    Any,
    Name(Name),
    /// `prefix:*`.
    AnyLocal(Name),
    /// `*:local`.
    AnyPrefix(String),
    /// `node()`.
    Node,
    Text,
    Comment,
    /// `document-node()`, with the element test inside.
    Document(Option<Box<NodeTest>>),
    /// `element(name?, type?)`.
    Element(Option<Name>, Option<Name>),
    Attribute(Option<Name>, Option<Name>),
    /// `processing-instruction(name?)`.
    Instruction(Option<String>),
    /// `schema-element(name)`, `schema-attribute(name)`: no schema is ever imported.
    Schema(Name),
}

/// A sequence type.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum SequenceType {
    /// `empty-sequence()`.
    Empty,
    Of(ItemType, Occurrence),
}

/// The type of an item.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ItemType {
    Item,
    Node(NodeTest),
    Atomic(Name),
}

/// How many items a sequence type allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occurrence {
    One,
    Optional,
    Any,
    Many,
}

/// Comparison operators, of values and general.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Node comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeOrder {
    Is,
    Before,
    After,
}

/// Arithmetic operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    IntegerDivide,
    Modulo,
}
