//! The line of the evidence with a caret under the column.

/// A snippet ready to print: the line number in a gutter, the text, and a caret when the column shows in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Snippet {
    /// The text, on one line, without control characters, cut around the column when it is too wide.
    pub(super) text: String,
    /// Characters before the caret; none when the column is unknown or was cut off.
    pub(super) caret: Option<usize>,
}

impl Snippet {
    /// Makes a snippet of at most `width` characters. `column` counts characters from 1.
    pub(super) fn new(line: &str, column: Option<u32>, width: usize) -> Self {
        let characters: Vec<char> = line
            .chars()
            .map(|character| match character {
                '\t' => ' ',
                other => printable(other),
            })
            .collect();
        let column = column
            .and_then(|column| usize::try_from(column).ok())
            .and_then(|column| column.checked_sub(1))
            // One past the end is where something is missing.
            .filter(|column| *column <= characters.len());
        if characters.len() <= width {
            return Self {
                text: characters.into_iter().collect(),
                caret: column,
            };
        }
        // A third of the window before the fault, the rest after it.
        let start = column
            .unwrap_or(0)
            .saturating_sub(width / 3)
            .min(characters.len().saturating_sub(width));
        let end = (start + width).min(characters.len());
        let mut text: String = characters.iter().skip(start).take(end - start).collect();
        let mut caret = column.map(|column| column - start);
        if start > 0 {
            text.insert(0, '…');
            caret = caret.map(|caret| caret + 1);
        }
        if end < characters.len() {
            text.push('…');
        }
        Self { text, caret }
    }
}

/// A character that cannot move the cursor or reorder the line: control characters are shown as pictures.
pub(super) fn printable(character: char) -> char {
    match character {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        other => other,
    }
}

/// Words on one line, without control characters: what evidence says must not drive a terminal.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .map(printable)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_column() {
        let snippet = Snippet::new("\t<id/>\u{1b}[2J", Some(2), 80);
        assert_eq!(snippet.text, " <id/>␛[2J");
        assert_eq!(snippet.caret, Some(1));
    }

    #[test]
    fn a_wide_line_is_cut_around_the_column() {
        let line: String = (0..200).map(|i| char::from(b'a' + (i % 26) as u8)).collect();
        let snippet = Snippet::new(&line, Some(101), 30);
        let caret = snippet.caret.unwrap();
        assert_eq!(snippet.text.chars().nth(caret), line.chars().nth(100));
        assert_eq!(snippet.text.chars().count(), 32);
        assert!(snippet.text.starts_with('…') && snippet.text.ends_with('…'));
    }

    #[test]
    fn a_column_beyond_the_line_has_no_caret() {
        assert_eq!(Snippet::new("abc", Some(4), 30).caret, Some(3));
        assert_eq!(Snippet::new("abc", Some(5), 30).caret, None);
        assert_eq!(Snippet::new("abc", Some(0), 30).caret, None);
        assert_eq!(Snippet::new("abc", None, 30).caret, None);
    }
}
