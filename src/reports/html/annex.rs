//! Annexes: what was not checked, files, rules, packs, waivers, reviews, method.

use std::io;

use super::super::{labels, view};
use super::page::{Page, anchor, badge, e};
use crate::text::Text;
use crate::verdict::Verdict;

/// The part.
pub(super) fn write(page: &mut Page<'_, '_>) -> io::Result<()> {
    page.part("annexes", &labels::ANNEX, None)?;
    not_checked(page)?;
    files(page)?;
    rules(page)?;
    packs(page)?;
    waivers(page)?;
    reviews(page)?;
    method(page)?;
    page.raw("</section>\n")
}

fn heading(page: &mut Page<'_, '_>, id: &str, label: &Text) -> io::Result<()> {
    let words = e(page.words(label)).to_string();
    writeln!(page.out, "<h3 id=\"{id}\">{words}</h3>")
}

fn not_checked(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    heading(page, "non-controle", &labels::NOT_CHECKED)?;
    let mut any = false;
    for view in view::proofs(page.record) {
        for point in &view.proof.not_evaluated {
            page.raw(if any { "" } else { "<ul>\n" })?;
            any = true;
            writeln!(
                page.out,
                "<li><a class=\"id\" href=\"#{}\">{}</a> {}</li>",
                anchor("pr", &view.proof.id),
                e(&view.proof.id),
                e(point.get(language))
            )?;
        }
    }
    if any {
        page.raw("</ul>\n")
    } else {
        page.paragraph(&labels::ALL_CHECKED)
    }
}

/// Opens a table that scrolls alone when the screen is narrow.
pub(super) fn open_table(page: &mut Page<'_, '_>, caption: &Text, columns: &[&Text]) -> io::Result<()> {
    let language = page.language;
    write!(
        page.out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table><caption>{0}</caption>\
         <thead><tr>",
        e(caption.get(language))
    )?;
    for column in columns {
        write!(page.out, "<th scope=\"col\">{}</th>", e(column.get(language)))?;
    }
    page.raw("</tr></thead><tbody>\n")
}

/// What ends a table that [`open_table`] opened.
pub(super) const CLOSE_TABLE: &str = "</tbody></table></div>\n";

fn files(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    heading(page, "fichiers", &labels::ALL_FILES)?;
    open_table(
        page,
        &labels::FILES_CAPTION,
        &[
            &labels::FILE,
            &labels::KIND,
            &labels::SIZE,
            &labels::VERDICT,
            &labels::PROOFS,
        ],
    )?;
    for (index, evidence) in page.record.evidence.iter().enumerate() {
        write!(
            page.out,
            "<tr id=\"f{index}\"><th scope=\"row\"><span class=\"path\">{}</span><br>\
             <code class=\"hash\">{}</code></th><td>{}</td><td class=\"num\">{}</td><td>{}</td><td>",
            e(&evidence.path),
            e(&evidence.sha256),
            e(evidence.kind.label().get(language)),
            labels::size(language, evidence.size),
            badge(evidence.verdict, language)
        )?;
        if evidence.proofs.is_empty() {
            write!(
                page.out,
                "<span class=\"quiet\">{}</span>",
                e(Text::fixed("aucune", "none").get(language))
            )?;
        }
        for (index, proof) in evidence.proofs.iter().enumerate() {
            write!(
                page.out,
                "{}<a class=\"id\" href=\"#{}\">{}</a>",
                if index > 0 { "<br>" } else { "" },
                anchor("pr", proof),
                e(proof)
            )?;
        }
        page.raw("</td></tr>\n")?;
    }
    page.raw(CLOSE_TABLE)
}

/// The rules that were broken: why they exist, how to satisfy them.
pub(super) fn rules(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    heading(page, "regles", &labels::RULES_BROKEN)?;
    if page.record.rules.is_empty() {
        return page.paragraph(&labels::NO_RULE_BROKEN);
    }
    page.raw("<dl class=\"rules\">\n")?;
    for (id, rule) in &page.record.rules {
        writeln!(
            page.out,
            "<dt id=\"{}\"><code>{}</code> {}</dt><dd>{}<br>{}<br><span class=\"quiet\">{} · \
             <code>conforme explain {}</code></span></dd>",
            anchor("r", id),
            e(id),
            e(rule.title.get(language)),
            e(rule.why.get(language)),
            e(rule.fix.get(language)),
            e(&rule.source),
            e(id)
        )?;
    }
    page.raw("</dl>\n")
}

