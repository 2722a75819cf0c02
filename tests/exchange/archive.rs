//! Zip archives: every fault is named, nothing dangerous is read.

use crate::support::zip::{Entry, repeated, write};
use conforme::evidence::Evidence;
use conforme::evidence::archive::Archive;
use conforme::limits::Limits;

/// The rules whose positive and negative cases are here.
pub(crate) const COVERED: [&str; 12] = [
    "ZIP-CHECKSUM",
    "ZIP-DUPLICATE",
    "ZIP-ENCRYPTED",
    "ZIP-HEADERS",
    "ZIP-LIMIT-ENTRIES",
    "ZIP-LIMIT-RATIO",
    "ZIP-LIMIT-SIZE",
    "ZIP-METHOD",
    "ZIP-SIZE",
    "ZIP-SYMLINK",
    "ZIP-UNREADABLE",
    "ZIP-UNSAFE-NAME",
];

/// Opens, extracts every member, gives the rules broken and the names of the members read.
fn read(bytes: Vec<u8>, limits: &Limits) -> (Vec<String>, Vec<String>) {
    let evidence = Evidence::memory("a.zip", bytes);
    let mut archive = Archive::open(&evidence, limits);
    let names: Vec<String> = archive
        .members()
        .iter()
        .map(|member| member.name.clone())
        .collect();
    let distinct: std::collections::BTreeSet<String> = names.into_iter().collect();
    let extracted = distinct
        .into_iter()
        .filter(|name| archive.extract(name).is_some())
        .collect();
    let mut rules: Vec<String> = archive
        .take_findings()
        .into_iter()
        .map(|finding| finding.rule)
        .collect();
    rules.dedup();
    (rules, extracted)
}

fn read_default(entries: &[Entry]) -> (Vec<String>, Vec<String>) {
    read(write(entries), &Limits::default())
}

#[test]
fn a_sound_archive_is_read_whole() {
    let entries = [
        Entry::new("README.TXT", "hello"),
        Entry::new("IHE_XDM/", ""),
        Entry::new("IHE_XDM/é.XML", vec![b'x'; 100_000]),
        Entry {
            deflate: false,
            ..Entry::new("stored", "abc")
        },
    ];
    let (rules, names) = read_default(&entries);
    assert_eq!(rules, [""; 0]);
    assert_eq!(names, ["IHE_XDM/é.XML", "README.TXT", "stored"]);
}

#[test]
fn each_fault_has_its_rule_and_the_rest_is_still_read() {
    let fault = |name: &str| Entry::new(name, "content of the member");
    let cases: Vec<(&str, Entry)> = vec![
        ("ZIP-UNSAFE-NAME", fault("../evil")),
        ("ZIP-UNSAFE-NAME", fault("/etc/passwd")),
        ("ZIP-UNSAFE-NAME", fault("C:/evil")),
        ("ZIP-UNSAFE-NAME", fault("a\\b")),
        ("ZIP-UNSAFE-NAME", fault("a\0b")),
        ("ZIP-UNSAFE-NAME", fault("")),
        ("ZIP-DUPLICATE", fault("GOOD")),
        (
            "ZIP-ENCRYPTED",
            Entry {
                flags: 1,
                ..fault("x")
            },
        ),
        (
            "ZIP-SYMLINK",
            Entry {
                unix_mode: Some(0o120_777),
                ..fault("x")
            },
        ),
        (
            "ZIP-METHOD",
            Entry {
                method: Some(14),
                ..fault("x")
            },
        ),
        (
            "ZIP-CHECKSUM",
            Entry {
                crc: Some(1),
                ..fault("x")
            },
        ),
        (
            "ZIP-CHECKSUM",
            Entry {
                deflate: false,
                method: Some(8),
                ..fault("x")
            },
        ),
        (
            "ZIP-SIZE",
            Entry {
                size: Some(3),
                ..fault("x")
            },
        ),
        (
            "ZIP-SIZE",
            Entry {
                size: Some(3_000),
                ..fault("x")
            },
        ),
        (
            "ZIP-SIZE",
            Entry {
                deflate: false,
                size: Some(5),
                ..fault("x")
            },
        ),
        (
            "ZIP-HEADERS",
            Entry {
                local_name: Some(b"y".to_vec()),
                ..fault("x")
            },
        ),
        (
            "ZIP-HEADERS",
            Entry {
                local_size: Some(7),
                ..fault("x")
            },
        ),
        ("ZIP-LIMIT-RATIO", Entry::new("x", vec![0_u8; 2 << 20])),
    ];
    for (rule, entry) in cases {
        let good = Entry::new("good", "good");
        let (rules, names) = read_default(&[good, entry.clone(), Entry::new("last", "last")]);
        assert_eq!(rules, [rule], "{entry:?}");
        assert!(
            names.contains(&"good".to_owned()) && names.contains(&"last".to_owned()),
            "{rule}"
        );
        assert_eq!(names.len(), 2, "{rule}: {names:?}");
    }
}

