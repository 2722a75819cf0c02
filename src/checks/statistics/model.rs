//! The canonical table: counts with their dimensions, whatever columns they came from.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rust_decimal::Decimal;

use super::data::{DIMENSIONS, Dimension, Filter, data, fold};
use super::period::Period;
use crate::evidence::check_digit;
use crate::evidence::table::Locator;

/// Texts kept once each; 0 is "not broken down".
#[derive(Debug, Default)]
pub(super) struct Symbols {
    ranks: HashMap<String, u32>,
    texts: Vec<String>,
}

/// The symbol of "not broken down".
pub(super) const ALL: u32 = 0;

impl Symbols {
    /// The symbol of a text.
    pub(super) fn intern(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return ALL;
        }
        if let Some(&rank) = self.ranks.get(text) {
            return rank;
        }
        self.texts.push(text.to_owned());
        let rank = self.texts.len() as u32;
        self.ranks.insert(text.to_owned(), rank);
        rank
    }

    /// The symbol of a text met before.
    pub(super) fn find(&self, text: &str) -> Option<u32> {
        self.ranks.get(text).copied()
    }

    /// The text of a symbol.
    pub(super) fn text(&self, symbol: u32) -> &str {
        symbol
            .checked_sub(1)
            .and_then(|rank| self.texts.get(rank as usize))
            .map_or("", String::as_str)
    }
}

/// One count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fact {
    /// Row, from 1.
    pub(super) row: u32,
    /// Column, from 0.
    pub(super) column: u16,
    /// Tells apart columns that count the same objects (0 `count`, 1 `total`, 2 `attempts`).
    pub(super) variant: u8,
    /// The period.
    pub(super) period: Period,
    /// Symbols by [`Dimension::rank`].
    pub(super) dimensions: [u32; DIMENSIONS],
    /// The count.
    pub(super) value: i64,
}

/// Which dimensions are broken down, as bits by rank.
pub(super) type Mask = u8;

/// The bit of a dimension.
pub(super) const fn bit(dimension: Dimension) -> Mask {
    1 << dimension.rank()
}

impl Fact {
    /// Dimensions that are broken down.
    pub(super) fn mask(&self) -> Mask {
        self.dimensions
            .iter()
            .enumerate()
            .filter(|&(_, &symbol)| symbol != ALL)
            .fold(0, |mask, (rank, _)| mask | (1 << rank))
    }

    /// The symbol of one dimension.
    pub(super) fn get(&self, dimension: Dimension) -> u32 {
        self.dimensions.get(dimension.rank()).copied().unwrap_or(ALL)
    }

    /// The dimensions of `mask`, the others not broken down.
    pub(super) fn project(&self, mask: Mask) -> [u32; DIMENSIONS] {
        let mut projected = self.dimensions;
        for (rank, symbol) in projected.iter_mut().enumerate() {
            if mask & (1 << rank) == 0 {
                *symbol = ALL;
            }
        }
        projected
    }
}

/// A declared rate.
#[derive(Debug, Clone, Copy)]
pub(super) struct DeclaredRate {
    /// Column, from 0.
    pub(super) column: u16,
    /// The number as written.
    pub(super) value: Decimal,
    /// True when a percent sign follows it.
    pub(super) percent: bool,
    /// True when a spreadsheet holds it with all its digits.
    pub(super) binary: bool,
}

/// A numerator over a denominator, in one row.
#[derive(Debug, Clone)]
pub(super) struct Ratio {
    /// Row, from 1.
    pub(super) row: u32,
    /// Column of the numerator, from 0.
    pub(super) numerator_column: u16,
    /// Column of the denominator, from 0.
    pub(super) denominator_column: u16,
    /// The numerator.
    pub(super) numerator: i64,
    /// The denominator.
    pub(super) denominator: i64,
    /// The rate that the row declares.
    pub(super) declared: Option<DeclaredRate>,
    /// Symbol of the indicator the row names.
    pub(super) series: u32,
    /// The period.
    pub(super) period: Period,
    /// Symbol of the funding window the row names.
    pub(super) window: u32,
    /// Symbol of the site.
    pub(super) finess: u32,
    /// Name of the rate for people.
    pub(super) label: String,
}

