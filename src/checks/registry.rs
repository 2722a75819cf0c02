//! The table of checks. A new family is one line here.

use super::{Check, SetCheck};
use crate::finding::Rule;

static CHECKS: &[&dyn Check] = &[
    &super::mail::MailCheck,
    &super::media::PictureCheck,
    &super::media::VideoCheck,
    &super::pdf::PdfCheck,
    &super::vihf::VihfCheck,
    &super::xdm::XdmCheck,
    &super::xds::XdsCheck,
];

static SET_CHECKS: &[&dyn SetCheck] = &[&super::coherence::CoherenceCheck, &super::vihf::TwoUsersCheck];

/// Every check, in the order they run.
pub fn checks() -> &'static [&'static dyn Check] {
    CHECKS
}

/// Every check on several files together.
pub fn set_checks() -> &'static [&'static dyn SetCheck] {
    SET_CHECKS
}

/// Every rule of the binary, sorted by identifier.
pub fn rules() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = vec![&super::INTERNAL, &super::NESTING];
    rules.extend(crate::dossier::rules());
    rules.extend(crate::verdict::rules());
    rules.extend(CHECKS.iter().flat_map(|check| check.rules()));
    rules.extend(SET_CHECKS.iter().flat_map(|check| check.rules()));
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    rules.dedup_by(|a, b| a.id == b.id);
    rules
}
