//! A statistics file from its bytes to what the reader made of it: delimited text, JSON, or the sheet that fits best.

use super::analyse::is_statistics;
use super::data::Indicator;
use super::layout::{Layout, SAMPLE};
use super::read::{Read, Reader};
use crate::checks::{Context, Outcome};
use crate::engines::table::decode::decode;
use crate::engines::table::workbook::Workbook;
use crate::engines::table::{Flow, Problem, ProblemKind, Row, TableError, delimited, json as json_table};
use crate::evidence::table::{self as evidence_table, Locator};
use crate::evidence::{Evidence, Kind};
use crate::finding::Place;
use crate::text::Text;

/// A file as the engine gave it.
pub(super) struct Loaded {
    pub(super) outcome: Outcome,
    pub(super) read: Option<Read>,
}

/// Reads the file; its sheet with the best known layout, for a workbook.
pub(super) fn load(evidence: &Evidence, context: &Context<'_>, indicator: Option<&Indicator>) -> Loaded {
    let mut outcome = Outcome::default();
    let locator = Locator::new(evidence, None);
    let Some(bytes) = outcome.bytes_or(evidence, context.limits.file_bytes, &evidence_table::OPEN) else {
        return Loaded { outcome, read: None };
    };
    let limits = context.limits.table();
    let mapping = &context.options.statistics.mapping;
    let most = context.limits.findings_per_file;
    let asked = context.options.indicator.is_some();
    let json = evidence.kind() == Kind::Json;
    if evidence.kind() == Kind::Workbook {
        return load_workbook(evidence, &bytes, context, indicator);
    }
    // A JSON object (or lines of them: a log) is no list of records and nothing here speaks of it.
    if json && !asked && !decode(&bytes).text.trim_start().starts_with('[') {
        return Loaded { outcome, read: None };
    }
    let mut reader = Reader::new(locator, indicator, mapping, most);
    let result = {
        let mut on_row = |row: Row<'_, '_>| {
            reader.row(&row);
            Flow::Continue(())
        };
        if json {
            json_table::read(&bytes, &limits, &mut on_row).map(|done| done.problems)
        } else {
            delimited::read(&bytes, &limits, &mut on_row).map(|done| done.problems)
        }
    };
    let mut read = reader.finish();
    let locator = read.locator().clone();
    match result {
        Ok(problems) => report(&locator, &problems, None, &mut outcome),
        Err((TableError::NotRecords, _)) if json => {
            read = Read::Other {
                layout: Layout::Unknown {
                    header: 0,
                    proposals: Vec::new(),
                    without: Vec::new(),
                },
                locator,
                findings: Vec::new(),
            };
        }
        Err((error, problems)) => report(&locator, &problems, Some(&error), &mut outcome),
    }
    Loaded {
        outcome,
        read: Some(read),
    }
}

fn report(locator: &Locator, problems: &[Problem], error: Option<&TableError>, outcome: &mut Outcome) {
    outcome
        .findings
        .extend(problems.iter().map(|problem| locator.problem(problem)));
    if let Some(error) = error {
        let (finding, not_evaluated) = locator.error(error);
        outcome.findings.push(finding);
        outcome.not_evaluated.extend(not_evaluated);
    }
}

fn load_workbook(
    evidence: &Evidence,
    bytes: &[u8],
    context: &Context<'_>,
    indicator: Option<&Indicator>,
) -> Loaded {
    let mut outcome = Outcome::default();
    let limits = context.limits.table();
    let mapping = &context.options.statistics.mapping;
    let most = context.limits.findings_per_file;
    let mut workbook = match Workbook::open(bytes, &limits) {
        Ok(workbook) => workbook,
        Err(error) => {
            report(&Locator::new(evidence, None), &[], Some(&error), &mut outcome);
            return Loaded { outcome, read: None };
        }
    };
    let sheets = workbook.sheets().to_vec();
    let mut best: Option<(u8, String)> = None;
    for sheet in &sheets {
        let mut reader = Reader::new(Locator::new(evidence, Some(sheet)), indicator, mapping, most);
        let mut seen = 0;
        let result = workbook.read(sheet, &limits, &mut |row| {
            reader.row(&row);
            seen += 1;
            if seen > SAMPLE {
                Flow::Break(())
            } else {
                Flow::Continue(())
            }
        });
        if result.is_err() && seen == 0 {
            continue;
        }
        let merit = match reader.finish() {
            Read::Table { table, missing, .. } if missing.is_empty() && is_statistics(&table) => 5,
            Read::Table { missing, .. } if missing.is_empty() => 4,
            Read::Table { .. } => 3,
            Read::Other {
                layout: Layout::Pivot { .. } | Layout::NoHeader,
                ..
            } => 2,
            Read::Other { .. } => 1,
        };
        if best.as_ref().is_none_or(|(most, _)| merit > *most) {
            best = Some((merit, sheet.clone()));
        }
    }
    let Some((_, sheet)) = best else {
        let message = Text::fixed(
            "classeur sans feuille lisible",
            "workbook without a readable sheet",
        );
        outcome
            .findings
            .push(evidence_table::OPEN.at(Place::file(evidence.path()), message));
        return Loaded { outcome, read: None };
    };
    let mut reader = Reader::new(Locator::new(evidence, Some(&sheet)), indicator, mapping, most);
    let result = workbook.read(&sheet, &limits, &mut |row| {
        reader.row(&row);
        Flow::Continue(())
    });
    let read = reader.finish();
    let locator = read.locator().clone();
    match result {
        Ok(done) => report(&locator, &below_header(done.problems), None, &mut outcome),
        Err((error, problems)) => report(&locator, &below_header(problems), Some(&error), &mut outcome),
    }
    if sheets.len() > 1 {
        let others: Vec<&str> = sheets
            .iter()
            .filter(|name| **name != sheet)
            .map(String::as_str)
            .collect();
        outcome.verified.push(Text::new(
            format!("feuille jugée : {sheet} ; non jugées : {}", others.join(", ")),
            format!("sheet judged: {sheet}; not judged: {}", others.join(", ")),
        ));
    }
    Loaded {
        outcome,
        read: Some(read),
    }
}

/// Merged titles at the top of a sheet are decoration.
fn below_header(problems: Vec<Problem>) -> Vec<Problem> {
    problems
        .into_iter()
        .filter(|problem| !matches!(problem.kind, ProblemKind::Merged(_)) || problem.row > 1)
        .collect()
}
