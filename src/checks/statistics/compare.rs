//! Dashboard against extraction: the same counts, each right alone, must agree.

use std::collections::{BTreeMap, BTreeSet};

use super::data::{Dimension, data, indicator};
use super::load::load;
use super::model::{ALL, Mask, Selection, Sum, Table, bit};
use super::period::Period;
use super::read::Read;
use super::{repeated, rules};
use crate::checks::{Context, Judged, Outcome, SetCheck};
use crate::evidence::{Kind, table as evidence_table};
use crate::finding::{Finding, Rule};
use crate::text::Text;

/// Compares every statistics file of a proof with the first one.
pub struct DashboardAgreement;

/// A key that two tables share, in words so that it means the same in both.
type Key = (Period, Vec<String>);

impl SetCheck for DashboardAgreement {
    fn id(&self) -> &'static str {
        "statistics-agreement"
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![&rules::DISAGREEMENT]
    }

    fn opens_archives(&self) -> bool {
        true
    }

    fn run(&self, files: &[Judged<'_>], parameters: &toml::Table, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let id = parameters
            .get("indicator")
            .and_then(toml::Value::as_str)
            .or(context.options.indicator.as_deref());
        let known = id.and_then(indicator);
        let mut tables: Vec<(String, Box<Table>)> = Vec::new();
        for file in files {
            let kind = matches!(file.evidence.kind(), Kind::Csv | Kind::Workbook | Kind::Json);
            if !kind || evidence_table::loinc_exchange_file(file.evidence.name()).is_some() {
                continue;
            }
            match load(file.evidence, context, known).read {
                Some(Read::Table { table, missing, .. }) if missing.is_empty() => {
                    tables.push((file.evidence.path().to_owned(), table));
                }
                _ => outcome.to_review.push(Text::new(
                    format!(
                        "{} : disposition non lue, à comparer à la main",
                        file.evidence.path()
                    ),
                    format!("{}: layout not read, compare by hand", file.evidence.path()),
                )),
            }
        }
        let mut rest = tables.iter();
        let Some((first_path, first)) = rest.next() else {
            return outcome;
        };
        for (path, table) in rest {
            let (findings, compared) = disagreements(first_path, first, table);
            if compared == 0 {
                outcome.to_review.push(Text::new(
                    format!("{first_path} et {path} n'ont aucun nombre en commun à comparer"),
                    format!("{first_path} and {path} share no number to compare"),
                ));
            } else {
                outcome.verified.push(Text::new(
                    format!("{compared} nombres comparés entre {first_path} et {path}"),
                    format!("{compared} numbers compared between {first_path} and {path}"),
                ));
            }
            outcome.findings.extend(repeated::once(findings));
        }
        outcome
    }
}

/// The dimensions that both tables break down.
fn common(a: &Table, b: &Table) -> Mask {
    let mask = |table: &Table| table.facts.iter().fold(0, |mask, fact| mask | fact.mask());
    mask(a) & mask(b)
}

/// Sums of a table by the dimensions of `by`, keyed by words; by month when `monthly`.
fn by_words(table: &Table, by: Mask, monthly: bool) -> BTreeMap<Key, Sum> {
    let selection = Selection::default();
    let sums = if monthly {
        table.sums(&selection, by, |period| period.month().map(Period::Month))
    } else {
        table
            .everything(&selection, by)
            .into_iter()
            .map(|(key, sum)| ((Period::Whole, key), sum))
            .collect()
    };
    sums.into_iter()
        .map(|((period, key), sum)| {
            let words = Dimension::ALL
                .into_iter()
                .filter(|dimension| by & bit(*dimension) != 0)
                .map(|dimension| key.get(dimension.rank()).copied().unwrap_or(ALL))
                .map(|symbol| table.symbols.text(symbol).to_owned())
                .collect();
            ((period, words), sum)
        })
        .collect()
}

