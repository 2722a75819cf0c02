//! What must hold within one row and between rows: cells that every row fills, years that make sense, one row for one
//! breakdown, parts no larger than their whole.

use super::super::data::{DIMENSIONS, Dimension, Field, data};
use super::super::model::ALL;
use super::super::period::Period;
use super::super::row_period::PeriodParts;
use super::super::rules;
use super::builder::{Builder, Key, in_column};
use crate::text::Text;

/// Empty cells of one count column beyond which emptiness is its habit.
const EMPTIES: usize = 100;

impl Builder {
    /// Says which cells that every row needs are empty.
    pub(super) fn check_empty(
        &mut self,
        number: u32,
        dimensions: &[u32; DIMENSIONS],
        aggregate: bool,
        empty_counts: &[(usize, &'static Field)],
        values: &[(usize, i64)],
    ) {
        for &(column, field) in empty_counts {
            if field.id == "count" || values.is_empty() {
                self.empty(number, column, field);
                break;
            }
            // Half a ratio gives no rate.
            let half = self.ratios.iter().any(|(_, _, numerator, denominator, _)| {
                (*numerator == column && in_column(values, *denominator).is_some())
                    || (*denominator == column && in_column(values, *numerator).is_some())
            });
            if half {
                self.empty(number, column, field);
            }
        }
        if aggregate {
            return;
        }
        let unit = dimensions.get(Dimension::Unit.rank()).copied().unwrap_or(ALL);
        let other_object = unit != ALL && self.table.symbols.text(unit) != "documents";
        for rank in 0..self.needed.len() {
            let Some(&(column, field, dimension)) = self.needed.get(rank) else {
                continue;
            };
            let needed = dimension == Dimension::Finess || !other_object;
            let empty = dimensions.get(dimension.rank()) == Some(&ALL);
            if needed && empty && !self.faults.row_has_fault(column) {
                self.empty(number, column, field);
            }
        }
    }

    /// Remembers which count columns the row fills.
    pub(super) fn tally(
        &mut self,
        number: u32,
        period: Period,
        values: &[(usize, i64)],
        empty_counts: &[(usize, &'static Field)],
    ) {
        for (column, _) in values {
            self.filled.entry(*column).or_default().rows += 1;
        }
        for (column, _) in empty_counts {
            let filled = self.filled.entry(*column).or_default();
            if filled.empty.len() <= EMPTIES && !self.faults.row_has_fault(*column) {
                filled.empty.push((number, period.month()));
            }
        }
    }

    /// Says which counts a row leaves out in a column that nearly every row fills. A column that many rows leave
    /// empty counts something that does not concern them all.
    pub(super) fn counts_left_out(&mut self) {
        for (column, filled) in std::mem::take(&mut self.filled) {
            let usual =
                filled.empty.len() <= EMPTIES && filled.empty.len() as u64 * 4 <= u64::from(filled.rows);
            let Some(field) = self.fields.get(column).copied().flatten().filter(|_| usual) else {
                continue;
            };
            for (number, month) in filled.empty {
                self.empty(number, column, field);
                self.table.faulty.insert(number);
                self.table.faulty_months.insert(month);
            }
        }
    }

    fn empty(&mut self, number: u32, column: usize, field: &'static Field) {
        let locator = &self.table.locator;
        self.faults.value(&rules::EMPTY, number, column, "", || {
            rules::EMPTY.at(
                locator.cell(number, column),
                Text::new(
                    format!("« {} » est vide", field.label),
                    format!("{} is empty", field.id),
                ),
            )
        });
    }

    /// A period whose year makes no sense for any clock.
    pub(super) fn absurd(&mut self, number: u32, period: Period, parts: &PeriodParts) -> bool {
        let years = data().years;
        let Some((first, last)) = period.days() else {
            return false;
        };
        let absurd = first.year() < years.first || last.year() > years.last;
        if absurd {
            let locator = &self.table.locator;
            let found = period.name();
            self.faults
                .value(&rules::PERIOD, number, parts.column, &found, || {
                    rules::PERIOD
                        .at(
                            locator.cell(number, parts.column),
                            Text::new(
                                format!("année absurde : {found}"),
                                format!("absurd year: {found}"),
                            ),
                        )
                        .expected(format!("{}–{}", years.first, years.last))
                });
        }
        absurd
    }

    /// One row for one breakdown.
    pub(super) fn check_key(&mut self, number: u32, key: &Key) {
        let Some(first) = self.keys.first_row(key, number) else {
            return;
        };
        let shown = self.table.describe(&key.1);
        let finding = rules::DUPLICATE
            .at(
                self.table.locator.row(number),
                Text::new(
                    format!(
                        "même ventilation que la ligne {first} : {} · {shown}",
                        key.0.name()
                    ),
                    format!("same breakdown as row {first}: {} · {shown}", key.0.name()),
                ),
            )
            .found(format!("{} · {shown}", key.0.name()));
        self.faults.push(finding);
    }

    /// A part is never more than its whole.
    pub(super) fn bounds(&mut self, number: u32, values: &[(usize, i64)]) {
        for rank in 0..self.bounds.len() {
            let Some(&(less, more)) = self.bounds.get(rank) else {
                continue;
            };
            let (Some(part), Some(whole)) = (in_column(values, less), in_column(values, more)) else {
                continue;
            };
            // A denominator of zero is said as such.
            let divides = self
                .ratios
                .iter()
                .any(|(_, _, numerator, denominator, _)| (*numerator, *denominator) == (less, more));
            if part <= whole || (whole == 0 && divides) {
                continue;
            }
            let locator = &self.table.locator;
            let (part_name, whole_name) = (locator.header(less), locator.header(more));
            let finding = rules::BOUND
                .at(
                    locator.cell(number, less),
                    Text::new(
                        format!("« {part_name} » ({part}) dépasse « {whole_name} » ({whole})"),
                        format!("'{part_name}' ({part}) is more than '{whole_name}' ({whole})"),
                    ),
                )
                .expected(format!("≤ {whole}"))
                .found(part.to_string());
            self.faults.push(finding);
        }
    }
}
