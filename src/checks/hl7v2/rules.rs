//! The rules of the family, read from `testcases/profiles/hl7v2/rules/*.toml`: words for people, severity, source,
//! and the code of HL7 table 0357 that an acknowledgement would carry.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::finding::{Rule, Severity};
use crate::text::Text;

/// A rule and the error code of HL7 table 0357 that goes with it.
#[derive(Debug)]
pub(super) struct CodedRule {
    pub(super) rule: Rule,
    pub(super) code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRules {
    rule: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: String,
    severity: Severity,
    title: [String; 2],
    why: [String; 2],
    fix: [String; 2],
    source: String,
    code: String,
}

/// What starts the identifiers of this family.
pub(super) const PREFIX: &str = "HL7-";

static FILES: &[&str] = &[
    include_str!("../../../testcases/profiles/hl7v2/rules/encoding.toml"),
    include_str!("../../../testcases/profiles/hl7v2/rules/message.toml"),
    include_str!("../../../testcases/profiles/hl7v2/rules/document.toml"),
    include_str!("../../../testcases/profiles/hl7v2/rules/transmission.toml"),
    include_str!("../../../testcases/profiles/hl7v2/rules/patient.toml"),
    include_str!("../../../testcases/profiles/hl7v2/rules/movement.toml"),
    include_str!("../../../testcases/profiles/hl7v2/rules/imported.toml"),
];

fn text([fr, en]: [String; 2]) -> Text {
    Text::new(fr, en)
}

static RULES: LazyLock<BTreeMap<String, CodedRule>> = LazyLock::new(|| {
    FILES
        .iter()
        .flat_map(|file| {
            #[expect(clippy::expect_used, reason = "the embedded rules are part of the program")]
            // invariant: a unit test reads the same files.
            let raw: RawRules = toml::from_str(file).expect("embedded HL7 v2 rules");
            raw.rule
        })
        .map(|raw| {
            let rule = Rule {
                id: format!("{PREFIX}{}", raw.id).into(),
                severity: raw.severity,
                title: text(raw.title),
                why: text(raw.why),
                fix: text(raw.fix),
                source: raw.source.into(),
            };
            (raw.id, CodedRule { rule, code: raw.code })
        })
        .collect()
});

/// The rule with this identifier, written without its prefix.
pub(super) fn find(id: &str) -> Option<&'static CodedRule> {
    RULES.get(id)
}

/// Every rule of the family.
pub(super) fn all() -> Vec<&'static Rule> {
    RULES.values().map(|coded| &coded.rule).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_words_in_both_languages_and_no_rule_is_said_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for file in FILES {
            let raw: RawRules = toml::from_str(file).unwrap_or_else(|error| panic!("{error}"));
            for rule in raw.rule {
                for words in [&rule.title, &rule.why, &rule.fix] {
                    assert!(words.iter().all(|one| one.len() > 3), "{}", rule.id);
                }
                assert!(seen.insert(rule.id.clone()), "{} is said twice", rule.id);
            }
        }
    }
}
