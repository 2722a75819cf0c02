//! Expression text to tokens. Whether a name is a keyword or `*` an operator is for the parser, which knows where it is.

use super::error::{Result, XPathError};

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// `local` or `prefix:local`.
    Name(Option<String>, String),
    /// `prefix:*`.
    AnyLocal(String),
    /// `*:local`.
    AnyPrefix(String),
    /// A string literal, its doubled quotes undone.
    String(String),
    /// Digits only.
    Integer(String),
    /// Digits and a point.
    Decimal(String),
    /// With an exponent.
    Double(String),
    /// Anything else, as written: `(`, `//`, `<<`, `!=`, `$`...
    Symbol(&'static str),
    /// After the last token.
    End,
}

/// A token and the byte offset where it starts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spanned {
    pub(super) token: Token,
    pub(super) offset: usize,
}

/// Symbols, longest first.
const SYMBOLS: [&str; 28] = [
    "//", "::", "..", "!=", "<=", ">=", "<<", ">>", "(", ")", "[", "]", ",", "|", "+", "-", "*", "=", "<",
    ">", "/", "@", ".", "$", "?", "{", "}", ":",
];

/// Longest expression accepted, in bytes.
const LONGEST: usize = 1 << 20;

/// Splits an expression into tokens, comments left out.
pub(super) fn tokens(text: &str) -> Result<Vec<Spanned>> {
    if text.len() > LONGEST {
        return Err(XPathError::syntax(
            format!("expression longer than {LONGEST} bytes"),
            0,
        ));
    }
    let mut lexer = Lexer { text, at: 0 };
    let mut found = Vec::new();
    loop {
        lexer.skip_space()?;
        let offset = lexer.at;
        let token = lexer.token()?;
        let end = token == Token::End;
        found.push(Spanned { token, offset });
        if end {
            return Ok(found);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn fail<T>(&self, detail: &str) -> Result<T> {
        Err(XPathError::syntax(detail, self.at))
    }

    /// Skips white space and comments, which nest.
    fn skip_space(&mut self) -> Result<()> {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with("(:") {
                return Ok(());
            }
            let mut depth = 0_u32;
            loop {
                let rest = self.rest();
                if rest.starts_with("(:") {
                    depth += 1;
                    self.at += 2;
                } else if rest.starts_with(":)") {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        break;
                    }
                } else if let Some(character) = rest.chars().next() {
                    self.at += character.len_utf8();
                } else {
                    return self.fail("comment without end");
                }
            }
        }
    }

    fn token(&mut self) -> Result<Token> {
        let rest = self.rest();
        let mut characters = rest.chars();
        let Some(first) = characters.next() else {
            return Ok(Token::End);
        };
        let second = characters.next();
        if first == '"' || first == '\'' {
            return self.string(first);
        }
        if first.is_ascii_digit() || (first == '.' && second.is_some_and(|next| next.is_ascii_digit())) {
            return self.number();
        }
        if is_name_start(first) {
            return Ok(self.name());
        }
        if first == '*' && second == Some(':') {
            let after = rest.get(2..).unwrap_or_default();
            let local = name_prefix(after);
            if !local.is_empty() {
                self.at += 2 + local.len();
                return Ok(Token::AnyPrefix(local.to_owned()));
            }
        }
        match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            Some(symbol) => {
                self.at += symbol.len();
                Ok(Token::Symbol(symbol))
            }
            None => self.fail(&format!("unexpected character '{first}'")),
        }
    }

    fn string(&mut self, quote: char) -> Result<Token> {
        let start = self.at;
        self.at += 1;
        let mut value = String::new();
        loop {
            let rest = self.rest();
            let Some(length) = rest.find(quote) else {
                self.at = start;
                return self.fail("string without end");
            };
            value.push_str(rest.get(..length).unwrap_or_default());
            self.at += length + 1;
            if !self.rest().starts_with(quote) {
                return Ok(Token::String(value));
            }
            value.push(quote);
            self.at += 1;
        }
    }

    fn digits(&mut self) {
        let rest = self.rest();
        self.at += rest.len()
            - rest
                .trim_start_matches(|character: char| character.is_ascii_digit())
                .len();
    }

    fn number(&mut self) -> Result<Token> {
        let start = self.at;
        self.digits();
        let mut decimal = false;
        if self.rest().starts_with('.') && !self.rest().starts_with("..") {
            decimal = true;
            self.at += 1;
            self.digits();
        }
        let mut double = false;
        if self.rest().starts_with(['e', 'E']) {
            double = true;
            self.at += 1;
            if self.rest().starts_with(['+', '-']) {
                self.at += 1;
            }
            let before = self.at;
            self.digits();
            if self.at == before {
                return self.fail("number without exponent");
            }
        }
        if self.rest().starts_with(is_name_start) {
            return self.fail("a number must be separated from the name after it");
        }
        let written = self.text.get(start..self.at).unwrap_or_default().to_owned();
        Ok(match (double, decimal) {
            (true, _) => Token::Double(written),
            (false, true) => Token::Decimal(written),
            (false, false) => Token::Integer(written),
        })
    }

    fn name(&mut self) -> Token {
        let first = name_prefix(self.rest()).to_owned();
        self.at += first.len();
        let rest = self.rest();
        // `a:b` and `a:*` are one token; `a::b` is an axis.
        if let Some(after) = rest.strip_prefix(':')
            && !after.starts_with(':')
        {
            let local = name_prefix(after);
            if !local.is_empty() {
                self.at += 1 + local.len();
                return Token::Name(Some(first), local.to_owned());
            }
            if after.starts_with('*') {
                self.at += 2;
                return Token::AnyLocal(first);
            }
        }
        Token::Name(None, first)
    }
}

/// Whether a character may start an XML name without colon.
pub(super) fn is_name_start(character: char) -> bool {
    matches!(character,
        'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

/// Whether a character may stand in an XML name without colon.
pub(super) fn is_name_character(character: char) -> bool {
    is_name_start(character)
        || matches!(character, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// The name without colon at the start of a text, empty when there is none.
fn name_prefix(text: &str) -> &str {
    if !text.starts_with(is_name_start) {
        return "";
    }
    let end = text
        .find(|character| !is_name_character(character))
        .unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Whether a text is an XML name without colon.
pub(super) fn is_ncname(text: &str) -> bool {
    !text.is_empty() && name_prefix(text) == text
}
