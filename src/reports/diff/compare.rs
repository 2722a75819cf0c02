//! The comparison itself: pure, on two records.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::super::view;
use crate::finding::Severity;
use crate::record::{
    DossierIdentity, FindingRecord, PackIdentity, ProofRecord, Record, ReferentialIdentity,
    RequirementRecord, SCHEMA_VERSION, Tool, Words,
};
use crate::verdict::Verdict;

/// What changed between two records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Difference {
    /// Version of the shape, that of records.
    pub schema_version: String,
    /// Who compared.
    pub tool: Tool,
    /// The older record.
    pub before: Side,
    /// The newer record.
    pub after: Side,
    /// True when the REM is not the same, by hash.
    pub referential_changed: bool,
    /// Packs that came, went or changed.
    pub packs: Vec<PackChange>,
    /// Obligations that block now and did not.
    pub newly_failing: Vec<RequirementChange>,
    /// Obligations that blocked and do not any more.
    pub newly_passing: Vec<RequirementChange>,
    /// Other changes of verdict: both block, neither does, or a recommendation.
    pub otherwise_changed: Vec<RequirementChange>,
    /// Requirements of the newer record alone.
    pub added: Vec<RequirementChange>,
    /// Requirements of the older record alone.
    pub removed: Vec<RequirementChange>,
    /// Titles and texts that the REM changed.
    pub texts: Vec<TextChange>,
    /// Files that came, went, changed or moved.
    pub evidence: Vec<EvidenceChange>,
    /// Findings that came and went, by fingerprint.
    pub findings: FindingChanges,
}

/// One of the two records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Side {
    /// What the dossier is.
    pub dossier: DossierIdentity,
    /// The REM.
    pub referential: ReferentialIdentity,
    /// Version of conforme.
    pub tool_version: String,
    /// Verdict on the dossier.
    pub verdict: Verdict,
}

impl From<&Record> for Side {
    fn from(record: &Record) -> Self {
        Self {
            dossier: record.dossier.clone(),
            referential: record.referential.clone(),
            tool_version: record.tool.version.clone(),
            verdict: record.verdict,
        }
    }
}

/// A requirement whose verdict changed, or that one side lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RequirementChange {
    /// Identifier.
    pub id: String,
    /// Title, the newer one.
    pub title: Words,
    /// Verdict before; none when the requirement was not there.
    pub before: Option<Verdict>,
    /// Verdict now; none when it is no longer there.
    pub after: Option<Verdict>,
    /// Its proofs whose verdict changed.
    pub proofs: Vec<ProofChange>,
}

/// A proof whose verdict changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProofChange {
    /// Identifier.
    pub id: String,
    /// Verdict before; none when the proof was not asked.
    pub before: Option<Verdict>,
    /// Verdict now; none when it is no longer asked.
    pub after: Option<Verdict>,
    /// Why, now.
    pub reason: Option<Words>,
}

/// A text of the REM that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TextChange {
    /// Requirement, scenario or proof.
    pub id: String,
    /// The text before.
    pub before: String,
    /// The text now.
    pub after: String,
}

/// A pack that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PackChange {
    /// Identifier.
    pub id: String,
    /// Version and hash before.
    pub before: Option<PackIdentity>,
    /// Version and hash now.
    pub after: Option<PackIdentity>,
}

/// A file that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EvidenceChange {
    /// Path, the newer one when the file moved.
    pub path: String,
    /// `added`, `removed`, `changed` or `moved`.
    pub change: String,
    /// SHA-256 before.
    pub before: Option<String>,
    /// SHA-256 now.
    pub after: Option<String>,
    /// Path before, when the file moved.
    pub from: Option<String>,
    /// Proofs it is or was filed for.
    pub proofs: Vec<String>,
}

/// Findings that came and went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindingChanges {
    /// Not in the older record.
    pub new: Vec<FindingRecord>,
    /// No longer in the newer record.
    pub fixed: Vec<FindingRecord>,
}

impl Difference {
    /// True when something fails that did not: what makes `conforme diff` exit with 1.
    pub fn is_worse(&self) -> bool {
        !self.newly_failing.is_empty()
            || self
                .added
                .iter()
                .any(|change| change.after.is_some_and(view::blocks))
    }

    /// True when `after`, the newer record, fails against the older one: a requirement fails that did not, or an
    /// error is new that counts against an obligation or the dossier itself. Recommendations never fail.
    pub fn fails(&self, after: &Record) -> bool {
        self.is_worse() || self.has_new_binding_error(after)
    }

