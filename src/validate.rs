//! Judging files alone, without a dossier.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::checks::{self, Context, Judged, Options, Outcome};
use crate::dossier::diagnostics::UNREADABLE;
use crate::evidence::{Evidence, EvidenceError, Kind};
use crate::finding::{Finding, NESTED, Place, Severity};
use crate::limits::Limits;
use crate::packs::PackSet;
use crate::record::{FindingRecord, SCHEMA_VERSION, Tool, ValidatedFile, ValidationRecord};
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
        .filter_map(|entry| match entry {
            Ok(entry) => entry.file_type().is_file().then(|| entry.into_path()),
            // A folder that cannot be listed is told like a file that cannot be read.
            Err(error) => error.path().map(Path::to_owned),
        })
        .map(|path| {
            let shown = path.display().to_string().replace('\\', "/");
            Input::File(path, shown)
        })
        .collect()
}

/// Whether the files given have to do with each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Relation {
    /// Each stands for itself. What one file holds is compared all the same: a mail with its archive, a zip of proofs.
    #[default]
    Alone,
    /// They tell one story: the same documents, patients, restrictions and messages from file to file.
    Together,
}

/// Judges each file, in parallel; results keep the order of `inputs`. An HL7 v2 message and its acknowledgement, given
/// as the only two messages, are compared too.
pub fn validate(
    inputs: &[Input],
    relation: Relation,
    options: &Options,
    packs: &PackSet,
    limits: &Limits,
) -> ValidationRecord {
    let context = || Context::new(limits, options).with_packs(packs);
    let mut judged: Vec<Judgement> = inputs
        .par_iter()
        .map(|input| match input.open() {
            Ok(evidence) => {
                let mut outcome = checks::judge(&evidence, &context());
                if relation == Relation::Alone {
                    let within = coherence([(&evidence, &outcome)], &context());
                    outcome.findings.extend(within.findings);
                }
                if relation == Relation::Together || is_message(&evidence) {
                    Judgement::Pending(Box::new((evidence.cold(), outcome)))
                } else {
                    Judgement::Whole(Box::new(validated(input.shown(), Some(&evidence), outcome)))
                }
            }
            Err(error) => {
                let reason = error.text();
                let outcome = Outcome {
                    findings: vec![UNREADABLE.at(Place::file(input.shown()), reason.clone())],
                    not_evaluated: vec![reason],
                    ..Outcome::default()
                };
                Judgement::Whole(Box::new(validated(input.shown(), None, outcome)))
            }
        })
        .collect();
    acknowledgement(&mut judged, &context());
    if relation == Relation::Together {
        together(&mut judged, &context());
    }
    let files: Vec<ValidatedFile> = inputs
        .iter()
        .zip(judged)
        .map(|(input, judgement)| match judgement {
            Judgement::Whole(file) => *file,
            Judgement::Pending(pending) => validated(input.shown(), Some(&pending.0), pending.1),
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

/// What is known of an input while others are judged: messages wait for their acknowledgements.
enum Judgement {
    Whole(Box<ValidatedFile>),
    Pending(Box<(Evidence, Outcome)>),
}

/// The coherence rules on these files: they read what the checks learned, no file again.
fn coherence<'a>(
    files: impl IntoIterator<Item = (&'a Evidence, &'a Outcome)>,
    context: &Context<'_>,
) -> Outcome {
    let files: Vec<Judged<'_>> = files
        .into_iter()
        .map(|(evidence, outcome)| Judged { evidence, outcome })
        .collect();
    checks::judge_set("coherence", &files, &toml::Table::new(), context)
}

/// What differs from file to file is said of the file where it stands.
fn together(judged: &mut [Judgement], context: &Context<'_>) {
    let mut pending: Vec<&mut (Evidence, Outcome)> = judged
        .iter_mut()
        .filter_map(|judgement| match judgement {
            Judgement::Pending(pending) => Some(pending.as_mut()),
            Judgement::Whole(_) => None,
        })
        .collect();
    let files = pending.iter().map(|file| (&file.0, &file.1));
    let outcome = coherence(files, context);
    for finding in outcome.findings {
        let outermost = finding.place.file.split(NESTED).next().unwrap_or_default();
        if let Some(file) = pending.iter_mut().find(|file| file.0.path() == outermost) {
            file.1.findings.push(finding);
        }
    }
    for file in &mut pending {
        file.1.verified.extend(outcome.verified.iter().cloned());
    }
}

fn is_message(evidence: &Evidence) -> bool {
    matches!(evidence.kind(), Kind::Hl7v2 | Kind::Hl7v2Xml)
}

/// Two HL7 v2 files given together, one an acknowledgement, are a pair. What differs is said of the acknowledgement.
/// Among more files, which answers which is for the proofs of a dossier to say.
fn acknowledgement(judged: &mut [Judgement], context: &Context<'_>) {
    let mut messages: Vec<&mut (Evidence, Outcome)> = judged
        .iter_mut()
        .filter_map(|judgement| match judgement {
            Judgement::Pending(message) if is_message(&message.0) => Some(message.as_mut()),
            _ => None,
        })
        .collect();
    if messages.len() != 2 {
        return;
    }
    let files: Vec<Judged<'_>> = messages
        .iter()
        .map(|message| Judged {
            evidence: &message.0,
            outcome: &message.1,
        })
        .collect();
    let parameters = toml::Table::from_iter([("acknowledgements_only".to_owned(), true.into())]);
    let together = checks::judge_set("hl7v2-set", &files, &parameters, context);
    for finding in together.findings {
        let place = &finding.place.file;
        if let Some(message) = messages.iter_mut().find(|message| message.0.path() == place) {
            message.1.findings.push(finding);
        }
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
