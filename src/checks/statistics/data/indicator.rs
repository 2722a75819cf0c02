//! Indicators: what is counted, which periods, which numbers to reach.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::words::HeaderWords;
use crate::text::Text;

/// A dimension's fixed values, as an indicator writes them: `{ channel = "DMP", result = "echec" }`.
pub type Filter = BTreeMap<String, String>;

/// Ten documents a month, on each channel: the scenario of the dashboard requirements.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// What is counted.
    pub unit: String,
    /// Documents of one month and channel: of each type, or of all types together.
    pub per_month: i64,
    /// Channels that must each carry them.
    pub channels: Vec<String>,
    /// The dimension of the types.
    pub by: String,
    /// Groups of types one of each of which must appear.
    #[serde(default)]
    pub types: Vec<Vec<String>>,
    /// Only when the file holds successes over the months of the scenario.
    #[serde(default)]
    pub only_with_successes: bool,
}

/// A number to reach.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// What is counted.
    pub label: Text,
    /// Which counts.
    #[serde(rename = "where", default)]
    pub filter: Filter,
    /// Alternatives: the largest one counts.
    #[serde(default)]
    pub any: Vec<Filter>,
    /// The least number.
    pub at_least: i64,
    /// A dimension each value of which must reach the number.
    #[serde(default)]
    pub each: Option<String>,
    /// Values of `each` that count.
    #[serde(default)]
    pub among: Vec<String>,
    /// `note` when a file without anything of the kind only says so: another proof shows it.
    #[serde(default)]
    pub when_absent: Option<String>,
}

/// The target rate of one indicator of SUN-ES.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Its name.
    pub series: String,
    /// What it measures.
    pub label: Text,
    /// Folded words that name it in files.
    pub names: Vec<String>,
    /// Percent by window.
    pub windows: BTreeMap<String, i64>,
    /// Whether not reaching it is a fault, or only shown.
    pub required: bool,
}

/// Something that one DSR wants to see besides.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The DSR.
    pub dsr: String,
    /// The counted object.
    pub unit: String,
}

/// Which periods a file must cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// Current month, current year, previous year.
    TwoYears,
    /// Months without gap.
    Monthly,
    /// Any period.
    Any,
}

/// An indicator.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Its id, as the REM writes it.
    pub id: String,
    /// Other ids of it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What it measures.
    pub title: Text,
    /// What is counted.
    pub population: Text,
    /// DSRs that ask for it.
    pub dsr: Vec<String>,
    /// Document it comes from.
    pub source: String,
    /// Fields a file needs; `a|b` is one or the other.
    pub needs: Vec<String>,
    /// Periods it must cover.
    pub periods: Coverage,
    /// The population, as fixed dimensions.
    #[serde(rename = "where", default)]
    pub filter: Filter,
    /// What some DSR wants besides.
    #[serde(default)]
    pub expects: Vec<Expected>,
    /// Headers of this indicator alone, by field.
    #[serde(default)]
    pub headers: BTreeMap<String, Vec<String>>,
    /// Words of headers of this indicator alone.
    #[serde(default)]
    pub header_words: Vec<HeaderWords>,
    /// The volumes of the conformity scenario.
    #[serde(default)]
    pub volume: Option<Volume>,
    /// Numbers to reach.
    #[serde(default)]
    pub threshold: Vec<Threshold>,
    /// Rates to reach.
    #[serde(default)]
    pub target: Vec<Target>,
    /// First and last month of each window.
    #[serde(default)]
    pub windows: BTreeMap<String, [String; 2]>,
    /// Indicators that must all be in the file.
    #[serde(default)]
    pub requires_series: Vec<String>,
    /// What plain counts count, when no column says (`documents` otherwise).
    #[serde(default)]
    pub default_unit: Option<String>,
    /// The indicator of rows that name none.
    #[serde(default)]
    pub default_series: Option<String>,
}
