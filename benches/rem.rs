//! REM workbooks: the import against calamine's own read of the same cells, on the workbooks published by ANS (where
//! `CONFORME_REFERENCE` names them) and on a large one of our own; and the embedded REMs.
//!
//! The import should cost at most one and a half times the raw read: it reads every XML part once more to measure it
//! and to refuse a DTD, then builds requirements, scenarios and classified proofs.

#![allow(
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::indexing_slicing,
    missing_docs
)]

use std::hint::black_box;
use std::io::Cursor;
use std::path::Path;

use calamine::Reader as _;
use conforme::requirements::{ImportOptions, embedded_referential, import_bytes};
use criterion::{Criterion, criterion_group, criterion_main};

#[path = "../tests/requirements/workbook.rs"]
#[allow(dead_code)]
mod workbook;

use workbook::{Sheet, xlsx};

const HEADERS: &str = "Périmètre|ID|Chapitre|Fonction|Exigence|Commentaire|Nature de l'exigence|Profil|N° scénario|Scénario de conformité|N° preuve 1|Preuve 1|N° preuve 2|Preuve 2|Statut publication|VA N-1|Criticité|Ordre";

/// A workbook of `rows` rows, with texts as long as those of real ones.
fn large(rows: usize) -> Vec<u8> {
    let statement =
        "Le système DOIT permettre à l’utilisateur de recevoir et d’afficher le document. ".repeat(5);
    let steps = "Étape 1 : créer le patient. Étape 2 : recevoir le message. Étape 3 : afficher. ".repeat(8);
    let mut sheet = Sheet::new("Exigences", HEADERS);
    for number in 0..rows {
        let id = format!("GEN/S{}.{:02}", number / 90, 10 + number % 90);
        sheet = sheet.row(&format!(
            "Vague 2|{id}|Bloc|Fonction|{statement}||EXIGENCE|Général|{id}.01|{steps}|{id}.01.01|Démonstration (vidéo) n° {number}|{id}.01.02|Dump du message {number}|||Majeure|{number}"
        ));
    }
    xlsx(&[sheet])
}

/// The published workbooks that can be read: bytes, the sheet that the import chooses.
#[expect(clippy::print_stderr, reason = "data that are not there must be told")]
fn published() -> Vec<(Vec<u8>, String)> {
    let Ok(reference) = std::env::var("CONFORME_REFERENCE") else {
        eprintln!("CONFORME_REFERENCE is not set: the published workbooks are not measured");
        return Vec::new();
    };
    let mut paths: Vec<_> = std::fs::read_dir(Path::new(&reference).join("rem"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "xlsx"))
        .collect();
    paths.sort();
    paths
        .iter()
        .filter_map(|path| {
            let bytes = std::fs::read(path).unwrap();
            let sheet = import_bytes("x.xlsx", &bytes, &ImportOptions::default())
                .ok()?
                .sheet;
            Some((bytes, sheet))
        })
        .collect()
}

fn raw(bytes: &[u8], sheet: &str) {
    let mut book = calamine::Xlsx::new(Cursor::new(bytes)).unwrap();
    black_box(book.worksheet_range(sheet).unwrap());
}

fn benches(criterion: &mut Criterion) {
    let published = published();
    if !published.is_empty() {
        let mut group = criterion.benchmark_group("rem_published");
        group.sample_size(20);
        group.bench_function("calamine_raw", |bencher| {
            bencher.iter(|| published.iter().for_each(|(bytes, sheet)| raw(bytes, sheet)));
        });
        group.bench_function("import", |bencher| {
            bencher.iter(|| {
                for (bytes, _) in &published {
                    black_box(import_bytes("x.xlsx", bytes, &ImportOptions::default()).unwrap());
                }
            });
        });
        group.finish();
    }
    let mut group = criterion.benchmark_group("rem");
    group.sample_size(10);
    for rows in [100, 1_000, 10_000] {
        let bytes = large(rows);
        group.bench_function(format!("calamine_raw_{rows}_rows"), |bencher| {
            bencher.iter(|| raw(&bytes, "Exigences"));
        });
        group.bench_function(format!("import_{rows}_rows"), |bencher| {
            bencher.iter(|| black_box(import_bytes("x.xlsx", &bytes, &ImportOptions::default()).unwrap()));
        });
    }
    group.bench_function("embedded_bio_sgl_va1", |bencher| {
        bencher.iter(|| black_box(embedded_referential("BIO-SGL-Va1").unwrap()));
    });
    group.finish();
}

criterion_group!(rem, benches);
criterion_main!(rem);
