//! Reports: the record, told to people and to machines. One file (or folder) per format.
//!
//! A report reads the record alone and decides nothing: verdicts and totals are those of the record. Everything is
//! written to a stream; nothing depends on a clock, a path of this machine, or the order of a hash map.

mod csv;
pub mod diff;
mod error;
mod file;
mod format;
mod github;
mod gitlab;
mod html;
mod human;
mod json;
mod jsonl;
mod junit;
mod labels;
mod load;
mod loose;
mod markdown;
mod options;
mod pdf;
mod redact;
mod sarif;
mod snippet;
mod view;
mod xlsx;
mod xml;

use std::io::Write;

pub use error::ReportError;
pub use file::write_file;
pub use format::{Format, UnknownFormat};
pub(crate) use labels::{decision as labels_decision, files as labels_files};
pub use load::{LoadError, parse_record, read_record};
pub use options::Options;
pub use redact::{redact, redact_validation};

use crate::record::{Record, ValidationRecord};
use crate::text::Text;

/// Renders a record in a format.
///
/// # Errors
/// When the stream cannot be written, or the format does not exist for records in this build.
pub fn render(
    record: &Record,
    format: Format,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let hidden;
    let record = if options.redact {
        hidden = redact(record);
        &hidden
    } else {
        record
    };
    match format {
        Format::Human => human::record(record, options, out)?,
        Format::Json => json::write(record, out)?,
        Format::Jsonl => jsonl::record(record, out)?,
        Format::Html => html::record(record, options, out)?,
        Format::Junit => junit::record(record, options, out)?,
        Format::Sarif => sarif::record(record, options, out)?,
        Format::Github => github::record(record, options, out)?,
        Format::Gitlab => gitlab::record(record, options, out)?,
        Format::Xlsx => xlsx::record(record, options, out)?,
        Format::Csv => csv::record(record, options, out)?,
        Format::Markdown => markdown::record(record, options, out)?,
        Format::Pdf => pdf::record(record, options, out)?,
    }
    out.flush()?;
    Ok(())
}

/// Renders the output of `conforme validate` in a format.
///
/// # Errors
/// When the stream cannot be written, or the format makes no sense without a dossier.
pub fn render_validation(
    record: &ValidationRecord,
    format: Format,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let hidden;
    let record = if options.redact {
        hidden = redact_validation(record);
        &hidden
    } else {
        record
    };
    match format {
        Format::Human => human::validation(record, options, out)?,
        Format::Json => json::write(record, out)?,
        Format::Jsonl => jsonl::validation(record, out)?,
        Format::Junit => junit::validation(record, options, out)?,
        Format::Sarif => sarif::validation(record, options, out)?,
        Format::Github => github::validation(record, options, out)?,
        Format::Gitlab => gitlab::validation(record, options, out)?,
        Format::Csv => csv::validation(record, options, out)?,
        Format::Html => html::validation(record, options, out)?,
        Format::Pdf => pdf::validation(record, options, out)?,
        Format::Markdown => markdown::validation(record, options, out)?,
        // A workbook of requirements makes no sense without a REM.
        Format::Xlsx => {
            return Err(ReportError::Unsupported {
                format,
                of: Text::fixed("des pièces seules", "evidence alone"),
            });
        }
    }
    out.flush()?;
    Ok(())
}
