//! Reading REM workbooks: every layout, read by header and never by position, every oddity told once.
//!
//! `source` opens (format by content, limits, no DTD), `layout` and `headers` choose what the columns are, `rows`
//! turns cells into rows, `build` turns rows into requirements, `references` resolves proofs that point to others.

mod build;
pub mod diagnostic;
mod headers;
mod identifiers;
mod import;
mod layout;
mod origin;
mod plain;
mod proofs;
mod references;
mod refusal;
mod rows;
mod source;
mod steps;

pub use diagnostic::{CODES, Code, Diagnostic, Occurrence};
pub use import::{Counts, Import, ImportOptions, import, import_bytes};
pub use refusal::Refusal;
