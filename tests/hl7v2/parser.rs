//! The parser: places, delimiters, charsets, frames; the same tree from ER7 and XML; random messages survive writing
//! and reading; the crates hl7-parser and rust-hl7 see the same fields.

use conforme::engines::hl7v2::{
    Charset, Delimiters, Fault, MessageTree, ParseLimits, SegmentTree, parse, parse_xml, write_er7, write_xml,
};
use conforme::engines::xml::{Document, ParseOptions};
use proptest::prelude::*;

const MESSAGE: &[u8] = b"MSH|^~\\&|A|B|C|D|20240101||ADT^A01^ADT_A01|1|P|2.5\rPID|1||1^^^X&1.2&ISO^PI~2^^^Y&1.3&ISO^INS||NOM^Jean||\r";

fn faults(bytes: &[u8]) -> Vec<Fault> {
    parse(bytes, &ParseLimits::default())
        .issues()
        .iter()
        .map(|issue| issue.fault)
        .collect()
}

#[test]
fn every_part_has_its_place() {
    let parsed = parse(MESSAGE, &ParseLimits::default());
    assert!(parsed.issues().is_empty(), "{:?}", parsed.issues());
    let message = parsed.message(0).unwrap();
    let pid = message.first("PID").unwrap();
    let oid = pid.field(3).repetition(2).component(4).subcomponent(2);
    assert_eq!(oid.text(), "1.3");
    assert_eq!(oid.path(), "PID[1]-3[2].4.2");
    let position = oid.position();
    assert_eq!((position.line, position.column), (2, 31));
    assert_eq!(&MESSAGE[position.offset..position.offset + 3], b"1.3");
    assert_eq!(pid.field(5).component(2).path(), "PID[1]-5.2");
    assert_eq!(pid.last_field(), 7);
    assert!(pid.field(40).is_empty() && pid.field(5).component(9).is_empty());
    let header = message.header().unwrap();
    assert_eq!(header.field(1).written(), "|");
    assert_eq!(header.field(2).written(), "^~\\&");
    assert_eq!(header.field(9).component(3).text(), "ADT_A01");
    assert_eq!(header.field(12).path(), "MSH[1]-12");
}

#[test]
fn columns_count_characters() {
    let parsed = parse(
        "MSH|^~\\&|é|à|C|D\rPID|1||é^ü^x\r".as_bytes(),
        &ParseLimits::default(),
    );
    let part = parsed
        .message(0)
        .unwrap()
        .first("PID")
        .unwrap()
        .field(3)
        .component(3);
    assert_eq!((part.position().line, part.position().column), (2, 12));
}

#[test]
fn line_ends_marks_and_frames_are_told_and_read() {
    for (bytes, expected) in [
        (&b"MSH|^~\\&|A\nPID|1\n"[..], "LineFeed"),
        (b"MSH|^~\\&|A\r\nPID|1\r\n", "Both"),
        (b"\xEF\xBB\xBFMSH|^~\\&|A\rPID|1\r", "ByteOrderMark"),
        (b"\x0bMSH|^~\\&|A\rPID|1\r\x1c\r", "Framed"),
        (b"\x0bMSH|^~\\&|A\rPID|1\r", "FrameIncomplete"),
        (b"EVN|1\rMSH|^~\\&|A\rPID|1\r", "NoHeader"),
        (b"MSH|^~\\&|A\rpid|1\rPID|1\r", "BadName"),
        (b"MSH|^~\\&|A\rPI|1\rPID|1\r", "BadLine"),
        (b"MSH|^~\\&|A\x01\rPID|1\r", "ControlCharacter"),
    ] {
        let shown: Vec<String> = faults(bytes).iter().map(|fault| format!("{fault:?}")).collect();
        assert!(
            shown.iter().any(|fault| fault.contains(expected)),
            "{expected}: {shown:?}"
        );
        let parsed = parse(bytes, &ParseLimits::default());
        assert!(parsed.message(0).unwrap().first("PID").is_some(), "{expected}");
    }
    assert_eq!(faults(b""), [Fault::Empty]);
    assert_eq!(
        faults(b" \r\n "),
        faults(b" \r\n ")
            .into_iter()
            .filter(|fault| matches!(fault, Fault::Empty | Fault::Terminated(_)))
            .collect::<Vec<_>>()
    );
}

