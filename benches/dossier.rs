//! Whole runs: a CDA document with the embedded pack, dossiers of 10 to 1,000 files, the cold start of the binary.

#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};

use conforme::assess::{Settings, assess};
use conforme::checks::{Context, Options, judge};
use conforme::engines::xml::{Document, ParseOptions};
use conforme::evidence::Evidence;
use conforme::limits::Limits;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const MANIFEST: &str = "format = 1\ndsr = \"HOP-PFI-Va1\"\nprofiles = [\"Général\"]\n\n[product]\nvendor = \"E\"\nname = \"P\"\nversion = \"1\"\n";

fn cda(criterion: &mut Criterion) {
    let text = std::fs::read_to_string(format!("{ROOT}/testcases/evidence/hl7v2/_bases/cda.xml")).unwrap();
    let limits = Limits::default();
    let options = Options::default();
    let context = Context::new(&limits, &options);
    let mut group = criterion.benchmark_group("cda");
    for kilobytes in [0_usize, 250] {
        // A narrative of that size in a document of few entries.
        let filler = "<paragraph>texte</paragraph>".repeat(kilobytes * 1024 / 28);
        let body = format!("<component><nonXMLBody><text>{filler}</text></nonXMLBody></component>");
        let document = text.replace("</ClinicalDocument>", &format!("{body}</ClinicalDocument>"));
        group.throughput(Throughput::Bytes(document.len() as u64));
        group.bench_function(format!("parse/{kilobytes} kB"), |bencher| {
            bencher.iter(|| {
                black_box(
                    Document::parse(document.as_bytes(), &ParseOptions::default())
                        .unwrap()
                        .len(),
                )
            });
        });
        let evidence = Evidence::memory("document.xml", document.into_bytes());
        group.bench_function(format!("judge/{kilobytes} kB"), |bencher| {
            bencher.iter(|| black_box(judge(&evidence, &context)));
        });
    }
    group.finish();
}

/// What a dossier of the bench is made of.
#[derive(Clone, Copy)]
enum Filling {
    /// HL7 v2 messages of 1 kB, each of its own.
    Messages,
    /// CDA documents of 30 kB, each of its own.
    Documents,
}

/// A dossier with that many files.
fn fill(folder: &Path, filling: Filling, files: usize) {
    let base = |name: &str| {
        std::fs::read_to_string(format!("{ROOT}/testcases/evidence/hl7v2/_bases/{name}")).unwrap()
    };
    std::fs::write(folder.join("dossier.toml"), MANIFEST).unwrap();
    let proof = folder.join("preuves/INS_va1.61.01.01");
    std::fs::create_dir_all(&proof).unwrap();
    let (message, document) = (base("adt_a01.hl7"), base("cda.xml"));
    let text = "<paragraph>texte</paragraph>".repeat(1_000);
    let body =
        format!("<component><nonXMLBody><text>{text}</text></nonXMLBody></component></ClinicalDocument>");
    for number in 0..files {
        let (name, own) = match filling {
            Filling::Messages => (
                format!("message-{number:05}.hl7"),
                message.replace("ADT-0001", &format!("ADT-{number:05}")),
            ),
            Filling::Documents => (
                format!("document-{number:05}.xml"),
                document.replace("</ClinicalDocument>", &format!("<!-- {number} -->{body}")),
            ),
        };
        std::fs::write(proof.join(name), own).unwrap();
    }
}

fn dossiers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("dossier");
    group.sample_size(10);
    let sizes = [10_usize, 100, 1_000];
    let fillings = [("messages", Filling::Messages), ("documents", Filling::Documents)];
    for (name, filling, files) in fillings
        .into_iter()
        .flat_map(|(name, filling)| sizes.map(|files| (name, filling, files)))
    {
        let folder = tempfile::tempdir().unwrap();
        fill(folder.path(), filling, files);
        let settings = Settings {
            isolated: true,
            ..Settings::default()
        };
        group.throughput(Throughput::Elements(files as u64));
        for threads in [1_usize, 2] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            group.bench_function(format!("{files} {name}, {threads} threads"), |bencher| {
                bencher.iter(|| {
                    pool.install(|| black_box(assess(folder.path(), &settings).unwrap().evidence.len()))
                });
            });
        }
    }
    group.finish();
}

fn start(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("start");
    group.sample_size(20);
    let sample = format!("{ROOT}/testcases/dossiers/pfi-conforme");
    for (name, arguments) in [
        ("version", vec!["--version"]),
        ("check of the sample dossier", vec!["check", &sample, "--quiet"]),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let status = Command::new(env!("CARGO_BIN_EXE_conforme"))
                    .args(&arguments)
                    .stdout(Stdio::null())
                    .status()
                    .unwrap();
                black_box(status.code())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, cda, dossiers, start);
criterion_main!(benches);
