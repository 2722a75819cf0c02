//! What an .xls may ask of its reader, looked at before it is read: the reader makes room for whatever a record says.
//!
//! The container must be whole ([MS-CFB]), and the cells of each sheet must stand in a table that fits
//! `workbook-dense-cells` ([MS-XLS] 2.4).

use crate::engines::bytes::{le16, le32};
use crate::engines::ole2::{Container, Ole2Error};

/// Why an .xls is not read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Hostile {
    /// The container is damaged.
    Container(Ole2Error),
    /// A record of the workbook stands where it cannot.
    Records,
    /// The cells of a sheet stand too far apart.
    Extent,
}

/// Sheets of one workbook at most.
const SHEETS: usize = 1_000;
/// Bytes of records looked at, in lengths of the stream: sheets follow each other and do not overlap.
const PASSES: usize = 4;

const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;
const BOUND_SHEET: u16 = 0x0085;
const CODE_PAGE: u16 = 0x0042;
const DATES: u16 = 0x0022;
const PASSWORD: u16 = 0x002F;
const DIMENSIONS: u16 = 0x0200;
const SEVERAL_NUMBERS: u16 = 0x00BD;
const MERGED: u16 = 0x00E5;
/// Formula, label of the shared strings, rich string, number, label, truth or error, number in short.
const CELLS: [u16; 7] = [0x0006, 0x00FD, 0x00D6, 0x0203, 0x0204, 0x0205, 0x027E];

/// Looks at an .xls; `dense` is how many cells the table of a sheet may have.
pub(super) fn guard(bytes: &[u8], dense: u64) -> Result<(), Hostile> {
    let container = Container::open(bytes).map_err(Hostile::Container)?;
    // A file that holds both is read by its older name last.
    let Some(stream) = ["Workbook", "Book"]
        .iter()
        .find_map(|name| container.stream(name))
    else {
        // The reader says that it is no workbook.
        return Ok(());
    };
    let stream = stream.map_err(Hostile::Container)?;
    let mut budget = stream.len().saturating_mul(PASSES);
    let mut sheets = Vec::new();
    for (kind, data) in records(&stream, 0) {
        match kind {
            END => break,
            BOUND_SHEET => sheets.push(le32(data, 0).ok_or(Hostile::Records)?),
            _ => {}
        }
        // The reader takes these lengths for granted.
        let least = match kind {
            BOUND_SHEET => 8,
            BEGIN | CODE_PAGE | DATES | PASSWORD => 2,
            _ => 0,
        };
        if data.len() < least {
            return Err(Hostile::Records);
        }
    }
    if sheets.len() > SHEETS {
        return Err(Hostile::Extent);
    }
    for start in sheets {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        if start > stream.len() {
            return Err(Hostile::Records);
        }
        sheet(&stream, start, dense, &mut budget)?;
    }
    Ok(())
}

/// The extent of the cells of the sheet that begins at `start`.
fn sheet(stream: &[u8], start: usize, dense: u64, budget: &mut usize) -> Result<(), Hostile> {
    let mut extent = Extent::default();
    let (mut begun, mut inside) = (false, 0_u32);
    for (kind, data) in records(stream, start) {
        *budget = budget.checked_sub(data.len() + 4).ok_or(Hostile::Records)?;
        match kind {
            BEGIN if begun => inside += 1,
            BEGIN => begun = true,
            END if inside == 0 => break,
            END => inside -= 1,
            // A chart inside the sheet.
            _ if inside > 0 => {}
            DIMENSIONS => {
                let told = dimensions(data).ok_or(Hostile::Records)?;
                if told > dense {
                    return Err(Hostile::Extent);
                }
            }
            MERGED => {
                let count = usize::from(le16(data, 0).ok_or(Hostile::Records)?);
                if data.len() < 2 + 8 * count {
                    return Err(Hostile::Records);
                }
            }
            SEVERAL_NUMBERS => {
                let last = data.len().checked_sub(2).and_then(|at| le16(data, at));
                let (row, first) = le16(data, 0).zip(le16(data, 2)).ok_or(Hostile::Records)?;
                let last = last.filter(|last| *last >= first).ok_or(Hostile::Records)?;
                extent.add(row, first);
                extent.add(row, last);
            }
            kind if CELLS.contains(&kind) => {
                let (row, column) = le16(data, 0).zip(le16(data, 2)).ok_or(Hostile::Records)?;
                extent.add(row, column);
            }
            _ => {}
        }
        if extent.cells() > dense {
            return Err(Hostile::Extent);
        }
    }
    Ok(())
}

