//! Arithmetic on numbers, dates and durations.

use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};

use super::ast::Arithmetic;
use super::calendar::{Calendar, CalendarKind, Duration, DurationKind};
use super::error::{Result, XPathError};
use super::types::{AtomicType, cast, to_double};
use super::value::Atomic;

fn overflow() -> XPathError {
    XPathError::new("FOAR0002", "number outside the range")
}

fn division_by_zero() -> XPathError {
    XPathError::new("FOAR0001", "division by zero")
}

fn duration_overflow() -> XPathError {
    XPathError::new("FODT0002", "duration outside the range")
}

fn date_overflow() -> XPathError {
    XPathError::new("FODT0001", "date outside the range")
}

/// Applies an operator to two atomized operands. `zone`: the implicit time zone, minutes east.
pub(super) fn arithmetic<'a>(
    operator: Arithmetic,
    left: &Atomic<'a>,
    right: &Atomic<'a>,
    zone: i16,
) -> Result<Atomic<'a>> {
    let as_number = |value: &Atomic<'a>| match value {
        Atomic::Untyped(_) => cast(value, AtomicType::Double),
        _ => Ok(value.clone()),
    };
    let (left, right) = (as_number(left)?, as_number(right)?);
    match (&left, &right) {
        (Atomic::Integer(left), Atomic::Integer(right)) => integers(operator, *left, *right),
        _ if left.is_numeric() && right.is_numeric() => numbers(operator, &left, &right),
        _ => temporal(operator, &left, &right, zone),
    }
}

fn integers(operator: Arithmetic, left: i64, right: i64) -> Result<Atomic<'static>> {
    let result = match operator {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right),
        Arithmetic::Divide => return decimals(operator, Decimal::from(left), Decimal::from(right)),
        Arithmetic::IntegerDivide | Arithmetic::Modulo if right == 0 => return Err(division_by_zero()),
        Arithmetic::IntegerDivide => left.checked_div(right),
        // The one overflow of the remainder is i64::MIN mod -1, which is 0.
        Arithmetic::Modulo => Some(left.checked_rem(right).unwrap_or(0)),
    };
    result.map(Atomic::Integer).ok_or_else(overflow)
}

fn decimals(operator: Arithmetic, left: Decimal, right: Decimal) -> Result<Atomic<'static>> {
    if right.is_zero()
        && matches!(
            operator,
            Arithmetic::Divide | Arithmetic::IntegerDivide | Arithmetic::Modulo
        )
    {
        return Err(division_by_zero());
    }
    let result = match operator {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right),
        Arithmetic::Divide => left.checked_div(right),
        Arithmetic::IntegerDivide => {
            let quotient = left
                .checked_div(right)
                .and_then(|quotient| quotient.trunc().to_i64());
            return quotient.map(Atomic::Integer).ok_or_else(overflow);
        }
        Arithmetic::Modulo => left.checked_rem(right),
    };
    result.map(Atomic::Decimal).ok_or_else(overflow)
}

fn numbers(operator: Arithmetic, left: &Atomic<'_>, right: &Atomic<'_>) -> Result<Atomic<'static>> {
    let decimal = |value: &Atomic<'_>| match value {
        Atomic::Integer(number) => Some(Decimal::from(*number)),
        Atomic::Decimal(number) => Some(*number),
        _ => None,
    };
    if let (Some(left), Some(right)) = (decimal(left), decimal(right)) {
        return decimals(operator, left, right);
    }
    let narrow = !matches!((left, right), (Atomic::Double(_), _) | (_, Atomic::Double(_)));
    let (a, b) = (
        to_double(left).unwrap_or(f64::NAN),
        to_double(right).unwrap_or(f64::NAN),
    );
    if operator == Arithmetic::IntegerDivide {
        if b == 0.0 {
            return Err(division_by_zero());
        }
        if a.is_nan() || b.is_nan() || a.is_infinite() {
            return Err(overflow());
        }
        return (a / b).trunc().to_i64().map(Atomic::Integer).ok_or_else(overflow);
    }
    if narrow {
        let (a, b) = (a as f32, b as f32);
        return Ok(Atomic::Float(match operator {
            Arithmetic::Add => a + b,
            Arithmetic::Subtract => a - b,
            Arithmetic::Multiply => a * b,
            Arithmetic::Divide | Arithmetic::IntegerDivide => a / b,
            Arithmetic::Modulo => a % b,
        }));
    }
    Ok(Atomic::Double(match operator {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide | Arithmetic::IntegerDivide => a / b,
        Arithmetic::Modulo => a % b,
    }))
}

