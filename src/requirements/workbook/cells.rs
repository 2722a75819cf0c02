//! The cells of a sheet, row after row: packed where they are read, looked at there or on another thread.

use std::fmt::{Display, Write as _};
use std::io::{Read, Seek};
use std::ops::{ControlFlow, Range};
use std::sync::mpsc;

use calamine::{Cell, Data, DataRef, Xlsx, XlsxError};

use super::refusal::Refusal;
use super::source::{over_limit, unreadable};
use crate::limits::Limits;

/// The value of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    /// Text.
    Text(&'a str),
    /// A number (without needless decimals), a date, a duration or a boolean, written.
    Typed(&'a str),
    /// A formula in error.
    Error,
}

/// One row: (column from 0, value), empty cells left out.
pub(super) type Row<'a> = [(u32, Value<'a>)];

/// Takes a row: its number from 0, its cells.
pub(super) type Visitor<'v> = dyn FnMut(u32, &Row<'_>) -> ControlFlow<()> + Send + 'v;

/// Whether rows are read before the visitor asks for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// Row by row: few are wanted.
    Step,
    /// On another thread, where there is one.
    Ahead,
}

/// Gives the rows of a sheet of an .xlsx as `Book::rows` says.
pub(super) fn xlsx_rows<R: Read + Seek>(
    book: &mut Xlsx<R>,
    sheet: &str,
    limits: &Limits,
    pace: Pace,
    wanted: &dyn Fn(u32) -> bool,
    visitor: &mut Visitor<'_>,
) -> Result<Option<u32>, Box<Refusal>> {
    let mut reader = match book.worksheet_cells_reader(sheet) {
        Ok(reader) => reader,
        // A chart or a dialogue has no cell.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    let declared = reader.dimensions().end.0;
    let mut cells = 0_u64;
    let mut next = || match reader.next_cell() {
        Ok(None) => Ok(None),
        Ok(Some(_)) if cells >= limits.workbook_cells => {
            Err(over_limit("trop de cellules", "too many cells", "workbook-cells"))
        }
        Ok(Some(cell)) => {
            cells += 1;
            Ok(Some(cell))
        }
        Err(error) => Err(unreadable(error)),
    };
    let flow = if pace == Pace::Ahead && rayon::current_num_threads() > 1 {
        ahead(&mut next, wanted, visitor)?
    } else {
        each_row(&mut next, wanted, &mut Batch::default(), |batch| {
            batch.visit(visitor)?;
            batch.clear();
            ControlFlow::Continue(())
        })?
    };
    Ok(flow.is_continue().then_some(declared))
}

/// Gives the rows of a sheet that was read as a whole.
pub(super) fn range_rows(
    range: &calamine::Range<Data>,
    wanted: &dyn Fn(u32) -> bool,
    visitor: &mut Visitor<'_>,
) {
    let Some((first_row, first_column)) = range.start() else {
        return;
    };
    let mut batch = Batch::default();
    for (row, cells) in (first_row..).zip(range.rows()) {
        batch.clear();
        for (column, cell) in (first_column..).zip(cells) {
            if !wanted(column) {
                continue;
            }
            match cell {
                Data::Empty => {}
                Data::String(text) => batch.borrowed(column, text),
                Data::Error(_) => batch.error(column),
                typed => batch.typed(column, typed),
            }
        }
        batch.end_row(row);
        if batch.visit(visitor).is_break() {
            return;
        }
    }
}

/// The next cell of a sheet.
type Next<'c, 'n> = dyn FnMut() -> Result<Option<Cell<DataRef<'c>>>, Box<Refusal>> + 'n;

/// Packs cells into `batch`, the unwanted ones left out, and shows it at the end of each row that has any.
fn each_row<'c>(
    next: &mut Next<'c, '_>,
    wanted: &dyn Fn(u32) -> bool,
    batch: &mut Batch<'c>,
    mut take: impl FnMut(&mut Batch<'c>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Box<Refusal>> {
    let mut current = 0;
    while let Some(cell) = next()? {
        let (row, column) = cell.get_position();
        if row != current {
            if batch.end_row(current) && take(batch).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            current = row;
        }
        if wanted(column) {
            batch.push(column, cell.get_value());
        }
    }
    Ok(if batch.end_row(current) {
        take(batch)
    } else {
        ControlFlow::Continue(())
    })
}

/// Rows handed over together: few, for a REM has 20 to 500 of them and the visitor is to begin with the first.
const HANDED: usize = 8;

/// Bytes of text after which fewer rows are handed over.
const HANDED_BYTES: usize = 64 * 1024;

/// Batches that may wait.
const WAITING: usize = 64;

/// Reads cells on this thread while the visitor has the rows, in order, on another.
fn ahead<'c>(
    next: &mut Next<'c, '_>,
    wanted: &dyn Fn(u32) -> bool,
    visitor: &mut Visitor<'_>,
) -> Result<ControlFlow<()>, Box<Refusal>> {
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel::<Batch<'c>>(WAITING);
        let visiting = scope.spawn(move || receiver.into_iter().try_for_each(|batch| batch.visit(visitor)));
        let mut batch = Batch::default();
        let read = each_row(next, wanted, &mut batch, |batch| {
            if batch.rows.len() >= HANDED || batch.text.len() >= HANDED_BYTES {
                let following = batch.following();
                // Nobody takes the rows any more when the visitor has broken.
                if sender.send(std::mem::replace(batch, following)).is_err() {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        });
        let _ = sender.send(batch);
        drop(sender);
        let flow = visiting
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        read.map(|_| flow)
    })
}

