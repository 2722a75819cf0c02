//! The record: what was checked, on what, with what, and the verdicts. The one input of every report.
//!
//! The same input gives the same bytes: no clock, no absolute path, no map order. Texts are in both languages
//! (`message` in French, `message_en` in English), so the record does not depend on `--lang`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::evidence::Kind;
use crate::facts::Facts;
use crate::finding::{Finding, Rule, Severity};
use crate::text::Text;
use crate::verdict::Verdict;

/// Version of the shape of the record; a reader refuses another major number.
pub const SCHEMA_VERSION: &str = "1.0";

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Words {
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
}

impl Words {
    /// The words in `language`.
    pub fn get(&self, language: crate::text::Language) -> &str {
        match language {
            crate::text::Language::Fr => &self.fr,
            crate::text::Language::En => &self.en,
        }
    }
}

impl From<&Text> for Words {
    fn from(text: &Text) -> Self {
        Self {
            fr: text.fr.to_string(),
            en: text.en.to_string(),
        }
    }
}

impl From<Text> for Words {
    fn from(text: Text) -> Self {
        Self::from(&text)
    }
}

/// The whole record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// [`SCHEMA_VERSION`].
    pub schema_version: String,
    /// Who wrote it.
    pub tool: Tool,
    /// What the dossier is.
    pub dossier: DossierIdentity,
    /// The REM it was judged against.
    pub referential: ReferentialIdentity,
    /// The rule packs that were loaded.
    pub packs: Vec<PackIdentity>,
    /// The verdict on the dossier.
    pub verdict: Verdict,
    /// How many of each verdict and severity.
    pub counts: Counts,
    /// Verdict by profile, in the order of the catalogue.
    pub profiles: Vec<ProfileRecord>,
    /// Every requirement of the REM, in its order.
    pub requirements: Vec<RequirementRecord>,
    /// Every file of the dossier, sorted by path.
    pub evidence: Vec<EvidenceRecord>,
    /// Every finding, sorted by file, line, column, rule; proofs and files refer to them by index.
    pub findings: Vec<FindingRecord>,
    /// Documentation of the rules that the findings break.
    pub rules: BTreeMap<String, RuleRecord>,
    /// Waivers of the dossier, used or not.
    #[serde(default)]
    pub waivers: Vec<WaiverRecord>,
    /// Decisions of examiners.
    #[serde(default)]
    pub reviews: Vec<ReviewRecord>,
    /// Set when the run was a shard: the record is not the whole truth until `merge` joins it to the others.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub partial: Option<Part>,
}

/// The part of a dossier that a shard checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// Which part, from 1.
    pub index: u32,
    /// How many parts there are.
    pub count: u32,
    /// The proofs with files that this part checked; those of other parts are not evaluated here.
    pub proofs: Vec<String>,
    /// What the checks learned of the files of this part, in the order of the dossier: `merge` compares the files of
    /// all parts with it. None once it was taken out to hide the values of the evidence.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub facts: Option<Vec<FileFacts>>,
}

/// What the checks learned of a file: identities, documents, messages, mails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileFacts {
    /// The file.
    pub path: String,
    /// What was learned. Not described further: it goes from one version of conforme to the same one.
    #[schemars(with = "serde_json::Value")]
    pub facts: Facts,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

/// The program that wrote the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `conforme`.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Tool {
    /// This program.
    pub fn current() -> Self {
        Self {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// What the manifest declares.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DossierIdentity {
    /// Identifier of the DSR (`HOP-PFI-Va1`).
    pub dsr: String,
    /// Name of the DSR.
    pub dsr_name: Words,
    /// Profiles chosen, the mandatory one included.
    pub profiles: Vec<String>,
    /// Vendor of the product.
    pub vendor: String,
    /// Name of the product.
    pub product: String,
    /// Version of the product.
    pub version: String,
    /// SHA-256 of the manifest.
    pub manifest_sha256: String,
}

/// The REM.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReferentialIdentity {
    /// Identifier: DSR and wave.
    pub id: String,
    /// Wave (1 or 2); 0 when the workbook does not say.
    pub wave: u8,
    /// `reconstruction` for the embedded REM, `official` for a workbook given by the user.
    pub source: String,
    /// The workbook, when one was given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
    /// SHA-256 of the workbook, or of the embedded text.
    pub sha256: String,
}

/// A rule pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackIdentity {
    /// Identifier.
    pub id: String,
    /// Version.
    pub version: String,
    /// SHA-256 of its content.
    pub sha256: String,
    /// Rules loaded.
    pub rules: u64,
    /// Value sets loaded.
    pub value_sets: u64,
    /// Codes loaded.
    pub codes: u64,
}

