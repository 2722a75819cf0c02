//! `conforme rem import`: what a workbook holds, and every oddity met while reading it.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::{Exit, Global};
use crate::cli::shape::{Shape, Shaped};
use crate::requirements::workbook::Diagnostic;
use crate::requirements::{Import, ImportOptions, Refusal, import};
use crate::text::{Language, Text, text};

/// Options of `conforme rem import`.
#[derive(Debug, clap::Args)]
pub(crate) struct ImportArguments {
    /// Le classeur : .xlsx, .xls ou .ods
    #[arg(value_name = "FICHIER")]
    file: PathBuf,
    /// La feuille à lire, au lieu de celle que ses en-têtes désignent
    #[arg(long, value_name = "NOM")]
    sheet: Option<String>,
    #[command(flatten)]
    output: Shaped,
}

/// Exit: 0 accepted, 1 accepted with errors, 2 refused.
pub(super) fn run(arguments: &ImportArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let limits = global.limits()?;
    let options = ImportOptions {
        sheet: arguments.sheet.clone(),
        limits,
    };
    let shown = arguments.file.to_string_lossy();
    let mut out = anstream::AutoStream::new(std::io::stdout().lock(), global.color_choice());
    match import(&arguments.file, &options) {
        Ok(found) => {
            match arguments.output.format {
                Shape::Json => write_json(&mut out, &accepted_json(&shown, &found, language))?,
                Shape::Human => accepted_human(&mut out, &shown, &found, language)?,
            }
            Ok(if found.has_errors() {
                Exit::NonConform
            } else {
                Exit::Conform
            })
        }
        Err(refusal) => {
            match arguments.output.format {
                Shape::Json => write_json(&mut out, &refused_json(&shown, &refusal, language))?,
                Shape::Human => refused_human(&mut out, &shown, &refusal, language)?,
            }
            Ok(Exit::Usage)
        }
    }
}

fn write_json(out: &mut dyn Write, value: &serde_json::Value) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

fn diagnostic_json(diagnostic: &Diagnostic, language: Language) -> serde_json::Value {
    json!({
        "code": diagnostic.code.id,
        "severity": diagnostic.code.severity,
        "sheet": diagnostic.sheet,
        "cell": diagnostic.cell(),
        "message": diagnostic.message().get(language),
        "remedy": diagnostic.code.remedy.get(language),
        "count": diagnostic.count,
        "occurrences": diagnostic.occurrences.iter().map(|place| json!({
            "cell": place.cell,
            "detail": place.detail.get(language),
        })).collect::<Vec<_>>(),
    })
}

fn accepted_json(file: &str, found: &Import, language: Language) -> serde_json::Value {
    json!({
        "file": file,
        "accepted": true,
        "layout": found.layout,
        "sheet": found.sheet,
        "header_row": found.header_row,
        "dsr": found.dsr,
        "dsrs": found.referentials.iter().map(|referential| &referential.dsr).collect::<Vec<_>>(),
        "wave": found.wave,
        "counts": found.counts,
        "diagnostics": found.diagnostics.iter().map(|diagnostic| diagnostic_json(diagnostic, language)).collect::<Vec<_>>(),
    })
}

fn refused_json(file: &str, refusal: &Refusal, language: Language) -> serde_json::Value {
    json!({
        "file": file,
        "accepted": false,
        "layout": null,
        "sheet": refusal.sheet,
        "header_row": null,
        "dsr": null,
        "wave": null,
        "counts": null,
        "headers_seen": refusal.headers_seen,
        "nearest_layout": refusal.nearest_layout,
        "missing": refusal.missing,
        "diagnostics": [{
            "code": refusal.code,
            "severity": "error",
            "sheet": refusal.sheet,
            "cell": "",
            "message": refusal.message.get(language),
        }],
    })
}

fn accepted_human(out: &mut dyn Write, file: &str, found: &Import, language: Language) -> anyhow::Result<()> {
    let say = |fr: &'static str, en: &'static str| text(fr, en).get(language).to_owned();
    let unknown = say("non précisé", "not stated");
    let verdict = if found.has_errors() {
        say("accepté, avec des erreurs", "accepted, with errors")
    } else {
        say("accepté", "accepted")
    };
    writeln!(out, "{file} : {verdict}")?;
    let layout = Text::new(
        format!(
            "modèle {}, feuille « {} », en-têtes en ligne {}",
            found.layout, found.sheet, found.header_row
        ),
        format!(
            "layout {}, sheet “{}”, headers on row {}",
            found.layout, found.sheet, found.header_row
        ),
    );
    writeln!(out, "  {}", layout.get(language))?;
    let dsrs: Vec<&str> = found
        .referentials
        .iter()
        .map(|referential| referential.dsr.as_str())
        .filter(|dsr| !dsr.is_empty())
        .collect();
    let dsr = if dsrs.is_empty() {
        unknown.clone()
    } else {
        dsrs.join(", ")
    };
    let wave = found.wave.map_or(unknown, |wave| wave.to_string());
    writeln!(out, "  DSR {dsr}, {} {wave}", say("vague", "wave"))?;
    let counts = found.counts;
    let counted = Text::new(
        format!(
            "{} lignes, {} exigences, {} scénarios, {} preuves ({} identifiants)",
            counts.rows, counts.requirements, counts.scenarios, counts.proofs, counts.proof_ids
        ),
        format!(
            "{} rows, {} requirements, {} scenarios, {} proofs ({} identifiers)",
            counts.rows, counts.requirements, counts.scenarios, counts.proofs, counts.proof_ids
        ),
    );
    writeln!(out, "  {}", counted.get(language))?;
    for diagnostic in &found.diagnostics {
        let place = match (diagnostic.sheet.as_str(), diagnostic.cell()) {
            ("", _) => String::new(),
            (sheet, "") => format!("{sheet} "),
            (sheet, cell) => format!("{sheet}!{cell} "),
        };
        writeln!(
            out,
            "{}[{}] {place}{}",
            diagnostic.code.severity.as_str(),
            diagnostic.code.id,
            diagnostic.message().get(language).replace('\n', " ")
        )?;
        if diagnostic.code.severity != crate::finding::Severity::Info {
            writeln!(
                out,
                "    {} {}",
                say("remède :", "remedy:"),
                diagnostic.code.remedy.get(language)
            )?;
        }
    }
    Ok(())
}

fn refused_human(
    out: &mut dyn Write,
    file: &str,
    refusal: &Refusal,
    language: Language,
) -> anyhow::Result<()> {
    writeln!(out, "{file} : {}", text("refusé", "refused").get(language))?;
    writeln!(out, "error[{}] {}", refusal.code, refusal.message.get(language))?;
    Ok(())
}
