//! One exchange file against its layout.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{header, widths, wrong_width};
use super::layout::layouts;
use super::read::{File, Row};
use super::{rules, value_set};
use crate::checks::{Context, Outcome};
use crate::evidence::{Evidence, check_digit};
use crate::text::Text;

/// Judges the file.
pub(super) fn judge(evidence: &Evidence, file: &File, context: &Context<'_>, outcome: &mut Outcome) {
    name(evidence, file, outcome);
    if file.separator != ';' {
        outcome.findings.push(
            rules::SEPARATOR
                .at(
                    file.locator.file(),
                    Text::new(
                        format!("séparateur « {} »", file.separator.escape_default()),
                        format!("separator '{}'", file.separator.escape_default()),
                    ),
                )
                .expected(";")
                .found(file.separator.escape_default().to_string()),
        );
    }
    if file.rows.is_empty() {
        // An empty file is said to be empty, once.
        if evidence.size() == 0 {
            return;
        }
        outcome.findings.push(rules::NO_ROWS.at(
            file.locator.file(),
            Text::fixed("aucune ligne de données", "no data row"),
        ));
        return;
    }
    if !widths(file, outcome) {
        return;
    }
    header(file, outcome);
    let rows: Vec<&Row> = file.rows.iter().filter(|row| !wrong_width(file, row)).collect();
    required(file, &rows, outcome);
    duplicates(file, &rows, outcome);
    consistency(file, &rows, outcome);
    values(file, &rows, outcome);
    codes(file, &rows, context, outcome);
    minimum(file, outcome);
    outcome.verified.push(Text::new(
        format!("LOINC_{} : {} lignes lues", file.layout.number, file.rows.len()),
        format!("LOINC_{}: {} rows read", file.layout.number, file.rows.len()),
    ));
}

/// `LOINC_n_objet_AAAAMMJJ.csv`.
fn name(evidence: &Evidence, file: &File, outcome: &mut Outcome) {
    let name = evidence.name();
    let right = file.layout.names.iter().any(|prescribed| {
        name.get(..prescribed.len())
            .filter(|head| head.eq_ignore_ascii_case(prescribed))
            .and_then(|_| name.get(prescribed.len()..))
            .and_then(|rest| rest.strip_prefix('_'))
            .and_then(|rest| rest.strip_suffix(".csv").or_else(|| rest.strip_suffix(".CSV")))
            .is_some_and(is_date)
    });
    if !right {
        let expected: Vec<String> = file
            .layout
            .names
            .iter()
            .map(|name| format!("{name}_AAAAMMJJ.csv"))
            .collect();
        outcome.findings.push(
            rules::NAME
                .at(
                    file.locator.file(),
                    Text::new(format!("nom de fichier : {name}"), format!("file name: {name}")),
                )
                .expected(expected.join(" / "))
                .found(name),
        );
    }
}

/// Eight digits that are a date.
fn is_date(text: &str) -> bool {
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    text.len() == 8
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && part(0, 4)
            .parse()
            .ok()
            .zip(part(4, 6).parse().ok())
            .zip(part(6, 8).parse().ok())
            .is_some_and(|((year, month), day)| jiff::civil::Date::new(year, month, day).is_ok())
}

fn required(file: &File, rows: &[&Row], outcome: &mut Outcome) {
    for &row in rows {
        for id in &file.layout.required {
            let Some(rank) = file.layout.rank(id).filter(|rank| row.cell(*rank).is_empty()) else {
                continue;
            };
            let label = file.layout.label(rank);
            outcome.findings.push(rules::REQUIRED.at(
                file.locator.cell(row.number, rank),
                Text::new(format!("« {label} » est vide"), format!("'{label}' is empty")),
            ));
        }
    }
}

/// The cells of a row in the columns `ids`, joined; `None` when all are empty.
pub(super) fn key(file: &File, cells: &Row, ids: &[String]) -> Option<String> {
    let parts: Vec<&str> = ids
        .iter()
        .filter_map(|id| file.layout.rank(id))
        .map(|rank| cells.cell(rank))
        .collect();
    (!parts.iter().all(|part| part.is_empty())).then(|| parts.join(" · "))
}

