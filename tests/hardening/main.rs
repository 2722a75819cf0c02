//! What input must not do: cross a limit unseen, break a run, change a verdict by where, when or in what order it is read.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../common/mod.rs"]
mod common;

mod dependencies;
mod determinism;
mod faults;
mod limits;
#[path = "../samples/mod.rs"]
mod samples;
mod smoke;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A command on the binary, in English, with no date of its own.
fn conforme() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conforme"));
    command.env("CONFORME_LANG", "en").env_remove("SOURCE_DATE_EPOCH");
    command
}

fn run(arguments: &[&str]) -> Output {
    conforme().args(arguments).output().unwrap()
}

/// The sample dossier whose faults are known.
fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/dossiers/pfi-fautes")
}

/// Copies a folder; files come in the order given by `order`.
fn copy(from: &Path, to: &Path, order: impl Fn(&mut Vec<PathBuf>)) {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(from)
        .sort_by_file_name()
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    order(&mut files);
    for file in files {
        let target = to.join(file.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(&file, &target).unwrap();
    }
}

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
