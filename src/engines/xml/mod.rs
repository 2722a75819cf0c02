//! XML documents: bytes in any encoding to a compact tree where every node has a line and a column.
//!
//! ```text
//! bytes ─ decode ─ guard ─ parse ─► Document ─ nodes in document order, names interned
//! ```
//!
//! [`Document::parse`] does it all. Entities and document types are refused, depth and counts are limited before the
//! parser sees the text, and nothing recurses: a hostile file is a bounded error.

mod c14n;
mod decode;
mod document;
mod error;
mod guard;
mod names;
mod navigate;
mod options;
mod parse;
mod path;
mod position;
#[cfg(test)]
mod tests;

pub use c14n::canonicalise;
pub use decode::{Decoding, DecodingNote, decode};
pub use document::{Document, NodeId, NodeKind};
pub use error::{XmlError, XmlErrorKind};
pub use names::{NameId, NameTable, StringId};
pub use navigate::{Ancestors, Attributes, Children, Descendants};
pub use options::{BeforeDeclaration, Doctype, ParseOptions};
pub use position::{LineIndex, Position};
