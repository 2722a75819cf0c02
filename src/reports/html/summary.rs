//! Identity, verdict and counts: what a reader must know after ten seconds.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use super::super::{labels, view};
use super::page::{Page, badge, e};
use crate::text::Text;
use crate::verdict::Verdict;

/// The banner: product and verdict.
pub(super) fn banner(page: &mut Page<'_, '_>) -> io::Result<()> {
    let dossier = &page.record.dossier;
    let language = page.language;
    writeln!(
        page.out,
        "<header class=\"banner\"><p class=\"brand\">{} · {}</p>\n<h1>{} {} <span class=\"vendor\">{}</span></h1>\n\
         <p>{} · {}</p>",
        e(labels::REPORT_TITLE.get(language)),
        e(&dossier.dsr),
        e(&dossier.product),
        e(&dossier.version),
        e(&dossier.vendor),
        e(dossier.dsr_name.get(language)),
        e(&dossier.profiles.join(", ")),
    )?;
    page.raw("</header>\n")
}

/// The summary part.
pub(super) fn write(page: &mut Page<'_, '_>) -> io::Result<()> {
    page.part("synthese", &labels::SUMMARY, None)?;
    verdict(page)?;
    if let Some(partial) = &page.record.partial {
        writeln!(
            page.out,
            "<p class=\"notice\" role=\"note\"><strong>{}{}</strong> {}</p>",
            e(labels::PARTIAL.get(page.language)),
            labels::colon(page.language),
            e(&partial.to_string())
        )?;
    }
    page.raw("<div class=\"columns\">\n")?;
    counts(page)?;
    identity(page)?;
    page.raw("</div>\n</section>\n")
}

/// The verdict and the sentence that says why.
fn verdict(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    let record = page.record;
    let blocking = view::blocking(record);
    let of = |verdict: Verdict| blocking.iter().filter(|r| r.verdict == verdict).count() as u64;
    let mut parts = Vec::new();
    for (count, one, many) in [
        (
            of(Verdict::NonConform),
            Text::fixed("exigence non conforme", "non-conform requirement"),
            Text::fixed("exigences non conformes", "non-conform requirements"),
        ),
        (
            of(Verdict::Missing),
            Text::fixed("exigence sans preuve", "requirement without proof"),
            Text::fixed("exigences sans preuve", "requirements without proof"),
        ),
        (
            of(Verdict::NotEvaluated),
            Text::fixed("exigence non évaluée", "requirement not evaluated"),
            Text::fixed("exigences non évaluées", "requirements not evaluated"),
        ),
        (
            view::to_review(record).len() as u64,
            Text::fixed("preuve à examiner par un humain", "proof for a human to review"),
            Text::fixed("preuves à examiner par un humain", "proofs for a human to review"),
        ),
        (
            record.counts.waived_findings,
            Text::fixed("constat accepté par dérogation", "finding accepted by a waiver"),
            Text::fixed(
                "constats acceptés par dérogation",
                "findings accepted by a waiver",
            ),
        ),
    ] {
        if count > 0 {
            parts.push(labels::count(language, count, &one, &many));
        }
    }
    let sentence = if parts.is_empty() {
        labels::NOTHING_BLOCKS.get(language).to_owned()
    } else {
        format!("{}.", parts.join(", "))
    };
    writeln!(
        page.out,
        "<p class=\"verdict b-{}\"><strong>{}</strong> <span>{}</span></p>",
        record.verdict.as_str(),
        badge(record.verdict, language),
        e(&sentence)
    )
}

