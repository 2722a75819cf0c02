//! An exchange file from its bytes to its rows.

use super::layout::{Layout, layouts};
use crate::checks::{Context, Outcome};
use crate::engines::table::{Flow, ProblemKind, delimited};
use crate::evidence::table::{self as evidence_table, Locator};
use crate::evidence::{Evidence, fold};

/// One row.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Line in the file, from 1.
    pub(super) number: u32,
    /// Its cells.
    pub(super) cells: Vec<String>,
}

impl Row {
    /// The cell at `rank`, empty when there is none.
    pub(super) fn cell(&self, rank: usize) -> &str {
        self.cells.get(rank).map_or("", String::as_str)
    }
}

/// A file, read.
#[derive(Debug)]
pub(super) struct File {
    /// Its layout.
    pub(super) layout: &'static Layout,
    /// Makes places.
    pub(super) locator: Locator,
    /// The separator found.
    pub(super) separator: char,
    /// The header, when the first row is one.
    pub(super) header: Option<Row>,
    /// The rows.
    pub(super) rows: Vec<Row>,
}

/// Reads the file; what is odd in the text goes to `outcome`. `None` when it is no exchange file or unreadable.
pub(super) fn read(evidence: &Evidence, context: &Context<'_>, outcome: &mut Outcome) -> Option<File> {
    let number = evidence_table::loinc_exchange_file(evidence.name())?;
    let layout = layouts().numbered(number)?;
    let mut locator = Locator::new(evidence, None);
    locator.set_headers(layout.labels());
    let bytes = outcome.bytes_or(evidence, context.limits.file_bytes, &evidence_table::OPEN)?;
    let mut rows: Vec<Row> = Vec::new();
    let result = delimited::read(&bytes, &context.limits.table(), &mut |row| {
        rows.push(Row {
            number: row.number,
            cells: row.cells.iter().map(|cell| cell.display().into_owned()).collect(),
        });
        Flow::Continue(())
    });
    let (separator, problems) = match result {
        Ok(read) => (read.dialect.separator, read.problems),
        Err((error, problems)) => {
            let (finding, not_evaluated) = locator.error(&error);
            outcome.findings.push(finding);
            outcome.not_evaluated.extend(not_evaluated);
            (';', problems)
        }
    };
    outcome.findings.extend(
        problems
            .iter()
            // The number of columns is judged against the layout, not against the other rows.
            .filter(|problem| !matches!(problem.kind, ProblemKind::Ragged { .. }))
            .map(|problem| locator.problem(problem)),
    );
    let header = rows.first().is_some_and(is_header).then(|| rows.remove(0));
    Some(File {
        layout,
        locator,
        separator,
        header,
        rows,
    })
}

/// Whether most cells of a row are titles of columns.
fn is_header(row: &Row) -> bool {
    let titles = row
        .cells
        .iter()
        .filter(|cell| !column_titled(cell).is_empty())
        .count();
    let filled = row.cells.iter().filter(|cell| !cell.is_empty()).count();
    titles >= 2 && titles * 2 > filled
}

/// Ids of the columns that a title may name.
pub(super) fn column_titled(title: &str) -> Vec<&'static str> {
    let folded = fold::words(title);
    layouts()
        .all_columns()
        .filter(|column| column.headers.contains(&folded))
        .map(|column| column.id.as_str())
        .collect()
}

/// Whether a title that names no column could still be the title of `column`: it has a word of it.
pub(super) fn fits(column: &str, title: &str) -> bool {
    let folded = fold::words(title);
    let known = layouts().column(column);
    folded.split(' ').any(|word| {
        known.is_some_and(|column| {
            column
                .headers
                .iter()
                .any(|header| header.split(' ').any(|known| known == word))
        })
    })
}
