//! Codes of the metadata against their value sets, as far as they are kept in `testcases/xds`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::words as rule;
use crate::evidence::cda_header::Spot;
use crate::evidence::xds::attributes::{self, AttributeKind, AttributeObject};
use crate::evidence::xds::{Classification, RegistryObject};
use crate::finding::Finding;
use crate::text::Text;

static SETS: &str = include_str!("../../../../testcases/xds/values.toml");
static LISTED: &str = include_str!("../../../../testcases/xds/value-sets.tsv");
/// Tables that a set may name in `also`: the column of their codes.
static TABLES: [(&str, &str, usize); 3] = [
    (
        "type-class",
        include_str!("../../../../testcases/xds/type-class.tsv"),
        0,
    ),
    (
        "format-codes",
        include_str!("../../../../testcases/xds/format-codes.tsv"),
        1,
    ),
    (
        "format-codes",
        include_str!("../../../../testcases/xds/format-codes-tolerated.tsv"),
        1,
    ),
];
/// Set of the specialties of authors, and of the kinds of identifiers in a slot: no classification of their own.
const SPECIALTY: &str = "authorSpecialty";
const REFERENCE: &str = "referenceIdList";
/// Slot of the identifiers that a document refers to.
const REFERENCE_SLOT: &str = "urn:ihe:iti:xds:2013:referenceIdList";
/// Metadata with codes that no set here judges, told besides.
const UNJUDGED: [&str; 2] = ["authorRole", "mimeType"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    version: String,
    #[serde(default)]
    codes: BTreeSet<String>,
    #[serde(default)]
    listed: bool,
    also: Option<String>,
    pattern: Option<String>,
}

/// One value set.
struct ValueSet {
    name: String,
    version: String,
    codes: BTreeSet<String>,
    pattern: Option<Regex>,
}

impl ValueSet {
    fn has(&self, code: &str) -> bool {
        self.codes.contains(code)
            || self
                .pattern
                .as_ref()
                .is_some_and(|pattern| pattern.is_match(code))
    }

    /// What a short set takes; a long one is named.
    fn expected(&self) -> String {
        match &self.pattern {
            Some(pattern) => pattern.as_str().to_owned(),
            None if self.codes.len() <= 20 => self.codes.iter().cloned().collect::<Vec<_>>().join(", "),
            None => format!("{} ({})", self.name, self.version),
        }
    }
}

static VALUE_SETS: LazyLock<BTreeMap<String, ValueSet>> = LazyLock::new(|| {
    toml::from_str::<BTreeMap<String, Row>>(SETS)
        .unwrap_or_default()
        .into_iter()
        .map(|(key, row)| {
            let mut codes = row.codes;
            if row.listed {
                codes.extend(listed(&key));
            }
            let tables = TABLES
                .iter()
                .filter(|(name, ..)| row.also.as_deref() == Some(*name));
            for (_, table, column) in tables {
                let cells = lines(table).filter_map(|line| line.split('\t').nth(*column));
                codes.extend(cells.map(str::to_owned));
            }
            let pattern = row
                .pattern
                .as_deref()
                .and_then(|pattern| Regex::new(pattern).ok());
            let set = ValueSet {
                name: row.name,
                version: row.version,
                codes,
                pattern,
            };
            (key, set)
        })
        .collect()
});

fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

fn listed(set: &str) -> impl Iterator<Item = String> {
    lines(LISTED).filter_map(move |line| {
        let (name, rest) = line.split_once('\t')?;
        let (code, _) = rest.split_once('\t')?;
        (name == set).then(|| code.to_owned())
    })
}

