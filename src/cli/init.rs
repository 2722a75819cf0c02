//! `conforme init`: the skeleton of a dossier, so that nobody types identifiers.

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use super::{Exit, Global};
use crate::dossier::{MANIFEST, PROOFS_FOLDER, skeleton};
use crate::requirements::{catalogue, embedded_referential};
use crate::text::{Language, Text};

/// Options of `conforme init`.
#[derive(Debug, clap::Args)]
pub(crate) struct InitArguments {
    /// Identifiant du DSR (voir `conforme rem list`)
    #[arg(long, value_name = "DSR")]
    dsr: String,
    /// Profil choisi, répétable ; le profil obligatoire est toujours compris
    #[arg(long = "profile", value_name = "PROFIL")]
    profiles: Vec<String>,
    /// Répertoire à créer ou à compléter
    #[arg(value_name = "RÉPERTOIRE")]
    folder: PathBuf,
}

/// Writes the skeleton; never overwrites a file.
pub(crate) fn run(arguments: &InitArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let say = |text: Text| text.get(language).to_owned();
    let Some(dsr) = catalogue().dsr(&arguments.dsr) else {
        let near = catalogue().nearest(&arguments.dsr);
        bail!(say(Text::new(
            format!(
                "DSR inconnu « {} » ; {}",
                arguments.dsr,
                near.map_or("`conforme rem list` les donne tous".to_owned(), |near| format!(
                    "vouliez-vous « {near} » ?"
                ))
            ),
            format!(
                "unknown DSR '{}'; {}",
                arguments.dsr,
                near.map_or("`conforme rem list` gives them all".to_owned(), |near| format!(
                    "did you mean '{near}'?"
                ))
            ),
        )));
    };
    let profiles = match dsr.resolve_profiles(&arguments.profiles) {
        Ok(profiles) => profiles,
        Err(faults) => bail!(
            faults
                .iter()
                .map(|fault| say(fault.message()))
                .collect::<Vec<_>>()
                .join("\n  ")
        ),
    };
    let Some(referential) = embedded_referential(&dsr.id) else {
        bail!(say(Text::new(
            format!(
                "aucun REM n'est embarqué pour {} : le classeur officiel est nécessaire",
                dsr.id
            ),
            format!(
                "no REM is embedded for {}: the official workbook is needed",
                dsr.id
            ),
        )));
    };
    if arguments.folder.join(MANIFEST).exists() {
        bail!(say(Text::new(
            format!(
                "{} existe déjà : rien n'est écrit",
                arguments.folder.join(MANIFEST).display()
            ),
            format!(
                "{} is already there: nothing is written",
                arguments.folder.join(MANIFEST).display()
            ),
        )));
    }
    let files = skeleton::skeleton(dsr, &profiles, &referential, language);
    let mut written = 0_usize;
    for (path, content) in &files {
        let target = arguments.folder.join(path);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
        }
        if !target.exists() {
            std::fs::write(&target, content).with_context(|| target.display().to_string())?;
            written += 1;
        }
    }
    if !global.quiet {
        let folder = arguments.folder.display();
        let proofs = files.len().saturating_sub(1);
        let message = match language {
            Language::Fr => format!(
                "{folder} : {written} fichiers écrits, {proofs} preuves attendues.\n\
                 1. compléter [product] dans {folder}/{MANIFEST} ;\n\
                 2. déposer chaque preuve dans son répertoire de {folder}/{PROOFS_FOLDER}/ (LISEZMOI.md dit ce qui est attendu) ;\n\
                 3. conforme check {folder}"
            ),
            Language::En => format!(
                "{folder}: {written} files written, {proofs} proofs expected.\n\
                 1. fill in [product] in {folder}/{MANIFEST};\n\
                 2. file each proof in its folder under {folder}/{PROOFS_FOLDER}/ (LISEZMOI.md says what is expected);\n\
                 3. conforme check {folder}"
            ),
        };
        super::say(&message)?;
    }
    Ok(Exit::Conform)
}
