//! The XSD engine against xmllint: same verdict on every document and mutant of the reference data, and the first
//! error on the same line. Needs the official rules (CONFORME_OFFICIAL_PACK: the folder that holds
//! `infrastructure/`) and the reference data (CONFORME_REFERENCE, or `shared/reference` above the project).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may fail loudly"
)]

mod common;

use std::path::Path;

use conforme::engines::xml::{Document, ParseOptions};
use conforme::engines::xsd::Schema;
use serde_json::Value;

/// The official schema, when the pack is there.
fn official_schema() -> Option<Schema> {
    let pack = common::official_pack()?;
    let folder = pack.join("infrastructure/cda");
    let loader = |path: &str| std::fs::read(folder.join(path)).map_err(|error| error.to_string());
    Some(Schema::compile(&loader, "CDA_extended.xsd").expect("the official schema compiles"))
}

fn validate(schema: &Schema, file: &Path) -> Vec<String> {
    let bytes = std::fs::read(file).unwrap();
    let document = Document::parse(&bytes, &ParseOptions::default()).unwrap();
    schema
        .validate(&document, 1000)
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn line(violation: &str) -> u64 {
    violation.split(':').next().unwrap().parse().unwrap()
}

#[test]
fn verdicts_and_first_lines_are_those_of_xmllint() {
    let (Some(schema), Some(reference)) = (official_schema(), common::reference()) else {
        return;
    };
    let mut compared = 0;
    let mut different = Vec::new();
    for (folder, oracle) in [
        ("xsd-mutants", "xsd-mutants.json"),
        ("cda-mutants", "xsd-of-cda-mutants.json"),
    ] {
        let text = std::fs::read_to_string(reference.join("oracle").join(oracle)).unwrap();
        let expected: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();
        for (name, expected) in expected {
            let found = validate(&schema, &reference.join(folder).join(&name));
            let lines: Vec<u64> = expected["errors"]
                .as_array()
                .unwrap()
                .iter()
                .map(|error| error["line"].as_u64().unwrap())
                .collect();
            let valid = expected["valid"].as_bool().unwrap();
            let first = found.first().map(|violation| line(violation));
            let lowest = found.iter().map(|violation| line(violation)).min();
            if valid != found.is_empty()
                || first != lines.first().copied()
                || lowest != lines.iter().min().copied()
            {
                different.push(format!(
                    "{folder}/{name}: xmllint {valid} {lines:?}, found {found:#?}"
                ));
            }
            compared += 1;
        }
    }
    assert!(compared >= 94, "only {compared} documents compared");
    assert!(
        different.is_empty(),
        "{} of {compared} differ:\n{}",
        different.len(),
        different.join("\n")
    );
}

#[test]
fn the_official_documents_are_valid() {
    let (Some(schema), Some(reference)) = (official_schema(), common::reference()) else {
        return;
    };
    let mut count = 0;
    for entry in std::fs::read_dir(reference.join("cda")).unwrap() {
        let file = entry.unwrap().path();
        let found = validate(&schema, &file);
        assert!(found.is_empty(), "{}: {found:#?}", file.display());
        count += 1;
    }
    assert!(count >= 94, "only {count} official documents");
}
