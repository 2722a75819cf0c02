//! Text and HTML.

use crate::checks::{Context, Outcome};
use crate::evidence::words::Words;
use crate::evidence::{Evidence, Kind};
use crate::finding::Place;
use crate::text::{Text, text};

use super::rules;

pub(super) fn judge(evidence: &Evidence, context: &Context<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let words = match Words::read(evidence, context.limits) {
        Ok(words) => words,
        Err(reason) => {
            outcome.not_evaluated.push(Text::new(
                format!("texte non lu : {reason:?}"),
                format!("text not read: {reason:?}"),
            ));
            return outcome;
        }
    };
    let count = words.text.split_whitespace().count();
    if count == 0 {
        outcome.findings.push(rules::NO_WORDS.at(
            Place::file(evidence.path()),
            text(
                "le fichier ne contient que des blancs",
                "the file holds nothing but white space",
            ),
        ));
        return outcome;
    }
    let control = |character: char| {
        // Terminal colours, form feeds and MLLP marks are usual in traces.
        character.is_control()
            && !matches!(
                character,
                '\t' | '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{1b}' | '\u{1c}'
            )
    };
    let faulty: Vec<(usize, &str)> = words
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains(control))
        .collect();
    if let Some((number, line)) = faulty.first() {
        let column = line.chars().position(control).unwrap_or(0) + 1;
        let found = line
            .chars()
            .find(|&character| control(character))
            .unwrap_or_default();
        let mut finding = rules::CONTROL
            .at(
                Place::file(evidence.path()).line_column(
                    u32::try_from(number + 1).unwrap_or(u32::MAX),
                    u32::try_from(column).unwrap_or(u32::MAX),
                ),
                Text::new(
                    format!("caractère de contrôle U+{:04X}", u32::from(found)),
                    format!("control character U+{:04X}", u32::from(found)),
                ),
            )
            .found(format!("U+{:04X}", u32::from(found)));
        finding.count = faulty.len() as u64;
        outcome.findings.push(finding);
    }
    let lines = words.text.lines().filter(|line| !line.trim().is_empty()).count();
    outcome.verified.push(if evidence.kind() == Kind::Html {
        Text::new(
            format!("page HTML, {count} mots"),
            format!("HTML page, {count} words"),
        )
    } else {
        Text::new(
            format!("texte : lignes {lines}, mots {count}"),
            format!("text of {lines} lines, {count} words"),
        )
    });
    outcome
}
