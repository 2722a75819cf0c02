//! Delimited text (CSV and its kin): separator found from the text, quotes of RFC 4180, any line ending.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Flow, LimitKind, Problem, ProblemKind, Row, TableError, TableLimits, Value};

/// Separators tried, the French habit first: at equal merit the first one wins.
const SEPARATORS: [u8; 4] = [b';', b'\t', b',', b'|'];

/// Records looked at to find the separator and the width.
const SAMPLE: usize = 400;

/// How a delimited text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// The separator.
    pub separator: char,
    /// Cells of most rows.
    pub width: usize,
}

/// What was met besides the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// How the text is written.
    pub dialect: Dialect,
    /// Rows handed over.
    pub rows: u32,
    /// What is odd in it.
    pub problems: Vec<Problem>,
}

/// Reads `bytes` as delimited text and hands each row that is not blank to `on_row`.
///
/// # Errors
/// A quote that never closes, or a limit; rows before it have been handed over.
pub fn read(
    bytes: &[u8],
    limits: &TableLimits,
    on_row: &mut dyn FnMut(Row<'_, '_>) -> Flow,
) -> Result<Read, (TableError, Vec<Problem>)> {
    let (text, mut problems) = super::open(bytes, limits);
    let text: &str = &text;
    let hint = separator_hint(text);
    let body = hint.map_or(text, |(_, rest)| rest);
    let dialect = detect(body, hint.map(|(separator, _)| separator));
    let Ok(separator) = u8::try_from(dialect.separator) else {
        return Err((TableError::NotRecords, problems.list));
    };
    let mut records = Records::new(body, separator);
    if hint.is_some() {
        records.line = 2;
    }
    let mut fields: Vec<Cow<'_, str>> = Vec::new();
    let mut rows = 0_u32;
    let mut started = false;
    loop {
        let record = match records.next(&mut fields) {
            Ok(Some(record)) => record,
            Ok(None) => break,
            Err(error) => return Err((error, problems.list)),
        };
        if fields.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        if fields.len() > limits.columns as usize {
            let error = TableError::Limit {
                limit: u64::from(limits.columns),
                what: LimitKind::Columns,
            };
            return Err((error, problems.list));
        }
        if rows >= limits.rows {
            let error = TableError::Limit {
                limit: u64::from(limits.rows),
                what: LimitKind::Rows,
            };
            return Err((error, problems.list));
        }
        rows += 1;
        // Titles above the header are narrower than the table and no fault.
        let significant = fields.len()
            - fields
                .iter()
                .rev()
                .take_while(|field| field.trim().is_empty())
                .count();
        started |= fields.len() == dialect.width || significant == dialect.width;
        let mixed = other_separator(record.raw, &fields, dialect);
        let odd_width = (started || mixed.is_some())
            && (fields.len() < dialect.width || significant > dialect.width)
            && !(fields.len() == 1 && is_sentence(record.raw));
        // Quotes that do not fit the separator are a consequence of the other one.
        if let Some(column) = record.text_after_quote.filter(|_| mixed.is_none()) {
            problems.push(record.line, Some(column), ProblemKind::TextAfterQuote);
        } else if odd_width {
            let kind = match mixed {
                Some(found) => ProblemKind::MixedSeparators {
                    expected: dialect.separator,
                    found,
                },
                None => ProblemKind::Ragged {
                    expected: dialect.width,
                    found: fields.len(),
                },
            };
            problems.push(record.line, None, kind);
        }
        let mut cells: Vec<Value<'_>> = Vec::with_capacity(fields.len());
        for (column, field) in fields.iter().enumerate() {
            if field.contains('\0') {
                problems.push(
                    record.line,
                    Some(column as u32 + 1),
                    ProblemKind::ControlCharacter,
                );
            }
            let kept = match field.char_indices().nth(limits.cell_characters) {
                Some((end, _)) => {
                    problems.push(record.line, Some(column as u32 + 1), ProblemKind::LongCell);
                    field.get(..end).unwrap_or_default()
                }
                None => field.as_ref(),
            };
            cells.push(Value::text(Cow::Borrowed(kept)));
        }
        if on_row(Row {
            number: record.line,
            cells: &cells,
            cut: odd_width || record.text_after_quote.is_some(),
        })
        .is_break()
        {
            break;
        }
    }
    Ok(Read {
        dialect,
        rows,
        problems: problems.list,
    })
}

/// A line of words without any separator: a note beside the table, not a row of it.
fn is_sentence(line: &str) -> bool {
    let words = line
        .split_whitespace()
        .filter(|word| word.chars().filter(|letter| letter.is_alphabetic()).count() > 1)
        .count();
    words >= 3
        && !SEPARATORS
            .iter()
            .any(|&separator| line.contains(char::from(separator)))
}

/// The line `sep=;` that a spreadsheet writes first to tell the separator, and what follows it.
fn separator_hint(text: &str) -> Option<(char, &str)> {
    let rest = text
        .strip_prefix("sep=")
        .or_else(|| text.strip_prefix("\"sep="))?;
    let separator = rest.chars().next()?;
    let end = rest.find('\n')?;
    SEPARATORS
        .contains(&u8::try_from(separator).ok()?)
        .then(|| (separator, rest.get(end + 1..).unwrap_or_default()))
}

