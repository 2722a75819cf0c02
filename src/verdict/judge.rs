//! From what the checks said to the record: findings → proof → scenario → requirement → profile → dossier.
//!
//! Reads no file. Every verdict is decided here and nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use super::ledger::{Ledger, in_order};
use super::proofs::{Judgement, judge_proof, shared_files};
use super::requirements::{filed, requirement_records};
use super::reviews::{Reviews, evidence_hash};
use super::summary::{counts, dossier_verdict, evidence_records, profile_records, rule_records};
use super::waivers::Waivers;
use crate::dossier::{Dossier, Slots};
use crate::facts::Facts;
use crate::finding::Severity;
use crate::plan::Plan;
use crate::record::{
    DossierIdentity, FileFacts, FindingRecord, PackIdentity, Part, Record, ReferentialIdentity, ReviewRecord,
    SCHEMA_VERSION, Tool,
};
use crate::requirements::{Dsr, OriginKind, Referential, ResolvedProfiles};
use crate::run::{FileResult, Results};
use crate::shard::Shard;

/// Everything a verdict rests on.
pub struct Case<'a> {
    /// The dossier.
    pub dossier: &'a Dossier,
    /// Its DSR.
    pub dsr: &'a Dsr,
    /// Its profiles.
    pub profiles: &'a ResolvedProfiles<'a>,
    /// The REM.
    pub referential: &'a Referential,
    /// The workbook, when one was given.
    pub workbook: Option<String>,
    /// The rule packs loaded.
    pub packs: Vec<PackIdentity>,
    /// Packs that the manifest requires and that are not there: what needs rules for CDA is then not evaluated.
    pub missing_packs: Vec<String>,
    /// Which files answer which proof.
    pub slots: &'a Slots,
    /// What was to be checked.
    pub plan: &'a Plan<'a>,
    /// What the checks said.
    pub results: &'a Results,
    /// The part of the dossier that was checked, when it is not the whole.
    pub shard: Option<Shard>,
}

/// Judges the case.
pub fn judge(case: &Case<'_>, mut waivers: Waivers, mut reviews: Reviews) -> Record {
    let mut ledger = Ledger::default();
    for finding in case.dossier.findings.iter().chain(&case.slots.findings) {
        ledger.add(finding, None);
    }
    for finding in shared_files(case) {
        ledger.add(&finding, None);
    }
    let judgements: BTreeMap<&str, Judgement> = case
        .plan
        .here()
        .map(|(id, proof)| (id, judge_proof(case, id, proof, &mut ledger)))
        .collect();
    for finding in &case.results.coherence.findings {
        // What the files of a proof already told is not told again from the other side.
        if !ledger.tells(finding) {
            ledger.add(finding, None);
        }
    }
    let decisions: BTreeMap<&str, ReviewRecord> = case
        .plan
        .here()
        .filter_map(|(id, proof)| Some((id, reviews.on(id, &evidence_hash(filed(case, proof)))?)))
        .collect();
    let mut findings = ledger.into_records(&requirements_by_proof(case.referential));
    for finding in findings
        .iter_mut()
        .filter(|finding| finding.severity == Severity::Error)
    {
        finding.waiver = waivers.accept(finding);
    }
    // Known only once all waivers and reviews had their chance to serve; no waiver covers them.
    let own = waivers.findings().into_iter().chain(reviews.findings());
    findings.extend(own.map(|finding| FindingRecord::from(&finding)));
    let (findings, places) = in_order(findings);
    let requirements = requirement_records(case, &judgements, &places, &findings, &decisions);
    let evidence = evidence_records(case, &findings);
    let profiles = profile_records(case, &requirements);
    let counts = counts(&requirements, &findings, &evidence);
    let verdict = dossier_verdict(&requirements, &findings);
    let rules = rule_records(&findings);
    let manifest = &case.dossier.manifest;
    Record {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: Tool::current(),
        dossier: DossierIdentity {
            dsr: case.dsr.id.clone(),
            dsr_name: (&case.dsr.name).into(),
            profiles: case
                .profiles
                .chosen
                .iter()
                .map(|profile| profile.name.clone())
                .collect(),
            vendor: manifest.product.vendor.clone(),
            product: manifest.product.name.clone(),
            version: manifest.product.version.clone(),
            manifest_sha256: case.dossier.manifest_sha256.clone(),
        },
        referential: ReferentialIdentity {
            id: case.referential.dsr.clone(),
            wave: case.referential.wave.unwrap_or(0),
            source: match case.referential.origin.kind {
                OriginKind::Workbook => "official",
                OriginKind::Reconstruction => "reconstruction",
                OriginKind::Scope => "scope",
            }
            .to_owned(),
            file: case.workbook.clone(),
            sha256: case.referential.origin.sha256.clone(),
        },
        packs: case.packs.clone(),
        verdict,
        counts,
        profiles,
        requirements,
        evidence,
        findings,
        rules,
        waivers: waivers.into_records(),
        reviews: reviews.into_records(),
        partial: case.shard.map(|shard| Part {
            index: shard.index,
            count: shard.count,
            proofs: case.plan.here().map(|(id, _)| id.to_owned()).collect(),
            facts: Some(learned(case)),
        }),
    }
}

/// What was learned of each file, for the comparison that `merge` makes; files that told nothing are left out.
fn learned(case: &Case<'_>) -> Vec<FileFacts> {
    case.results
        .files
        .values()
        .filter_map(FileResult::judged)
        .filter(|file| file.outcome.facts != Facts::default())
        .map(|file| FileFacts {
            path: file.evidence.path().to_owned(),
            facts: file.outcome.facts.clone(),
        })
        .collect()
}

fn requirements_by_proof(referential: &Referential) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut map: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for place in referential.proofs() {
        map.entry(&place.proof.id)
            .or_default()
            .insert(&place.requirement.id);
    }
    map
}
