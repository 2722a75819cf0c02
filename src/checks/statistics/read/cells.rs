//! The cells of a row, each read by the field of its column.

use std::collections::BTreeSet;

use super::super::data::{Dimension, Field, data, fold};
use super::super::identifiers;
use super::super::layout;
use super::super::model::{ALL, DeclaredRate};
use super::super::period::{self, Period};
use super::super::{rates, rules};
use super::builder::{Builder, RowParts};
use super::meaning::{CellFault, Meaning, compact};
use crate::engines::table::Value;
use crate::evidence::table as evidence_table;
use crate::finding::Rule;
use crate::text::Text;

/// What a cell of a count column holds.
pub(super) enum CountCell {
    Value(i64),
    Empty,
    Wrong,
}

impl Builder {
    /// Error values and formulas without result: said once, here.
    pub(super) fn unusable(&mut self, number: u32, column: usize, cell: &Value<'_>) -> bool {
        if !matches!(cell, Value::Unevaluated | Value::Fault(_)) {
            return false;
        }
        let locator = &self.table.locator;
        self.faults
            .value(&evidence_table::FORMULA, number, column, &cell.display(), || {
                let (fr, en) = match cell {
                    Value::Fault(error) => {
                        (format!("valeur d'erreur {error}"), format!("error value {error}"))
                    }
                    _ => (
                        "formule sans résultat enregistré".to_owned(),
                        "formula without a stored result".to_owned(),
                    ),
                };
                evidence_table::FORMULA.at(locator.cell(number, column), Text::new(fr, en))
            });
        true
    }

    /// A value of a dimension, or the RPPS.
    pub(super) fn dimension(
        &mut self,
        number: u32,
        column: usize,
        field: &'static Field,
        cell: &Value<'_>,
        meaning: Meaning,
        row: &mut RowParts,
    ) {
        let text = cell.display();
        let Some(dimension) = Dimension::named(&field.id) else {
            row.professional = meaning.symbol;
            self.identifier(
                number,
                column,
                &text,
                meaning.fault,
                (&rules::RPPS, &rules::RPPS_KEY),
            );
            return;
        };
        match (dimension, meaning.fault) {
            (_, Some(CellFault::Unknown)) if row.aggregate => return,
            (_, Some(CellFault::Unknown)) => {
                self.unknown_value(number, column, field, dimension, &text);
                return;
            }
            (Dimension::Finess, fault) => {
                if fault == Some(CellFault::Shape) {
                    self.table.wrong_sites.insert(meaning.symbol);
                }
                if fault == Some(CellFault::Key) {
                    self.odd_sites.entry(meaning.symbol).or_default();
                }
                self.identifier(number, column, &text, fault, (&rules::FINESS, &rules::FINESS_KEY));
            }
            (Dimension::DocType, Some(CellFault::Key)) => {
                let locator = &self.table.locator;
                self.faults.value(&rules::TYPE_KEY, number, column, &text, || {
                    rules::TYPE_KEY.at(
                        locator.cell(number, column),
                        Text::new(
                            format!("le code {text} a un chiffre de contrôle faux"),
                            format!("the code {text} has a wrong check digit"),
                        ),
                    )
                });
            }
            _ => {}
        }
        if let Some(fixes) = meaning.fixes {
            for (name, value) in fixes {
                let symbol = self.table.symbols.intern(value);
                if let Some(dimension) = Dimension::named(name) {
                    row.set(dimension, symbol);
                }
            }
        }
        if meaning.unit != ALL {
            row.set(Dimension::Unit, meaning.unit);
        }
        if meaning.symbol != ALL {
            row.set(dimension, meaning.symbol);
        }
    }

    fn unknown_value(
        &mut self,
        number: u32,
        column: usize,
        field: &'static Field,
        dimension: Dimension,
        text: &str,
    ) {
        self.table.unknown.insert(dimension);
        let locator = &self.table.locator;
        self.faults.value(&rules::VALUE, number, column, text, || {
            let known: BTreeSet<&str> = data()
                .values
                .get(dimension.id())
                .into_iter()
                .flat_map(|words| words.values())
                .map(String::as_str)
                .collect();
            rules::VALUE
                .at(
                    locator.cell(number, column),
                    Text::new(
                        format!("valeur inconnue pour « {} » : « {text} »", field.label),
                        format!("unknown value for {}: '{text}'", field.id),
                    ),
                )
                .expected(known.into_iter().collect::<Vec<_>>().join(", "))
        });
    }

