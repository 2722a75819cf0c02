//! The headers of a zip archive: end of central directory, central directory, local headers. Field layouts are those of
//! PKWARE's APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16.

use super::bytes::Bytes;
use crate::engines::bytes::{le16, le32, le64};

/// What the central directory says of one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CentralHeader {
    /// Name as stored; see [`name`].
    pub name: Vec<u8>,
    /// General purpose flags.
    pub flags: u16,
    /// Compression method: 0 stored, 8 deflated.
    pub method: u16,
    /// CRC-32 of the expanded content.
    pub crc: u32,
    /// Size in the archive, in bytes.
    pub compressed: u64,
    /// Size once expanded, in bytes.
    pub size: u64,
    /// Where the local header stands.
    pub offset: u64,
    /// Unix mode when the archive was made on such a system.
    pub unix_mode: Option<u32>,
}

/// What the local header says, and where the data start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalHeader {
    /// Name as stored.
    pub name: Vec<u8>,
    /// General purpose flags.
    pub flags: u16,
    /// Compression method.
    pub method: u16,
    /// CRC-32 of the expanded content, zero when it follows the data.
    pub crc: u32,
    /// Size in the archive, zero when it follows the data.
    pub compressed: u64,
    /// Size once expanded, zero when it follows the data.
    pub size: u64,
    /// Where the data start.
    pub data: u64,
}

/// Where the central directory is and how many members it announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Where the directory starts.
    pub offset: u64,
    /// Its size in bytes, as announced.
    pub size: u64,
    /// How many members it announces.
    pub count: u64,
}

impl CentralHeader {
    /// Whether the member, or the directory itself, is encrypted.
    pub fn encrypted(&self) -> bool {
        self.flags & (ENCRYPTED | STRONG) != 0
    }

    /// Whether the member is a symbolic link or another special file.
    pub fn special(&self) -> bool {
        self.unix_mode
            .is_some_and(|mode| !matches!(mode & 0o170_000, 0 | 0o040_000 | 0o100_000))
    }

    /// How many times larger the content is than its data, rounded down.
    pub fn ratio(&self) -> u64 {
        self.size / self.compressed.max(1)
    }
}

/// A flag bit: the member is encrypted.
pub const ENCRYPTED: u16 = 0x0001;
/// A flag bit: sizes and CRC follow the data.
pub const DESCRIPTOR: u16 = 0x0008;
/// A flag bit: the directory itself is encrypted.
pub const STRONG: u16 = 0x2041;

/// Longest end record: 22 bytes and a comment.
const LONGEST_END: u64 = 22 + 0xFFFF;

/// Finds the end of the central directory: the last signature whose comment reaches no further than the file.
pub fn end<B: Bytes + ?Sized>(source: &B) -> Option<End> {
    const SIGNATURE: &[u8] = b"PK\x05\x06";
    let from = source.size().saturating_sub(LONGEST_END);
    let tail = source.part(from, LONGEST_END).ok()?;
    let start = tail
        .windows(4)
        .enumerate()
        .rev()
        .filter(|(_, window)| *window == SIGNATURE)
        .map(|(at, _)| at)
        .find(|&at| {
            le16(&tail, at + 20).is_some_and(|comment| at + 22 + usize::from(comment) <= tail.len())
        })?;
    let short = End {
        count: u64::from(le16(&tail, start + 10)?),
        size: u64::from(le32(&tail, start + 12)?),
        offset: u64::from(le32(&tail, start + 16)?),
    };
    let overflows = short.count == 0xFFFF || short.size == 0xFFFF_FFFF || short.offset == 0xFFFF_FFFF;
    Some(if overflows {
        end64(source, from + start as u64).unwrap_or(short)
    } else {
        short
    })
}

/// The ZIP64 end record that the locator before the end record points at.
fn end64<B: Bytes + ?Sized>(source: &B, end: u64) -> Option<End> {
    let locator = source.part(end.checked_sub(20)?, 20).ok()?;
    if !locator.starts_with(b"PK\x06\x07") {
        return None;
    }
    let record = source.part(le64(&locator, 8)?, 56).ok()?;
    if !record.starts_with(b"PK\x06\x06") {
        return None;
    }
    Some(End {
        count: le64(&record, 32)?,
        size: le64(&record, 40)?,
        offset: le64(&record, 48)?,
    })
}

