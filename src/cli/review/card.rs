//! What an examiner reads of one proof: what is asked, what to look at, where, what the machine saw, and the command
//! that decides.

use std::fmt::Write as _;
use std::path::Path;

use super::Asked;
use crate::finding::Severity;
use crate::record::{Record, ReviewRecord, Words};
use crate::reports::labels_decision;
use crate::text::{Language, Text, text};

/// Findings quoted on a card; the report has them all.
const FINDINGS_SHOWN: usize = 5;

/// The card of a proof; `rank` is its place among those that wait.
pub(super) fn card(
    dossier: &Path,
    record: &Record,
    asked: Asked<'_>,
    (place, of): (usize, usize),
    language: Language,
) -> String {
    let (requirement, scenario, proof) = (asked.requirement, asked.scenario, asked.proof);
    let mut card = format!("[{place}/{of}] {} — {}\n", proof.id, proof.title.get(language));
    let mut line = |label: &Text, content: &str| {
        let colon = if language == Language::Fr { " :" } else { ":" };
        let _ = writeln!(card, "  {}{colon} {content}", label.get(language));
    };
    line(
        &text("exigence", "requirement"),
        &format!("{} — {}", requirement.id, requirement.title.get(language)),
    );
    let told = if scenario.text.is_empty() {
        text("le REM n'en donne pas le texte", "the REM does not give its text")
            .get(language)
            .to_owned()
    } else {
        scenario.text.trim().replace('\n', "\n    ")
    };
    line(
        &text("scénario", "scenario"),
        &format!("{} — {told}", scenario.id),
    );
    if let Some(review) = proof.review.as_ref().filter(|review| review.stale) {
        line(
            &text("décision qui ne compte plus", "decision that counts no more"),
            &stale(review, language),
        );
    }
    list(
        &mut card,
        &text("à regarder", "to look at"),
        &words(&proof.to_review, language),
        language,
    );
    let files: Vec<String> = proof
        .files
        .iter()
        .map(|file| shown(dossier, record, file))
        .collect();
    list(&mut card, &text("fichiers", "files"), &files, language);
    list(
        &mut card,
        &text("vérifié par la machine", "verified by the machine"),
        &words(&proof.verified, language),
        language,
    );
    list(
        &mut card,
        &text("constats", "findings"),
        &findings(record, &proof.findings, language),
        language,
    );
    let _ = writeln!(card, "  → {}", command(dossier, &proof.id));
    card
}

/// A titled list; nothing at all when it is empty.
fn list(card: &mut String, label: &Text, points: &[String], language: Language) {
    if points.is_empty() {
        return;
    }
    let colon = if language == Language::Fr { " :" } else { ":" };
    let _ = writeln!(card, "  {}{colon}", label.get(language));
    for point in points {
        let _ = writeln!(card, "    - {point}");
    }
}

fn words(points: &[Words], language: Language) -> Vec<String> {
    points
        .iter()
        .map(|point| point.get(language).to_owned())
        .collect()
}

/// A file to open, and the other proofs that it answers.
fn shown(dossier: &Path, record: &Record, file: &str) -> String {
    dossier.join(file).display().to_string()
        + &record
            .evidence
            .iter()
            .find(|evidence| evidence.path == file && evidence.proofs.len() > 1)
            .map(|evidence| format!(" ({})", evidence.proofs.join(", ")))
            .unwrap_or_default()
}

/// What the machine has to say against the proof, gravest first: none is an error, or the proof would not wait.
fn findings(record: &Record, indices: &[usize], language: Language) -> Vec<String> {
    let mut found: Vec<_> = indices
        .iter()
        .filter_map(|index| record.findings.get(*index))
        .collect();
    found.sort_by_key(|finding| finding.severity);
    let mut lines: Vec<String> = found
        .iter()
        .take(FINDINGS_SHOWN)
        .map(|finding| {
            let severity = match finding.severity {
                Severity::Error => text("erreur", "error"),
                Severity::Warning => text("avertissement", "warning"),
                Severity::Info => text("information", "information"),
            };
            let place = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
            let file = finding.file.rsplit('/').next().unwrap_or(&finding.file);
            format!(
                "{} [{}] {file}{place} {}",
                severity.get(language),
                finding.rule,
                finding.message(language)
            )
        })
        .collect();
    let more = found.len().saturating_sub(FINDINGS_SHOWN);
    if more > 0 {
        let others = Text::new(format!("et {more} de plus"), format!("and {more} more"));
        lines.push(others.get(language).to_owned());
    }
    lines
}

/// A decision on files that changed since.
fn stale(review: &ReviewRecord, language: Language) -> String {
    let decision = labels_decision(&review.decision, language);
    let (examiner, date) = (&review.examiner, &review.date);
    let mut told = Text::new(
        format!("{decision} par {examiner} le {date} (les fichiers ont changé)"),
        format!("{decision} by {examiner} on {date} (the files changed)"),
    )
    .get(language)
    .to_owned();
    if !review.comment.is_empty() {
        let _ = write!(told, " « {} »", review.comment);
    }
    told
}

/// The command that decides, ready to be copied.
fn command(dossier: &Path, proof: &str) -> String {
    let folder = dossier.display().to_string();
    let folder = match folder.as_str() {
        "." => String::new(),
        plain if plain.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c)) => format!(" {plain}"),
        other => format!(" '{}'", other.replace('\'', r"'\''")),
    };
    format!(
        "conforme review set {proof}{folder} --decision accepted|refused|to_complete --examiner \"…\" --comment \"…\""
    )
}
