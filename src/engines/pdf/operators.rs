//! The operators of a page content, one after the other, with their operands (ISO 32000-1, 7.8.2 and 7.2).
//!
//! What a viewer skips (a stray delimiter) is skipped; what has no end makes the rest of the content unreadable.

use super::operand::Operand;
use crate::engines::byte_set::ByteSet;

/// Operands kept before one operator: no operator has more than six, and a path of numbers without operator is junk.
const OPERANDS: usize = 64;
/// Deepest nesting of arrays and dictionaries that is followed to their end.
const DEPTH: usize = 64;

/// The operators of a content, with the operands of the last one.
pub(super) struct Operators<'a> {
    lexer: Lexer<'a>,
    operands: Vec<Operand<'a>>,
    broken: bool,
}

impl<'a> Operators<'a> {
    /// The operators of a decoded content.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            lexer: Lexer { bytes, at: 0 },
            operands: Vec::with_capacity(8),
            broken: false,
        }
    }

    /// The next operator; none at the end, or where the rest cannot be read ([`Self::broken`]). An inline image is one
    /// operator `BI` with its dictionary.
    pub(super) fn next(&mut self) -> Option<&'a [u8]> {
        self.operands.clear();
        while !self.broken {
            match self.lexer.next()? {
                Token::Operand(operand) if self.operands.len() < OPERANDS => self.operands.push(operand),
                Token::Operand(_) => {}
                Token::Word(b"BI") => {
                    self.operands.clear();
                    match self.lexer.inline_image() {
                        Some(dictionary) => self.operands.push(Operand::Dictionary(dictionary)),
                        None => {
                            self.broken = true;
                            return None;
                        }
                    }
                    return Some(b"BI");
                }
                Token::Word(operator) => return Some(operator),
                Token::Endless => self.broken = true,
            }
        }
        None
    }

    /// An operand of the operator given last, from 0.
    pub(super) fn operand(&self, index: usize) -> Option<Operand<'a>> {
        self.operands.get(index).copied()
    }

    /// A number among the operands of the operator given last; zero when it is none.
    pub(super) fn number(&self, index: usize) -> f32 {
        self.operand(index)
            .and_then(|value| value.number())
            .unwrap_or(0.0)
    }

    /// True when something had no end: what follows was not read.
    pub(super) fn broken(&self) -> bool {
        self.broken
    }
}

/// The operands written one after the other.
pub(super) fn objects(written: &[u8]) -> impl Iterator<Item = Operand<'_>> {
    let mut lexer = Lexer {
        bytes: written,
        at: 0,
    };
    std::iter::from_fn(move || match lexer.next()? {
        Token::Operand(operand) => Some(operand),
        Token::Word(_) => Some(Operand::Constant),
        Token::Endless => None,
    })
}

