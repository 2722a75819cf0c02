//! `junit`: a suite per profile, a case per proof, so that a pipeline shows a dossier as it shows tests.
//!
//! What no machine concluded is never a passed case: to review and not applicable are `skipped`, not evaluated is an
//! `error`. A recommendation (PEUT) that does not hold is `skipped` too, since it never blocks.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::human::position;
use super::options::Options;
use super::view::{self, ProofView};
use super::xml::Escaped;
use super::{ReportError, labels};
use crate::finding::Severity;
use crate::record::{FindingRecord, Record, ValidatedFile, ValidationRecord, Words};
use crate::text::Language;
use crate::verdict::Verdict;

/// What a case says.
enum Status {
    Passed,
    Failure,
    Error,
    Skipped,
}

/// How many cases of a suite are of each status.
#[derive(Default)]
struct Totals {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Totals {
    fn add(&mut self, status: &Status) {
        self.tests += 1;
        match status {
            Status::Passed => {}
            Status::Failure => self.failures += 1,
            Status::Error => self.errors += 1,
            Status::Skipped => self.skipped += 1,
        }
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            " tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\"",
            self.tests, self.failures, self.errors, self.skipped
        )
    }
}

fn status(verdict: Verdict, blocking: bool) -> Status {
    match verdict {
        Verdict::Conform | Verdict::Waived => Status::Passed,
        Verdict::NonConform | Verdict::Missing if blocking => Status::Failure,
        Verdict::NotEvaluated if blocking => Status::Error,
        _ => Status::Skipped,
    }
}

