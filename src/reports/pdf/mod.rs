//! `pdf`: the report on paper, without a browser: A4, tagged (headings, paragraphs), with bookmarks, the same bytes
//! for the same record.
//!
//! The fonts are the standard ones of every PDF reader (Helvetica, Courier), not embedded: small files, no licence,
//! but no PDF/A. The HTML report stays the richer one: here each rule shows its first findings and counts the rest.

mod content;
mod fonts;
mod layout;
mod writer;

use std::io::{self, Write};

use super::options::Options;
use super::{labels, loose};
use crate::record::{Record, ValidationRecord};

/// A record as a PDF.
pub(super) fn record(record: &Record, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let blocks = content::blocks(record, options);
    let pages = layout::pages(&blocks);
    let title = format!(
        "{} {} · {}",
        record.dossier.product, record.dossier.version, record.dossier.dsr
    );
    writer::write(&pages, &title, options.language, out)
}

/// Files judged alone as a PDF.
pub(super) fn validation(
    validation: &ValidationRecord,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let record = loose::as_record(validation);
    let pages = layout::pages(&content::files(&record, validation, options));
    writer::write(
        &pages,
        labels::FILES_TITLE.get(options.language),
        options.language,
        out,
    )
}
