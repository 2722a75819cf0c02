//! Lists of flat JSON records, streamed: keys become columns, in the order in which they are first met. The list is the
//! document, one record a line, or the only list of records of an object.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Flow, LimitKind, Problem, ProblemKind, Problems, Row, TableError, TableLimits, Value};

mod shape;

use shape::{Shape, shape};

/// What was met besides the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// Keys of all records, in the order they are first met.
    pub columns: Vec<String>,
    /// Records handed over.
    pub rows: u32,
    /// What is odd in it.
    pub problems: Vec<Problem>,
}

/// Reads a list of records: first hands over the keys as row 0, then each record as a row, numbered from 1.
///
/// # Errors
/// Broken JSON, JSON of another shape, or a limit; rows before it have been handed over.
pub fn read(
    bytes: &[u8],
    limits: &TableLimits,
    on_row: &mut dyn FnMut(Row<'_, '_>) -> Flow,
) -> Result<Read, (TableError, Vec<Problem>)> {
    let (text, mut problems) = super::open(bytes, limits);
    let text = text.trim();
    let shape = match shape(text) {
        Ok(shape) => shape,
        Err(error) => return Err((error, problems.list)),
    };
    let mut columns = Columns::default();
    // Keys may be left out of the first records, so they are all collected before any row is handed over.
    let mut collect = Pass {
        columns: &mut columns,
        problems: &mut Problems::new(0),
        limits,
        stopped: None,
        rows: 0,
        on_row: None,
    };
    let complete = run(text, &shape, &mut collect);
    // The records before a break in the text are worth judging too; the same error comes again after them.
    if let Some(error) = collect.stopped.take().or_else(|| complete.err())
        && (!matches!(error, TableError::Json { .. }) || columns.names.is_empty())
    {
        return Err((error, problems.list));
    }
    let header: Vec<Value<'_>> = columns
        .names
        .iter()
        .map(|name| Value::text(Cow::Owned(name.clone())))
        .collect();
    if on_row(Row {
        number: 0,
        cells: &header,
        cut: false,
    })
    .is_break()
    {
        return Ok(Read {
            columns: columns.names,
            rows: 0,
            problems: problems.list,
        });
    }
    let mut pass = Pass {
        columns: &mut columns,
        problems: &mut problems,
        limits,
        stopped: None,
        rows: 0,
        on_row: Some(on_row),
    };
    let result = run(text, &shape, &mut pass);
    let rows = pass.rows;
    if let Some(error) = pass.stopped.take() {
        return Err((error, problems.list));
    }
    match result {
        Ok(()) | Err(TableError::NotRecords) => Ok(Read {
            columns: columns.names,
            rows,
            problems: problems.list,
        }),
        Err(error) => Err((error, problems.list)),
    }
}

fn broken(error: &serde_json::Error) -> TableError {
    let message = error.to_string();
    // serde_json repeats the place at the end of its message.
    let message = message
        .rsplit_once(" at line ")
        .map_or(message.clone(), |(head, _)| head.to_owned());
    TableError::Json {
        line: error.line() as u32,
        column: error.column() as u32,
        message,
    }
}

/// Text that an interrupted pass puts in its error, to tell its own stop from a fault of the file.
const STOP: &str = "stopped";

fn run(text: &str, shape: &Shape, pass: &mut Pass<'_>) -> Result<(), TableError> {
    if *shape == Shape::Lines {
        return lines(text, pass);
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    match shape {
        Shape::Member(name) => deserializer.deserialize_map(MemberVisitor { name, pass }),
        Shape::List | Shape::Lines => deserializer.deserialize_seq(ArrayVisitor { pass }),
    }
    .and_then(|()| deserializer.end())
    .map_err(|error| stop_or_fault(&error))
}

/// Reads one record a line.
fn lines(text: &str, pass: &mut Pass<'_>) -> Result<(), TableError> {
    let mut cells = Vec::new();
    for (rank, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let mut deserializer = serde_json::Deserializer::from_str(line);
        RecordSeed {
            pass,
            cells: &mut cells,
        }
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end())
        .and_then(|()| pass.hand_over(&cells))
        .map_err(|error| match stop_or_fault(&error) {
            TableError::Json { column, message, .. } => TableError::Json {
                line: u32::try_from(rank).unwrap_or(u32::MAX).saturating_add(1),
                column,
                message,
            },
            other => other,
        })?;
    }
    Ok(())
}

