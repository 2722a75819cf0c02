//! How fast archives are read and judged: one large archive in one pass, many small ones on all cores.

use std::hint::black_box;
use std::path::{Path, PathBuf};

use conforme::checks::{Context, Options};
use conforme::evidence::Evidence;
use conforme::evidence::archive::Archive;
use conforme::limits::Limits;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rayon::prelude::*;

#[path = "../tests/support/mod.rs"]
mod support;

use support::zip::{Entry, write};

/// An archive that expands to about 40 MB, in members that compress as health documents do.
fn large() -> Evidence {
    let member = |number: usize| {
        let line = format!(
            "<observation><id extension=\"{number}\"/><value value=\"{}\"/></observation>\n",
            number * 7
        );
        Entry {
            deflate: true,
            ..Entry::new(
                &format!("IHE_XDM/SUBSET01/DOC{number:05}.XML"),
                line.repeat(1_000) + &"é".repeat(number % 97),
            )
        }
    };
    Evidence::memory("large.zip", write(&(0..500).map(member).collect::<Vec<_>>()))
}

fn read_large(criterion: &mut Criterion) {
    let evidence = large();
    let limits = Limits {
        archive_bytes: 1 << 30,
        archive_ratio: u64::MAX,
        ..Limits::default()
    };
    let mut group = criterion.benchmark_group("archive");
    group.throughput(Throughput::Bytes(evidence.size()));
    group.bench_function("read every member", |bencher| {
        bencher.iter(|| {
            let mut archive = Archive::open(&evidence, &limits);
            let names: Vec<String> = archive
                .members()
                .iter()
                .map(|member| member.name.clone())
                .collect();
            names
                .iter()
                .filter_map(|name| archive.extract(name))
                .map(|bytes| bytes.len())
                .sum::<usize>()
        });
    });
    group.finish();
}

fn judge_official(criterion: &mut Criterion) {
    let files: Vec<PathBuf> = support::reference_files("xdm", "zip");
    if files.is_empty() {
        return;
    }
    let open = |path: &Path| Evidence::open(path, "archive.zip").ok();
    let evidence: Vec<Evidence> = files.iter().filter_map(|path| open(path)).collect();
    let (limits, options) = (Limits::default(), Options::default());
    let mut group = criterion.benchmark_group("official archives");
    group.sample_size(10);
    group.throughput(Throughput::Elements(evidence.len() as u64));
    group.bench_function("judge all, all cores", |bencher| {
        bencher.iter(|| {
            let judged = evidence
                .par_iter()
                .map(|archive| Context::new(&limits, &options).judge(archive).findings.len());
            black_box(judged.sum::<usize>())
        });
    });
    group.finish();
}

criterion_group!(benches, read_large, judge_official);
criterion_main!(benches);
