//! REM workbooks: the import against calamine's own read of the same cells, and the embedded REMs.
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

fn benches(criterion: &mut Criterion) {
    let bytes = large(10_000);
    let mut group = criterion.benchmark_group("rem");
    group.sample_size(10);
    group.bench_function("calamine_raw_10000_rows", |bencher| {
        bencher.iter(|| {
            let mut book = calamine::Xlsx::new(Cursor::new(bytes.as_slice())).unwrap();
            black_box(book.worksheet_range("Exigences").unwrap())
        });
    });
    group.bench_function("import_10000_rows", |bencher| {
        bencher.iter(|| black_box(import_bytes("x.xlsx", &bytes, &ImportOptions::default()).unwrap()));
    });
    group.bench_function("embedded_bio_sgl_va1", |bencher| {
        bencher.iter(|| black_box(embedded_referential("BIO-SGL-Va1").unwrap()));
    });
    group.finish();
}

criterion_group!(rem, benches);
criterion_main!(rem);
