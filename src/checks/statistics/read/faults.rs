//! The findings of the cells: one for one fault, however many rows repeat it.

use std::collections::{BTreeMap, HashMap};

use super::super::rules;
use crate::finding::{Finding, Rule, Severity};
use crate::text::Text;

/// Rows named in the message of a fault that comes several times.
const ROWS_NAMED: usize = 5;

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Faults {
    findings: Vec<Finding>,
    limit: usize,
    /// Rank of the finding on a wrong value, by rule and column, then by value.
    known: HashMap<(&'static str, usize), HashMap<Box<str>, usize>>,
    /// The first rows that repeat a finding, by its rank.
    repeats: BTreeMap<usize, Vec<u32>>,
    /// Whether the row being read has an error.
    row_error: bool,
    /// Whether an error of the row being read leaves open what it counts. A number of a site or professional that is
    /// badly written does not.
    row_lost: bool,
    /// Columns of the row being read that have a fault.
    row_columns: Vec<usize>,
}

impl Faults {
    /// Nothing found yet; `limit` findings are kept at most.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// A new row begins.
    pub(super) fn next_row(&mut self) {
        self.row_error = false;
        self.row_lost = false;
        self.row_columns.clear();
    }

    /// Whether the row being read has an error.
    pub(super) const fn row_has_error(&self) -> bool {
        self.row_error
    }

    /// Whether what the row being read counts is not known.
    pub(super) const fn row_is_lost(&self) -> bool {
        self.row_lost
    }

    /// Whether the row being read has a fault in the column.
    pub(super) fn row_has_fault(&self, column: usize) -> bool {
        self.row_columns.contains(&column)
    }

    /// A fault of its own.
    pub(super) fn push(&mut self, finding: Finding) {
        self.row_error |= finding.severity == Severity::Error;
        self.row_lost |= finding.severity == Severity::Error;
        if self.findings.len() < self.limit {
            self.findings.push(finding);
        }
    }

    /// The value `found` of `column` breaks `rule` in the row `number`; `make` writes the finding the first time.
    pub(super) fn value(
        &mut self,
        rule: &'static Rule,
        number: u32,
        column: usize,
        found: &str,
        make: impl FnOnce() -> Finding,
    ) {
        self.row_error |= rule.severity == Severity::Error;
        self.row_lost |=
            rule.severity == Severity::Error && rule.id != rules::FINESS.id && rule.id != rules::RPPS.id;
        self.row_columns.push(column);
        let of_column = self.known.entry((rule.id.as_ref(), column)).or_default();
        if let Some(&rank) = of_column.get(found) {
            if let Some(finding) = self.findings.get_mut(rank) {
                finding.count += 1;
            }
            let rows = self.repeats.entry(rank).or_default();
            if rows.len() < ROWS_NAMED {
                rows.push(number);
            }
        } else if self.findings.len() < self.limit {
            of_column.insert(found.into(), self.findings.len());
            self.findings.push(make().found(found));
        }
    }

    /// The findings, those that came several times saying so.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        for (rank, rows) in self.repeats {
            if let Some(finding) = self.findings.get_mut(rank) {
                let others = finding.count - 1;
                let list: Vec<String> = rows.iter().map(u32::to_string).collect();
                let more = if others > rows.len() as u64 { "…" } else { "" };
                let list = list.join(", ");
                finding.message = Text::new(
                    format!(
                        "{} (et {others} autre(s) ligne(s) : {list}{more})",
                        finding.message.fr
                    ),
                    format!("{} (and {others} other row(s): {list}{more})", finding.message.en),
                );
            }
        }
        self.findings
    }
}
