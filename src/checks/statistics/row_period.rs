//! The period of one row, from the columns that tell parts of it.

use jiff::civil::Date;

use super::data::Field;
use super::period::{Period, month_of};
use super::read::Meaning;
use crate::engines::table::Value;
use crate::text::Text;

/// The parts of a row's period.
#[derive(Default)]
pub(super) struct PeriodParts {
    /// Column to point at.
    pub(super) column: usize,
    mapped: bool,
    whole: Option<Period>,
    month_only: Option<i8>,
    year: Option<i16>,
    start: Option<Period>,
    end: Option<Period>,
    total: bool,
    bad: Option<(usize, String)>,
}

impl PeriodParts {
    /// Takes the cell of a column of periods; `meaning` is what its text says.
    pub(super) fn take(
        &mut self,
        field: &'static Field,
        column: usize,
        cell: &Value<'_>,
        meaning: Option<Meaning>,
    ) {
        if !self.mapped {
            self.column = column;
        }
        self.mapped = true;
        let Some(meaning) = meaning else {
            return;
        };
        if meaning.total {
            self.total = true;
            return;
        }
        let read = match cell {
            Value::Date(date) => Some(Period::Day(*date)),
            _ => meaning.period,
        };
        // The first day of a month, or any day in a column of months, stands for the month.
        let as_month = |period: Period| match period {
            Period::Day(date) if field.id == "month" || (field.id == "period" && date.day() == 1) => {
                Period::Month(month_of(date))
            }
            other => other,
        };
        let understood = match field.id.as_str() {
            "year" => match read {
                Some(Period::Year(year)) => {
                    self.year = Some(year);
                    true
                }
                Some(Period::CurrentYear | Period::PreviousYear) => {
                    self.whole = read;
                    true
                }
                Some(Period::Day(date)) => {
                    self.year = Some(date.year());
                    true
                }
                _ => false,
            },
            "month" => match read {
                Some(Period::Year(year)) => {
                    self.year = self.year.or(Some(year));
                    true
                }
                Some(period) => {
                    self.column = column;
                    self.whole = Some(as_month(period));
                    true
                }
                None => {
                    self.month_only = meaning.month;
                    self.month_only.is_some()
                }
            },
            "period_start" => {
                self.start = read;
                read.is_some()
            }
            "period_end" => {
                self.end = read;
                read.is_some()
            }
            _ => match read {
                Some(period) if self.whole.is_none() || field.id == "period" => {
                    self.column = column;
                    self.whole = Some(as_month(period));
                    true
                }
                Some(_) => true,
                None => {
                    self.month_only = meaning.month;
                    self.month_only.is_some()
                }
            },
        };
        if !understood && self.bad.is_none() {
            self.bad = Some((column, cell.display().into_owned()));
        }
    }

    /// The period of the row; `None` when no column tells one.
    pub(super) fn resolve(&self, aggregate: bool) -> Result<Option<Period>, (usize, Text, String)> {
        if let Some((column, found)) = &self.bad {
            let message = Text::new(
                format!("période illisible ou impossible : « {found} »"),
                format!("unreadable or impossible period: '{found}'"),
            );
            return Err((*column, message, found.clone()));
        }
        if let (Some(start), Some(end)) = (self.start, self.end) {
            return self.between(start, end).map(Some);
        }
        if let Some(start) = self.start.or(self.end) {
            return Ok(Some(match start {
                Period::Day(date) if date.day() == 1 => Period::Month(month_of(date)),
                other => other,
            }));
        }
        match (self.whole, self.month_only, self.year) {
            (Some(period), _, Some(year)) => match period.days() {
                Some((first, _)) if first.year() != year => {
                    let message = Text::new(
                        format!("le mois {} n'est pas de l'année {year}", period.name()),
                        format!("the month {} is not of the year {year}", period.name()),
                    );
                    Err((self.column, message, period.name()))
                }
                _ => Ok(Some(period)),
            },
            (Some(period), _, None) => Ok(Some(period)),
            (None, Some(month), Some(year)) => {
                Ok(Some(Period::Month(i32::from(year) * 12 + i32::from(month) - 1)))
            }
            (None, Some(month), None) => {
                let message = Text::new(
                    format!("mois {month} sans année"),
                    format!("month {month} without a year"),
                );
                Err((self.column, message, month.to_string()))
            }
            (None, None, Some(year)) => Ok(Some(Period::Year(year))),
            (None, None, None) if self.mapped && !self.total && !aggregate => {
                let message = Text::fixed("période vide", "empty period");
                Err((self.column, message, String::new()))
            }
            (None, None, None) => Ok(None),
        }
    }

    fn between(&self, start: Period, end: Period) -> Result<Period, (usize, Text, String)> {
        let days = |period: Period| -> Option<(Date, Date)> { period.days() };
        match (days(start), days(end)) {
            (Some((first, _)), Some((_, last))) if first <= last => Ok(Period::range(first, last)),
            _ => {
                let found = format!("{} → {}", start.name(), end.name());
                let message = Text::new(
                    format!("la période finit avant de commencer : {found}"),
                    format!("the period ends before it begins: {found}"),
                );
                Err((self.column, message, found))
            }
        }
    }
}
