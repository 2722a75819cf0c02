//! Numbers to reach (thresholds) and target rates by window.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::data::{Dimension, Filter, Indicator, Target, Threshold};
use super::model::{ALL, Mask, Sum, Table, bit};
use super::period::month_name;
use super::{rates, rules};
use crate::checks::Outcome;
use crate::finding::Severity;
use crate::text::Text;

/// Checks the thresholds of `indicator`; what was counted goes to `measures`.
pub(super) fn thresholds(
    table: &Table,
    indicator: &Indicator,
    outcome: &mut Outcome,
    measures: &mut Vec<Json>,
) {
    for threshold in &indicator.threshold {
        let alternatives: Vec<&Filter> = if threshold.any.is_empty() {
            vec![&threshold.filter]
        } else {
            threshold.any.iter().collect()
        };
        match threshold.each.as_deref().and_then(Dimension::named) {
            Some(dimension) => each(table, threshold, dimension, outcome, measures),
            None => one(table, threshold, &alternatives, outcome, measures),
        }
    }
}

/// Distinct documents when the table lists them, else the counts themselves.
fn count(table: &Table, filter: &Filter, by: Mask) -> BTreeMap<u32, Sum> {
    let selection = table.select(filter);
    let sums = if table.sendings.is_empty() {
        table.everything(&selection, by)
    } else {
        table.distinct_documents(&selection, by)
    };
    let dimension = Dimension::ALL.into_iter().find(|dimension| by == bit(*dimension));
    let mut counts: BTreeMap<u32, Sum> = BTreeMap::new();
    for (key, sum) in sums {
        let symbol = dimension
            .and_then(|dimension| key.get(dimension.rank()).copied())
            .unwrap_or(ALL);
        let entry = counts.entry(symbol).or_insert(Sum { value: 0, ..sum });
        entry.value = entry.value.saturating_add(sum.value);
    }
    counts
}

fn one(
    table: &Table,
    threshold: &Threshold,
    alternatives: &[&Filter],
    outcome: &mut Outcome,
    measures: &mut Vec<Json>,
) {
    // What only some files count is not looked for in a file without channels.
    let optional = threshold.when_absent.is_some();
    let best = alternatives
        .iter()
        .filter(|filter| !optional || !filter.contains_key("channel") || table.fields.contains("channel"))
        .filter_map(|filter| count(table, filter, 0).remove(&ALL))
        .max_by_key(|sum| sum.value);
    let found = best.map_or(0, |sum| sum.value);
    measures.push(measure(threshold, None, found));
    if found >= threshold.at_least {
        return;
    }
    if optional && best.is_none() {
        outcome.findings.push(rules::ELSEWHERE.at(
            table.locator.file(),
            Text::new(
                format!("le fichier ne compte pas : {}", threshold.label.fr),
                format!("the file does not count: {}", threshold.label.en),
            ),
        ));
        return;
    }
    if !table.could_hide(threshold.at_least - found) {
        outcome
            .findings
            .push(shortfall(table, threshold, None, best.unwrap_or_default()));
    }
}

fn each(
    table: &Table,
    threshold: &Threshold,
    dimension: Dimension,
    outcome: &mut Outcome,
    measures: &mut Vec<Json>,
) {
    let mut counts = count(table, &threshold.filter, bit(dimension));
    if !threshold.among.is_empty() {
        counts.retain(|symbol, _| {
            *symbol == ALL
                || threshold
                    .among
                    .iter()
                    .any(|name| name == table.symbols.text(*symbol))
        });
    }
    // A site badly written is said as such; it is not one more site.
    counts.retain(|symbol, _| !table.wrong_sites.contains(symbol));
    // A value that appears without any count that qualifies stands at zero.
    let present: BTreeSet<u32> = table
        .facts
        .iter()
        .map(|fact| fact.get(dimension))
        .filter(|symbol| *symbol != ALL && !table.wrong_sites.contains(symbol))
        .filter(|symbol| {
            threshold.among.is_empty()
                || threshold
                    .among
                    .iter()
                    .any(|name| name == table.symbols.text(*symbol))
        })
        .collect();
    for symbol in present {
        counts.entry(symbol).or_default();
    }
    if counts.is_empty() && table.wrong_sites.is_empty() {
        counts.insert(ALL, Sum::default());
    }
    let together: i64 = counts.values().map(|sum| sum.value).sum();
    for (symbol, sum) in &counts {
        measures.push(measure(threshold, Some(table.symbols.text(*symbol)), sum.value));
    }
    let reached = counts.values().any(|sum| sum.value >= threshold.at_least);
    if !threshold.among.is_empty() && !reached && together >= threshold.at_least {
        outcome.to_review.push(Text::new(
            format!(
                "{} : {together} sur tous les canaux ensemble, moins de {} sur chacun ; les textes ne disent pas si cela suffit",
                threshold.label.fr, threshold.at_least
            ),
            format!(
                "{}: {together} on all channels together, less than {} on each; the texts do not say whether that is enough",
                threshold.label.en, threshold.at_least
            ),
        ));
        return;
    }
    let short = counts.iter().filter(|(_, sum)| {
        sum.value < threshold.at_least && !table.could_hide(threshold.at_least - sum.value)
    });
    for (symbol, sum) in short {
        outcome.findings.push(shortfall(
            table,
            threshold,
            Some(table.symbols.text(*symbol)),
            *sum,
        ));
    }
}

