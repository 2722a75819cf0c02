//! `conforme merge`: the records of `check --shard i/n` joined into that of a single run.

use std::path::PathBuf;

use super::exit::ExitArguments;
use super::outputs::OutputArguments;
use super::{Exit, Global};
use crate::limits::Limits;
use crate::reports;
use crate::verdict::merge;

/// Options of `conforme merge`.
#[derive(Debug, clap::Args)]
pub(crate) struct MergeArguments {
    /// Les enregistrements de toutes les parts, écrits par « conforme check --shard i/n --format json »
    #[arg(required = true, value_name = "ENREGISTREMENT")]
    records: Vec<PathBuf>,
    /// Écrire les rapports (record.json, rapport.html, junit.xml, constats.csv) dans ce répertoire
    #[arg(long, value_name = "RÉPERTOIRE")]
    report_dir: Option<PathBuf>,
    #[command(flatten)]
    outputs: OutputArguments,
    #[command(flatten)]
    exit: ExitArguments,
}

/// Joins the records; exits as the check of the whole dossier would have.
pub(crate) fn run(arguments: &MergeArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let mut records = Vec::with_capacity(arguments.records.len());
    for path in &arguments.records {
        match super::report::load(path, &Limits::default(), language) {
            Ok(record) => records.push((path.display().to_string(), record)),
            Err(exit) => return Ok(exit),
        }
    }
    let record = merge(records).map_err(|error| anyhow::anyhow!(error.0.get(language).to_owned()))?;
    let folder = super::check::main_formats(arguments.report_dir.as_deref());
    arguments.outputs.write(global, folder, &|format, options, out| {
        reports::render(&record, format, options, out)
    })?;
    Ok(arguments.exit.of_record(&record))
}
