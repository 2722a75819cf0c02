//! `conforme explain`: what a rule, requirement or proof asks, why, and how to satisfy it; offline.

use std::io::Write;

use super::{Exit, Global};
use crate::evidence::fold::words as fold;
use crate::finding::Rule;
use crate::requirements::class::MachineShare;
use crate::requirements::obligations::{self, Obligation};
use crate::requirements::{Nature, Proof, Referential, embedded_ids, embedded_referential, nearest};
use crate::testcases::expectation;
use crate::text::{Language, Text};

/// Options of `conforme explain`.
#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArguments {
    /// Identifiant : règle (CDA-INS-KEY), exigence (INS/va1.61) ou preuve (INS/va1.61.01.01)
    #[arg(value_name = "ID")]
    id: String,
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
        explain_rule(rule, language, &mut out)?;
        return Ok(Exit::Conform);
    }
    let of_law = obligations_of(&arguments.id);
    if !of_law.is_empty() {
        explain_obligations(&of_law, language, &mut out)?;
        return Ok(Exit::Conform);
    }
    let referentials: Vec<Referential> = embedded_ids().filter_map(embedded_referential).collect();
    let mut found = false;
    for referential in &referentials {
        found |= explain_requirement(referential, &arguments.id, language, &mut out)?;
    }
    if found {
        return Ok(Exit::Conform);
    }
    let ids = rules
        .iter()
        .map(|rule| rule.id.as_ref())
        .chain(referentials.iter().flat_map(|referential| {
            referential
                .requirements
                .iter()
                .map(|requirement| requirement.id.as_str())
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

fn explain_rule(rule: &Rule, language: Language, out: &mut dyn Write) -> std::io::Result<()> {
    let severity = rule.severity;
    writeln!(
        out,
        "{} ({})\n{}\n",
        rule.id,
        severity.as_str(),
        rule.title.get(language)
    )?;
    for (label, words) in [
        (Text::fixed("Pourquoi", "Why"), rule.why.get(language)),
        (
            Text::fixed("Comment corriger", "How to fix"),
            rule.fix.get(language),
        ),
        (Text::fixed("Source", "Source"), rule.source.as_ref()),
    ] {
        writeln!(out, "{}\n  {words}\n", label.get(language))?;
    }
    Ok(())
}

/// Explains a requirement, one of its scenarios or proofs; false when the referential has no such identifier.
fn explain_requirement(
    referential: &Referential,
    id: &str,
    language: Language,
    out: &mut dyn Write,
) -> std::io::Result<bool> {
    let mut found = false;
    for requirement in &referential.requirements {
        let own = requirement.id.eq_ignore_ascii_case(id);
        let inside = requirement.scenarios.iter().any(|scenario| {
            scenario.id.eq_ignore_ascii_case(id)
                || scenario
                    .proofs
                    .iter()
                    .any(|proof| proof.id.eq_ignore_ascii_case(id))
        });
        if !own && !inside {
            continue;
        }
        found = true;
        let nature = match requirement.nature {
            Nature::Exigence => Text::fixed("exigence (DOIT)", "requirement (DOIT)"),
            Nature::Preconisation => Text::fixed("préconisation (PEUT)", "recommendation (PEUT)"),
            Nature::Unknown => Text::fixed("nature inconnue", "unknown nature"),
        };
        writeln!(
            out,
            "{} · {} · {} · {}\n{}\n",
            requirement.id,
            referential.dsr,
            requirement.profile,
            nature.get(language),
            requirement.title.get(language)
        )?;
        for scenario in &requirement.scenarios {
            writeln!(out, "  {}", scenario.id)?;
            if !scenario.text.is_empty() {
                writeln!(out, "    {}", scenario.text.replace('\n', "\n    "))?;
            }
            for proof in &scenario.proofs {
                writeln!(
                    out,
                    "    {} [{}] {}",
                    proof.id,
                    proof.class.id(),
                    proof.text.get(language)
                )?;
                if own || proof.id.eq_ignore_ascii_case(id) || scenario.id.eq_ignore_ascii_case(id) {
                    explain_proof(&referential.dsr, proof, language, out)?;
                }
            }
        }
        writeln!(out)?;
    }
    Ok(found)
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

/// What a proof takes, how it is judged, what remains for a human.
fn explain_proof(dsr: &str, proof: &Proof, language: Language, out: &mut dyn Write) -> std::io::Result<()> {
    let expected = expectation(dsr, &proof.id, proof.class);
    let mut line = |label: Text, words: &str| writeln!(out, "      {} {words}", label.get(language));
    let kinds: Vec<String> = expected
        .accepts
        .iter()
        .map(|kind| kind.label().get(language).to_owned())
        .collect();
    if !kinds.is_empty() {
        line(Text::fixed("accepte :", "accepts:"), &kinds.join(", "))?;
    }
    line(
        Text::fixed("vérifié :", "verified:"),
        proof.class.info().verifies.get(language),
    )?;
    for words in expected.describe() {
        line(Text::fixed("contrôle :", "check:"), words.get(language))?;
    }
    // What the law says of the documents that the proof is about.
    let types: std::collections::BTreeSet<&str> = expected
        .sets
        .iter()
        .filter_map(|set| set.parameters.get("types")?.as_array())
        .flatten()
        .filter_map(toml::Value::as_str)
        .collect();
    for document in types.into_iter().flat_map(obligations::for_type) {
        line(
            Text::fixed("L. 1111-15 :", "L. 1111-15:"),
            &obligation_line(document, language),
        )?;
    }
    let review: &[Text] = if expected.machine == MachineShare::Full {
        &[]
    } else {
        &expected.review
    };
    for point in review {
        line(Text::fixed("à regarder :", "to look at:"), point.get(language))?;
    }
    Ok(())
}
