//! `conforme seal`, `conforme verify`, `conforme key`.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::{Exit, Global};
use crate::reports::{labels_files, write_file};
use crate::seal::{self, PublicKey, SealError, SecretKey};
use crate::text::Text;

/// Options of `conforme seal`.
#[derive(Debug, clap::Args)]
pub(crate) struct SealArguments {
    /// Le répertoire à sceller : dossier, enregistrement et rapports
    #[arg(value_name = "RÉPERTOIRE")]
    folder: PathBuf,
    /// Clé secrète qui signe (faite par « conforme key »)
    #[arg(long, value_name = "CLÉ")]
    key: Option<PathBuf>,
}

/// Options of `conforme verify`.
#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArguments {
    /// Le répertoire scellé
    #[arg(value_name = "RÉPERTOIRE")]
    folder: PathBuf,
    /// Clé publique de qui doit avoir signé
    #[arg(long, value_name = "CLÉ")]
    key: Option<PathBuf>,
}

/// Options of `conforme key`.
#[derive(Debug, clap::Args)]
pub(crate) struct KeyArguments {
    /// Fichier de la clé secrète ; la clé publique est écrite à côté, avec l'extension .pub
    #[arg(value_name = "FICHIER")]
    file: PathBuf,
}

fn read(path: &Path) -> Result<String, SealError> {
    std::fs::read_to_string(path).map_err(|source| SealError::Read {
        path: path.display().to_string(),
        source,
    })
}

/// Seals a folder.
pub(crate) fn seal(arguments: &SealArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let key = match &arguments.key {
        Some(path) => {
            let key = SecretKey::parse(&read(path)?);
            Some(key.ok_or_else(|| SealError::Key(path.display().to_string()))?)
        }
        None => None,
    };
    let entries = match seal::seal(&arguments.folder, key.as_ref()) {
        Ok(entries) => entries,
        Err(error @ SealError::Empty(_)) => {
            anstream::eprintln!("conforme: {}", error.text().get(language));
            return Ok(Exit::Nothing);
        }
        Err(error) => return Err(error.into()),
    };
    let signed = match &key {
        Some(key) => Text::new(
            format!("signé par {}", key.public().short()),
            format!("signed by {}", key.public().short()),
        ),
        None => Text::fixed(
            "non signé (--key CLÉ pour signer)",
            "not signed (--key KEY to sign)",
        ),
    };
    if !global.quiet {
        writeln!(
            anstream::stdout(),
            "{} : {}, {}",
            arguments.folder.join(seal::MANIFEST).display(),
            labels_files(language, entries.len() as u64),
            signed.get(language)
        )?;
    }
    Ok(Exit::Conform)
}

/// Checks a seal.
pub(crate) fn verify(arguments: &VerifyArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let key = match &arguments.key {
        Some(path) => {
            let key = PublicKey::parse(&read(path)?);
            Some(key.ok_or_else(|| SealError::Key(path.display().to_string()))?)
        }
        None => None,
    };
    let verification = seal::verify(&arguments.folder, key.as_ref())?;
    let mut out = anstream::stdout().lock();
    for fault in &verification.faults {
        writeln!(out, "✗ {}", fault.text().get(language))?;
    }
    if !global.quiet {
        let intact = labels_files(language, verification.intact as u64);
        let signed = match &verification.signed_by {
            Some(key) => Text::new(format!("signé par {key}"), format!("signed by {key}")),
            None => Text::fixed("sans signature valable", "without a valid signature"),
        };
        let word = Text::fixed("comme scellé", "as sealed");
        writeln!(out, "{intact} {}, {}", word.get(language), signed.get(language))?;
    }
    Ok(if verification.faults.is_empty() {
        Exit::Conform
    } else {
        Exit::Integrity
    })
}

/// Makes a pair of keys; never over an existing one.
pub(crate) fn key(arguments: &KeyArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let public = {
        let mut name = arguments.file.clone().into_os_string();
        name.push(".pub");
        PathBuf::from(name)
    };
    for path in [&arguments.file, &public] {
        if path.exists() {
            let shown = path.display();
            let message = Text::new(
                format!("{shown} : existe déjà, rien n'est écrit"),
                format!("{shown}: exists already, nothing is written"),
            );
            anyhow::bail!(message.get(language).to_owned());
        }
    }
    let key = seal::generate()?;
    write_secret(&arguments.file, &key.render()).with_context(|| arguments.file.display().to_string())?;
    let text = key.public().render();
    write_file(&public, |out| Ok(out.write_all(text.as_bytes())?))?;
    if !global.quiet {
        writeln!(
            anstream::stdout(),
            "{}\n{} : {}",
            arguments.file.display(),
            public.display(),
            key.public().short()
        )?;
    }
    Ok(Exit::Conform)
}

/// Writes the secret key so that its owner alone can read it, from its first byte on.
fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}
