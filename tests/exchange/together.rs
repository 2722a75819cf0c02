//! What `conforme validate` compares without a dossier: all that one file holds, and several files said to tell one story.

use conforme::checks::Options;
use conforme::limits::Limits;
use conforme::packs::PackSet;
use conforme::validate::{Input, Relation, validate};

use crate::cases::built;

/// The coherence findings on files, as `file rule`.
fn compared(files: &[(&str, Vec<u8>)], relation: Relation) -> Vec<String> {
    let inputs: Vec<Input> = files
        .iter()
        .map(|(name, bytes)| Input::Bytes(bytes.clone(), (*name).to_owned()))
        .collect();
    let (limits, options) = (Limits::default(), Options::default());
    let record = validate(&inputs, relation, &options, PackSet::embedded(), &limits);
    record
        .files
        .iter()
        .flat_map(|file| {
            file.findings
                .iter()
                .map(move |finding| (&file.file, &finding.rule))
        })
        .filter(|(_, rule)| rule.starts_with("COHERENCE-"))
        .map(|(file, rule)| format!("{file} {rule}"))
        .collect()
}

#[test]
fn what_one_file_holds_is_compared_without_a_dossier() {
    let production = [
        ("METADATA.XML", "1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.8"),
        ("DOC0001.XML", "1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.8"),
    ];
    let mail = built("mail.eml", &production);
    let told = compared(&[("mail.eml", mail)], Relation::Alone);
    assert_eq!(told, ["mail.eml COHERENCE-REAL-PATIENT"]);
    let tested = compared(&[("mail.eml", built("mail.eml", &[]))], Relation::Alone);
    assert_eq!(tested, [""; 0]);
}

#[test]
fn files_that_tell_one_story_are_compared_when_it_is_said() {
    let masked = built(
        "metadata",
        &[(
            "METADATA.XML",
            "nodeRepresentation=\"N\"",
            "nodeRepresentation=\"MASQUE_PS\"",
        )],
    );
    let files = [("METADATA.XML", masked), ("mail.eml", built("mail.eml", &[]))];
    assert_eq!(compared(&files, Relation::Alone), [""; 0]);
    let told = compared(&files, Relation::Together);
    assert_eq!(told, ["mail.eml COHERENCE-RECIPIENT"]);
}
