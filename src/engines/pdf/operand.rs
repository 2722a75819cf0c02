//! What stands before an operator of a page content: numbers, names, strings, arrays, dictionaries, as slices of the
//! content (ISO 32000-1, 7.3).
//!
//! Nothing is copied: strings, arrays and dictionaries stay as written until somebody asks for what they hold.

use std::borrow::Cow;

use super::operators::objects;

/// An operand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Operand<'a> {
    /// An integer or a real.
    Number(f32),
    /// A name as written, without its solidus: `#20` is still an escape.
    Name(&'a [u8]),
    /// What stands between the parentheses of a literal string.
    Literal(&'a [u8]),
    /// What stands between the angle brackets of a hexadecimal string.
    Hexadecimal(&'a [u8]),
    /// What stands between the brackets of an array.
    Array(&'a [u8]),
    /// What stands between the double angle brackets of a dictionary, or between `BI` and `ID`.
    Dictionary(&'a [u8]),
    /// `true`, `false` or `null`.
    Constant,
}

impl<'a> Operand<'a> {
    /// The value of a number.
    pub(super) fn number(&self) -> Option<f32> {
        match self {
            Self::Number(value) => Some(*value),
            _ => None,
        }
    }

    /// A name, its escapes decoded.
    pub(super) fn name(&self) -> Option<Cow<'a, [u8]>> {
        let Self::Name(written) = self else { return None };
        if !written.contains(&b'#') {
            return Some(Cow::Borrowed(written));
        }
        let mut out = Vec::with_capacity(written.len());
        let mut at = 0;
        while let Some(byte) = written.get(at) {
            let escape = match written.get(at..at + 3) {
                Some([b'#', high, low]) => hexadecimal(*high).zip(hexadecimal(*low)),
                _ => None,
            };
            if let Some((high, low)) = escape {
                out.push(high << 4 | low);
                at += 3;
            } else {
                out.push(*byte);
                at += 1;
            }
        }
        Some(Cow::Owned(out))
    }

    /// The bytes of a string of either form.
    pub(super) fn string(&self) -> Option<Cow<'a, [u8]>> {
        match self {
            Self::Literal(written) if !written.iter().any(|byte| matches!(byte, b'\\' | b'\r')) => {
                Some(Cow::Borrowed(written))
            }
            Self::Literal(written) => Some(Cow::Owned(literal(written))),
            Self::Hexadecimal(written) => {
                let digits: Vec<u8> = written.iter().filter_map(|byte| hexadecimal(*byte)).collect();
                // A last digit alone is followed by a zero.
                let bytes = digits.chunks(2).map(|pair| match pair {
                    [high, low] => high << 4 | low,
                    [high] => high << 4,
                    _ => 0,
                });
                Some(Cow::Owned(bytes.collect()))
            }
            _ => None,
        }
    }

    /// The items of an array; none for what is no array.
    pub(super) fn items(&self) -> impl Iterator<Item = Operand<'a>> + use<'a> {
        let written = match self {
            Self::Array(written) => *written,
            _ => &[],
        };
        objects(written)
    }

    /// The value of a key of a dictionary: the first of the names that is there.
    pub(super) fn value(&self, keys: &[&[u8]]) -> Option<Operand<'a>> {
        let Self::Dictionary(written) = self else {
            return None;
        };
        let mut objects = objects(written);
        while let Some(key) = objects.next() {
            let Operand::Name(key) = key else { continue };
            let value = objects.next()?;
            if keys.contains(&key) {
                return Some(value);
            }
        }
        None
    }
}

const fn hexadecimal(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// The bytes of a literal string (7.3.4.2).
fn literal(written: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(written.len());
    let mut at = 0;
    let byte_at = |at: usize| written.get(at).copied();
    while let Some(byte) = byte_at(at) {
        at += 1;
        match byte {
            b'\\' => {
                let Some(escaped) = byte_at(at) else { break };
                at += 1;
                match escaped {
                    b'n' => out.push(b'\n'),
                    b'r' => out.push(b'\r'),
                    b't' => out.push(b'\t'),
                    b'b' => out.push(8),
                    b'f' => out.push(0x0C),
                    b'\n' => {}
                    b'\r' => at += usize::from(byte_at(at) == Some(b'\n')),
                    b'0'..=b'7' => {
                        let mut value = u32::from(escaped - b'0');
                        for _ in 0..2 {
                            let Some(digit @ b'0'..=b'7') = byte_at(at) else {
                                break;
                            };
                            value = value * 8 + u32::from(digit - b'0');
                            at += 1;
                        }
                        // High-order overflow is ignored.
                        out.push((value & 0xFF) as u8);
                    }
                    other => out.push(other),
                }
            }
            // An end of line in a string is a line feed, however it is written.
            b'\r' => {
                at += usize::from(byte_at(at) == Some(b'\n'));
                out.push(b'\n');
            }
            other => out.push(other),
        }
    }
    out
}
