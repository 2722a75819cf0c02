//! Findings of several schemas and packs, each fault told once.

use std::collections::HashMap;

use crate::finding::{Finding, Place};

/// Findings without repetition: the same rule, place, words and test are one fault, whatever the number of schemas or
/// packs that see it.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// The findings, in the order they came.
    pub(super) findings: Vec<Finding>,
    index: HashMap<(String, Place, String, Option<String>), usize>,
}

impl Gathered {
    /// Adds findings; one that is there already only gains the name of the other pack.
    pub(super) fn extend(&mut self, more: impl IntoIterator<Item = Finding>) {
        for finding in more {
            self.push(finding);
        }
    }

    /// Adds a finding.
    pub(super) fn push(&mut self, finding: Finding) {
        let test = finding.schematron.as_ref().map(|detail| detail.test.clone());
        let key = (
            finding.rule.clone(),
            finding.place.clone(),
            finding.message.fr.to_string(),
            test,
        );
        let known = self
            .index
            .get(&key)
            .and_then(|&index| self.findings.get_mut(index));
        match (known, finding.pack) {
            (Some(known), Some(pack)) => {
                let packs = known.pack.get_or_insert_default();
                if !packs.contains(&pack) {
                    packs.push_str(" + ");
                    packs.push_str(&pack);
                }
            }
            (Some(_), None) => {}
            (None, pack) => {
                self.index.insert(key, self.findings.len());
                self.findings.push(Finding { pack, ..finding });
            }
        }
    }
}
