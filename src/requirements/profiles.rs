//! Which profiles of a DSR a dossier answers for.

use super::catalogue::{Dsr, Profile, ProfileKind};
use super::nearest::nearest;
use crate::text::Text;

/// The profiles of a dossier, the mandatory ones included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedProfiles<'a> {
    /// The profiles that the dossier answers for, in the order of the catalogue.
    pub chosen: Vec<&'a Profile>,
    /// The others of the DSR.
    pub others: Vec<&'a Profile>,
}

/// Whether a requirement's profile concerns a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applicability {
    /// The dossier answers for this profile, or the requirement names none.
    Applies,
    /// A profile of the DSR that the dossier did not choose.
    NotChosen,
    /// A profile that the catalogue does not know for this DSR: the requirement applies, and a person decides.
    Unknown,
}

/// Why a choice of profiles is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileError {
    /// The DSR has no such profile.
    Unknown {
        /// The name as written.
        name: String,
        /// The name probably meant.
        nearest: Option<String>,
        /// The names known.
        known: Vec<String>,
    },
    /// Two profiles of one group.
    ExclusiveTogether {
        /// The group.
        group: String,
        /// Those chosen together.
        chosen: Vec<String>,
    },
    /// No profile of a group of which exactly one is due.
    ExclusiveMissing {
        /// The group.
        group: String,
        /// Those to choose from.
        options: Vec<String>,
    },
}

impl ProfileError {
    /// What is wrong and what to do.
    pub fn message(&self) -> Text {
        let list = |names: &[String]| {
            names
                .iter()
                .map(|name| format!("« {name} »"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let quoted = |names: &[String]| {
            names
                .iter()
                .map(|name| format!("“{name}”"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        match self {
            Self::Unknown {
                name,
                nearest: Some(meant),
                known,
            } => Text::new(
                format!(
                    "profil inconnu « {name} » : vouliez-vous dire « {meant} » ? Les profils de ce DSR sont {}",
                    list(known)
                ),
                format!(
                    "unknown profile “{name}”: did you mean “{meant}”? The profiles of this DSR are {}",
                    quoted(known)
                ),
            ),
            Self::Unknown { name, known, .. } => Text::new(
                format!(
                    "profil inconnu « {name} » ; les profils de ce DSR sont {}",
                    list(known)
                ),
                format!(
                    "unknown profile “{name}”; the profiles of this DSR are {}",
                    quoted(known)
                ),
            ),
            Self::ExclusiveTogether { chosen, .. } => Text::new(
                format!(
                    "profils incompatibles : {} ; n’en gardez qu’un{}",
                    list(chosen),
                    to_write(chosen).fr
                ),
                format!(
                    "profiles that exclude each other: {}; keep one of them{}",
                    quoted(chosen),
                    to_write(chosen).en
                ),
            ),
            Self::ExclusiveMissing { options, .. } => Text::new(
                format!(
                    "choix de profil manquant : il en faut exactement un parmi {}{}",
                    list(options),
                    to_write(options).fr
                ),
                format!(
                    "missing profile choice: exactly one of {} is due{}",
                    quoted(options),
                    to_write(options).en
                ),
            ),
        }
    }
}

/// What to write to choose one of `options`: the first stands as the example.
fn to_write(options: &[String]) -> Text {
    let Some(example) = options.first() else {
        return Text::fixed("", "");
    };
    Text::new(
        format!(
            " ; écrire par exemple profiles = [\"{example}\"] dans dossier.toml, ou --profile \"{example}\" pour conforme init"
        ),
        format!(
            "; write for example profiles = [\"{example}\"] in dossier.toml, or --profile \"{example}\" for conforme init"
        ),
    )
}

impl Dsr {
    /// Resolves the profiles that a dossier names. Every fault is reported, not the first one alone.
    pub fn resolve_profiles<S: AsRef<str>>(
        &self,
        names: &[S],
    ) -> Result<ResolvedProfiles<'_>, Vec<ProfileError>> {
        let mut errors = Vec::new();
        for name in names.iter().map(AsRef::as_ref) {
            if self.profile(name).is_none() {
                let known: Vec<String> = self.profiles.iter().map(|profile| profile.name.clone()).collect();
                errors.push(ProfileError::Unknown {
                    name: name.to_owned(),
                    nearest: nearest(name, known.iter().map(String::as_str)).map(str::to_owned),
                    known,
                });
            }
        }
        let (chosen, others): (Vec<&Profile>, Vec<&Profile>) = self.profiles.iter().partition(|profile| {
            profile.kind == ProfileKind::Mandatory || names.iter().any(|name| profile.is(name.as_ref()))
        });
        let mut groups: Vec<&str> = self
            .profiles
            .iter()
            .filter_map(|profile| profile.group.as_deref())
            .collect();
        groups.dedup();
        for group in groups {
            let of_group = |profiles: &[&Profile]| -> Vec<String> {
                profiles
                    .iter()
                    .filter(|profile| profile.group.as_deref() == Some(group))
                    .map(|profile| profile.name.clone())
                    .collect()
            };
            let together = of_group(&chosen);
            if together.len() > 1 {
                errors.push(ProfileError::ExclusiveTogether {
                    group: group.to_owned(),
                    chosen: together,
                });
            } else if together.is_empty() {
                errors.push(ProfileError::ExclusiveMissing {
                    group: group.to_owned(),
                    options: of_group(&others),
                });
            }
        }
        if errors.is_empty() {
            Ok(ResolvedProfiles { chosen, others })
        } else {
            Err(errors)
        }
    }
}

impl ResolvedProfiles<'_> {
    /// Whether a requirement of this profile (as its source writes it) concerns the dossier.
    pub fn applicability(&self, profile: &str) -> Applicability {
        if profile.trim().is_empty() || self.chosen.iter().any(|chosen| chosen.is(profile)) {
            Applicability::Applies
        } else if self.others.iter().any(|other| other.is(profile)) {
            Applicability::NotChosen
        } else {
            Applicability::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Applicability, ProfileError};
    use crate::requirements::catalogue;

    #[test]
    fn choices() {
        let sgl = catalogue().dsr("BIO-SGL-Va1").expect("SGL");
        // The mandatory profile is implied; the exclusive group wants its choice.
        let errors = sgl.resolve_profiles::<&str>(&[]).expect_err("choice");
        assert!(
            matches!(errors.as_slice(), [ProfileError::ExclusiveMissing { options, .. }] if options.len() == 2)
        );
        let chosen = sgl
            .resolve_profiles(&["Esclave de l'identité", "operateur mailiz"])
            .expect("resolved");
        assert_eq!(chosen.chosen.len(), 3);
        assert_eq!(chosen.applicability("Général"), Applicability::Applies);
        assert_eq!(chosen.applicability(""), Applicability::Applies);
        assert_eq!(
            chosen.applicability("Référentiel d'identités"),
            Applicability::NotChosen
        );
        assert_eq!(chosen.applicability("Autre"), Applicability::Unknown);
        // Explicit mandatory profile, both exclusive ones, and a typo: every fault is told.
        let errors = sgl
            .resolve_profiles(&[
                "Général",
                "Esclave de l’identité",
                "Référentiel d’identités",
                "Operateur Mailis",
            ])
            .expect_err("faults");
        assert_eq!(errors.len(), 2);
        assert!(
            errors[0].message().fr.contains("Opérateur Mailiz"),
            "{}",
            errors[0].message().fr
        );
        assert!(errors[1].message().fr.contains("n’en gardez qu’un"));
    }
}
