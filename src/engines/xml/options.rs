//! What the reader accepts.

use crate::limits::Limits;

/// What to do with a document type declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doctype {
    /// Refuse it: the default, for whatever comes from outside.
    Refuse,
    /// Skip it, still refusing entity declarations, so that nothing ever expands.
    Skip,
}

/// What to do with white space before the XML declaration, which XML forbids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BeforeDeclaration {
    /// An error, as XML says.
    Refuse,
    /// Skip it and note it in [`super::Decoding::notes`].
    Skip,
}

/// What the reader accepts and its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseOptions {
    /// Most bytes.
    pub bytes: u64,
    /// Deepest element nesting.
    pub depth: u32,
    /// Most attributes on one element, namespace declarations included.
    pub attributes: u32,
    /// Most namespace declarations in scope at one place.
    pub namespaces: u32,
    /// Document type declarations.
    pub doctype: Doctype,
    /// White space before the XML declaration.
    pub before_declaration: BeforeDeclaration,
}

impl Default for ParseOptions {
    fn default() -> Self {
        Self::from(&Limits::default())
    }
}

impl From<&Limits> for ParseOptions {
    fn from(limits: &Limits) -> Self {
        Self {
            bytes: limits.file_bytes,
            depth: limits.xml_depth,
            attributes: limits.xml_attributes,
            namespaces: 256,
            doctype: Doctype::Refuse,
            before_declaration: BeforeDeclaration::Refuse,
        }
    }
}
