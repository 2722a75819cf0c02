//! The headers of a zip archive as bytes: end of central directory, central directory, local headers.
//!
//! Read here rather than by a library, because a library believes one of the two headers and an examiner must know
//! when they differ. Field layouts are those of PKWARE's APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16.

/// What the central directory says of one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CentralHeader {
    pub(super) name: Vec<u8>,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) compressed: u64,
    pub(super) size: u64,
    pub(super) offset: u64,
    /// Unix mode when the archive was made on such a system.
    pub(super) unix_mode: Option<u32>,
}

/// What the local header says, and where the data start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LocalHeader {
    pub(super) name: Vec<u8>,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) compressed: u64,
    pub(super) size: u64,
    pub(super) data: u64,
}

/// Where the central directory is and how many members it announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) count: u64,
}

/// A flag bit: the member is encrypted.
pub(super) const ENCRYPTED: u16 = 0x0001;
/// A flag bit: sizes and CRC follow the data.
pub(super) const DESCRIPTOR: u16 = 0x0008;
/// A flag bit: the directory itself is encrypted.
pub(super) const STRONG: u16 = 0x2041;

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(
        bytes.get(at..at.checked_add(2)?)?.try_into().ok()?,
    ))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(
        bytes.get(at..at.checked_add(4)?)?.try_into().ok()?,
    ))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(
        bytes.get(at..at.checked_add(8)?)?.try_into().ok()?,
    ))
}

/// Finds the end of the central directory: the last signature whose comment reaches no further than the file.
pub(super) fn end(bytes: &[u8]) -> Option<End> {
    const SIGNATURE: &[u8] = b"PK\x05\x06";
    let from = bytes.len().saturating_sub(22 + 0xFFFF);
    let tail = bytes.get(from..)?;
    let start = tail
        .windows(4)
        .enumerate()
        .rev()
        .filter(|(_, window)| *window == SIGNATURE)
        .map(|(at, _)| from + at)
        .find(|&at| {
            u16_at(bytes, at + 20).is_some_and(|comment| at + 22 + usize::from(comment) <= bytes.len())
        })?;
    let short = End {
        count: u64::from(u16_at(bytes, start + 10)?),
        size: u64::from(u32_at(bytes, start + 12)?),
        offset: u64::from(u32_at(bytes, start + 16)?),
    };
    let overflows = short.count == 0xFFFF || short.size == 0xFFFF_FFFF || short.offset == 0xFFFF_FFFF;
    Some(if overflows {
        end64(bytes, start).unwrap_or(short)
    } else {
        short
    })
}

/// The ZIP64 end record that the locator before the end record points at.
fn end64(bytes: &[u8], end: usize) -> Option<End> {
    let locator = end.checked_sub(20)?;
    if bytes.get(locator..locator + 4)? != b"PK\x06\x07" {
        return None;
    }
    let at = usize::try_from(u64_at(bytes, locator + 8)?).ok()?;
    if bytes.get(at..at.checked_add(4)?)? != b"PK\x06\x06" {
        return None;
    }
    Some(End {
        count: u64_at(bytes, at + 32)?,
        size: u64_at(bytes, at + 40)?,
        offset: u64_at(bytes, at + 48)?,
    })
}

/// The central header at `at`, and where the next one starts.
pub(super) fn central(bytes: &[u8], at: usize) -> Option<(CentralHeader, usize)> {
    if bytes.get(at..at.checked_add(4)?)? != b"PK\x01\x02" {
        return None;
    }
    let name_length = usize::from(u16_at(bytes, at + 28)?);
    let extra_length = usize::from(u16_at(bytes, at + 30)?);
    let comment_length = usize::from(u16_at(bytes, at + 32)?);
    let name = bytes.get(at + 46..at + 46 + name_length)?.to_vec();
    let extra = bytes.get(at + 46 + name_length..at + 46 + name_length + extra_length)?;
    let mut compressed = u64::from(u32_at(bytes, at + 20)?);
    let mut size = u64::from(u32_at(bytes, at + 24)?);
    let mut offset = u64::from(u32_at(bytes, at + 42)?);
    widen(extra, &mut [&mut size, &mut compressed, &mut offset]);
    let host = u16_at(bytes, at + 4)? >> 8;
    let attributes = u32_at(bytes, at + 38)?;
    let header = CentralHeader {
        name,
        flags: u16_at(bytes, at + 8)?,
        method: u16_at(bytes, at + 10)?,
        crc: u32_at(bytes, at + 16)?,
        compressed,
        size,
        offset,
        unix_mode: matches!(host, 3 | 19).then_some(attributes >> 16),
    };
    Some((header, at + 46 + name_length + extra_length + comment_length))
}

/// The local header at `at`.
pub(super) fn local(bytes: &[u8], at: usize) -> Option<LocalHeader> {
    if bytes.get(at..at.checked_add(4)?)? != b"PK\x03\x04" {
        return None;
    }
    let name_length = usize::from(u16_at(bytes, at + 26)?);
    let extra_length = usize::from(u16_at(bytes, at + 28)?);
    let data = at + 30 + name_length + extra_length;
    let name = bytes.get(at + 30..at + 30 + name_length)?.to_vec();
    let extra = bytes.get(at + 30 + name_length..data)?;
    let mut compressed = u64::from(u32_at(bytes, at + 18)?);
    let mut size = u64::from(u32_at(bytes, at + 22)?);
    widen(extra, &mut [&mut size, &mut compressed]);
    Some(LocalHeader {
        name,
        flags: u16_at(bytes, at + 6)?,
        method: u16_at(bytes, at + 8)?,
        crc: u32_at(bytes, at + 14)?,
        compressed,
        size,
        data: data as u64,
    })
}

/// Replaces the fields that are saturated by those of the ZIP64 extra field, in the order the format gives them.
fn widen(extra: &[u8], fields: &mut [&mut u64]) {
    let mut at = 0;
    while let (Some(tag), Some(length)) = (u16_at(extra, at), u16_at(extra, at + 2)) {
        if tag == 1 {
            let mut value = at + 4;
            for field in fields.iter_mut().filter(|field| ***field == 0xFFFF_FFFF) {
                let Some(wide) = u64_at(extra, value) else { return };
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
pub(super) fn name(bytes: &[u8]) -> String {
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
