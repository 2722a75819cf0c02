//! What the integration tests share: where the reference data and the official rules are.

#![allow(
    dead_code,
    clippy::print_stderr,
    reason = "each test binary uses its part; absent data is told"
)]

use std::path::{Path, PathBuf};

/// The reference data: `CONFORME_REFERENCE`, or `shared/reference` beside a folder above the project.
pub(crate) fn reference() -> Option<PathBuf> {
    let given = std::env::var_os("CONFORME_REFERENCE").map(PathBuf::from);
    let found = given.or_else(|| {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .map(|above| above.join("shared/reference"))
            .find(|candidate| candidate.is_dir())
    });
    if found.is_none() {
        eprintln!("REFERENCE DATA ABSENT: set CONFORME_REFERENCE to compare with the reference documents");
    }
    found
}

/// The official rules, prepared: `CONFORME_OFFICIAL_PACK`.
pub(crate) fn official_pack() -> Option<PathBuf> {
    let found = std::env::var_os("CONFORME_OFFICIAL_PACK").map(PathBuf::from);
    if found.is_none() {
        eprintln!("OFFICIAL PACK ABSENT: set CONFORME_OFFICIAL_PACK to the folder of TestContenuCDA");
    }
    found
}
