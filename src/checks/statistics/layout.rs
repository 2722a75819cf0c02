//! Which column carries which field: by its header, by its values when the header is ambiguous, by the user.

use std::collections::{BTreeMap, BTreeSet};

use super::data::{Dimension, Field, FieldKind, Indicator, data, fold};
use super::{identifiers, period};
use crate::engines::table::Value;
use crate::evidence::check_digit::loinc_shape;

/// Rows looked at to tell what a column holds.
pub(super) const SAMPLE: usize = 200;

/// Rows in which the header is searched.
const HEADER_ROWS: usize = 20;

/// A row kept for the decision.
#[derive(Debug, Clone)]
pub(super) struct SampleRow {
    /// Its number, from 1; 0 for the keys of JSON records.
    pub(super) number: u32,
    /// Its cells.
    pub(super) cells: Vec<Value<'static>>,
    /// Whether it is cut otherwise than the table.
    pub(super) cut: bool,
}

/// What is decided of a table.
#[derive(Debug, Clone)]
pub(super) enum Layout {
    /// The header is row `header` of the sample; each column has its field, or none.
    Known {
        /// Rank of the header in the sample.
        header: usize,
        /// Field of each column.
        fields: Vec<Option<&'static Field>>,
        /// Needs that no column satisfies and none could.
        missing: Vec<String>,
    },
    /// Columns spread the values of one dimension.
    Pivot {
        /// Rank of the header in the sample.
        header: usize,
        /// Field whose values are the headers.
        dimension: &'static str,
        /// The columns, by header.
        columns: Vec<String>,
    },
    /// Some needs could be satisfied by columns whose header says nothing known.
    Unknown {
        /// Rank of the header in the sample.
        header: usize,
        /// Header of the column and field it could carry.
        proposals: Vec<(String, String)>,
        /// Needs without any candidate.
        without: Vec<String>,
    },
    /// The first row is data already.
    NoHeader,
    /// Not a single row.
    Nothing,
}

/// Decides the layout from the first rows. `mapping` is what the user says, header to field.
pub(super) fn decide(
    sample: &[SampleRow],
    mapping: &BTreeMap<String, String>,
    indicator: Option<&Indicator>,
) -> Layout {
    if sample.is_empty() {
        return Layout::Nothing;
    }
    let mut best: Option<(usize, usize)> = None;
    for (rank, row) in sample.iter().take(HEADER_ROWS).enumerate() {
        let fields = assign(sample, rank, mapping, indicator);
        let known = fields.iter().flatten().count();
        let spread = pivot(sample, rank, &fields).map_or(0, |(_, columns)| columns.len());
        let texts = row.cells.iter().all(|cell| {
            matches!(
                cell,
                Value::Empty | Value::Text(_) | Value::Date(_) | Value::Number(_)
            )
        });
        let score = known + spread.saturating_sub(1);
        let data = row.cells.iter().any(is_measured);
        if texts && !data && score >= 2 && best.is_none_or(|(_, most)| score > most) {
            best = Some((rank, score));
        }
        if row.number == 0 {
            best = Some((rank, score));
            break;
        }
    }
    let Some((header, _)) = best else {
        let looks_like_data = sample
            .first()
            .is_some_and(|row| row.cells.len() > 1 && row.cells.iter().any(is_data));
        return if looks_like_data {
            Layout::NoHeader
        } else {
            let (proposals, without) = propose(sample, 0, &[], &needs(indicator));
            Layout::Unknown {
                header: 0,
                proposals,
                without,
            }
        };
    };
    let fields = assign(sample, header, mapping, indicator);
    if let Some((dimension, columns)) = pivot(sample, header, &fields) {
        return Layout::Pivot {
            header,
            dimension,
            columns,
        };
    }
    let needs = needs(indicator);
    let missing: Vec<String> = needs
        .iter()
        .filter(|need| !satisfied(need, &fields))
        .cloned()
        .collect();
    if !missing.is_empty() {
        let (proposals, without) = propose(sample, header, &fields, &missing);
        if !proposals.is_empty() {
            return Layout::Unknown {
                header,
                proposals,
                without,
            };
        }
        // Several needs unmet beside as many columns that nothing explains: another layout, not missing columns.
        let unexplained = sample
            .get(header)
            .map_or(0, |row| row.cells.iter().filter(|cell| !cell.is_empty()).count())
            .saturating_sub(fields.iter().flatten().count());
        if fields.iter().flatten().count() < 2 || (missing.len() > 1 && unexplained >= missing.len()) {
            return Layout::Unknown {
                header,
                proposals,
                without: missing,
            };
        }
    }
    Layout::Known {
        header,
        fields,
        missing,
    }
}

