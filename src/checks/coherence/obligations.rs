//! Where the law wants a document sent (article L. 1111-15), against where its message asks to send it.

use super::documents::MASKS;
use super::words as rule;
use crate::checks::{Judged, Outcome};
use crate::facts::{DocumentFacts, FactSource, MessageFacts};
use crate::requirements::obligations::{self, Obligation};
use crate::text::Text;

/// An addressee of the obligation: its name in the facts of a message, who it is, the mask that lifts the obligation,
/// and whether an obligation names it.
struct Addressee {
    destination: &'static str,
    name: Text,
    lifted_by: Option<&'static str>,
    due: fn(&Obligation) -> bool,
}

const ADDRESSEES: [Addressee; 3] = [
    Addressee {
        destination: "DMP",
        name: Text::fixed("DMP", "DMP"),
        lifted_by: None,
        due: |obligation| obligation.dmp,
    },
    Addressee {
        destination: "MSS_PRO",
        name: Text::fixed("MSSanté professionnelle", "MSSanté to professionals"),
        lifted_by: Some("MASQUE_PS"),
        due: |obligation| obligation.mss_professional,
    },
    Addressee {
        destination: "MSS_CIT",
        name: Text::fixed("MSSanté du patient", "MSSanté to the patient"),
        lifted_by: Some("INVISIBLE_PATIENT"),
        due: |obligation| obligation.mss_patient,
    },
];

pub(super) fn judge(files: &[Judged<'_>], outcome: &mut Outcome) {
    for file in files {
        let facts = &file.outcome.facts;
        for document in facts
            .documents
            .iter()
            .filter(|document| document.source == FactSource::Hl7)
        {
            // The message that carries the document stands in the same file.
            let mut carriers = facts.messages.iter().filter(|message| {
                message.place.file == document.place.file && message.destinations.is_some()
            });
            if let (Some(message), None) = (carriers.next(), carriers.next()) {
                compare(document, message, outcome);
            }
        }
    }
}

fn compare(document: &DocumentFacts, message: &MessageFacts, outcome: &mut Outcome) {
    let (Some(code), Some(asked)) = (&document.type_code, &message.destinations) else {
        return;
    };
    let documents = obligations::for_type(&code.code);
    let masked = |mask: &str| {
        MASKS.contains(&mask)
            && document
                .confidentiality
                .iter()
                .any(|confidentiality| confidentiality.code == mask)
    };
    for addressee in &ADDRESSEES {
        // A code may stand for several documents of the law: what all of them ask is due.
        let due = !documents.is_empty() && documents.iter().all(|obligation| (addressee.due)(obligation));
        let lifted = addressee.lifted_by.is_some_and(masked);
        if !due
            || lifted
            || asked
                .iter()
                .any(|destination| destination == addressee.destination)
        {
            continue;
        }
        let label = documents
            .first()
            .map(|obligation| obligation.label.clone())
            .unwrap_or_default();
        outcome.findings.push(
            rule::OBLIGATION
                .at(
                    message.place.clone(),
                    Text::new(
                        format!(
                            "{} ({}) : le message ne demande pas l'envoi : {}",
                            label.fr, code.code, addressee.name.fr
                        ),
                        format!(
                            "{} ({}): the message does not ask for: {}",
                            label.en, code.code, addressee.name.en
                        ),
                    ),
                )
                .expected(addressee.destination)
                .found(asked.join(", ")),
        );
    }
}
