//! The volumes of the conformity scenario: ten documents a month on each channel.

use std::collections::{BTreeMap, BTreeSet};

use super::data::{DIMENSIONS, Dimension, Filter, Indicator, Volume};
use super::model::{ALL, Mask, Table, bit};
use super::period::{Period, month_name};
use super::rules;
use crate::finding::Finding;
use crate::text::Text;

/// One cell of the expectation: a period, a site, a channel.
type Slot = (Bucket, u32, u32);

/// A month, or an aggregate told apart from months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bucket {
    Month(i32),
    CurrentMonth,
    Year(i16),
    CurrentYear,
    PreviousYear,
}

impl Bucket {
    fn month(self) -> Option<i32> {
        match self {
            Self::Month(month) => Some(month),
            _ => None,
        }
    }
}

/// What a slot holds of one type: successes and attempts. A failed sending counts inside the ten or beside them.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    successes: i64,
    attempts: i64,
    row: u32,
    column: u16,
}

impl Held {
    fn holds(&self, wanted: i64) -> bool {
        (self.successes..=self.attempts).contains(&wanted)
    }
}

/// Checks the volumes of `indicator` on the table.
pub(super) fn check(table: &Table, indicator: &Indicator) -> Vec<Finding> {
    let Some(volume) = &indicator.volume else {
        return Vec::new();
    };
    if volume.only_with_successes && (!table.has_successes() || table.months.len() < 12) {
        return Vec::new();
    }
    let slots = slots(table, indicator, volume);
    let types: BTreeSet<u32> = slots.values().flat_map(BTreeMap::keys).copied().collect();
    let mut findings = Vec::new();
    missing_channels(table, volume, &mut findings);
    missing_types(table, volume, &types, &mut findings);
    let expected = expected_slots(table, volume, &slots);
    // Ten of each kind or ten in all: the reading that the file fits best is the one it is judged by.
    let in_all = faults(&expected, &slots, &types, volume, false);
    let of_each = faults(&expected, &slots, &types, volume, true);
    let chosen = if types.len() > 1 && of_each.len() < in_all.len() {
        of_each
    } else {
        in_all
    };
    for fault in chosen {
        findings.push(fault.finding(table, types.len() > 1));
    }
    findings
}

fn bucket(period: Period, monthly: bool) -> Option<Bucket> {
    if monthly {
        return period.month().map(Bucket::Month);
    }
    match period {
        Period::CurrentMonth => Some(Bucket::CurrentMonth),
        Period::CurrentYear => Some(Bucket::CurrentYear),
        Period::PreviousYear => Some(Bucket::PreviousYear),
        Period::Year(year) => Some(Bucket::Year(year)),
        other => other.month().map(Bucket::Month),
    }
}

/// What the table holds, by slot and type.
fn slots(table: &Table, indicator: &Indicator, volume: &Volume) -> BTreeMap<Slot, BTreeMap<u32, Held>> {
    let monthly = table.months.len() > 1;
    let mut filter: Filter = indicator.filter.clone();
    filter.insert("unit".to_owned(), volume.unit.clone());
    let by: Mask = [
        Dimension::Finess,
        Dimension::Channel,
        Dimension::named(&volume.by).unwrap_or(Dimension::DocType),
    ]
    .iter()
    .fold(0, |mask, dimension| mask | bit(*dimension));
    let attempts = table.sums(&table.select(&filter), by, |period| bucket(period, monthly));
    filter.insert("result".to_owned(), "reussite".to_owned());
    let successes = table.sums(&table.select(&filter), by, |period| bucket(period, monthly));
    let kind = Dimension::named(&volume.by).unwrap_or(Dimension::DocType);
    let split = |key: &[u32; DIMENSIONS]| {
        let symbol = |dimension: Dimension| key.get(dimension.rank()).copied().unwrap_or(ALL);
        (
            symbol(Dimension::Finess),
            symbol(Dimension::Channel),
            symbol(kind),
        )
    };
    let mut slots: BTreeMap<Slot, BTreeMap<u32, Held>> = BTreeMap::new();
    for ((bucket, key), sum) in &attempts {
        let (finess, channel, kind) = split(key);
        let held = slots
            .entry((*bucket, finess, channel))
            .or_default()
            .entry(kind)
            .or_default();
        held.attempts = sum.value;
        held.row = sum.row;
        held.column = sum.column;
        held.successes = successes.get(&(*bucket, *key)).map_or(0, |sum| sum.value);
    }
    slots
}

