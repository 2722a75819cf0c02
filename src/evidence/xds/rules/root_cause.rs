//! One fault, one finding: of several rules that one value breaks, the one that names the cause is kept.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Finding, Place, Severity};

/// Rules on the form of a value. A malformed value also differs from the CDA: only its form is reported.
const FORM: [&str; 8] = [
    "XDS-VALUE-LENGTH",
    "XDS-OID",
    "XDS-TIME",
    "XDS-PATIENT-ID",
    "XDS-INS-WITHDRAWN",
    "XDS-PERSON",
    "XDS-PERSON-ID",
    "XDS-ORGANIZATION",
];
/// Rules on a value that the submission set repeats in its entries: the same wrong value is one fault.
const REPEATED: [&str; 7] = [
    "XDS-PATIENT-ID",
    "XDS-INS",
    "XDS-INS-WITHDRAWN",
    "XDS-PERSON",
    "XDS-PERSON-ID",
    "XDS-PERSON-TYPE",
    "XDS-ORGANIZATION",
];
const AGAINST_CDA: &str = "XDS-CDA-";
const PATIENT_MISMATCH: &str = "XDS-PATIENT-MISMATCH";
const VALUE_SET: &str = "XDS-VALUE-SET";
const INS_KEY: &str = "XDS-INS";
const NO_DOCUMENT: &str = "XDS-NO-DOCUMENT";
/// What an association says of an entry that is not there.
const TARGET: &str = "XDS-ASSOCIATION-TARGET";
/// The patient of the metadata is not that of the CDA.
const OTHER_PATIENT: [&str; 2] = ["XDS-CDA-PATIENT", "XDS-CDA-SOURCE-PATIENT"];

/// Leaves out the findings of one metadata file that another finding explains.
pub fn keep(findings: Vec<Finding>) -> Vec<Finding> {
    let places = |wanted: &dyn Fn(&Finding) -> bool| -> BTreeSet<Place> {
        findings
            .iter()
            .filter(|finding| wanted(finding))
            .map(|finding| finding.place.clone())
            .collect()
    };
    let malformed =
        places(&|finding| finding.severity == Severity::Error && FORM.contains(&finding.rule.as_str()));
    let different = places(&|finding| finding.rule.starts_with(AGAINST_CDA));
    // A matricule that is not that of the CDA: whether its key is right matters no more.
    let other_patients: Vec<String> = findings
        .iter()
        .filter(|finding| OTHER_PATIENT.contains(&finding.rule.as_str()))
        .filter_map(|finding| finding.found.clone())
        .collect();
    let no_document = findings.iter().any(|finding| finding.rule == NO_DOCUMENT);
    let explained = |finding: &Finding| {
        let compared = finding.rule.starts_with(AGAINST_CDA) || finding.rule == PATIENT_MISMATCH;
        let matricule = finding.found.as_deref().unwrap_or_default();
        (compared && malformed.contains(&finding.place))
            || (finding.rule == INS_KEY && other_patients.iter().any(|found| found.starts_with(matricule)))
            || (no_document && finding.rule == TARGET)
            // What the CDA says is worth more than what the other metadata or a table say.
            || (matches!(finding.rule.as_str(), PATIENT_MISMATCH | VALUE_SET)
                && different.contains(&finding.place))
    };
    let kept: Vec<bool> = findings.iter().map(|finding| !explained(finding)).collect();
    let findings = findings
        .into_iter()
        .zip(kept)
        .filter_map(|(finding, kept)| kept.then_some(finding));
    merge_repeated(findings)
}

/// The same rule broken by the same value elsewhere only counts.
fn merge_repeated(findings: impl Iterator<Item = Finding>) -> Vec<Finding> {
    let mut first: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut merged: Vec<Finding> = Vec::new();
    for finding in findings {
        let value = finding
            .found
            .clone()
            .filter(|_| REPEATED.contains(&finding.rule.as_str()));
        if let Some(value) = value {
            let index = *first.entry((finding.rule.clone(), value)).or_insert(merged.len());
            if let Some(known) = merged.get_mut(index) {
                known.count += finding.count;
                continue;
            }
        }
        merged.push(finding);
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Rule;
    use crate::text::text;

    fn finding(rule: &'static str, severity: Severity, line: u32, found: &str) -> Finding {
        let words = text("", "");
        let rule = Rule::fixed(rule, severity, words.clone(), words.clone(), words.clone(), "");
        rule.at(Place::file("METADATA.XML").line_column(line, 1), words)
            .found(found)
    }

    fn kept(findings: Vec<Finding>) -> Vec<(String, u64)> {
        keep(findings)
            .into_iter()
            .map(|finding| (finding.rule, finding.count))
            .collect()
    }

    #[test]
    fn a_malformed_value_is_not_compared() {
        let findings = vec![
            finding("XDS-PATIENT-ID", Severity::Error, 1, "x"),
            finding("XDS-PATIENT-ID", Severity::Error, 2, "x"),
            finding("XDS-CDA-PATIENT", Severity::Error, 2, "x"),
            finding("XDS-PATIENT-MISMATCH", Severity::Error, 2, "x"),
        ];
        assert_eq!(kept(findings), [("XDS-PATIENT-ID".to_owned(), 2)]);
    }

    #[test]
    fn a_set_without_document_explains_its_associations() {
        let findings = vec![
            finding("XDS-NO-DOCUMENT", Severity::Error, 1, ""),
            finding("XDS-ASSOCIATION-TARGET", Severity::Error, 2, "x"),
        ];
        assert_eq!(kept(findings), [("XDS-NO-DOCUMENT".to_owned(), 1)]);
    }

    #[test]
    fn another_patient_explains_the_key_of_its_matricule() {
        let findings = vec![
            finding("XDS-INS", Severity::Error, 1, "123"),
            finding("XDS-INS", Severity::Warning, 2, "456"),
            finding("XDS-CDA-PATIENT", Severity::Error, 3, "123^^^&1.2&ISO^NH"),
            finding("XDS-PATIENT-MISMATCH", Severity::Error, 3, "x"),
        ];
        let wanted = [("XDS-INS".to_owned(), 1), ("XDS-CDA-PATIENT".to_owned(), 1)];
        assert_eq!(kept(findings), wanted);
    }
}
