//! Bytes to text: UTF-8, UTF-16 with a byte order mark, or else Windows-1252 (which holds Latin-1's letters).

use std::borrow::Cow;

/// A decoded text and what its bytes were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text, without byte order mark.
    pub text: Cow<'a, str>,
    /// Name of the encoding.
    pub encoding: &'static str,
}

/// Decodes `bytes`. Never fails: any byte has a meaning in Windows-1252.
pub fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes)
        && encoding != encoding_rs::UTF_8
    {
        let rest = bytes.get(mark..).unwrap_or_default();
        return Decoded {
            text: Cow::Owned(encoding.decode_without_bom_handling(rest).0.into_owned()),
            encoding: encoding.name(),
        };
    }
    let rest = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(rest) {
        Ok(text) => Decoded {
            text: Cow::Borrowed(text),
            encoding: "UTF-8",
        },
        Err(_) => Decoded {
            text: Cow::Owned(
                encoding_rs::WINDOWS_1252
                    .decode_without_bom_handling(rest)
                    .0
                    .into_owned(),
            ),
            encoding: "windows-1252",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(decode("été".as_bytes()).encoding, "UTF-8");
        let marked = decode(b"\xEF\xBB\xBFmois");
        assert_eq!((marked.text.as_ref(), marked.encoding), ("mois", "UTF-8"));
        let latin = decode(b"r\xE9ussite \x80");
        assert_eq!(
            (latin.text.as_ref(), latin.encoding),
            ("réussite €", "windows-1252")
        );
        let wide = decode(b"\xFF\xFEm\0o\0");
        assert_eq!((wide.text.as_ref(), wide.encoding), ("mo", "UTF-16LE"));
    }
}
