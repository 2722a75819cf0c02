//! Judging files alone, without a dossier.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::checks::{self, Context, Options, Outcome};
use crate::dossier::diagnostics::UNREADABLE;
use crate::evidence::{Evidence, EvidenceError, Kind};
use crate::finding::{Finding, Place, Severity};
use crate::limits::Limits;
use crate::packs::PackSet;
use crate::record::{FindingRecord, SCHEMA_VERSION, Tool, ValidatedFile, ValidationRecord};
use crate::run::unreadable;
use crate::verdict::{Verdict, rule_records};

/// A file to judge.
#[derive(Debug, Clone)]
pub enum Input {
    /// A file of the disk and the name users know it by.
    File(PathBuf, String),
    /// Bytes that came by another way (standard input).
    Bytes(Vec<u8>, String),
}

impl Input {
    fn shown(&self) -> &str {
        match self {
            Self::File(_, shown) | Self::Bytes(_, shown) => shown,
        }
    }

    fn open(&self) -> Result<Evidence, EvidenceError> {
        match self {
            Self::File(path, shown) => Evidence::open(path, shown),
            Self::Bytes(bytes, shown) => Ok(Evidence::memory(shown.clone(), bytes.clone())),
        }
    }
}

/// Lists the files to judge under `path`: itself, or all files of a folder, sorted, links not followed.
pub fn list(path: &Path) -> Vec<Input> {
    if !path.is_dir() {
        return vec![Input::File(
            path.to_owned(),
            path.display().to_string().replace('\\', "/"),
        )];
    }
    walkdir::WalkDir::new(path)
        .follow_links(false)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let shown = entry.path().display().to_string().replace('\\', "/");
            Input::File(entry.into_path(), shown)
        })
        .collect()
}

/// Judges each file alone, in parallel; results keep the order of `inputs`.
pub fn validate(inputs: &[Input], options: &Options, packs: &PackSet, limits: &Limits) -> ValidationRecord {
    let files: Vec<ValidatedFile> = inputs
        .par_iter()
        .map(|input| match input.open() {
            Ok(evidence) => {
                let outcome = checks::judge(&evidence, &Context::new(limits, options).with_packs(packs));
                validated(input.shown(), Some(&evidence), outcome)
            }
            Err(error) => {
                let reason = unreadable(&error);
                let outcome = Outcome {
                    findings: vec![UNREADABLE.at(Place::file(input.shown()), reason.clone())],
                    not_evaluated: vec![reason],
                    ..Outcome::default()
                };
                validated(input.shown(), None, outcome)
            }
        })
        .collect();
    let findings: Vec<FindingRecord> = files
        .iter()
        .flat_map(|file| file.findings.iter().cloned())
        .collect();
    ValidationRecord {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: Tool::current(),
        packs: packs.identities(),
        rules: rule_records(&findings),
        files,
    }
}

/// The verdict on one file alone: worst of its errors, of what could not run, and of what a human must see.
pub fn file_verdict(outcome: &Outcome) -> Verdict {
    if outcome
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
    {
        Verdict::NonConform
    } else if !outcome.not_evaluated.is_empty() {
        Verdict::NotEvaluated
    } else if !outcome.to_review.is_empty() {
        Verdict::ToReview
    } else {
        Verdict::Conform
    }
}

/// A file with its findings in order and its verdict.
pub fn validated(shown: &str, evidence: Option<&Evidence>, mut outcome: Outcome) -> ValidatedFile {
    let verdict = file_verdict(&outcome);
    outcome
        .findings
        .sort_by(|a: &Finding, b: &Finding| a.sort_key().cmp(&b.sort_key()));
    ValidatedFile {
        file: shown.to_owned(),
        size: evidence.map_or(0, Evidence::size),
        sha256: evidence
            .map(|evidence| evidence.sha256().to_owned())
            .unwrap_or_default(),
        kind: evidence.map_or(Kind::Unknown, Evidence::kind),
        verdict,
        findings: outcome.findings.iter().map(FindingRecord::from).collect(),
        verified: outcome.verified.iter().map(Into::into).collect(),
        to_review: outcome.to_review.iter().map(Into::into).collect(),
        not_evaluated: outcome.not_evaluated.iter().map(Into::into).collect(),
        measures: std::collections::BTreeMap::new(),
    }
}