    /// True when an error is new that counts against an obligation or the dossier itself.
    fn has_new_binding_error(&self, after: &Record) -> bool {
        let binding: BTreeSet<&str> = view::proofs(after)
            .filter(|view| !view::is_recommendation(view.requirement))
            .map(|view| view.proof.id.as_str())
            .collect();
        self.findings.new_errors().any(|finding| {
            finding.proofs.is_empty()
                || finding
                    .proofs
                    .iter()
                    .any(|proof| binding.contains(proof.as_str()))
        })
    }

    /// True when `after`, the newer record, has a non-conformity that the older one had not: what is missing or could
    /// not be judged does not count.
    pub fn newly_non_conform(&self, after: &Record) -> bool {
        let new = |change: &RequirementChange| change.after == Some(Verdict::NonConform);
        self.newly_failing.iter().chain(&self.added).any(new) || self.has_new_binding_error(after)
    }

    /// True when nothing changed.
    pub fn is_empty(&self) -> bool {
        !self.referential_changed
            && self.packs.is_empty()
            && self.newly_failing.is_empty()
            && self.newly_passing.is_empty()
            && self.otherwise_changed.is_empty()
            && self.added.is_empty()
            && self.removed.is_empty()
            && self.texts.is_empty()
            && self.evidence.is_empty()
            && self.findings.new.is_empty()
            && self.findings.fixed.is_empty()
    }
}

/// The findings of `record` that `baseline` does not have, as indices into `record.findings`. Two findings are the
/// same when their fingerprints are; the same fault met more often than before is new as often as it is more.
pub fn new_findings(record: &Record, baseline: &Record) -> Vec<usize> {
    let mut known: BTreeMap<&str, u64> = BTreeMap::new();
    for finding in &baseline.findings {
        *known.entry(&finding.fingerprint).or_default() += 1;
    }
    record
        .findings
        .iter()
        .enumerate()
        .filter_map(
            |(index, finding)| match known.get_mut(finding.fingerprint.as_str()) {
                Some(left) if *left > 0 => {
                    *left -= 1;
                    None
                }
                _ => Some(index),
            },
        )
        .collect()
}

/// Compares two records.
pub fn compare(before: &Record, after: &Record) -> Difference {
    let mut difference = Difference {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: Tool::current(),
        before: before.into(),
        after: after.into(),
        referential_changed: before.referential.sha256 != after.referential.sha256,
        packs: packs(before, after),
        newly_failing: Vec::new(),
        newly_passing: Vec::new(),
        otherwise_changed: Vec::new(),
        added: Vec::new(),
        removed: Vec::new(),
        texts: Vec::new(),
        evidence: evidence(before, after),
        findings: FindingChanges {
            new: select(after, &new_findings(after, before)),
            fixed: select(before, &new_findings(before, after)),
        },
    };
    let old: BTreeMap<&str, &RequirementRecord> = before
        .requirements
        .iter()
        .map(|requirement| (requirement.id.as_str(), requirement))
        .collect();
    for requirement in &after.requirements {
        match old.get(requirement.id.as_str()) {
            None => difference.added.push(change(None, Some(requirement))),
            Some(was) => {
                texts(was, requirement, &mut difference.texts);
                verdict_change(was, requirement, &mut difference);
            }
        }
    }
    for requirement in &before.requirements {
        if !after.requirements.iter().any(|other| other.id == requirement.id) {
            difference.removed.push(change(Some(requirement), None));
        }
    }
    difference
}

fn select(record: &Record, indices: &[usize]) -> Vec<FindingRecord> {
    view::findings(record, indices)
        .into_iter()
        .map(|(_, finding)| finding.clone())
        .collect()
}

fn verdict_change(was: &RequirementRecord, is: &RequirementRecord, difference: &mut Difference) {
    let change = change(Some(was), Some(is));
    if was.verdict == is.verdict && change.proofs.is_empty() {
        return;
    }
    let list = if view::is_recommendation(is) {
        &mut difference.otherwise_changed
    } else {
        match (view::blocks(was.verdict), view::blocks(is.verdict)) {
            (false, true) => &mut difference.newly_failing,
            (true, false) => &mut difference.newly_passing,
            _ => &mut difference.otherwise_changed,
        }
    };
    list.push(change);
}

fn change(was: Option<&RequirementRecord>, is: Option<&RequirementRecord>) -> RequirementChange {
    let known = is.or(was);
    RequirementChange {
        id: known
            .map(|requirement| requirement.id.clone())
            .unwrap_or_default(),
        title: known
            .map(|requirement| requirement.title.clone())
            .unwrap_or_default(),
        before: was.map(|requirement| requirement.verdict),
        after: is.map(|requirement| requirement.verdict),
        proofs: match (was, is) {
            (Some(was), Some(is)) => proofs(was, is),
            _ => Vec::new(),
        },
    }
}

