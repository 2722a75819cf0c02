//! Reading REM workbooks: every layout, read by header and never by position, every oddity told once.
//!
//! `source` opens (format by content, limits, no DTD; `xls` looks at an .xls before its reader does), `cells` goes
//! through a sheet, `choice` chooses it, `layout` and `headers` what its columns are, `reading` goes through its rows,
//! `rows` gives cells their fields, `requirement` reads the one that a row describes, `build` goes from row to row and
//! `group` keeps what they say, `references` resolves proofs that point to others.

mod build;
mod cells;
mod choice;
pub mod diagnostic;
mod group;
mod headers;
mod identifiers;
mod import;
mod layout;
mod origin;
mod plain;
mod proofs;
mod reading;
mod references;
mod refusal;
mod requirement;
mod rows;
mod source;
mod steps;
mod xls;

pub use diagnostic::{CODES, Code, Diagnostic, Occurrence};
pub use import::{Counts, Import, ImportOptions, import, import_bytes};
pub use refusal::Refusal;
