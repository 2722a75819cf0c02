//! What the checks and the expectation say of one proof, before any verdict.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::judge::Case;
use super::ledger::Ledger;
use crate::checks::Outcome;
use crate::dossier::diagnostics::{COUNT, EMPTY, KIND, SHARED};
use crate::dossier::{PROOFS_FOLDER, folder_name};
use crate::evidence::Kind;
use crate::facts::FactSource;
use crate::finding::{Finding, Place, Severity};
use crate::plan::PlannedProof;
use crate::record::Words;
use crate::requirements::class::MachineShare;
use crate::testcases::Expectation;
use crate::text::Text;

/// What is known of a proof before its verdict.
#[derive(Default)]
pub(super) struct Judgement {
    pub(super) findings: Vec<usize>,
    pub(super) verified: Vec<Words>,
    pub(super) to_review: Vec<Words>,
    pub(super) not_evaluated: Vec<Words>,
    /// The checks that had a file to judge.
    ran: BTreeSet<&'static str>,
}

impl Judgement {
    fn take(&mut self, outcome: &Outcome, proof: &str, ledger: &mut Ledger) {
        self.findings.extend(
            outcome
                .findings
                .iter()
                .map(|finding| ledger.add(finding, Some(proof))),
        );
        self.ran.extend(&outcome.ran);
        let add = |list: &mut Vec<Words>, texts: &[Text]| {
            for words in texts.iter().map(Words::from) {
                if !list.contains(&words) {
                    list.push(words);
                }
            }
        };
        add(&mut self.verified, &outcome.verified);
        add(&mut self.to_review, &outcome.to_review);
        add(&mut self.not_evaluated, &outcome.not_evaluated);
    }
}

/// What the checks and the expectation say of one proof with files.
pub(super) fn judge_proof(case: &Case<'_>, id: &str, proof: &PlannedProof, ledger: &mut Ledger) -> Judgement {
    let mut judgement = Judgement::default();
    let expectation = &proof.expectation;
    let mut usable = 0_u32;
    for index in &proof.files {
        let Some(file) = case.results.files.get(index) else {
            continue;
        };
        let Some(outcome) = file.outcomes.get(&expectation.options) else {
            continue;
        };
        judgement.take(&planted(outcome, expectation), id, ledger);
        let has_cda = outcome
            .facts
            .documents
            .iter()
            .any(|document| document.source == FactSource::Cda);
        for pack in case.missing_packs.iter().filter(|_| has_cda) {
            let words = Words {
                fr: format!("le jeu de règles « {pack} », exigé par le manifeste, n'est pas là (--pack)"),
                en: format!("the pack '{pack}', required by the manifest, is not there (--pack)"),
            };
            if !judgement.not_evaluated.contains(&words) {
                judgement.not_evaluated.push(words);
            }
        }
        let Some(evidence) = &file.evidence else { continue };
        if evidence.kind() == Kind::Empty {
            let finding = EMPTY.at(
                Place::file(evidence.path()),
                Text::fixed("fichier vide (0 octet)", "empty file (0 bytes)"),
            );
            judgement.findings.push(ledger.add(&finding, Some(id)));
        } else if expectation.accepts.contains(&evidence.kind()) {
            usable += 1;
        } else {
            let names = |pick: fn(&Text) -> &str| {
                expectation
                    .accepts
                    .iter()
                    .map(|kind| pick(&kind.label()).to_owned())
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            let label = evidence.kind().label();
            let finding = KIND
                .at(
                    Place::file(evidence.path()),
                    Text::new(
                        format!(
                            "la preuve {id} attend : {} ; ce fichier est : {}",
                            names(|text| &text.fr),
                            label.fr
                        ),
                        format!(
                            "the proof {id} wants: {}; this file is: {}",
                            names(|text| &text.en),
                            label.en
                        ),
                    ),
                )
                .expected(
                    expectation
                        .accepts
                        .iter()
                        .map(|kind| kind.as_str())
                        .collect::<Vec<_>>()
                        .join(", "),
                )
                .found(evidence.kind().as_str());
            judgement.findings.push(ledger.add(&finding, Some(id)));
        }
    }
    if usable > 0 && usable < expectation.minimum {
        let wanted = expectation.minimum;
        let finding = COUNT
            .at(
                Place::file(format!("{PROOFS_FOLDER}/{}", folder_name(id))),
                Text::new(
                    format!("la preuve {id} attend au moins {wanted} fichiers, {usable} déposé(s)"),
                    format!("the proof {id} wants at least {wanted} files, {usable} filed"),
                ),
            )
            .expected(wanted.to_string())
            .found(usable.to_string());
        judgement.findings.push(ledger.add(&finding, Some(id)));
    }
    if let Some(outcome) = case.results.sets.get(id) {
        judgement.take(outcome, id, ledger);
    }
    unjudged(expectation, usable, &mut judgement);
    if expectation.machine != MachineShare::Full {
        let points = expectation.review.iter().map(Words::from);
        judgement.to_review.extend(points);
        if judgement.to_review.is_empty() {
            judgement.to_review.push(Words {
                fr: "le contenu répond à ce que la preuve demande".to_owned(),
                en: "the content answers what the proof asks".to_owned(),
            });
        }
    }
    judgement
}

/// The outcome of a file, with the faults that the scenario put there told as such, for a human to look at what the
/// product made of them.
fn planted<'o>(outcome: &'o Outcome, expectation: &Expectation) -> Cow<'o, Outcome> {
    let is_planted = |finding: &Finding| expectation.planted.iter().find(|planted| planted.is(finding));
    if !outcome
        .findings
        .iter()
        .any(|finding| is_planted(finding).is_some())
    {
        return Cow::Borrowed(outcome);
    }
    let mut outcome = outcome.clone();
    for finding in &mut outcome.findings {
        let Some(fault) = is_planted(finding) else {
            continue;
        };
        finding.severity = Severity::Info;
        finding.message = Text::new(
            format!("voulu par le scénario : {}", finding.message.fr),
            format!("meant by the scenario: {}", finding.message.en),
        );
        if !outcome.to_review.contains(&fault.review) {
            outcome.to_review.push(fault.review.clone());
        }
    }
    Cow::Owned(outcome)
}

