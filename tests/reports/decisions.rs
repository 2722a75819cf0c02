//! `review` and `waiver` as an examiner and a vendor run them: no question is ever asked, every refusal says why.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::shards::copy;

/// What a command prints on both streams, with its exit code; the folder of the test is written `DOSSIER`.
fn run(folder: &Path, language: &str, arguments: &[&str]) -> String {
    let place = folder.display().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_conforme"))
        .args(arguments)
        .arg("--no-cache")
        .current_dir(folder)
        .env("CONFORME_LANG", language)
        .env("SOURCE_DATE_EPOCH", "1717200000")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let mut text = format!("$ conforme {}\n", arguments.join(" "));
    text.push_str(&String::from_utf8_lossy(&output.stdout));
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    let _ = writeln!(text, "(exit {})\n", output.status.code().unwrap());
    text.replace(&place, "DOSSIER")
}

/// A part of a sample dossier: nothing is missing for `review`, which looks at what is there.
fn dossier() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/dossiers/pfi-conforme"),
        folder.path(),
    );
    // Few proofs, so that the many runs are quick.
    for entry in std::fs::read_dir(folder.path().join("preuves")).unwrap() {
        let path = entry.unwrap().path();
        if !path.file_name().unwrap().to_string_lossy().starts_with("DMP_") {
            std::fs::remove_dir_all(path).unwrap();
        }
    }
    folder
}

/// The walk of an examiner: the next proof, wrong decisions, a right one, the file that changes after it.
fn examination(language: &str) -> String {
    let folder = dossier();
    let go = |arguments: &[&str]| run(folder.path(), language, arguments);
    let proof = "DMP/va1.01.01.01";
    let set = |rest: &[&str]| {
        let mut arguments = vec!["review", "set"];
        arguments.extend(rest);
        go(&arguments)
    };
    let mut text = go(&["review", "next"]);
    text += &go(&["review", "next", "--after", proof]);
    text += &go(&["review", "next", "--after", "DMP/va1.01.01.99"]);
    text += &set(&[
        "DMP/va1.01.01.9",
        "--decision",
        "accepted",
        "--examiner",
        "A. Martin",
    ]);
    text += &set(&[proof, "--decision", "oui", "--examiner", "A. Martin"]);
    text += &set(&[proof, "--decision", "accepted"]);
    text += &set(&[
        proof,
        "--decision",
        "accepted",
        "--examiner",
        "A. Martin",
        "--comment",
        "vu à 0 min 12",
    ]);
    text += &set(&[
        proof,
        "absent",
        "--decision",
        "accepted",
        "--examiner",
        "A. Martin",
    ]);
    let written = std::fs::read_to_string(folder.path().join("revue.toml")).unwrap();
    assert!(written.contains("date = 2024-06-01"), "{written}");
    let hashed = written
        .lines()
        .find(|line| line.starts_with("evidence_sha256"))
        .unwrap();
    assert_eq!(hashed.len(), "evidence_sha256 = \"\"".len() + 64);
    // The proof is decided: the next one is another.
    text += &go(&["review", "next"]);
    // Its file changes: the decision counts no more, and the proof waits again.
    let proof = folder.path().join("preuves/DMP_va1.01.01.01");
    std::fs::copy(
        proof.join("DMP_va1.01.01.01.mov"),
        proof.join("seconde prise.mov"),
    )
    .unwrap();
    text += &go(&["review", "next"]);
    text
}

#[test]
fn an_examination_in_french() {
    insta::assert_snapshot!(examination("fr"));
}

#[test]
fn an_examination_in_english() {
    insta::assert_snapshot!(examination("en"));
}

/// Every proof that waits, decided one after the other by what `next` prints, until nothing is left.
#[test]
fn the_walk_ends() {
    let folder = dossier();
    let go = |arguments: &[&str]| run(folder.path(), "fr", arguments);
    let all = go(&["review", "next", "--all"]);
    let ids: Vec<&str> = all
        .lines()
        .filter_map(|line| line.trim().strip_prefix("→ conforme review set "))
        .filter_map(|rest| rest.split(' ').next())
        .collect();
    assert!(ids.len() > 2, "{all}");
    for id in &ids {
        let said = go(&["review", "set", id, "--decision", "accepted", "--examiner", "A"]);
        assert!(said.contains("(exit 0)"), "{said}");
    }
    let end = go(&["review", "next"]);
    assert!(
        end.contains("plus rien à examiner") && end.contains("(exit 0)"),
        "{end}"
    );
}

fn derogation(language: &str) -> String {
    let folder = dossier();
    let go = |arguments: &[&str]| run(folder.path(), language, arguments);
    let add = |rest: &[&str]| {
        let mut arguments = vec!["waiver", "add"];
        arguments.extend(rest);
        go(&arguments)
    };
    let who = ["--reason", "accord du 12/03", "--authority", "ANS"];
    let with = |rest: &[&str]| {
        let mut arguments = rest.to_vec();
        arguments.extend(who);
        add(&arguments)
    };
    let mut text = go(&["waiver", "list"]);
    text += &with(&["--expiry", "2024-12-31"]);
    text += &with(&["--rule", "MAIL-FORM", "--expiry", "2024-12-31"]);
    text += &with(&["--rule", "MAIL-FROM", "--expiry", "2024-05-31"]);
    text += &with(&["--rule", "MAIL-FROM", "--file", "a[", "--expiry", "2024-12-31"]);
    text += &with(&["--rule", "MAIL-FROM", "--expiry", "31/12/2024"]);
    text += &with(&[
        "--rule",
        "MAIL-FROM",
        "--file",
        "preuves/MSS_*/**",
        "--expiry",
        "2024-12-31",
    ]);
    text += &with(&[
        "--proof",
        "MSS/va1.08.01.01",
        "--date",
        "2024-01-01",
        "--expiry",
        "2024-12-31",
    ]);
    text += &go(&["waiver", "list"]);
    text += &go(&["waiver", "list", "--date", "2025-06-01"]);
    std::fs::write(folder.path().join("derogations.toml"), "[[waiver]]\nrule = 3\n").unwrap();
    text += &go(&["waiver", "list"]);
    text += &go(&["waiver", "list", "absent"]);
    text
}

#[test]
fn waivers_in_french() {
    insta::assert_snapshot!(derogation("fr"));
}

#[test]
fn waivers_in_english() {
    insta::assert_snapshot!(derogation("en"));
}
