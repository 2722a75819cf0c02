//! The PDF file itself: objects, cross-reference table, structure tree, bookmarks. ISO 32000-1.

use std::fmt::Write as _;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::fonts::{Font, encode};
use super::layout::{PAGE, Page, Role};
use crate::text::Language;

/// Objects with fixed numbers; pages, contents and structure follow.
const CATALOG: usize = 1;
const PAGES: usize = 2;
const INFO: usize = 3;
const STRUCTURE: usize = 4;
const DOCUMENT: usize = 5;
const PARENTS: usize = 6;
const OUTLINES: usize = 7;
const FIRST_FONT: usize = 8;
const FIRST_PAGE: usize = FIRST_FONT + Font::ALL.len();

/// Objects being gathered, by number.
struct File {
    objects: Vec<Vec<u8>>,
}

impl File {
    /// Puts an object at its number.
    fn set(&mut self, number: usize, body: impl Into<Vec<u8>>) {
        if self.objects.len() < number {
            self.objects.resize(number, Vec::new());
        }
        if let Some(place) = self.objects.get_mut(number - 1) {
            *place = body.into();
        }
    }

    /// Adds an object after the last one; gives its number.
    fn add(&mut self, body: impl Into<Vec<u8>>) -> usize {
        let number = self.objects.len() + 1;
        self.set(number, body);
        number
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut offset = 0_usize;
        let mut offsets = Vec::with_capacity(self.objects.len());
        let mut put = |out: &mut dyn Write, bytes: &[u8]| {
            offset += bytes.len();
            out.write_all(bytes).map(|()| offset)
        };
        // The comment of four high bytes tells transfer programs that the file is binary.
        let mut position = put(out, b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")?;
        for (index, body) in self.objects.iter().enumerate() {
            offsets.push(position);
            put(out, format!("{} 0 obj\n", index + 1).as_bytes())?;
            put(out, body)?;
            position = put(out, b"\nendobj\n")?;
        }
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", self.objects.len() + 1);
        for offset in offsets {
            let _ = writeln!(table, "{offset:010} 00000 n ");
        }
        let _ = write!(
            table,
            "trailer\n<< /Size {} /Root {CATALOG} 0 R /Info {INFO} 0 R >>\nstartxref\n{position}\n%%EOF\n",
            self.objects.len() + 1
        );
        out.write_all(table.as_bytes())
    }
}

/// Writes the pages as a file.
pub(super) fn write(pages: &[Page], title: &str, language: Language, out: &mut dyn Write) -> io::Result<()> {
    let mut file = File { objects: Vec::new() };
    let page_count = pages.len();
    // Fonts, then a page and its content for each page; elements of the structure after them.
    for (index, font) in Font::ALL.into_iter().enumerate() {
        file.set(
            FIRST_FONT + index,
            format!(
                "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>",
                font.base()
            ),
        );
    }
    let page_number = |index: usize| FIRST_PAGE + 2 * index;
    let mut elements: Vec<Element> = Vec::new();
    let mut fonts = String::new();
    for (index, font) in Font::ALL.into_iter().enumerate() {
        let _ = write!(fonts, "/{} {} 0 R ", font.resource(), FIRST_FONT + index);
    }
    for (index, page) in pages.iter().enumerate() {
        let stream = content(page, (index, page_count), title, &mut elements);
        file.set(
            page_number(index),
            format!(
                "<< /Type /Page /Parent {PAGES} 0 R /MediaBox [0 0 {} {}] /Resources << /Font << {fonts}>> >> \
                 /Contents {} 0 R /StructParents {index} /Tabs /S >>",
                PAGE.0,
                PAGE.1,
                page_number(index) + 1
            ),
        );
        file.set(page_number(index) + 1, compressed(&stream)?);
    }
    let kids: Vec<String> = (0..page_count)
        .map(|index| format!("{} 0 R", page_number(index)))
        .collect();
    file.set(
        PAGES,
        format!(
            "<< /Type /Pages /Count {page_count} /Kids [{}] >>",
            kids.join(" ")
        ),
    );
    structure(&mut file, &elements, page_count, &page_number);
    bookmarks(&mut file, pages, &page_number);
    file.set(
        INFO,
        format!("<< /Title {} /Producer (conforme) >>", string(title)),
    );
    let code = match language {
        Language::Fr => "fr",
        Language::En => "en",
    };
    file.set(
        CATALOG,
        format!(
            "<< /Type /Catalog /Pages {PAGES} 0 R /Lang ({code}) /MarkInfo << /Marked true >> \
             /StructTreeRoot {STRUCTURE} 0 R /Outlines {OUTLINES} 0 R /PageMode /UseOutlines \
             /ViewerPreferences << /DisplayDocTitle true >> >>"
        ),
    );
    file.write(out)
}

/// An element of the structure: a block, and the marked content that shows it, by page.
struct Element {
    block: usize,
    role: Role,
    marks: Vec<(usize, usize)>,
}

/// The operators that draw a page: `index` of `page_count` pages, with the title of the document at the foot.
fn content(
    page: &Page,
    (index, page_count): (usize, usize),
    title: &str,
    elements: &mut Vec<Element>,
) -> Vec<u8> {
    let mut stream: Vec<u8> = Vec::new();
    for (mark, piece) in page.iter().enumerate() {
        match elements.last_mut() {
            Some(element) if element.block == piece.block => element.marks.push((index, mark)),
            _ => elements.push(Element {
                block: piece.block,
                role: piece.role,
                marks: vec![(index, mark)],
            }),
        }
        stream.extend(format!("/{} << /MCID {mark} >> BDC\nBT\n", piece.role.tag()).bytes());
        for placed in &piece.lines {
            let (red, green, blue) = placed.color;
            stream.extend(
                format!(
                    "/{} {} Tf {red} {green} {blue} rg 1 0 0 1 {:.2} {:.2} Tm ",
                    placed.font.resource(),
                    placed.size,
                    placed.x,
                    placed.y
                )
                .bytes(),
            );
            // A space after each word, for whoever copies or listens.
            let mut text = placed.text.clone();
            text.push(b' ');
            literal(&mut stream, &text);
            stream.extend(b" Tj\n");
        }
        stream.extend(b"ET\nEMC\n");
    }
    // Page numbers are no content: a screen reader passes over them.
    let number = format!("{} / {page_count}", index + 1);
    stream.extend(b"/Artifact << /Type /Pagination >> BDC\nBT\n");
    stream.extend(b"/F1 8 Tf 0.35 0.38 0.42 rg 1 0 0 1 54 36 Tm ");
    let short: String = title.chars().take(90).collect();
    literal(&mut stream, &encode(&short));
    stream.extend(b" Tj\n");
    stream.extend(format!("1 0 0 1 {:.2} 36 Tm ", PAGE.0 - 90.0).bytes());
    literal(&mut stream, &encode(&number));
    stream.extend(b" Tj\nET\nEMC\n");
    stream
}

/// A string literal: parentheses and backslashes escaped.
fn literal(stream: &mut Vec<u8>, text: &[u8]) {
    stream.push(b'(');
    for byte in text {
        if matches!(byte, b'(' | b')' | b'\\') {
            stream.push(b'\\');
        }
        stream.push(*byte);
    }
    stream.push(b')');
}

/// A text string of document information: UTF-16 in hexadecimal.
fn string(text: &str) -> String {
    let mut hexadecimal = String::from("<FEFF");
    for unit in text.encode_utf16() {
        let _ = write!(hexadecimal, "{unit:04X}");
    }
    hexadecimal.push('>');
    hexadecimal
}

fn compressed(stream: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(stream)?;
    let bytes = encoder.finish()?;
    let mut object = format!("<< /Length {} /Filter /FlateDecode >>\nstream\n", bytes.len()).into_bytes();
    object.extend(bytes);
    object.extend(b"\nendstream");
    Ok(object)
}

/// The structure tree: one document, its headings and paragraphs in reading order.
fn structure(file: &mut File, elements: &[Element], page_count: usize, page_number: &dyn Fn(usize) -> usize) {
    let mut kids = Vec::with_capacity(elements.len());
    let mut parents: Vec<Vec<usize>> = vec![Vec::new(); page_count];
    for element in elements {
        let marks: Vec<String> = element
            .marks
            .iter()
            .map(|(page, mark)| format!("<< /Type /MCR /Pg {} 0 R /MCID {mark} >>", page_number(*page)))
            .collect();
        let number = file.add(format!(
            "<< /Type /StructElem /S /{} /P {DOCUMENT} 0 R /K [{}] >>",
            element.role.tag(),
            marks.join(" ")
        ));
        kids.push(format!("{number} 0 R"));
        for (page, _) in &element.marks {
            // Marks of a page are numbered in the order of its elements.
            if let Some(parents) = parents.get_mut(*page) {
                parents.push(number);
            }
        }
    }
    file.set(
        STRUCTURE,
        format!("<< /Type /StructTreeRoot /K [{DOCUMENT} 0 R] /ParentTree {PARENTS} 0 R /ParentTreeNextKey {page_count} >>"),
    );
    file.set(
        DOCUMENT,
        format!(
            "<< /Type /StructElem /S /Document /P {STRUCTURE} 0 R /K [{}] >>",
            kids.join(" ")
        ),
    );
    let mut numbers = String::new();
    for (page, parents) in parents.iter().enumerate() {
        let list: Vec<String> = parents.iter().map(|number| format!("{number} 0 R")).collect();
        let _ = write!(numbers, "{page} [{}] ", list.join(" "));
    }
    file.set(PARENTS, format!("<< /Nums [{numbers}] >>"));
}

/// A bookmark for each part.
fn bookmarks(file: &mut File, pages: &[Page], page_number: &dyn Fn(usize) -> usize) {
    let parts: Vec<(usize, f32, &str)> = pages
        .iter()
        .enumerate()
        .flat_map(|(index, page)| {
            page.iter()
                .filter_map(move |piece| Some((index, piece.y, piece.bookmark.as_deref()?)))
        })
        .collect();
    let first = file.objects.len() + 1;
    let count = parts.len();
    for (position, (page, y, words)) in parts.into_iter().enumerate() {
        let mut body = format!(
            "<< /Title {} /Parent {OUTLINES} 0 R /Dest [{} 0 R /XYZ 0 {:.2} null]",
            string(words),
            page_number(page),
            y + 6.0
        );
        if position > 0 {
            let _ = write!(body, " /Prev {} 0 R", first + position - 1);
        }
        if position + 1 < count {
            let _ = write!(body, " /Next {} 0 R", first + position + 1);
        }
        body.push_str(" >>");
        file.add(body);
    }
    let body = if count == 0 {
        "<< /Type /Outlines /Count 0 >>".to_owned()
    } else {
        format!(
            "<< /Type /Outlines /Count {count} /First {first} 0 R /Last {} 0 R >>",
            first + count - 1
        )
    };
    file.set(OUTLINES, body);
}
