//! Reading the binding files: what each class asks, the ways of judging that DSRs share, the proofs of each DSR.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

use crate::evidence::Kind;
use crate::finding::Finding;
use crate::requirements::class::{Class, MachineShare};
use crate::text::Text;

/// A check on the files of a proof together.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetUse {
    /// Name of the check in the registry.
    pub check: String,
    /// Its parameters.
    #[serde(default)]
    pub parameters: toml::Table,
    /// Other proofs whose files are judged with those of this one: traces of two users filed as two proofs. A final
    /// `*` stands for any ending.
    #[serde(default)]
    pub with: Vec<String>,
}

impl SetUse {
    /// Whether the files of `proof` join.
    pub fn joins(&self, proof: &str) -> bool {
        self.with.iter().any(|pattern| matches(pattern, proof))
    }
}

/// A fault that the scenario itself puts in a file: the system under test must withstand it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planted {
    /// The rule that the file breaks.
    pub rule: String,
    /// What the rule wants, when only one of its demands is meant.
    pub expected: Option<String>,
    /// What the human looks at instead.
    pub review: Text,
}

impl Planted {
    /// Whether a finding is this fault.
    pub fn is(&self, finding: &Finding) -> bool {
        finding.rule == self.rule && (self.expected.is_none() || self.expected == finding.expected)
    }
}

/// A row of a binding file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    /// Proof identifiers; a final `*` stands for any ending.
    #[serde(default)]
    pub(super) proofs: Vec<String>,
    /// Classes, in `classes.toml`.
    #[serde(default)]
    pub(super) classes: Vec<Class>,
    /// A way of judging of `common.toml`, to which the row adds.
    #[serde(rename = "as")]
    way: Option<String>,
    pub(super) accepts: Option<Vec<Kind>>,
    /// Kinds taken besides those of the class.
    #[serde(default)]
    pub(super) accepts_also: Vec<Kind>,
    pub(super) minimum: Option<u32>,
    pub(super) checks: Option<Vec<String>>,
    pub(super) machine: Option<MachineShare>,
    #[serde(default)]
    pub(super) options: RowOptions,
    #[serde(default)]
    pub(super) set: Vec<SetUse>,
    pub(super) review: Option<Vec<Text>>,
    /// Faults that the scenario puts in the files.
    #[serde(default)]
    pub(super) planted: Vec<Planted>,
}

impl Row {
    /// Whether the row is about `proof`.
    pub(super) fn names(&self, proof: &str) -> bool {
        self.proofs.iter().any(|pattern| matches(pattern, proof))
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowOptions {
    pub(super) hl7_profile: Option<String>,
    pub(super) cda_model: Option<String>,
    pub(super) indicator: Option<String>,
    #[serde(default)]
    pub(super) pdfa_required: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    binding: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ways {
    way: BTreeMap<String, Row>,
}

static CLASSES: &str = include_str!("../../testcases/bindings/classes.toml");

static COMMON: &str = include_str!("../../testcases/bindings/common.toml");

macro_rules! files {
    ($($dsr:literal),* $(,)?) => {
        &[$(($dsr, include_str!(concat!("../../testcases/bindings/", $dsr, ".toml")))),*]
    };
}

/// One line per DSR.
static FILES: &[(&str, &str)] = files![
    "HOP-DPI-Va1",
    "HOP-RI-Va1",
    "HOP-PFI-Va1",
    "RAD-RIS-Va1",
    "BIO-SGL-Va1",
    "BIO-LOINC-Va1",
    "MDV-LGC-Va1",
    "HOP-DPI-Va2",
    "HOP-PFI-Va2",
    "BIO-SGL-Va2",
    "RAD-RIS-Va2",
    "RAD-DRIMBOX-Va2",
    "MDV-LGC-Va2",
];

static CLASS_ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| rows(CLASSES));
static WAYS: LazyLock<BTreeMap<String, Row>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "embedded data")]
    // invariant: the embedded ways parse; the test `bindings_are_whole` reads them.
    let ways: Ways = toml::from_str(COMMON).expect("embedded ways of judging");
    ways.way
});
static DSR_ROWS: LazyLock<Vec<OnceLock<Vec<Row>>>> =
    LazyLock::new(|| FILES.iter().map(|_| OnceLock::new()).collect());

/// What every proof of a class asks.
pub(super) fn class_rows() -> &'static [Row] {
    &CLASS_ROWS
}

/// The rows of a DSR, read when first asked for, each preceded by the way of judging that it names.
pub(super) fn dsr_rows(dsr: &str) -> &'static [Row] {
    let index = FILES.iter().position(|(id, _)| *id == dsr);
    let cell = index.and_then(|index| Some((DSR_ROWS.get(index)?, FILES.get(index)?.1)));
    cell.map_or(&[], |(cell, text)| {
        cell.get_or_init(|| rows(text).into_iter().flat_map(with_way).collect())
            .as_slice()
    })
}

