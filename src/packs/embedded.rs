//! The pack of the binary itself: our own schematrons and value sets, from `testcases/packs/cda-socle`.

use std::sync::{Arc, OnceLock};

use super::Pack;
use super::files::PackFiles;
use super::inspect::{Inventory, hash};

/// Identifier of the embedded pack.
pub(super) const ID: &str = "cda-socle";

macro_rules! embed {
    ($($path:literal,)+) => {
        &[$(($path, include_bytes!(concat!("../../testcases/packs/cda-socle/", $path)).as_slice()),)+]
    };
}

/// Every file of the embedded pack; a test compares the list with the folder.
static FILES: &[(&str, &[u8])] = embed!["pack.toml",];

/// The embedded pack, shared.
pub(super) fn pack() -> Arc<Pack> {
    static PACK: OnceLock<Arc<Pack>> = OnceLock::new();
    Arc::clone(PACK.get_or_init(|| {
        let files = PackFiles::memory(FILES.iter().copied());
        let inventory = Inventory {
            id: ID.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            sha256: hash(&files),
            files: files.len() as u64,
            schematrons: 0,
            rules: 0,
            value_sets: 0,
            codes: 0,
            problems: Vec::new(),
        };
        Arc::new(Pack::new(files, inventory, None))
    }))
}
