//! A dossier checked in parts, and the parts joined: the same bytes as one run.

use std::path::{Path, PathBuf};

use conforme::assess::{Settings, assess};
use conforme::record::Record;
use conforme::reports::parse_record;
use conforme::shard::Shard;
use conforme::verdict::{Verdict, merge};

/// A copy of a sample dossier, with waivers and reviews: one that serves, one expired, one unused, one stale.
pub(crate) fn dossier(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testcases/dossiers")
        .join(name);
    copy(&source, folder.path());
    let waiver = |rule: &str, file: &str, expiry: &str| {
        format!(
            "[[waiver]]\nrule = \"{rule}\"\nfile = \"{file}\"\nreason = \"accord\"\nauthority = \"ANS\"\n\
             date = 2024-01-01\nexpiry = {expiry}\n\n"
        )
    };
    let waivers = [
        waiver("DOSSIER-KIND", "**", "2030-01-01"),
        waiver("MAIL-FROM", "**", "2020-01-01"),
        waiver("PDF-ENCRYPTED", "absent/**", "2030-01-01"),
    ];
    std::fs::write(folder.path().join("derogations.toml"), waivers.concat()).unwrap();
    let review = "[[review]]\nproof = \"INS/va1.16.01.01\"\nexaminer = \"A\"\ndecision = \"accepted\"\n\
         comment = \"vu\"\nevidence_sha256 = \"00\"\ndate = 2024-02-01\n";
    std::fs::write(folder.path().join("revue.toml"), review).unwrap();
    folder
}

pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target: PathBuf = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(target).unwrap();
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn check(folder: &Path, shard: Option<Shard>) -> Record {
    let settings = Settings {
        today: Some("2024-06-01".to_owned()),
        isolated: true,
        shard,
        ..Settings::default()
    };
    assess(folder, &settings).unwrap()
}

fn json(record: &Record) -> String {
    serde_json::to_string_pretty(record).unwrap()
}

/// All parts, as they are read back from their files.
fn parts(folder: &Path, count: u32) -> Vec<(String, Record)> {
    (1..=count)
        .map(|index| {
            let record = check(folder, Some(Shard { index, count }));
            let text = json(&record);
            let name = format!("{index}.json");
            let read = parse_record(&name, text.as_bytes()).unwrap_or_else(|error| panic!("{error:?}"));
            (name, read)
        })
        .collect()
}

#[test]
fn merged_parts_are_the_record_of_one_run() {
    for name in ["pfi-fautes", "pfi-conforme"] {
        let folder = dossier(name);
        let whole = json(&check(folder.path(), None));
        if name == "pfi-fautes" {
            for rule in [
                "DOSSIER-WAIVER-EXPIRED",
                "DOSSIER-WAIVER-UNUSED",
                "DOSSIER-REVIEW-STALE",
            ] {
                assert!(whole.contains(rule), "{rule}");
            }
        }
        for count in [1, 2, 5] {
            let mut records = parts(folder.path(), count);
            let judged: usize = records
                .iter()
                .filter_map(|(_, record)| Some(record.partial.as_ref()?.proofs.len()))
                .sum();
            assert!(judged > 20, "{name} {count}: every proof is in one part");
            records.reverse();
            let merged = json(&merge(records).unwrap());
            for (line, (a, b)) in whole.lines().zip(merged.lines()).enumerate() {
                assert_eq!(a, b, "{name}, {count} parts, line {}", line + 1);
            }
            assert!(merged == whole, "{name}, {count} parts");
        }
    }
}

/// Files of different proofs that disagree with each other: a Message-ID used twice (an error), one document with two
/// patients (a warning), each told by no proof alone.
fn dossier_that_disagrees() -> tempfile::TempDir {
    let folder = dossier("pfi-conforme");
    let proofs = folder.path().join("preuves");
    let of = |end: &str| -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = walkdir::WalkDir::new(&proofs)
            .into_iter()
            .map(|entry| entry.unwrap().into_path())
            .filter(|path| path.to_string_lossy().ends_with(end))
            .collect();
        files.sort();
        files
    };
    let mails = of(".eml");
    let (first, last) = (&mails[0], &mails[mails.len() - 1]);
    assert_ne!(first.parent(), last.parent(), "mails of one proof");
    let mail = String::from_utf8_lossy(&std::fs::read(first).unwrap()).into_owned();
    let changed = mail.replacen("Subject:", "Subject: autre", 1);
    assert_ne!(mail, changed);
    std::fs::write(last.with_file_name("autre.eml"), changed).unwrap();
    folder
}

