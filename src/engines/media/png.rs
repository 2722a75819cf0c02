//! PNG: every chunk and its checksum, then the pixels.

use png::{BitDepth, Decoder, Limits, Transformations};

use super::MediaError;
use super::picture::{PIXELS, Picture, Uniformity, size};
use crate::engines::bytes::{be32, slice};

/// Most memory the decoder may take, in bytes.
const DECODER_BYTES: usize = 128 << 20;

/// Reads a PNG.
pub(super) fn read(bytes: &[u8]) -> Result<Picture, MediaError> {
    let mut picture = chunks(bytes)?;
    if u64::from(picture.width) * u64::from(picture.height) <= PIXELS {
        picture.uniform = pixels(bytes)?;
    }
    Ok(picture)
}

/// Follows the chunks to IEND and compares their checksums.
fn chunks(bytes: &[u8]) -> Result<Picture, MediaError> {
    let cut = || MediaError::Truncated("PNG: the file ends before the IEND chunk".to_owned());
    let mut at = 8;
    let mut picture = None;
    loop {
        let length = usize::try_from(be32(bytes, at).ok_or_else(cut)?).map_err(|_| cut())?;
        let kind = slice(bytes, at + 4, 4).ok_or_else(cut)?;
        let data = slice(bytes, at + 8, length).ok_or_else(cut)?;
        let stored = be32(bytes, at + 8 + length).ok_or_else(cut)?;
        let name = String::from_utf8_lossy(kind);
        let mut checksum = flate2::Crc::new();
        checksum.update(kind);
        checksum.update(data);
        if checksum.sum() != stored {
            return Err(MediaError::Checksum(format!(
                "PNG: chunk {name} at byte {at}: checksum {:08x}, {stored:08x} stored",
                checksum.sum()
            )));
        }
        match (kind, &picture) {
            (b"IHDR", None) => {
                let width = be32(data, 0).ok_or_else(cut)?;
                let height = be32(data, 4).ok_or_else(cut)?;
                picture = Some(size("PNG", width, height)?);
            }
            (_, None) => return Err(MediaError::Broken("PNG: the first chunk is not IHDR".to_owned())),
            (b"IEND", Some(_)) => break,
            _ => {}
        }
        at += 12 + length;
    }
    picture.ok_or_else(cut)
}

/// Decodes the pixels row by row.
fn pixels(bytes: &[u8]) -> Result<Option<bool>, MediaError> {
    let broken = |error: png::DecodingError| match error {
        png::DecodingError::LimitsExceeded => {
            MediaError::TooLarge("PNG: more memory than allowed".to_owned())
        }
        other => MediaError::Broken(format!("PNG: {other}")),
    };
    let mut decoder = Decoder::new_with_limits(std::io::Cursor::new(bytes), Limits { bytes: DECODER_BYTES });
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder.read_info().map_err(broken)?;
    let (colour, depth) = reader.output_color_type();
    if depth != BitDepth::Eight {
        return Ok(None);
    }
    let mut uniformity = Uniformity::default();
    while let Some(row) = reader.next_row().map_err(broken)? {
        uniformity.add(row.data(), colour.samples());
    }
    Ok(uniformity.answer())
}
