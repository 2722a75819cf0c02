//! A difference as text, and the words that its three renderings share.

use std::io::{self, Write};

use similar::{ChangeTag, TextDiff};

use super::super::options::Options;
use super::super::snippet::one_line;
use super::super::{human, labels};
use super::compare::{Difference, EvidenceChange, PackChange, RequirementChange};
use crate::record::PackIdentity;
use crate::text::{Language, Text};
use crate::verdict::Verdict;

/// Findings listed; the rest is counted.
pub(super) const FINDINGS_SHOWN: usize = 20;

/// The lists of requirements with their headings, the most important first.
pub(super) fn lists(difference: &Difference) -> [(Text, &[RequirementChange]); 5] {
    [
        (
            Text::fixed("Nouvellement en échec", "Newly failing"),
            &difference.newly_failing,
        ),
        (
            Text::fixed("Nouvellement satisfaites", "Newly passing"),
            &difference.newly_passing,
        ),
        (
            Text::fixed("Autres changements de verdict", "Other changes of verdict"),
            &difference.otherwise_changed,
        ),
        (
            Text::fixed("Exigences ajoutées", "Requirements added"),
            &difference.added,
        ),
        (
            Text::fixed("Exigences retirées", "Requirements removed"),
            &difference.removed,
        ),
    ]
}

pub(super) static TITLE: Text = Text::fixed("Comparaison de deux contrôles", "Comparison of two checks");
pub(super) static NOTHING: Text = Text::fixed("Rien n'a changé.", "Nothing changed.");
pub(super) static EVIDENCE: Text = Text::fixed("Pièces changées", "Evidence changed");
pub(super) static PACKS: Text = Text::fixed("Jeux de règles changés", "Rule packs changed");
pub(super) static TEXTS: Text = Text::fixed("Textes du REM changés", "Texts of the REM changed");
pub(super) static REM: Text = Text::fixed(
    "Le REM n'est pas le même : les verdicts ne se comparent que par identifiant.",
    "The REM is not the same: verdicts compare by identifier only.",
);
pub(super) static NEW_FINDINGS: Text = Text::fixed("Constats nouveaux", "New findings");
pub(super) static FIXED_FINDINGS: Text = Text::fixed("Constats disparus", "Findings gone");

/// « ✓ conforme → ✗ non conforme ».
pub(super) fn transition(before: Option<Verdict>, after: Option<Verdict>, language: Language) -> String {
    let word = |verdict: Option<Verdict>| match verdict {
        Some(verdict) => format!("{} {}", verdict.symbol(), verdict.label().get(language)),
        None => Text::fixed("absente", "absent").get(language).to_owned(),
    };
    format!("{} → {}", word(before), word(after))
}

/// « modifiée : chemin (preuves) ».
pub(super) fn evidence_line(change: &EvidenceChange, language: Language) -> String {
    let word = match change.change.as_str() {
        "added" => Text::fixed("ajoutée", "added"),
        "removed" => Text::fixed("retirée", "removed"),
        "moved" => Text::fixed("déplacée", "moved"),
        _ => Text::fixed("modifiée", "changed"),
    };
    let mut line = format!("{}{} ", word.get(language), labels::colon(language));
    if let Some(from) = &change.from {
        line.push_str(&one_line(from));
        line.push_str(" → ");
    }
    line.push_str(&one_line(&change.path));
    if !change.proofs.is_empty() {
        line.push_str(" (");
        line.push_str(&change.proofs.join(", "));
        line.push(')');
    }
    line
}

/// « identifiant : 1 (hash) → 2 (hash) ».
pub(super) fn pack_line(change: &PackChange, language: Language) -> String {
    let side = |pack: &Option<PackIdentity>| match pack {
        Some(pack) => format!(
            "{} ({})",
            pack.version,
            pack.sha256.get(..12).unwrap_or(&pack.sha256)
        ),
        None => Text::fixed("absent", "absent").get(language).to_owned(),
    };
    format!(
        "{}{} {} → {}",
        change.id,
        labels::colon(language),
        side(&change.before),
        side(&change.after)
    )
}

