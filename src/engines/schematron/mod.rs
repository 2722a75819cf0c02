//! ISO Schematron (ISO/IEC 19757-3) with the `xslt2` query binding.
//!
//! ```text
//! files ─ source (includes) ─ expand (abstract patterns) ─ Prepared ─ compile ─► Schema
//!                                                                       │ evaluate(document)
//!                                                              Report ◄─┘ ─ svrl
//! ```
//!
//! The semantics are those of the usual implementation by XSLT (the "skeleton"): in each pattern the first rule that
//! matches a node fires, contexts are match patterns of XSLT, `let` of patterns are global whatever their order,
//! `extends` prefers an abstract rule of the same pattern. Differences, all told in `docs/schematron.md`: a dynamic
//! error is a finding of its check and the run goes on; attributes and text are visited when a context names them.

mod compile;
mod error;
mod evaluate;
mod expand;
mod files;
mod prepared;
mod report;
mod schema;
mod source;
mod svrl;

pub use error::{LoadError, LoadWarning, WarningKind};
pub use evaluate::{EvaluateOptions, MissingDocuments, Phase};
pub use files::FileResolver;
pub use prepared::Prepared;
pub use report::{ActivePattern, Event, Finding, FindingKind, NotEvaluated, Report};
pub use schema::{Check, CheckKind, Place, Schema};
pub use svrl::{SVRL_NAMESPACE, write_svrl};

/// Our namespace for what SVRL has no word for: line, column, dynamic errors.
pub const CONFORME_NAMESPACE: &str = "urn:conforme:svrl";

/// The namespace of ISO Schematron.
pub const NAMESPACE: &str = "http://purl.oclc.org/dsdl/schematron";
