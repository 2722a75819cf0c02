//! What can go wrong while a report is written.

use super::Format;

/// Why a report was not written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The stream or the file refused the bytes: disk full, closed pipe, no right to write.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The file could not be made or replaced.
    #[error("{path} : {cause}")]
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
    #[error("le format {format} n'existe pas pour {of} / format {format} does not exist for {of}")]
    Unsupported {
        /// The format.
        format: Format,
        /// `record` or `validation`.
        of: &'static str,
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
