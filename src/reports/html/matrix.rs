//! The requirements by section and profile, then all of them in one table with its filters.

use std::collections::BTreeMap;
use std::io;

use base64::write::EncoderWriter;

use super::super::{csv, labels, view};
use super::page::{Page, anchor, badge, e};
use crate::finding::Severity;
use crate::record::RequirementRecord;
use crate::text::Text;
use crate::verdict::Verdict;

/// Counts of one cell of the matrix.
type Cell = BTreeMap<Verdict, u64>;

/// The part.
pub(super) fn write(page: &mut Page<'_, '_>) -> io::Result<()> {
    page.part(
        "exigences",
        &labels::MATRIX,
        Some(page.record.requirements.len() as u64),
    )?;
    matrix(page)?;
    download(page)?;
    filters(page)?;
    table(page)?;
    page.raw("</section>\n")
}

fn matrix(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    let record = page.record;
    // Names as the REM writes them, which the catalogue may write otherwise; those where nothing applies are told
    // below the table.
    let mut profiles: Vec<&str> = Vec::new();
    for requirement in &record.requirements {
        let name = requirement.profile.as_str();
        if requirement.verdict != Verdict::NotApplicable && !profiles.contains(&name) {
            profiles.push(name);
        }
    }
    // Sections in the order of the REM.
    let mut sections: Vec<&str> = Vec::new();
    let mut cells: BTreeMap<(&str, &str), Cell> = BTreeMap::new();
    for requirement in &record.requirements {
        if !profiles.contains(&requirement.profile.as_str()) {
            continue;
        }
        if !sections.contains(&requirement.section.as_str()) {
            sections.push(&requirement.section);
        }
        *cells
            .entry((requirement.section.as_str(), requirement.profile.as_str()))
            .or_default()
            .entry(requirement.verdict)
            .or_default() += 1;
    }
    write!(
        page.out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\">\n\
         <table class=\"matrix\"><caption>{0}</caption><thead><tr><th scope=\"col\">{1}</th>",
        e(labels::MATRIX_CAPTION.get(language)),
        e(labels::SECTION.get(language))
    )?;
    for profile in &profiles {
        write!(page.out, "<th scope=\"col\">{}</th>", e(profile))?;
    }
    page.raw("</tr></thead><tbody>\n")?;
    for section in sections {
        write!(page.out, "<tr><th scope=\"row\">{}</th>", e(section))?;
        for profile in &profiles {
            page.raw("<td>")?;
            if let Some(cell) = cells.get(&(section, *profile)) {
                for verdict in Verdict::ALL {
                    if let Some(count) = cell.get(&verdict) {
                        write!(
                            page.out,
                            "<span class=\"v v-{}\" title=\"{}\"><span aria-hidden=\"true\">{}</span> {}\
                             <span class=\"off\"> {}</span></span> ",
                            verdict.as_str(),
                            e(verdict.label().get(language)),
                            verdict.symbol(),
                            labels::number(language, *count),
                            e(verdict.label().get(language))
                        )?;
                    }
                }
            }
            page.raw("</td>")?;
        }
        page.raw("</tr>\n")?;
    }
    page.raw("</tbody></table></div>\n")?;
    profiles_not_chosen(page)
}

fn profiles_not_chosen(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    let names: Vec<&str> = page
        .record
        .profiles
        .iter()
        .filter(|profile| !profile.chosen)
        .map(|profile| profile.name.as_str())
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    writeln!(
        page.out,
        "<p class=\"quiet\">{}{} {}.</p>",
        e(Text::fixed("Profils non choisis", "Profiles not chosen").get(language)),
        labels::colon(language),
        e(&names.join(", "))
    )
}

/// The table of proofs as CSV inside the page: nothing to fetch, no script needed.
fn download(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    write!(
        page.out,
        "<p class=\"tools\"><a download=\"{}.csv\" href=\"data:text/csv;charset=utf-8;base64,",
        e(&anchor("preuves", &page.record.dossier.dsr))
    )?;
    let mut encoder = EncoderWriter::new(&mut *page.out, &base64::engine::general_purpose::STANDARD);
    csv::proofs(page.record, language, &mut encoder)?;
    encoder.finish()?;
    drop(encoder);
    writeln!(page.out, "\">{}</a></p>", e(labels::DOWNLOAD_CSV.get(language)))
}

