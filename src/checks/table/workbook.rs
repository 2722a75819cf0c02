//! Workbooks: sheets and rows.

use crate::checks::{Context, Outcome};
use crate::engines::table::workbook::Workbook;
use crate::engines::table::{Flow, TableError};
use crate::evidence::Evidence;
use crate::evidence::words::table_limits;
use crate::finding::{Place, Rule};
use crate::text::{Text, text};

use super::rules;

/// Sheets named in what the examiner is told.
const SHOWN: usize = 8;

pub(super) fn judge(evidence: &Evidence, bytes: &[u8], context: &Context<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let limits = table_limits(context.limits);
    let place = || Place::file(evidence.path());
    let mut workbook = match Workbook::open(bytes, &limits) {
        Ok(workbook) => workbook,
        Err(error) => {
            let rule: &Rule = if error == TableError::Encrypted {
                &rules::LOCKED
            } else {
                &rules::READABLE
            };
            outcome.findings.push(rule.at(
                place(),
                Text::new(
                    format!("le classeur ne peut pas être ouvert : {error}"),
                    format!("the workbook cannot be opened: {error}"),
                ),
            ));
            return outcome;
        }
    };
    let mut counts = Vec::new();
    let mut total = 0_u64;
    for sheet in workbook.sheets().to_vec() {
        let mut rows = 0_u64;
        let read = workbook.read(&sheet, &limits, &mut |_| {
            rows += 1;
            Flow::Continue(())
        });
        if let Err((error, _)) = read {
            outcome.findings.push(rules::READABLE.at(
                place().path(&sheet),
                Text::new(
                    format!("la feuille « {sheet} » ne peut pas être lue en entier : {error}"),
                    format!("sheet '{sheet}' cannot be read whole: {error}"),
                ),
            ));
        }
        total += rows;
        counts.push(format!("{sheet} ({rows})"));
    }
    if total == 0 && outcome.findings.is_empty() {
        outcome
            .findings
            .push(rules::NO_ROWS.at(place(), text("aucune cellule remplie", "no cell is filled in")));
    }
    let sheets = counts.len();
    counts.truncate(SHOWN);
    let shown = counts.join(", ");
    outcome.verified.push(Text::new(
        format!("classeur ouvert, {sheets} feuille(s), {total} lignes : {shown}"),
        format!("workbook opened, {sheets} sheet(s), {total} rows: {shown}"),
    ));
    outcome
}
