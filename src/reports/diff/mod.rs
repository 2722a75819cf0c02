//! Two records side by side: what fails now and did not, what passes now and did not, what came, what went, which
//! evidence, REM and packs changed. The most useful question of whoever gets a second submission.

mod compare;
mod html;
mod markdown;
mod text;

use std::io::Write;

pub use compare::{
    Difference, EvidenceChange, FindingChanges, PackChange, ProofChange, RequirementChange, Side, TextChange,
    compare, new_findings,
};

use super::{Format, Options, ReportError, json};
use crate::text::Text;

/// Renders a difference: human, json, html or markdown.
///
/// # Errors
/// When the stream cannot be written, or the format does not exist for differences.
pub fn render_difference(
    difference: &Difference,
    format: Format,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    match format {
        Format::Human => text::write(difference, options, out)?,
        Format::Json => json::write(difference, out)?,
        Format::Html => html::write(difference, options, out)?,
        Format::Markdown => markdown::write(difference, options, out)?,
        _ => {
            return Err(ReportError::Unsupported {
                format,
                of: Text::fixed("une comparaison", "a comparison"),
            });
        }
    }
    out.flush()?;
    Ok(())
}
