//! The facts of statistics files, read from `testcases/statistics` and `testcases/indicators`: fields and their
//! headers, values and their words, indicators.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

pub use crate::evidence::fold::words as fold;
use crate::text::Text;

/// What a counted object is broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// FINESS of the geographic site.
    Finess,
    /// Where the document went.
    Channel,
    /// Type of the document.
    DocType,
    /// Whether the INS is qualified.
    InsStatus,
    /// Success or failure.
    Result,
    /// How a received document was integrated.
    Integration,
    /// What is counted: documents, dossiers, calls...
    Unit,
    /// Which indicator of a file with several.
    Series,
}

/// How many dimensions there are.
pub const DIMENSIONS: usize = 8;

impl Dimension {
    /// All of them, in the order of [`super::model::Fact::dimensions`].
    pub const ALL: [Self; DIMENSIONS] = [
        Self::Finess,
        Self::Channel,
        Self::DocType,
        Self::InsStatus,
        Self::Result,
        Self::Integration,
        Self::Unit,
        Self::Series,
    ];

    /// The name in the data files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Finess => "finess_geo",
            Self::Channel => "channel",
            Self::DocType => "doc_type",
            Self::InsStatus => "ins_status",
            Self::Result => "result",
            Self::Integration => "integration",
            Self::Unit => "unit",
            Self::Series => "series",
        }
    }

    /// The dimension of that name.
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.id() == id)
    }

    /// Rank among [`Dimension::ALL`].
    pub const fn rank(self) -> usize {
        self as usize
    }

    /// Whether counts add up over it: objects of different units or indicators do not.
    pub const fn additive(self) -> bool {
        !matches!(self, Self::Unit | Self::Series)
    }
}

/// What a field does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A part of the period.
    Period,
    /// A dimension, or the RPPS.
    Dimension,
    /// Something else that a row says.
    Attribute,
    /// A count.
    Measure,
    /// A declared rate.
    Rate,
}

/// A canonical field and the headers that name it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Canonical name, used by `--map`.
    pub id: String,
    /// What it does.
    pub kind: FieldKind,
    /// French name for people.
    pub label: String,
    /// Folded headers that name it.
    pub names: Vec<String>,
    /// Sets of words one of which a header holds.
    #[serde(default)]
    pub words: Vec<Vec<String>>,
    /// Words that exclude it.
    #[serde(default)]
    pub without: Vec<String>,
    /// Dimensions that a measure fixes by itself.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
}

impl Field {
    /// Whether a folded header holds the words of the field.
    pub fn matches_words(&self, header: &str) -> bool {
        let words: Vec<&str> = header.split(' ').collect();
        let holds = |word: &String| words.contains(&word.as_str());
        self.words
            .iter()
            .any(|set| !set.is_empty() && set.iter().all(holds))
            && !self.without.iter().any(holds)
    }
}

/// A rate and the two counts it is made of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatioRule {
    /// Field of the declared rate.
    pub rate: String,
    /// Field of the numerator.
    pub numerator: String,
    /// Field of the denominator.
    pub denominator: String,
}

/// Two counts of one row of which one bounds the other.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoundRule {
    /// The smaller.
    pub less: String,
    /// The larger.
    pub more: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadersFile {
    field: Vec<Field>,
    ratio: Vec<RatioRule>,
    bound: Vec<BoundRule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ValuesFile {
    total: Vec<String>,
    #[serde(default)]
    beside: BTreeMap<String, Beside>,
    channel: BTreeMap<String, Vec<String>>,
    ins_status: BTreeMap<String, Vec<String>>,
    result: BTreeMap<String, Vec<String>>,
    integration: BTreeMap<String, Vec<String>>,
    unit: BTreeMap<String, Vec<String>>,
    doc_type: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    phrase: Vec<Phrase>,
    closed: BTreeMap<String, Vec<String>>,
    not_additive: NotAdditive,
    period_role: BTreeMap<String, Vec<String>>,
    months: BTreeMap<String, Vec<String>>,
    years: Years,
}

/// A value told by some words of a sentence.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrase {
    /// The dimension.
    pub dimension: String,
    /// The value.
    pub value: String,
    /// Lists of words: one of each list is there.
    pub has: Vec<Vec<String>>,
    /// None of these words is there.
    #[serde(default)]
    pub without: Vec<String>,
}

impl Phrase {
    fn fits(&self, words: &[&str]) -> bool {
        let there = |word: &String| words.contains(&word.as_str());
        self.has.iter().all(|list| list.iter().any(there)) && !self.without.iter().any(there)
    }
}