/// Values of a dimension (sites, channels, types) that only one table counts: each is said once, and sums are then
/// compared without the dimension, so that a site written in another way does not differ at every row.
fn values_apart(path: &str, a: &Table, b: &Table) -> (Vec<Finding>, Mask) {
    let mut findings = Vec::new();
    let mut strangers = 0;
    for dimension in Dimension::ALL {
        if common(a, b) & bit(dimension) == 0 {
            continue;
        }
        let here = counted_values(b, dimension);
        let there = counted_values(a, dimension);
        let only_here: Vec<&String> = here.keys().filter(|value| !there.contains_key(*value)).collect();
        let only_there: Vec<&String> = there.keys().filter(|value| !here.contains_key(*value)).collect();
        if only_here.is_empty() && only_there.is_empty() {
            continue;
        }
        strangers |= bit(dimension);
        let list = |values: &[&String]| {
            let mut shown: Vec<&str> = values
                .iter()
                .take(VALUES_NAMED)
                .map(|value| value.as_str())
                .collect();
            if values.len() > VALUES_NAMED {
                shown.push("…");
            }
            if shown.is_empty() {
                "–".to_owned()
            } else {
                shown.join(", ")
            }
        };
        let (found, expected) = (list(&only_here), list(&only_there));
        let label = data()
            .field(dimension.id())
            .map_or(dimension.id(), |field| field.label.as_str());
        let place = only_here
            .first()
            .and_then(|value| here.get(*value))
            .map_or_else(|| b.locator.file(), |row| b.locator.row(*row));
        let mut finding = rules::DISAGREEMENT
            .at(
                place,
                Text::new(
                    format!("« {label} » : {found} compté ici seulement, {expected} dans {path} seulement"),
                    format!(
                        "{}: {found} counted here only, {expected} in {path} only",
                        dimension.id()
                    ),
                ),
            )
            .expected(expected)
            .found(found);
        finding.count = (only_here.len() + only_there.len()) as u64;
        findings.push(finding);
    }
    (findings, strangers)
}

/// Values named in one message.
const VALUES_NAMED: usize = 5;

/// The values of a dimension with a count above zero, and the first row of each.
fn counted_values(table: &Table, dimension: Dimension) -> BTreeMap<String, u32> {
    let mut values: BTreeMap<String, u32> = BTreeMap::new();
    for fact in table.facts.iter().filter(|fact| fact.value > 0) {
        let symbol = fact.get(dimension);
        if symbol != ALL {
            let row = values
                .entry(table.symbols.text(symbol).to_owned())
                .or_insert(fact.row);
            *row = (*row).min(fact.row);
        }
    }
    values
}

/// Whether the sums of a period lack a row of which nothing could be counted.
fn lost(table: &Table, period: Period) -> bool {
    match period.month() {
        Some(month) => table.lost_months.contains(&Some(month)) || table.lost_months.contains(&None),
        None => !table.lost_months.is_empty(),
    }
}

/// The findings, placed in `b` and naming `a`, and how many numbers were compared.
fn disagreements(path: &str, a: &Table, b: &Table) -> (Vec<Finding>, usize) {
    let (mut findings, strangers) = values_apart(path, a, b);
    let by = common(a, b) & !strangers;
    let shared: BTreeSet<i32> = a
        .months
        .keys()
        .filter(|month| b.months.contains_key(month))
        .copied()
        .collect();
    let monthly = !shared.is_empty();
    let (left, right) = (by_words(a, by, monthly), by_words(b, by, monthly));
    let keys: BTreeSet<&Key> = left.keys().chain(right.keys()).collect();
    let mut compared = 0;
    for key in keys {
        if monthly && key.0.month().is_none_or(|month| !shared.contains(&month)) {
            continue;
        }
        // A row that could not be understood is said where it is; the sum without it cannot be compared.
        if lost(a, key.0) || lost(b, key.0) {
            continue;
        }
        // A row that is not there stands for zero: extractions leave out what did not happen.
        let here = right.get(key).copied().unwrap_or_default();
        let there = left.get(key).copied().unwrap_or_default();
        compared += 1;
        if here.value == there.value {
            continue;
        }
        let place = if here.row == 0 {
            b.locator.file()
        } else {
            b.locator.cell(here.row, usize::from(here.column))
        };
        let shown = [key.0.name()]
            .into_iter()
            .chain(key.1.iter().filter(|word| !word.is_empty()).cloned())
            .collect::<Vec<_>>()
            .join(" · ");
        findings.push(
            rules::DISAGREEMENT
                .at(
                    place,
                    Text::new(
                        format!(
                            "{shown} : {} ici, {} dans {path} (ligne {})",
                            here.value, there.value, there.row
                        ),
                        format!(
                            "{shown}: {} here, {} in {path} (row {})",
                            here.value, there.value, there.row
                        ),
                    ),
                )
                .expected(there.value.to_string())
                .found(here.value.to_string()),
        );
    }
    (findings, compared)
}
