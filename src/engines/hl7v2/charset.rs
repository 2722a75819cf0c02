//! The character set that MSH-18 declares (HL7 table 0211).

use std::borrow::Cow;

/// How the bytes of a message become characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Seven bits.
    Ascii,
    /// `UNICODE UTF-8`.
    Utf8,
    /// `8859/1`.
    Latin1,
    /// `8859/15`.
    Latin9,
    /// MSH-18 is empty: the standard says ASCII, files say anything. Read as UTF-8 when valid, else as Latin-9.
    Undeclared,
    /// MSH-18 names a set this reader does not know; read as when undeclared.
    Unknown,
}

impl Charset {
    /// The set named by MSH-18.
    pub fn of(declared: &str) -> Self {
        let name = declared.trim().to_ascii_uppercase();
        match name.as_str() {
            "" => Self::Undeclared,
            "ASCII" | "US-ASCII" => Self::Ascii,
            "UNICODE UTF-8" | "UTF-8" | "UTF8" | "UNICODE" => Self::Utf8,
            "8859/1" | "ISO-8859-1" | "LATIN1" => Self::Latin1,
            "8859/15" | "ISO-8859-15" | "LATIN9" => Self::Latin9,
            _ => Self::Unknown,
        }
    }

    /// The characters of `bytes`; what the set does not hold becomes U+FFFD.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => String::from_utf8_lossy(bytes),
            },
            Self::Latin1 => encoding_rs::mem::decode_latin1(bytes),
            Self::Latin9 => encoding_rs::ISO_8859_15.decode_without_bom_handling(bytes).0,
            Self::Ascii | Self::Undeclared | Self::Unknown => match std::str::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => encoding_rs::ISO_8859_15.decode_without_bom_handling(bytes).0,
            },
        }
    }

    /// Where the first byte stands that the set cannot hold.
    pub fn first_fault(self, bytes: &[u8]) -> Option<usize> {
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).err().map(|error| error.valid_up_to()),
            Self::Ascii => bytes.iter().position(|byte| !byte.is_ascii()),
            // 0x80 to 0x9F are C1 controls in both: a sign of Windows-1252 text.
            Self::Latin1 | Self::Latin9 => bytes.iter().position(|byte| (0x80..0xA0).contains(byte)),
            Self::Undeclared | Self::Unknown => None,
        }
    }

    /// Number of characters in `bytes`.
    pub fn characters(self, bytes: &[u8]) -> usize {
        let utf8 = matches!(self, Self::Utf8)
            || (!matches!(self, Self::Latin1 | Self::Latin9) && std::str::from_utf8(bytes).is_ok());
        if utf8 {
            bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
        } else {
            bytes.len()
        }
    }
}
