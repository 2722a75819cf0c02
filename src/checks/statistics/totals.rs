//! Totals against their parts, aggregates against their months, dossiers against documents.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::data::{DIMENSIONS, Dimension, data};
use super::model::{ALL, Fact, Mask, Table, bit};
use super::period::{Period, month_of};
use super::rules;
use crate::finding::{Finding, Rule};
use crate::text::Text;

/// Parts of one total, added up.
#[derive(Debug, Clone, Copy)]
struct Parts {
    sum: i64,
    row: u32,
}

type Group = (Period, [u32; DIMENSIONS]);

/// Checks every total and aggregate of the table.
pub(super) fn check(table: &Table) -> Vec<Finding> {
    let mut findings = Vec::new();
    let additive: Vec<&Fact> = table
        .facts
        .iter()
        .filter(|fact| {
            let unit = table.symbols.text(fact.get(Dimension::Unit));
            !data().not_additive.iter().any(|name| name == unit)
        })
        .collect();
    let masks: BTreeSet<Mask> = additive.iter().map(|fact| fact.mask()).collect();
    breakdowns(table, &additive, &masks, &mut findings);
    aggregates(table, &additive, &masks, &mut findings);
    dossiers(table, &mut findings);
    not_additive_years(table, &mut findings);
    findings
}

/// The dimensions that `fine` breaks down and `coarse` does not, when counts add up over all of them.
fn refines(coarse: Mask, fine: Mask) -> Option<Vec<Dimension>> {
    (coarse != fine && coarse & fine == coarse)
        .then(|| {
            Dimension::ALL
                .into_iter()
                .filter(|dimension| (fine & !coarse) & bit(*dimension) != 0)
                .collect::<Vec<_>>()
        })
        .filter(|dimensions| dimensions.iter().all(|dimension| dimension.additive()))
}

/// Whether a total row says nothing but "total": it is that of all the rows, whatever values they have.
fn grand(table: &Table, coarse: Mask, row: u32) -> bool {
    breaks_nothing_down(coarse) && table.total_rows.contains(&row)
}

fn breaks_nothing_down(coarse: Mask) -> bool {
    coarse & !(bit(Dimension::Unit) | bit(Dimension::Series)) == 0
}

/// Whether every value of the closed dimensions among `over` appears with the mask.
fn all_parts(table: &Table, facts: &[&Fact], mask: Mask, over: &[Dimension]) -> bool {
    over.iter().all(|dimension| {
        data().closed.get(dimension.id()).is_none_or(|values| {
            values.iter().all(|value| {
                table.symbols.find(value).is_some_and(|symbol| {
                    facts
                        .iter()
                        .any(|fact| fact.mask() == mask && fact.get(*dimension) == symbol)
                })
            })
        })
    })
}

/// Within one period: a row that does not break a dimension down, against the rows that do.
fn breakdowns(table: &Table, facts: &[&Fact], masks: &BTreeSet<Mask>, findings: &mut Vec<Finding>) {
    for &coarse in masks {
        let mut finer: Vec<(Mask, Vec<Dimension>)> = masks
            .iter()
            .filter_map(|&fine| Some((fine, refines(coarse, fine)?)))
            .collect();
        finer.sort_by_key(|(mask, over)| (over.len(), *mask));
        let mut compared: BTreeSet<u32> = BTreeSet::new();
        for (fine, over) in finer {
            let all_there = all_parts(table, facts, fine, &over);
            let mut parts: HashMap<Group, Parts> = HashMap::new();
            for fact in facts.iter().filter(|fact| fact.mask() == fine) {
                add(&mut parts, (fact.period, fact.project(coarse)), fact);
            }
            for fact in facts.iter().filter(|fact| fact.mask() == coarse) {
                if table.tainted(fact.period.month()) || compared.contains(&fact.row) {
                    continue;
                }
                let Some(sum) = parts.get(&(fact.period, fact.dimensions)) else {
                    continue;
                };
                let complete = all_there || grand(table, coarse, fact.row);
                if complete {
                    compared.insert(fact.row);
                }
                let wrong = if complete {
                    sum.sum != fact.value
                } else {
                    sum.sum > fact.value
                };
                if wrong {
                    compared.insert(fact.row);
                    let names: Vec<&str> = over.iter().map(|dimension| label(*dimension)).collect();
                    findings.push(mismatch(&rules::TOTAL, table, fact, sum, &names.join(", ")));
                }
            }
        }
    }
}

