//! Regular expressions of XPath to those of the `regex` crate, which never backtracks: no pattern is catastrophic.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use ::regex::{Regex, RegexBuilder};

use super::error::{Result, XPathError};

/// Most patterns kept compiled.
const MOST: usize = 1024;
/// Largest compiled pattern, in bytes.
const LARGEST: usize = 4 << 20;

/// Compiled patterns of a program.
#[derive(Default)]
pub(super) struct Patterns(Mutex<HashMap<(String, String), Arc<Regex>>>);

impl Patterns {
    /// The compiled form of a pattern with the flags of `matches()`.
    pub(super) fn get(&self, pattern: &str, flags: &str) -> Result<Arc<Regex>> {
        let key = (pattern.to_owned(), flags.to_owned());
        // A panic elsewhere leaves the map as it was: reading on is safe.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(regex) = known.get(&key) {
            return Ok(Arc::clone(regex));
        }
        let regex = Arc::new(compile(pattern, flags)?);
        if known.len() < MOST {
            known.insert(key, Arc::clone(&regex));
        }
        Ok(regex)
    }
}

fn invalid(detail: impl Into<String>) -> XPathError {
    XPathError::new("FORX0002", detail)
}

/// Compiles a pattern.
pub(super) fn compile(pattern: &str, flags: &str) -> Result<Regex> {
    if let Some(wrong) = flags.chars().find(|flag| !matches!(flag, 's' | 'm' | 'i' | 'x')) {
        return Err(XPathError::new("FORX0001", format!("unknown flag '{wrong}'")));
    }
    let spaced;
    let pattern = if flags.contains('x') {
        spaced = without_spaces(pattern);
        &spaced
    } else {
        pattern
    };
    let translated = Translator::new(pattern, flags.contains('s')).translate()?;
    RegexBuilder::new(&translated)
        .multi_line(flags.contains('m'))
        .case_insensitive(flags.contains('i'))
        .size_limit(LARGEST)
        .dfa_size_limit(LARGEST)
        .nest_limit(100)
        .build()
        .map_err(|error| {
            let text = error.to_string();
            invalid(text.lines().last().unwrap_or_default().trim().to_owned())
        })
}

/// A pattern as the flag `x` reads it: white space outside character classes is not there.
fn without_spaces(pattern: &str) -> String {
    let mut kept = String::with_capacity(pattern.len());
    let mut classes = 0_u32;
    let mut escaped = false;
    for character in pattern.chars() {
        if classes == 0 && matches!(character, ' ' | '\t' | '\r' | '\n') {
            continue;
        }
        kept.push(character);
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => classes += 1,
            ']' => classes = classes.saturating_sub(1),
            _ => {}
        }
    }
    kept
}

const NAME_START: &str = r"A-Z_a-z:\xC0-\xD6\xD8-\xF6\xF8-\u{2FF}\u{370}-\u{37D}\u{37F}-\u{1FFF}\u{200C}-\u{200D}\u{2070}-\u{218F}\u{2C00}-\u{2FEF}\u{3001}-\u{D7FF}\u{F900}-\u{FDCF}\u{FDF0}-\u{FFFD}\u{10000}-\u{EFFFF}";
const NAME_MORE: &str = r"\-.0-9\xB7\u{300}-\u{36F}\u{203F}-\u{2040}";

struct Translator<'a> {
    characters: std::iter::Peekable<std::str::Chars<'a>>,
    /// The flag `s`: a dot is any character.
    dot_is_all: bool,
    output: String,
    groups: u32,
    depth: u32,
}

impl<'a> Translator<'a> {
    fn new(pattern: &'a str, dot_is_all: bool) -> Self {
        Self {
            characters: pattern.chars().peekable(),
            dot_is_all,
            output: String::with_capacity(pattern.len() + 16),
            groups: 0,
            depth: 0,
        }
    }

    fn translate(mut self) -> Result<String> {
        let mut atom = false;
        while let Some(character) = self.characters.next() {
            match character {
                '\\' => {
                    self.escape(false)?;
                    atom = true;
                }
                '[' => {
                    self.class()?;
                    atom = true;
                }
                '(' => {
                    if self.characters.peek() == Some(&'?') {
                        return Err(invalid("'(?' is not of XPath 2.0"));
                    }
                    self.groups += 1;
                    self.depth += 1;
                    self.output.push('(');
                    atom = false;
                }
                ')' => {
                    self.depth = self
                        .depth
                        .checked_sub(1)
                        .ok_or_else(|| invalid("')' without '('"))?;
                    self.output.push(')');
                    atom = true;
                }
                '*' | '+' | '?' => {
                    if !atom {
                        return Err(invalid(format!("nothing to repeat before '{character}'")));
                    }
                    self.output.push(character);
                    self.reluctant();
                    atom = false;
                }
                '{' => {
                    if !atom {
                        return Err(invalid("nothing to repeat before '{'"));
                    }
                    self.quantity()?;
                    self.reluctant();
                    atom = false;
                }
                ']' | '}' => return Err(invalid(format!("'{character}' must be escaped"))),
                '|' => {
                    self.output.push('|');
                    atom = false;
                }
                '^' | '$' => {
                    self.output.push(character);
                    atom = true;
                }
                '.' => {
                    self.output
                        .push_str(if self.dot_is_all { "(?s:.)" } else { r"[^\n\r]" });
                    atom = true;
                }
                other => {
                    self.literal(other);
                    atom = true;
                }
            }
        }
        Ok(self.output)
    }