/// Totals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Applicable requirements (DOIT) by verdict.
    pub requirements: BTreeMap<String, u64>,
    /// Applicable recommendations (PEUT) by verdict.
    pub recommendations: BTreeMap<String, u64>,
    /// Applicable scenarios by verdict.
    pub scenarios: BTreeMap<String, u64>,
    /// Applicable proofs by verdict.
    pub proofs: BTreeMap<String, u64>,
    /// Findings by severity, waived ones not counted.
    pub findings: BTreeMap<String, u64>,
    /// Findings that a waiver accepts.
    pub waived_findings: u64,
    /// Files of the dossier.
    pub files: u64,
    /// Bytes of the dossier.
    pub bytes: u64,
}

/// Verdict of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileRecord {
    /// Name.
    pub name: String,
    /// `mandatory`, `conditional` or `exclusive`.
    pub kind: String,
    /// Whether the dossier chose it.
    pub chosen: bool,
    /// Worst of its requirements; not applicable when not chosen.
    pub verdict: Verdict,
    /// Requirements of the profile in the REM.
    pub requirements: u64,
}

/// A requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequirementRecord {
    /// Identifier.
    pub id: String,
    /// Title.
    pub title: Words,
    /// Profile it belongs to.
    pub profile: String,
    /// Identifier of its section (`INS`, `MSS/UX`).
    pub section: String,
    /// Name of its section, when the REM says it.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub section_name: String,
    /// Block, or chapter in the newer layouts of REM workbooks.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub block: String,
    /// Function.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub function: String,
    /// The full statement of an official workbook; empty when the REM is embedded.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub statement: String,
    /// Comment published with it.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub comment: String,
    /// Criticality as the REM writes it.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub criticality: String,
    /// `requirement` (DOIT) or `recommendation` (PEUT).
    pub nature: String,
    /// Verdict: the worst of its scenarios.
    pub verdict: Verdict,
    /// Why the verdict, when the scenarios do not say it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<Words>,
    /// Its scenarios.
    pub scenarios: Vec<ScenarioRecord>,
}

/// A conformity scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioRecord {
    /// Identifier.
    pub id: String,
    /// What is to be done, when the REM says it.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub text: String,
    /// Verdict: the worst of its proofs.
    pub verdict: Verdict,
    /// Its proofs.
    pub proofs: Vec<ProofRecord>,
}

/// A proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProofRecord {
    /// Identifier.
    pub id: String,
    /// What is asked.
    pub title: Words,
    /// Class of the proof (`HL7V2`, `DEMO`...).
    pub class: String,
    /// Verdict.
    pub verdict: Verdict,
    /// Why: nothing filed, does not apply, what blocks.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<Words>,
    /// Paths of the files filed for it.
    pub files: Vec<String>,
    /// Indices of the findings that count against it.
    pub findings: Vec<usize>,
    /// What the machine verified.
    #[serde(default)]
    pub verified: Vec<Words>,
    /// What a human must look at.
    #[serde(default)]
    pub to_review: Vec<Words>,
    /// What could not be judged.
    #[serde(default)]
    pub not_evaluated: Vec<Words>,
    /// The decision of an examiner that the verdict rests on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub review: Option<ReviewRecord>,
}

