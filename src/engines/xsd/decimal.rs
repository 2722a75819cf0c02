//! Decimal numbers of any length, compared by value without rounding.

use std::cmp::Ordering;

/// A decimal value that borrows its digits: significant digits only, on both sides of the point.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decimal<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Decimal<'a> {
    /// Reads `[+-]digits[.digits]`; at least one digit on either side of the point.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        Some(Self {
            negative: negative && !(whole.is_empty() && fraction.is_empty()),
            whole,
            fraction,
        })
    }

    /// Number of significant digits, for the facet `totalDigits`.
    pub(super) fn total_digits(&self) -> usize {
        let fraction = if self.whole.is_empty() {
            self.fraction.trim_start_matches('0')
        } else {
            self.fraction
        };
        (self.whole.len() + fraction.len()).max(1)
    }

    /// Number of digits after the point, for the facet `fractionDigits`.
    pub(super) fn fraction_digits(&self) -> usize {
        self.fraction.len()
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        self.whole
            .len()
            .cmp(&other.whole.len())
            .then_with(|| self.whole.cmp(other.whole))
            .then_with(|| self.fraction.cmp(other.fraction))
    }
}

impl PartialEq for Decimal<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Decimal<'_> {}
impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_compare_whatever_their_spelling() {
        let order = [
            "-10", "-9.5", "-0.1", "0", "0.05", "0.5", "1", "9.99", "10", "10.1",
        ];
        for (left, a) in order.iter().enumerate() {
            for (right, b) in order.iter().enumerate() {
                let (a, b) = (Decimal::parse(a).unwrap(), Decimal::parse(b).unwrap());
                assert_eq!(a.cmp(&b), left.cmp(&right));
            }
        }
        assert_eq!(Decimal::parse("-0.0"), Decimal::parse("+000"));
        assert_eq!(Decimal::parse("01.50"), Decimal::parse("1.5"));
        assert!(Decimal::parse("").is_none() && Decimal::parse("1,5").is_none());
        assert_eq!(Decimal::parse("0.050").unwrap().total_digits(), 1);
        assert_eq!(Decimal::parse("12.50").unwrap().total_digits(), 3);
        assert_eq!(Decimal::parse("12.50").unwrap().fraction_digits(), 1);
    }
}
