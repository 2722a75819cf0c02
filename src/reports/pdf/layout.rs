//! From blocks to pages: lines are broken by the widths of the fonts, headings stay with what follows.

use super::fonts::{Font, encode};

/// A4, in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
const MARGIN: f32 = 54.0;
const TOP: f32 = PAGE.1 - MARGIN;
const BOTTOM: f32 = MARGIN + 18.0;
/// Line height, as a part of the font size.
const LEADING: f32 = 1.32;

/// What a block is to a reader, and to a screen reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The title of the document.
    Title,
    /// A part; it gets a bookmark.
    Part,
    /// A requirement.
    Section,
    /// Running text.
    Text,
}

impl Role {
    /// The structure type of PDF.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::Title => "H1",
            Self::Part => "H2",
            Self::Section => "H3",
            Self::Text => "P",
        }
    }
}

/// A run of words in one font.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) font: Font,
    /// Red, green, blue, from 0 to 1.
    pub(super) color: (f32, f32, f32),
    pub(super) text: String,
}

/// A heading or a paragraph.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) role: Role,
    pub(super) size: f32,
    pub(super) indent: f32,
    /// Space above, in points.
    pub(super) above: f32,
    pub(super) runs: Vec<Run>,
}

/// Encoded text at a place.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) font: Font,
    pub(super) size: f32,
    pub(super) color: (f32, f32, f32),
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) text: Vec<u8>,
}

/// A part of a block that stands on one page.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) role: Role,
    /// Which block: pieces of one block are one element for a screen reader.
    pub(super) block: usize,
    /// The words of a heading, for the bookmarks; only on its first piece.
    pub(super) bookmark: Option<String>,
    /// Top of the piece.
    pub(super) y: f32,
    pub(super) lines: Vec<Placed>,
}

/// The pieces of a page, from top to bottom.
pub(super) type Page = Vec<Piece>;

/// A word of a line, encoded, and the space before it.
struct Word {
    font: Font,
    color: (f32, f32, f32),
    text: Vec<u8>,
    spaced: bool,
}

/// Breaks blocks into pages.
pub(super) fn pages(blocks: &[Block]) -> Vec<Page> {
    let mut pages: Vec<Page> = Vec::new();
    let mut page: Page = Vec::new();
    let mut y = TOP;
    for (index, block) in blocks.iter().enumerate() {
        let lines = lines(block);
        let height = block.size * LEADING;
        if !page.is_empty() {
            y -= block.above;
        }
        // A heading needs room for itself and two lines of what follows.
        let wanted = match block.role {
            Role::Text => height,
            _ => height * lines.len() as f32 + 40.0,
        };
        if y - wanted < BOTTOM && !page.is_empty() {
            pages.push(std::mem::take(&mut page));
            y = TOP;
        }
        let heading = (block.role == Role::Part)
            .then(|| block.runs.iter().map(|run| run.text.as_str()).collect::<String>());
        let mut piece = start(block, index, heading, y);
        for line in lines {
            if y - height < BOTTOM && !(page.is_empty() && piece.lines.is_empty()) {
                page.push(piece);
                pages.push(std::mem::take(&mut page));
                y = TOP;
                piece = start(block, index, None, y);
            }
            y -= height;
            let mut x = MARGIN + block.indent;
            for word in line {
                if word.spaced {
                    x += points(block.size, Font::Regular.width(b" "));
                }
                let width = points(block.size, word.font.width(&word.text));
                piece.lines.push(Placed {
                    font: word.font,
                    size: block.size,
                    color: word.color,
                    x,
                    y,
                    text: word.text,
                });
                x += width;
            }
        }
        page.push(piece);
    }
    if !page.is_empty() {
        pages.push(page);
    }
    pages
}

fn start(block: &Block, index: usize, bookmark: Option<String>, y: f32) -> Piece {
    Piece {
        role: block.role,
        block: index,
        bookmark,
        y,
        lines: Vec::new(),
    }
}

/// Thousandths of the font size, in points.
fn points(size: f32, thousandths: u32) -> f32 {
    size * thousandths as f32 / 1000.0
}

/// Breaks a block into lines of words; a word wider than the line is cut.
fn lines(block: &Block) -> Vec<Vec<Word>> {
    let room = PAGE.0 - 2.0 * MARGIN - block.indent;
    let space = points(block.size, Font::Regular.width(b" "));
    let mut lines: Vec<Vec<Word>> = Vec::new();
    let mut line: Vec<Word> = Vec::new();
    let mut used = 0.0;
    let mut spaced = false;
    for run in &block.runs {
        for (index, part) in run.text.split([' ', '\n', '\t']).enumerate() {
            spaced |= index > 0;
            if part.is_empty() {
                continue;
            }
            for text in cut(run.font, block.size, room, encode(part)) {
                if text.is_empty() {
                    continue;
                }
                let width = points(block.size, run.font.width(&text));
                let before = if spaced && !line.is_empty() { space } else { 0.0 };
                if used + before + width > room && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                let first = line.is_empty();
                used += width + if first { 0.0 } else { before };
                line.push(Word {
                    font: run.font,
                    color: run.color,
                    text,
                    spaced: spaced && !first,
                });
                spaced = false;
            }
        }
    }
    lines.push(line);
    lines
}

/// Cuts a word into pieces that fit a line: hashes and paths must not leave the page.
fn cut(font: Font, size: f32, room: f32, word: Vec<u8>) -> Vec<Vec<u8>> {
    if points(size, font.width(&word)) <= room {
        return vec![word];
    }
    let mut pieces = Vec::new();
    let mut piece = Vec::new();
    for code in word {
        piece.push(code);
        if points(size, font.width(&piece)) > room {
            piece.pop();
            pieces.push(std::mem::replace(&mut piece, vec![code]));
        }
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> Block {
        Block {
            role: Role::Text,
            size: 10.0,
            indent: 0.0,
            above: 4.0,
            runs: vec![Run {
                font: Font::Mono,
                color: (0.0, 0.0, 0.0),
                text: words.to_owned(),
            }],
        }
    }

    #[test]
    fn nothing_leaves_the_page() {
        let blocks: Vec<Block> = (0..200)
            .map(|n| text(&format!("{n} {} fin", "x".repeat(n))))
            .collect();
        let pages = pages(&blocks);
        assert!(pages.len() > 3);
        for placed in pages.iter().flatten().flat_map(|piece| &piece.lines) {
            let right = placed.x + points(placed.size, placed.font.width(&placed.text));
            assert!(
                right <= PAGE.0 - MARGIN + 0.01 && placed.y >= BOTTOM - 0.01,
                "{placed:?}"
            );
        }
    }
}
