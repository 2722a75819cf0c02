//! The requirements of one DSR: repeated rows merged, contradicting ones kept apart, each proof in its place.

use std::collections::{HashMap, HashSet};

use super::super::model::{Nature, Proof, Requirement, Scenario, Status};
use super::super::normalise::fold;
use super::diagnostic::{self, Diagnostics};
use crate::text::Text;

/// The requirements of one DSR, as rows come.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// Code of the DSR as written; empty when no column says it.
    pub(super) code: String,
    pub(super) requirements: Vec<Requirement>,
    by_id: HashMap<String, Vec<usize>>,
    /// Requirement and scenario identifier to the rank of the scenario in its requirement.
    scenarios: HashMap<(usize, String), usize>,
    /// Where each proof identifier was first met.
    proofs: HashMap<String, ProofPlace>,
    /// Scenarios and proof identifiers already there beside those of `proofs`, joined: repeated rows cost no search.
    slots: HashSet<String>,
    /// The last number made for a proof without identifier: the search of the next one goes on from there.
    numbered: HashMap<ScenarioPlace, usize>,
}

/// Where a scenario stands in its group: ranks of its requirement, of the scenario there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ScenarioPlace {
    requirement: usize,
    scenario: usize,
}

/// Where a proof stands in its group: its scenario, and its rank there.
#[derive(Debug, Clone, Copy)]
struct ProofPlace {
    scenario: ScenarioPlace,
    proof: usize,
}

/// Contradicting versions of one requirement kept at most; the next ones join the last.
const MOST_VARIANTS: usize = 32;

/// The key of a proof slot; the separator is in no identifier.
fn slot(place: ScenarioPlace, proof: &str) -> String {
    format!("{}\u{1f}{}\u{1f}{proof}", place.requirement, place.scenario)
}