#[test]
fn limits_stop_the_reading() {
    let small = Limits {
        archive_entries: 3,
        archive_bytes: 10,
        ..Limits::default()
    };
    let entries: Vec<Entry> = (0..5).map(|n| Entry::new(&format!("f{n}"), "12")).collect();
    let (rules, names) = read(write(&entries), &small);
    assert_eq!(rules, ["ZIP-LIMIT-ENTRIES"]);
    assert_eq!(names.len(), 3);
    let entries: Vec<Entry> = (0..3).map(|n| Entry::new(&format!("f{n}"), "123456")).collect();
    let (rules, names) = read(write(&entries), &small);
    assert_eq!(rules, ["ZIP-LIMIT-SIZE"]);
    assert_eq!(names, ["f0"]);
    // A member refused for its ratio is one fault, and the next ones are read.
    let bomb = Limits {
        archive_bytes: 3 << 20,
        ..Limits::default()
    };
    let entries = [
        Entry::new("bomb", vec![0_u8; 4 << 20]),
        Entry::new("good", "good"),
    ];
    let (rules, names) = read(write(&entries), &bomb);
    assert_eq!(rules, ["ZIP-LIMIT-RATIO"]);
    assert_eq!(names, ["good"]);
}

#[test]
fn a_million_entries_are_bounded() {
    let bytes = repeated(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossier.zip");
    std::fs::write(&path, &bytes).unwrap();
    let limits = Limits::default();
    let (rules, names) = read(bytes, &limits);
    assert_eq!(rules, ["ZIP-LIMIT-ENTRIES", "ZIP-DUPLICATE"]);
    assert!(names.len() <= 1);
    // A dossier is read by the same reader, in place.
    let (_, files, findings) = conforme::dossier::Source::open(&path, &limits).unwrap();
    assert_eq!(files.len(), 1);
    let told: Vec<(&str, u64)> = findings
        .iter()
        .map(|finding| (finding.rule.as_str(), finding.count))
        .collect();
    let duplicates = u64::from(limits.dossier_files) - 1;
    assert_eq!(told, [("DOSSIER-ZIP", duplicates), ("DOSSIER-LIMIT", 1)]);
}

#[test]
fn a_dossier_in_a_zip_refuses_what_lies() {
    let entries = [
        Entry::new("dossier.toml", "x"),
        Entry {
            local_name: Some(b"autre.txt".to_vec()),
            ..Entry::new("preuves/nom.txt", "a")
        },
        Entry {
            local_size: Some(7),
            ..Entry::new("preuves/taille.txt", "a")
        },
        Entry {
            method: Some(12),
            ..Entry::new("preuves/methode.txt", "a")
        },
        Entry {
            flags: 1,
            ..Entry::new("preuves/chiffre.txt", "a")
        },
        Entry {
            unix_mode: Some(0o120_777),
            ..Entry::new("preuves/lien.txt", "a")
        },
        Entry::new("/absolu.txt", "a"),
        Entry {
            crc: Some(1),
            ..Entry::new("preuves/crc.txt", "a")
        },
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossier.zip");
    std::fs::write(&path, write(&entries)).unwrap();
    let limits = Limits::default();
    let (source, files, findings) = conforme::dossier::Source::open(&path, &limits).unwrap();
    let refused: Vec<&str> = findings
        .iter()
        .map(|finding| finding.place.file.as_str())
        .collect();
    let wanted = [
        "preuves/nom.txt",
        "preuves/taille.txt",
        "preuves/methode.txt",
        "preuves/chiffre.txt",
        "preuves/lien.txt",
        "/absolu.txt",
    ];
    assert_eq!(refused, wanted);
    let read: Vec<(&str, bool)> = files
        .iter()
        .map(|file| (file.path.as_str(), source.evidence(file, &limits).is_ok()))
        .collect();
    assert_eq!(read, [("dossier.toml", true), ("preuves/crc.txt", false)]);
}

#[test]
fn nested_bombs_stop_at_the_total() {
    // Three levels of ten archives: a thousand files of 100 kB out of a few kilobytes.
    let mut bytes = vec![b'x'; 100_000];
    for _ in 0..3 {
        let entries: Vec<Entry> = (0..10)
            .map(|n| Entry::new(&format!("f{n}.zip"), bytes.clone()))
            .collect();
        bytes = write(&entries);
    }
    let limits = Limits {
        nested_bytes: 1_000_000,
        ..Limits::default()
    };
    let options = conforme::checks::Options::default();
    let evidence = Evidence::memory("bomb.zip", bytes);
    for _ in 0..2 {
        let outcome = conforme::checks::Context::new(&limits, &options).judge(&evidence);
        assert!(
            outcome
                .findings
                .iter()
                .any(|finding| finding.rule == "ZIP-LIMIT-SIZE")
        );
        assert!(
            evidence.expanded() <= 1_000_000 && evidence.expanded() > 500_000,
            "{}",
            evidence.expanded()
        );
    }
}

#[test]
fn members_that_share_their_bytes_are_refused() {
    let mut bytes = write(&[Entry::new("a", "content"), Entry::new("b", "content")]);
    // Points the second central header at the data of the first: same content, another name.
    let second = bytes
        .windows(4)
        .rposition(|window| window == b"PK\x01\x02")
        .unwrap();
    bytes[second + 42..second + 46].copy_from_slice(&[0; 4]);
    let (rules, names) = read(bytes, &Limits::default());
    assert_eq!(rules, ["ZIP-HEADERS"]);
    assert_eq!(names, ["a"]);
}

#[test]
fn garbage_and_cut_archives_are_named() {
    for bytes in [
        b"PK\x03\x04".to_vec(),
        b"PK\x05\x06".to_vec(),
        write(&[Entry::new("a", "content")])[..40].to_vec(),
        {
            let mut bytes = write(&[Entry::new("a", "content")]);
            let end = bytes.len() - 6;
            bytes[end..end + 4].copy_from_slice(&[0xfe; 4]);
            bytes
        },
    ] {
        assert_eq!(read(bytes, &Limits::default()).0, ["ZIP-UNREADABLE"]);
    }
}

proptest::proptest! {
    #[test]
    fn any_change_of_bytes_is_survived(at in 0_usize..220, value: u8) {
        let mut bytes = write(&[Entry::new("a/b", "content content content"), Entry::new("c", "content")]);
        let length = bytes.len();
        bytes[at % length] = value;
        let _ = read(bytes, &Limits::default());
    }
}

/// A name that may not be used is told once, and not judged as a name of an IHE_XDM archive besides.
#[test]
fn unusable_names_are_one_fault() {
    let texts = [Entry::new("README.TXT", "x"), Entry::new("INDEX.HTM", "<html/>")];
    let cases = [
        (
            &[
                "IHE_XDM\\SUBSET01\\METADATA.XML",
                "IHE_XDM\\SUBSET01\\DOC0001.XML",
            ][..],
            2,
        ),
        (&["IHE_XDM/../dehors.txt"][..], 1),
        (&["/IHE_XDM/absolu.txt"][..], 1),
    ];
    let (limits, options) = (Limits::default(), conforme::checks::Options::default());
    for (names, count) in cases {
        let entries: Vec<Entry> = texts
            .iter()
            .cloned()
            .chain(names.iter().map(|name| Entry::new(name, "x")))
            .collect();
        let evidence = Evidence::memory("IHE_XDM.ZIP", write(&entries));
        let outcome = conforme::checks::Context::new(&limits, &options).judge(&evidence);
        let errors: Vec<(&str, u64)> = outcome
            .findings
            .iter()
            .filter(|finding| finding.severity == conforme::finding::Severity::Error)
            .map(|finding| (finding.rule.as_str(), finding.count))
            .collect();
        assert_eq!(errors, [("ZIP-UNSAFE-NAME", count)], "{names:?}");
    }
}

/// What stands behind a damaged directory entry is not said to be absent.
#[test]
fn a_damaged_directory_is_one_fault() {
    let names = [
        "IHE_XDM/",
        "README.TXT",
        "INDEX.HTM",
        "IHE_XDM/SUBSET01/METADATA.XML",
    ];
    let entries: Vec<Entry> = names.iter().map(|name| Entry::new(name, "")).collect();
    let mut bytes = write(&entries);
    let starts: Vec<usize> = bytes
        .windows(4)
        .enumerate()
        .filter(|(_, window)| *window == b"PK\x01\x02")
        .map(|(at, _)| at)
        .collect();
    bytes[starts[1]] = b'X';
    let (limits, options) = (Limits::default(), conforme::checks::Options::default());
    let evidence = Evidence::memory("IHE_XDM.ZIP", bytes);
    let outcome = conforme::checks::Context::new(&limits, &options).judge(&evidence);
    let rules: Vec<&str> = outcome
        .findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect();
    assert_eq!(rules, ["ZIP-HEADERS"]);
}
