//! The two lists a reader acts on: what blocks, what needs a human.

use std::io;

use super::super::{labels, view};
use super::page::{Page, anchor, badge, e};
use crate::finding::Severity;
use crate::record::{ProofRecord, RequirementRecord};
use crate::text::Text;
use crate::verdict::Verdict;

/// Rules named under a blocking proof; the rest is one link away.
const RULES_SHOWN: usize = 4;

/// What blocks, gravest first.
pub(super) fn blocking(page: &mut Page<'_, '_>) -> io::Result<()> {
    let blocking = view::blocking(page.record);
    page.part("bloque", &labels::BLOCKING, Some(blocking.len() as u64))?;
    if blocking.is_empty() {
        page.paragraph(&labels::NOTHING_BLOCKS)?;
    }
    for verdict in [Verdict::NonConform, Verdict::Missing, Verdict::NotEvaluated] {
        let of: Vec<&RequirementRecord> = blocking
            .iter()
            .copied()
            .filter(|requirement| requirement.verdict == verdict)
            .collect();
        if of.is_empty() {
            continue;
        }
        writeln!(
            page.out,
            "<h3>{} <span class=\"n\">{}</span></h3>\n<ul class=\"work\">",
            badge(verdict, page.language),
            labels::number(page.language, of.len() as u64)
        )?;
        for requirement in of {
            blocked(page, requirement)?;
        }
        page.raw("</ul>\n")?;
    }
    of_the_dossier(page)?;
    page.raw("</section>\n")
}

fn blocked(page: &mut Page<'_, '_>, requirement: &RequirementRecord) -> io::Result<()> {
    let language = page.language;
    write!(
        page.out,
        "<li><a class=\"id\" href=\"#{}\">{}</a> {}",
        anchor("ex", &requirement.id),
        e(&requirement.id),
        e(requirement.title.get(language))
    )?;
    if let Some(reason) = &requirement.reason {
        write!(page.out, "<p class=\"reason\">{}</p>", e(reason.get(language)))?;
    }
    let proofs: Vec<&ProofRecord> = requirement
        .scenarios
        .iter()
        .flat_map(|scenario| &scenario.proofs)
        .filter(|proof| view::blocks(proof.verdict))
        .collect();
    if !proofs.is_empty() {
        page.raw("<ul>\n")?;
        for proof in proofs {
            blocked_proof(page, proof)?;
        }
        page.raw("</ul>")?;
    }
    page.raw("</li>\n")
}

fn blocked_proof(page: &mut Page<'_, '_>, proof: &ProofRecord) -> io::Result<()> {
    let language = page.language;
    page.raw("<li>")?;
    page.badge(proof.verdict)?;
    write!(
        page.out,
        " <a class=\"id\" href=\"#{}\">{}</a> {}",
        anchor("pr", &proof.id),
        e(&proof.id),
        e(proof.title.get(language))
    )?;
    let errors: Vec<_> = view::findings(page.record, &proof.findings)
        .into_iter()
        .filter(|(_, finding)| finding.severity == Severity::Error && finding.waiver.is_none())
        .collect();
    let groups = view::by_rule(&errors);
    // The reason repeats what the findings say; alone it is all there is.
    if let Some(reason) = proof.reason.as_ref().filter(|_| groups.is_empty()) {
        write!(page.out, "<p class=\"reason\">{}</p>", e(reason.get(language)))?;
    }
    if !groups.is_empty() {
        page.raw("<ul class=\"why\">\n")?;
        for group in groups.iter().take(RULES_SHOWN) {
            let Some((index, first)) = group.findings.first() else {
                continue;
            };
            let anchor = page.finding_anchor(*index).to_owned();
            write!(
                page.out,
                "<li>{} <a class=\"path\" href=\"#{anchor}\">{}</a>",
                e(first.message(language)),
                Page::position(first)
            )?;
            let more = group.total().saturating_sub(1);
            if more > 0 {
                write!(
                    page.out,
                    " <span class=\"quiet\">+ {} [{}]</span>",
                    labels::more(language, more),
                    e(group.rule)
                )?;
            }
            page.raw("</li>\n")?;
        }
        let more = groups.len().saturating_sub(RULES_SHOWN) as u64;
        if more > 0 {
            writeln!(
                page.out,
                "<li class=\"quiet\"><a href=\"#{}\">+ {}</a></li>",
                anchor("pr", &proof.id),
                e(&labels::count(
                    language,
                    more,
                    &Text::fixed("autre règle enfreinte", "more rule broken"),
                    &Text::fixed("autres règles enfreintes", "more rules broken"),
                ))
            )?;
        }
        page.raw("</ul>")?;
    }
    for point in &proof.not_evaluated {
        write!(page.out, "<p class=\"reason\">{}</p>", e(point.get(language)))?;
    }
    page.raw("</li>\n")
}

/// Findings of the dossier itself: they belong to no requirement, but a reader must not miss them.
fn of_the_dossier(page: &mut Page<'_, '_>) -> io::Result<()> {
    let indices = view::findings_of_no_proof(page.record);
    if indices.is_empty() {
        return Ok(());
    }
    writeln!(
        page.out,
        "<h3 id=\"dossier\">{} <span class=\"n\">{}</span></h3>",
        e(labels::DOSSIER_FINDINGS.get(page.language)),
        labels::number(page.language, indices.len() as u64)
    )?;
    super::finding::groups(page, &indices)
}

/// What needs a human: the points to look at and the files.
pub(super) fn to_review(page: &mut Page<'_, '_>) -> io::Result<()> {
    let views = view::to_review(page.record);
    let language = page.language;
    page.part("examen", &labels::HUMAN_NEEDED, Some(views.len() as u64))?;
    if views.is_empty() {
        page.paragraph(&labels::NO_HUMAN_NEEDED)?;
        return page.raw("</section>\n");
    }
    page.raw("<ul class=\"work\">\n")?;
    for view in views {
        let proof = view.proof;
        writeln!(
            page.out,
            "<li><a class=\"id\" href=\"#{}\">{}</a> {}",
            anchor("pr", &proof.id),
            e(&proof.id),
            e(proof.title.get(language))
        )?;
        if !proof.to_review.is_empty() {
            page.raw("<ul class=\"why\">\n")?;
            for point in &proof.to_review {
                writeln!(page.out, "<li>{}</li>", e(point.get(language)))?;
            }
            page.raw("</ul>\n")?;
        }
        if !proof.files.is_empty() {
            page.raw("<p class=\"files\">")?;
            for (index, file) in proof.files.iter().enumerate() {
                let link = page.file_link(file);
                page.raw(if index > 0 { " · " } else { "" })?;
                page.raw(&link)?;
            }
            page.raw("</p>")?;
        }
        page.raw("</li>\n")?;
    }
    page.raw("</ul>\n</section>\n")
}
