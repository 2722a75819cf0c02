//! A cursor on an XML element, with the few steps that readers of typed content need.
//!
//! Children are matched by local name alone: a reader checks the namespace once, at its root element, and an element
//! in a wrong namespace below it is a fault for the schema to report.

use std::borrow::Cow;

use crate::engines::xml::{Document, NodeId};
use crate::evidence::cda_header::Spot;

/// An element of a document.
#[derive(Debug, Clone, Copy)]
pub struct Element<'a> {
    document: &'a Document,
    node: NodeId,
}

impl<'a> Element<'a> {
    /// The outermost element.
    pub fn root(document: &'a Document) -> Self {
        Self {
            document,
            node: document.root_element(),
        }
    }

    /// The document the element is in.
    pub fn document(self) -> &'a Document {
        self.document
    }

    /// Its node.
    pub fn node(self) -> NodeId {
        self.node
    }

    /// Local part of its name.
    pub fn local(self) -> &'a str {
        self.document.local_name(self.node)
    }

    /// Namespace of its name, empty when it has none.
    pub fn namespace(self) -> &'a str {
        self.document.namespace(self.node)
    }

    /// Whether it has this namespace and local name.
    pub fn is(self, namespace: &str, local: &str) -> bool {
        self.document.has_name(self.node, namespace, local)
    }

    /// Value of the attribute without namespace.
    pub fn attribute(self, local: &str) -> Option<&'a str> {
        self.document.attribute(self.node, "", local)
    }

    /// Value of the attribute with a namespace.
    pub fn attribute_in(self, namespace: &str, local: &str) -> Option<&'a str> {
        self.document.attribute(self.node, namespace, local)
    }

    /// Child elements, in order.
    pub fn elements(self) -> impl Iterator<Item = Element<'a>> {
        self.document
            .child_elements(self.node)
            .map(move |node| Self { node, ..self })
    }

    /// Child elements with this local name.
    pub fn named(self, local: &str) -> impl Iterator<Item = Element<'a>> {
        self.elements().filter(move |element| element.local() == local)
    }

    /// The first child element with this local name.
    pub fn child(self, local: &str) -> Option<Element<'a>> {
        self.named(local).next()
    }

    /// Down a path of first children.
    pub fn descend(self, path: &[&str]) -> Option<Element<'a>> {
        path.iter().try_fold(self, |element, local| element.child(local))
    }

    /// The element itself, then every element below it, in document order.
    pub fn descendants(self) -> impl Iterator<Item = Element<'a>> {
        std::iter::once(self).chain(
            self.document
                .descendants(self.node)
                .filter(move |node| self.document.is_element(*node))
                .map(move |node| Self { node, ..self }),
        )
    }

    /// All text below it.
    pub fn text(self) -> Cow<'a, str> {
        self.document.string_value(self.node)
    }

    /// All text below it, white space folded.
    pub fn folded(self) -> String {
        self.text().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Where it stands.
    pub fn spot(self) -> Spot {
        let position = self.document.position(self.node);
        Spot {
            line: position.line,
            column: position.column,
            path: self.document.xpath(self.node),
        }
    }
}
