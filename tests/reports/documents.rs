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

/// What a workbook says of a requirement, for comparison.
fn told(requirement: &conforme::requirements::Requirement) -> Vec<String> {
    let one = requirement;
    let mut told = vec![
        one.id.clone(),
        one.profile.clone(),
        one.section.clone(),
        one.section_name.clone(),
        one.block.clone(),
        one.function.clone(),
        // A nature that the source does not say is judged, and written, as an obligation.
        format!("{}", one.nature == conforme::requirements::Nature::Preconisation),
        one.statement.trim().to_owned(),
    ];
    for scenario in &one.scenarios {
        told.push(format!("{} {}", scenario.id, scenario.text.trim()));
        told.extend(
            scenario
                .proofs
                .iter()
                .map(|proof| format!("{} {}", proof.id, proof.text.fr.trim())),
        );
    }
    told
}

/// The workbook of an examiner comes back whole: official workbooks of several layouts, through a dossier, out and in.
#[test]
fn an_official_workbook_comes_back_whole() {
    let Some(reference) = reference() else { return };
    for (file, dsr) in [
        ("rem-publication-va2-PFI.xlsx", "HOP-PFI-Va2"),
        ("rem-publication-va1-BIO.xlsx", "BIO-SGL-Va1"),
        ("rem-convergence-va2-DPI.xlsx", "HOP-DPI-Va2"),
        ("rem-va2-DPI.xlsx", "HOP-DPI-Va2"),
    ] {
        let profiles = toml::Value::from(profiles(dsr)).to_string();
        let bytes_of = std::fs::read(reference.join("rem").join(file)).unwrap();
        let first = import_bytes(file, &bytes_of, &ImportOptions::default()).unwrap();
        let first = first
            .referential(Some(dsr))
            .unwrap_or_else(|| panic!("{file}: no {dsr}"));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(file), &bytes_of).unwrap();
        let manifest = format!(
            "format = 1\ndsr = \"{dsr}\"\nprofiles = {profiles}\n[product]\nvendor = \"V\"\nname = \"N\"\n\
             version = \"1\"\n[referential]\nfile = \"{file}\"\n"
        );
        std::fs::write(folder.path().join("dossier.toml"), manifest).unwrap();
        let settings = conforme::assess::Settings {
            isolated: true,
            ..Default::default()
        };
        let record = conforme::assess::assess(folder.path(), &settings).unwrap();
        let workbook = bytes(&record, Format::Xlsx);
        let second = import_bytes("exigences.xlsx", &workbook, &ImportOptions::default()).unwrap();
        let second = &second.referentials[0];
        assert_eq!(second.requirements.len(), first.requirements.len(), "{file}");
        for (was, is) in first.requirements.iter().zip(&second.requirements) {
            assert_eq!(told(is), told(was), "{file}");
        }
    }
}

/// The fewest profiles a dossier of the DSR may choose: the mandatory one and the first of each exclusive group.
fn profiles(dsr: &str) -> Vec<String> {
    use conforme::requirements::{ProfileKind, catalogue};
    let mut groups = std::collections::BTreeSet::new();
    let all = &catalogue().dsr(dsr).unwrap().profiles;
    all.iter()
        .filter(|profile| match profile.kind {
            ProfileKind::Mandatory => true,
            ProfileKind::Conditional => false,
            ProfileKind::Exclusive => groups.insert(profile.group.clone()),
        })
        .map(|profile| profile.name.clone())
        .collect()
}

/// The reference data beside the project, or its absence said loudly.
fn reference() -> Option<std::path::PathBuf> {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = std::env::var_os("CONFORME_REFERENCE")
        .map(std::path::PathBuf::from)
        .or_else(|| {
            here.ancestors()
                .map(|folder| folder.join("shared/reference"))
                .find(|folder| folder.is_dir())
        });
    if found.is_none() {
        eprintln!("REFERENCE DATA ABSENT: official workbooks are not read back");
    }
    found
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