/// The record of a dossier.
pub(super) fn record(record: &Record, options: &Options, out: &mut dyn Write) -> Result<(), ReportError> {
    let language = options.language;
    let orphans = view::findings_of_no_proof(record);
    let orphans: Vec<&FindingRecord> = view::findings(record, &orphans)
        .into_iter()
        .map(|(_, finding)| finding)
        .filter(|finding| finding.severity == Severity::Error && finding.waiver.is_none())
        .collect();
    let suites: Vec<(&str, Vec<ProofView<'_>>)> = suites(record);
    let mut all = Totals::default();
    for view in suites.iter().flat_map(|(_, cases)| cases) {
        all.add(&case_status(view));
    }
    for _ in &orphans {
        all.add(&Status::Failure);
    }
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    write!(
        out,
        "<testsuites name=\"{}\"",
        Escaped(&format!("conforme {}", record.dossier.dsr))
    )?;
    all.write(out)?;
    writeln!(out, ">")?;
    for (profile, cases) in &suites {
        let mut totals = Totals::default();
        for view in cases {
            totals.add(&case_status(view));
        }
        write!(out, "  <testsuite name=\"{}\"", Escaped(profile))?;
        totals.write(out)?;
        writeln!(out, ">")?;
        properties(
            out,
            "    ",
            &[
                ("dsr", &record.dossier.dsr),
                ("referential", &record.referential.id),
                ("referential.sha256", &record.referential.sha256),
                ("manifest.sha256", &record.dossier.manifest_sha256),
            ],
        )?;
        for view in cases {
            case(record, view, language, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    if !orphans.is_empty() {
        let mut totals = Totals::default();
        for _ in &orphans {
            totals.add(&Status::Failure);
        }
        write!(
            out,
            "  <testsuite name=\"{}\"",
            Escaped(labels::DOSSIER_FINDINGS.get(language))
        )?;
        totals.write(out)?;
        writeln!(out, ">")?;
        for finding in orphans {
            writeln!(
                out,
                "    <testcase classname=\"{}\" name=\"{}\" time=\"0\">",
                Escaped(&finding.rule),
                Escaped(&position(finding))
            )?;
            problem(
                out,
                "failure",
                &finding.rule,
                finding.message(language),
                &line(finding, language),
            )?;
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")?;
    Ok(())
}

/// The proofs by profile, profiles in the order of the catalogue, then those the catalogue does not know.
fn suites(record: &Record) -> Vec<(&str, Vec<ProofView<'_>>)> {
    let mut names: Vec<&str> = record
        .profiles
        .iter()
        .map(|profile| profile.name.as_str())
        .collect();
    for requirement in &record.requirements {
        if !names.contains(&requirement.profile.as_str()) {
            names.push(&requirement.profile);
        }
    }
    names
        .into_iter()
        .map(|name| {
            let cases = view::proofs(record)
                .filter(|view| view.requirement.profile == name)
                .collect();
            (name, cases)
        })
        .filter(|(_, cases): &(_, Vec<_>)| !cases.is_empty())
        .collect()
}

fn case_status(view: &ProofView<'_>) -> Status {
    status(view.proof.verdict, !view::is_recommendation(view.requirement))
}

fn case(
    record: &Record,
    view: &ProofView<'_>,
    language: Language,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let proof = view.proof;
    writeln!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\" time=\"0\">",
        Escaped(&format!("{}.{}", view.requirement.id, view.scenario.id)),
        Escaped(&format!("{} {}", proof.id, proof.title.get(language)))
    )?;
    let mut own: Vec<(&str, String)> = vec![
        ("verdict", proof.verdict.as_str().to_owned()),
        ("requirement", view.requirement.id.clone()),
    ];
    for file in &proof.files {
        if let Some(evidence) = record.evidence.iter().find(|evidence| &evidence.path == file) {
            own.push(("file", file.clone()));
            own.push(("sha256", evidence.sha256.clone()));
        }
    }
    let own: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
    properties(out, "      ", &own)?;
    let findings: Vec<&FindingRecord> = view::findings(record, &proof.findings)
        .into_iter()
        .map(|(_, finding)| finding)
        .collect();
    let label = proof.verdict.label();
    let reason = proof
        .reason
        .as_ref()
        .map_or(label.get(language), |reason| reason.get(language));
    let mut body = String::new();
    for finding in findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
    {
        body.push_str(&line(finding, language));
        body.push('\n');
    }
    points(&mut body, "!", &proof.not_evaluated, language);
    points(&mut body, "?", &proof.to_review, language);
    match case_status(view) {
        Status::Passed => {}
        Status::Failure => problem(out, "failure", proof.verdict.as_str(), reason, &body)?,
        Status::Error => problem(out, "error", proof.verdict.as_str(), reason, &body)?,
        // The schema gives `skipped` a message and no content that readers show.
        Status::Skipped => writeln!(
            out,
            "      <skipped message=\"{}\"/>",
            Escaped(&if proof.reason.is_some() {
                format!("{}{} {reason}", label.get(language), labels::colon(language))
            } else {
                reason.to_owned()
            })
        )?,
    }
    let mut notes = String::new();
    for finding in findings.iter().filter(|finding| {
        finding.severity != Severity::Error || matches!(case_status(view), Status::Skipped | Status::Passed)
    }) {
        notes.push_str(&line(finding, language));
        notes.push('\n');
    }
    points(&mut notes, "✓", &proof.verified, language);
    if matches!(case_status(view), Status::Skipped) {
        points(&mut notes, "!", &proof.not_evaluated, language);
        points(&mut notes, "?", &proof.to_review, language);
    }
    if !notes.is_empty() {
        writeln!(
            out,
            "      <system-out>{}</system-out>",
            Escaped(notes.trim_end())
        )?;
    }
    writeln!(out, "    </testcase>")?;
    Ok(())
}

fn points(body: &mut String, mark: &str, points: &[Words], language: Language) {
    for point in points {
        let _ = writeln!(body, "{mark} {}", point.get(language));
    }
}

fn line(finding: &FindingRecord, language: Language) -> String {
    format!(
        "{}: {}[{}]: {}",
        position(finding),
        finding.severity.as_str(),
        finding.rule,
        finding.message(language)
    )
}

fn problem(out: &mut dyn Write, element: &str, kind: &str, message: &str, body: &str) -> io::Result<()> {
    writeln!(
        out,
        "      <{element} type=\"{}\" message=\"{}\">{}</{element}>",
        Escaped(kind),
        Escaped(message),
        Escaped(body.trim_end())
    )
}

fn properties(out: &mut dyn Write, indent: &str, properties: &[(&str, &str)]) -> io::Result<()> {
    writeln!(out, "{indent}<properties>")?;
    for (name, value) in properties {
        writeln!(
            out,
            "{indent}  <property name=\"{}\" value=\"{}\"/>",
            Escaped(name),
            Escaped(value)
        )?;
    }
    writeln!(out, "{indent}</properties>")
}

/// Files judged alone: one suite, a case per file.
pub(super) fn validation(
    record: &ValidationRecord,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let mut totals = Totals::default();
    for file in &record.files {
        totals.add(&status(file.verdict, true));
    }
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    write!(out, "<testsuites name=\"conforme validate\"")?;
    totals.write(out)?;
    writeln!(out, ">")?;
    write!(out, "  <testsuite name=\"validate\"")?;
    totals.write(out)?;
    writeln!(out, ">")?;
    for file in &record.files {
        validated(file, options.language, out)?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")?;
    Ok(())
}

fn validated(file: &ValidatedFile, language: Language, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\" time=\"0\">",
        file.kind.as_str(),
        Escaped(&file.file)
    )?;
    properties(
        out,
        "      ",
        &[("verdict", file.verdict.as_str()), ("sha256", &file.sha256)],
    )?;
    let mut body = String::new();
    for finding in &file.findings {
        body.push_str(&line(finding, language));
        body.push('\n');
    }
    points(&mut body, "!", &file.not_evaluated, language);
    points(&mut body, "?", &file.to_review, language);
    let label = file.verdict.label();
    let label = label.get(language);
    let is = status(file.verdict, true);
    match is {
        Status::Passed => {}
        Status::Failure => problem(out, "failure", file.verdict.as_str(), label, &body)?,
        Status::Error => problem(out, "error", file.verdict.as_str(), label, &body)?,
        Status::Skipped => writeln!(out, "      <skipped message=\"{}\"/>", Escaped(label))?,
    }
    let told = matches!(is, Status::Failure | Status::Error);
    if !told && !body.is_empty() {
        writeln!(out, "      <system-out>{}</system-out>", Escaped(body.trim_end()))?;
    }
    writeln!(out, "    </testcase>")
}
