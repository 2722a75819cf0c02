//! The choice of the sheet: the one whose headers fit a layout best, or why none does.

use std::ops::ControlFlow;

use super::cells::{Pace, Value};
use super::diagnostic::{self, Diagnostics};
use super::headers::Field;
use super::import::ImportOptions;
use super::layout::{self, Candidate, HEADER_ROWS, HeaderCells, LayoutKind};
use super::refusal::Refusal;
use super::source::Book;
use crate::text::Text;

/// Columns searched for headers.
const HEADER_COLUMNS: u32 = 512;

/// The sheet whose headers fit a layout best.
pub(super) fn choose_sheet(
    book: &mut Book<'_>,
    options: &ImportOptions,
    diagnostics: &mut Diagnostics,
) -> Result<(String, Candidate), Box<Refusal>> {
    let sheets = book.sheets();
    if let Some(wanted) = &options.sheet
        && !sheets.contains(wanted)
    {
        return Err(Refusal::new(
            "SHEET_NOT_FOUND",
            Text::new(
                format!(
                    "pas de feuille « {wanted} » ; feuilles du classeur : {}",
                    sheets.join(", ")
                ),
                format!(
                    "no sheet “{wanted}”; sheets of the workbook: {}",
                    sheets.join(", ")
                ),
            ),
        ));
    }
    let mut best: Option<(String, Candidate, bool)> = None;
    let mut first_row: Option<(String, HeaderCells)> = None;
    for sheet in sheets
        .iter()
        .filter(|sheet| options.sheet.as_ref().is_none_or(|wanted| wanted == *sheet))
    {
        let mut found: Option<Candidate> = None;
        book.rows(
            sheet,
            &options.limits,
            Pace::Step,
            &|column| column < HEADER_COLUMNS,
            &mut |row, cells| {
                if row >= HEADER_ROWS {
                    return ControlFlow::Break(());
                }
                let texts: HeaderCells = cells
                    .iter()
                    .filter_map(|(column, value)| match value {
                        Value::Text(text) => Some((*column, (*text).to_owned())),
                        _ => None,
                    })
                    .collect();
                if first_row.is_none() && !texts.is_empty() {
                    first_row = Some((sheet.clone(), texts.clone()));
                }
                found = layout::better(found.take(), layout::candidate(row, texts, sheet));
                match &found {
                    Some(found) if found.is_whole() => ControlFlow::Break(()),
                    _ => ControlFlow::Continue(()),
                }
            },
        )?;
        if let Some(candidate) = found {
            let expected = candidate.layout.sheets.contains(sheet);
            let rank = |candidate: &Candidate, expected: bool| {
                (
                    candidate.readable(),
                    candidate.layout.kind != LayoutKind::Requirements,
                    candidate.score,
                    expected,
                )
            };
            if best.as_ref().is_none_or(|(_, known, known_expected)| {
                rank(&candidate, expected) > rank(known, *known_expected)
            }) {
                best = Some((sheet.clone(), candidate, expected));
            }
        }
    }
    match best {
        Some((sheet, candidate, _)) if candidate.readable() => {
            for other in sheets.iter().filter(|other| **other != sheet) {
                diagnostics.add(&diagnostic::EXTRA_SHEET, None, || {
                    Text::new(format!("« {other} »"), format!("“{other}”"))
                });
            }
            Ok((sheet, candidate))
        }
        Some((sheet, candidate, _)) => Err(headers_missing(&sheet, &candidate)),
        None => Err(no_headers(first_row)),
    }
}

fn seen(cells: &HeaderCells) -> Vec<String> {
    const SHOWN: usize = 10;
    const LONGEST: usize = 60;
    cells
        .iter()
        .take(SHOWN)
        .map(|(_, cell)| {
            cell.split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .chars()
                .take(LONGEST)
                .collect()
        })
        .collect()
}

fn headers_missing(sheet: &str, candidate: &Candidate) -> Box<Refusal> {
    let headers_seen = seen(&candidate.cells);
    let code = if candidate.missing.is_empty() {
        "HEADER_NOT_FOUND"
    } else {
        "HEADER_MISSING"
    };
    let missing = if candidate.missing.is_empty() {
        let known: Vec<Field> = candidate
            .recognised
            .iter()
            .flatten()
            .map(|found| found.header.field)
            .collect();
        candidate
            .layout
            .headers
            .iter()
            .filter(|field| !known.contains(field))
            .map(|field| super::headers::usual(*field).to_owned())
            .collect()
    } else {
        candidate.missing.clone()
    };
    let mut refusal = Refusal::new(
        code,
        Text::new(
            format!(
                "feuille « {sheet} », ligne {} : il manque la colonne {} ; le modèle le plus proche est {} ; en-têtes lus : {}",
                candidate.row + 1,
                missing.iter().map(|name| format!("« {name} »")).collect::<Vec<_>>().join(", "),
                candidate.layout.id,
                headers_seen.join(" | "),
            ),
            format!(
                "sheet “{sheet}”, row {}: column {} is missing; the nearest layout is {}; headers read: {}",
                candidate.row + 1,
                missing.iter().map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", "),
                candidate.layout.id,
                headers_seen.join(" | "),
            ),
        ),
    )
    .in_sheet(sheet);
    refusal.headers_seen = headers_seen;
    refusal.nearest_layout = Some(candidate.layout.id.clone());
    refusal.missing = missing;
    refusal
}

fn no_headers(first_row: Option<(String, HeaderCells)>) -> Box<Refusal> {
    let Some((sheet, cells)) = first_row else {
        return Refusal::new(
            "EMPTY_SHEET",
            Text::fixed(
                "le classeur ne contient aucune cellule",
                "the workbook holds no cell",
            ),
        );
    };
    let headers_seen = seen(&cells);
    let mut refusal = Refusal::new(
        "HEADER_NOT_FOUND",
        Text::new(
            format!(
                "feuille « {sheet} » : pas d’en-têtes de REM dans les {HEADER_ROWS} premières lignes ; premières cellules lues : {}",
                headers_seen.join(" | ")
            ),
            format!(
                "sheet “{sheet}”: no REM headers in the first {HEADER_ROWS} rows; first cells read: {}",
                headers_seen.join(" | ")
            ),
        ),
    )
    .in_sheet(&sheet);
    refusal.headers_seen = headers_seen;
    refusal
}
