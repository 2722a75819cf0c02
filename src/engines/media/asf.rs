//! ASF (WMV): the header object.

use std::io::{Read, Seek};

use super::MediaError;
use super::video::{Video, duration, read_at};
use crate::engines::bytes::{le32, le64, slice};

/// Largest header object loaded, in bytes.
const HEADER_BYTES: u64 = 16 << 20;

const FILE_PROPERTIES: [u8; 16] = [
    0xA1, 0xDC, 0xAB, 0x8C, 0x47, 0xA9, 0xCF, 0x11, 0x8E, 0xE4, 0x00, 0xC0, 0x0C, 0x20, 0x53, 0x65,
];
const STREAM_PROPERTIES: [u8; 16] = [
    0x91, 0x07, 0xDC, 0xB7, 0xB7, 0xA9, 0xCF, 0x11, 0x8E, 0xE6, 0x00, 0xC0, 0x0C, 0x20, 0x53, 0x65,
];
const VIDEO_STREAM: [u8; 16] = [
    0xC0, 0xEF, 0x19, 0xBC, 0x4D, 0x5B, 0xCF, 0x11, 0xA8, 0xFD, 0x00, 0x80, 0x5F, 0x5C, 0x44, 0x2B,
];
const AUDIO_STREAM: [u8; 16] = [
    0x40, 0x9E, 0x69, 0xF8, 0x4D, 0x5B, 0xCF, 0x11, 0xA8, 0xFD, 0x00, 0x80, 0x5F, 0x5C, 0x44, 0x2B,
];
/// Units of 100 nanoseconds in a second.
const TICKS: u32 = 10_000_000;

/// Reads the header object of a file of `size` bytes.
pub(super) fn read<R: Read + Seek>(mut reader: R, size: u64) -> Result<Video, MediaError> {
    let start = read_at(&mut reader, 0, size.min(30), 30)?;
    let length = le64(&start, 16).ok_or_else(|| MediaError::Truncated("header cut".to_owned()))?;
    if length > size {
        return Err(MediaError::Truncated(format!(
            "header of {length} bytes, file of {size}"
        )));
    }
    let header = read_at(&mut reader, 0, length, HEADER_BYTES)?;
    let mut video = Video {
        format: "ASF",
        ..Video::default()
    };
    let mut at = 30;
    while let (Some(kind), Some(length)) = (slice(&header, at, 16), le64(&header, at + 16)) {
        let Some(content) = usize::try_from(length)
            .ok()
            .filter(|length| *length >= 24)
            .and_then(|length| slice(&header, at, length))
        else {
            break;
        };
        if kind == FILE_PROPERTIES {
            let declared = le64(content, 40).unwrap_or(0);
            if declared > size {
                return Err(MediaError::Truncated(format!(
                    "{declared} bytes declared, {size} present"
                )));
            }
            let preroll = le64(content, 80).unwrap_or(0).saturating_mul(10_000);
            video.duration =
                le64(content, 64).and_then(|ticks| duration(ticks.saturating_sub(preroll), TICKS));
        } else if kind == STREAM_PROPERTIES {
            if slice(content, 24, 16) == Some(&VIDEO_STREAM) {
                video.size = le32(content, 78).zip(le32(content, 82));
            } else if slice(content, 24, 16) == Some(&AUDIO_STREAM) {
                video.sound = true;
            }
        }
        at += content.len();
    }
    Ok(video)
}
