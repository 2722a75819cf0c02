//! Sender and addressees.

use super::Mail;
use super::content::Content;
use super::fields::in_space;
use super::headers::is_patient_address;
use super::words as rule;
use crate::checks::Outcome;
use crate::evidence::ins;
use crate::finding::Severity;
use crate::text::Text;

/// Most bytes of a mail to Mon espace santé.
const PATIENT_LIMIT: u64 = 25 * 1024 * 1024;

pub(super) fn judge(mail: &Mail<'_>, content: &Content<'_>, outcome: &mut Outcome) {
    sender(mail, outcome);
    let patients: Vec<_> = mail
        .message
        .recipients()
        .filter(|mailbox| is_patient_address(&mailbox.address))
        .collect();
    let place = || {
        mail.message
            .header("To")
            .map_or_else(|| mail.file().path("To"), |header| mail.header_place(header))
    };
    for mailbox in &patients {
        let local = mailbox.address.split('@').next().unwrap_or_default();
        if let Err(fault) = ins::check_matricule(local) {
            let published = ins::published_with_wrong_key(local);
            let text = Text::new(
                format!("« {} » n'est pas un matricule INS : {fault}", mailbox.address),
                format!("'{}' is no matricule INS: {fault}", mailbox.address),
            );
            let severity = if published {
                Severity::Warning
            } else {
                Severity::Error
            };
            outcome.findings.push(
                rule::PATIENT_ADDRESS
                    .at(place(), text)
                    .severity(severity)
                    .found(&*mailbox.address),
            );
            if !published {
                continue;
            }
        }
        for document in &content.documents {
            let matricule = document.header.ins().map(|ins| ins.value.extension.as_str());
            if matricule == Some(local) {
                continue;
            }
            let text = match matricule {
                Some(_) => Text::fixed(
                    "l'adresse du patient n'est pas le matricule INS du CDA",
                    "the address of the patient is not the matricule INS of the CDA",
                ),
                None => Text::fixed(
                    "envoi au patient alors que le CDA ne porte pas d'INS : l'identité n'est pas qualifiée",
                    "sent to the patient although the CDA has no INS: the identity is not qualified",
                ),
            };
            let finding = rule::PATIENT_ADDRESS.at(place(), text).found(&*mailbox.address);
            outcome
                .findings
                .push(finding.expected(matricule.unwrap_or_default()));
            break;
        }
    }
    if !patients.is_empty() && mail.size > PATIENT_LIMIT {
        let text = Text::new(
            format!("courriel de {} octets vers un patient", mail.size),
            format!("mail of {} bytes to a patient", mail.size),
        );
        outcome.findings.push(
            rule::SIZE
                .at(mail.file(), text)
                .expected(PATIENT_LIMIT.to_string())
                .found(mail.size.to_string()),
        );
    }
}

fn sender(mail: &Mail<'_>, outcome: &mut Outcome) {
    let place = mail
        .message
        .header("From")
        .map_or_else(|| mail.file().path("From"), |header| mail.header_place(header));
    let Some(from) = mail.message.from().first() else {
        let text = Text::fixed("expéditeur absent", "no sender");
        outcome.findings.push(rule::FROM.at(place, text));
        return;
    };
    if !in_space(&from.address) {
        let text = Text::new(
            format!("« {} » n'est pas une boîte MSSanté", from.address),
            format!("'{}' is no MSSanté mailbox", from.address),
        );
        outcome.findings.push(
            rule::FROM
                .at(place.clone(), text)
                .expected("*.mssante.fr")
                .found(&*from.address),
        );
    }
    // A patient answers from an address without label.
    let label = from.label.as_deref().unwrap_or_default();
    if !is_patient_address(&from.address)
        && label.split('_').filter(|part| !part.trim().is_empty()).count() < 4
    {
        let text = Text::new(
            format!("libellé de l'expéditeur « {label} »"),
            format!("label of the sender '{label}'"),
        );
        outcome.findings.push(
            rule::FROM_LABEL
                .at(place, text)
                .expected("Titre_Prénom_NOM_Entité")
                .found(label),
        );
    }
}
