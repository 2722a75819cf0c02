//! How long statistics files of ten thousand, a hundred thousand and a million rows take, from their bytes to their
//! outcome, beside the reading of their rows alone.

#![allow(clippy::indexing_slicing)]

use std::fmt::Write as _;

use conforme::checks::{Context, Options, statistics};
use conforme::engines::table::{Flow, delimited};
use conforme::evidence::Evidence;
use conforme::limits::Limits;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Rows of the generated tables.
const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];

/// One count for each day of two years, of many sites, on each channel.
fn table(rows: u32) -> Vec<u8> {
    let mut text = String::from("date;FINESS;canal;type de document;statut INS;résultat;nombre\n");
    for row in 0..rows {
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

fn growth(criterion: &mut Criterion) {
    let limits = Limits::default();
    let options = Options {
        indicator: Some("TBB/va1.04".to_owned()),
        ..Options::default()
    };
    let mut group = criterion.benchmark_group("statistics");
    group.sample_size(10);
    for rows in SIZES {
        let bytes = table(rows);
        let evidence = Evidence::memory("statistics.csv", bytes.clone());
        group.throughput(Throughput::Elements(u64::from(rows)));
        group.bench_function(format!("judged/{rows}"), |bencher| {
            bencher.iter(|| statistics::analyse(&evidence, &Context::new(&limits, &options)));
        });
        group.bench_function(format!("rows alone/{rows}"), |bencher| {
            bencher.iter(|| {
                let mut cells = 0;
                let _ = delimited::read(&bytes, &limits.table(), &mut |row| {
                    cells += row.cells.len();
                    Flow::Continue(())
                });
                cells
            });
        });
    }
    group.finish();
}

criterion_group!(benches, growth);
criterion_main!(benches);
