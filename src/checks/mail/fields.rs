//! The header fields of any mail: once each, a date, addressees, and whom a read receipt is asked for.

use super::Mail;
use super::words as rule;
use crate::checks::Outcome;
use crate::engines::mime::is_date;
use crate::text::Text;

/// Fields that a mail has at most once (RFC 5322, 3.6, and those of MSSanté).
const ONCE: [&str; 12] = [
    "Date",
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "X-MSS-INS",
    "X-MSS-CODECDA",
    "X-MSS-NIL",
    "X-MSS-MES",
];
/// Domain of all MSSanté mailboxes.
const SPACE: &str = "mssante.fr";

pub(super) fn judge(mail: &Mail<'_>, outcome: &mut Outcome) {
    repeated(mail, outcome);
    date(mail, outcome);
    recipients(mail, outcome);
    receipt_request(mail, outcome);
}

/// Whether an address belongs to the MSSanté space.
pub(super) fn in_space(address: &str) -> bool {
    let domain = address
        .rsplit_once('@')
        .map(|(_, domain)| domain.to_lowercase())
        .unwrap_or_default();
    domain == SPACE || domain.strip_suffix(SPACE).is_some_and(|rest| rest.ends_with('.'))
}

fn repeated(mail: &Mail<'_>, outcome: &mut Outcome) {
    for name in ONCE {
        let all: Vec<_> = mail
            .message
            .headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case(name))
            .collect();
        if let Some(second) = all.get(1) {
            let text = Text::new(
                format!("en-tête « {name} » présent {} fois", all.len()),
                format!("header '{name}' present {} times", all.len()),
            );
            let values: Vec<&str> = all.iter().map(|header| header.value.as_str()).collect();
            outcome.findings.push(
                rule::HEADER_REPEATED
                    .at(mail.header_place(second), text)
                    .expected("1")
                    .found(values.join(" ; ")),
            );
        }
    }
}

fn date(mail: &Mail<'_>, outcome: &mut Outcome) {
    let Some(header) = mail.message.header("Date") else {
        let text = Text::fixed("en-tête Date absent", "header Date absent");
        outcome
            .findings
            .push(rule::DATE.at(mail.file().path("Date"), text));
        return;
    };
    if !is_date(&header.value) {
        let text = Text::fixed("en-tête Date mal formé", "malformed header Date");
        outcome.findings.push(
            rule::DATE
                .at(mail.header_place(header), text)
                .expected("Thu, 04 Jan 2024 16:10:00 +0100")
                .found(&*header.value),
        );
    }
}

fn recipients(mail: &Mail<'_>, outcome: &mut Outcome) {
    let asked = ["To", "Cc", "Bcc"].map(|name| mail.message.header(name));
    if asked.iter().all(Option::is_none) {
        let text = Text::fixed("aucun destinataire (To, Cc)", "no addressee (To, Cc)");
        outcome
            .findings
            .push(rule::RECIPIENT.at(mail.file().path("To"), text));
        return;
    }
    let outside: Vec<&str> = mail
        .message
        .recipients()
        .map(|mailbox| mailbox.address.as_str())
        .filter(|address| !address.is_empty() && !in_space(address))
        .collect();
    if !outside.is_empty() {
        let list = outside.join(", ");
        let text = Text::new(
            format!("destinataire hors de l'espace de confiance MSSanté : {list}"),
            format!("addressee outside of the MSSanté trusted space: {list}"),
        );
        let place = asked
            .iter()
            .flatten()
            .next()
            .map_or_else(|| mail.file(), |header| mail.header_place(header));
        outcome.findings.push(
            rule::RECIPIENT
                .at(place, text)
                .expected(format!("*.{SPACE}"))
                .found(list),
        );
    }
}

/// `Disposition-Notification-To` (RFC 8098, 2.1): MSSanté addresses, to which receipts can be sent.
fn receipt_request(mail: &Mail<'_>, outcome: &mut Outcome) {
    let Some(header) = mail.message.header("Disposition-Notification-To") else {
        return;
    };
    let addresses: Vec<&str> = header
        .value
        .split(',')
        .map(|one| {
            one.rsplit_once('<')
                .map_or(one, |(_, address)| address)
                .trim_matches([' ', '>'])
        })
        .collect();
    let wrong = addresses
        .iter()
        .find(|address| address.split_whitespace().count() != 1 || !in_space(address));
    if let Some(wrong) = wrong {
        let text = Text::new(
            format!("accusé de lecture demandé à « {wrong} », qui n'est pas une boîte MSSanté"),
            format!("read receipt asked for at '{wrong}', which is no MSSanté mailbox"),
        );
        outcome.findings.push(
            rule::RECEIPT_REQUEST
                .at(mail.header_place(header), text)
                .expected(format!("adresse@domaine.{SPACE}"))
                .found(&*header.value),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trusted_space() {
        for good in ["a@mssante.fr", "a@x.mssante.fr", "279@patient.MSSANTE.fr"] {
            assert!(in_space(good), "{good}");
        }
        for wrong in [
            "a@gmail.com",
            "a@notmssante.fr",
            "mssante.fr",
            "",
            "a@mssante.fr.org",
        ] {
            assert!(!in_space(wrong), "{wrong}");
        }
    }
}
