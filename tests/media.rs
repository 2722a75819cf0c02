//! Pictures and videos: what is read, what is refused, and hostile input.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use conforme::checks::media::{PictureCheck, VideoCheck};
use conforme::checks::{Check, Context, Options, Outcome};
use conforme::evidence::{Evidence, Kind};
use conforme::limits::Limits;
use proptest::prelude::*;
use samples::media::{Mp4, avi, mp4, png, screenshot, webm};

fn judge(evidence: &Evidence) -> Outcome {
    let (limits, options) = (Limits::default(), Options::default());
    let context = Context::new(&limits, &options);
    let mut outcome = Outcome::default();
    for check in [&PictureCheck as &dyn Check, &VideoCheck] {
        if check.accepts(evidence.kind()) {
            outcome.extend(check.run(evidence, &context));
        }
    }
    outcome
}

fn committed(name: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("testcases/evidence/media")
            .join(name),
    )
    .unwrap()
}

fn cut(mut bytes: Vec<u8>, keep: f64) -> Vec<u8> {
    bytes.truncate((bytes.len() as f64 * keep) as usize);
    bytes
}

fn flip(mut bytes: Vec<u8>, at: usize) -> Vec<u8> {
    bytes[at] ^= 0x40;
    bytes
}

fn minute(picture: bool, index: bool) -> Vec<u8> {
    mp4(&Mp4 {
        milliseconds: 192_000,
        picture,
        index,
    })
}

/// Name, bytes, findings (rule, severity), what the examiner is told.
type Case = (
    &'static str,
    Vec<u8>,
    &'static [(&'static str, &'static str)],
    &'static str,
);

