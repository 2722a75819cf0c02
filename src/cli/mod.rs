//! The command line: one file per subcommand. The only module that prints.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod check;
mod diff;
mod exit;
mod explain;
mod fault;
mod help;
mod init;
mod interrupt;
mod merge;
mod outputs;
mod packs;
mod rem;
mod report;
mod review;
mod rules;
mod schema;
mod schematron;
mod seal;
mod shape;
mod shell;
mod statistics;
mod usage;
mod validate;
mod version;
mod waiver;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

pub use exit::Exit;

use crate::limits::Limits;
use crate::packs::Cache;
use crate::panics;
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
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "LANGUE",
        hide_possible_values = true,
        display_order = 100
    )]
    lang: Option<Language>,
    /// Couleurs : auto, always ou never
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "QUAND", hide_possible_values = true, hide_default_value = true, display_order = 101)]
    color: Color,
    /// Ne rien imprimer que les sorties demandées
    #[arg(short, long, global = true, display_order = 102)]
    pub(crate) quiet: bool,
    /// En dire plus
    #[arg(short, long, global = true, action = clap::ArgAction::Count, display_order = 103)]
    pub(crate) verbose: u8,
    /// Fils d'exécution (tous les cœurs par défaut)
    #[arg(long, global = true, value_name = "N", display_order = 104)]
    jobs: Option<usize>,
    /// Ne rien lire ni garder dans le cache des jeux de règles
    #[arg(long, global = true, display_order = 105)]
    no_cache: bool,
    /// Changer une limite, répétable : archive-bytes=100M (voir docs/limits.md)
    #[arg(long = "limit", global = true, value_name = "NOM=VALEUR", display_order = 105)]
    limit: Vec<String>,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

impl Global {
    /// What is known of packs from earlier runs, unless the user wants none of it.
    pub(crate) fn cache(&self) -> Cache {
        if self.no_cache {
            Cache::none()
        } else {
            Cache::of_user()
        }
    }

    /// The colours chosen; `auto` lets the terminal and NO_COLOR decide.
    pub(crate) fn color_choice(&self) -> anstream::ColorChoice {
        match self.color {
            Color::Auto => anstream::AutoStream::choice(&std::io::stdout()),
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        }
    }

    /// The limits, with those that the user changed.
    ///
    /// # Errors
    /// When one is unknown or has no usable value.
    pub(crate) fn limits(&self) -> anyhow::Result<Limits> {
        let mut limits = Limits::default();
        for written in &self.limit {
            limits
                .set(written)
                .map_err(|error| anyhow::anyhow!(error.message(written).get(self.language()).to_owned()))?;
        }
        Ok(limits)
    }

    /// The language chosen by option, or by the environment.
    pub(crate) fn language(&self) -> Language {
        self.lang.unwrap_or_else(language_of_environment)
    }
}

