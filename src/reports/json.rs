//! `json`: the record itself.

use std::io::Write;

use serde::Serialize;

use super::ReportError;

/// Writes a value as indented JSON with a final newline.
pub(super) fn write(value: &impl Serialize, out: &mut dyn Write) -> Result<(), ReportError> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    out.write_all(b"\n")?;
    Ok(())
}
