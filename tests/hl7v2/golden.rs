//! The official messages as published: exactly the deviations that are known, and nothing else. The repaired ones:
//! no error. The snapshot keeps rules, severities and places only.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use conforme::checks::{Check as _, Context, Options, Outcome, hl7v2::Hl7v2};
use conforme::evidence::{Evidence, Kind};
use conforme::finding::Severity;
use conforme::limits::Limits;

use crate::support::reference;

/// Judges a file with the HL7 v2 check alone: what is inside its documents is the concern of other tests.
fn judge(path: &Path, shown: &str) -> Option<Outcome> {
    let evidence = Evidence::open(path, shown).unwrap();
    let limits = Limits::default();
    let options = Options::default();
    let context = Context::new(&limits, &options);
    (evidence.kind() == Kind::Hl7v2).then(|| Hl7v2.run(&evidence, &context))
}

fn files(folder: &str) -> Vec<PathBuf> {
    let Some(reference) = reference() else {
        eprintln!("REFERENCE DATA ABSENT: set CONFORME_REFERENCE to check the official HL7 v2 messages");
        return Vec::new();
    };
    let mut files = Vec::new();
    let mut pending = vec![reference.join(folder)];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn listing(outcome: &Outcome) -> String {
    let mut lines: BTreeMap<(String, &str), Vec<String>> = BTreeMap::new();
    for finding in outcome
        .findings
        .iter()
        .filter(|finding| finding.rule.starts_with("HL7-"))
    {
        if finding.severity == Severity::Info
            || finding.rule == "HL7-SYN-08"
            || finding.place.file.contains('›')
        {
            continue;
        }
        lines
            .entry((finding.rule.clone(), finding.severity.as_str()))
            .or_default()
            .push(finding.place.path.clone().unwrap_or_default());
    }
    let mut text = String::new();
    for ((rule, severity), mut places) in lines {
        places.sort();
        let _ = writeln!(text, "  {severity} {rule} {}", places.join(" "));
    }
    text
}

#[test]
fn official_messages_have_their_known_deviations() {
    let files = files("hl7v2");
    if files.is_empty() {
        return;
    }
    let root = reference().unwrap().join("hl7v2");
    let mut text = String::new();
    let mut count = 0;
    for path in files {
        let shown = path.strip_prefix(&root).unwrap().display().to_string();
        if let Some(outcome) = judge(&path, &shown) {
            count += 1;
            let _ = write!(text, "{shown}\n{}", listing(&outcome));
        }
    }
    assert_eq!(count, 65, "official messages recognised as HL7 v2");
    insta::assert_snapshot!("official", text);
}

#[test]
fn repaired_messages_are_conform() {
    for path in files("hl7v2-clean") {
        let shown = path.file_name().unwrap().to_string_lossy().into_owned();
        let outcome = judge(&path, &shown).expect("recognised as HL7 v2");
        let bad: Vec<String> = outcome
            .findings
            .iter()
            .filter(|finding| {
                // The documents inside may be warned of; an error of any family is not conform.
                finding.severity == Severity::Error
                    || finding.severity != Severity::Info && finding.rule.starts_with("HL7-")
            })
            .map(|finding| format!("{} {:?} {}", finding.rule, finding.place.path, finding.message.en))
            .collect();
        assert!(bad.is_empty(), "{shown}: {bad:#?}");
        assert!(
            outcome.not_evaluated.is_empty(),
            "{shown}: {:?}",
            outcome.not_evaluated
        );
    }
}
