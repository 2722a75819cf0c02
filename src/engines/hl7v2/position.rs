//! Where things are in the file.

/// Bytes `start..end` of the parsed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// No byte.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// A place for people: line and column, both from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// Offset in bytes from the start of the file.
    pub offset: usize,
    /// Line, from 1; CR, LF and CRLF end lines.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// For bytes that were made from another file (XML encoding): where each made piece comes from.
#[derive(Debug, Clone, Default)]
pub(super) struct Origins {
    /// Made offset, original position; ascending.
    pub(super) entries: Vec<(usize, Position)>,
}

impl Origins {
    /// The original position of a made offset.
    pub(super) fn locate(&self, offset: usize) -> Position {
        let after = self.entries.partition_point(|(start, _)| *start <= offset);
        self.entries
            .get(after.saturating_sub(1))
            .map(|(_, position)| *position)
            .unwrap_or_default()
    }
}
