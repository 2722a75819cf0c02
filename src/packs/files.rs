//! The files of a pack, whether they are in a folder, in a zip archive or in the binary. Names are found whatever
//! their case: the official rules are published on a system that does not tell them apart.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::PackError;

/// Most files of a pack.
const FILE_LIMIT: usize = 50_000;
/// Most bytes of a pack.
const BYTE_LIMIT: u64 = 2 << 30;
/// Deepest folder of a pack.
const DEPTH_LIMIT: usize = 24;

/// Where one file of a pack is.
#[derive(Debug, Clone)]
enum Place {
    Disk(PathBuf),
    Memory(Arc<[u8]>),
}

/// One file of a pack.
#[derive(Debug, Clone)]
struct File {
    size: u64,
    /// Modification time in nanoseconds, for the key of the cache alone; 0 in memory.
    modified: u128,
    place: Place,
}

/// What a look-up found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// The file, under exactly this path.
    Exact(&'a str),
    /// The file, under a path that differs by case.
    OtherCase(&'a str),
    /// No such file.
    Missing,
}

/// Files by path; paths use `/` and are relative to the root of the pack.
#[derive(Debug, Clone, Default)]
pub struct PackFiles {
    files: BTreeMap<String, File>,
    folded: BTreeMap<String, String>,
}

impl PackFiles {
    /// The files of a folder. Links are followed, loops are not.
    pub fn folder(root: &Path) -> Result<Self, PackError> {
        let mut files = Self::default();
        let mut total = 0_u64;
        let walk = walkdir::WalkDir::new(root)
            .follow_links(true)
            .max_depth(DEPTH_LIMIT)
            .sort_by_file_name();
        for entry in walk {
            // A link that leads nowhere or in circles is a missing file, told when something needs it.
            let Ok(entry) = entry else { continue };
            if !entry.file_type().is_file() {
                continue;
            }
            let Ok(metadata) = entry.metadata() else { continue };
            total = total.saturating_add(metadata.len());
            if files.files.len() >= FILE_LIMIT || total > BYTE_LIMIT {
                return Err(PackError::TooLarge);
            }
            let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
            let path = relative
                .components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect::<Vec<_>>()
                .join("/");
            let modified = metadata
                .modified()
                .ok()
                .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
                .map_or(0, |elapsed| elapsed.as_nanos());
            files.insert(
                path,
                File {
                    size: metadata.len(),
                    modified,
                    place: Place::Disk(entry.into_path()),
                },
            );
        }
        Ok(files)
    }

    /// The files of a zip archive, read into memory.
    pub fn zip(location: &Path) -> Result<Self, PackError> {
        let unreadable = |reason: String| PackError::Unreadable {
            path: location.display().to_string(),
            reason,
        };
        let file = std::fs::File::open(location).map_err(|error| unreadable(error.to_string()))?;
        let mut archive = zip::ZipArchive::new(file).map_err(|error| unreadable(error.to_string()))?;
        if archive.len() > FILE_LIMIT {
            return Err(PackError::TooLarge);
        }
        let mut files = Self::default();
        let mut total = 0_u64;
        for index in 0..archive.len() {
            let member = archive
                .by_index(index)
                .map_err(|error| unreadable(error.to_string()))?;
            // Names that leave the archive are refused with it: no honest pack has any.
            let Some(name) = member.enclosed_name() else {
                return Err(unreadable("a member leaves the archive".to_owned()));
            };
            if member.is_dir() {
                continue;
            }
            let path = name.to_string_lossy().replace('\\', "/");
            let mut bytes = Vec::new();
            member
                .take(BYTE_LIMIT.saturating_sub(total).saturating_add(1))
                .read_to_end(&mut bytes)
                .map_err(|error| unreadable(error.to_string()))?;
            total = total.saturating_add(bytes.len() as u64);
            if total > BYTE_LIMIT {
                return Err(PackError::TooLarge);
            }
            files.put(path, bytes);
        }
        Ok(files)
    }

    /// Files given as bytes: the embedded pack, tests.
    pub fn memory<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut all = Self::default();
        for (path, bytes) in files {
            all.put(path.to_owned(), bytes.to_vec());
        }
        all
    }

    fn put(&mut self, path: String, bytes: Vec<u8>) {
        self.insert(
            path,
            File {
                size: bytes.len() as u64,
                modified: 0,
                place: Place::Memory(bytes.into()),
            },
        );
    }

    fn insert(&mut self, path: String, file: File) {
        self.folded
            .entry(path.to_lowercase())
            .or_insert_with(|| path.clone());
        self.files.insert(path, file);
    }

    /// The files under `prefix` (ending with `/`, or empty), their paths relative to it; the others are dropped.
    pub fn below(self, prefix: &str) -> Self {
        if prefix.is_empty() {
            return self;
        }
        let mut below = Self::default();
        for (path, file) in self.files {
            if let Some(rest) = path.strip_prefix(prefix) {
                below.insert(rest.to_owned(), file);
            }
        }
        below
    }

    /// The files that `keep` accepts.
    pub fn retain(self, keep: impl Fn(&str) -> bool) -> Self {
        let mut kept = Self::default();
        for (path, file) in self.files {
            if keep(&path) {
                kept.insert(path, file);
            }
        }
        kept
    }

    /// Every path, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Size of a file in bytes.
    pub fn size(&self, path: &str) -> Option<u64> {
        self.files.get(path).map(|file| file.size)
    }

    /// Sizes and modification times: what changes when a file does, for the key of the cache.
    pub fn stamps(&self) -> impl Iterator<Item = (&str, u64, u128)> {
        self.files
            .iter()
            .map(|(path, file)| (path.as_str(), file.size, file.modified))
    }

    /// Finds a file, case aside.
    pub fn find(&self, path: &str) -> Lookup<'_> {
        if let Some((known, _)) = self.files.get_key_value(path) {
            return Lookup::Exact(known);
        }
        match self.folded.get(&path.to_lowercase()) {
            Some(known) => Lookup::OtherCase(known),
            None => Lookup::Missing,
        }
    }

    /// The bytes of a file, found case aside; the reason in words otherwise.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let known = match self.find(path) {
            Lookup::Exact(known) | Lookup::OtherCase(known) => known,
            Lookup::Missing => return Err("no such file in the pack".to_owned()),
        };
        match self.files.get(known).map(|file| &file.place) {
            Some(Place::Memory(bytes)) => Ok(bytes.to_vec()),
            Some(Place::Disk(location)) => std::fs::read(location).map_err(|error| error.to_string()),
            None => Err("no such file in the pack".to_owned()),
        }
    }
}