/// Rows of one key. In a transcoding, another LOINC code on the same key is the other rule's business.
fn duplicates(file: &File, rows: &[&Row], outcome: &mut Outcome) {
    let mut seen: BTreeMap<(String, String), u32> = BTreeMap::new();
    let code = file.layout.rank("loinc_code");
    for &row in rows {
        let Some(key) = key(file, row, &file.layout.key) else {
            continue;
        };
        let code = code.map(|rank| row.cell(rank).to_owned()).unwrap_or_default();
        if let Some(first) = seen.get(&(key.clone(), code.clone())) {
            outcome.findings.push(
                rules::DUPLICATE
                    .at(
                        file.locator.row(row.number),
                        Text::new(
                            format!("même ligne que la ligne {first} : {key}"),
                            format!("same row as row {first}: {key}"),
                        ),
                    )
                    .found(key),
            );
        } else {
            seen.insert((key, code), row.number);
        }
    }
}

/// Codes that keep one label, sub-chapters that keep one chapter.
fn consistency(file: &File, rows: &[&Row], outcome: &mut Outcome) {
    const PAIRS: [(&str, &str); 6] = [
        ("chapter_code", "chapter_label"),
        ("subchapter_code", "subchapter_label"),
        ("subchapter_code", "chapter_code"),
        ("subchapter_code", "chapter_label"),
        ("exam_code", "exam_label"),
        ("analysis_code", "analysis_label"),
    ];
    let mut told: BTreeSet<u32> = BTreeSet::new();
    for (code, says) in PAIRS {
        let (Some(code), Some(says)) = (file.layout.rank(code), file.layout.rank(says)) else {
            continue;
        };
        let mut first: BTreeMap<&str, (&str, u32)> = BTreeMap::new();
        for &row in rows {
            let (value, said) = (row.cell(code), row.cell(says));
            if value.is_empty() || said.is_empty() {
                continue;
            }
            let (before, line) = *first.entry(value).or_insert((said, row.number));
            if before != said && told.insert(row.number) {
                let (of, what) = (file.layout.label(code), file.layout.label(says));
                outcome.findings.push(
                    rules::CONSISTENCY
                        .at(
                            file.locator.cell(row.number, says),
                            Text::new(
                                format!(
                                    "{of} {value} : {what} « {said} », mais « {before} » à la ligne {line}"
                                ),
                                format!("{of} {value}: {what} '{said}', but '{before}' in row {line}"),
                            ),
                        )
                        .expected(before)
                        .found(said),
                );
            }
        }
    }
}

fn values(file: &File, rows: &[&Row], outcome: &mut Outcome) {
    for (rank, id) in file.layout.columns.iter().enumerate() {
        let Some(column) = layouts().column(id).filter(|column| !column.values.is_empty()) else {
            continue;
        };
        for &row in rows {
            let value = row.cell(rank);
            if !value.is_empty()
                && !column
                    .values
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(value))
            {
                outcome.findings.push(
                    rules::VALUE
                        .at(
                            file.locator.cell(row.number, rank),
                            Text::new(
                                format!("« {value} » n'est pas une échelle connue"),
                                format!("'{value}' is no known scale"),
                            ),
                        )
                        .expected(column.values.join(", "))
                        .found(value),
                );
            }
        }
    }
}

