//! OLE2 containers ([MS-CFB]): the streams of a file, every chain of sectors walked at most once round.

use super::bytes::{le16, le32};

/// The first bytes of a container.
pub const SIGNATURE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Why a container cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Ole2Error {
    /// The header is cut or says what no container says.
    #[error("the header of the OLE2 container is damaged")]
    Header,
    /// A chain of sectors leaves the file or comes back on itself.
    #[error("a chain of sectors of the OLE2 container has no end in the file")]
    Chain,
    /// A stream, or a table of the container, is longer than the file.
    #[error("a stream of the OLE2 container is longer than the file")]
    Length,
}

/// A stream, or another entry of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    start: u32,
    length: usize,
}

/// An open container.
#[derive(Debug)]
pub struct Container<'a> {
    bytes: &'a [u8],
    sector: usize,
    table: Vec<u32>,
    mini_table: Vec<u32>,
    mini_stream: Vec<u8>,
    entries: Vec<Entry>,
}

/// Identifiers of sectors end here; those above mark ends and tables.
const RESERVED: u32 = 0xFFFF_FFFA;
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const MINI_SECTOR: usize = 64;
/// Streams shorter than this are in the mini stream.
const MINI_BELOW: usize = 4096;

impl<'a> Container<'a> {
    /// Reads the tables and the directory of a container.
    ///
    /// # Errors
    ///
    /// The container is damaged, or says that it is larger than it is.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Ole2Error> {
        if !bytes.starts_with(SIGNATURE) || bytes.len() < 512 {
            return Err(Ole2Error::Header);
        }
        let sector = match le16(bytes, 30).ok_or(Ole2Error::Header)? {
            9 => 512,
            12 => 4096,
            _ => return Err(Ole2Error::Header),
        };
        let mut container = Self {
            bytes,
            sector,
            table: Vec::new(),
            mini_table: Vec::new(),
            mini_stream: Vec::new(),
            entries: Vec::new(),
        };
        let header = |at: usize| le32(bytes, at).ok_or(Ole2Error::Header);
        // The sectors of the table: 109 in the header, the others in a chain of their own.
        let mut places: Vec<u32> = words(bytes.get(76..512).unwrap_or_default()).collect();
        let (mut next, mut steps) = (header(68)?, 0);
        while next < RESERVED {
            steps += 1;
            if steps > container.sectors() {
                return Err(Ole2Error::Chain);
            }
            places.extend(words(container.sector(next)?));
            next = places.pop().ok_or(Ole2Error::Chain)?;
        }
        places.retain(|place| *place < RESERVED);
        if places.len() > container.sectors() {
            return Err(Ole2Error::Length);
        }
        for place in places {
            container.table.extend(words(container.sector(place)?));
        }
        let directory = container.chain(header(48)?, usize::MAX)?;
        container.entries = directory
            .chunks_exact(128)
            .map(|entry| Entry::read(entry, sector))
            .collect();
        let longest = container.entries.iter().map(|entry| entry.length).max();
        let mini_tables = usize::try_from(header(64)?).unwrap_or(usize::MAX);
        if longest.is_some_and(|longest| longest > bytes.len()) || mini_tables > container.sectors() {
            return Err(Ole2Error::Length);
        }
        if let Some(root) = container.entries.first()
            && mini_tables > 0
        {
            container.mini_stream = container.chain(root.start, root.length)?;
            let table = container.chain(header(60)?, mini_tables * sector)?;
            container.mini_table = words(&table).collect();
        }
        Ok(container)
    }

    /// The entries of the directory.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The bytes of the first stream of a name, upper or lower case.
    ///
    /// # Errors
    ///
    /// Its chain of sectors is damaged.
    pub fn stream(&self, name: &str) -> Option<Result<Vec<u8>, Ole2Error>> {
        let entry = self
            .entries
            .iter()
            .find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        Some(if entry.length < MINI_BELOW {
            self.mini_chain(entry.start, entry.length)
        } else {
            self.chain(entry.start, entry.length)
        })
    }

    /// How many sectors the file can hold.
    fn sectors(&self) -> usize {
        self.bytes.len() / self.sector + 1
    }

    /// A sector; the last one may be cut.
    fn sector(&self, number: u32) -> Result<&'a [u8], Ole2Error> {
        let start = usize::try_from(number)
            .ok()
            .and_then(|number| number.checked_add(1)?.checked_mul(self.sector))
            .filter(|start| *start < self.bytes.len())
            .ok_or(Ole2Error::Chain)?;
        let end = (start + self.sector).min(self.bytes.len());
        Ok(self.bytes.get(start..end).unwrap_or_default())
    }

    fn chain(&self, start: u32, length: usize) -> Result<Vec<u8>, Ole2Error> {
        walk(start, length, &self.table, self.sectors(), |number| {
            self.sector(number)
        })
    }

    fn mini_chain(&self, start: u32, length: usize) -> Result<Vec<u8>, Ole2Error> {
        let sectors = self.mini_stream.len() / MINI_SECTOR + 1;
        walk(start, length, &self.mini_table, sectors, |number| {
            let start = usize::try_from(number)
                .unwrap_or(usize::MAX)
                .saturating_mul(MINI_SECTOR);
            let end = start.saturating_add(MINI_SECTOR).min(self.mini_stream.len());
            self.mini_stream.get(start..end).ok_or(Ole2Error::Chain)
        })
    }
}

/// The sectors of a chain one after the other, `length` bytes of them at most.
fn walk<'a>(
    start: u32,
    length: usize,
    table: &[u32],
    most: usize,
    sector: impl Fn(u32) -> Result<&'a [u8], Ole2Error>,
) -> Result<Vec<u8>, Ole2Error> {
    let mut out = Vec::new();
    let (mut next, mut steps) = (start, 0);
    while next != END_OF_CHAIN && out.len() < length {
        steps += 1;
        if steps > most {
            return Err(Ole2Error::Chain);
        }
        let bytes = sector(next)?;
        out.extend_from_slice(
            bytes
                .get(..bytes.len().min(length - out.len()))
                .unwrap_or_default(),
        );
        if out.len() < length {
            next = usize::try_from(next)
                .ok()
                .and_then(|next| table.get(next).copied())
                .ok_or(Ole2Error::Chain)?;
        }
    }
    Ok(out)
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    let (words, _) = bytes.as_chunks::<4>();
    words.iter().map(|word| u32::from_le_bytes(*word))
}

impl Entry {
    fn read(entry: &[u8], sector: usize) -> Self {
        let (units, _) = entry.get(..64).unwrap_or_default().as_chunks::<2>();
        let units: Vec<u16> = units
            .iter()
            .map(|unit| u16::from_le_bytes(*unit))
            .take_while(|unit| *unit != 0)
            .collect();
        let word = |at: usize| le32(entry, at).unwrap_or(0);
        // Small sectors are of version 3, whose high half of a length may be anything.
        let high = if sector == 512 { 0 } else { u64::from(word(124)) };
        Self {
            name: String::from_utf16_lossy(&units),
            start: word(116),
            length: usize::try_from(high << 32 | u64::from(word(120))).unwrap_or(usize::MAX),
        }
    }
}
