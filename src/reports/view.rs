//! Ways of looking at the record that several formats share: what blocks, what waits for a human, what belongs to
//! no proof. Nothing is decided here: verdicts are read, never computed.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Severity;
use crate::record::{FindingRecord, ProofRecord, Record, RequirementRecord, ScenarioRecord};
use crate::verdict::Verdict;

/// A proof with what it belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProofView<'a> {
    pub(super) requirement: &'a RequirementRecord,
    pub(super) scenario: &'a ScenarioRecord,
    pub(super) proof: &'a ProofRecord,
}

/// Every proof, in the order of the REM.
pub(super) fn proofs(record: &Record) -> impl Iterator<Item = ProofView<'_>> {
    record.requirements.iter().flat_map(|requirement| {
        requirement.scenarios.iter().flat_map(move |scenario| {
            scenario.proofs.iter().map(move |proof| ProofView {
                requirement,
                scenario,
                proof,
            })
        })
    })
}

/// True for a PEUT, which never blocks.
pub(super) fn is_recommendation(requirement: &RequirementRecord) -> bool {
    requirement.nature == "recommendation"
}

/// True for a verdict that keeps a dossier from being accepted.
pub(super) fn blocks(verdict: Verdict) -> bool {
    matches!(
        verdict,
        Verdict::NonConform | Verdict::Missing | Verdict::NotEvaluated
    )
}

/// The requirements that block, gravest first, then in the order of the REM.
pub(super) fn blocking(record: &Record) -> Vec<&RequirementRecord> {
    let mut blocking: Vec<_> = record
        .requirements
        .iter()
        .filter(|requirement| !is_recommendation(requirement) && blocks(requirement.verdict))
        .collect();
    blocking.sort_by_key(|requirement| std::cmp::Reverse(requirement.verdict));
    blocking
}

/// The proofs that wait for a human, whatever the verdict of their requirement; each once, however often the REM
/// names it.
pub(super) fn to_review(record: &Record) -> Vec<ProofView<'_>> {
    let mut seen = BTreeSet::new();
    proofs(record)
        .filter(|view| view.proof.verdict == Verdict::ToReview && seen.insert(view.proof.id.as_str()))
        .collect()
}

/// The findings at these indices; an index beyond the list is passed over (a record read from a file was checked).
pub(super) fn findings<'a>(record: &'a Record, indices: &[usize]) -> Vec<(usize, &'a FindingRecord)> {
    indices
        .iter()
        .filter_map(|&index| Some((index, record.findings.get(index)?)))
        .collect()
}

/// The findings that count against no proof: those of the dossier itself and of unused files.
pub(super) fn findings_of_no_proof(record: &Record) -> Vec<usize> {
    let of_proofs: BTreeSet<usize> = proofs(record)
        .flat_map(|view| view.proof.findings.iter().copied())
        .collect();
    (0..record.findings.len())
        .filter(|index| !of_proofs.contains(index))
        .collect()
}

/// Findings of one rule.
pub(super) struct RuleGroup<'a> {
    pub(super) rule: &'a str,
    pub(super) severity: Severity,
    pub(super) findings: Vec<(usize, &'a FindingRecord)>,
}

impl RuleGroup<'_> {
    /// How many times the rule is broken, aggregated findings counted for what they stand for.
    pub(super) fn total(&self) -> u64 {
        self.findings
            .iter()
            .map(|(_, finding)| finding.count)
            .fold(0, u64::saturating_add)
    }
}

/// Groups findings by severity and rule: errors first, then by rule; within a rule in the order of the record.
pub(super) fn by_rule<'a>(findings: &[(usize, &'a FindingRecord)]) -> Vec<RuleGroup<'a>> {
    let mut groups: BTreeMap<(Severity, &str), Vec<(usize, &FindingRecord)>> = BTreeMap::new();
    for &(index, finding) in findings {
        groups
            .entry((finding.severity, finding.rule.as_str()))
            .or_default()
            .push((index, finding));
    }
    groups
        .into_iter()
        .map(|((severity, rule), findings)| RuleGroup {
            rule,
            severity,
            findings,
        })
        .collect()
}

/// The words that name what a waiver is limited to.
pub(super) fn waiver_scope(waiver: &crate::record::WaiverRecord) -> String {
    [&waiver.rule, &waiver.proof, &waiver.file, &waiver.fingerprint]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" · ")
}

/// The command that checks a file again; containers are checked whole.
pub(super) fn validate_command(file: &str) -> String {
    let outer = file.split(crate::finding::NESTED).next().unwrap_or(file);
    format!("conforme validate {}", shell_quoted(outer))
}

/// An argument as a POSIX shell and PowerShell both read it.
fn shell_quoted(argument: &str) -> String {
    let plain = argument
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | ':' | '='));
    if plain && !argument.is_empty() && !argument.starts_with('-') {
        argument.to_owned()
    } else if argument.starts_with('-') {
        format!("'./{}'", argument.replace('\'', r"'\''"))
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_survive_spaces_quotes_and_dashes() {
        assert_eq!(validate_command("a/b.xml"), "conforme validate a/b.xml");
        assert_eq!(validate_command("a.zip › x.xml"), "conforme validate a.zip");
        assert_eq!(validate_command("l'été.xml"), r"conforme validate 'l'\''été.xml'");
        assert_eq!(validate_command("$(rm).xml"), "conforme validate '$(rm).xml'");
        assert_eq!(validate_command("-x"), "conforme validate './-x'");
    }
}
