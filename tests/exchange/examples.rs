//! The examples of `conforme explain` on archives, metadata, mails, assertions and coherence: what the cases change.

use std::collections::BTreeMap;

use crate::cases::{Case, Edit, faults_of, texts};
use crate::support::examples::{agree, difference, shortest, told as worded};

/// What the edits of a case change, in the first text that shows it.
fn example(case: &Case) -> Option<(String, String)> {
    let all: Vec<&[Edit]> = if case.files.is_empty() {
        vec![case.edits.as_slice()]
    } else {
        case.files.iter().map(|file| file.edits.as_slice()).collect()
    };
    all.into_iter().find_map(|edits| {
        let (before, after) = (texts(&[]), texts(edits));
        // The list of members is a text like the others, the last one.
        before.iter().find_map(|(name, old)| {
            let new = after.get(name)?;
            (old != new).then(|| difference(&told(old), &told(new))).flatten()
        })
    })
}

/// What a base leaves to be filled in, told: `SHA-1(DOC0001.XML)`.
fn told(text: &str) -> String {
    let mut told = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (inside, after) = after.split_once("}}").unwrap_or((after, ""));
        told.push_str(before);
        match inside.split_once(' ') {
            // A whole text stands there: it says nothing here.
            Some(("text", _)) => told.push_str("…\n"),
            Some((what, of)) => told.push_str(&format!("{}({of})", what.replace("sha1", "SHA-1"))),
            None => told.push_str(&format!("({inside})")),
        }
        rest = after;
    }
    told + rest
}

#[test]
fn examples_are_made_of_the_cases() {
    let table = worded();
    let mut made = BTreeMap::new();
    let mut without = Vec::new();
    for (rule, cases) in faults_of() {
        if table.contains_key(&rule) {
            continue;
        }
        match shortest(cases.iter().filter_map(example)) {
            Some(example) => {
                made.insert(rule, example);
            }
            None => without.push(rule),
        }
    }
    agree("exchange.toml", "archives, metadata, mails and assertions", &made);
    assert_eq!(
        without,
        Vec::<String>::new(),
        "tell them in testcases/examples/told.toml"
    );
}
