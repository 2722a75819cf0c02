//! Each metadatum of a document entry against the CDA header it comes from.

mod codes;
mod identity;
mod patient;
mod people;
mod replacement;
mod times;
pub(super) mod words;

use super::Setting;
use crate::evidence::cda_header::{CdaHeader, Spot};
use crate::evidence::fold;
use crate::evidence::xds::{RegistryObject, Submission};
use crate::finding::{Finding, Rule, Severity};
use crate::text::Text;

/// What the comparison of one entry works with.
struct Comparison<'a> {
    entry: &'a RegistryObject,
    header: &'a CdaHeader,
    file: &'a str,
    findings: Vec<Finding>,
}

/// Compares the entry of a document with the header of that document. `file` is the path of the metadata.
pub fn compare(
    submission: &Submission,
    entry: &RegistryObject,
    header: &CdaHeader,
    file: &str,
    setting: Setting,
) -> Vec<Finding> {
    let mut comparison = Comparison {
        entry,
        header,
        file,
        findings: Vec::new(),
    };
    comparison.identity();
    comparison.codes();
    comparison.times();
    comparison.patient();
    comparison.people();
    comparison.format();
    comparison.replacement(submission, setting);
    comparison.findings
}

impl Comparison<'_> {
    /// Reports that `found`, in the metadata, is not what the CDA says.
    fn differs(&mut self, rule: &Rule, spot: &Spot, what: (&str, &str), expected: &str, found: &str) {
        self.differs_as(rule, rule.severity, spot, what, expected, found);
    }

    fn differs_as(
        &mut self,
        rule: &Rule,
        severity: Severity,
        spot: &Spot,
        (fr, en): (&str, &str),
        expected: &str,
        found: &str,
    ) {
        let message = Text::new(
            format!("{fr} : « {found} » dans les métadonnées, « {expected} » dans le CDA"),
            format!("{en}: '{found}' in the metadata, '{expected}' in the CDA"),
        );
        let place = spot.place(self.file);
        self.findings.push(
            rule.at(place, message)
                .severity(severity)
                .expected(expected)
                .found(found),
        );
    }

    /// Compares names: equal but for case and accents is only a warning.
    fn name(&mut self, rule: &Rule, spot: &Spot, what: (&str, &str), expected: &str, found: &str) {
        if fold::spaces(expected) == fold::spaces(found) {
            return;
        }
        let severity = if fold::name(expected) == fold::name(found) {
            Severity::Warning
        } else {
            rule.severity
        };
        self.differs_as(rule, severity, spot, what, expected, found);
    }
}
