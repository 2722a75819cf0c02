//! The rules of statistics files.

use crate::finding::{Rule, Severity};
use crate::text::Text;

mod cells;
mod indicator;
mod periods;
mod sums;

pub(super) use cells::*;
pub(super) use indicator::*;
pub(super) use periods::*;
pub(super) use sums::*;

const SOURCE: &str = "REM TBB/va1.01 à TBB/va1.05 ; conforme, docs/statistics.md";

const fn error(id: &'static str, title: Text, why: Text, fix: Text) -> Rule {
    Rule::fixed(id, Severity::Error, title, why, fix, SOURCE)
}

const fn warning(id: &'static str, title: Text, why: Text, fix: Text) -> Rule {
    Rule::fixed(id, Severity::Warning, title, why, fix, SOURCE)
}

const fn info(id: &'static str, title: Text, why: Text, fix: Text) -> Rule {
    Rule::fixed(id, Severity::Info, title, why, fix, SOURCE)
}

/// Every rule of one file alone.
pub(super) fn file_rules() -> Vec<&'static Rule> {
    vec![
        &HEADER,
        &NO_ROWS,
        &LAYOUT,
        &COLUMN,
        &EMPTY,
        &VALUE,
        &COUNT,
        &NEGATIVE,
        &FINESS,
        &FINESS_KEY,
        &RPPS,
        &RPPS_KEY,
        &TYPE_KEY,
        &PERIOD,
        &FUTURE,
        &GAP,
        &OVERLAP,
        &COVERAGE,
        &DUPLICATE,
        &TOTAL,
        &YEAR,
        &BOUND,
        &RATE,
        &RATE_RANGE,
        &DENOMINATOR,
        &VOLUME,
        &VOLUME_TYPE,
        &CHANNEL,
        &ELSEWHERE,
        &THRESHOLD,
        &TARGET,
        &WINDOW,
        &SERIES,
        &EXPECTED,
        &INDICATOR_DSR,
    ]
}
