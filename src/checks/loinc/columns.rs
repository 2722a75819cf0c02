//! The columns of an exchange file: how many, in which order.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::read::{File, Row, column_titled, fits};
use super::rules;
use crate::checks::Outcome;
use crate::evidence::table as evidence_table;
use crate::text::Text;

/// Titles that name another column than the one at their rank, or none: one finding, at the first of them.
pub(super) fn header(file: &File, outcome: &mut Outcome) {
    let Some(header) = file.header.as_ref().filter(|header| !wrong_width(file, header)) else {
        return;
    };
    let misplaced: Vec<(usize, &str)> = header
        .cells
        .iter()
        .enumerate()
        .filter_map(|(rank, title)| {
            let wanted = file.layout.columns.get(rank)?;
            let named = column_titled(title);
            let elsewhere = named
                .iter()
                .any(|id| *id != wanted && file.layout.columns.iter().any(|column| column == id));
            let here = named.iter().any(|id| id == wanted);
            let unknown = named.is_empty() && !title.is_empty() && !fits(wanted, title);
            ((elsewhere && !here) || unknown).then_some((rank, title.as_str()))
        })
        .collect();
    let Some(&(rank, title)) = misplaced.first() else {
        return;
    };
    let label = file.layout.label(rank);
    let (mut others_fr, mut others_en) = (String::new(), String::new());
    for &(rank, title) in misplaced.iter().skip(1) {
        let label = file.layout.label(rank);
        // Writing to a String cannot fail.
        let _ = write!(
            others_fr,
            " ; colonne {} : « {title} » au lieu de « {label} »",
            rank + 1
        );
        let _ = write!(others_en, "; column {}: '{title}' instead of '{label}'", rank + 1);
    }
    outcome.findings.push(
        rules::ORDER
            .at(
                file.locator.cell(header.number, rank),
                Text::new(
                    format!(
                        "colonne {} : « {title} » à la place de « {label} »{others_fr}",
                        rank + 1
                    ),
                    format!("column {}: '{title}' in place of '{label}'{others_en}", rank + 1),
                ),
            )
            .expected(label)
            .found(title),
    );
}

/// Whether a row has too few cells, or filled ones beyond the last column.
pub(super) fn wrong_width(file: &File, row: &Row) -> bool {
    let wanted = file.layout.columns.len();
    let significant = row.cells.len() - row.cells.iter().rev().take_while(|cell| cell.is_empty()).count();
    row.cells.len() < wanted || significant > wanted
}

/// The width of every row; one finding when all rows share the fault. False when the rows cannot be read by rank.
pub(super) fn widths(file: &File, outcome: &mut Outcome) -> bool {
    let wanted = file.layout.columns.len();
    // A row with another separator is said as such.
    let told: BTreeSet<u32> = outcome
        .findings
        .iter()
        .filter(|finding| finding.rule == evidence_table::SEPARATOR.id)
        .filter_map(|finding| finding.place.line)
        .collect();
    let wrong: Vec<&Row> = file.rows.iter().filter(|row| wrong_width(file, row)).collect();
    let all = wrong.len() == file.rows.len();
    let faulty: Vec<&Row> = wrong
        .into_iter()
        .filter(|row| !told.contains(&row.number))
        .collect();
    for row in faulty.iter().take(if all { 1 } else { usize::MAX }) {
        outcome.findings.push(
            rules::COLUMNS
                .at(
                    file.locator.row(row.number),
                    Text::new(
                        format!("{} colonnes au lieu de {wanted}", row.cells.len()),
                        format!("{} columns instead of {wanted}", row.cells.len()),
                    ),
                )
                .expected(wanted.to_string())
                .found(row.cells.len().to_string()),
        );
    }
    if let Some(header) = file
        .header
        .as_ref()
        .filter(|header| !all && wrong_width(file, header))
    {
        outcome.findings.push(
            rules::COLUMNS
                .at(
                    file.locator.row(header.number),
                    Text::new(
                        format!("{} titres au lieu de {wanted}", header.cells.len()),
                        format!("{} titles instead of {wanted}", header.cells.len()),
                    ),
                )
                .expected(wanted.to_string())
                .found(header.cells.len().to_string()),
        );
    }
    !all
}
