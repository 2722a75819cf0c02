//! `conforme rem diff`: what changes from one referential to another.

use std::io::Write;

use serde_json::json;

use super::{Exit, Global, referential};
use crate::cli::shape::{Shape, Shaped};
use crate::requirements::Referential;
use crate::requirements::compare::{Action, Change, Comparison, Level, compare};
use crate::text::{Language, Text, text};

/// Options of `conforme rem diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct DiffArguments {
    /// Le référentiel d'avant : un classeur ou un DSR du catalogue
    #[arg(value_name = "AVANT")]
    before: String,
    /// Le référentiel d'après
    #[arg(value_name = "APRÈS")]
    after: String,
    /// Le DSR, pour un classeur de plusieurs
    #[arg(long, value_name = "DSR")]
    dsr: Option<String>,
    #[command(flatten)]
    output: Shaped,
}

/// Prints the differences. Exit 0: a difference is no non-conformity.
pub(super) fn run(arguments: &DiffArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let before = referential(&arguments.before, arguments.dsr.as_deref(), language)?;
    let after = referential(&arguments.after, arguments.dsr.as_deref(), language)?;
    let comparison = compare(&before, &after);
    let mut out = anstream::AutoStream::new(std::io::stdout().lock(), global.color_choice());
    match arguments.output.format {
        Shape::Json => {
            let side = |word: &str, referential: &Referential| json!({ "source": word, "dsr": referential.dsr, "wave": referential.wave, "origin": referential.origin });
            let value = json!({
                "before": side(&arguments.before, &before),
                "after": side(&arguments.after, &after),
                "requirements": comparison.requirements,
                "scenarios": comparison.scenarios,
                "proofs": comparison.proofs,
                "changes": comparison.changes,
            });
            serde_json::to_writer_pretty(&mut out, &value)?;
            writeln!(out)?;
        }
        Shape::Human => human(&mut out, &comparison, language)?,
    }
    Ok(Exit::Conform)
}

fn human(out: &mut dyn Write, comparison: &Comparison, language: Language) -> anyhow::Result<()> {
    if comparison.is_empty() {
        writeln!(
            out,
            "{}",
            text("aucune différence", "no difference").get(language)
        )?;
        return Ok(());
    }
    for (name, tally) in [
        (text("exigences", "requirements"), comparison.requirements),
        (text("scénarios", "scenarios"), comparison.scenarios),
        (text("preuves", "proofs"), comparison.proofs),
    ] {
        let line = Text::new(
            format!(
                "{} : ajouts {}, retraits {}, changements {}",
                name.fr, tally.added, tally.removed, tally.changed
            ),
            format!(
                "{}: {} added, {} removed, {} changed",
                name.en, tally.added, tally.removed, tally.changed
            ),
        );
        writeln!(out, "{}", line.get(language))?;
    }
    for change in &comparison.changes {
        one(out, change, language)?;
    }
    Ok(())
}

fn one(out: &mut dyn Write, change: &Change, language: Language) -> anyhow::Result<()> {
    let sign = match change.action {
        Action::Added => '+',
        Action::Removed => '-',
        Action::Changed => '~',
    };
    let (indent, level) = match change.level {
        Level::Requirement => ("", text("exigence", "requirement")),
        Level::Scenario => ("  ", text("scénario", "scenario")),
        Level::Proof => ("    ", text("preuve", "proof")),
    };
    writeln!(out, "{sign} {indent}{} {}", level.get(language), change.id)?;
    for field in &change.fields {
        let name = field_name(field.field).get(language).to_owned();
        if field.words.is_empty() {
            writeln!(out, "  {indent}  {name} : {} → {}", field.before, field.after)?;
        } else {
            let marked: String = field
                .words
                .iter()
                .map(|run| match run.tag {
                    "removed" => format!("[-{}-]", run.text),
                    "added" => format!("{{+{}+}}", run.text),
                    _ => run.text.clone(),
                })
                .collect();
            writeln!(out, "  {indent}  {name} :")?;
            for line in marked.lines() {
                writeln!(out, "  {indent}    {line}")?;
            }
        }
    }
    Ok(())
}

fn field_name(field: &'static str) -> Text {
    match field {
        "statement" => text("énoncé", "statement"),
        "comment" => text("commentaire", "comment"),
        "profile" => text("profil", "profile"),
        "nature" => text("nature", "nature"),
        "status" => text("statut", "status"),
        "criticality" => text("criticité", "criticality"),
        "section" => text("section", "section"),
        "block" => text("bloc", "block"),
        "function" => text("fonction", "function"),
        "class" => text("classe", "class"),
        _ => text("texte", "text"),
    }
}
