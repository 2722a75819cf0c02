//! The embedded profiles, and which one a message wants.

use std::sync::LazyLock;

use super::load::load;
use super::model::Profile;
use crate::engines::hl7v2::MessageRef;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../../testcases/profiles/hl7v2/", $name)))),*]
    };
}

static FILES: &[(&str, &str)] = files![
    "base/types.toml",
    "base/2.5.toml",
    "base/2.6.toml",
    "fr/datatypes-1.8.toml",
    "fr/identity.toml",
    "fr/pam-2.11.toml",
    "fr/pam-2.10.toml",
    "fr/pam-ack.toml",
    "cisis/message.toml",
    "cisis/document.toml",
    "cisis/participation.toml",
    "cisis/trans-doc-2.1.toml",
    "cisis/trans-doc-2.0.toml",
    "cisis/trans-doc-1.2.toml",
    "cisis/trans-lps-1.1.toml",
    "cisis/trans-lps-1.0.toml",
    "cisis/ack.toml",
    "cisis/zam-2.1.toml",
    "cisis/zam-2.0.toml",
    "generic.toml",
];

/// The embedded profile files, name and text, base first.
pub(super) fn embedded_files() -> &'static [(&'static str, &'static str)] {
    FILES
}

/// Profiles to choose from.
#[derive(Debug, Clone)]
pub struct Library {
    /// Every profile, in file order.
    pub profiles: Vec<Profile>,
}

/// The embedded profiles.
pub fn library() -> &'static Library {
    static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "the embedded profiles are part of the program")]
        // invariant: a unit test loads the same files.
        let profiles = load(FILES).expect("embedded HL7 v2 profiles");
        Library { profiles }
    });
    &LIBRARY
}

impl Library {
    /// The profile named `id`.
    pub fn get(&self, id: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.id == id)
    }

    /// The profile a message wants by MSH-9, MSH-12.3 and MSH-21: the best fit on the message type, then on the
    /// profile identifier, then on its version. None when no profile is for that message type.
    pub fn select(&self, message: MessageRef<'_>) -> Option<&Profile> {
        let header = message.header()?;
        let text = |field: usize, component: usize| {
            header.field(field).component(component).text().trim().to_owned()
        };
        let (kind, event) = (text(9, 1), text(9, 2));
        let whole = format!("{kind}^{event}");
        let extension = text(12, 3);
        let identifiers: Vec<(String, String)> = header
            .field(21)
            .repetitions()
            .map(|one| {
                let of = |number: usize| one.component(number).text().trim().to_owned();
                (of(1), of(2))
            })
            .collect();
        let mut best: Option<(u32, &Profile)> = None;
        for profile in &self.profiles {
            let fit = match &profile.messages {
                messages if messages.contains(&whole) => 16,
                messages if messages.contains(&kind) => 8,
                messages if messages.iter().any(|message| message == "*") => 0,
                _ => continue,
            };
            let named = identifiers.iter().any(|(_, name)| profile.names.contains(name));
            let versioned = identifiers
                .iter()
                .any(|(version, _)| profile.versions.contains(version));
            let extended = !extension.is_empty() && profile.extensions.contains(&extension);
            let score = fit * 64
                + u32::from(named) * 8
                + u32::from(named && versioned) * 4
                + u32::from(extended) * 13
                + u32::from(profile.default);
            if best.is_none_or(|(highest, _)| score > highest) {
                best = Some((score, profile));
            }
        }
        best.map(|(_, profile)| profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_profiles_load() {
        let profiles = load(FILES).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(profiles.len(), FILES.len());
        let mut ids: Vec<&str> = profiles.iter().map(|profile| profile.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), profiles.len(), "two profiles have the same id");
    }
}