/// Dates and durations.
fn temporal<'a>(
    operator: Arithmetic,
    left: &Atomic<'a>,
    right: &Atomic<'a>,
    zone: i16,
) -> Result<Atomic<'a>> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    match (operator, left, right) {
        (Add, Atomic::Duration(..), Atomic::Calendar(..)) => temporal(Add, right, left, zone),
        (Add | Subtract, Atomic::Calendar(kind, point), Atomic::Duration(unit, duration)) => {
            let sign = if operator == Add { 1 } else { -1 };
            moved(*kind, point, *unit, *duration, sign)
        }
        (Subtract, Atomic::Calendar(kind, left), Atomic::Calendar(other, right))
            if kind == other && kind.is_ordered() =>
        {
            let seconds = left.seconds(zone) - right.seconds(zone);
            Ok(Atomic::Duration(
                DurationKind::DayTime,
                Duration { months: 0, seconds },
            ))
        }
        (Add | Subtract, Atomic::Duration(kind, left), Atomic::Duration(other, right))
            if kind == other && *kind != DurationKind::Any =>
        {
            let sign = if operator == Add { 1 } else { -1 };
            let months = right
                .months
                .checked_mul(sign)
                .and_then(|months| left.months.checked_add(months));
            let seconds = left.seconds.checked_add(right.seconds * Decimal::from(sign));
            let (Some(months), Some(seconds)) = (months, seconds) else {
                return Err(duration_overflow());
            };
            Ok(Atomic::Duration(*kind, Duration { months, seconds }))
        }
        (Divide, Atomic::Duration(kind, left), Atomic::Duration(other, right))
            if kind == other && *kind != DurationKind::Any =>
        {
            let (left, right) = match kind {
                DurationKind::YearMonth => (Decimal::from(left.months), Decimal::from(right.months)),
                _ => (left.seconds, right.seconds),
            };
            decimals(Divide, left, right)
        }
        (Multiply, number, Atomic::Duration(..)) if number.is_numeric() => {
            temporal(Multiply, right, left, zone)
        }
        (Multiply | Divide, Atomic::Duration(kind, duration), number)
            if number.is_numeric() && *kind != DurationKind::Any =>
        {
            scaled(operator == Divide, *kind, *duration, number)
        }
        _ => Err(XPathError::type_error(format!(
            "arithmetic is not defined on {} and {}",
            left.type_name(),
            right.type_name()
        ))),
    }
}

fn moved<'a>(
    kind: CalendarKind,
    point: &Calendar,
    unit: DurationKind,
    duration: Duration,
    sign: i64,
) -> Result<Atomic<'a>> {
    let allowed = match unit {
        DurationKind::Any => false,
        DurationKind::YearMonth => matches!(kind, CalendarKind::Date | CalendarKind::DateTime),
        DurationKind::DayTime => kind.is_ordered(),
    };
    if !allowed {
        let detail = format!("{} cannot be moved by {}", kind.type_name(), unit.type_name());
        return Err(XPathError::type_error(detail));
    }
    let shifted = match unit {
        DurationKind::YearMonth => duration
            .months
            .checked_mul(sign)
            .and_then(|months| point.plus_months(months)),
        _ => point.plus_seconds(duration.seconds * Decimal::from(sign)),
    };
    let shifted = shifted.ok_or_else(date_overflow)?;
    Ok(Atomic::Calendar(kind, Arc::new(shifted.narrowed(kind))))
}

fn scaled<'a>(
    divide: bool,
    kind: DurationKind,
    duration: Duration,
    number: &Atomic<'_>,
) -> Result<Atomic<'a>> {
    let factor = to_double(number).unwrap_or(f64::NAN);
    if factor.is_nan() {
        return Err(XPathError::new("FOCA0005", "NaN as a factor of a duration"));
    }
    if divide && factor == 0.0 {
        return Err(duration_overflow());
    }
    if factor.is_infinite() {
        return if divide {
            Ok(Atomic::Duration(
                kind,
                Duration {
                    months: 0,
                    seconds: Decimal::ZERO,
                },
            ))
        } else {
            Err(duration_overflow())
        };
    }
    let exact = match number {
        Atomic::Integer(number) => Some(Decimal::from(*number)),
        Atomic::Decimal(number) => Some(*number),
        _ => Decimal::from_f64(factor),
    };
    // A factor beyond the decimals still has an answer when the result is nothing.
    let nothing = divide || (duration.months == 0 && duration.seconds.is_zero());
    if exact.is_none() && factor.abs() > 1.0 && nothing {
        return Ok(Atomic::Duration(
            kind,
            Duration {
                months: 0,
                seconds: Decimal::ZERO,
            },
        ));
    }
    let factor = exact.ok_or_else(duration_overflow)?;
    let apply = |value: Decimal| {
        if divide {
            value.checked_div(factor)
        } else {
            value.checked_mul(factor)
        }
    };
    let result = match kind {
        DurationKind::YearMonth => {
            // Halves go up, as fn:round does.
            let half = Decimal::new(5, 1);
            let months = apply(Decimal::from(duration.months))
                .and_then(|months| months.checked_add(half))
                .and_then(|months| months.floor().to_i64());
            months.map(|months| Duration {
                months,
                seconds: Decimal::ZERO,
            })
        }
        _ => apply(duration.seconds).map(|seconds| Duration { months: 0, seconds }),
    };
    result
        .map(|duration| Atomic::Duration(kind, duration))
        .ok_or_else(duration_overflow)
}
