//! The table of checks. A new family is one line here.

use super::{Check, SetCheck};
use crate::finding::Rule;

static CHECKS: &[&dyn Check] = &[
    &super::documents::OfficeCheck,
    &super::documents::JsonCheck,
    &super::documents::PlainCheck,
    &super::documents::UnknownCheck,
    &super::archive::ZipCheck,
    &super::xdm::XdmCheck,
    &super::pdf::PdfCheck,
    &super::media::PictureCheck,
    &super::media::VideoCheck,
    &super::vihf::VihfCheck,
    &super::xds::XdsCheck,
    &super::statistics::Statistics,
    &super::mail::MailCheck,
    &super::hl7v2::Hl7v2,
    &super::cda::CdaCheck,
    &super::loinc::ExchangeFile,
    &super::test_runs::ValidationReportCheck,
    &super::certificates::CertificateCheck,
    &super::tokens::TokenCheck,
];

static SET_CHECKS: &[&dyn SetCheck] = &[
    &super::statistics::DashboardAgreement,
    &super::statistics::Recount,
    &super::hl7v2::sets::Hl7v2Set,
    &super::statements::StatementCheck("attestation"),
    &super::statements::StatementCheck("cnda"),
    &super::statements::StatementCheck("pentest"),
    &super::statements::StatementCheck("questionnaire"),
    &super::statements::StatementCheck("configuration"),
    &super::statements::StatementCheck("va"),
    &super::loinc::ExchangeSet,
    &super::logs::LogCheck,
    &super::test_runs::TestRunLinkCheck,
    &super::coherence::CoherenceCheck,
    &super::contents::ContentsCheck,
    &super::mail::MailHeadersCheck,
    &super::vihf::TwoUsersCheck,
    &super::certificates::CertificateChainCheck,
    &super::tokens::TokenClaimsCheck,
];

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
    rules.extend(crate::requirements::calendar::rules());
    rules.push(&crate::aptitude::SEEN);
    rules.extend(CHECKS.iter().flat_map(|check| check.rules()));
    rules.extend(SET_CHECKS.iter().flat_map(|check| check.rules()));
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    rules.dedup_by(|a, b| a.id == b.id);
    rules
}
