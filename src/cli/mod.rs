//! The command line: one file per subcommand. The only module that prints.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod exit;
mod output;
mod report;
mod rules;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use exit::Exit;

use crate::text::Language;

/// Vérifie un dossier de référencement Ségur et en rend compte, hors ligne.
#[derive(Debug, Parser)]
#[command(
    name = "conforme",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every subcommand.
#[derive(Debug, clap::Args)]
pub(crate) struct Global {
    /// Langue des messages : fr ou en (fr par défaut, ou selon LANG)
    #[arg(long, global = true, value_enum, value_name = "LANGUE")]
    lang: Option<Language>,
}

impl Global {
    /// The language chosen, by option, then by `CONFORME_LANG`, `LC_ALL`, `LC_MESSAGES`, `LANG`; French otherwise.
    pub(crate) fn language(&self) -> Language {
        self.lang.unwrap_or_else(|| {
            let locale = ["CONFORME_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
                .unwrap_or_default();
            if locale.starts_with("en") {
                Language::En
            } else {
                Language::Fr
            }
        })
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Les règles de conforme
    Rules(rules::RulesArguments),
    /// Rend un enregistrement dans un autre format
    Report(report::ReportArguments),
}

/// Parses the command line, runs the subcommand, gives the exit code.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Command::Rules(command) => rules::run(&command, &arguments.global),
        Command::Report(command) => report::run(&command, &arguments.global),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            // A closed pipe (`conforme rules | head`) is the reader's choice, not a fault.
            let closed = error
                .chain()
                .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
                .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe);
            if closed {
                return Exit::Conform.into();
            }
            anstream::eprintln!("conforme: {error:#}");
            Exit::Usage.into()
        }
    }
}
