//! The binary formats, read back by other code than what wrote them.

use conforme::record::Record;
use conforme::reports::{Format, Options, render};
use conforme::requirements::{ImportOptions, import_bytes};

use crate::sample;

fn bytes(record: &Record, format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    render(record, format, &Options::default(), &mut out).unwrap();
    out
}

#[test]
fn the_workbook_is_a_rem_again() {
    let record = sample::record();
    let workbook = bytes(&record, Format::Xlsx);
    let import = import_bytes("exigences.xlsx", &workbook, &ImportOptions::default())
        .unwrap_or_else(|refusal| panic!("{refusal:?}"));
    assert_eq!(import.sheet, "Exigences");
    assert_eq!(import.counts.requirements, record.requirements.len() as u64);
    let referential = &import.referentials[0];
    for (read, written) in referential.requirements.iter().zip(&record.requirements) {
        assert_eq!(read.id, written.id);
        assert_eq!(read.profile, written.profile);
        assert_eq!(
            read.scenarios
                .iter()
                .map(|scenario| scenario.proofs.len())
                .sum::<usize>(),
            written
                .scenarios
                .iter()
                .map(|scenario| scenario.proofs.len())
                .sum::<usize>(),
            "{}",
            read.id
        );
    }
}

#[test]
fn the_convergence_sheet_is_a_rem_again() {
    let record = sample::record();
    let options = ImportOptions {
        sheet: Some("Convergence".to_owned()),
        ..ImportOptions::default()
    };
    let import = import_bytes("exigences.xlsx", &bytes(&record, Format::Xlsx), &options)
        .unwrap_or_else(|refusal| panic!("{refusal:?}"));
    // A requirement without proof has no row in this layout.
    assert_eq!(import.counts.requirements, 7);
    assert_eq!(import.counts.proof_ids, 8);
}

/// The text of a page of a PDF: the literals of its content.
fn text_of(document: &lopdf::Document, page: lopdf::ObjectId) -> String {
    let content = document.get_page_content(page);
    content.iter().map(|byte| char::from(*byte)).collect()
}

#[test]
fn the_pdf_is_tagged_and_says_what_the_record_says() {
    let record = sample::record_with(400);
    let document = lopdf::Document::load_mem(&bytes(&record, Format::Pdf)).unwrap();
    let pages = document.get_pages();
    assert!(pages.len() > 2, "{}", pages.len());
    let catalog = document.catalog().unwrap();
    for key in [&b"StructTreeRoot"[..], b"MarkInfo", b"Lang", b"Outlines"] {
        assert!(catalog.has(key), "{}", String::from_utf8_lossy(key));
    }
    let text: String = pages.values().map(|page| text_of(&document, *page)).collect();
    for words in ["NON", "CONFORME", "INS/va1.61.01.01", "CDA-INS-KEY", "/ "] {
        assert!(text.contains(words), "{words}");
    }
    // Every page is numbered, and every mark belongs to the structure.
    assert_eq!(text.matches("/Artifact").count(), pages.len());
    let marks = text.matches("/MCID").count();
    let structure: usize = document
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter(|dictionary| {
            dictionary.get(b"Type").and_then(lopdf::Object::as_name).ok() == Some(b"StructElem")
        })
        .filter_map(|dictionary| dictionary.get(b"K").and_then(lopdf::Object::as_array).ok())
        .flatten()
        .filter(|kid| kid.as_dict().is_ok())
        .count();
    assert_eq!(marks, structure);
}
