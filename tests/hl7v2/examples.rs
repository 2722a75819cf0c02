//! The examples of `conforme explain` on HL7 rules: the segments that the cases change.

use std::collections::BTreeMap;

use crate::cases::{Case, faults_of, text_of};
use crate::support::examples::{agree, difference, shortest, told};

/// A conform message and what the case makes of it, when the difference is one that can be shown.
fn example(case: &Case) -> Option<(String, String)> {
    if case.xml
        || !case.bytes.is_empty()
        || !case.steps.is_empty()
        || case.profile.is_some()
        || !case.then.is_empty()
    {
        return None;
    }
    let plain = Case {
        base: case.base.clone(),
        ..Case::default()
    };
    let (before, after) = (text_of(&plain), text_of(case));
    if case.cda.is_empty() {
        return difference(&before, &after);
    }
    let document = document(&[]);
    difference(&document, &self::document(&case.cda))
}

/// The document that the messages carry, after replacements.
fn document(replacements: &[[String; 2]]) -> String {
    let path = crate::cases::root().join("_bases/cda.xml");
    replacements
        .iter()
        .fold(std::fs::read_to_string(path).unwrap(), |text, [from, to]| {
            text.replace(from.as_str(), to)
        })
}

#[test]
fn examples_are_made_of_the_cases() {
    let told = told();
    let mut made = BTreeMap::new();
    let mut without = Vec::new();
    for (rule, cases) in faults_of() {
        let id = format!("HL7-{rule}");
        if told.contains_key(&id) {
            continue;
        }
        match shortest(cases.iter().filter_map(example)) {
            Some(example) => {
                made.insert(id, example);
            }
            None => without.push(id),
        }
    }
    agree("hl7v2.toml", "HL7 v2", &made);
    assert_eq!(
        without,
        Vec::<String>::new(),
        "tell them in testcases/examples/told.toml"
    );
}
