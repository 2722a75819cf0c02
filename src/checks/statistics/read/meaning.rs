//! What the text of a cell says, worked out once for each different text of a column: statistics repeat the same words
//! on thousands of rows.

use std::collections::{BTreeMap, HashMap};

use super::super::data::{Dimension, Field, FieldKind, data, fold};
use super::super::identifiers::{self, Fault};
use super::super::layout;
use super::super::model::{Symbols, canonical};
use super::super::period::{self, Period};
use crate::evidence::check_digit;

/// Different texts of one column that are remembered.
const REMEMBERED: usize = 50_000;

/// What is wrong with the value of a cell, whatever its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::checks::statistics) enum CellFault {
    /// No word of the dimension.
    Unknown,
    /// An identifier of another shape.
    Shape,
    /// An identifier with a wrong key.
    Key,
}

/// What a text says in its column.
#[derive(Debug, Clone, Copy)]
pub(in crate::checks::statistics) struct Meaning {
    /// The row is a total.
    pub(in crate::checks::statistics) aggregate: bool,
    /// The cell itself stands for all values.
    pub(in crate::checks::statistics) total: bool,
    /// The period, in a column of periods.
    pub(in crate::checks::statistics) period: Option<Period>,
    /// A month without its year.
    pub(in crate::checks::statistics) month: Option<i8>,
    /// The symbol of the value, in a column of a dimension.
    pub(in crate::checks::statistics) symbol: u32,
    /// Dimensions that the word fixes besides (the name of a count in a column of indicators).
    pub(in crate::checks::statistics) fixes: Option<&'static BTreeMap<String, String>>,
    /// The unit that the word names, in a column of indicators; 0 for none.
    pub(in crate::checks::statistics) unit: u32,
    /// A whole number.
    pub(in crate::checks::statistics) integer: bool,
    /// What is wrong.
    pub(in crate::checks::statistics) fault: Option<CellFault>,
}

/// The texts of a column met so far.
#[derive(Debug, Default)]
pub(super) struct Column {
    known: HashMap<Box<str>, Meaning>,
    /// A value that a word of two meanings has by itself is named by another word here.
    named: bool,
}

impl Column {
    /// Looks at a cell of the first rows: whether it names by its own word what another word may mean too.
    pub(super) fn look(&mut self, field: &Field, text: &str) {
        if let Some(beside) = data().beside.get(&field.id) {
            let folded = fold(text);
            self.named |= !beside.words.contains(&folded)
                && data().value(&field.id, &folded) == Some(beside.first.as_str());
        }
    }

    /// What `text` says in this column of `field`; `series` are the names of the indicators that the file may hold.
    pub(super) fn meaning(
        &mut self,
        field: Option<&'static Field>,
        text: &str,
        series: &BTreeMap<String, String>,
        symbols: &mut Symbols,
    ) -> Meaning {
        if let Some(meaning) = self.known.get(text) {
            return *meaning;
        }
        let mut meaning = work_out(field, text, series, symbols);
        if let Some(beside) = field.and_then(|field| data().beside.get(&field.id))
            && self.named
            && beside.words.contains(&fold(text))
        {
            meaning.symbol = symbols.intern(&beside.second);
        }
        if self.known.len() < REMEMBERED {
            self.known.insert(text.into(), meaning);
        }
        meaning
    }
}

fn work_out(
    field: Option<&'static Field>,
    text: &str,
    series: &BTreeMap<String, String>,
    symbols: &mut Symbols,
) -> Meaning {
    let folded = fold(text);
    let mut meaning = Meaning {
        aggregate: data().is_total(&folded)
            || folded.starts_with("total ")
            || folded.starts_with("sous total"),
        total: data().is_total(&folded),
        period: None,
        month: None,
        symbol: 0,
        fixes: None,
        unit: 0,
        integer: false,
        fault: None,
    };
    match field {
        None => meaning.integer = layout::integer(text).is_some(),
        Some(field) if field.kind == FieldKind::Period => {
            // "Total 2022", "Sous-total mars 2022": the aggregate of that period.
            let of_period = ["total ", "sous total ", "cumul "]
                .iter()
                .find_map(|word| folded.strip_prefix(word))
                .and_then(period::parse);
            meaning.period = of_period.or_else(|| period::parse(text));
            meaning.total |= of_period.is_none() && folded.starts_with("total");
            meaning.aggregate |= of_period.is_some();
            if meaning.period.is_none() {
                meaning.month = period::parse_month(text);
            }
        }
        Some(field) if field.kind == FieldKind::Dimension => match Dimension::named(&field.id) {
            None => professional(text, symbols, &mut meaning),
            Some(Dimension::Series) => indicator_name(text, &folded, series, symbols, &mut meaning),
            Some(dimension) => value(dimension, text, symbols, &mut meaning),
        },
        Some(_) => {}
    }
    meaning
}

/// The RPPS: part of the key, never summed over.
fn professional(text: &str, symbols: &mut Symbols, meaning: &mut Meaning) {
    if meaning.total {
        return;
    }
    let compact = compact(text);
    meaning.fault = fault_of(identifiers::rpps(&compact));
    meaning.symbol = symbols.intern(&compact);
}

/// An identifier without the blanks that people put in it.
pub(super) fn compact(text: &str) -> String {
    text.chars()
        .filter(|character| !matches!(character, ' ' | '\u{a0}' | '\u{202f}'))
        .collect()
}

fn fault_of(verdict: Result<(), Fault>) -> Option<CellFault> {
    match verdict {
        Ok(()) => None,
        Err(Fault::Shape) => Some(CellFault::Shape),
        Err(Fault::Key) => Some(CellFault::Key),
    }
}

fn value(dimension: Dimension, text: &str, symbols: &mut Symbols, meaning: &mut Meaning) {
    let Some(value) = canonical(dimension, text) else {
        meaning.fault = Some(CellFault::Unknown);
        return;
    };
    if dimension == Dimension::Finess && !value.is_empty() {
        meaning.fault = fault_of(identifiers::finess(&value));
    }
    if dimension == Dimension::DocType && check_digit::loinc_shape(&value) && !check_digit::loinc(&value) {
        meaning.fault = Some(CellFault::Key);
    }
    meaning.symbol = symbols.intern(&value);
}

/// A cell of a column of indicators: an indicator, or the name of a count, or of what is counted.
fn indicator_name(
    text: &str,
    folded: &str,
    series: &BTreeMap<String, String>,
    symbols: &mut Symbols,
    meaning: &mut Meaning,
) {
    if let Some(name) = series.get(folded) {
        meaning.symbol = symbols.intern(name);
        return;
    }
    if series.is_empty() {
        let told = data().fields.iter().find(|field| {
            field.kind == FieldKind::Measure
                && !field.set.is_empty()
                && field.names.iter().any(|name| name == folded)
        });
        if let Some(field) = told {
            meaning.fixes = Some(&field.set);
            return;
        }
        if let Some(unit) = data().value("unit", folded) {
            meaning.unit = symbols.intern(unit);
            return;
        }
    }
    value(Dimension::Series, text, symbols, meaning);
}
