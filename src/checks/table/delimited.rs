//! CSV and its kin.

use std::collections::BTreeSet;

use crate::checks::{Context, Outcome};
use crate::engines::table::{Flow, Problem, ProblemKind, Value, delimited};
use crate::evidence::Evidence;
use crate::evidence::words::table_limits;
use crate::finding::Place;
use crate::text::{Text, text};

use super::rules;

pub(super) fn judge(evidence: &Evidence, bytes: &[u8], context: &Context<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let mut header: Option<(u32, Vec<String>)> = None;
    let mut rows = 0_u64;
    let result = delimited::read(bytes, &table_limits(context.limits), &mut |row| {
        if header.is_none() {
            let cells = row
                .cells
                .iter()
                .map(|cell: &Value<'_>| cell.display().into_owned());
            header = Some((row.number, cells.collect()));
        } else {
            rows += 1;
        }
        Flow::Continue(())
    });
    let problems = match result {
        Ok(read) => {
            let (separator, width) = (read.dialect.separator, read.dialect.width);
            outcome.verified.push(Text::new(
                format!("CSV lu en entier : {rows} lignes de données, {width} colonnes, séparateur « {separator} »"),
                format!("CSV read whole: {rows} data rows, {width} columns, separator '{separator}'"),
            ));
            read.problems
        }
        Err((error, problems)) => {
            outcome.findings.push(rules::READABLE.at(
                Place::file(evidence.path()),
                Text::new(
                    format!("le tableau ne peut pas être lu en entier : {error}"),
                    format!("the table cannot be read whole: {error}"),
                ),
            ));
            problems
        }
    };
    ragged(evidence, &problems, &mut outcome);
    if let Some((number, cells)) = &header {
        judge_header(evidence, *number, cells, &mut outcome);
    }
    if rows == 0 && outcome.findings.is_empty() {
        outcome.findings.push(rules::NO_ROWS.at(
            Place::file(evidence.path()),
            text(
                "aucune ligne de données après l'en-tête",
                "no data row after the header",
            ),
        ));
    }
    outcome
}

/// One finding for all uneven rows, at the first one.
fn ragged(evidence: &Evidence, problems: &[Problem], outcome: &mut Outcome) {
    let uneven: Vec<(u32, usize, usize)> = problems
        .iter()
        .filter_map(|problem| match problem.kind {
            ProblemKind::Ragged { expected, found } => Some((problem.row, expected, found)),
            _ => None,
        })
        .collect();
    let Some(&(row, expected, found)) = uneven.first() else {
        return;
    };
    let column = u32::try_from(expected.min(found) + 1).unwrap_or(u32::MAX);
    let mut finding = rules::RAGGED
        .at(
            Place::file(evidence.path())
                .line_column(row, 1)
                .path(format!("ligne {row}, cellule {column}")),
            Text::new(
                format!("{found} cellules au lieu de {expected}"),
                format!("{found} cells instead of {expected}"),
            ),
        )
        .expected(expected.to_string())
        .found(found.to_string());
    finding.count = uneven.len() as u64;
    outcome.findings.push(finding);
}

fn judge_header(evidence: &Evidence, number: u32, cells: &[String], outcome: &mut Outcome) {
    let mut names = BTreeSet::new();
    let fault = cells.iter().enumerate().find_map(|(index, cell)| {
        let name = cell.trim().to_lowercase();
        let message = if name.is_empty() {
            text("colonne sans nom", "column without a name")
        } else if name
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '%' | ' '))
        {
            Text::new(
                format!("« {cell} » est une valeur, non un nom de colonne"),
                format!("'{cell}' is a value, not a column name"),
            )
        } else if names.insert(name) {
            return None;
        } else {
            Text::new(
                format!("deux colonnes se nomment « {cell} »"),
                format!("two columns are named '{cell}'"),
            )
        };
        Some((index + 1, message))
    });
    if let Some((column, message)) = fault {
        outcome.findings.push(
            rules::HEADER
                .at(
                    Place::file(evidence.path())
                        .line_column(number, 1)
                        .path(format!("ligne {number}, cellule {column}")),
                    message,
                )
                .snippet(cells.join(" | ")),
        );
    }
}
