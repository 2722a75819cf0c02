//! The files of headers and values, and the words that tell a value or a field.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::field::{BoundRule, Field, RatioRule};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeadersFile {
    pub(super) field: Vec<Field>,
    pub(super) ratio: Vec<RatioRule>,
    pub(super) bound: Vec<BoundRule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ValuesFile {
    pub(super) total: Vec<String>,
    #[serde(default)]
    pub(super) beside: BTreeMap<String, Beside>,
    pub(super) channel: BTreeMap<String, Vec<String>>,
    pub(super) ins_status: BTreeMap<String, Vec<String>>,
    pub(super) result: BTreeMap<String, Vec<String>>,
    pub(super) integration: BTreeMap<String, Vec<String>>,
    pub(super) unit: BTreeMap<String, Vec<String>>,
    pub(super) doc_type: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) phrase: Vec<Phrase>,
    pub(super) closed: BTreeMap<String, Vec<String>>,
    pub(super) not_additive: NotAdditive,
    pub(super) period_role: BTreeMap<String, Vec<String>>,
    pub(super) months: BTreeMap<String, Vec<String>>,
    pub(super) years: Years,
}

/// A value told by some words of a sentence.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrase {
    /// The dimension.
    pub dimension: String,
    /// The value.
    pub value: String,
    /// Lists of words: one of each list is there.
    pub has: Vec<Vec<String>>,
    /// None of these words is there.
    #[serde(default)]
    pub without: Vec<String>,
}

impl Phrase {
    pub(super) fn fits(&self, words: &[&str]) -> bool {
        let there = |word: &String| words.contains(&word.as_str());
        self.has.iter().all(|list| list.iter().any(there)) && !self.without.iter().any(there)
    }
}

/// Words of a dimension whose meaning depends on what its column names besides.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beside {
    /// The folded words.
    pub words: Vec<String>,
    /// What they mean by themselves.
    pub first: String,
    /// What they mean beside another word for `first`.
    pub second: String,
}

/// A field told by some words of a header.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderWords {
    /// The field.
    pub field: String,
    /// Lists of words: one of each list is there.
    pub has: Vec<Vec<String>>,
    /// None of these words is there.
    #[serde(default)]
    pub without: Vec<String>,
}

impl HeaderWords {
    /// Whether a folded header has the words.
    pub fn fits(&self, header: &str) -> bool {
        let words: Vec<&str> = header.split(' ').collect();
        let there = |word: &String| words.contains(&word.as_str());
        self.has.iter().all(|list| list.iter().any(there)) && !self.without.iter().any(there)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NotAdditive {
    pub(super) units: Vec<String>,
}

/// Years that a period may have.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Years {
    /// First one that makes sense.
    pub first: i16,
    /// Last one that makes sense.
    pub last: i16,
}
