//! The INS (identité nationale de santé): who assigns it, what a matricule looks like, and its key.
//!
//! A matricule is a NIR or a NIA of 13 characters followed by a key of 2 digits. The key is
//! `97 − (number mod 97)`, where the departments `2A` and `2B` of Corsica count as `19` and `18`.
//! Shared by the CDA, HL7 v2, XDM and mail families.

use crate::text::Text;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

static AUTHORITIES_TSV: &str = include_str!("../../testcases/ins/authorities.tsv");
static PUBLISHED_TSV: &str = include_str!("../../testcases/ins/published-matricules.tsv");

/// What number a matricule is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InsKind {
    /// NIR: registration number of the national directory (RNIPP).
    Nir,
    /// NIA: waiting number, before the NIR is certified.
    Nia,
    /// INS-C: computed by the software, withdrawn.
    InsC,
}

/// Where an OID of INS may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InsEnvironment {
    /// Real identities.
    Production,
    /// National test identities.
    Test,
    /// Demonstration identities.
    Demonstration,
    /// No longer allowed anywhere.
    Withdrawn,
}

/// An OID that assigns matricules INS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsAuthority {
    /// The OID.
    pub oid: &'static str,
    /// What number it assigns.
    pub kind: InsKind,
    /// Where it may be used.
    pub environment: InsEnvironment,
    /// Namespace id of the HL7 v2 `HD` that goes with the OID.
    pub namespace: &'static str,
}

static AUTHORITIES: LazyLock<Vec<InsAuthority>> = LazyLock::new(|| {
    rows(AUTHORITIES_TSV)
        .filter_map(|row| {
            let mut cells = row.split('\t');
            let oid = cells.next()?;
            let kind = match cells.next()? {
                "nir" => InsKind::Nir,
                "nia" => InsKind::Nia,
                _ => InsKind::InsC,
            };
            let environment = match cells.next()? {
                "production" => InsEnvironment::Production,
                "test" => InsEnvironment::Test,
                "demonstration" => InsEnvironment::Demonstration,
                _ => InsEnvironment::Withdrawn,
            };
            let namespace = cells.next()?;
            Some(InsAuthority {
                oid,
                kind,
                environment,
                namespace,
            })
        })
        .collect()
});

fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

/// Every OID that assigns or assigned matricules, production first.
pub fn authorities() -> &'static [InsAuthority] {
    &AUTHORITIES
}

/// The authority with this OID; none when the OID does not assign matricules INS.
pub fn authority(oid: &str) -> Option<&'static InsAuthority> {
    AUTHORITIES.iter().find(|authority| authority.oid == oid)
}

/// Whether `oid` assigns matricules INS that may still be used (the withdrawn INS-C is not one).
pub fn is_ins(oid: &str) -> bool {
    authority(oid).is_some_and(|authority| authority.environment != InsEnvironment::Withdrawn)
}

/// Length of a matricule: 13 characters and a key of 2.
pub const MATRICULE_LENGTH: usize = 15;

/// What is wrong with a matricule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MatriculeFault {
    /// Not 15 characters.
    #[error("{found} characters instead of {MATRICULE_LENGTH}")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// A character that is no digit (nor the `A` or `B` of a Corsican department).
    #[error("character '{character}' at position {position}")]
    Character {
        /// The character.
        character: char,
        /// Its position, from 1.
        position: usize,
    },
    /// The key does not go with the number.
    #[error("key {found}, computed {expected:02}")]
    Key {
        /// The key computed from the number.
        expected: u8,
        /// The key of the matricule.
        found: u8,
    },
}

impl MatriculeFault {
    /// What is wrong, for people.
    pub fn text(&self) -> Text {
        let fr = match self {
            Self::Length { found } => format!("{found} caractères au lieu de {MATRICULE_LENGTH}"),
            Self::Character { character, position } => {
                format!("caractère « {character} » en position {position}")
            }
            Self::Key { expected, found } => format!("clé {found:02}, calculée {expected:02}"),
        };
        Text::new(fr, self.to_string())
    }
}

