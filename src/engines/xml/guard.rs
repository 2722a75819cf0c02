//! A cheap scan before parsing: depth, attribute counts, namespace declarations, document type. What it meets that it
//! does not understand is left to the parser; its job is that the parser never sees a text built to exhaust it.

use super::{Doctype, ParseOptions, XmlErrorKind};

/// A refusal at a byte offset.
pub(super) type Refusal = (XmlErrorKind, usize);

/// Walks the tags of `text`.
///
/// # Errors
/// A limit exceeded, a document type declaration, an element never closed.
pub(super) fn scan(text: &str, options: &ParseOptions) -> Result<(), Refusal> {
    let bytes = text.as_bytes();
    // Offsets of the names of the open elements, and how many namespaces each declares.
    let mut open: Vec<(usize, u32)> = Vec::new();
    let mut namespaces = 0_u32;
    let mut at = 0;
    while let Some(found) = find(text, at, "<") {
        at = found;
        let rest = text.get(at..).unwrap_or_default();
        if let Some(next) = rest.strip_prefix("</") {
            let Some(length) = next.find('>') else { break };
            if let Some((_, declared)) = open.pop() {
                namespaces = namespaces.saturating_sub(declared);
            }
            at += 2 + length + 1;
        } else if rest.starts_with("<!--") {
            let Some(end) = find(text, at + 4, "-->") else {
                break;
            };
            at = end + 3;
        } else if rest.starts_with("<![CDATA[") {
            let Some(end) = find(text, at + 9, "]]>") else {
                break;
            };
            at = end + 3;
        } else if rest.starts_with("<!") {
            if options.doctype == Doctype::Refuse {
                return Err((XmlErrorKind::Doctype, at));
            }
            let Some(end) = skip_doctype(text, at)? else { break };
            at = end;
        } else if rest.starts_with("<?") {
            let Some(end) = find(text, at + 2, "?>") else {
                break;
            };
            at = end + 2;
        } else {
            let Some(tag) = start_tag(bytes, at) else { break };
            if tag.attributes > options.attributes {
                return Err((
                    XmlErrorKind::TooManyAttributes {
                        limit: options.attributes,
                    },
                    at,
                ));
            }
            if namespaces.saturating_add(tag.namespaces) > options.namespaces {
                return Err((
                    XmlErrorKind::TooManyNamespaces {
                        limit: options.namespaces,
                    },
                    at,
                ));
            }
            if !tag.empty {
                open.push((at + 1, tag.namespaces));
                namespaces += tag.namespaces;
                if open.len() > options.depth as usize {
                    return Err((XmlErrorKind::TooDeep { limit: options.depth }, at));
                }
            }
            at = tag.end;
        }
    }
    match open.last() {
        Some(&(name, _)) => {
            let name_text: String = text
                .get(name..)
                .unwrap_or_default()
                .chars()
                .take_while(|c| is_name_character(*c))
                .take(100)
                .collect();
            Err((XmlErrorKind::Unclosed { name: name_text }, name.saturating_sub(1)))
        }
        None => Ok(()),
    }
}

fn is_name_character(character: char) -> bool {
    !character.is_whitespace() && !matches!(character, '>' | '/' | '<' | '=' | '"' | '\'')
}

fn find(text: &str, from: usize, needle: &str) -> Option<usize> {
    let rest = text.get(from..)?;
    // A single byte is found by the vectorised search of `char`.
    let mut characters = needle.chars();
    let found = match (characters.next(), characters.next()) {
        (Some(only), None) => rest.find(only),
        _ => rest.find(needle),
    };
    Some(from + found?)
}

/// A start tag.
struct Tag {
    end: usize,
    empty: bool,
    attributes: u32,
    namespaces: u32,
}

/// Scans the start tag at `at`; none when it never ends. Linear: also used to find the end of a tag.
fn start_tag(bytes: &[u8], at: usize) -> Option<Tag> {
    let mut tag = Tag {
        end: 0,
        empty: false,
        attributes: 0,
        namespaces: 0,
    };
    let mut offset = at + 1;
    let mut word = offset;
    loop {
        match *bytes.get(offset)? {
            b'>' => {
                tag.empty = bytes.get(offset - 1) == Some(&b'/');
                tag.end = offset + 1;
                return Some(tag);
            }
            quote @ (b'"' | b'\'') => {
                let value = bytes.get(offset + 1..)?;
                offset += 1 + value.iter().position(|byte| *byte == quote)?;
            }
            b'=' => {
                tag.attributes = tag.attributes.saturating_add(1);
                if bytes.get(word..).is_some_and(|name| name.starts_with(b"xmlns")) {
                    tag.namespaces = tag.namespaces.saturating_add(1);
                }
            }
            b' ' | b'\t' | b'\r' | b'\n' => word = offset + 1,
            _ => {}
        }
        offset += 1;
    }
}

/// Byte offset after the start tag that begins at `at`.
pub(super) fn start_tag_end(text: &str, at: usize) -> usize {
    start_tag(text.as_bytes(), at).map_or(text.len(), |tag| tag.end)
}

/// Skips a document type declaration, refusing entity declarations.
fn skip_doctype(text: &str, at: usize) -> Result<Option<usize>, Refusal> {
    let bytes = text.as_bytes();
    let mut offset = at + 2;
    let mut bracket = false;
    while let Some(&byte) = bytes.get(offset) {
        match byte {
            b'[' => bracket = true,
            b']' => bracket = false,
            b'>' if !bracket => return Ok(Some(offset + 1)),
            b'<' if bytes.get(offset..).is_some_and(|rest| rest.starts_with(b"<!--")) => {
                let Some(end) = find(text, offset + 4, "-->") else {
                    return Ok(None);
                };
                offset = end + 2;
            }
            b'<' if bytes
                .get(offset..)
                .is_some_and(|rest| rest.starts_with(b"<!ENTITY")) =>
            {
                return Err((XmlErrorKind::EntityDeclaration, offset));
            }
            // A parameter entity reference could bring declarations in.
            b'%' if bracket => return Err((XmlErrorKind::EntityDeclaration, offset)),
            quote @ (b'"' | b'\'') => {
                let value = bytes.get(offset + 1..).unwrap_or_default();
                let Some(length) = value.iter().position(|byte| *byte == quote) else {
                    return Ok(None);
                };
                offset += 1 + length;
            }
            _ => {}
        }
        offset += 1;
    }
    Ok(None)
}
