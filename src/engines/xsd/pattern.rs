//! Regular expressions of XML Schema (part 2, appendix F) turned into the syntax of the `regex` crate, which runs in
//! time linear in the text whatever the pattern.

use std::fmt::Write as _;

use regex::{Regex, RegexBuilder};

/// Largest compiled pattern, in bytes.
const SIZE_LIMIT: usize = 4 << 20;

const NAME_START: &str = r":A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}-\x{200D}\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}";
const NAME_MORE: &str = r"\-.0-9\x{B7}\x{300}-\x{36F}\x{203F}-\x{2040}";

/// Blocks of Unicode that patterns name most (`\p{IsBasicLatin}`): first and last character, in hexadecimal.
const BLOCKS: [(&str, &str); 8] = [
    ("BasicLatin", r"\x{0}-\x{7F}"),
    ("Latin-1Supplement", r"\x{80}-\x{FF}"),
    ("LatinExtended-A", r"\x{100}-\x{17F}"),
    ("LatinExtended-B", r"\x{180}-\x{24F}"),
    ("CombiningDiacriticalMarks", r"\x{300}-\x{36F}"),
    ("GeneralPunctuation", r"\x{2000}-\x{206F}"),
    ("CurrencySymbols", r"\x{20A0}-\x{20CF}"),
    ("LetterlikeSymbols", r"\x{2100}-\x{214F}"),
];

/// Compiles a pattern; a value must match it from end to end.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    let mut translator = Translator {
        chars: pattern.chars().peekable(),
        out: String::with_capacity(pattern.len() + 8),
    };
    translator.out.push_str("^(?:");
    translator.expression()?;
    translator.out.push_str(")$");
    RegexBuilder::new(&translator.out)
        .size_limit(SIZE_LIMIT)
        .build()
        .map_err(|error| error.to_string())
}

struct Translator<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    out: String,
}