/// A file of the dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceRecord {
    /// Path relative to the dossier, `/` between folders.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// What it is.
    pub kind: Kind,
    /// Proofs it is filed for.
    pub proofs: Vec<String>,
    /// Verdict on the file alone.
    pub verdict: Verdict,
    /// Indices of its findings.
    pub findings: Vec<usize>,
    /// What the machine verified.
    #[serde(default)]
    pub verified: Vec<Words>,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingRecord {
    /// Rule broken.
    pub rule: String,
    /// Severity.
    pub severity: Severity,
    /// What is wrong, in French.
    pub message: String,
    /// What is wrong, in English.
    pub message_en: String,
    /// File; members of containers after ` › `.
    pub file: String,
    /// Line, from 1.
    pub line: Option<u32>,
    /// Column, from 1.
    pub column: Option<u32>,
    /// Logical place.
    pub path: Option<String>,
    /// The line of the evidence.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub snippet: Option<String>,
    /// What the rule wants.
    pub expected: Option<String>,
    /// What stands there.
    pub found: Option<String>,
    /// Document, section, version.
    pub source: String,
    /// The pack it comes from; none for rules of the binary.
    pub pack: Option<String>,
    /// Requirements it counts against.
    pub requirements: Vec<String>,
    /// Proofs it counts against.
    pub proofs: Vec<String>,
    /// Identity across runs.
    pub fingerprint: String,
    /// How many times the same fault occurs.
    #[serde(skip_serializing_if = "is_one", default = "one")]
    pub count: u64,
    /// HL7 table 0357 code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hl7_error: Option<String>,
    /// Schematron: file name of the schema.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub schema: Option<String>,
    /// Schematron: the XPath test.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub test: Option<String>,
    /// Schematron: XPath of the node.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location: Option<String>,
    /// Schematron: the text of the rule's author.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text: Option<String>,
    /// The waiver that accepts it (index into `waivers`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub waiver: Option<usize>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde wants")]
fn is_one(count: &u64) -> bool {
    *count == 1
}

fn one() -> u64 {
    1
}

impl From<&Finding> for FindingRecord {
    fn from(finding: &Finding) -> Self {
        let schematron = finding.schematron.clone();
        let part = |read: fn(crate::finding::SchematronDetail) -> String| schematron.clone().map(read);
        Self {
            rule: finding.rule.clone(),
            severity: finding.severity,
            message: finding.message.fr.to_string(),
            message_en: finding.message.en.to_string(),
            file: finding.place.file.clone(),
            line: finding.place.line,
            column: finding.place.column,
            path: finding.place.path.clone(),
            snippet: finding.snippet.clone(),
            expected: finding.expected.clone(),
            found: finding.found.clone(),
            source: finding.source.clone(),
            pack: finding.pack.clone(),
            requirements: Vec::new(),
            proofs: Vec::new(),
            fingerprint: finding.fingerprint(),
            count: finding.count,
            hl7_error: finding.hl7_error.clone(),
            schema: part(|detail| detail.schema),
            test: part(|detail| detail.test),
            location: part(|detail| detail.location),
            text: part(|detail| detail.text),
            waiver: None,
        }
    }
}

impl FindingRecord {
    /// The order of findings in every output, that of [`Finding::sort_key`].
    pub fn sort_key(&self) -> (&str, u32, u32, &str, &str, &str) {
        (
            &self.file,
            self.line.unwrap_or(0),
            self.column.unwrap_or(0),
            &self.rule,
            self.path.as_deref().unwrap_or_default(),
            &self.message,
        )
    }

    /// The message in `language`.
    pub fn message(&self, language: crate::text::Language) -> &str {
        match language {
            crate::text::Language::Fr => &self.message,
            crate::text::Language::En => &self.message_en,
        }
    }
}

/// What a rule asks, why, and how to satisfy it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleRecord {
    /// What it asks.
    pub title: Words,
    /// Why it exists.
    pub why: Words,
    /// How to satisfy it.
    pub fix: Words,
    /// Document, section, version.
    pub source: String,
}

impl From<&Rule> for RuleRecord {
    fn from(rule: &Rule) -> Self {
        Self {
            title: (&rule.title).into(),
            why: (&rule.why).into(),
            fix: (&rule.fix).into(),
            source: rule.source.to_string(),
        }
    }
}

/// An accepted fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaiverRecord {
    /// Rule it accepts the breach of.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rule: Option<String>,
    /// Proof it is limited to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proof: Option<String>,
    /// File pattern it is limited to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
    /// Fingerprint it is limited to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fingerprint: Option<String>,
    /// Why.
    pub reason: String,
    /// Who accepted.
    pub authority: String,
    /// When, `YYYY-MM-DD`.
    pub date: String,
    /// Until when, `YYYY-MM-DD`.
    pub expiry: String,
    /// Line in `derogations.toml`; 0 when unknown.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub line: u32,
    /// Past its expiry on the day of the run: it accepts nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub expired: bool,
    /// How many findings it accepts in this run.
    pub used: u64,
}

/// A line that is not known is not written.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde wants")]
const fn is_zero(line: &u32) -> bool {
    *line == 0
}

/// The decision of an examiner on a proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewRecord {
    /// The proof.
    pub proof: String,
    /// Who decided.
    pub examiner: String,
    /// When, `YYYY-MM-DD`.
    pub date: String,
    /// `accepted`, `refused` or `to_complete`.
    pub decision: String,
    /// In their words.
    pub comment: String,
    /// SHA-256 of the list of hashes of the evidence that was looked at.
    pub evidence_sha256: String,
    /// True when the evidence changed since: the decision no longer counts.
    pub stale: bool,
}

/// The output of `conforme validate`: files judged alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ValidationRecord {
    /// [`SCHEMA_VERSION`].
    pub schema_version: String,
    /// Who wrote it.
    pub tool: Tool,
    /// The rule packs that were loaded.
    pub packs: Vec<PackIdentity>,
    /// The files, in the order given.
    pub files: Vec<ValidatedFile>,
    /// Documentation of the rules that the findings break.
    pub rules: BTreeMap<String, RuleRecord>,
}

/// A file judged alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ValidatedFile {
    /// The file as given.
    pub file: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// What it is.
    pub kind: Kind,
    /// Verdict.
    pub verdict: Verdict,
    /// What is wrong, sorted.
    pub findings: Vec<FindingRecord>,
    /// What the machine verified.
    pub verified: Vec<Words>,
    /// What a human must look at.
    pub to_review: Vec<Words>,
    /// What could not be judged.
    pub not_evaluated: Vec<Words>,
    /// Values recomputed from the file (statistics), by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub measures: BTreeMap<String, serde_json::Value>,
}
