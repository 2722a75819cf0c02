//! Matroska and WebM: EBML elements, read one after the other. Recordings of browsers say neither sizes nor
//! duration: clusters are then opened and their time codes read.

use std::io::{BufReader, Read, Seek, SeekFrom};
use std::time::Duration;

use super::MediaError;
use super::video::Video;
use crate::engines::bytes::slice;

const EBML: u64 = 0x1A45_DFA3;
const DOC_TYPE: u64 = 0x4282;
const SEGMENT: u64 = 0x1853_8067;
const INFO: u64 = 0x1549_A966;
const TIMECODE_SCALE: u64 = 0x2A_D7B1;
const DURATION: u64 = 0x4489;
const TRACKS: u64 = 0x1654_AE6B;
const TRACK_ENTRY: u64 = 0xAE;
const TRACK_TYPE: u64 = 0x83;
const CODEC: u64 = 0x86;
const VIDEO: u64 = 0xE0;
const PIXEL_WIDTH: u64 = 0xB0;
const PIXEL_HEIGHT: u64 = 0xBA;
const CLUSTER: u64 = 0x1F43_B675;
const TIMECODE: u64 = 0xE7;

/// Most elements looked at.
const ELEMENTS: usize = 5_000_000;
/// Largest value loaded, in bytes.
const VALUE_BYTES: u64 = 4096;

/// Reads the elements of a file of `size` bytes.
pub(super) fn read<R: Read + Seek>(reader: R, size: u64) -> Result<Video, MediaError> {
    let mut walk = Walk {
        reader: BufReader::with_capacity(1 << 16, reader),
        at: 0,
        size,
        video: Video {
            format: "Matroska",
            ..Video::default()
        },
        scale: 1_000_000,
        declared: None,
        last_timecode: None,
        track_type: 0,
        clusters: 0,
    };
    walk.reader.seek(SeekFrom::Start(0))?;
    walk.elements()?;
    if walk.clusters == 0 {
        return Err(MediaError::Truncated("no cluster: no media data".to_owned()));
    }
    let units = walk
        .declared
        .or_else(|| walk.last_timecode.map(|timecode| timecode as f64));
    walk.video.duration = units
        .map(|units| units * walk.scale as f64 / 1e9)
        .filter(|seconds| seconds.is_finite() && (0.0..1e9).contains(seconds))
        .map(Duration::from_secs_f64);
    Ok(walk.video)
}

struct Walk<R: Read + Seek> {
    reader: BufReader<R>,
    at: u64,
    size: u64,
    video: Video,
    scale: u64,
    declared: Option<f64>,
    last_timecode: Option<u64>,
    track_type: u64,
    clusters: usize,
}

impl<R: Read + Seek> Walk<R> {
    fn elements(&mut self) -> Result<(), MediaError> {
        for _ in 0..ELEMENTS {
            if self.at >= self.size {
                return Ok(());
            }
            let start = self.at;
            let id = self.number(false)?;
            let length = self.number(true)?;
            // All ones: the length is unknown, the element lasts until one of an upper level.
            let unknown = length == u64::MAX;
            let opens = matches!(id, EBML | SEGMENT | INFO | TRACKS | TRACK_ENTRY | VIDEO | CLUSTER);
            if !unknown && self.at.checked_add(length).is_none_or(|end| end > self.size) {
                return Err(MediaError::Truncated(format!(
                    "element {id:#x} at byte {start} has {length} bytes, the file ends at byte {}",
                    self.size
                )));
            }
            if opens {
                self.clusters += usize::from(id == CLUSTER);
                continue;
            }
            if unknown {
                return Err(MediaError::Broken(format!(
                    "element {id:#x} at byte {start} without a length"
                )));
            }
            self.leaf(id, length)?;
        }
        Err(MediaError::TooLarge(format!("more than {ELEMENTS} elements")))
    }

    fn leaf(&mut self, id: u64, length: u64) -> Result<(), MediaError> {
        let wanted = matches!(
            id,
            DOC_TYPE | TIMECODE_SCALE | DURATION | TRACK_TYPE | CODEC | PIXEL_WIDTH | PIXEL_HEIGHT | TIMECODE
        );
        if !wanted || length > VALUE_BYTES {
            let offset = i64::try_from(length).map_err(|_| MediaError::Broken("length".to_owned()))?;
            self.reader.seek_relative(offset)?;
            self.at += length;
            return Ok(());
        }
        let mut value = vec![0; length as usize];
        self.reader.read_exact(&mut value)?;
        self.at += length;
        let unsigned = value
            .iter()
            .take(8)
            .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        let text = || String::from_utf8_lossy(&value).trim_end_matches('\0').to_owned();
        match id {
            DOC_TYPE if text() == "webm" => self.video.format = "WebM",
            TIMECODE_SCALE => self.scale = unsigned,
            DURATION => self.declared = float(&value),
            TRACK_TYPE => {
                self.track_type = unsigned;
                self.video.sound |= unsigned == 2;
            }
            CODEC if self.track_type == 1 || text().starts_with("V_") => self.video.codec = Some(text()),
            PIXEL_WIDTH => {
                let height = self.video.size.map_or(0, |size| size.1);
                self.video.size = Some((unsigned as u32, height));
            }
            PIXEL_HEIGHT => {
                let width = self.video.size.map_or(0, |size| size.0);
                self.video.size = Some((width, unsigned as u32));
            }
            TIMECODE => self.last_timecode = Some(self.last_timecode.unwrap_or(0).max(unsigned)),
            _ => {}
        }
        Ok(())
    }

    /// A variable-length number; as a length its marker bit is dropped and all ones give `u64::MAX`.
    fn number(&mut self, length: bool) -> Result<u64, MediaError> {
        let mut first = [0_u8];
        self.reader.read_exact(&mut first)?;
        let [first] = first;
        let width = first.leading_zeros() as usize + 1;
        if width > 8 || (!length && width > 4) {
            return Err(MediaError::Broken(format!("no element at byte {}", self.at)));
        }
        let mut rest = [0_u8; 7];
        let rest = rest.get_mut(..width - 1).unwrap_or_default();
        self.reader.read_exact(rest)?;
        self.at += width as u64;
        let mask = if length {
            0xFF_u8.checked_shr(width as u32).unwrap_or(0)
        } else {
            0xFF
        };
        let number = rest.iter().fold(u64::from(first & mask), |number, byte| {
            (number << 8) | u64::from(*byte)
        });
        let all_ones = (1_u64 << (7 * width)) - 1;
        Ok(if length && number == all_ones {
            u64::MAX
        } else {
            number
        })
    }
}

fn float(value: &[u8]) -> Option<f64> {
    match value.len() {
        4 => slice(value, 0, 4)?
            .try_into()
            .ok()
            .map(f32::from_be_bytes)
            .map(f64::from),
        8 => slice(value, 0, 8)?.try_into().ok().map(f64::from_be_bytes),
        _ => None,
    }
}
