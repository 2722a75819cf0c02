//! Why a schema cannot be used.

/// A fault of a schema, not of a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {kind}")]
pub struct SchemaError {
    /// The schema document, as the loader knows it.
    pub file: String,
    /// Line, from 1; 0 when the document as a whole is meant.
    pub line: u32,
    /// What is wrong.
    pub kind: SchemaErrorKind,
}

/// What is wrong with a schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaErrorKind {
    /// The schema document cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// Not well-formed.
    #[error("not well-formed: {0}")]
    Xml(String),
    /// The root is not `xs:schema`.
    #[error("not an XML Schema document")]
    NotASchema,
    /// An included document has another target namespace.
    #[error("included document {0} has another target namespace")]
    WrongNamespace(String),
    /// A component that the schema references is nowhere.
    #[error("{what} '{name}' is not declared")]
    Missing {
        /// Type, element, attribute, group, attribute group.
        what: &'static str,
        /// The expanded name.
        name: String,
    },
    /// A prefix bound to no namespace.
    #[error("prefix of '{0}' is not bound to a namespace")]
    Prefix(String),
    /// A definition that rests on itself.
    #[error("{what} '{name}' is defined by itself")]
    Circular {
        /// Type, group or attribute group.
        what: &'static str,
        /// The expanded name.
        name: String,
    },
    /// An attribute or child of the schema that makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// A pattern that is no regular expression of XML Schema.
    #[error("pattern '{pattern}': {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A construct that this engine does not implement.
    #[error("{0} is not supported")]
    Unsupported(&'static str),
    /// A content model too large to compile.
    #[error("content model with more than {0} positions")]
    TooComplex(usize),
}
