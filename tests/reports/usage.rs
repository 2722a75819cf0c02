//! What is wrong with a command line is said in French by default, in English when asked, and never by clap.

use std::fmt::Write as _;
use std::process::Command;

/// One command line for each way of being wrong.
const WRONG: [&[&str]; 21] = [
    &["chek"],
    &["check", "--fromat", "json"],
    &["check", "--format", "xml"],
    &["check", "--format", "html="],
    &["check", "--format", "pdf"],
    &["check", "--shard", "3/2"],
    &["check", "--fail-on", "x"],
    &["check", "--date", "12"],
    &["check", "--max-per-rule", "a"],
    &["check", "--jobs"],
    &["check", "--exit-zero", "--fail-on", "info"],
    &["check", "--shard", "1/2", "--baseline", "a.json"],
    &["check", "--redact", "--redact"],
    &["check", "--redact=oui"],
    &["check", "a", "b"],
    &["check", "--limit", "foo=1"],
    &["validate"],
    &["waiver", "add", "--rule", "XML-BOM"],
    &["review", "set", "A", "--decision", "peut-être", "--examiner", "B"],
    &["schema", "report"],
    &["completions", "tcsh"],
];

fn told(arguments: &[&str], language: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_conforme"))
        .args(arguments)
        .current_dir(folder.path())
        .env("CONFORME_LANG", language)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(
        output.stdout.is_empty(),
        "{arguments:?}: a fault goes to standard error"
    );
    String::from_utf8(output.stderr).unwrap()
}

fn all(language: &str) -> String {
    let mut text = String::new();
    for arguments in WRONG {
        let _ = write!(
            text,
            "$ conforme {}\n{}\n",
            arguments.join(" "),
            told(arguments, language)
        );
    }
    text
}

#[test]
fn faults_of_usage_in_french() {
    let text = all("fr");
    for english in [
        "error:",
        "Usage",
        "tip:",
        "invalid",
        "unexpected",
        "required",
        "For more",
    ] {
        assert!(!text.contains(english), "{english} in\n{text}");
    }
    insta::assert_snapshot!(text);
}

#[test]
fn faults_of_usage_in_english() {
    let text = all("en");
    for french in [
        "Utilisation",
        "inconnu",
        "manque",
        "FICHIER",
        "RÉPERTOIRE",
        "valeur",
    ] {
        assert!(!text.contains(french), "{french} in\n{text}");
    }
    insta::assert_snapshot!(text);
}

#[test]
fn the_option_decides_before_the_environment() {
    assert!(told(&["check", "--lang", "en", "--fromat"], "fr").contains("unknown option"));
    assert!(told(&["check", "--fromat", "--lang=fr"], "en").contains("option inconnue"));
}

#[test]
fn help_of_every_command_is_printed_in_the_language_asked() {
    let commands: [&[&str]; 30] = [
        &[],
        &["check"],
        &["validate"],
        &["statistics"],
        &["init"],
        &["waiver"],
        &["waiver", "add"],
        &["waiver", "list"],
        &["review"],
        &["review", "next"],
        &["review", "set"],
        &["packs"],
        &["packs", "add"],
        &["packs", "list"],
        &["packs", "verify"],
        &["packs", "diff"],
        &["schematron"],
        &["report"],
        &["merge"],
        &["rem"],
        &["rem", "import"],
        &["rem", "list"],
        &["rem", "show"],
        &["rem", "diff"],
        &["diff"],
        &["rules"],
        &["explain"],
        &["seal"],
        &["verify"],
        &["key"],
    ];
    for command in commands {
        for (language, title) in [("fr", "Utilisation : conforme"), ("en", "Usage: conforme")] {
            let output = Command::new(env!("CARGO_BIN_EXE_conforme"))
                .args(command)
                .args(["--help", "--lang", language])
                .output()
                .unwrap();
            assert!(output.status.success(), "{command:?}");
            let page = String::from_utf8(output.stdout).unwrap();
            assert!(page.contains(title), "{command:?} {language}: {page}");
        }
    }
}