enum Token<'a> {
    Operand(Operand<'a>),
    /// An operator.
    Word(&'a [u8]),
    /// A string, an array or a dictionary that has no end.
    Endless,
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// White space (7.2.2).
const WHITE: ByteSet = ByteSet::of(b"\0\t\n\x0C\r ");
/// Delimiters (7.2.2).
const DELIMITERS: ByteSet = ByteSet::of(b"()<>[]{}/%");
/// Every other byte.
const REGULAR: ByteSet = ByteSet::neither(&WHITE, &DELIMITERS);

fn white(byte: u8) -> bool {
    WHITE.holds(byte)
}

fn delimiter(byte: u8) -> bool {
    DELIMITERS.holds(byte)
}

impl<'a> Lexer<'a> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn slice(&self, from: usize, to: usize) -> &'a [u8] {
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// Skips the bytes from here that are of `set`.
    #[inline]
    fn skip(&mut self, set: &ByteSet) {
        self.at += set.run(self.bytes.get(self.at..).unwrap_or_default());
    }

    /// Skips white space and comments.
    fn blank(&mut self) {
        loop {
            self.skip(&WHITE);
            if self.peek(0) != Some(b'%') {
                return;
            }
            let comment = self.slice(self.at, self.bytes.len());
            self.at += memchr::memchr2(b'\r', b'\n', comment).unwrap_or(comment.len());
        }
    }

    /// The regular characters from here.
    fn word(&mut self) -> &'a [u8] {
        let from = self.at;
        self.skip(&REGULAR);
        self.slice(from, self.at)
    }

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            self.blank();
            let operand = match self.peek(0)? {
                b'/' => {
                    self.at += 1;
                    Some(Operand::Name(self.word()))
                }
                b'(' => self.literal().map(Operand::Literal),
                b'<' if self.peek(1) == Some(b'<') => self.enclosed(2).map(Operand::Dictionary),
                b'<' => self.angle().map(Operand::Hexadecimal),
                b'[' => self.enclosed(1).map(Operand::Array),
                // A stray closing delimiter, or a brace of another language.
                byte if delimiter(byte) => {
                    self.at += 1;
                    continue;
                }
                first => {
                    let word = self.word();
                    return Some(match first {
                        b'+' | b'-' | b'.' | b'0'..=b'9' => match number(word) {
                            Some(value) => Token::Operand(Operand::Number(value)),
                            None => Token::Word(word),
                        },
                        _ if matches!(word, b"true" | b"false" | b"null") => {
                            Token::Operand(Operand::Constant)
                        }
                        _ => Token::Word(word),
                    });
                }
            };
            return Some(operand.map_or(Token::Endless, Token::Operand));
        }
    }

    /// A literal string from its parenthesis: inner parentheses are balanced or escaped.
    fn literal(&mut self) -> Option<&'a [u8]> {
        let from = self.at + 1;
        let mut depth = 0_usize;
        loop {
            match self.peek(0)? {
                b'\\' => self.at += 1,
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(self.slice(from, self.at - 1));
            }
        }
    }

    fn angle(&mut self) -> Option<&'a [u8]> {
        let from = self.at + 1;
        let length = self
            .slice(from, self.bytes.len())
            .iter()
            .position(|byte| *byte == b'>')?;
        self.at = from + length + 1;
        Some(self.slice(from, from + length))
    }

    /// An array or a dictionary from its opening delimiter, of `width` characters, to the one that closes it.
    fn enclosed(&mut self, width: usize) -> Option<&'a [u8]> {
        let from = self.at + width;
        let mut open = [0_u8; DEPTH];
        let mut depth = 0;
        loop {
            self.blank();
            match self.peek(0)? {
                b'(' => {
                    self.literal()?;
                }
                b'[' => {
                    *open.get_mut(depth)? = b']';
                    depth += 1;
                    self.at += 1;
                }
                b'<' if self.peek(1) == Some(b'<') => {
                    *open.get_mut(depth)? = b'>';
                    depth += 1;
                    self.at += 2;
                }
                b'<' => {
                    self.angle()?;
                }
                // Alone it closes nothing.
                b'>' if self.peek(1) != Some(b'>') => self.at += 1,
                close @ (b']' | b'>') => {
                    let wide = if close == b'>' { 2 } else { 1 };
                    if depth > 0 && open.get(depth - 1) == Some(&close) {
                        depth -= 1;
                    }
                    self.at += wide;
                    if depth == 0 {
                        return Some(self.slice(from, self.at - wide));
                    }
                }
                byte if delimiter(byte) => self.at += 1,
                _ => {
                    self.word();
                }
            }
        }
    }

    /// What stands between `BI`, just read, and `ID`; reads on past the data and `EI` (8.9.7).
    fn inline_image(&mut self) -> Option<&'a [u8]> {
        let from = self.at;
        let to = loop {
            let before = self.at;
            match self.next()? {
                Token::Word(b"ID") => break before,
                Token::Endless => return None,
                Token::Operand(_) | Token::Word(_) => {}
            }
        };
        let dictionary = self.slice(from, to);
        // One white space, or the two of an end of line, before the data.
        self.at += match (self.peek(0), self.peek(1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(byte), _) if white(byte) => 1,
            _ => 0,
        };
        let plain = plain_length(&Operand::Dictionary(dictionary));
        let start = plain.map_or(self.at, |length| self.at.saturating_add(length));
        self.at = self.end_of_data(start).or_else(|| self.end_of_data(self.at))?;
        Some(dictionary)
    }

    /// The end of the first `EI` at or after `start` that stands alone and that content follows: compressed data may
    /// hold these letters too.
    fn end_of_data(&self, start: usize) -> Option<usize> {
        let data = self.bytes.get(start..)?;
        let alone = |at: usize| {
            let before = at == 0 || data.get(at - 1).copied().is_some_and(white);
            let after = data.get(at + 2..).unwrap_or_default();
            before
                && after.first().copied().is_none_or(white)
                && after
                    .iter()
                    .take(FOLLOWING)
                    .all(|byte| white(*byte) || (b' '..=b'~').contains(byte))
        };
        let mut from = 0;
        loop {
            let at = from + data.get(from..)?.windows(2).position(|pair| pair == b"EI")?;
            if alone(at) {
                return Some(start + at + 2);
            }
            from = at + 2;
        }
    }
}

