//! Why a pack cannot be used.

use crate::text::Text;

/// A pack that cannot be used at all. What is only partly missing is a [`super::Problem`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// The folder or archive cannot be read.
    #[error("{path}: {reason}")]
    Unreadable {
        /// The pack, as given.
        path: String,
        /// What the system or the archive reader said.
        reason: String,
    },
    /// Nothing in it looks like a pack of rules.
    #[error("{path}: not a pack of rules (no schematrons/profils/IHE.sch beside jeuxDeValeurs/)")]
    NotAPack {
        /// The pack, as given.
        path: String,
    },
    /// More files or bytes than a pack may have.
    #[error("the pack has too many files or bytes")]
    TooLarge,
    /// The content is not the one that was added.
    #[error("{id}: sha256 {found}, expected {expected}")]
    Changed {
        /// The pack.
        id: String,
        /// What was recorded.
        expected: String,
        /// What is there.
        found: String,
    },
    /// No pack of this name was added.
    #[error("no pack '{0}' was added")]
    Unknown(String),
    /// There is no folder for the user's data.
    #[error("no data folder: set CONFORME_DATA, XDG_DATA_HOME or HOME")]
    NoDataFolder,
}

impl PackError {
    /// What a user reads.
    pub fn text(&self) -> Text {
        let french = match self {
            Self::Unreadable { path, reason } => format!("{path} : illisible ({reason})"),
            Self::NotAPack { path } => format!(
                "{path} : pas un jeu de règles (schematrons/profils/IHE.sch et jeuxDeValeurs/ n'y sont pas)"
            ),
            Self::TooLarge => "le jeu de règles a trop de fichiers ou d'octets".to_owned(),
            Self::Changed { id, expected, found } => {
                format!("{id} : contenu modifié (sha256 {found}, attendu {expected})")
            }
            Self::Unknown(name) => format!("aucun jeu de règles « {name} » n'a été ajouté"),
            Self::NoDataFolder => {
                "aucun dossier de données : définir CONFORME_DATA, XDG_DATA_HOME ou HOME".to_owned()
            }
        };
        Text::new(french, self.to_string())
    }
}
