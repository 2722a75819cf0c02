//! Documents in common formats: they open, they hold words, nothing in them is dangerous. What they say is judged
//! by the checks on several files (attestations, forms, approvals) and by a human.

mod json;
mod office;
mod plain;
mod rules;

use crate::checks::{Check, Context, Outcome};
use crate::evidence::{Evidence, Kind, is_message_name};
use crate::finding::{Place, Rule};
use crate::text::{Text, text};

/// The check on word-processing and presentation documents.
#[derive(Debug)]
pub struct OfficeCheck;

impl Check for OfficeCheck {
    fn id(&self) -> &'static str {
        "office"
    }

    fn accepts(&self, kind: Kind) -> bool {
        kind == Kind::Office
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![&rules::READABLE, &rules::LOCKED, &rules::MACROS, &rules::NO_WORDS]
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        office::judge(evidence, context)
    }
}

/// The check on JSON.
#[derive(Debug)]
pub struct JsonCheck;

impl Check for JsonCheck {
    fn id(&self) -> &'static str {
        "json"
    }

    fn accepts(&self, kind: Kind) -> bool {
        kind == Kind::Json
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![&rules::JSON]
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        json::judge(evidence, context)
    }
}

/// The check on text and HTML.
#[derive(Debug)]
pub struct PlainCheck;

impl Check for PlainCheck {
    fn id(&self) -> &'static str {
        "plain"
    }

    fn accepts(&self, kind: Kind) -> bool {
        matches!(kind, Kind::Text | Kind::Html)
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![&rules::NO_WORDS, &rules::CONTROL]
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        plain::judge(evidence, context)
    }
}

/// The check on files of no known format and on empty files.
#[derive(Debug)]
pub struct UnknownCheck;

impl Check for UnknownCheck {
    fn id(&self) -> &'static str {
        "unknown"
    }

    fn accepts(&self, kind: Kind) -> bool {
        matches!(kind, Kind::Unknown | Kind::Empty)
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![&rules::UNKNOWN, &rules::EMPTY]
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let place = Place::file(evidence.path());
        if evidence.kind() == Kind::Empty {
            // The judgement of a dossier says it of the files filed in it, the check of messages of a message.
            let said = evidence.depth() == 0 && context.options.dsr.is_some();
            if !said && !is_message_name(evidence.name()) {
                outcome
                    .findings
                    .push(rules::EMPTY.at(place, text("fichier vide (0 octet)", "empty file (0 bytes)")));
            }
            return outcome;
        }
        let start: Vec<String> = evidence
            .head()
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        outcome.findings.push(
            rules::UNKNOWN
                .at(
                    place,
                    text("format de fichier non reconnu", "file format not recognised"),
                )
                .found(start.join(" ")),
        );
        outcome.to_review.push(Text::new(
            format!(
                "ouvrir {} avec son logiciel : conforme ne connaît pas ce format",
                evidence.name()
            ),
            format!(
                "open {} with its software: conforme does not know this format",
                evidence.name()
            ),
        ));
        outcome
    }
}