fn stop_or_fault(error: &serde_json::Error) -> TableError {
    if error.to_string().starts_with(STOP) {
        TableError::NotRecords
    } else {
        broken(error)
    }
}

#[derive(Default)]
struct Columns {
    names: Vec<String>,
    ranks: BTreeMap<String, usize>,
}

struct Pass<'p> {
    columns: &'p mut Columns,
    problems: &'p mut Problems,
    limits: &'p TableLimits,
    stopped: Option<TableError>,
    rows: u32,
    on_row: Option<&'p mut dyn FnMut(Row<'_, '_>) -> Flow>,
}

impl Pass<'_> {
    /// Counts a record and hands it over.
    fn hand_over<E: serde::de::Error>(&mut self, cells: &[Value<'static>]) -> Result<(), E> {
        self.rows += 1;
        if self.rows > self.limits.rows {
            self.stopped = Some(TableError::Limit {
                limit: u64::from(self.limits.rows),
                what: LimitKind::Rows,
            });
            return Err(E::custom(STOP));
        }
        let row = Row {
            number: self.rows,
            cells,
            cut: false,
        };
        match self.on_row.as_mut().map(|on_row| on_row(row)) {
            Some(Flow::Break(())) => Err(E::custom(STOP)),
            _ => Ok(()),
        }
    }
}

/// Finds the list of records among the members of an object.
struct MemberVisitor<'v, 'p, 'n> {
    name: &'n str,
    pass: &'v mut Pass<'p>,
}

impl<'de> Visitor<'de> for MemberVisitor<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a list of records")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            if key == self.name {
                map.next_value_seed(ArrayVisitor { pass: self.pass })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for ArrayVisitor<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

struct ArrayVisitor<'v, 'p> {
    pass: &'v mut Pass<'p>,
}

impl<'de> Visitor<'de> for ArrayVisitor<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        let pass = self.pass;
        let mut cells = Vec::new();
        while sequence
            .next_element_seed(RecordSeed {
                pass,
                cells: &mut cells,
            })?
            .is_some()
        {
            pass.hand_over(&cells)?;
        }
        Ok(())
    }
}

struct RecordSeed<'v, 'p> {
    pass: &'v mut Pass<'p>,
    cells: &'v mut Vec<Value<'static>>,
}

impl<'de> DeserializeSeed<'de> for RecordSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RecordSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record (an object)")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let row = self.pass.rows + 1;
        self.cells.clear();
        self.cells.resize(self.pass.columns.names.len(), Value::Empty);
        let mut seen = vec![false; self.cells.len()];
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            let rank = if let Some(&rank) = self.pass.columns.ranks.get(key.as_ref()) {
                rank
            } else {
                let rank = self.pass.columns.names.len();
                if rank >= self.pass.limits.columns as usize {
                    self.pass.stopped = Some(TableError::Limit {
                        limit: u64::from(self.pass.limits.columns),
                        what: LimitKind::Columns,
                    });
                    return Err(serde::de::Error::custom(STOP));
                }
                self.pass.columns.ranks.insert(key.clone().into_owned(), rank);
                self.pass.columns.names.push(key.clone().into_owned());
                self.cells.push(Value::Empty);
                seen.push(false);
                rank
            };
            let scalar = map.next_value::<Scalar>()?;
            let value = match scalar {
                Scalar::Value(value) => value,
                Scalar::Nested => {
                    self.pass.problems.push(
                        row,
                        Some(rank as u32 + 1),
                        ProblemKind::Nested(key.clone().into_owned()),
                    );
                    Value::Empty
                }
            };
            if let Some(seen) = seen.get_mut(rank) {
                if *seen {
                    self.pass.problems.push(
                        row,
                        Some(rank as u32 + 1),
                        ProblemKind::RepeatedKey(key.into_owned()),
                    );
                }
                *seen = true;
            }
            if let Some(cell) = self.cells.get_mut(rank) {
                *cell = value;
            }
        }
        Ok(())
    }
}

