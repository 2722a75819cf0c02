//! Tables: delimited text, spreadsheets, JSON arrays of records, read row by row.
//!
//! A reader hands each row to the caller as it meets it and keeps none, so that a table of a million rows costs no
//! more memory than its bytes. What is odd but readable is a [`Problem`] with its row and column; what stops the
//! reading is a [`TableError`].

pub mod decode;
pub mod delimited;
pub mod json;
pub mod workbook;

use std::borrow::Cow;

use jiff::civil::Date;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Nothing, or blanks alone.
    Empty,
    /// Text, trimmed of blanks and no-break spaces at both ends.
    Text(Cow<'a, str>),
    /// A number, written as shortly as its value allows (`49.2`, `240`).
    Number(String),
    /// A calendar date.
    Date(Date),
    /// True or false.
    Boolean(bool),
    /// An error value of a spreadsheet (`#N/A`, `#DIV/0!`).
    Fault(String),
    /// A formula whose result the file does not hold.
    Unevaluated,
}

impl Value<'_> {
    /// A text, trimmed; empty when nothing is left.
    pub fn text(text: Cow<'_, str>) -> Value<'_> {
        match text {
            Cow::Borrowed(text) => match text.trim() {
                "" => Value::Empty,
                trimmed => Value::Text(Cow::Borrowed(trimmed)),
            },
            Cow::Owned(text) => match text.trim() {
                "" => Value::Empty,
                trimmed => Value::Text(Cow::Owned(trimmed.to_owned())),
            },
        }
    }

    /// True for [`Value::Empty`].
    pub fn is_empty(&self) -> bool {
        matches!(self, Value::Empty)
    }

    /// The value as people write it; dates as `AAAA-MM-JJ`.
    pub fn display(&self) -> Cow<'_, str> {
        match self {
            Value::Empty => Cow::Borrowed(""),
            Value::Text(text) => Cow::Borrowed(text),
            Value::Number(text) | Value::Fault(text) => Cow::Borrowed(text),
            Value::Date(date) => Cow::Owned(date.to_string()),
            Value::Boolean(true) => Cow::Borrowed("oui"),
            Value::Boolean(false) => Cow::Borrowed("non"),
            Value::Unevaluated => Cow::Borrowed("=…"),
        }
    }

    /// The same value, owning its text.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Empty => Value::Empty,
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Number(text) => Value::Number(text),
            Value::Date(date) => Value::Date(date),
            Value::Boolean(value) => Value::Boolean(value),
            Value::Fault(text) => Value::Fault(text),
            Value::Unevaluated => Value::Unevaluated,
        }
    }
}

/// One row, lent for the time of a call.
#[derive(Debug)]
pub struct Row<'r, 'a> {
    /// Where the row is, from 1: the line of a text file where it begins, the row of a sheet, the rank of a record.
    pub number: u32,
    /// The cells, from the first column; trailing empty ones may be left out.
    pub cells: &'r [Value<'a>],
    /// True when the row is cut otherwise than the table (its width, its separator, its quotes), which a [`Problem`]
    /// says: its cells may stand in other columns.
    pub cut: bool,
}

/// What the caller of a reader answers to each row.
pub type Flow = std::ops::ControlFlow<()>;

/// Something odd that did not stop the reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Row, from 1; zero for the file as a whole.
    pub row: u32,
    /// Column (rank of the cell), from 1, when one cell is meant.
    pub column: Option<u32>,
    /// What it is.
    pub kind: ProblemKind,
}

