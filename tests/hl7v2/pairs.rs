//! Messages of several files judged together, and correct but unusual messages.

use conforme::checks::{
    Check as _, Context, Judged, Options, Outcome, SetCheck as _, hl7v2::Hl7v2, hl7v2::sets::Hl7v2Set,
};
use conforme::evidence::Evidence;
use conforme::finding::Severity;
use conforme::limits::Limits;
use conforme::packs::PackSet;
use conforme::validate::{Input, Relation, validate};

fn base(name: &str) -> String {
    let path = format!(
        "{}/testcases/evidence/hl7v2/_bases/{name}.hl7",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(path).unwrap().replace('\n', "\r")
}

fn with<T>(work: impl FnOnce(&Context<'_>) -> T) -> T {
    let limits = Limits::default();
    let options = Options::default();
    work(&Context::new(&limits, &options))
}

fn set(messages: &[(&str, String)], parameters: &str) -> Outcome {
    with(|context| {
        let evidence: Vec<Evidence> = messages
            .iter()
            .map(|(name, text)| Evidence::memory(*name, text.clone().into_bytes()))
            .collect();
        let outcomes: Vec<Outcome> = evidence
            .iter()
            .map(|evidence| Hl7v2.run(evidence, context))
            .collect();
        let judged: Vec<Judged<'_>> = evidence
            .iter()
            .zip(&outcomes)
            .map(|(evidence, outcome)| Judged { evidence, outcome })
            .collect();
        Hl7v2Set.run(&judged, &parameters.parse().unwrap(), context)
    })
}

#[test]
fn an_acknowledgement_in_another_file_is_compared() {
    let outcome = set(&[("a.hl7", base("mdm")), ("ack.hl7", base("ack"))], "");
    assert!(outcome.findings.is_empty(), "{:?}", outcome.findings);
    let other = base("ack").replace("MSA|AA|MSG-0001", "MSA|AA|MSG-0002");
    let outcome = set(&[("a.hl7", base("mdm")), ("ack.hl7", other)], "");
    assert_eq!(outcome.findings.len(), 1);
    let finding = &outcome.findings[0];
    assert_eq!(
        (finding.rule.as_str(), finding.place.file.as_str()),
        ("HL7-ACK-MIRROR", "ack.hl7")
    );
    assert_eq!(finding.expected.as_deref(), Some("MSG-0001"));
}

/// As `conforme validate message.hl7 ack.hl7` does.
#[test]
fn two_files_given_together_are_a_pair_three_are_not() {
    let other = base("ack").replace("MSA|AA|MSG-0001", "MSA|AA|MSG-0002");
    let faults = |inputs: &[(&str, &str)]| -> Vec<String> {
        let inputs: Vec<Input> = inputs
            .iter()
            .map(|(name, text)| Input::Bytes(text.as_bytes().to_vec(), (*name).to_owned()))
            .collect();
        let record = validate(
            &inputs,
            Relation::Alone,
            &Options::default(),
            PackSet::embedded(),
            &Limits::default(),
        );
        record
            .files
            .iter()
            .flat_map(|file| &file.findings)
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| format!("{} {}", finding.file, finding.rule))
            .collect()
    };
    let (message, ack) = (base("adt_a01"), base("ack"));
    let pair = faults(&[("a01.hl7", &message), ("ack.hl7", &other)]);
    assert!(pair.contains(&"ack.hl7 HL7-ACK-MIRROR".to_owned()), "{pair:?}");
    assert_eq!(
        faults(&[("a01.hl7", &message), ("again.hl7", &message), ("ack.hl7", &ack)]),
        Vec::<String>::new()
    );
}

#[test]
fn a_scenario_of_several_files_must_show_its_steps() {
    let files = [
        ("1.hl7", base("adt_a28")),
        ("2.hl7", base("adt_a31")),
        ("3.hl7", base("adt_a47")),
    ];
    let steps = "steps = ['created', 'updated', 'ins_qualified', 'ins_not_qualified', 'ins_removed']";
    let outcome = set(&files, steps);
    assert!(outcome.findings.is_empty(), "{:?}", outcome.findings);
    assert_eq!(outcome.verified.len(), 5);
    let outcome = set(&files[..2], steps);
    assert_eq!(outcome.findings.len(), 1);
    assert!(outcome.findings[0].message.fr.contains("suppression de l'INS"));
    let outcome = set(&files, "steps = ['inconnue']");
    assert_eq!(outcome.not_evaluated.len(), 1);
}

/// Correct but unusual: no error, whatever the encoding of the same content.
#[test]
fn unusual_but_correct_messages_are_conform() {
    let adt = base("adt_a01");
    let local = adt.replace("ZFM|8", "ZFM|8\rZZA|local|segment");
    let trailing = adt.replace(
        "EVN||20240115103000||||20240115100000",
        "EVN||20240115103000||||20240115100000|||||",
    );
    let inside = adt
        .replace("|F|", "|F^^|")
        .replace("|VALI", "|VALI^&")
        .replace("|INSERT|", "|INSERT^|");
    assert_ne!(inside, adt);
    let framed = format!("\u{b}{adt}\u{1c}\r");
    let marked = format!("\u{feff}{adt}");
    let latin: Vec<u8> = adt
        .replace("UNICODE UTF-8", "8859/15")
        .replace("DOMINIQUE^DOMINIQUE", "HELENE^H#LENE")
        .bytes()
        .map(|byte| if byte == b'#' { 0xC9 } else { byte })
        .collect();
    let delimiters = adt
        .replace("^~\\&", "\u{1}")
        .replace('^', "*")
        .replace('~', "!")
        .replace('\u{1}', "*!\\&");
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("LF", adt.replace('\r', "\n").into_bytes()),
        ("CRLF", adt.replace('\r', "\r\n").into_bytes()),
        ("local segment", local.into_bytes()),
        ("trailing separators", trailing.into_bytes()),
        ("trailing separators inside fields", inside.into_bytes()),
        ("MLLP", framed.into_bytes()),
        ("BOM", marked.into_bytes()),
        ("Latin-9", latin),
        ("delimiters", delimiters.into_bytes()),
        ("no last terminator", adt.trim_end().as_bytes().to_vec()),
        ("blank lines at the end", format!("{adt}\n\n").into_bytes()),
    ];
    for (name, bytes) in cases {
        let outcome = with(|context| Hl7v2.run(&Evidence::memory("unusual.hl7", bytes), context));
        let errors: Vec<String> = outcome
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| format!("{} {}", finding.rule, finding.message.en))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        assert_eq!(outcome.facts.messages.len(), 1, "{name}");
        assert_eq!(
            outcome.facts.messages[0].message_type.replace('*', "^"),
            "ADT^A01^ADT_A01",
            "{name}"
        );
    }
}

