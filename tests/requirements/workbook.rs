//! Small workbooks written by the tests: cells as inline strings, numbers and merged regions.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

/// A cell.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    Text(String),
    Number(f64),
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text.to_owned())
        }
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// A sheet: name, rows from row 1, merged regions (`A2:A3`).
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) rows: Vec<Vec<Cell>>,
    pub(crate) merged: Vec<&'static str>,
}

impl Sheet {
    pub(crate) fn new(name: &str, headers: &str) -> Self {
        Self {
            name: name.to_owned(),
            rows: vec![line(headers)],
            merged: Vec::new(),
        }
    }

    /// Adds a row written with `|` between the cells.
    pub(crate) fn row(mut self, cells: &str) -> Self {
        self.rows.push(line(cells));
        self
    }

    pub(crate) fn cells(mut self, cells: Vec<Cell>) -> Self {
        self.rows.push(cells);
        self
    }
}

/// The cells of a line written with `|` between them; `¶` is a line break.
pub(crate) fn line(cells: &str) -> Vec<Cell> {
    cells
        .split('|')
        .map(|cell| Cell::from(cell.replace('¶', "\n").as_str()))
        .collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn column(index: usize) -> String {
    let mut index = index + 1;
    let mut letters = String::new();
    while index > 0 {
        letters.insert(0, char::from(b'A' + u8::try_from((index - 1) % 26).unwrap()));
        index = (index - 1) / 26;
    }
    letters
}

fn sheet_xml(sheet: &Sheet, prolog: &str) -> String {
    let mut xml = format!(
        "{prolog}<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>"
    );
    for (index, row) in sheet.rows.iter().enumerate() {
        xml.push_str(&format!("<row r=\"{}\">", index + 1));
        for (position, cell) in row.iter().enumerate() {
            let reference = format!("{}{}", column(position), index + 1);
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => xml.push_str(&format!(
                    "<c r=\"{reference}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                    escape(text)
                )),
                Cell::Number(number) => xml.push_str(&format!("<c r=\"{reference}\"><v>{number}</v></c>")),
            }
        }
        xml.push_str("</row>");
    }
    xml.push_str("</sheetData>");
    if !sheet.merged.is_empty() {
        xml.push_str(&format!("<mergeCells count=\"{}\">", sheet.merged.len()));
        for region in &sheet.merged {
            xml.push_str(&format!("<mergeCell ref=\"{region}\"/>"));
        }
        xml.push_str("</mergeCells>");
    }
    xml.push_str("</worksheet>");
    xml
}

/// The bytes of an .xlsx with these sheets.
pub(crate) fn xlsx(sheets: &[Sheet]) -> Vec<u8> {
    xlsx_with_prolog(sheets, "")
}

/// The same, with something before the root of each sheet.
pub(crate) fn xlsx_with_prolog(sheets: &[Sheet], prolog: &str) -> Vec<u8> {
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: &str| {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    };
    part(
        "[Content_Types].xml",
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>",
    );
    let mut list = String::new();
    let mut relations = String::new();
    for (index, sheet) in sheets.iter().enumerate() {
        let number = index + 1;
        list.push_str(&format!(
            "<sheet name=\"{}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>",
            escape(&sheet.name)
        ));
        relations.push_str(&format!(
            "<Relationship Id=\"rId{number}\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
        ));
        part(
            &format!("xl/worksheets/sheet{number}.xml"),
            &sheet_xml(sheet, prolog),
        );
    }
    part(
        "xl/workbook.xml",
        &format!(
            "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{RELATIONS}\"><sheets>{list}</sheets></workbook>"
        ),
    );
    part(
        "xl/_rels/workbook.xml.rels",
        &format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{relations}</Relationships>"
        ),
    );
    part(
        "_rels/.rels",
        &format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    );
    archive.finish().unwrap().into_inner()
}
