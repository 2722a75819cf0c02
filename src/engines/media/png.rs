//! PNG: every chunk and its checksum, then the pixels.

use png::{BitDepth, ColorType, Decoder, Info, Limits, Transformations};

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
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder.read_header_info().map_err(broken)?;
    // Colours are compared for the palette, not for each pixel that refers to it.
    let indexed = header.color_type == ColorType::Indexed;
    decoder.set_transformations(if indexed {
        Transformations::IDENTITY
    } else {
        Transformations::normalize_to_color8()
    });
    let mut reader = decoder.read_info().map_err(broken)?;
    let mut uniformity = Uniformity::default();
    if indexed {
        let info = reader.info();
        let bits = u32::from(info.bit_depth as u8);
        let colours = palette(info);
        let mut widths = row_widths(info);
        while let Some(row) = reader.next_row().map_err(broken)? {
            uniformity.add_indices(row.data(), widths.next().unwrap_or(0), bits, &colours);
        }
        return Ok(uniformity.answer());
    }
    let (colour, depth) = reader.output_color_type();
    if depth != BitDepth::Eight {
        return Ok(None);
    }
    while let Some(row) = reader.next_row().map_err(broken)? {
        uniformity.add(row.data(), colour.samples());
    }
    Ok(uniformity.answer())
}

/// The width of each row as stored: an interlaced picture comes in seven passes of some of its pixels (PNG, 8.2).
fn row_widths(info: &Info<'_>) -> impl Iterator<Item = usize> + use<> {
    /// First column and row, steps between columns and rows.
    const PASSES: [[usize; 4]; 7] = [
        [0, 0, 8, 8],
        [4, 0, 8, 8],
        [0, 4, 4, 8],
        [2, 0, 4, 4],
        [0, 2, 2, 4],
        [1, 0, 2, 2],
        [0, 1, 1, 2],
    ];
    const WHOLE: [[usize; 4]; 1] = [[0, 0, 1, 1]];
    let (width, height) = (info.width as usize, info.height as usize);
    let passes = if info.interlaced { &PASSES[..] } else { &WHOLE };
    passes.iter().flat_map(move |[column, row, across, down]| {
        let columns = width.saturating_sub(*column).div_ceil(*across);
        let rows = height.saturating_sub(*row).div_ceil(*down);
        // A pass without pixels has no row.
        std::iter::repeat_n(columns, if columns > 0 { rows } else { 0 })
    })
}

/// Red, green, blue and opacity of each index; an index beyond the palette is black.
fn palette(info: &Info<'_>) -> [[u8; 4]; 256] {
    let mut colours = [[0, 0, 0, u8::MAX]; 256];
    let (palette, _) = info.palette.as_deref().unwrap_or_default().as_chunks::<3>();
    for (colour, [red, green, blue]) in colours.iter_mut().zip(palette) {
        *colour = [*red, *green, *blue, u8::MAX];
    }
    for (colour, opacity) in colours.iter_mut().zip(info.trns.as_deref().unwrap_or_default()) {
        let [.., own] = colour;
        *own = *opacity;
    }
    colours
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of ten pixels by row, each an index of so many bits.
    fn indexed(indices: &[u8; 100], depth: BitDepth, palette: &[u8], opacities: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 10, 10);
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(depth);
        encoder.set_palette(palette.to_vec());
        encoder.set_trns(opacities.to_vec());
        let packed: Vec<u8> = indices
            .chunks(10)
            .flat_map(|row| {
                let each = 8 / depth as usize;
                row.chunks(each).map(move |pixels| {
                    let shifted = pixels.iter().enumerate();
                    shifted.fold(0, |byte, (place, index)| {
                        byte | index << (8 - (place + 1) * (8 / each))
                    })
                })
            })
            .collect();
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&packed).unwrap();
        writer.finish().unwrap();
        bytes
    }

    #[test]
    fn a_picture_with_a_palette_is_blank_when_its_colours_are_the_same_to_the_eye() {
        let near = [200, 200, 200, 205, 195, 200];
        let far = [200, 200, 200, 0, 0, 0];
        let one = [1; 100];
        let last = std::array::from_fn::<u8, 100, _>(|rank| u8::from(rank % 10 == 9));
        for depth in [BitDepth::One, BitDepth::Two, BitDepth::Four, BitDepth::Eight] {
            for (indices, palette, opacities, expected) in [
                (one, far, [255, 255], true),
                (last, near, [255, 255], true),
                (last, far, [255, 255], false),
                (last, near, [255, 0], false),
            ] {
                let read = read(&indexed(&indices, depth, &palette, &opacities)).unwrap();
                assert_eq!(
                    read.uniform,
                    Some(expected),
                    "{depth:?} {palette:?} {opacities:?}"
                );
            }
        }
        // An index without a colour is black.
        let beyond = last.map(|index| index * 9);
        let read = read(&indexed(&beyond, BitDepth::Eight, &near, &[])).unwrap();
        assert_eq!(read.uniform, Some(false));
    }

    #[test]
    fn an_interlaced_picture_is_stored_in_seven_passes() {
        let mut info = Info::with_size(10, 5);
        assert_eq!(row_widths(&info).collect::<Vec<_>>(), [10; 5]);
        info.interlaced = true;
        let widths: Vec<_> = row_widths(&info).collect();
        assert_eq!(widths, [2, 1, 3, 2, 2, 5, 5, 5, 5, 10, 10]);
        assert_eq!(widths.iter().sum::<usize>(), 50);
        // Four columns: the second pass starts at the fifth.
        let mut narrow = Info::with_size(4, 1);
        narrow.interlaced = true;
        assert_eq!(row_widths(&narrow).collect::<Vec<_>>(), [1, 1, 2]);
    }
}
