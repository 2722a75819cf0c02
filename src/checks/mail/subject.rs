//! The subject: `XDM/1.0/DDM+<label> <NAME> <given> [DD/MM/YYYY]`.

use std::sync::LazyLock;

use regex::Regex;

use super::Mail;
use super::content::Content;
use super::words as rule;
use crate::checks::Outcome;
use crate::evidence::fold;
use crate::finding::{Place, Severity};
use crate::text::Text;

/// What starts the integration of a mail by the receiver.
pub(super) const PREFIX: &str = "XDM/1.0/DDM+";
/// Longest label of a document in a subject or a file name, in characters.
pub(super) const LABEL_LENGTH: usize = 40;

#[expect(clippy::expect_used, reason = "a constant")]
// invariant: the pattern is a constant, compiled by the tests.
static DATE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\s*\[?(\d{2})/(\d{2})/(\d{4})\]?$").expect("pattern"));

/// The subject without the `[...]` marks that practice puts before the prefix.
pub(super) fn unmarked(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((_, after)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        rest = after.trim_start();
    }
    rest
}

/// Whether the subject announces documents to integrate.
pub(super) fn announces(mail: &Mail<'_>) -> bool {
    mail.message
        .header("Subject")
        .is_some_and(|header| unmarked(&header.value).starts_with(PREFIX))
}

pub(super) fn judge(mail: &Mail<'_>, content: &Content<'_>, outcome: &mut Outcome) {
    let header = mail.message.header("Subject");
    let place = header.map_or_else(|| mail.file().path("Subject"), |header| mail.header_place(header));
    let subject = header.map(|header| header.value.clone()).unwrap_or_default();
    let rest = unmarked(&subject).strip_prefix(PREFIX);
    if content.archives.is_empty() {
        // Without archive there is no document: only the prefix would be wrong, and the archive is asked for elsewhere.
        return;
    }
    let Some(rest) = rest else {
        let text = Text::new(
            format!("l'objet ne commence pas par {PREFIX}"),
            format!("the subject does not start with {PREFIX}"),
        );
        outcome.findings.push(
            rule::SUBJECT
                .at(place, text)
                .expected(format!("{PREFIX}…"))
                .found(subject),
        );
        return;
    };
    if !content.documents.is_empty() {
        traits(rest, &subject, place, content, outcome);
    }
}

fn traits(rest: &str, subject: &str, place: Place, content: &Content<'_>, outcome: &mut Outcome) {
    let Some(first) = content.documents.first() else {
        return;
    };
    let Some(patient) = first.header.patients.first() else {
        return;
    };
    let name = patient.birth_name.as_deref().unwrap_or_default();
    let given = patient.birth_given.as_deref().unwrap_or_default();
    let date = DATE.captures(rest);
    let (words, written) = date.as_ref().map_or((rest, None), |found| {
        let start = found.get(0).map_or(rest.len(), |whole| whole.start());
        let part = |index: usize| found.get(index).map_or("", |part| part.as_str());
        (
            rest.get(..start).unwrap_or(rest),
            Some(format!("{}{}{}", part(3), part(2), part(1))),
        )
    });
    let folded = fold::name(words);
    let wanted = format!("{} {}", fold::name(name), fold::name(given));
    let expected = format!("{PREFIX}<libellé> {} {given} [JJ/MM/AAAA]", name.to_uppercase());
    let Some(label) = folded
        .strip_suffix(&wanted)
        .filter(|label| label.is_empty() || label.ends_with(' '))
    else {
        let text = Text::fixed(
            "l'objet ne se termine pas par le nom et le premier prénom de naissance du CDA",
            "the subject does not end with the birth name and the first given name of the CDA",
        );
        outcome
            .findings
            .push(rule::SUBJECT.at(place, text).expected(expected).found(subject));
        return;
    };
    let capital = fold::spaces(words).contains(&name.to_uppercase()) || words.contains(&fold::name(name));
    if !capital {
        let text = Text::fixed(
            "le nom n'est pas en majuscules dans l'objet",
            "the name is not in upper case in the subject",
        );
        let finding = rule::SUBJECT.at(place.clone(), text).severity(Severity::Warning);
        outcome
            .findings
            .push(finding.expected(fold::name(name)).found(subject));
    }
    let birth = patient.birth_time.as_deref().unwrap_or_default();
    if let Some(written) = written.filter(|written| !birth.starts_with(written.as_str())) {
        let text = Text::fixed(
            "la date de l'objet n'est pas la date de naissance du CDA",
            "the date in the subject is not the birth date of the CDA",
        );
        outcome.findings.push(
            rule::SUBJECT
                .at(place.clone(), text)
                .expected(birth)
                .found(written),
        );
    }
    let labels = labels(content);
    if !labels.iter().any(|expected| fold::name(expected) == label.trim()) {
        let text = Text::new(
            format!("libellé « {} » dans l'objet", label.trim()),
            format!("label '{}' in the subject", label.trim()),
        );
        outcome.findings.push(
            rule::SUBJECT_LABEL
                .at(place, text)
                .expected(labels.join(" | "))
                .found(label.trim()),
        );
    }
}

/// The labels that the subject may have: that of the only document, or how many there are.
fn labels(content: &Content<'_>) -> Vec<String> {
    let count = content.documents.len();
    if count > 1 {
        return vec![format!("{count} documents")];
    }
    content
        .documents
        .iter()
        .filter_map(|document| document.header.code.as_ref()?.value.label.clone())
        .flat_map(|label| {
            let cut: String = label.chars().take(LABEL_LENGTH).collect();
            [cut.trim().to_owned(), label]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_put_aside() {
        assert_eq!(unmarked("[Annule et remplace] XDM/1.0/DDM+x"), "XDM/1.0/DDM+x");
        assert_eq!(unmarked("[KO Intégration système !][E1] XDM"), "XDM");
        assert_eq!(unmarked("[open"), "[open");
        assert!(DATE.is_match("x 28/03/1979") && DATE.is_match("x [28/03/1979]"));
    }
}