/// A piece of a text that stayed, went or came.
pub(super) enum Piece {
    Same(String),
    Removed(String),
    Added(String),
}

/// The word differences of two texts.
pub(super) fn pieces(before: &str, after: &str) -> Vec<Piece> {
    TextDiff::from_words(before, after)
        .iter_all_changes()
        .map(|change| {
            let text = change.value().to_owned();
            match change.tag() {
                ChangeTag::Equal => Piece::Same(text),
                ChangeTag::Delete => Piece::Removed(text),
                ChangeTag::Insert => Piece::Added(text),
            }
        })
        .collect()
}

/// Writes a difference as text.
pub(super) fn write(difference: &Difference, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let language = options.language;
    for (label, side) in [
        (Text::fixed("Avant", "Before"), &difference.before),
        (Text::fixed("Après", "After"), &difference.after),
    ] {
        writeln!(
            out,
            "{:<6} {} · {} {} · REM {} · conforme {} · {} {}",
            label.get(language),
            one_line(&side.dossier.dsr),
            one_line(&side.dossier.product),
            one_line(&side.dossier.version),
            side.referential
                .sha256
                .get(..12)
                .unwrap_or(&side.referential.sha256),
            side.tool_version,
            side.verdict.symbol(),
            side.verdict.label().get(language)
        )?;
    }
    if difference.is_empty() {
        return writeln!(out, "{}", NOTHING.get(language));
    }
    if difference.referential_changed {
        writeln!(out, "! {}", REM.get(language))?;
    }
    for (heading, changes) in lists(difference) {
        if changes.is_empty() {
            continue;
        }
        writeln!(out, "\n{} ({})", heading.get(language), changes.len())?;
        for change in changes {
            writeln!(
                out,
                "  {}  {}  {}",
                one_line(&change.id),
                transition(change.before, change.after, language),
                one_line(change.title.get(language))
            )?;
            for proof in &change.proofs {
                write!(
                    out,
                    "    {}  {}",
                    one_line(&proof.id),
                    transition(proof.before, proof.after, language)
                )?;
                if let Some(reason) = &proof.reason {
                    write!(out, "  {}", one_line(reason.get(language)))?;
                }
                writeln!(out)?;
            }
        }
    }
    for (heading, findings) in [
        (&NEW_FINDINGS, &difference.findings.new),
        (&FIXED_FINDINGS, &difference.findings.fixed),
    ] {
        if findings.is_empty() {
            continue;
        }
        writeln!(out, "\n{} ({})", heading.get(language), findings.len())?;
        let most = options.per_rule(FINDINGS_SHOWN);
        for finding in findings.iter().take(most) {
            writeln!(
                out,
                "  {}: {}[{}]: {}",
                human::position(finding),
                finding.severity.as_str(),
                finding.rule,
                one_line(finding.message(language))
            )?;
        }
        if findings.len() > most {
            writeln!(
                out,
                "  … {} {}",
                labels::more(language, (findings.len() - most) as u64),
                labels::SHOW_ALL_HINT.get(language)
            )?;
        }
    }
    if !difference.evidence.is_empty() {
        writeln!(
            out,
            "\n{} ({})",
            EVIDENCE.get(language),
            difference.evidence.len()
        )?;
        for change in &difference.evidence {
            writeln!(out, "  {}", evidence_line(change, language))?;
        }
    }
    if !difference.packs.is_empty() {
        writeln!(out, "\n{} ({})", PACKS.get(language), difference.packs.len())?;
        for change in &difference.packs {
            writeln!(out, "  {}", one_line(&pack_line(change, language)))?;
        }
    }
    if !difference.texts.is_empty() {
        writeln!(out, "\n{} ({})", TEXTS.get(language), difference.texts.len())?;
        for change in &difference.texts {
            let mut line = String::new();
            for piece in pieces(&change.before, &change.after) {
                match piece {
                    Piece::Same(text) => line.push_str(&text),
                    Piece::Removed(text) => line.extend(["[-", &text, "-]"]),
                    Piece::Added(text) => line.extend(["{+", &text, "+}"]),
                }
            }
            writeln!(out, "  {} : {}", one_line(&change.id), one_line(&line))?;
        }
    }
    Ok(())
}
