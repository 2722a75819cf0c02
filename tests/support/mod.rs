//! What the tests of the XDM, XDS, mail, VIHF and coherence families share.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::format_push_string,
    clippy::print_stderr
)]

pub mod examples;
pub mod zip;

use std::path::{Path, PathBuf};

/// The folder of the reference data: `CONFORME_REFERENCE`, else `shared/reference` above the crate.
pub fn reference() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("CONFORME_REFERENCE") {
        return Some(PathBuf::from(folder));
    }
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/reference"))
        .find(|folder| folder.is_dir())
}

/// The files of a folder of the reference data with an extension, sorted; none, loudly, when the data are absent.
pub fn reference_files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let Some(reference) = reference() else {
        eprintln!("REFERENCE DATA ABSENT: set CONFORME_REFERENCE to check the official files of '{folder}'");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(reference.join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
}
