//! LOINC exchange files: the catalogue exports and transcodings of a laboratory (`LOINC_1` to `LOINC_6`).

mod columns;
mod cross;
mod judge;
mod layout;
mod read;
mod rules;
mod value_set;

pub use cross::ExchangeSet;

use crate::checks::{Check, Context, Outcome};
use crate::evidence::{Evidence, Kind, table};
use crate::finding::Rule;

/// Judges one LOINC exchange file, known by its name.
pub struct ExchangeFile;

impl Check for ExchangeFile {
    fn id(&self) -> &'static str {
        "loinc-file"
    }

    fn accepts(&self, kind: Kind) -> bool {
        matches!(kind, Kind::Csv | Kind::Text | Kind::Empty)
    }

    fn rules(&self) -> Vec<&'static Rule> {
        let mut rules = table::rules();
        rules.extend([
            &rules::NAME,
            &rules::SEPARATOR,
            &rules::COLUMNS,
            &rules::ORDER,
            &rules::REQUIRED,
            &rules::NO_ROWS,
            &rules::CONSISTENCY,
            &rules::DUPLICATE,
            &rules::SHAPE,
            &rules::CHECK_DIGIT,
            &rules::SEVERAL,
            &rules::ABSENT,
            &rules::VALUE,
            &rules::MINIMUM,
        ]);
        rules
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        if let Some(file) = read::read(evidence, context, &mut outcome) {
            judge::judge(evidence, &file, context, &mut outcome);
        }
        outcome.findings.truncate(context.limits.findings_per_file);
        outcome
    }
}
