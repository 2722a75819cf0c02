//! Comparing words that people type: headers, profile names, identifiers.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Folds a label for comparison: NFKD without accents, lower case, typographic apostrophes and dashes made plain,
/// blanks and line breaks collapsed, trailing `:`, `)` and `.` removed.
pub fn fold(label: &str) -> String {
    let mut folding = Folding {
        out: String::with_capacity(label.len()),
        blank: false,
    };
    for character in label.chars() {
        if character.is_ascii() {
            folding.push(character);
        } else {
            // NFKD also turns NBSP into a space, « œ » stays: REM headers have none. The order of the marks of a letter
            // does not matter, since all are dropped.
            decompose_compatible(character, |part| folding.push(part));
        }
    }
    let mut out = folding.out;
    while out.ends_with([':', ')', '.', ' ']) {
        out.pop();
    }
    out
}

struct Folding {
    out: String,
    /// A blank is due before the next character.
    blank: bool,
}

impl Folding {
    fn push(&mut self, character: char) {
        if character.is_whitespace() || matches!(character, '\u{feff}' | '\u{200b}') {
            self.blank = !self.out.is_empty();
            return;
        }
        if !character.is_ascii() && is_combining_mark(character) {
            return;
        }
        if std::mem::take(&mut self.blank) {
            self.out.push(' ');
        }
        match character {
            '’' | '‘' | 'ʼ' | '`' => self.out.push('\''),
            '‐' | '‑' | '–' | '—' => self.out.push('-'),
            // NFKD leaves the degree sign, and turns « º » into « o ».
            '°' => self.out.push('o'),
            ascii if ascii.is_ascii() => self.out.push(ascii.to_ascii_lowercase()),
            other => self.out.extend(other.to_lowercase()),
        }
    }
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
