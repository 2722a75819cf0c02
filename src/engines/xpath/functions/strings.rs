//! Strings, regular expressions, addresses.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization as _;

use super::super::error::{Result, XPathError};
use super::super::evaluate::{Evaluator, Flow, Focus, Sink};
use super::super::expr::Expr;
use super::super::value::{Atomic, Item};
use super::Function;
use super::arguments::as_string;

#[expect(
    clippy::unnecessary_wraps,
    reason = "what the functions of strings give: perhaps a value"
)]
fn text<'a>(text: impl Into<Cow<'a, str>>) -> Option<Atomic<'a>> {
    Some(Atomic::String(text.into()))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "what the functions of strings give: perhaps a value"
)]
fn boolean<'a>(value: bool) -> Option<Atomic<'a>> {
    Some(Atomic::Boolean(value))
}

/// A part of a text, borrowed when the text is.
fn part<'a>(whole: &Cow<'a, str>, range: std::ops::Range<usize>) -> Cow<'a, str> {
    match whole {
        Cow::Borrowed(whole) => Cow::Borrowed(whole.get(range).unwrap_or_default()),
        Cow::Owned(whole) => Cow::Owned(whole.get(range).unwrap_or_default().to_owned()),
    }
}

/// White space of XML.
pub(super) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

/// `normalize-space()`: borrowed when nothing changes.
fn normalize_space(value: Cow<'_, str>) -> Cow<'_, str> {
    let mut previous = true;
    let clean = value.chars().all(|character| {
        let space = is_space(character);
        let good = !space || (character == ' ' && !previous);
        previous = space;
        good
    });
    if clean && (value.is_empty() || !previous) {
        return value;
    }
    let trimmed = value.trim_matches(is_space);
    if let Cow::Borrowed(whole) = &value {
        let inner = whole.trim_matches(is_space);
        if !inner.contains(['\t', '\r', '\n']) && !inner.contains("  ") {
            return Cow::Borrowed(inner);
        }
    }
    let mut normal = String::with_capacity(trimmed.len());
    for word in trimmed.split(is_space).filter(|word| !word.is_empty()) {
        if !normal.is_empty() {
            normal.push(' ');
        }
        normal.push_str(word);
    }
    Cow::Owned(normal)
}

/// Writes every character that `keep` refuses as `%XX` of its UTF-8.
fn escape(value: &str, keep: impl Fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        if keep(character) {
            escaped.push(character);
        } else {
            let mut buffer = [0; 4];
            for byte in character.encode_utf8(&mut buffer).bytes() {
                let _ = write!(escaped, "%{byte:02X}");
            }
        }
    }
    escaped
}

