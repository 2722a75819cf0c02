//! What a document breaks in a schema, and where.

use crate::engines::xml::{NodeId, Position};

use super::simple::SimpleFault;

/// One fault of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The element at fault.
    pub element: NodeId,
    /// The attribute at fault, when it is one that is there.
    pub attribute: Option<NodeId>,
    /// The line where the start tag of the element ends, as xmllint counts, and a column on it.
    pub position: Position,
    /// What is wrong.
    pub kind: ViolationKind,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}:{}: {}",
            self.position.line, self.position.column, self.kind
        )
    }
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ViolationKind {
    /// The root element is not declared by the schema.
    #[error("root element '{name}' is not declared by the schema")]
    UnknownRoot {
        /// Its name.
        name: String,
    },
    /// An element that may not stand here.
    #[error("element '{name}' is not expected here; expected: {}", list(expected))]
    UnexpectedElement {
        /// Its name.
        name: String,
        /// The element around it.
        parent: String,
        /// What may stand here; empty when nothing more may.
        expected: Vec<String>,
    },
    /// The content ends too early.
    #[error("element '{name}' lacks content; expected: {}", list(expected))]
    MissingElement {
        /// The element that lacks something.
        name: String,
        /// What may come next.
        expected: Vec<String>,
    },
    /// Text between elements.
    #[error("text '{text}' in element '{name}', which may only hold elements")]
    UnexpectedText {
        /// The element.
        name: String,
        /// The text, shortened.
        text: String,
    },
    /// Content in an element that must be empty.
    #[error("element '{name}' must be empty")]
    NotEmpty {
        /// The element.
        name: String,
        /// What it holds, shortened.
        found: String,
    },
    /// Elements inside a value.
    #[error("element '{name}' holds a value and no element; found element '{child}'")]
    ElementInValue {
        /// The element.
        name: String,
        /// The first element inside.
        child: String,
    },
    /// The text of an element is not a value of its type.
    #[error("'{value}' is not a value of element '{name}' ({})", fault(wrong))]
    ContentValue {
        /// The element.
        name: String,
        /// The text.
        value: String,
        /// Why not.
        wrong: SimpleFault,
    },
    /// The text of an element is not the only one allowed.
    #[error("element '{name}' is '{value}'; only '{fixed}' is allowed")]
    ContentFixed {
        /// The element.
        name: String,
        /// The text.
        value: String,
        /// The only value.
        fixed: String,
    },
    /// An attribute that may not stand on this element.
    #[error("attribute '{name}' is not allowed on element '{element}'")]
    AttributeNotAllowed {
        /// The attribute.
        name: String,
        /// The element.
        element: String,
    },
    /// An attribute that must stand on this element.
    #[error("attribute '{name}' is missing on element '{element}'")]
    AttributeMissing {
        /// The attribute.
        name: String,
        /// The element.
        element: String,
    },
    /// The text of an attribute is not a value of its type.
    #[error("'{value}' is not a value of attribute '{name}' ({})", fault(wrong))]
    AttributeValue {
        /// The attribute.
        name: String,
        /// Its text.
        value: String,
        /// Why not.
        wrong: SimpleFault,
    },
    /// The text of an attribute is not the only one allowed.
    #[error("attribute '{name}' is '{value}'; only '{fixed}' is allowed")]
    AttributeFixed {
        /// The attribute.
        name: String,
        /// Its text.
        value: String,
        /// The only value.
        fixed: String,
    },
    /// The same ID twice in the document.
    #[error("identifier '{value}' is used twice")]
    DuplicateId {
        /// The identifier.
        value: String,
    },
    /// `xsi:type` names no type of the schema.
    #[error("type '{name}' of xsi:type does not exist")]
    UnknownType {
        /// The name as written.
        name: String,
    },
    /// `xsi:type` names a type that may not stand here.
    #[error("type '{name}' of xsi:type may not replace type '{declared}'")]
    TypeNotDerived {
        /// The name as written.
        name: String,
        /// The declared type.
        declared: String,
    },
    /// The type is abstract: `xsi:type` must name another one.
    #[error("type '{name}' is abstract; xsi:type must name a type derived from it")]
    AbstractType {
        /// The type.
        name: String,
    },
    /// The element is abstract: another one must stand in its place.
    #[error("element '{name}' is abstract")]
    AbstractElement {
        /// The element.
        name: String,
    },
    /// `xsi:nil` on an element that may not be nil.
    #[error("element '{name}' may not have xsi:nil")]
    NotNillable {
        /// The element.
        name: String,
    },
    /// An element with `xsi:nil="true"` that holds something.
    #[error("element '{name}' has xsi:nil=\"true\" and must be empty")]
    NilNotEmpty {
        /// The element.
        name: String,
    },
    /// An element that a strict wildcard lets in and that nothing declares.
    #[error("element '{name}' is not declared by the schema")]
    Undeclared {
        /// The element.
        name: String,
    },
    /// A content model that the engine could not compile: nothing below was checked.
    #[error("the content model of element '{name}' is too complex to be checked")]
    TooComplex {
        /// The element.
        name: String,
    },
}

/// Names for people; a dash for none.
fn list(names: &[String]) -> String {
    if names.is_empty() {
        "-".to_owned()
    } else {
        names.join(", ")
    }
}

fn fault(fault: &SimpleFault) -> String {
    match fault.facet {
        Some(facet) => format!("{facet}: {}", fault.expected),
        None => format!("expected {}", fault.expected),
    }
}
