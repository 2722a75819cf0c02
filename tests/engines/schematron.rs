//! `testcases/engines/schematron/<case>/`: `schema.sch`, `document.xml`, and in `expected.toml` the rules fired, the
//! findings as `line:column kind location: words`, the warnings of the schema.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use conforme::engines::schematron::{
    EvaluateOptions, FileResolver, FindingKind, LoadError, Phase, Report, SVRL_NAMESPACE, Schema, write_svrl,
};
use conforme::engines::xml::{Document, ParseOptions};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    fired: usize,
    findings: Vec<String>,
    #[serde(default)]
    warnings: Vec<String>,
    #[serde(default)]
    not_evaluated: Vec<String>,
    #[serde(default)]
    phases: BTreeMap<String, InPhase>,
}

#[derive(Deserialize)]
struct InPhase {
    fired: usize,
    findings: Vec<String>,
}

fn lines(report: &Report<'_>) -> Vec<String> {
    let line = |finding: &conforme::engines::schematron::Finding<'_>| {
        let kind = match &finding.kind {
            FindingKind::FailedAssert => "failed-assert",
            FindingKind::SuccessfulReport => "successful-report",
            FindingKind::DynamicError(error) => error.code(),
        };
        let diagnostics: Vec<String> = finding
            .diagnostics
            .iter()
            .map(|(id, text)| format!(" ({id}: {text})"))
            .collect();
        let place = finding.position;
        let text = finding.folded_text();
        format!(
            "{}:{} {kind} {}: {text}{}",
            place.line,
            place.column,
            finding.location,
            diagnostics.concat()
        )
    };
    report.findings.iter().map(line).collect()
}

fn load(case: &Path) -> (Schema, Vec<String>, Document) {
    let address = case.join("schema.sch");
    let (schema, warnings) =
        Schema::load(&address.to_string_lossy(), Arc::new(FileResolver::default())).unwrap();
    let warnings = warnings
        .iter()
        .map(|warning| {
            format!(
                "{}:{} {}",
                warning.place.line,
                warning.place.column,
                warning.text().en
            )
        })
        .collect();
    let bytes = std::fs::read(case.join("document.xml")).unwrap();
    (
        schema,
        warnings,
        Document::parse(&bytes, &ParseOptions::default()).unwrap(),
    )
}

#[test]
fn schemas_say_what_the_cases_say() {
    super::on_large_stack(|| {
        let mut folders: Vec<_> = std::fs::read_dir(super::cases("schematron"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        folders.sort();
        assert!(folders.len() >= 4);
        for case in folders {
            let name = case.display();
            let expected: Expected =
                toml::from_str(&std::fs::read_to_string(case.join("expected.toml")).unwrap()).unwrap();
            let (schema, warnings, document) = load(&case);
            let report = schema
                .evaluate(&document, "document.xml", &EvaluateOptions::default())
                .unwrap();
            assert_eq!(lines(&report), expected.findings, "{name}");
            assert_eq!(report.fired, expected.fired, "{name}");
            assert_eq!(warnings.len(), expected.warnings.len(), "{name}: {warnings:?}");
            for (warning, start) in warnings.iter().zip(&expected.warnings) {
                assert!(warning.starts_with(start.as_str()), "{name}: {warning}");
            }
            let left_out: Vec<&str> = report
                .not_evaluated
                .iter()
                .map(|left_out| left_out.check.test.as_str())
                .collect();
            assert_eq!(left_out, expected.not_evaluated, "{name}");
            for (phase, expected) in expected.phases {
                let options = EvaluateOptions {
                    phase: Phase::from_name(&phase),
                    ..EvaluateOptions::default()
                };
                let report = schema.evaluate(&document, "", &options).unwrap();
                assert_eq!(
                    (report.fired, lines(&report)),
                    (expected.fired, expected.findings),
                    "{name} {phase}"
                );
            }
        }
    });
}

#[test]
fn svrl_is_well_formed_and_complete() {
    let (schema, _, document) = load(&super::cases("schematron").join("first_match"));
    let report = schema
        .evaluate(&document, "document.xml", &EvaluateOptions::default())
        .unwrap();
    let svrl = Document::parse_text(&write_svrl(&report, "document.xml"), &ParseOptions::default()).unwrap();
    let count = |name: &str| {
        svrl.children_named(svrl.root_element(), SVRL_NAMESPACE, name)
            .count()
    };
    assert_eq!(
        (
            count("active-pattern"),
            count("fired-rule"),
            count("failed-assert"),
            count("successful-report")
        ),
        (2, 9, 3, 3)
    );
    let failed = svrl
        .children_named(svrl.root_element(), SVRL_NAMESPACE, "failed-assert")
        .nth(1)
        .unwrap();
    assert_eq!(svrl.attribute(failed, "", "location"), Some("/list/item[3]"));
    assert_eq!(svrl.attribute(failed, "", "test"), Some("$n < $limit"));
    assert_eq!(
        svrl.attribute(failed, conforme::engines::schematron::CONFORME_NAMESPACE, "line"),
        Some("4")
    );
}

#[test]
fn an_unknown_phase_is_told() {
    let (schema, _, document) = load(&super::cases("schematron").join("phases"));
    let options = EvaluateOptions {
        phase: Phase::Named("other".to_owned()),
        ..EvaluateOptions::default()
    };
    assert!(matches!(
        schema.evaluate(&document, "", &options),
        Err(LoadError::UnknownPhase { .. })
    ));
}
