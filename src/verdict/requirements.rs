//! From proofs to requirements: the verdict on each proof, scenario and requirement.

use std::collections::BTreeMap;

use super::Verdict;
use super::judge::Case;
use super::proofs::Judgement;
use crate::dossier::{PROOFS_FOLDER, folder_name};
use crate::finding::Severity;
use crate::plan::PlannedProof;
use crate::record::{FindingRecord, ProofRecord, RequirementRecord, ReviewRecord, ScenarioRecord, Words};
use crate::requirements::{Nature, Proof};
use crate::text::Text;

pub(super) fn requirement_records(
    case: &Case<'_>,
    judgements: &BTreeMap<&str, Judgement>,
    places: &[usize],
    findings: &[FindingRecord],
    decisions: &BTreeMap<&str, ReviewRecord>,
) -> Vec<RequirementRecord> {
    let mut records = Vec::with_capacity(case.plan.requirements.len());
    for planned in &case.plan.requirements {
        let requirement = planned.requirement;
        let mut reason = planned.excluded.as_ref().map(Words::from);
        let scenarios: Vec<ScenarioRecord> = requirement
            .scenarios
            .iter()
            .map(|scenario| {
                let proofs: Vec<ProofRecord> = scenario
                    .proofs
                    .iter()
                    .map(|proof| match &planned.excluded {
                        Some(why) => excluded_proof(proof, why),
                        None => proof_record(
                            case,
                            proof,
                            judgements.get(proof.id.as_str()),
                            places,
                            findings,
                            decisions,
                        ),
                    })
                    .collect();
                ScenarioRecord {
                    id: scenario.id.clone(),
                    text: scenario.text.clone(),
                    verdict: Verdict::worst(proofs.iter().map(|proof| proof.verdict)),
                    proofs,
                }
            })
            .collect();
        let verdict = Verdict::worst(scenarios.iter().map(|scenario| scenario.verdict));
        if reason.is_none() && scenarios.iter().all(|scenario| scenario.proofs.is_empty()) {
            reason = Some(Text::fixed("le REM ne demande pas de preuve", "the REM asks for no proof").into());
        }
        records.push(RequirementRecord {
            id: requirement.id.clone(),
            title: title(&requirement.title, &requirement.statement),
            profile: requirement.profile.clone(),
            section: requirement.section.clone(),
            section_name: requirement.section_name.clone(),
            block: requirement.block.clone(),
            function: requirement.function.clone(),
            statement: requirement.statement.clone(),
            comment: requirement.comment.clone(),
            criticality: requirement.criticality.clone(),
            nature: match requirement.nature {
                Nature::Exigence | Nature::Unknown => "requirement",
                Nature::Preconisation => "recommendation",
            }
            .to_owned(),
            verdict,
            reason,
            scenarios,
        });
    }
    records
}

/// A title, or the head of the statement when a workbook has none.
fn title(title: &Text, statement: &str) -> Words {
    if !title.is_empty() {
        return title.into();
    }
    let line = statement
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default()
        .trim();
    let short: String = line.chars().take(160).collect();
    let short = if short.len() < line.len() {
        format!("{short}…")
    } else {
        short
    };
    Text::verbatim(short).into()
}

fn excluded_proof(proof: &Proof, why: &Text) -> ProofRecord {
    ProofRecord {
        id: proof.id.clone(),
        title: (&proof.text).into(),
        class: proof.class.id(),
        verdict: Verdict::NotApplicable,
        reason: Some(why.into()),
        files: Vec::new(),
        findings: Vec::new(),
        verified: Vec::new(),
        to_review: Vec::new(),
        not_evaluated: Vec::new(),
        review: None,
    }
}

