//! Comparing words that people type: headers, profile names, identifiers.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Folds a label for comparison: NFKD without accents, lower case, typographic apostrophes and dashes made plain,
/// blanks and line breaks collapsed, trailing `:`, `)` and `.` removed.
pub fn fold(label: &str) -> String {
    let mut out = String::with_capacity(label.len());
    let mut blank = false;
    // NFKD also turns NBSP into a space, « œ » stays: REM headers have none.
    for character in label.nfkd() {
        if is_combining_mark(character) {
            continue;
        }
        if character.is_whitespace() || character == '\u{feff}' || character == '\u{200b}' {
            blank = !out.is_empty();
            continue;
        }
        if blank {
            out.push(' ');
            blank = false;
        }
        match character {
            '’' | '‘' | 'ʼ' | '`' => out.push('\''),
            '‐' | '‑' | '–' | '—' => out.push('-'),
            // NFKD leaves the degree sign, and turns « º » into « o ».
            '°' => out.push('o'),
            other => out.extend(other.to_lowercase()),
        }
    }
    while out.ends_with([':', ')', '.', ' ']) {
        out.pop();
    }
    out
}

/// Trims what spreadsheets leave around an identifier: blanks, NBSP, zero-width marks, the leading apostrophe that
/// marks a text cell.
pub(super) fn identifier(written: &str) -> &str {
    written
        .trim_matches(|character: char| {
            character.is_whitespace()
                || matches!(character, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}')
        })
        .trim_start_matches('\'')
}

#[cfg(test)]
mod tests {
    use super::{fold, identifier};

    #[test]
    fn labels_fold_to_the_same_word() {
        for (left, right) in [
            ("N°\u{a0}exigence ", "n° EXIGENCE"),
            ("Énoncé de l’exigence\n(DOIT)", "enonce de l'exigence (doit"),
            (" Nature de l'exigence)", "Nature de l’exigence"),
            ("Nº scénario", "N° scenario"),
        ] {
            assert_eq!(fold(left), fold(right), "{left:?} / {right:?}");
        }
        assert_ne!(fold("Preuve 1"), fold("Preuve 2"));
    }

    #[test]
    fn identifiers_lose_their_blanks_only() {
        assert_eq!(identifier("\u{a0}DMP/HISTO.07 "), "DMP/HISTO.07");
        assert_eq!(identifier("'01.02"), "01.02");
        assert_eq!(identifier(" \u{a0} "), "");
    }
}
