//! The packs that the user added, in the user's data folder: one folder per pack, its files and `pack.json`.

use std::path::{Path, PathBuf};

use super::inspect::Inventory;
use super::{Pack, PackError};

/// What was recorded of a pack when it was added.
const RECORD: &str = "pack.json";

/// A pack that was added.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Where its files are.
    pub folder: PathBuf,
    /// What was recorded of it.
    pub inventory: Inventory,
}

impl Stored {
    /// The name by which commands know it.
    pub fn name(&self) -> String {
        name(&self.inventory)
    }
}

fn name(inventory: &Inventory) -> String {
    let short: String = inventory.sha256.chars().take(8).collect();
    format!("{}-{}-{short}", inventory.id, inventory.version)
}

/// The folder of packs: `CONFORME_DATA`, or `conforme` in the user's data folder.
fn folder() -> Result<PathBuf, PackError> {
    let given = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    given("CONFORME_DATA")
        .or_else(|| given("XDG_DATA_HOME").map(|folder| folder.join("conforme")))
        .or_else(|| given("HOME").map(|folder| folder.join(".local/share/conforme")))
        .or_else(|| given("LOCALAPPDATA").map(|folder| folder.join("conforme")))
        .map(|folder| folder.join("packs"))
        .ok_or(PackError::NoDataFolder)
}

/// Copies the pack at `location` into the user's data folder. Adding it twice changes nothing.
pub fn add(location: &Path) -> Result<Stored, PackError> {
    let pack = Pack::open_afresh(location)?;
    let root = folder()?;
    let inventory = pack.inventory().clone();
    let target = root.join(name(&inventory));
    let stored = Stored {
        folder: target.clone(),
        inventory,
    };
    if target.join(RECORD).is_file() {
        return Ok(stored);
    }
    // Built aside, then renamed: a pack is there whole or not at all.
    let partial = root.join(format!(".{}.{}", stored.name(), std::process::id()));
    let copied = copy(&pack, &partial, &stored.inventory).and_then(|()| std::fs::rename(&partial, &target));
    copied.map_err(|error| {
        let _ = std::fs::remove_dir_all(&partial);
        PackError::Unreadable {
            path: target.display().to_string(),
            reason: error.to_string(),
        }
    })?;
    Ok(stored)
}

fn copy(pack: &Pack, into: &Path, inventory: &Inventory) -> std::io::Result<()> {
    for path in pack.files().paths() {
        let target = into.join(path);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let bytes = pack.files().read(path).map_err(std::io::Error::other)?;
        std::fs::write(target, bytes)?;
    }
    std::fs::write(into.join(RECORD), serde_json::to_vec_pretty(inventory)?)
}

/// The packs that were added, sorted by name.
pub fn list() -> Result<Vec<Stored>, PackError> {
    let Ok(entries) = std::fs::read_dir(folder()?) else {
        return Ok(Vec::new());
    };
    let mut packs: Vec<Stored> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| !name.to_string_lossy().starts_with('.'))
        })
        .filter_map(|folder| {
            let text = std::fs::read(folder.join(RECORD)).ok()?;
            let inventory = serde_json::from_slice(&text).ok()?;
            Some(Stored { folder, inventory })
        })
        .collect();
    packs.sort_by_key(Stored::name);
    Ok(packs)
}

/// The newest version of each pack that was added. No data folder means no pack.
pub(super) fn newest() -> Result<Vec<Stored>, PackError> {
    let packs = match list() {
        Err(PackError::NoDataFolder) => return Ok(Vec::new()),
        other => other?,
    };
    let mut newest: Vec<Stored> = Vec::new();
    for pack in packs {
        match newest
            .iter_mut()
            .find(|known| known.inventory.id == pack.inventory.id)
        {
            Some(known) if known.inventory.version <= pack.inventory.version => *known = pack,
            Some(_) => {}
            None => newest.push(pack),
        }
    }
    Ok(newest)
}

/// Reads every file of an added pack again and compares its hash with the one recorded.
pub fn verify(stored: &Stored) -> Result<(), PackError> {
    let found = Pack::open_afresh(&stored.folder)?.inventory().sha256.clone();
    if found == stored.inventory.sha256 {
        return Ok(());
    }
    Err(PackError::Changed {
        id: stored.name(),
        expected: stored.inventory.sha256.clone(),
        found,
    })
}

/// The pack called `name`: a name of [`list`], the beginning of one, or a folder or archive.
pub fn find(name: &str) -> Result<PathBuf, PackError> {
    let path = Path::new(name);
    if path.exists() {
        return Ok(path.to_owned());
    }
    list()?
        .into_iter()
        .rfind(|stored| stored.name().starts_with(name))
        .map(|stored| stored.folder)
        .ok_or_else(|| PackError::Unknown(name.to_owned()))
}
