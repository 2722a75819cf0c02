//! What the bindings make of one proof.

use super::rows::{Row, class_rows, dsr_rows};
use crate::checks::Options;
use crate::evidence::Kind;
use crate::requirements::class::{Class, MachineShare};
use crate::text::Text;

pub use super::rows::{Planted, SetUse};

/// Everything that is asked of the files of one proof.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// Kinds of evidence that the proof takes.
    pub accepts: Vec<Kind>,
    /// Least number of files.
    pub minimum: u32,
    /// The checks of the registry that judge its files; one of them at least must have had a file to judge.
    pub checks: Vec<String>,
    /// How each file is judged.
    pub options: Options,
    /// How the files are judged together.
    pub sets: Vec<SetUse>,
    /// How far a machine judges it.
    pub machine: MachineShare,
    /// What a human must look at; empty only when the machine judges all.
    pub review: Vec<Text>,
    /// Faults that the scenario itself puts in the files: they are looked at, not held against the product.
    pub planted: Vec<Planted>,
}

/// What is asked of the files of `proof`, whose class is `class`, in a dossier for `dsr`.
pub fn expectation(dsr: &str, proof: &str, class: Class) -> Expectation {
    let info = class.info();
    let mut expectation = Expectation {
        accepts: info.accepts.clone(),
        minimum: info.minimum.max(1),
        checks: Vec::new(),
        options: Options {
            dsr: Some(dsr.to_owned()),
            ..Options::default()
        },
        sets: Vec::new(),
        machine: info.machine(),
        review: info.review.clone(),
        planted: Vec::new(),
    };
    let of_class = class_rows().iter().filter(|row| row.classes.contains(&class));
    let of_proof = dsr_rows(dsr).iter().filter(|row| row.names(proof));
    for row in of_class.chain(of_proof) {
        apply(row, &mut expectation);
    }
    expectation
}

/// A later row says more than an earlier one: what it names replaces, set checks of another name add up.
fn apply(row: &Row, expectation: &mut Expectation) {
    if let Some(accepts) = &row.accepts {
        expectation.accepts.clone_from(accepts);
    }
    for kind in &row.accepts_also {
        if !expectation.accepts.contains(kind) {
            expectation.accepts.push(*kind);
        }
    }
    if let Some(minimum) = row.minimum {
        expectation.minimum = minimum;
    }
    if let Some(checks) = &row.checks {
        expectation.checks.clone_from(checks);
    }
    if let Some(machine) = row.machine {
        expectation.machine = machine;
    }
    if let Some(review) = &row.review {
        expectation.review.clone_from(review);
    }
    expectation.planted.extend(row.planted.iter().cloned());
    let options = &mut expectation.options;
    for (from, to) in [
        (&row.options.hl7_profile, &mut options.hl7_profile),
        (&row.options.cda_model, &mut options.cda_model),
        (&row.options.indicator, &mut options.indicator),
    ] {
        if from.is_some() {
            to.clone_from(from);
        }
    }
    options.pdfa_required |= row.options.pdfa_required;
    for set in &row.set {
        expectation.sets.retain(|known| known.check != set.check);
        expectation.sets.push(set.clone());
    }
}

/// True when a row of the DSR names `proof` and the checks that judge it: what its class says is then not all.
pub fn is_bound(dsr: &str, proof: &str) -> bool {
    dsr_rows(dsr)
        .iter()
        .any(|row| row.names(proof) && row.checks.as_ref().is_some_and(|checks| !checks.is_empty()))
}
