//! PDF and PDF/A-1: the cases of `testcases/evidence/pdf`, the official CDA documents, and hostile input.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)]

mod samples;

use std::collections::{BTreeMap, BTreeSet};

use conforme::checks::pdf::PdfCheck;
use conforme::checks::{Check, Context, Options, Outcome};
use conforme::evidence::{Evidence, Kind};
use conforme::finding::Severity;
use conforme::limits::Limits;
use proptest::prelude::*;
use samples::pdf::{Base, Case, cases};

fn judge(bytes: Vec<u8>, required: bool) -> Outcome {
    let limits = Limits::default();
    let options = Options {
        pdfa_required: required,
        ..Options::default()
    };
    let context = Context::new(&limits, &options);
    let evidence = Evidence::memory("essai.pdf", bytes);
    PdfCheck.run(&evidence, &context)
}

fn found(outcome: &Outcome) -> BTreeMap<String, String> {
    outcome
        .findings
        .iter()
        .map(|finding| (finding.rule.clone(), finding.severity.as_str().to_owned()))
        .collect()
}

#[test]
fn every_case_gives_its_findings_and_no_other() {
    let base = Base::read();
    let mut faults = Vec::new();
    for case in cases() {
        let outcome = judge(case.build(&base), case.required);
        let found = found(&outcome);
        if found != case.expect {
            faults.push(format!(
                "{}: expected {:?}, found {found:?}: {:?}",
                case.name,
                case.expect,
                outcome
                    .findings
                    .iter()
                    .map(|finding| &finding.message.en)
                    .collect::<Vec<_>>()
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_rule_has_a_positive_and_a_negative_case() {
    let cases = cases();
    let broken: BTreeSet<&str> = cases
        .iter()
        .flat_map(|case| case.expect.keys().map(String::as_str))
        .collect();
    let held: BTreeSet<&str> = cases
        .iter()
        .flat_map(|case| case.conform.iter().map(String::as_str))
        .collect();
    for rule in PdfCheck.rules() {
        assert!(
            broken.contains(rule.id.as_ref()),
            "{} is broken by no case",
            rule.id
        );
        assert!(held.contains(rule.id.as_ref()), "{} is held by no case", rule.id);
    }
}

#[test]
fn the_body_of_a_level_1_document_must_be_pdf_a() {
    let base = Base::read();
    let case = cases()
        .into_iter()
        .find(|case| case.name == "no identification")
        .unwrap();
    let document = Evidence::memory("cr.xml", b"<ClinicalDocument/>".to_vec());
    let body = document.nested("nonXMLBody.pdf", case.build(&base));
    let (limits, options) = (Limits::default(), Options::default());
    let outcome = PdfCheck.run(&body, &Context::new(&limits, &options));
    assert_eq!(
        found(&outcome),
        BTreeMap::from([("PDF-A-CLAIM".to_owned(), "error".to_owned())])
    );
    assert_eq!(outcome.findings[0].place.file, "cr.xml › nonXMLBody.pdf");
    assert_eq!(outcome.facts.pdfs, [body.sha256().to_owned()]);
}

#[test]
fn the_outcome_says_it_is_no_full_validation() {
    let outcome = judge(Case::default().build(&Base::read()), true);
    assert!(
        outcome
            .verified
            .iter()
            .any(|text| text.fr.contains("n'est pas une validation ISO 19005-1 complète")),
        "{:?}",
        outcome.verified
    );
}

#[test]
fn the_pdfs_of_the_official_documents_give_no_error_but_the_known_ones() {
    let Some(reference) = samples::reference("cda") else {
        return;
    };
    let mut read = 0;
    for (file, in_body, bytes) in samples::embedded_pdfs(&reference) {
        read += 1;
        assert_eq!(
            conforme::evidence::recognise(&bytes, &bytes, bytes.len() as u64, "x"),
            Kind::Pdf,
            "{file}"
        );
        let outcome = judge(bytes, in_body);
        let errors: Vec<&str> = outcome
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| finding.rule.as_str())
            .collect();
        // The four official level 1 examples carry a PDF that does not claim PDF/A (knowledge: P01).
        let expected: &[&str] = if in_body { &["PDF-A-CLAIM"] } else { &[] };
        assert_eq!(errors, expected, "{file}: {:?}", outcome.findings);
        assert!(
            outcome.not_evaluated.is_empty(),
            "{file}: {:?}",
            outcome.not_evaluated
        );
        if std::env::var_os("CONFORME_SHOW").is_some() {
            for finding in &outcome.findings {
                println!(
                    "{file}: {} {} {}",
                    finding.severity.as_str(),
                    finding.rule,
                    finding.message.en
                );
            }
        }
    }
    assert_eq!(read, 49, "PDFs embedded in the official documents");
}

/// A PDF out of the bodies of its objects, numbered from 1, with a right table of places.
fn raw(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut places = Vec::new();
    for (number, body) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", number + 1).bytes());
        bytes.extend(body);
        bytes.extend(b"\nendobj\n");
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        bytes.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    bytes.extend(
        format!("trailer\n<</Size {size}/Root 1 0 R/ID[<01><01>]>>\nstartxref\n{table}\n%%EOF\n").bytes(),
    );
    bytes
}

fn deflated(length: usize) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let chunk = vec![b' '; 1 << 20];
    for _ in 0..length >> 20 {
        encoder.write_all(&chunk).unwrap();
    }
    encoder.finish().unwrap()
}

/// Cycles, depth and bombs: each is read to a bounded end, quickly, and the file is named by a finding or as not
/// evaluated, never passed in silence as a sound PDF/A.
#[test]
fn hostile_pdfs_are_bounded_and_named() {
    let object = |text: &str| text.as_bytes().to_vec();
    let stream = |dictionary: &str, data: &[u8]| {
        let mut body = format!("<<{dictionary}/Length {}>>stream\n", data.len()).into_bytes();
        body.extend(data);
        body.extend(b"\nendstream");
        body
    };
    let page = object("<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 9 9]>>");
    let catalog = object("<</Type/Catalog/Pages 2 0 R>>");
    let pages = object("<</Type/Pages/Kids[3 0 R]/Count 1>>");
    let bomb = deflated(300 << 20);
    let nested = [b"[".repeat(200_000), b"]".repeat(200_000)].concat();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        (
            "a tree of pages that holds itself",
            raw(&[
                catalog.clone(),
                object("<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2/Parent 3 0 R>>"),
                object("<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>"),
            ]),
        ),
        (
            "references in a ring",
            raw(&[
                object("<</Type/Catalog/Pages 2 0 R/Metadata 3 0 R/AA 4 0 R>>"),
                object("<</Type/Pages/Kids 5 0 R/Count 1>>"),
                object("4 0 R"),
                object("3 0 R"),
                object("5 0 R"),
            ]),
        ),
        (
            "a length that is its own stream",
            raw(&[
                catalog.clone(),
                pages.clone(),
                page.clone(),
                object("<</Length 4 0 R>>stream\nBT ET\nendstream"),
            ]),
        ),
        (
            "arrays in arrays, 200 000 deep",
            raw(&[catalog.clone(), pages.clone(), page.clone(), nested]),
        ),
        (
            "contents that expand to 300 MB",
            raw(&[
                catalog.clone(),
                pages.clone(),
                page.clone(),
                stream("/Filter/FlateDecode", &bomb),
            ]),
        ),
        (
            "an object stream that expands to 300 MB",
            raw(&[
                catalog,
                pages,
                page,
                stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &bomb),
            ]),
        ),
    ];
    for (name, bytes) in cases {
        let start = std::time::Instant::now();
        let outcome = judge(bytes, true);
        let errors = outcome
            .findings
            .iter()
            .any(|finding| finding.severity == Severity::Error);
        assert!(errors || !outcome.not_evaluated.is_empty(), "{name}: {outcome:?}");
        assert!(
            outcome
                .findings
                .iter()
                .all(|finding| finding.rule != "CONFORME-INTERNAL"),
            "{name}: {:?}",
            outcome.findings
        );
        assert!(start.elapsed().as_secs() < 60, "{name}: {:?}", start.elapsed());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_pdf_never_panics(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..24)) {
        let mut bytes = Case::default().build(&Base::read());
        for (at, value) in edits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        judge(bytes, true);
    }

    #[test]
    fn random_bytes_never_panic(tail in prop::collection::vec(any::<u8>(), 0..2048)) {
        let mut bytes = b"%PDF-1.4\n".to_vec();
        bytes.extend(tail);
        judge(bytes, false);
    }
}

#[test]
fn the_text_of_official_pdfs_is_words() {
    let Some(reference) = samples::reference("cda") else {
        return;
    };
    let limits = Limits::default();
    let mut with_text = 0;
    for (file, _, bytes) in samples::embedded_pdfs(&reference) {
        let text = conforme::engines::pdf::Pdf::read(&bytes, &limits).unwrap().text();
        let words: Vec<&str> = text.split_whitespace().collect();
        if std::env::var_os("CONFORME_SHOW").is_some() {
            println!(
                "{file}: {} {:?}",
                words.len(),
                text.chars().take(400).collect::<String>()
            );
        }
        // Some bodies are scans.
        if words.len() < 30 {
            continue;
        }
        with_text += 1;
        let letters: usize = words.iter().map(|word| word.chars().count()).sum();
        let average = letters as f64 / words.len() as f64;
        assert!(
            (3.0..8.5).contains(&average),
            "{file}: words of {average:.1} letters: spaces are lost or too many"
        );
    }
    assert!(with_text >= 20, "{with_text} PDFs with words");
}
