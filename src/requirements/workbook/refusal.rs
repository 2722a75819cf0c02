//! Why a workbook is refused.

use serde::Serialize;

use crate::text::Text;

/// A file that cannot be read as a REM, with what its author needs to repair it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Stable code: `NOT_A_WORKBOOK`, `ENCRYPTED`, `XML_DTD`, `LIMITS`, `UNREADABLE`, `EMPTY_SHEET`,
    /// `HEADER_NOT_FOUND`, `HEADER_MISSING`, `SHEET_NOT_FOUND`.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub message: Text,
    /// The sheet, when one is concerned.
    pub sheet: String,
    /// The first headers seen.
    pub headers_seen: Vec<String>,
    /// The layout nearest to what was seen.
    pub nearest_layout: Option<String>,
    /// The headers that this layout wants and the sheet has not.
    pub missing: Vec<String>,
}

impl Refusal {
    pub(super) fn new(code: &'static str, message: Text) -> Box<Self> {
        Box::new(Self {
            code,
            message,
            sheet: String::new(),
            headers_seen: Vec::new(),
            nearest_layout: None,
            missing: Vec::new(),
        })
    }

    pub(super) fn in_sheet(mut self: Box<Self>, sheet: &str) -> Box<Self> {
        sheet.clone_into(&mut self.sheet);
        self
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "[{}] {}", self.code, self.message.fr)
    }
}

impl std::error::Error for Refusal {}
