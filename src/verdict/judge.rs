//! From what the checks said to the record: findings → proof → scenario → requirement → profile → dossier.
//!
//! Reads no file. Every verdict is decided here and nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use super::Verdict;
use super::reviews::{Reviews, evidence_hash};
use super::waivers::Waivers;
use crate::checks::Outcome;
use crate::dossier::diagnostics::{COUNT, EMPTY, KIND, SHARED};
use crate::dossier::{Dossier, PROOFS_FOLDER, Slots, folder_name};
use crate::evidence::Kind;
use crate::finding::{Finding, Place, Severity};
use crate::plan::{Plan, PlannedProof};
use crate::record::{
    Counts, DossierIdentity, EvidenceRecord, FindingRecord, PackIdentity, ProfileRecord, ProofRecord, Record,
    ReferentialIdentity, RequirementRecord, RuleRecord, SCHEMA_VERSION, ScenarioRecord, Tool, Words,
};
use crate::requirements::class::MachineShare;
use crate::requirements::{Dsr, Nature, OriginKind, Proof, Referential, ResolvedProfiles};
use crate::run::Results;
use crate::text::Text;

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
    /// Which files answer which proof.
    pub slots: &'a Slots,
    /// What was to be checked.
    pub plan: &'a Plan<'a>,
    /// What the checks said.
    pub results: &'a Results,
}

/// Findings on their way into the record, each once, with what it counts against.
#[derive(Default)]
struct Ledger {
    entries: Vec<(Finding, BTreeSet<String>)>,
    index: BTreeMap<String, usize>,
}

impl Ledger {
    /// Adds a finding, or finds it again: the same file judged for two proofs breaks a rule once.
    fn add(&mut self, finding: &Finding, proof: Option<&str>) -> usize {
        let key = format!("{:?}", (finding.sort_key(), finding.severity, &finding.found));
        let next = self.entries.len();
        let index = *self.index.entry(key).or_insert(next);
        if index == next {
            self.entries.push((finding.clone(), BTreeSet::new()));
        }
        if let (Some(proof), Some((_, proofs))) = (proof, self.entries.get_mut(index)) {
            proofs.insert(proof.to_owned());
        }
        index
    }
}

/// What is known of a proof before its verdict.
#[derive(Default)]
struct Judgement {
    findings: Vec<usize>,
    verified: Vec<Words>,
    to_review: Vec<Words>,
    not_evaluated: Vec<Words>,
}

impl Judgement {
    fn take(&mut self, outcome: &Outcome, proof: &str, ledger: &mut Ledger) {
        self.findings.extend(
            outcome
                .findings
                .iter()
                .map(|finding| ledger.add(finding, Some(proof))),
        );
        let add = |list: &mut Vec<Words>, texts: &[Text]| {
            for words in texts.iter().map(Words::from) {
                if !list.contains(&words) {
                    list.push(words);
                }
            }
        };
        add(&mut self.verified, &outcome.verified);
        add(&mut self.to_review, &outcome.to_review);
        add(&mut self.not_evaluated, &outcome.not_evaluated);
    }
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
        .proofs
        .iter()
        .map(|(id, proof)| (*id, judge_proof(case, id, proof, &mut ledger)))
        .collect();
    for index in 0..case.dossier.files.len() {
        // Files that serve no proof have no outcome; those that do have said all through their proofs.
        for outcome in case
            .results
            .files
            .get(&index)
            .iter()
            .flat_map(|file| file.outcomes.values())
        {
            for finding in &outcome.findings {
                ledger.add(finding, None);
            }
        }
    }
    for finding in reviews.faults.clone().iter().chain(&waivers.faults.clone()) {
        ledger.add(finding, None);
    }
    let requirement_of = requirements_by_proof(case.referential);
    let (mut findings, places) = in_order(ledger, &requirement_of);
    for finding in findings
        .iter_mut()
        .filter(|finding| finding.severity == Severity::Error)
    {
        finding.waiver = waivers.accept(finding);
    }
    let requirements = requirement_records(case, &judgements, &places, &findings, &mut reviews);
    // Said last, once all waivers and reviews had their chance to serve.
    for finding in waivers.findings().iter().chain(&reviews.findings()) {
        let record = FindingRecord::from(finding);
        if !findings.iter().any(|known| {
            known.rule == record.rule && known.line == record.line && known.message == record.message
        }) {
            findings.push(record);
        }
    }
    let evidence = evidence_records(case, &places, &findings);
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
        partial: None,
    }
}

