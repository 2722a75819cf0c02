//! Rows to the canonical table, with a finding for each cell that cannot be understood.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::data::{DIMENSIONS, Dimension, Field, FieldKind, Indicator, RatioRule, data, fold};
use super::identifiers::{self, Fault};
use super::layout::{self, Layout, SAMPLE, SampleRow};
use super::model::{ALL, DeclaredRate, Fact, Ratio, Sending, Symbols, Table, canonical};
use super::period::{self, Period, month_of};
use super::row_period::PeriodParts;
use super::{rates, rules};
use crate::engines::table::{Row, Value};
use crate::evidence::check_digit;
use crate::evidence::table::{self as evidence_table, Locator};
use crate::finding::Finding;
use crate::text::Text;

/// Takes rows one by one: keeps the first ones until the layout is decided, then reads each into the table.
pub(super) struct Reader<'i> {
    indicator: Option<&'i Indicator>,
    mapping: &'i BTreeMap<String, String>,
    locator: Locator,
    sample: Vec<SampleRow>,
    state: Option<State>,
    limit: usize,
}

/// What is known once the layout is decided.
enum State {
    Reading(Box<Builder>),
    Other(Layout),
}

/// What comes out of a reading.
pub(super) enum Read {
    /// The table, with the findings of its cells.
    Table {
        /// The table.
        table: Box<Table>,
        /// Findings on cells.
        findings: Vec<Finding>,
        /// Needs without column.
        missing: Vec<String>,
    },
    /// A layout that is not read, with the places to speak of it.
    Other(Layout, Locator),
}

impl<'i> Reader<'i> {
    /// A reader; `mapping` is what the user says of the columns, `limit` the most findings kept.
    pub(super) fn new(
        locator: Locator,
        indicator: Option<&'i Indicator>,
        mapping: &'i BTreeMap<String, String>,
        limit: usize,
    ) -> Self {
        Self {
            indicator,
            mapping,
            locator,
            sample: Vec::new(),
            state: None,
            limit,
        }
    }

    /// Takes one row.
    pub(super) fn row(&mut self, row: &Row<'_, '_>) {
        match &mut self.state {
            Some(State::Reading(builder)) => builder.row(row.number, row.cells),
            Some(State::Other(_)) => {}
            None => {
                self.sample.push(SampleRow {
                    number: row.number,
                    cells: row.cells.iter().map(|cell| cell.clone().into_owned()).collect(),
                });
                if self.sample.len() > SAMPLE {
                    self.decide();
                }
            }
        }
    }

    fn decide(&mut self) {
        let layout = layout::decide(&self.sample, self.mapping, self.indicator);
        let header = match &layout {
            Layout::Known { header, .. } | Layout::Pivot { header, .. } | Layout::Unknown { header, .. } => {
                self.sample.get(*header)
            }
            Layout::NoHeader => None,
        };
        if let Some(header) = header {
            self.locator.set_headers(
                header
                    .cells
                    .iter()
                    .map(|cell| cell.display().into_owned())
                    .collect(),
            );
        }
        let state = match layout {
            Layout::Known {
                header,
                fields,
                missing,
            } => {
                let mut builder =
                    Builder::new(self.locator.clone(), self.indicator, fields, missing, self.limit);
                for row in self.sample.iter().take(header) {
                    builder.preamble(&row.cells);
                }
                if let Some(row) = self.sample.get(header) {
                    builder.header(row);
                }
                for row in self.sample.iter().skip(header + 1) {
                    builder.row(row.number, &row.cells);
                }
                State::Reading(Box::new(builder))
            }
            other => State::Other(other),
        };
        self.sample = Vec::new();
        self.state = Some(state);
    }

    /// The end of the rows.
    pub(super) fn finish(mut self) -> Read {
        if self.state.is_none() {
            self.decide();
        }
        match self.state {
            Some(State::Reading(builder)) => builder.finish(),
            Some(State::Other(layout)) => Read::Other(layout, self.locator),
            None => Read::Other(Layout::NoHeader, self.locator),
        }
    }
}