    fn reluctant(&mut self) {
        if self.characters.peek() == Some(&'?') {
            self.characters.next();
            self.output.push('?');
        }
    }

    fn literal(&mut self, character: char) {
        let mut buffer = [0; 4];
        self.output
            .push_str(&::regex::escape(character.encode_utf8(&mut buffer)));
    }

    /// `{n}`, `{n,}`, `{n,m}`.
    fn quantity(&mut self) -> Result<()> {
        let mut text = String::new();
        loop {
            match self.characters.next() {
                Some('}') => break,
                Some(character) if character.is_ascii_digit() || character == ',' => text.push(character),
                _ => return Err(invalid("a quantity must be {n}, {n,} or {n,m}")),
            }
        }
        let (least, most) = text
            .split_once(',')
            .map_or((text.as_str(), None), |(least, most)| (least, Some(most)));
        let number = |digits: &str| {
            digits
                .parse::<u32>()
                .map_err(|_| invalid("a quantity must be a number"))
        };
        let from = number(least)?;
        if let Some(most) = most
            && !most.is_empty()
            && number(most)? < from
        {
            return Err(invalid("a quantity whose greatest number is below its least"));
        }
        let _ = write!(self.output, "{{{text}}}");
        Ok(())
    }

    /// After a backslash; inside a class the text is written without brackets.
    fn escape(&mut self, in_class: bool) -> Result<()> {
        let Some(character) = self.characters.next() else {
            return Err(invalid("a lone backslash at the end"));
        };
        let set = |negated: bool, content: &str| {
            if in_class && !negated {
                content.to_owned()
            } else {
                format!("[{}{content}]", if negated { "^" } else { "" })
            }
        };
        let text = match character {
            'n' => r"\n".to_owned(),
            'r' => r"\r".to_owned(),
            't' => r"\t".to_owned(),
            's' => set(false, r"\t\n\r "),
            'S' => set(true, r"\t\n\r "),
            'd' => r"\p{Nd}".to_owned(),
            'D' => r"\P{Nd}".to_owned(),
            'w' => set(true, r"\p{P}\p{Z}\p{C}"),
            'W' => set(false, r"\p{P}\p{Z}\p{C}"),
            'i' => set(false, NAME_START),
            'I' => set(true, NAME_START),
            'c' => set(false, &format!("{NAME_START}{NAME_MORE}")),
            'C' => set(true, &format!("{NAME_START}{NAME_MORE}")),
            'p' | 'P' => self.category(character == 'P', in_class)?,
            '\\' | '|' | '.' | '?' | '*' | '+' | '(' | ')' | '{' | '}' | '-' | '[' | ']' | '^' | '$' => {
                format!("\\{character}")
            }
            digit if digit.is_ascii_digit() && !in_class => {
                return Err(invalid(format!(
                    "the back-reference '\\{digit}' is not supported"
                )));
            }
            other => return Err(invalid(format!("unknown escape '\\{other}'"))),
        };
        self.output.push_str(&text);
        Ok(())
    }

    /// `\p{L}`, `\p{IsGreek}`.
    fn category(&mut self, negated: bool, in_class: bool) -> Result<String> {
        let mut name = String::new();
        if self.characters.next() != Some('{') {
            return Err(invalid("a category must be in braces"));
        }
        loop {
            match self.characters.next() {
                Some('}') => break,
                Some(character) => name.push(character),
                None => return Err(invalid("a category must be in braces")),
            }
        }
        let sign = if negated { 'P' } else { 'p' };
        if let Some(block) = name.strip_prefix("Is") {
            let (_, first, last) = BLOCKS
                .iter()
                .find(|(known, ..)| *known == block)
                .ok_or_else(|| invalid(format!("unknown block '{block}'")))?;
            let caret = if negated { "^" } else { "" };
            return Ok(format!("[{caret}\\u{{{first:X}}}-\\u{{{last:X}}}]"));
        }
        let known = matches!(
            name.as_str(),
            "L" | "Lu"
                | "Ll"
                | "Lt"
                | "Lm"
                | "Lo"
                | "M"
                | "Mn"
                | "Mc"
                | "Me"
                | "N"
                | "Nd"
                | "Nl"
                | "No"
                | "P"
                | "Pc"
                | "Pd"
                | "Ps"
                | "Pe"
                | "Pi"
                | "Pf"
                | "Po"
                | "Z"
                | "Zs"
                | "Zl"
                | "Zp"
                | "S"
                | "Sm"
                | "Sc"
                | "Sk"
                | "So"
                | "C"
                | "Cc"
                | "Cf"
                | "Co"
                | "Cn"
        );
        if known {
            // The flag `i` is about characters, not about categories.
            Ok(if in_class {
                format!("\\{sign}{{{name}}}")
            } else {
                format!("(?-i:\\{sign}{{{name}}})")
            })
        } else {
            Err(invalid(format!("unknown category '{name}'")))
        }
    }

