//! Findings on the page: grouped by rule, why and how to fix said once, every occurrence with its place.

use std::fmt::Write as _;
use std::io;

use super::super::labels;
use super::super::snippet::Snippet;
use super::super::view::{self, RuleGroup};
use super::page::{Page, e};
use crate::record::FindingRecord;

/// Occurrences of one rule described in full; the others follow on one line each, folded.
const IN_FULL: usize = 10;
/// Characters of a snippet.
const SNIPPET: usize = 160;

/// Writes findings grouped by rule, errors first.
pub(super) fn groups(page: &mut Page<'_, '_>, indices: &[usize]) -> io::Result<()> {
    let findings = view::findings(page.record, indices);
    for group in view::by_rule(&findings) {
        write_group(page, &group)?;
    }
    Ok(())
}

fn write_group(page: &mut Page<'_, '_>, group: &RuleGroup<'_>) -> io::Result<()> {
    let language = page.language;
    let rule = page.record.rules.get(group.rule);
    let severity = group.severity.as_str();
    writeln!(
        page.out,
        "<details class=\"rule\" data-rule=\"{}\" data-severity=\"{severity}\" open><summary>\
         <span class=\"s s-{severity}\">{}</span> <span class=\"what\">{}</span> <code>{}</code>{}</summary>",
        e(group.rule),
        e(labels::severity(group.severity).get(language)),
        e(rule.map_or("", |rule| rule.title.get(language))),
        e(group.rule),
        if group.total() > 1 {
            format!(
                " <span class=\"n\">×{}</span>",
                labels::number(language, group.total())
            )
        } else {
            String::new()
        }
    )?;
    let most = page.options.per_rule(usize::MAX);
    let (full, folded) = group
        .findings
        .split_at(group.findings.len().min(IN_FULL).min(most));
    page.raw("<ol class=\"findings\">\n")?;
    for &(index, finding) in full {
        write_finding(page, index, finding)?;
    }
    page.raw("</ol>\n")?;
    let kept = folded
        .get(..folded.len().min(most.saturating_sub(full.len())))
        .unwrap_or(folded);
    if !kept.is_empty() {
        writeln!(
            page.out,
            "<details class=\"more\"><summary>+ {}</summary><ol class=\"findings\">",
            labels::more(language, kept.len() as u64)
        )?;
        for &(index, finding) in kept {
            write_line(page, index, finding)?;
        }
        page.raw("</ol></details>\n")?;
    }
    let cut = folded.len() - kept.len();
    if cut > 0 {
        writeln!(
            page.out,
            "<p class=\"quiet\">+ {} {}</p>",
            labels::more(language, cut as u64),
            e(labels::SHOW_ALL_HINT.get(language))
        )?;
    }
    page.raw("<dl class=\"facts\">\n")?;
    if let Some(rule) = rule {
        fact(page, labels::FIX.get(language), rule.fix.get(language))?;
        fact(page, labels::WHY.get(language), rule.why.get(language))?;
    }
    if let Some((_, first)) = group.findings.first() {
        fact(page, labels::SOURCE.get(language), &first.source)?;
        if let Some(pack) = &first.pack {
            fact(page, labels::PACK.get(language), pack)?;
        }
    }
    page.raw("</dl></details>\n")
}

/// A finding in full.
fn write_finding(page: &mut Page<'_, '_>, index: usize, finding: &FindingRecord) -> io::Result<()> {
    let language = page.language;
    if !page.describe(index) {
        return write_line(page, index, finding);
    }
    let anchor = page.finding_anchor(index).to_owned();
    writeln!(
        page.out,
        "<li id=\"{anchor}\"><p><a class=\"path\" href=\"#{anchor}\">{}</a> {}{}</p>",
        Page::position(finding),
        e(finding.message(language)),
        marks(page, finding)
    )?;
    if let Some(snippet) = &finding.snippet {
        write_snippet(page, finding, snippet)?;
    }
    page.raw("<dl class=\"facts\">\n")?;
    for (label, value) in [
        (
            &labels::PLACE,
            finding.path.as_ref().or(finding.location.as_ref()),
        ),
        (&labels::EXPECTED, finding.expected.as_ref()),
        (&labels::FOUND, finding.found.as_ref()),
        (&labels::SCHEMA_TEST, finding.test.as_ref()),
        (&labels::AUTHOR_TEXT, finding.text.as_ref()),
        (&labels::HL7_CODE, finding.hl7_error.as_ref()),
    ] {
        if let Some(value) = value {
            // The author's text is often the message itself.
            if value != finding.message(language) {
                fact(page, label.get(language), value)?;
            }
        }
    }
    if !finding.file.is_empty() {
        writeln!(
            page.out,
            "<div class=\"run\"><dt>{}</dt><dd><code>{}</code></dd></div>",
            e(labels::COMMAND.get(language)),
            e(&view::validate_command(&finding.file))
        )?;
    }
    page.raw("</dl></li>\n")
}

/// A finding on one line: one of many of the same rule, or one described under another proof.
fn write_line(page: &mut Page<'_, '_>, index: usize, finding: &FindingRecord) -> io::Result<()> {
    let language = page.language;
    let anchor = page.finding_anchor(index).to_owned();
    if page.describe(index) {
        write!(page.out, "<li id=\"{anchor}\">")?;
    } else {
        page.raw("<li>")?;
    }
    write!(
        page.out,
        "<a class=\"path\" href=\"#{anchor}\">{}</a> {}{}",
        Page::position(finding),
        e(finding.message(language)),
        marks(page, finding)
    )?;
    if let Some(path) = &finding.path {
        write!(page.out, " <span class=\"quiet\">{}</span>", e(path))?;
    }
    page.raw("</li>\n")
}

/// Repeats and waiver of a finding.
fn marks(page: &Page<'_, '_>, finding: &FindingRecord) -> String {
    let mut marks = String::new();
    if finding.count > 1 {
        let _ = write!(
            marks,
            " <span class=\"n\">×{}</span>",
            labels::number(page.language, finding.count)
        );
    }
    if let Some(index) = finding.waiver {
        let _ = write!(
            marks,
            " <span class=\"v v-waived\"><span aria-hidden=\"true\">≈</span> {}",
            e(labels::SUPPRESSED.get(page.language))
        );
        if let Some(waiver) = page.record.waivers.get(index) {
            let _ = write!(
                marks,
                "{} {} ({}, → {})",
                labels::colon(page.language),
                e(&waiver.reason),
                e(&waiver.authority),
                e(&waiver.expiry)
            );
        }
        marks.push_str("</span>");
    }
    marks
}

fn fact(page: &mut Page<'_, '_>, label: &str, value: &str) -> io::Result<()> {
    if value.trim().is_empty() {
        return Ok(());
    }
    writeln!(page.out, "<div><dt>{}</dt><dd>{}</dd></div>", e(label), e(value))
}

fn write_snippet(page: &mut Page<'_, '_>, finding: &FindingRecord, snippet: &str) -> io::Result<()> {
    let number = finding.line.map(|line| line.to_string()).unwrap_or_default();
    let snippet = Snippet::new(snippet, finding.column, SNIPPET);
    write!(
        page.out,
        "<pre class=\"snippet\" tabindex=\"0\"><code><span class=\"gutter\">{number} │ </span>{}",
        e(&snippet.text)
    )?;
    if let Some(caret) = snippet.caret {
        write!(
            page.out,
            "\n<span class=\"gutter\">{:width$} │ </span>{:caret$}<span class=\"caret\">▲</span>",
            "",
            "",
            width = number.len()
        )?;
    }
    page.raw("</code></pre>\n")
}
