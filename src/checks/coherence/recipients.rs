//! Masked documents and the addressees of the mails that carry them.

use std::collections::{BTreeMap, BTreeSet};

use super::documents::MASKS;
use super::words as rule;
use crate::checks::{Judged, Outcome};
use crate::facts::Identifier;
use crate::finding::Severity;
use crate::text::Text;

const PATIENT_DOMAIN: &str = "@patient.mssante.fr";

pub(super) fn judge(files: &[Judged<'_>], outcome: &mut Outcome) {
    // A mask may be told by one file only (the HL7 message) and the sending seen in another one.
    let mut masks: BTreeMap<&Identifier, BTreeSet<&str>> = BTreeMap::new();
    for document in files.iter().flat_map(|file| &file.outcome.facts.documents) {
        let Some(id) = &document.id else { continue };
        let told = document
            .confidentiality
            .iter()
            .map(|code| code.code.as_str())
            .filter(|code| MASKS.contains(code));
        masks.entry(id).or_default().extend(told);
    }
    for file in files {
        let facts = &file.outcome.facts;
        let carried: BTreeSet<&str> = facts
            .documents
            .iter()
            .filter_map(|document| document.id.as_ref())
            .filter_map(|id| masks.get(id))
            .flatten()
            .copied()
            .collect();
        for mail in &facts.mails {
            let patient = |address: &&String| address.to_lowercase().ends_with(PATIENT_DOMAIN);
            let to_patient = mail.recipients.iter().find(patient);
            let to_professional = mail.recipients.iter().find(|address| !patient(address));
            // The mailbox of a minor is opened by its legal representatives.
            for (mask, addressee, severity) in [
                ("INVISIBLE_PATIENT", to_patient, rule::RECIPIENT.severity),
                ("MASQUE_PS", to_professional, rule::RECIPIENT.severity),
                ("INVISIBLE_REPRESENTANTS_LEGAUX", to_patient, Severity::Warning),
            ] {
                let Some(addressee) = addressee.filter(|_| carried.contains(mask)) else {
                    continue;
                };
                let text = Text::new(
                    format!("document {mask} envoyé à « {addressee} »"),
                    format!("document {mask} sent to '{addressee}'"),
                );
                let finding = rule::RECIPIENT.at(mail.place.clone(), text).severity(severity);
                outcome.findings.push(finding.found(&**addressee));
            }
        }
    }
}
