//! The words of a REM: referential, requirement, scenario, proof.

use serde::{Deserialize, Serialize};

use super::class::Class;
use crate::text::Text;

/// Where a referential comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OriginKind {
    /// A workbook given by the user.
    Workbook,
    /// Embedded: identifiers, profiles and classes from public working files, titles in words of our own.
    Reconstruction,
    /// Embedded: built from the published scope of the DSR alone; its identifiers are ours, not official.
    Scope,
}

/// The source of a referential: what a report must name so that its reader knows what the verdict rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The kind of source.
    pub kind: OriginKind,
    /// File name (no folder), or the name of the embedded file.
    pub name: String,
    /// SHA-256 of the source, lower-case hexadecimal.
    pub sha256: String,
}

/// All requirements of one (DSR, wave).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referential {
    /// Identifier in the catalogue (`HOP-PFI-Va1`); the code as written when the catalogue does not know it; empty
    /// when the workbook does not say.
    pub dsr: String,
    /// Wave, 1 or 2, when known.
    pub wave: Option<u8>,
    /// Version as the source says it; empty when it does not.
    pub version: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The requirements, in the order of the source.
    pub requirements: Vec<Requirement>,
    /// The end-to-end scenarios ("cœur de métier") of a DRIMbox workbook.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub core_scenarios: Vec<CoreScenario>,
}

/// A proof with the requirement and the scenario that ask for it.
#[derive(Debug, Clone, Copy)]
pub struct ProofPlace<'a> {
    /// The requirement.
    pub requirement: &'a Requirement,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The proof.
    pub proof: &'a Proof,
}

impl Referential {
    /// The first requirement with this identifier.
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements.iter().find(|requirement| requirement.id == id)
    }

    /// Every proof slot, in order. One proof identifier may come several times: shared evidence.
    pub fn proofs(&self) -> impl Iterator<Item = ProofPlace<'_>> {
        self.requirements.iter().flat_map(|requirement| {
            requirement.scenarios.iter().flat_map(move |scenario| {
                scenario.proofs.iter().map(move |proof| ProofPlace {
                    requirement,
                    scenario,
                    proof,
                })
            })
        })
    }

    /// Every slot that carries this proof identifier.
    pub fn proof<'a>(&'a self, id: &'a str) -> impl Iterator<Item = ProofPlace<'a>> {
        self.proofs().filter(move |place| place.proof.id == id)
    }
}

/// DOIT or PEUT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// An obligation (« exigence », DOIT).
    Exigence,
    /// A recommendation (« préconisation », PEUT): reported, never blocking.
    Preconisation,
    /// The source does not say; judged like an obligation, the stricter reading.
    #[default]
    Unknown,
}

/// The life of a requirement in its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// In force (approved, unchanged, new), or the source has no status at all.
    #[default]
    Active,
    /// Still being worked on by its author.
    Draft,
    /// Withdrawn: imported, counted, never asked of a vendor.
    Obsolete,
}

/// One requirement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// Identifier, blanks trimmed (`INS/va1.61`).
    pub id: String,
    /// A short title: ours in an embedded REM, the function of the row in a workbook.
    pub title: Text,
    /// The full statement of a workbook, as text; empty in an embedded REM.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub statement: String,
    /// Profile name as written; empty when the source leaves it blank.
    pub profile: String,
    /// Section identifier (`INS`, `MSS/UX`).
    pub section: String,
    /// Section name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub section_name: String,
    /// Block, or chapter in the newer layouts.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub block: String,
    /// Function.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub function: String,
    /// DOIT or PEUT.
    pub nature: Nature,
    /// Only for those who choose its profile; `None` when the source says neither.
    pub conditional: Option<bool>,
    /// Status.
    #[serde(default)]
    pub status: Status,
    /// Criticality as written; empty when absent.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub criticality: String,
    /// Comment published with the requirement.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// Identifier of the common requirement it comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub socle: String,
    /// Identifier or profile in the wave before, as written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub previous: String,
    /// Its scenarios.
    pub scenarios: Vec<Scenario>,
    /// Cell of the identifier (`Exigences!B12`); empty for an embedded REM.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cell: String,
}

/// One conformity scenario: the steps that produce proofs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// Identifier, a relative one resolved against its requirement.
    pub id: String,
    /// Identifier as written, when it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// Text of the scenario; empty in an embedded REM.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Its proofs.
    pub proofs: Vec<Proof>,
}

/// A slot that the vendor fills with files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Identifier, a relative one resolved, an absent one made from its scenario (see `synthetic`).
    pub id: String,
    /// Identifier as written, when it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// What is asked: a title of ours in an embedded REM, the official text (the same in both languages) otherwise.
    pub text: Text,
    /// The artefact asked for.
    pub class: Class,
    /// Identifiers of proofs that answer this one instead (« veuillez déposer la preuve… », one of several
    /// authentication variants): filling one of them, or this slot, is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<String>,
    /// The condition that the source puts in brackets (`[Si …]`); the proof is asked only when it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The identifier is made by us because the source has none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub synthetic: bool,
    /// Cell of the proof; empty for an embedded REM.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cell: String,
}

impl Proof {
    /// The source has not said yet what it wants here (`TBD`): nothing can be asked of a vendor.
    pub fn is_placeholder(&self) -> bool {
        self.class == Class::Placeholder
    }
}

/// An end-to-end scenario of a DRIMbox workbook.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoreScenario {
    /// Identifier (`SCN_CO.01`).
    pub id: String,
    /// Name.
    pub name: String,
    /// Profile.
    pub profile: String,
    /// Its steps.
    pub steps: Vec<CoreStep>,
}

/// One step of an end-to-end scenario, bound to up to ten requirements.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoreStep {
    /// Identifier (`SCN_CO.01.04`).
    pub id: String,
    /// What to do.
    pub text: String,
    /// The requirements that the step shows.
    pub requirements: Vec<String>,
    /// The proofs it produces.
    pub proofs: Vec<Proof>,
}
