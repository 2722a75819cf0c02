//! The subcommands on records and seals, as a user runs them.

use std::path::Path;
use std::process::{Command, Output};

use crate::sample;

fn conforme(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_conforme"))
        .args(arguments)
        .current_dir(folder)
        .env("CONFORME_LANG", "fr")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder with a saved record, and one with twelve more findings.
fn saved() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, record: conforme::record::Record| {
        std::fs::write(folder.path().join(name), serde_json::to_vec(&record).unwrap()).unwrap();
    };
    write("a.json", sample::record());
    write("b.json", sample::record_with(12));
    folder
}

#[test]
fn report_renders_several_formats_at_once() {
    let folder = saved();
    let output = conforme(
        folder.path(),
        &[
            "report",
            "a.json",
            "--format",
            "html=sortie/r.html",
            "--format",
            "pdf=r.pdf",
            "--format",
            "xlsx=r.xlsx",
            "--format",
            "markdown",
        ],
    );
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("# Preuve de conformité"));
    let head =
        |name: &str, length: usize| std::fs::read(folder.path().join(name)).unwrap()[..length].to_vec();
    assert_eq!(head("sortie/r.html", 15), b"<!DOCTYPE html>");
    assert_eq!(head("r.pdf", 5), b"%PDF-");
    assert_eq!(head("r.xlsx", 2), b"PK");
}

#[test]
fn refused_records_have_their_reason_and_exit_code() {
    let folder = saved();
    let path = folder.path().join("a.json");
    let whole = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let output = conforme(folder.path(), &["report", "a.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("tronqué"),
        "{}",
        text(&output.stderr)
    );
    std::fs::write(
        &path,
        whole.replace("\"verdict\":\"non_conform\"", "\"verdict\":\"conform\""),
    )
    .unwrap();
    let output = conforme(folder.path(), &["report", "a.json", "--format", "html=r.html"]);
    assert_eq!(output.status.code(), Some(5));
    assert!(!folder.path().join("r.html").exists());
}

#[test]
fn diff_exits_with_one_only_when_something_newly_fails() {
    let folder = saved();
    let same = conforme(folder.path(), &["diff", "a.json", "b.json"]);
    assert_eq!(same.status.code(), Some(0));
    assert!(text(&same.stdout).contains("Constats nouveaux (12)"));
    let back = conforme(folder.path(), &["diff", "b.json", "a.json", "--format", "json"]);
    let back: serde_json::Value = serde_json::from_slice(&back.stdout).unwrap();
    assert_eq!(back["findings"]["fixed"].as_array().map(Vec::len), Some(12));
    let mut worse = sample::record();
    let waived = &mut worse.requirements[4];
    waived.verdict = conforme::verdict::Verdict::NonConform;
    waived.scenarios[0].verdict = conforme::verdict::Verdict::NonConform;
    waived.scenarios[0].proofs[0].verdict = conforme::verdict::Verdict::NonConform;
    worse.findings[5].waiver = None;
    sample::count(&mut worse);
    std::fs::write(folder.path().join("c.json"), serde_json::to_vec(&worse).unwrap()).unwrap();
    let fails = conforme(folder.path(), &["diff", "a.json", "c.json"]);
    assert_eq!(fails.status.code(), Some(1), "{}", text(&fails.stderr));
    assert!(text(&fails.stdout).contains("MSS/va1.30"));
    let missing = conforme(folder.path(), &["diff", "a.json", "absent.json"]);
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn seal_verify_and_key() {
    let folder = saved();
    let keys = tempfile::tempdir().unwrap();
    let key = keys.path().join("cle");
    let key = key.to_str().unwrap();
    assert!(conforme(folder.path(), &["key", key]).status.success());
    assert_eq!(conforme(folder.path(), &["key", key]).status.code(), Some(2));
    assert!(
        conforme(folder.path(), &["seal", ".", "--key", key])
            .status
            .success()
    );
    let public = format!("{key}.pub");
    let good = conforme(folder.path(), &["verify", ".", "--key", &public]);
    assert!(good.status.success(), "{}", text(&good.stdout));
    std::fs::write(folder.path().join("a.json"), "{}").unwrap();
    let changed = conforme(folder.path(), &["verify", ".", "--key", &public]);
    assert_eq!(changed.status.code(), Some(5));
    assert!(text(&changed.stdout).contains("a.json : modifié"));
}

#[test]
fn help_for_machines() {
    let folder = tempfile::tempdir().unwrap();
    let version = conforme(folder.path(), &["--version", "--json"]);
    let version: serde_json::Value = serde_json::from_slice(&version.stdout).unwrap();
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = conforme(folder.path(), &["completions", shell]);
        assert!(text(&output.stdout).contains("validate"), "{shell}");
    }
    let man = conforme(folder.path(), &["man"]);
    assert!(text(&man.stdout).contains(".TH conforme"));
    assert!(conforme(folder.path(), &["man", "pages"]).status.success());
    assert!(folder.path().join("pages/conforme-check.1").exists());
}

#[test]
fn explain_knows_rules_requirements_and_near_misses() {
    let folder = tempfile::tempdir().unwrap();
    let rule = conforme(folder.path(), &["explain", "conforme-internal"]);
    assert!(
        text(&rule.stdout).contains("Comment corriger"),
        "{}",
        text(&rule.stderr)
    );
    let rule = conforme(folder.path(), &["--lang", "en", "explain", "CONFORME-INTERNAL"]);
    assert!(text(&rule.stdout).contains("How to fix"));
    let miss = conforme(folder.path(), &["explain", "CONFORME-INTERNL"]);
    assert_eq!(miss.status.code(), Some(2));
    assert!(text(&miss.stderr).contains("CONFORME-INTERNAL"));
}
