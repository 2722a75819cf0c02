//! `conforme rem show`: one requirement, scenario or proof, with what it expects.

use std::io::Write;

use serde_json::json;

use super::{Exit, Global, referential};
use crate::cli::shape::{Shape, Shaped};
use crate::requirements::{Nature, Referential, Requirement, embedded_ids, embedded_referential, nearest};
use crate::testcases::expectation;
use crate::text::{Language, Text, text};

/// Options of `conforme rem show`.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowArguments {
    /// Identifiant d'exigence, de scénario ou de preuve
    #[arg(value_name = "ID")]
    id: String,
    /// Le DSR (tous par défaut)
    #[arg(long, value_name = "DSR")]
    dsr: Option<String>,
    /// Un classeur, au lieu des référentiels embarqués
    #[arg(long, value_name = "FICHIER")]
    file: Option<String>,
    #[command(flatten)]
    output: Shaped,
}

/// Prints what carries the identifier. Exit 2 when nothing does.
pub(super) fn run(arguments: &ShowArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let referentials: Vec<Referential> = match (&arguments.file, &arguments.dsr) {
        (Some(file), dsr) => vec![referential(file, dsr.as_deref(), language)?],
        (None, Some(dsr)) => vec![referential(dsr, None, language)?],
        (None, None) => embedded_ids().filter_map(embedded_referential).collect(),
    };
    let found: Vec<(&Referential, &Requirement)> = referentials
        .iter()
        .flat_map(|referential| {
            referential
                .requirements
                .iter()
                .map(move |requirement| (referential, requirement))
        })
        .filter(|(_, requirement)| carries(requirement, &arguments.id))
        .collect();
    if found.is_empty() {
        let known: Vec<&str> = referentials.iter().flat_map(identifiers).collect();
        anyhow::bail!(
            unknown(&arguments.id, nearest(&arguments.id, known))
                .get(language)
                .to_owned()
        );
    }
    let mut out = anstream::AutoStream::new(std::io::stdout().lock(), global.color_choice());
    match arguments.output.format {
        Shape::Json => {
            let value: Vec<_> = found
                .iter()
                .map(|(referential, requirement)| as_json(referential, requirement, language))
                .collect();
            serde_json::to_writer_pretty(&mut out, &json!({ "requirements": value }))?;
            writeln!(out)?;
        }
        Shape::Human => {
            for (referential, requirement) in found {
                human(&mut out, referential, requirement, language)?;
            }
        }
    }
    Ok(Exit::Conform)
}

fn carries(requirement: &Requirement, id: &str) -> bool {
    let same = |known: &str| known.eq_ignore_ascii_case(id);
    same(&requirement.id)
        || requirement
            .scenarios
            .iter()
            .any(|scenario| same(&scenario.id) || scenario.proofs.iter().any(|proof| same(&proof.id)))
}

fn identifiers(referential: &Referential) -> impl Iterator<Item = &str> {
    referential.requirements.iter().flat_map(|requirement| {
        std::iter::once(requirement.id.as_str()).chain(requirement.scenarios.iter().flat_map(|scenario| {
            std::iter::once(scenario.id.as_str()).chain(scenario.proofs.iter().map(|proof| proof.id.as_str()))
        }))
    })
}

fn unknown(id: &str, nearest: Option<&str>) -> Text {
    match nearest {
        Some(nearest) => Text::new(
            format!("{id} : identifiant inconnu ; vouliez-vous dire {nearest} ?"),
            format!("{id}: unknown identifier; did you mean {nearest}?"),
        ),
        None => Text::new(
            format!("{id} : identifiant inconnu"),
            format!("{id}: unknown identifier"),
        ),
    }
}

