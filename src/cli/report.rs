//! `conforme report`: a saved record in any format, without checking again.

use std::path::{Path, PathBuf};

use super::outputs::OutputArguments;
use super::{Exit, Global};
use crate::limits::Limits;
use crate::record::Record;
use crate::reports;
use crate::text::Language;

/// Options of `conforme report`.
#[derive(Debug, clap::Args)]
pub(crate) struct ReportArguments {
    /// L'enregistrement, écrit par « conforme check --format json »
    #[arg(value_name = "ENREGISTREMENT")]
    record: PathBuf,
    #[command(flatten)]
    outputs: OutputArguments,
}

/// Renders the record. The verdict does not change the exit code: rendering is not checking.
pub(crate) fn run(arguments: &ReportArguments, global: &Global) -> anyhow::Result<Exit> {
    let record = match load(&arguments.record, &Limits::default(), global.language()) {
        Ok(record) => record,
        Err(exit) => return Ok(exit),
    };
    arguments.outputs.write(global, None, &|format, options, out| {
        reports::render(&record, format, options, out)
    })?;
    Ok(Exit::Conform)
}

/// Reads a saved record, or says why it is refused and gives the exit code.
pub(crate) fn load(path: &Path, limits: &Limits, language: Language) -> Result<Record, Exit> {
    reports::read_record(path, limits).map_err(|error| {
        anstream::eprintln!("conforme: {}", error.message(language));
        if error.tampered {
            Exit::Integrity
        } else {
            Exit::Usage
        }
    })
}
