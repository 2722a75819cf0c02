//! How long a statistics file of a million rows takes, from its bytes to its outcome.

#![allow(clippy::indexing_slicing)]

use std::fmt::Write as _;

use conforme::checks::{Context, Options, statistics};
use conforme::evidence::Evidence;
use conforme::limits::Limits;
use criterion::{Criterion, criterion_group, criterion_main};

/// Rows of the generated table.
const ROWS: u32 = 1_000_000;

/// One count for each day of two years, of many sites, on each channel.
fn table() -> Vec<u8> {
    let mut text = String::from("date;FINESS;canal;type de document;statut INS;résultat;nombre\n");
    for row in 0..ROWS {
        let (site, rest) = (row / 2_016, row % 2_016);
        let (day, channel) = (rest / 3, ["DMP", "MSS pro", "MSS patient"][(rest % 3) as usize]);
        let (year, month, day) = (2021 + day / 336, day % 336 / 28 + 1, day % 28 + 1);
        let _ = writeln!(
            text,
            "{year}-{month:02}-{day:02};{:09};{channel};LDL;qualifiée;réussite;10",
            750_000_000 + site
        );
    }
    text.into_bytes()
}

fn million_rows(criterion: &mut Criterion) {
    let evidence = Evidence::memory("million.csv", table());
    let limits = Limits::default();
    let options = Options {
        indicator: Some("TBB/va1.04".to_owned()),
        ..Options::default()
    };
    let mut group = criterion.benchmark_group("statistics");
    group.sample_size(10);
    group.bench_function("million rows", |bencher| {
        bencher.iter(|| statistics::analyse(&evidence, &Context::new(&limits, &options)));
    });
    group.finish();
}

criterion_group!(benches, million_rows);
criterion_main!(benches);
