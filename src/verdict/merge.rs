//! Joining the records of the shards of one dossier: the same bytes as the record of a single run.
//!
//! Each shard says which proofs it checked; those, their files and findings are taken from it. What every shard
//! found (faults of the dossier itself) is told once, and what follows from the whole is computed again.

use std::collections::{BTreeMap, BTreeSet};

use super::Verdict;
use super::ledger::in_order;
use super::summary::{by_file, counts, dossier_verdict, profile_verdict, rule_records};
use super::waivers::WAIVER_UNUSED;
use crate::finding::Severity;
use crate::record::{FindingRecord, Record};
use crate::requirements::catalogue;
use crate::text::Text;

/// Why records cannot be joined. The names are those given with the records.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.en)]
pub struct MergeError(pub Text);

fn refuse(fr: String, en: String) -> MergeError {
    MergeError(Text::new(fr, en))
}

/// Joins the records of all shards of one dossier, in any order, each with the name that messages call it.
///
/// # Errors
/// When a record is no shard, is of another dossier or run, or when a part lacks or comes twice.
pub fn merge(records: Vec<(String, Record)>) -> Result<Record, MergeError> {
    let parts = in_parts(records)?;
    let mut shards = parts.into_iter();
    let Some(mut merged) = shards.next() else {
        return Err(refuse("aucun enregistrement".into(), "no record".into()));
    };
    let others: Vec<Record> = shards.collect();
    let own: Vec<usize> = std::iter::once(&merged)
        .chain(&others)
        .map(|shard| shard.findings.len())
        .collect();
    let (findings, places) = join_findings(&merged, &others);
    let offsets: Vec<usize> = own
        .iter()
        .scan(0, |next, length| Some(std::mem::replace(next, *next + length)))
        .collect();
    let place = |shard: usize, index: usize| {
        let offset = offsets.get(shard).copied().unwrap_or_default();
        places.get(offset + index).copied().flatten()
    };
    let owner: BTreeMap<&str, usize> = others
        .iter()
        .enumerate()
        .filter_map(|(index, shard)| Some((index + 1, shard.partial.as_ref()?)))
        .flat_map(|(index, part)| part.proofs.iter().map(move |proof| (proof.as_str(), index)))
        .collect();
    join_requirements(&mut merged, &others, &owner, &place);
    join_evidence(&mut merged, &others, &owner);
    let by_file = by_file(&findings);
    for evidence in &mut merged.evidence {
        evidence.findings = by_file.get(evidence.path.as_str()).cloned().unwrap_or_default();
        // The comparison of all files, made by the first part, may condemn a file that another part judged.
        let of_file = evidence.findings.iter().filter_map(|index| findings.get(*index));
        let mut errors = of_file.filter(|finding| finding.severity == Severity::Error);
        if errors.any(|finding| finding.waiver.is_none()) {
            evidence.verdict = Verdict::NonConform;
        }
    }
    merged.findings = findings;
    for (index, waiver) in merged.waivers.iter_mut().enumerate() {
        let accepts = |finding: &&FindingRecord| finding.waiver == Some(index);
        waiver.used = merged.findings.iter().filter(accepts).count() as u64;
    }
    for (index, review) in merged.reviews.iter_mut().enumerate() {
        review.stale |= others
            .iter()
            .filter_map(|shard| shard.reviews.get(index))
            .any(|review| review.stale);
    }
    let dsr = catalogue().dsr(&merged.dossier.dsr);
    for profile in &mut merged.profiles {
        if let Some(known) = dsr.and_then(|dsr| dsr.profile(&profile.name)) {
            profile.verdict = profile_verdict(known, &merged.requirements);
        }
    }
    merged.counts = counts(&merged.requirements, &merged.findings, &merged.evidence);
    merged.verdict = dossier_verdict(&merged.requirements, &merged.findings);
    merged.rules = rule_records(&merged.findings);
    merged.partial = None;
    Ok(merged)
}