/// What a cell of a count column holds.
enum CountCell {
    Value(i64),
    Empty,
    Wrong,
}

/// What makes two rows speak of the same thing.
type Key = (Period, [u32; DIMENSIONS], [u32; 3]);

struct Builder {
    table: Table,
    findings: Vec<Finding>,
    missing: Vec<String>,
    fields: Vec<Option<&'static Field>>,
    own: Own,
    ratios: Vec<(&'static RatioRule, Option<usize>, usize, usize, String)>,
    bounds: Vec<(usize, usize)>,
    keys: HashMap<Key, u32>,
    keyed: bool,
    limit: usize,
}

/// What the indicator changes in the reading.
struct Own {
    required: BTreeSet<Dimension>,
    series: BTreeMap<String, String>,
    default_series: Option<String>,
    default_unit: String,
}

impl Builder {
    fn new(
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
        let needed = |dimension: Dimension| {
            indicator.is_none_or(|indicator| indicator.needs.iter().any(|need| need == dimension.id()))
        };
        let own = Own {
            required: match indicator {
                Some(_) => Dimension::ALL.into_iter().filter(|d| needed(*d)).collect(),
                None => [Dimension::Finess, Dimension::Channel].into(),
            },
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
            default_series: indicator.and_then(|indicator| indicator.default_series.clone()),
            default_unit: indicator
                .and_then(|indicator| indicator.default_unit.clone())
                .unwrap_or_else(|| "documents".to_owned()),
        };
        let measured = fields
            .iter()
            .flatten()
            .any(|field| field.kind == FieldKind::Measure);
        let listed = column("document_id").is_some();
        let table = Table {
            locator,
            symbols: Symbols::default(),
            facts: Vec::new(),
            ratios: Vec::new(),
            sendings: Vec::new(),
            rows: 0,
            faulty: BTreeSet::new(),
            faulty_months: BTreeSet::new(),
            months: BTreeMap::new(),
            periods: BTreeMap::new(),
            extraction: None,
            fields: fields.iter().flatten().map(|field| field.id.clone()).collect(),
        };
        Self {
            table,
            findings: Vec::new(),
            missing,
            fields,
            own,
            ratios,
            bounds,
            keys: HashMap::new(),
            // Rows that each tell one event may come twice: a retry.
            keyed: measured && !listed,
            limit,
        }
    }

    fn push(&mut self, finding: Finding) {
        if self.findings.len() < self.limit {
            self.findings.push(finding);
        }
    }

