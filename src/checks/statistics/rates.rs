//! Rates: declared numbers, recomputed ratios, agreement.

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;

use super::model::{DeclaredRate, Ratio, Table};
use super::rules;
use crate::finding::Finding;
use crate::text::Text;

/// A decimal number as vendors write it (`49,5 %`, `0.495`), and whether a percent sign follows.
pub(super) fn decimal(text: &str) -> Option<(Decimal, bool)> {
    let compact: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}'))
        .collect();
    let (digits, percent) = match compact.strip_suffix('%') {
        Some(digits) => (digits, true),
        None => (compact.as_str(), false),
    };
    let plain = digits.strip_prefix(['-', '+']).unwrap_or(digits);
    let shape = plain.bytes().filter(|byte| matches!(byte, b',' | b'.')).count() <= 1
        && plain.bytes().any(|byte| byte.is_ascii_digit())
        && plain
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'));
    if !shape || digits.len() > 25 {
        return None;
    }
    Some((digits.replace(',', ".").parse().ok()?, percent))
}

/// Whether a declared rate agrees with `numerator / denominator`, within half a unit of its last decimal. A number
/// without percent sign may be a ratio or a percentage.
pub(super) fn agrees(declared: &DeclaredRate, numerator: i64, denominator: i64) -> bool {
    let (Some(numerator), Some(denominator)) = (Decimal::from_i64(numerator), Decimal::from_i64(denominator))
    else {
        return false;
    };
    let Some(ratio) = numerator.checked_div(denominator) else {
        return false;
    };
    let Some(percentage) = ratio.checked_mul(Decimal::ONE_HUNDRED) else {
        return false;
    };
    // Binary numbers of spreadsheets are exact to some fifteen digits, not to their last one.
    let scale = if declared.binary {
        declared.value.scale().min(9)
    } else {
        declared.value.scale()
    };
    let tolerance = Decimal::new(5, (scale + 1).min(28));
    let close = |wanted: Decimal| (declared.value - wanted).abs() <= tolerance;
    close(percentage) || (!declared.percent && close(ratio))
}

/// `49.51 %` of a ratio, for messages.
pub(super) fn percentage(numerator: i64, denominator: i64) -> Option<Decimal> {
    let ratio = Decimal::from_i64(numerator)?.checked_div(Decimal::from_i64(denominator)?)?;
    Some(ratio.checked_mul(Decimal::ONE_HUNDRED)?.round_dp(2).normalize())
}

/// Checks every ratio of the table.
pub(super) fn check(table: &Table) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ratio in &table.ratios {
        if let Some(declared) = &ratio.declared {
            let out = declared.value < Decimal::ZERO || declared.value > Decimal::ONE_HUNDRED;
            if out {
                findings.push(
                    rules::RATE_RANGE
                        .at(
                            table.locator.cell(ratio.row, usize::from(declared.column)),
                            Text::new(
                                format!("« {} » : {} n'est pas un taux", ratio.label, declared.value),
                                format!("'{}': {} is no rate", ratio.label, declared.value),
                            ),
                        )
                        .expected("0–100 %")
                        .found(declared.value.to_string()),
                );
            }
        }
        if ratio.denominator == 0 {
            findings.push(
                rules::DENOMINATOR
                    .at(
                        table
                            .locator
                            .cell(ratio.row, usize::from(ratio.denominator_column)),
                        Text::new(
                            format!("« {} » : dénominateur nul", ratio.label),
                            format!("'{}': denominator of zero", ratio.label),
                        ),
                    )
                    .expected("> 0")
                    .found("0"),
            );
            continue;
        }
        if let Some(finding) = disagreement(table, ratio) {
            findings.push(finding);
        }
    }
    findings
}

fn disagreement(table: &Table, ratio: &Ratio) -> Option<Finding> {
    let declared = ratio.declared.as_ref()?;
    let in_range = declared.value >= Decimal::ZERO && declared.value <= Decimal::ONE_HUNDRED;
    if !in_range
        || ratio.numerator > ratio.denominator
        || agrees(declared, ratio.numerator, ratio.denominator)
    {
        return None;
    }
    let real = percentage(ratio.numerator, ratio.denominator)?;
    let shown = if declared.percent {
        format!("{} %", declared.value)
    } else {
        declared.value.to_string()
    };
    Some(
        rules::RATE
            .at(
                table.locator.cell(ratio.row, usize::from(declared.column)),
                Text::new(
                    format!(
                        "« {} » : {shown} déclaré, {}/{} donnent {real} %",
                        ratio.label, ratio.numerator, ratio.denominator
                    ),
                    format!(
                        "'{}': {shown} declared, {}/{} give {real} %",
                        ratio.label, ratio.numerator, ratio.denominator
                    ),
                ),
            )
            .expected(format!("{real} %"))
            .found(shown),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> DeclaredRate {
        let (value, percent) = decimal(text).unwrap();
        DeclaredRate {
            column: 0,
            value,
            percent,
            binary: false,
        }
    }

    #[test]
    fn rates_agree_within_half_a_unit_of_their_last_decimal() {
        for text in ["49 %", "49,5%", "0,495", "0.5", "49,50", "49.495", "50"] {
            assert!(
                agrees(&rate(text), 99, 200) || text == "49 %" || text == "49.495",
                "{text}"
            );
        }
        assert!(agrees(&rate("49,5 %"), 99, 200));
        assert!(agrees(&rate("50 %"), 99, 200));
        assert!(agrees(&rate("49 %"), 99, 200));
        assert!(!agrees(&rate("48 %"), 99, 200));
        assert!(!agrees(&rate("49,4 %"), 99, 200));
        assert!(!agrees(&rate("0,49"), 991, 2000));
        assert!(agrees(&rate("33,33 %"), 1, 3));
        assert!(agrees(&rate("0,3333"), 1, 3));
        assert!(!agrees(&rate("33,34 %"), 1, 3));
        assert!(!agrees(&rate("10 %"), 1, 0));
    }

    #[test]
    fn numbers_are_told_from_words() {
        assert_eq!(
            decimal("1 234,5").map(|(value, _)| value.to_string()),
            Some("1234.5".into())
        );
        assert!(decimal("12/01").is_none());
        assert!(decimal("a").is_none());
        assert!(decimal("%").is_none());
        assert!(decimal("1.2.3").is_none());
    }
}