/// Rows packed together. Their texts stand in one string: a row costs no allocation of its own, and the cells of the
/// reader are dropped on the thread that makes them.
#[derive(Debug, Default)]
struct Batch<'c> {
    text: String,
    cells: Vec<(u32, Packed<'c>)>,
    /// The number of each row, and where its cells end.
    rows: Vec<(u32, usize)>,
}

/// The value of a packed cell.
#[derive(Debug)]
enum Packed<'c> {
    /// A text that outlives the batch.
    Borrowed(&'c str),
    /// A text of the batch.
    Text(Range<usize>),
    /// What [`Value::Typed`] holds, in the text of the batch.
    Typed(Range<usize>),
    Error,
}

impl<'c> Batch<'c> {
    /// An empty batch with room for as much as this one holds, within what is handed over.
    fn following(&self) -> Self {
        Self {
            text: String::with_capacity(self.text.len().min(HANDED_BYTES)),
            cells: Vec::with_capacity(self.cells.len()),
            rows: Vec::with_capacity(self.rows.len()),
        }
    }

    fn clear(&mut self) {
        self.text.clear();
        self.cells.clear();
        self.rows.clear();
    }

    /// Ends a row; `false` when it has no cell, for then it is left out.
    fn end_row(&mut self, row: u32) -> bool {
        let begun = self.rows.last().map_or(0, |(_, end)| *end);
        let filled = self.cells.len() > begun;
        if filled {
            self.rows.push((row, self.cells.len()));
        }
        filled
    }

    fn push(&mut self, column: u32, value: &DataRef<'c>) {
        match value {
            DataRef::Empty => {}
            DataRef::SharedString(text) => self.borrowed(column, text),
            DataRef::String(text) => {
                if !text.trim_start().is_empty() {
                    let begin = self.text.len();
                    self.text.push_str(text);
                    self.cells.push((column, Packed::Text(begin..self.text.len())));
                }
            }
            DataRef::Int(number) => self.typed(column, number),
            DataRef::Float(number) => self.typed(column, number),
            DataRef::Bool(value) => self.typed(column, value),
            DataRef::DateTime(date) => self.typed(column, date),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => self.typed(column, text),
            DataRef::Error(_) => self.error(column),
        }
    }

    fn borrowed(&mut self, column: u32, text: &'c str) {
        if !text.trim_start().is_empty() {
            self.cells.push((column, Packed::Borrowed(text)));
        }
    }