fn identity(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    let record = page.record;
    let (dossier, referential) = (&record.dossier, &record.referential);
    let source = labels::referential_source(&referential.source).get(language);
    let mut rem = format!("{} — {source}", e(&referential.id));
    if let Some(file) = &referential.file {
        let _ = write!(rem, "{} {}", labels::colon(language), e(file));
    }
    let _ = write!(rem, "<br><code class=\"hash\">{}</code>", e(&referential.sha256));
    let packs = if record.packs.is_empty() {
        e(labels::NO_PACK.get(language)).to_string()
    } else {
        record
            .packs
            .iter()
            .map(|pack| format!("{} {}", e(&pack.id), e(&pack.version)))
            .collect::<Vec<_>>()
            .join("<br>")
    };
    let rows = [
        (
            &labels::PRODUCT,
            format!("{} {}", e(&dossier.product), e(&dossier.version)),
        ),
        (&labels::VENDOR, e(&dossier.vendor).to_string()),
        (
            &labels::DSR_SHORT,
            format!("{} — {}", e(&dossier.dsr), e(dossier.dsr_name.get(language))),
        ),
        (
            &labels::PROFILES,
            dossier
                .profiles
                .iter()
                .map(|profile| e(profile).to_string())
                .collect::<Vec<_>>()
                .join("<br>"),
        ),
        (&labels::REFERENTIAL, rem),
        (&labels::PACKS, packs),
        (
            &labels::MANIFEST_HASH,
            format!("<code class=\"hash\">{}</code>", e(&dossier.manifest_sha256)),
        ),
        (
            &labels::TOOL,
            format!("{} {}", e(&record.tool.name), e(&record.tool.version)),
        ),
    ];
    writeln!(
        page.out,
        "<div><h3>{}</h3><dl class=\"identity\">",
        e(labels::IDENTITY.get(language))
    )?;
    for (label, value) in rows {
        writeln!(page.out, "<dt>{}</dt><dd>{value}</dd>", e(label.get(language)))?;
    }
    page.raw("</dl></div>\n")
}

fn counts(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    let counts = &page.record.counts;
    writeln!(page.out, "<div><h3>{}</h3>", e(labels::COUNTS.get(language)))?;
    bar(page, &counts.requirements)?;
    writeln!(
        page.out,
        "<table class=\"counts\"><caption class=\"quiet\">{}</caption><thead><tr><th scope=\"col\">{}</th>",
        e(labels::COUNTS_CAPTION.get(language)),
        e(labels::VERDICT.get(language))
    )?;
    let columns = [
        (&labels::REQUIREMENTS, &counts.requirements, "num"),
        (&labels::RECOMMENDATIONS, &counts.recommendations, "num"),
        (&labels::SCENARIOS, &counts.scenarios, "num wide"),
        (&labels::PROOFS, &counts.proofs, "num"),
    ];
    for (label, _, class) in columns {
        write!(
            page.out,
            "<th scope=\"col\" class=\"{class}\">{}</th>",
            e(label.get(language))
        )?;
    }
    page.raw("</tr></thead><tbody>\n")?;
    for verdict in Verdict::ALL {
        let values = columns.map(|(_, counts, class)| {
            let count = counts.get(verdict.as_str()).copied().unwrap_or(0);
            (count, class)
        });
        if values.iter().all(|(count, _)| *count == 0) {
            continue;
        }
        write!(
            page.out,
            "<tr><th scope=\"row\">{}</th>",
            badge(verdict, language)
        )?;
        for (value, class) in values {
            write!(
                page.out,
                "<td class=\"{class}\">{}</td>",
                labels::number(language, value)
            )?;
        }
        page.raw("</tr>\n")?;
    }
    write!(
        page.out,
        "</tbody><tfoot><tr><th scope=\"row\">{}</th>",
        e(labels::TOTAL.get(language))
    )?;
    for (_, counts, class) in columns {
        let total = counts.values().copied().fold(0, u64::saturating_add);
        write!(
            page.out,
            "<td class=\"{class}\">{}</td>",
            labels::number(language, total)
        )?;
    }
    page.raw("</tr></tfoot></table>\n")?;
    let severities = labels::findings_by_severity(language, &counts.findings);
    writeln!(
        page.out,
        "<p>{}{} {}. {}{} {} ({}).</p></div>",
        e(labels::FINDINGS.get(language)),
        labels::colon(language),
        severities.join(", "),
        e(labels::FILES.get(language)),
        labels::colon(language),
        labels::number(language, counts.files),
        labels::size(language, counts.bytes)
    )
}

/// A bar of the verdicts on requirements; the table below says the same in words.
fn bar(page: &mut Page<'_, '_>, counts: &BTreeMap<String, u64>) -> io::Result<()> {
    let total = counts.values().copied().fold(0, u64::saturating_add);
    if total == 0 {
        return Ok(());
    }
    page.raw(
        "<svg class=\"bar\" viewBox=\"0 0 1000 14\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
    )?;
    let mut done: u64 = 0;
    for verdict in Verdict::ALL {
        let count = counts.get(verdict.as_str()).copied().unwrap_or(0);
        let start = done.saturating_mul(1000) / total;
        done = done.saturating_add(count);
        let end = done.saturating_mul(1000) / total;
        if end > start {
            write!(
                page.out,
                "<rect class=\"f-{}\" x=\"{start}\" width=\"{}\" height=\"14\"/>",
                verdict.as_str(),
                end - start
            )?;
        }
    }
    page.raw("</svg>\n")
}
