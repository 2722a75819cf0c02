//! Rules across the files of a proof, a scenario or a dossier. They work on what the checks learned of each file
//! ([`crate::facts::Facts`]): no file is read again.

mod documents;
mod obligations;
mod recipients;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::checks::{Context, Judged, Outcome, SetCheck};
use crate::evidence::ins::{self, InsEnvironment};
use crate::facts::Identifier;
use crate::finding::{Place, Rule};
use crate::text::Text;

/// The check on several files together. Parameters:
/// - `same_document` (boolean, false by default): the files must all speak of one document;
/// - `same_file` (boolean, true by default): say which files were filed several times.
#[derive(Debug)]
pub struct CoherenceCheck;

impl SetCheck for CoherenceCheck {
    fn id(&self) -> &'static str {
        "coherence"
    }

    fn rules(&self) -> Vec<&'static Rule> {
        words::rules()
    }

    fn run(&self, files: &[Judged<'_>], parameters: &toml::Table, _: &Context<'_>) -> Outcome {
        let flag = |name: &str, default: bool| {
            parameters
                .get(name)
                .and_then(toml::Value::as_bool)
                .unwrap_or(default)
        };
        let mut outcome = Outcome::default();
        documents::judge(files, flag("same_document", false), &mut outcome);
        recipients::judge(files, &mut outcome);
        obligations::judge(files, &mut outcome);
        real_patients(files, &mut outcome);
        message_ids(files, &mut outcome);
        if flag("same_file", true) {
            same_files(files, &mut outcome);
        }
        outcome
    }
}

/// A valid matricule under a production OID, that no official example publishes: once per matricule.
fn real_patients(files: &[Judged<'_>], outcome: &mut Outcome) {
    let mut seen: BTreeSet<&Identifier> = BTreeSet::new();
    for file in files {
        let facts = &file.outcome.facts;
        let of_documents = facts
            .documents
            .iter()
            .map(|document| (&document.patient, &document.place));
        let of_messages = facts
            .messages
            .iter()
            .map(|message| (&message.patient, &message.place));
        for (patient, place) in of_documents.chain(of_messages) {
            let Some(id) = &patient.ins else { continue };
            let production = ins::authority(&id.root)
                .is_some_and(|authority| authority.environment == InsEnvironment::Production);
            if production && ins::check_matricule(&id.extension).is_ok() && seen.insert(id) {
                // The matricule itself is not repeated in the report.
                let text = Text::new(
                    format!(
                        "matricule INS valide sous l'OID de production {} : peut-être une personne réelle",
                        id.root
                    ),
                    format!(
                        "valid matricule INS under the production OID {}: perhaps a real person",
                        id.root
                    ),
                );
                outcome.findings.push(words::REAL_PATIENT.at(place.clone(), text));
            }
        }
    }
}

fn message_ids(files: &[Judged<'_>], outcome: &mut Outcome) {
    let mut seen: BTreeMap<&str, &Place> = BTreeMap::new();
    let mut hashes = BTreeSet::new();
    for file in files {
        // The same file filed twice is one mail.
        if !hashes.insert(file.evidence.sha256()) {
            continue;
        }
        for mail in &file.outcome.facts.mails {
            let Some(id) = mail.message_id.as_deref().filter(|id| !id.is_empty()) else {
                continue;
            };
            if let Some(first) = seen.insert(id, &mail.place) {
                let text = Text::new(
                    format!("Message-ID déjà porté par {first}"),
                    format!("Message-ID already carried by {first}"),
                );
                outcome
                    .findings
                    .push(words::MESSAGE_ID.at(mail.place.clone(), text).found(id));
            }
        }
    }
}

fn same_files(files: &[Judged<'_>], outcome: &mut Outcome) {
    let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.evidence.size() > 0) {
        places
            .entry(file.evidence.sha256())
            .or_default()
            .insert(file.evidence.path());
    }
    for paths in places.values().filter(|paths| paths.len() > 1) {
        let list = paths.iter().copied().collect::<Vec<_>>().join(", ");
        let text = Text::new(
            format!("le même fichier est déposé ici : {list}"),
            format!("the same file is filed here: {list}"),
        );
        let first = paths.iter().next().copied().unwrap_or_default();
        outcome
            .findings
            .push(words::SAME_FILE.at(Place::file(first), text).found(list));
    }
}
