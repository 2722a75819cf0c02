//! Line and column of a byte offset.

use std::sync::OnceLock;

/// A place in a text, both numbers from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1. CR LF, LF and a lone CR end a line.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Known positions of a text, worked out when the first one is asked for: of its start alone, where most of the places
/// that people are told stand, until one further on is asked for.
#[derive(Debug, Clone, Default)]
pub struct LineIndex {
    near: OnceLock<Anchors>,
    whole: OnceLock<Anchors>,
}

/// Length of the start, in bytes.
const NEAR: usize = 32 * 1024;

impl LineIndex {
    /// Line and column of a byte offset of `text`, which must be the same at each call.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        match text.get(..text.floor_char_boundary(NEAR)) {
            Some(start) if offset < start.len() => {
                let anchors = self.near.get_or_init(|| Anchors::of(start));
                anchors.position(start, offset)
            }
            _ => {
                let anchors = self.whole.get_or_init(|| Anchors::of(text));
                anchors.position(text, offset)
            }
        }
    }
}

/// Every line start of a text, and one place every few kilobytes of long lines, so that finding a column never walks a
/// whole line of a document written on one line.
#[derive(Debug, Clone)]
struct Anchors(Vec<(u32, Position)>);

/// Distance between anchors inside a line, in bytes.
const STRIDE: usize = 2048;

impl Anchors {
    /// Walks the text once.
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut anchors = Vec::new();
        let (mut line, mut start) = (1_u32, 0_usize);
        loop {
            let rest = bytes.get(start..).unwrap_or_default();
            let found = memchr::memchr2(b'\n', b'\r', rest);
            let end = start + found.unwrap_or(rest.len());
            Self::line(text, line, start, end, &mut anchors);
            if found.is_none() {
                break;
            }
            let both = bytes.get(end..end + 2) == Some(b"\r\n");
            start = end + 1 + usize::from(both);
            line = line.saturating_add(1);
        }
        Self(anchors)
    }

    /// The anchors of one line: its start, then one every [`STRIDE`] bytes.
    fn line(text: &str, line: u32, start: usize, end: usize, anchors: &mut Vec<(u32, Position)>) {
        let (mut at, mut column) = (start, 1_u32);
        loop {
            let offset = u32::try_from(at).unwrap_or(u32::MAX);
            anchors.push((offset, Position { line, column }));
            let mut next = at + STRIDE;
            while next < end && !text.is_char_boundary(next) {
                next += 1;
            }
            if next >= end {
                return;
            }
            let passed = text.as_bytes().get(at..next).unwrap_or_default();
            column = column.saturating_add(characters(passed));
            at = next;
        }
    }

    /// Line and column of a byte offset of the same text.
    fn position(&self, text: &str, offset: usize) -> Position {
        let Self(anchors) = self;
        let offset = offset.min(text.len());
        let at = anchors.partition_point(|anchor| anchor.0 as usize <= offset);
        let Some(&(start, position)) = at.checked_sub(1).and_then(|index| anchors.get(index)) else {
            return Position { line: 1, column: 1 };
        };
        let between = text.as_bytes().get(start as usize..offset).unwrap_or_default();
        Position {
            line: position.line,
            column: position.column.saturating_add(characters(between)),
        }
    }
}

/// How many characters begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> u32 {
    let count = bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters() {
        let text = "<é>\r\n <b/>\rx\n";
        let index = LineIndex::default();
        let place = |needle: &str| {
            let position = index.position(text, text.find(needle).unwrap());
            (position.line, position.column)
        };
        assert_eq!(place("<é>"), (1, 1));
        assert_eq!(place(">"), (1, 3));
        assert_eq!(place("<b/>"), (2, 2));
        assert_eq!(place("x"), (3, 1));
        assert_eq!(index.position(text, text.len()), Position { line: 4, column: 1 });
    }

    #[test]
    fn a_long_line_is_counted_from_a_near_anchor() {
        let text = "é".repeat(50_000);
        let index = LineIndex::default();
        assert_eq!(
            index.position(&text, 2 * 40_000),
            Position {
                line: 1,
                column: 40_001
            }
        );
    }
    #[test]
    fn places_before_and_after_the_start_agree() {
        let text = format!("{}é\n<c/>\r", "<a>é</a>\r\n".repeat(NEAR / 8));
        let index = LineIndex::default();
        for (offset, _) in text
            .char_indices()
            .filter(|(offset, _)| offset.abs_diff(NEAR) < 99)
        {
            let before = text.get(..offset).unwrap();
            let line = before.matches('\n').count() as u32 + 1;
            let column = before.rsplit('\n').next().unwrap().chars().count() as u32 + 1;
            assert_eq!(
                index.position(&text, offset),
                Position { line, column },
                "{offset}"
            );
        }
    }
}
