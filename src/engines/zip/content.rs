//! The content of one member: expanded, its size and its CRC checked.

use std::io::Read as _;

use super::bytes::Bytes;

/// Where the data of a member are and what they must give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Where the data start.
    pub data: u64,
    /// Size of the data, in bytes.
    pub compressed: u64,
    /// Size once expanded, in bytes, as announced.
    pub size: u64,
    /// Compression method: 0 stored, else deflated.
    pub method: u16,
    /// CRC-32 as announced.
    pub crc: u32,
}

/// Why a member has no content.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// The system cannot read the archive.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The data reach beyond the end of the archive.
    #[error("the data reach beyond the end of the archive")]
    Truncated,
    /// The compressed data are no deflate stream.
    #[error("damaged data: {0}")]
    Damaged(String),
    /// The content has another size: how many bytes, none when it has more than announced.
    #[error("{announced} bytes announced, {} found", found.map_or_else(|| "more".to_owned(), |found| found.to_string()))]
    Size {
        /// As announced.
        announced: u64,
        /// As found, when it is less.
        found: Option<u64>,
    },
    /// The content has another CRC-32.
    #[error("CRC-32 {announced:08x} announced, {computed:08x} computed")]
    Checksum {
        /// As announced.
        announced: u32,
        /// As computed.
        computed: u32,
    },
}

impl Stored {
    /// Expands the member, never beyond the size it announces.
    ///
    /// # Errors
    /// See [`ContentError`].
    pub fn content<B: Bytes + ?Sized>(&self, source: &B) -> Result<Vec<u8>, ContentError> {
        let data = source.part(self.data, self.compressed)?;
        if data.len() as u64 != self.compressed {
            return Err(ContentError::Truncated);
        }
        let content = if self.method == 0 {
            data.into_owned()
        } else {
            // What is announced is not believed: memory grows with what is found.
            let mut content = Vec::with_capacity(usize::try_from(self.size.min(1 << 20)).unwrap_or(0));
            flate2::read::DeflateDecoder::new(data.as_ref())
                .take(self.size.saturating_add(1))
                .read_to_end(&mut content)
                .map_err(|error| ContentError::Damaged(error.to_string()))?;
            content
        };
        let found = content.len() as u64;
        if found != self.size {
            return Err(ContentError::Size {
                announced: self.size,
                found: (found < self.size).then_some(found),
            });
        }
        let mut crc = flate2::Crc::new();
        crc.update(&content);
        if crc.sum() != self.crc {
            return Err(ContentError::Checksum {
                announced: self.crc,
                computed: crc.sum(),
            });
        }
        Ok(content)
    }
}
