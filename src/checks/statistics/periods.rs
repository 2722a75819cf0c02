//! Periods of the table: none in the future, no gap, no overlap, and the ones that the indicator asks for.

use jiff::civil::Date;

use super::data::Coverage;
use super::model::Table;
use super::period::{Period, first_day, month_name, month_of};
use super::rules;
use crate::finding::{Finding, Place};
use crate::text::Text;

/// The place of the period of a row: its own cell when the header is known, else the row.
fn place(table: &Table, row: u32) -> Place {
    table.locator.row(row)
}

/// Checks the periods of the table. `declared` is the extraction date that the user tells.
pub(super) fn check(table: &Table, coverage: Coverage, declared: Option<Date>) -> Vec<Finding> {
    let mut findings = Vec::new();
    future(table, declared.or(table.extraction), &mut findings);
    overlaps(table, &mut findings);
    match coverage {
        Coverage::Any if table.fields.contains("document_id") || table.fields.contains("date") => {}
        Coverage::Any | Coverage::Monthly => gaps(table, &mut findings),
        Coverage::TwoYears => {
            gaps(table, &mut findings);
            two_years(table, &mut findings);
        }
    }
    findings
}

/// A period that begins after the extraction.
fn future(table: &Table, extraction: Option<Date>, findings: &mut Vec<Finding>) {
    let Some(extraction) = extraction else {
        return;
    };
    let mut seen: Vec<(Period, u32)> = table
        .periods
        .iter()
        .filter(|(period, _)| !matches!(period, Period::Day(_)))
        .map(|(period, row)| (*period, *row))
        .collect();
    let mut days: Vec<(Period, u32)> = table
        .facts
        .iter()
        .filter(|fact| matches!(fact.period, Period::Day(_)))
        .map(|fact| (fact.period, fact.row))
        .collect();
    days.sort_unstable();
    days.dedup_by_key(|(period, _)| *period);
    seen.extend(days);
    for (period, row) in seen {
        let Some((first, _)) = period.days() else {
            continue;
        };
        if first > extraction {
            findings.push(
                rules::FUTURE
                    .at(
                        place(table, row),
                        Text::new(
                            format!("{} est après la date d'extraction {extraction}", period.name()),
                            format!("{} is after the date of extraction {extraction}", period.name()),
                        ),
                    )
                    .expected(format!("≤ {extraction}"))
                    .found(period.name()),
            );
        }
    }
}

/// Months of one hole that are looked at: more make no better message.
const MONTHS_NAMED: usize = 600;

/// Months between the first and the last one that are not there, named in one finding for each hole.
fn gaps(table: &Table, findings: &mut Vec<Finding>) {
    let months: Vec<(i32, u32)> = table.months.iter().map(|(month, row)| (*month, *row)).collect();
    let ranges: Vec<(i32, i32)> = table
        .periods
        .keys()
        .filter(|period| matches!(period, Period::Range(..)))
        .filter_map(|period| period.days())
        .map(|(first, last)| (month_of(first), month_of(last)))
        .collect();
    let mut undated = table.undated as usize;
    for pair in months.windows(2) {
        let [(before, _), (after, row)] = pair else {
            continue;
        };
        // A range that runs over a month fills it; whether it does so wrongly is the rule on overlaps.
        let holes: Vec<i32> = (before + 1..*after)
            .filter(|month| !ranges.iter().any(|(from, to)| (from..=to).contains(&month)))
            .take(MONTHS_NAMED)
            .collect();
        // Rows whose period cannot be read may be those of the hole: their fault is said already.
        if !holes.is_empty() && holes.len() <= undated {
            undated -= holes.len();
            continue;
        }
        if let (Some(first), Some(last)) = (holes.first(), holes.last()) {
            let missing = if first == last {
                month_name(*first)
            } else {
                format!("{} → {}", month_name(*first), month_name(*last))
            };
            findings.push(
                rules::GAP
                    .at(
                        place(table, *row),
                        Text::new(
                            format!("mois absent avant {} : {missing}", month_name(*after)),
                            format!("missing month before {}: {missing}", month_name(*after)),
                        ),
                    )
                    .expected(missing)
                    .found(month_name(*after)),
            );
        }
    }
}

