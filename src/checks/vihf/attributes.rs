//! The attributes of an assertion that are plain text, against the table `testcases/vihf/attributes.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::words as rule;
use crate::checks::Outcome;
use crate::evidence::element::Element;
use crate::finding::Severity;
use crate::text::Text;

static TABLE: &str = include_str!("../../../testcases/vihf/attributes.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    #[serde(default)]
    also: Vec<String>,
    pattern: String,
    #[serde(default)]
    dmp_only: bool,
    severity: Option<Severity>,
}

#[derive(Debug, Deserialize)]
struct Table {
    attribute: Vec<Row>,
}

static ROWS: LazyLock<Vec<(Row, Option<Regex>)>> = LazyLock::new(|| {
    let rows = toml::from_str::<Table>(TABLE)
        .map(|table| table.attribute)
        .unwrap_or_default();
    rows.into_iter()
        .map(|row| {
            let pattern = Regex::new(&format!("^(?:{})$", row.pattern)).ok();
            (row, pattern)
        })
        .collect()
});

/// Codes of an assertion: `testcases/vihf/values.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Values {
    /// Purposes of use.
    pub(super) purposes: Vec<String>,
    /// Code systems of the purposes of use.
    pub(super) purpose_systems: Vec<String>,
    /// Code systems of the first role.
    pub(super) role_systems: Vec<String>,
    /// Professions.
    pub(super) professions: Vec<String>,
    /// Professions that need a second role, and the code system of that role, empty when it is not known here.
    pub(super) specialty_systems: BTreeMap<String, String>,
    /// Classes of authentication.
    pub(super) contexts: Vec<String>,
}

static VALUES_TEXT: &str = include_str!("../../../testcases/vihf/values.toml");

pub(super) static VALUES: LazyLock<Values> =
    LazyLock::new(|| toml::from_str::<Values>(VALUES_TEXT).unwrap_or_default());

/// Whether `text` has the form that the table gives to an attribute.
pub(super) fn well_formed(name: &str, text: &str) -> bool {
    ROWS.iter()
        .filter(|(row, _)| row.name == name)
        .all(|(_, pattern)| pattern.as_ref().is_none_or(|pattern| pattern.is_match(text)))
}

/// The value element of an attribute, by name or one of its other spellings.
pub(super) fn value<'a>(assertion: Element<'a>, names: &[&str]) -> Option<Element<'a>> {
    assertion
        .descendants()
        .filter(|element| element.local() == "Attribute")
        .find(|element| {
            element
                .attribute("Name")
                .is_some_and(|name| names.contains(&name.trim()))
        })
        .map(|attribute| attribute.child("AttributeValue").unwrap_or(attribute))
}

/// Whether the request is for the ROR rather than the DMP.
pub(super) fn for_ror(assertion: Element<'_>) -> bool {
    value(assertion, &["Ressource_URN", "Ressource_urn"])
        .is_some_and(|value| value.folded().to_lowercase().starts_with("urn:ror"))
}

pub(super) fn judge(assertion: Element<'_>, file: &str, outcome: &mut Outcome) {
    let ror = for_ror(assertion);
    for (row, pattern) in ROWS.iter().filter(|(row, _)| !(ror && row.dmp_only)) {
        let mut names = vec![row.name.as_str()];
        names.extend(row.also.iter().map(String::as_str));
        let found = value(assertion, &names);
        let text = found.map(Element::folded).unwrap_or_default();
        let severity = row.severity.unwrap_or(rule::ATTRIBUTE.severity);
        if text.is_empty() {
            let message = Text::new(
                format!("attribut « {} » absent ou vide", row.name),
                format!("attribute '{}' absent or empty", row.name),
            );
            let place = assertion
                .spot()
                .place(file)
                .path(format!("Attribute[@Name='{}']", row.name));
            outcome
                .findings
                .push(rule::ATTRIBUTE.at(place, message).severity(severity));
        } else if let Some(element) = found
            && pattern.as_ref().is_some_and(|pattern| !pattern.is_match(&text))
        {
            let message = Text::new(
                format!("attribut « {} » mal formé : « {text} »", row.name),
                format!("malformed attribute '{}': '{text}'", row.name),
            );
            let place = element.spot().place(file);
            let finding = rule::ATTRIBUTE
                .at(place, message)
                .severity(severity)
                .expected(&*row.pattern);
            outcome.findings.push(finding.found(text));
        }
    }
    if let Some(version) = value(assertion, &["VIHF_Version"]) {
        let text = version.folded();
        let expected: &[&str] = if ror { &["2.0"] } else { &["3.0", "4.0"] };
        if !text.is_empty() && !expected.contains(&text.as_str()) {
            let message = Text::new(
                format!("VIHF_Version « {text} »"),
                format!("VIHF_Version '{text}'"),
            );
            let finding = rule::VERSION
                .at(version.spot().place(file), message)
                .expected(expected.join(", "));
            outcome.findings.push(finding.found(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        assert!(toml::from_str::<Table>(TABLE).is_ok());
        assert_eq!(ROWS.len(), 9);
        assert!(ROWS.iter().all(|(_, pattern)| pattern.is_some()));
        let values = toml::from_str::<Values>(VALUES_TEXT).unwrap();
        assert!(values.purposes.len() == 3 && values.contexts.len() > 20);
    }
}
