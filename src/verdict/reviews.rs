//! Reviews (`revue.toml`): an examiner's decisions on proofs, bound to the hash of what was looked at.

use std::collections::BTreeMap;

use crate::dossier::{REVIEWS, read_toml};
use crate::evidence::sha256_hex;
use crate::finding::{Finding, Place, Rule, Severity};
use crate::record::ReviewRecord;
use crate::text::{Text, text};

/// The file of reviews has a fault.
pub static REVIEW_FAULT: Rule = Rule::fixed(
    "DOSSIER-REVIEW",
    Severity::Error,
    text("Le fichier revue.toml est exact", "The file revue.toml is right"),
    text(
        "Une décision mal écrite ne compte pas.",
        "A badly written decision does not count.",
    ),
    text(
        "`conforme review set` écrit une décision exacte.",
        "`conforme review set` writes a right decision.",
    ),
    "conforme, docs/dossier.md",
);

/// The evidence changed after the decision.
pub static REVIEW_STALE: Rule = Rule::fixed(
    "DOSSIER-REVIEW-STALE",
    Severity::Warning,
    text(
        "Les décisions portent sur les fichiers présents",
        "Decisions are about the files that are there",
    ),
    text(
        "Les fichiers de la preuve ont changé depuis la décision de l'examinateur : elle ne compte plus.",
        "The files of the proof changed since the examiner's decision: it counts no more.",
    ),
    text(
        "Revoir la preuve (`conforme review set`).",
        "Review the proof again (`conforme review set`).",
    ),
    "conforme, docs/dossier.md",
);

/// The decisions, the last one on each proof winning.
#[derive(Debug, Default)]
pub struct Reviews {
    by_proof: BTreeMap<String, (ReviewRecord, u32)>,
    /// Faults of the file itself.
    pub faults: Vec<Finding>,
}

/// What an examiner may decide.
pub const DECISIONS: [&str; 3] = ["accepted", "refused", "to_complete"];

/// The hash that a decision is bound to: of the sorted list of the hashes and paths of the files of the proof.
pub fn evidence_hash<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut lines: Vec<String> = files
        .into_iter()
        .map(|(sha256, path)| format!("{sha256}  {path}\n"))
        .collect();
    lines.sort();
    sha256_hex(lines.concat().as_bytes())
}

impl Reviews {
    /// Reads `revue.toml`.
    pub fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (list, faults) = read_toml(text.trim_start_matches('\u{feff}'), |root| {
            root.tables("review", |table| {
                let record = ReviewRecord {
                    proof: table.required("proof"),
                    examiner: table.required("examiner"),
                    date: table.date("date").unwrap_or_default(),
                    decision: table.required("decision"),
                    comment: table.string("comment").unwrap_or_default(),
                    evidence_sha256: table.required("evidence_sha256"),
                    stale: false,
                };
                if !record.decision.is_empty() && !DECISIONS.contains(&record.decision.as_str()) {
                    table.fault(
                        "decision",
                        Text::new(
                            format!(
                                "décision « {} » inconnue : accepted, refused ou to_complete",
                                record.decision
                            ),
                            format!(
                                "unknown decision '{}': accepted, refused or to_complete",
                                record.decision
                            ),
                        ),
                    );
                }
                let (line, _) = table.position("proof");
                (record, line)
            })
        });
        let faults: Vec<Finding> = faults
            .into_iter()
            .map(|fault| {
                REVIEW_FAULT.at(
                    Place::file(REVIEWS).line_column(fault.line, fault.column),
                    fault.message,
                )
            })
            .collect();
        // A file with a fault decides nothing: a half-read decision is worse than none.
        let list = if faults.is_empty() {
            list.unwrap_or_default()
        } else {
            Vec::new()
        };
        Self {
            by_proof: list
                .into_iter()
                .map(|(record, line)| (record.proof.clone(), (record, line)))
                .collect(),
            faults,
        }
    }

    /// The decision on `proof`, told stale when its evidence is no longer the one with `evidence_sha256`.
    pub fn on(&mut self, proof: &str, evidence_sha256: &str) -> Option<ReviewRecord> {
        let (record, _) = self.by_proof.get_mut(proof)?;
        record.stale = record.evidence_sha256 != evidence_sha256;
        Some(record.clone())
    }

    /// Findings on the reviews themselves.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = self.faults.clone();
        for (record, line) in self.by_proof.values().filter(|(record, _)| record.stale) {
            findings.push(REVIEW_STALE.at(
                Place::file(REVIEWS).line_column(*line, 1),
                Text::new(
                    format!(
                        "la décision de {} sur {} ne compte plus : les fichiers ont changé",
                        record.examiner, record.proof
                    ),
                    format!(
                        "the decision of {} on {} counts no more: the files changed",
                        record.examiner, record.proof
                    ),
                ),
            ));
        }
        findings
    }

    /// The decisions as they go into the record, by proof.
    pub fn into_records(self) -> Vec<ReviewRecord> {
        self.by_proof.into_values().map(|(record, _)| record).collect()
    }
}
