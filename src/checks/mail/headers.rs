//! Header fields: Message-ID, and the X-MSS ones recomputed from the documents attached.

use super::Mail;
use super::content::Content;
use super::subject;
use super::words as rule;
use crate::checks::Outcome;
use crate::engines::mime::Header;
use crate::evidence::cda_header::CdaHeader;
use crate::evidence::ins::{self, InsEnvironment, InsKind};
use crate::finding::Severity;
use crate::text::Text;

/// Domain of the mailboxes of Mon espace santé.
pub(super) const PATIENT_DOMAIN: &str = "patient.mssante.fr";

pub(super) fn judge(mail: &Mail<'_>, content: &Content<'_>, outcome: &mut Outcome) {
    message_id(mail, outcome);
    reply(mail, content, outcome);
    nil(mail, Severity::Error, outcome);
    end_of_exchange(mail, outcome);
    // Headers recomputed from an archive that is missing or cannot be read would only repeat that fault.
    let missing = content.archives.is_empty() && subject::announces(mail);
    let unreadable = !content.archives.is_empty() && !content.archive_read;
    if !missing && !unreadable {
        codes(mail, content, outcome);
        identity(mail, content, outcome);
    }
}

/// A receipt is often made by the mail client itself: the reference of the product is then only wished for.
pub(super) fn judge_receipt(mail: &Mail<'_>, outcome: &mut Outcome) {
    message_id(mail, outcome);
    nil(mail, Severity::Warning, outcome);
}

fn message_id(mail: &Mail<'_>, outcome: &mut Outcome) {
    let Some(header) = mail.message.header("Message-ID") else {
        let text = Text::fixed("Message-ID absent", "Message-ID absent");
        outcome
            .findings
            .push(rule::MESSAGE_ID.at(mail.file().path("Message-ID"), text));
        return;
    };
    if !is_message_id(&header.value) {
        let text = Text::fixed("Message-ID mal formé", "malformed Message-ID");
        let finding = rule::MESSAGE_ID.at(mail.header_place(header), text);
        outcome
            .findings
            .push(finding.expected("<identifiant@domaine>").found(&*header.value));
    }
}

/// `<left@right>`, both sides of the characters that RFC 5322 allows.
pub(super) fn is_message_id(text: &str) -> bool {
    let allowed = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '@' | '(' | ')' | ',' | ';' | '"'))
    };
    text.strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
        .and_then(|id| id.split_once('@'))
        .is_some_and(|(left, right)| {
            allowed(left) && allowed(right.trim_start_matches('[').trim_end_matches(']'))
        })
}

/// In-Reply-To and References: well formed when present, wanted when the mail replaces another.
fn reply(mail: &Mail<'_>, content: &Content<'_>, outcome: &mut Outcome) {
    let headers = ["In-Reply-To", "References"].map(|name| mail.message.header(name));
    for header in headers.iter().flatten() {
        if let Some(wrong) = header.value.split_whitespace().find(|id| !is_message_id(id)) {
            let text = Text::new(
                format!("« {} » mal formé", header.name),
                format!("malformed '{}'", header.name),
            );
            outcome
                .findings
                .push(rule::REPLY.at(mail.header_place(header), text).found(wrong));
        }
    }
    let replaces = content
        .documents
        .iter()
        .any(|document| document.header.replaces().is_some());
    if replaces && headers.iter().all(Option::is_none) {
        let text = Text::fixed(
            "le document en remplace un autre, le message ne cite pas celui d'origine",
            "the document replaces another, the message does not name the first one",
        );
        outcome
            .findings
            .push(rule::REPLY.at(mail.file().path("In-Reply-To"), text));
    }
}

fn nil(mail: &Mail<'_>, severity: Severity, outcome: &mut Outcome) {
    let header = mail.message.header("X-MSS-NIL");
    if header.is_none_or(|header| header.value.is_empty()) {
        let place = header.map_or_else(
            || mail.file().path("X-MSS-NIL"),
            |header| mail.header_place(header),
        );
        let text = Text::fixed("X-MSS-NIL absent ou vide", "X-MSS-NIL absent or empty");
        outcome
            .findings
            .push(rule::NIL.at(place, text).severity(severity));
    }
}

fn end_of_exchange(mail: &Mail<'_>, outcome: &mut Outcome) {
    let Some(header) = mail.message.header("X-MSS-MES") else {
        return;
    };
    let to_patient = mail
        .message
        .recipients()
        .any(|mailbox| is_patient_address(&mailbox.address));
    if header.value != "FIN" || !to_patient {
        let text = if header.value == "FIN" {
            Text::fixed(
                "X-MSS-MES sans destinataire patient",
                "X-MSS-MES without a patient addressee",
            )
        } else {
            Text::new(
                format!("X-MSS-MES vaut « {} »", header.value),
                format!("X-MSS-MES is '{}'", header.value),
            )
        };
        outcome.findings.push(
            rule::MES
                .at(mail.header_place(header), text)
                .expected("FIN")
                .found(&*header.value),
        );
    }
}

/// Whether an address is one of Mon espace santé.
pub(super) fn is_patient_address(address: &str) -> bool {
    address
        .rsplit_once('@')
        .is_some_and(|(_, domain)| domain.eq_ignore_ascii_case(PATIENT_DOMAIN))
}