/// The language of `CONFORME_LANG`, `LC_ALL`, `LC_MESSAGES` or `LANG`, the first that is set; French otherwise.
fn language_of_environment() -> Language {
    let locale = ["CONFORME_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_default();
    if locale.starts_with("en") {
        Language::En
    } else {
        Language::Fr
    }
}

/// The language that the words of the command line ask for, before they are understood: help and faults of usage are
/// told in it.
fn language_of(words: &[std::ffi::OsString]) -> Language {
    let asked = words.iter().enumerate().find_map(|(index, word)| {
        let word = word.to_str()?;
        let value = if word == "--lang" {
            words.get(index + 1)?.to_str()?
        } else {
            word.strip_prefix("--lang=")?
        };
        match value {
            "fr" => Some(Language::Fr),
            "en" => Some(Language::En),
            _ => None,
        }
    });
    asked.unwrap_or_else(language_of_environment)
}

/// Parses the command line. What is wrong with it is printed, as are help and version, and gives the exit code.
fn parse(words: &[std::ffi::OsString]) -> Result<Arguments, Exit> {
    let language = language_of(words);
    let mut command = help::localise(Arguments::command(), language);
    let parsed = command
        .try_get_matches_from_mut(words)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    parsed.map_err(|error| {
        match usage::message(&error, &mut command, words, language) {
            Some(message) => anstream::eprint!("{message}"),
            None => {
                // A closed pipe while help is printed is nobody's fault.
                if let Err(refused) = error.print()
                    && refused.kind() != std::io::ErrorKind::BrokenPipe
                {
                    anstream::eprintln!("conforme: {}", crate::evidence::io_reason(&refused).get(language));
                    return Exit::Usage;
                }
            }
        }
        if error.use_stderr() {
            Exit::Usage
        } else {
            Exit::Conform
        }
    })
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Vérifier un dossier de référencement et en rendre compte
    Check(check::CheckArguments),
    /// Vérifier des pièces seules : CDA, HL7 v2, IHE_XDM, courriels, statistiques…
    Validate(validate::ValidateArguments),
    /// Juger des statistiques d'un indicateur, en recalculant tout
    Statistics(statistics::StatisticsArguments),
    /// Préparer un dossier : manifeste, un répertoire par preuve
    Init(init::InitArguments),
    /// Dérogations : fautes acceptées, par qui, pourquoi, jusqu'à quand
    Waiver(waiver::WaiverArguments),
    /// Revues : décisions d'un examinateur sur ce qu'aucune machine ne juge
    Review(review::ReviewArguments),
    /// Les jeux de règles : ajouter, lister, vérifier, comparer
    Packs(packs::PacksArguments),
    /// Juger des documents par un schéma Schematron quelconque
    Schematron(schematron::SchematronArguments),
    /// Rendre un enregistrement dans un autre format, sans rien vérifier de nouveau
    Report(report::ReportArguments),
    /// Réunir les enregistrements des parts d'un contrôle (check --shard i/n)
    Merge(merge::MergeArguments),
    /// Classeurs REM et catalogue des DSR
    Rem(rem::RemArguments),
    /// Comparer deux contrôles : nouvellement en échec, nouvellement satisfait, ajouté, retiré, pièces changées
    Diff(diff::DiffArguments),
    /// Les règles de conforme
    Rules(rules::RulesArguments),
    /// Expliquer une règle, une exigence ou une preuve
    Explain(explain::ExplainArguments),
    /// Sceller un répertoire : liste d'empreintes (sha256sum) et signature
    Seal(seal::SealArguments),
    /// Vérifier un scellé : fichiers modifiés, ajoutés, retirés, signature
    Verify(seal::VerifyArguments),
    /// Faire une paire de clés pour signer les scellés
    Key(seal::KeyArguments),
    /// Schéma JSON de ce que conforme écrit
    Schema(schema::SchemaArguments),
    /// Complétions pour un interpréteur de commandes
    Completions(shell::CompletionsArguments),
    /// Pages de manuel
    Man(shell::ManArguments),
}

/// A line of TOML with a string value, quoted as TOML wants.
pub(crate) fn toml_line(key: &str, value: &str) -> String {
    format!("{key} = {}\n", toml::Value::String(value.to_owned()))
}

/// Refuses a folder that is no dossier.
pub(crate) fn need_dossier(dossier: &std::path::Path, language: Language) -> anyhow::Result<()> {
    if dossier.join(crate::dossier::MANIFEST).exists() {
        return Ok(());
    }
    let shown = dossier.display();
    let message = crate::text::Text::new(
        format!("{shown} : pas de dossier ici (dossier.toml manque)"),
        format!("{shown}: no dossier here (dossier.toml is missing)"),
    );
    anyhow::bail!(message.get(language).to_owned());
}

/// Appends a table to a TOML file of a dossier, once the whole has been read again without a fault.
pub(crate) fn append_toml(
    dossier: &std::path::Path,
    name: &str,
    table: &str,
    language: Language,
    fault: &dyn Fn(&[u8]) -> Option<String>,
) -> anyhow::Result<()> {
    let path = dossier.join(name);
    need_dossier(dossier, language)?;
    let mut text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(anyhow::Error::new(error).context(path.display().to_string())),
    };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(table);
    if let Some(fault) = fault(text.as_bytes()) {
        anyhow::bail!("{}: {fault}", path.display());
    }
    crate::reports::write_file(&path, |out| Ok(out.write_all(text.as_bytes())?))?;
    Ok(())
}

