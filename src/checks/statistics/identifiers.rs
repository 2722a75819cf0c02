//! The keys of FINESS and RPPS numbers.

use crate::evidence::check_digit::luhn;

/// What is wrong with an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Not the right number of characters, or a character that has no place there.
    Shape,
    /// The key does not match.
    Key,
}

/// FINESS: nine characters, digits with a Luhn key; Corsica writes 2A or 2B first and its key is not documented.
pub(super) fn finess(text: &str) -> Result<(), Fault> {
    if text.len() != 9 {
        return Err(Fault::Shape);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return if luhn(text) { Ok(()) } else { Err(Fault::Key) };
    }
    let corsica = text
        .strip_prefix("2A")
        .or_else(|| text.strip_prefix("2B"))
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    if corsica { Ok(()) } else { Err(Fault::Shape) }
}

/// RPPS: eleven digits, the last one a Luhn key.
pub(super) fn rpps(text: &str) -> Result<(), Fault> {
    if text.len() != 11 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::Shape);
    }
    if luhn(text) { Ok(()) } else { Err(Fault::Key) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        assert_eq!(finess("750803447"), Ok(()));
        assert_eq!(finess("120459876"), Err(Fault::Key));
        assert_eq!(finess("12045987"), Err(Fault::Shape));
        assert_eq!(finess("2A0000014"), Ok(()));
        assert_eq!(finess("2C0000014"), Err(Fault::Shape));
        assert_eq!(rpps("10100997245"), Ok(()));
        assert_eq!(rpps("10100997246"), Err(Fault::Key));
        assert_eq!(rpps("1010099724"), Err(Fault::Shape));
    }
}
