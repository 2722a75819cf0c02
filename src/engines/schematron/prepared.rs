//! The prepared form of a schema: one tree with its includes resolved and its abstract patterns expanded, and the bytes
//! in which a caller may keep it. Reading it back replaces the opening and parsing of hundreds of files.
//!
//! ```text
//! strings: count, then each as length and UTF-8
//! prefixes: count, then pairs of strings
//! element: name, place (file, line, column), attributes, children (0 text, 1 element)
//! ```
//!
//! All numbers are LEB128, all strings are numbers in the table of strings. The bytes are not trusted: every number is
//! checked against what is there, and anything odd gives nothing.

use std::collections::HashMap;
use std::sync::Arc;

use super::error::{LoadError, LoadWarning};
use super::expand::expand;
use super::schema::Place;
use super::source::{Child, Element, Reader, Source};
use crate::engines::xpath::Resolver;

/// Deepest element of a prepared schema.
const DEEPEST: u32 = 256;

/// A schema read and expanded, not yet compiled.
pub struct Prepared(pub(super) Source);

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared")
            .field("root", &self.0.root.name)
            .finish_non_exhaustive()
    }
}

impl Prepared {
    /// Reads the schema at an address with all it includes, and puts its abstract patterns in place.
    ///
    /// # Errors
    /// When nothing can be evaluated. What loses part of the schema only is a warning.
    pub fn read(address: &str, resolver: &dyn Resolver) -> Result<(Self, Vec<LoadWarning>), LoadError> {
        let mut reader = Reader::new(resolver);
        let mut source = reader.read(address)?;
        let mut warnings = std::mem::take(&mut reader.warnings);
        expand(&mut source.root, &mut warnings);
        Ok((Self(source), warnings))
    }

    /// The bytes that [`Prepared::from_bytes`] reads back.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.count(self.0.prefixes.len());
        for (prefix, uri) in &self.0.prefixes {
            writer.string(prefix);
            writer.string(uri);
        }
        writer.element(&self.0.root);
        writer.finish()
    }

    /// What bytes made by [`Prepared::to_bytes`] say; none when they are anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Bytes { rest: bytes };
        let count = reader.count()?;
        let mut strings: Vec<&str> = Vec::with_capacity(count);
        for _ in 0..count {
            let length = reader.count()?;
            let (text, rest) = reader.rest.split_at_checked(length)?;
            strings.push(std::str::from_utf8(text).ok()?);
            reader.rest = rest;
        }
        let mut tree = Tree {
            addresses: vec![None; strings.len()],
            strings,
            bytes: reader,
        };
        let count = tree.bytes.count()?;
        let mut prefixes = Vec::with_capacity(count);
        for _ in 0..count {
            prefixes.push((tree.string()?, tree.string()?));
        }
        let root = tree.element(0)?;
        tree.bytes
            .rest
            .is_empty()
            .then_some(Self(Source { root, prefixes }))
    }
}

/// Writes the tree, strings apart.
#[derive(Default)]
struct Writer<'a> {
    numbers: HashMap<&'a str, usize>,
    strings: Vec<&'a str>,
    tree: Vec<u8>,
}

fn leb128(into: &mut Vec<u8>, mut number: u64) {
    loop {
        let low = u8::try_from(number & 0x7F).unwrap_or_default();
        number >>= 7;
        into.push(if number == 0 { low } else { low | 0x80 });
        if number == 0 {
            return;
        }
    }
}

impl<'a> Writer<'a> {
    fn count(&mut self, count: usize) {
        leb128(&mut self.tree, count as u64);
    }

    fn string(&mut self, text: &'a str) {
        let next = self.strings.len();
        let number = *self.numbers.entry(text).or_insert(next);
        if number == next {
            self.strings.push(text);
        }
        self.count(number);
    }

    fn element(&mut self, element: &'a Element) {
        self.string(&element.name);
        self.string(&element.place.file);
        leb128(&mut self.tree, u64::from(element.place.line));
        leb128(&mut self.tree, u64::from(element.place.column));
        self.count(element.attributes.len());
        for (name, value) in &element.attributes {
            self.string(name);
            self.string(value);
        }
        self.count(element.children.len());
        for child in &element.children {
            match child {
                Child::Text(text) => {
                    self.tree.push(0);
                    self.string(text);
                }
                Child::Element(element) => {
                    self.tree.push(1);
                    self.element(element);
                }
            }
        }
    }

