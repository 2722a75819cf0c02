//! Reading the bindings, and what they make of one proof.

use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

use crate::checks::Options;
use crate::evidence::Kind;
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

/// A row of a binding file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// Proof identifiers; a final `*` stands for any ending.
    #[serde(default)]
    proofs: Vec<String>,
    /// Classes, in `classes.toml`.
    #[serde(default)]
    classes: Vec<Class>,
    accepts: Option<Vec<Kind>>,
    minimum: Option<u32>,
    machine: Option<MachineShare>,
    #[serde(default)]
    options: RowOptions,
    #[serde(default)]
    set: Vec<SetUse>,
    review: Option<Vec<Text>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowOptions {
    hl7_profile: Option<String>,
    cda_model: Option<String>,
    indicator: Option<String>,
    #[serde(default)]
    pdfa_required: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    binding: Vec<Row>,
}

/// Everything that is asked of the files of one proof.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// Kinds of evidence that the proof takes.
    pub accepts: Vec<Kind>,
    /// Least number of files.
    pub minimum: u32,
    /// How each file is judged.
    pub options: Options,
    /// How the files are judged together.
    pub sets: Vec<SetUse>,
    /// How far a machine judges it.
    pub machine: MachineShare,
    /// What a human must look at; empty only when the machine judges all.
    pub review: Vec<Text>,
}

static CLASSES: &str = include_str!("../../testcases/bindings/classes.toml");

static COMMON: &str = include_str!("../../testcases/bindings/common.toml");

/// One line per DSR that has bindings of its own.
static FILES: &[(&str, &str)] = &[(
    "HOP-PFI-Va1",
    include_str!("../../testcases/bindings/HOP-PFI-Va1.toml"),
)];

static CLASS_ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| rows(CLASSES));
static COMMON_ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| rows(COMMON));
static DSR_ROWS: LazyLock<Vec<OnceLock<Vec<Row>>>> =
    LazyLock::new(|| FILES.iter().map(|_| OnceLock::new()).collect());

/// The rows of a DSR, read when first asked for; none when it has no bindings of its own.
fn dsr_rows(dsr: &str) -> &'static [Row] {
    let index = FILES.iter().position(|(id, _)| *id == dsr);
    let cell = index.and_then(|index| Some((DSR_ROWS.get(index)?, FILES.get(index)?.1)));
    cell.map_or(&[], |(cell, text)| cell.get_or_init(|| rows(text)).as_slice())
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

/// What is asked of the files of `proof`, whose class is `class`, in a dossier for `dsr`.
pub fn expectation(dsr: &str, proof: &str, class: Class) -> Expectation {
    let info = class.info();
    let mut expectation = Expectation {
        accepts: info.accepts.clone(),
        minimum: info.minimum.max(1),
        options: Options {
            dsr: Some(dsr.to_owned()),
            ..Options::default()
        },
        sets: Vec::new(),
        machine: info.machine(),
        review: info.review.clone(),
    };
    let of_class = CLASS_ROWS.iter().filter(|row| row.classes.contains(&class));
    let of_proof = COMMON_ROWS
        .iter()
        .chain(dsr_rows(dsr))
        .filter(|row| row.proofs.iter().any(|pattern| matches(pattern, proof)));
    for row in of_class.chain(of_proof) {
        apply(row, &mut expectation);
    }
    expectation
}

/// A later row says more than an earlier one: what it names replaces, set checks of another name add up.
fn apply(row: &Row, expectation: &mut Expectation) {
    if let Some(accepts) = &row.accepts {
        expectation.accepts.clone_from(accepts);
    }
    if let Some(minimum) = row.minimum {
        expectation.minimum = minimum;
    }
    if let Some(machine) = row.machine {
        expectation.machine = machine;
    }
    if let Some(review) = &row.review {
        expectation.review.clone_from(review);
    }
    let options = &mut expectation.options;
    for (from, to) in [
        (&row.options.hl7_profile, &mut options.hl7_profile),
        (&row.options.cda_model, &mut options.cda_model),
        (&row.options.indicator, &mut options.indicator),
    ] {
        if from.is_some() {
            to.clone_from(from);
        }
    }
    options.pdfa_required |= row.options.pdfa_required;
    for set in &row.set {
        expectation.sets.retain(|known| known.check != set.check);
        expectation.sets.push(set.clone());
    }
}

/// The proof patterns that the bindings of a DSR name, in order: for the test that finds unbound proofs.
pub fn bound_proofs(dsr: &str) -> Vec<&'static str> {
    dsr_rows(dsr)
        .iter()
        .flat_map(|row| row.proofs.iter().map(String::as_str))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bindings_are_whole() {
        let known: Vec<&str> = crate::checks::set_checks()
            .iter()
            .map(|check| check.id())
            .collect();
        for (name, text) in FILES
            .iter()
            .copied()
            .chain([("classes", CLASSES), ("common", COMMON)])
        {
            for row in rows(text) {
                assert!(
                    row.proofs.is_empty() != row.classes.is_empty(),
                    "{name}: a row binds proofs or classes"
                );
                for set in &row.set {
                    assert!(
                        known.contains(&set.check.as_str()),
                        "{name}: no check '{}' in the registry",
                        set.check
                    );
                }
            }
        }
    }

    #[test]
    fn patterns() {
        assert!(matches("INS/va1.16.*", "INS/va1.16.01.01"));
        assert!(!matches("INS/va1.16", "INS/va1.16.01.01"));
    }
}
