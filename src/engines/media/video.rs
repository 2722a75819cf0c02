//! A video of any container.

use std::io::{Read, Seek, SeekFrom};
use std::time::Duration;

use super::{MediaError, asf, bmff, matroska, riff};

/// What a video file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Video {
    /// `MP4`, `QuickTime`, `Matroska`, `WebM`, `AVI`, `ASF`.
    pub format: &'static str,
    /// Duration, when the container tells it or it can be computed from the index.
    pub duration: Option<Duration>,
    /// Size of the picture in pixels; none without a video track.
    pub size: Option<(u32, u32)>,
    /// Coding of the picture (`avc1`, `V_VP9`...), when it is known.
    pub codec: Option<String>,
    /// There is a sound track.
    pub sound: bool,
}

/// Reads the container of a video of `size` bytes, without decoding pictures.
pub fn read_video<R: Read + Seek>(mut reader: R, size: u64) -> Result<Video, MediaError> {
    let mut head = [0_u8; 12];
    reader.seek(SeekFrom::Start(0))?;
    let read = reader.read(&mut head)?;
    let head = head.get(..read).unwrap_or_default();
    if head.starts_with(b"\x1A\x45\xDF\xA3") {
        matroska::read(reader, size)
    } else if head.starts_with(b"RIFF") {
        riff::read(reader, size)
    } else if head.starts_with(b"\x30\x26\xB2\x75\x8E\x66\xCF\x11") {
        asf::read(reader, size)
    } else if head.starts_with(b"OggS") || head.starts_with(b"\0\0\x01\xBA") {
        Err(MediaError::Unsupported("Ogg, MPEG-PS".to_owned()))
    } else {
        bmff::read(reader, size)
    }
}

/// Reads exactly `length` bytes at `at`, at most `most`.
pub(super) fn read_at<R: Read + Seek>(
    reader: &mut R,
    at: u64,
    length: u64,
    most: u64,
) -> Result<Vec<u8>, MediaError> {
    if length > most {
        return Err(MediaError::TooLarge(format!(
            "{length} bytes of headers, {most} at most"
        )));
    }
    reader.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    reader.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Err(MediaError::Truncated(format!(
            "{length} bytes expected at byte {at}, {} present",
            bytes.len()
        )));
    }
    Ok(bytes)
}

/// A duration from a count of `scale` units by second.
pub(super) fn duration(count: u64, scale: u32) -> Option<Duration> {
    if scale == 0 {
        return None;
    }
    let milliseconds = u128::from(count) * 1000 / u128::from(scale);
    u64::try_from(milliseconds).ok().map(Duration::from_millis)
}
