//! Bytes to text: the encoding as declared, as found, and what does not agree.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{Position, XmlError, XmlErrorKind};

/// How a file was turned into text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoding {
    /// The encoding written in the XML declaration.
    pub declared: Option<String>,
    /// The encoding used to read (`UTF-8`, `UTF-16LE`, `windows-1252`...).
    pub found: &'static str,
    /// True when the file starts with a byte order mark.
    pub bom: bool,
    /// What does not agree, in the order noticed.
    pub notes: Vec<DecodingNote>,
}

/// Something a reader should be told about the encoding of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodingNote {
    /// The file is not in the encoding it declares (or in UTF-8 when it declares none).
    Mismatch {
        /// As declared, `UTF-8` when nothing is.
        declared: String,
        /// As read.
        found: &'static str,
        /// First byte that the declared encoding does not allow, from 0; none when a mark decided.
        offset: Option<usize>,
    },
    /// The file is read as declared, but its bytes look like UTF-8: accents are probably wrong.
    LooksLikeUtf8 {
        /// As declared.
        declared: String,
    },
    /// Characters that could not be decoded and were replaced by U+FFFD.
    Replaced {
        /// How many.
        count: usize,
    },
    /// White space before the XML declaration, skipped.
    SpaceBeforeDeclaration {
        /// How many characters.
        count: usize,
    },
    /// White space before the root element of a file without XML declaration: allowed, seldom wanted.
    SpaceBeforeRoot {
        /// How many characters.
        count: usize,
    },
}

/// Turns bytes into text. Never fails on broken characters: they are replaced and counted.
///
/// # Errors
/// [`XmlErrorKind::UnknownEncoding`] when the encoding declared or found cannot be read (EBCDIC, UTF-32, a label unknown
/// to the WHATWG registry).
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Decoding), XmlError> {
    let (mark, body) = byte_order_mark(bytes)?;
    let guessed = mark.or_else(|| unmarked_utf16(body));
    let declared = match guessed {
        Some(encoding) if encoding != UTF_8 => {
            let head = body.get(..body.len().min(400)).unwrap_or_default();
            declared_label(encoding.decode_without_bom_handling(head).0.as_bytes())
        }
        _ => declared_label(body),
    };
    let mut notes = Vec::new();
    let encoding = match (guessed, &declared) {
        (Some(found), label) => {
            if let Some(label) = label
                && !agrees(label, found)
            {
                notes.push(DecodingNote::Mismatch {
                    declared: label.clone(),
                    found: found.name(),
                    offset: None,
                });
            }
            found
        }
        (None, Some(label)) => match Encoding::for_label(label.as_bytes()) {
            // Declared as UTF-16 yet readable as ASCII: the declaration is wrong.
            Some(found) if found == UTF_16LE || found == UTF_16BE => {
                notes.push(DecodingNote::Mismatch {
                    declared: label.clone(),
                    found: UTF_8.name(),
                    offset: None,
                });
                UTF_8
            }
            Some(found) => found,
            None => return Err(unknown(label)),
        },
        (None, None) => UTF_8,
    };
    let (text, found) = if encoding == UTF_8 {
        decode_utf8(body, declared.as_deref(), &mut notes)
    } else {
        if let Some(label) = &declared
            && encoding.is_single_byte()
            && !body.is_ascii()
            && std::str::from_utf8(body).is_ok()
        {
            notes.push(DecodingNote::LooksLikeUtf8 {
                declared: label.clone(),
            });
        }
        (lossy(encoding, body, &mut notes), encoding)
    };
    let decoding = Decoding {
        declared,
        found: found.name(),
        bom: mark.is_some(),
        notes,
    };
    Ok((text, decoding))
}

fn unknown(label: &str) -> XmlError {
    XmlError {
        kind: XmlErrorKind::UnknownEncoding {
            label: label.to_owned(),
        },
        position: Position { line: 1, column: 1 },
    }
}

/// The byte order mark, and the bytes after it.
fn byte_order_mark(bytes: &[u8]) -> Result<(Option<&'static Encoding>, &[u8]), XmlError> {
    if bytes.starts_with(&[0xFF, 0xFE, 0, 0]) || bytes.starts_with(&[0, 0, 0xFE, 0xFF]) {
        return Err(unknown("UTF-32"));
    }
    Ok(match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (Some(encoding), bytes.get(length..).unwrap_or_default()),
        None => (None, bytes),
    })
}

