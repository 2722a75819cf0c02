//! Reading a saved record, and refusing with a reason what is not one: another schema version, another tool, a
//! truncated file, a record whose parts contradict each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::evidence::io_reason;
use crate::finding::Severity;
use crate::limits::Limits;
use crate::record::{Counts, FindingRecord, ProofRecord, Record, SCHEMA_VERSION, Tool};
use crate::text::{Language, Text};
use crate::verdict::Verdict;

/// Why a record is refused.
#[derive(Debug, thiserror::Error)]
#[error("{path} : {}", reason.fr)]
pub struct LoadError {
    /// The file.
    pub path: String,
    /// Why, and what to do.
    pub reason: Text,
    /// True when the content was changed or contradicts itself, which is a matter of integrity, not of usage.
    pub tampered: bool,
}

impl LoadError {
    /// The message in `language`.
    pub fn message(&self, language: Language) -> String {
        match language {
            Language::Fr => format!("{} : {}", self.path, self.reason.fr),
            Language::En => format!("{}: {}", self.path, self.reason.en),
        }
    }
}

/// Reads a record from a file.
///
/// # Errors
/// When the file cannot be read, is too large, or is refused by [`parse_record`].
pub fn read_record(path: &Path, limits: &Limits) -> Result<Record, LoadError> {
    let name = path.display().to_string();
    let refuse = |reason: Text| LoadError {
        path: name.clone(),
        reason,
        tampered: false,
    };
    let size = std::fs::metadata(path)
        .map_err(|error| refuse(unreadable(&error)))?
        .len();
    if size > limits.file_bytes {
        return Err(refuse(Text::new(
            format!("{size} octets, plus que la limite de {}", limits.file_bytes),
            format!("{size} bytes, more than the limit of {}", limits.file_bytes),
        )));
    }
    let text = std::fs::read(path).map_err(|error| refuse(unreadable(&error)))?;
    parse_record(&name, &text)
}

fn unreadable(error: &std::io::Error) -> Text {
    let reason = io_reason(error);
    Text::new(
        format!("fichier illisible : {}", reason.fr),
        format!("file cannot be read: {}", reason.en),
    )
}

