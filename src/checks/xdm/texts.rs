//! README.TXT and INDEX.HTM: what a receiver without fitting software reads.

use super::words as rule;
use crate::checks::Outcome;
use crate::engines::xml::{BeforeDeclaration, Doctype, Document, ParseOptions};
use crate::evidence::Evidence;
use crate::evidence::archive::Archive;
use crate::evidence::element::Element;
use crate::evidence::fold;
use crate::finding::Place;
use crate::text::Text;

/// The sections of README.TXT, folded, and their name for people.
const SECTIONS: [(&str, &str); 4] = [
    ("EMETTEUR", "Emetteur"),
    ("APPLICATION", "Application de l'émetteur"),
    ("INSTRUCTIONS", "Instructions"),
    ("ARBORESCENCE", "Arborescence"),
];

/// Judges both texts, in the folder `top` of the archive. `senders` are the national identifiers of the institutions that send.
pub(super) fn judge(
    archive: &mut Archive,
    top: &str,
    senders: &[String],
    evidence: &Evidence,
    outcome: &mut Outcome,
) {
    if let Some((name, bytes)) = extract(archive, &format!("{top}README.TXT")) {
        readme(&bytes, &Place::file(evidence.path()).path(name), outcome);
    }
    if let Some((name, bytes)) = extract(archive, &format!("{top}INDEX.HTM")) {
        index(&bytes, senders, &Place::file(evidence.path()).path(name), outcome);
    }
}

fn extract(archive: &mut Archive, wanted: &str) -> Option<(String, Vec<u8>)> {
    let name = archive
        .members()
        .iter()
        .find(|member| member.name.eq_ignore_ascii_case(wanted))?
        .name
        .clone();
    archive.extract(&name).map(|bytes| (name, bytes))
}

fn readme(bytes: &[u8], place: &Place, outcome: &mut Outcome) {
    let text = String::from_utf8_lossy(bytes);
    let folded: Vec<String> = text.lines().map(fold::name).collect();
    let missing: Vec<&str> = SECTIONS
        .iter()
        .filter(|(section, _)| !folded.iter().any(|line| line.starts_with(section)))
        .map(|(_, name)| *name)
        .collect();
    if !missing.is_empty() {
        let message = Text::new(
            format!("section(s) absente(s) : {}", missing.join(", ")),
            format!("missing section(s): {}", missing.join(", ")),
        );
        outcome
            .findings
            .push(rule::README_CONTENT.at(place.clone(), message));
    }
    let bare = bytes.iter().enumerate().find(|&(at, &byte)| {
        byte == b'\n' && at.checked_sub(1).and_then(|before| bytes.get(before)) != Some(&b'\r')
    });
    if let Some((at, _)) = bare {
        let line = bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        let message = Text::fixed("fin de ligne sans CRLF", "line end that is not CRLF");
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        outcome
            .findings
            .push(rule::README_CONTENT.at(place.clone().line_column(line, 1), message));
    }
}

fn index(bytes: &[u8], senders: &[String], place: &Place, outcome: &mut Outcome) {
    let options = ParseOptions {
        doctype: Doctype::Skip,
        before_declaration: BeforeDeclaration::Skip,
        ..ParseOptions::default()
    };
    let document = match Document::parse(bytes, &options) {
        Ok(document) => document,
        Err(error) => {
            let text = error.kind.text();
            let message = Text::new(
                format!("INDEX.HTM n'est pas du XHTML bien formé : {}", text.fr),
                format!("INDEX.HTM is no well-formed XHTML: {}", text.en),
            );
            let place = place
                .clone()
                .line_column(error.position.line, error.position.column);
            outcome.findings.push(rule::INDEX_CONTENT.at(place, message));
            return;
        }
    };
    let root = Element::root(&document);
    let linked = root
        .descendants()
        .filter_map(|element| element.attribute("href"))
        .any(|href| href.trim_start_matches("./").eq_ignore_ascii_case("README.TXT"));
    if !linked {
        let message = Text::fixed("aucun lien vers README.TXT", "no link to README.TXT");
        outcome.findings.push(
            rule::INDEX_CONTENT
                .at(place.clone(), message)
                .expected("<a href=\"README.TXT\">"),
        );
    }
    let text = root.text();
    if !senders.is_empty() && !senders.iter().any(|sender| text.contains(sender.as_str())) {
        let message = Text::fixed(
            "l'émetteur et son identifiant national n'y figurent pas",
            "the sender and its national identifier are not in it",
        );
        outcome.findings.push(
            rule::INDEX_CONTENT
                .at(place.clone(), message)
                .expected(senders.join(", ")),
        );
    }
}
