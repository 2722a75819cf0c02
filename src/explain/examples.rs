//! An example that passes and one that fails, for every rule and every class of proof: the data of
//! `testcases/examples`. Examples of the families that have cases are made of these cases (their tests say so);
//! the others are written by hand.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::text::{Language, Text};

/// The files of examples. A rule stands in one of them.
static FILES: &[&str] = &[
    include_str!("../../testcases/examples/cda.toml"),
    include_str!("../../testcases/examples/dossier.toml"),
    include_str!("../../testcases/examples/exchange.toml"),
    include_str!("../../testcases/examples/files.toml"),
    include_str!("../../testcases/examples/hl7v2.toml"),
    include_str!("../../testcases/examples/pdf.toml"),
    include_str!("../../testcases/examples/proofs.toml"),
    include_str!("../../testcases/examples/statistics.toml"),
    include_str!("../../testcases/examples/told.toml"),
    include_str!("../../testcases/examples/xsd.toml"),
];

/// By class of proof.
static CLASSES: &str = include_str!("../../testcases/examples/classes.toml");

/// Words of an example: a piece of evidence, the same in every language, or a situation told in both.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Words {
    Evidence(String),
    Told { fr: String, en: String },
}

/// What passes and what fails.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pass: Words,
    fail: Words,
}

impl Example {
    /// What the rule accepts.
    pub fn pass(&self) -> Text {
        self.pass.text()
    }

    /// What breaks the rule.
    pub fn fail(&self) -> Text {
        self.fail.text()
    }

    /// True when the example is a piece of evidence, to be shown as it stands.
    pub fn is_evidence(&self) -> bool {
        matches!(self.pass, Words::Evidence(_)) && matches!(self.fail, Words::Evidence(_))
    }

    /// True when nothing is said in `language`.
    pub fn is_empty(&self, language: Language) -> bool {
        let blank = |text: Text| text.get(language).trim().is_empty();
        blank(self.pass()) || blank(self.fail()) || self.pass == self.fail
    }
}

impl Words {
    fn text(&self) -> Text {
        match self {
            Self::Evidence(text) => Text::verbatim(text.clone()),
            Self::Told { fr, en } => Text::new(fr.clone(), en.clone()),
        }
    }
}

fn read(text: &str) -> BTreeMap<String, Example> {
    #[expect(clippy::expect_used, reason = "embedded data, parsed by a test")]
    // invariant: the embedded files parse; `every_rule_has_an_example` reads them all.
    toml::from_str(text).expect("testcases/examples")
}

static RULES: LazyLock<BTreeMap<String, Example>> =
    LazyLock::new(|| FILES.iter().flat_map(|text| read(text)).collect());

static OF_CLASSES: LazyLock<BTreeMap<String, Example>> = LazyLock::new(|| read(CLASSES));

/// The example of a rule.
pub fn of_rule(id: &str) -> Option<&'static Example> {
    RULES.get(id)
}

/// The example of a class of proof (`HL7V2`, `DEMO`...).
pub fn of_class(id: &str) -> Option<&'static Example> {
    OF_CLASSES.get(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_an_example_in_both_languages_and_every_example_a_rule() {
        let rules: Vec<String> = crate::checks::rules()
            .iter()
            .map(|rule| rule.id.to_string())
            .collect();
        let told = |example: &Example| !example.is_empty(Language::Fr) && !example.is_empty(Language::En);
        let without: Vec<&String> = rules.iter().filter(|id| !of_rule(id).is_some_and(told)).collect();
        assert_eq!(
            without,
            Vec::<&String>::new(),
            "write what passes and what fails in testcases/examples"
        );
        let unknown: Vec<&String> = RULES.keys().filter(|id| !rules.contains(id)).collect();
        assert_eq!(unknown, Vec::<&String>::new(), "examples of no rule");
    }

    #[test]
    fn a_rule_stands_in_one_file() {
        let count: usize = FILES.iter().map(|text| read(text).len()).sum();
        assert_eq!(count, RULES.len());
    }

    #[test]
    fn every_class_of_proof_has_an_example() {
        let classes: Vec<String> = crate::requirements::class::Class::all()
            .iter()
            .map(|info| info.class.id())
            .collect();
        let without: Vec<&String> = classes.iter().filter(|id| of_class(id).is_none()).collect();
        assert_eq!(without, Vec::<&String>::new());
    }
}
