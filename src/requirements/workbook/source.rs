//! Opening a workbook: the format by content, limits and DTD refusal before any cell is read.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use calamine::{Ods, Reader as _, Xls, Xlsx};
use zip::ZipArchive;

use super::cells::{self, Pace, Visitor};
use super::refusal::Refusal;
use super::xls::{self, Hostile};
use crate::engines::ole2::{self, Ole2Error};
use crate::limits::Limits;
use crate::panics;
use crate::text::Text;

/// The formats read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Xlsx,
    Xls,
    Ods,
}

/// An open workbook.
pub(super) enum Book<'a> {
    Xlsx(Box<Xlsx<Cursor<&'a [u8]>>>),
    Xls(Box<Xls<Cursor<&'a [u8]>>>),
    Ods(Box<Ods<Cursor<&'a [u8]>>>),
}

fn not_a_workbook(fr: &str, en: &str) -> Box<Refusal> {
    Refusal::new(
        "NOT_A_WORKBOOK",
        Text::new(
            format!("ce n’est pas un classeur lisible : {fr}"),
            format!("not a readable workbook: {en}"),
        ),
    )
}

pub(super) fn unreadable(error: impl std::fmt::Display) -> Box<Refusal> {
    let cause = error.to_string();
    damaged(&cause, &cause)
}

fn damaged(fr: &str, en: &str) -> Box<Refusal> {
    Refusal::new(
        "UNREADABLE",
        Text::new(
            format!("classeur abîmé : {fr} ; l’ouvrir dans un tableur et l’enregistrer de nouveau en .xlsx"),
            format!("damaged workbook: {en}; open it in a spreadsheet program and save it again as .xlsx"),
        ),
    )
}

fn container(error: Ole2Error) -> &'static str {
    match error {
        Ole2Error::Header => "l’en-tête du conteneur OLE2 est endommagé",
        Ole2Error::Chain => "une chaîne de secteurs du conteneur OLE2 n’a pas de fin dans le fichier",
        Ole2Error::Length => "un flux du conteneur OLE2 est plus long que le fichier",
    }
}

pub(super) fn over_limit(what_fr: &str, what_en: &str, limit: &str) -> Box<Refusal> {
    Refusal::new(
        "LIMITS",
        Text::new(
            format!("classeur refusé : {what_fr} (limite {limit})"),
            format!("workbook refused: {what_en} (limit {limit})"),
        ),
    )
}

impl<'a> Book<'a> {
    /// Opens a workbook held in memory.
    pub(super) fn open(bytes: &'a [u8], limits: &Limits) -> Result<(Self, Format), Box<Refusal>> {
        if bytes.starts_with(ole2::SIGNATURE) {
            return Self::open_ole2(bytes, limits);
        }
        if !bytes.starts_with(b"PK") {
            return Err(foreign(bytes));
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
            not_a_workbook(
                &format!("archive zip tronquée ou abîmée ({error}) ; le télécharger de nouveau"),
                &format!("truncated or damaged zip archive ({error}); download it again"),
            )
        })?;
        let format = zip_format(&archive)?;
        guard(&mut archive, format, limits)?;
        let cursor = Cursor::new(bytes);
        match format {
            Format::Ods => match Ods::new(cursor) {
                Ok(book) => Ok((Self::Ods(Box::new(book)), Format::Ods)),
                Err(calamine::OdsError::Password) => Err(encrypted()),
                Err(error) => Err(unreadable(error)),
            },
            _ => match Xlsx::new(cursor) {
                Ok(book) => Ok((Self::Xlsx(Box::new(book)), Format::Xlsx)),
                Err(calamine::XlsxError::Password) => Err(encrypted()),
                Err(error) => Err(unreadable(error)),
            },
        }
    }

    fn open_ole2(bytes: &'a [u8], limits: &Limits) -> Result<(Self, Format), Box<Refusal>> {
        // An encrypted .xlsx is an OLE2 file with this stream; names are in UTF-16LE.
        let marker: Vec<u8> = "EncryptedPackage"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        if memchr::memmem::find(bytes, &marker).is_some() {
            return Err(encrypted());
        }
        match xls::guard(bytes, limits.workbook_dense_cells) {
            Ok(()) => {}
            Err(Hostile::Container(error)) => return Err(damaged(container(error), &error.to_string())),
            Err(Hostile::Records) => {
                return Err(damaged(
                    "un enregistrement du classeur est coupé ou mal placé",
                    "a record of the workbook is cut or misplaced",
                ));
            }
            Err(Hostile::Extent) => {
                return Err(over_limit(
                    "les cellules d’une feuille sont trop éloignées les unes des autres",
                    "the cells of a sheet stand too far apart",
                    "workbook-dense-cells",
                ));
            }
        }
        // The reader trusts the lengths of records: one that is too short makes it panic.
        let book = panics::catch(|| Xls::new(Cursor::new(bytes))).map_err(|_| {
            damaged(
                "un enregistrement du classeur est coupé",
                "a record of the workbook is cut",
            )
        })?;
        match book {
            Ok(book) => Ok((Self::Xls(Box::new(book)), Format::Xls)),
            Err(calamine::XlsError::Password) => Err(encrypted()),
            Err(error) => Err(unreadable(error)),
        }
    }

    /// The names of the sheets, in order.
    pub(super) fn sheets(&self) -> Vec<String> {
        match self {
            Self::Xlsx(book) => book.sheet_names(),
            Self::Xls(book) => book.sheet_names(),
            Self::Ods(book) => book.sheet_names(),
        }
    }

    /// Gives the rows of a sheet in order, without their empty cells and without the columns that `wanted` refuses,
    /// until the visitor breaks. Rows without any cell are not given. The result is the last row that the sheet
    /// declares (from 0), when it does. With `pace` ahead, cells are read while the visitor is at work.
    pub(super) fn rows(
        &mut self,
        sheet: &str,
        limits: &Limits,
        pace: Pace,
        wanted: &dyn Fn(u32) -> bool,
        visitor: &mut Visitor<'_>,
    ) -> Result<Option<u32>, Box<Refusal>> {
        match self {
            Self::Xlsx(book) => cells::xlsx_rows(book, sheet, limits, pace, wanted, visitor),
            Self::Xls(book) => {
                let range = book.worksheet_range(sheet).map_err(unreadable)?;
                cells::range_rows(&range, wanted, visitor);
                Ok(None)
            }
            Self::Ods(book) => {
                let range = book.worksheet_range(sheet).map_err(unreadable)?;
                cells::range_rows(&range, wanted, visitor);
                Ok(None)
            }
        }
    }

    /// The merged regions of a sheet: (first row, first column, last row, last column), from 0. Read on demand only:
    /// it costs a second pass over the sheet.
    pub(super) fn merged(&mut self, sheet: &str) -> Vec<(u32, u32, u32, u32)> {
        let regions = match self {
            Self::Xlsx(book) => book.merge_cells_by_sheet_name(sheet).unwrap_or_default(),
            Self::Xls(book) => book.merge_cells_by_sheet_name(sheet).unwrap_or_default(),
            // calamine gives the covered cells of an .ods no value and no region.
            Self::Ods(_) => Vec::new(),
        };
        regions
            .into_iter()
            .map(|region| (region.start.0, region.start.1, region.end.0, region.end.1))
            .collect()
    }
}

