//! Numbers and aggregates.

use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};

use super::super::arithmetic::arithmetic;
use super::super::ast::{Arithmetic, Comparison};
use super::super::calendar::DurationKind;
use super::super::compare::value_comparison;
use super::super::error::{Result, XPathError};
use super::super::evaluate::{Evaluator, Flow, Focus};
use super::super::expr::Expr;
use super::super::types::{AtomicType, cast, to_double};
use super::super::value::{Atomic, Item};
use super::Function;

impl<'a> Evaluator<'a> {
    /// Functions of this family; all give at most one value.
    pub(super) fn number_function(
        &self,
        function: Function,
        arguments: &'a [Expr],
        focus: &Focus<'a>,
    ) -> Result<Option<Atomic<'a>>> {
        use Function as F;
        match function {
            F::Number => {
                let atom = match arguments.first() {
                    Some(first) => self.atom(first, focus)?,
                    None => Some(self.atomize(self.context_item(focus)?.clone())),
                };
                let number = atom.and_then(|atom| cast(&atom, AtomicType::Double).ok());
                Ok(Some(number.unwrap_or(Atomic::Double(f64::NAN))))
            }
            F::Abs | F::Ceiling | F::Floor | F::Round | F::RoundHalfToEven => {
                let Some(first) = arguments.first() else {
                    return Ok(None);
                };
                let Some(number) = self.number_argument(first, focus)? else {
                    return Ok(None);
                };
                let precision = match arguments.get(1) {
                    Some(precision) => self.required_integer(precision, focus)?,
                    None => 0,
                };
                rounded(function, &number, precision).map(Some)
            }
            F::Sum | F::Avg | F::Max | F::Min => self.aggregate(function, arguments, focus),
            _ => Ok(None),
        }
    }

    fn aggregate(
        &self,
        function: Function,
        arguments: &'a [Expr],
        focus: &Focus<'a>,
    ) -> Result<Option<Atomic<'a>>> {
        let [items, rest @ ..] = arguments else {
            return Ok(None);
        };
        if matches!(function, Function::Max | Function::Min) {
            self.collation(rest.first(), focus)?;
        }
        let mut values: Vec<Atomic<'a>> = Vec::new();
        self.each_atom(items, focus, &mut |atom| {
            values.push(match atom {
                Atomic::Untyped(_) => cast(&atom, AtomicType::Double)?,
                Atomic::Uri(text) => Atomic::String(text),
                other => other,
            });
            Ok(Flow::Continue)
        })?;
        let count = values.len();
        if values.is_empty() {
            return match (function, rest.first()) {
                (Function::Sum, None) => Ok(Some(Atomic::Integer(0))),
                (Function::Sum, Some(zero)) => self.atom(zero, focus),
                _ => Ok(None),
            };
        }
        if matches!(function, Function::Max | Function::Min) {
            return self.extreme(function, values);
        }
        let wrong = |value: &Atomic<'a>| {
            XPathError::new("FORG0006", format!("{} cannot be added", value.type_name()))
        };
        let mut total: Option<Atomic<'a>> = None;
        for value in values {
            let addable = value.is_numeric()
                || matches!(
                    value,
                    Atomic::Duration(DurationKind::YearMonth | DurationKind::DayTime, _)
                );
            if !addable {
                return Err(wrong(&value));
            }
            total = Some(match total {
                None => value,
                Some(total) => arithmetic(Arithmetic::Add, &total, &value, self.zone()).map_err(|error| {
                    if error.code() == "XPTY0004" {
                        wrong(&value)
                    } else {
                        error
                    }
                })?,
            });
        }
        match (function, total) {
            (Function::Avg, Some(total)) => {
                let count = Atomic::Integer(i64::try_from(count).unwrap_or(i64::MAX));
                arithmetic(Arithmetic::Divide, &total, &count, self.zone()).map(Some)
            }
            (_, total) => Ok(total),
        }
    }

    fn extreme(&self, function: Function, values: Vec<Atomic<'a>>) -> Result<Option<Atomic<'a>>> {
        let operator = if function == Function::Max {
            Comparison::Greater
        } else {
            Comparison::Less
        };
        let double = values.iter().any(|value| matches!(value, Atomic::Double(_)));
        let float = values.iter().any(|value| matches!(value, Atomic::Float(_)));
        let numeric = values.iter().all(Atomic::is_numeric);
        let mut best: Option<Atomic<'a>> = None;
        let mut nan = false;
        for value in values {
            nan |= to_double(&value).is_some_and(f64::is_nan);
            let better = match &best {
                None => {
                    value_comparison(Comparison::Equal, &value, &value, self.zone()).is_ok()
                        && !matches!(
                            value,
                            Atomic::QName(_) | Atomic::HexBinary(_) | Atomic::Base64Binary(_)
                        )
                }
                Some(best) => value_comparison(operator, &value, best, self.zone()).map_err(|_| {
                    XPathError::new(
                        "FORG0006",
                        format!("{} and {} have no order", value.type_name(), best.type_name()),
                    )
                })?,
            };
            if best.is_none() && !better && !to_double(&value).is_some_and(f64::is_nan) {
                return Err(XPathError::new(
                    "FORG0006",
                    format!("{} has no order", value.type_name()),
                ));
            }
            if better || best.is_none() {
                best = Some(value);
            }
        }
        if nan {
            best = Some(Atomic::Double(f64::NAN));
        }
        let best = match best {
            Some(best) if numeric && double => cast(&best, AtomicType::Double)?,
            Some(best) if numeric && float => cast(&best, AtomicType::Float)?,
            Some(best) => best,
            None => return Ok(None),
        };
        if let Atomic::Duration(DurationKind::Any, _) = best {
            return Err(XPathError::new(
                "FORG0006",
                "durations of months and days have no order",
            ));
        }
        Ok(Some(best))
    }

    /// The single item as a node or atom count, used by `count()`.
    pub(super) fn count(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<i64> {
        if let super::super::expr::Op::Path(path) = &expr.op
            && path.distinct
            && path
                .start
                .as_ref()
                .is_none_or(|start| matches!(start.op, super::super::expr::Op::Root))
        {
            // No node comes twice: order does not matter, nothing is kept.
            let mut count = 0;
            self.path_unordered(path, focus, &mut |_: Item<'a>| {
                count += 1;
                Ok(Flow::Continue)
            })?;
            return Ok(count);
        }
        let mut count = 0;
        self.each(expr, focus, &mut |_| {
            count += 1;
            Ok(Flow::Continue)
        })?;
        Ok(count)
    }
}