/// The rule packs that were loaded.
pub(super) fn packs(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    heading(page, "jeux", &labels::PACKS)?;
    if page.record.packs.is_empty() {
        return page.paragraph(&labels::NO_PACK);
    }
    open_table(
        page,
        &labels::PACKS_CAPTION,
        &[
            &labels::PACK,
            &labels::VERSION,
            &labels::RULES,
            &labels::VALUE_SETS,
            &labels::CODES,
        ],
    )?;
    for pack in &page.record.packs {
        writeln!(
            page.out,
            "<tr><th scope=\"row\">{}<br><code class=\"hash\">{}</code></th><td>{}</td><td class=\"num\">{}</td>\
             <td class=\"num\">{}</td><td class=\"num\">{}</td></tr>",
            e(&pack.id),
            e(&pack.sha256),
            e(&pack.version),
            labels::number(language, pack.rules),
            labels::number(language, pack.value_sets),
            labels::number(language, pack.codes)
        )?;
    }
    page.raw(CLOSE_TABLE)
}

fn waivers(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    heading(page, "derogations", &labels::WAIVERS)?;
    if page.record.waivers.is_empty() {
        return page.paragraph(&labels::NO_WAIVER);
    }
    open_table(
        page,
        &labels::WAIVERS_CAPTION,
        &[
            &labels::SCOPE,
            &labels::REASON,
            &labels::AUTHORITY,
            &labels::DATE,
            &labels::EXPIRY,
            &labels::USED,
        ],
    )?;
    for waiver in &page.record.waivers {
        let used = if waiver.used == 0 {
            labels::UNUSED.get(language).to_owned()
        } else {
            labels::number(language, waiver.used)
        };
        writeln!(
            page.out,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            e(&view::waiver_scope(waiver)),
            e(&waiver.reason),
            e(&waiver.authority),
            e(&waiver.date),
            e(&waiver.expiry),
            e(&used)
        )?;
    }
    page.raw(CLOSE_TABLE)
}

fn reviews(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    heading(page, "decisions", &labels::REVIEWS)?;
    if page.record.reviews.is_empty() {
        return page.paragraph(&labels::NO_REVIEW);
    }
    open_table(
        page,
        &labels::REVIEWS_CAPTION,
        &[
            &labels::PROOF,
            &labels::DECISION,
            &labels::EXAMINER,
            &labels::DATE,
            &labels::COMMENT,
        ],
    )?;
    for review in &page.record.reviews {
        writeln!(
            page.out,
            "<tr><th scope=\"row\"><a class=\"id\" href=\"#{}\">{}</a></th><td>{}{}</td><td>{}</td><td>{}</td>\
             <td>{}</td></tr>",
            anchor("pr", &review.proof),
            e(&review.proof),
            e(labels::decision(&review.decision, language)),
            if review.stale {
                format!(" — <strong>{}</strong>", e(labels::STALE.get(language)))
            } else {
                String::new()
            },
            e(&review.examiner),
            e(&review.date),
            e(&review.comment)
        )?;
    }
    page.raw(CLOSE_TABLE)
}

fn method(page: &mut Page<'_, '_>) -> io::Result<()> {
    heading(page, "methode", &labels::METHOD)?;
    page.paragraph(&labels::METHOD_TEXT)?;
    legend(page)
}

/// What each verdict means.
pub(super) fn legend(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    writeln!(
        page.out,
        "<h4>{}</h4><ul class=\"legend\">",
        e(labels::LEGEND.get(language))
    )?;
    for verdict in Verdict::ALL {
        writeln!(
            page.out,
            "<li>{} {}</li>",
            badge(verdict, language),
            e(labels::meaning(verdict).get(language))
        )?;
    }
    page.raw("</ul>\n")
}