#[test]
fn parts_share_the_work_and_files_are_compared_across_them() {
    let folder = dossier_that_disagrees();
    let whole = check(folder.path(), None);
    let across: Vec<&str> = whole
        .findings
        .iter()
        .filter(|finding| finding.proofs.is_empty() && finding.rule.starts_with("COHERENCE-"))
        .map(|finding| finding.rule.as_str())
        .collect();
    assert!(across.contains(&"COHERENCE-MESSAGE-ID"), "{across:?}");
    for count in [2, 4] {
        let records = parts(folder.path(), count);
        let mut shares: Vec<u64> = Vec::new();
        for (name, record) in &records {
            let part = record.partial.as_ref().unwrap();
            assert!(!part.proofs.is_empty(), "{name} has no proof");
            // What another part judges is hashed here, and judged no more than that.
            for file in &record.evidence {
                let here = file.proofs.iter().any(|proof| part.proofs.contains(proof));
                let learned = part.facts.as_ref().unwrap();
                assert!(here || learned.iter().all(|known| known.path != file.path));
                assert!(
                    here || file.verified.is_empty(),
                    "{name}: {} was judged",
                    file.path
                );
                assert_eq!(file.sha256.len(), 64);
            }
            assert!(
                !record
                    .findings
                    .iter()
                    .any(|finding| finding.rule == "COHERENCE-MESSAGE-ID"),
                "{name} compares what it has not judged"
            );
            let bytes = record
                .evidence
                .iter()
                .filter(|file| file.proofs.iter().any(|proof| part.proofs.contains(proof)))
                .map(|file| file.size)
                .sum();
            shares.push(bytes);
        }
        let total: u64 = shares.iter().sum();
        // No part has it all: proofs that share no file are spread.
        assert!(
            shares.iter().all(|share| *share * 10 < total * 8),
            "{count}: {shares:?}"
        );
        assert_eq!(json(&merge(records).unwrap()), json(&whole), "{count} parts");
    }
}

#[test]
fn a_waiver_may_serve_only_what_merge_finds() {
    let folder = dossier_that_disagrees();
    let path = folder.path().join("derogations.toml");
    let mut waivers = std::fs::read_to_string(&path).unwrap();
    waivers.push_str(
        "[[waiver]]\nrule = \"COHERENCE-MESSAGE-ID\"\nreason = \"accord\"\nauthority = \"ANS\"\n\
         date = 2024-01-01\nexpiry = 2030-01-01\n",
    );
    std::fs::write(&path, waivers).unwrap();
    let whole = check(folder.path(), None);
    assert_eq!(whole.waivers.last().unwrap().used, 1);
    let merged = merge(parts(folder.path(), 3)).unwrap();
    assert_eq!(json(&merged), json(&whole));
}

#[test]
fn a_redacted_part_is_refused_with_the_remedy() {
    let folder = dossier("pfi-conforme");
    let mut records = parts(folder.path(), 2);
    records[1].1 = conforme::reports::redact(&records[1].1);
    let reason = merge(records).unwrap_err().0;
    assert!(reason.fr.contains("--redact à merge"), "{reason:?}");
    assert!(reason.en.contains("--redact to merge"), "{reason:?}");
}

#[test]
fn a_part_never_says_conform_for_what_it_did_not_check() {
    let folder = dossier("pfi-conforme");
    for (name, record) in parts(folder.path(), 3) {
        let here = &record.partial.as_ref().unwrap().proofs;
        let proofs = record
            .requirements
            .iter()
            .flat_map(|r| &r.scenarios)
            .flat_map(|s| &s.proofs);
        for proof in proofs.filter(|proof| !proof.files.is_empty() && !here.contains(&proof.id)) {
            assert_eq!(proof.verdict, Verdict::NotEvaluated, "{name} {}", proof.id);
        }
        assert!(record.verdict >= Verdict::NotEvaluated, "{name}");
    }
}

#[test]
fn what_is_not_all_parts_of_one_run_is_refused() {
    let folder = dossier("pfi-conforme");
    let other = dossier("pfi-fautes");
    let of = |folder: &Path, index, count| {
        let record = check(folder, Some(Shard { index, count }));
        (format!("{index}.json"), record)
    };
    let reason = |records| merge(records).unwrap_err().0.fr.to_string();
    let path = folder.path();
    assert!(reason(Vec::new()).contains("aucun"));
    assert!(reason(vec![of(path, 1, 3), of(path, 3, 3)]).contains("2/3"));
    assert!(reason(vec![of(path, 1, 2), of(path, 1, 2)]).contains("déjà"));
    assert!(reason(vec![of(path, 1, 2), of(path, 2, 3)]).contains("part 2/3"));
    assert!(reason(vec![of(path, 1, 2), of(other.path(), 2, 2)]).contains("un autre dossier"));
    assert!(reason(vec![("a.json".to_owned(), check(path, None))]).contains("--shard"));
    let first = of(path, 1, 2);
    std::fs::write(path.join("preuves/nouveau.txt"), "x").unwrap();
    assert!(reason(vec![first, of(path, 2, 2)]).contains("d'autres fichiers"));
}
