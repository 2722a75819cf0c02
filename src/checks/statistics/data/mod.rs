//! The facts of statistics files, read from `testcases/statistics` and `testcases/indicators`: fields and their
//! headers, values and their words, indicators.

mod dimension;
mod field;
mod indicator;
mod words;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use crate::evidence::fold::words as fold;
pub use dimension::{DIMENSIONS, Dimension};
pub use field::{BoundRule, Field, FieldKind, RatioRule};
pub use indicator::{Coverage, Expected, Filter, Indicator, Target, Threshold, Volume};
pub use words::{Beside, HeaderWords, Phrase, Years};

use words::{HeadersFile, ValuesFile};

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

const HEADERS: &str = include_str!("../../../../testcases/statistics/headers.toml");
const VALUES: &str = include_str!("../../../../testcases/statistics/values.toml");
const INDICATORS: [&str; 16] = [
    include_str!("../../../../testcases/indicators/avenant-10.toml"),
    include_str!("../../../../testcases/indicators/dmp-histo.07.toml"),
    include_str!("../../../../testcases/indicators/ds1.4.toml"),
    include_str!("../../../../testcases/indicators/mss-ux.16.toml"),
    include_str!("../../../../testcases/indicators/sun-es.toml"),
    include_str!("../../../../testcases/indicators/tbb-va1.01.toml"),
    include_str!("../../../../testcases/indicators/tbb-va1.02.toml"),
    include_str!("../../../../testcases/indicators/tbb-va1.03.toml"),
    include_str!("../../../../testcases/indicators/tbb-va1.04.toml"),
    include_str!("../../../../testcases/indicators/tbb-va1.05.toml"),
    include_str!("../../../../testcases/indicators/va-dpi.toml"),
    include_str!("../../../../testcases/indicators/va-loinc.toml"),
    include_str!("../../../../testcases/indicators/va-pfi.toml"),
    include_str!("../../../../testcases/indicators/va-ri.toml"),
    include_str!("../../../../testcases/indicators/va-ris.toml"),
    include_str!("../../../../testcases/indicators/va-sgl.toml"),
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
            for told in &indicator.header_words {
                assert!(data().field(&told.field).is_some(), "{}", told.field);
                for word in told.has.iter().flatten().chain(&told.without) {
                    assert_eq!(&fold(word), word, "{}", indicator.id);
                }
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
