//! Rows to the canonical table, with a finding for each cell that cannot be understood.

mod builder;
mod cells;
mod consistency;
mod counts;
mod faults;
mod meaning;

use std::collections::BTreeMap;

use super::data::{Indicator, fold};
use super::layout::{self, Layout, SAMPLE, SampleRow};
use super::model::Table;
use crate::engines::table::Row;
use crate::evidence::table::{self as evidence_table, Locator};
use crate::finding::Finding;
use crate::text::Text;
use builder::Builder;
pub(super) use meaning::Meaning;

/// Takes rows one by one: keeps the first ones until the layout is decided, then reads each into the table.
pub(super) struct Reader<'i> {
    indicator: Option<&'i Indicator>,
    mapping: &'i BTreeMap<String, String>,
    locator: Locator,
    sample: Vec<SampleRow>,
    state: Option<State>,
    /// Findings on the header.
    header: Vec<Finding>,
    limit: usize,
}

/// What is known once the layout is decided.
enum State {
    Reading(Box<Builder>),
    Other(Layout),
}

/// What comes out of a reading.
pub(super) enum Read {
    /// The table, with the findings of its cells.
    Table {
        /// The table.
        table: Box<Table>,
        /// Findings on cells.
        findings: Vec<Finding>,
        /// Needs without column.
        missing: Vec<String>,
    },
    /// A layout that is not read.
    Other {
        /// What is known of it.
        layout: Layout,
        /// Makes places.
        locator: Locator,
        /// Findings on the header.
        findings: Vec<Finding>,
    },
}

impl Read {
    /// Makes the places of what was read: it knows the headers.
    pub(super) fn locator(&self) -> &Locator {
        match self {
            Self::Table { table, .. } => &table.locator,
            Self::Other { locator, .. } => locator,
        }
    }
}

impl<'i> Reader<'i> {
    /// A reader; `mapping` is what the user says of the columns, `limit` the most findings kept.
    pub(super) fn new(
        locator: Locator,
        indicator: Option<&'i Indicator>,
        mapping: &'i BTreeMap<String, String>,
        limit: usize,
    ) -> Self {
        Self {
            indicator,
            mapping,
            locator,
            sample: Vec::new(),
            state: None,
            header: Vec::new(),
            limit,
        }
    }

    /// Takes one row.
    pub(super) fn row(&mut self, row: &Row<'_, '_>) {
        match &mut self.state {
            Some(State::Reading(builder)) if row.cut => builder.cut_row(row.number, row.cells),
            Some(State::Reading(builder)) => builder.row(row.number, row.cells),
            Some(State::Other(_)) => {}
            None => {
                self.sample.push(SampleRow {
                    number: row.number,
                    cells: row.cells.iter().map(|cell| cell.clone().into_owned()).collect(),
                    cut: row.cut,
                });
                if self.sample.len() > SAMPLE {
                    self.decide();
                }
            }
        }
    }

    fn decide(&mut self) {
        let layout = layout::decide(&self.sample, self.mapping, self.indicator);
        let header = match &layout {
            Layout::Known { header, .. } | Layout::Pivot { header, .. } | Layout::Unknown { header, .. } => {
                self.sample.get(*header)
            }
            Layout::NoHeader | Layout::Nothing => None,
        };
        if let Some(header) = header {
            self.locator.set_headers(
                header
                    .cells
                    .iter()
                    .map(|cell| cell.display().into_owned())
                    .collect(),
            );
            self.header = duplicate_headers(&self.locator, header);
        }
        let state = match layout {
            Layout::Known {
                header,
                fields,
                missing,
            } => {
                let mut builder =
                    Builder::new(self.locator.clone(), self.indicator, fields, missing, self.limit);
                for row in self.sample.iter().take(header) {
                    builder.preamble(&row.cells);
                }
                for row in self.sample.iter().skip(header + 1) {
                    builder.look(&row.cells);
                }
                for row in self.sample.iter().skip(header + 1) {
                    if row.cut {
                        builder.cut_row(row.number, &row.cells);
                    } else {
                        builder.row(row.number, &row.cells);
                    }
                }
                State::Reading(Box::new(builder))
            }
            other => State::Other(other),
        };
        self.sample = Vec::new();
        self.state = Some(state);
    }

    /// The end of the rows.
    pub(super) fn finish(mut self) -> Read {
        if self.state.is_none() {
            self.decide();
        }
        match self.state {
            Some(State::Reading(builder)) => builder.finish(self.header),
            Some(State::Other(layout)) => Read::Other {
                layout,
                locator: self.locator,
                findings: self.header,
            },
            None => Read::Other {
                layout: Layout::Nothing,
                locator: self.locator,
                findings: self.header,
            },
        }
    }
}

/// Titles that come twice.
fn duplicate_headers(locator: &Locator, row: &SampleRow) -> Vec<Finding> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut findings = Vec::new();
    for (column, cell) in row.cells.iter().enumerate() {
        let title = cell.display().into_owned();
        let folded = fold(&title);
        if folded.is_empty() {
            continue;
        }
        let Some(first) = seen.get(&folded) else {
            seen.insert(folded, column);
            continue;
        };
        findings.push(
            evidence_table::DUPLICATE_HEADER
                .at(
                    locator.cell(row.number, column),
                    Text::new(
                        format!("le titre « {title} » est déjà celui de la colonne {}", first + 1),
                        format!("the header '{title}' is already that of column {}", first + 1),
                    ),
                )
                .found(title),
        );
    }
    findings
}