/// The rows and columns between the cells that lie farthest apart.
#[derive(Default)]
struct Extent(Option<[u16; 4]>);

impl Extent {
    fn add(&mut self, row: u16, column: u16) {
        let [top, left, bottom, right] = self.0.unwrap_or([row, column, row, column]);
        self.0 = Some([top.min(row), left.min(column), bottom.max(row), right.max(column)]);
    }

    fn cells(&self) -> u64 {
        self.0.map_or(0, |[top, left, bottom, right]| {
            (u64::from(bottom - top) + 1) * (u64::from(right - left) + 1)
        })
    }
}

/// How many cells the sheet says it has room for; none when the record has an impossible length.
fn dimensions(data: &[u8]) -> Option<u64> {
    let (top, bottom, left, right) = match data.len() {
        10 => (
            u32::from(le16(data, 0)?),
            u32::from(le16(data, 2)?),
            le16(data, 4)?,
            le16(data, 6)?,
        ),
        14 | 16 => (le32(data, 0)?, le32(data, 4)?, le16(data, 8)?, le16(data, 10)?),
        _ => return None,
    };
    // A first column beyond the 256 of the format is read as none.
    let left = if left > 0xFF || right < left { 0 } else { left };
    if bottom > 0 && bottom < top {
        return None;
    }
    Some((u64::from(bottom.saturating_sub(top)) + 1) * (u64::from(right - left) + 1))
}

