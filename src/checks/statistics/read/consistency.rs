//! What must hold within one row and between rows: cells that every row fills, years that make sense, one row for one
//! breakdown, parts no larger than their whole.

use super::super::data::{DIMENSIONS, Dimension, Field, data};
use super::super::model::ALL;
use super::super::period::Period;
use super::super::row_period::PeriodParts;
use super::super::rules;
use super::builder::{Builder, Key, in_column};
use crate::text::Text;

impl Builder {
    /// Says which cells that every row needs are empty.
    pub(super) fn check_empty(
        &mut self,
        number: u32,
        dimensions: &[u32; DIMENSIONS],
        aggregate: bool,
        empty_counts: &[(usize, &'static Field)],
        no_count: bool,
    ) {
        for &(column, field) in empty_counts {
            if field.id == "count" || no_count {
                self.empty(number, column, field);
                break;
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
            if part <= whole {
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
