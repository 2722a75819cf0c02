//! `conforme waiver`: accepted faults, written down with who, why and until when.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::bail;

use super::{Exit, Global, append_toml, toml_line};
use crate::dossier::WAIVERS;
use crate::record::WaiverRecord;
use crate::text::{Language, Text};
use crate::verdict::waivers::Waivers;

/// Options of `conforme waiver`.
#[derive(Debug, clap::Args)]
pub(crate) struct WaiverArguments {
    #[command(subcommand)]
    command: WaiverCommand,
}

#[derive(Debug, clap::Subcommand)]
enum WaiverCommand {
    /// Ajouter une dérogation à derogations.toml
    Add(AddArguments),
    /// Lister les dérogations d'un dossier
    List {
        /// Le dossier
        #[arg(default_value = ".", value_name = "DOSSIER")]
        dossier: PathBuf,
        /// Jour auquel juger l'échéance, AAAA-MM-JJ
        #[arg(long, value_name = "DATE")]
        date: Option<jiff::civil::Date>,
    },
}

#[derive(Debug, clap::Args)]
struct AddArguments {
    /// Le dossier
    #[arg(default_value = ".", value_name = "DOSSIER")]
    dossier: PathBuf,
    /// Règle dont la faute est acceptée
    #[arg(long, value_name = "RÈGLE")]
    rule: Option<String>,
    /// Preuve à laquelle se limite la dérogation
    #[arg(long, value_name = "PREUVE")]
    proof: Option<String>,
    /// Motif de fichier auquel elle se limite
    #[arg(long, value_name = "MOTIF")]
    file: Option<String>,
    /// Empreinte du constat (champ « fingerprint » du rapport)
    #[arg(long, value_name = "EMPREINTE")]
    fingerprint: Option<String>,
    /// Pourquoi
    #[arg(long, value_name = "RAISON")]
    reason: String,
    /// Qui accepte
    #[arg(long, value_name = "NOM")]
    authority: String,
    /// Depuis quand, AAAA-MM-JJ (aujourd'hui par défaut)
    #[arg(long, value_name = "DATE")]
    date: Option<jiff::civil::Date>,
    /// Jusqu'à quand, AAAA-MM-JJ
    #[arg(long, value_name = "DATE")]
    expiry: jiff::civil::Date,
}

/// Runs the subcommand.
pub(crate) fn run(arguments: &WaiverArguments, global: &Global) -> anyhow::Result<Exit> {
    match &arguments.command {
        WaiverCommand::Add(add) => run_add(add, global),
        WaiverCommand::List { dossier, date } => run_list(dossier, *date, global),
    }
}

fn run_add(arguments: &AddArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let say = |text: Text| text.get(language).to_owned();
    if arguments.rule.is_none() && arguments.proof.is_none() && arguments.fingerprint.is_none() {
        bail!(say(Text::fixed(
            "dire ce que la dérogation vise : --rule, --proof ou --fingerprint",
            "say what the waiver aims at: --rule, --proof or --fingerprint",
        )));
    }
    if let Some(rule) = &arguments.rule
        && !crate::checks::rules()
            .iter()
            .any(|known| known.id == rule.as_str())
    {
        let rules = crate::checks::rules();
        let near = crate::requirements::nearest(rule, rules.iter().map(|known| known.id.as_ref()));
        let (hint_fr, hint_en) = near.map_or_else(
            || {
                (
                    "`conforme rules` les donne toutes".to_owned(),
                    "`conforme rules` gives them all".to_owned(),
                )
            },
            |near| {
                (
                    format!("vouliez-vous « {near} » ?"),
                    format!("did you mean '{near}'?"),
                )
            },
        );
        bail!(say(Text::new(
            format!("règle inconnue « {rule} » ; {hint_fr}"),
            format!("unknown rule '{rule}'; {hint_en}"),
        )));
    }
    let mut table = String::from("\n[[waiver]]\n");
    let date = super::today(arguments.date);
    if arguments.expiry.to_string() < date {
        let expiry = arguments.expiry;
        bail!(say(Text::new(
            format!("l'échéance {expiry} précède la date {date} : la dérogation n'accepterait rien"),
            format!("the expiry {expiry} comes before the date {date}: the waiver would accept nothing"),
        )));
    }
    for (key, value) in [
        ("rule", &arguments.rule),
        ("proof", &arguments.proof),
        ("file", &arguments.file),
        ("fingerprint", &arguments.fingerprint),
        ("reason", &Some(arguments.reason.clone())),
        ("authority", &Some(arguments.authority.clone())),
    ] {
        if let Some(value) = value {
            table.push_str(&toml_line(key, value));
        }
    }
    let _ = write!(table, "date = {date}\nexpiry = {}\n", arguments.expiry);
    append_toml(&arguments.dossier, WAIVERS, &table, language, &|bytes| {
        Waivers::parse(bytes, None)
            .faults
            .first()
            .map(|fault| fault.message.get(language).to_owned())
    })?;
    if !global.quiet {
        let (path, expiry) = (arguments.dossier.join(WAIVERS), arguments.expiry);
        let done = Text::new(
            format!("{} : dérogation écrite, jusqu'au {expiry}", path.display()),
            format!("{}: waiver written, until {expiry}", path.display()),
        );
        anstream::println!("{}", done.get(language));
    }
    Ok(Exit::Conform)
}

fn run_list(dossier: &Path, date: Option<jiff::civil::Date>, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    super::need_dossier(dossier, language)?;
    let path = dossier.join(WAIVERS);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let none = Text::fixed("aucune dérogation", "no waiver");
            anstream::println!("{}", none.get(language));
            return Ok(Exit::Conform);
        }
        Err(error) => return Err(anyhow::Error::new(error).context(path.display().to_string())),
    };
    let today = super::today(date);
    let waivers = Waivers::parse(&bytes, Some(&today));
    for fault in &waivers.faults {
        anstream::eprintln!("{}: {}", fault.place, fault.message.get(language));
    }
    let exit = if waivers.faults.is_empty() {
        Exit::Conform
    } else {
        Exit::Usage
    };
    // Of a waiver with a fault little is known: the fault says where it is.
    let whole = |waiver: &WaiverRecord| !waiver.reason.is_empty() && !waiver.expiry.is_empty();
    for waiver in waivers.into_records().into_iter().filter(whole) {
        anstream::println!("{}", line(&waiver, language));
    }
    Ok(exit)
}

fn line(waiver: &WaiverRecord, language: Language) -> String {
    let aim: Vec<&str> = [&waiver.rule, &waiver.proof, &waiver.file, &waiver.fingerprint]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let expired = waiver.expired;
    match language {
        Language::Fr => format!(
            "{} : {} ({}, du {} au {}{})",
            aim.join(", "),
            waiver.reason,
            waiver.authority,
            waiver.date,
            waiver.expiry,
            if expired { ", échue" } else { "" }
        ),
        Language::En => format!(
            "{}: {} ({}, {} to {}{})",
            aim.join(", "),
            waiver.reason,
            waiver.authority,
            waiver.date,
            waiver.expiry,
            if expired { ", expired" } else { "" }
        ),
    }
}