/// UTF-16 without mark: `<` and a zero byte.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<', 0, second, 0, ..] if *second != 0 => Some(UTF_16LE),
        [0, b'<', 0, second, ..] if *second != 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether a declared label is a name of the encoding found; `UTF-16` names both byte orders.
fn agrees(label: &str, found: &'static Encoding) -> bool {
    let utf16 = found == UTF_16LE || found == UTF_16BE;
    match Encoding::for_label(label.as_bytes()) {
        Some(declared) => declared == found || (utf16 && label.eq_ignore_ascii_case("utf-16")),
        None => false,
    }
}

/// The label of `encoding="..."` in an XML declaration at the start of the bytes.
fn declared_label(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(400)).unwrap_or_default();
    let head = head.trim_ascii_start();
    if !head.starts_with(b"<?xml") {
        return None;
    }
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let declaration = String::from_utf8_lossy(head.get(..end)?).into_owned();
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let label = rest.get(1..)?.split(quote).next()?.trim();
    (!label.is_empty()).then(|| label.to_owned())
}

/// UTF-8, or what is read instead when the bytes are not.
fn decode_utf8<'b>(
    body: &'b [u8],
    declared: Option<&str>,
    notes: &mut Vec<DecodingNote>,
) -> (Cow<'b, str>, &'static Encoding) {
    let offset = match std::str::from_utf8(body) {
        Ok(text) => return (Cow::Borrowed(text), UTF_8),
        Err(error) => error.valid_up_to(),
    };
    // A file with more broken sequences than good ones is another encoding; one with few is UTF-8 with an accident.
    let (mut good, mut broken) = (0_usize, 0_usize);
    for chunk in body.utf8_chunks() {
        good += chunk
            .valid()
            .chars()
            .filter(|character| !character.is_ascii())
            .count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    if good >= broken {
        return (lossy(UTF_8, body, notes), UTF_8);
    }
    notes.push(DecodingNote::Mismatch {
        declared: declared.unwrap_or("UTF-8").to_owned(),
        found: WINDOWS_1252.name(),
        offset: Some(offset),
    });
    (lossy(WINDOWS_1252, body, notes), WINDOWS_1252)
}

/// Decodes, replacing what cannot be.
fn lossy<'b>(encoding: &'static Encoding, body: &'b [u8], notes: &mut Vec<DecodingNote>) -> Cow<'b, str> {
    let (text, broken) = encoding.decode_without_bom_handling(body);
    if broken {
        let count = text.chars().filter(|character| *character == '\u{FFFD}').count();
        notes.push(DecodingNote::Replaced { count });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_declarations() {
        let (text, decoding) = decode(b"\xEF\xBB\xBF<a/>").unwrap();
        assert_eq!(
            (text.as_ref(), decoding.found, decoding.bom),
            ("<a/>", "UTF-8", true)
        );

        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>";
        let (text, decoding) = decode(latin).unwrap();
        assert!(text.contains('é'));
        assert_eq!(decoding.declared.as_deref(), Some("ISO-8859-1"));
        assert!(decoding.notes.is_empty());

        let utf16: Vec<u8> = "<?xml version='1.0' encoding='UTF-16'?><é/>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let (text, decoding) = decode(&utf16).unwrap();
        assert!(text.ends_with("<é/>"));
        assert_eq!((decoding.found, decoding.notes.len()), ("UTF-16LE", 0));
    }

    #[test]
    fn disagreements_are_noted() {
        let (text, decoding) = decode(b"<?xml version='1.0' encoding='UTF-8'?><a>caf\xE9</a>").unwrap();
        assert!(text.contains("café"));
        assert!(
            matches!(
                decoding.notes.as_slice(),
                [DecodingNote::Mismatch {
                    found: "windows-1252",
                    offset: Some(44),
                    ..
                }]
            ),
            "{decoding:?}"
        );

        let broken: Vec<u8> = "<a>éàè".bytes().chain([0xFF]).chain(*b"</a>").collect();
        let (text, decoding) = decode(&broken).unwrap();
        assert!(text.contains('\u{FFFD}'));
        assert_eq!(decoding.notes, [DecodingNote::Replaced { count: 1 }]);

        let (_, decoding) = decode("<?xml version='1.0' encoding='iso-8859-1'?><a>é</a>".as_bytes()).unwrap();
        assert!(matches!(
            decoding.notes.as_slice(),
            [DecodingNote::LooksLikeUtf8 { .. }]
        ));

        assert!(decode(b"<?xml version='1.0' encoding='martian'?><a/>").is_err());
        assert!(decode(&[0xFF, 0xFE, 0, 0, b'<', 0, 0, 0]).is_err());
    }
}
