//! Content transfer encodings, decoded to exact bytes.

use crate::engines::base64;

/// How a part is encoded for transfer (RFC 2045, section 6).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Transfer {
    /// `7bit`, `8bit`, `binary`, or nothing said.
    #[default]
    Identity,
    /// `base64`.
    Base64,
    /// `quoted-printable`.
    QuotedPrintable,
}

impl Transfer {
    pub(super) fn of(label: Option<&str>) -> Self {
        match label.map(|label| label.trim().to_ascii_lowercase()).as_deref() {
            Some("base64") => Self::Base64,
            Some("quoted-printable") => Self::QuotedPrintable,
            _ => Self::Identity,
        }
    }

    /// The bytes, and whether something could not be decoded: what precedes it is kept.
    pub(super) fn decode(self, raw: &[u8]) -> (Vec<u8>, bool) {
        match self {
            Self::Identity => (raw.to_vec(), false),
            Self::Base64 => decode_base64(raw),
            Self::QuotedPrintable => quoted_printable(raw),
        }
    }
}

fn decode_base64(raw: &[u8]) -> (Vec<u8>, bool) {
    let compact = base64::compact(raw);
    if let Ok(bytes) = base64::decode(&compact) {
        // The end of the text is lost when its last group is not whole (RFC 2045 wants the padding).
        return (bytes, !compact.len().is_multiple_of(4));
    }
    let good = compact
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
        .count();
    let whole = compact.get(..good - good % 4).unwrap_or_default();
    (base64::decode(whole).unwrap_or_default(), true)
}

fn quoted_printable(raw: &[u8]) -> (Vec<u8>, bool) {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut damaged = false;
    let mut rest = raw;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'=' {
            bytes.push(byte);
            continue;
        }
        match after {
            [b'\r', b'\n', tail @ ..] | [b'\n', tail @ ..] => rest = tail,
            [high, low, tail @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(0) as u8;
                bytes.push(digit(*high) * 16 + digit(*low));
                rest = tail;
            }
            [] => {}
            _ => {
                damaged = true;
                bytes.push(byte);
            }
        }
    }
    (bytes, damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_base64_is_told() {
        let decode = |text: &str| Transfer::Base64.decode(text.as_bytes());
        assert_eq!(decode("aGVs\r\nbG8="), (b"hello".to_vec(), false));
        assert_eq!(decode("aGVs\r\nbG8"), (b"hello".to_vec(), true));
        assert_eq!(decode("aGVsb"), (b"hel".to_vec(), true));
    }

    #[test]
    fn quoted_printable_is_exact() {
        let decode = |text: &str| Transfer::QuotedPrintable.decode(text.as_bytes());
        assert_eq!(
            decode("r=C3=A9=\r\nsum=c3=a9"),
            ("résumé".as_bytes().to_vec(), false)
        );
        assert_eq!(decode("a=ZZ"), (b"a=ZZ".to_vec(), true));
    }
}
