//! `conforme completions` and `conforme man`: made from the command line itself.

use std::path::{Path, PathBuf};

use clap::Command;

use super::Exit;
use crate::reports::{ReportError, write_file};

/// Options of `conforme completions`.
#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArguments {
    /// bash, elvish, fish, powershell ou zsh
    #[arg(value_enum, value_name = "INTERPRÉTEUR", hide_possible_values = true)]
    shell: clap_complete::Shell,
}

/// Prints the completions of a shell.
pub(crate) fn completions(arguments: &CompletionsArguments, mut command: Command) -> anyhow::Result<Exit> {
    // The generator panics when the stream fails: into memory first.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "conforme", &mut script);
    std::io::Write::write_all(&mut std::io::stdout().lock(), &script)?;
    Ok(Exit::Conform)
}

/// Options of `conforme man`.
#[derive(Debug, clap::Args)]
pub(crate) struct ManArguments {
    /// Écrire une page par sous-commande dans ce répertoire ; sinon la page principale est imprimée
    #[arg(value_name = "RÉPERTOIRE")]
    folder: Option<PathBuf>,
}

/// Prints the main page, or writes all of them.
pub(crate) fn man(arguments: &ManArguments, command: Command) -> anyhow::Result<Exit> {
    match &arguments.folder {
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            std::io::Write::write_all(&mut std::io::stdout().lock(), &page)?;
        }
        Some(folder) => pages(folder, "conforme", command)?,
    }
    Ok(Exit::Conform)
}

fn pages(folder: &Path, name: &str, command: Command) -> Result<(), ReportError> {
    for sub in command.get_subcommands() {
        pages(folder, &format!("{name}-{}", sub.get_name()), sub.clone())?;
    }
    // clap wants names that live as long as the program; there are some twenty.
    let command = command.name(name.to_owned().leak() as &'static str);
    write_file(&folder.join(format!("{name}.1")), |out| {
        clap_mangen::Man::new(command).render(out)?;
        Ok(())
    })
}
