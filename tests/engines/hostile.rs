//! Schemas and documents made to exhaust: bounded, and told.

use std::sync::Arc;

use conforme::engines::schematron::{EvaluateOptions, FindingKind, Schema};
use conforme::engines::xml::{Document, ParseOptions};
use conforme::engines::xpath::Resolver;

/// One schema in memory.
struct Memory(String);

impl Resolver for Memory {
    fn resolve(&self, _base: &str, reference: &str) -> String {
        reference.to_owned()
    }

    fn read(&self, address: &str) -> std::io::Result<Vec<u8>> {
        if address == "schema" {
            return Ok(self.0.clone().into_bytes());
        }
        Err(std::io::Error::new(std::io::ErrorKind::NotFound, "nothing there"))
    }
}

fn schema(rules: &str) -> Schema {
    let text =
        format!("<schema xmlns='http://purl.oclc.org/dsdl/schematron' queryBinding='xslt2'>{rules}</schema>");
    Schema::load("schema", Arc::new(Memory(text))).unwrap().0
}

#[test]
fn a_catastrophic_regex_is_linear() {
    let schema = schema(
        "<pattern><rule context='r'><assert test=\"matches(., '^(a+)+$')\">no</assert></rule></pattern>",
    );
    let document = Document::parse_text(
        &format!("<r>{}b</r>", "a".repeat(200_000)),
        &ParseOptions::default(),
    )
    .unwrap();
    let report = schema
        .evaluate(&document, "", &EvaluateOptions::default())
        .unwrap();
    assert_eq!(report.findings.len(), 1);
}

#[test]
fn an_endless_expression_is_stopped_and_the_run_goes_on() {
    let schema = schema(
        "<pattern><rule context='r'>\
         <assert test='every $a in 1 to 100000, $b in 1 to 100000 satisfies $a + $b > 0'>never ends</assert>\
         <assert test='false()'>after it</assert></rule></pattern>",
    );
    let document = Document::parse_text("<r/>", &ParseOptions::default()).unwrap();
    let options = EvaluateOptions {
        steps: 100_000,
        ..EvaluateOptions::default()
    };
    let report = schema.evaluate(&document, "", &options).unwrap();
    let codes = report.findings.iter().map(|finding| match &finding.kind {
        FindingKind::DynamicError(error) => error.code(),
        _ => "",
    });
    assert_eq!(codes.collect::<Vec<_>>(), ["XPDY0130", ""]);
}

#[test]
fn schemas_that_name_themselves_are_told() {
    let text = "<schema xmlns='http://purl.oclc.org/dsdl/schematron'><include href='schema'/>\
        <let name='a' value='$b'/><let name='b' value='$a'/>\
        <pattern><rule abstract='true' id='x'><extends rule='x'/></rule>\
        <rule context='r'><extends rule='x'/><assert test='$a'>a</assert></rule></pattern></schema>";
    let (schema, warnings) = Schema::load("schema", Arc::new(Memory(text.to_owned()))).unwrap();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    let document = Document::parse_text("<r/>", &ParseOptions::default()).unwrap();
    let report = schema
        .evaluate(&document, "", &EvaluateOptions::default())
        .unwrap();
    assert!(
        matches!(&report.findings[0].kind, FindingKind::DynamicError(error) if error.code() == "XTDE0640")
    );
}

#[test]
fn a_check_against_a_missing_document_is_not_evaluated_however_it_is_written() {
    let schema = schema(
        "<pattern><rule context='r'>\
         <assert test=\"@a = doc('absent.xml')//c/@code\">doc</assert>\
         <assert test=\"not(@a[not(. = (doc('absent.xml')//c/@code))])\">in a predicate</assert>\
         <assert test=\"@a = document('absent.xml')//c/@code\">document</assert>\
         <assert test=\"document('absent.xml')//c[@code = current()/@a]\">look-up</assert>\
         <assert test='@b'>after it</assert></rule></pattern>",
    );
    let document = Document::parse_text("<r a='1'/>", &ParseOptions::default()).unwrap();
    // Twice: what is kept of the first evaluation must not hide it from the second.
    for _ in 0..2 {
        let report = schema
            .evaluate(&document, "", &EvaluateOptions::default())
            .unwrap();
        let told: Vec<_> = report
            .findings
            .iter()
            .map(|finding| finding.text.as_str())
            .collect();
        assert_eq!(told, ["after it"]);
        assert_eq!(report.not_evaluated.len(), 4);
    }
}
