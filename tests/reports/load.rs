//! Saved records: read back, or refused with the reason.

use conforme::reports::{Format, Options, parse_record};
use conforme::verdict::Verdict;
use serde_json::{Value, json};

use crate::formats::rendered;
use crate::sample;

fn saved() -> Value {
    serde_json::to_value(sample::record()).unwrap()
}

/// The French reason why a record is refused, and whether it was tampered with.
fn refused(text: &[u8]) -> (String, bool) {
    let error = parse_record("record.json", text).unwrap_err();
    assert!(!error.reason.en.is_empty());
    (error.reason.fr.to_string(), error.tampered)
}

fn refused_value(value: &Value) -> (String, bool) {
    refused(value.to_string().as_bytes())
}

#[test]
fn a_saved_record_is_read_back() {
    let record = sample::record_with(3);
    let text = rendered(&record, Format::Json, &Options::default());
    assert_eq!(parse_record("record.json", text.as_bytes()).unwrap(), record);
}

#[test]
fn a_redacted_record_is_read_back() {
    let redacted = Options {
        redact: true,
        ..Options::default()
    };
    let text = rendered(&sample::record(), Format::Json, &redacted);
    assert!(parse_record("record.json", text.as_bytes()).is_ok());
}

#[test]
fn what_is_no_record_is_refused() {
    let text = saved().to_string();
    for (content, reason) in [
        (&b"<html>"[..], "pas un fichier JSON"),
        (b"", "tronqué"),
        (&text.as_bytes()[..text.len() / 2], "tronqué"),
        (b"{}", "pas un enregistrement"),
        (b"[1]", "pas un enregistrement"),
    ] {
        let (message, _) = refused(content);
        assert!(message.contains(reason), "{message}");
    }
    let validation = serde_json::to_vec(&sample::validation()).unwrap();
    assert!(refused(&validation).0.contains("conforme validate"));
}

#[test]
fn another_tool_or_schema_is_refused() {
    let mut other = saved();
    other["tool"]["name"] = json!("autre");
    assert!(refused_value(&other).0.contains("« autre »"));
    let mut newer = saved();
    newer["schema_version"] = json!("2.0");
    newer["tool"]["version"] = json!("9.1.0");
    let (message, tampered) = refused_value(&newer);
    assert!(
        message.contains("schéma 2.0") && message.contains("9.1.0"),
        "{message}"
    );
    assert!(!tampered);
    let mut minor = saved();
    minor["schema_version"] = json!("1.7");
    assert!(parse_record("record.json", minor.to_string().as_bytes()).is_ok());
}

#[test]
fn a_changed_record_is_refused() {
    type Edit = fn(&mut Value);
    let edits: [(&str, Edit); 6] = [
        ("a verdict made better", |value| {
            value["requirements"][0]["scenarios"][0]["proofs"][0]["verdict"] = json!("conform");
        }),
        ("the verdict of the dossier", |value| {
            value["verdict"] = json!("conform");
        }),
        ("a total", |value| value["counts"]["files"] = json!(7)),
        ("a finding removed", |value| {
            value["findings"].as_array_mut().unwrap().pop();
        }),
        ("a severity lowered", |value| {
            value["findings"][4]["severity"] = json!("info");
        }),
        ("a part removed", |value| {
            value.as_object_mut().unwrap().remove("evidence");
        }),
    ];
    for (name, edit) in edits {
        let mut value = saved();
        edit(&mut value);
        let (message, tampered) = refused_value(&value);
        assert!(tampered, "{name}: {message}");
    }
}

#[test]
fn verdicts_of_every_level_must_follow() {
    let mut record = sample::record();
    record.requirements[1].scenarios[0].verdict = Verdict::Conform;
    let text = serde_json::to_vec(&record).unwrap();
    assert!(refused(&text).0.contains("INS/va1.62.01"));
}