fn encrypted() -> Box<Refusal> {
    Refusal::new(
        "ENCRYPTED",
        Text::fixed(
            "classeur chiffré : l’ouvrir avec son mot de passe et l’enregistrer sans chiffrement",
            "encrypted workbook: open it with its password and save it without encryption",
        ),
    )
}

/// What a file that is neither zip nor OLE2 looks like.
fn foreign(bytes: &[u8]) -> Box<Refusal> {
    let head = String::from_utf8_lossy(bytes.get(..512.min(bytes.len())).unwrap_or_default())
        .trim_start()
        .to_ascii_lowercase();
    if bytes.is_empty() {
        not_a_workbook("le fichier est vide", "the file is empty")
    } else if head.starts_with("<html") || head.starts_with("<!doctype html") || head.starts_with("<table") {
        not_a_workbook(
            "c’est une page HTML nommée comme un classeur ; l’ouvrir dans un tableur et l’enregistrer en .xlsx",
            "it is an HTML page named like a workbook; open it in a spreadsheet program and save it as .xlsx",
        )
    } else if head.starts_with('<') {
        not_a_workbook(
            "c’est un fichier XML ; l’enregistrer en .xlsx",
            "it is an XML file; save it as .xlsx",
        )
    } else {
        not_a_workbook(
            "ni archive zip (.xlsx, .ods) ni fichier OLE2 (.xls)",
            "neither a zip archive (.xlsx, .ods) nor an OLE2 file (.xls)",
        )
    }
}

