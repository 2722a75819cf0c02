//! What was learned of packs, kept from one run to the next: their inventories (reading 25 MB of rules again only to
//! count them would take longer than judging a document) and their schematrons in prepared form (hundreds of included
//! files as one).
//!
//! An entry is a file named after its key, the hash of everything it was made from and of the version of the tool. It
//! starts with a hash of its key and content: a file that is cut, changed or somebody else's is ignored and made again.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::files::PackFiles;
use super::inspect::Inventory;
use crate::engines::schematron::Prepared;
use crate::evidence::hex;

/// The beginning of every entry; the number changes with the format of what follows.
const MAGIC: &[u8] = b"conforme-cache-3\n";
/// Largest entry read or written, in bytes.
const LARGEST: u64 = 64 << 20;

/// A folder of entries, or none: then everything is made again at each run.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    folder: Option<PathBuf>,
}

impl Cache {
    /// The user's: `CONFORME_CACHE`, or `conforme` in the user's cache folder.
    pub fn of_user() -> Self {
        let given = |name: &str| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let folder = given("CONFORME_CACHE")
            .or_else(|| given("XDG_CACHE_HOME").map(|folder| folder.join("conforme")))
            .or_else(|| given("HOME").map(|folder| folder.join(".cache/conforme")))
            .or_else(|| given("LOCALAPPDATA").map(|folder| folder.join("conforme/cache")));
        Self { folder }
    }

    /// A given folder, made when something is first kept.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: Some(folder.into()),
        }
    }

    /// None: nothing is read, nothing is kept.
    pub fn none() -> Self {
        Self::default()
    }

    /// The inventory kept for `key`.
    pub(super) fn inventory(&self, key: &Key) -> Option<Inventory> {
        serde_json::from_slice(&self.read(key)?).ok()
    }

    /// Keeps an inventory.
    pub(super) fn keep_inventory(&self, key: &Key, inventory: &Inventory) {
        if let Ok(content) = serde_json::to_vec(inventory) {
            self.write(key, &content);
        }
    }

    /// The schematron kept for `key`.
    pub(super) fn schematron(&self, key: &Key) -> Option<Prepared> {
        Prepared::from_bytes(&self.read(key)?)
    }

    /// Keeps a schematron.
    pub(super) fn keep_schematron(&self, key: &Key, prepared: &Prepared) {
        if self.folder.is_some() {
            self.write(key, &prepared.to_bytes());
        }
    }

    fn path(&self, key: &Key) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(&key.0))
    }

    /// The content of an entry that is whole and ours.
    fn read(&self, key: &Key) -> Option<Vec<u8>> {
        let mut file = std::fs::File::open(self.path(key)?).ok()?;
        let mut entry = Vec::new();
        file.by_ref().take(LARGEST + 1).read_to_end(&mut entry).ok()?;
        if entry.len() as u64 > LARGEST {
            return None;
        }
        let rest = entry.strip_prefix(MAGIC)?;
        let (seal, content) = rest.split_at_checked(32)?;
        (seal == key.seal(content)).then(|| content.to_vec())
    }

    /// Writes an entry aside, then renames it: another process never reads half of it. A cache that cannot be written is
    /// only slower.
    fn write(&self, key: &Key, content: &[u8]) {
        let Some(path) = self.path(key) else { return };
        if (MAGIC.len() + 32 + content.len()) as u64 > LARGEST {
            return;
        }
        let mut entry = MAGIC.to_vec();
        entry.extend_from_slice(&key.seal(content));
        entry.extend_from_slice(content);
        let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
        let written = path
            .parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(&temporary, entry))
            .and_then(|()| std::fs::rename(&temporary, &path));
        if written.is_err() {
            let _ = std::fs::remove_file(&temporary);
        }
    }
}

/// The name of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key(String);

impl Key {
    fn new(kind: &str, parts: impl FnOnce(&mut Sha256)) -> Self {
        let mut hash = Sha256::new();
        hash.update(env!("CARGO_PKG_VERSION"));
        hash.update(MAGIC);
        parts(&mut hash);
        Self(format!("{kind}-{}", hex(&hash.finalize())))
    }

    /// That of the inventory of a pack on disk: none of its files can change without changing it, unless its size and
    /// its date are both forged, which `packs verify` sees.
    pub(super) fn of_pack(location: &Path, files: &PackFiles) -> Self {
        Self::new("pack", |hash| {
            hash.update(location.to_string_lossy().as_bytes());
            for (path, size, modified) in files.stamps() {
                hash.update([0]);
                hash.update(path.as_bytes());
                hash.update(size.to_le_bytes());
                hash.update(modified.to_le_bytes());
            }
        })
    }

    /// That of a schematron of a pack, by the hash of the whole pack.
    pub(super) fn of_schematron(pack_sha256: &str, path: &str) -> Self {
        Self::new("schematron", |hash| {
            hash.update(pack_sha256.as_bytes());
            hash.update([0]);
            hash.update(path.as_bytes());
        })
    }

    fn seal(&self, content: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.0.as_bytes());
        hash.update([0]);
        hash.update(content);
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_cut_changed_foreign_or_too_large_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().join("new"));
        let key = Key::of_schematron("abc", "schematrons/a.sch");
        assert_eq!(cache.read(&key), None);
        cache.write(&key, b"content");
        assert_eq!(cache.read(&key).as_deref(), Some(b"content".as_slice()));
        let path = cache.path(&key).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for end in 0..whole.len() {
            std::fs::write(&path, &whole[..end]).unwrap();
            assert_eq!(cache.read(&key), None, "cut at {end}");
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            std::fs::write(&path, changed).unwrap();
            assert_eq!(cache.read(&key), None, "changed at {at}");
        }
        // Whole, but of another schematron.
        let other = Key::of_schematron("abc", "schematrons/b.sch");
        std::fs::write(cache.path(&other).unwrap(), &whole).unwrap();
        assert_eq!(cache.read(&other), None);
        cache.write(&key, b"again");
        assert_eq!(cache.read(&key).as_deref(), Some(b"again".as_slice()));
    }

    #[test]
    fn without_a_folder_or_where_nothing_can_be_written_nothing_is_kept() {
        let key = Key::of_schematron("abc", "a");
        Cache::none().write(&key, b"x");
        assert_eq!(Cache::none().read(&key), None);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "no folder").unwrap();
        let cache = Cache::at(&file);
        cache.write(&key, b"x");
        assert_eq!(cache.read(&key), None);
    }
}