/// The shards in the order of their parts, once it is sure that they are all the parts of one run.
fn in_parts(records: Vec<(String, Record)>) -> Result<Vec<Record>, MergeError> {
    let mut parts: BTreeMap<u32, (String, Record)> = BTreeMap::new();
    let mut count = 0;
    for (name, record) in records {
        let Some(part) = &record.partial else {
            return Err(refuse(
                format!("{name} : enregistrement entier, non une part (conforme check --shard i/n)"),
                format!("{name}: a whole record, not a part (conforme check --shard i/n)"),
            ));
        };
        let (index, of) = (part.index, part.count);
        if let Some((first, known)) = parts.values().next() {
            if of != count {
                return Err(refuse(
                    format!("{name} : part {index}/{of}, mais {first} est une part sur {count}"),
                    format!("{name}: part {index}/{of}, but {first} is one part of {count}"),
                ));
            }
            if let Some(what) = differs(known, &record) {
                return Err(refuse(
                    format!("{name} : {} que dans {first} ; refaire toutes les parts", what.fr),
                    format!("{name}: {} than in {first}; make all parts again", what.en),
                ));
            }
        }
        count = of;
        if let Some((other, _)) = parts.insert(index, (name.clone(), record)) {
            return Err(refuse(
                format!("{name} : la part {index}/{of} est déjà donnée par {other}"),
                format!("{name}: part {index}/{of} is given by {other} already"),
            ));
        }
    }
    let missing: Vec<String> = (1..=count)
        .filter(|index| !parts.contains_key(index))
        .map(|index| format!("{index}/{count}"))
        .collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        return Err(refuse(
            format!("il manque la part {missing}"),
            format!("part {missing} is missing"),
        ));
    }
    Ok(parts.into_values().map(|(_, record)| record).collect())
}

/// What two shards of one run cannot disagree on.
fn differs(a: &Record, b: &Record) -> Option<Text> {
    let files = |record: &Record| -> Vec<(String, String)> {
        let key = |file: &crate::record::EvidenceRecord| (file.path.clone(), file.sha256.clone());
        record.evidence.iter().map(key).collect()
    };
    let waivers = |record: &Record| {
        let mut waivers = record.waivers.clone();
        for waiver in &mut waivers {
            waiver.used = 0;
        }
        waivers
    };
    let reviews = |record: &Record| {
        let mut reviews = record.reviews.clone();
        for review in &mut reviews {
            review.stale = false;
        }
        reviews
    };
    let ids =
        |record: &Record| -> Vec<String> { record.requirements.iter().map(|one| one.id.clone()).collect() };
    [
        (
            a.tool != b.tool || a.schema_version != b.schema_version,
            Text::fixed("une autre version de conforme", "another version of conforme"),
        ),
        (
            a.dossier != b.dossier,
            Text::fixed("un autre dossier ou manifeste", "another dossier or manifest"),
        ),
        (
            a.referential != b.referential || ids(a) != ids(b),
            Text::fixed("un autre REM", "another REM"),
        ),
        (
            a.packs != b.packs,
            Text::fixed("d'autres jeux de règles", "other rule packs"),
        ),
        (
            files(a) != files(b),
            Text::fixed("d'autres fichiers", "other files"),
        ),
        (
            waivers(a) != waivers(b) || reviews(a) != reviews(b),
            Text::fixed("d'autres dérogations ou revues", "other waivers or reviews"),
        ),
    ]
    .into_iter()
    .find_map(|(differs, what)| differs.then_some(what))
}

