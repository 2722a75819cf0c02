//! Base64 as senders write it: padding or not, bits left over, white space anywhere (RFC 4648, RFC 2045 6.8).

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

pub use base64::DecodeError;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes base64 without white space.
///
/// # Errors
///
/// The first byte that is not of the alphabet, or an impossible length.
pub fn decode(compact: &[u8]) -> Result<Vec<u8>, DecodeError> {
    LENIENT.decode(compact)
}

/// Decodes base64 with white space anywhere.
///
/// # Errors
///
/// As [`decode`]; places count without the white space.
pub fn decode_spaced(written: &[u8]) -> Result<Vec<u8>, DecodeError> {
    decode(&compact(written))
}

/// Base64 without its white space. Lines are copied whole: a document folded at 76 characters, indented or not, costs
/// little more than its copy.
pub fn compact(written: &[u8]) -> Vec<u8> {
    let mut out = lines(written, <[u8]>::trim_ascii);
    if memchr::memchr3(b' ', b'\t', 0x0C, &out).is_some() {
        out.retain(|byte| !byte.is_ascii_whitespace());
    }
    out
}

/// Base64 without its line ends, all else as written.
pub fn unfold(written: &[u8]) -> Vec<u8> {
    lines(written, |line| line)
}

/// The lines one after the other, without what ends them.
fn lines(written: &[u8], trim: fn(&[u8]) -> &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(written.len());
    let mut from = 0;
    for end in memchr::memchr2_iter(b'\n', b'\r', written).chain([written.len()]) {
        out.extend_from_slice(trim(written.get(from..end).unwrap_or_default()));
        from = end + 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_padding_are_free() {
        for written in ["Zm9vYg==", "Zm9vYg", " Zm9v\r\n\tYg=\n=", "Zm9\x0CvYh"] {
            assert_eq!(decode_spaced(written.as_bytes()).unwrap(), b"foob", "{written:?}");
        }
        assert_eq!(decode_spaced(b" \n").unwrap(), b"");
        assert_eq!(compact(b" Zm9v \r\n\tY g=\n ="), b"Zm9vYg==");
        assert_eq!(unfold(b"Zm9v\r\n Yg=\n="), b"Zm9v Yg==");
        for wrong in ["Zm9v!", "Zm9vY", "Zm=9v"] {
            decode_spaced(wrong.as_bytes()).unwrap_err();
        }
    }
}
