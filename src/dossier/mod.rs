//! The dossier: what a vendor submits. A manifest and files, in a folder or a zip archive.
//!
//! ```text
//! dossier.toml                     the manifest
//! preuves/INS_va1.61.01.01/...     one folder per proof identifier, '/' written '_'
//! derogations.toml  revue.toml     optional: waivers and reviews
//! ```

mod archive;
pub mod diagnostics;
mod manifest;
pub mod skeleton;
mod slots;
mod source;
mod toml_reader;

use std::path::Path;

pub use diagnostics::rules;
pub use manifest::{DeclaredProof, Manifest, Product, VaPieces, parse_manifest};
pub use slots::{Slots, assign, folder_name};
pub use source::{DossierFile, Source, SourceError};
pub use toml_reader::{TomlFault, read_toml};

use crate::finding::Finding;
use crate::limits::Limits;

/// Name of the manifest.
pub const MANIFEST: &str = "dossier.toml";
/// Folder of the proofs.
pub const PROOFS_FOLDER: &str = "preuves";
/// Name of the file of waivers.
pub const WAIVERS: &str = "derogations.toml";
/// Name of the file of reviews.
pub const REVIEWS: &str = "revue.toml";

/// Why a dossier cannot be opened at all.
#[derive(Debug, thiserror::Error)]
pub enum DossierError {
    /// The folder or archive cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// There is no manifest; tells whether there is anything else.
    #[error("{path}: no {MANIFEST}")]
    NoManifest {
        /// The dossier as given.
        path: String,
        /// True when the folder holds no file at all.
        empty: bool,
    },
    /// The manifest cannot be read; every fault is told, with its line and column.
    #[error("{path}: the manifest has {} fault(s)", faults.len())]
    Manifest {
        /// The dossier as given.
        path: String,
        /// What is wrong.
        faults: Vec<Finding>,
    },
}

/// An opened dossier.
#[derive(Debug)]
pub struct Dossier {
    /// The manifest.
    pub manifest: Manifest,
    /// SHA-256 of the manifest, hexadecimal.
    pub manifest_sha256: String,
    /// Where the files are.
    pub source: Source,
    /// Every file, sorted by path.
    pub files: Vec<DossierFile>,
    /// What is wrong with the dossier as a whole: unreadable names, links, limits, oddities of the manifest.
    pub findings: Vec<Finding>,
}

impl Dossier {
    /// Opens the folder or zip archive at `location`.
    ///
    /// # Errors
    /// The dossier cannot be read, has no manifest, or its manifest has errors.
    pub fn open(location: &Path, limits: &Limits) -> Result<Self, DossierError> {
        let shown = location.display().to_string();
        let (source, files, mut findings) = Source::open(location, limits)?;
        let Some(entry) = files.iter().find(|file| file.path == MANIFEST) else {
            let empty = files.is_empty();
            return Err(DossierError::NoManifest { path: shown, empty });
        };
        let bytes = source.read(entry, limits)?;
        let manifest_sha256 = crate::evidence::sha256_hex(&bytes);
        let (manifest, faults) = parse_manifest(MANIFEST, &bytes);
        let Some(manifest) = manifest else {
            return Err(DossierError::Manifest { path: shown, faults });
        };
        findings.extend(faults);
        Ok(Self {
            manifest,
            manifest_sha256,
            source,
            files,
            findings,
        })
    }

    /// The bytes of a file at the root of the dossier, if it is there.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn root_file(&self, name: &str, limits: &Limits) -> Result<Option<Vec<u8>>, SourceError> {
        self.files
            .iter()
            .find(|file| file.path == name)
            .map(|file| self.source.read(file, limits))
            .transpose()
    }
}
