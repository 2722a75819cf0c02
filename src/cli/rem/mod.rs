//! `conforme rem`: workbooks and the catalogue.

mod diff;
mod import;
mod list;
mod show;

use std::path::Path;

use super::{Exit, Global};
use crate::requirements::{
    ImportOptions, Referential, catalogue, embedded_referential, import as read_workbook,
};
use crate::text::{Language, Text};

/// Options of `conforme rem`.
#[derive(Debug, clap::Args)]
pub(crate) struct RemArguments {
    #[command(subcommand)]
    command: RemCommand,
}

#[derive(Debug, clap::Subcommand)]
enum RemCommand {
    /// Lire un classeur REM et dire ce qu'il contient
    Import(import::ImportArguments),
    /// Les DSR connus, leurs profils, et ce qu'une machine en juge
    List(list::ListArguments),
    /// Une exigence, un scénario ou une preuve
    Show(show::ShowArguments),
    /// Ce qui change d'un référentiel à un autre
    Diff(diff::DiffArguments),
}

/// Runs the subcommand.
pub(crate) fn run(arguments: &RemArguments, global: &Global) -> anyhow::Result<Exit> {
    match &arguments.command {
        RemCommand::Import(command) => import::run(command, global),
        RemCommand::List(command) => list::run(command, global),
        RemCommand::Show(command) => show::run(command, global),
        RemCommand::Diff(command) => diff::run(command, global),
    }
}

/// The referential that a word of the command line means: a workbook file, or a DSR of the catalogue. `dsr` chooses
/// one in a workbook of several.
fn referential(word: &str, dsr: Option<&str>, language: Language) -> anyhow::Result<Referential> {
    let say = |text: &Text| anyhow::anyhow!(text.get(language).to_owned());
    let path = Path::new(word);
    if path.is_file() {
        let found = read_workbook(path, &ImportOptions::default())
            .map_err(|refusal| say(&refusal.message).context(format!("{word} [{}]", refusal.code)))?;
        if let Some(referential) = found.referential(dsr) {
            return Ok(referential.clone());
        }
        let known: Vec<&str> = found
            .referentials
            .iter()
            .map(|referential| referential.dsr.as_str())
            .collect();
        return Err(say(&Text::new(
            format!(
                "{word} : préciser le DSR avec --dsr ; ce classeur contient {}",
                known.join(", ")
            ),
            format!(
                "{word}: give the DSR with --dsr; this workbook holds {}",
                known.join(", ")
            ),
        )));
    }
    if let Some(referential) = embedded_referential(word) {
        return Ok(referential);
    }
    if let Some(known) = catalogue().dsr(word) {
        return Err(say(&Text::new(
            format!(
                "{} : pas de REM embarqué pour ce DSR, donner le classeur officiel",
                known.id
            ),
            format!(
                "{}: no embedded REM for this DSR, give the official workbook",
                known.id
            ),
        )));
    }
    Err(say(&match catalogue().nearest(word) {
        Some(nearest) => Text::new(
            format!("{word} : ni un fichier ni un DSR connu ; vouliez-vous dire {nearest} ?"),
            format!("{word}: neither a file nor a known DSR; did you mean {nearest}?"),
        ),
        None => Text::new(
            format!("{word} : ni un fichier ni un DSR connu (voir conforme rem list)"),
            format!("{word}: neither a file nor a known DSR (see conforme rem list)"),
        ),
    }))
}
