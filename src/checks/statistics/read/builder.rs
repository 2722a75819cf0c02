//! The table while it is built, row by row.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash as _, Hasher as _};

use super::super::data::{DIMENSIONS, Dimension, Field, FieldKind, Indicator, RatioRule, data, fold};
use super::super::model::{ALL, DeclaredRate, Symbols, Table};
use super::super::period::{self, Period, month_of};
use super::super::row_period::PeriodParts;
use super::super::rules;
use super::Read;
use super::cells::CountCell;
use super::faults::Faults;
use super::meaning::{Column, Meaning};
use crate::engines::table::Value;
use crate::evidence::table::Locator;
use crate::finding::Finding;

/// What makes two rows speak of the same thing: period, breakdown, and what else they say (professional, words of
/// columns without field, window).
pub(super) type Key = (Period, [u32; DIMENSIONS], [u32; 3]);

/// The first row of each key, by a digest of the key: a million rows stay small.
#[derive(Debug, Default)]
pub(super) struct Keys {
    rows: HashMap<u64, u32>,
}

impl Keys {
    /// The row that had this key before; none for a new key, which is then that of `number`.
    pub(super) fn first_row(&mut self, key: &Key, number: u32) -> Option<u32> {
        let mut hash = DefaultHasher::new();
        key.hash(&mut hash);
        match self.rows.entry(hash.finish()) {
            std::collections::hash_map::Entry::Occupied(known) => Some(*known.get()),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(number);
                None
            }
        }
    }
}

/// What a count column fixes.
#[derive(Debug, Default)]
pub(super) struct Measure {
    /// Rank of a dimension and its symbol.
    pub(super) sets: Vec<(usize, u32)>,
    /// Tells apart columns that count the same objects.
    pub(super) variant: u8,
}

impl Measure {
    fn new(field: &'static Field, symbols: &mut Symbols) -> Self {
        Self {
            sets: field
                .set
                .iter()
                .filter_map(|(name, value)| Some((Dimension::named(name)?.rank(), symbols.intern(value))))
                .collect(),
            variant: match field.id.as_str() {
                "total" => 1,
                "attempts" => 2,
                _ => 0,
            },
        }
    }
}

/// What one row says besides its period and counts.
#[derive(Debug, Default)]
pub(super) struct RowParts {
    /// Symbols by [`Dimension::rank`].
    pub(super) dimensions: [u32; DIMENSIONS],
    /// The RPPS.
    pub(super) professional: u32,
    /// The document sent.
    pub(super) document: u32,
    /// The document that it replaces.
    pub(super) replaces: u32,
    /// The funding window.
    pub(super) window: u32,
    /// The row is a total.
    pub(super) aggregate: bool,
}

impl RowParts {
    pub(super) fn get(&self, dimension: Dimension) -> u32 {
        self.dimensions.get(dimension.rank()).copied().unwrap_or(ALL)
    }

    pub(super) fn set(&mut self, dimension: Dimension, symbol: u32) {
        if let Some(slot) = self.dimensions.get_mut(dimension.rank()) {
            *slot = symbol;
        }
    }
}

/// The count of a column in a row.
pub(super) fn in_column(values: &[(usize, i64)], column: usize) -> Option<i64> {
    values
        .iter()
        .find(|(at, _)| *at == column)
        .map(|(_, value)| *value)
}