/// What text after a closing quote weighs against a separator, in cells: most likely it is not the separator.
const DOUBT: i64 = 8;

/// Finds the separator and the width: the separator that cuts the most cells in rows of one width.
pub fn detect(text: &str, told: Option<char>) -> Dialect {
    let mut best: Option<(i64, Dialect)> = None;
    for separator in SEPARATORS {
        if told.is_some_and(|told| told != char::from(separator)) {
            continue;
        }
        let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
        let mut doubtful = 0_i64;
        let mut records = Records::new(text, separator);
        let mut fields = Vec::new();
        for _ in 0..SAMPLE {
            let Ok(Some(record)) = records.next(&mut fields) else {
                break;
            };
            doubtful += i64::from(record.text_after_quote.is_some());
            if fields.iter().any(|field| !field.trim().is_empty()) {
                *widths.entry(fields.len()).or_default() += 1;
            }
        }
        let Some((&width, &rows)) = widths
            .iter()
            .filter(|&(&width, _)| width > 1)
            .max_by_key(|&(&width, &rows)| (rows, width))
        else {
            continue;
        };
        let dialect = Dialect {
            separator: char::from(separator),
            width,
        };
        let cut = i64::try_from(rows * (width - 1)).unwrap_or(i64::MAX);
        let merit = cut - DOUBT * doubtful;
        if best.as_ref().is_none_or(|&(most, _)| merit > most) {
            best = Some((merit, dialect));
        }
    }
    best.map_or(
        Dialect {
            separator: told.unwrap_or(';'),
            width: 1,
        },
        |(_, dialect)| dialect,
    )
}

/// The other separator that brings a too narrow row to the width of the table.
fn other_separator(raw: &str, fields: &[Cow<'_, str>], dialect: Dialect) -> Option<char> {
    if fields.len() >= dialect.width {
        return None;
    }
    SEPARATORS.iter().map(|&byte| char::from(byte)).find(|&other| {
        other != dialect.separator && fields.len() + separators(raw, other, fields.len() > 1) == dialect.width
    })
}

/// How often `separator` stands in a row; a comma between two digits of a row that is cut otherwise is a decimal one.
fn separators(raw: &str, separator: char, decimal: bool) -> usize {
    let bytes = raw.as_bytes();
    let digit = |rank: Option<usize>| {
        rank.and_then(|rank| bytes.get(rank))
            .is_some_and(u8::is_ascii_digit)
    };
    raw.match_indices(separator)
        .filter(|&(at, _)| {
            !(decimal && separator == ',' && digit(at.checked_sub(1)) && digit(at.checked_add(1)))
        })
        .count()
}

/// Where a record is.
#[derive(Debug, Clone, Copy)]
pub struct Record<'t> {
    /// Line where it begins, from 1.
    pub line: u32,
    /// The record as written.
    pub raw: &'t str,
    /// Rank of the cell, from 1, where text follows a closing quote.
    pub text_after_quote: Option<u32>,
}

/// Splits a text into records and cells; blank lines are records of one empty cell.
#[derive(Debug)]
pub struct Records<'t> {
    text: &'t str,
    position: usize,
    line: u32,
    separator: u8,
}

impl<'t> Records<'t> {
    /// A splitter over `text`; `separator` is one ASCII byte.
    pub fn new(text: &'t str, separator: u8) -> Self {
        Self {
            text,
            position: 0,
            line: 1,
            separator,
        }
    }

    fn byte(&self, position: usize) -> Option<u8> {
        self.text.as_bytes().get(position).copied()
    }

