//! A short, fixed run of every fuzz target (`fuzz/targets.rs`): our own samples, damaged. `CONFORME_SMOKE=N` makes it N times as long.

use std::path::{Path, PathBuf};

#[path = "../../fuzz/targets.rs"]
mod targets;

/// Runs of one target.
const RUNS: u64 = 40;

/// A generator of numbers that is the same everywhere (Knuth's multiplier, the high bits).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next()).unwrap() % bound.max(1)
    }
}

/// Words that mean something to one of the readers.
const WORDS: &[&[u8]] = &[
    b"<![CDATA[",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"]]>",
    b"&#x0;",
    b"\xff\xfe",
    b"\0\0\0\0",
    b"MSH|^~\\&|",
    b"~~~~&&&&^^^^",
    b"\\X0D\\",
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"endobj",
    b"stream\r\n",
    b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n",
    b"99999999999999999999",
    b"-1",
    b"\";\"",
    b"[[",
    "é€".as_bytes(),
    b"(((((((((((((((((((((((((((((((((",
    b"//*[//*[//*]]",
];

/// Damages `bytes` in one to five places.
fn damage(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    for _ in 0..=numbers.below(5) {
        let start = numbers.below(bytes.len() + 1);
        let end = (start + numbers.below(200)).min(bytes.len());
        match numbers.below(6) {
            0 => bytes.truncate(start),
            1 => drop(bytes.drain(start..end)),
            2 => {
                let part = bytes[start..end].repeat(1 + numbers.below(30));
                bytes.splice(end..end, part);
            }
            3 => {
                let word = WORDS[numbers.below(WORDS.len())];
                bytes.splice(start..start, word.iter().copied());
            }
            _ => {
                if let Some(byte) = bytes.get_mut(start) {
                    *byte = u8::try_from(numbers.below(256)).unwrap();
                }
            }
        }
    }
}

/// The samples that a target starts from.
fn seeds(folders: &[(&str, &str)]) -> Vec<Vec<u8>> {
    let mut files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|(folder, extension)| {
            walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
                .into_iter()
                .map(Result::unwrap)
                .map(walkdir::DirEntry::into_path)
                .filter(|path| path.extension().is_some_and(|found| found == *extension))
        })
        .filter(|path| path.metadata().unwrap().len() < 300_000)
        .collect();
    files.sort();
    let mut seeds: Vec<Vec<u8>> = files.iter().map(|path| std::fs::read(path).unwrap()).collect();
    seeds.dedup();
    seeds
}

fn workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, header) in [
        "N° exigence",
        "Exigence",
        "Profil",
        "N° scénario",
        "N° preuve",
        "Preuve",
    ]
    .iter()
    .enumerate()
    {
        sheet
            .write_string(0, u16::try_from(column).unwrap(), *header)
            .unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn damaged_samples_make_no_target_panic() {
    let factor = std::env::var("CONFORME_SMOKE")
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(1);
    for (name, target, folders) in targets::TARGETS {
        let mut seeds = seeds(folders);
        if *name == "workbook" {
            seeds.push(workbook());
        }
        assert!(!seeds.is_empty(), "{name} has nothing to start from");
        let mut numbers = Numbers(0x00C0_FFEE);
        for run in 0..RUNS * factor {
            let seed = numbers.below(seeds.len());
            let mut bytes = seeds[seed].clone();
            damage(&mut bytes, &mut numbers);
            let kept = bytes.clone();
            let outcome = std::panic::catch_unwind(move || target(&bytes));
            if outcome.is_err() {
                let path = std::env::temp_dir().join(format!("conforme-{name}-{run}"));
                std::fs::write(&path, kept).unwrap();
                panic!(
                    "{name}: run {run} from sample {seed}; the bytes are kept in {}",
                    path.display()
                );
            }
        }
    }
}
