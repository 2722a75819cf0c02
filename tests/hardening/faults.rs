//! What goes wrong around the evidence: files that go away, folders that cannot be read or written, two runs at once.

use std::fs;
use std::io::Read as _;
use std::process::Stdio;

use super::{conforme, copy, run, sample};
use conforme::assess::{Settings, assess};
use conforme::evidence::{Evidence, EvidenceError};
use conforme::interrupt::Interrupt;
use conforme::record::Record;
use conforme::verdict::Verdict;

#[test]
fn a_file_that_changes_between_its_hash_and_its_reading_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.hl7");
    fs::write(&path, "MSH|^~\\&|A\r").unwrap();
    let evidence = Evidence::open(&path, "m.hl7").unwrap();
    fs::write(&path, "MSH|^~\\&|B\r").unwrap();
    let error = evidence.bytes(1 << 20).unwrap_err();
    assert!(matches!(error, EvidenceError::Io { .. }), "{error}");
    fs::remove_file(&path).unwrap();
    assert!(
        evidence.bytes(1 << 20).is_err(),
        "a file that went away has no bytes"
    );
}

#[test]
fn a_file_that_is_not_there_is_told_and_the_others_are_judged() {
    let sample = sample();
    let message = sample.join("preuves");
    let missing = sample.join("nulle-part.hl7");
    let output = run(&[
        "validate",
        missing.to_str().unwrap(),
        message.to_str().unwrap(),
        "--format",
        "jsonl",
    ]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("DOSSIER-UNREADABLE"), "{text}");
    assert!(text.lines().count() > 10, "the other files are judged");
    assert_eq!(output.status.code(), Some(1));
}

/// Runs as root read everything: the test says so and checks the rest.
#[cfg(unix)]
#[test]
fn a_file_without_permission_is_told_and_the_others_are_judged() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    copy(&sample(), folder.path(), |_| {});
    let closed = folder.path().join("preuves/DMP_va1.01.01.01");
    fs::create_dir_all(&closed).unwrap();
    let file = closed.join("ferme.png");
    fs::write(&file, b"\x89PNG").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&file).is_ok() {
        eprintln!("RUNNING AS ROOT: permissions do not hold, the refusal cannot be seen");
        return;
    }
    let output = run(&["check", folder.path().to_str().unwrap(), "--format", "json"]);
    let record: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let rules: Vec<&str> = record["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|finding| finding["rule"].as_str())
        .collect();
    assert!(rules.contains(&"DOSSIER-UNREADABLE"), "{rules:?}");
    assert!(rules.len() > 20, "the other files are judged");
}

#[test]
fn an_output_that_cannot_be_written_is_an_error_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fichier");
    fs::write(&file, "x").unwrap();
    let target = file.join("rapport.html");
    let format = format!("html={}", target.display());
    let output = run(&["check", sample().to_str().unwrap(), "--format", &format]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("rapport.html"), "the file is named: {error}");
    assert!(
        !matches!(output.status.code(), Some(0 | 1 | 4)),
        "no verdict without its report: {:?}",
        output.status
    );
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing but the file itself"
    );
}

/// `/dev/full` refuses every byte: the report is not announced as written.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full");
    let Ok(full) = full else {
        eprintln!("NO /dev/full HERE: the full disk cannot be seen");
        return;
    };
    let output = conforme()
        .args(["check", sample().to_str().unwrap(), "--format", "json"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert!(
        !matches!(output.status.code(), Some(0 | 1 | 4)),
        "no verdict without its report: {:?}",
        output.status
    );
    assert!(!output.stderr.is_empty(), "the reason is told");
}

#[test]
fn a_pipe_that_closes_is_the_choice_of_the_reader() {
    let mut child = conforme()
        .args(["check", sample().to_str().unwrap(), "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut start = [0_u8; 10];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!error.contains("panic"), "{error}");
    assert_ne!(output.status.code(), Some(70), "{error}");
}

#[test]
fn two_runs_at_once_write_the_same_whole_reports() {
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("rapports");
    let start = || {
        conforme()
            .args(["check", sample().to_str().unwrap(), "--report-dir"])
            .arg(&reports)
            .args(["--date", "2026-01-15", "--quiet"])
            .spawn()
            .unwrap()
    };
    let (mut first, mut second) = (start(), start());
    assert_eq!(first.wait().unwrap().code(), Some(1));
    assert_eq!(second.wait().unwrap().code(), Some(1));
    let record: serde_json::Value =
        serde_json::from_slice(&fs::read(reports.join("record.json")).unwrap()).unwrap();
    assert!(record["requirements"].as_array().unwrap().len() > 20);
    let html = fs::read_to_string(reports.join("rapport.html")).unwrap();
    assert!(html.trim_end().ends_with("</html>"));
    let names: Vec<String> = fs::read_dir(&reports)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        names.len(),
        4,
        "nothing is left of the temporary files: {names:?}"
    );
}

/// What Ctrl-C does to a check, without its timing: asked to stop before the first file, it judges none and says so.
#[test]
fn an_interrupted_check_leaves_a_record_that_says_it_is_partial() {
    let interrupt = Interrupt::default();
    assert!(!interrupt.request(), "asked for the first time");
    assert!(interrupt.request(), "asked again");
    let settings = Settings {
        interrupt,
        isolated: true,
        ..Settings::default()
    };
    let record = assess(&sample(), &settings).unwrap();
    let whole = assess(
        &sample(),
        &Settings {
            isolated: true,
            ..Settings::default()
        },
    )
    .unwrap();
    let interrupted = |record: &Record| {
        record
            .findings
            .iter()
            .any(|finding| finding.rule == "DOSSIER-INTERRUPTED")
    };
    assert!(interrupted(&record) && !interrupted(&whole));
    let conform = |record: &Record| {
        record
            .requirements
            .iter()
            .flat_map(|requirement| &requirement.scenarios)
            .flat_map(|scenario| &scenario.proofs)
            .filter(|proof| proof.verdict == Verdict::Conform)
            .count()
    };
    assert!(conform(&whole) > 0);
    assert_eq!(conform(&record), 0, "a file that was not judged proves nothing");
}
