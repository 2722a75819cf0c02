//! Requirement by requirement: scenarios, proofs, files with their hashes, findings with how to fix.

use std::io;

use super::super::{labels, view};
use super::finding;
use super::page::{Page, badge, e};
use crate::record::{ProofRecord, RequirementRecord, ReviewRecord, ScenarioRecord};
use crate::text::Text;

/// The part.
pub(super) fn write(page: &mut Page<'_, '_>) -> io::Result<()> {
    page.part("detail", &labels::DETAIL, None)?;
    for requirement in &page.record.requirements {
        write_requirement(page, requirement)?;
    }
    page.raw("</section>\n")
}

fn write_requirement(page: &mut Page<'_, '_>, requirement: &RequirementRecord) -> io::Result<()> {
    let language = page.language;
    let anchor = page.fresh_anchor("ex", &requirement.id);
    // Open where the reader has work, closed where all is said by the verdict.
    let open = if view::blocks(requirement.verdict) && !view::is_recommendation(requirement) {
        " open"
    } else {
        ""
    };
    writeln!(
        page.out,
        "<details class=\"req\" id=\"{anchor}\"{open}><summary>{} <h3><span class=\"id\">{}</span> {}</h3></summary>",
        badge(requirement.verdict, language),
        e(&requirement.id),
        e(requirement.title.get(language))
    )?;
    let nature = if view::is_recommendation(requirement) {
        Text::fixed(
            "Préconisation (PEUT), ne bloque pas",
            "Recommendation (PEUT), never blocks",
        )
    } else {
        Text::fixed("Exigence (DOIT)", "Requirement (DOIT)")
    };
    writeln!(
        page.out,
        "<p class=\"quiet\">{} · {} {} · {} {} · <a href=\"#{anchor}\">{} {}</a></p>",
        e(nature.get(language)),
        e(labels::SECTION.get(language)),
        e(&requirement.section),
        e(labels::PROFILE.get(language)),
        e(&requirement.profile),
        e(labels::LINK_TO_THIS.get(language)),
        e(&requirement.id)
    )?;
    if let Some(reason) = &requirement.reason {
        writeln!(page.out, "<p class=\"reason\">{}</p>", e(reason.get(language)))?;
    }
    if !requirement.statement.is_empty() {
        writeln!(
            page.out,
            "<p class=\"said\" lang=\"fr\">{}</p>",
            e(&requirement.statement)
        )?;
    }
    for scenario in &requirement.scenarios {
        write_scenario(page, scenario)?;
    }
    page.raw("</details>\n")
}

fn write_scenario(page: &mut Page<'_, '_>, scenario: &ScenarioRecord) -> io::Result<()> {
    let language = page.language;
    writeln!(
        page.out,
        "<section class=\"scenario\"><h4>{} {}</h4>",
        e(labels::SCENARIO.get(language)),
        e(&scenario.id)
    )?;
    if !scenario.text.is_empty() {
        writeln!(
            page.out,
            "<p class=\"said\" lang=\"fr\">{}</p>",
            e(&scenario.text)
        )?;
    }
    if scenario.proofs.is_empty() {
        page.paragraph(&labels::NO_PROOF)?;
    }
    for proof in &scenario.proofs {
        write_proof(page, proof)?;
    }
    page.raw("</section>\n")
}

fn write_proof(page: &mut Page<'_, '_>, proof: &ProofRecord) -> io::Result<()> {
    let language = page.language;
    let anchor = page.fresh_anchor("pr", &proof.id);
    writeln!(
        page.out,
        "<section class=\"proof b-{}\" id=\"{anchor}\"><h5>{} <a class=\"id\" href=\"#{anchor}\">{}</a> {} \
         <span class=\"class\">{}</span></h5>",
        proof.verdict.as_str(),
        badge(proof.verdict, language),
        e(&proof.id),
        e(proof.title.get(language)),
        e(&proof.class)
    )?;
    if let Some(reason) = &proof.reason {
        writeln!(page.out, "<p class=\"reason\">{}</p>", e(reason.get(language)))?;
    }
    if let Some(review) = &proof.review {
        write_review(page, review)?;
    }
    write_files(page, proof)?;
    finding::groups(page, &proof.findings)?;
    page.points("todo", &labels::TO_LOOK_AT, &proof.to_review)?;
    page.points("notdone", &labels::NOT_EVALUATED, &proof.not_evaluated)?;
    page.points("done", &labels::VERIFIED, &proof.verified)?;
    page.raw("</section>\n")
}

fn write_files(page: &mut Page<'_, '_>, proof: &ProofRecord) -> io::Result<()> {
    let language = page.language;
    if proof.files.is_empty() {
        return Ok(());
    }
    page.raw("<ul class=\"pieces\">\n")?;
    for path in &proof.files {
        let link = page.file_link(path);
        write!(page.out, "<li>{link}")?;
        if let Some(evidence) = page.evidence(path) {
            write!(
                page.out,
                " <span class=\"quiet\">{}, {} · SHA-256 <code class=\"hash\">{}</code></span>",
                e(evidence.kind.label().get(language)),
                labels::size(language, evidence.size),
                e(&evidence.sha256)
            )?;
        }
        page.raw("</li>\n")?;
    }
    page.raw("</ul>\n")
}

/// The decision of an examiner, and whether it still counts.
fn write_review(page: &mut Page<'_, '_>, review: &ReviewRecord) -> io::Result<()> {
    let language = page.language;
    write!(
        page.out,
        "<p class=\"review\"><strong>{}{}</strong> {} — {}, {}",
        e(labels::DECISION.get(language)),
        labels::colon(language),
        e(labels::decision(&review.decision, language)),
        e(&review.examiner),
        e(&review.date)
    )?;
    if !review.comment.is_empty() {
        write!(page.out, "<br>{}", e(&review.comment))?;
    }
    if review.stale {
        write!(
            page.out,
            "<br><strong>{}</strong>",
            e(labels::STALE.get(language))
        )?;
    }
    page.raw("</p>\n")
}