impl<'a> Evaluator<'a> {
    /// The context item as a string, or the first argument.
    pub(in crate::engines::xpath) fn own_or_first(
        &self,
        arguments: &'a [Expr],
        focus: &Focus<'a>,
    ) -> Result<Cow<'a, str>> {
        match arguments.first() {
            Some(first) => self.string(first, focus),
            None => self.context_item(focus).map(|item| self.item_text(item)),
        }
    }

    /// Functions of this family that give at most one value.
    pub(super) fn string_function(
        &self,
        function: Function,
        arguments: &'a [Expr],
        focus: &Focus<'a>,
    ) -> Result<Option<Atomic<'a>>> {
        use Function as F;
        let two = || -> Result<(Cow<'a, str>, Cow<'a, str>)> {
            let [first, second, ..] = arguments else {
                return Ok(Default::default());
            };
            Ok((self.string(first, focus)?, self.string(second, focus)?))
        };
        Ok(match function {
            F::Contains | F::StartsWith | F::EndsWith | F::SubstringBefore | F::SubstringAfter => {
                let (whole, sought) = two()?;
                self.collation(arguments.get(2), focus)?;
                match function {
                    F::Contains => boolean(whole.contains(&*sought)),
                    F::StartsWith => boolean(whole.starts_with(&*sought)),
                    F::EndsWith => boolean(whole.ends_with(&*sought)),
                    F::SubstringBefore => text(
                        whole
                            .find(&*sought)
                            .map_or(Cow::Borrowed(""), |at| part(&whole, 0..at)),
                    ),
                    _ => text(whole.find(&*sought).map_or(Cow::Borrowed(""), |at| {
                        part(&whole, at + sought.len()..whole.len())
                    })),
                }
            }
            F::String => match arguments.first() {
                Some(first) => {
                    let sequence = self.sequence(first, focus)?;
                    match (sequence.len(), sequence.get(0)) {
                        (0, _) => text(""),
                        (1, Some(item)) => text(self.item_text(&item)),
                        _ => {
                            return Err(XPathError::type_error(
                                "several items where at most one is wanted",
                            ));
                        }
                    }
                }
                None => text(self.own_or_first(arguments, focus)?),
            },
            F::StringLength => {
                let value = self.own_or_first(arguments, focus)?;
                Some(Atomic::Integer(
                    i64::try_from(value.chars().count()).unwrap_or(i64::MAX),
                ))
            }
            F::NormalizeSpace => text(normalize_space(self.own_or_first(arguments, focus)?)),
            F::Concat => {
                let mut joined = String::new();
                for argument in arguments {
                    if let Some(atom) = self.atom(argument, focus)? {
                        joined.push_str(&atom.to_text());
                    }
                }
                text(joined)
            }
            F::StringJoin => self.string_join(arguments, focus)?,
            F::Substring => self.substring(arguments, focus)?,
            F::LowerCase => text(self.own_or_first(arguments, focus)?.to_lowercase()),
            F::UpperCase => text(self.own_or_first(arguments, focus)?.to_uppercase()),
            F::Translate => self.translate(arguments, focus)?,
            F::Compare | F::CodepointEqual => {
                let [first, second, ..] = arguments else {
                    return Ok(None);
                };
                self.collation(arguments.get(2), focus)?;
                let (Some(left), Some(right)) = (
                    self.optional_string(first, focus)?,
                    self.optional_string(second, focus)?,
                ) else {
                    return Ok(None);
                };
                if function == F::CodepointEqual {
                    boolean(left == right)
                } else {
                    Some(Atomic::Integer(left.cmp(&right) as i64))
                }
            }
            F::Matches => {
                let [subject, pattern, ..] = arguments else {
                    return Ok(None);
                };
                let subject = self.string(subject, focus)?;
                let regex = self.pattern(pattern, arguments.get(2), focus)?;
                boolean(regex.is_match(&subject))
            }
            F::Replace => self.replace(arguments, focus)?,
            F::CodepointsToString => {
                let mut made = String::new();
                if let Some(first) = arguments.first() {
                    self.each_atom(first, focus, &mut |atom| {
                        let Atomic::Integer(code) = atom else {
                            return Err(XPathError::type_error("codepoints are integers"));
                        };
                        let character = u32::try_from(code).ok().and_then(char::from_u32).filter(|character| {
                            !matches!(*character, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
                        });
                        match character {
                            Some(character) => made.push(character),
                            None => return Err(XPathError::new("FOCH0001", format!("{code} is no character of XML"))),
                        }
                        Ok(Flow::Continue)
                    })?;
                }
                text(made)
            }
            F::EncodeForUri => {
                let value = self.own_or_first(arguments, focus)?;
                text(escape(&value, |character| {
                    character.is_ascii_alphanumeric() || "-_.~".contains(character)
                }))
            }
            F::IriToUri => {
                let value = self.own_or_first(arguments, focus)?;
                text(escape(&value, |character| {
                    character.is_ascii_graphic() && !"<>\"{}|\\^`".contains(character)
                }))
            }
            F::EscapeHtmlUri => {
                let value = self.own_or_first(arguments, focus)?;
                text(escape(&value, |character| matches!(character, ' '..='~')))
            }
            F::NormalizeUnicode => {
                let value = self.own_or_first(arguments, focus)?;
                let form = match arguments.get(1) {
                    Some(form) => self.required_string(form, focus)?.trim().to_uppercase(),
                    None => "NFC".to_owned(),
                };
                match form.as_str() {
                    "NFC" => text(value.nfc().collect::<String>()),
                    "NFD" => text(value.nfd().collect::<String>()),
                    "NFKC" => text(value.nfkc().collect::<String>()),
                    "NFKD" => text(value.nfkd().collect::<String>()),
                    "" => text(value),
                    other => {
                        return Err(XPathError::new(
                            "FOCH0003",
                            format!("unknown normalization form '{other}'"),
                        ));
                    }
                }
            }
            F::ResolveUri => {
                let [reference, base] = arguments else {
                    return Ok(None);
                };
                let Some(reference) = self.optional_string(reference, focus)? else {
                    return Ok(None);
                };
                let base = self.required_string(base, focus)?;
                Some(Atomic::Uri(super::super::uri::resolve(&base, &reference)?.into()))
            }
            F::DefaultCollation => text("http://www.w3.org/2005/xpath-functions/collation/codepoint"),
            F::StaticBaseUri => match arguments.first() {
                Some(base) => self
                    .optional_string(base, focus)?
                    .filter(|base| !base.is_empty())
                    .map(Atomic::Uri),
                None => None,
            },
            _ => None,
        })
    }

    fn string_join(&self, arguments: &'a [Expr], focus: &Focus<'a>) -> Result<Option<Atomic<'a>>> {
        let [items, separator] = arguments else {
            return Ok(None);
        };
        let separator = self.required_string(separator, focus)?;
        let mut joined: Cow<'a, str> = Cow::Borrowed("");
        let mut first = true;
        self.each_atom(items, focus, &mut |atom| {
            let next = as_string(atom)?;
            if std::mem::take(&mut first) {
                joined = next;
            } else {
                let joined = joined.to_mut();
                joined.push_str(&separator);
                joined.push_str(&next);
            }
            Ok(Flow::Continue)
        })?;
        Ok(text(joined))
    }

    fn substring(&self, arguments: &'a [Expr], focus: &Focus<'a>) -> Result<Option<Atomic<'a>>> {
        let [whole, start, length @ ..] = arguments else {
            return Ok(None);
        };
        let whole = self.string(whole, focus)?;
        let from = round(self.double(start, focus)?);
        let to = match length.first() {
            Some(length) => from + round(self.double(length, focus)?),
            None => f64::INFINITY,
        };
        // Characters at positions p, from 1, with from <= p < to; NaN satisfies nothing.
        let mut begin = None;
        let mut end = whole.len();
        for (index, (offset, _)) in whole.char_indices().enumerate() {
            let position = (index + 1) as f64;
            let inside = position >= from && position < to;
            if inside && begin.is_none() {
                begin = Some(offset);
            }
            if !inside && begin.is_some() {
                end = offset;
                break;
            }
        }
        Ok(text(
            begin.map_or(Cow::Borrowed(""), |begin| part(&whole, begin..end)),
        ))
    }

    fn translate(&self, arguments: &'a [Expr], focus: &Focus<'a>) -> Result<Option<Atomic<'a>>> {
        let [whole, from, to] = arguments else {
            return Ok(None);
        };
        let whole = self.string(whole, focus)?;
        let from: Vec<char> = self.required_string(from, focus)?.chars().collect();
        let to: Vec<char> = self.required_string(to, focus)?.chars().collect();
        let mapped =
            whole.chars().filter_map(
                |character| match from.iter().position(|known| *known == character) {
                    Some(index) => to.get(index).copied(),
                    None => Some(character),
                },
            );
        Ok(text(mapped.collect::<String>()))
    }

    fn pattern(
        &self,
        pattern: &'a Expr,
        flags: Option<&'a Expr>,
        focus: &Focus<'a>,
    ) -> Result<std::sync::Arc<::regex::Regex>> {
        let pattern = self.required_string(pattern, focus)?;
        let flags = match flags {
            Some(flags) => self.required_string(flags, focus)?,
            None => Cow::Borrowed(""),
        };
        self.program.patterns.get(&pattern, &flags)
    }

    fn replace(&self, arguments: &'a [Expr], focus: &Focus<'a>) -> Result<Option<Atomic<'a>>> {
        let [subject, pattern, replacement, flags @ ..] = arguments else {
            return Ok(None);
        };
        let subject = self.string(subject, focus)?;
        let regex = self.pattern(pattern, flags.first(), focus)?;
        let replacement = self.required_string(replacement, focus)?;
        if regex.is_match("") {
            return Err(XPathError::new("FORX0003", "the pattern matches an empty string"));
        }
        let groups = regex.captures_len() - 1;
        let template = replacement_template(&replacement, groups)?;
        Ok(text(regex.replace_all(&subject, template.as_str()).into_owned()))
    }

    /// `tokenize()` and `string-to-codepoints()`.
    pub(super) fn string_sequence(
        &self,
        function: Function,
        arguments: &'a [Expr],
        focus: &Focus<'a>,
        sink: Sink<'_, 'a>,
    ) -> Result<Flow> {
        let Some(first) = arguments.first() else {
            return Ok(Flow::Continue);
        };
        let whole = self.string(first, focus)?;
        if function == Function::StringToCodepoints {
            for character in whole.chars() {
                if sink(Item::Atomic(Atomic::Integer(i64::from(u32::from(character)))))?.is_break() {
                    return Ok(Flow::Break);
                }
            }
            return Ok(Flow::Continue);
        }
        let [_, pattern, flags @ ..] = arguments else {
            return Ok(Flow::Continue);
        };
        let regex = self.pattern(pattern, flags.first(), focus)?;
        if regex.is_match("") {
            return Err(XPathError::new("FORX0003", "the pattern matches an empty string"));
        }
        if whole.is_empty() {
            return Ok(Flow::Continue);
        }
        let mut last = 0;
        for found in regex.find_iter(&whole) {
            let token = part(&whole, last..found.start());
            last = found.end();
            if sink(Item::Atomic(Atomic::String(token)))?.is_break() {
                return Ok(Flow::Break);
            }
        }
        sink(Item::Atomic(Atomic::String(part(&whole, last..whole.len()))))
    }
}

