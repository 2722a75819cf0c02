//! The REMs embedded in the binary (`requirements/rem/*.toml`): identifiers, profiles and classes rebuilt from public
//! working files, titles in words of our own. Only the one asked for is parsed.

use serde::Deserialize;

use super::catalogue::catalogue;
use super::class::Class;
use super::model::{Nature, Origin, OriginKind, Proof, Referential, Requirement, Scenario, Status};
use super::normalise::fold;
use crate::evidence::sha256_hex;
use crate::text::Text;

/// Identifier and text of each embedded REM.
const FILES: &[(&str, &str)] = &[
    (
        "HOP-DPI-Va1",
        include_str!("../../requirements/rem/HOP-DPI-Va1.toml"),
    ),
    (
        "HOP-RI-Va1",
        include_str!("../../requirements/rem/HOP-RI-Va1.toml"),
    ),
    (
        "HOP-PFI-Va1",
        include_str!("../../requirements/rem/HOP-PFI-Va1.toml"),
    ),
    (
        "RAD-RIS-Va1",
        include_str!("../../requirements/rem/RAD-RIS-Va1.toml"),
    ),
    (
        "BIO-SGL-Va1",
        include_str!("../../requirements/rem/BIO-SGL-Va1.toml"),
    ),
    (
        "BIO-LOINC-Va1",
        include_str!("../../requirements/rem/BIO-LOINC-Va1.toml"),
    ),
    (
        "MDV-LGC-Va1",
        include_str!("../../requirements/rem/MDV-LGC-Va1.toml"),
    ),
    (
        "HOP-DPI-Va2",
        include_str!("../../requirements/rem/HOP-DPI-Va2.toml"),
    ),
    (
        "HOP-PFI-Va2",
        include_str!("../../requirements/rem/HOP-PFI-Va2.toml"),
    ),
    (
        "BIO-SGL-Va2",
        include_str!("../../requirements/rem/BIO-SGL-Va2.toml"),
    ),
    (
        "RAD-RIS-Va2",
        include_str!("../../requirements/rem/RAD-RIS-Va2.toml"),
    ),
    (
        "RAD-DRIMBOX-Va2",
        include_str!("../../requirements/rem/RAD-DRIMBOX-Va2.toml"),
    ),
    (
        "MDV-LGC-Va2",
        include_str!("../../requirements/rem/MDV-LGC-Va2.toml"),
    ),
];

/// Identifiers of the DSRs that have an embedded REM.
pub fn embedded_ids() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(id, _)| *id)
}

/// The embedded REM of a DSR; `None` when the official workbook is needed.
pub fn embedded_referential(dsr: &str) -> Option<Referential> {
    let wanted = fold(dsr);
    let (id, text) = FILES.iter().find(|(id, _)| fold(id) == wanted)?;
    #[expect(clippy::expect_used, reason = "embedded data, parsed by a test")]
    // invariant: every embedded REM parses; `every_embedded_rem_is_whole` proves it at build time.
    let file: RemFile = toml::from_str(text).expect("embedded REM");
    Some(file.into_referential(id, text))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RemFile {
    version: String,
    origin: OriginKind,
    requirement: Vec<RequirementRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequirementRow {
    id: String,
    fr: String,
    en: String,
    profile: String,
    section: String,
    nature: Nature,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    criticality: String,
    #[serde(default)]
    scenario: Vec<ScenarioRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScenarioRow {
    id: String,
    proofs: Vec<ProofRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProofRow {
    id: String,
    class: Class,
    fr: String,
    en: String,
    #[serde(default)]
    alternatives: Vec<String>,
    #[serde(default)]
    condition: Option<String>,
    #[serde(default)]
    synthetic: bool,
}

impl RemFile {
    fn into_referential(self, id: &str, text: &str) -> Referential {
        let general = catalogue()
            .dsr(id)
            .and_then(|dsr| dsr.profiles.first())
            .map(|profile| profile.name.clone())
            .unwrap_or_default();
        Referential {
            dsr: id.to_owned(),
            wave: catalogue().dsr(id).map(|dsr| dsr.wave),
            version: self.version,
            origin: Origin {
                kind: self.origin,
                name: format!("{id}.toml"),
                sha256: sha256_hex(text.as_bytes()),
            },
            requirements: self
                .requirement
                .into_iter()
                .map(|row| row.into_requirement(&general))
                .collect(),
            core_scenarios: Vec::new(),
        }
    }
}

impl RequirementRow {
    fn into_requirement(self, general: &str) -> Requirement {
        let conditional = (!self.profile.is_empty()).then_some(self.profile != general);
        Requirement {
            id: self.id,
            title: Text::new(self.fr, self.en),
            profile: self.profile,
            section: self.section,
            nature: self.nature,
            conditional,
            status: if self.draft { Status::Draft } else { Status::Active },
            criticality: self.criticality,
            scenarios: self
                .scenario
                .into_iter()
                .map(|scenario| Scenario {
                    id: scenario.id,
                    proofs: scenario.proofs.into_iter().map(ProofRow::into_proof).collect(),
                    ..Scenario::default()
                })
                .collect(),
            ..Requirement::default()
        }
    }
}

impl ProofRow {
    fn into_proof(self) -> Proof {
        Proof {
            id: self.id,
            text: Text::new(self.fr, self.en),
            class: self.class,
            alternatives: self.alternatives,
            condition: self.condition,
            synthetic: self.synthetic,
            ..Proof::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{embedded_ids, embedded_referential};
    use crate::requirements::catalogue::{RemSource, catalogue};
    use crate::requirements::model::OriginKind;

    #[test]
    fn every_dsr_that_promises_a_rem_has_one() {
        for dsr in &catalogue().dsrs {
            let promised = dsr.rem != RemSource::OfficialOnly;
            assert_eq!(promised, embedded_ids().any(|id| id == dsr.id), "{}", dsr.id);
        }
        assert!(embedded_referential("LGO-Va1").is_none());
        assert!(embedded_referential("hop-ri-va1").is_some());
    }

    #[test]
    fn every_embedded_rem_is_whole() {
        for id in embedded_ids() {
            let dsr = catalogue().dsr(id).expect("embedded REM of an unknown DSR");
            let referential = embedded_referential(id).expect("embedded");
            let scope = referential.origin.kind == OriginKind::Scope;
            assert_eq!(scope, dsr.rem == RemSource::Scope, "{id}");
            let mut requirements = BTreeSet::new();
            for requirement in &referential.requirements {
                let name = &requirement.id;
                assert!(
                    requirements.insert((name, &requirement.profile)),
                    "{id}: {name} twice"
                );
                assert!(
                    requirement.title.fr.len() > 5 && requirement.title.en.len() > 5,
                    "{id}: {name}"
                );
                assert!(
                    requirement.profile.is_empty() || dsr.profile(&requirement.profile).is_some(),
                    "{id}: {name}: profile {}",
                    requirement.profile
                );
                for scenario in &requirement.scenarios {
                    let mut proofs = BTreeSet::new();
                    for proof in &scenario.proofs {
                        assert!(
                            proofs.insert(&proof.id),
                            "{id}: {} twice in {}",
                            proof.id,
                            scenario.id
                        );
                        assert!(
                            !proof.text.fr.is_empty() && !proof.text.en.is_empty(),
                            "{id}: {}",
                            proof.id
                        );
                        for other in &proof.alternatives {
                            assert!(
                                referential.proof(other).next().is_some(),
                                "{id}: {other} is not a proof"
                            );
                        }
                    }
                }
            }
        }
    }
}
