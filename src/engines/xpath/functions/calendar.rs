//! Dates, times and durations.

use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::super::calendar::{Calendar, CalendarKind, Duration, DurationKind};
use super::super::error::{Result, XPathError};
use super::super::evaluate::{Evaluator, Focus};
use super::super::expr::Expr;
use super::super::types::{AtomicType, cast};
use super::super::value::Atomic;
use super::Function;

fn day_time<'a>(minutes: i64) -> Atomic<'a> {
    Atomic::Duration(
        DurationKind::DayTime,
        Duration {
            months: 0,
            seconds: Decimal::from(minutes * 60),
        },
    )
}

impl<'a> Evaluator<'a> {
    /// The instant of the evaluation, the same at every call, in UTC.
    fn now(&self, kind: CalendarKind) -> Atomic<'a> {
        let seconds = self.now.get().unwrap_or_else(|| {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            let seconds = since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(0));
            self.now.set(Some(seconds));
            seconds
        });
        let epoch = Calendar {
            year: 1970,
            month: 1,
            day: 1,
            hour: 0,
            minute: 0,
            second: Decimal::ZERO,
            zone: Some(0),
        };
        let instant = epoch.plus_seconds(Decimal::from(seconds)).unwrap_or(epoch);
        Atomic::Calendar(kind, Arc::new(instant.narrowed(kind)))
    }

    fn point(&self, expr: &'a Expr, kind: CalendarKind, focus: &Focus<'a>) -> Result<Option<Arc<Calendar>>> {
        match self.atom(expr, focus)? {
            None => Ok(None),
            Some(Atomic::Calendar(found, point)) if found == kind => Ok(Some(point)),
            Some(atom @ Atomic::Untyped(_)) => match cast(&atom, AtomicType::Calendar(kind))? {
                Atomic::Calendar(_, point) => Ok(Some(point)),
                _ => Ok(None),
            },
            Some(other) => Err(XPathError::type_error(format!(
                "{} is wanted, not {}",
                kind.type_name(),
                other.type_name()
            ))),
        }
    }

    /// Functions of this family; all give at most one value.
    pub(super) fn calendar_function(
        &self,
        function: Function,
        arguments: &'a [Expr],
        focus: &Focus<'a>,
    ) -> Result<Option<Atomic<'a>>> {
        use CalendarKind as K;
        use Function as F;
        match function {
            F::CurrentDateTime => return Ok(Some(self.now(K::DateTime))),
            F::CurrentDate => return Ok(Some(self.now(K::Date))),
            F::CurrentTime => return Ok(Some(self.now(K::Time))),
            F::ImplicitTimezone => return Ok(Some(day_time(i64::from(self.zone())))),
            _ => {}
        }
        let Some(first) = arguments.first() else {
            return Ok(None);
        };
        let kind = match function {
            F::DateTime => return self.date_and_time(arguments, focus),
            F::YearsFromDuration
            | F::MonthsFromDuration
            | F::DaysFromDuration
            | F::HoursFromDuration
            | F::MinutesFromDuration
            | F::SecondsFromDuration => return self.duration_part(function, first, focus),
            F::AdjustDate | F::DayFromDate | F::MonthFromDate | F::YearFromDate | F::TimezoneFromDate => {
                K::Date
            }
            F::AdjustTime
            | F::HoursFromTime
            | F::MinutesFromTime
            | F::SecondsFromTime
            | F::TimezoneFromTime => K::Time,
            _ => K::DateTime,
        };
        let Some(point) = self.point(first, kind, focus)? else {
            return Ok(None);
        };
        let integer = |number: i64| Some(Atomic::Integer(number));
        Ok(match function {
            F::YearFromDate | F::YearFromDateTime => integer(point.year),
            F::MonthFromDate | F::MonthFromDateTime => integer(i64::from(point.month)),
            F::DayFromDate | F::DayFromDateTime => integer(i64::from(point.day)),
            F::HoursFromTime | F::HoursFromDateTime => integer(i64::from(point.hour)),
            F::MinutesFromTime | F::MinutesFromDateTime => integer(i64::from(point.minute)),
            F::SecondsFromTime | F::SecondsFromDateTime => Some(Atomic::Decimal(point.second)),
            F::TimezoneFromDate | F::TimezoneFromDateTime | F::TimezoneFromTime => {
                point.zone.map(|zone| day_time(i64::from(zone)))
            }
            F::AdjustDate | F::AdjustDateTime | F::AdjustTime => {
                self.adjusted(kind, &point, arguments, focus)?
            }
            _ => None,
        })
    }

    fn adjusted(
        &self,
        kind: CalendarKind,
        point: &Calendar,
        arguments: &'a [Expr],
        focus: &Focus<'a>,
    ) -> Result<Option<Atomic<'a>>> {
        let zone = match arguments.get(1) {
            None => Some(self.zone()),
            Some(argument) => match self.atom(argument, focus)? {
                None => None,
                Some(Atomic::Duration(DurationKind::DayTime, duration)) => {
                    let minutes = duration
                        .seconds
                        .checked_div(Decimal::from(60))
                        .unwrap_or_default();
                    let whole = minutes
                        .to_i64()
                        .filter(|whole| Decimal::from(*whole) == minutes && whole.abs() <= 14 * 60);
                    let whole = whole.and_then(|whole| i16::try_from(whole).ok());
                    Some(whole.ok_or_else(|| XPathError::new("FODT0003", "a time zone outside 14 hours"))?)
                }
                Some(other) => {
                    let detail = format!("xs:dayTimeDuration is wanted, not {}", other.type_name());
                    return Err(XPathError::type_error(detail));
                }
            },
        };
        let moved = point
            .with_zone(zone)
            .ok_or_else(|| XPathError::new("FODT0001", "date outside the range"))?;
        Ok(Some(Atomic::Calendar(kind, Arc::new(moved.narrowed(kind)))))
    }

    fn date_and_time(&self, arguments: &'a [Expr], focus: &Focus<'a>) -> Result<Option<Atomic<'a>>> {
        let [date, time] = arguments else { return Ok(None) };
        let (Some(date), Some(time)) = (
            self.point(date, CalendarKind::Date, focus)?,
            self.point(time, CalendarKind::Time, focus)?,
        ) else {
            return Ok(None);
        };
        let zone = match (date.zone, time.zone) {
            (Some(one), Some(other)) if one != other => {
                return Err(XPathError::new("FORG0008", "date and time have different zones"));
            }
            (one, other) => one.or(other),
        };
        let joined = Calendar {
            hour: time.hour,
            minute: time.minute,
            second: time.second,
            zone,
            ..(*date).clone()
        };
        Ok(Some(Atomic::Calendar(CalendarKind::DateTime, Arc::new(joined))))
    }

    fn duration_part(
        &self,
        function: Function,
        expr: &'a Expr,
        focus: &Focus<'a>,
    ) -> Result<Option<Atomic<'a>>> {
        use Function as F;
        let duration = match self.atom(expr, focus)? {
            None => return Ok(None),
            Some(Atomic::Duration(_, duration)) => duration,
            Some(atom @ Atomic::Untyped(_)) => match cast(&atom, AtomicType::Duration(DurationKind::Any))? {
                Atomic::Duration(_, duration) => duration,
                _ => return Ok(None),
            },
            Some(other) => {
                return Err(XPathError::type_error(format!(
                    "xs:duration is wanted, not {}",
                    other.type_name()
                )));
            }
        };
        let whole = duration.seconds.trunc().to_i64().unwrap_or(0);
        Ok(Some(match function {
            F::YearsFromDuration => Atomic::Integer(duration.months / 12),
            F::MonthsFromDuration => Atomic::Integer(duration.months % 12),
            F::DaysFromDuration => Atomic::Integer(whole / 86_400),
            F::HoursFromDuration => Atomic::Integer(whole % 86_400 / 3600),
            F::MinutesFromDuration => Atomic::Integer(whole % 3600 / 60),
            _ => Atomic::Decimal(
                duration
                    .seconds
                    .checked_rem(Decimal::from(60))
                    .unwrap_or_default(),
            ),
        }))
    }
}
