//! `conforme --version --json`: what a pipeline asks before it trusts a binary.

use std::io::Write as _;

use serde::Serialize;

#[derive(Serialize)]
struct Version {
    name: &'static str,
    version: &'static str,
    /// Shape of the records it writes and reads.
    schema_version: &'static str,
    /// Rules of the binary.
    rules: usize,
    /// DSRs that have an embedded REM.
    embedded_referentials: Vec<&'static str>,
}

/// True when the words of the command line ask for the version as JSON.
pub(crate) fn asked(words: &[std::ffi::OsString]) -> bool {
    let has = |wanted: &[&str]| {
        words
            .iter()
            .skip(1)
            .any(|word| word.to_str().is_some_and(|word| wanted.contains(&word)))
    };
    words.len() == 3 && has(&["--version", "-V"]) && has(&["--json"])
}

/// Prints it.
pub(crate) fn print() -> std::io::Result<()> {
    let version = Version {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        schema_version: crate::record::SCHEMA_VERSION,
        rules: crate::checks::rules().len(),
        embedded_referentials: crate::requirements::embedded_ids().collect(),
    };
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &version)?;
    writeln!(out)
}
