//! What a pipeline relies on: exit codes, annotations where they are read, baselines, outputs that cannot be written.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::shards::dossier;

/// A command free of what the machine that runs the tests says of itself.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conforme"));
    command
        .args(arguments)
        .current_dir(folder)
        .env("CONFORME_LANG", "fr");
    command
        .env("XDG_DATA_HOME", folder.join("no-packs"))
        .env("HOME", folder.join("no-home"));
    for name in ["GITHUB_ACTIONS", "GITLAB_CI", "SOURCE_DATE_EPOCH"] {
        command.env_remove(name);
    }
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn code(folder: &Path, arguments: &[&str]) -> i32 {
    run(folder, arguments).status.code().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const TODAY: &str = "--date=2024-06-01";

#[test]
fn parts_are_merged_on_the_command_line() {
    let folder = dossier("pfi-conforme");
    let path = folder.path();
    let out = tempfile::tempdir().unwrap();
    let file = |name: &str| format!("json={}", out.path().join(name).display());
    code(
        path,
        &["check", ".", TODAY, "-q", "--format", &file("whole.json")],
    );
    for part in ["1/2", "2/2"] {
        let output = file(&format!("{}.json", &part[..1]));
        code(
            path,
            &["check", ".", TODAY, "-q", "--shard", part, "--format", &output],
        );
    }
    let merge = run(
        out.path(),
        &["merge", "2.json", "1.json", "-q", "--format", "json=merged.json"],
    );
    assert_eq!(
        merge.status.code(),
        Some(code(path, &["check", ".", TODAY])),
        "{}",
        text(&merge.stderr)
    );
    let read = |name: &str| std::fs::read(out.path().join(name)).unwrap();
    assert!(read("merged.json") == read("whole.json"));
    let alone = run(out.path(), &["merge", "1.json"]);
    assert_eq!(alone.status.code(), Some(2));
    assert!(text(&alone.stderr).contains("2/2"), "{}", text(&alone.stderr));
    assert_eq!(code(path, &["check", ".", "--shard", "3/2"]), 2);
}

#[test]
fn a_baseline_lets_only_what_is_new_fail() {
    let folder = dossier("pfi-fautes");
    let path = folder.path();
    let out = tempfile::tempdir().unwrap();
    let baseline = out.path().join("reference.json");
    let baseline = baseline.to_str().unwrap();
    assert_eq!(
        code(
            path,
            &["check", ".", TODAY, "-q", "--format", &format!("json={baseline}")]
        ),
        1
    );
    let against = |extra: &[&str]| {
        let mut arguments = vec!["check", ".", TODAY, "--baseline", baseline];
        arguments.extend(extra);
        run(path, &arguments)
    };
    let same = against(&[]);
    assert_eq!(same.status.code(), Some(0));
    assert!(
        text(&same.stderr).contains("0 constat(s) nouveau(x)"),
        "{}",
        text(&same.stderr)
    );
    // A warning is new: it fails only where warnings do.
    std::fs::write(path.join("notes/autre.txt"), "x").unwrap();
    assert_eq!(against(&[]).status.code(), Some(0));
    assert_eq!(against(&["--fail-on", "warning"]).status.code(), Some(1));
    // An error is new.
    std::fs::remove_dir_all(path.join("preuves/MSS_va1.04.01.01")).unwrap();
    assert_eq!(against(&[]).status.code(), Some(1));
    assert_eq!(
        against(&["--fail-on", "non-conform"]).status.code(),
        Some(0),
        "missing is not non-conform"
    );
    assert_eq!(against(&["--exit-zero"]).status.code(), Some(0));
    std::fs::write(baseline, "{}").unwrap();
    assert_eq!(
        against(&[]).status.code(),
        Some(2),
        "a baseline that is no record is refused before anything runs"
    );
}

#[test]
fn the_level_that_fails_is_chosen() {
    let folder = dossier("pfi-conforme");
    let path = folder.path();
    assert_eq!(code(path, &["check", "."]), 1, "an expired waiver is an error");
    std::fs::remove_file(path.join("derogations.toml")).unwrap();
    for (level, expected) in [("non-conform", 0), ("incomplete", 4), ("warning", 4)] {
        assert_eq!(
            code(path, &["check", ".", "--fail-on", level]),
            expected,
            "{level}"
        );
    }
    assert_eq!(code(path, &["check", ".", "--exit-zero"]), 0);
    assert_eq!(code(path, &["check", ".", "--exit-zero", "--fail-on", "info"]), 2);
    assert_eq!(code(path, &["check", ".", "--fail-on", "grave"]), 2);
}

#[test]
fn annotations_come_by_themselves_where_they_are_read() {
    let folder = dossier("pfi-fautes");
    let path = folder.path();
    let in_github = |extra: &[&str]| {
        let mut arguments = vec!["check", ".", TODAY, "--base", "referencement"];
        arguments.extend(extra);
        text(
            &command(path, &arguments)
                .env("GITHUB_ACTIONS", "true")
                .output()
                .unwrap()
                .stdout,
        )
    };
    let plain = in_github(&[]);
    assert!(plain.contains("Verdict"), "the summary stays");
    assert!(plain.contains("::error ") && plain.contains("file=referencement/preuves/"));
    assert!(!in_github(&["--no-annotations"]).contains("::error "));
    assert!(!in_github(&["-q"]).contains("::error "));
    let json = in_github(&["--format", "json"]);
    assert!(
        serde_json::from_str::<serde_json::Value>(&json).is_ok(),
        "never inside another output"
    );
    let asked = in_github(&["--format", "github=a.txt"]);
    assert!(!asked.contains("::error "), "asked for elsewhere");
    assert!(!text(&run(path, &["check", "."]).stdout).contains("::error "));
    let reports = tempfile::tempdir().unwrap();
    let to = reports.path().to_str().unwrap();
    command(path, &["check", ".", "-q", "--report-dir", to])
        .env("GITLAB_CI", "true")
        .output()
        .unwrap();
    assert!(reports.path().join("gl-code-quality-report.json").exists());
}

#[test]
fn most_findings_per_rule_never_changes_a_total() {
    let folder = tempfile::tempdir().unwrap();
    let record = crate::sample::record_with(40);
    std::fs::write(folder.path().join("r.json"), serde_json::to_vec(&record).unwrap()).unwrap();
    let shown = |most: &str, format: &str| {
        text(
            &run(
                folder.path(),
                &["report", "r.json", "--max-per-rule", most, "--format", format],
            )
            .stdout,
        )
    };
    let total = record.counts.findings["error"].to_string();
    for format in ["human", "html"] {
        let (few, all) = (shown("2", format), shown("0", format));
        assert!(few.len() < all.len(), "{format}");
        assert!(few.contains(&total), "{format}: {total}");
    }
    for format in ["json", "jsonl", "csv", "sarif", "junit", "gitlab"] {
        assert_eq!(
            shown("2", format),
            shown("0", format),
            "{format}: machines get everything"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_said_and_leaves_the_old_report() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(
        path.join("r.json"),
        serde_json::to_vec(&crate::sample::record()).unwrap(),
    )
    .unwrap();
    if !Path::new("/dev/full").exists() {
        return;
    }
    for format in ["json", "html", "pdf", "xlsx", "sarif", "csv"] {
        let output = run(
            path,
            &["report", "r.json", "--format", &format!("{format}=/dev/full")],
        );
        assert_eq!(output.status.code(), Some(2), "{format}");
        assert!(
            text(&output.stderr).contains("/dev/full"),
            "{format}: {}",
            text(&output.stderr)
        );
    }
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = command(path, &["report", "r.json", "--format", "html"])
        .stdout(full)
        .stderr(Stdio::null())
        .status();
    assert_eq!(status.unwrap().code(), Some(2));
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(
        path.join("r.json"),
        serde_json::to_vec(&crate::sample::record_with(2000)).unwrap(),
    )
    .unwrap();
    for arguments in [
        &["report", "r.json", "--format", "html"][..],
        &["report", "r.json", "--format", "jsonl"],
        &["report", "r.json"],
        &["rules"],
        &["rules", "--format", "json"],
        &["man"],
        &["schema"],
        &["completions", "bash"],
    ] {
        let mut child = command(path, arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(text(&output.stderr), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn dates_come_from_source_date_epoch() {
    let folder = dossier("pfi-conforme");
    let at = |seconds: &str| {
        let output = command(folder.path(), &["check", ".", "--format", "json"])
            .env("SOURCE_DATE_EPOCH", seconds)
            .output()
            .unwrap();
        text(&output.stdout)
    };
    // The last waiver expires on 2030-01-01.
    let (before, after) = (at("1704067200"), at("1893542400"));
    assert_eq!(before, at("1704067200"));
    assert_eq!(before.matches("DOSSIER-WAIVER-EXPIRED\",").count(), 1, "{before}");
    assert!(after.matches("DOSSIER-WAIVER-EXPIRED\",").count() > 1);
}

/// The lines of a block of a YAML file under the line that starts with `key`, without their indent.
fn block(yaml: &str, key: &str) -> String {
    let mut lines = yaml
        .lines()
        .skip_while(|line| !line.trim_start().starts_with(key))
        .skip(1)
        .peekable();
    let indent = lines
        .peek()
        .map_or(0, |line| line.len() - line.trim_start().len());
    let taken: Vec<&str> = lines
        .take_while(|line| line.is_empty() || line.len() - line.trim_start().len() >= indent)
        .map(|line| line.get(indent..).unwrap_or_default())
        .collect();
    taken.join("\n")
}

/// Runs a script of a template as its runner would, with the binary on the PATH.
#[cfg(unix)]
fn script(folder: &Path, script: &str, variables: &[(&str, &str)]) -> Option<Output> {
    let binary = Path::new(env!("CARGO_BIN_EXE_conforme"))
        .parent()
        .unwrap()
        .display()
        .to_string();
    let path = format!("{binary}:{}", std::env::var("PATH").unwrap_or_default());
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
        .current_dir(folder)
        .env("PATH", path);
    bash.env("SOURCE_DATE_EPOCH", "1704067200");
    bash.envs(variables.iter().copied());
    match bash.output() {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("BASH ABSENT, the templates are not run: {error}");
            None
        }
    }
}

#[cfg(unix)]
#[test]
fn the_composite_action_does_what_its_documentation_says() {
    let repository = tempfile::tempdir().unwrap();
    let path = repository.path();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/dossiers/pfi-fautes");
    crate::shards::copy(&sample, &path.join("referencement/dossier"));
    let action = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).unwrap();
    let summary = path.join("summary.md");
    let variables = [
        ("DOSSIER", "referencement/dossier"),
        ("REPORTS", "conforme-reports"),
        ("CONFORME_LANG", "fr"),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
    ];
    let Some(output) = script(path, &block(&action, "run: |"), &variables) else {
        return;
    };
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let annotations = text(&output.stdout);
    assert!(
        annotations.contains("::error file=referencement/dossier/preuves/"),
        "{annotations}"
    );
    assert!(
        std::fs::read_to_string(&summary)
            .unwrap()
            .starts_with("# Preuve de conformité")
    );
    for name in [
        "record.json",
        "rapport.html",
        "junit.xml",
        "constats.csv",
        "conforme.sarif",
        "resume.md",
    ] {
        assert!(path.join("conforme-reports").join(name).exists(), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn the_gitlab_template_does_what_its_documentation_says() {
    let repository = tempfile::tempdir().unwrap();
    let path = repository.path();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/dossiers/pfi-conforme");
    crate::shards::copy(&sample, &path.join("referencement/dossier"));
    let template =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/gitlab.yml")).unwrap();
    let variables = [
        ("CONFORME_DOSSIER", "referencement/dossier"),
        ("CONFORME_LANG", "fr"),
        ("GITLAB_CI", "true"),
    ];
    let Some(output) = script(path, &block(&template, "- >").replace('\n', " "), &variables) else {
        return;
    };
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    for name in ["conforme-reports/junit.xml", "gl-code-quality-report.json"] {
        assert!(path.join(name).exists() && template.contains(name), "{name}");
    }
}