fn rounded<'a>(function: Function, number: &Atomic<'a>, precision: i64) -> Result<Atomic<'a>> {
    use Function as F;
    let float = |number: f64| match function {
        F::Abs => number.abs(),
        F::Ceiling => number.ceil(),
        F::Floor => number.floor(),
        F::Round => round_float(number),
        _ => half_to_even(number, precision),
    };
    let decimal = |number: Decimal| match function {
        F::Abs => number.abs(),
        F::Ceiling => number.ceil(),
        F::Floor => number.floor(),
        F::Round => (number + Decimal::new(5, 1)).floor(),
        _ => decimal_half_to_even(number, precision),
    };
    Ok(match number {
        Atomic::Integer(value) => match function {
            F::Abs => Atomic::Integer(
                value
                    .checked_abs()
                    .ok_or_else(|| XPathError::new("FOAR0002", "integer outside 64 bits"))?,
            ),
            F::RoundHalfToEven if precision < 0 => {
                let rounded = decimal_half_to_even(Decimal::from(*value), precision);
                Atomic::Integer(rounded.to_i64().unwrap_or(*value))
            }
            _ => Atomic::Integer(*value),
        },
        Atomic::Decimal(value) => Atomic::Decimal(decimal(*value)),
        Atomic::Float(value) => Atomic::Float(float(f64::from(*value)) as f32),
        Atomic::Double(value) => Atomic::Double(float(*value)),
        other => other.clone(),
    })
}

/// Halves go up; negative zero stays.
fn round_float(number: f64) -> f64 {
    if !number.is_finite() || number.fract() == 0.0 {
        return number;
    }
    let rounded = (number + 0.5).floor();
    if rounded == 0.0 && number < 0.0 {
        -0.0
    } else {
        rounded
    }
}

fn half_to_even(number: f64, precision: i64) -> f64 {
    if !number.is_finite() || number == 0.0 {
        return number;
    }
    if let Some(exact) = Decimal::from_str_exact(&format!("{number}"))
        .ok()
        .filter(|_| precision.abs() < 28)
    {
        let rounded: f64 = decimal_half_to_even(exact, precision)
            .to_string()
            .parse()
            .unwrap_or(number);
        return if rounded == 0.0 && number < 0.0 {
            -0.0
        } else {
            rounded
        };
    }
    if precision < 0 { 0.0 } else { number }
}

fn decimal_half_to_even(number: Decimal, precision: i64) -> Decimal {
    if precision >= 0 {
        let places = u32::try_from(precision.min(28)).unwrap_or(28);
        return number.round_dp_with_strategy(places, RoundingStrategy::MidpointNearestEven);
    }
    let digits = u32::try_from(precision.unsigned_abs().min(28)).unwrap_or(28);
    let Some(scale) = 10_i128
        .checked_pow(digits)
        .and_then(|scale| Decimal::try_from_i128_with_scale(scale, 0).ok())
    else {
        return Decimal::ZERO;
    };
    let scaled = number.checked_div(scale).unwrap_or_default();
    scaled
        .round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven)
        .checked_mul(scale)
        .unwrap_or(number)
}
