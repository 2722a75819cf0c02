//! Pictures and videos: what their containers declare, whether they are whole, whether a picture shows anything.
//!
//! Pictures are read from memory; videos as a stream that seeks, since they may be gigabytes long.

mod asf;
mod bmff;
mod jpeg;
mod matroska;
mod picture;
mod png;
mod riff;
mod tiff;
mod video;

pub use picture::{Picture, read_picture};
pub use video::{Video, read_video};

/// Why a picture or a video cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// The file ends before its container does.
    #[error("{0}")]
    Truncated(String),
    /// A stored checksum differs from the data.
    #[error("{0}")]
    Checksum(String),
    /// The container or the data break their format.
    #[error("{0}")]
    Broken(String),
    /// A format that is recognised and not read here.
    #[error("{0}")]
    Unsupported(String),
    /// Larger than what is decoded.
    #[error("{0}")]
    TooLarge(String),
    /// The operating system refuses.
    #[error("{0}")]
    Io(String),
}

impl From<std::io::Error> for MediaError {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::UnexpectedEof {
            Self::Truncated(error.to_string())
        } else {
            Self::Io(error.to_string())
        }
    }
}
