//! Walking the tree. Nothing here recurses or allocates.

use std::borrow::Cow;

use super::{Document, NodeId, NodeKind};

/// The children of a node, in document order.
#[derive(Debug, Clone)]
pub struct Children<'a> {
    document: &'a Document,
    next: NodeId,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let current = self.next.some()?;
        self.next = self.document.node(current).next;
        Some(current)
    }
}

/// The attributes of an element, in the order written, namespace declarations left out.
#[derive(Debug, Clone)]
pub struct Attributes<'a> {
    document: &'a Document,
    next: NodeId,
}

impl Iterator for Attributes<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let current = self.next;
        if self.document.kind(current) != NodeKind::Attribute {
            return None;
        }
        self.next = NodeId(current.0.saturating_add(1));
        Some(current)
    }
}

/// The nodes below a node, in document order, attributes left out.
#[derive(Debug, Clone)]
pub struct Descendants<'a> {
    document: &'a Document,
    next: u32,
    end: u32,
}

impl Iterator for Descendants<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        while self.next < self.end {
            let current = NodeId(self.next);
            self.next += 1;
            if self.document.kind(current) != NodeKind::Attribute {
                return Some(current);
            }
        }
        None
    }
}

/// The parent of a node, its parent, up to the document node.
#[derive(Debug, Clone)]
pub struct Ancestors<'a> {
    document: &'a Document,
    next: NodeId,
}

impl Iterator for Ancestors<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let current = self.next.some()?;
        self.next = self.document.node(current).parent;
        Some(current)
    }
}

impl Document {
    /// The children of a node, in document order.
    pub fn children(&self, id: NodeId) -> Children<'_> {
        Children {
            document: self,
            next: self.node(id).first_child,
        }
    }

    /// The child elements of a node, in document order.
    pub fn child_elements(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.children(id).filter(|child| self.is_element(*child))
    }

    /// The child elements with this namespace (empty for none) and local name, in document order.
    pub fn children_named<'a>(
        &'a self,
        id: NodeId,
        namespace: &str,
        local: &str,
    ) -> impl Iterator<Item = NodeId> + 'a {
        let name = self.names().find(namespace, local);
        self.child_elements(id)
            .filter(move |child| Some(self.name(*child)) == name)
    }

    /// The first child element with this namespace (empty for none) and local name.
    pub fn child_named(&self, id: NodeId, namespace: &str, local: &str) -> Option<NodeId> {
        self.children_named(id, namespace, local).next()
    }

    /// The attributes of an element; nothing for other nodes.
    pub fn attributes(&self, id: NodeId) -> Attributes<'_> {
        let next = if self.is_element(id) {
            NodeId(id.0.saturating_add(1))
        } else {
            NodeId::NONE
        };
        Attributes { document: self, next }
    }

    /// The nodes below a node, in document order, attributes and the node itself left out.
    pub fn descendants(&self, id: NodeId) -> Descendants<'_> {
        Descendants {
            document: self,
            next: id.0.saturating_add(1),
            end: self.node(id).end.0,
        }
    }

    /// The parent of a node, its parent, up to the document node.
    pub fn ancestors(&self, id: NodeId) -> Ancestors<'_> {
        Ancestors {
            document: self,
            next: self.node(id).parent,
        }
    }

    /// First node after the subtree of a node, in document order; may be one past the last.
    pub fn subtree_end(&self, id: NodeId) -> NodeId {
        self.node(id).end
    }

    /// First child of a node.
    pub fn first_child(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).first_child.some()
    }

    /// Last child of a node.
    pub fn last_child(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).last_child.some()
    }

    /// Next sibling; none for attributes.
    pub fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).next.some()
    }

    /// Previous sibling; none for attributes.
    pub fn previous_sibling(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).previous.some()
    }

    /// The string value as XPath defines it: all text below an element or the document, the text of others.
    pub fn string_value(&self, id: NodeId) -> Cow<'_, str> {
        match self.kind(id) {
            NodeKind::Document | NodeKind::Element => {}
            _ => return Cow::Borrowed(self.text(id)),
        }
        let mut texts = self
            .descendants(id)
            .filter(|node| self.kind(*node) == NodeKind::Text);
        let Some(first) = texts.next() else {
            return Cow::Borrowed("");
        };
        match texts.next() {
            None => Cow::Borrowed(self.text(first)),
            Some(second) => {
                let mut value = String::from(self.text(first));
                value.push_str(self.text(second));
                for text in texts {
                    value.push_str(self.text(text));
                }
                Cow::Owned(value)
            }
        }
    }
}
