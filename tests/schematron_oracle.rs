//! The official CDA rules against the verdicts of Saxon.
//!
//! The rules are not part of the project: `CONFORME_OFFICIAL_PACK` names the folder that `prepare_pack.py` made (it
//! holds `schematrons/`). The documents and verdicts are in `shared/reference`, found by `CONFORME_REFERENCE` or above
//! the project. When either is absent the test says so and passes. Run it in release: the debug build is slow.
//! `CONFORME_MORE_MUTANTS` names a folder of further documents with their `oracle.json`, of the same form; a pair on
//! which Saxon stopped with an error is `{"error": ...}` there.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use conforme::engines::schematron::{EvaluateOptions, FileResolver, FindingKind, MissingDocuments, Schema};
use conforme::engines::xml::{Document, ParseOptions};

fn reference() -> Option<PathBuf> {
    if let Ok(named) = std::env::var("CONFORME_REFERENCE") {
        return Some(PathBuf::from(named));
    }
    let mut folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    loop {
        let candidate = folder.join("shared/reference");
        if candidate.is_dir() {
            return Some(candidate);
        }
        if !folder.pop() {
            return None;
        }
    }
}

fn pack() -> Option<PathBuf> {
    std::env::var("CONFORME_OFFICIAL_PACK")
        .ok()
        .map(PathBuf::from)
        .filter(|pack| pack.join("schematrons").is_dir())
}

fn schema_path(pack: &Path, name: &str) -> PathBuf {
    let schematrons = pack.join("schematrons");
    let candidates = [
        "",
        "profils",
        "profils/structurationMinimale",
        "profils/terminologies/schematron",
    ];
    candidates
        .iter()
        .map(|folder| schematrons.join(folder).join(format!("{name}.sch")))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("no schema {name} in the pack"))
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Prefixes and `[1]` do not count in locations.
fn plain_location(location: &str) -> String {
    let steps = location.split('/').map(|step| {
        let step = step.strip_suffix("[1]").unwrap_or(step);
        step.rsplit_once(':').map_or(step, |(_, local)| local)
    });
    steps.collect::<Vec<_>>().join("/")
}

/// How many rules fired, and the findings.
type Verdict = (usize, Vec<(String, String, String)>);

/// Whether we say what Saxon says. Where Saxon stopped with a dynamic error we go on, so that only meeting an error too
/// can be asked.
fn agrees(found: &Verdict, entry: &serde_json::Value) -> bool {
    if entry.get("error").is_some() {
        return found.1.iter().any(|(kind, ..)| kind.starts_with("dynamic-error"));
    }
    *found == expected(entry)
}

fn expected(entry: &serde_json::Value) -> Verdict {
    let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let mut findings: Vec<_> = entry["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            (
                text(finding, "kind"),
                plain_location(&text(finding, "location")),
                fold(&text(finding, "text")),
            )
        })
        .collect();
    findings.sort();
    (
        usize::try_from(entry["fired"].as_u64().unwrap()).unwrap(),
        findings,
    )
}

fn found(schema: &Schema, document: &Document, address: &str) -> Verdict {
    let options = EvaluateOptions {
        missing_documents: MissingDocuments::AsSpecified,
        ..EvaluateOptions::default()
    };
    let report = schema.evaluate(document, address, &options).unwrap();
    let mut findings: Vec<_> = report
        .findings
        .iter()
        .map(|finding| {
            let kind = match &finding.kind {
                FindingKind::FailedAssert => "failed-assert".to_owned(),
                FindingKind::SuccessfulReport => "successful-report".to_owned(),
                FindingKind::DynamicError(error) => format!("dynamic-error {error}"),
            };
            (kind, plain_location(&finding.location), finding.folded_text())
        })
        .collect();
    findings.sort();
    (report.fired, findings)
}

/// Compares every pair of an oracle; gives how many agree and how many there are.
fn compare(oracle: &str, folder: &str) -> Option<(usize, usize)> {
    let (Some(pack), Some(reference)) = (pack(), reference()) else {
        eprintln!(
            "REFERENCE DATA ABSENT: set CONFORME_OFFICIAL_PACK and CONFORME_REFERENCE to compare with Saxon ({oracle})"
        );
        return None;
    };
    let oracle: BTreeMap<String, BTreeMap<String, serde_json::Value>> =
        serde_json::from_slice(&std::fs::read(reference.join("oracle").join(oracle)).unwrap()).unwrap();
    let mut schemas: BTreeMap<String, Schema> = BTreeMap::new();
    let start = Instant::now();
    for name in oracle.values().flat_map(BTreeMap::keys) {
        if !schemas.contains_key(name) {
            let path = schema_path(&pack, name);
            let (schema, warnings) =
                Schema::load(&path.to_string_lossy(), Arc::new(FileResolver::default())).unwrap();
            for warning in warnings.iter().filter(|warning| warning.loses_checks()) {
                println!("{}: {}", warning.place, warning.text().en);
            }
            schemas.insert(name.clone(), schema);
        }
    }
    println!("{} schemas compiled in {:?}", schemas.len(), start.elapsed());
    let (mut agree, mut pairs) = (0, 0);
    let (mut parsing, mut rules) = (std::time::Duration::ZERO, std::time::Duration::ZERO);
    for (stem, verdicts) in &oracle {
        let path = reference.join(folder).join(format!("{stem}.xml"));
        let start = Instant::now();
        let document = Document::parse(&std::fs::read(&path).unwrap(), &ParseOptions::default()).unwrap();
        parsing += start.elapsed();
        for (name, entry) in verdicts {
            pairs += 1;
            let start = Instant::now();
            let found = found(&schemas[name], &document, &path.to_string_lossy());
            rules += start.elapsed();
            if agrees(&found, entry) {
                agree += 1;
                continue;
            }
            if entry.get("error").is_some() {
                println!("--- {stem} with {name}: Saxon stops with an error, we have none");
                continue;
            }
            let expected = expected(entry);
            println!("--- {stem} with {name}: fired {} (Saxon {})", found.0, expected.0);
            for missing in expected
                .1
                .iter()
                .filter(|finding| !found.1.contains(finding))
                .take(5)
            {
                println!("  only Saxon: {missing:?}");
            }
            for extra in found
                .1
                .iter()
                .filter(|finding| !expected.1.contains(finding))
                .take(5)
            {
                println!("  only ours:  {extra:?}");
            }
        }
    }
    println!("{agree}/{pairs} pairs agree; parse {parsing:?}, rules {rules:?}");
    Some((agree, pairs))
}

#[test]
fn official_examples_have_the_verdicts_of_saxon() {
    if let Some((agree, pairs)) = compare("examples.json", "cda") {
        assert_eq!((agree, pairs), (562, 562));
    }
}

#[test]
fn mutants_have_the_verdicts_of_saxon() {
    if let Some((agree, pairs)) = compare("mutants.json", "cda-mutants") {
        assert_eq!((agree, pairs), (281, 281));
    }
}

#[test]
fn further_mutants_have_the_verdicts_of_saxon() {
    let Ok(folder) = std::env::var("CONFORME_MORE_MUTANTS") else {
        return;
    };
    let oracle = Path::new(&folder).join("oracle.json");
    if let Some((agree, pairs)) = compare(&oracle.to_string_lossy(), &folder) {
        assert_eq!(agree, pairs);
    }
}
