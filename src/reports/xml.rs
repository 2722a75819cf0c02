//! Escaping for XML and HTML.

use std::fmt::{self, Display, Write as _};

/// Text with the characters of markup escaped, fit for element content and for attributes in double quotes.
/// Characters that XML 1.0 forbids become U+FFFD: evidence may hold any byte.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\t' | '\n' => f.write_char(character)?,
                // A bare carriage return would be normalised away by the reader.
                '\r' => f.write_str("&#13;")?,
                // The second line: characters that reorder text could make a report say what the file does not.
                '\u{0}'..='\u{1f}'
                | '\u{7f}'..='\u{9f}'
                | '\u{fffe}'
                | '\u{ffff}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}' => {
                    f.write_char(char::REPLACEMENT_CHARACTER)?;
                }
                _ => f.write_char(character)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_forbidden_characters_are_escaped() {
        assert_eq!(
            Escaped("<a b=\"c\">&'\u{1}\u{1b}\r\n\u{202e}é").to_string(),
            "&lt;a b=&quot;c&quot;&gt;&amp;&#39;\u{fffd}\u{fffd}&#13;\n\u{fffd}é"
        );
    }
}