/// Reads a record from its JSON text; `name` is what messages call it.
///
/// # Errors
/// When the text is no JSON or stops early, was written by another tool or under another schema version, lacks a
/// part, or contradicts itself.
pub fn parse_record(name: &str, text: &[u8]) -> Result<Record, LoadError> {
    let refuse = |reason: Text, tampered| LoadError {
        path: name.to_owned(),
        reason,
        tampered,
    };
    let value: serde_json::Value = serde_json::from_slice(text).map_err(|error| {
        let reason = if error.is_eof() {
            Text::new(
                format!(
                    "fichier tronqué : il s'arrête à la ligne {} au milieu du JSON",
                    error.line()
                ),
                format!(
                    "truncated file: it stops at line {} in the middle of the JSON",
                    error.line()
                ),
            )
        } else {
            Text::new(
                format!("ce n'est pas un fichier JSON ({error})"),
                format!("this is no JSON file ({error})"),
            )
        };
        refuse(reason, false)
    })?;
    let at = |pointer: &str| value.pointer(pointer).and_then(serde_json::Value::as_str);
    let (Some(tool), Some(version)) = (at("/tool/name"), at("/schema_version")) else {
        return Err(refuse(
            Text::fixed(
                "ce n'est pas un enregistrement de conforme (ni `tool` ni `schema_version`) ; donner un fichier écrit par --format json",
                "this is no record of conforme (neither `tool` nor `schema_version`); give a file written by --format json",
            ),
            false,
        ));
    };
    let own = Tool::current();
    if tool != own.name {
        return Err(refuse(
            Text::new(
                format!("enregistrement écrit par « {tool} », non par {}", own.name),
                format!("record written by “{tool}”, not by {}", own.name),
            ),
            false,
        ));
    }
    if major(version) != major(SCHEMA_VERSION) {
        let writer = at("/tool/version").unwrap_or("?");
        return Err(refuse(
            Text::new(
                format!(
                    "schéma {version}, cette version lit {SCHEMA_VERSION} ; relire avec conforme {writer} ou refaire le contrôle"
                ),
                format!(
                    "schema {version}, this version reads {SCHEMA_VERSION}; read it with conforme {writer} or check again"
                ),
            ),
            false,
        ));
    }
    if value.get("files").is_some() && value.get("dossier").is_none() {
        return Err(refuse(
            Text::fixed(
                "c'est le résultat de « conforme validate » ; il faut l'enregistrement d'un dossier (conforme check --format json)",
                "this is the output of `conforme validate`; the record of a dossier is wanted (conforme check --format json)",
            ),
            false,
        ));
    }
    // From the text again: errors then have their line and column.
    let record: Record = serde_json::from_slice(text).map_err(|error| {
        refuse(
            Text::new(
                format!("enregistrement incomplet ou modifié ({error})"),
                format!("record incomplete or changed ({error})"),
            ),
            true,
        )
    })?;
    match contradiction(&record) {
        Some(reason) => Err(refuse(
            Text::new(
                format!("enregistrement modifié après coup : {}", reason.fr),
                format!("record changed afterwards: {}", reason.en),
            ),
            true,
        )),
        None => Ok(record),
    }
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

/// The first thing in the record that does not follow from the rest. The seal proves that nothing changed; this only
/// finds what a hand-made change forgets.
fn contradiction(record: &Record) -> Option<Text> {
    let count = record.findings.len();
    for evidence in &record.evidence {
        if evidence.findings.iter().any(|index| *index >= count) {
            return Some(index_beyond(&evidence.path));
        }
    }
    for finding in &record.findings {
        if finding.waiver.is_some_and(|index| index >= record.waivers.len()) {
            return Some(index_beyond(&finding.file));
        }
    }
    for requirement in &record.requirements {
        for scenario in &requirement.scenarios {
            for proof in &scenario.proofs {
                if proof.findings.iter().any(|index| *index >= count) {
                    return Some(index_beyond(&proof.id));
                }
                if !follows(proof, &record.findings) {
                    return Some(verdict_differs(&proof.id, proof.verdict));
                }
            }
            let worst = Verdict::worst(scenario.proofs.iter().map(|proof| proof.verdict));
            if scenario.verdict != worst {
                return Some(verdict_differs(&scenario.id, scenario.verdict));
            }
        }
        let worst = Verdict::worst(requirement.scenarios.iter().map(|scenario| scenario.verdict));
        if requirement.verdict != worst {
            return Some(verdict_differs(&requirement.id, requirement.verdict));
        }
    }
    let obligations = record
        .requirements
        .iter()
        .filter(|requirement| requirement.nature == "requirement")
        .map(|requirement| requirement.verdict);
    if record.verdict < Verdict::worst(obligations) {
        return Some(verdict_differs(&record.dossier.dsr, record.verdict));
    }
    (record.counts != counts(record)).then(|| {
        Text::fixed(
            "les totaux ne sont pas ceux de son contenu",
            "the totals are not those of its content",
        )
    })
}

/// False when an error that nobody accepted stands under a proof that is not non-conform, or the reverse.
fn follows(proof: &ProofRecord, findings: &[FindingRecord]) -> bool {
    let error = proof
        .findings
        .iter()
        .filter_map(|index| findings.get(*index))
        .any(|finding| finding.severity == Severity::Error && finding.waiver.is_none());
    let refused = proof
        .review
        .as_ref()
        .is_some_and(|review| review.decision == "refused" && !review.stale);
    (error || refused) == (proof.verdict == Verdict::NonConform)
}

fn index_beyond(place: &str) -> Text {
    Text::new(
        format!("{place} renvoie à un constat absent"),
        format!("{place} refers to a finding that is absent"),
    )
}

fn verdict_differs(place: &str, verdict: Verdict) -> Text {
    let label = verdict.label();
    Text::new(
        format!(
            "le verdict « {} » de {place} ne suit pas de ce qu'il contient",
            label.fr
        ),
        format!(
            "the verdict “{}” of {place} does not follow from what it holds",
            label.en
        ),
    )
}

/// The totals of a record: a proof or scenario that the REM names several times counts once.
pub(crate) fn counts(record: &Record) -> Counts {
    let mut counts = Counts::default();
    let add = |map: &mut BTreeMap<String, u64>, key: &str, by: u64| {
        let total = map.entry(key.to_owned()).or_default();
        *total = total.saturating_add(by);
    };
    let mut scenarios = BTreeSet::new();
    let mut proofs = BTreeSet::new();
    for requirement in &record.requirements {
        let map = if requirement.nature == "requirement" {
            &mut counts.requirements
        } else {
            &mut counts.recommendations
        };
        add(map, requirement.verdict.as_str(), 1);
        for scenario in &requirement.scenarios {
            if scenarios.insert(&scenario.id) {
                add(&mut counts.scenarios, scenario.verdict.as_str(), 1);
            }
            for proof in &scenario.proofs {
                if proofs.insert(&proof.id) {
                    add(&mut counts.proofs, proof.verdict.as_str(), 1);
                }
            }
        }
    }
    for finding in &record.findings {
        if finding.waiver.is_some() {
            counts.waived_findings = counts.waived_findings.saturating_add(finding.count);
        } else {
            add(&mut counts.findings, finding.severity.as_str(), finding.count);
        }
    }
    counts.files = record.evidence.len() as u64;
    counts.bytes = record
        .evidence
        .iter()
        .map(|evidence| evidence.size)
        .fold(0, u64::saturating_add);
    counts
}
