//! The standard fonts: their widths, and the encoding their text is written in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One of the fonts of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Font {
    /// Running text.
    Regular,
    /// Headings and labels.
    Bold,
    /// Identifiers, paths, hashes, evidence.
    Mono,
}

impl Font {
    /// Every font, in the order of their names in the file.
    pub(super) const ALL: [Self; 3] = [Self::Regular, Self::Bold, Self::Mono];

    /// The name in page resources.
    pub(super) const fn resource(self) -> &'static str {
        match self {
            Self::Regular => "F1",
            Self::Bold => "F2",
            Self::Mono => "F3",
        }
    }

    /// The name every reader knows.
    pub(super) const fn base(self) -> &'static str {
        match self {
            Self::Regular => "Helvetica",
            Self::Bold => "Helvetica-Bold",
            Self::Mono => "Courier",
        }
    }

    /// The width of encoded text, in thousandths of the font size.
    pub(super) fn width(self, text: &[u8]) -> u32 {
        text.iter().map(|code| self.advance(*code)).sum()
    }

    fn advance(self, code: u8) -> u32 {
        let (regular, bold) = WIDTHS.get(&code).copied().unwrap_or((556, 556));
        match self {
            Self::Regular => regular,
            Self::Bold => bold,
            Self::Mono => 600,
        }
    }
}

/// Widths by code, and codes by character.
static WIDTHS: LazyLock<BTreeMap<u8, (u32, u32)>> = LazyLock::new(|| {
    rows()
        .map(|(code, regular, bold, _)| (code, (regular, bold)))
        .collect()
});
static CODES: LazyLock<BTreeMap<char, u8>> =
    LazyLock::new(|| rows().map(|(code, _, _, character)| (character, code)).collect());

fn rows() -> impl Iterator<Item = (u8, u32, u32, char)> {
    include_str!("widths.tsv").lines().filter_map(|line| {
        let mut fields = line.split('\t');
        let code = u8::from_str_radix(fields.next()?, 16).ok()?;
        let regular = fields.next()?.parse().ok()?;
        let bold = fields.next()?.parse().ok()?;
        Some((code, regular, bold, fields.next()?.chars().next()?))
    })
}

/// Text in the WinAnsi encoding. Spaces of all kinds become spaces, signs that the fonts lack their nearest form,
/// what has none a question mark.
pub(super) fn encode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        match CODES.get(&character) {
            Some(code) => bytes.push(*code),
            None => match character {
                '\t' | '\n' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{ad}' => bytes.push(b' '),
                '→' => bytes.extend(b"->"),
                '‑' | '−' => bytes.push(b'-'),
                '✓' | '✗' | '○' => {}
                '≈' => bytes.push(b'~'),
                '≥' => bytes.extend(b">="),
                '≤' => bytes.extend(b"<="),
                '│' => bytes.push(b'|'),
                _ => bytes.push(b'?'),
            },
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_is_encoded_whole() {
        assert_eq!(encode("é€œ« ’…"), [0xE9, 0x80, 0x9C, 0xAB, b' ', 0x92, 0x85]);
        assert_eq!(encode("日"), b"?");
        assert_eq!(WIDTHS.len(), 216);
    }

    #[test]
    fn widths_are_those_of_the_fonts() {
        assert_eq!(Font::Regular.width(b"Ai"), 667 + 222);
        assert_eq!(Font::Bold.width(b"Ai"), 722 + 278);
        assert_eq!(Font::Mono.width(b"Ai"), 1200);
    }
}
