//! Where results go: `--format F[=FILE]`, `--report-dir`, and the choices that change how they are told. Shared by
//! the subcommands that render records.

use std::io::{IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Context as _;

use super::Global;
use crate::reports::{self, Format, Options, ReportError};

/// `F` or `F=FILE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormatArgument {
    format: Format,
    file: Option<PathBuf>,
}

impl FromStr for FormatArgument {
    type Err = String;

    fn from_str(argument: &str) -> Result<Self, String> {
        let (name, file) = match argument.split_once('=') {
            Some((name, file)) => (name, Some(file)),
            None => (argument, None),
        };
        let format = name
            .parse()
            .map_err(|error: reports::UnknownFormat| error.to_string())?;
        match file {
            Some("") => Err(format!("{name}= : nom de fichier vide / empty file name")),
            file => Ok(Self {
                format,
                file: file.map(PathBuf::from),
            }),
        }
    }
}

/// Options of output.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct OutputArguments {
    /// Format, et fichier où l'écrire : human, json, jsonl, html, pdf, junit, sarif, github, gitlab, xlsx, csv,
    /// markdown ; répétable (--format html=r.html --format junit=j.xml)
    #[arg(long = "format", value_name = "F[=FICHIER]")]
    formats: Vec<FormatArgument>,
    /// Écrit l'enregistrement et les principaux formats côte à côte dans ce dossier
    #[arg(long, value_name = "DOSSIER")]
    report_dir: Option<PathBuf>,
    /// Constats montrés par règle et par preuve ; 0 les montre tous. Les totaux ne sont jamais tronqués
    #[arg(long, value_name = "N")]
    max_per_rule: Option<usize>,
    /// N'écrit aucune valeur des pièces : ni extrait, ni valeur trouvée
    #[arg(long)]
    redact: bool,
    /// Feuille de style ajoutée au rapport HTML
    #[arg(long, value_name = "CSS")]
    theme: Option<PathBuf>,
    /// Chemin du dossier dans le dépôt, mis devant ceux des pièces (sarif, github, gitlab)
    #[arg(long, value_name = "CHEMIN", default_value = "")]
    base: String,
    /// Dit aussi ce qui est conforme
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
    /// Ne dit que le verdict et les totaux
    #[arg(short, long)]
    quiet: bool,
}

/// What `--report-dir` writes, besides the record.
const SIDE_BY_SIDE: [Format; 6] = [
    Format::Json,
    Format::Html,
    Format::Junit,
    Format::Sarif,
    Format::Csv,
    Format::Markdown,
];

impl OutputArguments {
    /// The options of the reports.
    ///
    /// # Errors
    /// When the theme cannot be read.
    pub(crate) fn options(&self, global: &Global) -> anyhow::Result<Options> {
        let theme = self
            .theme
            .as_deref()
            .map(|path| std::fs::read_to_string(path).with_context(|| path.display().to_string()))
            .transpose()?;
        Ok(Options {
            language: global.language(),
            // anstream removes colours where they are not wanted.
            color: true,
            theme,
            redact: self.redact,
            max_per_rule: self.max_per_rule,
            verbose: self.verbose,
            quiet: self.quiet,
            width: 0,
            base: self.base.clone(),
        })
    }

    /// Renders with `render` to everything that was asked; the human format to standard output when nothing was, and
    /// also, with `summary`, when everything went to files.
    ///
    /// # Errors
    /// When a format does not exist, a file cannot be written, or binary bytes would go to a terminal.
    pub(crate) fn write(
        &self,
        global: &Global,
        summary: bool,
        render: impl Fn(Format, &Options, &mut dyn Write) -> Result<(), ReportError>,
    ) -> anyhow::Result<()> {
        let options = self.options(global)?;
        if let Some(folder) = &self.report_dir {
            for format in SIDE_BY_SIDE {
                let path = folder.join(format.default_file_name());
                to_file(&path, format, &options, &render)?;
            }
        }
        for argument in &self.formats {
            match &argument.file {
                Some(path) => to_file(path, argument.format, &options, &render)?,
                None => to_stdout(argument.format, &options, &render)?,
            }
        }
        if summary && self.formats.iter().all(|argument| argument.file.is_some())
            || self.formats.is_empty() && self.report_dir.is_none()
        {
            to_stdout(Format::Human, &options, &render)?;
        }
        Ok(())
    }
}

fn to_file(
    path: &Path,
    format: Format,
    options: &Options,
    render: impl Fn(Format, &Options, &mut dyn Write) -> Result<(), ReportError>,
) -> anyhow::Result<()> {
    let plain = Options {
        color: false,
        ..options.clone()
    };
    reports::write_file(path, |out| render(format, &plain, out))?;
    Ok(())
}

fn to_stdout(
    format: Format,
    options: &Options,
    render: impl Fn(Format, &Options, &mut dyn Write) -> Result<(), ReportError>,
) -> anyhow::Result<()> {
    if format.is_binary() {
        anyhow::ensure!(
            !std::io::stdout().is_terminal(),
            "le format {format} ne s'écrit pas sur un terminal : --format {format}=FICHIER"
        );
        render(format, options, &mut std::io::stdout().lock())?;
        return Ok(());
    }
    if format == Format::Human {
        let mut out = std::io::BufWriter::new(anstream::stdout().lock());
        render(format, options, &mut out)?;
        out.flush()?;
    } else {
        // Escapes in other formats would be part of the data.
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        render(format, options, &mut out)?;
        out.flush()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_may_name_its_file() {
        assert_eq!(
            "html=a=b.html".parse(),
            Ok(FormatArgument {
                format: Format::Html,
                file: Some("a=b.html".into())
            })
        );
        assert!("html=".parse::<FormatArgument>().is_err());
        assert!("docx".parse::<FormatArgument>().is_err());
    }
}
