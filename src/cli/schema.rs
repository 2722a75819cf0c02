//! `conforme schema`: the JSON Schemas of what conforme writes, made from the types themselves.

use std::io::Write as _;

use super::{Exit, Global};
use crate::record::{Record, ValidationRecord};
use crate::reports::diff::Difference;

/// Options of `conforme schema`.
#[derive(Debug, clap::Args)]
pub(crate) struct SchemaArguments {
    /// record (dossier vérifié), validation (pièces seules) ou diff (comparaison)
    #[arg(
        value_enum,
        value_name = "OBJET",
        default_value = "record",
        hide_possible_values = true,
        hide_default_value = true
    )]
    of: SchemaOf,
}

/// What a schema describes.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum SchemaOf {
    Record,
    Validation,
    Diff,
}

/// Prints the schema.
pub(crate) fn run(arguments: &SchemaArguments, _global: &Global) -> anyhow::Result<Exit> {
    let schema = match arguments.of {
        SchemaOf::Record => schemars::schema_for!(Record),
        SchemaOf::Validation => schemars::schema_for!(ValidationRecord),
        SchemaOf::Diff => schemars::schema_for!(Difference),
    };
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &schema)?;
    writeln!(out)?;
    Ok(Exit::Conform)
}