fn as_json(referential: &Referential, requirement: &Requirement, language: Language) -> serde_json::Value {
    json!({
        "dsr": referential.dsr,
        "wave": referential.wave,
        "origin": referential.origin,
        "id": requirement.id,
        "title": requirement.title.get(language),
        "statement": requirement.statement,
        "profile": requirement.profile,
        "section": requirement.section,
        "nature": requirement.nature,
        "conditional": requirement.conditional,
        "status": requirement.status,
        "cell": requirement.cell,
        "scenarios": requirement.scenarios.iter().map(|scenario| json!({
            "id": scenario.id,
            "text": scenario.text,
            "proofs": scenario.proofs.iter().map(|proof| {
                let expected = expectation(&referential.dsr, &proof.id, proof.class);
                json!({
                    "id": proof.id,
                    "text": proof.text.get(language),
                    "class": proof.class,
                    "accepts": expected.accepts,
                    "minimum": expected.minimum,
                    "checks": expected.checks,
                    "together": expected.sets.iter().map(|set| json!({
                        "check": set.check,
                        "parameters": set.parameters,
                        "with": set.with,
                    })).collect::<Vec<_>>(),
                    "machine": expected.machine,
                    "review": expected.review.iter().map(|point| point.get(language)).collect::<Vec<_>>(),
                    "alternatives": proof.alternatives,
                    "condition": proof.condition,
                    "cell": proof.cell,
                })
            }).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

fn human(
    out: &mut dyn Write,
    referential: &Referential,
    requirement: &Requirement,
    language: Language,
) -> anyhow::Result<()> {
    let say = |fr: &'static str, en: &'static str| text(fr, en).get(language).to_owned();
    let nature = match requirement.nature {
        Nature::Exigence => say("exigence (DOIT)", "obligation (DOIT)"),
        Nature::Preconisation => say("préconisation (PEUT)", "recommendation (PEUT)"),
        Nature::Unknown => say("nature non précisée", "nature not stated"),
    };
    let profile = if requirement.profile.is_empty() {
        say("non précisé", "not stated")
    } else {
        requirement.profile.clone()
    };
    writeln!(out, "{} — {}", requirement.id, requirement.title.get(language))?;
    writeln!(
        out,
        "  {} · {nature} · {} {profile} · {} {}",
        referential.dsr,
        say("profil", "profile"),
        say("section", "section"),
        requirement.section
    )?;
    indented(out, &requirement.statement, 2)?;
    for scenario in &requirement.scenarios {
        writeln!(out, "  {} {}", say("scénario", "scenario"), scenario.id)?;
        indented(out, &scenario.text, 4)?;
        for proof in &scenario.proofs {
            let expected = expectation(&referential.dsr, &proof.id, proof.class);
            writeln!(
                out,
                "    {} {} [{}]",
                say("preuve", "proof"),
                proof.id,
                proof.class.info().name.get(language)
            )?;
            indented(out, proof.text.get(language), 6)?;
            let kinds: Vec<String> = expected
                .accepts
                .iter()
                .map(|kind| kind.label().get(language).to_owned())
                .collect();
            if !kinds.is_empty() {
                writeln!(out, "      {} {}", say("accepte :", "accepts:"), kinds.join(", "))?;
            }
            writeln!(
                out,
                "      {} {}",
                say("vérifié :", "verified:"),
                proof.class.info().verifies.get(language)
            )?;
            for line in expected.describe() {
                writeln!(
                    out,
                    "      {} {}",
                    say("contrôle :", "check:"),
                    line.get(language)
                )?;
            }
            for point in &expected.review {
                writeln!(
                    out,
                    "      {} {}",
                    say("à regarder :", "to look at:"),
                    point.get(language)
                )?;
            }
            if !proof.alternatives.is_empty() {
                writeln!(
                    out,
                    "      {} {}",
                    say("ou bien :", "or instead:"),
                    proof.alternatives.join(", ")
                )?;
            }
            if let Some(condition) = &proof.condition {
                writeln!(out, "      {} {condition}", say("condition :", "condition:"))?;
            }
        }
    }
    writeln!(out)?;
    Ok(())
}

fn indented(out: &mut dyn Write, words: &str, indent: usize) -> std::io::Result<()> {
    words
        .lines()
        .try_for_each(|line| writeln!(out, "{:indent$}{line}", ""))
}
