//! A zip writer that can lie: each header field may be set apart, to build the archives a reader must refuse.

use std::io::Write as _;

/// One member to write.
#[derive(Debug, Clone)]
pub struct Entry {
    pub name: Vec<u8>,
    /// Name in the local header, when it differs.
    pub local_name: Option<Vec<u8>>,
    pub content: Vec<u8>,
    pub deflate: bool,
    /// Method number written, when not the true one.
    pub method: Option<u16>,
    pub flags: u16,
    /// Sizes written in both headers, when not the true one.
    pub size: Option<u32>,
    /// Size written in the local header only.
    pub local_size: Option<u32>,
    pub crc: Option<u32>,
    /// Unix mode, and the archive is then said to come from Unix.
    pub unix_mode: Option<u32>,
}

impl Entry {
    pub fn new(name: &str, content: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.as_bytes().to_vec(),
            local_name: None,
            content: content.into(),
            deflate: true,
            method: None,
            flags: 0,
            size: None,
            local_size: None,
            crc: None,
            unix_mode: None,
        }
    }
}

/// The archive of `entries`, in order.
pub fn write(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut central = Vec::new();
    for entry in entries {
        let offset = out.len() as u32;
        let mut crc = flate2::Crc::new();
        crc.update(&entry.content);
        let data = if entry.deflate && !entry.content.is_empty() {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(&entry.content).unwrap();
            encoder.finish().unwrap()
        } else {
            entry.content.clone()
        };
        let method = entry
            .method
            .unwrap_or(if entry.deflate && !entry.content.is_empty() {
                8
            } else {
                0
            });
        let size = entry.size.unwrap_or(entry.content.len() as u32);
        let crc = entry.crc.unwrap_or(crc.sum());
        let local_name = entry.local_name.as_ref().unwrap_or(&entry.name);
        let common = |size: u32, name: usize| {
            let mut bytes = Vec::new();
            bytes.extend(20_u16.to_le_bytes());
            bytes.extend(entry.flags.to_le_bytes());
            bytes.extend(method.to_le_bytes());
            bytes.extend([0, 0, 0x21, 0x5c]);
            bytes.extend(crc.to_le_bytes());
            bytes.extend((data.len() as u32).to_le_bytes());
            bytes.extend(size.to_le_bytes());
            bytes.extend((name as u16).to_le_bytes());
            bytes.extend(0_u16.to_le_bytes());
            bytes
        };
        out.extend(b"PK\x03\x04");
        out.extend(common(entry.local_size.unwrap_or(size), local_name.len()));
        out.extend(local_name);
        out.extend(&data);
        central.extend(b"PK\x01\x02");
        central.extend(if entry.unix_mode.is_some() {
            [20, 3]
        } else {
            [20, 0]
        });
        central.extend(common(size, entry.name.len()));
        central.extend([0_u8; 6]);
        central.extend((entry.unix_mode.unwrap_or(0) << 16).to_le_bytes());
        central.extend(offset.to_le_bytes());
        central.extend(&entry.name);
    }
    let offset = out.len() as u32;
    let count = entries.len().min(0xFFFF) as u16;
    out.extend(&central);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend((central.len() as u32).to_le_bytes());
    out.extend(offset.to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    out
}

/// An archive whose directory names the one member of a sound archive `count` times, ZIP64 records included.
pub fn repeated(count: u64) -> Vec<u8> {
    let sound = write(&[Entry::new("preuves/a.txt", "content")]);
    let start = sound
        .windows(4)
        .position(|window| window == b"PK\x01\x02")
        .unwrap();
    let end = sound
        .windows(4)
        .position(|window| window == b"PK\x05\x06")
        .unwrap();
    let mut out = sound[..start].to_vec();
    let header = &sound[start..end];
    for _ in 0..count {
        out.extend(header);
    }
    let (record, size) = (out.len() as u64, header.len() as u64 * count);
    out.extend(b"PK\x06\x06");
    out.extend(44_u64.to_le_bytes());
    out.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for field in [count, count, size, start as u64] {
        out.extend(field.to_le_bytes());
    }
    out.extend(b"PK\x06\x07\0\0\0\0");
    out.extend(record.to_le_bytes());
    out.extend(1_u32.to_le_bytes());
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([0xFF; 12]);
    out.extend([0, 0]);
    out
}
