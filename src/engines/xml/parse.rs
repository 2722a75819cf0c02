//! Text to tree: roxmltree reads and checks, its tree is copied into ours, which owns its text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use super::decode::{Decoding, DecodingNote, decode};
use super::document::{Declaration, Node, NodeKind, Span};
use super::{
    BeforeDeclaration, Doctype, Document, LineIndex, NameId, NameTable, NodeId, ParseOptions, Position,
    XmlError, XmlErrorKind, guard,
};

impl Document {
    /// Reads a document from bytes in any encoding.
    ///
    /// # Errors
    /// What makes the bytes something else than a well-formed document within the limits, with its line and column.
    pub fn parse(bytes: &[u8], options: &ParseOptions) -> Result<Self, XmlError> {
        let start = Position { line: 1, column: 1 };
        if bytes.len() as u64 > options.bytes.min(u64::from(u32::MAX)) {
            return Err(XmlError {
                kind: XmlErrorKind::TooLarge { limit: options.bytes },
                position: start,
            });
        }
        let (text, decoding) = decode(bytes)?;
        Self::from_text(with_plain_line_ends(text), decoding, options)
    }

    /// As [`Document::parse`], for bytes that nobody else needs: when they are the text already (UTF-8 without mark, line
    /// ends LF) they are kept instead of a copy, and [`Document::source`] has them. Otherwise they are given back.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn parse_owned(bytes: Vec<u8>, options: &ParseOptions) -> Result<(Self, Option<Vec<u8>>), XmlError> {
        let as_text = bytes.len() as u64 <= options.bytes && memchr::memchr(b'\r', &bytes).is_none();
        if !as_text {
            return Ok((Self::parse(&bytes, options)?, Some(bytes)));
        }
        let (text, decoding) = decode(&bytes)?;
        if !matches!(&text, Cow::Borrowed(text) if text.len() == bytes.len()) {
            return Ok((Self::parse(&bytes, options)?, Some(bytes)));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok((Self::from_text(text, decoding, options)?, None)),
            Err(error) => {
                let bytes = error.into_bytes();
                Ok((Self::parse(&bytes, options)?, Some(bytes)))
            }
        }
    }

    /// Reads a document from text already decoded, whatever encoding it declares.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn parse_text(text: &str, options: &ParseOptions) -> Result<Self, XmlError> {
        let decoding = Decoding {
            declared: None,
            found: "UTF-8",
            bom: false,
            notes: Vec::new(),
        };
        Self::from_text(with_plain_line_ends(Cow::Borrowed(text)), decoding, options)
    }

    fn from_text(source: String, mut decoding: Decoding, options: &ParseOptions) -> Result<Self, XmlError> {
        let fail = |kind: XmlErrorKind, offset: usize| XmlError {
            kind,
            position: LineIndex::default().position(&source, offset),
        };
        if source.len() as u64 > options.bytes.min(u64::from(u32::MAX)) {
            return Err(fail(XmlErrorKind::TooLarge { limit: options.bytes }, 0));
        }
        let body = source.trim_start_matches([' ', '\t', '\r', '\n', '\u{FEFF}']);
        let skipped = source.len() - body.len();
        if body.is_empty() {
            return Err(fail(XmlErrorKind::Empty, 0));
        }
        let count = source.get(..skipped).unwrap_or_default().chars().count();
        if skipped > 0 && body.starts_with("<?xml ") {
            if options.before_declaration == BeforeDeclaration::Refuse {
                return Err(fail(XmlErrorKind::BeforeDeclaration, 0));
            }
            decoding
                .notes
                .push(DecodingNote::SpaceBeforeDeclaration { count });
        } else if skipped > 0 {
            decoding.notes.push(DecodingNote::SpaceBeforeRoot { count });
        }
        guard::scan(body, options).map_err(|(kind, offset)| {
            // The parser may know a better reason than "never closed": a wrong end tag before it.
            if matches!(kind, XmlErrorKind::Unclosed { .. })
                && let Err(error) = read(body, options)
                && has_position(&error)
            {
                return refusal(&error, body, skipped, &source);
            }
            fail(kind, skipped + offset)
        })?;
        let built = {
            let tree = read(body, options).map_err(|error| refusal(&error, body, skipped, &source))?;
            Builder::new(&tree, skipped).build()
        };
        Ok(Self {
            source,
            pool: built.pool,
            nodes: built.nodes,
            names: built.names,
            prefixes: built.prefixes,
            declarations: built.declarations,
            decoding,
            lines: LineIndex::default(),
            elements_by_name: OnceLock::new(),
            siblings: OnceLock::new(),
        })
    }
}

