//! Escape sequences (HL7 v2.5, 2.7): `\F\ \S\ \T\ \R\ \E\ \H\ \N\ \Xhh..\ \Cxxyy\ \Mxxyyzz\ \.br\ \Z..\`.

use std::borrow::Cow;

use super::delimiters::{Delimiter, Delimiters};

/// A malformed escape sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscapeFault {
    /// Offset in bytes from the start of the value.
    pub offset: usize,
    /// The sequence, delimiters included, cut to a few characters when it is not closed.
    pub sequence: String,
}

/// Longest escape sequence looked for: an `\X..\` of 64 bytes.
const LONGEST: usize = 132;

fn character(delimiter: Delimiter) -> String {
    String::from_utf8_lossy(delimiter.as_bytes()).into_owned()
}

/// The text that `text` stands for. Sequences of formatting (`\.br\`, `\H\`) become a line break or nothing;
/// malformed ones stay as they are.
pub fn unescape<'a>(text: &'a str, delimiters: &Delimiters) -> Cow<'a, str> {
    if delimiters.escape.find_in(text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mark = character(delimiters.escape);
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(&mark) {
        plain.push_str(before);
        let closed = after.find(&mark).filter(|end| *end <= LONGEST);
        let sequence = closed.and_then(|end| after.get(..end));
        if let Some((body, meaning)) =
            sequence.and_then(|body| meaning(body, delimiters).map(|meaning| (body, meaning)))
        {
            plain.push_str(&meaning);
            rest = after.get(body.len() + mark.len()..).unwrap_or_default();
        } else {
            plain.push_str(&mark);
            rest = after;
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// What the body of a sequence stands for; none when it is malformed.
fn meaning(body: &str, delimiters: &Delimiters) -> Option<String> {
    let hexadecimal = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    match body {
        "F" => Some(character(delimiters.field)),
        "S" => Some(character(delimiters.component)),
        "T" => Some(character(delimiters.subcomponent)),
        "R" => Some(character(delimiters.repetition)),
        "E" => Some(character(delimiters.escape)),
        "P" => Some("#".to_owned()),
        "H" | "N" => Some(String::new()),
        _ => {
            let digits = body.get(1..).unwrap_or_default();
            match body.chars().next() {
                Some('X') if !digits.is_empty() && digits.len().is_multiple_of(2) && hexadecimal(digits) => {
                    let bytes: Vec<u8> = (0..digits.len() / 2)
                        .filter_map(|index| digits.get(index * 2..index * 2 + 2))
                        .filter_map(|pair| u8::from_str_radix(pair, 16).ok())
                        .collect();
                    Some(String::from_utf8_lossy(&bytes).into_owned())
                }
                Some('C') if digits.len() == 4 && hexadecimal(digits) => Some(String::new()),
                Some('M') if matches!(digits.len(), 4 | 6) && hexadecimal(digits) => Some(String::new()),
                Some('Z') => Some(String::new()),
                Some('.') => formatting(digits),
                _ => None,
            }
        }
    }
}

/// Formatting commands of FT values (HL7 v2.5, 2.7.6): a word, then an optional signed number.
fn formatting(command: &str) -> Option<String> {
    let word: String = command.chars().take_while(char::is_ascii_alphabetic).collect();
    let number = command.get(word.len()..).unwrap_or_default().trim();
    let number_fits = number.is_empty()
        || number
            .trim_start_matches(['+', '-'])
            .bytes()
            .all(|byte| byte.is_ascii_digit());
    (["sp", "br", "fi", "nf", "in", "ti", "sk", "ce"].contains(&word.as_str()) && number_fits).then(|| {
        if matches!(word.as_str(), "br" | "sp" | "ce") {
            "\n".to_owned()
        } else {
            String::new()
        }
    })
}

/// The malformed sequences of `text`.
pub fn escape_faults(text: &str, delimiters: &Delimiters) -> Vec<EscapeFault> {
    let mark = character(delimiters.escape);
    let mut faults = Vec::new();
    let mut offset = 0;
    while let Some(found) = text.get(offset..).and_then(|rest| rest.find(&mark)) {
        let start = offset + found;
        let body_start = start + mark.len();
        let after = text.get(body_start..).unwrap_or_default();
        let closed = after.find(&mark).filter(|end| *end <= LONGEST);
        match closed.and_then(|end| after.get(..end)) {
            Some(body) if meaning(body, delimiters).is_some() => {
                offset = body_start + body.len() + mark.len();
            }
            Some(body) if !body.contains(char::is_whitespace) => {
                faults.push(EscapeFault {
                    offset: start,
                    sequence: format!("{mark}{body}{mark}"),
                });
                offset = body_start + body.len() + mark.len();
            }
            _ => {
                let shown: String = after.chars().take(8).collect();
                faults.push(EscapeFault {
                    offset: start,
                    sequence: format!("{mark}{shown}"),
                });
                offset = body_start;
            }
        }
    }
    faults
}

/// `text` with the delimiters it holds escaped.
pub fn escape(text: &str, delimiters: &Delimiters) -> String {
    let pairs = [
        (character(delimiters.field), 'F'),
        (character(delimiters.component), 'S'),
        (character(delimiters.subcomponent), 'T'),
        (character(delimiters.repetition), 'R'),
        (character(delimiters.escape), 'E'),
    ];
    let mark = character(delimiters.escape);
    let mut escaped = String::with_capacity(text.len());
    for one in text.chars() {
        let mut buffer = [0; 4];
        let shown: &str = one.encode_utf8(&mut buffer);
        match pairs.iter().find(|(delimiter, _)| delimiter == shown) {
            Some((_, letter)) => {
                escaped.push_str(&mark);
                escaped.push(*letter);
                escaped.push_str(&mark);
            }
            None if one == '\r' || one == '\n' => {
                escaped.push_str(&mark);
                escaped.push_str(if one == '\r' { "X0D" } else { "X0A" });
                escaped.push_str(&mark);
            }
            None => escaped.push(one),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_read_and_written() {
        let delimiters = Delimiters::default();
        for (written, plain) in [
            ("a\\F\\b", "a|b"),
            ("\\S\\\\T\\\\R\\\\E\\", "^&~\\"),
            ("\\X0D0A\\", "\r\n"),
            ("\\H\\gras\\N\\", "gras"),
            ("x\\.br\\y", "x\ny"),
            ("\\.sp2\\", "\n"),
            ("\\Zlocal\\", ""),
            ("sans", "sans"),
        ] {
            assert_eq!(unescape(written, &delimiters), plain, "{written}");
            assert!(escape_faults(written, &delimiters).is_empty(), "{written}");
        }
        assert_eq!(escape("a|b^c\\", &delimiters), "a\\F\\b\\S\\c\\E\\");
    }

    #[test]
    fn malformed_sequences_are_found_where_they_stand() {
        let delimiters = Delimiters::default();
        for (text, offset) in [
            ("ab\\Q\\", 2),
            ("\\X0\\", 0),
            ("C:\\dossier privé", 2),
            ("a\\.zz\\", 1),
        ] {
            let faults = escape_faults(text, &delimiters);
            assert_eq!(faults.len(), 1, "{text}");
            assert_eq!(faults[0].offset, offset, "{text}");
        }
    }
}
