//! Sharding: one dossier checked by several runs, each for its part of the proofs (`check --shard 2/5`), whose records
//! `merge` joins into the record of a single run. A part opens every file to hash and recognise it, and judges its own
//! alone; what it learned of them goes with its record, for the comparison of all files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use crate::plan::Plan;
use crate::text::Text;

/// Most parts a dossier may be cut into.
const MOST: u32 = 1000;

/// Which part of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// This part, from 1.
    pub index: u32,
    /// How many parts there are.
    pub count: u32,
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

/// Why a shard was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}': wanted i/n, from 1/n to n/n, n ≤ {MOST}")]
pub struct ShardError(String);

impl ShardError {
    /// What people read beside the word refused.
    pub fn text(&self) -> Text {
        Text::new(
            format!("i/n est attendu, de 1/n à n/n, n ≤ {MOST}"),
            format!("i/n is wanted, from 1/n to n/n, n ≤ {MOST}"),
        )
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let wrong = || ShardError(text.to_owned());
        let (index, count) = text.split_once('/').ok_or_else(wrong)?;
        let index: u32 = index.trim().parse().map_err(|_| wrong())?;
        let count: u32 = count.trim().parse().map_err(|_| wrong())?;
        if index == 0 || index > count || count > MOST {
            return Err(wrong());
        }
        Ok(Self { index, count })
    }
}

impl Shard {
    /// The proofs with files that other parts check. Proofs that share a file, or whose files are judged together,
    /// go to one part, so that the parts never tell the same finding twice; the parts get about the same number of
    /// bytes. `size` gives the bytes of a file by its index in the dossier.
    pub fn elsewhere(self, plan: &Plan<'_>, size: impl Fn(usize) -> u64) -> BTreeSet<String> {
        let mut groups: Vec<(u64, BTreeSet<&str>)> = groups(plan)
            .into_values()
            .map(|proofs| {
                let files: BTreeSet<usize> = proofs
                    .iter()
                    .filter_map(|proof| plan.proofs.get(proof))
                    .flat_map(|proof| proof.files.iter().copied())
                    .collect();
                let bytes = files.into_iter().map(&size).fold(0, u64::saturating_add);
                (bytes, proofs)
            })
            .collect();
        // The heaviest first, each to the part that has least: the same on every machine.
        groups.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let mut loads: Vec<(u64, u32)> = (1..=self.count).map(|part| (0, part)).collect();
        let mut elsewhere = BTreeSet::new();
        for (bytes, proofs) in groups {
            let Some(least) = loads.iter_mut().min() else {
                break;
            };
            // One byte more, so that empty groups spread too.
            least.0 = least.0.saturating_add(bytes).saturating_add(1);
            if least.1 != self.index {
                elsewhere.extend(proofs.into_iter().map(str::to_owned));
            }
        }
        elsewhere
    }
}

/// The proofs that must be checked together, by the first of them.
fn groups<'p>(plan: &'p Plan<'_>) -> BTreeMap<&'p str, BTreeSet<&'p str>> {
    let ids: Vec<&str> = plan.proofs.keys().copied().collect();
    let mut leader: BTreeMap<&str, &str> = ids.iter().map(|id| (*id, *id)).collect();
    let mut by_file: BTreeMap<usize, &str> = BTreeMap::new();
    for (id, proof) in &plan.proofs {
        for &file in &proof.files {
            let other = *by_file.entry(file).or_insert(id);
            join(&mut leader, other, id);
        }
        for set in &proof.expectation.sets {
            for other in ids.iter().filter(|other| set.joins(other)) {
                join(&mut leader, other, id);
            }
        }
    }
    let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for id in ids {
        groups.entry(find(&leader, id)).or_default().insert(id);
    }
    groups
}

/// The first proof of the group of `id`.
fn find<'p>(leader: &BTreeMap<&'p str, &'p str>, id: &'p str) -> &'p str {
    let mut id = id;
    while let Some(next) = leader.get(id).copied().filter(|next| *next != id) {
        id = next;
    }
    id
}

/// Joins the groups of two proofs, under the smaller of their first proofs.
fn join<'p>(leader: &mut BTreeMap<&'p str, &'p str>, a: &'p str, b: &'p str) {
    let (a, b) = (find(leader, a), find(leader, b));
    if a != b {
        leader.insert(a.max(b), a.min(b));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_read_and_written() {
        let shard: Shard = "2/5".parse().unwrap();
        assert_eq!((shard.index, shard.count), (2, 5));
        assert_eq!(shard.to_string(), "2/5");
        for wrong in ["", "2", "0/3", "4/3", "a/b", "1/0", "1/1001", "-1/2", "1/2/3"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
