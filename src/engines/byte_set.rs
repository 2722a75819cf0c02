//! Sets of bytes.

/// A set of bytes, looked up rather than compared: for what looks at each byte of a large content.
#[derive(Debug, Clone)]
pub(crate) struct ByteSet([bool; 256]);

#[expect(
    clippy::indexing_slicing,
    reason = "worked out when the program is compiled, where an index out of bounds is an error"
)]
impl ByteSet {
    /// The set of these bytes.
    pub(crate) const fn of(bytes: &[u8]) -> Self {
        let mut held = [false; 256];
        let mut at = 0;
        while at < bytes.len() {
            held[bytes[at] as usize] = true;
            at += 1;
        }
        Self(held)
    }

    /// The bytes that are in none of two sets.
    pub(crate) const fn neither(one: &Self, other: &Self) -> Self {
        let mut held = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            held[byte] = !one.0[byte] && !other.0[byte];
            byte += 1;
        }
        Self(held)
    }
}

impl ByteSet {
    /// Whether `byte` is one of them.
    #[inline]
    pub(crate) fn holds(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte)).copied().unwrap_or_default()
    }

    /// How many bytes at the start of `bytes` are of the set.
    #[inline]
    pub(crate) fn run(&self, bytes: &[u8]) -> usize {
        let end = bytes.iter().position(|byte| !self.holds(*byte));
        end.unwrap_or(bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_its_bytes_and_no_other() {
        const DIGITS: ByteSet = ByteSet::of(b"0123456789");
        const OTHERS: ByteSet = ByteSet::neither(&DIGITS, &ByteSet::of(b" "));
        for byte in 0..=u8::MAX {
            assert_eq!(DIGITS.holds(byte), byte.is_ascii_digit());
            assert_eq!(OTHERS.holds(byte), !byte.is_ascii_digit() && byte != b' ');
        }
        assert_eq!(
            (DIGITS.run(b"12a3"), DIGITS.run(b"123"), DIGITS.run(b"")),
            (2, 3, 0)
        );
    }
}