/// What is said of value sets: those that are judged, and the codes that are only compared with the CDA.
pub fn told() -> Text {
    let judged: Vec<String> = VALUE_SETS
        .iter()
        .map(|(key, set)| format!("{key} ({} {})", set.name, set.version))
        .collect();
    let mut others: Vec<&str> = [AttributeObject::SubmissionSet, AttributeObject::Document]
        .into_iter()
        .flat_map(attributes::of)
        .filter(|attribute| attribute.kind == AttributeKind::Classification && attribute.value_set.is_none())
        .map(|attribute| attribute.name.as_str())
        .chain(UNJUDGED)
        .collect();
    others.sort_unstable();
    others.dedup();
    let (judged, others) = (judged.join(", "), others.join(", "));
    Text::new(
        format!("jeux de valeurs contrôlés : {judged} ; non contrôlés, comparés au seul CDA : {others}"),
        format!("value sets checked: {judged}; not checked, compared with the CDA alone: {others}"),
    )
}

/// The codes of a submission set or of a document entry.
pub(super) fn judge(object: &RegistryObject, kind: AttributeObject, file: &str, findings: &mut Vec<Finding>) {
    for attribute in attributes::of(kind) {
        let Some(set) = attribute.value_set.as_ref().and_then(|name| VALUE_SETS.get(name)) else {
            continue;
        };
        let slot = object
            .slot(&attribute.name)
            .filter(|_| attribute.kind == AttributeKind::Slot);
        let slots = slot.into_iter().flat_map(|slot| &slot.values);
        let codes = object
            .classified(&attribute.name)
            .map(|found| (found.code.as_str(), &found.spot))
            .chain(slots.map(|value| (value.value.as_str(), &value.spot)));
        for (code, spot) in codes {
            outside(set, &attribute.name, code, spot, file, findings);
        }
    }
    for author in object.classified("author") {
        specialties(author, file, findings);
    }
    references(object, file, findings);
}

/// `code^label^system` of the authors.
fn specialties(author: &Classification, file: &str, findings: &mut Vec<Finding>) {
    let Some(set) = VALUE_SETS.get(SPECIALTY) else {
        return;
    };
    let values = author
        .slots
        .iter()
        .filter(|slot| slot.name == SPECIALTY)
        .flat_map(|slot| &slot.values);
    for value in values {
        let code = value.value.split('^').next().unwrap_or_default();
        outside(set, SPECIALTY, code, &value.spot, file, findings);
    }
}

/// The kind of an identifier that a document refers to is the fifth component of its CXi.
fn references(object: &RegistryObject, file: &str, findings: &mut Vec<Finding>) {
    let Some(set) = VALUE_SETS.get(REFERENCE) else {
        return;
    };
    let slot = object.slot(REFERENCE_SLOT);
    for value in slot.into_iter().flat_map(|slot| &slot.values) {
        let kind = value.value.split('^').nth(4).unwrap_or_default();
        outside(set, REFERENCE, kind, &value.spot, file, findings);
    }
}

/// An absent code is said by the rules on structure.
fn outside(set: &ValueSet, name: &str, code: &str, spot: &Spot, file: &str, findings: &mut Vec<Finding>) {
    if code.is_empty() || set.has(code) {
        return;
    }
    let message = Text::new(
        format!(
            "« {name} » : « {code} » est hors du jeu de valeurs {} ({})",
            set.name, set.version
        ),
        format!(
            "'{name}': '{code}' is outside of the value set {} ({})",
            set.name, set.version
        ),
    );
    let finding = rule::VALUE_SET.at(spot.place(file), message);
    findings.push(finding.expected(set.expected()).found(code));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_sets_are_read() {
        let rows = toml::from_str::<BTreeMap<String, Row>>(SETS).unwrap();
        assert_eq!(rows.len(), VALUE_SETS.len());
        for (key, set) in VALUE_SETS.iter() {
            assert!(
                set.pattern.is_some() || set.codes.len() > 5,
                "{key}: {}",
                set.codes.len()
            );
        }
        assert!(VALUE_SETS["typeCode"].has("11502-2") && VALUE_SETS["authorSpecialty"].has("G15_10/SM03"));
    }

    #[test]
    fn every_set_that_a_metadatum_names_is_kept() {
        let named = [AttributeObject::SubmissionSet, AttributeObject::Document]
            .into_iter()
            .flat_map(attributes::of)
            .filter_map(|attribute| attribute.value_set.as_ref());
        for name in named {
            assert!(VALUE_SETS.contains_key(name), "{name}");
        }
    }
}