fn zip_format(archive: &ZipArchive<Cursor<&[u8]>>) -> Result<Format, Box<Refusal>> {
    let names: Vec<String> = archive
        .file_names()
        .filter_map(Result::ok)
        .map(Cow::into_owned)
        .collect();
    let has = |name: &str| {
        names
            .iter()
            .any(|known| known.trim_start_matches('/').eq_ignore_ascii_case(name))
    };
    if has("[Content_Types].xml") && has("xl/workbook.xml") {
        Ok(Format::Xlsx)
    } else if has("xl/workbook.bin") {
        Err(not_a_workbook(
            "format .xlsb non lu ; l’enregistrer en .xlsx",
            ".xlsb is not read; save it as .xlsx",
        ))
    } else if has("content.xml") && (has("mimetype") || has("META-INF/manifest.xml")) {
        Ok(Format::Ods)
    } else if names
        .iter()
        .any(|name| name.to_ascii_uppercase().contains("IHE_XDM"))
    {
        Err(not_a_workbook(
            "c’est une archive IHE_XDM",
            "it is an IHE_XDM archive",
        ))
    } else {
        Err(not_a_workbook(
            "archive zip sans les parties d’un classeur ([Content_Types].xml, xl/workbook.xml)",
            "zip archive without the parts of a workbook ([Content_Types].xml, xl/workbook.xml)",
        ))
    }
}

/// Reads every XML part once without keeping it: what it really expands to is counted, and a DTD is refused (an
/// office program never writes one; it is the door of entity expansion).
fn guard(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    format: Format,
    limits: &Limits,
) -> Result<(), Box<Refusal>> {
    if archive.len() > limits.archive_entries as usize {
        return Err(over_limit(
            "trop de parties dans l’archive",
            "too many parts in the archive",
            "archive-entries",
        ));
    }
    let mut total = 0_u64;
    let mut buffer = vec![0_u8; 64 * 1024];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(unreadable)?;
        let name = part.name().map_err(unreadable)?.into_owned();
        let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if !matches!(extension.as_str(), "xml" | "rels") {
            continue;
        }
        let mut head = Vec::new();
        loop {
            let read = part.read(&mut buffer).map_err(unreadable)?;
            if read == 0 {
                break;
            }
            let chunk = buffer.get(..read).unwrap_or_default();
            if head.len() < PROLOG_BYTES {
                head.extend_from_slice(
                    chunk
                        .get(..chunk.len().min(PROLOG_BYTES - head.len()))
                        .unwrap_or_default(),
                );
            }
            total += read as u64;
            if total > limits.workbook_bytes {
                return Err(over_limit(
                    "il se décompresse en un volume démesuré",
                    "it expands to an excessive volume",
                    "workbook-bytes",
                ));
            }
        }
        if has_dtd(&head) {
            return Err(Refusal::new(
                "XML_DTD",
                Text::new(
                    format!(
                        "la partie {name} contient une DTD (DOCTYPE), qu’aucun tableur n’écrit : fichier refusé"
                    ),
                    format!(
                        "part {name} holds a DTD (DOCTYPE), which no spreadsheet program writes: file refused"
                    ),
                ),
            ));
        }
        if format == Format::Ods && name == "content.xml" {
            drop(part);
            ods_extent(archive, index, limits)?;
        }
    }
    Ok(())
}