/// One sending of one document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sending {
    /// Row, from 1.
    pub(super) row: u32,
    /// Symbol of the document.
    pub(super) document: u32,
    /// Symbol of the document it replaces, or [`ALL`].
    pub(super) replaces: u32,
    /// Symbols by [`Dimension::rank`].
    pub(super) dimensions: [u32; DIMENSIONS],
}

/// A statistics file, read.
#[derive(Debug)]
pub(super) struct Table {
    /// Makes places.
    pub(super) locator: Locator,
    /// Texts.
    pub(super) symbols: Symbols,
    /// Counts.
    pub(super) facts: Vec<Fact>,
    /// Rates.
    pub(super) ratios: Vec<Ratio>,
    /// Sendings of listed documents.
    pub(super) sendings: Vec<Sending>,
    /// Data rows.
    pub(super) rows: u32,
    /// Rows that say they are totals.
    pub(super) total_rows: BTreeSet<u32>,
    /// Rows with a fault of their own: sums that need them are not compared.
    pub(super) faulty: BTreeSet<u32>,
    /// Months of those rows; `None` when the month of one is unknown.
    pub(super) faulty_months: BTreeSet<Option<i32>>,
    /// Months of rows of which nothing is counted; `None` when the month of one is unknown.
    pub(super) lost_months: BTreeSet<Option<i32>>,
    /// Symbols of sites whose number has a wrong shape.
    pub(super) wrong_sites: BTreeSet<u32>,
    /// Rows whose period cannot be told: each may be that of a month that seems missing.
    pub(super) undated: u32,
    /// Months met, with the first row of each.
    pub(super) months: BTreeMap<i32, u32>,
    /// Periods met other than days, with the first row of each.
    pub(super) periods: BTreeMap<Period, u32>,
    /// The date the file says it was extracted on.
    pub(super) extraction: Option<jiff::civil::Date>,
    /// Dimensions of which some cell has an unknown value: what they lack may be behind it.
    pub(super) unknown: BTreeSet<Dimension>,
    /// Fields that a column carries.
    pub(super) fields: BTreeSet<String>,
}

/// One group of counts added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    /// The sum.
    pub(super) value: i64,
    /// The first row that counts.
    pub(super) row: u32,
    /// Its column, from 0.
    pub(super) column: u16,
}

/// Dimensions fixed to one value each, and which of them the table breaks down.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Selection {
    /// The dimensions fixed.
    pub(super) mask: Mask,
    /// Their symbols.
    pub(super) symbols: [u32; DIMENSIONS],
    /// True when a value is nowhere in the table, so that nothing can match.
    pub(super) nothing: bool,
}

impl Table {
    /// The selection of a filter of the data files. Dimensions that the table never breaks down are left out: the
    /// file says nothing of them.
    pub(super) fn select(&self, filter: &Filter) -> Selection {
        let mut selection = Selection::default();
        let broken_down = self.facts.iter().fold(0, |mask, fact| mask | fact.mask());
        for (name, value) in filter {
            let Some(dimension) = Dimension::named(name) else {
                continue;
            };
            if broken_down & bit(dimension) == 0 {
                continue;
            }
            match self.symbols.find(value) {
                Some(symbol) => {
                    selection.mask |= bit(dimension);
                    if let Some(slot) = selection.symbols.get_mut(dimension.rank()) {
                        *slot = symbol;
                    }
                }
                None => selection.nothing = true,
            }
        }
        selection
    }