impl Translator<'_> {
    fn expression(&mut self) -> Result<(), String> {
        while let Some(character) = self.chars.next() {
            match character {
                '\\' => self.escape(false)?,
                '[' => self.class(0)?,
                '.' => self.out.push_str(r"[^\n\r]"),
                // Not special in XML Schema, special in the crate.
                '^' | '$' => {
                    self.out.push('\\');
                    self.out.push(character);
                }
                '{' => self.quantity()?,
                '(' => {
                    if self.chars.peek() == Some(&'?') {
                        return Err("'?' after '('".to_owned());
                    }
                    self.out.push_str("(?:");
                }
                // A second quantifier (`a*?`) means laziness in the crate; it is an error here.
                '*' | '+' | '?' => {
                    self.out.push(character);
                    if matches!(self.chars.peek(), Some('*' | '+' | '?' | '{')) {
                        return Err("two quantifiers in a row".to_owned());
                    }
                }
                ')' | '|' => self.out.push(character),
                ']' | '}' => return Err(format!("'{character}' alone")),
                other => self.literal(other),
            }
        }
        Ok(())
    }

    fn literal(&mut self, character: char) {
        let mut buffer = [0_u8; 4];
        self.out
            .push_str(&regex::escape(character.encode_utf8(&mut buffer)));
    }

    fn quantity(&mut self) -> Result<(), String> {
        let mut text = String::new();
        for character in self.chars.by_ref() {
            if character == '}' {
                let (low, high) = text.split_once(',').unwrap_or((&text, "0"));
                let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
                if !number(low) || !(high.is_empty() || number(high)) {
                    return Err(format!("quantity '{{{text}}}'"));
                }
                let _ = write!(self.out, "{{{text}}}");
                if matches!(self.chars.peek(), Some('*' | '+' | '?' | '{')) {
                    return Err("two quantifiers in a row".to_owned());
                }
                return Ok(());
            }
            text.push(character);
        }
        Err("'{' without '}'".to_owned())
    }

    /// An escape, outside or inside a class (where the brackets are already written).
    fn escape(&mut self, in_class: bool) -> Result<(), String> {
        let character = self.chars.next().ok_or("'\\' at the end")?;
        let set = |inside: String, negative: bool| {
            // Nested classes are allowed in the crate: `[a[^b]]`.
            format!("[{}{inside}]", if negative { "^" } else { "" })
        };
        let text = match character {
            'n' => r"\n".to_owned(),
            'r' => r"\r".to_owned(),
            't' => r"\t".to_owned(),
            's' => set(r" \t\n\r".to_owned(), false),
            'S' => set(r" \t\n\r".to_owned(), true),
            'i' => set(NAME_START.to_owned(), false),
            'I' => set(NAME_START.to_owned(), true),
            'c' => set(format!("{NAME_START}{NAME_MORE}"), false),
            'C' => set(format!("{NAME_START}{NAME_MORE}"), true),
            'd' => r"\p{Nd}".to_owned(),
            'D' => r"\P{Nd}".to_owned(),
            'w' => set(r"\p{P}\p{Z}\p{C}".to_owned(), true),
            'W' => set(r"\p{P}\p{Z}\p{C}".to_owned(), false),
            'p' | 'P' => self.category(character == 'P')?,
            '\\' | '|' | '.' | '-' | '^' | '?' | '*' | '+' | '{' | '}' | '(' | ')' | '[' | ']' => {
                format!("\\{character}")
            }
            // Outside the specification, but written in published schemas; Xerces and libxml2 read it as itself.
            '/' | '"' | '\'' | ':' | ',' | '_' | '$' | '&' | '#' | '@' | '%' | '~' | '!' | '=' | '<'
            | '>' | ';' => regex::escape(&character.to_string()),
            other => return Err(format!("escape '\\{other}'")),
        };
        let _ = in_class;
        self.out.push_str(&text);
        Ok(())
    }

    fn category(&mut self, negative: bool) -> Result<String, String> {
        if self.chars.next() != Some('{') {
            return Err("'\\p' without '{'".to_owned());
        }
        let name: String = self
            .chars
            .by_ref()
            .take_while(|&character| character != '}')
            .collect();
        if let Some(block) = name.strip_prefix("Is") {
            return BLOCKS
                .iter()
                .find(|(known, _)| *known == block)
                .map(|(_, range)| format!("[{}{range}]", if negative { "^" } else { "" }))
                .ok_or_else(|| format!("Unicode block '{block}' is not known"));
        }
        if name.is_empty() || name.len() > 2 || !name.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(format!("Unicode category '{name}'"));
        }
        Ok(format!("\\{}{{{name}}}", if negative { 'P' } else { 'p' }))
    }

    /// A class, its opening bracket already read. `depth` counts the subtractions it stands in.
    fn class(&mut self, depth: u32) -> Result<(), String> {
        if depth > 16 {
            return Err("classes nested too deeply".to_owned());
        }
        self.out.push('[');
        if self.chars.peek() == Some(&'^') {
            self.chars.next();
            self.out.push('^');
        }
        let mut first = true;
        while let Some(character) = self.chars.next() {
            match character {
                ']' if !first => {
                    self.out.push(']');
                    return Ok(());
                }
                '\\' => self.escape(true)?,
                '[' => return Err("'[' in a class".to_owned()),
                '-' if self.chars.peek() == Some(&'[') && !first => {
                    // Subtraction: `[a-z-[aeiou]]`.
                    self.chars.next();
                    self.out.push_str("--");
                    self.class(depth + 1)?;
                    if self.chars.next() != Some(']') {
                        return Err("text after a subtraction".to_owned());
                    }
                    self.out.push(']');
                    return Ok(());
                }
                // A dash that opens or ends the class is a character.
                '-' if first || self.chars.peek() == Some(&']') => self.out.push_str("\\-"),
                '-' => self.out.push('-'),
                '&' | '~' | '^' => {
                    self.out.push('\\');
                    self.out.push(character);
                }
                other => self.literal(other),
            }
            first = false;
        }
        Err("'[' without ']'".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        compile(pattern).unwrap().is_match(text)
    }

    #[test]
    fn a_value_matches_from_end_to_end() {
        assert!(matches("[0-9]{1,8}|a", "12345678"));
        assert!(!matches("[0-9]{1,8}|a", "123456789"));
        assert!(!matches("a|b", "ab"));
        assert!(matches("", ""));
        assert!(matches("a$^", "a$^"));
    }

    #[test]
    fn classes_and_escapes() {
        assert!(matches(r"[a-z-[aeiou]]+", "xyz") && !matches(r"[a-z-[aeiou]]+", "xyza"));
        assert!(matches(r"[^\s]+", "a.b") && !matches(r"[^\s]+", "a b"));
        assert!(matches(r"\i\c*", "a-b.c:d") && !matches(r"\i\c*", "1a"));
        assert!(matches(r"[+\-][0-9]", "-1") && matches(r"[-+]", "-") && matches(r"[+-]", "-"));
        assert!(matches(r"\w+", "été1") && !matches(r"\w+", "a_b c"));
        assert!(matches(r"\p{Lu}\P{Lu}", "Aa") && !matches(r"\p{Lu}\P{Lu}", "AA"));
        assert!(matches(r"\p{IsBasicLatin}+", "abc") && !matches(r"\p{IsBasicLatin}+", "é"));
        assert!(matches(".", "é") && !matches(".", "\n"));
        assert!(matches("[&&a]", "&") && matches("[a~]", "~"));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for bad in [
            "(",
            "[a",
            "a**",
            "a{x}",
            r"\",
            r"\q",
            "(?i)a",
            "]",
            r"\p{IsKlingon}",
            "a{2",
        ] {
            assert!(compile(bad).is_err(), "{bad}");
        }
        assert!(compile("((a{1000}){1000}){1000}").is_err(), "bounded by size");
    }
}