    /// A row above the header: it may tell the date of extraction.
    fn preamble(&mut self, cells: &[Value<'_>]) {
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

    /// The header itself: a title may come twice.
    fn header(&mut self, row: &SampleRow) {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (column, cell) in row.cells.iter().enumerate() {
            let title = cell.display().into_owned();
            let folded = fold(&title);
            if folded.is_empty() {
                continue;
            }
            if let Some(first) = seen.get(&folded) {
                let finding = evidence_table::DUPLICATE_HEADER
                    .at(
                        self.table.locator.cell(row.number, column),
                        Text::new(
                            format!("le titre « {title} » est déjà celui de la colonne {}", first + 1),
                            format!("the header '{title}' is already that of column {}", first + 1),
                        ),
                    )
                    .found(title);
                self.push(finding);
            } else {
                seen.insert(folded, column);
            }
        }
    }

    fn row(&mut self, number: u32, cells: &[Value<'_>]) {
        self.table.rows += 1;
        let before = self.findings.len();
        let aggregate = self.is_aggregate(cells);
        let (mut dimensions, mut others) = ([ALL; DIMENSIONS], [ALL; 3]);
        let mut document = (ALL, ALL);
        let mut values: Vec<(usize, i64)> = Vec::new();
        let mut rates_read: Vec<DeclaredRate> = Vec::new();
        let mut window = ALL;
        let mut extra = String::new();
        let mut parts = PeriodParts::default();
        let mut empty_counts = Vec::new();
        for column in 0..self.fields.len().max(cells.len()) {
            let empty = Value::Empty;
            let cell = cells.get(column).unwrap_or(&empty);
            let Some(field) = self.fields.get(column).copied().flatten() else {
                if let Value::Text(text) = cell
                    && self.keyed
                    && layout::integer(text).is_none()
                {
                    extra.push_str(text);
                    extra.push('\u{1f}');
                }
                continue;
            };
            if self.unusable(number, column, cell) {
                continue;
            }
            match field.kind {
                FieldKind::Period => parts.take(field, column, cell),
                FieldKind::Dimension => {
                    self.dimension(
                        number,
                        column,
                        field,
                        cell,
                        aggregate,
                        &mut dimensions,
                        &mut others,
                    );
                }
                FieldKind::Attribute => {
                    self.attribute(number, column, field, cell, &mut document, &mut window);
                }
                FieldKind::Measure => match self.count(number, column, cell) {
                    CountCell::Value(value) => values.push((column, value)),
                    CountCell::Empty => empty_counts.push((column, field)),
                    CountCell::Wrong => {}
                },
                FieldKind::Rate => {
                    if let Some(rate) = self.rate(number, column, cell) {
                        rates_read.push(rate);
                    }
                }
            }
        }
        self.check_empty(number, &dimensions, aggregate, &empty_counts, values.is_empty());
        let period = match parts.resolve(aggregate) {
            Ok(period) => period,
            Err((column, message, found)) => {
                let finding = rules::PERIOD
                    .at(self.table.locator.cell(number, column), message)
                    .found(found);
                self.push(finding);
                None
            }
        };
        let absurd = period.is_some_and(|period| self.absurd(number, period, &parts));
        let period = period.unwrap_or(Period::Whole);
        others[1] = self.table.symbols.intern(&extra);
        others[2] = window;
        if let Some(month) = period.month().filter(|_| !absurd) {
            self.table.months.entry(month).or_insert(number);
        }
        if !matches!(period, Period::Day(_)) && !absurd {
            self.table.periods.entry(period).or_insert(number);
        }
        if self.keyed && !absurd {
            self.check_key(number, (period, dimensions, others));
        }
        self.bounds(number, &values);
        if self.findings.get(before..).is_some_and(|new| {
            new.iter()
                .any(|finding| finding.severity == crate::finding::Severity::Error)
        }) {
            self.table.faulty.insert(number);
            // An absurd period hides the month that the row belongs to.
            self.table
                .faulty_months
                .insert(period.month().filter(|_| !absurd));
        }
        self.facts(number, period, dimensions, &values, document);
        self.ratio(number, period, dimensions, window, &values, &rates_read);
    }

    /// Whether some cell says that the row is a total.
    fn is_aggregate(&self, cells: &[Value<'_>]) -> bool {
        self.fields.iter().zip(cells).any(|(field, cell)| {
            let breaks_down =
                field.is_none_or(|field| matches!(field.kind, FieldKind::Dimension | FieldKind::Period));
            match cell {
                Value::Text(text) if breaks_down => {
                    let folded = fold(text);
                    data().is_total(&folded)
                        || folded.starts_with("total ")
                        || folded.starts_with("sous total")
                }
                _ => false,
            }
        })
    }

    /// Error values and formulas without result: said once, here.
    fn unusable(&mut self, number: u32, column: usize, cell: &Value<'_>) -> bool {
        let (fr, en) = match cell {
            Value::Unevaluated => (
                "formule sans résultat enregistré".to_owned(),
                "formula without a stored result".to_owned(),
            ),
            Value::Fault(error) => (format!("valeur d'erreur {error}"), format!("error value {error}")),
            _ => return false,
        };
        let finding = evidence_table::FORMULA
            .at(self.table.locator.cell(number, column), Text::new(fr, en))
            .found(cell.display());
        self.push(finding);
        true
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one row, filled in place")]
    fn dimension(
        &mut self,
        number: u32,
        column: usize,
        field: &'static Field,
        cell: &Value<'_>,
        aggregate: bool,
        dimensions: &mut [u32; DIMENSIONS],
        others: &mut [u32; 3],
    ) {
        if cell.is_empty() {
            return;
        }
        let text = cell.display();
        let Some(dimension) = Dimension::named(&field.id) else {
            // The RPPS: part of the key, never summed over.
            let compact = text.replace([' ', '\u{a0}'], "");
            if !data().is_total(&fold(&text)) {
                self.identifier(
                    number,
                    column,
                    &compact,
                    identifiers::rpps(&compact),
                    &rules::RPPS,
                    &rules::RPPS_KEY,
                );
                others[0] = self.table.symbols.intern(&compact);
            }
            return;
        };
        let Some(value) = self.value(dimension, &text, dimensions) else {
            if aggregate {
                return;
            }
            let known: Vec<&str> = data()
                .values
                .get(dimension.id())
                .map(|words| words.values().map(String::as_str).collect::<BTreeSet<_>>())
                .unwrap_or_default()
                .into_iter()
                .collect();
            let finding = rules::VALUE
                .at(
                    self.table.locator.cell(number, column),
                    Text::new(
                        format!("valeur inconnue pour « {} » : « {text} »", field.label),
                        format!("unknown value for {}: '{text}'", field.id),
                    ),
                )
                .expected(known.join(", "))
                .found(text);
            self.push(finding);
            return;
        };
        if dimension == Dimension::Finess && !value.is_empty() {
            self.identifier(
                number,
                column,
                &value,
                identifiers::finess(&value),
                &rules::FINESS,
                &rules::FINESS_KEY,
            );
        }
        if dimension == Dimension::DocType && check_digit::loinc_shape(&value) && !check_digit::loinc(&value)
        {
            let finding = rules::TYPE_KEY
                .at(
                    self.table.locator.cell(number, column),
                    Text::new(
                        format!("le code {value} a un chiffre de contrôle faux"),
                        format!("the code {value} has a wrong check digit"),
                    ),
                )
                .found(value.clone());
            self.push(finding);
        }
        let symbol = self.table.symbols.intern(&value);
        if let Some(slot) = dimensions.get_mut(dimension.rank())
            && symbol != ALL
        {
            *slot = symbol;
        }
    }

    /// The canonical value of a cell; an indicator column may tell other dimensions by its words.
    fn value(
        &mut self,
        dimension: Dimension,
        text: &str,
        dimensions: &mut [u32; DIMENSIONS],
    ) -> Option<String> {
        if dimension != Dimension::Series {
            return canonical(dimension, text);
        }
        let folded = fold(text);
        if let Some(series) = self.own.series.get(&folded) {
            return Some(series.clone());
        }
        if self.own.series.is_empty() {
            let told = data().fields.iter().find(|field| {
                field.kind == FieldKind::Measure && !field.set.is_empty() && field.names.contains(&folded)
            });
            if let Some(field) = told {
                for (name, value) in &field.set {
                    let symbol = self.table.symbols.intern(value);
                    if let Some(slot) =
                        Dimension::named(name).and_then(|dimension| dimensions.get_mut(dimension.rank()))
                    {
                        *slot = symbol;
                    }
                }
                return Some(String::new());
            }
            if let Some(unit) = data().value("unit", &folded) {
                let symbol = self.table.symbols.intern(unit);
                if let Some(slot) = dimensions.get_mut(Dimension::Unit.rank()) {
                    *slot = symbol;
                }
                return Some(String::new());
            }
        }
        canonical(dimension, text)
    }

    fn identifier(
        &mut self,
        number: u32,
        column: usize,
        value: &str,
        verdict: Result<(), Fault>,
        shape: &crate::finding::Rule,
        key: &crate::finding::Rule,
    ) {
        let place = || self.table.locator.cell(number, column);
        let finding = match verdict {
            Ok(()) => return,
            Err(Fault::Shape) => shape.at(
                place(),
                Text::new(
                    format!(
                        "« {value} » a {} caractères ou un caractère interdit",
                        value.chars().count()
                    ),
                    format!(
                        "'{value}' has {} characters or a forbidden one",
                        value.chars().count()
                    ),
                ),
            ),
            Err(Fault::Key) => key.at(
                place(),
                Text::new(format!("clé fausse : {value}"), format!("wrong key: {value}")),
            ),
        };
        // The same wrong key on every row is one fault.
        let finding = finding.found(value);
        if finding.rule == key.id.as_ref()
            && self
                .findings
                .iter()
                .any(|known| known.rule == finding.rule && known.found == finding.found)
        {
            return;
        }
        self.push(finding);
    }

    fn attribute(
        &mut self,
        number: u32,
        column: usize,
        field: &'static Field,
        cell: &Value<'_>,
        document: &mut (u32, u32),
        window: &mut u32,
    ) {
        let text = cell.display();
        match field.id.as_str() {
            "document_id" => {
                if cell.is_empty() {
                    let finding = rules::EMPTY.at(
                        self.table.locator.cell(number, column),
                        Text::fixed("identifiant du document vide", "empty document identifier"),
                    );
                    self.push(finding);
                }
                document.0 = self.table.symbols.intern(&text);
            }
            "replaces" => {
                document.1 = if matches!(fold(&text).as_str(), "non" | "n" | "0") {
                    ALL
                } else {
                    self.table.symbols.intern(&text)
                };
            }
            "window" if !cell.is_empty() => {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                *window = self.table.symbols.intern(&format!("F{digits}"));
            }
            "extraction_date" if !cell.is_empty() => {
                let date = match cell {
                    Value::Date(date) => Some(*date),
                    _ => match period::parse(&text) {
                        Some(Period::Day(date)) => Some(date),
                        _ => None,
                    },
                };
                if date.is_none() {
                    let finding = rules::PERIOD
                        .at(
                            self.table.locator.cell(number, column),
                            Text::new(
                                format!("date d'extraction illisible : « {text} »"),
                                format!("unreadable date of extraction: '{text}'"),
                            ),
                        )
                        .found(text);
                    self.push(finding);
                }
                self.table.extraction = date.or(self.table.extraction);
            }
            "finess_legal" if !cell.is_empty() => {
                let compact = text.replace([' ', '\u{a0}'], "").to_uppercase();
                self.identifier(
                    number,
                    column,
                    &compact,
                    identifiers::finess(&compact),
                    &rules::FINESS,
                    &rules::FINESS_KEY,
                );
            }
            _ => {}
        }
    }

    /// Reads a count, and says what is wrong with it.
    fn count(&mut self, number: u32, column: usize, cell: &Value<'_>) -> CountCell {
        if cell.is_empty() {
            return CountCell::Empty;
        }
        let text = cell.display();
        let place = self.table.locator.cell(number, column);
        match layout::integer(&text) {
            Some(value) if value < 0 => {
                let finding = rules::NEGATIVE
                    .at(
                        place,
                        Text::new(
                            format!("nombre négatif : {value}"),
                            format!("negative count: {value}"),
                        ),
                    )
                    .expected("≥ 0")
                    .found(text);
                self.push(finding);
                CountCell::Wrong
            }
            Some(value) => CountCell::Value(value),
            None => {
                let finding = rules::COUNT
                    .at(
                        place,
                        Text::new(
                            format!("« {text} » n'est pas un nombre entier"),
                            format!("'{text}' is no whole number"),
                        ),
                    )
                    .found(text);
                self.push(finding);
                CountCell::Wrong
            }
        }
    }

    fn rate(&mut self, number: u32, column: usize, cell: &Value<'_>) -> Option<DeclaredRate> {
        if cell.is_empty() {
            return None;
        }
        let text = cell.display();
        if let Some((value, percent)) = rates::decimal(&text) {
            return Some(DeclaredRate {
                column: column as u16,
                value,
                percent,
                binary: matches!(cell, Value::Number(_)),
            });
        }
        let finding = rules::RATE_RANGE
            .at(
                self.table.locator.cell(number, column),
                Text::new(
                    format!("« {text} » n'est pas un taux"),
                    format!("'{text}' is no rate"),
                ),
            )
            .found(text);
        self.push(finding);
        None
    }

    /// Says which cells that every row needs are empty.
    fn check_empty(
        &mut self,
        number: u32,
        dimensions: &[u32; DIMENSIONS],
        aggregate: bool,
        empty_counts: &[(usize, &'static Field)],
        no_count: bool,
    ) {
        for &(column, field) in empty_counts {
            if field.id == "count" || no_count {
                let finding = rules::EMPTY.at(
                    self.table.locator.cell(number, column),
                    Text::new(
                        format!("« {} » est vide", field.label),
                        format!("{} is empty", field.id),
                    ),
                );
                self.push(finding);
                break;
            }
        }
        if aggregate {
            return;
        }
        let unit = dimensions.get(Dimension::Unit.rank()).copied().unwrap_or(ALL);
        let other_object = unit != ALL && self.table.symbols.text(unit) != "documents";
        for column in 0..self.fields.len() {
            let Some(field) = self.fields.get(column).copied().flatten() else {
                continue;
            };
            let Some(dimension) = Dimension::named(&field.id) else {
                continue;
            };
            let needed =
                self.own.required.contains(&dimension) && (dimension == Dimension::Finess || !other_object);
            let empty = dimensions.get(dimension.rank()) == Some(&ALL);
            let said = self
                .findings
                .iter()
                .rev()
                .take_while(|finding| finding.place.line == Some(number))
                .any(|finding| finding.place.column == Some(column as u32 + 1));
            if needed && empty && !said {
                let finding = rules::EMPTY.at(
                    self.table.locator.cell(number, column),
                    Text::new(
                        format!("« {} » est vide", field.label),
                        format!("{} is empty", field.id),
                    ),
                );
                self.push(finding);
            }
        }
    }

    /// A period whose year makes no sense for any clock.
    fn absurd(&mut self, number: u32, period: Period, parts: &PeriodParts) -> bool {
        let years = data().years;
        let Some((first, last)) = period.days() else {
            return false;
        };
        let absurd = first.year() < years.first || last.year() > years.last;
        if absurd {
            let finding = rules::PERIOD
                .at(
                    self.table.locator.cell(number, parts.column),
                    Text::new(
                        format!("année absurde : {}", period.name()),
                        format!("absurd year: {}", period.name()),
                    ),
                )
                .expected(format!("{}–{}", years.first, years.last))
                .found(period.name());
            self.push(finding);
        }
        absurd
    }

    fn check_key(&mut self, number: u32, key: Key) {
        if let Some(&first) = self.keys.get(&key) {
            let shown = self.table.describe(&key.1);
            let finding = rules::DUPLICATE
                .at(
                    self.table.locator.row(number),
                    Text::new(
                        format!(
                            "même ventilation que la ligne {first} : {} · {shown}",
                            key.0.name()
                        ),
                        format!("same breakdown as row {first}: {} · {shown}", key.0.name()),
                    ),
                )
                .found(format!("{} · {shown}", key.0.name()));
            self.push(finding);
        } else {
            self.keys.insert(key, number);
        }
    }

    fn bounds(&mut self, number: u32, values: &[(usize, i64)]) {
        let value = |column: usize| {
            values
                .iter()
                .find(|(at, _)| *at == column)
                .map(|(_, value)| *value)
        };
        let mut broken = Vec::new();
        for &(less, more) in &self.bounds {
            if let (Some(part), Some(whole)) = (value(less), value(more))
                && part > whole
            {
                broken.push((less, more, part, whole));
            }
        }
        for (less, more, part, whole) in broken {
            let locator = &self.table.locator;
            let finding = rules::BOUND
                .at(
                    locator.cell(number, less),
                    Text::new(
                        format!(
                            "« {} » ({part}) dépasse « {} » ({whole})",
                            locator.header(less),
                            locator.header(more)
                        ),
                        format!(
                            "'{}' ({part}) is more than '{}' ({whole})",
                            locator.header(less),
                            locator.header(more)
                        ),
                    ),
                )
                .expected(format!("≤ {whole}"))
                .found(part.to_string());
            self.push(finding);
        }
    }

    fn facts(
        &mut self,
        number: u32,
        period: Period,
        dimensions: [u32; DIMENSIONS],
        values: &[(usize, i64)],
        document: (u32, u32),
    ) {
        let default_unit = self.table.symbols.intern(&self.own.default_unit.clone());
        let with_unit = |mut dimensions: [u32; DIMENSIONS]| {
            if let Some(unit) = dimensions.get_mut(Dimension::Unit.rank())
                && *unit == ALL
            {
                *unit = default_unit;
            }
            dimensions
        };
        if document.0 != ALL {
            self.table.sendings.push(Sending {
                row: number,
                document: document.0,
                replaces: document.1,
                dimensions: with_unit(dimensions),
            });
        }
        let measured = self
            .fields
            .iter()
            .flatten()
            .any(|field| field.kind == FieldKind::Measure);
        if !measured {
            self.table.facts.push(Fact {
                row: number,
                column: 0,
                variant: 0,
                period,
                dimensions: with_unit(dimensions),
                value: 1,
            });
            return;
        }
        for &(column, value) in values {
            let Some(field) = self.fields.get(column).copied().flatten() else {
                continue;
            };
            let mut own = dimensions;
            for (name, set) in &field.set {
                let symbol = self.table.symbols.intern(set);
                if let Some(slot) = Dimension::named(name).and_then(|dimension| own.get_mut(dimension.rank()))
                {
                    *slot = symbol;
                }
            }
            self.table.facts.push(Fact {
                row: number,
                column: column as u16,
                variant: match field.id.as_str() {
                    "total" => 1,
                    "attempts" => 2,
                    _ => 0,
                },
                period,
                dimensions: with_unit(own),
                value,
            });
        }
    }

    fn ratio(
        &mut self,
        number: u32,
        period: Period,
        dimensions: [u32; DIMENSIONS],
        window: u32,
        values: &[(usize, i64)],
        declared: &[DeclaredRate],
    ) {
        let value = |column: usize| {
            values
                .iter()
                .find(|(at, _)| *at == column)
                .map(|(_, value)| *value)
        };
        let default = self
            .own
            .default_series
            .clone()
            .map_or(ALL, |series| self.table.symbols.intern(&series));
        for (_, rate, numerator, denominator, label) in &self.ratios {
            let (Some(top), Some(bottom)) = (value(*numerator), value(*denominator)) else {
                continue;
            };
            let named = dimensions.get(Dimension::Series.rank()).copied().unwrap_or(ALL);
            let finess = dimensions.get(Dimension::Finess.rank()).copied().unwrap_or(ALL);
            self.table.ratios.push(Ratio {
                row: number,
                numerator_column: *numerator as u16,
                denominator_column: *denominator as u16,
                numerator: top,
                denominator: bottom,
                declared: rate
                    .and_then(|rate| {
                        declared
                            .iter()
                            .find(|declared| usize::from(declared.column) == rate)
                    })
                    .copied(),
                series: if named == ALL { default } else { named },
                period,
                window,
                finess,
                label: label.clone(),
            });
        }
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

    fn finish(mut self) -> Read {
        self.resolve_roles();
        Read::Table {
            table: Box::new(self.table),
            findings: self.findings,
            missing: self.missing,
        }
    }
}
