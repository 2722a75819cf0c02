//! Where the files of a dossier are: a folder, or a zip archive read in place.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::WalkDir;

use super::archive;
use super::diagnostics::{LIMIT, LINK, NAME, UNREADABLE};
use crate::engines::zip::{FileBytes, Stored};
use crate::evidence::{Evidence, EvidenceError};
use crate::finding::{Finding, Place};
use crate::limits::Limits;
use crate::text::Text;

/// Why the folder or archive cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The path does not exist or cannot be opened.
    #[error("{path}: {source}")]
    Io {
        /// As given.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Neither a folder nor a zip archive.
    #[error("{path}: neither a folder nor a zip archive{}", cause.as_ref().map(|cause| format!(" ({cause})")).unwrap_or_default())]
    Neither {
        /// As given.
        path: String,
        /// What the zip reader said, for a file that starts like one.
        cause: Option<String>,
    },
    /// One file cannot be read.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
}

/// One file of a dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DossierFile {
    /// Path relative to the dossier, `/` between folders; replacement characters where the name is not UTF-8.
    pub path: String,
    /// Declared size in bytes.
    pub size: u64,
    /// Where to read it.
    place: FilePlace,
}

impl DossierFile {
    /// A member of the archive that the dossier is.
    pub(super) const fn member(path: String, stored: Stored) -> Self {
        Self {
            path,
            size: stored.size,
            place: FilePlace::Member(stored),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum FilePlace {
    Disk(PathBuf),
    Member(Stored),
}

/// A folder or a zip archive.
#[derive(Debug)]
pub enum Source {
    /// A folder.
    Folder(PathBuf),
    /// A zip archive: its directory is read once; members are expanded when they are asked for.
    Archive(Arc<FileBytes>),
}

impl Source {
    /// Lists the files at `location`, sorted by path, with a finding for each that cannot be taken.
    ///
    /// # Errors
    /// The location cannot be opened, or is neither a folder nor a zip archive.
    pub fn open(
        location: &Path,
        limits: &Limits,
    ) -> Result<(Self, Vec<DossierFile>, Vec<Finding>), SourceError> {
        let shown = location.display().to_string();
        let metadata = std::fs::metadata(location).map_err(|source| SourceError::Io {
            path: shown.clone(),
            source,
        })?;
        if metadata.is_dir() {
            let (files, findings) = walk(location, limits);
            Ok((Self::Folder(location.to_owned()), files, findings))
        } else {
            let archive = archive::open(location, &shown)?;
            let (files, findings) = archive::list(&archive, limits);
            Ok((Self::Archive(Arc::new(archive)), files, findings))
        }
    }

    /// Opens a file as evidence: hashed and recognised.
    ///
    /// # Errors
    /// The file cannot be read, is larger than the limit (archive member), or its checksum is wrong.
    pub fn evidence(&self, file: &DossierFile, limits: &Limits) -> Result<Evidence, EvidenceError> {
        match (&file.place, self) {
            (FilePlace::Disk(path), _) => Evidence::open(path, &file.path),
            (FilePlace::Member(member), Self::Archive(archive)) => {
                let (archive, member, limit) = (Arc::clone(archive), *member, limits.file_bytes);
                if file.size > limit {
                    return Err(EvidenceError::TooLarge {
                        path: file.path.clone(),
                        size: file.size,
                        limit,
                    });
                }
                Evidence::reloadable(
                    file.path.clone(),
                    Arc::new(move || archive::content(&archive, &member)),
                )
                .map_err(|source| EvidenceError::Io {
                    path: file.path.clone(),
                    source,
                })
            }
            (FilePlace::Member(_), Self::Folder(_)) => Err(EvidenceError::Io {
                path: file.path.clone(),
                source: std::io::Error::new(std::io::ErrorKind::NotFound, "member of another archive"),
            }),
        }
    }

    /// All the bytes of a small file (manifest, workbook, waivers).
    ///
    /// # Errors
    /// As [`Source::evidence`].
    pub fn read(&self, file: &DossierFile, limits: &Limits) -> Result<Vec<u8>, SourceError> {
        let evidence = self.evidence(file, limits)?;
        Ok(evidence.bytes(limits.file_bytes)?.to_vec())
    }
}

/// Lists a folder without following links.
fn walk(root: &Path, limits: &Limits) -> (Vec<DossierFile>, Vec<Finding>) {
    let mut files = Vec::new();
    let mut findings = Vec::new();
    let depth = limits.dossier_depth as usize;
    let walker = WalkDir::new(root)
        .follow_links(false)
        .max_depth(depth + 1)
        .sort_by_file_name();
    let relative = |path: &Path| {
        let inside = path.strip_prefix(root).unwrap_or(path);
        let parts: Vec<String> = inside
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        parts.join("/")
    };
    for entry in walker
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_noise(&entry.file_name().to_string_lossy()))
    {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().map(relative).unwrap_or_default();
                let cause = error
                    .io_error()
                    .map(crate::evidence::io_reason)
                    .unwrap_or_default();
                findings.push(UNREADABLE.at(
                    Place::file(path),
                    Text::new(
                        format!("illisible : {}", cause.fr),
                        format!("cannot be read: {}", cause.en),
                    ),
                ));
                continue;
            }
        };
        let path = relative(entry.path());
        if entry.path_is_symlink() {
            findings.push(LINK.at(
                Place::file(path),
                Text::fixed(
                    "lien symbolique, non suivi : ce qu'il désigne n'est pas jugé",
                    "symbolic link, not followed: what it points to is not judged",
                ),
            ));
            continue;
        }
        if entry.depth() > depth {
            findings.push(LIMIT.at(
                Place::file(path),
                Text::new(
                    format!("plus de {depth} dossiers imbriqués, non lu"),
                    format!("more than {depth} nested folders, not read"),
                ),
            ));
            continue;
        }
        if !entry.file_type().is_file() {
            continue;
        }
        if entry
            .path()
            .strip_prefix(root)
            .is_ok_and(|inside| inside.to_str().is_none())
        {
            findings.push(NAME.at(
                Place::file(path.clone()),
                Text::fixed(
                    "le nom du fichier n'est pas en UTF-8",
                    "the file name is not UTF-8",
                ),
            ));
        }
        if files.len() >= limits.dossier_files as usize {
            findings.push(too_many(limits.dossier_files));
            break;
        }
        let size = entry.metadata().map_or(0, |metadata| metadata.len());
        files.push(DossierFile {
            path,
            size,
            place: FilePlace::Disk(entry.into_path()),
        });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    (files, findings)
}

pub(super) fn too_many(limit: u32) -> Finding {
    LIMIT.at(
        Place::file(""),
        Text::new(
            format!("plus de {limit} fichiers : les suivants ne sont pas lus"),
            format!("more than {limit} files: the rest is not read"),
        ),
    )
}

/// Files that systems leave behind and nobody files.
pub(super) fn is_noise(name: &str) -> bool {
    matches!(
        name,
        ".DS_Store" | "Thumbs.db" | "desktop.ini" | "__MACOSX" | ".git" | ".svn" | ".gitkeep"
    ) || name.starts_with("._")
        || name.starts_with("~$")
}