/// Words of a dimension whose meaning depends on what its column names besides.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beside {
    /// The folded words.
    pub words: Vec<String>,
    /// What they mean by themselves.
    pub first: String,
    /// What they mean beside another word for `first`.
    pub second: String,
}

/// A field told by some words of a header.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderWords {
    /// The field.
    pub field: String,
    /// Lists of words: one of each list is there.
    pub has: Vec<Vec<String>>,
    /// None of these words is there.
    #[serde(default)]
    pub without: Vec<String>,
}

impl HeaderWords {
    /// Whether a folded header has the words.
    pub fn fits(&self, header: &str) -> bool {
        let words: Vec<&str> = header.split(' ').collect();
        let there = |word: &String| words.contains(&word.as_str());
        self.has.iter().all(|list| list.iter().any(there)) && !self.without.iter().any(there)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NotAdditive {
    units: Vec<String>,
}

/// Years that a period may have.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Years {
    /// First one that makes sense.
    pub first: i16,
    /// Last one that makes sense.
    pub last: i16,
}

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

/// All of the data.
#[derive(Debug)]
pub struct Data {
    /// Fields, in order of preference.
    pub fields: Vec<Field>,
    /// Rates.
    pub ratios: Vec<RatioRule>,
    /// Bounds.
    pub bounds: Vec<BoundRule>,
    /// Folded words of an aggregate.
    pub total: Vec<String>,
    /// By dimension: folded word to canonical value.
    pub values: BTreeMap<&'static str, BTreeMap<String, String>>,
    /// Values told by a sentence, in order of preference.
    pub phrases: Vec<Phrase>,
    /// By dimension: words with two meanings.
    pub beside: BTreeMap<String, Beside>,
    /// All values of dimensions that are closed.
    pub closed: BTreeMap<String, Vec<String>>,
    /// Units whose counts do not add up.
    pub not_additive: Vec<String>,
    /// Folded words of the roles of periods.
    pub roles: BTreeMap<String, String>,
    /// Folded month names.
    pub months: BTreeMap<String, i8>,
    /// Years that make sense.
    pub years: Years,
    /// Indicators, in the order of their ids.
    pub indicators: Vec<Indicator>,
}

const HEADERS: &str = include_str!("../../../testcases/statistics/headers.toml");
const VALUES: &str = include_str!("../../../testcases/statistics/values.toml");
const INDICATORS: [&str; 16] = [
    include_str!("../../../testcases/indicators/avenant-10.toml"),
    include_str!("../../../testcases/indicators/dmp-histo.07.toml"),
    include_str!("../../../testcases/indicators/ds1.4.toml"),
    include_str!("../../../testcases/indicators/mss-ux.16.toml"),
    include_str!("../../../testcases/indicators/sun-es.toml"),
    include_str!("../../../testcases/indicators/tbb-va1.01.toml"),
    include_str!("../../../testcases/indicators/tbb-va1.02.toml"),
    include_str!("../../../testcases/indicators/tbb-va1.03.toml"),
    include_str!("../../../testcases/indicators/tbb-va1.04.toml"),
    include_str!("../../../testcases/indicators/tbb-va1.05.toml"),
    include_str!("../../../testcases/indicators/va-dpi.toml"),
    include_str!("../../../testcases/indicators/va-loinc.toml"),
    include_str!("../../../testcases/indicators/va-pfi.toml"),
    include_str!("../../../testcases/indicators/va-ri.toml"),
    include_str!("../../../testcases/indicators/va-ris.toml"),
    include_str!("../../../testcases/indicators/va-sgl.toml"),
];

/// The data, read once.
pub fn data() -> &'static Data {
    static DATA: LazyLock<Data> = LazyLock::new(load);
    &DATA
}

/// All indicators.
pub fn indicators() -> &'static [Indicator] {
    &data().indicators
}

/// The indicator of that id or alias, case and accents apart.
pub fn indicator(id: &str) -> Option<&'static Indicator> {
    let wanted = fold(id);
    indicators().iter().find(|indicator| {
        fold(&indicator.id) == wanted || indicator.aliases.iter().any(|alias| fold(alias) == wanted)
    })
}