/// Prints a line on standard output. A closed pipe and a full disk are errors like others, not a panic.
pub(crate) fn say(line: &str) -> std::io::Result<()> {
    writeln!(anstream::stdout(), "{line}")
}

/// The day on which dated things are judged: given, or of `SOURCE_DATE_EPOCH`, or today.
pub(crate) fn today(given: Option<jiff::civil::Date>) -> String {
    let epoch = || std::env::var("SOURCE_DATE_EPOCH").ok()?.parse::<i64>().ok();
    let seconds = || {
        epoch().unwrap_or_else(|| {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            since.map_or(0, |elapsed| i64::try_from(elapsed.as_secs()).unwrap_or(0))
        })
    };
    given.map_or_else(
        || {
            jiff::Timestamp::from_second(seconds())
                .map(|time| time.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
                .unwrap_or_default()
        },
        |date| date.to_string(),
    )
}

/// The command line with its help in the language chosen.
fn localised(global: &Global) -> clap::Command {
    help::localise(Arguments::command(), global.language())
}

/// Stack of the threads that judge: expressions are nested by their authors, not by us.
const STACK: usize = 32 << 20;

/// Parses the command line, runs the subcommand, gives the exit code.
pub fn main() -> ExitCode {
    let words: Vec<std::ffi::OsString> = std::env::args_os().collect();
    if version::asked(&words) {
        return match version::print() {
            Ok(()) => Exit::Conform.into(),
            Err(_) => Exit::Usage.into(),
        };
    }
    let arguments = match parse(&words) {
        Ok(arguments) => arguments,
        Err(exit) => return exit.into(),
    };
    let language = arguments.global.language();
    panics::keep_quiet();
    // Zero: as many threads as processors. The only thing that fails is a pool built before, which cannot be: this is
    // the first use.
    let _ = rayon::ThreadPoolBuilder::new()
        .num_threads(arguments.global.jobs.map_or(0, |jobs| jobs.clamp(1, 1024)))
        .stack_size(STACK)
        .build_global();
    let result = match arguments.command {
        Command::Check(command) => check::run(&command, &arguments.global),
        Command::Validate(command) => validate::run(&command, &arguments.global),
        Command::Statistics(command) => statistics::run(&command, &arguments.global),
        Command::Init(command) => init::run(&command, &arguments.global),
        Command::Waiver(command) => waiver::run(&command, &arguments.global),
        Command::Review(command) => review::run(&command, &arguments.global),
        Command::Packs(command) => packs::run(&command, &arguments.global),
        Command::Schematron(command) => schematron::run(&command, &arguments.global),
        Command::Report(command) => report::run(&command, &arguments.global),
        Command::Merge(command) => merge::run(&command, &arguments.global),
        Command::Rem(command) => rem::run(&command, &arguments.global),
        Command::Diff(command) => diff::run(&command, &arguments.global),
        Command::Rules(command) => rules::run(&command, &arguments.global),
        Command::Explain(command) => explain::run(&command, &arguments.global),
        Command::Seal(command) => seal::seal(&command, &arguments.global),
        Command::Verify(command) => seal::verify(&command, &arguments.global),
        Command::Key(command) => seal::key(&command, &arguments.global),
        Command::Schema(command) => schema::run(&command, &arguments.global),
        Command::Completions(command) => shell::completions(&command, localised(&arguments.global)),
        Command::Man(command) => shell::man(&command, localised(&arguments.global)),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            if fault::is_closed_pipe(&error) {
                return Exit::Conform.into();
            }
            anstream::eprintln!("conforme: {}", fault::describe(&error, language));
            Exit::Usage.into()
        }
    }
}
