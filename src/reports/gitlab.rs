//! `gitlab`: a GitLab Code Quality report, a JSON array of issues with unique fingerprints.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use super::options::Options;
use super::{ReportError, json, labels};
use crate::finding::Severity;
use crate::record::{FindingRecord, Record, ValidationRecord};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// The record of a dossier.
pub(super) fn record(record: &Record, options: &Options, out: &mut dyn Write) -> Result<(), ReportError> {
    json::write(&issues(record.findings.iter(), options), out)
}

/// Files judged alone.
pub(super) fn validation(
    record: &ValidationRecord,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let findings = record.files.iter().flat_map(|file| &file.findings);
    json::write(&issues(findings, options), out)
}

fn issues<'f>(findings: impl Iterator<Item = &'f FindingRecord>, options: &Options) -> Vec<Issue<'f>> {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    findings
        .filter(|finding| finding.waiver.is_none())
        .map(|finding| {
            let times = seen.entry(&finding.fingerprint).or_default();
            *times += 1;
            let nested = finding.file.contains(crate::finding::NESTED);
            let message = finding.message(options.language);
            Issue {
                description: if nested {
                    format!(
                        "{}{} {message}",
                        super::human::position(finding),
                        labels::colon(options.language)
                    )
                } else {
                    message.to_owned()
                },
                check_name: &finding.rule,
                // GitLab drops issues whose fingerprint it already saw.
                fingerprint: if *times > 1 {
                    format!("{}-{times}", finding.fingerprint)
                } else {
                    finding.fingerprint.clone()
                },
                severity: match finding.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Info => "info",
                },
                location: Location {
                    path: options.repository_path(&finding.file),
                    lines: Lines {
                        begin: finding.line.filter(|_| !nested).unwrap_or(1),
                    },
                },
            }
        })
        .collect()
}
