//! The tree: one array of nodes in document order, names interned, text left in the source where possible.

use std::sync::OnceLock;

use super::{Decoding, LineIndex, NameId, NameTable, Position, StringId, guard};

/// A node of a document: its rank in document order. The document node is 0; the attributes of an element follow it,
/// then its children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    /// The document node.
    pub const DOCUMENT: Self = Self(0);
    /// No node: what links hold at their ends.
    pub(super) const NONE: Self = Self(u32::MAX);

    /// Rank in document order, from 0, for tables beside the document.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The node of a rank, as [`NodeId::index`] gives it.
    pub fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    pub(super) fn some(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }
}

/// The kinds of nodes of the XPath data model that a document holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// The document itself.
    Document,
    /// An element.
    Element,
    /// An attribute.
    Attribute,
    /// Text, CDATA sections included.
    Text,
    /// A comment.
    Comment,
    /// A processing instruction; its name is its target.
    ProcessingInstruction,
}

/// Where the text of a node is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) length: u32,
}

/// One node of the array.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    /// The text is in the pool of rewritten texts, not in the source.
    pub(super) pooled: bool,
    pub(super) prefix: u16,
    pub(super) name: NameId,
    pub(super) parent: NodeId,
    pub(super) first_child: NodeId,
    pub(super) last_child: NodeId,
    pub(super) next: NodeId,
    pub(super) previous: NodeId,
    /// First node after the subtree.
    pub(super) end: NodeId,
    pub(super) value: Span,
    pub(super) offset: u32,
}

/// What a look-up outside the array gives: a node without links, so that no caller has to fear a panic.
static NOWHERE: Node = Node {
    kind: NodeKind::Comment,
    pooled: false,
    prefix: 0,
    name: NameId::NONE,
    parent: NodeId::NONE,
    first_child: NodeId::NONE,
    last_child: NodeId::NONE,
    next: NodeId::NONE,
    previous: NodeId::NONE,
    end: NodeId::DOCUMENT,
    value: Span { start: 0, length: 0 },
    offset: 0,
};

/// A namespace declared on an element.
#[derive(Debug, Clone)]
pub(super) struct Declaration {
    pub(super) element: NodeId,
    pub(super) prefix: Box<str>,
    pub(super) uri: Box<str>,
}

/// An XML document, read and indexed.
pub struct Document {
    pub(super) source: String,
    /// Texts that differ from the source: references resolved, line ends normalised, sections joined.
    pub(super) pool: String,
    pub(super) nodes: Vec<Node>,
    pub(super) names: NameTable,
    pub(super) prefixes: Vec<Box<str>>,
    pub(super) declarations: Vec<Declaration>,
    pub(super) decoding: Decoding,
    pub(super) lines: LineIndex,
    pub(super) elements_by_name: OnceLock<ElementIndex>,
    pub(super) siblings: OnceLock<Vec<u32>>,
}

/// Elements of a document grouped by name, in document order within a name.
#[derive(Debug)]
pub(super) struct ElementIndex {
    starts: Vec<u32>,
    elements: Vec<NodeId>,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document")
            .field("nodes", &self.nodes.len())
            .field("decoding", &self.decoding)
            .finish_non_exhaustive()
    }
}

impl Document {
    pub(super) fn node(&self, id: NodeId) -> &Node {
        self.nodes.get(id.index()).unwrap_or(&NOWHERE)
    }

    /// How the bytes were turned into text.
    pub fn decoding(&self) -> &Decoding {
        &self.decoding
    }

    /// The decoded text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// How many nodes there are, attributes included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never true: there is always the document node and the root element.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The names of the document.
    pub fn names(&self) -> &NameTable {
        &self.names
    }

    /// The outermost element.
    pub fn root_element(&self) -> NodeId {
        self.children(NodeId::DOCUMENT)
            .find(|child| self.kind(*child) == NodeKind::Element)
            .unwrap_or(NodeId::DOCUMENT)
    }

