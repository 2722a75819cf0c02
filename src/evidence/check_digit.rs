//! Check digits of identifiers and codes.

/// Whether the last digit makes Luhn's sum a multiple of ten (FINESS, RPPS, LOINC). False for anything but digits.
pub fn luhn(digits: &str) -> bool {
    let mut sum = 0_u32;
    for (rank, byte) in digits.bytes().rev().enumerate() {
        let Some(digit) = char::from(byte).to_digit(10) else {
            return false;
        };
        let weighted = if rank % 2 == 1 { digit * 2 } else { digit };
        sum += weighted / 10 + weighted % 10;
    }
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// Whether `text` is written like a LOINC code: up to seven digits, a dash, a check digit.
pub fn loinc_shape(text: &str) -> bool {
    text.split_once('-').is_some_and(|(number, key)| {
        (1..=7).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && key.len() == 1
            && key.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether the check digit of a LOINC code is right.
pub fn loinc(code: &str) -> bool {
    loinc_shape(code) && luhn(&code.replace('-', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        assert!(luhn("750803447"));
        assert!(!luhn("120459876"));
        assert!(!luhn(""));
        assert!(loinc("11490-0"));
        assert!(loinc("718-7"));
        assert!(!loinc("11490-1"));
        assert!(!loinc("11490"));
        assert!(!loinc("x-1"));
    }
}
