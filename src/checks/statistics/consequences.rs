//! What another fault of the same row explains is left out: one mistake, one finding.

use std::collections::{BTreeMap, BTreeSet};

use super::rules;
use crate::finding::{Finding, Rule};

/// Rules whose findings in a row are explained by another one in it: the cause, then what follows from it.
static FOLLOWS: [(&Rule, &[&Rule]); 4] = [
    // The year differs from its months in one cell: the sum of its parts differs because of it.
    (&rules::YEAR, &[&rules::TOTAL, &rules::RATE, &rules::VOLUME]),
    (&rules::TOTAL, &[&rules::RATE, &rules::VOLUME]),
    (&rules::BOUND, &[&rules::TOTAL, &rules::RATE, &rules::VOLUME]),
    (&rules::DENOMINATOR, &[&rules::BOUND, &rules::RATE, &rules::TOTAL]),
];

/// The findings without those that another one of their row explains.
pub(super) fn left_out(findings: Vec<Finding>) -> Vec<Finding> {
    let mut rows: BTreeMap<u32, BTreeSet<&str>> = BTreeMap::new();
    for (cause, _) in &FOLLOWS {
        for finding in findings.iter().filter(|finding| finding.rule == cause.id) {
            if let Some(line) = finding.place.line {
                rows.entry(line).or_default().insert(cause.id.as_ref());
            }
        }
    }
    let explained = |finding: &Finding| {
        finding
            .place
            .line
            .and_then(|line| rows.get(&line))
            .is_some_and(|causes| {
                FOLLOWS.iter().any(|(cause, follow)| {
                    causes.contains(cause.id.as_ref()) && follow.iter().any(|rule| finding.rule == rule.id)
                })
            })
    };
    let kept = findings
        .iter()
        .map(|finding| !explained(finding))
        .collect::<Vec<_>>();
    findings
        .into_iter()
        .zip(kept)
        .filter_map(|(finding, keep)| keep.then_some(finding))
        .collect()
}
