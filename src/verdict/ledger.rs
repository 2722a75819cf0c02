//! Findings on their way into the record: each once, in the order of every output.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::record::FindingRecord;

/// Findings on their way into the record, each once, with what it counts against.
#[derive(Default)]
pub(super) struct Ledger {
    entries: Vec<(Finding, BTreeSet<String>)>,
    index: BTreeMap<String, usize>,
}

impl Ledger {
    /// Adds a finding, or finds it again: the same file judged for two proofs breaks a rule once.
    pub(super) fn add(&mut self, finding: &Finding, proof: Option<&str>) -> usize {
        let key = format!("{:?}", (finding.sort_key(), finding.severity, &finding.found));
        let next = self.entries.len();
        let index = *self.index.entry(key).or_insert(next);
        if index == next {
            self.entries.push((finding.clone(), BTreeSet::new()));
        }
        if let (Some(proof), Some((_, proofs))) = (proof, self.entries.get_mut(index)) {
            proofs.insert(proof.to_owned());
        }
        index
    }
}

impl Ledger {
    /// Whether a finding of the same rule already tells these two values apart, whichever of them it calls expected.
    pub(super) fn tells_difference(&self, finding: &Finding) -> bool {
        let values = |finding: &Finding| {
            let mut values = [finding.expected.clone(), finding.found.clone()];
            values.sort();
            values
        };
        let wanted = values(finding);
        let valued = wanted.iter().any(Option::is_some);
        self.entries.iter().any(|(known, _)| {
            known.rule == finding.rule
                && if valued {
                    values(known) == wanted
                } else {
                    known.place == finding.place
                }
        })
    }
}

/// The findings in the order of every output, and where each entry of the ledger went.
pub(super) fn in_order(
    ledger: Ledger,
    requirement_of: &BTreeMap<&str, BTreeSet<&str>>,
) -> (Vec<FindingRecord>, Vec<usize>) {
    let mut order: Vec<usize> = (0..ledger.entries.len()).collect();
    order.sort_by(|&a, &b| {
        let key = |index: usize| ledger.entries.get(index).map(|(finding, _)| finding.sort_key());
        key(a).cmp(&key(b)).then(a.cmp(&b))
    });
    let mut places = vec![0; order.len()];
    let mut records = Vec::with_capacity(order.len());
    for (position, &index) in order.iter().enumerate() {
        if let Some(place) = places.get_mut(index) {
            *place = position;
        }
        let Some((finding, proofs)) = ledger.entries.get(index) else {
            continue;
        };
        let requirements: BTreeSet<&str> = proofs
            .iter()
            .filter_map(|proof| requirement_of.get(proof.as_str()))
            .flatten()
            .copied()
            .collect();
        let mut record = FindingRecord::from(finding);
        record.proofs = proofs.iter().cloned().collect();
        record.requirements = requirements.into_iter().map(str::to_owned).collect();
        records.push(record);
    }
    (records, places)
}
