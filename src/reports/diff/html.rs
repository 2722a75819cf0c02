//! A difference as one self-contained page, in the style of the report.

use std::io::{self, Write};

use super::super::html::{badge, hash, style};
use super::super::options::Options;
use super::super::xml::Escaped as E;
use super::super::{human, labels};
use super::compare::{Difference, RequirementChange};
use super::text::{
    EVIDENCE, FIXED_FINDINGS, NEW_FINDINGS, NOTHING, PACKS, Piece, REM, TEXTS, TITLE, evidence_line, lists,
    pack_line, pieces,
};
use crate::record::FindingRecord;
use crate::text::{Language, Text};
use crate::verdict::Verdict;

/// Writes a difference as a page.
pub(super) fn write(difference: &Difference, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let language = options.language;
    head(difference, options, out)?;
    if difference.is_empty() {
        writeln!(out, "<p>{}</p>", E(NOTHING.get(language)))?;
    }
    if difference.referential_changed {
        writeln!(
            out,
            "<p class=\"notice\" role=\"note\">{}</p>",
            E(REM.get(language))
        )?;
    }
    for (heading, changes) in lists(difference) {
        requirements(&heading, changes, language, out)?;
    }
    findings(&NEW_FINDINGS, &difference.findings.new, language, out)?;
    findings(&FIXED_FINDINGS, &difference.findings.fixed, language, out)?;
    let lines: Vec<String> = difference
        .evidence
        .iter()
        .map(|change| evidence_line(change, language))
        .collect();
    list(&EVIDENCE, &lines, language, out)?;
    let lines: Vec<String> = difference
        .packs
        .iter()
        .map(|change| pack_line(change, language))
        .collect();
    list(&PACKS, &lines, language, out)?;
    if !difference.texts.is_empty() {
        part(&TEXTS, difference.texts.len(), language, out)?;
        for change in &difference.texts {
            write!(out, "<h3 class=\"id\">{}</h3><p>", E(&change.id))?;
            for piece in pieces(&change.before, &change.after) {
                match piece {
                    Piece::Same(text) => write!(out, "{}", E(&text))?,
                    Piece::Removed(text) => write!(out, "<del>{}</del>", E(&text))?,
                    Piece::Added(text) => write!(out, "<ins>{}</ins>", E(&text))?,
                }
            }
            writeln!(out, "</p>")?;
        }
        writeln!(out, "</section>")?;
    }
    writeln!(out, "</main>\n</body>\n</html>")
}

fn head(difference: &Difference, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let language = options.language;
    let style = style(options.theme.as_deref());
    let code = match language {
        Language::Fr => "fr",
        Language::En => "en",
    };
    let after = &difference.after.dossier;
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'; \
         base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} · {} · {}</title>\n\
         <style>{style}</style>\n</head>\n<body>\n<header class=\"banner\"><p class=\"brand\">{}</p>\
         <h1>{title}</h1></header>\n<main id=\"main\">\n<table><thead><tr><th scope=\"col\"></th>",
        hash(&style),
        E(&after.product),
        E(&after.dsr),
        E(&after.dsr),
        title = E(TITLE.get(language)),
    )?;
    for label in [
        &labels::PRODUCT,
        &labels::REFERENTIAL_SHORT,
        &labels::TOOL,
        &labels::VERDICT,
    ] {
        write!(out, "<th scope=\"col\">{}</th>", E(label.get(language)))?;
    }
    writeln!(out, "</tr></thead><tbody>")?;
    for (label, side) in [
        (Text::fixed("Avant", "Before"), &difference.before),
        (Text::fixed("Après", "After"), &difference.after),
    ] {
        writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{} {}</td><td>{}<br><code class=\"hash\">{}</code></td><td>{}</td>\
             <td>{}</td></tr>",
            E(label.get(language)),
            E(&side.dossier.product),
            E(&side.dossier.version),
            E(&side.referential.id),
            E(&side.referential.sha256),
            E(&side.tool_version),
            badge(side.verdict, language)
        )?;
    }
    writeln!(out, "</tbody></table>")
}

fn part(heading: &Text, count: usize, language: Language, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<section><h2>{} <span class=\"n\">{}</span></h2>",
        E(heading.get(language)),
        labels::number(language, count as u64)
    )
}

fn transition(before: Option<Verdict>, after: Option<Verdict>, language: Language) -> String {
    let word = |verdict: Option<Verdict>| match verdict {
        Some(verdict) => badge(verdict, language),
        None => E(Text::fixed("absente", "absent").get(language)).to_string(),
    };
    format!("{} → {}", word(before), word(after))
}

fn requirements(
    heading: &Text,
    changes: &[RequirementChange],
    language: Language,
    out: &mut dyn Write,
) -> io::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    part(heading, changes.len(), language, out)?;
    writeln!(out, "<ul class=\"work\">")?;
    for change in changes {
        write!(
            out,
            "<li><span class=\"id\">{}</span> {} {}",
            E(&change.id),
            E(change.title.get(language)),
            transition(change.before, change.after, language)
        )?;
        if !change.proofs.is_empty() {
            write!(out, "<ul>")?;
            for proof in &change.proofs {
                write!(
                    out,
                    "<li><span class=\"id\">{}</span> {}",
                    E(&proof.id),
                    transition(proof.before, proof.after, language)
                )?;
                if let Some(reason) = &proof.reason {
                    write!(out, " <span class=\"quiet\">{}</span>", E(reason.get(language)))?;
                }
                write!(out, "</li>")?;
            }
            write!(out, "</ul>")?;
        }
        writeln!(out, "</li>")?;
    }
    writeln!(out, "</ul></section>")
}

fn findings(
    heading: &Text,
    findings: &[FindingRecord],
    language: Language,
    out: &mut dyn Write,
) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    part(heading, findings.len(), language, out)?;
    writeln!(out, "<ol class=\"findings\">")?;
    for finding in findings {
        let severity = finding.severity.as_str();
        writeln!(
            out,
            "<li><span class=\"s s-{severity}\">{}</span> <code>{}</code> <span class=\"path\">{}</span> {}</li>",
            E(labels::severity(finding.severity).get(language)),
            E(&finding.rule),
            E(&human::position(finding)),
            E(finding.message(language))
        )?;
    }
    writeln!(out, "</ol></section>")
}

fn list(heading: &Text, lines: &[String], language: Language, out: &mut dyn Write) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    part(heading, lines.len(), language, out)?;
    writeln!(out, "<ul>")?;
    for line in lines {
        writeln!(out, "<li>{}</li>", E(line))?;
    }
    writeln!(out, "</ul></section>")
}
