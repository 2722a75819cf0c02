//! Read receipts (message disposition notifications, RFC 8098).

use super::Mail;
use super::headers::is_message_id;
use super::words as rule;
use crate::checks::Outcome;
use crate::engines::mime::{Message, Part};
use crate::finding::Place;
use crate::text::Text;

/// The value of a field of a notification, continuation lines left out.
fn field(part: &Part, name: &str) -> Option<String> {
    String::from_utf8_lossy(&part.bytes).lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found
            .trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}

fn notification(message: &Message) -> Option<&Part> {
    message
        .parts
        .iter()
        .find(|part| part.media_type == "message/disposition-notification")
}

/// Message-ID of the mail that this one is a read receipt of.
pub(super) fn original(message: &Message) -> Option<String> {
    field(notification(message)?, "Original-Message-ID").filter(|id| !id.is_empty())
}

pub(super) fn judge(mail: &Mail<'_>, outcome: &mut Outcome) {
    let message = mail.message;
    if message.report_type.as_deref() != Some("disposition-notification") {
        let found = message.report_type.clone().unwrap_or_default();
        let text = Text::new(
            format!("report-type « {found} »"),
            format!("report-type '{found}'"),
        );
        let place = message
            .header("Content-Type")
            .map_or_else(|| mail.file(), |header| mail.header_place(header));
        outcome.findings.push(
            rule::RECEIPT
                .at(place, text)
                .expected("disposition-notification")
                .found(found),
        );
        return;
    }
    if !message
        .parts
        .iter()
        .any(|part| part.media_type.starts_with("text/"))
    {
        let text = Text::fixed(
            "aucune partie lisible par un humain",
            "no part that a person can read",
        );
        outcome
            .findings
            .push(rule::RECEIPT.at(mail.file(), text).expected("text/plain"));
    }
    let Some(part) = notification(message) else {
        let text = Text::fixed(
            "aucune partie message/disposition-notification",
            "no part message/disposition-notification",
        );
        outcome.findings.push(
            rule::RECEIPT
                .at(mail.file(), text)
                .expected("message/disposition-notification"),
        );
        return;
    };
    let field = |name: &str| field(part, name);
    let place = || mail.part_place(part);
    for name in ["Disposition", "Final-Recipient", "Original-Message-ID"] {
        if field(name).is_none_or(|value| value.is_empty()) {
            let text = Text::new(
                format!("champ « {name} » absent"),
                format!("field '{name}' absent"),
            );
            outcome
                .findings
                .push(rule::RECEIPT.at(place(), text).expected(name));
        }
    }
    if let Some(id) = field("Original-Message-ID").filter(|id| !id.is_empty() && !is_message_id(id)) {
        let text = Text::fixed("Original-Message-ID mal formé", "malformed Original-Message-ID");
        outcome.findings.push(rule::RECEIPT.at(place(), text).found(id));
    }
    if let Some(disposition) = field("Disposition").filter(|value| !value.is_empty()) {
        judge_disposition(mail, &disposition, place(), outcome);
    }
}

/// `mode ; type[/modifier]`, and for a failed integration an error code with the subject that says so.
fn judge_disposition(mail: &Mail<'_>, disposition: &str, place: Place, outcome: &mut Outcome) {
    let (mode, kind) = disposition.split_once(';').unwrap_or((disposition, ""));
    let kind = kind.trim();
    let known_mode = mode.trim().split_once('/').is_some_and(|(action, sending)| {
        // RFC 8098, 3.2.6: case aside.
        let (action, sending) = (action.trim().to_lowercase(), sending.trim().to_lowercase());
        matches!(&*action, "manual-action" | "automatic-action")
            && matches!(&*sending, "mdn-sent-manually" | "mdn-sent-automatically")
    });
    let word = kind.split(['/', ':']).next().unwrap_or_default();
    if !known_mode
        || !matches!(
            &*word.trim().to_lowercase(),
            "displayed" | "processed" | "dispatched" | "deleted" | "denied" | "failed"
        )
    {
        let text = Text::new(
            format!("Disposition « {disposition} » mal formée"),
            format!("malformed Disposition '{disposition}'"),
        );
        let expected = "automatic-action/MDN-sent-automatically; processed";
        outcome.findings.push(
            rule::RECEIPT
                .at(place.clone(), text)
                .expected(expected)
                .found(disposition),
        );
    }
    let subject = mail
        .message
        .header("Subject")
        .map(|header| header.value.clone())
        .unwrap_or_default();
    let failed = kind.to_lowercase().contains("error");
    let said = subject.to_uppercase().starts_with("[KO ");
    if failed != said {
        let text = Text::fixed(
            "l'objet et la Disposition ne disent pas la même chose de l'intégration",
            "subject and Disposition do not say the same of the integration",
        );
        let expected = "[KO Intégration système !][code] XDM/1.0/DDM+… ; processed/Error: code^libellé";
        outcome.findings.push(
            rule::RECEIPT
                .at(place, text)
                .expected(expected)
                .found(format!("{subject} ; {disposition}")),
        );
    }
}