/// What the checks and the expectation say of one proof with files.
fn judge_proof(case: &Case<'_>, id: &str, proof: &PlannedProof, ledger: &mut Ledger) -> Judgement {
    let mut judgement = Judgement::default();
    let expectation = &proof.expectation;
    let mut usable = 0_u32;
    for index in &proof.files {
        let Some(file) = case.results.files.get(index) else {
            continue;
        };
        let Some(outcome) = file.outcomes.get(&expectation.options) else {
            continue;
        };
        judgement.take(outcome, id, ledger);
        let Some(evidence) = &file.evidence else { continue };
        if evidence.kind() == Kind::Empty {
            let finding = EMPTY.at(
                Place::file(evidence.path()),
                Text::fixed("fichier vide (0 octet)", "empty file (0 bytes)"),
            );
            judgement.findings.push(ledger.add(&finding, Some(id)));
        } else if expectation.accepts.contains(&evidence.kind()) {
            usable += 1;
        } else {
            let names = |pick: fn(&Text) -> &str| {
                expectation
                    .accepts
                    .iter()
                    .map(|kind| pick(&kind.label()).to_owned())
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            let label = evidence.kind().label();
            let finding = KIND
                .at(
                    Place::file(evidence.path()),
                    Text::new(
                        format!(
                            "la preuve {id} attend : {} ; ce fichier est : {}",
                            names(|text| &text.fr),
                            label.fr
                        ),
                        format!(
                            "the proof {id} wants: {}; this file is: {}",
                            names(|text| &text.en),
                            label.en
                        ),
                    ),
                )
                .expected(
                    expectation
                        .accepts
                        .iter()
                        .map(|kind| kind.as_str())
                        .collect::<Vec<_>>()
                        .join(", "),
                )
                .found(evidence.kind().as_str());
            judgement.findings.push(ledger.add(&finding, Some(id)));
        }
    }
    if usable > 0 && usable < expectation.minimum {
        let wanted = expectation.minimum;
        let finding = COUNT
            .at(
                Place::file(format!("{PROOFS_FOLDER}/{}", folder_name(id))),
                Text::new(
                    format!("la preuve {id} attend au moins {wanted} fichiers, {usable} déposé(s)"),
                    format!("the proof {id} wants at least {wanted} files, {usable} filed"),
                ),
            )
            .expected(wanted.to_string())
            .found(usable.to_string());
        judgement.findings.push(ledger.add(&finding, Some(id)));
    }
    if let Some(outcome) = case.results.sets.get(id) {
        judgement.take(outcome, id, ledger);
    }
    if expectation.machine != MachineShare::Full {
        let points = expectation.review.iter().map(Words::from);
        judgement.to_review.extend(points);
        if judgement.to_review.is_empty() {
            judgement.to_review.push(Words {
                fr: "le contenu répond à ce que la preuve demande".to_owned(),
                en: "the content answers what the proof asks".to_owned(),
            });
        }
    }
    judgement
}

/// One file content filed for several proofs, which is told once.
fn shared_files(case: &Case<'_>) -> Vec<Finding> {
    let mut by_hash: BTreeMap<&str, BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
    for (id, proof) in case
        .plan
        .proofs
        .iter()
        .filter(|(_, proof)| proof.through.is_none())
    {
        for index in &proof.files {
            if let Some(evidence) = case
                .results
                .files
                .get(index)
                .and_then(|file| file.evidence.as_ref())
                && evidence.size() > 0
            {
                by_hash
                    .entry(evidence.sha256())
                    .or_default()
                    .entry(evidence.path())
                    .or_default()
                    .insert(id);
            }
        }
    }
    by_hash
        .values()
        .filter_map(|paths| {
            let proofs: BTreeSet<&str> = paths.values().flatten().copied().collect();
            let first = paths.keys().next()?;
            (proofs.len() > 1).then(|| {
                let list = proofs.iter().copied().collect::<Vec<_>>().join(", ");
                SHARED.at(
                    Place::file(*first),
                    Text::new(
                        format!("le même contenu est déposé pour {list}"),
                        format!("the same content is filed for {list}"),
                    ),
                )
            })
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

/// The findings in the order of every output, and where each entry of the ledger went.
fn in_order(
    ledger: Ledger,
    requirement_of: &BTreeMap<&str, BTreeSet<&str>>,
) -> (Vec<FindingRecord>, Vec<usize>) {
    let mut order: Vec<usize> = (0..ledger.entries.len()).collect();
    order.sort_by(|&a, &b| {
        let key = |index: usize| ledger.entries.get(index).map(|(finding, _)| finding.sort_key());
        key(a).cmp(&key(b)).then(a.cmp(&b))
    });
    let mut places = vec![0; order.len()];
    let mut records = Vec::with_capacity(order.len());
    for (position, &index) in order.iter().enumerate() {
        if let Some(place) = places.get_mut(index) {
            *place = position;
        }
        let Some((finding, proofs)) = ledger.entries.get(index) else {
            continue;
        };
        let requirements: BTreeSet<&str> = proofs
            .iter()
            .filter_map(|proof| requirement_of.get(proof.as_str()))
            .flatten()
            .copied()
            .collect();
        let mut record = FindingRecord::from(finding);
        record.proofs = proofs.iter().cloned().collect();
        record.requirements = requirements.into_iter().map(str::to_owned).collect();
        records.push(record);
    }
    (records, places)
}

fn requirement_records(
    case: &Case<'_>,
    judgements: &BTreeMap<&str, Judgement>,
    places: &[usize],
    findings: &[FindingRecord],
    reviews: &mut Reviews,
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
                            reviews,
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
    reviews: &mut Reviews,
) -> ProofRecord {
    let mut record = excluded_proof(proof, &Text::default());
    record.reason = None;
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
    let mut files: Vec<(&str, &str)> = planned
        .files
        .iter()
        .filter_map(|index| {
            Some((
                case.results
                    .files
                    .get(index)?
                    .evidence
                    .as_ref()
                    .map_or("", |e| e.sha256()),
                case.dossier.files.get(*index)?.path.as_str(),
            ))
        })
        .collect();
    files.sort_by_key(|(_, path)| *path);
    record.files = files.iter().map(|(_, path)| (*path).to_owned()).collect();
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
    let review = reviews.on(&proof.id, &evidence_hash(files));
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

fn evidence_records(case: &Case<'_>, places: &[usize], findings: &[FindingRecord]) -> Vec<EvidenceRecord> {
    let _ = places;
    let mut by_file: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        let root = finding
            .file
            .split(crate::finding::NESTED)
            .next()
            .unwrap_or(&finding.file);
        by_file.entry(root).or_default().push(index);
    }
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
        let own = by_file.remove(file.path.as_str()).unwrap_or_default();
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
            size: evidence.map_or(file.size, |evidence| evidence.size()),
            sha256: evidence
                .map(|evidence| evidence.sha256().to_owned())
                .unwrap_or_default(),
            kind: evidence.map_or(Kind::Unknown, |evidence| evidence.kind()),
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

fn profile_records(case: &Case<'_>, requirements: &[RequirementRecord]) -> Vec<ProfileRecord> {
    case.dsr
        .profiles
        .iter()
        .map(|profile| {
            let chosen = case
                .profiles
                .chosen
                .iter()
                .any(|chosen| chosen.name == profile.name);
            let own = || {
                requirements
                    .iter()
                    .filter(|requirement| profile.is(&requirement.profile))
            };
            ProfileRecord {
                name: profile.name.clone(),
                kind: match profile.kind {
                    crate::requirements::ProfileKind::Mandatory => "mandatory",
                    crate::requirements::ProfileKind::Conditional => "conditional",
                    crate::requirements::ProfileKind::Exclusive => "exclusive",
                }
                .to_owned(),
                chosen,
                verdict: Verdict::worst(
                    own()
                        .filter(|requirement| requirement.nature == "requirement")
                        .map(|requirement| requirement.verdict),
                ),
                requirements: own().count() as u64,
            }
        })
        .collect()
}

/// Worst of the obligations, and of the faults of the dossier itself. Recommendations never block.
fn dossier_verdict(requirements: &[RequirementRecord], findings: &[FindingRecord]) -> Verdict {
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

fn counts(
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