const PROLOG_BYTES: usize = 64 * 1024;

/// True when a document type declaration stands before the root element, or when the root does not come within the
/// first bytes.
fn has_dtd(head: &[u8]) -> bool {
    let (text, _, _) = encoding_rs::UTF_8.decode(head);
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        if let Some(after) = rest.strip_prefix("<?") {
            let Some(end) = after.find("?>") else { return true };
            rest = after.get(end + 2..).unwrap_or_default().trim_start();
        } else if let Some(after) = rest.strip_prefix("<!--") {
            let Some(end) = after.find("-->") else { return true };
            rest = after.get(end + 3..).unwrap_or_default().trim_start();
        } else {
            return rest
                .get(..9)
                .is_some_and(|start| start.eq_ignore_ascii_case("<!DOCTYPE"));
        }
    }
}

/// Refuses an .ods whose repeated rows and columns expand beyond the limit: they cost nothing to write, and the reader
/// below builds the whole table.
fn ods_extent(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    limits: &Limits,
) -> Result<(), Box<Refusal>> {
    let part = archive.by_index(index).map_err(unreadable)?;
    let mut reader = quick_xml::Reader::from_reader(std::io::BufReader::new(part));
    let mut buffer = Vec::new();
    let (mut rows, mut repeated, mut width, mut widest, mut last) = (0_u64, 1_u64, 0_u64, 0_u64, 0_u64);
    let repeat = |element: &quick_xml::events::BytesStart<'_>, name: &str| {
        element
            .attributes()
            .flatten()
            .find(|attribute| attribute.key.as_ref() == name)
            .and_then(|attribute| attribute.value.parse::<u64>().ok())
            .unwrap_or(1)
    };
    let (mut pending, mut filled) = (0_u64, false);
    loop {
        use quick_xml::events::Event;
        match reader.read_event_into(&mut buffer).map_err(unreadable)? {
            Event::Start(element) | Event::Empty(element) => match element.name().as_ref() {
                "table:table-row" => {
                    repeated = repeat(&element, "table:number-rows-repeated");
                    width = 0;
                    filled = false;
                    pending = 0;
                }
                "table:table-cell" | "table:covered-table-cell" => {
                    pending += repeat(&element, "table:number-columns-repeated");
                }
                "text:p" => {
                    width = pending;
                    filled = true;
                }
                _ => {}
            },
            Event::End(element) => match element.name().as_ref() {
                "table:table-row" => {
                    rows = rows.saturating_add(repeated);
                    if filled {
                        last = rows;
                        widest = widest.max(width);
                    }
                }
                "table:table" => {
                    if last.saturating_mul(widest) > limits.workbook_dense_cells {
                        return Err(over_limit(
                            "trop de cellules répétées",
                            "too many repeated cells",
                            "workbook-dense-cells",
                        ));
                    }
                    (rows, widest, last) = (0, 0, 0);
                }
                _ => {}
            },
            Event::Eof => return Ok(()),
            _ => {}
        }
        buffer.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::has_dtd;

    #[test]
    fn a_dtd_is_seen_before_the_root() {
        for head in [
            "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a/>",
            "<!-- x --> <!doctype a><a/>",
            "\u{feff}<!DOCTYPE a>",
            "<!-- without end",
        ] {
            assert!(has_dtd(head.as_bytes()), "{head}");
        }
        for head in [
            "<a/>",
            "<?xml version='1.0'?>\n<!-- <!DOCTYPE a> --><a/>",
            "",
            "<a><!DOCTYPE a></a>",
        ] {
            assert!(!has_dtd(head.as_bytes()), "{head}");
        }
    }
}