/// A header that must not be there without CDA.
fn superfluous(mail: &Mail<'_>, header: &Header, rule: &crate::finding::Rule, outcome: &mut Outcome) {
    let text = Text::new(
        format!("{} présent sans document CDA", header.name),
        format!("{} present without CDA document", header.name),
    );
    outcome.findings.push(
        rule.at(mail.header_place(header), text)
            .expected("")
            .found(&*header.value),
    );
}

fn codes(mail: &Mail<'_>, content: &Content<'_>, outcome: &mut Outcome) {
    let name = "X-MSS-CODECDA";
    let expected: Vec<String> = content
        .documents
        .iter()
        .map(|document| {
            document
                .header
                .code
                .as_ref()
                .map(|code| code.value.code.code.clone())
                .unwrap_or_default()
        })
        .collect();
    let Some(header) = mail.message.header(name) else {
        if !expected.is_empty() {
            let text = Text::new(format!("{name} absent"), format!("{name} absent"));
            outcome.findings.push(
                rule::CODE
                    .at(mail.file().path(name), text)
                    .expected(expected.join(",")),
            );
        }
        return;
    };
    if expected.is_empty() {
        return superfluous(mail, header, &rule::CODE, outcome);
    }
    let found: Vec<String> = header
        .value
        .split(',')
        .map(|code| code.trim().to_owned())
        .collect();
    if found == expected {
        return;
    }
    let sorted = |codes: &[String]| {
        let mut codes = codes.to_vec();
        codes.sort();
        codes
    };
    let (rule, text) = if sorted(&found) == sorted(&expected) {
        let text = Text::fixed(
            "les codes ne suivent pas l'ordre de l'archive",
            "the codes do not follow the order of the archive",
        );
        (&rule::CODE_ORDER, text)
    } else {
        let text = Text::fixed(
            "X-MSS-CODECDA ne donne pas les codes des CDA joints",
            "X-MSS-CODECDA does not give the codes of the CDA documents attached",
        );
        (&rule::CODE, text)
    };
    outcome.findings.push(
        rule.at(mail.header_place(header), text)
            .expected(expected.join(","))
            .found(&*header.value),
    );
}

/// What X-MSS-INS must be: `O` when every document has the INS and the four traits.
fn has_identity(header: &CdaHeader) -> bool {
    let filled = |value: &Option<String>| value.as_ref().is_some_and(|text| !text.trim().is_empty());
    header.ins().is_some_and(|ins| !ins.value.extension.is_empty())
        && header.patients.first().is_some_and(|patient| {
            filled(&patient.birth_name)
                && filled(&patient.birth_given)
                && filled(&patient.birth_time)
                && filled(&patient.gender)
        })
}

fn identity(mail: &Mail<'_>, content: &Content<'_>, outcome: &mut Outcome) {
    let name = "X-MSS-INS";
    let whole = content
        .documents
        .iter()
        .all(|document| has_identity(&document.header));
    let expected = if whole { "O" } else { "N" };
    let Some(header) = mail.message.header(name) else {
        if !content.documents.is_empty() {
            let text = Text::new(format!("{name} absent"), format!("{name} absent"));
            outcome
                .findings
                .push(rule::INS.at(mail.file().path(name), text).expected(expected));
        }
        return;
    };
    if content.documents.is_empty() {
        return superfluous(mail, header, &rule::INS, outcome);
    }
    if header.value != expected {
        let text = if whole {
            Text::fixed(
                "les CDA portent l'INS et les quatre traits : X-MSS-INS doit être O",
                "the CDA documents have the INS and the four traits: X-MSS-INS must be O",
            )
        } else {
            Text::fixed(
                "l'INS ou un des quatre traits manque dans un CDA : X-MSS-INS doit être N",
                "the INS or one of the four traits is missing in a CDA: X-MSS-INS must be N",
            )
        };
        outcome.findings.push(
            rule::INS
                .at(mail.header_place(header), text)
                .expected(expected)
                .found(&*header.value),
        );
        return;
    }
    let authority = content
        .documents
        .iter()
        .filter_map(|document| document.header.ins())
        .filter_map(|ins| ins::authority(&ins.value.root))
        .find(|authority| {
            authority.environment != InsEnvironment::Production || authority.kind == InsKind::Nia
        });
    if let Some(authority) = authority.filter(|_| expected == "O") {
        let text = Text::new(
            format!("X-MSS-INS = O avec l'OID {} (test ou NIA)", authority.oid),
            format!("X-MSS-INS = O with the OID {} (test or NIA)", authority.oid),
        );
        outcome.findings.push(
            rule::INS_TEST
                .at(mail.header_place(header), text)
                .found(authority.oid),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_ids() {
        for good in ["<a.b@c.d>", "<1$x=@[10.0.0.1]>"] {
            assert!(is_message_id(good), "{good}");
        }
        for wrong in ["", "a@b", "<a>", "<a@>", "<@b>", "<a b@c>", "<a@b@c>"] {
            assert!(!is_message_id(wrong), "{wrong}");
        }
    }
}
