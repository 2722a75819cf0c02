//! HL7 v2 messages: bytes to a tree of segments, fields, repetitions, components and subcomponents, each with its
//! exact place. Knows the encoding rules of the standard (HL7 v2.5 and v2.6, chapter 2) and no profile.
//!
//! ```text
//! bytes ─ parse ─┐
//!                ├─ Parsed ─ MessageRef ─ SegmentRef ─ Part (field › repetition › component › subcomponent)
//! v2 XML ─ xml ──┘
//! ```
//!
//! Nothing is copied: a [`Part`] is a span of the file. Fields are found once, what is inside them when asked for,
//! so that an OBX-5 of 20 MB costs one pass. The parser never refuses: what is wrong is an [`Issue`] and it goes on.

mod charset;
mod delimiters;
mod escape;
mod issue;
mod parse;
mod position;
mod tree;
mod view;
mod xml;

pub use charset::Charset;
pub use delimiters::{Delimiter, Delimiters};
pub use escape::{EscapeFault, escape, escape_faults, unescape};
pub use issue::{Fault, Issue, Terminator};
pub use parse::{ParseLimits, Parsed, parse};
pub use position::{Position, Span};
pub use tree::{ComponentTree, FieldTree, MessageTree, RepetitionTree, SegmentTree, write_er7, write_xml};
pub use view::{MessageRef, Part, SegmentRef};
pub use xml::{XmlError, parse_xml};
