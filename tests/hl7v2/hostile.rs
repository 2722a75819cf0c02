//! Files that mean harm, or that were cut or mixed up: a finding, never a panic, bounded time and memory.

use conforme::checks::{Check as _, Context, Options, Outcome, hl7v2::Hl7v2};
use conforme::evidence::Evidence;
use conforme::limits::Limits;
use proptest::prelude::*;

fn judge(name: &str, bytes: Vec<u8>) -> Outcome {
    let limits = Limits::default();
    let options = Options::default();
    let context = Context::new(&limits, &options);
    Hl7v2.run(&Evidence::memory(name, bytes), &context)
}

fn rules(outcome: &Outcome) -> Vec<&str> {
    outcome
        .findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect()
}

fn base(name: &str) -> String {
    let path = format!(
        "{}/testcases/evidence/hl7v2/_bases/{name}.hl7",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(path).unwrap().replace('\n', "\r")
}

#[test]
fn an_empty_message_file_is_told() {
    assert_eq!(rules(&judge("message.hl7", Vec::new())), ["HL7-SYN-01"]);
    assert!(
        judge("document.pdf", Vec::new()).findings.is_empty(),
        "other empty files are not ours"
    );
}

#[test]
fn pipes_segments_and_repetitions_in_numbers() {
    let pipes = [b"MSH|^~\\&|".to_vec(), b"|".repeat(8 << 20)].concat();
    assert!(rules(&judge("pipes.hl7", pipes)).contains(&"HL7-LIMIT"));
    let mut segments = base("mdm").replace("{{cda}}", "QQ==").into_bytes();
    segments.extend(b"OBX|13|CWE|X^x^MetaDMPMSS||Y\r".repeat(100_000));
    let outcome = judge("segments.hl7", segments);
    assert!(rules(&outcome).contains(&"HL7-LIMIT"));
    let repetitions = base("adt_a31").replace("^PI||", &format!("^PI{}||", "~1^^^X".repeat(50_000)));
    let outcome = judge("repetitions.hl7", repetitions.into_bytes());
    assert!(
        outcome.findings.len() < 200,
        "a fault without end is counted, not listed"
    );
    assert!(
        outcome
            .findings
            .iter()
            .any(|finding| finding.rule == "HL7-PID-3" && finding.count > 40_000)
    );
}

#[test]
fn a_document_of_megabytes_is_judged_in_one_piece() {
    let text = "A".repeat(4 << 20);
    let message = base("mdm").replace("{{cda}}", &text);
    let outcome = judge("large.hl7", message.into_bytes());
    let found = rules(&outcome);
    assert!(found.contains(&"HL7-CDA-01/02"), "{found:?}");
    assert!(outcome.findings.iter().all(|finding| {
        finding
            .snippet
            .as_ref()
            .is_none_or(|snippet| snippet.len() < 2000)
    }));
}

#[test]
fn a_message_cut_anywhere_has_at_most_one_error() {
    use base64::Engine as _;
    let cda = std::fs::read(format!(
        "{}/testcases/evidence/hl7v2/_bases/cda.xml",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap();
    let encoded = base64::engine::general_purpose::STANDARD.encode(cda);
    for name in ["mdm", "oru", "adt_a01"] {
        let whole = base(name).replace("{{cda}}", &encoded).into_bytes();
        // From the end of the header on: before it, there is no message to speak of.
        let header = whole.iter().position(|byte| *byte == b'\r').unwrap();
        for end in (header + 2..whole.len() - 1).step_by(41) {
            let outcome = judge("cut.hl7", whole[..end].to_vec());
            let errors: Vec<String> = outcome
                .findings
                .iter()
                .filter(|finding| finding.severity == conforme::finding::Severity::Error)
                .filter(|finding| finding.rule.starts_with("HL7-"))
                .map(|finding| format!("{} {:?}", finding.rule, finding.place.path))
                .collect();
            let tail = String::from_utf8_lossy(&whole[end.saturating_sub(30)..end]).into_owned();
            assert!(errors.len() <= 1, "{name} cut after '{tail}': {errors:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn messages_with_random_damage_are_judged_without_panic(
        name in prop::sample::select(vec!["mdm", "oru", "lps", "ack_error", "zam", "adt_a01", "adt_a47", "siu"]),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..6),
    ) {
        let mut bytes = base(name).replace("{{cda}}", "PENsaW5pY2FsRG9jdW1lbnQvPg==").into_bytes();
        for (index, byte, kind) in damage {
            let at = index.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => { bytes.remove(at); }
            }
        }
        let outcome = judge("damaged.hl7", bytes);
        prop_assert!(outcome.findings.iter().all(|finding| finding.place.file.starts_with("damaged.hl7")));
    }
}
