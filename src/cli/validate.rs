//! `conforme validate`: files alone, no dossier needed.

use std::io::Read as _;
use std::path::PathBuf;

use super::exit::ExitArguments;
use super::outputs::OutputArguments;
use super::{Exit, Global};
use crate::checks::Options;
use crate::reports;
use crate::validate::{Input, Relation, list, validate};
use crate::verdict::Verdict;

/// Options of `conforme validate`.
#[derive(Debug, clap::Args)]
pub(crate) struct ValidateArguments {
    /// Fichiers ou répertoires ; « - » lit l'entrée standard
    #[arg(required = true, value_name = "FICHIER")]
    files: Vec<PathBuf>,
    /// Profil HL7 v2 à appliquer au lieu de celui que désigne MSH
    #[arg(long, value_name = "PROFIL")]
    profile: Option<String>,
    /// Modèle CDA à appliquer au lieu de celui que désignent templateId et code
    #[arg(long, value_name = "MODÈLE")]
    model: Option<String>,
    /// DSR au titre duquel juger
    #[arg(long, value_name = "DSR")]
    dsr: Option<String>,
    /// Les fichiers racontent la même histoire : documents, patients, masquages et messages comparés d'un fichier à l'autre
    #[arg(long)]
    together: bool,
    /// Jeu de règles à appliquer en plus de celui de conforme, répétable : dossier, archive, ou nom d'un jeu ajouté
    #[arg(long = "pack", value_name = "JEU")]
    packs: Vec<String>,
    #[command(flatten)]
    outputs: OutputArguments,
    #[command(flatten)]
    exit: ExitArguments,
}

/// Judges the files and prints what is wrong with them.
pub(crate) fn run(arguments: &ValidateArguments, global: &Global) -> anyhow::Result<Exit> {
    let options = Options {
        hl7_profile: arguments.profile.clone(),
        cda_model: arguments.model.clone(),
        dsr: arguments.dsr.clone(),
        ..Options::default()
    };
    let limits = global.limits()?;
    let packs = super::packs::load(&arguments.packs, global)?;
    let mut inputs = Vec::new();
    for path in &arguments.files {
        if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            std::io::stdin()
                .lock()
                // One byte more than is judged: what is too large is then told, not cut.
                .take(limits.file_bytes.saturating_add(1))
                .read_to_end(&mut bytes)?;
            inputs.push(Input::Bytes(bytes, "-".to_owned()));
        } else {
            // What is under the current folder is named from there: outputs hold no path of this machine.
            let here = std::env::current_dir().unwrap_or_default();
            let relative = path
                .strip_prefix(&here)
                .ok()
                .filter(|rest| !rest.as_os_str().is_empty());
            inputs.extend(list(relative.unwrap_or(path)));
        }
    }
    let relation = if arguments.together {
        Relation::Together
    } else {
        Relation::Alone
    };
    let record = validate(&inputs, relation, &options, &packs, &limits);
    arguments.outputs.write(global, None, &|format, options, out| {
        reports::render_validation(&record, format, options, out)
    })?;
    if inputs.is_empty() {
        return Ok(Exit::Nothing);
    }
    let verdict = Verdict::worst(record.files.iter().map(|file| file.verdict));
    let findings = record.files.iter().flat_map(|file| &file.findings);
    Ok(arguments.exit.judge(verdict, findings))
}
