//! A picture of any format: size in pixels, wholeness, and whether it shows anything.

use super::{MediaError, jpeg, png, tiff};
use crate::engines::bytes::{le16, le32, slice};

/// Most pixels that are decoded to look for a blank picture.
pub(super) const PIXELS: u64 = 40_000_000;

/// What a picture file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// `PNG`, `JPEG`, `GIF`, `WebP`, `BMP`, `TIFF`.
    pub format: &'static str,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// All pixels have the same colour; none when the pixels were not decoded.
    pub uniform: Option<bool>,
}

/// Reads a picture: PNG and JPEG are decoded whole, the other formats are followed in their container.
pub fn read_picture(bytes: &[u8]) -> Result<Picture, MediaError> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        png::read(bytes)
    } else if bytes.starts_with(b"\xFF\xD8\xFF") {
        jpeg::read(bytes)
    } else if bytes.starts_with(b"GIF8") {
        gif(bytes)
    } else if bytes.starts_with(b"RIFF") {
        webp(bytes)
    } else if bytes.starts_with(b"BM") {
        bitmap(bytes)
    } else if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") {
        tiff::read(bytes)
    } else {
        Err(MediaError::Unsupported("unknown picture format".to_owned()))
    }
}

fn cut(format: &str) -> MediaError {
    MediaError::Truncated(format!("{format}: the file ends before the picture does"))
}

/// GIF: blocks are followed to the trailer.
fn gif(bytes: &[u8]) -> Result<Picture, MediaError> {
    let end = || cut("GIF");
    let width = le16(bytes, 6).ok_or_else(end)?;
    let height = le16(bytes, 8).ok_or_else(end)?;
    let colour_table = |flags: u8| {
        if flags & 0x80 == 0 {
            0
        } else {
            3 << ((flags & 7) + 1)
        }
    };
    let mut at = 13 + colour_table(*bytes.get(10).ok_or_else(end)?);
    let mut frames = 0;
    loop {
        match bytes.get(at).ok_or_else(end)? {
            0x3B => break,
            0x21 => at = sub_blocks(bytes, at + 2).ok_or_else(end)?,
            0x2C => {
                frames += 1;
                let flags = *bytes.get(at + 9).ok_or_else(end)?;
                at = sub_blocks(bytes, at + 10 + colour_table(flags) + 1).ok_or_else(end)?;
            }
            other => {
                return Err(MediaError::Broken(format!("GIF: unknown block {other:#04x}")));
            }
        }
    }
    if frames == 0 {
        return Err(MediaError::Broken("GIF: no image".to_owned()));
    }
    size("GIF", u32::from(width), u32::from(height))
}

/// The end of a chain of sub-blocks that starts at `at`.
fn sub_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}

