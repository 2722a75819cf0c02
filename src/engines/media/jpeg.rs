//! JPEG: frame header, end of image, then the pixels.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::MediaError;
use super::picture::{PIXELS, Picture, Uniformity, size};
use crate::engines::bytes::be16;

/// A block of 64 pixels takes a bit at least.
const PIXELS_PER_BYTE: u64 = 512;

/// Reads a JPEG.
pub(super) fn read(bytes: &[u8]) -> Result<Picture, MediaError> {
    let (mut picture, at) = frame(bytes)?;
    // A thumbnail before the frame has an end of image of its own; tools may append data after the last one.
    let body = bytes.get(at..).unwrap_or_default();
    if !body.windows(2).any(|window| window == b"\xFF\xD9") {
        return Err(MediaError::Truncated(
            "JPEG: the file ends without the end of image marker".to_owned(),
        ));
    }
    let pixels_declared = u64::from(picture.width) * u64::from(picture.height);
    if pixels_declared > PIXELS_PER_BYTE * bytes.len() as u64 {
        return Err(MediaError::Truncated(format!(
            "JPEG: {} bytes cannot hold {}×{} pixels",
            bytes.len(),
            picture.width,
            picture.height
        )));
    }
    if pixels_declared <= PIXELS {
        picture.uniform = pixels(bytes)?;
    }
    Ok(picture)
}

/// Follows the segments to the frame header: the picture and where that header is.
fn frame(bytes: &[u8]) -> Result<(Picture, usize), MediaError> {
    let cut = || MediaError::Truncated("JPEG: the file ends before the frame header".to_owned());
    let mut at = 2;
    loop {
        if *bytes.get(at).ok_or_else(cut)? != 0xFF {
            return Err(MediaError::Broken(format!("JPEG: no marker at byte {at}")));
        }
        let marker = *bytes.get(at + 1).ok_or_else(cut)?;
        match marker {
            0xFF => at += 1,
            0x01 | 0xD0..=0xD8 => at += 2,
            // Frame headers, but tables of Huffman and arithmetic codes and the reserved one.
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                let height = be16(bytes, at + 5).ok_or_else(cut)?;
                let width = be16(bytes, at + 7).ok_or_else(cut)?;
                return Ok((size("JPEG", u32::from(width), u32::from(height))?, at));
            }
            0xD9 | 0xDA => return Err(MediaError::Broken("JPEG: no frame header".to_owned())),
            _ => at += 2 + usize::from(be16(bytes, at + 2).ok_or_else(cut)?),
        }
    }
}

fn pixels(bytes: &[u8]) -> Result<Option<bool>, MediaError> {
    let options = DecoderOptions::default()
        .set_max_width(65_535)
        .set_max_height(65_535)
        .jpeg_set_max_scans(256)
        .set_strict_mode(false);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let samples = decoder
        .decode()
        .map_err(|error| MediaError::Broken(format!("JPEG: {error}")))?;
    let channels = decoder
        .output_colorspace()
        .map_or(3, |space| space.num_components());
    let mut uniformity = Uniformity::default();
    uniformity.add(&samples, channels);
    Ok(uniformity.answer())
}
