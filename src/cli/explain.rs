//! `conforme explain`: what a rule, requirement or proof asks, why, and how to satisfy it; offline.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::{Exit, Global};
use crate::evidence::fold::words as fold;
use crate::explain::{self, Page};
use crate::requirements::obligations::{self, Obligation};
use crate::requirements::{
    ImportOptions, Referential, embedded_ids, embedded_referential, import_bytes, nearest,
};
use crate::text::{Language, Text};

/// Options of `conforme explain`.
#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArguments {
    /// Identifiant : règle (CDA-INS-KEY), exigence (INS/va1.61) ou preuve (INS/va1.61.01.01)
    #[arg(value_name = "ID")]
    id: String,
    /// Classeur REM où chercher l'exigence ou la preuve, au lieu des REM embarqués
    #[arg(long, value_name = "CLASSEUR")]
    rem: Option<PathBuf>,
}

/// Explains, or suggests the nearest identifier.
pub(crate) fn run(arguments: &ExplainArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let mut out = anstream::stdout().lock();
    let rules = crate::checks::rules();
    if let Some(rule) = rules
        .iter()
        .find(|rule| rule.id.eq_ignore_ascii_case(&arguments.id))
    {
        explain::rule(rule).print(language, &mut out)?;
        return Ok(Exit::Conform);
    }
    let of_law = obligations_of(&arguments.id);
    if !of_law.is_empty() {
        explain_obligations(&of_law, language, &mut out)?;
        return Ok(Exit::Conform);
    }
    let referentials: Vec<Referential> = match &arguments.rem {
        Some(path) => workbook(path, language)?,
        None => embedded_ids().filter_map(embedded_referential).collect(),
    };
    let pages: Vec<Page> = referentials
        .iter()
        .flat_map(|referential| explain::requirement(referential, &arguments.id))
        .collect();
    for page in &pages {
        page.print(language, &mut out)?;
    }
    if !pages.is_empty() {
        return Ok(Exit::Conform);
    }
    let ids = rules
        .iter()
        .map(|rule| rule.id.as_ref())
        .chain(referentials.iter().flat_map(|referential| {
            let requirements = referential.requirements.iter();
            let proofs = referential.proofs().map(|place| place.proof.id.as_str());
            requirements
                .map(|requirement| requirement.id.as_str())
                .chain(proofs)
        }));
    let hint = nearest(&arguments.id, ids);
    let message = match hint {
        Some(hint) => Text::new(
            format!(
                "identifiant inconnu : {} ; voulez-vous dire {hint} ?",
                arguments.id
            ),
            format!("unknown identifier: {}; do you mean {hint}?", arguments.id),
        ),
        None => Text::new(
            format!("identifiant inconnu : {} (voir « conforme rules »)", arguments.id),
            format!("unknown identifier: {} (see `conforme rules`)", arguments.id),
        ),
    };
    anyhow::bail!(message.get(language).to_owned())
}

/// The referentials of a workbook.
fn workbook(path: &Path, language: Language) -> anyhow::Result<Vec<Referential>> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).with_context(|| name.clone())?;
    match import_bytes(&name, &bytes, &ImportOptions::default()) {
        Ok(import) => Ok(import.referentials),
        Err(refusal) => anyhow::bail!("{name}: {}", refusal.message.get(language)),
    }
}

/// The documents of the law that an identifier names: its LOINC type, its name in the table, or the article itself.
fn obligations_of(id: &str) -> Vec<&'static Obligation> {
    let folded = fold(id);
    if matches!(
        folded.as_str(),
        "l 1111 15" | "l1111 15" | "obligations" | "article l 1111 15"
    ) {
        return obligations::obligations().iter().collect();
    }
    obligations::obligations()
        .iter()
        .filter(|document| {
            document.types.iter().any(|code| code == id) || document.id.eq_ignore_ascii_case(id)
        })
        .collect()
}

/// Which documents go where, by law.
fn explain_obligations(
    documents: &[&Obligation],
    language: Language,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    writeln!(out, "{}\n", obligations::source())?;
    for document in documents {
        writeln!(out, "  {}", obligation_line(document, language))?;
    }
    writeln!(out)
}

/// One document of the law: its types, its cases, its addressees.
fn obligation_line(document: &Obligation, language: Language) -> String {
    let mut addressees: Vec<&str> = Vec::new();
    for (due, fr, en) in [
        (document.dmp, "DMP", "DMP"),
        (
            document.mss_professional,
            "MSSanté des professionnels",
            "MSSanté of professionals",
        ),
        (
            document.mss_patient,
            "MSSanté du patient",
            "MSSanté of the patient",
        ),
    ] {
        if due {
            addressees.push(if language == Language::Fr { fr } else { en });
        }
    }
    let types = if document.types.is_empty() {
        String::new()
    } else {
        format!(" ({})", document.types.join(", "))
    };
    let note = document.note.get(language);
    let note = if note.is_empty() {
        String::new()
    } else {
        format!(", {note}")
    };
    let since = document
        .in_force
        .map_or_else(String::new, |day| format!(", {day}"));
    format!(
        "{}{types}{note}{since} → {}",
        document.label.get(language),
        addressees.join(", ")
    )
}