/// Line ends as XML 1.0 (2.11) wants them read: CR LF and CR are LF. Done at once for the whole text, so that texts
/// stay slices of the source; lines and columns are the same.
fn with_plain_line_ends(source: Cow<'_, str>) -> String {
    let Some(first) = memchr::memchr(b'\r', source.as_bytes()) else {
        return source.into_owned();
    };
    let mut plain = String::with_capacity(source.len());
    let mut copied = 0;
    let mut next = Some(first);
    while let Some(at) = next {
        plain.push_str(source.get(copied..at).unwrap_or_default());
        plain.push('\n');
        let follows = source.as_bytes().get(at + 1) == Some(&b'\n');
        copied = at + 1 + usize::from(follows);
        let rest = source.as_bytes().get(copied..).unwrap_or_default();
        next = memchr::memchr(b'\r', rest).map(|offset| copied + offset);
    }
    plain.push_str(source.get(copied..).unwrap_or_default());
    plain
}

fn read<'a>(body: &'a str, options: &ParseOptions) -> Result<roxmltree::Document<'a>, roxmltree::Error> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: options.doctype == Doctype::Skip,
        ..roxmltree::ParsingOptions::default()
    };
    roxmltree::Document::parse_with_options(body, options)
}

fn has_position(error: &roxmltree::Error) -> bool {
    !matches!(
        error,
        roxmltree::Error::UnexpectedEndOfStream | roxmltree::Error::UnclosedRootNode
    )
}

/// Our words for an error of the parser, placed in the whole source.
fn refusal(error: &roxmltree::Error, body: &str, skipped: usize, source: &str) -> XmlError {
    use roxmltree::Error as E;
    let kind = match error {
        E::DtdDetected => XmlErrorKind::Doctype,
        E::NoRootNode => XmlErrorKind::NoElement,
        E::UnexpectedCloseTag(expected, found, _) => XmlErrorKind::Mismatched {
            expected: expected.clone(),
            found: found.clone(),
        },
        E::UnknownNamespace(prefix, _) => XmlErrorKind::UndeclaredPrefix {
            prefix: prefix.clone(),
        },
        E::DuplicatedAttribute(name, _) => XmlErrorKind::DuplicateAttribute { name: name.clone() },
        E::UnknownEntityReference(name, _) => XmlErrorKind::UnknownEntity { name: name.clone() },
        E::NonXmlChar(character, _) => XmlErrorKind::ForbiddenCharacter {
            code: u32::from(*character),
        },
        other => {
            let detail = other.to_string();
            // The parser ends its sentences with its own position, which we give apart.
            let detail = detail
                .rsplit_once(" at ")
                .map_or(detail.as_str(), |(words, _)| words)
                .to_owned();
            XmlErrorKind::Malformed { detail }
        }
    };
    let lines = LineIndex::default();
    if !has_position(error) {
        return XmlError {
            kind,
            position: lines.position(source, source.len()),
        };
    }
    let place = error.pos();
    let offset = offset_of(body, place.row, place.col);
    XmlError {
        kind,
        position: lines.position(source, skipped + offset),
    }
}

/// Byte offset of the row and column (characters) of the parser, which counts lines by LF alone.
fn offset_of(text: &str, row: u32, column: u32) -> usize {
    let mut start = 0;
    for _ in 1..row {
        match text.get(start..).and_then(|rest| rest.find('\n')) {
            Some(length) => start += length + 1,
            None => break,
        }
    }
    let rest = text.get(start..).unwrap_or_default();
    let skip = column.saturating_sub(1) as usize;
    start
        + rest
            .char_indices()
            .nth(skip)
            .map_or(rest.len(), |(offset, _)| offset)
}

