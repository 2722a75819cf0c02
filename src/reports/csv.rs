//! `csv`: one row per proof and finding, for a spreadsheet. Semicolons and a byte-order mark, as French and English
//! spreadsheets both open them without asking.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::options::Options;
use super::view::{self, ProofView};
use super::{ReportError, labels};
use crate::record::{FindingRecord, Record, ValidationRecord};
use crate::text::Language;

/// So that spreadsheets read UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes a row. A field that a spreadsheet would run as a formula starts with an apostrophe.
fn row<'f>(out: &mut dyn Write, fields: impl IntoIterator<Item = &'f str>) -> io::Result<()> {
    for (index, field) in fields.into_iter().enumerate() {
        if index > 0 {
            out.write_all(b";")?;
        }
        let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
        if formula || field.contains([';', '"', '\n', '\r', ',']) {
            write!(
                out,
                "\"{}{}\"",
                if formula { "'" } else { "" },
                field.replace('"', "\"\"")
            )?;
        } else {
            out.write_all(field.as_bytes())?;
        }
    }
    out.write_all(b"\r\n")
}

const PROOF_COLUMNS: usize = 11;

fn proof_headers(language: Language) -> [&'static str; PROOF_COLUMNS] {
    [
        labels::REQUIREMENT.get(language),
        labels::TITLE.get(language),
        labels::SECTION.get(language),
        labels::PROFILE.get(language),
        labels::NATURE.get(language),
        labels::VERDICT.get(language),
        labels::SCENARIO.get(language),
        labels::PROOF.get(language),
        labels::PROOF_VERDICT.get(language),
        labels::PIECES.get(language),
        labels::REASON.get(language),
    ]
}

fn proof_fields(view: &ProofView<'_>, language: Language) -> [String; PROOF_COLUMNS] {
    let ProofView {
        requirement,
        scenario,
        proof,
    } = view;
    let nature = if view::is_recommendation(requirement) {
        &labels::RECOMMENDATION
    } else {
        &labels::REQUIREMENT
    };
    [
        requirement.id.clone(),
        requirement.title.get(language).to_owned(),
        requirement.section.clone(),
        requirement.profile.clone(),
        nature.get(language).to_owned(),
        requirement.verdict.label().get(language).to_owned(),
        scenario.id.clone(),
        proof.id.clone(),
        proof.verdict.label().get(language).to_owned(),
        proof.files.join("\n"),
        proof
            .reason
            .as_ref()
            .map(|reason| reason.get(language).to_owned())
            .unwrap_or_default(),
    ]
}

/// The table of proofs, without findings: what the HTML report offers to download.
pub(super) fn proofs(record: &Record, language: Language, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(BYTE_ORDER_MARK)?;
    row(out, proof_headers(language))?;
    for view in view::proofs(record) {
        let fields = proof_fields(&view, language);
        row(out, fields.iter().map(String::as_str))?;
    }
    Ok(())
}

const FINDING_COLUMNS: usize = 11;

fn finding_headers(language: Language) -> [&'static str; FINDING_COLUMNS] {
    [
        labels::SEVERITY.get(language),
        labels::RULE.get(language),
        labels::FILE.get(language),
        labels::LINE.get(language),
        labels::COLUMN.get(language),
        labels::PLACE.get(language),
        labels::MESSAGE.get(language),
        labels::EXPECTED.get(language),
        labels::FOUND.get(language),
        labels::OCCURRENCES.get(language),
        labels::SOURCE.get(language),
    ]
}

fn finding_fields(finding: &FindingRecord, language: Language) -> [String; FINDING_COLUMNS] {
    let number = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
    let mut severity = labels::severity(finding.severity).get(language).to_owned();
    if finding.waiver.is_some() {
        let _ = write!(severity, " ({})", labels::SUPPRESSED.get(language));
    }
    [
        severity,
        finding.rule.clone(),
        finding.file.clone(),
        number(finding.line),
        number(finding.column),
        finding.path.clone().unwrap_or_default(),
        finding.message(language).to_owned(),
        finding.expected.clone().unwrap_or_default(),
        finding.found.clone().unwrap_or_default(),
        finding.count.to_string(),
        finding.source.clone(),
    ]
}

/// A record: a row per proof and finding; a proof without finding has one row, a finding of no proof too.
pub(super) fn record(record: &Record, options: &Options, out: &mut dyn Write) -> Result<(), ReportError> {
    let language = options.language;
    out.write_all(BYTE_ORDER_MARK)?;
    let headers = proof_headers(language)
        .into_iter()
        .chain(finding_headers(language));
    row(out, headers)?;
    let no_finding: [String; FINDING_COLUMNS] = Default::default();
    for view in view::proofs(record) {
        let proof = proof_fields(&view, language);
        let mut findings: Vec<_> = view::findings(record, &view.proof.findings)
            .into_iter()
            .map(|(_, finding)| finding_fields(finding, language))
            .collect();
        if findings.is_empty() {
            findings.push(no_finding.clone());
        }
        for finding in &findings {
            row(out, proof.iter().chain(finding).map(String::as_str))?;
        }
    }
    let no_proof: [String; PROOF_COLUMNS] = Default::default();
    let orphans = view::findings_of_no_proof(record);
    for (_, finding) in view::findings(record, &orphans) {
        let finding = finding_fields(finding, language);
        row(out, no_proof.iter().chain(&finding).map(String::as_str))?;
    }
    Ok(())
}

/// Files judged alone: a row per finding; a file without finding has one row.
pub(super) fn validation(
    record: &ValidationRecord,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let language = options.language;
    out.write_all(BYTE_ORDER_MARK)?;
    let own = [
        labels::PIECES.get(language),
        labels::KIND.get(language),
        labels::VERDICT.get(language),
        "SHA-256",
    ];
    row(out, own.into_iter().chain(finding_headers(language)))?;
    for file in &record.files {
        let own = [
            file.file.clone(),
            file.kind.label().get(language).to_owned(),
            file.verdict.label().get(language).to_owned(),
            file.sha256.clone(),
        ];
        if file.findings.is_empty() {
            let none: [String; FINDING_COLUMNS] = Default::default();
            row(out, own.iter().chain(&none).map(String::as_str))?;
        }
        for finding in &file.findings {
            let finding = finding_fields(finding, language);
            row(out, own.iter().chain(&finding).map(String::as_str))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_formulas_disarmed() {
        let mut out = Vec::new();
        row(&mut out, ["a", "b;\"c\"", "=1+1", "-", "é\nf"]).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "a;\"b;\"\"c\"\"\";\"'=1+1\";\"'-\";\"é\nf\"\r\n"
        );
    }
}