    fn finish(self) -> Vec<u8> {
        let mut all = Vec::with_capacity(self.tree.len() * 2);
        leb128(&mut all, self.strings.len() as u64);
        for text in self.strings {
            leb128(&mut all, text.len() as u64);
            all.extend_from_slice(text.as_bytes());
        }
        all.extend_from_slice(&self.tree);
        all
    }
}

/// Bytes not read yet.
struct Bytes<'a> {
    rest: &'a [u8],
}

impl Bytes<'_> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..63).step_by(7) {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// How many things follow: never more than there are bytes, so that nothing is reserved for what cannot be.
    fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.rest.len()).then_some(count)
    }
}

/// Reads the tree.
struct Tree<'a> {
    strings: Vec<&'a str>,
    /// The addresses made so far, shared by the elements of a file.
    addresses: Vec<Option<Arc<str>>>,
    bytes: Bytes<'a>,
}

impl Tree<'_> {
    fn string(&mut self) -> Option<String> {
        let number = usize::try_from(self.bytes.number()?).ok()?;
        self.strings.get(number).map(|text| (*text).to_owned())
    }

    fn address(&mut self) -> Option<Arc<str>> {
        let number = usize::try_from(self.bytes.number()?).ok()?;
        let known = self.addresses.get_mut(number)?;
        if known.is_none() {
            *known = Some(Arc::from(*self.strings.get(number)?));
        }
        known.clone()
    }

    fn element(&mut self, depth: u32) -> Option<Element> {
        if depth > DEEPEST {
            return None;
        }
        let name = self.string()?;
        let place = Place {
            file: self.address()?,
            line: u32::try_from(self.bytes.number()?).ok()?,
            column: u32::try_from(self.bytes.number()?).ok()?,
        };
        let count = self.bytes.count()?;
        let mut attributes = Vec::with_capacity(count);
        for _ in 0..count {
            attributes.push((self.string()?, self.string()?));
        }
        let count = self.bytes.count()?;
        let mut children = Vec::with_capacity(count);
        for _ in 0..count {
            children.push(match self.bytes.number()? {
                0 => Child::Text(self.string()?),
                1 => Child::Element(self.element(depth + 1)?),
                _ => return None,
            });
        }
        Some(Element {
            name,
            attributes,
            children,
            place,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(name: &str, children: Vec<Child>) -> Element {
        Element {
            name: name.to_owned(),
            attributes: vec![("id".to_owned(), "é".to_owned())],
            children,
            place: Place {
                file: "a.sch".into(),
                line: 300,
                column: 7,
            },
        }
    }

    fn sample() -> Prepared {
        let inner = element(
            "rule",
            vec![Child::Text("x".repeat(200)), Child::Text("é".to_owned())],
        );
        Prepared(Source {
            root: element("schema", vec![Child::Element(inner), Child::Text(String::new())]),
            prefixes: vec![("h".to_owned(), "urn:hl7-org:v3".to_owned())],
        })
    }

    #[test]
    fn a_schema_comes_back_as_it_was() {
        let bytes = sample().to_bytes();
        let back = Prepared::from_bytes(&bytes).unwrap();
        assert_eq!(back.to_bytes(), bytes);
        assert_eq!(back.0.root.children.len(), 2);
        assert_eq!(back.0.root.attribute("id"), Some("é"));
        assert_eq!((back.0.root.place.line, &*back.0.root.place.file), (300, "a.sch"));
        assert_eq!(back.0.prefixes, sample().0.prefixes);
    }

    #[test]
    fn bytes_cut_or_changed_anywhere_are_refused_or_read_without_harm() {
        let bytes = sample().to_bytes();
        for end in 0..bytes.len() {
            assert!(Prepared::from_bytes(&bytes[..end]).is_none(), "cut at {end}");
        }
        for at in 0..bytes.len() {
            for value in [0, 1, 0x7F, 0x80, 0xFF] {
                let mut changed = bytes.clone();
                changed[at] = value;
                let _ = Prepared::from_bytes(&changed);
            }
        }
        let mut longer = bytes;
        longer.push(0);
        assert!(Prepared::from_bytes(&longer).is_none());
    }

    #[test]
    fn endless_nesting_is_refused() {
        // One string, no prefix, then elements each holding one element.
        let mut bytes = vec![1, 1, b'a', 0];
        for _ in 0..100_000 {
            bytes.extend([0, 0, 1, 1, 0, 1, 1]);
        }
        assert!(Prepared::from_bytes(&bytes).is_none());
    }
}
