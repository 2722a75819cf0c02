//! The output of `conforme validate` as text.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::super::labels;
use super::super::options::Options;
use super::super::snippet::one_line;
use super::finding;
use super::page::Page;
use crate::record::{ValidatedFile, ValidationRecord, Words};
use crate::text::Text;
use crate::verdict::Verdict;

/// Findings of one rule shown per file, unless the user says otherwise.
const PER_RULE: usize = 5;

/// Prints every file, then one line of totals.
pub(in crate::reports) fn validation(
    record: &ValidationRecord,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(out, options);
    let mut explained = BTreeSet::new();
    if !options.quiet {
        for file in &record.files {
            print_file(&mut page, file, record, options, &mut explained)?;
        }
    }
    totals(&mut page, record)
}

fn print_file<'r>(
    page: &mut Page<'_>,
    file: &'r ValidatedFile,
    record: &'r ValidationRecord,
    options: &Options,
    explained: &mut BTreeSet<&'r str>,
) -> io::Result<()> {
    let verdict = page.verdict(file.verdict);
    page.line(format_args!(
        "{} — {}, {}{} {verdict}",
        one_line(&file.file),
        page.words(&file.kind.label()),
        labels::size(page.language, file.size),
        labels::colon(page.language),
    ))?;
    let most = options.per_rule(PER_RULE);
    let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &file.findings {
        let shown = shown.entry(&finding.rule).or_default();
        *shown += 1;
        if *shown <= most {
            finding::print(page, finding, &record.rules, 0, explained.insert(&finding.rule))?;
        }
    }
    for (rule, count) in shown {
        if count > most {
            more(page, 0, rule, count - most)?;
        }
    }
    points(page, &labels::VERIFIED, &file.verified)?;
    points(page, &labels::TO_LOOK_AT, &file.to_review)?;
    points(page, &labels::NOT_EVALUATED, &file.not_evaluated)?;
    if !file.measures.is_empty() {
        page.line(format_args!(
            "  {}{}",
            page.words(&labels::MEASURES),
            labels::colon(page.language)
        ))?;
        for (name, value) in &file.measures {
            page.wrapped(&format!("    {} = ", one_line(name)), &value.to_string())?;
        }
    }
    page.gap()
}

/// « … et 312 autres ».
pub(super) fn more(page: &mut Page<'_>, indent: usize, rule: &str, count: usize) -> io::Result<()> {
    let and = page.words(&Text::fixed("… et", "… and")).to_owned();
    page.line(format_args!(
        "{:indent$}{and} {} [{rule}] {}",
        "",
        labels::more(page.language, count as u64),
        page.words(&labels::SHOW_ALL_HINT),
    ))
}

fn points(page: &mut Page<'_>, label: &Text, points: &[Words]) -> io::Result<()> {
    if points.is_empty() {
        return Ok(());
    }
    page.line(format_args!(
        "  {}{}",
        page.words(label),
        labels::colon(page.language)
    ))?;
    for point in points {
        page.wrapped("    - ", point.get(page.language))?;
    }
    Ok(())
}

fn totals(page: &mut Page<'_>, record: &ValidationRecord) -> io::Result<()> {
    let mut verdicts: BTreeMap<Verdict, u64> = BTreeMap::new();
    for file in &record.files {
        *verdicts.entry(file.verdict).or_default() += 1;
    }
    let parts: Vec<String> = Verdict::ALL
        .iter()
        .filter_map(|verdict| {
            let count = verdicts.get(verdict)?;
            Some(format!(
                "{} {}",
                labels::number(page.language, *count),
                page.verdict(*verdict)
            ))
        })
        .collect();
    let findings: u64 = record
        .files
        .iter()
        .flat_map(|file| &file.findings)
        .map(|finding| finding.count)
        .fold(0, u64::saturating_add);
    page.line(format_args!(
        "{}, {}{} {}",
        labels::files(page.language, record.files.len() as u64),
        labels::findings(page.language, findings),
        labels::colon(page.language),
        parts.join(", "),
    ))
}
