//! The words of a document, whatever its format: what rules on attestations, forms and approvals look at.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::office::{Office, OfficeError};
use super::{Evidence, Kind};
use crate::engines::pdf::{Pdf, PdfError};
use crate::engines::table::decode::decode;
use crate::engines::table::workbook::Workbook;
use crate::engines::table::{Flow, TableLimits};
use crate::limits::Limits;

/// Longest text looked at, in bytes.
const TEXT_BYTES: usize = 8 << 20;
/// Fewer letters than this on a whole document: its pages are pictures.
const LETTERS: usize = 40;

/// Why a file gives no words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoWords {
    /// A picture, a video, or pages that are pictures: only a human reads them.
    Picture,
    /// A format whose words are not read.
    Unread,
    /// The file cannot be opened; its own check says why.
    Broken,
}

/// The words of a file, and what may stand for a signature in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// The text.
    pub text: String,
    /// A digital signature is in the file: signer and date as declared.
    pub signature: Option<String>,
    /// Something drawn or pasted that can be a handwritten signature, a stamp or a date.
    pub drawing: bool,
}

impl Words {
    /// Reads the words of `evidence`.
    pub fn read(evidence: &Evidence, limits: &Limits) -> Result<Self, NoWords> {
        match evidence.kind() {
            Kind::Pdf => pdf(evidence, limits),
            Kind::Office => office(evidence, limits),
            Kind::Workbook => workbook(evidence, limits),
            Kind::Html => plain(evidence, limits).map(|words| Self {
                text: without_tags(&words.text),
                ..words
            }),
            Kind::Text
            | Kind::Csv
            | Kind::Json
            | Kind::Xml
            | Kind::ValidationReport
            | Kind::Hl7v2
            | Kind::Hl7v2Xml
            | Kind::Mail
            | Kind::Soap
            | Kind::Saml
            | Kind::XdsMetadata => plain(evidence, limits),
            Kind::Image | Kind::Video => Err(NoWords::Picture),
            Kind::Empty => Err(NoWords::Broken),
            Kind::Cda | Kind::Xdm | Kind::Zip | Kind::Certificate | Kind::Jwt | Kind::Unknown => {
                Err(NoWords::Unread)
            }
        }
    }
}

fn pdf(evidence: &Evidence, limits: &Limits) -> Result<Words, NoWords> {
    let bytes = evidence.bytes(limits.pdf_bytes).map_err(|_| NoWords::Unread)?;
    let pdf = Pdf::read(&bytes, limits).map_err(|error| match error {
        PdfError::TooLarge { .. } => NoWords::Unread,
        PdfError::Broken(_) | PdfError::Locked => NoWords::Broken,
    })?;
    let text = pdf.text();
    let signature = pdf.signatures(&bytes).into_iter().next().map(|signature| {
        let parts = [signature.name, signature.time];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    });
    let contents = pdf.contents();
    // Fonts that cannot be mapped to characters give signs, not words.
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    if letters < LETTERS && signature.is_none() {
        return Err(NoWords::Picture);
    }
    Ok(Words {
        text,
        signature,
        drawing: contents.pictures > 0 || contents.curves > 0 || contents.ink > 0,
    })
}

fn office(evidence: &Evidence, limits: &Limits) -> Result<Words, NoWords> {
    let office = Office::read(evidence, limits).map_err(|error| match error {
        OfficeError::Legacy => NoWords::Unread,
        OfficeError::Locked | OfficeError::Broken { .. } => NoWords::Broken,
    })?;
    let letters = office
        .text
        .chars()
        .filter(|character| character.is_alphabetic())
        .count();
    if letters < LETTERS && office.pictures > 0 {
        return Err(NoWords::Picture);
    }
    Ok(Words {
        text: office.text,
        signature: office.signed.then(|| office.format.to_owned()),
        drawing: office.pictures > 0,
    })
}

