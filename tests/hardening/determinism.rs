//! The same dossier gives the same bytes, whatever the threads, the order of the folder, the language, the time zone
//! and the place.

use super::{conforme, copy, sample};

/// The record of the dossier at `folder`, by a run with these settings of its environment.
fn record(folder: &std::path::Path, jobs: &str, environment: &[(&str, &str)]) -> Vec<u8> {
    let mut command = conforme();
    command
        .args([
            "check",
            "--format",
            "json",
            "--date",
            "2026-01-15",
            "--jobs",
            jobs,
        ])
        .arg(folder);
    command.envs(environment.iter().copied());
    let output = command.output().unwrap();
    assert!(
        output.stdout.len() > 10_000,
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

#[test]
fn one_thread_or_many() {
    let one = record(&sample(), "1", &[]);
    for _ in 0..3 {
        assert!(one == record(&sample(), "4", &[]), "threads change the record");
    }
}

#[test]
fn another_place_and_another_order_of_the_folder() {
    let there = record(&sample(), "2", &[]);
    let reversed = tempfile::tempdir().unwrap();
    copy(&sample(), reversed.path(), |files| files.reverse());
    assert!(
        there == record(reversed.path(), "2", &[]),
        "order or place changes the record"
    );
    let shuffled = tempfile::tempdir().unwrap();
    copy(&sample(), &shuffled.path().join("ailleurs/plus loin"), |files| {
        let middle = files.len() / 2;
        files.rotate_left(middle);
        files.swap(0, 3);
    });
    let elsewhere = record(&shuffled.path().join("ailleurs/plus loin"), "2", &[]);
    assert!(there == elsewhere, "order or place changes the record");
    let text = String::from_utf8(elsewhere).unwrap();
    assert!(!text.contains(shuffled.path().to_str().unwrap()));
}

#[test]
fn another_language_another_time_zone() {
    let there = record(&sample(), "2", &[]);
    for environment in [
        [("CONFORME_LANG", "fr"), ("TZ", "Pacific/Auckland")],
        [("LC_ALL", "tr_TR.UTF-8"), ("TZ", "America/Anchorage")],
        [("LANG", "C"), ("TZ", "Invalid/Zone")],
    ] {
        assert!(
            there == record(&sample(), "2", &environment),
            "{environment:?} changes the record"
        );
    }
}

/// Every report of one record is the same bytes twice.
#[test]
fn reports_are_the_same_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.json");
    std::fs::write(&path, record(&sample(), "2", &[])).unwrap();
    for format in [
        "html", "pdf", "junit", "sarif", "gitlab", "xlsx", "csv", "markdown", "jsonl",
    ] {
        let write = |name: &str| {
            let target = folder.path().join(name);
            let output = conforme()
                .arg("report")
                .arg(&path)
                .arg("--format")
                .arg(format!("{format}={}", target.display()))
                .output()
                .unwrap();
            std::fs::read(&target).unwrap_or_else(|error| {
                panic!("{format}: {error} {}", String::from_utf8_lossy(&output.stderr))
            })
        };
        let (first, second) = (write("first"), write("second"));
        assert!(!first.is_empty(), "{format} is empty");
        assert!(first == second, "{format} differs from one run to the next");
    }
}