/// What the copy makes.
struct Built {
    nodes: Vec<Node>,
    names: NameTable,
    prefixes: Vec<Box<str>>,
    declarations: Vec<Declaration>,
    pool: String,
}

/// Copies the parser's tree, node by node in document order.
struct Builder<'a, 'input> {
    tree: &'a roxmltree::Document<'input>,
    skipped: usize,
    nodes: Vec<Node>,
    names: NameTable,
    prefixes: Vec<Box<str>>,
    prefix_ids: HashMap<Box<str>, u16>,
    declarations: Vec<Declaration>,
    pool: String,
    /// The open nodes, outermost first.
    open: Vec<NodeId>,
}

impl<'a, 'input> Builder<'a, 'input> {
    fn new(tree: &'a roxmltree::Document<'input>, skipped: usize) -> Self {
        Self {
            tree,
            skipped,
            nodes: Vec::with_capacity(tree.input_text().len() / 24 + 8),
            names: NameTable::default(),
            prefixes: vec!["".into()],
            prefix_ids: HashMap::from([("".into(), 0)]),
            declarations: Vec::new(),
            pool: String::new(),
            open: Vec::new(),
        }
    }

    fn build(mut self) -> Built {
        self.push(NodeKind::Document, NameId::NONE, 0);
        self.open.push(NodeId::DOCUMENT);
        let root = self.tree.root();
        let mut at = root.first_child();
        while let Some(node) = at {
            let id = self.copy(node);
            if let Some(child) = node.first_child() {
                self.open.push(id);
                at = Some(child);
                continue;
            }
            self.close(id);
            let mut last = node;
            at = loop {
                if let Some(next) = last.next_sibling() {
                    break Some(next);
                }
                match last.parent() {
                    Some(parent) if parent != root => {
                        if let Some(id) = self.open.pop() {
                            self.close(id);
                        }
                        last = parent;
                    }
                    _ => break None,
                }
            };
        }
        self.close(NodeId::DOCUMENT);
        self.nodes.shrink_to_fit();
        Built {
            nodes: self.nodes,
            names: self.names,
            prefixes: self.prefixes,
            declarations: self.declarations,
            pool: self.pool,
        }
    }

