//! Cells to rows: what each column is, and the typed values of one row.

use std::borrow::Cow;

use super::cells::{Row, Value};
use super::diagnostic::{self, Diagnostics};
use super::headers::Field;
use super::layout::{Candidate, LayoutKind};
use crate::text::Text;

/// What a column is for the reader of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Field(Field),
    ProofId(u32),
    ProofText(u32),
    Requirement(u32),
}

impl Slot {
    fn field(self) -> Field {
        match self {
            Self::Field(field) => field,
            Self::ProofId(_) => Field::ProofIdN,
            Self::ProofText(_) => Field::ProofTextN,
            Self::Requirement(_) => Field::RequirementN,
        }
    }
}

/// The columns of a sheet.
#[derive(Debug)]
pub(super) struct Columns {
    /// What each column is, from column 0.
    slots: Vec<Option<Slot>>,
    /// Highest number of the proof columns.
    last_proof: u32,
}

impl Columns {
    /// Maps the recognised headers; says what is unknown, dropped, double, absent or written otherwise.
    pub(super) fn new(candidate: &Candidate, diagnostics: &mut Diagnostics) -> Self {
        let mut chosen: Vec<(u32, Slot, usize)> = Vec::new();
        for ((column, cell), recognised) in candidate.cells.iter().zip(&candidate.recognised) {
            let at = Some((candidate.row, *column));
            let quoted = || Text::new(format!("« {} »", shorten(cell)), format!("“{}”", shorten(cell)));
            let Some(found) = recognised else {
                diagnostics.add(&diagnostic::COLUMN_UNKNOWN, at, quoted);
                continue;
            };
            if found.header.dropped {
                diagnostics.add(&diagnostic::COLUMN_DROPPED, at, || {
                    Text::fixed("colonne de notes", "column of notes")
                });
                continue;
            }
            if found.header.ignored && !candidate.layout.overflow.contains(&found.header.field) {
                continue;
            }
            let slot = match (found.header.field, found.number) {
                (Field::ProofIdN, Some(number)) => Slot::ProofId(number),
                (Field::ProofTextN, Some(number)) => Slot::ProofText(number),
                (Field::RequirementN, Some(number)) => Slot::Requirement(number),
                (field, _) => Slot::Field(field),
            };
            match chosen.iter_mut().find(|(_, known, _)| *known == slot) {
                None => chosen.push((*column, slot, found.rank)),
                Some(known) => {
                    // Two names of one field are usual: the better one is read (« reference » before « id exigence »).
                    if found.rank == known.2 {
                        diagnostics.add(&diagnostic::HEADER_DUPLICATE, at, quoted);
                    } else if found.rank < known.2 {
                        *known = (*column, slot, found.rank);
                    }
                }
            }
        }
        for (column, slot, rank) in &chosen {
            let (field, cell) = (
                slot.field(),
                candidate.cells.iter().find(|(known, _)| known == column),
            );
            if let Some((_, cell)) = cell
                && *rank != candidate.layout.rank_at_home(field)
            {
                diagnostics.add(
                    &diagnostic::HEADER_SYNONYM,
                    Some((candidate.row, *column)),
                    || Text::new(format!("« {} »", shorten(cell)), format!("“{}”", shorten(cell))),
                );
            }
        }
        let last_proof = chosen
            .iter()
            .filter_map(|(_, slot, _)| match slot {
                Slot::ProofId(number) | Slot::ProofText(number) => Some(*number),
                _ => None,
            })
            .max()
            .unwrap_or(0);
        let last = chosen.iter().map(|(column, ..)| *column).max();
        let mut columns = Self {
            slots: vec![None; last.map_or(0, |last| last as usize + 1)],
            last_proof,
        };
        for (column, slot, _) in chosen {
            if let Some(place) = columns.slots.get_mut(column as usize) {
                *place = Some(slot);
            }
        }
        for field in &candidate.layout.headers {
            let numbered = matches!(field, Field::ProofIdN | Field::ProofTextN | Field::RequirementN);
            let unread = matches!(
                field,
                Field::Internal
                    | Field::SquashId
                    | Field::Ready
                    | Field::VerificationPoints
                    | Field::SocleStatus
                    | Field::SquashPath
                    | Field::Priority
                    | Field::Situation
                    | Field::StepNumber
            );
            if !numbered && !unread && !columns.has(*field) {
                let usual = super::headers::usual(*field);
                diagnostics.add(&diagnostic::COLUMN_ABSENT, None, || {
                    Text::new(format!("« {usual} »"), format!("“{usual}”"))
                });
            }
        }
        columns
    }

    fn slot(&self, column: u32) -> Option<Slot> {
        self.slots.get(column as usize).copied().flatten()
    }

    /// True when the column is read.
    pub(super) fn reads(&self, column: u32) -> bool {
        self.slot(column).is_some()
    }

    /// True when a column holds this field.
    pub(super) fn has(&self, field: Field) -> bool {
        self.slots.contains(&Some(Slot::Field(field)))
    }

