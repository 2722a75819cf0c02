//! `conforme diff`: what changed between two checks.

use std::path::{Path, PathBuf};

use super::outputs::OutputArguments;
use super::{Exit, Global};
use crate::assess::{Settings, assess};
use crate::limits::Limits;
use crate::record::Record;
use crate::reports::diff::{compare, render_difference};
use crate::reports::redact;

/// Options of `conforme diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct DiffArguments {
    /// Le plus ancien : enregistrement (.json), ou dossier à vérifier
    #[arg(value_name = "AVANT")]
    before: PathBuf,
    /// Le plus récent : enregistrement (.json), ou dossier à vérifier
    #[arg(value_name = "APRÈS")]
    after: PathBuf,
    #[command(flatten)]
    outputs: OutputArguments,
    /// Sortir avec le code 0 même si quelque chose est nouvellement en échec
    #[arg(long)]
    exit_zero: bool,
}

/// Compares; exits with 1 when something fails that did not.
pub(crate) fn run(arguments: &DiffArguments, global: &Global) -> anyhow::Result<Exit> {
    let mut records = Vec::new();
    for path in [&arguments.before, &arguments.after] {
        match load(path, global)? {
            Ok(record) => records.push(record),
            Err(exit) => return Ok(exit),
        }
    }
    let [before, after] = records.as_slice() else {
        return Ok(Exit::Internal);
    };
    let difference = compare(before, after);
    arguments.outputs.write(global, None, &|format, options, out| {
        if options.redact {
            let difference = compare(&redact(before), &redact(after));
            render_difference(&difference, format, options, out)
        } else {
            render_difference(&difference, format, options, out)
        }
    })?;
    Ok(if difference.is_worse() && !arguments.exit_zero {
        Exit::NonConform
    } else {
        Exit::Conform
    })
}

/// A saved record, or the record of a dossier checked now.
fn load(path: &Path, global: &Global) -> anyhow::Result<Result<Record, Exit>> {
    let language = global.language();
    let is_json = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if is_json {
        return Ok(super::report::load(path, &Limits::default(), language));
    }
    let settings = Settings {
        cache: global.cache(),
        today: Some(super::today(None)),
        ..Settings::default()
    };
    match assess(path, &settings) {
        Ok(record) => Ok(Ok(record)),
        Err(error) => anyhow::bail!(error.message().get(language).to_owned()),
    }
}