fn needs(indicator: Option<&Indicator>) -> Vec<String> {
    indicator.map_or_else(Vec::new, |indicator| indicator.needs.clone())
}

/// A cell that no header would be: a period, a FINESS, a number.
fn is_data(cell: &Value<'_>) -> bool {
    match cell {
        Value::Number(_) | Value::Date(_) => true,
        Value::Text(text) => {
            period::parse(text).is_some()
                || identifiers::finess(text) != Err(identifiers::Fault::Shape)
                || integer(text).is_some()
        }
        _ => false,
    }
}

/// A cell that no header of any table would be, pivot or not: an identifier, a count; years and months may be titles.
fn is_measured(cell: &Value<'_>) -> bool {
    let text = cell.display();
    period::parse(&text).is_none()
        && (integer(&text).is_some() || identifiers::finess(&text) != Err(identifiers::Fault::Shape))
}

/// A whole number written with or without thousands separators.
pub(super) fn integer(text: &str) -> Option<i64> {
    let compact: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}'))
        .collect();
    let compact = compact
        .strip_suffix(",0")
        .or_else(|| compact.strip_suffix(".0"))
        .or_else(|| compact.strip_suffix(",00"))
        .or_else(|| compact.strip_suffix(".00"))
        .unwrap_or(&compact);
    let digits = compact.strip_prefix(['-', '+']).unwrap_or(compact);
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| compact.parse().ok())
        .flatten()
}

/// The fields of the columns, with the row `header` as headers.
fn assign(
    sample: &[SampleRow],
    header: usize,
    mapping: &BTreeMap<String, String>,
    indicator: Option<&Indicator>,
) -> Vec<Option<&'static Field>> {
    let Some(row) = sample.get(header) else {
        return Vec::new();
    };
    let row_of = header;
    let folded: Vec<String> = row
        .cells
        .iter()
        .map(|cell| header_words(&cell.display()))
        .collect();
    let mut fields: Vec<Option<&'static Field>> = vec![None; folded.len()];
    let mut used: BTreeSet<&'static str> = BTreeSet::new();
    let told: BTreeMap<String, &String> = mapping
        .iter()
        .map(|(column, field)| (fold(column), field))
        .collect();
    for (slot, name) in fields.iter_mut().zip(&folded) {
        if let Some(field) = told.get(name).and_then(|field| data().field(field)) {
            *slot = Some(field);
            used.insert(&field.id);
        }
    }
    // First the headers that name a field exactly, then those that hold its words: an exact name wins a field.
    for exact in [true, false] {
        for (column, name) in folded.iter().enumerate() {
            if name.is_empty() || fields.get(column).is_some_and(Option::is_some) {
                continue;
            }
            let own = indicator.and_then(|indicator| {
                indicator
                    .headers
                    .iter()
                    .find(|(_, names)| exact && names.iter().any(|own| own == name || own == undressed(name)))
                    .map(|(field, _)| field)
                    .or_else(|| {
                        let words = indicator.header_words.iter();
                        words
                            .clone()
                            .find(|own| !exact && own.fits(name))
                            .map(|own| &own.field)
                    })
                    .and_then(|field| data().field(field))
            });
            let candidates: Vec<&'static Field> = own
                .into_iter()
                .chain(data().fields.iter().filter(|field| {
                    if exact {
                        field.names.contains(name) || field.names.iter().any(|known| known == undressed(name))
                    } else {
                        field.matches_words(name)
                    }
                }))
                .filter(|field| !used.contains(field.id.as_str()))
                .collect();
            let chosen = candidates
                .iter()
                .find(|field| plausible(field, sample, header, column))
                .or_else(|| {
                    // Of two columns with one header, the one whose values fit is meant.
                    let better = |field: &&&'static Field| {
                        folded.iter().enumerate().any(|(other, header)| {
                            other != column && header == name && plausible(field, sample, row_of, other)
                        })
                    };
                    candidates.first().filter(|field| exact && !better(field))
                });
            if let (Some(field), Some(slot)) = (chosen, fields.get_mut(column)) {
                *slot = Some(field);
                used.insert(&field.id);
            }
        }
    }
    fields
}

