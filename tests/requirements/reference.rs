//! The real workbooks of the reference data, when they are at hand: exact counts, outcomes of the broken ones.

use std::path::{Path, PathBuf};

use conforme::requirements::{Import, ImportOptions, import};
use serde_json::Value;

/// The folder of the reference data: `CONFORME_REFERENCE`, else `shared/reference` beside one of our parents.
pub(crate) fn reference(folder: &str) -> Option<PathBuf> {
    let found = match std::env::var_os("CONFORME_REFERENCE") {
        Some(root) => Some(PathBuf::from(root)),
        None => Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .map(|parent| parent.join("shared/reference"))
            .find(|root| root.is_dir()),
    }
    .map(|root| root.join(folder))
    .filter(|folder| folder.is_dir());
    if found.is_none() {
        println!("REFERENCE DATA ABSENT: {folder}; set CONFORME_REFERENCE to test on the real workbooks");
    }
    found
}

pub(crate) fn json(path: &Path) -> serde_json::Map<String, Value> {
    let text = std::fs::read_to_string(path).unwrap();
    match serde_json::from_str(&text).unwrap() {
        Value::Object(map) => map,
        other => panic!("{}: {other}", path.display()),
    }
}

fn read(path: &Path) -> Import {
    import(path, &ImportOptions::default()).unwrap_or_else(|refusal| panic!("{}: {refusal}", path.display()))
}

#[test]
fn the_counts_of_the_manifest_hold() {
    let Some(folder) = reference("rem") else { return };
    let mut wrong = Vec::new();
    let manifest = json(&folder.join("manifest.json"));
    assert!(manifest.len() >= 23);
    for (file, wanted) in &manifest {
        let found = read(&folder.join(file));
        let counts = serde_json::to_value(found.counts).unwrap();
        if wanted["layout"] != found.layout {
            wrong.push(format!(
                "{file}: layout {} instead of {}",
                found.layout, wanted["layout"]
            ));
        }
        if let Some(sheet) = wanted.get("sheet")
            && sheet != &found.sheet
        {
            wrong.push(format!("{file}: sheet {}", found.sheet));
        }
        for key in ["rows", "requirements", "scenarios", "proofs", "proof_ids"] {
            if let Some(value) = wanted.get(key)
                && value != &counts[key]
            {
                wrong.push(format!("{file}: {key} {} instead of {value}", counts[key]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn broken_workbooks_have_the_outcome_expected() {
    let Some(folder) = reference("rem/broken") else {
        return;
    };
    let mut wrong = Vec::new();
    for (file, wanted) in &json(&folder.join("expected.json")) {
        // One published fixture announces a DTD that it does not hold; `layouts.rs` makes a workbook that does.
        if wanted["code"] == "XML_DTD" && !has_dtd(&folder.join(file)) {
            println!("{file}: no DTD in this file, nothing to refuse");
            continue;
        }
        let outcome = import(&folder.join(file), &ImportOptions::default());
        let (codes, name): (Vec<&str>, &str) = match &outcome {
            Err(refusal) => (vec![refusal.code], "reject"),
            Ok(found) => (
                found
                    .diagnostics
                    .iter()
                    .map(|diagnostic| diagnostic.code.id)
                    .collect(),
                if found.has_errors() {
                    "accept-with-errors"
                } else {
                    "accept"
                },
            ),
        };
        let expect = wanted["expect"].as_str().unwrap();
        let fits = match expect {
            "reject" | "accept-with-errors" => expect == name,
            "accept-or-reject-clearly" => name != "accept-with-errors",
            _ => name == "accept",
        };
        if !fits {
            wrong.push(format!("{file}: {name} instead of {expect}: {codes:?}"));
        }
        for code in wanted["code"].as_str().unwrap().split(',') {
            if !codes.contains(&code) {
                wrong.push(format!("{file}: no {code} in {codes:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn has_dtd(path: &Path) -> bool {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    (0..archive.len()).any(|index| {
        let mut part = Vec::new();
        std::io::Read::read_to_end(&mut archive.by_index(index).unwrap(), &mut part).unwrap();
        part.windows(9).any(|window| window == b"<!DOCTYPE")
    })
}

#[test]
fn the_same_rows_in_three_formats_give_the_same_referential() {
    let Some(folder) = reference("rem/broken") else {
        return;
    };
    let legacy = read(&folder.join("b09-legacy.xls"));
    let open = read(&folder.join("b11-variant.ods"));
    assert_eq!(legacy.counts, open.counts);
    assert_eq!(legacy.counts.rows, 20);
    assert_eq!(
        legacy.referentials[0].requirements,
        open.referentials[0].requirements
    );
}
