//! Two packs side by side: what one has and the other has not.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Pack;
use crate::engines::xml::{Document, ParseOptions};
use crate::evidence::sha256_hex;

/// What changed in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Only in the second pack.
    Added,
    /// Only in the first pack.
    Removed,
    /// In both, with another content.
    Changed,
}

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileChange {
    /// The path in the packs.
    pub path: String,
    /// What changed.
    pub change: Change,
    /// For a value set: codes only in the second pack.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes_added: Vec<String>,
    /// For a value set: codes only in the first pack.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes_removed: Vec<String>,
}

/// The files that differ between two packs, sorted by path.
pub fn compare(first: &Pack, second: &Pack) -> Vec<FileChange> {
    let contents = |pack: &Pack| -> BTreeMap<String, Vec<u8>> {
        pack.files()
            .paths()
            .filter_map(|path| Some((path.to_owned(), pack.files().read(path).ok()?)))
            .collect()
    };
    let (left, right) = (contents(first), contents(second));
    let paths: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    let mut changes = Vec::new();
    for path in paths {
        let (before, after) = (left.get(path), right.get(path));
        let change = match (before, after) {
            (None, _) => Change::Added,
            (_, None) => Change::Removed,
            (Some(before), Some(after)) if sha256_hex(before) == sha256_hex(after) => continue,
            _ => Change::Changed,
        };
        let empty = BTreeSet::new();
        let codes = |bytes: Option<&Vec<u8>>| bytes.map_or(empty.clone(), |bytes| codes(bytes));
        let (old, new) = (codes(before), codes(after));
        let both = before.is_some() && after.is_some();
        let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
            if both {
                one.difference(other).cloned().collect()
            } else {
                Vec::new()
            }
        };
        changes.push(FileChange {
            path: path.clone(),
            change,
            codes_added: only(&new, &old),
            codes_removed: only(&old, &new),
        });
    }
    changes
}

/// The codes of a value set, as `code (system)`.
fn codes(bytes: &[u8]) -> BTreeSet<String> {
    let Ok(document) = Document::parse(bytes, &ParseOptions::default()) else {
        return BTreeSet::new();
    };
    document
        .descendants(document.root_element())
        .filter(|&node| matches!(document.local_name(node), "Concept" | "concept"))
        .filter_map(|node| {
            let code = document.attribute(node, "", "code")?;
            let system = document.attribute(node, "", "codeSystem").unwrap_or_default();
            Some(format!("{code} ({system})"))
        })
        .collect()
}