/// A header for comparison: its words, a percent sign being the word that it stands for.
fn header_words(text: &str) -> String {
    let folded = fold(text);
    let told = folded
        .split(' ')
        .any(|word| matches!(word, "taux" | "pourcentage" | "pct" | "part" | "rate" | "ratio"));
    match (text.contains('%') && !told, folded.is_empty()) {
        (true, true) => "taux".to_owned(),
        (true, false) => format!("taux {folded}"),
        (false, _) => folded,
    }
}

/// A header without the words that only say that it counts ("Nb.", "Nombre de", "Dont").
fn undressed(header: &str) -> &str {
    const DRESS: [&str; 8] = [
        "nombre total de ",
        "nombre de ",
        "nombre d ",
        "nb de ",
        "nb d ",
        "nbre de ",
        "nbre ",
        "nb ",
    ];
    let header = header.strip_prefix("dont ").unwrap_or(header);
    DRESS
        .iter()
        .find_map(|dress| header.strip_prefix(dress))
        .unwrap_or(header)
}

/// The cells of a column under the header, without the empty ones.
fn column_values(sample: &[SampleRow], header: usize, column: usize) -> Vec<&Value<'static>> {
    sample
        .iter()
        .skip(header + 1)
        .filter_map(|row| row.cells.get(column))
        .filter(|cell| !cell.is_empty())
        .collect()
}

fn is_number(value: &Value<'_>) -> bool {
    match value {
        Value::Number(_) | Value::Unevaluated | Value::Fault(_) => true,
        Value::Text(text) => integer(text).is_some() || super::rates::decimal(text).is_some(),
        _ => false,
    }
}

/// Whether most values of the column fit the field; a column without value fits.
fn plausible(field: &Field, sample: &[SampleRow], header: usize, column: usize) -> bool {
    let values = column_values(sample, header, column);
    let most = |test: &dyn Fn(&Value<'_>) -> bool| {
        values.is_empty() || values.iter().filter(|value| test(value)).count() * 2 >= values.len()
    };
    match field.kind {
        FieldKind::Measure | FieldKind::Rate => most(&is_number),
        FieldKind::Period => most(&|value| fits_period(field, value)),
        FieldKind::Dimension => {
            Dimension::named(&field.id).is_none_or(|dimension| most(&|value| fits(dimension, value)))
        }
        // A document comes once or a few times; its type comes on every row.
        FieldKind::Attribute if field.id == "document_id" => {
            let different: BTreeSet<_> = values.iter().map(|value| value.display()).collect();
            values.len() < 4 || different.len() * 3 >= values.len()
        }
        FieldKind::Attribute => true,
    }
}

fn fits_period(field: &Field, value: &Value<'_>) -> bool {
    match value {
        Value::Date(_) => true,
        other => {
            let text = other.display();
            period::parse(&text).is_some()
                || period::parse_month(&text).is_some()
                || data().is_total(&fold(&text))
                || (field.id == "year" && period::parse_year(&text).is_some())
        }
    }
}

/// Whether a value fits a dimension; free text fits types and indicators.
fn fits(dimension: Dimension, value: &Value<'_>) -> bool {
    let text = value.display();
    let folded = fold(&text);
    match dimension {
        Dimension::Finess => {
            text.len() >= 7 && text.len() <= 12 && text.bytes().filter(u8::is_ascii_digit).count() >= 6
                || data().is_total(&folded)
        }
        Dimension::DocType => {
            integer(&text).is_none() && period::parse(&text).is_none() && !is_object_identifier(&text)
        }
        Dimension::Series => integer(&text).is_none(),
        _ => data().value(dimension.id(), &folded).is_some() || data().is_total(&folded),
    }
}

/// An OID or a UUID: the identifier of a document, not its type.
fn is_object_identifier(text: &str) -> bool {
    let arcs = text.split('.').count();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (arcs > 3 && text.split('.').all(digits)) || (text.len() >= 32 && text.matches('-').count() == 4)
}

