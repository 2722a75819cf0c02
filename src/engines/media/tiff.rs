//! TIFF: the first directory, and whether the file holds the data it points at.

use super::MediaError;
use super::picture::{Picture, size};
use crate::engines::bytes::{be16, be32, le16, le32};

const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const STRIP_OFFSETS: u16 = 273;
const STRIP_COUNTS: u16 = 279;
const TILE_OFFSETS: u16 = 324;
const TILE_COUNTS: u16 = 325;

/// Most strips or tiles looked at.
const PARTS: u32 = 100_000;

/// Reads the first directory of a TIFF.
pub(super) fn read(bytes: &[u8]) -> Result<Picture, MediaError> {
    let little = bytes.starts_with(b"II");
    let word = |at: usize| if little { le16(bytes, at) } else { be16(bytes, at) };
    let long = |at: usize| if little { le32(bytes, at) } else { be32(bytes, at) };
    let cut = || MediaError::Truncated("TIFF: the file ends before its directory".to_owned());
    let directory = long(4).ok_or_else(cut)? as usize;
    let count = word(directory).ok_or_else(cut)?;
    let (mut width, mut height) = (0, 0);
    let (mut offsets, mut lengths) = (Vec::new(), Vec::new());
    for index in 0..usize::from(count) {
        let entry = directory + 2 + index * 12;
        let (tag, kind) = (word(entry).ok_or_else(cut)?, word(entry + 2).ok_or_else(cut)?);
        let number = long(entry + 4).ok_or_else(cut)?;
        let short = kind == 3;
        let value = |at: usize| if short { word(at).map(u32::from) } else { long(at) };
        let values = || -> Result<Vec<u32>, MediaError> {
            let width = if short { 2 } else { 4 };
            let inline = number.saturating_mul(width) <= 4;
            let start = if inline {
                entry + 8
            } else {
                long(entry + 8).ok_or_else(cut)? as usize
            };
            (0..number.min(PARTS))
                .map(|part| value(start + (part * width) as usize).ok_or_else(cut))
                .collect()
        };
        match tag {
            WIDTH => width = value(entry + 8).ok_or_else(cut)?,
            HEIGHT => height = value(entry + 8).ok_or_else(cut)?,
            STRIP_OFFSETS | TILE_OFFSETS => offsets = values()?,
            STRIP_COUNTS | TILE_COUNTS => lengths = values()?,
            _ => {}
        }
    }
    let end = offsets
        .iter()
        .zip(&lengths)
        .map(|(offset, length)| u64::from(*offset) + u64::from(*length))
        .max()
        .unwrap_or(0);
    if end > bytes.len() as u64 {
        return Err(MediaError::Truncated(format!(
            "TIFF: picture data end at byte {end}, the file at {}",
            bytes.len()
        )));
    }
    size("TIFF", width, height)
}
