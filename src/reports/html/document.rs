//! The skeleton of the page: head with its security policy, landmarks, parts in order.

use std::io::{self, Write};

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use super::super::options::Options;
use super::super::{labels, view};
use super::page::{Page, e};
use super::{annex, detail, matrix, summary, worklist};
use crate::record::Record;
use crate::text::{Language, Text};

/// The style of the report.
const STYLE: &str = include_str!("../../../reports/theme/report.css");
/// Filter and search: the only thing that needs JavaScript.
const SCRIPT: &str = include_str!("../../../reports/theme/report.js");

/// Writes the page.
pub(in crate::reports) fn record(record: &Record, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(record, options, out);
    let dossier = &record.dossier;
    let title = format!(
        "{} {} · {} · {}",
        dossier.product,
        dossier.version,
        dossier.dsr,
        labels::REPORT_TITLE.get(options.language)
    );
    head(&mut page, &title, Script::Filter)?;
    summary::banner(&mut page)?;
    contents(&mut page)?;
    writeln!(
        page.out,
        "<main id=\"main\" data-copy=\"{}\" data-copied=\"{}\">",
        e(labels::COPY.get(page.language)),
        e(labels::COPIED.get(page.language))
    )?;
    summary::write(&mut page)?;
    worklist::blocking(&mut page)?;
    worklist::to_review(&mut page)?;
    matrix::write(&mut page)?;
    detail::write(&mut page)?;
    annex::write(&mut page)?;
    page.raw("</main>\n")?;
    footer(&mut page)?;
    write!(page.out, "<script>{SCRIPT}</script>\n</body>\n</html>\n")
}

/// What a page may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// Filter and search of the report of a dossier.
    Filter,
    /// Nothing at all.
    None,
}

/// The head of a page, with its security policy, and the link that skips to the content.
pub(super) fn head(page: &mut Page<'_, '_>, title: &str, script: Script) -> io::Result<()> {
    let style = style(page.options.theme.as_deref());
    let language = match page.language {
        Language::Fr => "fr",
        Language::En => "en",
    };
    let script = match script {
        Script::Filter => format!("script-src 'sha256-{}'; ", hash(SCRIPT)),
        Script::None => String::new(),
    };
    write!(
        page.out,
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'; \
         {script}base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"generator\" content=\"{} {}\">\n\
         <title>{}</title>\n<style>{style}</style>\n</head>\n<body>\n",
        hash(&style),
        e(&page.record.tool.name),
        e(&page.record.tool.version),
        e(title),
    )?;
    writeln!(
        page.out,
        "<a class=\"skip\" href=\"#main\">{}</a>",
        e(labels::SKIP.get(page.language))
    )
}

/// The style of a page, with the theme of the user after ours.
pub(in crate::reports) fn style(theme: Option<&str>) -> String {
    match theme {
        // `</style` would end the element.
        Some(theme) => format!("{STYLE}\n{}", theme.replace("</", "<\\/")),
        None => STYLE.to_owned(),
    }
}

/// The hash of inline content as a content security policy names it.
pub(in crate::reports) fn hash(content: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(content))
}

fn contents(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    let entries: [(&str, &Text, Option<usize>); 6] = [
        ("synthese", &labels::SUMMARY, None),
        (
            "bloque",
            &labels::BLOCKING,
            Some(view::blocking(page.record).len()),
        ),
        (
            "examen",
            &labels::HUMAN_NEEDED,
            Some(view::to_review(page.record).len()),
        ),
        ("exigences", &labels::MATRIX, Some(page.record.requirements.len())),
        ("detail", &labels::DETAIL, None),
        ("annexes", &labels::ANNEX, None),
    ];
    writeln!(
        page.out,
        "<nav id=\"sommaire\" aria-label=\"{}\"><ul>",
        e(labels::CONTENTS.get(language))
    )?;
    for (id, label, count) in entries {
        write!(page.out, "<li><a href=\"#{id}\">{}</a>", e(label.get(language)))?;
        if let Some(count) = count {
            write!(
                page.out,
                " <span class=\"n\">{}</span>",
                labels::number(language, count as u64)
            )?;
        }
        page.raw("</li>\n")?;
    }
    page.raw("</ul></nav>\n")
}

/// What every page ends with.
pub(super) fn footer(page: &mut Page<'_, '_>) -> io::Result<()> {
    let language = page.language;
    writeln!(
        page.out,
        "<footer><p>{} {} · {}</p>",
        e(&page.record.tool.name),
        e(&page.record.tool.version),
        e(labels::OFFLINE_TEXT.get(language))
    )?;
    if !page.options.redact {
        page.paragraph(&labels::EVIDENCE_WARNING)?;
    }
    writeln!(
        page.out,
        "<p><a href=\"#main\">{}</a></p></footer>",
        e(labels::BACK_TO_TOP.get(language))
    )
}
