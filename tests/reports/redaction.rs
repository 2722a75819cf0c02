//! `--redact`: a word planted in every value of every kind of evidence shows in no output.

use std::path::Path;

use conforme::checks::Options as CheckOptions;
use conforme::limits::Limits;
use conforme::packs::PackSet;
use conforme::reports::{Format, Options, render_validation};
use conforme::validate::{Input, Relation, validate};

/// No text of ours holds it, in any case.
pub(crate) const WORD: &str = "Qzjxvword";

/// Where values stand in a text: between `<` `>` and in attributes for XML, between separators elsewhere.
fn values(name: &str, text: &str) -> Vec<(usize, usize)> {
    let hl7 = Path::new(name)
        .extension()
        .is_some_and(|extension| extension == "hl7");
    let marks: &[char] = if hl7 {
        &['|', '^', '&', '~', '\r', '\n']
    } else if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        &['<', '>', '"', '\n']
    } else {
        &[';', ',', '\n', '\r', ':', '=', '"', '<', '>', ' ']
    };
    let mut values = Vec::new();
    let mut start = 0;
    for (at, mark) in text.char_indices().filter(|(_, c)| marks.contains(c)) {
        let value = &text[start..at];
        let before = text[..start].chars().next_back();
        // The name of an element is no value, and the first field of a segment names it.
        let is_name = before == Some('<') || (mark == '"' && value.ends_with('=')) || value.ends_with("=\"");
        if !value.trim().is_empty() && !is_name && value.len() < 200 {
            values.push((start, at));
        }
        start = at + mark.len_utf8();
    }
    values
}

/// The texts of a folder, by name.
fn texts(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testcases")
        .join(folder);
    let mut texts: Vec<(String, String)> = walkdir::WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .filter(|entry| !entry.path().ends_with("expected.toml") && !entry.path().ends_with("cas.toml"))
        .filter_map(|entry| {
            let text = std::fs::read_to_string(entry.path()).ok()?;
            Some((entry.file_name().to_string_lossy().into_owned(), text))
        })
        .collect();
    texts.dedup_by(|a, b| a.1 == b.1);
    texts
}

/// A copy of the text for each of `most` values spread over it, with the word planted there.
pub(crate) fn planted(name: &str, text: &str, most: usize) -> Vec<String> {
    let places = values(name, text);
    let step = places.len().div_ceil(most).max(1);
    let places = places.iter().step_by(step);
    places
        .map(|&(start, end)| format!("{}{WORD}{}", &text[..start], &text[end..]))
        .collect()
}

/// Plants the word in one value of each text after the other, and tells where it came out.
fn leaks(texts: &[(String, String)], most: usize) -> Vec<String> {
    let inputs: Vec<Input> = texts
        .iter()
        .flat_map(|(name, text)| {
            planted(name, text, most)
                .into_iter()
                .map(move |text| (name, text))
        })
        .enumerate()
        .map(|(index, (name, text))| Input::Bytes(text.into_bytes(), format!("{index}/{name}")))
        .collect();
    assert!(inputs.len() > 20, "{} inputs", inputs.len());
    leaks_of(&inputs)
}

/// What can be read in an output, in lower case: the text of the pages of a PDF, of the parts of a workbook.
pub(crate) fn readable(format: Format, bytes: &[u8]) -> String {
    let text = match format {
        Format::Pdf => {
            let document = lopdf::Document::load_mem(bytes).unwrap();
            let pages = document.get_pages();
            let pages = pages.values().map(|page| document.get_page_content(*page));
            let pages: String = pages.flatten().map(char::from).collect();
            // Letters of one word may be placed one by one.
            let letters: String = pages.split(['(', ')']).skip(1).step_by(2).collect();
            format!("{pages}\n{letters}\n{}", String::from_utf8_lossy(bytes))
        }
        Format::Xlsx => {
            let mut workbook = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
            let mut text = String::new();
            for index in 0..workbook.len() {
                let mut part = workbook.by_index(index).unwrap();
                std::io::Read::read_to_string(&mut part, &mut text).unwrap();
            }
            text
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    text.to_lowercase()
}

/// Where the word comes out of files that hold it, in any format.
pub(crate) fn leaks_of(inputs: &[Input]) -> Vec<String> {
    let packs = PackSet::embedded();
    let (limits, checks) = (Limits::default(), CheckOptions::default());
    let record = validate(inputs, Relation::Alone, &checks, packs, &limits);
    let told = |redact| {
        let mut outputs = Vec::new();
        // A workbook of requirements makes no sense without a REM.
        for format in Format::ALL.into_iter().filter(|format| *format != Format::Xlsx) {
            let options = Options {
                redact,
                max_per_rule: Some(0),
                verbose: true,
                ..Options::default()
            };
            let mut out = Vec::new();
            render_validation(&record, format, &options, &mut out).unwrap();
            outputs.push((format, readable(format, &out)));
        }
        outputs
    };
    let word = WORD.to_lowercase();
    let open = told(false);
    assert!(
        open.iter().any(|(_, text)| text.contains(&word)),
        "the word is never told at all: the test proves nothing"
    );
    let mut leaks = Vec::new();
    for (format, text) in told(true) {
        for line in text.lines().filter(|line| line.contains(&word)) {
            let at = line.find(&word).unwrap_or(0);
            let around: String = line.chars().skip(at.saturating_sub(160)).take(320).collect();
            leaks.push(format!("{format}: {around}"));
        }
    }
    leaks.sort();
    leaks.dedup();
    leaks.truncate(12);
    leaks
}

#[test]
fn no_value_of_hl7_messages_is_told() {
    assert_eq!(leaks(&texts("evidence/hl7v2/_bases"), 60), Vec::<String>::new());
}

#[test]
fn no_value_of_documents_metadata_and_mails_is_told() {
    let mut all = texts("evidence/exchange-base");
    all.extend(texts("packs/cda-socle-cases"));
    assert_eq!(leaks(&all, 60), Vec::<String>::new());
}

#[test]
fn no_value_of_tables_is_told() {
    let mut all = texts("evidence/statistics");
    all.extend(texts("evidence/loinc"));
    assert_eq!(leaks(&all, 6), Vec::<String>::new());
}

#[test]
fn no_value_of_the_files_of_a_dossier_is_told() {
    assert_eq!(
        leaks(&texts("dossiers/pfi-fautes/preuves"), 12),
        Vec::<String>::new()
    );
}