/// All findings in order, each once; for the findings of every shard one after the other, where they went.
fn join_findings(first: &Record, others: &[Record]) -> (Vec<FindingRecord>, Vec<Option<usize>>) {
    let shards = others.len() + 1;
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut joined: Vec<(FindingRecord, usize)> = Vec::new();
    let mut went = Vec::new();
    for finding in first
        .findings
        .iter()
        .chain(others.iter().flat_map(|shard| &shard.findings))
    {
        let mut alone = finding.clone();
        alone.proofs.clear();
        alone.requirements.clear();
        let index = *known.entry(format!("{alone:?}")).or_insert(joined.len());
        went.push(index);
        match joined.get_mut(index) {
            None => joined.push((finding.clone(), 1)),
            Some((same, times)) => {
                *times += 1;
                unite(&mut same.proofs, &finding.proofs);
                unite(&mut same.requirements, &finding.requirements);
            }
        }
    }
    let kept: Vec<bool> = joined
        .iter()
        .map(|(finding, times)| {
            // A waiver serves when it serves in one shard.
            let serves = finding.rule == WAIVER_UNUSED.id && *times != shards;
            // What the comparison of all files says again of what a proof of another part told.
            let again = finding.proofs.is_empty()
                && finding.rule.starts_with("COHERENCE-")
                && joined
                    .iter()
                    .any(|(other, _)| !other.proofs.is_empty() && same_difference(other, finding));
            !serves && !again
        })
        .collect();
    let mut compact = vec![None; joined.len()];
    let mut records = Vec::with_capacity(joined.len());
    for (index, (finding, _)) in joined.into_iter().enumerate() {
        if kept.get(index).copied().unwrap_or_default() {
            if let Some(slot) = compact.get_mut(index) {
                *slot = Some(records.len());
            }
            records.push(finding);
        }
    }
    let (records, places) = in_order(records);
    let place = |index: usize| {
        let compact = compact.get(index).copied().flatten()?;
        places.get(compact).copied()
    };
    (records, went.into_iter().map(place).collect())
}

/// Whether two findings of one rule tell the same two values apart; see `Ledger::tells_difference`.
fn same_difference(a: &FindingRecord, b: &FindingRecord) -> bool {
    let values = |finding: &FindingRecord| {
        let mut values = [finding.expected.clone(), finding.found.clone()];
        values.sort();
        values
    };
    let place = |finding: &FindingRecord| {
        (
            finding.file.clone(),
            finding.line,
            finding.column,
            finding.path.clone(),
        )
    };
    let wanted = values(b);
    a.rule == b.rule
        && if wanted.iter().any(Option::is_some) {
            values(a) == wanted
        } else {
            place(a) == place(b)
        }
}

fn unite(ids: &mut Vec<String>, more: &[String]) {
    let all: BTreeSet<String> = ids.drain(..).chain(more.iter().cloned()).collect();
    ids.extend(all);
}

/// Takes every proof from the shard that checked it, and lets the verdicts follow.
fn join_requirements(
    merged: &mut Record,
    others: &[Record],
    owner: &BTreeMap<&str, usize>,
    place: &dyn Fn(usize, usize) -> Option<usize>,
) {
    for (r, requirement) in merged.requirements.iter_mut().enumerate() {
        for (s, scenario) in requirement.scenarios.iter_mut().enumerate() {
            for (p, proof) in scenario.proofs.iter_mut().enumerate() {
                let shard = owner.get(proof.id.as_str()).copied().unwrap_or_default();
                let theirs = shard
                    .checked_sub(1)
                    .and_then(|index| others.get(index))
                    .and_then(|shard| shard.requirements.get(r)?.scenarios.get(s)?.proofs.get(p));
                if let Some(theirs) = theirs {
                    proof.clone_from(theirs);
                }
                proof.findings = proof
                    .findings
                    .iter()
                    .filter_map(|index| place(shard, *index))
                    .collect();
                proof.findings.sort_unstable();
            }
            scenario.verdict = Verdict::worst(scenario.proofs.iter().map(|proof| proof.verdict));
        }
        requirement.verdict = Verdict::worst(requirement.scenarios.iter().map(|scenario| scenario.verdict));
    }
}

/// Takes every file from the shard that judged it.
fn join_evidence(merged: &mut Record, others: &[Record], owner: &BTreeMap<&str, usize>) {
    for (index, evidence) in merged.evidence.iter_mut().enumerate() {
        let theirs = evidence
            .proofs
            .first()
            .and_then(|proof| owner.get(proof.as_str()))
            .and_then(|shard| others.get(shard.checked_sub(1)?)?.evidence.get(index));
        if let Some(theirs) = theirs {
            evidence.clone_from(theirs);
        }
    }
}