/// Columns without field whose headers are values of one dimension or months, and whose cells are numbers.
fn pivot(
    sample: &[SampleRow],
    header: usize,
    fields: &[Option<&'static Field>],
) -> Option<(&'static str, Vec<String>)> {
    let row = sample.get(header)?;
    let mut spread: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for (column, cell) in row.cells.iter().enumerate() {
        if fields.get(column).is_some_and(Option::is_some) || cell.is_empty() {
            continue;
        }
        let values = column_values(sample, header, column);
        if values.is_empty() || values.iter().filter(|value| is_number(value)).count() * 2 < values.len() {
            continue;
        }
        let text = cell.display().into_owned();
        let folded = fold(&text);
        let found = ["channel", "doc_type", "result", "ins_status"]
            .into_iter()
            .find(|dimension| data().value(dimension, &folded).is_some())
            .or_else(|| {
                (matches!(cell, Value::Date(_))
                    || period::parse(&text).is_some()
                    || data().months.contains_key(&folded))
                .then_some("period")
            });
        if let Some(dimension) = found {
            spread.entry(dimension).or_default().push(text);
        }
    }
    spread.into_iter().find(|(_, columns)| columns.len() >= 2)
}

/// Whether a need of the indicator has its column.
fn satisfied(need: &str, fields: &[Option<&'static Field>]) -> bool {
    let has = |id: &str| fields.iter().flatten().any(|field| field.id == id);
    need.split('|').any(|need| match need {
        "period" => fields
            .iter()
            .flatten()
            .any(|field| field.kind == FieldKind::Period),
        "count" => {
            fields
                .iter()
                .flatten()
                .any(|field| field.kind == FieldKind::Measure)
                || has("document_id")
                || (has("date") && !has("rate"))
        }
        "ratio" => data()
            .ratios
            .iter()
            .any(|rule| has(&rule.numerator) && has(&rule.denominator)),
        other => has(other) || fields.iter().flatten().any(|field| field.set.contains_key(other)),
    })
}

/// For each missing need, a column without field whose values fit it.
fn propose(
    sample: &[SampleRow],
    header: usize,
    fields: &[Option<&'static Field>],
    missing: &[String],
) -> (Vec<(String, String)>, Vec<String>) {
    let mut proposals = Vec::new();
    let mut without = Vec::new();
    let mut taken = BTreeSet::new();
    let Some(row) = sample.get(header) else {
        return (proposals, missing.to_vec());
    };
    for need in missing {
        let wanted: &[&str] = match need.as_str() {
            "ratio" => &["numerator", "denominator"],
            other => &[other.split('|').next().unwrap_or(other)],
        };
        for wanted in wanted {
            let candidate = (0..row.cells.len()).find(|&column| {
                if fields.get(column).is_some_and(Option::is_some) || taken.contains(&column) {
                    return false;
                }
                let values = column_values(sample, header, column);
                let most = |test: &dyn Fn(&Value<'_>) -> bool| {
                    !values.is_empty()
                        && values.iter().filter(|value| test(value)).count() * 4 >= values.len() * 3
                };
                match *wanted {
                    "period" => most(&|value| {
                        matches!(value, Value::Date(_)) || period::parse(&value.display()).is_some()
                    }),
                    // Identifiers are numbers too, but no counts.
                    "count" | "numerator" | "denominator" => {
                        most(&|value| is_number(value) && value.display().len() < 9)
                    }
                    "finess_geo" => {
                        most(&|value| identifiers::finess(&value.display()) != Err(identifiers::Fault::Shape))
                    }
                    "doc_type" => most(&|value| {
                        let text = value.display();
                        data().value("doc_type", &fold(&text)).is_some() || loinc_shape(&text)
                    }),
                    other => Dimension::named(other).is_some_and(|dimension| {
                        dimension != Dimension::Series && most(&|value| fits(dimension, value))
                    }),
                }
            });
            match candidate {
                Some(column) => {
                    taken.insert(column);
                    let name = row
                        .cells
                        .get(column)
                        .map(|cell| cell.display().into_owned())
                        .unwrap_or_default();
                    proposals.push((name, (*wanted).to_owned()));
                }
                None => without.push((*wanted).to_owned()),
            }
        }
    }
    (proposals, without)
}
