//! Looking for the marks of a statement in the words of its documents.

use crate::checks::Outcome;
use crate::evidence::words::fold;
use crate::finding::{Place, Rule, Severity};
use crate::text::{Text, text};

use super::Document;
use super::table::{Mark, MarkKind, STATEMENTS, Statement};

/// Longest quotation of a document in a message, in characters.
const QUOTED: usize = 60;

/// A label that the binding asks for.
pub(super) static FIELD: Rule = Rule::fixed(
    "STATEMENT-FIELD",
    Severity::Error,
    text(
        "Les champs demandés sont remplis",
        "The fields asked for are filled in",
    ),
    text(
        "La preuve demande des renseignements précis ; un champ absent ou vide la laisse incomplète.",
        "The proof asks for precise information; a field that is absent or empty leaves it incomplete.",
    ),
    text(
        "Écrire chaque champ avec sa valeur.",
        "Write each field with its value.",
    ),
    "REM, texte de la preuve",
);

/// Judges every mark. `unseen`: other files of the proof could not be read.
pub(super) fn judge(statement: &Statement, documents: &[Document<'_>], unseen: bool, outcome: &mut Outcome) {
    let Some(first) = documents.first() else { return };
    // What is drawn, or stands in a file without words, may be the mark itself: only a human can tell.
    let uncertain = unseen || documents.iter().any(|document| document.words.drawing);
    let mut missing: Vec<&Mark> = Vec::new();
    for mark in &statement.marks {
        if mark.kind == MarkKind::Never {
            for document in documents {
                never(mark, document, outcome);
            }
            continue;
        }
        if let Some(seen) = documents.iter().find_map(|document| find(mark, document)) {
            outcome.verified.push(Text::new(
                format!("{} : {} « {seen} »", statement.name.fr, mark.label.fr),
                format!("{}: {} '{seen}'", statement.name.en, mark.label.en),
            ));
            continue;
        }
        missing.push(mark);
        let severity = if uncertain {
            Severity::Warning
        } else {
            mark.rule.severity
        };
        outcome.findings.push(
            mark.rule
                .at(
                    Place::file(first.path),
                    Text::new(
                        format!(
                            "{} introuvable dans le texte : {}",
                            mark.label.fr, statement.name.fr
                        ),
                        format!("{} not found in the text: {}", mark.label.en, statement.name.en),
                    ),
                )
                .severity(severity),
        );
    }
    if uncertain && !missing.is_empty() {
        let labels = |pick: fn(&Text) -> &str| {
            let labels: Vec<&str> = missing.iter().map(|mark| pick(&mark.label)).collect();
            labels.join(", ")
        };
        outcome.to_review.push(Text::new(
            format!(
                "{} : chercher dans les images ou les parties manuscrites : {}",
                statement.name.fr,
                labels(|text| &text.fr)
            ),
            format!(
                "{}: look in the pictures or handwriting for: {}",
                statement.name.en,
                labels(|text| &text.en)
            ),
        ));
    }
}

/// What shows a mark in a document.
fn find(mark: &Mark, document: &Document<'_>) -> Option<String> {
    let folded = &document.folded;
    let by_pattern = || mark.patterns.iter().find_map(|pattern| pattern.find(folded));
    let found = match mark.kind {
        MarkKind::Words => by_pattern()?.as_str().to_owned(),
        MarkKind::Date => date(folded)?,
        MarkKind::Signature => match &document.words.signature {
            Some(signature) => signature.clone(),
            None => by_pattern()?.as_str().to_owned(),
        },
        MarkKind::Never => return None,
    };
    Some(quote(&found))
}

fn date(folded: &str) -> Option<String> {
    let plain = STATEMENTS.dates.iter().find_map(|pattern| pattern.find(folded));
    if let Some(found) = plain {
        return Some(found.as_str().to_owned());
    }
    let squeezed: String = folded.split_whitespace().collect();
    STATEMENTS
        .squeezed_dates
        .iter()
        .find_map(|pattern| pattern.find(&squeezed))
        .map(|found| found.as_str().to_owned())
}

/// A pattern that must not be found.
fn never(mark: &Mark, document: &Document<'_>, outcome: &mut Outcome) {
    let mut seen = mark
        .patterns
        .iter()
        .flat_map(|pattern| pattern.find_iter(&document.folded));
    let Some(first) = seen.next() else { return };
    let shown = if mark.mask {
        let name = first.as_str().split(['=', ':']).next().unwrap_or_default();
        format!("{}…", name.trim())
    } else {
        quote(first.as_str())
    };
    let mut finding = mark
        .rule
        .at(
            Place::file(document.path),
            Text::new(
                format!("{} : « {shown} »", mark.label.fr),
                format!("{}: '{shown}'", mark.label.en),
            ),
        )
        .found(shown);
    finding.count = 1 + seen.count() as u64;
    outcome.findings.push(finding);
}

/// The labels of `parameters.fields`, each followed by a value on its line or the next one.
pub(super) fn judge_fields(documents: &[Document<'_>], parameters: &toml::Table, outcome: &mut Outcome) {
    let (Some(first), Some(fields)) = (
        documents.first(),
        parameters.get("fields").and_then(toml::Value::as_array),
    ) else {
        return;
    };
    for label in fields.iter().filter_map(toml::Value::as_str) {
        let folded = fold(label);
        let folded = folded.trim();
        let mut present = false;
        let filled = documents.iter().any(|document| {
            document.folded.match_indices(folded).any(|(at, _)| {
                present = true;
                let rest = document.folded.get(at + folded.len()..).unwrap_or_default();
                rest.lines().take(2).any(|line| {
                    line.chars()
                        .filter(|character| character.is_alphanumeric())
                        .count()
                        >= 2
                })
            })
        });
        if filled {
            continue;
        }
        let message = if present {
            Text::new(
                format!("le champ « {label} » n'a pas de valeur"),
                format!("the field '{label}' has no value"),
            )
        } else {
            Text::new(
                format!("le champ « {label} » est absent"),
                format!("the field '{label}' is absent"),
            )
        };
        outcome.findings.push(
            FIELD
                .at(Place::file(first.path).path(label), message)
                .expected(label),
        );
    }
}

fn quote(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", flat.get(..end).unwrap_or_default()),
        None => flat,
    }
}
