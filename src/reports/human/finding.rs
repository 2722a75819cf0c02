//! One finding as text: the line that tools parse, then the snippet, the place, why and how to fix.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use anstyle::Style;

use super::super::labels;
use super::super::snippet::{Snippet, one_line};
use super::page::{Page, severity_style};
use crate::record::{FindingRecord, RuleRecord};
use crate::text::Text;

/// Width of the labels under a finding: the longest is « Comment corriger ».
const LABEL: usize = 18;

/// `file:line:column`, as far as it is known.
pub(in crate::reports) fn position(finding: &FindingRecord) -> String {
    let mut position = one_line(&finding.file);
    if let Some(line) = finding.line {
        let _ = write!(position, ":{line}");
        if let Some(column) = finding.column {
            let _ = write!(position, ":{column}");
        }
    }
    position
}

/// Prints a finding. `explained` says whether why, how to fix and the source of its rule go with it: they do the
/// first time a rule is met, not at each repeat.
pub(super) fn print(
    page: &mut Page<'_>,
    finding: &FindingRecord,
    rules: &BTreeMap<String, RuleRecord>,
    indent: usize,
    explained: bool,
) -> io::Result<()> {
    // `error[RULE]` stays English in both languages: editors and CI match it.
    let severity = page.styled(
        severity_style(finding.severity),
        format!("{}[{}]", finding.severity.as_str(), finding.rule),
    );
    let waived = if finding.waiver.is_some() {
        format!(" ({})", page.words(&labels::SUPPRESSED))
    } else {
        String::new()
    };
    let repeats = if finding.count > 1 {
        format!(" (×{})", labels::number(page.language, finding.count))
    } else {
        String::new()
    };
    let place = page.styled(Style::new().bold(), position(finding));
    page.line(format_args!(
        "{:indent$}{place}: {severity}: {}{repeats}{waived}",
        "",
        one_line(finding.message(page.language)),
    ))?;
    if let Some(snippet) = &finding.snippet {
        print_snippet(page, finding, snippet, indent + 2)?;
    }
    let indent = indent + 2;
    let place = finding.path.as_deref().or(finding.location.as_deref());
    detail(page, indent, &labels::PLACE, place.unwrap_or_default())?;
    let expected = finding.expected.as_deref();
    detail(page, indent, &labels::EXPECTED, expected.unwrap_or_default())?;
    detail(
        page,
        indent,
        &labels::FOUND,
        finding.found.as_deref().unwrap_or_default(),
    )?;
    detail(page, indent, &labels::SCHEMA_TEST, &schematron(finding))?;
    let code = finding.hl7_error.as_deref();
    detail(page, indent, &labels::HL7_CODE, code.unwrap_or_default())?;
    if explained {
        if let Some(rule) = rules.get(&finding.rule) {
            detail(page, indent, &labels::WHY, rule.why.get(page.language))?;
            detail(page, indent, &labels::FIX, rule.fix.get(page.language))?;
        }
        detail(page, indent, &labels::SOURCE, &finding.source)?;
        detail(
            page,
            indent,
            &labels::COUNTS_AGAINST,
            &finding.requirements.join(", "),
        )?;
    }
    Ok(())
}

/// A label and its words under a finding, when there are any.
fn detail(page: &mut Page<'_>, indent: usize, label: &Text, words: &str) -> io::Result<()> {
    if words.trim().is_empty() {
        return Ok(());
    }
    let label = page.words(label).to_owned();
    let room = LABEL.max(label.chars().count() + 1);
    let lead = format!(
        "{:indent$}{}{:pad$}",
        "",
        page.styled(Style::new().dimmed(), &label),
        "",
        pad = room - label.chars().count(),
    );
    page.wrapped_styled(&lead, indent + room, words, Style::new())
}

/// The schema and the test of a Schematron finding.
fn schematron(finding: &FindingRecord) -> String {
    match (&finding.schema, &finding.test) {
        (Some(schema), Some(test)) => format!("{schema}: {}", one_line(test)),
        (None, Some(test)) => one_line(test),
        _ => String::new(),
    }
}

fn print_snippet(
    page: &mut Page<'_>,
    finding: &FindingRecord,
    snippet: &str,
    indent: usize,
) -> io::Result<()> {
    let number = finding.line.map(|line| line.to_string()).unwrap_or_default();
    let gutter = number.len().max(1);
    let snippet = Snippet::new(snippet, finding.column, page.room(indent + gutter + 5));
    let bar = page.styled(Style::new().dimmed(), format!("{number:>gutter$} |"));
    page.line(format_args!("{:indent$}{bar} {}", "", snippet.text))?;
    if let Some(caret) = snippet.caret {
        let bar = page.styled(Style::new().dimmed(), format!("{:gutter$} |", ""));
        let mark = page.styled(severity_style(finding.severity), "^");
        page.line(format_args!("{:indent$}{bar} {:caret$}{mark}", "", ""))?;
    }
    Ok(())
}