pub(super) struct Builder {
    pub(super) table: Table,
    pub(super) faults: Faults,
    missing: Vec<String>,
    pub(super) fields: Vec<Option<&'static Field>>,
    columns: Vec<Column>,
    pub(super) own: Own,
    /// Columns that every row must fill.
    pub(super) needed: Vec<(usize, &'static Field, Dimension)>,
    pub(super) measures: Vec<Measure>,
    pub(super) measured: bool,
    pub(super) ratios: Vec<(&'static RatioRule, Option<usize>, usize, usize, String)>,
    pub(super) bounds: Vec<(usize, usize)>,
    pub(super) keys: Keys,
    /// Rank of the fact of rows that each tell one event.
    pub(super) events: HashMap<(Period, [u32; DIMENSIONS]), usize>,
    /// Sites with a wrong key, and their months.
    pub(super) odd_sites: BTreeMap<u32, BTreeSet<Option<i32>>>,
    /// How often each count column is filled, and the rows that leave it empty.
    pub(super) filled: BTreeMap<usize, Filled>,
    keyed: bool,
}

/// How often a count column is filled.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// Rows with a count.
    pub(super) rows: u32,
    /// Rows without, with their month.
    pub(super) empty: Vec<(u32, Option<i32>)>,
}

/// What the indicator changes in the reading.
pub(super) struct Own {
    series: BTreeMap<String, String>,
    pub(super) default_series: u32,
    pub(super) unit: u32,
}

impl Builder {
    pub(super) fn new(
        locator: Locator,
        indicator: Option<&Indicator>,
        fields: Vec<Option<&'static Field>>,
        missing: Vec<String>,
        limit: usize,
    ) -> Self {
        let column = |id: &str| {
            fields
                .iter()
                .position(|field| field.is_some_and(|field| field.id == id))
        };
        let mut ratios: Vec<(&'static RatioRule, Option<usize>, usize, usize, String)> = Vec::new();
        for rule in &data().ratios {
            let (Some(numerator), Some(denominator)) = (column(&rule.numerator), column(&rule.denominator))
            else {
                continue;
            };
            let known = ratios
                .iter()
                .any(|(used, _, n, d, _)| used.rate == rule.rate || (*n, *d) == (numerator, denominator));
            let rate = column(&rule.rate);
            let explicit = rule.numerator == "numerator"
                || rule.numerator.starts_with("insi_")
                || rule.numerator == "admissions_qualified";
            if !known && (rate.is_some() || explicit) {
                let label = rate.map_or_else(
                    || format!("{} / {}", locator.header(numerator), locator.header(denominator)),
                    |rate| locator.header(rate),
                );
                ratios.push((rule, rate, numerator, denominator, label));
            }
        }
        let bounds = data()
            .bounds
            .iter()
            .filter_map(|rule| Some((column(&rule.less)?, column(&rule.more)?)))
            .collect();
        let required: BTreeSet<Dimension> = match indicator {
            // A column of sites is filled on every row, asked for or not.
            Some(indicator) => Dimension::ALL
                .into_iter()
                .filter(|dimension| {
                    *dimension == Dimension::Finess
                        || indicator.needs.iter().any(|need| need == dimension.id())
                })
                .collect(),
            None => [Dimension::Finess, Dimension::Channel].into(),
        };
        let needed = fields
            .iter()
            .enumerate()
            .filter_map(|(column, field)| {
                let field = (*field)?;
                let dimension =
                    Dimension::named(&field.id).filter(|dimension| required.contains(dimension))?;
                Some((column, field, dimension))
            })
            .collect();
        let mut symbols = Symbols::default();
        let own = Own {
            series: indicator
                .iter()
                .flat_map(|indicator| &indicator.target)
                .flat_map(|target| {
                    target
                        .names
                        .iter()
                        .map(|name| (name.clone(), target.series.clone()))
                })
                .collect(),
            default_series: indicator
                .and_then(|indicator| indicator.default_series.as_deref())
                .map_or(ALL, |series| symbols.intern(series)),
            unit: symbols.intern(
                indicator
                    .and_then(|indicator| indicator.default_unit.as_deref())
                    .unwrap_or("documents"),
            ),
        };
        let measures = fields
            .iter()
            .map(|field| field.map_or_else(Measure::default, |field| Measure::new(field, &mut symbols)))
            .collect();
        let measured = fields
            .iter()
            .flatten()
            .any(|field| field.kind == FieldKind::Measure);
        let listed = column("document_id").is_some();
        let table = Table {
            locator,
            symbols,
            facts: Vec::new(),
            ratios: Vec::new(),
            sendings: Vec::new(),
            rows: 0,
            total_rows: BTreeSet::new(),
            faulty: BTreeSet::new(),
            faulty_months: BTreeSet::new(),
            lost_months: BTreeSet::new(),
            wrong_sites: BTreeSet::new(),
            undated: 0,
            months: BTreeMap::new(),
            periods: BTreeMap::new(),
            extraction: None,
            unknown: BTreeSet::new(),
            fields: fields.iter().flatten().map(|field| field.id.clone()).collect(),
        };
        Self {
            columns: (0..fields.len()).map(|_| Column::default()).collect(),
            table,
            faults: Faults::new(limit),
            missing,
            fields,
            own,
            needed,
            measures,
            measured,
            ratios,
            bounds,
            keys: Keys::default(),
            events: HashMap::new(),
            odd_sites: BTreeMap::new(),
            filled: BTreeMap::new(),
            // Rows that each tell one event may come twice: a retry.
            keyed: measured && !listed,
        }
    }

    /// Looks at a row of the sample before any is taken: what columns name decides what some words mean.
    pub(super) fn look(&mut self, cells: &[Value<'_>]) {
        for ((column, field), cell) in self.columns.iter_mut().zip(&self.fields).zip(cells) {
            if let Some(field) = field {
                column.look(field, &cell.display());
            }
        }
    }

    /// A row above the header: it may tell the date of extraction.
    pub(super) fn preamble(&mut self, cells: &[Value<'_>]) {
        let line: Vec<String> = cells.iter().map(|cell| cell.display().into_owned()).collect();
        if !fold(&line.join(" ")).contains("extrac") {
            return;
        }
        for cell in line {
            let after = cell
                .split_once([':', '='])
                .map_or(cell.as_str(), |(_, after)| after);
            let last = cell.rsplit(' ').next().unwrap_or_default();
            for text in [after, last] {
                if let Some(Period::Day(date)) = period::parse(text) {
                    self.table.extraction = Some(date);
                }
            }
        }
    }

    /// What each cell says, and whether one says that the row is a total.
    fn meanings(&mut self, cells: &[Value<'_>]) -> (Vec<Option<Meaning>>, bool) {
        let mut aggregate = false;
        let meanings = cells
            .iter()
            .enumerate()
            .map(|(rank, cell)| {
                let field = self.fields.get(rank).copied().flatten();
                let breaks_down =
                    field.is_none_or(|field| matches!(field.kind, FieldKind::Dimension | FieldKind::Period));
                if !breaks_down || matches!(cell, Value::Empty | Value::Unevaluated | Value::Fault(_)) {
                    return None;
                }
                let column = self.columns.get_mut(rank)?;
                let meaning =
                    column.meaning(field, &cell.display(), &self.own.series, &mut self.table.symbols);
                aggregate |= meaning.aggregate && matches!(cell, Value::Text(_));
                Some(meaning)
            })
            .collect();
        (meanings, aggregate)
    }

    /// A sentence alone in its row, that no column understands: a note under the table.
    fn is_note(&self, cells: &[Value<'_>], meanings: &[Option<Meaning>]) -> bool {
        let mut filled = cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
        let (Some((column, Value::Text(text))), None) = (filled.next(), filled.next()) else {
            return false;
        };
        // A row whose separator is another one is a fault, not a note.
        let cut = text.matches([',', ';', '\t', '|']).count() * 2 >= self.fields.len();
        let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
        let sentence = text.contains(' ') && letters > 5 && !cut;
        let understood = meanings.get(column).copied().flatten().is_some_and(|meaning| {
            meaning.aggregate || meaning.total || meaning.period.is_some() || meaning.month.is_some()
        });
        sentence && !understood && self.fields.iter().flatten().count() >= 3
    }

    /// Takes a row that is cut otherwise than the table, which is said elsewhere: nothing in it counts, and the sums of
    /// its month lack it.
    pub(super) fn cut_row(&mut self, number: u32, cells: &[Value<'_>]) {
        let (meanings, aggregate) = self.meanings(cells);
        let mut parts = PeriodParts::default();
        for (column, cell) in cells.iter().enumerate() {
            let meaning = meanings.get(column).copied().flatten();
            if let Some(field) = self.fields.get(column).copied().flatten()
                && field.kind == FieldKind::Period
            {
                parts.take(field, column, cell, meaning);
            }
        }
        let month = parts.resolve(aggregate).ok().flatten().and_then(Period::month);
        match month {
            Some(month) => {
                self.table.months.entry(month).or_insert(number);
            }
            None => self.table.undated += 1,
        }
        self.table.rows += 1;
        self.table.faulty.insert(number);
        self.table.faulty_months.insert(month);
        self.table.lost_months.insert(month);
    }

    /// Takes one data row.
    pub(super) fn row(&mut self, number: u32, cells: &[Value<'_>]) {
        let (meanings, aggregate) = self.meanings(cells);
        if self.is_note(cells, &meanings) {
            return;
        }
        self.table.rows += 1;
        self.faults.next_row();
        if aggregate {
            self.table.total_rows.insert(number);
        }
        let mut row = RowParts {
            aggregate,
            ..RowParts::default()
        };
        let mut values: Vec<(usize, i64)> = Vec::with_capacity(self.fields.len());
        let mut rates_read: Vec<DeclaredRate> = Vec::new();
        let mut extra = String::new();
        let mut parts = PeriodParts::default();
        let mut empty_counts = Vec::new();
        for column in 0..self.fields.len().max(cells.len()) {
            let empty = Value::Empty;
            let cell = cells.get(column).unwrap_or(&empty);
            let meaning = meanings.get(column).copied().flatten();
            let Some(field) = self.fields.get(column).copied().flatten() else {
                if let (Value::Text(text), true) = (cell, self.keyed)
                    && !meaning.is_some_and(|meaning| meaning.integer)
                {
                    extra.push_str(text);
                    extra.push('\u{1f}');
                }
                continue;
            };
            if self.unusable(number, column, cell) {
                continue;
            }
            match (field.kind, meaning) {
                (FieldKind::Period, meaning) => parts.take(field, column, cell, meaning),
                (FieldKind::Dimension, Some(meaning)) => {
                    self.dimension(number, column, field, cell, meaning, &mut row);
                }
                (FieldKind::Dimension, None) => {}
                (FieldKind::Attribute, _) => self.attribute(number, column, field, cell, &mut row),
                (FieldKind::Measure, _) => match self.count(number, column, cell) {
                    CountCell::Value(value) => values.push((column, value)),
                    CountCell::Empty => empty_counts.push((column, field)),
                    CountCell::Wrong => {}
                },
                (FieldKind::Rate, _) => rates_read.extend(self.rate(number, column, cell)),
            }
        }
        self.check_empty(number, &row.dimensions, aggregate, &empty_counts, &values);
        let read = self.period(number, &parts, aggregate);
        let absurd =
            read.is_ok_and(|period| period.is_some_and(|period| self.absurd(number, period, &parts)));
        if absurd || read.is_err() {
            self.table.undated += 1;
        }
        let period = read.unwrap_or_default();
        let period = period.unwrap_or(Period::Whole);
        if let Some(month) = period.month().filter(|_| !absurd) {
            self.table.months.entry(month).or_insert(number);
        }
        if !matches!(period, Period::Day(_)) && !absurd {
            self.table.periods.entry(period).or_insert(number);
        }
        if self.keyed && !absurd && !self.faults.row_has_error() {
            let others = [row.professional, self.table.symbols.intern(&extra), row.window];
            self.check_key(number, &(period, row.dimensions, others));
        }
        self.bounds(number, &values);
        if !aggregate {
            self.tally(number, period, &values, &empty_counts);
        }
        if self.faults.row_has_error() {
            self.table.faulty.insert(number);
            // An absurd period hides the month that the row belongs to.
            self.table
                .faulty_months
                .insert(period.month().filter(|_| !absurd));
        }
        if self.faults.row_is_lost() {
            // What the row counts is not known: a sum without it is better than a sum with half of it.
            self.table.lost_months.insert(period.month().filter(|_| !absurd));
            return;
        }
        if self.odd_sites.contains_key(&row.get(Dimension::Finess))
            && let Some(months) = self.odd_sites.get_mut(&row.get(Dimension::Finess))
        {
            months.insert(period.month());
        }
        self.facts(number, period, &row, &values);
        self.ratio(number, period, &row, &values, &rates_read);
    }

    /// The period of a row, or what is wrong with it.
    fn period(&mut self, number: u32, parts: &PeriodParts, aggregate: bool) -> Result<Option<Period>, ()> {
        parts.resolve(aggregate).map_err(|(column, message, found)| {
            let locator = &self.table.locator;
            self.faults.value(&rules::PERIOD, number, column, &found, || {
                rules::PERIOD.at(locator.cell(number, column), message)
            });
        })
    }

    /// Turns "current year" and its kin into dates, when the file or its extraction date tells the current month.
    fn resolve_roles(&mut self) {
        let current = self
            .table
            .last_month()
            .or_else(|| self.table.extraction.map(month_of));
        let Some(current) = current else {
            return;
        };
        let year = i16::try_from(current.div_euclid(12)).unwrap_or_default();
        let monthly = !self.table.months.is_empty();
        let resolve = |period: Period| match period {
            Period::CurrentYear => Period::Year(year),
            Period::PreviousYear => Period::Year(year - 1),
            Period::CurrentMonth if !monthly => Period::Month(current),
            other => other,
        };
        for fact in &mut self.table.facts {
            fact.period = resolve(fact.period);
        }
        for ratio in &mut self.table.ratios {
            ratio.period = resolve(ratio.period);
        }
        let periods = std::mem::take(&mut self.table.periods);
        for (period, row) in periods {
            let period = resolve(period);
            if let Period::Month(month) = period {
                self.table.months.entry(month).or_insert(row);
            }
            self.table.periods.entry(period).or_insert(row);
        }
    }

    /// A site with a wrong key beside right ones is one of them mistyped: its months cannot be summed.
    fn mistyped_sites(&mut self) {
        let right = self.table.facts.iter().any(|fact| {
            let site = fact.get(Dimension::Finess);
            site != ALL && !self.odd_sites.contains_key(&site)
        });
        if right {
            self.table
                .faulty_months
                .extend(self.odd_sites.values().flatten().copied());
        }
    }

    pub(super) fn finish(mut self, header: Vec<Finding>) -> Read {
        self.counts_left_out();
        self.resolve_roles();
        self.mistyped_sites();
        Read::Table {
            table: Box::new(self.table),
            findings: header.into_iter().chain(self.faults.finish()).collect(),
            missing: self.missing,
        }
    }
}