/// A JSON value as a cell.
enum Scalar {
    Value(Value<'static>),
    Nested,
}

impl<'de> serde::Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Value(Value::Boolean(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Value(Value::Number(value.to_string())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Scalar, E> {
        Ok(Scalar::Value(Value::Number(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Value(Value::Number(number_text(value))))
    }

    fn visit_str<E>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Value(Value::text(Cow::Owned(value.to_owned()))))
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Value(Value::Empty))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Scalar, A::Error> {
        while sequence.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nested)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nested)
    }
}

/// A binary number in its shortest decimal writing, without exponent for the sizes that tables hold.
pub fn number_text(value: f64) -> String {
    // `Display` of f64 is the shortest text that reads back as the same number, and never uses an exponent.
    if value == 0.0 {
        "0".to_owned()
    } else {
        format!("{value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: TableLimits = TableLimits {
        rows: 10,
        columns: 5,
        cell_characters: 50,
        cells: 1000,
        workbook_bytes: 1 << 20,
        problems: 100,
    };

    #[expect(clippy::type_complexity, reason = "said once, in a test")]
    fn rows(text: &str) -> (Vec<Vec<String>>, Result<Read, (TableError, Vec<Problem>)>) {
        let mut rows = Vec::new();
        let read = read(text.as_bytes(), &LIMITS, &mut |row| {
            rows.push(row.cells.iter().map(|cell| cell.display().into_owned()).collect());
            Flow::Continue(())
        });
        (rows, read)
    }

    #[test]
    fn keys_left_out_are_empty_cells() {
        let (rows, read) = rows(r#"[{"a": 1, "b": "x"}, {"a": 2.50, "c": null}, {"c": true}]"#);
        assert_eq!(rows[0], ["a", "b", "c"]);
        assert_eq!(rows[1], ["1", "x", ""]);
        assert_eq!(rows[2], ["2.5", "", ""]);
        assert_eq!(rows[3], ["", "", "oui"]);
        assert_eq!(read.unwrap().rows, 3);
    }

    #[test]
    fn a_cut_document_says_where() {
        let (rows, read) = rows("[{\"a\": 1},\n{\"a\": 2},\n{\"a\":");
        assert_eq!(rows.len(), 3);
        assert!(matches!(read.unwrap_err().0, TableError::Json { line: 3, .. }));
    }

    #[test]
    fn odd_shapes_are_named() {
        assert_eq!(rows("{\"a\": 1}").1.unwrap_err().0, TableError::NotRecords);
        assert_eq!(
            rows("{\"x\": \"y\", \"l\": [{\"a\": 1}, {\"b\": 2}]}").0,
            [vec!["a", "b"], vec!["1", ""], vec!["", "2"]]
        );
        assert_eq!(rows("{\"a\": 1}\n\n{\"a\": 2}\n").0, [["a"], ["1"], ["2"]]);
        assert!(matches!(
            rows("{\"a\": 1}\n{\"a\": 2\n").1.unwrap_err().0,
            TableError::Json { line: 2, .. }
        ));
        assert!(matches!(rows("[1, 2]").1.unwrap_err().0, TableError::Json { .. }));
        let (_, read) = rows(r#"[{"a": [1], "a": 2}]"#);
        let kinds: Vec<_> = read.unwrap().problems.into_iter().map(|p| p.kind).collect();
        assert_eq!(
            kinds,
            [
                ProblemKind::Nested("a".into()),
                ProblemKind::RepeatedKey("a".into())
            ]
        );
        assert!(matches!(
            rows("[{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1}]")
                .1
                .unwrap_err()
                .0,
            TableError::Limit {
                what: LimitKind::Columns,
                ..
            }
        ));
    }
}
