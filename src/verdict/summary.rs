//! Verdicts on files, profiles and the dossier; totals; the documentation of broken rules.

use std::collections::{BTreeMap, BTreeSet};

use super::Verdict;
use super::judge::Case;
use crate::evidence::{Evidence, Kind};
use crate::finding::Severity;
use crate::record::{
    Counts, EvidenceRecord, FindingRecord, ProfileRecord, RequirementRecord, RuleRecord, Words,
};
use crate::requirements::Profile;

/// Indices of the findings on each file, those on members of a container under the container.
pub(super) fn by_file(findings: &[FindingRecord]) -> BTreeMap<&str, Vec<usize>> {
    let mut by_file: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        let root = finding.file.split(crate::finding::NESTED).next();
        by_file
            .entry(root.unwrap_or(&finding.file))
            .or_default()
            .push(index);
    }
    by_file
}

pub(super) fn evidence_records(case: &Case<'_>, findings: &[FindingRecord]) -> Vec<EvidenceRecord> {
    let by_file = by_file(findings);
    let mut proofs_of: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for (id, proof) in &case.plan.proofs {
        for &file in &proof.files {
            proofs_of.entry(file).or_default().insert(id);
        }
    }
    let mut records = Vec::with_capacity(case.dossier.files.len());
    for (index, file) in case.dossier.files.iter().enumerate() {
        let result = case.results.files.get(&index);
        let evidence = result.and_then(|result| result.evidence.as_ref());
        let own = by_file.get(file.path.as_str()).cloned().unwrap_or_default();
        let outcomes = || result.iter().flat_map(|result| result.outcomes.values());
        let mut verified: Vec<Words> = Vec::new();
        for words in outcomes().flat_map(|outcome| outcome.verified.iter().map(Words::from)) {
            if !verified.contains(&words) {
                verified.push(words);
            }
        }
        let errors = || {
            own.iter()
                .filter_map(|&index| findings.get(index))
                .filter(|finding| finding.severity == Severity::Error)
        };
        let verdict = if evidence.is_none() || outcomes().any(|outcome| !outcome.not_evaluated.is_empty()) {
            Verdict::NotEvaluated
        } else if outcomes().next().is_none() {
            Verdict::NotApplicable
        } else if outcomes().any(|outcome| !outcome.to_review.is_empty()) {
            Verdict::ToReview
        } else if errors().next().is_some() {
            Verdict::Waived
        } else {
            Verdict::Conform
        };
        let verdict = if errors().any(|finding| finding.waiver.is_none()) {
            Verdict::NonConform
        } else {
            verdict
        };
        records.push(EvidenceRecord {
            path: file.path.clone(),
            size: evidence.map_or(file.size, Evidence::size),
            sha256: evidence
                .map(|evidence| evidence.sha256().to_owned())
                .unwrap_or_default(),
            kind: evidence.map_or(Kind::Unknown, Evidence::kind),
            proofs: proofs_of
                .get(&index)
                .into_iter()
                .flatten()
                .map(|id| (*id).to_owned())
                .collect(),
            verdict,
            findings: own,
            verified,
        });
    }
    records
}

pub(super) fn profile_records(case: &Case<'_>, requirements: &[RequirementRecord]) -> Vec<ProfileRecord> {
    case.dsr
        .profiles
        .iter()
        .map(|profile| {
            let chosen = case
                .profiles
                .chosen
                .iter()
                .any(|chosen| chosen.name == profile.name);
            ProfileRecord {
                name: profile.name.clone(),
                kind: match profile.kind {
                    crate::requirements::ProfileKind::Mandatory => "mandatory",
                    crate::requirements::ProfileKind::Conditional => "conditional",
                    crate::requirements::ProfileKind::Exclusive => "exclusive",
                }
                .to_owned(),
                chosen,
                verdict: profile_verdict(profile, requirements),
                requirements: requirements
                    .iter()
                    .filter(|requirement| profile.is(&requirement.profile))
                    .count() as u64,
            }
        })
        .collect()
}

/// Worst of the obligations of a profile.
pub(super) fn profile_verdict(profile: &Profile, requirements: &[RequirementRecord]) -> Verdict {
    Verdict::worst(
        requirements
            .iter()
            .filter(|requirement| profile.is(&requirement.profile) && requirement.nature == "requirement")
            .map(|requirement| requirement.verdict),
    )
}

/// Worst of the obligations, and of the faults of the dossier itself. Recommendations never block.
pub(super) fn dossier_verdict(requirements: &[RequirementRecord], findings: &[FindingRecord]) -> Verdict {
    let obligations = requirements
        .iter()
        .filter(|requirement| requirement.nature == "requirement")
        .map(|requirement| requirement.verdict);
    let own = findings
        .iter()
        .filter(|finding| finding.proofs.is_empty() && finding.severity == Severity::Error)
        .map(|finding| {
            if finding.waiver.is_some() {
                Verdict::Waived
            } else {
                Verdict::NonConform
            }
        });
    Verdict::worst(obligations.chain(own))
}

pub(super) fn counts(
    requirements: &[RequirementRecord],
    findings: &[FindingRecord],
    evidence: &[EvidenceRecord],
) -> Counts {
    let mut counts = Counts::default();
    let add =
        |map: &mut BTreeMap<String, u64>, key: &str, by: u64| *map.entry(key.to_owned()).or_default() += by;
    let mut seen_scenarios = BTreeSet::new();
    let mut seen_proofs = BTreeSet::new();
    for requirement in requirements {
        let map = if requirement.nature == "requirement" {
            &mut counts.requirements
        } else {
            &mut counts.recommendations
        };
        add(map, requirement.verdict.as_str(), 1);
        for scenario in &requirement.scenarios {
            if seen_scenarios.insert(&scenario.id) {
                add(&mut counts.scenarios, scenario.verdict.as_str(), 1);
            }
            for proof in &scenario.proofs {
                if seen_proofs.insert(&proof.id) {
                    add(&mut counts.proofs, proof.verdict.as_str(), 1);
                }
            }
        }
    }
    for finding in findings {
        if finding.waiver.is_some() {
            counts.waived_findings += finding.count;
        } else {
            add(&mut counts.findings, finding.severity.as_str(), finding.count);
        }
    }
    counts.files = evidence.len() as u64;
    counts.bytes = evidence.iter().map(|file| file.size).sum();
    counts
}

/// The documentation of the rules that the findings break.
pub fn rule_records(findings: &[FindingRecord]) -> BTreeMap<String, RuleRecord> {
    let broken: BTreeSet<&str> = findings.iter().map(|finding| finding.rule.as_str()).collect();
    crate::checks::rules()
        .into_iter()
        .filter(|rule| broken.contains(rule.id.as_ref()))
        .map(|rule| (rule.id.to_string(), RuleRecord::from(rule)))
        .collect()
}
