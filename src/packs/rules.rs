//! The schematrons of a pack, compiled on first use and shared by all threads.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::cache::{Cache, Key};
use super::files::{Lookup, PackFiles, resolve};
use crate::engines::schematron::{LoadError, LoadWarning, Prepared, Schema};
use crate::engines::xpath::Resolver;

/// A compiled schematron and what of it is lost.
pub type Compiled = Result<(Schema, Vec<LoadWarning>), LoadError>;

/// The schematrons compiled so far, by path. The lock is held only to find the cell: two schematrons compile at once.
#[derive(Debug, Default)]
pub(super) struct Compilations {
    cells: Mutex<BTreeMap<String, Arc<OnceLock<Compiled>>>>,
    /// Where prepared forms are kept, and the hash of the pack.
    kept: Option<(Cache, String)>,
}

impl Compilations {
    /// Compilations that keep what they prepare, for the pack with this hash.
    pub(super) fn keeping(cache: Cache, pack_sha256: String) -> Self {
        Self {
            kept: Some((cache, pack_sha256)),
            ..Self::default()
        }
    }

    /// The schematron at `path`, compiled now when nobody asked for it before.
    pub(super) fn get(&self, path: &str, files: &Arc<PackFiles>) -> Arc<OnceLock<Compiled>> {
        let cell = {
            let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cells.entry(path.to_owned()).or_default())
        };
        cell.get_or_init(|| self.compile(path, Arc::new(PackResolver(Arc::clone(files)))));
        cell
    }

    fn compile(&self, path: &str, resolver: Arc<PackResolver>) -> Compiled {
        let Some((cache, sha256)) = &self.kept else {
            return Schema::load(path, resolver);
        };
        let key = Key::of_schematron(sha256, path);
        if let Some(prepared) = cache.schematron(&key) {
            return Ok(Schema::compile(path, &prepared, Vec::new(), resolver));
        }
        let (prepared, warnings) = Prepared::read(path, &*resolver)?;
        // What a schema warns of is told at each run: only one that is whole is kept.
        if warnings.is_empty() {
            cache.keep_schematron(&key, &prepared);
        }
        Ok(Schema::compile(path, &prepared, warnings, resolver))
    }
}

/// Reads the files of a pack for the schematron engine; addresses are paths in the pack.
#[derive(Debug)]
struct PackResolver(Arc<PackFiles>);

impl Resolver for PackResolver {
    fn resolve(&self, base: &str, reference: &str) -> String {
        let path = resolve(base, reference);
        match self.0.find(&path) {
            Lookup::OtherCase(found) => found.to_owned(),
            Lookup::Exact(_) | Lookup::Missing => path,
        }
    }

    fn read(&self, address: &str) -> io::Result<Vec<u8>> {
        match self.0.read(address) {
            // An empty file is no document: what needs it is not evaluated, as when it is missing.
            Ok(bytes) if bytes.is_empty() => Err(io::Error::new(io::ErrorKind::NotFound, "empty file")),
            Ok(bytes) => Ok(bytes),
            Err(reason) => Err(io::Error::new(io::ErrorKind::NotFound, reason)),
        }
    }
}
