//! The other proofs, through the registry: documents, statements, logs, links, reports, certificates, tokens.
//! Cases are data: `testcases/evidence/proofs/*.toml`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use std::collections::{BTreeMap, BTreeSet};

use conforme::checks::{self, Check, Context, Judged, Options, Outcome};
use conforme::evidence::Evidence;
use conforme::finding::Rule;
use conforme::limits::Limits;
use proptest::prelude::*;
use samples::proofs::{Case, cases};

fn judge(case: &Case) -> Outcome {
    let (limits, options) = (Limits::default(), Options::default());
    let context = Context::new(&limits, &options);
    let judged: Vec<(Evidence, Outcome)> = case
        .files
        .iter()
        .map(|file| {
            let evidence = Evidence::memory(file.name.clone(), file.bytes());
            let outcome = checks::judge(&evidence, &context);
            (evidence, outcome)
        })
        .collect();
    let mut whole = Outcome::default();
    if let Some(set) = &case.set {
        let files: Vec<Judged<'_>> = judged
            .iter()
            .map(|(evidence, outcome)| Judged { evidence, outcome })
            .collect();
        whole.extend(checks::judge_set(set, &files, &case.parameters, &context));
    }
    for (_, outcome) in judged {
        whole.extend(outcome);
    }
    whole
}

#[test]
fn every_case_gives_its_findings_and_no_other() {
    let mut faults = Vec::new();
    for case in cases() {
        let outcome = judge(&case);
        let found: BTreeMap<String, String> = outcome
            .findings
            .iter()
            .map(|finding| (finding.rule.clone(), finding.severity.as_str().to_owned()))
            .collect();
        let messages: Vec<&str> = outcome
            .findings
            .iter()
            .map(|finding| finding.message.fr.as_ref())
            .collect();
        if found != case.expect {
            faults.push(format!(
                "{}: expected {:?}, found {found:?} {messages:?}",
                case.name, case.expect
            ));
        }
        let told: Vec<&str> = outcome.verified.iter().map(|text| text.fr.as_ref()).collect();
        let told = told.join("\n");
        if !told.contains(&case.told) {
            faults.push(format!("{}: told '{told}', wanted '{}'", case.name, case.told));
        }
        if outcome.to_review.is_empty() == case.review {
            faults.push(format!("{}: to review {:?}", case.name, outcome.to_review));
        }
        if !outcome.not_evaluated.is_empty() {
            faults.push(format!(
                "{}: not evaluated {:?}",
                case.name, outcome.not_evaluated
            ));
        }
        if !case.hidden.is_empty() && format!("{outcome:?}").contains(&case.hidden) {
            faults.push(format!("{}: '{}' is shown", case.name, case.hidden));
        }
        if case.line.is_some() && outcome.findings.first().and_then(|finding| finding.place.line) != case.line
        {
            faults.push(format!(
                "{}: line {:?}",
                case.name,
                outcome.findings.first().map(|finding| &finding.place)
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The rules of the families tested here.
fn rules() -> Vec<&'static Rule> {
    use conforme::checks::documents;
    let mut rules: Vec<&'static Rule> = Vec::new();
    for check in [
        &documents::OfficeCheck as &dyn Check,
        &documents::JsonCheck,
        &documents::PlainCheck,
        &documents::UnknownCheck,
        &conforme::checks::test_runs::ValidationReportCheck,
        &conforme::checks::certificates::CertificateCheck,
        &conforme::checks::tokens::TokenCheck,
    ] {
        rules.extend(check.rules());
    }
    for id in [
        "attestation",
        "cnda",
        "pentest",
        "questionnaire",
        "configuration",
        "va",
        "log",
        "test-run-link",
        "certificate-chain",
        "token-claims",
        "contents",
        "mail-headers",
    ] {
        let check = checks::set_checks()
            .iter()
            .find(|check| check.id() == id)
            .unwrap();
        rules.extend(check.rules());
    }
    rules
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
    let mut faults = Vec::new();
    for rule in rules() {
        if !broken.contains(rule.id.as_ref()) {
            faults.push(format!("{} is broken by no case", rule.id));
        }
        if !held.contains(rule.id.as_ref()) {
            faults.push(format!("{} is held by no case", rule.id));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_proofs_never_panic(
        which in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        static FILES: std::sync::LazyLock<Vec<(String, Vec<u8>)>> = std::sync::LazyLock::new(|| {
            cases()
                .iter()
                .flat_map(|case| case.files.iter().map(|file| (file.name.clone(), file.bytes())))
                .filter(|(_, bytes)| !bytes.is_empty())
                .collect()
        });
        let (name, mut bytes) = FILES[which.index(FILES.len())].clone();
        for (at, value) in edits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let (limits, options) = (Limits::default(), Options::default());
        let context = Context::new(&limits, &options);
        let evidence = Evidence::memory(name, bytes);
        let outcome = checks::judge(&evidence, &context);
        prop_assert!(
            outcome.findings.iter().all(|finding| finding.rule != "CONFORME-INTERNAL"),
            "{:?}",
            outcome.findings
        );
        for set in checks::set_checks() {
            let files = [Judged { evidence: &evidence, outcome: &outcome }];
            let found = checks::judge_set(set.id(), &files, &toml::Table::new(), &context);
            prop_assert!(
                found.findings.iter().all(|finding| finding.rule != "CONFORME-INTERNAL"),
                "{}: {:?}",
                set.id(),
                found.findings
            );
        }
    }
}