/// Channels of the scenario that never appear.
fn missing_channels(table: &Table, volume: &Volume, findings: &mut Vec<Finding>) {
    let used: BTreeSet<u32> = table
        .facts
        .iter()
        .map(|fact| fact.get(Dimension::Channel))
        .collect();
    if used.iter().all(|symbol| *symbol == ALL) || table.unknown.contains(&Dimension::Channel) {
        return;
    }
    for channel in &volume.channels {
        let present = table
            .symbols
            .find(channel)
            .is_some_and(|symbol| used.contains(&symbol));
        if !present {
            findings.push(
                rules::CHANNEL
                    .at(
                        table.locator.file(),
                        Text::new(
                            format!("aucun nombre pour le canal {channel}"),
                            format!("no count for the channel {channel}"),
                        ),
                    )
                    .expected(channel.as_str()),
            );
        }
    }
}

/// Types of the scenario that never appear.
fn missing_types(table: &Table, volume: &Volume, types: &BTreeSet<u32>, findings: &mut Vec<Finding>) {
    let known: BTreeSet<&str> = types.iter().map(|symbol| table.symbols.text(*symbol)).collect();
    // Types in words that no list knows cannot be told apart: nothing is said then.
    let listed = |name: &&str| volume.types.iter().flatten().any(|code| code == name);
    if volume.types.is_empty() || known.is_empty() || !known.iter().any(listed) {
        return;
    }
    for group in &volume.types {
        if !group.iter().any(|code| known.contains(code.as_str())) {
            let wanted = group.join(" / ");
            findings.push(
                rules::VOLUME_TYPE
                    .at(
                        table.locator.file(),
                        Text::new(
                            format!("aucun document de type {wanted}"),
                            format!("no document of type {wanted}"),
                        ),
                    )
                    .expected(wanted)
                    .found(known.iter().copied().collect::<Vec<_>>().join(", ")),
            );
        }
    }
}

/// Every slot the scenario fills, and how many months each one lasts (a range when the file does not tell).
fn expected_slots(
    table: &Table,
    volume: &Volume,
    slots: &BTreeMap<Slot, BTreeMap<u32, Held>>,
) -> BTreeMap<Slot, (i64, i64)> {
    let sites: BTreeSet<u32> = slots.keys().map(|(_, finess, _)| *finess).collect();
    let buckets: BTreeSet<Bucket> = slots.keys().map(|(bucket, ..)| *bucket).collect();
    let filled: BTreeSet<(Bucket, u32)> = slots.keys().map(|(bucket, site, _)| (*bucket, *site)).collect();
    let broken_down = slots.keys().any(|(.., channel)| *channel != ALL);
    let last = table.last_month();
    let mut expected = BTreeMap::new();
    for bucket in buckets {
        let lasts = match bucket {
            Bucket::Month(_) | Bucket::CurrentMonth => (1, 1),
            Bucket::PreviousYear => (12, 12),
            Bucket::CurrentYear => last.map_or((1, 12), |last| {
                let elapsed = i64::from(last.rem_euclid(12)) + 1;
                (elapsed, elapsed)
            }),
            Bucket::Year(year) => match last {
                Some(last) if last.div_euclid(12) == i32::from(year) => {
                    let elapsed = i64::from(last.rem_euclid(12)) + 1;
                    (elapsed, elapsed)
                }
                Some(_) => (12, 12),
                None => (1, 12),
            },
        };
        for &site in &sites {
            // A site is expected on its own months: a number mistyped once is one fault, not a whole missing site.
            if !filled.contains(&(bucket, site)) || table.tainted(bucket.month()) {
                continue;
            }
            if broken_down {
                for channel in &volume.channels {
                    // A channel that never appears is said once, not for each month.
                    if let Some(symbol) = table.symbols.find(channel) {
                        expected.insert((bucket, site, symbol), lasts);
                    }
                }
            } else {
                expected.insert((bucket, site, ALL), lasts);
            }
        }
    }
    expected
}

