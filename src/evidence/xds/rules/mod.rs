//! The rules on metadata that archives and SOAP requests share: structure and cardinalities, values, and each
//! metadatum against the CDA header it comes from; [`root_cause`] then keeps one finding per fault.

pub mod against_cda;
pub mod content;
pub mod root_cause;
mod structure;
mod value_sets;
mod values;
pub mod words;

pub use value_sets::told as value_sets_told;

use super::Submission;
use crate::finding::{Finding, Rule};

/// How the metadata were submitted: some rules weigh differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// In an IHE_XDM archive, sent by mail.
    Archive,
    /// In a request to the DMP or another XDS registry.
    Registry,
}

/// Judges a submission alone, without its documents. `file` is the path users see.
pub fn judge(submission: &Submission, file: &str, setting: Setting) -> Vec<Finding> {
    let mut findings = structure::judge(submission, file, setting);
    findings.extend(values::judge(submission, file));
    findings
}

/// Every rule on metadata.
pub fn rules() -> Vec<&'static Rule> {
    let mut rules = words::rules();
    rules.extend(against_cda::words::rules());
    rules
}