fn measure(threshold: &Threshold, of: Option<&str>, found: i64) -> Json {
    json!({
        "kind": "count",
        "label": threshold.label.fr,
        "of": of.filter(|of| !of.is_empty()),
        "value": found,
        "at_least": threshold.at_least,
        "reached": found >= threshold.at_least,
    })
}

fn shortfall(table: &Table, threshold: &Threshold, of: Option<&str>, sum: Sum) -> crate::finding::Finding {
    let of = of
        .filter(|of| !of.is_empty())
        .map(|of| format!(" ({of})"))
        .unwrap_or_default();
    let place = if sum.row == 0 {
        table.locator.file()
    } else {
        table.locator.row(sum.row)
    };
    rules::THRESHOLD
        .at(
            place,
            Text::new(
                format!(
                    "{}{of} : {} comptés, {} demandés",
                    threshold.label.fr, sum.value, threshold.at_least
                ),
                format!(
                    "{}{of}: {} counted, {} asked for",
                    threshold.label.en, sum.value, threshold.at_least
                ),
            ),
        )
        .expected(format!("≥ {}", threshold.at_least))
        .found(sum.value.to_string())
}

/// One indicator of one site in one window, its rows added up.
#[derive(Debug, Default, Clone, Copy)]
struct Rate {
    numerator: i64,
    denominator: i64,
    row: u32,
    column: u16,
}

/// Checks the target rates of `indicator`; `window` is what the user says.
pub(super) fn rates(
    table: &Table,
    indicator: &Indicator,
    window: Option<&str>,
    outcome: &mut Outcome,
    measures: &mut Vec<Json>,
) {
    if indicator.target.is_empty() {
        return;
    }
    let mut by_series: BTreeMap<(String, String, u32), Rate> = BTreeMap::new();
    let mut without_window = None;
    for ratio in &table.ratios {
        let own = table.symbols.text(ratio.window).to_owned();
        let window = window
            .map(str::to_uppercase)
            .or_else(|| Some(own).filter(|own| !own.is_empty()))
            .or_else(|| window_of(indicator, ratio.period));
        let Some(window) = window else {
            without_window.get_or_insert(ratio.row);
            continue;
        };
        let series = table.symbols.text(ratio.series).to_owned();
        let rate = by_series.entry((window, series, ratio.finess)).or_default();
        rate.numerator = rate.numerator.saturating_add(ratio.numerator);
        rate.denominator = rate.denominator.saturating_add(ratio.denominator);
        if rate.row == 0 {
            rate.row = ratio.row;
            rate.column = ratio.numerator_column;
        }
    }
    if without_window.is_some() {
        outcome.not_evaluated.push(Text::fixed(
            "fenêtre de financement inconnue : l'indiquer avec --window F1, F2, F3 ou F4",
            "unknown funding window: tell it with --window F1, F2, F3 or F4",
        ));
    }
    for ((window, series, finess), rate) in &by_series {
        match indicator.target.iter().find(|target| &target.series == series) {
            Some(target) => judge(table, target, window, *finess, *rate, outcome, measures),
            None => outcome.findings.push(
                rules::VALUE
                    .at(
                        table.locator.row(rate.row),
                        Text::new(
                            format!("indicateur inconnu : « {series} »"),
                            format!("unknown indicator: '{series}'"),
                        ),
                    )
                    .severity(Severity::Warning)
                    .found(series.as_str()),
            ),
        }
    }
    dependencies(table, indicator, &by_series, outcome);
}

