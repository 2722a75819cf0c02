//! Running a plan: every file is judged once for each way it is wanted, then the files of each proof together.
//!
//! Files are independent: they are judged in parallel, and results are put in order before anyone sees them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::checks::{self, Context, Judged, Options, Outcome};
use crate::dossier::diagnostics::UNREADABLE;
use crate::dossier::{Dossier, DossierFile};
use crate::evidence::Evidence;
use crate::finding::Place;
use crate::interrupt::Interrupt;
use crate::limits::Limits;
use crate::packs::PackSet;
use crate::plan::Plan;
use crate::text::Text;

/// A file of the dossier after the run.
#[derive(Debug)]
pub struct FileResult {
    /// The file, its bytes no longer in memory; none when it could not be read.
    pub evidence: Option<Evidence>,
    /// What the checks said, for each way the file is wanted.
    pub outcomes: BTreeMap<Options, Outcome>,
}

/// Everything the checks said.
#[derive(Debug, Default)]
pub struct Results {
    /// By index of the file in the dossier. Files that serve no proof are hashed and recognised, not judged.
    pub files: BTreeMap<usize, FileResult>,
    /// What the checks on several files together said, by proof.
    pub sets: BTreeMap<String, Outcome>,
    /// What the coherence rules say of all files together, across proofs.
    pub coherence: Outcome,
    /// How many files were left because the run was asked to stop.
    pub left: usize,
}

impl FileResult {
    /// A file that was not judged: the same outcome for each way it is wanted.
    fn unjudged(ways: &BTreeSet<&Options>, outcome: &Outcome) -> Self {
        Self {
            evidence: None,
            outcomes: ways.iter().map(|&way| (way.clone(), outcome.clone())).collect(),
        }
    }
}

/// A file left because the run was asked to stop: hashed no more than judged.
fn left(file: &DossierFile, ways: &BTreeSet<&Options>) -> FileResult {
    let outcome = Outcome {
        not_evaluated: vec![Text::new(
            format!("{} : non jugé, contrôle interrompu", file.path),
            format!("{}: not judged, the check was interrupted", file.path),
        )],
        ..Outcome::default()
    };
    FileResult::unjudged(ways, &outcome)
}

/// Judges one file of the dossier in each of the ways wanted.
fn judge_file(
    dossier: &Dossier,
    file: &DossierFile,
    ways: &BTreeSet<&Options>,
    packs: &PackSet,
    limits: &Limits,
) -> FileResult {
    match dossier.source.evidence(file, limits) {
        Ok(evidence) => {
            let outcomes = ways
                .iter()
                .map(|&options| {
                    (
                        (*options).clone(),
                        checks::judge(&evidence, &Context::new(limits, options).with_packs(packs)),
                    )
                })
                .collect();
            FileResult {
                evidence: Some(evidence.cold()),
                outcomes,
            }
        }
        Err(error) => {
            let reason = error.text();
            let outcome = Outcome {
                findings: vec![UNREADABLE.at(Place::file(file.path.clone()), reason.clone())],
                not_evaluated: vec![reason],
                ..Outcome::default()
            };
            FileResult::unjudged(ways, &outcome)
        }
    }
}

/// Runs `plan` on `dossier`; files not yet begun when the run is asked to stop are left.
pub fn run(
    dossier: &Dossier,
    plan: &Plan<'_>,
    packs: &PackSet,
    limits: &Limits,
    interrupt: &Interrupt,
) -> Results {
    let unjudged = AtomicUsize::new(0);
    let mut ways: BTreeMap<usize, BTreeSet<&Options>> = (0..dossier.files.len())
        .map(|index| (index, BTreeSet::new()))
        .collect();
    for (file, options) in plan.jobs() {
        ways.entry(file).or_default().insert(options);
    }
    let files: BTreeMap<usize, FileResult> = ways
        .into_par_iter()
        .filter_map(|(index, ways)| {
            let file = dossier.files.get(index)?;
            if interrupt.requested() {
                unjudged.fetch_add(1, Ordering::Relaxed);
                return Some((index, left(file, &ways)));
            }
            Some((index, judge_file(dossier, file, &ways, packs, limits)))
        })
        .collect();
    let sets = plan
        .here()
        .filter(|(_, proof)| !proof.expectation.sets.is_empty())
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(id, proof)| {
            let context = Context::new(limits, &proof.expectation.options).with_packs(packs);
            let mut outcome = Outcome::default();
            for set in &proof.expectation.sets {
                let joined = plan
                    .proofs
                    .iter()
                    .filter(|(other, _)| **other == id || set.joins(other))
                    .map(|(_, proof)| proof);
                let judged: Vec<Judged<'_>> = joined
                    .flat_map(|proof| proof.files.iter().map(move |index| (proof, index)))
                    .filter_map(|(proof, index)| {
                        let file = files.get(index)?;
                        let outcome = file.outcomes.get(&proof.expectation.options)?;
                        Some(Judged {
                            evidence: file.evidence.as_ref()?,
                            outcome,
                        })
                    })
                    .collect();
                outcome.extend(checks::judge_set(&set.check, &judged, &set.parameters, &context));
            }
            (id.to_owned(), outcome)
        })
        .collect();
    let coherence = if plan.compares_all {
        let judged: Vec<Judged<'_>> = files.values().filter_map(FileResult::judged).collect();
        compare_all(&judged)
    } else {
        Outcome::default()
    };
    Results {
        files,
        sets,
        coherence,
        left: unjudged.into_inner(),
    }
}

impl FileResult {
    /// The file with what was learned of it, however many ways it was judged in: what is compared across the dossier.
    pub fn judged(&self) -> Option<Judged<'_>> {
        Some(Judged {
            evidence: self.evidence.as_ref()?,
            outcome: self.outcomes.values().next()?,
        })
    }
}

/// The coherence rules on all files of a dossier, once each. They read what the checks learned, no file again.
pub fn compare_all(judged: &[Judged<'_>]) -> Outcome {
    let (limits, options) = (Limits::default(), Options::default());
    let context = Context::new(&limits, &options);
    let mut parameters = toml::Table::new();
    parameters.insert("dossier".to_owned(), true.into());
    // Files filed for several proofs are told with the proofs.
    parameters.insert("same_file".to_owned(), false.into());
    checks::judge_set("coherence", judged, &parameters, &context)
}
