//! HL7 v2: reading and judging messages without document, messages that carry a large one, and, where
//! `CONFORME_REFERENCE` names the reference data, the official messages: those without document, and those with one
//! beside the decoding and parsing of their documents alone.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr)]

use std::hint::black_box;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use conforme::checks::{Check as _, Context, Options, hl7v2::Hl7v2};
use conforme::engines::base64 as lenient;
use conforme::engines::hl7v2::{ParseLimits, parse};
use conforme::engines::xml::{Document, ParseOptions};
use conforme::evidence::{Evidence, Kind};
use conforme::limits::Limits;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn base(name: &str) -> String {
    let path = format!(
        "{}/testcases/evidence/hl7v2/_bases/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(path).unwrap()
}

fn message(name: &str) -> String {
    base(&format!("{name}.hl7")).replace('\n', "\r")
}

fn judged(criterion: &mut Criterion) {
    let limits = Limits::default();
    let options = Options::default();
    let context = Context::new(&limits, &options);
    let mut group = criterion.benchmark_group("judge");
    for name in ["ack", "zam", "adt_a01", "adt_a47", "mdm", "oru"] {
        // An empty OBX-5.5 is a message without document.
        let evidence = Evidence::memory("m.hl7", message(name).replace("{{cda}}", "").into_bytes());
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(Hl7v2.run(&evidence, &context)));
        });
    }
    group.finish();
}

fn documents(criterion: &mut Criterion) {
    let limits = Limits::default();
    let options = Options::default();
    let context = Context::new(&limits, &options);
    let mut group = criterion.benchmark_group("document");
    group.sample_size(10);
    for megabytes in [1_usize, 20] {
        let filler = "x".repeat(megabytes * 750_000);
        let cda = base("cda.xml").replace(
            "</recordTarget>",
            &format!("</recordTarget><component><nonXMLBody><text>{filler}</text></nonXMLBody></component>"),
        );
        let encoded = STANDARD.encode(&cda);
        let text = message("mdm").replace("{{cda}}", &encoded);
        let evidence = Evidence::memory("m.hl7", text.clone().into_bytes());
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("parse/{megabytes} MB"), |bencher| {
            bencher.iter(|| black_box(parse(text.as_bytes(), &ParseLimits::default()).messages().count()));
        });
        group.bench_function(
            format!("decode and parse the CDA alone/{megabytes} MB"),
            |bencher| {
                bencher.iter(|| {
                    let bytes = STANDARD.decode(&encoded).unwrap();
                    black_box(Document::parse(&bytes, &ParseOptions::default()).unwrap().len())
                });
            },
        );
        group.bench_function(format!("judge/{megabytes} MB"), |bencher| {
            bencher.iter(|| black_box(Hl7v2.run(&evidence, &context)));
        });
    }
    group.finish();
}

/// The base64 documents of the messages of a file, ER7 or XML: any long piece between delimiters that decodes once the
/// official deviations are mended (folded lines, escape sequences of line breaks, no padding).
fn carried(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    text.split(['|', '^', '<', '>', '&'])
        .filter(|piece| piece.len() > 600)
        .filter_map(|piece| {
            let plain = ["\\X0D\\", "\\X0A\\", "\\X0D0A\\", "\\.br\\"]
                .iter()
                .fold(piece.to_owned(), |text, escape| text.replace(escape, ""));
            lenient::decode_spaced(plain.as_bytes()).ok()
        })
        .map(|bytes| STANDARD.encode(bytes).into_bytes())
        .collect()
}

fn official(criterion: &mut Criterion) {
    let Some(folder) = std::env::var_os("CONFORME_REFERENCE") else {
        eprintln!("REFERENCE DATA ABSENT: set CONFORME_REFERENCE to measure the official HL7 v2 messages");
        return;
    };
    let limits = Limits::default();
    let options = Options::default();
    let context = Context::new(&limits, &options);
    let (mut plain, mut loaded, mut encoded) = (Vec::new(), Vec::new(), Vec::new());
    let files = walkdir::WalkDir::new(std::path::Path::new(&folder).join("hl7v2")).sort_by_file_name();
    for entry in files.into_iter().filter_map(Result::ok) {
        let Some(bytes) = std::fs::read(entry.path()).ok() else {
            continue;
        };
        let evidence = Evidence::memory(entry.file_name().to_string_lossy(), bytes.clone());
        if evidence.kind() != Kind::Hl7v2 {
            continue;
        }
        match carried(&bytes) {
            documents if documents.is_empty() => plain.push(evidence),
            documents => {
                loaded.push(evidence);
                encoded.extend(documents);
            }
        }
    }
    let mut group = criterion.benchmark_group("official");
    group.sample_size(20);
    for (name, files) in [("without document", &plain), ("with document", &loaded)] {
        group.throughput(Throughput::Elements(files.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for evidence in files {
                    black_box(Hl7v2.run(evidence, &context));
                }
            });
        });
    }
    group.throughput(Throughput::Elements(encoded.len() as u64));
    group.bench_function("base64 and parse of their documents alone", |bencher| {
        bencher.iter(|| {
            for text in &encoded {
                let bytes = STANDARD.decode(text).unwrap();
                black_box(Document::parse(&bytes, &ParseOptions::default()).map(|document| document.len()))
                    .ok();
            }
        });
    });
    group.finish();
}

/// On this thread alone, the rules of the documents too.
fn all(criterion: &mut Criterion) {
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread()
        .build_global()
        .unwrap();
    judged(criterion);
    documents(criterion);
    official(criterion);
}

criterion_group!(benches, all);
criterion_main!(benches);