fn proof_record(
    case: &Case<'_>,
    proof: &Proof,
    judgement: Option<&Judgement>,
    places: &[usize],
    findings: &[FindingRecord],
    decisions: &BTreeMap<&str, ReviewRecord>,
) -> ProofRecord {
    let mut record = excluded_proof(proof, &Text::default());
    record.reason = None;
    if let Some(planned) = case.plan.proofs.get(proof.id.as_str())
        && case.plan.elsewhere.contains(&proof.id)
    {
        record.files = paths(case, planned);
        record.verdict = Verdict::NotEvaluated;
        record.reason = Some(
            Text::fixed(
                "contrôlée par une autre part ; `conforme merge` les réunit",
                "checked by another part; `conforme merge` joins them",
            )
            .into(),
        );
        return record;
    }
    let declared = case.slots.not_applicable.get(&proof.id);
    let (Some(judgement), Some(planned)) = (judgement, case.plan.proofs.get(proof.id.as_str())) else {
        let (verdict, reason) = match (declared, &proof.condition) {
            (Some(reason), _) => (
                Verdict::NotApplicable,
                Text::new(
                    format!("déclarée sans objet par le vendeur : {reason}"),
                    format!("declared not applicable by the vendor: {reason}"),
                ),
            ),
            (None, Some(condition)) => (
                Verdict::ToReview,
                Text::new(
                    format!(
                        "aucun fichier ; la preuve n'est due que sous condition : {condition}. Le dire par [[proof]] not_applicable"
                    ),
                    format!(
                        "no file; the proof is due on a condition only: {condition}. Say so by [[proof]] not_applicable"
                    ),
                ),
            ),
            (None, None) if proof.is_placeholder() => (
                Verdict::ToReview,
                Text::fixed(
                    "le REM ne dit pas encore ce qu'il attend",
                    "the REM does not yet say what it wants",
                ),
            ),
            (None, None) => (
                Verdict::Missing,
                Text::new(
                    format!("aucun fichier dans {PROOFS_FOLDER}/{}/", folder_name(&proof.id)),
                    format!("no file in {PROOFS_FOLDER}/{}/", folder_name(&proof.id)),
                ),
            ),
        };
        record.verdict = verdict;
        record.reason = Some(reason.into());
        return record;
    };
    record.files = paths(case, planned);
    let mut own: Vec<usize> = judgement
        .findings
        .iter()
        .filter_map(|&index| places.get(index).copied())
        .collect();
    own.sort_unstable();
    own.dedup();
    record.verified.clone_from(&judgement.verified);
    record.to_review.clone_from(&judgement.to_review);
    record.not_evaluated.clone_from(&judgement.not_evaluated);
    record.reason = planned.through.as_ref().map(|other| {
        Text::new(
            format!("répondue par la preuve {other}"),
            format!("answered by the proof {other}"),
        )
        .into()
    });
    let review = decisions.get(proof.id.as_str()).cloned();
    record.verdict = proof_verdict(
        &own,
        findings,
        judgement,
        review
            .as_ref()
            .filter(|review| !review.stale)
            .map(|review| review.decision.as_str()),
    );
    record.review = review;
    record.findings = own;
    record
}

/// The files of a proof: SHA-256 (empty when the file cannot be read) and path.
pub(super) fn filed<'a>(
    case: &'a Case<'_>,
    proof: &'a PlannedProof,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    proof.files.iter().filter_map(|index| {
        let evidence = case.results.files.get(index)?.evidence.as_ref();
        let path = case.dossier.files.get(*index)?.path.as_str();
        Some((evidence.map_or("", |evidence| evidence.sha256()), path))
    })
}

fn paths(case: &Case<'_>, proof: &PlannedProof) -> Vec<String> {
    let mut paths: Vec<String> = filed(case, proof).map(|(_, path)| path.to_owned()).collect();
    paths.sort();
    paths
}

/// The verdict on a proof with files. A decision settles what a human had to look at; it never hides an error that
/// the machine found, which only a waiver accepts.
fn proof_verdict(
    own: &[usize],
    findings: &[FindingRecord],
    judgement: &Judgement,
    decision: Option<&str>,
) -> Verdict {
    let errors = || {
        own.iter()
            .filter_map(|&index| findings.get(index))
            .filter(|finding| finding.severity == Severity::Error)
    };
    if decision == Some("refused") || errors().any(|finding| finding.waiver.is_none()) {
        Verdict::NonConform
    } else if !judgement.not_evaluated.is_empty() {
        Verdict::NotEvaluated
    } else if decision == Some("to_complete")
        || (!judgement.to_review.is_empty() && decision != Some("accepted"))
    {
        Verdict::ToReview
    } else if errors().next().is_some() {
        Verdict::Waived
    } else {
        Verdict::Conform
    }
}
