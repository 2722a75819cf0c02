//! The table of statements, its patterns compiled and its rules made static.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::finding::{Rule, Severity};
use crate::text::Text;

/// How a mark is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum MarkKind {
    /// One of the patterns is found.
    Words,
    /// A date is found.
    Date,
    /// A digital signature, or words that announce a signature.
    Signature,
    /// None of the patterns is found.
    Never,
}

/// One thing that a statement must carry, or never carry.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) rule: Rule,
    pub(super) kind: MarkKind,
    pub(super) label: Text,
    pub(super) patterns: Vec<Regex>,
    /// What is found is a secret: never shown.
    pub(super) mask: bool,
}

/// One kind of statement.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) check: String,
    pub(super) name: Text,
    pub(super) marks: Vec<Mark>,
}

/// The whole table.
#[derive(Debug)]
pub(super) struct Statements {
    pub(super) kinds: Vec<Statement>,
    pub(super) dates: Vec<Regex>,
    pub(super) squeezed_dates: Vec<Regex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    statement: Vec<StatementRow>,
    dates: Dates,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dates {
    patterns: Vec<String>,
    squeezed: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatementRow {
    check: String,
    name: Text,
    mark: Vec<MarkRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkRow {
    rule: String,
    kind: MarkKind,
    severity: Severity,
    label: Text,
    #[serde(default)]
    patterns: Vec<String>,
    #[serde(default)]
    mask: bool,
    title: Text,
    why: Text,
    fix: Text,
}

/// Where the marks come from.
const SOURCE: &str =
    "REM, preuves documentaires (attestation, homologation, test d'intrusion, réponses, configuration)";

pub(super) static STATEMENTS: LazyLock<Statements> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "embedded data, read by a test")]
    // invariant: the test `the_table_is_whole` reads the embedded table and compiles its patterns.
    read(include_str!("../../../testcases/statements/statements.toml"))
        .expect("testcases/statements/statements.toml")
});

fn read(text: &str) -> Result<Statements, Box<dyn std::error::Error>> {
    let table: Table = toml::from_str(text)?;
    let kinds = table
        .statement
        .into_iter()
        .map(|row| {
            let marks: Result<Vec<Mark>, regex::Error> = row.mark.into_iter().map(mark).collect();
            Ok(Statement {
                check: row.check,
                name: row.name,
                marks: marks?,
            })
        })
        .collect::<Result<Vec<Statement>, regex::Error>>()?;
    Ok(Statements {
        kinds,
        dates: compile(&table.dates.patterns)?,
        squeezed_dates: compile(&table.dates.squeezed)?,
    })
}

fn mark(row: MarkRow) -> Result<Mark, regex::Error> {
    Ok(Mark {
        kind: row.kind,
        patterns: compile(&row.patterns)?,
        label: row.label,
        mask: row.mask,
        rule: Rule {
            id: Cow::Owned(row.rule),
            severity: row.severity,
            title: row.title,
            why: row.why,
            fix: row.fix,
            source: Cow::Borrowed(SOURCE),
        },
    })
}

fn compile(patterns: &[String]) -> Result<Vec<Regex>, regex::Error> {
    patterns.iter().map(|pattern| Regex::new(pattern)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        for statement in &STATEMENTS.kinds {
            for mark in &statement.marks {
                let wants_patterns = matches!(mark.kind, MarkKind::Words | MarkKind::Never);
                assert!(!wants_patterns || !mark.patterns.is_empty(), "{}", mark.rule.id);
            }
        }
    }
}