    /// Sets the end of a subtree that is complete.
    fn close(&mut self, id: NodeId) {
        let end = NodeId::from_index(self.nodes.len());
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.end = end;
        }
    }

    fn copy(&mut self, node: roxmltree::Node<'a, 'input>) -> NodeId {
        let offset = self.skipped + node.range().start;
        match node.node_type() {
            roxmltree::NodeType::Element => self.element(node, offset),
            roxmltree::NodeType::Text => {
                let id = self.child(NodeKind::Text, NameId::NONE, offset);
                self.value(id, node.text().unwrap_or_default());
                id
            }
            roxmltree::NodeType::Comment => {
                let id = self.child(NodeKind::Comment, NameId::NONE, offset);
                self.value(id, node.text().unwrap_or_default());
                id
            }
            roxmltree::NodeType::PI | roxmltree::NodeType::Root => {
                let instruction = node.pi();
                let name = self
                    .names
                    .intern("", instruction.map_or("", |found| found.target));
                let id = self.child(NodeKind::ProcessingInstruction, name, offset);
                self.value(id, instruction.and_then(|found| found.value).unwrap_or_default());
                id
            }
        }
    }

    fn element(&mut self, node: roxmltree::Node<'a, 'input>, offset: usize) -> NodeId {
        let tag = node.tag_name();
        let name = self.names.intern(tag.namespace().unwrap_or_default(), tag.name());
        let id = self.child(NodeKind::Element, name, offset);
        let written = self.source(offset + 1, tag.name().len() + 64);
        self.prefix(id, written, tag.name());
        self.declare(node, id);
        for attribute in node.attributes() {
            let name = self
                .names
                .intern(attribute.namespace().unwrap_or_default(), attribute.name());
            let offset = self.skipped + attribute.range().start;
            let attribute_id = self.push(NodeKind::Attribute, name, offset);
            if let Some(added) = self.nodes.get_mut(attribute_id.index()) {
                added.parent = id;
            }
            if attribute.namespace().is_some() {
                let written = self.source(offset, attribute.name().len() + 64);
                self.prefix(attribute_id, written, attribute.name());
            }
            self.value(attribute_id, attribute.value());
            self.close(attribute_id);
        }
        id
    }

    /// Records the namespaces that an element declares itself: those that its parent does not have as they are.
    fn declare(&mut self, node: roxmltree::Node<'a, 'input>, id: NodeId) {
        let inner = node.namespaces();
        // The parser keeps one record per distinct declaration, and an element that declares nothing lists exactly
        // the records of its parent.
        let inherits = node.parent().is_some_and(|parent| {
            let outer = parent.namespaces();
            outer.len() == inner.len()
                && outer
                    .zip(inner.clone())
                    .all(|(one, other)| std::ptr::eq(one, other))
        });
        if inherits {
            return;
        }
        for namespace in inner {
            let prefix = namespace.name().unwrap_or_default();
            let inherited = node
                .parent()
                .and_then(|parent| parent.lookup_namespace_uri(namespace.name()));
            if inherited != Some(namespace.uri()) {
                self.declarations.push(Declaration {
                    element: id,
                    prefix: prefix.into(),
                    uri: namespace.uri().into(),
                });
            }
        }
    }

    fn source(&self, offset: usize, length: usize) -> &'input str {
        let text = self.tree.input_text();
        let start = offset.saturating_sub(self.skipped);
        let mut end = (start + length).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.get(start..end).unwrap_or_default()
    }

    /// Reads the prefix from the source, where the name is written as `prefix:local`.
    fn prefix(&mut self, id: NodeId, written: &str, local: &str) {
        let Some((prefix, rest)) = written.split_once(':') else {
            return;
        };
        if !rest.starts_with(local) || prefix.contains([' ', '\t', '\r', '\n', '>', '/', '=', '"', '\'']) {
            return;
        }
        let number = if let Some(&number) = self.prefix_ids.get(prefix) {
            number
        } else {
            let Ok(number) = u16::try_from(self.prefixes.len()) else {
                return;
            };
            self.prefixes.push(prefix.into());
            self.prefix_ids.insert(prefix.into(), number);
            number
        };
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.prefix = number;
        }
    }

    /// Keeps a text where it is when the parser did not change it, else in the pool.
    fn value(&mut self, id: NodeId, text: &str) {
        let source = self.tree.input_text();
        let base = source.as_ptr() as usize;
        let start = (text.as_ptr() as usize).wrapping_sub(base);
        let in_source = start <= source.len() && text.len() <= source.len() - start;
        let (start, pooled) = if in_source {
            (self.skipped + start, false)
        } else {
            self.pool.push_str(text);
            (self.pool.len() - text.len(), true)
        };
        let span = Span {
            start: number(start),
            length: number(text.len()),
        };
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.value = span;
            node.pooled = pooled;
        }
    }

    /// Appends a child of the innermost open node and links it.
    fn child(&mut self, kind: NodeKind, name: NameId, offset: usize) -> NodeId {
        let id = self.push(kind, name, offset);
        let parent = self.open.last().copied().unwrap_or(NodeId::DOCUMENT);
        let mut previous = NodeId::NONE;
        if let Some(node) = self.nodes.get_mut(parent.index()) {
            previous = node.last_child;
            node.last_child = id;
            if node.first_child == NodeId::NONE {
                node.first_child = id;
            }
        }
        if let Some(node) = self.nodes.get_mut(previous.index()) {
            node.next = id;
        }
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.parent = parent;
            node.previous = previous;
        }
        id
    }

    fn push(&mut self, kind: NodeKind, name: NameId, offset: usize) -> NodeId {
        let id = NodeId::from_index(self.nodes.len());
        self.nodes.push(Node {
            kind,
            pooled: false,
            prefix: 0,
            name,
            parent: NodeId::NONE,
            first_child: NodeId::NONE,
            last_child: NodeId::NONE,
            next: NodeId::NONE,
            previous: NodeId::NONE,
            end: NodeId::NONE,
            value: Span { start: 0, length: 0 },
            offset: number(offset),
        });
        id
    }
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
