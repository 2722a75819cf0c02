//! Spreadsheets: xlsx cell by cell, xls and ods sheet by sheet.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _};

use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader as _, Xls, Xlsx};
use jiff::civil::Date;

use super::json::number_text;
use super::{
    Flow, LimitKind, Problem, ProblemKind, Problems, Row, TableError, TableLimits, Value, column_letters,
};

/// Merged ranges looked at in one sheet.
const MERGED: usize = 10_000;

/// An open workbook.
pub struct Workbook<'b> {
    book: Book<'b>,
    sheets: Vec<String>,
}

enum Book<'b> {
    Xlsx(Xlsx<Cursor<&'b [u8]>>),
    Xls(Xls<Cursor<&'b [u8]>>),
    Ods(Ods<Cursor<&'b [u8]>>),
}

/// What was met in a sheet besides its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// Rows handed over.
    pub rows: u32,
    /// What is odd in it.
    pub problems: Vec<Problem>,
}

impl<'b> Workbook<'b> {
    /// Opens a workbook by its content.
    ///
    /// # Errors
    /// A file that is no workbook, is cut, encrypted, or expands beyond the limit.
    pub fn open(bytes: &'b [u8], limits: &TableLimits) -> Result<Self, TableError> {
        let cursor = || Cursor::new(bytes);
        let failed = |error: &dyn std::fmt::Display| TableError::Workbook(error.to_string());
        let book = if bytes.starts_with(b"PK") {
            let members = measure(bytes, limits.workbook_bytes)?;
            if members.iter().any(|name| name == "content.xml") {
                Book::Ods(Ods::new(cursor()).map_err(|error| failed(&error))?)
            } else {
                Book::Xlsx(Xlsx::new(cursor()).map_err(|error| match error {
                    calamine::XlsxError::Password => TableError::Encrypted,
                    other => failed(&other),
                })?)
            }
        } else {
            // Encrypted xlsx files are OLE2 containers too.
            if contains(bytes, b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e") {
                return Err(TableError::Encrypted);
            }
            Book::Xls(Xls::new(cursor()).map_err(|error| match error {
                calamine::XlsError::Password => TableError::Encrypted,
                other => failed(&other),
            })?)
        };
        let sheets = match &book {
            Book::Xlsx(book) => book.sheet_names(),
            Book::Xls(book) => book.sheet_names(),
            Book::Ods(book) => book.sheet_names(),
        };
        Ok(Self { book, sheets })
    }

    /// Names of the sheets, in order.
    pub fn sheets(&self) -> &[String] {
        &self.sheets
    }

    /// Reads one sheet and hands each row that is not blank to `on_row`.
    ///
    /// # Errors
    /// A broken sheet, or a limit; rows before it have been handed over.
    pub fn read(
        &mut self,
        sheet: &str,
        limits: &TableLimits,
        on_row: &mut dyn FnMut(Row<'_, '_>) -> Flow,
    ) -> Result<Read, (TableError, Vec<Problem>)> {
        let mut rows = Rows {
            merged: Merged::default(),
            problems: Problems::new(limits.problems),
            limits,
            current: None,
            cells: Vec::new(),
            count: 0,
            total: 0,
            stopped: false,
            on_row,
        };
        let result = match &mut self.book {
            Book::Xlsx(book) => read_xlsx(book, sheet, &mut rows),
            Book::Xls(book) => {
                let values = book.worksheet_range(sheet).map_err(|e| e.to_string());
                let formulas = book.worksheet_formula(sheet).map_err(|e| e.to_string());
                read_range(values, formulas, &mut rows)
            }
            Book::Ods(book) => {
                let values = book.worksheet_range(sheet).map_err(|e| e.to_string());
                let formulas = book.worksheet_formula(sheet).map_err(|e| e.to_string());
                read_range(values, formulas, &mut rows)
            }
        };
        let result = result.and_then(|()| rows.flush());
        match result {
            Ok(()) => Ok(Read {
                rows: rows.count,
                problems: rows.problems.list,
            }),
            Err(error) => Err((error, rows.problems.list)),
        }
    }
}

/// Names of the members of a zip archive, after expanding each one to learn its true size.
fn measure(bytes: &[u8], limit: u64) -> Result<Vec<String>, TableError> {
    let failed = |error: &dyn std::fmt::Display| TableError::Workbook(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| failed(&error))?;
    let mut names = Vec::new();
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(|error| failed(&error))?;
        names.push(member.name().map_err(|error| failed(&error))?.into_owned());
        let mut member = member.take(limit.saturating_sub(total).saturating_add(1));
        total += std::io::copy(&mut member, &mut std::io::sink()).map_err(|error| failed(&error))?;
        if total > limit {
            return Err(TableError::Limit {
                limit,
                what: LimitKind::Bytes,
            });
        }
    }
    Ok(names)
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

fn read_xlsx(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str, rows: &mut Rows<'_, '_>) -> Result<(), TableError> {
    let failed = |error: calamine::XlsxError| TableError::Workbook(error.to_string());
    let merged = book.merge_cells_by_sheet_name(sheet).unwrap_or_default();
    for range in merged.iter().take(MERGED) {
        rows.merged.add(range.start, range.end);
    }
    let mut reader = book.worksheet_cells_reader(sheet).map_err(failed)?;
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(failed)? {
        let value = match (&cell.value, &cell.formula) {
            (DataRef::Empty, Some(_)) => Value::Unevaluated,
            (DataRef::Empty, None) => continue,
            (DataRef::Int(value), _) => Value::Number(value.to_string()),
            (DataRef::Float(value), _) => Value::Number(number_text(*value)),
            (DataRef::String(text), _) => Value::text(Cow::Owned(text.clone())),
            (DataRef::SharedString(text), _) => Value::text(Cow::Owned((*text).to_owned())),
            (DataRef::Bool(value), _) => Value::Boolean(*value),
            (DataRef::DateTime(moment), _) => moment_value(moment),
            (DataRef::DateTimeIso(text) | DataRef::DurationIso(text), _) => iso_value(text),
            (DataRef::Error(error), _) => Value::Fault(error.to_string()),
        };
        let (row, column) = cell.pos;
        rows.cell(row, column, value)?;
        if rows.stopped {
            break;
        }
    }
    Ok(())
}

fn read_range(
    values: Result<calamine::Range<Data>, String>,
    formulas: Result<calamine::Range<String>, String>,
    rows: &mut Rows<'_, '_>,
) -> Result<(), TableError> {
    let values = values.map_err(TableError::Workbook)?;
    // A formula cell without result is absent from the values; the formulas say that it exists.
    let mut unevaluated: BTreeSet<(u32, u32)> = BTreeSet::new();
    if let Ok(formulas) = formulas
        && let Some((top, left)) = formulas.start()
    {
        for (row, column, formula) in formulas.used_cells() {
            let at = (top + row as u32, left + column as u32);
            let empty = match values.get_value(at) {
                None | Some(Data::Empty) => true,
                Some(Data::String(text)) => text.is_empty(),
                Some(_) => false,
            };
            if !formula.is_empty() && empty {
                unevaluated.insert(at);
            }
        }
    }
    let (top, left) = values.start().unwrap_or_default();
    for (row, line) in values.rows().enumerate() {
        for (column, value) in line.iter().enumerate() {
            let at = (top + row as u32, left + column as u32);
            let value = match value {
                _ if unevaluated.contains(&at) => Value::Unevaluated,
                Data::Empty => continue,
                Data::Int(value) => Value::Number(value.to_string()),
                Data::Float(value) => Value::Number(number_text(*value)),
                Data::String(text) => Value::text(Cow::Owned(text.clone())),
                Data::Bool(value) => Value::Boolean(*value),
                Data::DateTime(moment) => moment_value(moment),
                Data::DateTimeIso(text) | Data::DurationIso(text) => iso_value(text),
                Data::Error(error) => Value::Fault(error.to_string()),
            };
            rows.cell(at.0, at.1, value)?;
            if rows.stopped {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// A serial date of a spreadsheet; durations stay numbers.
fn moment_value(moment: &ExcelDateTime) -> Value<'static> {
    if moment.is_datetime() {
        let (year, month, day, ..) = moment.to_ymd_hms_milli();
        let date = i16::try_from(year)
            .ok()
            .zip(i8::try_from(month).ok())
            .zip(i8::try_from(day).ok())
            .and_then(|((year, month), day)| Date::new(year, month, day).ok());
        if let Some(date) = date {
            return Value::Date(date);
        }
    }
    Value::Number(number_text(moment.as_f64()))
}

/// An ISO 8601 date with or without time.
fn iso_value(text: &str) -> Value<'static> {
    match text.get(..10).and_then(|date| date.parse::<Date>().ok()) {
        Some(date) => Value::Date(date),
        None => Value::text(Cow::Owned(text.to_owned())),
    }
}

/// Merged ranges and the value of the first cell of each.
#[derive(Default)]
struct Merged {
    ranges: Vec<((u32, u32), (u32, u32))>,
    values: BTreeMap<(u32, u32), Value<'static>>,
}

impl Merged {
    fn add(&mut self, start: (u32, u32), end: (u32, u32)) {
        self.ranges.push((start, end));
    }
}

/// Puts cells together into rows.
struct Rows<'l, 'c> {
    merged: Merged,
    problems: Problems,
    limits: &'l TableLimits,
    current: Option<u32>,
    cells: Vec<Value<'static>>,
    count: u32,
    total: u64,
    stopped: bool,
    on_row: &'c mut dyn FnMut(Row<'_, '_>) -> Flow,
}

impl Rows<'_, '_> {
    fn cell(&mut self, row: u32, column: u32, value: Value<'static>) -> Result<(), TableError> {
        if column >= self.limits.columns {
            return Err(TableError::Limit {
                limit: u64::from(self.limits.columns),
                what: LimitKind::Columns,
            });
        }
        self.total += 1;
        if self.total > self.limits.cells {
            return Err(TableError::Limit {
                limit: self.limits.cells,
                what: LimitKind::Cells,
            });
        }
        if self.current != Some(row) {
            self.flush()?;
            self.current = Some(row);
        }
        let column = column as usize;
        if self.cells.len() <= column {
            self.cells.resize(column + 1, Value::Empty);
        }
        if let Some(cell) = self.cells.get_mut(column) {
            *cell = value;
        }
        Ok(())
    }

    /// Hands over the row that was being put together.
    fn flush(&mut self) -> Result<(), TableError> {
        let Some(row) = self.current.take() else {
            return Ok(());
        };
        self.fill_merged(row);
        let blank = self.cells.iter().all(Value::is_empty);
        if !blank && !self.stopped {
            if self.count >= self.limits.rows {
                return Err(TableError::Limit {
                    limit: u64::from(self.limits.rows),
                    what: LimitKind::Rows,
                });
            }
            self.count += 1;
            let handed = Row {
                number: row + 1,
                cells: &self.cells,
                cut: false,
            };
            self.stopped = (self.on_row)(handed).is_break();
        }
        self.cells.clear();
        Ok(())
    }

    /// Gives the cells of merged ranges the value of the first one, and names each range once.
    fn fill_merged(&mut self, row: u32) {
        let Self {
            merged,
            cells,
            problems,
            ..
        } = self;
        for &(start, end) in merged
            .ranges
            .iter()
            .filter(|(start, end)| (start.0..=end.0).contains(&row))
        {
            if row == start.0 {
                let value = cells.get(start.1 as usize).cloned().unwrap_or(Value::Empty);
                merged.values.insert(start, value);
                let range = format!(
                    "{}{}:{}{}",
                    column_letters(start.1),
                    start.0 + 1,
                    column_letters(end.1),
                    end.0 + 1
                );
                problems.push(row + 1, Some(start.1 + 1), ProblemKind::Merged(range));
            }
            let Some(value) = merged.values.get(&start) else {
                continue;
            };
            for column in start.1..=end.1.min(start.1.saturating_add(1000)) {
                let column = column as usize;
                if cells.len() <= column {
                    cells.resize(column + 1, Value::Empty);
                }
                if let Some(cell) = cells.get_mut(column)
                    && cell.is_empty()
                {
                    *cell = value.clone();
                }
            }
        }
    }
}