/// The kinds of [`Problem`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// Bytes in another encoding than UTF-8, which was understood: its name.
    Encoding(&'static str),
    /// A NUL or another control character in the text.
    ControlCharacter,
    /// The row has `found` cells where the table has `expected`.
    Ragged {
        /// Cells of most rows.
        expected: usize,
        /// Cells of this one.
        found: usize,
    },
    /// The row is separated by another character than the rest.
    MixedSeparators {
        /// Separator of the table.
        expected: char,
        /// Separator of the row.
        found: char,
    },
    /// Characters between a closing quote and the next separator.
    TextAfterQuote,
    /// A cell longer than the limit, cut there.
    LongCell,
    /// Merged cells; the value of the first one was given to all. Holds the range (`A2:A5`).
    Merged(String),
    /// A JSON value that is a list or an object where a scalar was expected: its key.
    Nested(String),
    /// A key that comes twice in one JSON record.
    RepeatedKey(String),
}

/// Why a table cannot be read, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// A quote opened on this line never closes.
    #[error("line {line}: the quote opened in column {column} never closes")]
    UnclosedQuote {
        /// Line of the opening quote, from 1.
        line: u32,
        /// Rank of the cell, from 1.
        column: u32,
    },
    /// Broken JSON.
    #[error("line {line}, column {column}: {message}")]
    Json {
        /// Line, from 1.
        line: u32,
        /// Column in characters, from 1.
        column: u32,
        /// What the parser said.
        message: String,
    },
    /// JSON that is no list of records.
    #[error("the document is no list of records")]
    NotRecords,
    /// A workbook that cannot be opened.
    #[error("{0}")]
    Workbook(String),
    /// A workbook protected by a password.
    #[error("the workbook is encrypted")]
    Encrypted,
    /// A limit was met.
    #[error("more than {limit} {what}")]
    Limit {
        /// The limit.
        limit: u64,
        /// What it counts.
        what: LimitKind,
    },
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitKind {
    /// Rows of a table.
    Rows,
    /// Columns of a table.
    Columns,
    /// Cells of a sheet.
    Cells,
    /// Bytes that a workbook expands to.
    Bytes,
}

impl std::fmt::Display for LimitKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Rows => "rows",
            Self::Columns => "columns",
            Self::Cells => "cells",
            Self::Bytes => "bytes",
        })
    }
}

/// Limits on what a table may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableLimits {
    /// Most rows.
    pub rows: u32,
    /// Most columns.
    pub columns: u32,
    /// Most characters kept of one cell.
    pub cell_characters: usize,
    /// Most cells of one sheet.
    pub cells: u64,
    /// Most bytes a workbook expands to.
    pub workbook_bytes: u64,
    /// Most problems kept; the reading goes on beyond.
    pub problems: usize,
}

/// The text of `bytes` and the problems met so far: an encoding other than UTF-8 is one.
pub(crate) fn open<'b>(bytes: &'b [u8], limits: &TableLimits) -> (Cow<'b, str>, Problems) {
    let decoded = decode::decode(bytes);
    let mut problems = Problems::new(limits.problems);
    if decoded.encoding != "UTF-8" {
        problems.push(0, None, ProblemKind::Encoding(decoded.encoding));
    }
    (decoded.text, problems)
}

/// Collects problems up to the limit.
#[derive(Debug)]
pub(crate) struct Problems {
    pub(crate) list: Vec<Problem>,
    limit: usize,
}

impl Problems {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            list: Vec::new(),
            limit,
        }
    }

    pub(crate) fn push(&mut self, row: u32, column: Option<u32>, kind: ProblemKind) {
        if self.list.len() < self.limit {
            self.list.push(Problem { row, column, kind });
        }
    }
}

/// The name of a spreadsheet column: 0 is `A`, 26 is `AA`.
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(b'A' + (rest % 26) as u8);
        rest /= 26;
    }
    letters.iter().rev().map(|&letter| char::from(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::column_letters;

    #[test]
    fn columns_are_named_as_spreadsheets_do() {
        assert_eq!(column_letters(0), "A");
        assert_eq!(column_letters(25), "Z");
        assert_eq!(column_letters(26), "AA");
        assert_eq!(column_letters(701), "ZZ");
        assert_eq!(column_letters(702), "AAA");
        assert_eq!(column_letters(u32::MAX), "MWLQKWV");
    }
}
