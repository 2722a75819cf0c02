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

    /// The findings as they go into the record, at the indices that [`Ledger::add`] gave.
    pub(super) fn into_records(self, requirement_of: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<FindingRecord> {
        self.entries
            .into_iter()
            .map(|(finding, proofs)| {
                let requirements: BTreeSet<&str> = proofs
                    .iter()
                    .filter_map(|proof| requirement_of.get(proof.as_str()))
                    .flatten()
                    .copied()
                    .collect();
                let mut record = FindingRecord::from(&finding);
                record.requirements = requirements.into_iter().map(str::to_owned).collect();
                record.proofs = proofs.into_iter().collect();
                record
            })
            .collect()
    }
}

impl Ledger {
    /// Whether a finding already tells the same difference; see [`Difference::is`].
    pub(super) fn tells(&self, finding: &Finding) -> bool {
        let wanted = Difference::from(finding);
        self.entries
            .iter()
            .any(|(known, _)| wanted.is(&Difference::from(known)))
    }
}

/// Two values that a finding tells apart, and where.
pub(super) struct Difference<'a> {
    rule: &'a str,
    values: [Option<&'a str>; 2],
    place: (&'a str, Option<u32>, Option<u32>, Option<&'a str>),
}

impl Difference<'_> {
    /// Whether a finding of the same rule tells the same two values apart, whichever of them it calls expected; without
    /// values, whether it stands at the same place.
    pub(super) fn is(&self, other: &Difference<'_>) -> bool {
        self.rule == other.rule
            && if self.values.iter().any(Option::is_some) {
                self.values == other.values
            } else {
                self.place == other.place
            }
    }

    fn sorted(mut self) -> Self {
        self.values.sort_unstable();
        self
    }
}

impl<'a> From<&'a Finding> for Difference<'a> {
    fn from(finding: &'a Finding) -> Self {
        let place = &finding.place;
        Self {
            rule: &finding.rule,
            values: [finding.expected.as_deref(), finding.found.as_deref()],
            place: (&place.file, place.line, place.column, place.path.as_deref()),
        }
        .sorted()
    }
}

impl<'a> From<&'a FindingRecord> for Difference<'a> {
    fn from(finding: &'a FindingRecord) -> Self {
        Self {
            rule: &finding.rule,
            values: [finding.expected.as_deref(), finding.found.as_deref()],
            place: (
                &finding.file,
                finding.line,
                finding.column,
                finding.path.as_deref(),
            ),
        }
        .sorted()
    }
}

/// What makes a finding another one than the next: no two of a record share it, so that their order depends neither
/// on the order of the checks nor on the parts of a dossier.
pub(super) fn order_key(finding: &FindingRecord) -> impl Ord + std::fmt::Debug + '_ {
    (finding.sort_key(), finding.severity, &finding.found)
}

/// Puts findings in the order of every output; the second list gives the new index of each.
pub(super) fn in_order(records: Vec<FindingRecord>) -> (Vec<FindingRecord>, Vec<usize>) {
    let mut places = vec![0; records.len()];
    let mut ordered: Vec<(usize, FindingRecord)> = records.into_iter().enumerate().collect();
    ordered.sort_by(|(_, a), (_, b)| order_key(a).cmp(&order_key(b)));
    for (position, (index, _)) in ordered.iter().enumerate() {
        if let Some(place) = places.get_mut(*index) {
            *place = position;
        }
    }
    (ordered.into_iter().map(|(_, record)| record).collect(), places)
}