/// Bytes after `EI` that must look like content.
const FOLLOWING: usize = 12;

/// The length of the data of an inline image that has no filter and whose colours have a known width.
fn plain_length(image: &Operand<'_>) -> Option<usize> {
    if image.value(&[b"F", b"Filter"]).is_some() {
        return None;
    }
    let size = |keys: &[&[u8]]| {
        let value = image.value(keys)?.number()?;
        (0.0..1_000_000.0).contains(&value).then_some(value as usize)
    };
    let space = image.value(&[b"CS", b"ColorSpace"]);
    let channels = match space.as_ref().and_then(Operand::name).as_deref() {
        Some(b"DeviceRGB" | b"RGB") => 3,
        Some(b"DeviceCMYK" | b"CMYK") => 4,
        Some(b"DeviceGray" | b"G") | None => 1,
        Some(_) => return None,
    };
    let bits = size(&[b"BPC", b"BitsPerComponent"]).unwrap_or(1);
    size(&[b"W", b"Width"])?
        .checked_mul(bits.checked_mul(channels)?)?
        .div_ceil(8)
        .checked_mul(size(&[b"H", b"Height"])?)
}

/// An integer or a real as written: `12`, `-.5`, `4.`, `--3` of careless producers.
fn number(word: &[u8]) -> Option<f32> {
    let digits = word
        .iter()
        .position(|byte| !matches!(byte, b'+' | b'-'))
        .unwrap_or(0);
    let negative = word.first() == Some(&b'-');
    let (mut whole, mut scale, mut fraction) = (0.0_f64, 1.0_f64, false);
    let mut any = false;
    for byte in word.get(digits..)? {
        match byte {
            b'0'..=b'9' => {
                any = true;
                whole = whole * 10.0 + f64::from(byte - b'0');
                if fraction {
                    scale *= 10.0;
                }
            }
            b'.' if !fraction => fraction = true,
            _ => return None,
        }
    }
    let value = (whole / scale) as f32;
    (any && value.is_finite()).then_some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use lopdf::Object;
    use lopdf::content::{Content, Operation};

    use super::*;

    /// Each operator with its operands, as text.
    fn told(content: &[u8]) -> (Vec<String>, bool) {
        let mut operators = Operators::new(content);
        let mut out = Vec::new();
        while let Some(operator) = operators.next() {
            let mut line: String = operators.operands.iter().map(shown).collect();
            line.push_str(&String::from_utf8_lossy(operator));
            out.push(line);
        }
        (out, operators.broken())
    }

    fn shown(operand: &Operand<'_>) -> String {
        match operand {
            Operand::Number(value) => format!("{value} "),
            Operand::Name(_) => format!("/{} ", String::from_utf8_lossy(&operand.name().unwrap())),
            Operand::Literal(_) | Operand::Hexadecimal(_) => {
                format!("({}) ", String::from_utf8_lossy(&operand.string().unwrap()))
            }
            Operand::Array(_) => format!(
                "[{}] ",
                operand.items().map(|item| shown(&item)).collect::<String>()
            ),
            Operand::Dictionary(_) => "<<>> ".to_owned(),
            Operand::Constant => "constant ".to_owned(),
        }
    }

    #[test]
    fn operands_and_operators() {
        for (content, expected) in [
            (
                r"BT /F1 12 Tf (a\(b\)(c)) Tj ET",
                vec!["BT", "/F1 12 Tf", "(a(b)(c)) Tj", "ET"],
            ),
            ("-.5 4. +3 --2 re", vec!["-0.5 4 3 -2 re"]),
            ("[(a)-120<62 6>]TJ", vec!["[(a) -120 (b`) ] TJ"]),
            (
                r"(\101\12\\\
x\t) '",
                vec!["(A\n\\x\t) '"],
            ),
            ("/A#20B cs % comment (\n1 g", vec!["/A B cs", "1 g"]),
            (
                "/P <</MCID 0 /A [ ) ] /T (>>) >> BDC f*",
                vec!["/P <<>> BDC", "f*"],
            ),
            ("1 0 0 RG) } > 2 w", vec!["1 0 0 RG", "2 w"]),
            ("true /X null d0", vec!["constant /X constant d0"]),
            ("", vec![]),
        ] {
            assert_eq!(
                told(content.as_bytes()),
                (expected.iter().map(|line| (*line).to_owned()).collect(), false),
                "{content}"
            );
        }
    }

    #[test]
    fn inline_images_are_one_operator() {
        for content in [
            "q BI /W 2 /H 2 /BPC 8 /CS /G ID EI E EI Q",
            "q BI /W 9 /H 9 /BPC 8 /CS /RGB /F /Fl ID \u{1} EI \u{2}\u{3} EI Q",
            "q BI\n/IM true /W 8 /H 1 ID\r\nx\nEI\nQ",
        ] {
            assert_eq!(
                told(content.as_bytes()),
                (vec!["q".to_owned(), "<<>> BI".to_owned(), "Q".to_owned()], false),
                "{content}"
            );
        }
        let mut operators = Operators::new(b"BI /IM true /W 1 /H 1 /CS /RGB ID x EI");
        operators.next();
        let image = operators.operand(0).unwrap();
        assert_eq!(image.value(&[b"CS", b"ColorSpace"]), Some(Operand::Name(b"RGB")));
        assert_eq!(image.value(&[b"F", b"Filter"]), None);
    }

    #[test]
    fn what_has_no_end_is_told() {
        for content in [
            "q (a",
            "q <61",
            "q [1 2",
            "q <</A 1>",
            "q BI /W 1",
            "q BI /W 1 ID x",
        ] {
            assert_eq!(
                told(content.as_bytes()),
                (vec!["q".to_owned()], true),
                "{content}"
            );
        }
        assert!(
            told(
                "q ".as_bytes()
                    .iter()
                    .copied()
                    .chain([b'['; 4 * DEPTH])
                    .collect::<Vec<_>>()
                    .as_slice()
            )
            .1
        );
    }

    /// `lopdf` reads the same operators in the pages of our samples.
    #[test]
    fn another_reader_reads_the_same() {
        fn other(object: &Object) -> String {
            match object {
                Object::Integer(value) => format!("{} ", *value as f32),
                Object::Real(value) => format!("{value} "),
                Object::Name(name) => format!("/{} ", String::from_utf8_lossy(name)),
                Object::String(bytes, _) => format!("({}) ", String::from_utf8_lossy(bytes)),
                Object::Array(items) => format!("[{}] ", items.iter().map(other).collect::<String>()),
                Object::Dictionary(_) | Object::Stream(_) => "<<>> ".to_owned(),
                _ => "constant ".to_owned(),
            }
        }
        let mut operators = 0;
        let files = ["testcases", "reports"]
            .into_iter()
            .flat_map(|folder| walkdir::WalkDir::new(folder).sort_by_file_name());
        for entry in files {
            let path = entry.unwrap().into_path();
            if path.extension().is_none_or(|extension| extension != "pdf") {
                continue;
            }
            let Ok(document) = lopdf::Document::load(&path) else {
                continue;
            };
            for page in document.page_iter() {
                let content = document.get_page_content(page);
                let expected: Vec<String> = Content::<Vec<Operation>>::decode_iter(&content)
                    .map(|operation| {
                        let operation = operation.unwrap();
                        operation.operands.iter().map(other).collect::<String>() + &operation.operator
                    })
                    .collect();
                assert_eq!(told(&content), (expected, false), "{}", path.display());
                operators += told(&content).0.len();
            }
        }
        assert!(operators > 1000, "{operators} operators only");
    }
}
