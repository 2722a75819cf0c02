//! Tables that no statistics indicator claims: a CSV opens with a header and even rows, a workbook opens and has rows.

mod delimited;
mod rules;
mod workbook;

use crate::checks::{Check, Context, Outcome};
use crate::evidence::{Evidence, Kind};
use crate::finding::Rule;
use crate::text::Text;

/// The check on CSV files and workbooks.
#[derive(Debug)]
pub struct TableCheck;

impl Check for TableCheck {
    fn id(&self) -> &'static str {
        "table"
    }

    fn accepts(&self, kind: Kind) -> bool {
        matches!(kind, Kind::Csv | Kind::Workbook)
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![
            &rules::READABLE,
            &rules::LOCKED,
            &rules::HEADER,
            &rules::RAGGED,
            &rules::NO_ROWS,
        ]
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        // The statistics family says all this, and more, of a table judged against an indicator.
        if context.options.indicator.is_some() {
            return Outcome::default();
        }
        match evidence.bytes(context.limits.file_bytes) {
            Err(error) => Outcome {
                not_evaluated: vec![Text::verbatim(error.to_string())],
                ..Outcome::default()
            },
            Ok(bytes) if evidence.kind() == Kind::Csv => delimited::judge(evidence, &bytes, context),
            Ok(bytes) => workbook::judge(evidence, &bytes, context),
        }
    }
}
