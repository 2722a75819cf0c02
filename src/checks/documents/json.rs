//! JSON: syntax.

use serde::de::IgnoredAny;

use crate::checks::{Context, Outcome};
use crate::engines::table::decode::decode;
use crate::evidence::Evidence;
use crate::finding::Place;
use crate::text::{Text, text};

use super::rules;

pub(super) fn judge(evidence: &Evidence, context: &Context<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    // A table of statistics in JSON is judged as one.
    if context.options.indicator.is_some() {
        return outcome;
    }
    let Some(bytes) = outcome.bytes_of(evidence, context.limits.file_bytes) else {
        return outcome;
    };
    let content = decode(&bytes).text;
    match serde_json::from_str::<IgnoredAny>(&content) {
        Ok(_) => outcome.verified.push(text("JSON bien formé", "well-formed JSON")),
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            let place = Place::file(evidence.path()).line_column(
                u32::try_from(line).unwrap_or(u32::MAX),
                u32::try_from(column).unwrap_or(u32::MAX).max(1),
            );
            let snippet = content
                .lines()
                .nth(line.saturating_sub(1))
                .unwrap_or_default()
                .to_owned();
            outcome.findings.push(
                rules::JSON
                    .at(
                        place,
                        Text::new(
                            format!("JSON mal formé : {error}"),
                            format!("malformed JSON: {error}"),
                        ),
                    )
                    .snippet(snippet),
            );
        }
    }
    outcome
}