    /// A character class, its subtraction included.
    fn class(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > 50 {
            return Err(invalid("classes nested too deeply"));
        }
        self.output.push('[');
        if self.characters.peek() == Some(&'^') {
            self.characters.next();
            self.output.push('^');
        }
        let mut first = true;
        // The last single character, which a following '-' makes the start of a range.
        let mut can_range = false;
        loop {
            let Some(character) = self.characters.next() else {
                return Err(invalid("a class without ']'"));
            };
            match character {
                ']' if first => return Err(invalid("an empty class")),
                ']' => break,
                '[' => return Err(invalid("'[' must be escaped in a class")),
                '\\' => {
                    let kind = self.characters.peek().copied();
                    self.escape(true)?;
                    can_range = !matches!(
                        kind,
                        Some('s' | 'S' | 'd' | 'D' | 'w' | 'W' | 'i' | 'I' | 'c' | 'C' | 'p' | 'P')
                    );
                }
                '-' => match self.characters.peek() {
                    Some('[') if !first => {
                        self.characters.next();
                        self.output.push_str("--");
                        self.class()?;
                        if self.characters.next() != Some(']') {
                            return Err(invalid("a subtraction must end its class"));
                        }
                        break;
                    }
                    Some(']') => self.output.push_str("\\-"),
                    _ if can_range => {
                        self.output.push('-');
                        self.range_end()?;
                        can_range = false;
                    }
                    _ => self.output.push_str("\\-"),
                },
                other => {
                    self.class_literal(other);
                    can_range = true;
                }
            }
            first = false;
        }
        self.output.push(']');
        self.depth -= 1;
        Ok(())
    }

    fn range_end(&mut self) -> Result<()> {
        match self.characters.next() {
            Some('\\') => self.escape(true),
            Some(']' | '[') | None => Err(invalid("a range without end")),
            Some(character) => {
                self.class_literal(character);
                Ok(())
            }
        }
    }

    fn class_literal(&mut self, character: char) {
        if character.is_ascii_punctuation() {
            self.output.push('\\');
        }
        self.output.push(character);
    }
}

/// Unicode blocks by their names without spaces, first and last character.
const BLOCKS: &[(&str, u32, u32)] = &[
    ("BasicLatin", 0x0, 0x7F),
    ("Latin-1Supplement", 0x80, 0xFF),
    ("LatinExtended-A", 0x100, 0x17F),
    ("LatinExtended-B", 0x180, 0x24F),
    ("IPAExtensions", 0x250, 0x2AF),
    ("SpacingModifierLetters", 0x2B0, 0x2FF),
    ("CombiningDiacriticalMarks", 0x300, 0x36F),
    ("Greek", 0x370, 0x3FF),
    ("GreekandCoptic", 0x370, 0x3FF),
    ("Cyrillic", 0x400, 0x4FF),
    ("Armenian", 0x530, 0x58F),
    ("Hebrew", 0x590, 0x5FF),
    ("Arabic", 0x600, 0x6FF),
    ("Devanagari", 0x900, 0x97F),
    ("Thai", 0xE00, 0xE7F),
    ("LatinExtendedAdditional", 0x1E00, 0x1EFF),
    ("GreekExtended", 0x1F00, 0x1FFF),
    ("GeneralPunctuation", 0x2000, 0x206F),
    ("SuperscriptsandSubscripts", 0x2070, 0x209F),
    ("CurrencySymbols", 0x20A0, 0x20CF),
    ("LetterlikeSymbols", 0x2100, 0x214F),
    ("NumberForms", 0x2150, 0x218F),
    ("Arrows", 0x2190, 0x21FF),
    ("MathematicalOperators", 0x2200, 0x22FF),
    ("BoxDrawing", 0x2500, 0x257F),
    ("GeometricShapes", 0x25A0, 0x25FF),
    ("MiscellaneousSymbols", 0x2600, 0x26FF),
    ("Dingbats", 0x2700, 0x27BF),
    ("CJKSymbolsandPunctuation", 0x3000, 0x303F),
    ("Hiragana", 0x3040, 0x309F),
    ("Katakana", 0x30A0, 0x30FF),
    ("CJKUnifiedIdeographs", 0x4E00, 0x9FFF),
    ("HangulSyllables", 0xAC00, 0xD7A3),
    ("PrivateUse", 0xE000, 0xF8FF),
    ("Specials", 0xFFF0, 0xFFFD),
];
