//! The catalogue of DSRs and profiles (`requirements/catalogue.toml`).

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::nearest::nearest;
use super::normalise::fold;
use crate::text::Text;

/// What kind of profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileKind {
    /// Always part of the dossier, named or not.
    Mandatory,
    /// Chosen when the product has the function.
    Conditional,
    /// Exactly one of its group.
    Exclusive,
}

/// A profile of a DSR.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Name, as the dossier writes it.
    pub name: String,
    /// Kind.
    pub kind: ProfileKind,
    /// Name of the group of exclusive profiles.
    #[serde(default)]
    pub group: Option<String>,
    /// Other spellings met in workbooks.
    #[serde(default, skip_serializing)]
    pub aliases: Vec<String>,
}

impl Profile {
    /// True when `name` names this profile, whatever its accents, case and typography.
    pub fn is(&self, name: &str) -> bool {
        let wanted = fold(name);
        std::iter::once(&self.name)
            .chain(&self.aliases)
            .any(|known| fold(known) == wanted)
    }
}

/// Whether the CNDA must approve the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cnda {
    /// For every profile.
    Mandatory,
    /// Each profile of the DSR says.
    ByProfile,
    /// Not at all.
    None,
    /// No public source at hand says.
    Unknown,
}

/// Which REM of a DSR is embedded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemSource {
    /// One of ours, rebuilt from public working files.
    Embedded,
    /// One of ours, from the published scope alone, with identifiers of our own.
    Scope,
    /// None: the official workbook is needed.
    OfficialOnly,
}

/// A referencing scheme: one corridor, one function, one wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dsr {
    /// Identifier (`HOP-PFI-Va1`).
    pub id: String,
    /// Name for people.
    pub name: Text,
    /// Corridor (« Hôpital »).
    pub corridor: String,
    /// Wave.
    pub wave: u8,
    /// CNDA approval.
    pub cnda: Cnda,
    /// The embedded REM.
    pub rem: RemSource,
    /// How workbooks and file names write it, the wave aside.
    pub codes: Vec<String>,
    /// File name of the published workbook, when known.
    #[serde(default)]
    pub workbook: Option<String>,
    /// Its profiles, the mandatory ones first.
    pub profiles: Vec<Profile>,
}

impl Dsr {
    /// The profile of this name or of one of its spellings.
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.is(name))
    }
}

/// All DSRs known.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// The DSRs, in the order of the data.
    #[serde(rename = "dsr")]
    pub dsrs: Vec<Dsr>,
}

impl Catalogue {
    /// The DSR of this identifier, whatever its case.
    pub fn dsr(&self, id: &str) -> Option<&Dsr> {
        let wanted = fold(id);
        self.dsrs.iter().find(|dsr| fold(&dsr.id) == wanted)
    }

    /// The identifier that a mistyped one probably means.
    pub fn nearest(&self, id: &str) -> Option<&str> {
        nearest(id, self.dsrs.iter().map(|dsr| dsr.id.as_str()))
    }

    /// The DSR that a workbook means by a code (`PFI`, `HOP-PFI`) and a wave.
    pub fn by_code(&self, code: &str, wave: u8) -> Option<&Dsr> {
        let wanted = fold(code);
        self.dsrs
            .iter()
            .find(|dsr| dsr.wave == wave && dsr.codes.iter().any(|known| fold(known) == wanted))
            .or_else(|| self.dsr(code))
    }
}

/// The catalogue embedded in the binary.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "embedded data, parsed by a test")]
        // invariant: the embedded catalogue parses; `the_catalogue_is_whole` proves it at build time.
        toml::from_str(include_str!("../../requirements/catalogue.toml"))
            .expect("requirements/catalogue.toml")
    });
    &CATALOGUE
}

#[cfg(test)]
mod tests {
    use super::{ProfileKind, catalogue};

    #[test]
    fn the_catalogue_is_whole() {
        let catalogue = catalogue();
        assert!(catalogue.dsrs.len() >= 18);
        let mut identifiers = std::collections::BTreeSet::new();
        for dsr in &catalogue.dsrs {
            assert!(identifiers.insert(dsr.id.as_str()), "{} twice", dsr.id);
            assert!(!dsr.name.fr.is_empty() && !dsr.name.en.is_empty());
            assert_eq!(dsr.profiles[0].kind, ProfileKind::Mandatory, "{}", dsr.id);
            for profile in &dsr.profiles {
                assert_eq!(
                    profile.kind == ProfileKind::Exclusive,
                    profile.group.is_some(),
                    "{}",
                    profile.name
                );
                let same = dsr
                    .profiles
                    .iter()
                    .filter(|other| other.is(&profile.name))
                    .count();
                assert_eq!(same, 1, "{}: {} is ambiguous", dsr.id, profile.name);
            }
            for code in &dsr.codes {
                assert_eq!(
                    catalogue.by_code(code, dsr.wave).map(|found| found.id.as_str()),
                    Some(dsr.id.as_str())
                );
            }
        }
    }

    #[test]
    fn names_are_found_as_people_type_them() {
        let catalogue = catalogue();
        assert_eq!(catalogue.dsr("hop-pfi-va1").map(|dsr| dsr.wave), Some(1));
        assert!(catalogue.dsr("HOP-PFI").is_none());
        assert_eq!(catalogue.nearest("HOP-PFI-Va3"), Some("HOP-PFI-Va1"));
        let ris = catalogue.dsr("RAD-RIS-Va1").expect("RIS");
        assert!(ris.profile("envoi manuel par MSS au PS Demandeur").is_some());
        assert!(ris.profile("Opérateur Mailiz ").is_some());
        assert!(ris.profile("Centres de santé").is_none());
    }
}
