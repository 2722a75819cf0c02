//! Schemas and value sets in files, names compared without case where the exact one is missing.

use std::io;
use std::path::{Component, Path, PathBuf};

use crate::engines::xpath::Resolver;

/// Reads files of the local file system. Addresses are paths.
///
/// Rules written on Windows name files in another case than theirs: when a path does not exist as written, each of its
/// parts is looked for without regard to case.
#[derive(Debug, Clone, Default)]
pub struct FileResolver {
    /// Largest file read, in bytes; 0 for no limit.
    pub largest: u64,
}

impl FileResolver {
    /// A resolver that refuses files larger than `largest` bytes.
    pub fn new(largest: u64) -> Self {
        Self { largest }
    }
}

impl Resolver for FileResolver {
    fn resolve(&self, base: &str, reference: &str) -> String {
        let reference = reference
            .strip_prefix("file://")
            .unwrap_or(reference)
            .replace('\\', "/");
        let folder = Path::new(base).parent().unwrap_or(Path::new(""));
        let joined = normalize(&folder.join(reference));
        if joined.exists() {
            return joined.to_string_lossy().into_owned();
        }
        without_case(&joined)
            .unwrap_or(joined)
            .to_string_lossy()
            .into_owned()
    }

    fn read(&self, address: &str) -> io::Result<Vec<u8>> {
        let metadata = std::fs::metadata(address)?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "not a file"));
        }
        if self.largest > 0 && metadata.len() > self.largest {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("larger than {} bytes", self.largest),
            ));
        }
        std::fs::read(address)
    }
}

/// Removes `.` and `..` where possible, without asking the file system.
fn normalize(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                let inside = matches!(parts.components().next_back(), Some(Component::Normal(_)));
                if inside {
                    parts.pop();
                } else {
                    parts.push(part);
                }
            }
            other => parts.push(other),
        }
    }
    parts
}

/// The path with each missing part replaced by the one that differs by case only, the first in alphabetical order.
fn without_case(path: &Path) -> Option<PathBuf> {
    let mut found = PathBuf::new();
    for part in path.components() {
        let exact = found.join(part);
        if exact.exists() || !matches!(part, Component::Normal(_)) {
            found = exact;
            continue;
        }
        let wanted = part.as_os_str().to_string_lossy().to_lowercase();
        let folder = if found.as_os_str().is_empty() {
            Path::new(".")
        } else {
            found.as_path()
        };
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .ok()?
            .filter_map(|entry| entry.ok().map(|entry| entry.file_name()))
            .filter(|name| name.to_string_lossy().to_lowercase() == wanted)
            .collect();
        names.sort();
        found.push(names.first()?);
    }
    Some(found)
}