    /// Kind of a node.
    pub fn kind(&self, id: NodeId) -> NodeKind {
        self.node(id).kind
    }

    /// True for an element.
    pub fn is_element(&self, id: NodeId) -> bool {
        self.kind(id) == NodeKind::Element
    }

    /// Name of an element, attribute or processing instruction; [`NameId::NONE`] of anything else.
    pub fn name(&self, id: NodeId) -> NameId {
        self.node(id).name
    }

    /// Local part of the name, empty when there is none.
    pub fn local_name(&self, id: NodeId) -> &str {
        self.names.local(self.name(id))
    }

    /// Namespace of the name, empty when there is none.
    pub fn namespace(&self, id: NodeId) -> &str {
        self.names.namespace(self.name(id))
    }

    /// Prefix as written in the source, empty when there is none.
    pub fn prefix(&self, id: NodeId) -> &str {
        self.prefixes
            .get(usize::from(self.node(id).prefix))
            .map_or("", |prefix| prefix)
    }

    /// Name as written in the source.
    pub fn qualified_name(&self, id: NodeId) -> String {
        match self.prefix(id) {
            "" => self.local_name(id).to_owned(),
            prefix => format!("{prefix}:{}", self.local_name(id)),
        }
    }

    /// True when the node has this namespace (empty for none) and local name.
    pub fn has_name(&self, id: NodeId, namespace: &str, local: &str) -> bool {
        let name = self.name(id);
        self.names.local(name) == local && self.names.namespace(name) == namespace
    }

