//! `conforme report`: a saved record in any format, without checking again.

use std::path::PathBuf;

use super::outputs::OutputArguments;
use super::{Exit, Global};
use crate::limits::Limits;
use crate::reports;

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
    let record = match reports::read_record(&arguments.record, &Limits::default()) {
        Ok(record) => record,
        Err(error) => {
            anstream::eprintln!("conforme: {}", error.message(global.language()));
            return Ok(if error.tampered {
                Exit::Integrity
            } else {
                Exit::Usage
            });
        }
    };
    arguments.outputs.write(global, None, &|format, options, out| {
        reports::render(&record, format, options, out)
    })?;
    Ok(Exit::Conform)
}
