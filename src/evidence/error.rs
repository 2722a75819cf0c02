//! Why the bytes of a file cannot be had, in words for people.

use crate::text::Text;

/// Why evidence cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The operating system refuses.
    #[error("{path}: {source}")]
    Io {
        /// The file as the user knows it.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Larger than the limit on files read whole.
    #[error("{path}: {size} bytes, more than the limit of {limit}")]
    TooLarge {
        /// The file as the user knows it.
        path: String,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
}

impl EvidenceError {
    /// What people read; the file is named beside it.
    pub fn text(&self) -> Text {
        match self {
            Self::Io { source, .. } => {
                let reason = io_reason(source);
                Text::new(
                    format!("fichier illisible : {}", reason.fr),
                    format!("file cannot be read: {}", reason.en),
                )
            }
            Self::TooLarge { size, limit, .. } => Text::new(
                format!("fichier de {size} octets, au-delà de la limite de {limit} : il n'est pas jugé"),
                format!("file of {size} bytes, beyond the limit of {limit}: it is not judged"),
            ),
        }
    }
}

/// What the operating system said, in both languages where it is common.
pub fn io_reason(error: &std::io::Error) -> Text {
    match error.kind() {
        std::io::ErrorKind::NotFound => Text::fixed(
            "le fichier n'existe pas ou a disparu",
            "the file does not exist or is gone",
        ),
        std::io::ErrorKind::PermissionDenied => Text::fixed("accès refusé", "permission denied"),
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            Text::fixed("plus de place sur le disque", "no space left on the disk")
        }
        std::io::ErrorKind::ReadOnlyFilesystem => {
            Text::fixed("système de fichiers en lecture seule", "read-only file system")
        }
        std::io::ErrorKind::IsADirectory => Text::fixed(
            "c'est un répertoire, non un fichier",
            "this is a folder, not a file",
        ),
        std::io::ErrorKind::NotADirectory => Text::fixed(
            "une partie du chemin n'est pas un répertoire",
            "a part of the path is no folder",
        ),
        std::io::ErrorKind::AlreadyExists => Text::fixed("existe déjà", "exists already"),
        std::io::ErrorKind::InvalidData => Text::fixed(
            "le contenu n'est pas du texte UTF-8",
            "the content is no UTF-8 text",
        ),
        _ => Text::verbatim(error.to_string()),
    }
}
