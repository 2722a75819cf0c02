//! The seal: a list of hashes of every file of a folder, and a detached signature of that list.
//!
//! `MANIFEST.sha256` is what `sha256sum -c` reads, so that anyone can check without conforme; the signature
//! (`MANIFEST.sha256.sig`) says who sealed. No date stands in either: the same folder gives the same seal.

mod key;
mod manifest;
mod verify;

use std::path::Path;

pub use key::{PublicKey, SecretKey, generate};
pub use manifest::{Entry, entries, parse, render};
pub use verify::{Fault, Verification, verify};

use crate::evidence::io_reason;
use crate::reports::ReportError;
use crate::text::Text;

/// The list of hashes.
pub const MANIFEST: &str = "MANIFEST.sha256";
/// The signature of the list.
pub const SIGNATURE: &str = "MANIFEST.sha256.sig";

/// Why a folder cannot be sealed or verified.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// A file or folder cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// What could not be read.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A link could be changed to point elsewhere without changing a hash.
    #[error("{0}: symbolic link, refused in a seal")]
    Link(String),
    /// The name is no text, so no list can carry it.
    #[error("{0}: the file name is no UTF-8")]
    Name(String),
    /// The folder holds nothing to seal.
    #[error("{0}: nothing to seal")]
    Empty(String),
    /// The seal could not be written.
    #[error(transparent)]
    Write(#[from] ReportError),
    /// A key that is not one.
    #[error("{0}: not a key of conforme")]
    Key(String),
}

impl SealError {
    /// What people read.
    pub fn text(&self) -> Text {
        let french = match self {
            Self::Read { path, source } => {
                let reason = io_reason(source);
                return Text::new(
                    format!("{path} : {}", reason.fr),
                    format!("{path}: {}", reason.en),
                );
            }
            Self::Write(error) => return error.text(),
            Self::Link(path) => format!("{path} : lien symbolique, refusé dans un scellé"),
            Self::Name(path) => format!("{path} : le nom du fichier n'est pas de l'UTF-8"),
            Self::Empty(path) => format!("{path} : rien à sceller"),
            Self::Key(path) => format!("{path} : ce n'est pas une clé de conforme"),
        };
        Text::new(french, self.to_string())
    }
}

/// Seals a folder: writes the list of hashes and, with a key, its signature. An older seal is replaced; an older
/// signature is removed when there is no key, since it would no longer match.
///
/// # Errors
/// When a file cannot be read, the folder is empty or holds links, or the seal cannot be written.
pub fn seal(folder: &Path, key: Option<&SecretKey>) -> Result<Vec<Entry>, SealError> {
    let entries = entries(folder)?;
    if entries.is_empty() {
        return Err(SealError::Empty(folder.display().to_string()));
    }
    let list = render(&entries);
    let signature = folder.join(SIGNATURE);
    match std::fs::remove_file(&signature) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            return Err(SealError::Read {
                path: signature.display().to_string(),
                source,
            });
        }
        _ => {}
    }
    crate::reports::write_file(&folder.join(MANIFEST), |out| Ok(out.write_all(list.as_bytes())?))?;
    if let Some(key) = key {
        let text = key.sign(list.as_bytes());
        crate::reports::write_file(&signature, |out| Ok(out.write_all(text.as_bytes())?))?;
    }
    Ok(entries)
}
