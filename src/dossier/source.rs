//! Where the files of a dossier are: a folder, or a zip archive read in place.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use walkdir::WalkDir;

use super::diagnostics::{ARCHIVE, LIMIT, LINK, NAME, UNREADABLE};
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

#[derive(Debug, Clone, PartialEq, Eq)]
enum FilePlace {
    Disk(PathBuf),
    Member(usize),
}

/// A zip archive on the disk.
type Zip = zip::ZipArchive<BufReader<File>>;

/// A folder or a zip archive.
#[derive(Debug)]
pub enum Source {
    /// A folder.
    Folder(PathBuf),
    /// A zip archive: its directory is read once; members are expanded one at a time.
    Archive(Arc<Mutex<Zip>>),
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
            let mut archive = open_archive(location, &shown)?;
            let (files, findings) = list_archive(&mut archive, limits);
            Ok((Self::Archive(Arc::new(Mutex::new(archive))), files, findings))
        }
    }

    /// Opens a file as evidence: hashed and recognised.
    ///
    /// # Errors
    /// The file cannot be read, is larger than the limit (archive member), or its checksum is wrong.
    pub fn evidence(&self, file: &DossierFile, limits: &Limits) -> Result<Evidence, EvidenceError> {
        match (&file.place, self) {
            (FilePlace::Disk(path), _) => Evidence::open(path, &file.path),
            (FilePlace::Member(index), Self::Archive(archive)) => {
                let (archive, index, limit) = (Arc::clone(archive), *index, limits.file_bytes);
                if file.size > limit {
                    return Err(EvidenceError::TooLarge {
                        path: file.path.clone(),
                        size: file.size,
                        limit,
                    });
                }
                Evidence::reloadable(
                    file.path.clone(),
                    Arc::new(move || read_member(&archive, index, limit)),
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

fn too_many(limit: u32) -> Finding {
    LIMIT.at(
        Place::file(""),
        Text::new(
            format!("plus de {limit} fichiers : les suivants ne sont pas lus"),
            format!("more than {limit} files: the rest is not read"),
        ),
    )
}

/// Files that systems leave behind and nobody files.
fn is_noise(name: &str) -> bool {
    matches!(
        name,
        ".DS_Store" | "Thumbs.db" | "desktop.ini" | "__MACOSX" | ".git" | ".svn" | ".gitkeep"
    ) || name.starts_with("._")
        || name.starts_with("~$")
}

/// Opens a zip archive, its directory read.
fn open_archive(location: &Path, shown: &str) -> Result<Zip, SourceError> {
    let neither = |cause: Option<String>| SourceError::Neither {
        path: shown.to_owned(),
        cause,
    };
    let mut file = File::open(location).map_err(|source| SourceError::Io {
        path: shown.to_owned(),
        source,
    })?;
    let mut signature = [0_u8; 2];
    if file.read_exact(&mut signature).is_err() || &signature != b"PK" || file.rewind().is_err() {
        return Err(neither(None));
    }
    zip::ZipArchive::new(BufReader::new(file)).map_err(|error| neither(Some(error.to_string())))
}

/// Lists a zip archive; refuses members that are unsafe, each with a finding.
fn list_archive(archive: &mut Zip, limits: &Limits) -> (Vec<DossierFile>, Vec<Finding>) {
    let mut files = Vec::new();
    let mut findings = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut total = 0_u64;
    if archive.len() > limits.dossier_files as usize {
        findings.push(too_many(limits.dossier_files));
    }
    for index in 0..archive.len().min(limits.dossier_files as usize) {
        let member = match archive.by_index_raw(index) {
            Ok(member) => member,
            Err(error) => {
                findings.push(ARCHIVE.at(
                    Place::file(format!("n° {}", index + 1)),
                    Text::new(
                        format!("membre illisible : {error}"),
                        format!("member cannot be read: {error}"),
                    ),
                ));
                continue;
            }
        };
        let name = member.name().map_or_else(
            |_| String::from_utf8_lossy(member.name_raw()).into_owned(),
            std::borrow::Cow::into_owned,
        );
        let name = name.replace('\\', "/");
        let refused = if super::manifest::leaves_dossier(&name) {
            Some(Text::fixed(
                "nom absolu ou qui remonte par « .. »",
                "absolute name, or one that climbs by '..'",
            ))
        } else if member.encrypted() {
            Some(Text::fixed("membre chiffré", "encrypted member"))
        } else if member
            .unix_mode()
            .is_some_and(|mode| mode & 0o170_000 == 0o120_000)
        {
            Some(Text::fixed("lien symbolique", "symbolic link"))
        } else if member.is_dir() || name.split('/').any(is_noise) {
            continue;
        } else if !seen.insert(name.clone()) {
            Some(Text::fixed(
                "deux membres portent ce nom",
                "two members bear this name",
            ))
        } else if member.size() > limits.archive_ratio_from
            && member.size() / member.compressed_size().max(1) > limits.dossier_ratio
        {
            Some(Text::new(
                format!("taux de compression supérieur à {}", limits.dossier_ratio),
                format!("compression ratio above {}", limits.dossier_ratio),
            ))
        } else {
            None
        };
        if let Some(reason) = refused {
            findings.push(ARCHIVE.at(
                Place::file(name),
                Text::new(
                    format!("membre refusé : {}", reason.fr),
                    format!("member refused: {}", reason.en),
                ),
            ));
            continue;
        }
        total = total.saturating_add(member.size());
        if total > limits.dossier_bytes {
            findings.push(LIMIT.at(
                Place::file(name),
                Text::new(
                    format!(
                        "l'archive dépasse {} octets une fois décompressée : la suite n'est pas lue",
                        limits.dossier_bytes
                    ),
                    format!(
                        "the archive expands to more than {} bytes: the rest is not read",
                        limits.dossier_bytes
                    ),
                ),
            ));
            break;
        }
        files.push(DossierFile {
            path: name,
            size: member.size(),
            place: FilePlace::Member(index),
        });
    }
    strip_single_folder(&mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    (files, findings)
}

/// An archive made of a folder rather than of its content has one folder at its root: the manifest is in it.
fn strip_single_folder(files: &mut [DossierFile]) {
    if files.iter().any(|file| file.path == super::MANIFEST) {
        return;
    }
    let Some(folder) = files
        .iter()
        .find_map(|file| {
            file.path
                .strip_suffix(super::MANIFEST)
                .filter(|folder| folder.matches('/').count() == 1)
        })
        .map(str::to_owned)
    else {
        return;
    };
    if files.iter().all(|file| file.path.starts_with(&folder)) {
        for file in files {
            file.path = file.path.get(folder.len()..).unwrap_or_default().to_owned();
        }
    }
}

/// Expands one member, no further than its header says; its checksum is verified on the way.
fn read_member(archive: &Mutex<Zip>, index: usize, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut archive = archive.lock().unwrap_or_else(PoisonError::into_inner);
    let member = archive.by_index(index)?;
    let declared = member.size();
    let mut bytes = Vec::new();
    member
        .take(limit.min(declared).saturating_add(1))
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 != declared {
        let cause = format!("{declared} bytes declared, at least {} found", bytes.len());
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, cause));
    }
    Ok(bytes)
}
