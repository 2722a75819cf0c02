//! What several integration tests share: the reference data, and builders of synthetic evidence.

#![allow(
    clippy::trivially_copy_pass_by_ref,
    clippy::format_collect,
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

pub mod media;
pub mod pdf;
pub mod proofs;

use std::path::{Path, PathBuf};

use base64::Engine as _;

/// The folder `part` of the reference data, or none with a loud word when it is not on this machine.
pub fn reference(part: &str) -> Option<PathBuf> {
    let root = std::env::var_os("CONFORME_REFERENCE")
        .map(PathBuf::from)
        .or_else(|| {
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .ancestors()
                .map(|folder| folder.join("shared/reference"))
                .find(|folder| folder.is_dir())
        });
    let folder = root.map(|root| root.join(part)).filter(|folder| folder.is_dir());
    if folder.is_none() {
        println!("REFERENCE DATA ABSENT: {part} not tested (set CONFORME_REFERENCE)");
    }
    folder
}

/// The files of a folder, sorted.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// Every base64 PDF in the XML files of `folder`: file name, whether it is the body of a level 1 document, bytes.
pub fn embedded_pdfs(folder: &Path) -> Vec<(String, bool, Vec<u8>)> {
    let mut pdfs = Vec::new();
    for path in files(folder) {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let mut from = 0;
        while let Some(at) = text[from..].find("JVBER").map(|at| at + from) {
            let end = text[at..].find('<').map_or(text.len(), |end| at + end);
            let in_body = text[..at].rfind("<nonXMLBody").is_some();
            let data: String = text[at..end].split_whitespace().collect();
            let data = data.trim_end_matches('=');
            let bytes = base64::engine::general_purpose::STANDARD_NO_PAD
                .decode(data)
                .unwrap();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            pdfs.push((name, in_body, bytes));
            from = end;
        }
    }
    pdfs
}