/// `fn:round` on doubles: halves go up.
pub(super) fn round(number: f64) -> f64 {
    (number + 0.5).floor()
}

/// The replacement of `fn:replace` in the syntax of the regex crate: `$1` is `${1}`, `\$` a dollar.
fn replacement_template(replacement: &str, groups: usize) -> Result<String> {
    let invalid = |detail: &str| XPathError::new("FORX0004", detail);
    let mut template = String::new();
    let mut characters = replacement.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('\\') => template.push('\\'),
                Some('$') => template.push_str("$$"),
                _ => return Err(invalid("a backslash must be followed by '\\' or '$'")),
            },
            '$' => {
                let digit = |character: Option<&char>| character.and_then(|digit| digit.to_digit(10));
                let Some(first) = digit(characters.peek()) else {
                    return Err(invalid("'$' must be followed by a digit"));
                };
                characters.next();
                let mut group = first as usize;
                // More digits belong to the number as long as such a group exists.
                while let Some(next) = digit(characters.peek()) {
                    let longer = group * 10 + next as usize;
                    if longer > groups {
                        break;
                    }
                    group = longer;
                    characters.next();
                }
                if group <= groups {
                    let _ = write!(template, "${{{group}}}");
                }
            }
            other => template.push(other),
        }
    }
    Ok(template)
}
