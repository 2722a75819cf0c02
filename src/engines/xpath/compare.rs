//! Comparisons of atomic values, by value and general.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::ast::Comparison;
use super::calendar::DurationKind;
use super::error::{Result, XPathError};
use super::types::{AtomicType, cast, to_double};
use super::value::Atomic;

impl Comparison {
    pub(super) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering == Ordering::Equal,
            Self::NotEqual => ordering != Ordering::Equal,
            Self::Less => ordering == Ordering::Less,
            Self::LessOrEqual => ordering != Ordering::Greater,
            Self::Greater => ordering == Ordering::Greater,
            Self::GreaterOrEqual => ordering != Ordering::Less,
        }
    }

    fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }
}

/// A value comparison (`eq`, `lt`...): untyped values are strings. `zone`: the implicit time zone, minutes east.
pub(super) fn value_comparison(
    operator: Comparison,
    left: &Atomic<'_>,
    right: &Atomic<'_>,
    zone: i16,
) -> Result<bool> {
    let incomparable = || {
        XPathError::type_error(format!(
            "{} and {} cannot be compared",
            left.type_name(),
            right.type_name()
        ))
    };
    if let (Some(left), Some(right)) = (left.as_text(), right.as_text()) {
        return Ok(operator.holds(left.cmp(right)));
    }
    match (left, right) {
        (Atomic::Integer(left), Atomic::Integer(right)) => Ok(operator.holds(left.cmp(right))),
        _ if left.is_numeric() && right.is_numeric() => {
            let ordering = numeric_ordering(left, right);
            // NaN differs from everything, itself included.
            Ok(ordering.map_or(operator == Comparison::NotEqual, |ordering| {
                operator.holds(ordering)
            }))
        }
        (Atomic::Boolean(left), Atomic::Boolean(right)) => Ok(operator.holds(left.cmp(right))),
        (Atomic::Calendar(kind, left), Atomic::Calendar(other, right)) if kind == other => {
            if operator.is_equality() || kind.is_ordered() {
                Ok(operator.holds(left.compare(right, zone)))
            } else {
                Err(incomparable())
            }
        }
        (Atomic::Duration(kind, left), Atomic::Duration(other, right)) => {
            if operator.is_equality() {
                return Ok((left == right) == (operator == Comparison::Equal));
            }
            match (kind, other) {
                (DurationKind::YearMonth, DurationKind::YearMonth) => {
                    Ok(operator.holds(left.months.cmp(&right.months)))
                }
                (DurationKind::DayTime, DurationKind::DayTime) => {
                    Ok(operator.holds(left.seconds.cmp(&right.seconds)))
                }
                _ => Err(incomparable()),
            }
        }
        (Atomic::QName(left), Atomic::QName(right)) if operator.is_equality() => {
            let same = left.local == right.local && left.namespace == right.namespace;
            Ok(same == (operator == Comparison::Equal))
        }
        (Atomic::HexBinary(left), Atomic::HexBinary(right))
        | (Atomic::Base64Binary(left), Atomic::Base64Binary(right))
            if operator.is_equality() =>
        {
            Ok((left == right) == (operator == Comparison::Equal))
        }
        _ => Err(incomparable()),
    }
}

/// Order of two numbers in their common type; none when one is NaN.
pub(super) fn numeric_ordering(left: &Atomic<'_>, right: &Atomic<'_>) -> Option<Ordering> {
    match (left, right) {
        (Atomic::Integer(left), Atomic::Integer(right)) => Some(left.cmp(right)),
        (Atomic::Double(_), _) | (_, Atomic::Double(_)) => to_double(left)?.partial_cmp(&to_double(right)?),
        (Atomic::Float(_), _) | (_, Atomic::Float(_)) => {
            let narrow = |value: &Atomic<'_>| to_double(value).map(|number| number as f32);
            narrow(left)?.partial_cmp(&narrow(right)?)
        }
        _ => Some(to_decimal(left)?.cmp(&to_decimal(right)?)),
    }
}

fn to_decimal(value: &Atomic<'_>) -> Option<Decimal> {
    match value {
        Atomic::Integer(number) => Some(Decimal::from(*number)),
        Atomic::Decimal(number) => Some(*number),
        _ => None,
    }
}

/// One pair of a general comparison (`=`, `<`...): an untyped value takes the type of the other.
pub(super) fn general_pair(
    operator: Comparison,
    left: &Atomic<'_>,
    right: &Atomic<'_>,
    zone: i16,
) -> Result<bool> {
    match (left, right) {
        (Atomic::Untyped(left), Atomic::Untyped(right)) => Ok(operator.holds(left.cmp(right))),
        (Atomic::Untyped(_), other) => {
            let left = cast(left, counterpart(other))?;
            value_comparison(operator, &left, other, zone)
        }
        (other, Atomic::Untyped(_)) => {
            let right = cast(right, counterpart(other))?;
            value_comparison(operator, other, &right, zone)
        }
        _ => value_comparison(operator, left, right, zone),
    }
}

/// The type an untyped value is cast to when it meets `other` in a general comparison.
fn counterpart(other: &Atomic<'_>) -> AtomicType {
    match other {
        Atomic::Integer(_) | Atomic::Decimal(_) | Atomic::Float(_) | Atomic::Double(_) => AtomicType::Double,
        Atomic::Untyped(_) | Atomic::String(_) => AtomicType::String,
        Atomic::Uri(_) => AtomicType::Uri,
        Atomic::Boolean(_) => AtomicType::Boolean,
        Atomic::QName(_) => AtomicType::QName,
        Atomic::Calendar(kind, _) => AtomicType::Calendar(*kind),
        Atomic::Duration(kind, _) => AtomicType::Duration(*kind),
        Atomic::HexBinary(_) => AtomicType::HexBinary,
        Atomic::Base64Binary(_) => AtomicType::Base64Binary,
    }
}
