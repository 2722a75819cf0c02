//! Files judged alone, seen as the files of a record: what lets the page and the paper of a dossier show them too.

use crate::record::{
    DossierIdentity, EvidenceRecord, Record, ReferentialIdentity, ValidatedFile, ValidationRecord,
};
use crate::verdict::Verdict;

/// The files with their findings, under no requirement and no dossier.
pub(super) fn as_record(validation: &ValidationRecord) -> Record {
    let mut findings = Vec::new();
    let evidence: Vec<EvidenceRecord> = validation
        .files
        .iter()
        .map(|file| {
            let first = findings.len();
            findings.extend(file.findings.iter().cloned());
            EvidenceRecord {
                path: file.file.clone(),
                size: file.size,
                sha256: file.sha256.clone(),
                kind: file.kind,
                proofs: Vec::new(),
                verdict: file.verdict,
                findings: (first..findings.len()).collect(),
                verified: file.verified.clone(),
            }
        })
        .collect();
    let mut record = Record {
        schema_version: validation.schema_version.clone(),
        tool: validation.tool.clone(),
        dossier: DossierIdentity::default(),
        referential: ReferentialIdentity::default(),
        packs: validation.packs.clone(),
        verdict: worst(validation),
        counts: crate::record::Counts::default(),
        profiles: Vec::new(),
        requirements: Vec::new(),
        evidence,
        findings,
        rules: validation.rules.clone(),
        waivers: Vec::new(),
        reviews: Vec::new(),
        partial: None,
    };
    record.counts = super::load::counts(&record);
    record
}

/// The worst verdict on a file.
pub(super) fn worst(validation: &ValidationRecord) -> Verdict {
    Verdict::worst(validation.files.iter().map(|file| file.verdict))
}

/// Verdicts on the files, gravest first, with how many files have each.
pub(super) fn verdicts(files: &[ValidatedFile]) -> Vec<(Verdict, u64)> {
    Verdict::ALL
        .into_iter()
        .map(|verdict| {
            let count = files.iter().filter(|file| file.verdict == verdict).count();
            (verdict, count as u64)
        })
        .filter(|(_, count)| *count > 0)
        .collect()
}