fn cases() -> Vec<Case> {
    let bitmap = {
        let mut bytes = b"BM".to_vec();
        bytes.extend(54_u32.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(54_u32.to_le_bytes());
        bytes.extend(40_u32.to_le_bytes());
        bytes.extend(640_u32.to_le_bytes());
        bytes.extend((-480_i32).to_le_bytes());
        bytes.extend([0; 28]);
        bytes
    };
    let gif =
        b"GIF89a\x40\x01\xC8\x00\x00\x00\x00\x2C\0\0\0\0\x40\x01\xC8\0\0\x02\x02\x44\x01\0\x3B".to_vec();
    let tiff = {
        let mut bytes = b"II*\0\x08\0\0\0\x04\0".to_vec();
        for (tag, value) in [(256_u16, 640_u32), (257, 480), (273, 62), (279, 4)] {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(4_u16.to_le_bytes());
            bytes.extend(1_u32.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        bytes.extend([0; 8]);
        bytes
    };
    vec![
        ("ecran.png", screenshot(), &[], "PNG 320×200"),
        ("ecran.jpg", committed("screen.jpg"), &[], "JPEG 256×128"),
        ("ecran.gif", gif.clone(), &[], "GIF 320×200"),
        ("ecran.bmp", bitmap, &[], "BMP 640×480"),
        ("ecran.tif", tiff.clone(), &[], "TIFF 640×480"),
        (
            "blanc.png",
            png(320, 200, |_, _| [255; 3]),
            &[("MEDIA-BLANK", "error")],
            "PNG 320×200",
        ),
        (
            "curseur.png",
            png(320, 200, |x, y| if (x, y) == (3, 3) { [0; 3] } else { [255; 3] }),
            &[("MEDIA-BLANK", "error")],
            "PNG 320×200",
        ),
        (
            "blanc.jpg",
            committed("blank.jpg"),
            &[("MEDIA-BLANK", "error")],
            "JPEG 256×128",
        ),
        (
            "vignette.png",
            png(32, 32, |x, _| [(x * 8) as u8; 3]),
            &[("MEDIA-SMALL", "warning")],
            "PNG 32×32",
        ),
        (
            "coupe.png",
            cut(screenshot(), 0.7),
            &[("MEDIA-TRUNCATED", "error")],
            "",
        ),
        (
            "coupe.jpg",
            cut(committed("screen.jpg"), 0.9),
            &[("MEDIA-TRUNCATED", "error")],
            "",
        ),
        ("coupe.gif", cut(gif, 0.9), &[("MEDIA-TRUNCATED", "error")], ""),
        ("coupe.tif", cut(tiff, 0.95), &[("MEDIA-TRUNCATED", "error")], ""),
        (
            "abime.png",
            flip(screenshot(), 60),
            &[("MEDIA-CHECKSUM", "error")],
            "",
        ),
        (
            "vide.jpg",
            b"\xFF\xD8\xFF\xDA\0\x08\x01\x01\0\0\x3F\0\xFF\xD9".to_vec(),
            &[("MEDIA-READABLE", "error")],
            "",
        ),
        ("demo.mp4", minute(true, true), &[], "1280×720, 3 min 12 s"),
        ("demo.webm", webm(75), &[], "WebM (V_VP9), 640×480, 1 min 15 s"),
        ("demo.avi", avi(250), &[], "AVI (H264), 800×600, 10 s"),
        (
            "sans-index.mp4",
            minute(true, false),
            &[("MEDIA-TRUNCATED", "error")],
            "",
        ),
        (
            "coupe.mp4",
            cut(minute(true, true), 0.9),
            &[("MEDIA-TRUNCATED", "error")],
            "",
        ),
        (
            "coupe.avi",
            cut(avi(250), 0.9),
            &[("MEDIA-TRUNCATED", "error")],
            "",
        ),
        (
            "son.mp4",
            minute(false, true),
            &[("MEDIA-NO-PICTURE", "error")],
            "",
        ),
        ("breve.webm", webm(1), &[("MEDIA-SHORT", "warning")], "1 s"),
    ]
}

#[test]
fn every_case_gives_its_findings_and_no_other() {
    let mut faults = Vec::new();
    for (name, bytes, expected, told) in cases() {
        let outcome = judge(&Evidence::memory(name, bytes));
        let found: BTreeMap<&str, &str> = outcome
            .findings
            .iter()
            .map(|finding| (finding.rule.as_str(), finding.severity.as_str()))
            .collect();
        if found != expected.iter().copied().collect() || !outcome.not_evaluated.is_empty() {
            faults.push(format!(
                "{name}: {:?} {:?}",
                outcome.findings, outcome.not_evaluated
            ));
        }
        let verified: String = outcome.verified.iter().map(|text| text.fr.as_ref()).collect();
        if !verified.contains(told) {
            faults.push(format!("{name}: told '{verified}', expected '{told}'"));
        }
        // What a machine read, a human still watches.
        let readable = !told.is_empty();
        assert_eq!(
            !outcome.to_review.is_empty(),
            readable,
            "{name}: {:?}",
            outcome.to_review
        );
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_rule_is_broken_by_a_case_and_held_by_another() {
    let broken: BTreeSet<&str> = cases()
        .iter()
        .flat_map(|case| case.2.iter().map(|(rule, _)| *rule))
        .collect();
    for rule in PictureCheck.rules().into_iter().chain(VideoCheck.rules()) {
        assert!(
            broken.contains(rule.id.as_ref()),
            "{} is broken by no case",
            rule.id
        );
    }
    for kind in [Kind::Image, Kind::Video] {
        let held = cases().into_iter().any(|(name, bytes, expected, _)| {
            expected.is_empty() && Evidence::memory(name, bytes).kind() == kind
        });
        assert!(held, "no {} without a finding", kind.as_str());
    }
}

#[test]
fn a_picture_inside_a_document_is_no_screenshot() {
    let document = Evidence::memory("cr.xml", b"<ClinicalDocument/>".to_vec());
    let logo = document.nested("logo.png", png(8, 8, |_, _| [255; 3]));
    let outcome = judge(&logo);
    assert!(
        outcome
            .findings
            .iter()
            .all(|finding| finding.severity.as_str() == "info")
    );
    assert!(outcome.to_review.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_media_never_panic(
        which in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        static CASES: std::sync::LazyLock<Vec<Case>> = std::sync::LazyLock::new(cases);
        let cases = &*CASES;
        let (name, mut bytes, ..) = cases[which.index(cases.len())].clone();
        for (at, value) in edits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        judge(&Evidence::memory(name, bytes));
    }
}