/// Ranges that share days without one holding the other (a year holds its months: an aggregate).
fn overlaps(table: &Table, findings: &mut Vec<Finding>) {
    let mut ranges: Vec<(Date, Date, Period, u32)> = table
        .periods
        .iter()
        .filter_map(|(period, row)| {
            let (first, last) = period.days()?;
            Some((first, last, *period, *row))
        })
        .collect();
    ranges.sort_unstable_by_key(|(first, last, ..)| (*first, std::cmp::Reverse(*last)));
    for (rank, (_, last, period, row)) in ranges.iter().enumerate() {
        let crossing = ranges
            .iter()
            .skip(rank + 1)
            .take_while(|(start, ..)| start <= last)
            .find(|(_, end, ..)| end > last);
        if let Some((_, _, other, other_row)) = crossing {
            let later = (*row).max(*other_row);
            findings.push(
                rules::OVERLAP
                    .at(
                        place(table, later),
                        Text::new(
                            format!(
                                "{} (ligne {row}) et {} (ligne {other_row}) se chevauchent",
                                period.name(),
                                other.name()
                            ),
                            format!(
                                "{} (row {row}) and {} (row {other_row}) overlap",
                                period.name(),
                                other.name()
                            ),
                        ),
                    )
                    .found(other.name()),
            );
        }
    }
}

/// Current month, current year, previous year: by months, by yearly rows, or told by their roles.
fn two_years(table: &Table, findings: &mut Vec<Finding>) {
    let mut missing: Vec<(&str, &str)> = Vec::new();
    let has = |period: Period| table.periods.contains_key(&period);
    match table.last_month() {
        Some(last) => {
            let year = last.div_euclid(12);
            let covered = |from: i32, to: i32| {
                i16::try_from(from.div_euclid(12)).is_ok_and(|year| has(Period::Year(year)))
                    || has(if from.div_euclid(12) == year {
                        Period::CurrentYear
                    } else {
                        Period::PreviousYear
                    })
                    // A hole in the middle is said by the rule on gaps: here the bounds count.
                    || (table.months.keys().next().is_some_and(|first| *first <= from)
                        && table.months.range(from..=to).next().is_some())
            };
            if !covered(year * 12, last) {
                missing.push(("année en cours", "current year"));
            }
            if !covered((year - 1) * 12, year * 12 - 1) {
                missing.push(("année précédente", "previous year"));
            }
        }
        None if table.facts.is_empty() => return,
        None => {
            if !has(Period::CurrentMonth) {
                missing.push(("mois courant", "current month"));
            }
            let years = table
                .periods
                .keys()
                .filter(|period| matches!(period, Period::Year(_)))
                .count();
            if !has(Period::CurrentYear) && years == 0 {
                missing.push(("année en cours", "current year"));
            }
            if !has(Period::PreviousYear) && years < 2 {
                missing.push(("année précédente", "previous year"));
            }
        }
    }
    if missing.is_empty() {
        return;
    }
    let fr: Vec<&str> = missing.iter().map(|(fr, _)| *fr).collect();
    let en: Vec<&str> = missing.iter().map(|(_, en)| *en).collect();
    let found = match (table.months.keys().next(), table.last_month()) {
        (Some(first), Some(last)) if first_day(*first).is_some() => {
            format!("{} → {}", month_name(*first), month_name(last))
        }
        _ => String::new(),
    };
    findings.push(
        rules::COVERAGE
            .at(
                table.locator.file(),
                Text::new(
                    format!("non couvert : {}", fr.join(", ")),
                    format!("not covered: {}", en.join(", ")),
                ),
            )
            .expected("mois courant, année en cours, année précédente")
            .found(found),
    );
}