    /// Adds up the counts of `selection` by the dimensions of `by` and by `bucket` of the period (counts whose
    /// bucket is `None` are left out). Each object is counted once: of several breakdowns of the same objects, the
    /// one that covers most is taken.
    pub(super) fn sums<B: Ord + Copy>(
        &self,
        selection: &Selection,
        by: Mask,
        bucket: impl Fn(Period) -> Option<B>,
    ) -> BTreeMap<(B, [u32; DIMENSIONS]), Sum> {
        let mut sums = BTreeMap::new();
        if selection.nothing {
            return sums;
        }
        let matches = |fact: &Fact| {
            fact.dimensions
                .iter()
                .zip(&selection.symbols)
                .enumerate()
                .all(|(rank, (have, want))| selection.mask & (1 << rank) == 0 || have == want)
        };
        // The patterns that can answer, and how many counts each one has.
        let mut patterns: BTreeMap<(Mask, u8), usize> = BTreeMap::new();
        let mut available: Mask = 0;
        for fact in &self.facts {
            if bucket(fact.period).is_some() {
                available |= fact.mask();
                *patterns.entry((fact.mask(), fact.variant)).or_default() += 1;
            }
        }
        let needed = (selection.mask | by) & available;
        let chosen = patterns
            .iter()
            .filter(|((mask, _), _)| mask & needed == needed)
            .max_by_key(|((mask, variant), facts)| {
                (
                    self.complete(*mask, needed),
                    **facts,
                    mask.count_ones(),
                    std::cmp::Reverse(*variant),
                )
            })
            .map(|(pattern, _)| *pattern);
        let Some((mask, variant)) = chosen else {
            return sums;
        };
        for fact in &self.facts {
            let Some(bucket) = bucket(fact.period) else {
                continue;
            };
            if fact.mask() != mask || fact.variant != variant || !matches(fact) {
                continue;
            }
            let sum = sums.entry((bucket, fact.project(by))).or_insert(Sum {
                value: 0,
                row: fact.row,
                column: fact.column,
            });
            sum.value = sum.value.saturating_add(fact.value);
        }
        sums
    }

    /// Whether each closed dimension of `mask` that is not `fixed` has all its values somewhere in the table.
    fn complete(&self, mask: Mask, fixed: Mask) -> bool {
        data().closed.iter().all(|(name, values)| {
            let Some(dimension) = Dimension::named(name) else {
                return true;
            };
            let bit = bit(dimension);
            if mask & bit == 0 || fixed & bit != 0 {
                return true;
            }
            values.iter().all(|value| {
                self.symbols.find(value).is_some_and(|symbol| {
                    self.facts
                        .iter()
                        .any(|fact| fact.mask() == mask && fact.get(dimension) == symbol)
                })
            })
        })
    }

    /// All of the table in one bucket, whatever the period; when months exist, only they count, so that yearly
    /// aggregates beside them do not count twice.
    pub(super) fn everything(&self, selection: &Selection, by: Mask) -> BTreeMap<[u32; DIMENSIONS], Sum> {
        let monthly = self.facts.iter().any(|fact| fact.period.month().is_some());
        let yearly = self
            .facts
            .iter()
            .any(|fact| matches!(fact.period, Period::Year(_)));
        self.sums(selection, by, |period| match period {
            _ if monthly => period.month().map(|_| ()),
            Period::Year(_) => Some(()),
            _ if yearly => None,
            // The current month lies in the current year, which is there beside it.
            Period::CurrentMonth => None,
            _ => Some(()),
        })
        .into_iter()
        .map(|(((), key), sum)| (key, sum))
        .collect()
    }

    /// The dimensions of a key in words, for messages.
    pub(super) fn describe(&self, key: &[u32; DIMENSIONS]) -> String {
        let words: Vec<&str> = key
            .iter()
            .filter(|&&symbol| symbol != ALL)
            .map(|&symbol| self.symbols.text(symbol))
            .collect();
        if words.is_empty() {
            "total".to_owned()
        } else {
            words.join(" · ")
        }
    }

    /// Whether sums of a month (or of an aggregate, for `None`) miss a row that could not be understood.
    pub(super) fn tainted(&self, month: Option<i32>) -> bool {
        match month {
            None => !self.faulty_months.is_empty(),
            Some(_) => self.faulty_months.contains(&month) || self.faulty_months.contains(&None),
        }
    }

