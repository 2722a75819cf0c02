//! The official rules on the official documents: the 562 pairs of document and schema that Saxon was measured on.
//!
//! `CONFORME_OFFICIAL_PACK` names the prepared rules, `CONFORME_REFERENCE` the folder with `cda/` and `oracle/`. Without
//! them only the synthetic document is judged, at 1, 10 and 100 times its size, to show that time is linear.
//! `ci/measure-schematron` runs this and Saxon, where it is installed, one after the other.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement stops at the first surprise"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use conforme::engines::schematron::{EvaluateOptions, FileResolver, MissingDocuments, Schema};
use conforme::engines::xml::{Document, ParseOptions};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// A document and the schemas that judge it, by number.
struct Job {
    text: Vec<u8>,
    schemas: Vec<usize>,
}

/// The documents of the oracle and the schemas it names, compiled.
struct Official {
    jobs: Vec<Job>,
    schemas: Vec<Schema>,
}

/// Folders of a pack that hold schemas.
const FOLDERS: [&str; 4] = [
    "",
    "profils",
    "profils/structurationMinimale",
    "profils/terminologies/schematron",
];

fn load(pack: &Path, reference: &Path) -> Official {
    let oracle = std::fs::read(reference.join("oracle/examples.json")).unwrap();
    let oracle: BTreeMap<String, BTreeMap<String, serde_json::Value>> =
        serde_json::from_slice(&oracle).unwrap();
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut schemas = Vec::new();
    for name in oracle.values().flat_map(BTreeMap::keys) {
        if numbers.contains_key(name.as_str()) {
            continue;
        }
        let file = format!("{name}.sch");
        let path = FOLDERS
            .iter()
            .map(|folder| pack.join("schematrons").join(folder).join(&file))
            .find(|path| path.is_file())
            .unwrap();
        let (schema, _) = Schema::load(&path.to_string_lossy(), Arc::new(FileResolver::default())).unwrap();
        numbers.insert(name, schemas.len());
        schemas.push(schema);
    }
    let jobs = oracle.iter().map(|(stem, verdicts)| Job {
        text: std::fs::read(reference.join("cda").join(format!("{stem}.xml"))).unwrap(),
        schemas: verdicts.keys().map(|name| numbers[name.as_str()]).collect(),
    });
    Official {
        jobs: jobs.collect(),
        schemas,
    }
}

impl Official {
    fn parse(job: &Job) -> Document {
        Document::parse(&job.text, &ParseOptions::default()).unwrap()
    }

    /// How many rules fire.
    fn judge(&self, job: &Job, document: &Document) -> usize {
        let options = EvaluateOptions {
            missing_documents: MissingDocuments::AsSpecified,
            ..EvaluateOptions::default()
        };
        job.schemas
            .iter()
            .map(|&schema| {
                self.schemas[schema]
                    .evaluate(document, "", &options)
                    .unwrap()
                    .fired
            })
            .sum()
    }

    fn on_threads(&self, threads: usize) -> usize {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut fired = 0;
            while let Some(job) = self.jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                fired += self.judge(job, &Self::parse(job));
            }
            fired
        };
        std::thread::scope(|scope| {
            let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            handles.into_iter().map(|handle| handle.join().unwrap()).sum()
        })
    }
}

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
    let official = load(&pack, &reference);
    let mut group = criterion.benchmark_group("official");
    group.sample_size(10);
    let bytes = official.jobs.iter().map(|job| job.text.len() as u64).sum();
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("roxmltree alone", |bencher| {
        bencher.iter(|| {
            let parse = |job: &Job| {
                let text = std::str::from_utf8(&job.text).unwrap_or_default();
                roxmltree::Document::parse(text.trim_start_matches('\u{feff}')).is_ok()
            };
            official.jobs.iter().filter(|job| parse(job)).count()
        });
    });
    group.bench_function("parse", |bencher| {
        bencher.iter(|| {
            official
                .jobs
                .iter()
                .map(|job| Official::parse(job).len())
                .sum::<usize>()
        });
    });
    let documents: Vec<Document> = official.jobs.iter().map(Official::parse).collect();
    group.bench_function("rules", |bencher| {
        bencher.iter(|| {
            let judged = official.jobs.iter().zip(&documents);
            judged
                .map(|(job, document)| official.judge(job, document))
                .sum::<usize>()
        });
    });
    drop(documents);
    for threads in [1, 2] {
        group.bench_function(format!("parse and rules, threads: {threads}"), |bencher| {
            bencher.iter(|| official.on_threads(threads));
        });
    }
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
