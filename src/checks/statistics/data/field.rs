//! The canonical fields of statistics files and what holds between them.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What a field does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A part of the period.
    Period,
    /// A dimension, or the RPPS.
    Dimension,
    /// Something else that a row says.
    Attribute,
    /// A count.
    Measure,
    /// A declared rate.
    Rate,
}

/// A canonical field and the headers that name it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Canonical name, used by `--map`.
    pub id: String,
    /// What it does.
    pub kind: FieldKind,
    /// French name for people.
    pub label: String,
    /// Folded headers that name it.
    pub names: Vec<String>,
    /// Sets of words one of which a header holds.
    #[serde(default)]
    pub words: Vec<Vec<String>>,
    /// Words that exclude it.
    #[serde(default)]
    pub without: Vec<String>,
    /// Dimensions that a measure fixes by itself.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
}

impl Field {
    /// Whether a folded header holds the words of the field.
    pub fn matches_words(&self, header: &str) -> bool {
        let words: Vec<&str> = header.split(' ').collect();
        let holds = |word: &String| words.contains(&word.as_str());
        self.words
            .iter()
            .any(|set| !set.is_empty() && set.iter().all(holds))
            && !self.without.iter().any(holds)
    }
}

/// A rate and the two counts it is made of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatioRule {
    /// Field of the declared rate.
    pub rate: String,
    /// Field of the numerator.
    pub numerator: String,
    /// Field of the denominator.
    pub denominator: String,
}

/// Two counts of one row of which one bounds the other.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoundRule {
    /// The smaller.
    pub less: String,
    /// The larger.
    pub more: String,
}
