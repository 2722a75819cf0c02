//! AVI: the main header and the list of media data.

use std::io::{Read, Seek};

use super::MediaError;
use super::video::{Video, duration, read_at};
use crate::engines::bytes::{le32, slice};

/// How far into a list the headers are looked for.
const HEADER_BYTES: u64 = 1 << 20;

/// Reads the chunks of a file of `size` bytes.
pub(super) fn read<R: Read + Seek>(mut reader: R, size: u64) -> Result<Video, MediaError> {
    let mut video = Video {
        format: "AVI",
        ..Video::default()
    };
    let (mut at, mut media, mut chunks) = (12_u64, false, 0);
    while at + 8 <= size && chunks < 100_000 {
        chunks += 1;
        let header = read_at(&mut reader, at, (size - at).min(12), 12)?;
        let (Some(kind), Some(length)) = (slice(&header, 0, 4), le32(&header, 4)) else {
            break;
        };
        let length = u64::from(length);
        let end = at + 8 + length;
        if end > size {
            return Err(MediaError::Truncated(format!(
                "chunk '{}' at byte {at} ends at byte {end}, the file at {size}",
                String::from_utf8_lossy(kind)
            )));
        }
        match (kind, slice(&header, 8, 4)) {
            (b"LIST", Some(b"hdrl")) => {
                let list = read_at(
                    &mut reader,
                    at + 12,
                    length.saturating_sub(4).min(HEADER_BYTES),
                    HEADER_BYTES,
                )?;
                headers(&list, &mut video);
            }
            (b"LIST", Some(b"movi")) => media = true,
            _ => {}
        }
        at = end + length % 2;
    }
    if !media {
        return Err(MediaError::Truncated("no 'movi' list: no media data".to_owned()));
    }
    Ok(video)
}

fn headers(list: &[u8], video: &mut Video) {
    if slice(list, 0, 4) == Some(b"avih") {
        let microseconds = le32(list, 8).unwrap_or(0);
        let frames = le32(list, 24).unwrap_or(0);
        video.duration = duration(u64::from(microseconds) * u64::from(frames), 1_000_000);
        let size = (le32(list, 40).unwrap_or(0), le32(list, 44).unwrap_or(0));
        video.size = (size.0 > 0 && size.1 > 0).then_some(size);
    }
    for (at, _) in list
        .windows(4)
        .enumerate()
        .filter(|(_, window)| *window == b"strh")
    {
        match slice(list, at + 8, 4) {
            Some(b"vids") => {
                video.codec =
                    slice(list, at + 12, 4).map(|codec| String::from_utf8_lossy(codec).into_owned());
            }
            Some(b"auds") => video.sound = true,
            _ => {}
        }
    }
}