/// WebP: the RIFF size and the header of the first chunk.
fn webp(bytes: &[u8]) -> Result<Picture, MediaError> {
    let end = || cut("WebP");
    let declared = u64::from(le32(bytes, 4).ok_or_else(end)?) + 8;
    if declared > bytes.len() as u64 {
        return Err(MediaError::Truncated(format!(
            "WebP: {declared} bytes declared, {} present",
            bytes.len()
        )));
    }
    let word24 = |at: usize| -> Option<u32> {
        let low = u32::from(le16(bytes, at)?);
        Some(low | (u32::from(*bytes.get(at + 2)?) << 16))
    };
    let (width, height) = match slice(bytes, 12, 4).ok_or_else(end)? {
        b"VP8X" => (word24(24).ok_or_else(end)? + 1, word24(27).ok_or_else(end)? + 1),
        b"VP8L" => {
            let bits = le32(bytes, 21).ok_or_else(end)?;
            ((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1)
        }
        b"VP8 " => (
            u32::from(le16(bytes, 26).ok_or_else(end)? & 0x3FFF),
            u32::from(le16(bytes, 28).ok_or_else(end)? & 0x3FFF),
        ),
        _ => return Err(MediaError::Broken("WebP: unknown first chunk".to_owned())),
    };
    size("WebP", width, height)
}

/// BMP: sizes of the headers against the file.
fn bitmap(bytes: &[u8]) -> Result<Picture, MediaError> {
    let end = || cut("BMP");
    let declared = le32(bytes, 2).ok_or_else(end)?;
    let (width, height) = match le32(bytes, 14).ok_or_else(end)? {
        12 => (
            u32::from(le16(bytes, 18).ok_or_else(end)?),
            u32::from(le16(bytes, 20).ok_or_else(end)?),
        ),
        _ => (
            le32(bytes, 18).ok_or_else(end)?,
            // A negative height means rows from the top.
            le32(bytes, 22).ok_or_else(end)?.cast_signed().unsigned_abs(),
        ),
    };
    if u64::from(declared) > bytes.len() as u64 {
        return Err(MediaError::Truncated(format!(
            "BMP: {declared} bytes declared, {} present",
            bytes.len()
        )));
    }
    size("BMP", width, height)
}

/// A picture whose pixels are not decoded; a size of zero is a fault.
pub(super) fn size(format: &'static str, width: u32, height: u32) -> Result<Picture, MediaError> {
    if width == 0 || height == 0 {
        return Err(MediaError::Broken(format!("{format}: {width}×{height} pixels")));
    }
    Ok(Picture {
        format,
        width,
        height,
        uniform: None,
    })
}

/// Looks whether all pixels have one colour, row by row.
#[derive(Debug, Default)]
pub(super) struct Uniformity {
    first: Vec<u8>,
    /// For pictures with a palette: the colour of the first pixel, and how many pixels of each byte have another one.
    others: Option<([u8; 4], [u8; 256])>,
    pixels: u64,
    different: u64,
}

/// Difference of a channel below which two colours are the same to the eye.
const TOLERANCE: u8 = 12;
/// One pixel in so many may differ: a cursor or noise on an empty screen.
const NOISE: u64 = 20_000;
/// Pixels that differ in the noisiest of the uniform pictures.
const MOST_NOISE: u64 = PIXELS / NOISE;

/// The pixels whose colour is not that of `first` to the eye.
fn differing<const CHANNELS: usize>(samples: &[u8], first: [u8; CHANNELS]) -> u64 {
    let (pixels, _) = samples.as_chunks::<CHANNELS>();
    // Most rows of most pictures are of one colour exactly.
    if pixels.iter().filter(|pixel| **pixel != first).count() == 0 {
        return 0;
    }
    pixels.iter().filter(|pixel| differs(pixel, first)).count() as u64
}

/// Whether two colours differ to the eye.
#[inline]
fn differs<const CHANNELS: usize>(one: &[u8; CHANNELS], other: [u8; CHANNELS]) -> bool {
    let mut far = false;
    for (sample, known) in one.iter().zip(other) {
        far |= sample.abs_diff(known) > TOLERANCE;
    }
    far
}

impl Uniformity {
    /// Adds samples of 8 bits, `channels` by pixel.
    pub(super) fn add(&mut self, samples: &[u8], channels: usize) {
        let channels = channels.max(1);
        if self.first.is_empty() {
            self.first = samples.get(..channels).unwrap_or_default().to_vec();
        }
        self.pixels += (samples.len() / channels) as u64;
        // Enough of them: the rest cannot make the picture uniform again.
        if self.different > MOST_NOISE {
            return;
        }
        self.different += match *self.first.as_slice() {
            [grey] => differing::<1>(samples, [grey]),
            [grey, alpha] => differing::<2>(samples, [grey, alpha]),
            [red, green, blue] => differing::<3>(samples, [red, green, blue]),
            [red, green, blue, alpha] => differing::<4>(samples, [red, green, blue, alpha]),
            _ => 0,
        };
    }

    /// Adds a row of `width` pixels given by their index in a palette, on `bits` bits each (1, 2, 4 or 8), the first one
    /// in the high bits of the first byte.
    pub(super) fn add_indices(&mut self, row: &[u8], width: usize, bits: u32, palette: &[[u8; 4]; 256]) {
        let bits = bits.clamp(1, 8);
        let each = (8 / bits) as usize;
        let colours = |byte: u8| {
            let shift = move |place: usize| 8 - (place as u32 + 1) * bits;
            let index = move |place: usize| (usize::from(byte) >> shift(place)) & ((1 << bits) - 1);
            (0..each).map(move |place| palette.get(index(place)).copied().unwrap_or_default())
        };
        let (first, others) = self.others.get_or_insert_with(|| {
            let first = row
                .first()
                .and_then(|byte| colours(*byte).next())
                .unwrap_or_default();
            let other = |colour: &[u8; 4]| differs(colour, first);
            let others = std::array::from_fn(|byte| colours(byte as u8).filter(other).count() as u8);
            (first, others)
        });
        self.pixels += width as u64;
        if self.different > MOST_NOISE {
            return;
        }
        let (whole, rest) = row.split_at_checked(width / each).unwrap_or((row, &[]));
        let count = |byte: &u8| u64::from(others.get(usize::from(*byte)).copied().unwrap_or_default());
        self.different += whole.iter().map(count).sum::<u64>();
        // Of the last byte, the bits that fill it up are no pixels.
        if let Some(byte) = rest.first() {
            let pixels = colours(*byte).take(width % each);
            self.different += pixels.filter(|colour| differs(colour, *first)).count() as u64;
        }
    }

    /// The answer; none when no pixel was seen.
    pub(super) fn answer(&self) -> Option<bool> {
        (self.pixels > 0).then_some(self.different <= self.pixels / NOISE)
    }
}
