//! Rules across the files of a proof, a scenario or a dossier. They work on what the checks learned of each file
//! ([`crate::facts::Facts`]): no file is read again.

mod documents;
mod obligations;
mod recipients;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::checks::{Context, Judged, Outcome, SetCheck};
use crate::evidence::ins::{self, InsEnvironment};
use crate::facts::{Identifier, MailFacts};
use crate::finding::{Place, Rule, Severity};
use crate::text::Text;

/// The check on several files together. Parameters:
/// - `same_document` (boolean, false by default): the files must all speak of one document;
/// - `same_file` (boolean, true by default): say which files were filed several times;
/// - `dossier` (boolean, false by default): the files are those of the whole dossier. Two scenarios may tell the story of
///   one document twice, so that a difference between them is a warning; a Message-ID has to be unique all the same.
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
        receipts(files, &mut outcome);
        if flag("same_file", true) {
            same_files(files, &mut outcome);
        }
        if flag("dossier", false) {
            for finding in &mut outcome.findings {
                if finding.rule != words::MESSAGE_ID.id {
                    finding.severity = finding.severity.max(Severity::Warning);
                }
            }
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

/// Two mails with one Message-ID. The copies that the sender and the receiver kept of one mail are not two.
fn message_ids(files: &[Judged<'_>], outcome: &mut Outcome) {
    let mut seen: BTreeMap<&str, &MailFacts> = BTreeMap::new();
    for mail in files.iter().flat_map(|file| &file.outcome.facts.mails) {
        let Some(id) = mail.message_id.as_deref().filter(|id| !id.is_empty()) else {
            continue;
        };
        let first = *seen.entry(id).or_insert(mail);
        if (&first.date, &first.subject) != (&mail.date, &mail.subject) {
            let text = Text::new(
                format!("Message-ID déjà porté par {}", first.place),
                format!("Message-ID already carried by {}", first.place),
            );
            outcome
                .findings
                .push(words::MESSAGE_ID.at(mail.place.clone(), text).found(id));
        }
    }
}

/// A receipt answers one of the mails filed, when mails that are no receipts are filed with it.
fn receipts(files: &[Judged<'_>], outcome: &mut Outcome) {
    let mails = || files.iter().flat_map(|file| &file.outcome.facts.mails);
    let sent: BTreeSet<&str> = mails()
        .filter(|mail| mail.receipt_of.is_none())
        .filter_map(|mail| mail.message_id.as_deref())
        .collect();
    if sent.is_empty() {
        return;
    }
    for mail in mails() {
        let Some(original) = mail.receipt_of.as_deref().filter(|id| !sent.contains(id)) else {
            continue;
        };
        let text = Text::fixed(
            "accusé d'un courriel qui n'est pas déposé",
            "receipt of a mail that is not filed",
        );
        outcome
            .findings
            .push(words::RECEIPT.at(mail.place.clone(), text).found(original));
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