    /// Whether rows that could not be understood may hold `missing` objects that a count lacks. A listed document
    /// takes one row; a count may be of any size.
    pub(super) fn could_hide(&self, missing: i64) -> bool {
        if self.fields.contains("document_id") {
            i64::try_from(self.faulty.len()).unwrap_or(i64::MAX) >= missing
        } else {
            !self.faulty.is_empty()
        }
    }

    /// The last month with data.
    pub(super) fn last_month(&self) -> Option<i32> {
        self.months.keys().next_back().copied()
    }

    /// Whether some count has its result broken down to a failure or a success.
    pub(super) fn has_successes(&self) -> bool {
        self.symbols.find("reussite").is_some_and(|symbol| {
            self.facts
                .iter()
                .any(|fact| fact.get(Dimension::Result) == symbol && fact.value > 0)
        })
    }

    /// Distinct documents sent successfully, by the dimensions of `by`: a retry counts once, a replacement counts
    /// with the document it replaces.
    pub(super) fn distinct_documents(
        &self,
        selection: &Selection,
        by: Mask,
    ) -> BTreeMap<[u32; DIMENSIONS], Sum> {
        let mut roots: HashMap<u32, u32> = HashMap::new();
        for sending in &self.sendings {
            if sending.replaces != ALL && sending.replaces != sending.document {
                roots.entry(sending.document).or_insert(sending.replaces);
            }
        }
        // Follows replacements to the first document; a loop ends at the smallest symbol met.
        let root = |document: u32| {
            let mut seen = HashSet::new();
            let mut current = document;
            while let Some(&before) = roots.get(&current) {
                if !seen.insert(current) {
                    return seen.iter().copied().min().unwrap_or(current);
                }
                current = before;
            }
            current
        };
        let mut counted: HashSet<([u32; DIMENSIONS], u32, u32)> = HashSet::new();
        let mut sums: BTreeMap<[u32; DIMENSIONS], Sum> = BTreeMap::new();
        if selection.nothing {
            return sums;
        }
        for sending in &self.sendings {
            let matches = sending
                .dimensions
                .iter()
                .zip(&selection.symbols)
                .enumerate()
                .all(|(rank, (have, want))| selection.mask & (1 << rank) == 0 || have == want);
            if !matches {
                continue;
            }
            let fact = Fact {
                row: sending.row,
                column: 0,
                variant: 0,
                period: Period::Whole,
                dimensions: sending.dimensions,
                value: 1,
            };
            let key = fact.project(by);
            let channel = fact.get(Dimension::Channel);
            if counted.insert((key, channel, root(sending.document))) {
                let sum = sums.entry(key).or_insert(Sum {
                    value: 0,
                    row: sending.row,
                    column: 0,
                });
                sum.value += 1;
            }
        }
        sums
    }
}

/// The LOINC code in a label that holds exactly one (`11490-0 - Lettre de liaison`).
fn code_in(dimension: Dimension, text: &str) -> Option<String> {
    if dimension != Dimension::DocType {
        return None;
    }
    let mut codes = text
        .split(|character: char| !(character.is_ascii_alphanumeric() || character == '-'))
        .filter(|word| check_digit::loinc_shape(word) && check_digit::loinc(word));
    let code = codes.next()?;
    (codes.next().is_none() && code.len() < text.len()).then(|| code.to_owned())
}

/// The canonical value of a cell in a dimension: `Some("")` for a total, `None` when the word is unknown.
pub(super) fn canonical(dimension: Dimension, text: &str) -> Option<String> {
    let folded = fold(text);
    let known = data().value(dimension.id(), &folded).map(str::to_owned);
    match dimension {
        Dimension::Finess => Some(if data().is_total(&folded) {
            String::new()
        } else {
            text.replace([' ', '\u{a0}', '\u{202f}'], "").to_uppercase()
        }),
        Dimension::DocType | Dimension::Series => known.or_else(|| code_in(dimension, text)).or_else(|| {
            Some(if data().is_total(&folded) {
                String::new()
            } else {
                text.to_owned()
            })
        }),
        _ => known.or_else(|| data().is_total(&folded).then(String::new)),
    }
}
