//! Findings of several schemas and packs, each fault told once.

use std::collections::HashMap;

use crate::finding::{Finding, Place};

/// Findings without repetition: the same rule, place, words and test are one fault, whatever the number of schemas or
/// packs that see it.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// The findings, in the order they came.
    pub(super) findings: Vec<Finding>,
    index: HashMap<Key, usize>,
    /// Causes met in the schema at hand: rule, words; the finding that counts them, when this schema told it first.
    folded: HashMap<(String, String), Option<usize>>,
}

/// Rule, place, words, test.
type Key = (String, Place, String, Option<String>);

impl Gathered {
    /// Adds findings; one that is there already only gains the name of the other pack.
    pub(super) fn extend(&mut self, more: impl IntoIterator<Item = Finding>) {
        for finding in more {
            self.push(finding);
        }
    }

    /// Adds a finding.
    pub(super) fn push(&mut self, finding: Finding) {
        let test = finding.schematron.as_ref().map(|detail| detail.test.clone());
        let key = (
            finding.rule.clone(),
            finding.place.clone(),
            finding.message.fr.to_string(),
            test,
        );
        let known = self
            .index
            .get(&key)
            .and_then(|&index| self.findings.get_mut(index));
        match (known, finding.pack) {
            (Some(known), Some(pack)) => {
                let packs = known.pack.get_or_insert_default();
                if !packs.contains(&pack) {
                    packs.push_str(" + ");
                    packs.push_str(&pack);
                }
            }
            (Some(_), None) => {}
            (None, pack) => {
                self.index.insert(key, self.findings.len());
                self.findings.push(Finding { pack, ..finding });
            }
        }
    }

    /// Adds findings of one schema among which the same words at several places are one cause, repeated: the first
    /// place is kept and the others are counted.
    pub(super) fn fold(&mut self, more: impl IntoIterator<Item = Finding>) {
        self.folded.clear();
        for finding in more {
            let cause = (finding.rule.clone(), finding.message.fr.to_string());
            match self.folded.get(&cause) {
                Some(&Some(first)) => {
                    if let Some(first) = self.findings.get_mut(first) {
                        first.count += 1;
                    }
                }
                // Another schema told this cause already, its places counted.
                Some(None) => {}
                None => {
                    let before = self.findings.len();
                    self.push(finding);
                    let added = self.findings.len() > before;
                    self.folded.insert(cause, added.then_some(before));
                }
            }
        }
    }
}

/// Whether a finding of our own schematrons only says again, at the same element and about the same name, what a
/// violation of the XSD says. The findings of official schematrons always stay: they are the official verdict.
pub(super) fn repeats(xsd: &[Finding], finding: &Finding) -> bool {
    let Some(detail) = &finding.schematron else {
        return false;
    };
    let element = |finding: &Finding| -> Option<String> {
        let path = finding.place.path.as_deref()?;
        let (parent, last) = path.rsplit_once('/')?;
        Some(if last.starts_with('@') { parent } else { path }.to_owned())
    };
    let place = element(finding);
    place.is_some()
        && xsd
            .iter()
            .filter(|violation| element(violation) == place)
            .any(|violation| {
                let named = [&violation.expected, &violation.found];
                named
                    .into_iter()
                    .flatten()
                    .flat_map(|names| names.split([',', ' ', '(', ')']))
                    .filter(|name| !name.is_empty())
                    .any(|name| mentions(&detail.test, name))
            })
}

/// Whether a test speaks of a name: as a whole word.
fn mentions(test: &str, name: &str) -> bool {
    let part = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.');
    test.split(|character: char| !part(character))
        .any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Rule, SchematronDetail, Severity};
    use crate::text::{Text, text};

    static RULE: Rule = Rule::fixed(
        "CDA-TEST",
        Severity::Error,
        text("t", "t"),
        text("t", "t"),
        text("t", "t"),
        "t",
    );

    fn finding(path: &str, message: &str) -> Finding {
        RULE.at(
            Place::file("a.xml").path(path.to_owned()),
            Text::verbatim(message.to_owned()),
        )
    }

    fn asserted(path: &str, test: &str) -> Finding {
        let mut made = finding(path, "assert");
        made.schematron = Some(SchematronDetail {
            schema: "s.sch".to_owned(),
            test: test.to_owned(),
            location: path.to_owned(),
            text: "assert".to_owned(),
        });
        made
    }

    #[test]
    fn one_cause_at_many_places_is_told_once_with_a_count() {
        let mut all = Gathered::default();
        all.fold((0..20).map(|index| finding(&format!("/a/b[{index}]"), "attribut « x »")));
        all.fold([finding("/a/c", "autre")]);
        // The same schema in a second pack adds nothing.
        all.fold((0..20).map(|index| finding(&format!("/a/b[{index}]"), "attribut « x »")));
        let told: Vec<_> = all
            .findings
            .iter()
            .map(|finding| (finding.place.path.as_deref().unwrap(), finding.count))
            .collect();
        assert_eq!(told, [("/a/b[0]", 20), ("/a/c", 1)]);
    }

    #[test]
    fn our_schematrons_do_not_say_again_what_the_xsd_says() {
        let violation = finding("/a/id/@rooot", "attribut").found("rooot");
        let missing = finding("/a", "manque").expected("title, code");
        let xsd = [violation, missing];
        assert!(repeats(&xsd, &asserted("/a", "hl7:title")));
        assert!(repeats(&xsd, &asserted("/a", "count(code) = 1")));
        assert!(!repeats(&xsd, &asserted("/a", "hl7:titles")));
        assert!(!repeats(&xsd, &asserted("/a/b", "hl7:title")));
        assert!(!repeats(&xsd, &finding("/a", "sans test")));
        assert!(repeats(&xsd, &asserted("/a/id", "@rooot")));
    }
}
