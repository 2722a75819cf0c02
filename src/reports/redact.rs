//! `--redact`: the same record without a single value of the evidence.
//!
//! What stays: rules, places, verdicts, hashes, names of the files of the dossier. What goes: snippets, messages (the
//! title of the rule takes their place), expected and found values, the words of Schematron texts, what was verified
//! (counted), names of attachments and of members of archives; in the other sentences everything between quotation
//! marks, and every number long enough to identify someone.

use std::collections::BTreeMap;

use crate::finding::NESTED;
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
        counted(&mut evidence.verified);
    }
    if let Some(part) = &mut record.partial {
        part.facts = None;
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
        counted(&mut file.verified);
        file.to_review.iter_mut().for_each(words);
        file.not_evaluated.iter_mut().for_each(words);
        file.measures.clear();
    }
    record
}

fn proof(proof: &mut ProofRecord) {
    reason(&mut proof.reason);
    counted(&mut proof.verified);
    proof.to_review.iter_mut().for_each(words);
    proof.not_evaluated.iter_mut().for_each(words);
}

/// What was verified quotes the evidence freely: only how much is told.
fn counted(verified: &mut Vec<Words>) {
    let count = verified.len();
    if count > 0 {
        *verified = vec![Words {
            fr: format!("{count} point(s), masqué(s)"),
            en: format!("{count} point(s), hidden"),
        }];
    }
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
        *place = logical_place(place);
    }
    finding.file = without_members(&finding.file);
}

/// The members of an archive that every archive has; the names of the others may be a patient's.
const KNOWN_MEMBERS: [&str; 4] = ["README.TXT", "INDEX.HTM", "METADATA.XML", "IHE_XDM.ZIP"];

/// The name of a file with the names of its members hidden, but for those that every archive has and the extension.
fn without_members(file: &str) -> String {
    let mut parts = file.split(NESTED);
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for member in parts {
        let name = member.rsplit('/').next().unwrap_or(member);
        shown.push_str(NESTED);
        if KNOWN_MEMBERS.contains(&name) {
            shown.push_str(name);
        } else {
            shown.push_str(HIDDEN);
            let known = |end: &&str| end.len() <= 4 && end.chars().all(|c| c.is_ascii_alphanumeric());
            if let Some(extension) = name.rsplit_once('.').map(|(_, end)| end).filter(known) {
                shown.push('.');
                shown.push_str(extension);
            }
        }
    }
    shown
}

/// Names of header fields of a mail, the only logical places of one that are no words of the sender.
const HEADER_FIELDS: [&str; 14] = [
    "Subject",
    "From",
    "To",
    "Cc",
    "Bcc",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Reply-To",
    "Return-Path",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Disposition-Notification-To",
];

/// A logical place without words of the evidence: paths of XML and HL7, cells, header fields and objects stay.
fn logical_place(place: &str) -> String {
    if place.starts_with('/') {
        return mask_literals(place);
    }
    if let Some((_, cell)) = place.rsplit_once('!') {
        // The name of a sheet is the author's.
        return format!("{HIDDEN}!{}", if is_cell(cell) { cell } else { HIDDEN });
    }
    let number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let object = place.split(' ').skip(1).all(number)
        && place.split(' ').count() > 1
        && place
            .split(' ')
            .next()
            .is_some_and(|word| word.chars().all(|c| c.is_ascii_lowercase()));
    let is_header = HEADER_FIELDS.contains(&place) || place.starts_with("X-MSS-");
    if is_hl7(place) || is_cell(place) || is_header || object || number(place) {
        place.to_owned()
    } else {
        HIDDEN.to_owned()
    }
}

/// `B12`.
fn is_cell(text: &str) -> bool {
    let letters = text.chars().take_while(char::is_ascii_uppercase).count();
    let digits = text.get(letters..).unwrap_or_default();
    (1..=3).contains(&letters) && !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
}

/// `PID[1]-3[2].4.2`: a segment of three characters, then numbers.
fn is_hl7(text: &str) -> bool {
    let (segment, rest) = text.split_at_checked(3).unwrap_or((text, ""));
    let mut letters = segment.chars();
    letters.next().is_some_and(|c| c.is_ascii_uppercase())
        && segment.len() == 3
        && letters.all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        && rest
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '[' | ']' | '.' | '-'))
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
    fn places_stay_where_they_are_no_words_of_the_evidence() {
        for place in [
            "PID[1]-3[2].4.2",
            "MSH",
            "B12",
            "Subject",
            "X-MSS-INS",
            "object 12 0",
            "/a/b[2]",
        ] {
            assert_eq!(logical_place(place), place);
        }
        for (place, shown) in [
            ("CR PAT-TROIS.pdf", "***"),
            ("Patients!B12", "***!B12"),
            ("Dupont", "***"),
        ] {
            assert_eq!(logical_place(place), shown);
        }
        assert_eq!(
            without_members("a.zip › IHE_XDM/SUBSET01/METADATA.XML › CR_PAT-TROIS.pdf"),
            "a.zip › METADATA.XML › ***.pdf"
        );
    }

    #[test]
    fn literals_of_paths_are_hidden() {
        assert_eq!(
            mask_literals("/a/id[@extension='279035121518989'][2]"),
            "/a/id[@extension='***'][2]"
        );
    }
}
