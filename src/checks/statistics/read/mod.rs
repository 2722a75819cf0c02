//! Rows to the canonical table, with a finding for each cell that cannot be understood.

mod builder;
mod cells;
mod consistency;
mod counts;
mod faults;
mod meaning;

use std::collections::BTreeMap;

use super::data::Indicator;
use super::layout::{self, Layout, SAMPLE, SampleRow};
use super::model::Table;
use crate::engines::table::Row;
use crate::evidence::table::Locator;
use crate::finding::Finding;
use builder::Builder;
pub(super) use meaning::Meaning;

/// Takes rows one by one: keeps the first ones until the layout is decided, then reads each into the table.
pub(super) struct Reader<'i> {
    indicator: Option<&'i Indicator>,
    mapping: &'i BTreeMap<String, String>,
    locator: Locator,
    sample: Vec<SampleRow>,
    state: Option<State>,
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
    /// A layout that is not read, with the places to speak of it.
    Other(Layout, Locator),
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
            limit,
        }
    }

    /// Takes one row.
    pub(super) fn row(&mut self, row: &Row<'_, '_>) {
        match &mut self.state {
            Some(State::Reading(builder)) => builder.row(row.number, row.cells),
            Some(State::Other(_)) => {}
            None => {
                self.sample.push(SampleRow {
                    number: row.number,
                    cells: row.cells.iter().map(|cell| cell.clone().into_owned()).collect(),
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
            Layout::NoHeader => None,
        };
        if let Some(header) = header {
            self.locator.set_headers(
                header
                    .cells
                    .iter()
                    .map(|cell| cell.display().into_owned())
                    .collect(),
            );
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
                if let Some(row) = self.sample.get(header) {
                    builder.header(row);
                }
                for row in self.sample.iter().skip(header + 1) {
                    builder.row(row.number, &row.cells);
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
            Some(State::Reading(builder)) => builder.finish(),
            Some(State::Other(layout)) => Read::Other(layout, self.locator),
            None => Read::Other(Layout::NoHeader, self.locator),
        }
    }
}

