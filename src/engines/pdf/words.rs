//! The text of a PDF, within limits: lines follow the moves of the text position, spaces its gaps.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Document, Encoding, Object, ObjectId};

use super::name;
use super::operand::Operand;
use super::operators::Operators;
use crate::limits::Limits;

/// Pages read for their text.
const PAGES: usize = 300;
/// Longest text kept, in bytes.
const TEXT_BYTES: usize = 8 << 20;
/// Largest content of one page or form that is decoded, in bytes.
const UNIT_BYTES: usize = 16 << 20;
/// Most content decoded for the whole document, in bytes.
const TOTAL_BYTES: usize = 64 << 20;
/// Deepest nesting of forms.
const DEPTH: u32 = 8;
/// A gap inside one string that is a space, in font sizes.
const KERNED_SPACE: f32 = 0.18;
/// Width of a character when the font does not tell, in thousandths of the font size.
const GUESSED_WIDTH: f32 = 500.0;

/// The text of the first pages, one page after the other; pages that cannot be decoded are left out.
pub(super) fn extract(document: &Document, limits: &Limits) -> String {
    let mut reader = TextReader {
        document,
        text: String::new(),
        budget: TOTAL_BYTES.min(usize::try_from(limits.pdf_decoded_bytes).unwrap_or(usize::MAX)),
        forms: BTreeSet::new(),
        end: None,
    };
    for page in document.page_iter().take(PAGES) {
        reader.page(page);
        reader.text.push('\n');
    }
    reader.text
}

/// A font as far as its text goes.
struct Font<'a> {
    encoding: Option<Encoding<'a>>,
    /// A simple font that names no encoding: its codes are those of Windows in practice.
    unnamed: bool,
    /// Widths of single-byte codes in thousandths, from the first code.
    widths: Option<(usize, Vec<f32>)>,
}

type Fonts<'a> = BTreeMap<Vec<u8>, Font<'a>>;

/// Where the next string goes.
#[derive(Clone, Copy)]
struct Cursor {
    /// Font size in text space.
    size: f32,
    /// Horizontal scale of the text matrix.
    scale: f32,
    /// Start of the line, in user space.
    line: (f32, f32),
    /// Horizontal position of the next string, in user space.
    x: f32,
    /// The position was set since the last string, not only kerned.
    moved: bool,
}

/// Where the last string ended.
#[derive(Clone, Copy)]
struct End {
    x: f32,
    y: f32,
    /// Its length when that was guessed, since the font does not give widths; else zero.
    guessed: f32,
}

struct TextReader<'a> {
    document: &'a Document,
    text: String,
    budget: usize,
    forms: BTreeSet<ObjectId>,
    end: Option<End>,
}

impl<'a> TextReader<'a> {
    fn page(&mut self, id: ObjectId) {
        let fonts = self.document.get_page_fonts(id).unwrap_or_default();
        let fonts: Fonts<'a> = fonts
            .into_iter()
            .map(|(key, font)| (key, self.font(font)))
            .collect();
        let resources = self
            .document
            .get_page_resources(id)
            .ok()
            .and_then(|(direct, ids)| direct.or_else(|| self.document.get_dictionary(*ids.first()?).ok()));
        let content = self
            .document
            .get_page_content_with_limit(id, UNIT_BYTES.min(self.budget));
        if let Ok(bytes) = content {
            self.show(&bytes, &fonts, resources, 0);
        }
    }

    fn dictionary(&self, parent: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
        parent.get_deref(key, self.document).ok()?.as_dict().ok()
    }