#[test]
fn facts_say_the_patient_and_the_document() {
    use base64::Engine as _;
    let cda = std::fs::read(format!(
        "{}/testcases/evidence/hl7v2/_bases/cda.xml",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap();
    let message = base("mdm").replace("{{cda}}", &base64::engine::general_purpose::STANDARD.encode(&cda));
    let outcome = with(|context| Hl7v2.run(&Evidence::memory("m.hl7", message.into_bytes()), context));
    let document = outcome
        .facts
        .documents
        .iter()
        .find(|document| document.source == conforme::facts::FactSource::Hl7)
        .unwrap();
    assert_eq!(document.id.as_ref().unwrap().root, "1.2.250.1.999.5.1001");
    assert_eq!(document.type_code.as_ref().unwrap().code, "18748-4");
    assert_eq!(document.confidentiality[0].code, "INVISIBLE_PATIENT");
    assert_eq!(
        document.sha256.as_deref(),
        Some(conforme::evidence::sha256_hex(&cda).as_str())
    );
    let patient = &outcome.facts.messages[0].patient;
    assert_eq!(patient.ins.as_ref().unwrap().extension, "279035121518989");
    assert_eq!(patient.qualified, Some(true));
    assert_eq!(
        (patient.birth_date.as_deref(), patient.sex.as_deref()),
        (Some("19790328"), Some("F"))
    );
}
