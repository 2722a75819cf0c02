//! Where outputs go: `--format F[=FILE]`, standard output, a folder of reports.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Context as _;

use super::Global;
use super::usage::Refused;
use crate::reports::{Format, Options, ReportError, write_file};
use crate::text::Text;

/// Renders a format to a stream.
pub(crate) type Render<'a> = dyn Fn(Format, &Options, &mut dyn Write) -> Result<(), ReportError> + 'a;

/// One `--format F[=FILE]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// The format.
    format: Format,
    /// The file; standard output when none.
    file: Option<PathBuf>,
}

impl FromStr for Output {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (format, file) = match text.split_once('=') {
            Some((_, "")) => {
                return Err(Refused(Text::fixed(
                    "il manque le nom du fichier",
                    "the file name is missing",
                )));
            }
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let format: Format = format.parse().map_err(|_: crate::reports::UnknownFormat| {
            let known = Format::ALL.map(Format::as_str).join(", ");
            Refused(Text::new(
                format!("format inconnu ; possibles : {known}"),
                format!("unknown format; possible: {known}"),
            ))
        })?;
        if format.is_binary() && file.is_none() {
            return Err(Refused(Text::new(
                format!("à écrire dans un fichier : {text}=FICHIER"),
                format!("to be written to a file: {text}=FILE"),
            )));
        }
        Ok(Self { format, file })
    }
}

/// Options on outputs, shared by the subcommands that judge.
#[derive(Debug, clap::Args)]
pub(crate) struct OutputArguments {
    /// Format de sortie, répétable : human, json, jsonl, html, pdf, junit, sarif, github, gitlab, xlsx, csv, markdown ;
    /// « =FICHIER » écrit dans un fichier
    #[arg(long = "format", value_name = "F[=FICHIER]")]
    formats: Vec<Output>,
    /// Constats montrés par règle (les totaux restent entiers)
    #[arg(long, value_name = "N")]
    max_per_rule: Option<usize>,
    /// N'écrire aucun contenu des pièces dans les sorties
    #[arg(long)]
    redact: bool,
    /// Feuille de style ajoutée au rapport HTML
    #[arg(long, value_name = "CSS")]
    theme: Option<PathBuf>,
    /// Chemin du dossier dans le dépôt, mis devant ceux des pièces (sarif, github, gitlab)
    #[arg(long, value_name = "CHEMIN", default_value = "", hide_default_value = true)]
    base: String,
    /// Dans une action GitHub, ne pas ajouter les annotations à la sortie
    #[arg(long)]
    no_annotations: bool,
}

impl OutputArguments {
    /// Writes everything asked for by `render`, plus the main formats in `folder`. The human summary goes to standard
    /// output unless another format took it or `--quiet`.
    ///
    /// # Errors
    /// An output cannot be written.
    pub(crate) fn write(
        &self,
        global: &Global,
        folder: Option<(&Path, &[Format])>,
        render: &Render<'_>,
    ) -> anyhow::Result<()> {
        let mut options = Options {
            language: global.language(),
            redact: self.redact,
            theme: self.theme.as_deref().map(read_theme).transpose()?,
            base: self.base.clone(),
            ..Options::default()
        };
        if let Some(limit) = self.max_per_rule {
            options.max_per_rule = Some(limit);
        }
        options.verbose = global.verbose > 0;
        let mut stdout_taken = false;
        for output in &self.formats {
            match &output.file {
                Some(path) => write_file(path, |out| render(output.format, &options, out))?,
                None => {
                    stdout_taken = true;
                    print(output.format, global, &options, render)?;
                }
            }
        }
        if let Some((folder, formats)) = folder {
            for &format in formats {
                write_file(&folder.join(format.default_file_name()), |out| {
                    render(format, &options, out)
                })?;
            }
        }
        if !stdout_taken && !global.quiet {
            print(Format::Human, global, &options, render)?;
            if self.annotates(std::env::var("GITHUB_ACTIONS").ok().as_deref()) {
                print(Format::Github, global, &options, render)?;
            }
        }
        Ok(())
    }

    /// True when the runner of GitHub reads standard output and nobody asked for its annotations another way. GitLab
    /// has none on the output: it takes the file of the `gitlab` format.
    fn annotates(&self, github: Option<&str>) -> bool {
        github == Some("true")
            && !self.no_annotations
            && !self.formats.iter().any(|output| output.format == Format::Github)
    }
}

fn read_theme(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}

/// Renders to standard output, with colours only where a terminal wants them.
fn print(format: Format, global: &Global, options: &Options, render: &Render<'_>) -> anyhow::Result<()> {
    let mut options = options.clone();
    let stdout = anstream::AutoStream::new(std::io::stdout(), global.color_choice());
    options.color = format == Format::Human && stdout.current_choice() != anstream::ColorChoice::Never;
    let mut out = std::io::BufWriter::new(stdout);
    render(format, &options, &mut out)?;
    out.flush()?;
    Ok(())
}