/// The central header at `at`, and where the next one starts.
pub fn central<B: Bytes + ?Sized>(source: &B, at: u64) -> Option<(CentralHeader, u64)> {
    let fixed = source.part(at, 46).ok()?;
    if !fixed.starts_with(b"PK\x01\x02") {
        return None;
    }
    let name_length = usize::from(le16(&fixed, 28)?);
    let extra_length = usize::from(le16(&fixed, 30)?);
    let comment_length = usize::from(le16(&fixed, 32)?);
    let after = at.checked_add(46)?;
    let rest = source.part(after, (name_length + extra_length) as u64).ok()?;
    let name = rest.get(..name_length)?.to_vec();
    let extra = rest.get(name_length..name_length + extra_length)?;
    let mut compressed = u64::from(le32(&fixed, 20)?);
    let mut size = u64::from(le32(&fixed, 24)?);
    let mut offset = u64::from(le32(&fixed, 42)?);
    widen(extra, &mut [&mut size, &mut compressed, &mut offset]);
    let host = le16(&fixed, 4)? >> 8;
    let attributes = le32(&fixed, 38)?;
    let header = CentralHeader {
        name,
        flags: le16(&fixed, 8)?,
        method: le16(&fixed, 10)?,
        crc: le32(&fixed, 16)?,
        compressed,
        size,
        offset,
        unix_mode: matches!(host, 3 | 19).then_some(attributes >> 16),
    };
    let length = (name_length + extra_length + comment_length) as u64;
    Some((header, after.checked_add(length)?))
}

/// The local header at `at`.
pub fn local<B: Bytes + ?Sized>(source: &B, at: u64) -> Option<LocalHeader> {
    let fixed = source.part(at, 30).ok()?;
    if !fixed.starts_with(b"PK\x03\x04") {
        return None;
    }
    let name_length = usize::from(le16(&fixed, 26)?);
    let extra_length = usize::from(le16(&fixed, 28)?);
    let after = at.checked_add(30)?;
    let rest = source.part(after, (name_length + extra_length) as u64).ok()?;
    let name = rest.get(..name_length)?.to_vec();
    let extra = rest.get(name_length..name_length + extra_length)?;
    let mut compressed = u64::from(le32(&fixed, 18)?);
    let mut size = u64::from(le32(&fixed, 22)?);
    widen(extra, &mut [&mut size, &mut compressed]);
    Some(LocalHeader {
        name,
        flags: le16(&fixed, 6)?,
        method: le16(&fixed, 8)?,
        crc: le32(&fixed, 14)?,
        compressed,
        size,
        data: after.checked_add((name_length + extra_length) as u64)?,
    })
}

/// How the two headers of a member contradict each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Another name in the local header.
    Name,
    /// Another compression method, or encryption in one of them only.
    Method,
    /// Another size, expanded or compressed.
    Size,
    /// Another CRC-32.
    Checksum,
}

/// Compares the two headers of a member. Sizes and CRC are left at zero in a local header when a data descriptor follows
/// the data.
pub fn difference(central: &CentralHeader, local: &LocalHeader) -> Option<Difference> {
    let deferred = local.flags & DESCRIPTOR != 0;
    let differ = |here: u64, there: u64| here != there && !(deferred && there == 0);
    if central.name != local.name {
        Some(Difference::Name)
    } else if central.method != local.method || central.flags & ENCRYPTED != local.flags & ENCRYPTED {
        Some(Difference::Method)
    } else if differ(central.size, local.size) || differ(central.compressed, local.compressed) {
        Some(Difference::Size)
    } else {
        differ(u64::from(central.crc), u64::from(local.crc)).then_some(Difference::Checksum)
    }
}

/// Of ranges of bytes `(start, end, index)`, the indices of those that share bytes with one before: how a bomb gets past
/// a limit on each member.
pub fn overlapping(mut ranges: Vec<(u64, u64, usize)>) -> Vec<usize> {
    ranges.sort_unstable();
    let mut reached = 0_u64;
    let mut overlapping = Vec::new();
    for (start, end, index) in ranges {
        if start < reached {
            overlapping.push(index);
        }
        reached = reached.max(end);
    }
    overlapping
}

/// Replaces the fields that are saturated by those of the ZIP64 extra field, in the order the format gives them.
fn widen(extra: &[u8], fields: &mut [&mut u64]) {
    let mut at = 0;
    while let (Some(tag), Some(length)) = (le16(extra, at), le16(extra, at + 2)) {
        if tag == 1 {
            let mut value = at + 4;
            for field in fields.iter_mut().filter(|field| ***field == 0xFFFF_FFFF) {
                let Some(wide) = le64(extra, value) else { return };
                **field = wide;
                value += 8;
            }
            return;
        }
        at += 4 + usize::from(length);
    }
}

/// The upper half of code page 437, in which names without the UTF-8 flag are written.
const CODE_PAGE_437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// The name as text: UTF-8 when it is valid UTF-8 (flag or not: many tools forget the flag), else code page 437.
pub fn name(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(name) => name.to_owned(),
        Err(_) => bytes
            .iter()
            .map(|&byte| match byte.checked_sub(128) {
                None => char::from(byte),
                Some(high) => CODE_PAGE_437.chars().nth(usize::from(high)).unwrap_or('\u{fffd}'),
            })
            .collect(),
    }
}