    fn typed(&mut self, column: u32, value: impl Display) {
        let begin = self.text.len();
        // Writing to a string does not fail.
        let _ = write!(self.text, "{value}");
        self.cells.push((column, Packed::Typed(begin..self.text.len())));
    }

    fn error(&mut self, column: u32) {
        self.cells.push((column, Packed::Error));
    }

    /// Gives each row to the visitor until it breaks.
    fn visit(&self, visitor: &mut Visitor<'_>) -> ControlFlow<()> {
        let text = |range: &Range<usize>| self.text.get(range.clone()).unwrap_or_default();
        let mut row: Vec<(u32, Value<'_>)> = Vec::new();
        let mut begin = 0;
        for (number, end) in &self.rows {
            let cells = self.cells.get(begin..*end).unwrap_or_default();
            row.clear();
            row.extend(cells.iter().map(|(column, packed)| {
                let value = match packed {
                    Packed::Borrowed(text) => Value::Text(text),
                    Packed::Text(range) => Value::Text(text(range)),
                    Packed::Typed(range) => Value::Typed(text(range)),
                    Packed::Error => Value::Error,
                };
                (*column, value)
            }));
            visitor(*number, &row)?;
            begin = *end;
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use calamine::{Cell, CellErrorType, DataRef};

    use super::{Batch, Next, Value, Visitor, ahead, each_row};

    /// What a row is given as, written.
    type Given = (u32, Vec<(u32, String)>);

    /// A hundred rows of one cell of each kind; the third column is refused, every seventh row has blanks alone.
    fn hundred() -> Vec<Cell<DataRef<'static>>> {
        (0..100)
            .flat_map(|row| {
                let values = if row % 7 == 3 {
                    vec![DataRef::SharedString(" \n"), DataRef::String(String::new())]
                } else {
                    vec![
                        DataRef::SharedString("partagé"),
                        DataRef::String(format!("texte {row}")),
                        DataRef::String("refusé".to_owned()),
                        DataRef::Float(f64::from(row) / 2.0),
                        DataRef::Empty,
                        DataRef::Bool(row % 2 == 0),
                        DataRef::Error(CellErrorType::Ref),
                    ]
                };
                (0..)
                    .zip(values)
                    .map(move |(column, value)| Cell::new((row, column), value))
            })
            .collect()
    }

    /// The rows given until `last` is, read ahead or not.
    fn given(read_ahead: bool, last: u32) -> Vec<Given> {
        let mut out = Vec::new();
        let mut cells = hundred().into_iter();
        let next: &mut Next<'static, '_> = &mut || Ok(cells.next());
        let wanted = |column| column != 2;
        let visitor: &mut Visitor<'_> = &mut |row, values| {
            let written = values.iter().map(|(column, value)| {
                let written = match value {
                    Value::Text(text) => (*text).to_owned(),
                    Value::Typed(text) => format!("={text}"),
                    Value::Error => "!".to_owned(),
                };
                (*column, written)
            });
            out.push((row, written.collect()));
            if row == last {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        };
        let flow = if read_ahead {
            ahead(next, &wanted, visitor)
        } else {
            each_row(next, &wanted, &mut Batch::default(), |batch| {
                batch.visit(visitor)?;
                batch.clear();
                ControlFlow::Continue(())
            })
        };
        assert_eq!(flow.is_ok_and(|flow| flow.is_break()), last < 100);
        out
    }

    #[test]
    fn cells_are_given_row_after_row() {
        let rows = given(false, 100);
        assert_eq!(rows.len(), 86);
        let cell = |column: u32, written: &str| (column, written.to_owned());
        let values = vec![
            cell(0, "partagé"),
            cell(1, "texte 5"),
            cell(3, "=2.5"),
            cell(5, "=false"),
            cell(6, "!"),
        ];
        assert!(rows.contains(&(5, values)));
        assert!(rows.iter().all(|(row, _)| row % 7 != 3));
    }

    #[test]
    fn rows_read_ahead_are_the_same() {
        for last in [0, 8, 50, 99, 100] {
            assert_eq!(given(true, last), given(false, last), "until row {last}");
        }
    }
}
