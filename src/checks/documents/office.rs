//! Word-processing and presentation documents.

use crate::checks::{Context, Outcome};
use crate::evidence::Evidence;
use crate::evidence::office::{Office, OfficeError};
use crate::finding::Place;
use crate::text::{Text, text};

use super::rules;

pub(super) fn judge(evidence: &Evidence, context: &Context<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let place = || Place::file(evidence.path());
    let office = match Office::read(evidence, context.limits) {
        Ok(office) => office,
        Err(OfficeError::Legacy) => {
            outcome.to_review.push(text(
                "format binaire antérieur à 2007 (.doc, .ppt), non analysé : ouvrir le document",
                "binary format of before 2007 (.doc, .ppt), not analysed: open the document",
            ));
            return outcome;
        }
        Err(OfficeError::Locked) => {
            outcome.findings.push(rules::LOCKED.at(
                place(),
                text(
                    "le document est protégé par un mot de passe",
                    "the document is protected by a password",
                ),
            ));
            return outcome;
        }
        Err(OfficeError::Broken { cause, findings }) => {
            outcome.findings.push(rules::READABLE.at(
                place(),
                Text::new(
                    format!("le document ne peut pas être ouvert : {cause}"),
                    format!("the document cannot be opened: {cause}"),
                ),
            ));
            outcome.findings.extend(findings);
            return outcome;
        }
    };
    if office.macros {
        outcome.findings.push(rules::MACROS.at(
            place(),
            text("le document contient des macros", "the document holds macros"),
        ));
    }
    let words = office.text.split_whitespace().count();
    if words == 0 && office.pictures == 0 {
        outcome.findings.push(rules::NO_WORDS.at(
            place(),
            text(
                "ni mot ni image dans le document",
                "neither words nor pictures in the document",
            ),
        ));
    }
    let (format, pictures) = (office.format, office.pictures);
    let (signed_fr, signed_en) = if office.signed {
        (
            ", signé numériquement (non vérifié)",
            ", digitally signed (not verified)",
        )
    } else {
        ("", "")
    };
    outcome.verified.push(Text::new(
        format!("document {format} ouvert, {words} mots, {pictures} image(s){signed_fr}"),
        format!("{format} document opened, {words} words, {pictures} picture(s){signed_en}"),
    ));
    outcome
}
