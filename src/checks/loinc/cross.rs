//! The exchange files of one catalogue together: demands against results and chapters, transcodings against exports.

use std::collections::{BTreeMap, BTreeSet};

use super::judge::key;
use super::read::{File, Row, read};
use super::rules;
use crate::checks::{Context, Judged, Outcome, SetCheck};
use crate::finding::{Place, Rule};
use crate::text::Text;

/// Cross-checks the LOINC files of a proof or a scenario. Parameter `files` (integers): the exchange files that the proof
/// asks for, by number.
pub struct ExchangeSet;

impl SetCheck for ExchangeSet {
    fn id(&self) -> &'static str {
        "loinc-set"
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![&rules::REFERENCE, &rules::TRANSCODING, &rules::WANTED]
    }

    fn opens_archives(&self) -> bool {
        true
    }

    fn run(&self, files: &[Judged<'_>], parameters: &toml::Table, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let mut read_files: BTreeMap<u8, File> = BTreeMap::new();
        for judged in files {
            // What is wrong in the file alone was said when it was judged alone.
            if let Some(file) = read(judged.evidence, context, &mut Outcome::default()) {
                read_files.entry(file.layout.number).or_insert(file);
            }
        }
        wanted(files, &read_files, parameters, &mut outcome);
        let pair = |a: u8, b: u8| read_files.get(&a).zip(read_files.get(&b));
        for (demands, results) in [(2, 3), (5, 6)] {
            if let Some((demands, results)) = pair(demands, results) {
                references(demands, results, "analysis_code", &mut outcome);
            }
        }
        for (demands, chapters) in [(2, 1), (5, 4)] {
            if let Some((demands, chapters)) = pair(demands, chapters) {
                references(demands, chapters, "chapter_code", &mut outcome);
                references(demands, chapters, "subchapter_code", &mut outcome);
                sub_chapters(demands, chapters, &mut outcome);
            }
        }
        for transcoding in read_files.values() {
            if let Some(export) = transcoding
                .layout
                .transcodes
                .and_then(|number| read_files.get(&number))
            {
                same_rows(export, transcoding, &mut outcome);
            }
        }
        outcome
    }
}

