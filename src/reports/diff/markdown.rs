//! A difference as Markdown, for a comment on a merge request.

use std::io::{self, Write};

use super::super::markdown::{code, escaped};
use super::super::options::Options;
use super::super::{human, labels};
use super::compare::Difference;
use super::text::{
    EVIDENCE, FINDINGS_SHOWN, FIXED_FINDINGS, NEW_FINDINGS, NOTHING, PACKS, REM, TITLE, evidence_line, lists,
    pack_line, transition,
};

/// Writes a difference as Markdown.
pub(super) fn write(difference: &Difference, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let language = options.language;
    writeln!(
        out,
        "# {} · {}\n\n{}",
        TITLE.get(language),
        escaped(&difference.after.dossier.dsr),
        transition(
            Some(difference.before.verdict),
            Some(difference.after.verdict),
            language
        )
    )?;
    if difference.is_empty() {
        return writeln!(out, "\n{}", NOTHING.get(language));
    }
    if difference.referential_changed {
        writeln!(out, "\n> {}", REM.get(language))?;
    }
    for (heading, changes) in lists(difference) {
        if changes.is_empty() {
            continue;
        }
        writeln!(out, "\n## {} ({})\n", heading.get(language), changes.len())?;
        for change in changes {
            writeln!(
                out,
                "- **{}** {} — {}",
                escaped(&change.id),
                escaped(change.title.get(language)),
                transition(change.before, change.after, language)
            )?;
            for proof in &change.proofs {
                writeln!(
                    out,
                    "  - {} {}",
                    escaped(&proof.id),
                    transition(proof.before, proof.after, language)
                )?;
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
        writeln!(out, "\n## {} ({})\n", heading.get(language), findings.len())?;
        let most = options.per_rule(FINDINGS_SHOWN);
        for finding in findings.iter().take(most) {
            writeln!(
                out,
                "- {} {} {}",
                code(&finding.rule),
                code(&human::position(finding)),
                escaped(finding.message(language))
            )?;
        }
        if findings.len() > most {
            writeln!(
                out,
                "- + {}",
                labels::more(language, (findings.len() - most) as u64)
            )?;
        }
    }
    if !difference.evidence.is_empty() {
        writeln!(
            out,
            "\n## {} ({})\n",
            EVIDENCE.get(language),
            difference.evidence.len()
        )?;
        for change in &difference.evidence {
            writeln!(out, "- {}", escaped(&evidence_line(change, language)))?;
        }
    }
    if !difference.packs.is_empty() {
        writeln!(out, "\n## {} ({})\n", PACKS.get(language), difference.packs.len())?;
        for change in &difference.packs {
            writeln!(out, "- {}", escaped(&pack_line(change, language)))?;
        }
    }
    Ok(())
}
