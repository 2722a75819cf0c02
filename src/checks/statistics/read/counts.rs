//! What a row adds to the table: its counts, its ratios, its sending.

use super::super::data::{DIMENSIONS, Dimension};
use super::super::model::{ALL, DeclaredRate, Fact, Ratio, Sending};
use super::super::period::Period;
use super::builder::{Builder, RowParts, in_column};

impl Builder {
    /// Adds the counts of a row; a row without count column is one object.
    pub(super) fn facts(&mut self, number: u32, period: Period, row: &RowParts, values: &[(usize, i64)]) {
        let default_unit = self.own.unit;
        let with_unit = |mut dimensions: [u32; DIMENSIONS]| {
            if let Some(unit) = dimensions.get_mut(Dimension::Unit.rank())
                && *unit == ALL
            {
                *unit = default_unit;
            }
            dimensions
        };
        let dimensions = with_unit(row.dimensions);
        if row.document != ALL {
            self.table.sendings.push(Sending {
                row: number,
                document: row.document,
                replaces: row.replaces,
                dimensions,
            });
        }
        if !self.measured {
            self.event(number, period, dimensions);
            return;
        }
        for &(column, value) in values {
            let Some(measure) = self.measures.get(column) else {
                continue;
            };
            let mut own = row.dimensions;
            for &(rank, symbol) in &measure.sets {
                if let Some(slot) = own.get_mut(rank) {
                    *slot = symbol;
                }
            }
            self.table.facts.push(Fact {
                row: number,
                column: column as u16,
                variant: measure.variant,
                period,
                dimensions: with_unit(own),
                value,
            });
        }
    }

    /// One object told by its own row: rows alike are added up, so that a log of a million events stays small.
    fn event(&mut self, number: u32, period: Period, dimensions: [u32; DIMENSIONS]) {
        let next = self.table.facts.len();
        let rank = *self.events.entry((period, dimensions)).or_insert(next);
        if let Some(fact) = self.table.facts.get_mut(rank) {
            fact.value = fact.value.saturating_add(1);
            return;
        }
        self.table.facts.push(Fact {
            row: number,
            column: 0,
            variant: 0,
            period,
            dimensions,
            value: 1,
        });
    }

    /// Adds the ratios of a row.
    pub(super) fn ratio(
        &mut self,
        number: u32,
        period: Period,
        row: &RowParts,
        values: &[(usize, i64)],
        declared: &[DeclaredRate],
    ) {
        for (_, rate, numerator, denominator, label) in &self.ratios {
            let (Some(top), Some(bottom)) = (in_column(values, *numerator), in_column(values, *denominator))
            else {
                continue;
            };
            let named = row.get(Dimension::Series);
            self.table.ratios.push(Ratio {
                row: number,
                numerator_column: *numerator as u16,
                denominator_column: *denominator as u16,
                numerator: top,
                denominator: bottom,
                declared: rate
                    .and_then(|rate| {
                        declared
                            .iter()
                            .find(|declared| usize::from(declared.column) == rate)
                    })
                    .copied(),
                series: if named == ALL {
                    self.own.default_series
                } else {
                    named
                },
                period,
                window: row.window,
                finess: row.get(Dimension::Finess),
                label: label.clone(),
            });
        }
    }
}