/// The exchange files that the proof asks for are there.
fn wanted(
    files: &[Judged<'_>],
    read_files: &BTreeMap<u8, File>,
    parameters: &toml::Table,
    outcome: &mut Outcome,
) {
    let place = files
        .first()
        .map_or_else(Place::default, |file| Place::file(file.evidence.path()));
    let asked = parameters.get("files").and_then(toml::Value::as_array);
    for number in asked.into_iter().flatten().filter_map(toml::Value::as_integer) {
        if read_files.keys().any(|known| i64::from(*known) == number) {
            continue;
        }
        outcome.findings.push(
            rules::WANTED
                .at(
                    place.clone(),
                    Text::new(
                        format!("aucun fichier LOINC_{number} parmi les pièces"),
                        format!("no LOINC_{number} file among the pieces"),
                    ),
                )
                .expected(format!("LOINC_{number}")),
        );
    }
}

/// Every value of `column` in `from` exists in `to`.
fn references(from: &File, to: &File, column: &str, outcome: &mut Outcome) {
    let (Some(here), Some(there)) = (from.layout.rank(column), to.layout.rank(column)) else {
        return;
    };
    let known: BTreeSet<&str> = to.rows.iter().map(|row| row.cell(there)).collect();
    let mut told = BTreeSet::new();
    for row in &from.rows {
        let value = row.cell(here);
        if value.is_empty() || known.contains(value) || !told.insert(value) {
            continue;
        }
        let label = from.layout.label(here);
        let target = to.locator.file().file;
        outcome.findings.push(
            rules::REFERENCE
                .at(
                    from.locator.cell(row.number, here),
                    Text::new(
                        format!("{label} {value} : absent de {target}"),
                        format!("{label} {value}: not in {target}"),
                    ),
                )
                .found(value),
        );
    }
    let count = known.len();
    outcome.verified.push(Text::new(
        format!("{} : {count} valeurs rapprochées", from.layout.label(here)),
        format!("{}: {count} values matched", from.layout.label(here)),
    ));
}

/// A sub-chapter stands under the chapter that the file of chapters gives it.
fn sub_chapters(demands: &File, chapters: &File, outcome: &mut Outcome) {
    let ranks = |file: &File| {
        file.layout
            .rank("chapter_code")
            .zip(file.layout.rank("subchapter_code"))
    };
    let (Some(here), Some(there)) = (ranks(demands), ranks(chapters)) else {
        return;
    };
    let chapter_of: BTreeMap<&str, (&str, u32)> = chapters
        .rows
        .iter()
        .map(|row| (row.cell(there.1), (row.cell(there.0), row.number)))
        .filter(|(sub, (chapter, _))| !sub.is_empty() && !chapter.is_empty())
        .collect();
    let known: BTreeSet<&str> = chapters.rows.iter().map(|row| row.cell(there.0)).collect();
    let mut told = BTreeSet::new();
    for row in &demands.rows {
        let (chapter, sub) = (row.cell(here.0), row.cell(here.1));
        // A chapter that does not exist there is said already.
        if !known.contains(chapter) {
            continue;
        }
        let Some(&(wanted, line)) = chapter_of.get(sub).filter(|(wanted, _)| *wanted != chapter) else {
            continue;
        };
        if !told.insert((chapter, sub)) {
            continue;
        }
        let target = chapters.locator.file().file;
        outcome.findings.push(
            rules::REFERENCE
                .at(
                    demands.locator.cell(row.number, here.0),
                    Text::new(
                        format!("sous-chapitre {sub} sous le chapitre {chapter}, mais {wanted} dans {target} (ligne {line})"),
                        format!("sub-chapter {sub} under chapter {chapter}, but {wanted} in {target} (row {line})"),
                    ),
                )
                .expected(wanted)
                .found(chapter),
        );
    }
}

/// The rows of a transcoding are those of the export, with two columns more.
fn same_rows(export: &File, transcoding: &File, outcome: &mut Outcome) {
    let width = export.layout.columns.len();
    let by_key = |file: &'_ File| -> BTreeMap<String, Row> {
        file.rows
            .iter()
            .filter_map(|row| Some((key(file, row, &export.layout.key)?, row.clone())))
            .collect()
    };
    let (before, after) = (by_key(export), by_key(transcoding));
    let (first, second) = (export.locator.file().file, transcoding.locator.file().file);
    for (key, row) in &before {
        match after.get(key) {
            None => outcome.findings.push(
                rules::TRANSCODING
                    .at(
                        export.locator.row(row.number),
                        Text::new(
                            format!("{key} : absent de {second}"),
                            format!("{key}: not in {second}"),
                        ),
                    )
                    .found(key.as_str()),
            ),
            Some(other) => {
                let changed = (0..width).find(|rank| row.cell(*rank) != other.cell(*rank));
                if let Some(rank) = changed {
                    let label = export.layout.label(rank);
                    outcome.findings.push(
                        rules::TRANSCODING
                            .at(
                                transcoding.locator.cell(other.number, rank),
                                Text::new(
                                    format!(
                                        "{key} : {label} « {} », mais « {} » dans {first} (ligne {})",
                                        other.cell(rank),
                                        row.cell(rank),
                                        row.number
                                    ),
                                    format!(
                                        "{key}: {label} '{}', but '{}' in {first} (row {})",
                                        other.cell(rank),
                                        row.cell(rank),
                                        row.number
                                    ),
                                ),
                            )
                            .expected(row.cell(rank))
                            .found(other.cell(rank)),
                    );
                }
            }
        }
    }
    for (key, row) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
        outcome.findings.push(
            rules::TRANSCODING
                .at(
                    transcoding.locator.row(row.number),
                    Text::new(
                        format!("{key} : absent de {first}"),
                        format!("{key}: not in {first}"),
                    ),
                )
                .found(key.as_str()),
        );
    }
}