    fn slice(&self, from: usize, to: usize) -> &'t str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// Reads the next record into `fields`; `None` at the end of the text.
    ///
    /// # Errors
    /// [`TableError::UnclosedQuote`].
    pub fn next(&mut self, fields: &mut Vec<Cow<'t, str>>) -> Result<Option<Record<'t>>, TableError> {
        fields.clear();
        if self.position >= self.text.len() {
            return Ok(None);
        }
        let start = self.position;
        let line = self.line;
        let mut text_after_quote = None;
        loop {
            let quoted = self.byte(self.position) == Some(b'"');
            if quoted {
                let column = fields.len() as u32 + 1;
                let (value, clean) = self.quoted(column)?;
                if !clean && text_after_quote.is_none() {
                    text_after_quote = Some(column);
                }
                fields.push(value);
            } else {
                let from = self.position;
                self.skip_plain();
                fields.push(Cow::Borrowed(self.slice(from, self.position)));
            }
            match self.byte(self.position) {
                Some(byte) if byte == self.separator => self.position += 1,
                Some(b'\r' | b'\n') => {
                    let raw = self.slice(start, self.position);
                    let both = self.byte(self.position) == Some(b'\r')
                        && self.byte(self.position + 1) == Some(b'\n');
                    self.position += if both { 2 } else { 1 };
                    self.line = self.line.saturating_add(1);
                    return Ok(Some(Record {
                        line,
                        raw,
                        text_after_quote,
                    }));
                }
                _ => {
                    return Ok(Some(Record {
                        line,
                        raw: self.slice(start, self.position),
                        text_after_quote,
                    }));
                }
            }
        }
    }

    /// Moves to the next separator, line end, or the end.
    fn skip_plain(&mut self) {
        while let Some(byte) = self.byte(self.position) {
            if byte == self.separator || byte == b'\n' || byte == b'\r' {
                break;
            }
            self.position += 1;
        }
    }

    /// Reads a quoted cell from its opening quote; says whether only a separator or a line end follows it.
    fn quoted(&mut self, column: u32) -> Result<(Cow<'t, str>, bool), TableError> {
        let opened = self.line;
        self.position += 1;
        let mut from = self.position;
        let mut value: Cow<'t, str> = Cow::Borrowed("");
        loop {
            match self.byte(self.position) {
                None => {
                    return Err(TableError::UnclosedQuote { line: opened, column });
                }
                Some(b'"') => {
                    append(&mut value, self.slice(from, self.position));
                    self.position += 1;
                    if self.byte(self.position) == Some(b'"') {
                        // A doubled quote stands for one: the next slice begins with it.
                        from = self.position;
                        self.position += 1;
                    } else {
                        break;
                    }
                }
                Some(byte) => {
                    let ends_line =
                        byte == b'\n' || (byte == b'\r' && self.byte(self.position + 1) != Some(b'\n'));
                    if ends_line {
                        self.line = self.line.saturating_add(1);
                    }
                    self.position += 1;
                }
            }
        }
        let after = self.position;
        self.skip_plain();
        let rest = self.slice(after, self.position);
        let clean = rest.trim().is_empty();
        if !clean {
            append(&mut value, rest);
        }
        Ok((value, clean))
    }
}

fn append<'t>(value: &mut Cow<'t, str>, more: &'t str) {
    if value.is_empty() {
        *value = Cow::Borrowed(more);
    } else if !more.is_empty() {
        value.to_mut().push_str(more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: TableLimits = TableLimits {
        rows: 100,
        columns: 20,
        cell_characters: 50,
        cells: 1000,
        workbook_bytes: 1 << 20,
        problems: 100,
    };

    fn table(text: &[u8]) -> (Vec<(u32, Vec<String>)>, Read) {
        let mut rows = Vec::new();
        let read = read(text, &LIMITS, &mut |row| {
            rows.push((
                row.number,
                row.cells.iter().map(|cell| cell.display().into_owned()).collect(),
            ));
            Flow::Continue(())
        })
        .unwrap();
        (rows, read)
    }

    #[test]
    fn separators_quotes_and_line_ends() {
        let (rows, read) = table(b"a;b;c\r\n1;\"x;\"\"y\"\"\";3\r4;5;6\n\n7;\"two\nlines\";9");
        assert_eq!(read.dialect.separator, ';');
        assert_eq!(read.problems, vec![]);
        assert_eq!(rows[1], (2, vec!["1".into(), "x;\"y\"".into(), "3".into()]));
        assert_eq!(rows[2].0, 3);
        assert_eq!(rows[3], (5, vec!["7".into(), "two\nlines".into(), "9".into()]));
        assert_eq!(table(b"a,b\n1,2\n").1.dialect.separator, ',');
        assert_eq!(table(b"a\tb\n1\t2\n").1.dialect.separator, '\t');
        assert_eq!(
            table(b"mois;taux\n2022-01;49,5\n2022-02;50,1\n")
                .1
                .dialect
                .separator,
            ';'
        );
        assert_eq!(table(b"sep=,\na,b;c\n").0[0], (2, vec!["a".into(), "b;c".into()]));
    }

    #[test]
    fn odd_rows_are_named() {
        let (_, read) = table(b"Extraction du mois\na;b;c\n1;2;3\n1;2\n1,2,3\n1;2;3;;\n1;2;3;4\n");
        let kinds: Vec<_> = read.problems.iter().map(|p| (p.row, p.kind.clone())).collect();
        assert_eq!(
            kinds,
            vec![
                (
                    4,
                    ProblemKind::Ragged {
                        expected: 3,
                        found: 2
                    }
                ),
                (
                    5,
                    ProblemKind::MixedSeparators {
                        expected: ';',
                        found: ','
                    }
                ),
                (
                    7,
                    ProblemKind::Ragged {
                        expected: 3,
                        found: 4
                    }
                ),
            ]
        );
    }

    #[test]
    fn a_quote_that_never_closes_stops_the_reading() {
        let error = read(b"a;b\n1;\"2\n3;4\n", &LIMITS, &mut |_| Flow::Continue(())).unwrap_err();
        assert_eq!(error.0, TableError::UnclosedQuote { line: 2, column: 2 });
    }

    #[test]
    fn limits_hold() {
        let many = "a;b\n".repeat(101);
        let error = read(many.as_bytes(), &LIMITS, &mut |_| Flow::Continue(())).unwrap_err();
        assert_eq!(
            error.0,
            TableError::Limit {
                limit: 100,
                what: LimitKind::Rows
            }
        );
    }
}