fn proofs_of(requirement: &RequirementRecord) -> BTreeMap<&str, &ProofRecord> {
    requirement
        .scenarios
        .iter()
        .flat_map(|scenario| &scenario.proofs)
        .map(|proof| (proof.id.as_str(), proof))
        .collect()
}

fn proofs(was: &RequirementRecord, is: &RequirementRecord) -> Vec<ProofChange> {
    let (old, new) = (proofs_of(was), proofs_of(is));
    let mut changes: Vec<ProofChange> = new
        .iter()
        .filter(|(id, proof)| old.get(*id).map(|proof| proof.verdict) != Some(proof.verdict))
        .map(|(id, proof)| ProofChange {
            id: (*id).to_owned(),
            before: old.get(id).map(|proof| proof.verdict),
            after: Some(proof.verdict),
            reason: proof.reason.clone(),
        })
        .collect();
    changes.extend(
        old.iter()
            .filter(|(id, _)| !new.contains_key(*id))
            .map(|(id, proof)| ProofChange {
                id: (*id).to_owned(),
                before: Some(proof.verdict),
                after: None,
                reason: None,
            }),
    );
    changes
}

/// Titles and scenario texts, in French: the language of the REM.
fn texts(was: &RequirementRecord, is: &RequirementRecord, into: &mut Vec<TextChange>) {
    let mut note = |id: &str, before: &str, after: &str| {
        if before != after {
            into.push(TextChange {
                id: id.to_owned(),
                before: before.to_owned(),
                after: after.to_owned(),
            });
        }
    };
    if was.statement.is_empty() || is.statement.is_empty() {
        note(&is.id, &was.title.fr, &is.title.fr);
    } else {
        note(&is.id, &was.statement, &is.statement);
    }
    for scenario in &is.scenarios {
        if let Some(old) = was.scenarios.iter().find(|old| old.id == scenario.id) {
            note(&scenario.id, &old.text, &scenario.text);
        }
    }
    let old = proofs_of(was);
    for (id, proof) in proofs_of(is) {
        if let Some(old) = old.get(id) {
            note(id, &old.title.fr, &proof.title.fr);
        }
    }
}

fn packs(before: &Record, after: &Record) -> Vec<PackChange> {
    let old: BTreeMap<&str, &PackIdentity> =
        before.packs.iter().map(|pack| (pack.id.as_str(), pack)).collect();
    let new: BTreeMap<&str, &PackIdentity> =
        after.packs.iter().map(|pack| (pack.id.as_str(), pack)).collect();
    let ids: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    ids.into_iter()
        .filter(|id| old.get(id) != new.get(id))
        .map(|id| PackChange {
            id: id.to_owned(),
            before: old.get(id).map(|pack| (*pack).clone()),
            after: new.get(id).map(|pack| (*pack).clone()),
        })
        .collect()
}

fn evidence(before: &Record, after: &Record) -> Vec<EvidenceChange> {
    let old: BTreeMap<&str, _> = before
        .evidence
        .iter()
        .map(|file| (file.path.as_str(), file))
        .collect();
    let new: BTreeMap<&str, _> = after
        .evidence
        .iter()
        .map(|file| (file.path.as_str(), file))
        .collect();
    let gone: BTreeMap<&str, &str> = old
        .iter()
        .filter(|(path, _)| !new.contains_key(*path))
        .map(|(path, file)| (file.sha256.as_str(), *path))
        .collect();
    let mut moved: Vec<&str> = Vec::new();
    let mut changes = Vec::new();
    for (path, file) in &new {
        let (change, before, from) = match old.get(path) {
            Some(was) if was.sha256 == file.sha256 => continue,
            Some(was) => ("changed", Some(was.sha256.clone()), None),
            None => match gone.get(file.sha256.as_str()) {
                Some(from) => {
                    moved.push(from);
                    ("moved", Some(file.sha256.clone()), Some((*from).to_owned()))
                }
                None => ("added", None, None),
            },
        };
        changes.push(EvidenceChange {
            path: (*path).to_owned(),
            change: change.to_owned(),
            before,
            after: Some(file.sha256.clone()),
            from,
            proofs: file.proofs.clone(),
        });
    }
    for (path, file) in &old {
        if !new.contains_key(path) && !moved.contains(path) {
            changes.push(EvidenceChange {
                path: (*path).to_owned(),
                change: "removed".to_owned(),
                before: Some(file.sha256.clone()),
                after: None,
                from: None,
                proofs: file.proofs.clone(),
            });
        }
    }
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes
}

impl FindingChanges {
    /// The new ones that block: errors that no waiver accepts.
    pub fn new_errors(&self) -> impl Iterator<Item = &FindingRecord> {
        self.new
            .iter()
            .filter(|finding| finding.severity == Severity::Error && finding.waiver.is_none())
    }
}
