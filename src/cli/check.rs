//! `conforme check`: the main job.

use std::path::{Path, PathBuf};

use super::exit::ExitArguments;
use super::outputs::OutputArguments;
use super::{Exit, Global};
use crate::assess::{AssessError, Settings, assess};
use crate::limits::Limits;
use crate::record::Record;
use crate::reports::diff::{Difference, compare};
use crate::reports::{self, Format};
use crate::shard::Shard;
use crate::text::Text;

/// What `--report-dir` writes.
const MAIN_FORMATS: [Format; 4] = [Format::Json, Format::Html, Format::Junit, Format::Csv];
/// The same, and what GitLab shows on a merge request.
const GITLAB_FORMATS: [Format; 5] = [
    Format::Json,
    Format::Html,
    Format::Junit,
    Format::Csv,
    Format::Gitlab,
];

/// Options of `conforme check`.
#[derive(Debug, clap::Args)]
pub(crate) struct CheckArguments {
    /// Le dossier à vérifier : répertoire ou archive zip
    #[arg(default_value = ".", value_name = "DOSSIER")]
    dossier: PathBuf,
    /// Écrire les rapports (record.json, rapport.html, junit.xml, constats.csv) dans ce répertoire
    #[arg(long, value_name = "RÉPERTOIRE")]
    report_dir: Option<PathBuf>,
    /// Ignorer les dérogations : ce que veut un examinateur
    #[arg(long)]
    no_waivers: bool,
    /// Jour auquel les dérogations sont jugées, AAAA-MM-JJ (SOURCE_DATE_EPOCH, sinon aujourd'hui)
    #[arg(long, value_name = "DATE")]
    date: Option<jiff::civil::Date>,
    /// Jeu de règles à appliquer en plus de celui de conforme, répétable : dossier, archive, ou nom d'un jeu ajouté
    #[arg(long = "pack", value_name = "JEU")]
    packs: Vec<String>,
    /// Enregistrement d'un contrôle précédent : seul ce qui est nouvellement en faute fait échouer
    #[arg(long, value_name = "ENREGISTREMENT")]
    baseline: Option<PathBuf>,
    /// Ne contrôler que cette part des preuves (2/5 : la deuxième de cinq) ; « conforme merge » réunit les parts
    #[arg(long, value_name = "I/N", conflicts_with_all = ["baseline", "redact"])]
    shard: Option<Shard>,
    #[command(flatten)]
    outputs: OutputArguments,
    #[command(flatten)]
    exit: ExitArguments,
}

/// The folder of `--report-dir` and what is written in it. In a GitLab pipeline the annotations come with it: they
/// are a file there.
pub(crate) fn main_formats(folder: Option<&Path>) -> Option<(&Path, &'static [Format])> {
    let in_gitlab = std::env::var("GITLAB_CI").is_ok_and(|value| value == "true");
    let formats: &[Format] = if in_gitlab { &GITLAB_FORMATS } else { &MAIN_FORMATS };
    Some((folder?, formats))
}

/// Checks a dossier and writes the reports asked for.
pub(crate) fn run(arguments: &CheckArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let baseline = match &arguments.baseline {
        Some(path) => match super::report::load(path, &Limits::default(), language) {
            Ok(record) => Some(record),
            Err(exit) => return Ok(exit),
        },
        None => None,
    };
    let limits = global.limits()?;
    let settings = Settings {
        cache: global.cache(),
        limits,
        no_waivers: arguments.no_waivers,
        packs: arguments.packs.clone(),
        today: Some(super::today(arguments.date)),
        shard: arguments.shard,
        interrupt: super::interrupt::on_ctrl_c(language),
        ..Settings::default()
    };
    let record = match assess(&arguments.dossier, &settings) {
        Ok(record) => record,
        Err(error) => return Ok(refuse(&error, global)),
    };
    let folder = main_formats(arguments.report_dir.as_deref());
    arguments.outputs.write(global, folder, &|format, options, out| {
        reports::render(&record, format, options, out)
    })?;
    Ok(match &baseline {
        Some(baseline) => arguments
            .exit
            .against(&against(&record, baseline, global), &record),
        None => arguments.exit.of_record(&record),
    })
}

/// What changed since an earlier record. Says how many findings are new on standard error, where it disturbs no
/// output.
fn against(record: &Record, baseline: &Record, global: &Global) -> Difference {
    let difference = compare(baseline, record);
    if !global.quiet {
        let (new, fixed) = (difference.findings.new.len(), difference.findings.fixed.len());
        let message = Text::new(
            format!("par rapport à la référence : {new} constat(s) nouveau(x), {fixed} disparu(s)"),
            format!("against the baseline: {new} new finding(s), {fixed} gone"),
        );
        anstream::eprintln!("conforme: {}", message.get(global.language()));
    }
    difference
}

/// Says why nothing can be judged, with file, place and remedy.
fn refuse(error: &AssessError, global: &Global) -> Exit {
    let language = global.language();
    anstream::eprintln!("conforme: {}", error.message().get(language));
    for finding in error.findings() {
        anstream::eprintln!(
            "{}: {}[{}]: {}",
            finding.place,
            finding.severity.as_str(),
            finding.rule,
            finding.message.get(language)
        );
        if let Some(snippet) = &finding.snippet {
            anstream::eprintln!("    | {snippet}");
        }
    }
    if error.is_integrity() {
        Exit::Integrity
    } else if error.is_nothing() {
        Exit::Nothing
    } else {
        Exit::Usage
    }
}
