//! ISO base media (MP4) and QuickTime: boxes, read one after the other; only `moov` is loaded.

use std::io::{Read, Seek};
use std::time::Duration;

use super::MediaError;
use super::video::{Video, duration, read_at};
use crate::engines::bytes::{be32, be64, slice};

/// Largest `moov` loaded, in bytes.
const MOOV_BYTES: u64 = 64 << 20;
/// Most boxes at the top of a file: a fragmented recording has two by fragment.
const BOXES: usize = 1_000_000;

/// Reads the boxes of a file of `size` bytes.
pub(super) fn read<R: Read + Seek>(mut reader: R, size: u64) -> Result<Video, MediaError> {
    let mut video = Video {
        format: "MP4",
        ..Video::default()
    };
    let (mut at, mut boxes) = (0_u64, 0);
    let (mut index, mut media, mut fragments) = (false, false, 0_u64);
    while at < size {
        boxes += 1;
        if boxes > BOXES {
            return Err(MediaError::TooLarge(format!("more than {BOXES} boxes")));
        }
        let header = read_at(&mut reader, at, (size - at).min(16), 16)?;
        let (Some(short), Some(kind)) = (be32(&header, 0), slice(&header, 4, 4)) else {
            return Err(MediaError::Truncated(format!("box cut at byte {at}")));
        };
        let (head, length) = match short {
            0 => (8, size - at),
            1 => (
                16,
                be64(&header, 8).ok_or_else(|| MediaError::Truncated(format!("box cut at byte {at}")))?,
            ),
            short => (8, u64::from(short)),
        };
        let name = String::from_utf8_lossy(kind).into_owned();
        let end = at.checked_add(length).filter(|_| length >= head);
        let Some(end) = end else {
            return Err(MediaError::Broken(format!(
                "box '{name}' at byte {at}: length {length}"
            )));
        };
        if end > size {
            return Err(MediaError::Truncated(format!(
                "box '{name}' at byte {at} ends at byte {end}, the file at {size}"
            )));
        }
        match kind {
            b"ftyp" => {
                let brand = read_at(&mut reader, at + head, (length - head).min(4), 4)?;
                if brand == b"qt  " {
                    video.format = "QuickTime";
                }
            }
            b"moov" => {
                index = true;
                let moov = read_at(&mut reader, at + head, length - head, MOOV_BYTES)?;
                movie(&moov, &mut video);
            }
            b"mdat" => media = true,
            b"moof" => fragments += 1,
            _ => {}
        }
        at = end;
    }
    if !index {
        return Err(MediaError::Truncated(
            "no 'moov' box: the recording was stopped before its index was written".to_owned(),
        ));
    }
    if !media {
        return Err(MediaError::Broken("no 'mdat' box: no media data".to_owned()));
    }
    // A fragmented file may leave its duration unsaid.
    if fragments > 0 && video.duration == Some(Duration::ZERO) {
        video.duration = None;
    }
    Ok(video)
}

/// The child boxes of `bytes`: name and content. Stops at the first one that does not fit.
fn children(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let length = be32(rest, 0)? as usize;
        let kind = slice(rest, 4, 4)?;
        let (head, length) = match length {
            0 => (8, rest.len()),
            1 => (16, usize::try_from(be64(rest, 8)?).ok()?),
            length => (8, length),
        };
        let content = rest.get(head..length)?;
        rest = rest.get(length..)?;
        Some((kind, content))
    })
}

fn child<'a>(bytes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    children(bytes)
        .find(|(kind, _)| *kind == name)
        .map(|(_, content)| content)
}

fn movie(moov: &[u8], video: &mut Video) {
    if let Some(header) = child(moov, b"mvhd") {
        video.duration = timing(header).and_then(|(scale, count)| duration(count, scale));
    }
    // A fragmented file says its whole duration in `mvex/mehd`.
    if video.duration.is_none_or(|duration| duration.is_zero())
        && let Some(scale) = child(moov, b"mvhd").and_then(timing).map(|(scale, _)| scale)
        && let Some(extended) = child(moov, b"mvex").and_then(|mvex| child(mvex, b"mehd"))
    {
        let count = match extended.first() {
            Some(1) => be64(extended, 4),
            _ => be32(extended, 4).map(u64::from),
        };
        video.duration = count.and_then(|count| duration(count, scale)).or(video.duration);
    }
    for (_, track) in children(moov).filter(|(kind, _)| *kind == b"trak") {
        let Some(media) = child(track, b"mdia") else {
            continue;
        };
        match child(media, b"hdlr").and_then(|handler| slice(handler, 8, 4)) {
            Some(b"vide") => {
                video.size = child(track, b"tkhd").and_then(track_size).or(video.size);
                video.codec = child(media, b"minf")
                    .and_then(|minf| child(minf, b"stbl"))
                    .and_then(|stbl| child(stbl, b"stsd"))
                    .and_then(|stsd| slice(stsd, 12, 4))
                    .map(|codec| String::from_utf8_lossy(codec).into_owned())
                    .or(video.codec.take());
            }
            Some(b"soun") => video.sound = true,
            _ => {}
        }
    }
}

/// Time scale and duration of a movie header.
fn timing(header: &[u8]) -> Option<(u32, u64)> {
    if header.first()? == &1 {
        return Some((be32(header, 20)?, be64(header, 24)?));
    }
    let count = be32(header, 16)?;
    // All ones: unknown.
    (count != u32::MAX).then_some((be32(header, 12)?, u64::from(count)))
}

/// Width and height of a track header, 16.16 fixed point.
fn track_size(header: &[u8]) -> Option<(u32, u32)> {
    let at = match header.first()? {
        1 => 88,
        _ => 76,
    };
    let size = (be32(header, at)? >> 16, be32(header, at + 4)? >> 16);
    (size.0 > 0 && size.1 > 0).then_some(size)
}
