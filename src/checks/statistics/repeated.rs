//! One fault that many sums show is told once: ten documents a month asked for and twenty sent every month is one
//! mistake, not seventy-two.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::text::Text;

/// From how many on findings with the same rule, column, expected and found values are one.
const SAME: usize = 3;

/// Places named in the message of the one that is kept.
const PLACES_NAMED: usize = 5;

/// Keeps one finding, with its count, of those that say the same thing of several rows.
pub(super) fn once(findings: Vec<Finding>) -> Vec<Finding> {
    type Same = (String, Option<u32>, Option<String>, Option<String>);
    let mut groups: BTreeMap<Same, Vec<usize>> = BTreeMap::new();
    for (rank, finding) in findings.iter().enumerate() {
        let found = finding.found.clone();
        let same = (
            finding.rule.clone(),
            finding.place.column.filter(|_| found.is_some()),
            finding.expected.clone(),
            // Without a value found the message tells whether two faults are alike.
            found.or_else(|| Some(finding.message.en.to_string())),
        );
        groups.entry(same).or_default().push(rank);
    }
    let mut told: BTreeMap<usize, Option<Vec<usize>>> = BTreeMap::new();
    for ranks in groups.into_values().filter(|ranks| ranks.len() >= SAME) {
        for rank in ranks.iter().skip(1) {
            told.insert(*rank, None);
        }
        if let Some(first) = ranks.first() {
            told.insert(*first, Some(ranks.iter().skip(1).copied().collect()));
        }
    }
    let rows: Vec<(Option<u32>, u64)> = findings
        .iter()
        .map(|finding| (finding.place.line, finding.count))
        .collect();
    let mut kept = Vec::with_capacity(findings.len());
    for (rank, mut finding) in findings.into_iter().enumerate() {
        match told.get(&rank) {
            None => kept.push(finding),
            Some(None) => {}
            Some(Some(others)) => {
                let of = |rank: &usize| rows.get(*rank).copied().unwrap_or_default();
                finding.count += others.iter().map(|rank| of(rank).1).sum::<u64>();
                let places: Vec<String> = others
                    .iter()
                    .filter_map(|rank| of(rank).0)
                    .take(PLACES_NAMED)
                    .map(|row| row.to_string())
                    .collect();
                let more = if others.len() > places.len() { "…" } else { "" };
                let (number, places) = (others.len(), places.join(", "));
                finding.message = Text::new(
                    format!(
                        "{} (et {number} autre(s) de même : lignes {places}{more})",
                        finding.message.fr
                    ),
                    format!(
                        "{} (and {number} other(s) alike: rows {places}{more})",
                        finding.message.en
                    ),
                );
                kept.push(finding);
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::once;
    use crate::checks::statistics::rules;
    use crate::finding::{Finding, Place};
    use crate::text::Text;

    fn finding(row: u32, found: &str) -> Finding {
        rules::VOLUME
            .at(
                Place::file("a.csv").line_column(row, 4),
                Text::fixed("vingt au lieu de dix", "twenty instead of ten"),
            )
            .expected("10")
            .found(found)
    }

    #[test]
    fn the_same_fault_is_told_once_and_others_apart() {
        let all: Vec<Finding> = (2..26)
            .map(|row| finding(row, "20"))
            .chain([finding(30, "9"), finding(31, "9")])
            .collect();
        let kept = once(all);
        let told: Vec<(Option<u32>, u64)> = kept.iter().map(|f| (f.place.line, f.count)).collect();
        assert_eq!(told, [(Some(2), 24), (Some(30), 1), (Some(31), 1)]);
        assert!(
            kept[0]
                .message
                .fr
                .ends_with("(et 23 autre(s) de même : lignes 3, 4, 5, 6, 7…)")
        );
    }
}