#[expect(
    clippy::expect_used,
    reason = "embedded data, read by every test of this family"
)]
fn load() -> Data {
    // invariant: these files are part of the binary and a test reads them all.
    let headers: HeadersFile = toml::from_str(HEADERS).expect("headers.toml");
    let values: ValuesFile = toml::from_str(VALUES).expect("values.toml");
    let indicators = INDICATORS
        .iter()
        .map(|source| toml::from_str::<Indicator>(source).expect("indicator"))
        .collect();
    let by_word = |table: &BTreeMap<String, Vec<String>>| -> BTreeMap<String, String> {
        let mut words = BTreeMap::new();
        for (canonical, synonyms) in table {
            words.insert(fold(canonical), canonical.clone());
            for synonym in synonyms {
                words.insert(fold(synonym), canonical.clone());
            }
        }
        words
    };
    Data {
        fields: headers.field,
        ratios: headers.ratio,
        bounds: headers.bound,
        total: values.total.iter().map(|word| fold(word)).collect(),
        values: BTreeMap::from([
            ("channel", by_word(&values.channel)),
            ("ins_status", by_word(&values.ins_status)),
            ("result", by_word(&values.result)),
            ("integration", by_word(&values.integration)),
            ("unit", by_word(&values.unit)),
            ("doc_type", by_word(&values.doc_type)),
        ]),
        phrases: values.phrase,
        beside: values.beside,
        closed: values.closed,
        not_additive: values.not_additive.units,
        roles: by_word(&values.period_role),
        months: values
            .months
            .iter()
            .flat_map(|(number, names)| {
                let number = number.parse::<i8>().expect("month number");
                names.iter().map(move |name| (fold(name), number))
            })
            .collect(),
        years: values.years,
        indicators,
    }
}

impl Data {
    /// The field of that id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// Whether a folded cell says "not broken down".
    pub fn is_total(&self, folded: &str) -> bool {
        self.total.iter().any(|word| word == folded)
    }

    /// The canonical value of a folded word or sentence in a dimension.
    pub fn value(&self, dimension: &str, folded: &str) -> Option<&str> {
        self.values
            .get(dimension)
            .and_then(|words| words.get(folded))
            .map(String::as_str)
            .or_else(|| self.phrase(dimension, folded))
    }

    fn phrase(&self, dimension: &str, folded: &str) -> Option<&str> {
        let words: Vec<&str> = folded.split(' ').collect();
        self.phrases
            .iter()
            .find(|phrase| phrase.dimension == dimension && phrase.fits(&words))
            .map(|phrase| phrase.value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_is_sound() {
        let data = data();
        for field in &data.fields {
            for name in &field.names {
                assert_eq!(&fold(name), name, "{}: name is not folded", field.id);
            }
            for (dimension, value) in &field.set {
                assert!(Dimension::named(dimension).is_some(), "{}", field.id);
                assert!(
                    data.value(dimension, &fold(value)) == Some(value),
                    "{}: {value} is no value of {dimension}",
                    field.id
                );
            }
        }
        for phrase in &data.phrases {
            assert!(
                data.values[phrase.dimension.as_str()]
                    .values()
                    .any(|value| *value == phrase.value),
                "{}: {}",
                phrase.dimension,
                phrase.value
            );
        }
        for (dimension, beside) in &data.beside {
            for word in &beside.words {
                assert_eq!(&fold(word), word);
                assert_eq!(data.value(dimension, word), Some(beside.first.as_str()), "{word}");
            }
            assert!(
                data.values[dimension.as_str()]
                    .values()
                    .any(|value| *value == beside.second)
            );
        }
        for rule in &data.ratios {
            for id in [&rule.rate, &rule.numerator, &rule.denominator] {
                assert!(data.field(id).is_some(), "{id}");
            }
        }
        for rule in &data.bounds {
            for id in [&rule.less, &rule.more] {
                assert!(data.field(id).is_some(), "{id}");
            }
        }
    }

    #[test]
    fn indicators_name_known_dimensions_and_values() {
        let known = |filter: &Filter| {
            for (dimension, value) in filter {
                assert_eq!(data().value(dimension, &fold(value)), Some(value.as_str()));
            }
        };
        for indicator in indicators() {
            known(&indicator.filter);
            for threshold in &indicator.threshold {
                known(&threshold.filter);
                threshold.any.iter().for_each(known);
            }
            for name in indicator.target.iter().flat_map(|target| &target.names) {
                assert_eq!(&fold(name), name, "{}", indicator.id);
            }
            for name in indicator.headers.values().flatten() {
                assert_eq!(&fold(name), name, "{}", indicator.id);
            }
        }
        assert_eq!(indicator("tbb/VA1.01").unwrap().id, "TBB/va1.01");
        assert_eq!(indicator("DMP/HISTO.09").unwrap().id, "DMP/HISTO.07");
        assert!(indicator("TBB").is_none());
    }
}