#[test]
fn several_messages_and_batches() {
    let bytes = b"FHS|^~\\&|A\rBHS|^~\\&|A\rMSH|^~\\&|A\rPID|1\rMSH|*~\\&|B\rPID|1||x*y\rBTS|2\rFTS|1\r";
    let parsed = parse(bytes, &ParseLimits::default());
    assert!(parsed.issues().is_empty(), "{:?}", parsed.issues());
    assert_eq!(parsed.messages().count(), 2);
    let second = parsed.message(1).unwrap();
    assert_eq!(second.first("PID").unwrap().field(3).component(2).text(), "y");
    assert_eq!(second.first("PID").unwrap().path(), "PID[1]");
}

#[test]
fn unusual_delimiters_and_charsets() {
    let parsed = parse(
        "MSH#*!?%#A#B\rPID#1##x%y*z!w\r".as_bytes(),
        &ParseLimits::default(),
    );
    let field = parsed.message(0).unwrap().first("PID").unwrap().field(3);
    assert_eq!(field.repetition_count(), 2);
    assert_eq!(field.component(1).subcomponent(2).text(), "y");
    let parsed = parse(
        "MSH|^\u{2dc}\\&|A\rPID|1||a~b\u{2dc}c\r".as_bytes(),
        &ParseLimits::default(),
    );
    let field = parsed.message(0).unwrap().first("PID").unwrap().field(3);
    assert_eq!(field.repetition_count(), 2);
    assert_eq!(field.repetition(1).text(), "a~b");
    let latin = b"MSH|^~\\&|A|B|C|D|||ACK|1|P|2.5|||||FRA|8859/15\rNTE|1||\xe9\xa4\r";
    let parsed = parse(latin, &ParseLimits::default());
    let message = parsed.message(0).unwrap();
    assert_eq!(message.charset(), Charset::Latin9);
    assert_eq!(message.first("NTE").unwrap().field(3).text(), "é€");
    let wide: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain("MSH|^~\\&|é\r".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let parsed = parse(&wide, &ParseLimits::default());
    assert_eq!(parsed.message(0).unwrap().header().unwrap().field(3).text(), "é");
}

#[test]
fn a_broken_base64_value_is_joined_and_told_once() {
    let bytes = b"MSH|^~\\&|A\rOBX|1|ED|c||^text^XML^Base64^QUJDREVGR0hJ\rSktMTU5PUFFS\rU1RVVg==||||||F\rOBX|2|ST|c||x\r";
    let parsed = parse(bytes, &ParseLimits::default());
    let broken = parsed
        .issues()
        .iter()
        .filter(|issue| issue.fault == Fault::BrokenValue)
        .count();
    assert_eq!((broken, parsed.issues().len()), (1, 1));
    let obx = parsed.message(0).unwrap().first("OBX").unwrap();
    assert_eq!(obx.field(11).text(), "F");
    assert_eq!(parsed.message(0).unwrap().all("OBX").count(), 2);
}

#[test]
fn limits_hold() {
    let limits = ParseLimits {
        segments: 10,
        fields: 50,
    };
    let many = b"MSH|^~\\&|A\r"
        .iter()
        .copied()
        .chain(b"PID|1\r".repeat(100))
        .collect::<Vec<u8>>();
    let parsed = parse(&many, &limits);
    assert!(
        parsed
            .issues()
            .iter()
            .any(|issue| issue.fault == Fault::TooManySegments)
    );
    let pipes = [b"MSH|^~\\&|".to_vec(), b"|".repeat(1000)].concat();
    let parsed = parse(&pipes, &limits);
    assert!(
        parsed
            .issues()
            .iter()
            .any(|issue| issue.fault == Fault::TooManyFields)
    );
}

fn leaf() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9éà|^~\\\\&# .\"]{0,6}"
}

fn message_tree() -> impl Strategy<Value = MessageTree> {
    let component = prop::collection::vec(leaf(), 0..3);
    let repetition = prop::collection::vec(component, 0..4);
    let field = prop::collection::vec(repetition, 0..3);
    let segment = ("[A-Y][A-Z0-9]{2}", prop::collection::vec(field, 0..6))
        .prop_filter("no header", |(name, _)| {
            !matches!(name.as_str(), "MSH" | "FHS" | "BHS" | "FTS" | "BTS")
        })
        .prop_map(|(name, fields)| SegmentTree { name, fields });
    prop::collection::vec(segment, 0..5).prop_map(|mut segments| {
        let text = |text: &str| vec![vec![vec![text.to_owned()]]];
        let header = SegmentTree {
            name: "MSH".to_owned(),
            fields: vec![text("|"), text("^~\\&"), text("A")],
        };
        segments.insert(0, header);
        MessageTree { segments }
    })
}