/// A slot that does not hold what the scenario put there.
struct Fault {
    slot: Slot,
    kind: u32,
    held: Held,
    wanted: (i64, i64),
}

fn faults(
    expected: &BTreeMap<Slot, (i64, i64)>,
    slots: &BTreeMap<Slot, BTreeMap<u32, Held>>,
    types: &BTreeSet<u32>,
    volume: &Volume,
    of_each: bool,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    // A type is expected everywhere when most slots have it: one mistyped once is one fault.
    let usual: BTreeSet<u32> = types
        .iter()
        .filter(|kind| {
            let having = slots.values().filter(|held| held.contains_key(kind)).count();
            having * 2 >= slots.len()
        })
        .copied()
        .collect();
    for (slot, &(least, most)) in expected {
        let wanted = (least * volume.per_month, most * volume.per_month);
        let fits = |held: &Held| (least..=most).any(|months| held.holds(months * volume.per_month));
        let nothing = BTreeMap::new();
        let held = slots.get(slot).unwrap_or(&nothing);
        if of_each {
            let here: BTreeSet<u32> = usual.iter().chain(held.keys()).copied().collect();
            for kind in here {
                let held = held.get(&kind).copied().unwrap_or_default();
                if !fits(&held) {
                    faults.push(Fault {
                        slot: *slot,
                        kind,
                        held,
                        wanted,
                    });
                }
            }
        } else {
            let mut sum = Held::default();
            for held in held.values() {
                sum.successes += held.successes;
                sum.attempts += held.attempts;
                if sum.row == 0 || held.row < sum.row {
                    sum.row = held.row;
                    sum.column = held.column;
                }
            }
            if !fits(&sum) {
                faults.push(Fault {
                    slot: *slot,
                    kind: ALL,
                    held: sum,
                    wanted,
                });
            }
        }
    }
    faults
}

impl Fault {
    fn finding(&self, table: &Table, several: bool) -> Finding {
        let (bucket, finess, channel) = self.slot;
        let period = match bucket {
            Bucket::Month(month) => month_name(month),
            Bucket::CurrentMonth => "mois courant".to_owned(),
            Bucket::Year(year) => year.to_string(),
            Bucket::CurrentYear => "année en cours".to_owned(),
            Bucket::PreviousYear => "année précédente".to_owned(),
        };
        let shown: Vec<&str> = [finess, channel, self.kind]
            .iter()
            .map(|symbol| table.symbols.text(*symbol))
            .filter(|text| !text.is_empty())
            .collect();
        let shown = shown.join(" · ");
        let wanted = if self.wanted.0 == self.wanted.1 {
            self.wanted.0.to_string()
        } else {
            format!("{}–{}", self.wanted.0, self.wanted.1)
        };
        let found = if self.held.successes == self.held.attempts {
            self.held.attempts.to_string()
        } else {
            format!("{} / {}", self.held.successes, self.held.attempts)
        };
        let place = if self.held.row == 0 {
            table.locator.file()
        } else {
            table.locator.cell(self.held.row, usize::from(self.held.column))
        };
        let (fr, en) = if several && self.kind == ALL {
            (" en tout (ou de chaque type)", " in all (or of each type)")
        } else {
            ("", "")
        };
        rules::VOLUME
            .at(
                place,
                Text::new(
                    format!("{period} · {shown} : {found} documents, {wanted} attendus{fr}"),
                    format!("{period} · {shown}: {found} documents, {wanted} expected{en}"),
                ),
            )
            .expected(wanted)
            .found(found)
    }
}