impl Group {
    /// A group without requirements; `code` is that of its DSR as written.
    pub(super) fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            ..Self::default()
        }
    }

    /// A scenario and its requirement, by their ranks.
    pub(super) fn scenario(&self, place: ScenarioPlace) -> Option<(&Requirement, &Scenario)> {
        let requirement = self.requirements.get(place.requirement)?;
        Some((requirement, requirement.scenarios.get(place.scenario)?))
    }

    /// The proof that was the first of this identifier, with its requirement and its scenario.
    pub(super) fn first_proof(&self, id: &str) -> Option<(&Requirement, &Scenario, &Proof)> {
        let place = self.proofs.get(id)?;
        let (requirement, scenario) = self.scenario(place.scenario)?;
        Some((requirement, scenario, scenario.proofs.get(place.proof)?))
    }

    /// An identifier for the next proof of a scenario that has none written: the number after those there, or the first
    /// free one after it, for written identifiers may hold it.
    pub(super) fn next_identifier(&mut self, place: ScenarioPlace) -> Option<String> {
        let (_, scenario) = self.scenario(place)?;
        let made = self.numbered.get(&place).copied().unwrap_or_default();
        let first = made.max(scenario.proofs.len()) + 1;
        // No more numbers than this are taken.
        let taken = self.proofs.len() + self.slots.len();
        let (number, id) = (first..=first + taken)
            .map(|number| (number, format!("{}.{number:02}", scenario.id)))
            .find(|(_, id)| !self.has_slot(place, id))?;
        self.numbered.insert(place, number);
        Some(id)
    }

    /// True when this scenario has a proof of this identifier.
    pub(super) fn has_slot(&self, place: ScenarioPlace, proof: &str) -> bool {
        self.proofs
            .get(proof)
            .is_some_and(|first| first.scenario == place)
            || self.slots.contains(&slot(place, proof))
    }

    /// Adds a proof to its scenario.
    pub(super) fn add_proof(&mut self, place: ScenarioPlace, proof: Proof) {
        let scenario = self
            .requirements
            .get_mut(place.requirement)
            .and_then(|requirement| requirement.scenarios.get_mut(place.scenario));
        let Some(scenario) = scenario else { return };
        if proof.synthetic || self.proofs.contains_key(&proof.id) {
            self.slots.insert(slot(place, &proof.id));
        } else {
            let first = ProofPlace {
                scenario: place,
                proof: scenario.proofs.len(),
            };
            self.proofs.insert(proof.id.clone(), first);
        }
        scenario.proofs.push(proof);
    }

    /// The place of a scenario in a requirement: the one already there, its text completed, or a new one.
    pub(super) fn find_or_add_scenario(
        &mut self,
        requirement: usize,
        scenario: Scenario,
    ) -> Option<ScenarioPlace> {
        let there = &mut self.requirements.get_mut(requirement)?.scenarios;
        let key = (requirement, scenario.id.clone());
        let rank = *self.scenarios.entry(key).or_insert(there.len());
        match there.get_mut(rank) {
            Some(known) if known.text.is_empty() => known.text = scenario.text,
            Some(_) => {}
            None => there.push(scenario),
        }
        Some(ScenarioPlace {
            requirement,
            scenario: rank,
        })
    }

    /// The index of a requirement: the one already there when its cells agree, a new one otherwise (both are kept).
    pub(super) fn find_or_add(
        &mut self,
        requirement: Requirement,
        at: Option<(u32, u32)>,
        diagnostics: &mut Diagnostics,
    ) -> usize {
        let variants = self.by_id.get(&requirement.id).map_or(&[][..], Vec::as_slice);
        for &index in variants {
            if let Some(known) = self.requirements.get_mut(index)
                && differences(known, &requirement).is_empty()
            {
                complete(known, requirement);
                return index;
            }
        }
        if let Some(first) = variants.first().and_then(|index| self.requirements.get(*index)) {
            let fields = differences(first, &requirement);
            diagnostics.add(&diagnostic::REQ_CONFLICT, at, || {
                let cell = &first.cell;
                let join = |pick: fn(&(&'static str, &'static str)) -> &'static str| {
                    fields.iter().map(pick).collect::<Vec<_>>().join(", ")
                };
                Text::new(
                    format!(
                        "{} : {} différent de {cell}",
                        requirement.id,
                        join(|field| field.0)
                    ),
                    format!(
                        "{}: {} differs from {cell}",
                        requirement.id,
                        join(|field| field.1)
                    ),
                )
            });
        }
        if let Some(last) = variants.last()
            && variants.len() >= MOST_VARIANTS
        {
            return *last;
        }
        if requirement.statement.is_empty() {
            diagnostics.add(&diagnostic::REQ_NO_STATEMENT, at, || {
                Text::verbatim(requirement.id.clone())
            });
        }
        if requirement.profile.is_empty() {
            diagnostics.add(&diagnostic::PROFILE_EMPTY, at, || {
                Text::verbatim(requirement.id.clone())
            });
        }
        if requirement.nature == Nature::Unknown {
            diagnostics.add(&diagnostic::NATURE_UNKNOWN, at, || {
                Text::verbatim(requirement.id.clone())
            });
        }
        if requirement.conditional.is_none() && !requirement.profile.is_empty() {
            diagnostics.add(&diagnostic::CONDITIONAL_UNKNOWN, at, || {
                Text::verbatim(requirement.id.clone())
            });
        }
        if requirement.status == Status::Obsolete {
            diagnostics.add(&diagnostic::OBSOLETE, at, || {
                Text::verbatim(requirement.id.clone())
            });
        }
        let index = self.requirements.len();
        self.by_id.entry(requirement.id.clone()).or_default().push(index);
        self.requirements.push(requirement);
        index
    }
}

/// The fields by which two rows of one requirement contradict each other. An empty statement beside a full one is a
/// contradiction only when the status differs too; an empty profile never is.
fn differences(known: &Requirement, other: &Requirement) -> Vec<(&'static str, &'static str)> {
    let mut fields = Vec::new();
    if !known.statement.is_empty()
        && !other.statement.is_empty()
        && !same_words(&known.statement, &other.statement)
    {
        fields.push(("énoncé", "statement"));
    }
    if !known.profile.is_empty() && !other.profile.is_empty() && fold(&known.profile) != fold(&other.profile)
    {
        fields.push(("profil", "profile"));
    }
    if known.status != other.status {
        fields.push(("statut", "status"));
    }
    fields
}

/// Fills what the first row of a requirement left empty.
fn complete(known: &mut Requirement, other: Requirement) {
    if known.statement.is_empty() {
        known.statement = other.statement;
    }
    if known.profile.is_empty() {
        known.profile = other.profile;
        known.conditional = known.conditional.or(other.conditional);
    }
}

/// The same words, whatever the blanks between them.
pub(super) fn same_words(left: &str, right: &str) -> bool {
    left == right || left.split_whitespace().eq(right.split_whitespace())
}
