//! A pack of rules and what is compiled of it, on first use and once for all threads.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::PackError;
use super::cache::{Cache, Key};
use super::files::{PackFiles, is_schematron};
use super::inspect::{Inventory, inspect};
use super::layout::{Layout, test_contenu_cda};
use super::rules::{Compilations, Compiled};
use crate::engines::xsd::{Schema, SchemaError};
use crate::record::PackIdentity;

/// A pack of rules.
#[derive(Debug)]
pub struct Pack {
    inventory: Inventory,
    files: Arc<PackFiles>,
    schematrons: Compilations,
    layout: Option<&'static Layout>,
    xsd: OnceLock<Option<Result<Schema, SchemaError>>>,
}

impl Pack {
    /// Opens a folder or a zip archive laid out as TestContenuCDA, at any depth inside.
    ///
    /// # Errors
    /// Nothing like a pack is there, or it cannot be read. Files missing inside are problems of the inventory.
    pub fn open(location: &Path, cache: &Cache) -> Result<Self, PackError> {
        let (files, layout) = Self::read(location)?;
        let key = location.is_dir().then(|| {
            let whole = std::fs::canonicalize(location).unwrap_or_else(|_| location.to_owned());
            Key::of_pack(&whole, &files)
        });
        let known = key.as_ref().and_then(|key| cache.inventory(key));
        let inventory = known.unwrap_or_else(|| {
            let inventory = inspect(&files, |path| layout.is_entry(path), &layout.id);
            if let Some(key) = &key {
                cache.keep_inventory(key, &inventory);
            }
            inventory
        });
        let mut pack = Self::new(files, inventory, Some(layout));
        pack.schematrons = Compilations::keeping(cache.clone(), pack.inventory.sha256.clone());
        Ok(pack)
    }

    /// Opens a pack without trusting anything known of it from before.
    pub fn open_afresh(location: &Path) -> Result<Self, PackError> {
        Self::open(location, &Cache::none())
    }

    /// The files at `location` that matter, and how they are laid out.
    fn read(location: &Path) -> Result<(PackFiles, &'static Layout), PackError> {
        let shown = location.display().to_string();
        let metadata = std::fs::metadata(location).map_err(|error| PackError::Unreadable {
            path: shown.clone(),
            reason: error.to_string(),
        })?;
        let files = if metadata.is_dir() {
            PackFiles::folder(location)?
        } else {
            PackFiles::zip(location)?
        };
        let layout = test_contenu_cda();
        let paths: Vec<String> = files.paths().map(str::to_owned).collect();
        let Some(root) = layout.root(paths.iter().map(String::as_str)) else {
            return Err(PackError::NotAPack { path: shown });
        };
        Ok((files.below(&root).retain(|path| layout.matters(path)), layout))
    }

    /// A pack of files at hand.
    pub(super) fn new(files: PackFiles, inventory: Inventory, layout: Option<&'static Layout>) -> Self {
        Self {
            inventory,
            files: Arc::new(files),
            schematrons: Compilations::default(),
            layout,
            xsd: OnceLock::new(),
        }
    }

    /// What it holds.
    pub fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// Its files.
    pub fn files(&self) -> &PackFiles {
        &self.files
    }

    /// Where things are in it; none for the embedded pack.
    pub fn layout(&self) -> Option<&'static Layout> {
        self.layout
    }

    /// Whether this is the pack of the binary itself.
    pub fn is_embedded(&self) -> bool {
        self.layout.is_none()
    }

    /// How findings and reports name it: identifier, version, and the beginning of its hash.
    pub fn label(&self) -> String {
        let Inventory {
            id, version, sha256, ..
        } = &self.inventory;
        let short: String = sha256.chars().take(8).collect();
        format!("{id} {version} ({short})")
    }

    /// Its identity in a record.
    pub fn identity(&self) -> PackIdentity {
        PackIdentity {
            id: self.inventory.id.clone(),
            version: self.inventory.version.clone(),
            sha256: self.inventory.sha256.clone(),
            rules: self.inventory.rules,
            value_sets: self.inventory.value_sets,
            codes: self.inventory.codes,
        }
    }

    /// The schematron at `path` in the pack, compiled on first use.
    pub fn schematron(&self, path: &str) -> Arc<OnceLock<Compiled>> {
        self.schematrons.get(path, &self.files)
    }

    /// The paths of the schematrons that run on every document, in order.
    pub fn general_schematrons(&self) -> Vec<String> {
        match self.layout {
            Some(layout) => layout
                .profiles
                .iter()
                .map(|profile| profile.file.clone())
                .collect(),
            None => self
                .files
                .paths()
                .filter(|path| is_schematron(path))
                .map(str::to_owned)
                .collect(),
        }
    }

    /// The path of the schematron of a model by its file name, when the pack has it.
    pub fn model_schematron(&self, file: &str) -> Option<String> {
        let path = format!("{}{file}", self.layout?.models);
        match self.files.find(&path) {
            super::files::Lookup::Exact(found) | super::files::Lookup::OtherCase(found) => {
                Some(found.to_owned())
            }
            super::files::Lookup::Missing => None,
        }
    }

    /// The XSD of CDA documents, compiled on first use; none when the pack has none.
    pub fn xsd(&self) -> Option<&Result<Schema, SchemaError>> {
        self.xsd
            .get_or_init(|| {
                let root = &self.layout?.xsd;
                if self.files.find(root) == super::files::Lookup::Missing {
                    return None;
                }
                let loader = |path: &str| self.files.read(path);
                Some(Schema::compile(&loader, root))
            })
            .as_ref()
    }
}

/// The packs that a run uses, the embedded one first.
#[derive(Debug, Clone)]
pub struct PackSet {
    packs: Vec<Arc<Pack>>,
}

impl PackSet {
    /// The embedded pack alone.
    pub fn embedded() -> &'static Self {
        static SET: OnceLock<PackSet> = OnceLock::new();
        SET.get_or_init(|| Self {
            packs: vec![super::embedded::pack()],
        })
    }

    /// The embedded pack and those at `locations`; the newest of each pack that the user added when there is none.
    /// Nothing is kept of them for the next run.
    pub fn load(locations: &[impl AsRef<Path>]) -> Result<Self, PackError> {
        Self::load_with(locations, &Cache::none())
    }

    /// As [`PackSet::load`], with what `cache` knows of them.
    pub fn load_with(locations: &[impl AsRef<Path>], cache: &Cache) -> Result<Self, PackError> {
        let mut packs = Self::embedded().packs.clone();
        if locations.is_empty() {
            for stored in super::store::newest()? {
                packs.push(Arc::new(Pack::open(&stored.folder, cache)?));
            }
        }
        for location in locations {
            let pack = Pack::open(location.as_ref(), cache)?;
            let known = packs
                .iter()
                .any(|known| known.inventory().sha256 == pack.inventory().sha256);
            if !known {
                packs.push(Arc::new(pack));
            }
        }
        Ok(Self { packs })
    }

    /// Every pack, the embedded one first.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Pack>> {
        self.packs.iter()
    }

    /// The packs that are not embedded.
    pub fn external(&self) -> impl Iterator<Item = &Arc<Pack>> {
        self.packs.iter().filter(|pack| !pack.is_embedded())
    }

    /// The identities for the record.
    pub fn identities(&self) -> Vec<PackIdentity> {
        self.packs.iter().map(|pack| pack.identity()).collect()
    }
}
