//! The path of a node, for people and for machines.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::{Document, NameId, NodeId, NodeKind};

/// Rank of every element among its siblings of the same name, by node rank; 0 for other nodes.
pub(super) fn ranks(document: &Document) -> Vec<u32> {
    let mut ranks = vec![0_u32; document.len()];
    let mut counts: HashMap<NameId, u32> = HashMap::new();
    for index in 0..document.len() {
        let parent = NodeId::from_index(index);
        if document.first_child(parent).is_none() {
            continue;
        }
        counts.clear();
        for child in document.child_elements(parent) {
            let count = counts.entry(document.name(child)).or_insert(0);
            *count += 1;
            if let Some(rank) = ranks.get_mut(child.index()) {
                *rank = *count;
            }
        }
    }
    ranks
}

impl Document {
    /// The XPath of a node, as people read it: names as written in the source, `[n]` only where siblings share the
    /// name (`/ClinicalDocument/component/structuredBody/component[2]/section/@classCode`).
    pub fn xpath(&self, id: NodeId) -> String {
        let mut steps: Vec<NodeId> = vec![id];
        steps.extend(self.ancestors(id));
        let mut path = String::new();
        for &step in steps.iter().rev() {
            match self.kind(step) {
                NodeKind::Document => {}
                NodeKind::Element => {
                    let _ = write!(path, "/{}", self.qualified_name(step));
                    let rank = self.rank_among_namesakes(step);
                    if rank > 1 || self.has_namesake_after(step) {
                        let _ = write!(path, "[{rank}]");
                    }
                }
                NodeKind::Attribute => {
                    let _ = write!(path, "/@{}", self.qualified_name(step));
                }
                NodeKind::Text => path.push_str("/text()"),
                NodeKind::Comment => path.push_str("/comment()"),
                NodeKind::ProcessingInstruction => path.push_str("/processing-instruction()"),
            }
        }
        if path.is_empty() { "/".to_owned() } else { path }
    }

    fn has_namesake_after(&self, element: NodeId) -> bool {
        let name = self.name(element);
        let mut next = self.next_sibling(element);
        while let Some(sibling) = next {
            if self.is_element(sibling) && self.name(sibling) == name {
                return true;
            }
            next = self.next_sibling(sibling);
        }
        false
    }
}