/// LOINC codes: shape, check digit, one for each analysis, membership.
fn codes(file: &File, rows: &[&Row], context: &Context<'_>, outcome: &mut Outcome) {
    let Some(rank) = file.layout.rank("loinc_code") else {
        return;
    };
    let owner = file
        .layout
        .one_code_for
        .as_deref()
        .and_then(|id| file.layout.rank(id));
    let value_set = value_set::codes(context);
    let mut first: BTreeMap<&str, (&str, u32)> = BTreeMap::new();
    let mut any = false;
    for &row in rows {
        let cell = row.cell(rank);
        if cell.is_empty() {
            continue;
        }
        any = true;
        let place = || file.locator.cell(row.number, rank);
        let written: Vec<&str> = cell
            .split(|character: char| !(character.is_ascii_alphanumeric() || character == '-'))
            .filter(|code| !code.is_empty() && *code != "et")
            .collect();
        if written.len() > 1 && written.iter().all(|code| check_digit::loinc_shape(code)) {
            outcome.findings.push(
                rules::SEVERAL
                    .at(
                        place(),
                        Text::new(
                            format!("{} codes LOINC dans la cellule : {cell}", written.len()),
                            format!("{} LOINC codes in the cell: {cell}", written.len()),
                        ),
                    )
                    .expected("1")
                    .found(cell),
            );
            continue;
        }
        if !check_digit::loinc_shape(cell) {
            outcome.findings.push(
                rules::SHAPE
                    .at(
                        place(),
                        Text::new(
                            format!("« {cell} » n'est pas un code LOINC"),
                            format!("'{cell}' is no LOINC code"),
                        ),
                    )
                    .found(cell),
            );
            continue;
        }
        if !check_digit::loinc(cell) {
            outcome.findings.push(
                rules::CHECK_DIGIT
                    .at(
                        place(),
                        Text::new(
                            format!("{cell} : chiffre de contrôle faux"),
                            format!("{cell}: wrong check digit"),
                        ),
                    )
                    .found(cell),
            );
            // Which code is meant is not known: whether it is another one is not said.
            continue;
        }
        if value_set.as_ref().is_some_and(|known| !known.contains(cell)) {
            outcome.findings.push(
                rules::ABSENT
                    .at(
                        place(),
                        Text::new(
                            format!("{cell} n'est pas dans le jeu de valeurs « circuit de la biologie »"),
                            format!("{cell} is not in the value set \"circuit de la biologie\""),
                        ),
                    )
                    .found(cell),
            );
        }
        let Some(value) = owner
            .map(|owner| row.cell(owner))
            .filter(|value| !value.is_empty())
        else {
            continue;
        };
        let (before, line) = *first.entry(value).or_insert((cell, row.number));
        if before != cell {
            let of = owner.map_or("", |owner| file.layout.label(owner));
            outcome.findings.push(
                rules::SEVERAL
                    .at(
                        place(),
                        Text::new(
                            format!("{of} {value} : {cell}, mais {before} à la ligne {line}"),
                            format!("{of} {value}: {cell}, but {before} in row {line}"),
                        ),
                    )
                    .expected(before)
                    .found(cell),
            );
        }
    }
    if any && value_set.is_none() {
        outcome.not_evaluated.push(Text::fixed(
            "jeu de valeurs « circuit de la biologie » absent : l'appartenance des codes n'est pas jugée",
            "value set \"circuit de la biologie\" absent: membership of the codes is not judged",
        ));
    }
}

fn minimum(file: &File, outcome: &mut Outcome) {
    let Some(minimum) = &file.layout.minimum else {
        return;
    };
    let Some(rank) = file.layout.rank(&minimum.column) else {
        return;
    };
    let distinct: BTreeSet<&str> = file
        .rows
        .iter()
        .map(|row| row.cell(rank))
        .filter(|value| !value.is_empty())
        .collect();
    if distinct.len() < minimum.count {
        let label = file.layout.label(rank);
        outcome.findings.push(
            rules::MINIMUM
                .at(
                    file.locator.file(),
                    Text::new(
                        format!(
                            "{} « {label} » distincts, {} demandés",
                            distinct.len(),
                            minimum.count
                        ),
                        format!(
                            "{} distinct '{label}', {} asked for",
                            distinct.len(),
                            minimum.count
                        ),
                    ),
                )
                .expected(format!("≥ {}", minimum.count))
                .found(distinct.len().to_string()),
        );
    }
}