fn add(parts: &mut HashMap<Group, Parts>, key: Group, fact: &Fact) {
    let part = parts.entry(key).or_insert(Parts {
        sum: 0,
        row: fact.row,
    });
    part.sum = part.sum.saturating_add(fact.value);
    part.row = part.row.min(fact.row);
}

fn label(dimension: Dimension) -> &'static str {
    data()
        .field(dimension.id())
        .map_or(dimension.id(), |field| field.label.as_str())
}

/// A count that cannot be, told with the period and the breakdown it is for.
fn fault(rule: &Rule, table: &Table, fact: &Fact, shown: &str, words: Text, expected: String) -> Finding {
    let period = fact.period.name();
    let words = Text::new(
        format!("{period} · {shown} : {}", words.fr),
        format!("{period} · {shown}: {}", words.en),
    );
    rule.at(table.locator.cell(fact.row, usize::from(fact.column)), words)
        .expected(expected)
        .found(fact.value.to_string())
}

fn mismatch(rule: &Rule, table: &Table, fact: &Fact, parts: &Parts, over: &str) -> Finding {
    let (declared, Parts { sum, row }) = (fact.value, parts);
    let words = Text::new(
        format!("{declared} déclaré, la somme par {over} donne {sum} (à partir de la ligne {row})"),
        format!("{declared} declared, the sum by {over} gives {sum} (from row {row})"),
    );
    let shown = table.describe(&fact.dimensions);
    fault(rule, table, fact, &shown, words, sum.to_string())
}

/// Months of an aggregate period, when the table has them all (up to its last one).
fn months_of(table: &Table, period: Period) -> Option<(i32, i32)> {
    let last = table.last_month()?;
    let first = table.months.keys().next().copied()?;
    let (from, to) = match period {
        Period::Whole => (first, last),
        Period::Month(_) | Period::Day(_) => return None,
        other => {
            let (start, end) = other.days()?;
            if start.day() != 1 || end != end.last_of_month() {
                return None;
            }
            (month_of(start), month_of(end).min(last))
        }
    };
    (from <= to && to - from < 1200 && (from..=to).all(|month| table.months.contains_key(&month)))
        .then_some((from, to))
}

/// Years, ranges and grand totals against the months they hold.
fn aggregates(table: &Table, facts: &[&Fact], masks: &BTreeSet<Mask>, findings: &mut Vec<Finding>) {
    let wholes: Vec<&&Fact> = facts
        .iter()
        .filter(|fact| fact.period.month().is_none() && months_of(table, fact.period).is_some())
        .collect();
    if wholes.is_empty() {
        return;
    }
    let spoiled = |from: i32, to: i32| (from..=to).any(|month| table.tainted(Some(month)));
    let monthly: Vec<&Fact> = facts
        .iter()
        .filter(|fact| fact.period.month().is_some())
        .copied()
        .collect();
    for &coarse in masks {
        // The least broken down months that can be summed to the aggregate.
        let candidates: Vec<(Mask, Vec<Dimension>, bool)> = masks
            .iter()
            .filter(|&&fine| monthly.iter().any(|fact| fact.mask() == fine))
            .filter_map(|&fine| {
                if fine == coarse {
                    return Some((fine, Vec::new(), true));
                }
                let over = refines(coarse, fine)?;
                let all_there = all_parts(table, &monthly, fine, &over);
                (all_there || breaks_nothing_down(coarse)).then_some((fine, over, all_there))
            })
            .collect();
        let Some((fine, _, all_there)) = candidates
            .iter()
            .min_by_key(|(mask, over, all_there)| (!all_there, over.len(), *mask))
        else {
            continue;
        };
        let mut sums: HashMap<[u32; DIMENSIONS], BTreeMap<i32, Parts>> = HashMap::new();
        for fact in monthly.iter().filter(|fact| fact.mask() == *fine) {
            let Some(month) = fact.period.month() else {
                continue;
            };
            let parts = sums
                .entry(fact.project(coarse))
                .or_default()
                .entry(month)
                .or_insert(Parts {
                    sum: 0,
                    row: fact.row,
                });
            parts.sum = parts.sum.saturating_add(fact.value);
        }
        for fact in wholes
            .iter()
            .filter(|fact| fact.mask() == coarse && (*all_there || grand(table, coarse, fact.row)))
        {
            let (Some((from, to)), Some(months)) =
                (months_of(table, fact.period), sums.get(&fact.dimensions))
            else {
                continue;
            };
            let mut total = Parts {
                sum: 0,
                row: u32::MAX,
            };
            for part in months.range(from..=to).map(|(_, part)| part) {
                total.sum = total.sum.saturating_add(part.sum);
                total.row = total.row.min(part.row);
            }
            if total.row != u32::MAX && total.sum != fact.value && !spoiled(from, to) {
                findings.push(mismatch(&rules::YEAR, table, fact, &total, "mois"));
            }
        }
    }
}

