//! `--redact`: the same record without a single value of the evidence.
//!
//! What stays: rules, places, verdicts, hashes, file names. What goes: snippets, messages (the title of the rule takes
//! their place), expected and found values, the words of Schematron texts; in the other sentences everything between
//! quotation marks, and every number long enough to identify someone.

use std::collections::BTreeMap;

use crate::record::{FindingRecord, ProofRecord, Record, RuleRecord, ValidationRecord, Words};

/// What stands for a hidden value.
const HIDDEN: &str = "***";

/// A copy of the record without values of the evidence.
pub fn redact(record: &Record) -> Record {
    let mut record = record.clone();
    for finding in &mut record.findings {
        self::finding(finding, &record.rules);
    }
    for requirement in &mut record.requirements {
        reason(&mut requirement.reason);
        for proof in requirement
            .scenarios
            .iter_mut()
            .flat_map(|scenario| &mut scenario.proofs)
        {
            self::proof(proof);
        }
    }
    for evidence in &mut record.evidence {
        evidence.verified.iter_mut().for_each(words);
    }
    record
}

/// A copy of the record of files judged alone without values of the evidence.
pub fn redact_validation(record: &ValidationRecord) -> ValidationRecord {
    let mut record = record.clone();
    for file in &mut record.files {
        for finding in &mut file.findings {
            self::finding(finding, &record.rules);
        }
        file.verified.iter_mut().for_each(words);
        file.to_review.iter_mut().for_each(words);
        file.not_evaluated.iter_mut().for_each(words);
        file.measures.clear();
    }
    record
}

fn proof(proof: &mut ProofRecord) {
    reason(&mut proof.reason);
    proof.verified.iter_mut().for_each(words);
    proof.to_review.iter_mut().for_each(words);
    proof.not_evaluated.iter_mut().for_each(words);
}

fn reason(reason: &mut Option<Words>) {
    if let Some(reason) = reason {
        words(reason);
    }
}

fn words(words: &mut Words) {
    words.fr = mask(&words.fr);
    words.en = mask(&words.en);
}

/// A message may hold a value anywhere, so the title of the rule stands for it, which holds none; a rule the record
/// does not describe keeps its message, masked.
fn finding(finding: &mut FindingRecord, rules: &BTreeMap<String, RuleRecord>) {
    let title = rules.get(&finding.rule).map(|rule| &rule.title);
    finding.message = title.map_or_else(|| mask(&finding.message), |title| title.fr.clone());
    finding.message_en = title.map_or_else(|| mask(&finding.message_en), |title| title.en.clone());
    for value in [
        &mut finding.snippet,
        &mut finding.expected,
        &mut finding.found,
        &mut finding.text,
    ]
    .into_iter()
    .flatten()
    {
        HIDDEN.clone_into(value);
    }
    for place in [&mut finding.path, &mut finding.location].into_iter().flatten() {
        *place = mask_literals(place);
    }
}

/// Hides what stands between quotation marks, and every run of six digits or more.
fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut closing: Option<char> = None;
    let mut digits = String::new();
    let mut previous = ' ';
    for character in text.chars() {
        if let Some(end) = closing {
            if character == end {
                masked.push_str(HIDDEN);
                masked.push(character);
                closing = None;
            }
            previous = character;
            continue;
        }
        if character.is_ascii_digit() {
            digits.push(character);
            previous = character;
            continue;
        }
        flush(&mut digits, &mut masked);
        masked.push(character);
        closing = match character {
            '«' => Some('»'),
            '“' => Some('”'),
            '"' => Some('"'),
            '`' => Some('`'),
            '‘' => Some('’'),
            // An apostrophe inside a word is no quotation mark.
            '\'' if !previous.is_alphanumeric() => Some('\''),
            _ => None,
        };
        previous = character;
    }
    flush(&mut digits, &mut masked);
    if closing.is_some() {
        masked.push_str(HIDDEN);
    }
    masked
}

fn flush(digits: &mut String, masked: &mut String) {
    if digits.len() >= 6 {
        masked.push_str(HIDDEN);
    } else {
        masked.push_str(digits);
    }
    digits.clear();
}

/// Hides the literals of an XPath: `[@extension='279035121518989']`.
fn mask_literals(path: &str) -> String {
    let mut masked = String::with_capacity(path.len());
    let mut quote: Option<char> = None;
    for character in path.chars() {
        match quote {
            Some(end) if character == end => {
                masked.push_str(HIDDEN);
                masked.push(character);
                quote = None;
            }
            Some(_) => {}
            None => {
                masked.push(character);
                if matches!(character, '\'' | '"') {
                    quote = Some(character);
                }
            }
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_values_and_long_numbers_are_hidden() {
        assert_eq!(
            mask("le matricule « 279035121518989 » n'a pas la clé 89, trouvé 'DUPONT' à l'OID 1.2.250"),
            "le matricule «***» n'a pas la clé 89, trouvé '***' à l'OID 1.2.250"
        );
        assert_eq!(mask("id 1234567 et 12345"), "id *** et 12345");
        assert_eq!(mask("ouvert « sans fin"), "ouvert «***");
    }

    #[test]
    fn literals_of_paths_are_hidden() {
        assert_eq!(
            mask_literals("/a/id[@extension='279035121518989'][2]"),
            "/a/id[@extension='***'][2]"
        );
    }
}
