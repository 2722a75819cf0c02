//! `markdown`: the summary of a job or of a merge request. Short: the whole truth is in the HTML report.

use std::io::{self, Write};

use super::human::position;
use super::options::Options;
use super::snippet::one_line;
use super::{ReportError, labels, loose, view};
use crate::finding::Severity;
use crate::record::{FindingRecord, Record, ValidationRecord};
use crate::text::Language;
use crate::verdict::Verdict;

/// Rules named per proof, unless the user says otherwise.
const PER_PROOF: usize = 5;

/// The record of a dossier.
pub(super) fn record(record: &Record, options: &Options, out: &mut dyn Write) -> Result<(), ReportError> {
    let language = options.language;
    let dossier = &record.dossier;
    writeln!(
        out,
        "# {} {} · {}\n\n**{}{} {} {}**\n\n{} {} · {} · {}",
        labels::REPORT_TITLE.get(language),
        escaped(&dossier.dsr),
        escaped(&dossier.product),
        labels::VERDICT.get(language),
        labels::colon(language),
        record.verdict.symbol(),
        record.verdict.label().get(language),
        escaped(&dossier.product),
        escaped(&dossier.version),
        escaped(&dossier.vendor),
        escaped(&dossier.profiles.join(", ")),
    )?;
    if let Some(partial) = &record.partial {
        writeln!(
            out,
            "\n> {}{} {}",
            labels::PARTIAL.get(language),
            labels::colon(language),
            escaped(&partial.to_string())
        )?;
    }
    counts(record, language, out)?;
    blocking(record, options, out)?;
    to_review(record, language, out)?;
    waivers(record, language, out)?;
    writeln!(
        out,
        "\n<sub>{} {} · REM {} `{}`</sub>",
        escaped(&record.tool.name),
        escaped(&record.tool.version),
        escaped(&record.referential.id),
        record
            .referential
            .sha256
            .get(..12)
            .unwrap_or(&record.referential.sha256)
    )?;
    Ok(())
}

/// Files judged alone: a row per file, then the errors and warnings by file and rule.
pub(super) fn validation(
    validation: &ValidationRecord,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let language = options.language;
    let worst = loose::worst(validation);
    writeln!(
        out,
        "# {}\n\n**{}{} {} {}**\n\n| {} | {} | {} | {} |\n|---|---|---|--:|",
        labels::FILES_TITLE.get(language),
        labels::VERDICT.get(language),
        labels::colon(language),
        worst.symbol(),
        worst.label().get(language),
        labels::FILE.get(language),
        labels::KIND.get(language),
        labels::VERDICT.get(language),
        labels::FINDINGS.get(language),
    )?;
    for file in &validation.files {
        let findings: u64 = file.findings.iter().map(|finding| finding.count).sum();
        writeln!(
            out,
            "| {} | {} | {} {} | {} |",
            code(&file.file),
            escaped(file.kind.label().get(language)),
            file.verdict.symbol(),
            file.verdict.label().get(language),
            labels::number(language, findings)
        )?;
    }
    for file in &validation.files {
        let findings: Vec<(usize, &FindingRecord)> = file.findings.iter().enumerate().collect();
        if findings.is_empty() {
            continue;
        }
        writeln!(out, "\n## {}\n", code(&file.file))?;
        for group in view::by_rule(&findings) {
            let shown = group.findings.iter().take(options.per_rule(PER_PROOF));
            for (_, finding) in shown {
                writeln!(
                    out,
                    "- {} {} {} {}",
                    labels::severity(finding.severity).get(language),
                    code(&finding.rule),
                    code(&position(finding)),
                    escaped(finding.message(language)),
                )?;
            }
            let most = options.per_rule(PER_PROOF);
            if let Some(more) = group.findings.len().checked_sub(most).filter(|more| *more > 0) {
                writeln!(
                    out,
                    "- + {} {}",
                    labels::more(language, more as u64),
                    code(group.rule)
                )?;
            }
        }
    }
    Ok(())
}

fn counts(record: &Record, language: Language, out: &mut dyn Write) -> io::Result<()> {
    let counts = &record.counts;
    writeln!(
        out,
        "\n| {} | {} | {} | {} |\n|---|--:|--:|--:|",
        labels::VERDICT.get(language),
        labels::REQUIREMENTS.get(language),
        labels::RECOMMENDATIONS.get(language),
        labels::PROOFS.get(language)
    )?;
    for verdict in Verdict::ALL {
        let of = |counts: &std::collections::BTreeMap<String, u64>| {
            counts.get(verdict.as_str()).copied().unwrap_or(0)
        };
        let row = [
            of(&counts.requirements),
            of(&counts.recommendations),
            of(&counts.proofs),
        ];
        if row.iter().any(|count| *count > 0) {
            writeln!(
                out,
                "| {} {} | {} | {} | {} |",
                verdict.symbol(),
                verdict.label().get(language),
                labels::number(language, row[0]),
                labels::number(language, row[1]),
                labels::number(language, row[2])
            )?;
        }
    }
    let severities = labels::findings_by_severity(language, &counts.findings);
    writeln!(
        out,
        "\n{}{} {}",
        labels::FINDINGS.get(language),
        labels::colon(language),
        severities.join(", ")
    )
}

