//! What a proof asks of the source of its mail: header fields, a sender's label, a read receipt.

use crate::checks::{Context, Judged, Outcome, SetCheck};
use crate::engines::mime::{Message, MimeLimits};
use crate::evidence::Kind;
use crate::finding::{Place, Rule, Severity};
use crate::text::{Text, text};

static ASKED: Rule = Rule::fixed(
    "MAIL-ASKED",
    Severity::Error,
    text(
        "Le message montre ce que la preuve demande",
        "The message shows what the proof asks for",
    ),
    text(
        "La preuve porte sur un champ précis du message ; sans lui, la source ne montre rien.",
        "The proof is about one field of the message; without it the source shows nothing.",
    ),
    text(
        "Déposer la source du message qui porte ce champ.",
        "File the source of the message that carries this field.",
    ),
    "REM, preuves « source SMTP du message »",
);

/// The check on the mails of a proof. Parameters:
/// - `headers` (texts): header fields that one of the mails must carry with a value;
/// - `sender_label` (boolean): one of the mails shows a label beside the sender's address;
/// - `receipt` (boolean): one of the mails is a read receipt.
#[derive(Debug)]
pub struct MailHeadersCheck;

impl SetCheck for MailHeadersCheck {
    fn id(&self) -> &'static str {
        "mail-headers"
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![&ASKED]
    }

    fn opens_archives(&self) -> bool {
        true
    }

    fn run(&self, files: &[Judged<'_>], parameters: &toml::Table, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let limits = MimeLimits {
            parts: context.limits.mime_parts,
            depth: context.limits.mime_depth,
        };
        let mails: Vec<(&str, Message)> = files
            .iter()
            .filter(|file| file.evidence.kind() == Kind::Mail)
            .filter_map(|file| {
                let bytes = file.evidence.bytes(context.limits.file_bytes).ok()?;
                Some((file.evidence.path(), Message::parse(&bytes, limits)?))
            })
            .collect();
        let Some((first, _)) = mails.first() else {
            return outcome;
        };
        let flag = |name: &str| parameters.get(name).and_then(toml::Value::as_bool) == Some(true);
        // What is wanted, whether a mail shows it, and whether its absence was told when the mail was judged alone.
        let mut wanted: Vec<(Text, bool, bool)> = Vec::new();
        let asked = parameters.get("headers").and_then(toml::Value::as_array);
        for name in asked.into_iter().flatten().filter_map(toml::Value::as_str) {
            let there = mails.iter().any(|(_, mail)| {
                mail.header(name)
                    .is_some_and(|header| !header.value.trim().is_empty())
            });
            let told = files
                .iter()
                .flat_map(|file| &file.outcome.findings)
                .any(|finding| {
                    finding.rule.starts_with("MAIL-")
                        && finding.severity == Severity::Error
                        && finding.place.path.as_deref() == Some(name)
                });
            let what = Text::new(format!("en-tête {name}"), format!("header {name}"));
            wanted.push((what, there, told));
        }
        if flag("sender_label") {
            let there = mails.iter().any(|(_, mail)| {
                mail.from().iter().any(|sender| {
                    sender
                        .label
                        .as_deref()
                        .is_some_and(|label| !label.trim().is_empty())
                })
            });
            wanted.push((
                Text::fixed("libellé de l'expéditeur", "label of the sender"),
                there,
                false,
            ));
        }
        if flag("receipt") {
            let there = mails
                .iter()
                .any(|(_, mail)| mail.media_type == "multipart/report");
            let what = Text::fixed("accusé de lecture", "read receipt");
            wanted.push((what, there, false));
        }
        for (what, there, told) in wanted {
            if told && !there {
                continue;
            }
            if there {
                outcome.verified.push(Text::new(
                    format!("demandé par la preuve et présent : {}", what.fr),
                    format!("asked by the proof and present: {}", what.en),
                ));
            } else {
                let expected = what.fr.to_string();
                outcome.findings.push(
                    ASKED
                        .at(
                            Place::file(*first),
                            Text::new(
                                format!("la preuve porte sur : {} ; absent du message", what.fr),
                                format!("the proof is about: {}; not in the message", what.en),
                            ),
                        )
                        .expected(expected),
                );
            }
        }
        outcome
    }
}
