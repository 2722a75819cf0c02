//! Joining the records of the shards of one dossier: the same bytes as the record of a single run.
//!
//! Each shard says which proofs it checked; those, their files and findings are taken from it. What every shard
//! found (faults of the dossier itself) is told once. What follows from the whole is computed here: the comparison of
//! all files, from what each shard learned of its own; the use of waivers; the totals.

use std::collections::{BTreeMap, BTreeSet};

use super::Verdict;
use super::ledger::{Difference, in_order, order_key};
use super::summary::{by_file, counts, dossier_verdict, profile_verdict, rule_records};
use super::waivers::{WAIVER_UNUSED, Waivers};
use crate::checks::{Judged, Outcome};
use crate::evidence::Evidence;
use crate::facts::Facts;
use crate::finding::{Finding, Severity};
use crate::record::{FindingRecord, Record};
use crate::requirements::catalogue;
use crate::run::compare_all;
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
    let compared = compare(&merged, &others)?;
    let mut waivers = Waivers::from_records(&merged.waivers);
    let (findings, places) = join_findings(&merged, &others, &compared, &mut waivers);
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
        // The comparison of all files may condemn a file that its part found good.
        let of_file = evidence.findings.iter().filter_map(|index| findings.get(*index));
        let errors: Vec<_> = of_file
            .filter(|finding| finding.severity == Severity::Error)
            .collect();
        if errors.iter().any(|finding| finding.waiver.is_none()) {
            evidence.verdict = Verdict::NonConform;
        } else if !errors.is_empty() {
            evidence.verdict = evidence.verdict.max(Verdict::Waived);
        }
    }
    merged.findings = findings;
    merged.waivers = waivers.into_records();
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

/// What the coherence rules say of all files together, from what each part learned of its own.
fn compare(first: &Record, others: &[Record]) -> Result<Vec<Finding>, MergeError> {
    let mut learned: BTreeMap<&str, &Facts> = BTreeMap::new();
    for part in std::iter::once(first)
        .chain(others)
        .filter_map(|shard| shard.partial.as_ref())
    {
        let Some(facts) = &part.facts else {
            return Err(refuse(
                format!(
                    "la part {part} est expurgée (--redact) : ses fichiers ne se comparent plus aux autres ; donner \
                     --redact à merge"
                ),
                format!(
                    "part {part} is redacted (--redact): its files can no longer be compared with the others; give \
                     --redact to merge"
                ),
            ));
        };
        learned.extend(facts.iter().map(|file| (file.path.as_str(), &file.facts)));
    }
    // The rules want the files in the order of the dossier; of a file they read its path alone.
    let files: Vec<(Evidence, Outcome)> = first
        .evidence
        .iter()
        .filter_map(|file| {
            let facts = *learned.get(file.path.as_str())?;
            let outcome = Outcome {
                facts: facts.clone(),
                ..Outcome::default()
            };
            Some((Evidence::memory(file.path.clone(), Vec::new()), outcome))
        })
        .collect();
    let judged: Vec<Judged<'_>> = files
        .iter()
        .map(|(evidence, outcome)| Judged { evidence, outcome })
        .collect();
    Ok(compare_all(&judged).findings)
}

/// All findings in order, each once; for the findings of every shard one after the other, where they went.
fn join_findings(
    first: &Record,
    others: &[Record],
    compared: &[Finding],
    waivers: &mut Waivers,
) -> (Vec<FindingRecord>, Vec<Option<usize>>) {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut joined: Vec<FindingRecord> = Vec::new();
    let mut went = Vec::new();
    for finding in std::iter::once(first)
        .chain(others)
        .flat_map(|shard| &shard.findings)
    {
        // Whether a waiver serves is known of the whole only.
        if finding.rule == WAIVER_UNUSED.id {
            went.push(None);
            continue;
        }
        let index = *known.entry(key(finding)).or_insert(joined.len());
        went.push(Some(index));
        match joined.get_mut(index) {
            None => joined.push(finding.clone()),
            Some(same) => {
                unite(&mut same.proofs, &finding.proofs);
                unite(&mut same.requirements, &finding.requirements);
            }
        }
    }
    for finding in compared.iter().map(FindingRecord::from) {
        // What the files of a proof already told is not told again from the other side.
        if joined
            .iter()
            .any(|known| Difference::from(&finding).is(&Difference::from(known)))
        {
            continue;
        }
        if let std::collections::btree_map::Entry::Vacant(free) = known.entry(key(&finding)) {
            free.insert(joined.len());
            joined.push(finding);
        }
    }
    for finding in &mut joined {
        if finding.severity == Severity::Error && !is_of_waivers_or_reviews(finding) {
            finding.waiver = waivers.accept(finding);
        }
    }
    joined.extend(waivers.unused().iter().map(FindingRecord::from));
    let (records, places) = in_order(joined);
    let place = |index: Option<usize>| places.get(index?).copied();
    (records, went.into_iter().map(place).collect())
}

/// What tells a finding from all others of a record.
fn key(finding: &FindingRecord) -> String {
    format!("{:?}", order_key(finding))
}

/// No waiver covers what is wrong with the waivers and reviews themselves.
fn is_of_waivers_or_reviews(finding: &FindingRecord) -> bool {
    super::rules().iter().any(|rule| rule.id == finding.rule)
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