fn blocking(record: &Record, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let language = options.language;
    let most = options.per_rule(PER_PROOF);
    let blocking = view::blocking(record);
    writeln!(
        out,
        "\n## {} ({})\n",
        labels::BLOCKING.get(language),
        labels::number(language, blocking.len() as u64)
    )?;
    if blocking.is_empty() {
        return writeln!(out, "{}", labels::NOTHING_BLOCKS.get(language));
    }
    for requirement in blocking {
        writeln!(
            out,
            "- {} **{}** {}",
            requirement.verdict.symbol(),
            escaped(&requirement.id),
            escaped(requirement.title.get(language))
        )?;
        for proof in requirement.scenarios.iter().flat_map(|scenario| &scenario.proofs) {
            if !view::blocks(proof.verdict) {
                continue;
            }
            let label = proof.verdict.label();
            writeln!(
                out,
                "  - {} {} : {}",
                proof.verdict.symbol(),
                escaped(&proof.id),
                escaped(
                    proof
                        .reason
                        .as_ref()
                        .map_or(label.get(language), |reason| reason.get(language))
                )
            )?;
            let errors: Vec<_> = view::findings(record, &proof.findings)
                .into_iter()
                .filter(|(_, finding)| finding.severity == Severity::Error && finding.waiver.is_none())
                .collect();
            let groups = view::by_rule(&errors);
            for group in groups.iter().take(most) {
                if let Some((_, finding)) = group.findings.first() {
                    let more = group.total().saturating_sub(1);
                    writeln!(
                        out,
                        "    - {} {} {}{}",
                        code(&finding.rule),
                        code(&position(finding)),
                        escaped(finding.message(language)),
                        if more > 0 {
                            format!(" (+ {})", labels::more(language, more))
                        } else {
                            String::new()
                        }
                    )?;
                }
            }
            if let Some(more) = groups.len().checked_sub(most).filter(|more| *more > 0) {
                writeln!(out, "    - + {}", labels::more(language, more as u64))?;
            }
        }
    }
    Ok(())
}

fn to_review(record: &Record, language: Language, out: &mut dyn Write) -> io::Result<()> {
    let views = view::to_review(record);
    writeln!(
        out,
        "\n## {} ({})\n",
        labels::HUMAN_NEEDED.get(language),
        labels::number(language, views.len() as u64)
    )?;
    if views.is_empty() {
        return writeln!(out, "{}", labels::NO_HUMAN_NEEDED.get(language));
    }
    for view in views {
        writeln!(
            out,
            "- **{}** {}",
            escaped(&view.proof.id),
            escaped(view.proof.title.get(language))
        )?;
        for point in &view.proof.to_review {
            writeln!(out, "  - [ ] {}", escaped(point.get(language)))?;
        }
    }
    Ok(())
}

fn waivers(record: &Record, language: Language, out: &mut dyn Write) -> io::Result<()> {
    if record.waivers.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n## {} ({})\n",
        labels::WAIVERS.get(language),
        record.waivers.len()
    )?;
    for waiver in &record.waivers {
        writeln!(
            out,
            "- {} — {} ({}, → {}) : {}",
            code(&view::waiver_scope(waiver)),
            escaped(&waiver.reason),
            escaped(&waiver.authority),
            escaped(&waiver.expiry),
            if waiver.used == 0 {
                labels::UNUSED.get(language).to_owned()
            } else {
                labels::findings(language, waiver.used)
            }
        )?;
    }
    Ok(())
}

/// Words on one line that no reader takes for markup.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // An @ would name people, a # would link issues.
            '@' => escaped.push_str("&#64;"),
            '#' => escaped.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => {
                escaped.push('\\');
                escaped.push(character);
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// Text as code; its own backquotes would end it.
pub(super) fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', "'").replace('|', "¦"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_no_markup() {
        assert_eq!(
            escaped("a_b <i>|@moi #1\n`x`"),
            "a\\_b &lt;i&gt;\\|&#64;moi &#35;1 \\`x\\`"
        );
        assert_eq!(code("a`b|c"), "`a'b¦c`");
    }
}
