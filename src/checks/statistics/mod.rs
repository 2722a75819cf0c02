//! Statistics files: what a dashboard or an extraction counts, recomputed and never believed.
//!
//! A file is read into a canonical table (`model`) through headers and words that are data (`data`), then judged by
//! rules that hold for every statistics file, and by those of one indicator when it is known which.

mod analyse;
mod compare;
mod consequences;
pub mod data;
mod identifiers;
mod layout;
mod load;
mod model;
mod period;
mod periods;
mod rates;
mod read;
mod recount;
mod repeated;
mod row_period;
mod rules;
mod targets;
mod totals;
mod volumes;

pub use analyse::{Analysis, analyse};
pub use compare::DashboardAgreement;
pub use data::{Indicator, indicator, indicators};
pub use recount::Recount;

use crate::checks::{Check, Context, Outcome};
use crate::evidence::{Evidence, Kind, table};
use crate::finding::Rule;

/// Judges tables: as statistics when their headers or the caller say so, else only as tables.
pub struct Statistics;

impl Check for Statistics {
    fn id(&self) -> &'static str {
        "statistics"
    }

    fn accepts(&self, kind: Kind) -> bool {
        matches!(kind, Kind::Csv | Kind::Workbook | Kind::Json)
    }

    fn rules(&self) -> Vec<&'static Rule> {
        let mut rules = table::rules();
        rules.extend(rules::file_rules());
        rules
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        if table::loinc_exchange_file(evidence.name()).is_some() {
            return Outcome::default();
        }
        analyse(evidence, context).outcome
    }
}