/// The filters: hidden until the script that makes them work shows them.
fn filters(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    let record = page.record;
    let mut verdicts: Vec<(String, String)> = Vec::new();
    for verdict in Verdict::ALL {
        if record
            .requirements
            .iter()
            .any(|requirement| requirement.verdict == verdict)
        {
            verdicts.push((
                verdict.as_str().to_owned(),
                format!("{} {}", verdict.symbol(), verdict.label().get(language)),
            ));
        }
    }
    let mut profiles: Vec<(String, String)> = Vec::new();
    let mut sections: Vec<(String, String)> = Vec::new();
    for requirement in &record.requirements {
        for (list, value) in [
            (&mut profiles, &requirement.profile),
            (&mut sections, &requirement.section),
        ] {
            if !list.iter().any(|(known, _)| known == value) {
                list.push((value.clone(), value.clone()));
            }
        }
    }
    let severities: Vec<(String, String)> = [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .map(|severity| {
            (
                severity.as_str().to_owned(),
                labels::severity(severity).get(language).to_owned(),
            )
        })
        .collect();
    writeln!(
        page.out,
        "<form id=\"filters\" role=\"search\" aria-label=\"{}\" hidden>",
        e(labels::FILTERS.get(language))
    )?;
    select(page, "verdict", &labels::VERDICT, &verdicts)?;
    select(page, "profile", &labels::PROFILE, &profiles)?;
    select(page, "section", &labels::SECTION, &sections)?;
    select(page, "severity", &labels::SEVERITY, &severities)?;
    let rules: Vec<(String, String)> = record
        .rules
        .keys()
        .map(|rule| (rule.clone(), rule.clone()))
        .collect();
    select(page, "rule", &labels::RULE, &rules)?;
    for (name, label) in [("file", &labels::FILE), ("text", &labels::SEARCH)] {
        writeln!(
            page.out,
            "<label>{} <input type=\"search\" name=\"{name}\" autocomplete=\"off\" spellcheck=\"false\"></label>",
            e(label.get(language))
        )?;
    }
    writeln!(
        page.out,
        "<div class=\"actions\"><button type=\"reset\">{}</button> \
         <button type=\"button\" data-open=\"1\">{}</button> <button type=\"button\" data-open=\"0\">{}</button> \
         <output aria-live=\"polite\" data-label=\"{}\"></output></div></form>",
        e(labels::RESET.get(language)),
        e(labels::OPEN_ALL.get(language)),
        e(labels::CLOSE_ALL.get(language)),
        e(labels::SHOWN.get(language))
    )
}

fn select(page: &mut Page<'_, '_>, name: &str, label: &Text, options: &[(String, String)]) -> io::Result<()> {
    let language = page.language;
    write!(
        page.out,
        "<label>{} <select name=\"{name}\"><option value=\"\">{}</option>",
        e(label.get(language)),
        e(labels::ANY.get(language))
    )?;
    for (value, words) in options {
        write!(page.out, "<option value=\"{}\">{}</option>", e(value), e(words))?;
    }
    page.raw("</select></label>\n")
}

fn table(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    write!(
        page.out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\">\n\
         <table class=\"requirements\"><caption>{0}</caption><thead><tr>",
        e(labels::TABLE_CAPTION.get(language))
    )?;
    for (label, class) in [
        (&labels::REQUIREMENT, ""),
        (&labels::VERDICT, ""),
        (&labels::TITLE, ""),
        (&labels::SECTION, "wide"),
        (&labels::PROFILE, "wide"),
        (&labels::NATURE, "wide"),
        (&labels::PROOFS, "num wide"),
        (&labels::FINDINGS, "num wide"),
    ] {
        write!(
            page.out,
            "<th scope=\"col\" class=\"{class}\">{}</th>",
            e(label.get(language))
        )?;
    }
    page.raw("</tr></thead><tbody>\n")?;
    for requirement in &page.record.requirements {
        row(page, requirement)?;
    }
    page.raw("</tbody></table></div>\n")
}

fn row(page: &mut Page<'_, '_>, requirement: &RequirementRecord) -> io::Result<()> {
    let language = page.language;
    let proofs: Vec<_> = requirement
        .scenarios
        .iter()
        .flat_map(|scenario| &scenario.proofs)
        .collect();
    let findings: u64 = proofs
        .iter()
        .flat_map(|proof| view::findings(page.record, &proof.findings))
        .map(|(_, finding)| finding.count)
        .fold(0, u64::saturating_add);
    let nature = if view::is_recommendation(requirement) {
        &labels::RECOMMENDATION
    } else {
        &labels::REQUIREMENT
    };
    writeln!(
        page.out,
        "<tr data-verdict=\"{}\" data-profile=\"{profile}\" data-section=\"{section}\"><th scope=\"row\">\
         <a class=\"id\" href=\"#{}\">{}</a></th><td>{}</td><td>{}</td><td class=\"wide\">{section}</td>\
         <td class=\"wide\">{profile}</td><td class=\"wide\">{}</td><td class=\"num wide\">{}</td>\
         <td class=\"num wide\">{}</td></tr>",
        requirement.verdict.as_str(),
        anchor("ex", &requirement.id),
        e(&requirement.id),
        badge(requirement.verdict, language),
        e(requirement.title.get(language)),
        e(nature.get(language)),
        labels::number(language, proofs.len() as u64),
        labels::number(language, findings),
        profile = e(&requirement.profile),
        section = e(&requirement.section),
    )
}