    fn identifier(
        &mut self,
        number: u32,
        column: usize,
        text: &str,
        fault: Option<CellFault>,
        (shape, key): (&'static Rule, &'static Rule),
    ) {
        let Some(fault) = fault else { return };
        let value = compact(text).to_uppercase();
        let locator = &self.table.locator;
        let place = || locator.cell(number, column);
        if fault == CellFault::Key {
            self.faults.value(key, number, column, &value, || {
                key.at(
                    place(),
                    Text::new(format!("clé fausse : {value}"), format!("wrong key: {value}")),
                )
            });
            return;
        }
        self.faults.value(shape, number, column, &value, || {
            let length = value.chars().count();
            shape.at(
                place(),
                Text::new(
                    format!("« {value} » a {length} caractères ou un caractère interdit"),
                    format!("'{value}' has {length} characters or a forbidden one"),
                ),
            )
        });
    }

    /// What a row says besides its counts and their breakdown.
    pub(super) fn attribute(
        &mut self,
        number: u32,
        column: usize,
        field: &'static Field,
        cell: &Value<'_>,
        row: &mut RowParts,
    ) {
        let text = cell.display();
        match field.id.as_str() {
            "document_id" => {
                if cell.is_empty() {
                    let locator = &self.table.locator;
                    self.faults.value(&rules::EMPTY, number, column, "", || {
                        rules::EMPTY.at(
                            locator.cell(number, column),
                            Text::fixed("identifiant du document vide", "empty document identifier"),
                        )
                    });
                }
                row.document = self.table.symbols.intern(&text);
            }
            "replaces" => {
                row.replaces = if matches!(fold(&text).as_str(), "non" | "n" | "0") {
                    ALL
                } else {
                    self.table.symbols.intern(&text)
                };
            }
            "window" if !cell.is_empty() => {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                row.window = self.table.symbols.intern(&format!("F{digits}"));
            }
            "extraction_date" if !cell.is_empty() => self.extraction(number, column, cell),
            "finess_legal" if !cell.is_empty() => {
                let verdict = identifiers::finess(&compact(&text).to_uppercase());
                let fault = verdict.err().map(|fault| match fault {
                    identifiers::Fault::Shape => CellFault::Shape,
                    identifiers::Fault::Key => CellFault::Key,
                });
                self.identifier(number, column, &text, fault, (&rules::FINESS, &rules::FINESS_KEY));
            }
            _ => {}
        }
    }

    /// The date of extraction, in a column of its own.
    fn extraction(&mut self, number: u32, column: usize, cell: &Value<'_>) {
        let text = cell.display();
        let date = match cell {
            Value::Date(date) => Some(*date),
            _ => match period::parse(&text) {
                Some(Period::Day(date)) => Some(date),
                _ => None,
            },
        };
        if date.is_none() {
            let locator = &self.table.locator;
            self.faults.value(&rules::PERIOD, number, column, &text, || {
                rules::PERIOD.at(
                    locator.cell(number, column),
                    Text::new(
                        format!("date d'extraction illisible : « {text} »"),
                        format!("unreadable date of extraction: '{text}'"),
                    ),
                )
            });
        }
        self.table.extraction = date.or(self.table.extraction);
    }

    /// Reads a count, and says what is wrong with it.
    pub(super) fn count(&mut self, number: u32, column: usize, cell: &Value<'_>) -> CountCell {
        if cell.is_empty() {
            return CountCell::Empty;
        }
        let text = cell.display();
        let value = layout::integer(&text);
        if let Some(value) = value.filter(|value| *value >= 0) {
            return CountCell::Value(value);
        }
        let locator = &self.table.locator;
        let rule: &'static Rule = if value.is_some() {
            &rules::NEGATIVE
        } else {
            &rules::COUNT
        };
        self.faults.value(rule, number, column, &text, || {
            let place = locator.cell(number, column);
            match value {
                Some(value) => rule
                    .at(
                        place,
                        Text::new(
                            format!("nombre négatif : {value}"),
                            format!("negative count: {value}"),
                        ),
                    )
                    .expected("≥ 0"),
                None => rule.at(
                    place,
                    Text::new(
                        format!("« {text} » n'est pas un nombre entier"),
                        format!("'{text}' is no whole number"),
                    ),
                ),
            }
        });
        CountCell::Wrong
    }

    /// Reads a declared rate.
    pub(super) fn rate(&mut self, number: u32, column: usize, cell: &Value<'_>) -> Option<DeclaredRate> {
        if cell.is_empty() {
            return None;
        }
        let text = cell.display();
        if let Some((value, percent)) = rates::decimal(&text) {
            return Some(DeclaredRate {
                column: column as u16,
                value,
                percent,
                binary: matches!(cell, Value::Number(_)),
            });
        }
        let locator = &self.table.locator;
        self.faults.value(&rules::RATE_RANGE, number, column, &text, || {
            rules::RATE_RANGE.at(
                locator.cell(number, column),
                Text::new(
                    format!("« {text} » n'est pas un taux"),
                    format!("'{text}' is no rate"),
                ),
            )
        });
        None
    }
}