/// Written and read again, so that empty ends are gone.
fn normal(tree: &MessageTree) -> MessageTree {
    let text = write_er7(tree, &Delimiters::default());
    let parsed = parse(text.as_bytes(), &ParseLimits::default());
    MessageTree::of(parsed.message(0).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_written_is_read(tree in message_tree()) {
        let once = normal(&tree);
        prop_assert_eq!(&normal(&once), &once);
        prop_assert_eq!(once.segments.len(), tree.segments.len());
        let flat = |tree: &MessageTree| -> Vec<String> {
            tree.segments.iter().flat_map(|segment| segment.fields.iter().skip(if segment.name == "MSH" { 2 } else { 0 }))
                .flatten().flatten().flatten().filter(|leaf| !leaf.is_empty()).cloned().collect()
        };
        prop_assert_eq!(flat(&once), flat(&tree));
    }

    #[test]
    fn both_encodings_give_the_same_tree(tree in message_tree()) {
        let once = normal(&tree);
        let xml = write_xml(&once, "TST_T01");
        let document = Document::parse(xml.as_bytes(), &ParseOptions::default()).unwrap();
        let parsed = parse_xml(&document, &ParseLimits::default()).unwrap();
        let mut other = MessageTree::of(parsed.message(0).unwrap());
        // XML has no empty repetition at the end of nothing, and blanks around text may go.
        let strip = |tree: &mut MessageTree| for segment in &mut tree.segments {
            for field in &mut segment.fields {
                field.retain(|repetition| !repetition.is_empty());
            }
            while segment.fields.last().is_some_and(Vec::is_empty) {
                segment.fields.pop();
            }
        };
        let mut expected = once;
        strip(&mut expected);
        strip(&mut other);
        prop_assert_eq!(other, expected);
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut message = b"MSH|^~\\&|".to_vec();
        message.extend(&bytes);
        for input in [&bytes, &message] {
            let parsed = parse(input, &ParseLimits::default());
            for message in parsed.messages() {
                for segment in message.segments() {
                    for number in 0..=segment.last_field() + 1 {
                        for part in segment.field(number).repetitions() {
                            let _ = (part.component(2).subcomponent(2).text(), part.path(), part.position());
                        }
                    }
                }
            }
        }
    }
}

/// Texts of the fields as another parser writes them.
fn ours(text: &str) -> Vec<(String, Vec<String>)> {
    let parsed = parse(text.as_bytes(), &ParseLimits::default());
    parsed
        .message(0)
        .unwrap()
        .segments()
        .map(|segment| {
            let fields = (1..=segment.last_field())
                .map(|number| segment.field(number).written().into_owned())
                .collect();
            (segment.name().to_owned(), fields)
        })
        .collect()
}

/// Every base message of the sample evidence, in ER7 with CR.
fn samples() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/evidence/hl7v2/_bases");
    let mut samples: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "hl7"))
        .map(|path| std::fs::read_to_string(path).unwrap().replace('\n', "\r"))
        .collect();
    samples.sort();
    assert!(samples.len() > 10);
    samples
}

#[test]
fn hl7_parser_sees_the_same_fields() {
    for text in samples() {
        let theirs = hl7_parser::parse_message(&text).unwrap();
        let ours = ours(&text);
        let segments: Vec<_> = theirs.segments().collect();
        assert_eq!(segments.len(), ours.len());
        for (segment, (name, fields)) in segments.iter().zip(&ours) {
            assert_eq!(segment.name, name);
            for (index, value) in fields.iter().enumerate().skip(if name == "MSH" { 2 } else { 0 }) {
                let other = segment
                    .field(index + 1)
                    .map(|field| field.raw_value().to_owned())
                    .unwrap_or_default();
                assert_eq!(&other, value, "{name}-{}", index + 1);
            }
        }
    }
}

#[test]
fn rust_hl7_sees_the_same_fields() {
    use rusthl7::message::Message;
    for text in samples() {
        let theirs = Message::try_from(text.trim_end()).unwrap();
        let ours = ours(&text);
        assert_eq!(theirs.segments.len(), ours.len());
        for (segment, (name, fields)) in theirs.segments.iter().zip(&ours) {
            let offset = usize::from(name != "MSH");
            for (index, value) in fields.iter().enumerate().skip(if name == "MSH" { 2 } else { 0 }) {
                let other = segment
                    .fields
                    .get(index + offset)
                    .map_or("", |field| field.source);
                assert_eq!(other, value, "{name}-{}", index + 1);
            }
        }
    }
}
