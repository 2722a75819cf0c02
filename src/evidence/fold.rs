//! Comparing names as people write them.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// White space folded: no blank at the ends, one between words.
pub fn spaces(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name for comparison: white space folded, upper case, no accent, one kind of apostrophe and hyphen.
pub fn name(text: &str) -> String {
    let plain: String = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| match c {
            '’' | '‘' | 'ʼ' | '`' | '´' => '\'',
            '‐' | '‑' | '–' | '—' => '-',
            other => other,
        })
        .collect();
    spaces(
        &plain
            .replace('œ', "oe")
            .replace('Œ', "OE")
            .replace('æ', "ae")
            .replace('Æ', "AE"),
    )
    .to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded() {
        assert_eq!(name("  Jean–Noël  d’Œuvre "), "JEAN-NOEL D'OEUVRE");
        assert_eq!(spaces(" a \n b "), "a b");
    }
}