/// The window whose months hold the period.
fn window_of(indicator: &Indicator, period: super::period::Period) -> Option<String> {
    let (first, last) = period.days()?;
    let (first, last) = (
        month_name(super::period::month_of(first)),
        month_name(super::period::month_of(last)),
    );
    indicator
        .windows
        .iter()
        .find(|(_, [from, to])| *from <= first && last <= *to)
        .map(|(window, _)| window.clone())
}

fn judge(
    table: &Table,
    target: &Target,
    window: &str,
    finess: u32,
    rate: Rate,
    outcome: &mut Outcome,
    measures: &mut Vec<Json>,
) {
    let place = || table.locator.cell(rate.row, usize::from(rate.column));
    let severity = if target.required {
        Severity::Error
    } else {
        Severity::Info
    };
    let Some(&wanted) = target.windows.get(window) else {
        outcome.findings.push(
            rules::WINDOW
                .at(
                    place(),
                    Text::new(
                        format!("{} n'existe pas en fenêtre {window}", target.series),
                        format!("{} does not exist in window {window}", target.series),
                    ),
                )
                .severity(severity)
                .expected(target.windows.keys().cloned().collect::<Vec<_>>().join(", "))
                .found(window),
        );
        return;
    };
    let Some(real) = rates::percentage(rate.numerator, rate.denominator) else {
        return;
    };
    let reached = i128::from(rate.numerator) * 100 >= i128::from(wanted) * i128::from(rate.denominator);
    let margin = real - rust_decimal::Decimal::from(wanted);
    measures.push(json!({
        "kind": "rate",
        "label": target.label.fr,
        "series": target.series,
        "window": window,
        "finess": Some(table.symbols.text(finess)).filter(|finess| !finess.is_empty()),
        "numerator": rate.numerator,
        "denominator": rate.denominator,
        "rate": real.to_string(),
        "target": wanted,
        "margin": margin.to_string(),
        "reached": reached,
        "required": target.required,
    }));
    outcome.verified.push(Text::new(
        format!(
            "{} ({}), {window} : {real} %, cible {wanted} %, marge {margin} {}",
            target.series,
            target.label.fr,
            points(margin)
        ),
        format!(
            "{} ({}), {window}: {real} %, target {wanted} %, margin {margin} {}",
            target.series,
            target.label.en,
            points(margin)
        ),
    ));
    if !reached {
        outcome.findings.push(
            rules::TARGET
                .at(
                    place(),
                    Text::new(
                        format!(
                            "{} ({}) : {real} % pour une cible de {wanted} % en {window}, marge {margin} {}",
                            target.series,
                            target.label.fr,
                            points(margin)
                        ),
                        format!(
                            "{} ({}): {real} % for a target of {wanted} % in {window}, margin {margin} {}",
                            target.series,
                            target.label.en,
                            points(margin)
                        ),
                    ),
                )
                .severity(severity)
                .expected(format!("≥ {wanted} %"))
                .found(format!("{real} %")),
        );
    }
}

/// `point` or `points`: one word in both languages.
fn points(margin: rust_decimal::Decimal) -> &'static str {
    if margin.abs() < rust_decimal::Decimal::TWO {
        "point"
    } else {
        "points"
    }
}

/// The bonus is paid only with the indicators it depends on.
fn dependencies(
    table: &Table,
    indicator: &Indicator,
    rates: &BTreeMap<(String, String, u32), Rate>,
    outcome: &mut Outcome,
) {
    if rates.is_empty() || !table.faulty.is_empty() {
        // The row of the missing one may be one of those that cannot be read.
        return;
    }
    let present: BTreeSet<&str> = rates.keys().map(|(_, series, _)| series.as_str()).collect();
    let missing: Vec<&str> = indicator
        .requires_series
        .iter()
        .map(String::as_str)
        .filter(|series| !present.contains(series))
        .collect();
    if missing.is_empty() {
        return;
    }
    let names = missing.join(", ");
    if table.fields.contains("series") {
        outcome.findings.push(
            rules::SERIES
                .at(
                    table.locator.file(),
                    Text::new(
                        format!("indicateur absent : {names}"),
                        format!("missing indicator: {names}"),
                    ),
                )
                .expected(names),
        );
    } else {
        outcome.to_review.push(Text::new(
            format!("le fichier ne dit rien de {names}, dont le bonus dépend"),
            format!("the file says nothing of {names}, on which the bonus depends"),
        ));
    }
}
