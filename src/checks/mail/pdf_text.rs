//! The text of the PDF beside a level 3 document, against the document: the patient and the title, as far as the text can
//! be read. The layout is the sender's: no more can be asked of the words.

use std::sync::LazyLock;

use regex::Regex;

use super::Mail;
use super::content::{Attachment, CdaDocument, Content};
use super::words as rule;
use crate::checks::{Context, Outcome};
use crate::evidence::words::Words;
use crate::evidence::{fold, ins};
use crate::finding::Severity;
use crate::text::Text;

#[expect(clippy::expect_used, reason = "a constant")]
// invariant: the pattern is a constant, compiled by the tests.
static MATRICULE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b[1-478] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}\b").expect("pattern")
});

pub(super) fn judge(mail: &Mail<'_>, content: &Content<'_>, context: &Context<'_>, outcome: &mut Outcome) {
    let structured: Vec<&CdaDocument> = content
        .documents
        .iter()
        .filter(|document| document.header.level() == Some(3))
        .collect();
    let embedded = |pdf: &&Attachment<'_>| {
        let own = Some(pdf.evidence.sha256());
        content
            .documents
            .iter()
            .any(|document| document.pdf.as_deref() == own)
    };
    let others = content
        .pdfs
        .iter()
        .filter(|pdf| !pdf.part.damaged && !embedded(pdf));
    for pdf in others.filter(|_| !structured.is_empty()) {
        let name = pdf.part.name.clone().unwrap_or_default();
        let Ok(words) = Words::read(&pdf.evidence, context.limits) else {
            outcome.verified.push(Text::new(
                format!("« {name} » : texte illisible par la machine, non comparé au CDA de niveau 3"),
                format!("'{name}': no text that a machine reads, not compared with the level 3 CDA"),
            ));
            continue;
        };
        compare(mail, pdf, &name, &words.text, &structured, outcome);
    }
}

/// Letters and digits alone: where a PDF breaks lines and words means nothing.
fn compact(text: &str) -> String {
    fold::words(text).replace(' ', "")
}

fn compare(
    mail: &Mail<'_>,
    pdf: &Attachment<'_>,
    name: &str,
    text: &str,
    documents: &[&CdaDocument],
    outcome: &mut Outcome,
) {
    let letters = compact(text);
    let patients = || {
        documents
            .iter()
            .filter_map(|document| document.header.patients.first())
    };
    let named = patients().any(|patient| {
        let part = |part: &Option<String>| {
            part.as_deref()
                .is_some_and(|part| letters.contains(&compact(part)))
        };
        part(&patient.birth_name) || part(&patient.used_name)
    });
    let own = |matricule: &str| {
        documents
            .iter()
            .filter_map(|document| document.header.ins())
            .any(|ins| ins.value.extension == matricule)
    };
    let matricules: Vec<String> = MATRICULE
        .find_iter(&text.to_uppercase())
        .map(|found| found.as_str().replace(' ', ""))
        .filter(|matricule| ins::check_matricule(matricule).is_ok())
        .collect();
    let foreign = !matricules.is_empty() && !matricules.iter().any(|matricule| own(matricule));
    let place = mail.part_place(pdf.part);
    if !named || foreign {
        let reason = match (named, foreign) {
            (false, true) => (
                "ne porte ni le nom ni le matricule INS du patient du CDA, mais ceux d'un autre",
                "shows neither the name nor the matricule INS of the patient of the CDA, but another one's",
            ),
            (false, false) => (
                "ne porte pas le nom du patient du CDA",
                "does not show the name of the patient of the CDA",
            ),
            (true, _) => (
                "porte un matricule INS qui n'est pas celui du CDA",
                "shows a matricule INS that is not that of the CDA",
            ),
        };
        // Letters may be drawn, and a parent's matricule may stand on a child's document: one sign alone proves nothing.
        let severity = if !named && foreign {
            Severity::Error
        } else {
            Severity::Warning
        };
        let message = Text::new(
            format!("le texte de « {name} » {}", reason.0),
            format!("the text of '{name}' {}", reason.1),
        );
        outcome
            .findings
            .push(rule::PDF_TEXT.at(place, message).severity(severity));
        return;
    }
    let titled = documents.iter().any(|document| {
        let header = &document.header;
        let label = header.code.as_ref().and_then(|code| code.value.label.as_deref());
        let title = header.title.as_ref().map(|title| title.value.as_str());
        title
            .into_iter()
            .chain(label)
            .map(compact)
            .any(|title| !title.is_empty() && letters.contains(&title))
    });
    let (fr, en) = if titled {
        (
            "le nom du patient et le titre du CDA",
            "the name of the patient and the title of the CDA",
        )
    } else {
        (
            "le nom du patient ; le titre du CDA n'a pas été retrouvé dans son texte",
            "the name of the patient; the title of the CDA was not found in its text",
        )
    };
    outcome.verified.push(Text::new(
        format!("« {name} », à côté d'un CDA de niveau 3, porte {fr}"),
        format!("'{name}', beside a level 3 CDA, shows {en}"),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matricules_are_found_as_people_write_them() {
        for text in [
            "279035121518989",
            "2 79 03 51 215 189 89",
            "INS : 2790351215189 89.",
        ] {
            let found = MATRICULE.find(text).map(|found| found.as_str().replace(' ', ""));
            assert_eq!(found.as_deref(), Some("279035121518989"), "{text}");
        }
        assert!(!MATRICULE.is_match("1234567890123456789"));
    }
}