/// Limits on a workbook whose words are read.
pub fn table_limits(limits: &Limits) -> TableLimits {
    TableLimits {
        rows: 5_000_000,
        columns: 16_384,
        cell_characters: 32_767,
        cells: limits.workbook_cells,
        workbook_bytes: limits.file_bytes,
        problems: 200,
    }
}

fn workbook(evidence: &Evidence, limits: &Limits) -> Result<Words, NoWords> {
    let bytes = evidence.bytes(limits.file_bytes).map_err(|_| NoWords::Unread)?;
    let table_limits = table_limits(limits);
    let mut workbook = Workbook::open(&bytes, &table_limits).map_err(|_| NoWords::Broken)?;
    let mut text = String::new();
    for sheet in workbook.sheets().to_vec() {
        // A sheet that stops early has given its first rows, which is what is looked for here.
        let _ = workbook.read(&sheet, &table_limits, &mut |row| {
            for cell in row.cells {
                text.push_str(&cell.display());
                text.push('\t');
            }
            text.push('\n');
            if text.len() > TEXT_BYTES {
                Flow::Break(())
            } else {
                Flow::Continue(())
            }
        });
    }
    Ok(Words {
        text,
        ..Words::default()
    })
}

fn plain(evidence: &Evidence, limits: &Limits) -> Result<Words, NoWords> {
    let bytes = evidence.bytes(limits.file_bytes).map_err(|_| NoWords::Unread)?;
    let head = match bytes.get(..TEXT_BYTES) {
        // Cut at a line, not in a character.
        Some(head) => {
            let end = head.iter().rposition(|&byte| byte == b'\n').unwrap_or(head.len());
            head.get(..end).unwrap_or_default()
        }
        None => &bytes,
    };
    Ok(Words {
        text: decode(head).text.into_owned(),
        ..Words::default()
    })
}

/// HTML without its tags, scripts and styles; good enough to look for words.
fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len() / 2);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        text.push_str(before);
        let name: String = tag
            .chars()
            .skip(1)
            .take_while(char::is_ascii_alphanumeric)
            .flat_map(char::to_lowercase)
            .collect();
        let end = if matches!(name.as_str(), "script" | "style") {
            let close = format!("</{name}");
            tag.to_ascii_lowercase().find(&close)
        } else {
            None
        };
        let tag = tag.get(end.unwrap_or(0)..).unwrap_or_default();
        text.push(' ');
        rest = tag
            .find('>')
            .and_then(|end| tag.get(end + 1..))
            .unwrap_or_default();
    }
    text.push_str(rest);
    for (entity, character) in [
        ("&nbsp;", " "),
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
    ] {
        text = text.replace(entity, character);
    }
    text
}

/// Folds a text: no accents, lower case, straight apostrophes, blanks collapsed, lines kept.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for line in text.lines() {
        let bare: String = line
            .nfkd()
            .filter(|character| !is_combining_mark(*character))
            .flat_map(char::to_lowercase)
            .map(|character| match character {
                '’' | '‘' | '`' | '´' => '\'',
                '–' | '—' | '‑' | '−' => '-',
                other => other,
            })
            .collect();
        let mut words = bare.split_whitespace();
        if let Some(first) = words.next() {
            folded.push_str(first);
            for word in words {
                folded.push(' ');
                folded.push_str(word);
            }
            folded.push('\n');
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_scripts_and_styles_are_left_out() {
        let html = "<html><style>p{}</style><p>Fait à Paris</p><script>let a = '<p>non</p>';</script><p>le&nbsp;12</p>";
        let text = without_tags(html);
        assert!(text.contains("Fait à Paris"));
        assert!(text.contains("le 12"));
        assert!(!text.contains("non"));
        assert!(!text.contains("p{}"));
    }

    #[test]
    fn a_picture_has_no_words() {
        let evidence = Evidence::memory("a.png", b"\x89PNG\r\n\x1a\n".to_vec());
        assert_eq!(Words::read(&evidence, &Limits::default()), Err(NoWords::Picture));
    }
}
