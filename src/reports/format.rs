//! The output formats and their names.

use std::fmt;
use std::str::FromStr;

/// An output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum Format {
    /// Text for a terminal.
    Human,
    /// The record itself, indented.
    Json,
    /// One JSON object per line: run, requirements, proofs, files, findings, summary.
    Jsonl,
    /// One self-contained page.
    Html,
    /// Paginated document.
    Pdf,
    /// JUnit XML: a suite per profile, a case per proof.
    Junit,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab Code Quality report.
    Gitlab,
    /// Workbook in the layouts of the REM, with verdicts.
    Xlsx,
    /// Semicolon-separated table, one row per proof and finding.
    Csv,
    /// Job summary.
    Markdown,
}

/// A name that is no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "format inconnu : {0} (human, json, jsonl, html, pdf, junit, sarif, github, gitlab, xlsx, csv, markdown)"
)]
pub struct UnknownFormat(pub String);

impl Format {
    /// Every format.
    pub const ALL: [Self; 12] = [
        Self::Human,
        Self::Json,
        Self::Jsonl,
        Self::Html,
        Self::Pdf,
        Self::Junit,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Xlsx,
        Self::Csv,
        Self::Markdown,
    ];

    /// The name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Junit => "junit",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
        }
    }

    /// The name of the file when several formats are written side by side into a folder.
    pub const fn default_file_name(self) -> &'static str {
        match self {
            Self::Human => "rapport.txt",
            Self::Json => "record.json",
            Self::Jsonl => "record.jsonl",
            Self::Html => "rapport.html",
            Self::Pdf => "rapport.pdf",
            Self::Junit => "junit.xml",
            Self::Sarif => "conforme.sarif",
            Self::Github => "annotations-github.txt",
            Self::Gitlab => "gl-code-quality-report.json",
            Self::Xlsx => "exigences.xlsx",
            Self::Csv => "constats.csv",
            Self::Markdown => "resume.md",
        }
    }

    /// True when the bytes are no text, so must not go to a terminal.
    pub const fn is_binary(self) -> bool {
        matches!(self, Self::Pdf | Self::Xlsx)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == name)
            .ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_agree_with_the_command_line() {
        for format in Format::ALL {
            assert_eq!(format.as_str().parse(), Ok(format));
            let value = clap::ValueEnum::to_possible_value(&format).unwrap();
            assert_eq!(value.get_name(), format.as_str());
        }
        assert!("docx".parse::<Format>().is_err());
    }

    #[test]
    fn default_file_names_do_not_collide() {
        let names: std::collections::BTreeSet<_> = Format::ALL
            .iter()
            .map(|format| format.default_file_name())
            .collect();
        assert_eq!(names.len(), Format::ALL.len());
    }
}