/// Whether a path is that of a schematron, by its extension, case aside.
pub(super) fn is_schematron(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("sch"))
}

/// The path that `reference` means in the file `base`: `..` and `.` resolved.
pub fn resolve(base: &str, reference: &str) -> String {
    let reference = reference.replace('\\', "/");
    let mut parts: Vec<&str> = base.split('/').collect();
    parts.pop();
    for part in reference.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_whatever_their_case() {
        let files = PackFiles::memory([("a/B.sch", b"x".as_slice()), ("a/c.xml", b"".as_slice())]);
        assert_eq!(files.find("a/B.sch"), Lookup::Exact("a/B.sch"));
        assert_eq!(files.find("A/b.sch"), Lookup::OtherCase("a/B.sch"));
        assert_eq!(files.find("a/d"), Lookup::Missing);
        assert_eq!(files.read("a/b.SCH").as_deref(), Ok(b"x".as_slice()));
        assert!(files.read("nowhere").is_err());
        assert_eq!(files.below("a/").paths().collect::<Vec<_>>(), ["B.sch", "c.xml"]);
    }

    #[test]
    fn references_are_relative_to_their_file() {
        assert_eq!(
            resolve("s/profils/IHE.sch", "../include/a.sch"),
            "s/include/a.sch"
        );
        assert_eq!(resolve("a.sch", "..\\b\\c.xml"), "b/c.xml");
    }

    #[test]
    fn a_zip_with_a_name_that_leaves_it_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.zip");
        let mut writer = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
        writer
            .start_file("../out.sch", zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.finish().unwrap();
        assert!(matches!(PackFiles::zip(&path), Err(PackError::Unreadable { .. })));
        std::fs::write(&path, "not a zip").unwrap();
        assert!(PackFiles::zip(&path).is_err());
    }
}