/// The key of a number of 13 characters, from 1 to 97; none when it is not one.
pub fn key(number: &str) -> Option<u8> {
    if number.len() != MATRICULE_LENGTH - 2 {
        return None;
    }
    // Corsica: the two characters of the department are 6 and 7 of the number.
    let department = number.get(5..7)?;
    let replaced = match department {
        "2A" => "19",
        "2B" => "18",
        other => other,
    };
    let digits = [number.get(..5)?, replaced, number.get(7..)?].concat();
    let remainder = digits.bytes().try_fold(0_u32, |remainder, byte| {
        byte.is_ascii_digit()
            .then(|| (remainder * 10 + u32::from(byte - b'0')) % 97)
    })?;
    u8::try_from(97 - remainder).ok()
}

/// Checks the length, the characters and the key of a matricule.
pub fn check_matricule(matricule: &str) -> Result<(), MatriculeFault> {
    let found = matricule.chars().count();
    if found != MATRICULE_LENGTH {
        return Err(MatriculeFault::Length { found });
    }
    let corsican = matches!(matricule.get(5..7), Some("2A" | "2B"));
    let wrong = matricule
        .chars()
        .enumerate()
        .find(|&(index, character)| !(character.is_ascii_digit() || (index == 6 && corsican)));
    if let Some((index, character)) = wrong {
        return Err(MatriculeFault::Character {
            character,
            position: index + 1,
        });
    }
    let number = matricule.get(..MATRICULE_LENGTH - 2).unwrap_or_default();
    let found = matricule
        .get(MATRICULE_LENGTH - 2..)
        .and_then(|key| key.parse().ok());
    match (key(number), found) {
        (Some(expected), Some(found)) if expected == found => Ok(()),
        (Some(expected), Some(found)) => Err(MatriculeFault::Key { expected, found }),
        _ => Err(MatriculeFault::Length {
            found: MATRICULE_LENGTH,
        }),
    }
}

/// Whether official examples publish this matricule although its key is wrong: its key is then only worth a warning.
pub fn published_with_wrong_key(matricule: &str) -> bool {
    rows(PUBLISHED_TSV).any(|row| row.split('\t').next() == Some(matricule))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_the_national_test_identities() {
        for matricule in ["279035121518989", "277076322082910"] {
            assert_eq!(check_matricule(matricule), Ok(()), "{matricule}");
        }
        assert_eq!(
            check_matricule("279035121518988"),
            Err(MatriculeFault::Key {
                expected: 89,
                found: 88
            })
        );
    }

    #[test]
    fn corsica_counts_as_19_and_18() {
        // By hand: 2690549588157 is the textbook number, key 80.
        assert_eq!(key("2690549588157"), Some(80));
        assert_eq!(key("180012A001002"), key("1800119001002"));
        assert_eq!(key("180012B001002"), key("1800118001002"));
        let matricule = format!("180012A001002{:02}", key("180012A001002").unwrap());
        assert_eq!(check_matricule(&matricule), Ok(()));
    }

    #[test]
    fn what_is_not_a_matricule_is_told_apart() {
        assert_eq!(check_matricule(""), Err(MatriculeFault::Length { found: 0 }));
        assert_eq!(
            check_matricule("27903512151898"),
            Err(MatriculeFault::Length { found: 14 })
        );
        assert_eq!(
            check_matricule("2790351215189A9"),
            Err(MatriculeFault::Character {
                character: 'A',
                position: 14
            })
        );
        assert_eq!(
            check_matricule("27903C121518989"),
            Err(MatriculeFault::Character {
                character: 'C',
                position: 6
            })
        );
        assert!(check_matricule("éééééééééééééé1").is_err());
    }

    #[test]
    fn authorities_are_read() {
        assert_eq!(authorities().len(), 5);
        assert!(is_ins("1.2.250.1.213.1.4.8") && is_ins("1.2.250.1.213.1.4.11"));
        assert!(!is_ins("1.2.250.1.213.1.4.2") && !is_ins("1.2.3"));
        assert_eq!(
            authority("1.2.250.1.213.1.4.9").map(|authority| authority.kind),
            Some(InsKind::Nia)
        );
        assert!(published_with_wrong_key("223042545611404"));
    }
}
