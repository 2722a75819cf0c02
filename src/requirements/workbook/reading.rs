//! The rows of the chosen sheet, one after the other, merged cells carried down.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::super::model::CoreScenario;
use super::build::Builder;
use super::cells::Pace;
use super::diagnostic::{self, Diagnostics};
use super::headers::Field;
use super::layout::{Candidate, LayoutKind};
use super::proofs::{self, WrittenProof};
use super::refusal::Refusal;
use super::rows::{Cell, Columns, SheetRow};
use super::source::Book;
use super::steps;
use crate::limits::Limits;
use crate::text::Text;

/// The reading of the rows of one sheet.
pub(super) struct Reading<'a> {
    pub(super) builder: Builder,
    pub(super) steps: Vec<CoreScenario>,
    /// Merged regions, read when a row lacks its identifier.
    merged: Option<Vec<(u32, u32, u32, u32)>>,
    /// The last row that had an identifier: field, column, text.
    above: Vec<(Field, u32, String)>,
    sheet: &'a str,
    candidate: &'a Candidate,
    columns: &'a Columns,
}

impl<'a> Reading<'a> {
    /// A reading of `sheet`, whose headers are `candidate`.
    pub(super) fn new(sheet: &'a str, candidate: &'a Candidate, columns: &'a Columns) -> Self {
        Self {
            builder: Builder::new(sheet, columns.has(Field::Statement)),
            steps: Vec::new(),
            merged: None,
            above: Vec::new(),
            sheet,
            candidate,
            columns,
        }
    }
}

/// Fields that a merged cell carries down.
const CARRIED: &[Field] = &[
    Field::RequirementId,
    Field::Statement,
    Field::Profile,
    Field::SectionId,
    Field::SectionName,
    Field::Block,
    Field::Function,
    Field::Nature,
    Field::Conditional,
    Field::Dsr,
    Field::Scope,
    Field::Criticality,
    Field::ScenarioId,
    Field::ScenarioText,
    Field::Arbitration,
    Field::Status,
];

impl Reading<'_> {
    /// Reads the rows; gives the last one that the sheet declares.
    pub(super) fn run(
        &mut self,
        book: &mut Book<'_>,
        limits: &Limits,
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<u32>, Box<Refusal>> {
        let before = diagnostics.clone();
        let (declared, orphan) = self.pass(book, limits, diagnostics)?;
        if !orphan {
            return Ok(declared);
        }
        // Merged regions stand at the end of a sheet: they are read, and the rows begun again, only for a sheet that
        // has a row without identifier.
        *diagnostics = before;
        self.builder.restart();
        self.steps.clear();
        self.above.clear();
        self.merged = Some(book.merged(self.sheet));
        Ok(self.pass(book, limits, diagnostics)?.0)
    }

    /// Reads the rows; stops at a row without identifier as long as merged regions are not known. Gives the last row
    /// declared, and whether it stopped.
    fn pass(
        &mut self,
        book: &mut Book<'_>,
        limits: &Limits,
        diagnostics: &mut Diagnostics,
    ) -> Result<(Option<u32>, bool), Box<Refusal>> {
        let columns = self.columns;
        let first = self.candidate.row;
        let id_column = columns.column(Field::RequirementId);
        let mut orphan = false;
        let declared = book.rows(
            self.sheet,
            limits,
            Pace::Ahead,
            &|column| columns.reads(column),
            &mut |index, cells| {
                if index > first {
                    orphan = self.merged.is_none()
                        && cells.len() > 1
                        && id_column.is_some_and(|wanted| !cells.iter().any(|(column, _)| *column == wanted));
                    if orphan {
                        return ControlFlow::Break(());
                    }
                    let above = std::mem::take(&mut self.above);
                    self.row(columns.read(index, cells, diagnostics), &above, diagnostics);
                }
                ControlFlow::Continue(())
            },
        )?;
        Ok((declared, orphan))
    }

    fn row<'r>(
        &mut self,
        mut row: SheetRow<'r>,
        above: &'r [(Field, u32, String)],
        diagnostics: &mut Diagnostics,
    ) {
        if row.is_empty() {
            return;
        }
        self.builder.tally.rows += 1;
        if self.candidate.layout.kind == LayoutKind::Steps {
            steps::add(
                &mut self.steps,
                &row,
                self.sheet,
                &mut self.builder.tally,
                diagnostics,
            );
            return;
        }
        // Values of merged cells above, when this row stands in a merged region.
        if let Some(merged) = &self.merged {
            let mut filled = false;
            for (field, column, text) in above {
                let inside = merged
                    .iter()
                    .any(|(first_row, first_column, last_row, last_column)| {
                        (*first_row..=*last_row).contains(&row.index)
                            && *first_row < row.index
                            && (*first_column..=*last_column).contains(column)
                    });
                if inside && row.cell(*field).is_none() {
                    row.fill(
                        *field,
                        Cell {
                            column: *column,
                            text,
                            is_text: true,
                        },
                    );
                    filled = true;
                }
            }
            if filled {
                diagnostics.add(&diagnostic::MERGED_CELLS, Some((row.index, 0)), || {
                    Text::new(
                        format!("ligne {}", row.index + 1),
                        format!("row {}", row.index + 1),
                    )
                });
            }
        }
        let overflow = self.columns.overflow(&mut row, self.candidate.layout);
        if let Some(pair) = overflow {
            let column = pair.id.map_or(0, |cell| cell.column);
            diagnostics.add(&diagnostic::PROOF_OVERFLOW, Some((row.index, column)), || {
                Text::verbatim(
                    pair.id
                        .map(|cell| cell.text.trim().to_owned())
                        .unwrap_or_default(),
                )
            });
            row.pairs.push(pair);
        }
        let id_cell = row
            .cell(Field::RequirementId)
            .or_else(|| row.cell(Field::RequirementCopy));
        if let Some(cell) = id_cell {
            let proofs = self.written_proofs(&row);
            self.builder.add(&row, cell, proofs, diagnostics);
        } else {
            let column = self.columns.column(Field::RequirementId).unwrap_or(0);
            diagnostics.add(&diagnostic::ROW_NO_ID, Some((row.index, column)), || {
                Text::new(
                    format!("ligne {}", row.index + 1),
                    format!("row {}", row.index + 1),
                )
            });
        }
        if self.merged.is_some() {
            self.above = CARRIED
                .iter()
                .filter_map(|field| {
                    row.cell(*field)
                        .map(|cell| (*field, cell.column, cell.text.to_owned()))
                })
                .collect();
        }
    }

    fn written_proofs<'r>(&self, row: &SheetRow<'r>) -> Vec<WrittenProof<'r>> {
        let single = |id: Option<Cell<'r>>, text: Option<Cell<'r>>| {
            let place = id.or(text)?;
            Some(WrittenProof {
                id: id.map_or(Cow::Borrowed(""), |cell| Cow::Borrowed(cell.text)),
                text: text
                    .map(|cell| super::plain::plain(cell.text).into_owned())
                    .unwrap_or_default(),
                column: place.column,
            })
        };
        match self.candidate.layout.kind {
            LayoutKind::Wide => row
                .pairs
                .iter()
                .filter_map(|pair| single(pair.id, pair.text))
                .collect(),
            LayoutKind::ProofPerRow => single(row.cell(Field::ProofId), row.cell(Field::ProofText))
                .into_iter()
                .collect(),
            LayoutKind::ProofCell => row
                .cell(Field::ProofText)
                .map(|cell| proofs::split(cell.text, cell.column))
                .unwrap_or_default(),
            LayoutKind::Requirements | LayoutKind::Steps => Vec::new(),
        }
    }
}