    /// The column of a field, for cell addresses.
    pub(super) fn column(&self, field: Field) -> Option<u32> {
        let wanted = Some(Slot::Field(field));
        (0..)
            .zip(&self.slots)
            .find(|(_, slot)| **slot == wanted)
            .map(|(column, _)| column)
    }

    /// The values of a row.
    pub(super) fn read<'r>(
        &self,
        index: u32,
        row: &'r Row<'_>,
        diagnostics: &mut Diagnostics,
    ) -> SheetRow<'r> {
        let mut out = SheetRow {
            index,
            fields: Vec::with_capacity(16),
            pairs: Vec::new(),
            requirements: Vec::new(),
        };
        for (column, value) in row {
            let Some(slot) = self.slot(*column) else {
                continue;
            };
            let (text, typed) = match value {
                Value::Text(text) => (*text, true),
                Value::Typed(text) => (*text, false),
                Value::Error => {
                    diagnostics.add(&diagnostic::CELL_ERROR, Some((index, *column)), || {
                        Text::fixed("formule en erreur", "formula in error")
                    });
                    continue;
                }
            };
            if text.trim().is_empty() {
                continue;
            }
            let cell = Cell {
                column: *column,
                text,
                is_text: typed,
            };
            match slot {
                Slot::Field(field) => out.fields.push((field, cell)),
                Slot::ProofId(number) => out.pair(number).id = Some(cell),
                Slot::ProofText(number) => out.pair(number).text = Some(cell),
                Slot::Requirement(number) => out.requirements.push((number, cell)),
            }
        }
        out.pairs.sort_by_key(|pair| pair.number);
        out
    }

    /// Takes back an eleventh proof that the writer of the publication layout puts over the next columns. Only when
    /// the last proof column is filled and the next one holds an identifier.
    pub(super) fn overflow<'r>(
        &self,
        row: &mut SheetRow<'r>,
        layout: &super::layout::Layout,
    ) -> Option<Pair<'r>> {
        if layout.kind != LayoutKind::Wide || row.pairs.last()?.number != self.last_proof {
            return None;
        }
        let [id_field, text_field] = layout.overflow.as_slice() else {
            return None;
        };
        let id = row
            .cell(*id_field)
            .filter(|cell| super::identifiers::is_child(super::super::normalise::identifier(cell.text)))?;
        let text = row.cell(*text_field);
        row.fields
            .retain(|(field, _)| field != id_field && field != text_field);
        Some(Pair {
            number: self.last_proof + 1,
            id: Some(id),
            text,
        })
    }
}

fn shorten(cell: &str) -> String {
    const LONGEST: usize = 60;
    let one_line = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() > LONGEST {
        one_line.chars().take(LONGEST).chain(['…']).collect()
    } else {
        one_line
    }
}

/// A non-empty cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'r> {
    pub(super) column: u32,
    pub(super) text: &'r str,
    /// False for numbers, dates and booleans.
    pub(super) is_text: bool,
}

/// A numbered pair of proof columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'r> {
    pub(super) number: u32,
    pub(super) id: Option<Cell<'r>>,
    pub(super) text: Option<Cell<'r>>,
}

/// The non-empty cells of one row, by what they are.
#[derive(Debug)]
pub(super) struct SheetRow<'r> {
    /// Row from 0.
    pub(super) index: u32,
    fields: Vec<(Field, Cell<'r>)>,
    /// Proof pairs with an identifier or a text, by number.
    pub(super) pairs: Vec<Pair<'r>>,
    /// Numbered requirement references.
    pub(super) requirements: Vec<(u32, Cell<'r>)>,
}

impl<'r> SheetRow<'r> {
    fn pair(&mut self, number: u32) -> &mut Pair<'r> {
        let index = self
            .pairs
            .iter()
            .position(|pair| pair.number == number)
            .unwrap_or_else(|| {
                self.pairs.push(Pair {
                    number,
                    id: None,
                    text: None,
                });
                self.pairs.len() - 1
            });
        #[expect(clippy::indexing_slicing, reason = "the index was just found or pushed")]
        &mut self.pairs[index]
    }

    /// The cell of a field.
    pub(super) fn cell(&self, field: Field) -> Option<Cell<'r>> {
        self.fields
            .iter()
            .find(|(known, _)| *known == field)
            .map(|(_, cell)| *cell)
    }

    /// The plain text of a field, empty when absent.
    pub(super) fn text(&self, field: Field) -> Cow<'r, str> {
        self.cell(field)
            .map_or(Cow::Borrowed(""), |cell| super::plain::plain(cell.text))
    }

    /// True when the row says something beyond a row number.
    pub(super) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
            && self.requirements.is_empty()
            && self
                .fields
                .iter()
                .all(|(field, _)| matches!(field, Field::Order | Field::SquashId))
    }

    /// Gives the cell of a field the value above, for merged cells.
    pub(super) fn fill(&mut self, field: Field, cell: Cell<'r>) {
        if self.cell(field).is_none() {
            self.fields.push((field, cell));
        }
    }
}
