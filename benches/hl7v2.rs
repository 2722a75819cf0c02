//! HL7 v2: reading and judging messages without document, and messages that carry a large one.

#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use conforme::checks::{Check as _, Context, Options, hl7v2::Hl7v2};
use conforme::engines::hl7v2::{ParseLimits, parse};
use conforme::engines::xml::{Document, ParseOptions};
use conforme::evidence::Evidence;
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

criterion_group!(benches, judged, documents);
criterion_main!(benches);
