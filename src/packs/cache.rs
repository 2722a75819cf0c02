//! What was learned of a pack, kept from one run to the next: reading 25 MB of rules again only to count them would
//! take longer than judging a document. Keyed by the version of the tool and by path, size and modification time of
//! every file; anything odd in the cache is ignored and made again.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::files::PackFiles;
use super::inspect::Inventory;
use crate::evidence::hex;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    key: String,
    inventory: Inventory,
}

/// The folder of the cache: `CONFORME_CACHE`, or `conforme` in the user's cache folder.
fn folder() -> Option<PathBuf> {
    let given = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    given("CONFORME_CACHE")
        .or_else(|| given("XDG_CACHE_HOME").map(|folder| folder.join("conforme")))
        .or_else(|| given("HOME").map(|folder| folder.join(".cache/conforme")))
        .or_else(|| given("LOCALAPPDATA").map(|folder| folder.join("conforme/cache")))
}

/// The key of a pack on disk: none of its files can change without changing it, unless its size and its date are
/// both forged, which `packs verify` sees.
pub(super) fn key(location: &std::path::Path, files: &PackFiles) -> String {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update([0, 2]);
    hash.update(location.to_string_lossy().as_bytes());
    for (path, size, modified) in files.stamps() {
        hash.update([0]);
        hash.update(path.as_bytes());
        hash.update(size.to_le_bytes());
        hash.update(modified.to_le_bytes());
    }
    hex(&hash.finalize())
}

/// What the cache knows of `key`.
pub(super) fn read(key: &str) -> Option<Inventory> {
    let text = std::fs::read(folder()?.join(format!("pack-{key}.json"))).ok()?;
    let entry: Entry = serde_json::from_slice(&text).ok()?;
    (entry.key == key).then_some(entry.inventory)
}

/// Keeps `inventory`; a cache that cannot be written is only slower.
pub(super) fn write(key: &str, inventory: &Inventory) {
    let Some(folder) = folder() else { return };
    let entry = Entry {
        key: key.to_owned(),
        inventory: inventory.clone(),
    };
    let Ok(text) = serde_json::to_vec(&entry) else {
        return;
    };
    // Written aside then renamed: another process never reads half a file.
    let temporary = folder.join(format!("pack-{key}.{}.tmp", std::process::id()));
    let written = std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&temporary, text))
        .and_then(|()| std::fs::rename(&temporary, folder.join(format!("pack-{key}.json"))));
    if written.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
}