/// A row, after its way of judging bound to the same proofs.
fn with_way(row: Row) -> Vec<Row> {
    let way = row.way.as_ref().and_then(|name| WAYS.get(name)).map(|way| Row {
        proofs: row.proofs.clone(),
        ..way.clone()
    });
    way.into_iter().chain([row]).collect()
}

/// The rows of an embedded file.
fn rows(text: &str) -> Vec<Row> {
    #[expect(clippy::expect_used, reason = "embedded data")]
    // invariant: the embedded bindings parse; the test `bindings_are_whole` reads every one.
    let table: Table = toml::from_str(text).expect("embedded bindings");
    table.binding
}

fn matches(pattern: &str, proof: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(pattern == proof, |start| proof.starts_with(start))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::requirements::{Status, embedded_ids, embedded_referential};
    use crate::testcases::is_bound;

    /// Classes whose proofs a machine can look into: each is bound by name.
    const BOUND: [Class; 11] = [
        Class::Hl7v2,
        Class::Cda,
        Class::Xdm,
        Class::MailMss,
        Class::SoapVihf,
        Class::CsvStats,
        Class::CertX509,
        Class::Pdfa,
        Class::LogTrace,
        Class::DmpXds,
        Class::EvsLink,
    ];

    #[test]
    fn bindings_are_whole() {
        let sets: BTreeSet<&str> = crate::checks::set_checks()
            .iter()
            .map(|check| check.id())
            .collect();
        let checks: BTreeSet<&str> = crate::checks::checks().iter().map(|check| check.id()).collect();
        let every: Vec<(&str, Row)> = FILES
            .iter()
            .copied()
            .chain([("classes", CLASSES)])
            .flat_map(|(name, text)| rows(text).into_iter().map(move |row| (name, row)))
            .chain(WAYS.values().map(|row| ("common", row.clone())))
            .collect();
        for (name, row) in &every {
            assert!(
                *name == "common" || row.proofs.is_empty() != row.classes.is_empty(),
                "{name}: a row binds proofs or classes"
            );
            if let Some(way) = &row.way {
                assert!(WAYS.contains_key(way), "{name}: no way '{way}' in common.toml");
            }
            for set in &row.set {
                assert!(
                    sets.contains(set.check.as_str()),
                    "{name}: no check '{}'",
                    set.check
                );
            }
            for check in row.checks.iter().flatten() {
                assert!(
                    checks.contains(check.as_str()) || sets.contains(check.as_str()),
                    "{name}: no check '{check}' in the registry"
                );
            }
            for planted in &row.planted {
                assert!(
                    crate::checks::rules().iter().any(|rule| rule.id == planted.rule),
                    "{name}: no rule '{}'",
                    planted.rule
                );
            }
            if let Some(indicator) = &row.options.indicator {
                assert!(
                    crate::checks::statistics::indicator(indicator).is_some(),
                    "{name}: no indicator '{indicator}'"
                );
            }
        }
        let used: BTreeSet<&String> = every.iter().filter_map(|(_, row)| row.way.as_ref()).collect();
        for way in WAYS.keys() {
            assert!(used.contains(way), "common.toml: no DSR judges as '{way}'");
        }
    }

    #[test]
    fn every_proof_that_a_machine_can_look_into_is_bound() {
        let mut unbound = Vec::new();
        for dsr in embedded_ids() {
            let referential = embedded_referential(dsr).unwrap();
            unbound.extend(
                referential
                    .proofs()
                    .filter(|place| place.requirement.status != Status::Obsolete)
                    .filter(|place| BOUND.contains(&place.proof.class))
                    .map(|place| &place.proof.id)
                    .filter(|proof| !is_bound(dsr, proof))
                    .map(|proof| format!("{dsr} {proof}")),
            );
        }
        assert_eq!(unbound, Vec::<String>::new(), "unbound proofs");
    }

    #[test]
    fn no_binding_is_about_a_proof_that_the_rem_does_not_have() {
        let mut lost = Vec::new();
        for (dsr, text) in FILES {
            let referential = embedded_referential(dsr).unwrap();
            let known: BTreeSet<&str> = referential
                .proofs()
                .map(|place| place.proof.id.as_str())
                .collect();
            for row in rows(text) {
                let with = row.set.iter().flat_map(|set| set.with.iter());
                lost.extend(
                    row.proofs
                        .iter()
                        .chain(with)
                        .filter(|pattern| !known.iter().any(|proof| matches(pattern, proof)))
                        .map(|pattern| format!("{dsr} {pattern}")),
                );
            }
        }
        assert_eq!(lost, Vec::<String>::new(), "proofs that no REM has");
    }

    #[test]
    fn patterns() {
        assert!(matches("INS/va1.16.*", "INS/va1.16.01.01"));
        assert!(!matches("INS/va1.16", "INS/va1.16.01.01"));
    }
}