    /// Parent; the element of an attribute.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).parent.some()
    }

    /// The text of a text, attribute, comment or processing instruction node; empty for others.
    pub fn text(&self, id: NodeId) -> &str {
        let node = self.node(id);
        let from = if node.pooled { &self.pool } else { &self.source };
        let start = node.value.start as usize;
        from.get(start..start + node.value.length as usize)
            .unwrap_or_default()
    }

    /// Value of the attribute with this namespace (empty for none) and local name.
    pub fn attribute(&self, element: NodeId, namespace: &str, local: &str) -> Option<&str> {
        self.attribute_node(element, namespace, local)
            .map(|id| self.text(id))
    }

    /// The attribute with this namespace (empty for none) and local name.
    pub fn attribute_node(&self, element: NodeId, namespace: &str, local: &str) -> Option<NodeId> {
        self.attributes(element)
            .find(|id| self.has_name(*id, namespace, local))
    }

    /// Byte offset of a node in [`Document::source`]: of `<` for an element, of the name for an attribute.
    pub fn offset(&self, id: NodeId) -> usize {
        self.node(id).offset as usize
    }

    /// Byte offset after the start tag of an element.
    pub fn start_tag_end(&self, element: NodeId) -> usize {
        guard::start_tag_end(&self.source, self.offset(element))
    }

    /// Line and column of a node.
    pub fn position(&self, id: NodeId) -> Position {
        self.position_of_offset(self.offset(id))
    }

    /// Line and column of a byte offset of [`Document::source`].
    pub fn position_of_offset(&self, offset: usize) -> Position {
        self.lines.position(&self.source, offset)
    }

    /// The line of the source where a node starts, without the white space around it. Of a line longer than `limit`
    /// bytes (many documents are one line) what stands from the node on, a little over `limit` bytes of it.
    pub fn excerpt(&self, id: NodeId, limit: usize) -> &str {
        let offset = self.offset(id);
        let bytes = self.source.as_bytes();
        let ahead = bytes.get(offset..).unwrap_or_default();
        let ahead = ahead.get(..limit).unwrap_or(ahead);
        let line_end = memchr::memchr2(b'\n', b'\r', ahead);
        let end = offset + line_end.unwrap_or(ahead.len());
        let far = end.saturating_sub(limit);
        let behind = bytes.get(far..offset).unwrap_or_default();
        let start = match memchr::memrchr2(b'\n', b'\r', behind) {
            Some(at) => far + at + 1,
            None if far == 0 => 0,
            None => offset,
        };
        let whole = line_end.is_some() || end == bytes.len();
        let start = if whole { start } else { offset };
        self.source
            .get(start..self.source.ceil_char_boundary(end))
            .unwrap_or_default()
            .trim()
    }

    /// The namespace a prefix stands for at a node (the empty prefix: the default namespace); none when undeclared.
    pub fn namespace_in_scope(&self, id: NodeId, prefix: &str) -> Option<&str> {
        if prefix == "xml" {
            return Some("http://www.w3.org/XML/1998/namespace");
        }
        let mut at = Some(id);
        while let Some(node) = at {
            if let Some(found) = self
                .declared_on(node)
                .iter()
                .find(|found| &*found.prefix == prefix)
            {
                return (!found.uri.is_empty()).then_some(&*found.uri);
            }
            at = self.parent(node);
        }
        None
    }

    /// Every prefix in scope at an element and its namespace, nearest first, `xml` last; undeclared defaults left out.
    pub fn namespaces_in_scope(&self, id: NodeId) -> Vec<(&str, &str)> {
        let mut found: Vec<(&str, &str)> = Vec::new();
        let mut at = Some(id);
        while let Some(node) = at {
            for declaration in self.declared_on(node) {
                if !found.iter().any(|(prefix, _)| *prefix == &*declaration.prefix) {
                    found.push((&declaration.prefix, &declaration.uri));
                }
            }
            at = self.parent(node);
        }
        found.push(("xml", "http://www.w3.org/XML/1998/namespace"));
        found.retain(|(_, uri)| !uri.is_empty());
        found
    }

    fn declared_on(&self, element: NodeId) -> &[Declaration] {
        let start = self
            .declarations
            .partition_point(|declaration| declaration.element < element);
        let rest = self.declarations.get(start..).unwrap_or_default();
        let length = rest.partition_point(|declaration| declaration.element == element);
        rest.get(..length).unwrap_or_default()
    }

    /// The elements with a name, in document order. The index is built at the first call.
    pub fn elements_named(&self, name: NameId) -> &[NodeId] {
        let index = self.elements_by_name.get_or_init(|| ElementIndex::new(self));
        let range = index
            .starts
            .get(name.index())
            .zip(index.starts.get(name.index() + 1));
        range
            .and_then(|(start, end)| index.elements.get(*start as usize..*end as usize))
            .unwrap_or_default()
    }

    /// Rank of an element among its siblings of the same name, from 1. Computed for all elements at the first call.
    pub fn rank_among_namesakes(&self, element: NodeId) -> u32 {
        let ranks = self.siblings.get_or_init(|| super::path::ranks(self));
        ranks.get(element.index()).copied().unwrap_or(1).max(1)
    }

    /// The identifier of a namespace, local name or prefix used in the document.
    pub fn string_id(&self, text: &str) -> Option<StringId> {
        self.names.find_string(text)
    }
}

impl ElementIndex {
    /// Counting sort by name.
    fn new(document: &Document) -> Self {
        let count = document.names.len();
        let mut starts = vec![0_u32; count + 1];
        let elements = || {
            document
                .nodes
                .iter()
                .enumerate()
                .filter(|(_, node)| node.kind == NodeKind::Element)
        };
        for (_, node) in elements() {
            if let Some(start) = starts.get_mut(node.name.index() + 1) {
                *start += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut next = starts.clone();
        let mut sorted = vec![NodeId::NONE; total as usize];
        for (index, node) in elements() {
            if let Some(place) = next.get_mut(node.name.index()) {
                if let Some(slot) = sorted.get_mut(*place as usize) {
                    *slot = NodeId::from_index(index);
                }
                *place += 1;
            }
        }
        Self {
            starts,
            elements: sorted,
        }
    }
}
