//! The official rules on the official documents, one thread: parse alone, then parse and rules.
//!
//! `CONFORME_OFFICIAL_PACK` names the prepared rules, `CONFORME_REFERENCE` the folder with `cda/`. Without them a
//! synthetic document is judged, at 1, 10 and 100 times its size, to show that time is linear.

use std::path::PathBuf;
use std::sync::Arc;

use conforme::engines::schematron::{EvaluateOptions, FileResolver, Schema};
use conforme::engines::xml::{Document, ParseOptions};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// The five schemas that every CDA document is judged by.
const PROFILES: [&str; 5] = [
    "profils/IHE.sch",
    "profils/CI-SIS_ModelesDeContenusCDA.sch",
    "profils/CI-SIS_Modeles_ANS.sch",
    "profils/structurationMinimale/ASIP-STRUCT-MIN-StrucMin.sch",
    "profils/terminologies/schematron/terminologie.sch",
];

fn official(criterion: &mut Criterion) {
    let folder = |name: &str| {
        std::env::var(name)
            .ok()
            .map(PathBuf::from)
            .filter(|path| path.is_dir())
    };
    let (Some(pack), Some(reference)) = (folder("CONFORME_OFFICIAL_PACK"), folder("CONFORME_REFERENCE"))
    else {
        return;
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(reference.join("cda"))
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    files.sort();
    let texts: Vec<Vec<u8>> = files.iter().filter_map(|path| std::fs::read(path).ok()).collect();
    let resolver = Arc::new(FileResolver::default());
    let schemas: Vec<Schema> = PROFILES
        .iter()
        .filter_map(|name| {
            let path = pack.join("schematrons").join(name);
            Schema::load(&path.to_string_lossy(), Arc::clone(&resolver) as _)
                .ok()
                .map(|(schema, _)| schema)
        })
        .collect();
    let mut group = criterion.benchmark_group("official");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(
        texts.iter().map(|text| text.len() as u64).sum(),
    ));
    group.bench_function("parse", |bencher| {
        bencher.iter(|| {
            texts
                .iter()
                .filter(|text| Document::parse(text, &ParseOptions::default()).is_ok())
                .count()
        });
    });
    group.bench_function("parse and rules", |bencher| {
        bencher.iter(|| {
            let mut fired = 0;
            for text in &texts {
                let Ok(document) = Document::parse(text, &ParseOptions::default()) else {
                    continue;
                };
                for schema in &schemas {
                    fired += schema
                        .evaluate(&document, "", &EvaluateOptions::default())
                        .map_or(0, |report| report.fired);
                }
            }
            fired
        });
    });
    group.finish();
}

/// A document of `entries` entries, about 1 kB each.
fn synthetic(entries: usize) -> String {
    let entry = |number: usize| {
        format!(
            "<entry><id root='1.2.{number}'/><code code='C{}'/><text>{}</text></entry>",
            number % 50,
            "x".repeat(900)
        )
    };
    format!(
        "<list>{}</list>",
        (0..entries).map(entry).collect::<Vec<_>>().concat()
    )
}

fn linear(criterion: &mut Criterion) {
    let text = "<schema xmlns='http://purl.oclc.org/dsdl/schematron' queryBinding='xslt2'><pattern>\
        <rule context='entry[code/@code = \"C7\"]'><assert test='id/@root'>no id</assert></rule>\
        <rule context='//entry'><let name='c' value='code/@code'/><assert test='string-length($c) &gt; 1'>short</assert>\
        <assert test='count(//entry) &gt; 0'>none</assert></rule></pattern></schema>";
    let path = std::env::temp_dir().join(format!("conforme-bench-{}.sch", std::process::id()));
    if std::fs::write(&path, text).is_err() {
        return;
    }
    let Ok((schema, _)) = Schema::load(&path.to_string_lossy(), Arc::new(FileResolver::default())) else {
        return;
    };
    let mut group = criterion.benchmark_group("linear");
    group.sample_size(10);
    for entries in [100, 1_000, 10_000] {
        let text = synthetic(entries);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(entries), &text, |bencher, text| {
            bencher.iter(|| {
                let document = Document::parse(text.as_bytes(), &ParseOptions::default()).ok()?;
                schema
                    .evaluate(&document, "", &EvaluateOptions::default())
                    .ok()
                    .map(|report| report.fired)
            });
        });
    }
    group.finish();
    let _ = std::fs::remove_file(path);
}

criterion_group!(benches, official, linear);
criterion_main!(benches);
