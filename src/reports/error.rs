//! What can go wrong while a report is written.

use super::Format;
use crate::evidence::io_reason;
use crate::text::Text;

/// Why a report was not written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The stream or the file refused the bytes: disk full, closed pipe, no right to write.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The file could not be made or replaced.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: String,
        /// Why; part of the message, so no source of its own.
        cause: std::io::Error,
    },
    /// A value could not be written as JSON.
    #[error(transparent)]
    Json(serde_json::Error),
    /// The workbook could not be made.
    #[error(transparent)]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The format does not exist for what was asked.
    #[error("the format {format} does not exist for {}", of.en)]
    Unsupported {
        /// The format.
        format: Format,
        /// What was to be rendered.
        of: Text,
    },
}

impl From<serde_json::Error> for ReportError {
    /// A stream that refuses bytes is the same fault whatever was being written.
    fn from(error: serde_json::Error) -> Self {
        if error.is_io() {
            Self::Io(error.into())
        } else {
            Self::Json(error)
        }
    }
}

impl ReportError {
    /// What people read.
    pub fn text(&self) -> Text {
        match self {
            Self::Io(error) => io_reason(error),
            Self::File { path, cause } => {
                let reason = io_reason(cause);
                Text::new(
                    format!("{path} : {}", reason.fr),
                    format!("{path}: {}", reason.en),
                )
            }
            Self::Json(error) => Text::verbatim(error.to_string()),
            Self::Workbook(error) => Text::verbatim(error.to_string()),
            Self::Unsupported { format, of } => Text::new(
                format!("le format {format} n'existe pas pour {}", of.fr),
                format!("the format {format} does not exist for {}", of.en),
            ),
        }
    }

    /// True when the reader closed the pipe: their choice, not a fault.
    pub fn is_closed_pipe(&self) -> bool {
        match self {
            Self::Io(error) | Self::File { cause: error, .. } => {
                error.kind() == std::io::ErrorKind::BrokenPipe
            }
            Self::Json(_) | Self::Workbook(_) | Self::Unsupported { .. } => false,
        }
    }
}