/// A proof filed as pictures where data are wanted: none of the checks that judge it had anything to judge.
fn unjudged(expectation: &Expectation, usable: u32, judgement: &mut Judgement) {
    let named = &expectation.checks;
    let none = !named.is_empty() && !named.iter().any(|check| judgement.ran.contains(check.as_str()));
    if none && usable > 0 {
        let list = named.join(", ");
        judgement.to_review.push(Words {
            fr: format!(
                "aucune pièce n’est d’un format que la machine juge ici ({list}) : tout est à regarder"
            ),
            en: format!(
                "no piece is in a format that the machine judges here ({list}): all is to be looked at"
            ),
        });
    }
}

/// One file content filed for several proofs, which is told once.
pub(super) fn shared_files(case: &Case<'_>) -> Vec<Finding> {
    let mut by_hash: BTreeMap<&str, BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
    for (id, proof) in case
        .plan
        .proofs
        .iter()
        .filter(|(_, proof)| proof.through.is_none())
    {
        for index in &proof.files {
            if let Some(evidence) = case
                .results
                .files
                .get(index)
                .and_then(|file| file.evidence.as_ref())
                && evidence.size() > 0
            {
                by_hash
                    .entry(evidence.sha256())
                    .or_default()
                    .entry(evidence.path())
                    .or_default()
                    .insert(id);
            }
        }
    }
    by_hash
        .values()
        .filter_map(|paths| {
            let proofs: BTreeSet<&str> = paths.values().flatten().copied().collect();
            let first = paths.keys().next()?;
            (proofs.len() > 1).then(|| {
                let list = proofs.iter().copied().collect::<Vec<_>>().join(", ");
                SHARED.at(
                    Place::file(*first),
                    Text::new(
                        format!("le même contenu est déposé pour {list}"),
                        format!("the same content is filed for {list}"),
                    ),
                )
            })
        })
        .collect()
}
