//! The plan: requirements that apply to the chosen profiles × proofs × files → what to check. Pure: no file is read.

use std::collections::{BTreeMap, BTreeSet};

use crate::checks::{Options, StatisticsOptions};
use crate::dossier::Slots;
use crate::requirements::profiles::Applicability;
use crate::requirements::{Proof, Referential, Requirement, ResolvedProfiles, Status};
use crate::testcases::{Expectation, expectation};
use crate::text::Text;

/// What is to be checked.
#[derive(Debug)]
pub struct Plan<'r> {
    /// Every requirement of the referential, in its order.
    pub requirements: Vec<PlannedRequirement<'r>>,
    /// What is asked of each proof that applies and has files, by proof identifier.
    pub proofs: BTreeMap<&'r str, PlannedProof>,
    /// Those of `proofs` that another shard checks.
    pub elsewhere: BTreeSet<String>,
    /// This run compares the files of the whole dossier with each other. A shard does not: it hands on what it learned
    /// of its files, and `merge` compares.
    pub compares_all: bool,
}

/// A requirement and whether it applies.
#[derive(Debug)]
pub struct PlannedRequirement<'r> {
    /// The requirement.
    pub requirement: &'r Requirement,
    /// Why it does not apply, if it does not.
    pub excluded: Option<Text>,
}

/// A proof to check.
#[derive(Debug, Clone)]
pub struct PlannedProof {
    /// What is asked of its files.
    pub expectation: Expectation,
    /// Indices of its files in the dossier.
    pub files: Vec<usize>,
    /// The proof whose files answer it, when it has none of its own and the REM allows another one.
    pub through: Option<String>,
}

impl<'r> Plan<'r> {
    /// The proofs that this run checks.
    pub fn here(&self) -> impl Iterator<Item = (&'r str, &PlannedProof)> {
        self.proofs
            .iter()
            .filter(|(id, _)| !self.elsewhere.contains(**id))
            .map(|(id, proof)| (*id, proof))
    }

    /// Each way a file is judged: every (file, options) once, however many proofs want it.
    pub fn jobs(&self) -> BTreeSet<(usize, &Options)> {
        self.proofs
            .iter()
            .filter(|(id, _)| !self.elsewhere.contains(**id))
            .map(|(_, proof)| proof)
            .flat_map(|proof| proof.files.iter().map(|&file| (file, &proof.expectation.options)))
            .collect()
    }
}

/// Why `requirement` does not apply to the chosen profiles, if it does not.
fn excluded(requirement: &Requirement, profiles: &ResolvedProfiles<'_>) -> Option<Text> {
    if requirement.status == Status::Obsolete {
        return Some(Text::fixed("exigence obsolète", "obsolete requirement"));
    }
    match profiles.applicability(&requirement.profile) {
        // A profile the catalogue does not know: the stricter reading is that the requirement applies.
        Applicability::Applies | Applicability::Unknown => None,
        Applicability::NotChosen => Some(Text::new(
            format!("profil « {} » non choisi", requirement.profile),
            format!("profile '{}' not chosen", requirement.profile),
        )),
    }
}

/// The proofs that the chosen profiles ask for.
pub fn asked<'r>(referential: &'r Referential, profiles: &ResolvedProfiles<'_>) -> BTreeSet<&'r str> {
    referential
        .proofs()
        .filter(|place| excluded(place.requirement, profiles).is_none())
        .map(|place| place.proof.id.as_str())
        .collect()
}

/// Plans the checks. `statistics` is what the manifest declares for statistics: day of extraction, funding window.
pub fn plan<'r>(
    referential: &'r Referential,
    profiles: &ResolvedProfiles<'_>,
    slots: &Slots,
    statistics: &StatisticsOptions,
) -> Plan<'r> {
    let mut requirements = Vec::with_capacity(referential.requirements.len());
    let mut proofs = BTreeMap::new();
    for requirement in &referential.requirements {
        let excluded = excluded(requirement, profiles);
        if excluded.is_none() {
            for proof in requirement.scenarios.iter().flat_map(|scenario| &scenario.proofs) {
                if let Some(mut planned) = planned_proof(&referential.dsr, proof, slots) {
                    planned.expectation.options.statistics.clone_from(statistics);
                    proofs.insert(proof.id.as_str(), planned);
                }
            }
        }
        requirements.push(PlannedRequirement {
            requirement,
            excluded,
        });
    }
    Plan {
        requirements,
        proofs,
        elsewhere: BTreeSet::new(),
        compares_all: true,
    }
}

/// The files of a proof, its own or those of a proof that the REM accepts instead.
fn planned_proof(dsr: &str, proof: &Proof, slots: &Slots) -> Option<PlannedProof> {
    let own = slots.files.get(&proof.id).filter(|files| !files.is_empty());
    let (files, through) = match own {
        Some(files) => (files, None),
        None => proof.alternatives.iter().find_map(|other| {
            Some((
                slots.files.get(other).filter(|files| !files.is_empty())?,
                Some(other.clone()),
            ))
        })?,
    };
    Some(PlannedProof {
        expectation: expectation(dsr, &proof.id, proof.class),
        files: files.clone(),
        through,
    })
}
