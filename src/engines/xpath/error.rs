//! Errors of XPath, by the codes of the specification.

use std::borrow::Cow;

/// A static or dynamic error.
#[derive(Clone, PartialEq, Eq)]
pub struct XPathError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    code: Cow<'static, str>,
    detail: String,
    offset: Option<usize>,
}

impl XPathError {
    /// An error with its code (`XPTY0004`, `FORG0001`... or one that the expression itself raises) and what happened,
    /// in English.
    pub fn new(code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            code: code.into(),
            detail: detail.into(),
            offset: None,
        }))
    }

    /// A syntax error at a byte offset of the expression.
    pub(super) fn syntax(detail: impl Into<String>, offset: usize) -> Self {
        Self::new("XPST0003", detail).at(offset)
    }

    /// A wrong type: `XPTY0004`.
    pub(super) fn type_error(detail: impl Into<String>) -> Self {
        Self::new("XPTY0004", detail)
    }

    /// A value outside what a cast or a function accepts: `FORG0001`.
    pub(super) fn invalid_value(detail: impl Into<String>) -> Self {
        Self::new("FORG0001", detail)
    }

    pub(super) fn at(mut self, offset: usize) -> Self {
        self.0.offset.get_or_insert(offset);
        self
    }

    /// The code of the specification.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// What happened, in English.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// Where in the expression, as a byte offset, when known.
    pub fn offset(&self) -> Option<usize> {
        self.0.offset
    }
}

impl std::fmt::Display for XPathError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.detail)?;
        match self.0.offset {
            Some(offset) => write!(f, " (at {offset})"),
            None => Ok(()),
        }
    }
}

impl std::fmt::Debug for XPathError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl std::error::Error for XPathError {}

/// A result of this engine.
pub type Result<T> = std::result::Result<T, XPathError>;
