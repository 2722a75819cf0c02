//! `github`: workflow commands, which GitHub Actions shows as annotations on the files.
//!
//! GitHub keeps ten annotations of each kind per step, so errors come first and the verdict last, as a notice.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::options::Options;
use super::{ReportError, labels, view};
use crate::finding::Severity;
use crate::record::{FindingRecord, Record, ValidationRecord};
use crate::verdict::Verdict;

/// The record of a dossier.
pub(super) fn record(record: &Record, options: &Options, out: &mut dyn Write) -> Result<(), ReportError> {
    annotate(record.findings.iter(), options, out)?;
    let language = options.language;
    for view in view::proofs(record) {
        if view.proof.verdict == Verdict::Missing && !view::is_recommendation(view.requirement) {
            let mut message = format!("{} {}", view.proof.id, view.proof.title.get(language));
            if let Some(reason) = &view.proof.reason {
                let _ = write!(message, "{} {}", labels::colon(language), reason.get(language));
            }
            writeln!(
                out,
                "::error title={}::{}",
                property(&format!(
                    "{} {}",
                    labels::PROOF.get(language),
                    Verdict::Missing.label().get(language)
                )),
                message_text(&message)
            )?;
        }
    }
    verdict(record.verdict, &record.dossier.dsr, options, out)?;
    Ok(())
}

/// Files judged alone.
pub(super) fn validation(
    record: &ValidationRecord,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    annotate(record.files.iter().flat_map(|file| &file.findings), options, out)?;
    let worst = Verdict::worst(record.files.iter().map(|file| file.verdict));
    verdict(worst, "conforme validate", options, out)?;
    Ok(())
}

fn annotate<'f>(
    findings: impl Iterator<Item = &'f FindingRecord> + Clone,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        for finding in findings.clone() {
            if finding.severity == severity && finding.waiver.is_none() {
                annotation(finding, options, out)?;
            }
        }
    }
    Ok(())
}

fn annotation(finding: &FindingRecord, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let nested = finding.file.contains(crate::finding::NESTED);
    let mut place = format!("file={}", property(&options.repository_path(&finding.file)));
    // The line of a member is not a line of its container.
    if let (Some(line), false) = (finding.line, nested) {
        let _ = write!(place, ",line={line}");
        if let Some(column) = finding.column {
            let _ = write!(place, ",col={column}");
        }
    }
    let mut message = String::new();
    if nested {
        let _ = write!(
            message,
            "{}{} ",
            super::human::position(finding),
            labels::colon(options.language)
        );
    }
    message.push_str(finding.message(options.language));
    for (label, value) in [
        (&labels::PLACE, &finding.path),
        (&labels::EXPECTED, &finding.expected),
        (&labels::FOUND, &finding.found),
    ] {
        if let Some(value) = value {
            let _ = write!(
                message,
                "\n{}{} {value}",
                label.get(options.language),
                labels::colon(options.language)
            );
        }
    }
    writeln!(
        out,
        "::{command} {place},title={}::{}",
        property(&finding.rule),
        message_text(&message)
    )
}

fn verdict(verdict: Verdict, subject: &str, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "::notice title={}::{} {}",
        property(subject),
        verdict.symbol(),
        verdict.label().get(options.language)
    )
}

/// The escapes of the message of a workflow command.
fn message_text(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The escapes of a property of a workflow command.
fn property(text: &str) -> String {
    message_text(text).replace(':', "%3A").replace(',', "%2C")
}
