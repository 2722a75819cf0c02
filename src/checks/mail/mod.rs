//! MSSanté mails: MIME structure, headers recomputed from what is attached, subject, addresses, attachments, read
//! receipts. The archive and the PDFs are judged by their own checks.

mod addresses;
mod asked;
mod attachments;
mod content;
mod fields;
mod headers;
mod pdf_text;
mod receipt;
mod subject;
mod words;

use crate::checks::{Check, Context, Outcome};
use crate::engines::mime::{Header, Message, MimeLimits, Part};
use crate::evidence::{Evidence, Kind};
use crate::facts::MailFacts;
use crate::finding::{Place, Rule};
use crate::text::Text;

pub use asked::MailHeadersCheck;
use content::Content;

/// The check on mails.
#[derive(Debug)]
pub struct MailCheck;

impl Check for MailCheck {
    fn id(&self) -> &'static str {
        "mail"
    }

    fn accepts(&self, kind: Kind) -> bool {
        kind == Kind::Mail
    }

    fn rules(&self) -> Vec<&'static Rule> {
        words::rules()
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let Some(bytes) = outcome.bytes_of(evidence, context.limits.file_bytes) else {
            return outcome;
        };
        let limits = MimeLimits {
            parts: context.limits.mime_parts,
            depth: context.limits.mime_depth,
        };
        let Some(message) = Message::parse(&bytes, limits) else {
            let text = Text::fixed("aucun en-tête de courriel", "no mail header");
            outcome
                .findings
                .push(words::UNREADABLE.at(Place::file(evidence.path()), text));
            return outcome;
        };
        let mail = Mail {
            message: &message,
            evidence,
            size: bytes.len() as u64,
        };
        mail.structure(&mut outcome);
        fields::judge(&mail, &mut outcome);
        outcome.facts.mails.push(mail.facts());
        if message.media_type == "multipart/report" {
            receipt::judge(&mail, &mut outcome);
            headers::judge_receipt(&mail, &mut outcome);
            return outcome;
        }
        let content = Content::read(&mail, context);
        headers::judge(&mail, &content, &mut outcome);
        subject::judge(&mail, &content, &mut outcome);
        addresses::judge(&mail, &content, &mut outcome);
        attachments::judge(&mail, &content, context, &mut outcome);
        outcome
    }
}

/// A mail while it is judged.
struct Mail<'a> {
    message: &'a Message,
    evidence: &'a Evidence,
    size: u64,
}

impl Mail<'_> {
    fn file(&self) -> Place {
        Place::file(self.evidence.path())
    }

    /// The place of a header field.
    fn header_place(&self, header: &Header) -> Place {
        self.file().line_column(header.line, 1).path(&*header.name)
    }

    /// The place of a part.
    fn part_place(&self, part: &Part) -> Place {
        let name = part.name.clone().unwrap_or_else(|| part.media_type.clone());
        self.file().line_column(part.line, 1).path(name)
    }

    fn facts(&self) -> MailFacts {
        let value = |name: &str| self.message.header(name).map(|header| header.value.clone());
        MailFacts {
            place: self.file(),
            message_id: value("Message-ID"),
            date: value("Date"),
            subject: value("Subject"),
            in_reply_to: value("In-Reply-To"),
            receipt_of: receipt::original(self.message),
            recipients: self
                .message
                .recipients()
                .map(|mailbox| mailbox.address.clone())
                .collect(),
        }
    }

    /// What holds for any mail: limits, transfer encodings, character sets.
    fn structure(&self, outcome: &mut Outcome) {
        if self.message.truncated {
            let text = Text::new(
                format!(
                    "{} niveaux MIME ou trop de parties : le reste n'est pas lu",
                    self.message.depth
                ),
                format!(
                    "{} MIME levels or too many parts: the rest is not read",
                    self.message.depth
                ),
            );
            outcome.findings.push(words::LIMIT.at(self.file(), text));
        }
        for part in &self.message.parts {
            if part.damaged {
                let text = Text::new(
                    format!("encodage de transfert abîmé après {} octets", part.bytes.len()),
                    format!("transfer encoding broken after {} bytes", part.bytes.len()),
                );
                outcome
                    .findings
                    .push(words::TRANSFER.at(self.part_place(part), text));
            }
            if !part.media_type.starts_with("text/") || part.attachment {
                continue;
            }
            let charset = part.charset.as_deref().unwrap_or("us-ascii");
            let known = matches!(charset, "utf-8" | "us-ascii");
            if !known || std::str::from_utf8(&part.bytes).is_err() {
                let text = if known {
                    Text::fixed(
                        "le texte n'est pas en UTF-8 comme annoncé",
                        "the text is not UTF-8 as announced",
                    )
                } else {
                    Text::new(format!("texte en {charset}"), format!("text in {charset}"))
                };
                outcome.findings.push(
                    words::CHARSET
                        .at(self.part_place(part), text)
                        .expected("utf-8")
                        .found(charset),
                );
            }
        }
    }
}
