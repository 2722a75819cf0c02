//! The page of files judged alone: verdicts, a table of the files, then each file with its findings.

use std::io::{self, Write};

use super::super::options::Options;
use super::super::{labels, loose};
use super::document::{Script, footer, head};
use super::page::{Page, badge, e};
use super::{annex, finding};
use crate::record::{ValidatedFile, ValidationRecord};

/// Writes the page.
pub(in crate::reports) fn validation(
    validation: &ValidationRecord,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let record = loose::as_record(validation);
    let mut page = Page::new(&record, options, out);
    let language = page.language;
    let title = labels::FILES_TITLE.get(language);
    head(&mut page, title, Script::None)?;
    writeln!(
        page.out,
        "<header class=\"banner\"><h1>{}</h1><p>{} · {}</p></header>\n<main id=\"main\">",
        e(title),
        e(&labels::files(language, validation.files.len() as u64)),
        e(&labels::findings(
            language,
            record.findings.iter().map(|finding| finding.count).sum()
        )),
    )?;
    summary(&mut page, validation)?;
    page.part("detail", &labels::FILES_DETAIL, None)?;
    for (index, file) in validation.files.iter().enumerate() {
        write_file(&mut page, index, file)?;
    }
    page.raw("</section>\n")?;
    page.part("annexes", &labels::ANNEX, None)?;
    annex::rules(&mut page)?;
    annex::packs(&mut page)?;
    annex::legend(&mut page)?;
    page.raw("</section>\n</main>\n")?;
    footer(&mut page)?;
    page.raw("</body>\n</html>\n")
}

/// The worst verdict, how many files have each, and every file with its verdict.
fn summary(page: &mut Page<'_, '_>, validation: &ValidationRecord) -> io::Result<()> {
    let language = page.language;
    page.part("synthese", &labels::SUMMARY, None)?;
    writeln!(
        page.out,
        "<p class=\"verdict b-{}\">{}</p>\n<ul>",
        page.record.verdict.as_str(),
        badge(page.record.verdict, language)
    )?;
    for (verdict, count) in loose::verdicts(&validation.files) {
        writeln!(
            page.out,
            "<li>{} {}</li>",
            badge(verdict, language),
            e(&labels::files(language, count))
        )?;
    }
    page.raw("</ul>\n")?;
    annex::open_table(
        page,
        &labels::FILES_JUDGED,
        &[
            &labels::FILE,
            &labels::KIND,
            &labels::SIZE,
            &labels::VERDICT,
            &labels::FINDINGS,
        ],
    )?;
    for (index, file) in validation.files.iter().enumerate() {
        let findings: u64 = file.findings.iter().map(|finding| finding.count).sum();
        writeln!(
            page.out,
            "<tr><th scope=\"row\"><a class=\"path\" href=\"#f{index}\">{}</a></th><td>{}</td>\
             <td class=\"num\">{}</td><td>{}</td><td class=\"num\">{}</td></tr>",
            e(&file.file),
            e(file.kind.label().get(language)),
            labels::size(language, file.size),
            badge(file.verdict, language),
            labels::number(language, findings)
        )?;
    }
    page.raw(annex::CLOSE_TABLE)?;
    page.raw("</section>\n")
}

fn write_file(page: &mut Page<'_, '_>, index: usize, file: &ValidatedFile) -> io::Result<()> {
    let language = page.language;
    writeln!(
        page.out,
        "<section class=\"proof b-{}\" id=\"f{index}\" aria-labelledby=\"f{index}-t\">\
         <h3 id=\"f{index}-t\">{} <a class=\"path\" href=\"#f{index}\">{}</a></h3>\n\
         <p class=\"quiet\">{}, {} · SHA-256 <code class=\"hash\">{}</code></p>",
        file.verdict.as_str(),
        badge(file.verdict, language),
        e(&file.file),
        e(file.kind.label().get(language)),
        labels::size(language, file.size),
        e(&file.sha256)
    )?;
    let indices = page
        .record
        .evidence
        .get(index)
        .map_or(&[][..], |evidence| &evidence.findings);
    finding::groups(page, indices)?;
    page.points("todo", &labels::TO_LOOK_AT, &file.to_review)?;
    page.points("notdone", &labels::NOT_EVALUATED, &file.not_evaluated)?;
    page.points("done", &labels::VERIFIED, &file.verified)?;
    if !file.measures.is_empty() {
        writeln!(
            page.out,
            "<p class=\"label\">{}</p><dl class=\"facts\">",
            e(labels::MEASURES.get(language))
        )?;
        for (name, value) in &file.measures {
            writeln!(
                page.out,
                "<div><dt>{}</dt><dd>{}</dd></div>",
                e(name),
                e(&value.to_string())
            )?;
        }
        page.raw("</dl>\n")?;
    }
    page.raw("</section>\n")
}
