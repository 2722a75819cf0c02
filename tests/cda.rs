//! The CDA family: the official documents have no error, and each sample of `testcases/evidence/cda` gives exactly
//! what its `expected.toml` says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may fail loudly"
)]

mod common;

use conforme::checks::cda::CdaCheck;
use conforme::checks::{Check, Context, Options, Outcome};
use conforme::evidence::Evidence;
use conforme::finding::Severity;
use conforme::limits::Limits;
use conforme::packs::PackSet;

fn run(evidence: &Evidence, packs: &PackSet) -> Outcome {
    let (limits, options) = (Limits::default(), Options::default());
    CdaCheck.run(evidence, &Context::new(&limits, &options).with_packs(packs))
}

fn errors(outcome: &Outcome) -> Vec<String> {
    outcome
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| format!("{} {}: {}", finding.place, finding.rule, finding.message.fr))
        .collect()
}

fn official() -> Vec<std::path::PathBuf> {
    let Some(reference) = common::reference() else {
        return Vec::new();
    };
    let mut files: Vec<_> = std::fs::read_dir(reference.join("cda"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 94, "only {} official documents", files.len());
    files
}

#[test]
fn the_official_documents_have_no_error_with_the_embedded_pack() {
    let mut wrong = Vec::new();
    let mut kinds: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for file in official() {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let evidence = Evidence::open(&file, &name).unwrap();
        let outcome = run(&evidence, PackSet::embedded());
        wrong.extend(errors(&outcome));
        assert_eq!(outcome.facts.documents.len(), 1, "{name}");
        assert!(outcome.facts.documents[0].id.is_some(), "{name}");
        for finding in &outcome.findings {
            *kinds
                .entry(format!("{} {}", finding.severity.as_str(), finding.rule))
                .or_default() += 1;
        }
    }
    eprintln!("findings on the official documents: {kinds:#?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