    fn font(&self, font: &'a Dictionary) -> Font<'a> {
        let simple = name(font, b"Subtype").is_some_and(|subtype| subtype != "Type0");
        let first = font
            .get_deref(b"FirstChar", self.document)
            .and_then(Object::as_i64)
            .ok()
            .and_then(|first| usize::try_from(first).ok());
        let widths = font
            .get_deref(b"Widths", self.document)
            .and_then(Object::as_array)
            .ok()
            .map(|widths| {
                let widths = widths.iter().take(256);
                widths.map(|width| width.as_float().unwrap_or(0.0)).collect()
            });
        Font {
            encoding: font.get_font_encoding_with_limit(self.document, UNIT_BYTES).ok(),
            unnamed: simple && !font.has(b"Encoding") && !font.has(b"ToUnicode"),
            widths: first.zip(widths).filter(|_| simple),
        }
    }

    fn form(&mut self, object: &'a Object, depth: u32) {
        let Ok((id, Object::Stream(stream))) = self.document.dereference(object) else {
            return;
        };
        let form = name(&stream.dict, b"Subtype").is_some_and(|subtype| subtype == "Form");
        if !form || depth >= DEPTH || id.is_some_and(|id| !self.forms.insert(id)) {
            return;
        }
        let resources = self.dictionary(&stream.dict, b"Resources");
        let fonts: Fonts<'a> = resources
            .and_then(|resources| self.dictionary(resources, b"Font"))
            .into_iter()
            .flat_map(Dictionary::iter)
            .filter_map(|(key, font)| {
                let (_, font) = self.document.dereference(font).ok()?;
                Some((key.clone(), self.font(font.as_dict().ok()?)))
            })
            .collect();
        if let Ok(bytes) = stream.decompressed_content_with_limit(UNIT_BYTES.min(self.budget)) {
            self.show(&bytes, &fonts, resources, depth + 1);
        }
    }

    fn show(&mut self, bytes: &[u8], fonts: &Fonts<'a>, resources: Option<&'a Dictionary>, depth: u32) {
        self.budget = self.budget.saturating_sub(bytes.len());
        let mut font: Option<&Font<'a>> = None;
        let mut cursor = Cursor {
            size: 1.0,
            scale: 1.0,
            line: (0.0, 0.0),
            x: 0.0,
            moved: true,
        };
        let mut leading = 0.0;
        let mut operators = Operators::new(bytes);
        while let Some(operator) = operators.next() {
            if self.text.len() > TEXT_BYTES {
                return;
            }
            let number = |index: usize| operators.number(index);
            match operator {
                b"BT" => {
                    cursor.scale = 1.0;
                    cursor.move_to(0.0, 0.0);
                }
                b"Tf" => {
                    font = operators
                        .operand(0)
                        .and_then(|key| fonts.get(key.name()?.as_ref()));
                    cursor.size = number(1);
                }
                b"TL" => leading = number(0),
                b"Td" | b"TD" => {
                    if operator == b"TD" {
                        leading = -number(1);
                    }
                    cursor.move_by(number(0), number(1));
                }
                b"Tm" => {
                    cursor.scale = if number(0) == 0.0 { 1.0 } else { number(0).abs() };
                    cursor.move_to(number(4), number(5));
                }
                b"T*" => cursor.move_by(0.0, -leading),
                b"Tj" => self.string(operators.operand(0), font, &mut cursor),
                b"'" => {
                    cursor.move_by(0.0, -leading);
                    self.string(operators.operand(0), font, &mut cursor);
                }
                b"\"" => {
                    cursor.move_by(0.0, -leading);
                    self.string(operators.operand(2), font, &mut cursor);
                }
                b"TJ" => {
                    for part in operators.operand(0).iter().flat_map(Operand::items) {
                        match part {
                            Operand::Number(kerning) => {
                                cursor.x -= kerning / 1000.0 * cursor.size * cursor.scale;
                            }
                            _ => self.string(Some(part), font, &mut cursor),
                        }
                    }
                }
                b"Do" => {
                    let object = operators
                        .operand(0)
                        .and_then(|key| self.dictionary(resources?, b"XObject")?.get(&key.name()?).ok());
                    if let Some(object) = object {
                        self.form(object, depth);
                    }
                }
                _ => {}
            }
        }
    }

    /// Says what stands between the last string and the next one: another height is another line, a gap on the same
    /// one is a space.
    fn separate(&mut self, cursor: &Cursor) {
        let Some(end) = self.end else { return };
        let size = (cursor.size * cursor.scale).abs().max(0.1);
        if (cursor.line.1 - end.y).abs() > 0.4 * size {
            self.blank('\n');
            return;
        }
        let gap = cursor.x - end.x;
        // Inside one show operator a gap is exact; after a move it counts from an end that may be a guess, wrong by
        // a quarter.
        let least = match (cursor.moved, end.guessed > 0.0) {
            (false, _) => KERNED_SPACE * size,
            (true, false) => 0.12 * size,
            (true, true) => 0.2 * size + 0.25 * end.guessed,
        };
        if gap > least || gap < -2.0 * size {
            self.blank(' ');
        }
    }

    /// Adds a blank unless one is there.
    fn blank(&mut self, blank: char) {
        match self.text.chars().next_back() {
            None | Some('\n') => {}
            Some(' ') if blank == ' ' => {}
            Some(_) => self.text.push(blank),
        }
    }

    fn string(&mut self, string: Option<Operand<'_>>, font: Option<&Font<'a>>, cursor: &mut Cursor) {
        let (Some(bytes), Some(font)) = (string.and_then(|string| string.string()), font) else {
            return;
        };
        let bytes = bytes.as_ref();
        let decoded = if font.unnamed {
            Some(
                encoding_rs::WINDOWS_1252
                    .decode_without_bom_handling(bytes)
                    .0
                    .into_owned(),
            )
        } else {
            font.encoding
                .as_ref()
                .and_then(|encoding| Document::decode_text(encoding, bytes).ok())
        };
        let Some(decoded) = decoded else { return };
        self.separate(cursor);
        let unit = cursor.size * cursor.scale / 1000.0;
        let (length, guessed) = if let Some((first, widths)) = &font.widths {
            let total: f32 = bytes
                .iter()
                .filter_map(|code| widths.get(usize::from(*code).checked_sub(*first)?))
                .sum();
            (total * unit, 0.0)
        } else {
            let length = decoded.chars().count() as f32 * GUESSED_WIDTH * unit;
            (length, length.abs())
        };
        let before = if cursor.moved {
            0.0
        } else {
            self.end.map_or(0.0, |end| end.guessed)
        };
        cursor.x += length;
        cursor.moved = false;
        self.end = Some(End {
            x: cursor.x,
            y: cursor.line.1,
            guessed: guessed + before,
        });
        self.text.push_str(&decoded);
    }
}

impl Cursor {
    fn move_to(&mut self, x: f32, y: f32) {
        self.line = (x, y);
        self.x = x;
        self.moved = true;
    }

    fn move_by(&mut self, x: f32, y: f32) {
        let (line_x, line_y) = self.line;
        self.move_to(line_x + x * self.scale, line_y + y * self.scale);
    }
}