/// The records of a stream from `start`: kind, data. Ends at the first that is cut.
fn records(stream: &[u8], start: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream.get(start..).unwrap_or_default();
    std::iter::from_fn(move || {
        let kind = le16(rest, 0)?;
        let end = 4 + usize::from(le16(rest, 2)?);
        let data = rest.get(4..end)?;
        rest = rest.get(end..)?;
        Some((kind, data))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engines::ole2;

    /// A container with one stream `Workbook` of these records, long enough to have sectors of its own.
    fn workbook(globals: &[(u16, &[u8])], sheet: &[(u16, &[u8])]) -> Vec<u8> {
        let write = |records: &[(u16, &[u8])]| {
            let mut out = Vec::new();
            for (kind, data) in records {
                out.extend(kind.to_le_bytes());
                out.extend((data.len() as u16).to_le_bytes());
                out.extend_from_slice(data);
            }
            out
        };
        let name = [6, 0, b'R', b'E', b'M', b' ', b' ', b' '];
        let mut stream = write(&[(BEGIN, &[0, 6, 5, 0])]);
        stream.extend(write(globals));
        let start = stream.len() + 4 + 4 + name.len() + 4;
        let bound = [&(start as u32).to_le_bytes()[..], &[0, 0], &name].concat();
        stream.extend(write(&[(BOUND_SHEET, &bound), (END, &[])]));
        assert_eq!(stream.len(), start + 2);
        let start = stream.len() as u32;
        let at = stream.len() - 4 - bound.len();
        stream[at..at + 4].copy_from_slice(&start.to_le_bytes());
        stream.extend(write(&[(BEGIN, &[0, 6, 16, 0])]));
        stream.extend(write(sheet));
        stream.extend(write(&[(END, &[])]));
        contained(&stream)
    }

    fn contained(stream: &[u8]) -> Vec<u8> {
        let sectors = stream.len().max(MINI).div_ceil(512);
        let mut file = ole2::SIGNATURE.to_vec();
        file.resize(512, 0);
        file[24..32].copy_from_slice(&[0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0]);
        file[32] = 6;
        file[44] = 1;
        file[48..52].copy_from_slice(&1_u32.to_le_bytes());
        file[60..64].copy_from_slice(&END_OF_CHAIN);
        file[68..72].copy_from_slice(&END_OF_CHAIN);
        file[76..512].fill(0xFF);
        file[76..80].copy_from_slice(&0_u32.to_le_bytes());
        let mut table = vec![0xFFFF_FFFD_u32, 0xFFFF_FFFE];
        table.extend((3..2 + sectors as u32).chain([0xFFFF_FFFE]));
        table.resize(128, 0xFFFF_FFFF);
        file.extend(table.iter().flat_map(|word| word.to_le_bytes()));
        for (name, start, length) in [
            ("Root Entry", 0xFFFF_FFFE_u32, 0),
            ("Workbook", 2, sectors * 512),
            ("", 0, 0),
            ("", 0, 0),
        ] {
            let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            entry.resize(128, 0);
            entry[116..120].copy_from_slice(&start.to_le_bytes());
            entry[120..124].copy_from_slice(&(length as u32).to_le_bytes());
            file.extend(entry);
        }
        file.extend_from_slice(stream);
        file.resize(512 * (3 + sectors), 0);
        file
    }

    const MINI: usize = 4096;
    const END_OF_CHAIN: [u8; 4] = 0xFFFF_FFFE_u32.to_le_bytes();

    fn number(row: u16, column: u16) -> Vec<u8> {
        [&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 10]].concat()
    }

    #[test]
    fn a_plain_workbook_is_let_in_and_read() {
        let file = workbook(&[], &[(0x0203, &number(3, 2)), (0x0203, &number(9, 8))]);
        assert_eq!(guard(&file, 1_000), Ok(()));
        let mut book: calamine::Xls<_> = calamine::Reader::new(std::io::Cursor::new(file)).unwrap();
        let range = calamine::Reader::worksheet_range_at(&mut book, 0)
            .unwrap()
            .unwrap();
        assert_eq!((range.start(), range.end()), (Some((3, 2)), Some((9, 8))));
    }

    #[test]
    fn cells_far_apart_are_refused() {
        let far = workbook(&[], &[(0x0203, &number(0, 0)), (0x027E, &number(65_535, 65_535))]);
        assert_eq!(guard(&far, 5_000_000), Err(Hostile::Extent));
        let several = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];
        assert_eq!(
            guard(&workbook(&[], &[(SEVERAL_NUMBERS, &several)]), 50_000),
            Err(Hostile::Extent)
        );
        let told = [&[0_u8; 4][..], &u32::MAX.to_le_bytes(), &[0, 0, 0xFF, 0xFF, 0, 0]].concat();
        assert_eq!(
            guard(&workbook(&[], &[(DIMENSIONS, &told)]), 5_000_000),
            Err(Hostile::Extent)
        );
        // In a chart they are not cells.
        let chart: [(u16, &[u8]); 3] = [
            (BEGIN, &[0, 6, 32, 0]),
            (0x0203, &number(60_000, 60_000)),
            (END, &[]),
        ];
        assert_eq!(guard(&workbook(&[], &chart), 1_000), Ok(()));
    }

    #[test]
    fn cut_records_are_refused() {
        for (kind, data) in [(CODE_PAGE, &[1_u8][..]), (BOUND_SHEET, &[0; 7]), (BEGIN, &[])] {
            assert_eq!(
                guard(&workbook(&[(kind, data)], &[]), 1_000),
                Err(Hostile::Records),
                "{kind:#x}"
            );
        }
        for (kind, data) in [
            (0x0203, &[0_u8, 0, 0][..]),
            (MERGED, &[2, 0, 0, 0]),
            (DIMENSIONS, &[0; 12]),
        ] {
            assert_eq!(
                guard(&workbook(&[], &[(kind, data)]), 1_000),
                Err(Hostile::Records),
                "{kind:#x}"
            );
        }
    }

    #[test]
    fn a_container_that_has_no_end_is_refused() {
        let whole = workbook(&[], &[]);
        let changed = |changes: &[(usize, u32)]| {
            let mut file = whole.clone();
            for (at, value) in changes {
                file[*at..*at + 4].copy_from_slice(&value.to_le_bytes());
            }
            guard(&file, 1_000)
        };
        let damaged = |error| Err(Hostile::Container(error));
        // The directory comes back on itself, or begins outside the file; so does the chain of tables.
        assert_eq!(changed(&[(512 + 4, 1)]), damaged(Ole2Error::Chain));
        assert_eq!(changed(&[(48, 9_999)]), damaged(Ole2Error::Chain));
        assert_eq!(changed(&[(68, 0), (512 + 4 * 127, 0)]), damaged(Ole2Error::Chain));
        // The stream is longer than the file, or cut.
        assert_eq!(
            changed(&[(1024 + 128 + 120, 1 << 30)]),
            damaged(Ole2Error::Length)
        );
        assert_eq!(changed(&[(512 + 4 * 3, 9_999)]), damaged(Ole2Error::Chain));
        // A stream that comes back on itself ends where its length says.
        assert_eq!(changed(&[(512 + 4 * 3, 2)]), Ok(()));
        assert_eq!(
            guard(&whole[..100], 1_000),
            Err(Hostile::Container(Ole2Error::Header))
        );
    }
}