/// Objects of which one may count in several months: their year is at most the sum of its months, and at least the
/// largest of them.
fn not_additive_years(table: &Table, findings: &mut Vec<Finding>) {
    let counted: Vec<&Fact> = table
        .facts
        .iter()
        .filter(|fact| {
            let unit = table.symbols.text(fact.get(Dimension::Unit));
            data().not_additive.iter().any(|name| name == unit)
        })
        .collect();
    let mut months: HashMap<[u32; DIMENSIONS], BTreeMap<i32, i64>> = HashMap::new();
    for fact in &counted {
        if let Some(month) = fact.period.month() {
            let held = months
                .entry(fact.dimensions)
                .or_default()
                .entry(month)
                .or_default();
            *held = held.saturating_add(fact.value);
        }
    }
    for fact in counted.iter().filter(|fact| fact.period.month().is_none()) {
        let (Some((from, to)), Some(held)) = (months_of(table, fact.period), months.get(&fact.dimensions))
        else {
            continue;
        };
        if (from..=to).any(|month| table.tainted(Some(month))) {
            continue;
        }
        let most = held
            .range(from..=to)
            .fold(0_i64, |sum, (_, value)| sum.saturating_add(*value));
        let least = held.range(from..=to).map(|(_, value)| *value).max().unwrap_or(0);
        if (least..=most).contains(&fact.value) {
            continue;
        }
        let declared = fact.value;
        let words = Text::new(
            format!("{declared} déclaré, les mois en permettent de {least} à {most}"),
            format!("{declared} declared, the months allow {least} to {most}"),
        );
        let shown = table.describe(&fact.dimensions);
        let expected = format!("{least}–{most}");
        findings.push(fault(&rules::YEAR, table, fact, &shown, words, expected));
    }
}

/// A dossier counts where it has at least one document: never more dossiers than documents, and those on all
/// three channels never more than those on one.
fn dossiers(table: &Table, findings: &mut Vec<Finding>) {
    let (Some(unit), Some(documents)) = (table.symbols.find("dossiers"), table.symbols.find("documents"))
    else {
        return;
    };
    let channels = [Dimension::Finess, Dimension::Channel];
    let mask = channels.iter().fold(0, |mask, dimension| mask | bit(*dimension));
    let mut counted: HashMap<Group, i64> = HashMap::new();
    let mut sent: HashMap<Group, i64> = HashMap::new();
    for fact in &table.facts {
        let key = (fact.period, fact.project(mask));
        if fact.get(Dimension::Unit) == unit {
            let most = counted.entry(key).or_default();
            *most = (*most).max(fact.value);
        } else if fact.get(Dimension::Unit) == documents && fact.variant == 0 {
            let total = sent.entry(key).or_default();
            *total = total.saturating_add(fact.value);
        } else if fact.get(Dimension::Unit) == documents {
            let total = sent.entry(key).or_default();
            *total = (*total).max(fact.value);
        }
    }
    let all_three = table.symbols.find("TROIS_CANAUX");
    for fact in table
        .facts
        .iter()
        .filter(|fact| fact.get(Dimension::Unit) == unit)
    {
        if table.tainted(fact.period.month()) {
            continue;
        }
        let key = (fact.period, fact.project(mask));
        let limits: Vec<i64> = if all_three.is_some() && Some(fact.get(Dimension::Channel)) == all_three {
            ["DMP", "MSS_PRO", "MSS_CIT"]
                .iter()
                .filter_map(|name| table.symbols.find(name))
                .filter_map(|symbol| {
                    let mut other = key;
                    if let Some(slot) = other.1.get_mut(Dimension::Channel.rank()) {
                        *slot = symbol;
                    }
                    counted.get(&other).copied()
                })
                .collect()
        } else if fact.get(Dimension::Channel) == ALL {
            Vec::new()
        } else {
            sent.get(&key).copied().into_iter().collect()
        };
        let Some(limit) = limits.into_iter().min().filter(|limit| fact.value > *limit) else {
            continue;
        };
        let words = Text::new(
            format!("{} dossiers, au plus {limit} possibles", fact.value),
            format!("{} dossiers, at most {limit} possible", fact.value),
        );
        let shown = table.describe(&fact.project(mask));
        let expected = format!("≤ {limit}");
        findings.push(fault(&rules::BOUND, table, fact, &shown, words, expected));
    }
}
