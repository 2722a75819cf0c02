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

/// Words for comparing headers and labels: lower case, no accent, anything but letters and digits is one blank.
pub fn words(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for character in text.nfkd().filter(|&c| !is_combining_mark(c)) {
        if character.is_alphanumeric() {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            folded.extend(character.to_lowercase());
        } else {
            gap = true;
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded() {
        assert_eq!(name("  Jean–Noël  d’Œuvre "), "JEAN-NOEL D'OEUVRE");
        assert_eq!(spaces(" a \n b "), "a b");
    }

    #[test]
    fn words_are_folded() {
        assert_eq!(words("N° FINESS (géographique)"), "n finess geographique");
        assert_eq!(words(" Réussite\u{a0}/ échec "), "reussite echec");
        assert_eq!(words("typeCode"), "typecode");
    }
}
