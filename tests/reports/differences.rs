//! Two records compared: what a reader of a second submission is told.

use conforme::record::Record;
use conforme::reports::diff::{Difference, compare, new_findings, render_difference};
use conforme::reports::{Format, Options};
use conforme::text::Language;
use conforme::verdict::Verdict;

use crate::sample;

/// The sample after some work: one requirement repaired, one broken, one added, one removed, evidence and pack
/// changed, a text of the REM changed.
fn later() -> Record {
    let mut record = sample::record();
    let repaired = &mut record.requirements[2];
    repaired.verdict = Verdict::Conform;
    repaired.scenarios[0].verdict = Verdict::Conform;
    repaired.scenarios[0].proofs[0].verdict = Verdict::Conform;
    repaired.scenarios[0].proofs[0].findings.clear();
    "Recevoir un document de tiers & l'intégrer".clone_into(&mut repaired.title.fr);
    let broken = &mut record.requirements[4];
    broken.verdict = Verdict::NonConform;
    broken.scenarios[0].verdict = Verdict::NonConform;
    broken.scenarios[0].proofs[0].verdict = Verdict::NonConform;
    record.findings[5].waiver = None;
    record.findings.remove(1);
    let mut added = record.requirements.remove(7);
    "MSS/va1.41".clone_into(&mut added.id);
    record.requirements.push(added);
    record.evidence[1].sha256 = "e".repeat(64);
    "rangé/brouillon.txt".clone_into(&mut record.evidence[0].path);
    record.evidence.remove(4);
    "0.2.0".clone_into(&mut record.packs[0].version);
    record
}

fn rendered(difference: &Difference, format: Format, language: Language) -> String {
    let options = Options {
        language,
        ..Options::default()
    };
    let mut out = Vec::new();
    render_difference(difference, format, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_kind_of_change_is_found() {
    let difference = compare(&sample::record(), &later());
    let ids = |list: &[conforme::reports::diff::RequirementChange]| {
        list.iter().map(|change| change.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&difference.newly_failing), ["MSS/va1.30"]);
    assert_eq!(ids(&difference.newly_passing), ["DOC/va1.20"]);
    assert_eq!(ids(&difference.added), ["MSS/va1.41"]);
    assert_eq!(ids(&difference.removed), ["MSS/va1.40"]);
    assert_eq!(difference.texts.len(), 1);
    assert_eq!(difference.packs.len(), 1);
    assert_eq!(difference.findings.fixed.len(), 1);
    assert!(difference.findings.new.is_empty());
    let evidence: Vec<&str> = difference
        .evidence
        .iter()
        .map(|change| change.change.as_str())
        .collect();
    assert_eq!(evidence, ["changed", "removed", "moved"]);
    assert!(difference.is_worse());
}

#[test]
fn a_record_does_not_differ_from_itself() {
    let record = sample::record();
    let difference = compare(&record, &record);
    assert!(difference.is_empty() && !difference.is_worse());
    assert!(rendered(&difference, Format::Human, Language::Fr).contains("Rien n'a changé."));
}

#[test]
fn differences_as_people_see_them() {
    let difference = compare(&sample::record(), &later());
    insta::assert_snapshot!("diff_fr", rendered(&difference, Format::Human, Language::Fr));
    insta::assert_snapshot!("diff_en", rendered(&difference, Format::Human, Language::En));
    insta::assert_snapshot!(
        "diff_markdown",
        rendered(&difference, Format::Markdown, Language::Fr)
    );
    let page = rendered(&difference, Format::Html, Language::Fr);
    insta::assert_snapshot!("diff_html", &page[page.find("<body>").unwrap()..]);
    let json: serde_json::Value =
        serde_json::from_str(&rendered(&difference, Format::Json, Language::Fr)).unwrap();
    assert_eq!(json["newly_failing"][0]["before"], "waived");
}

#[test]
fn a_fault_met_more_often_is_new_as_often_as_it_is_more() {
    let baseline = sample::record_with(2);
    let mut record = sample::record_with(3);
    assert_eq!(new_findings(&record, &baseline).len(), 1);
    let twice = record.findings[0].clone();
    record.findings.push(twice);
    assert_eq!(new_findings(&record, &baseline).len(), 2);
    assert!(new_findings(&baseline, &record).is_empty());
}

#[test]
fn a_baseline_forgives_what_was_already_at_fault() {
    let baseline = sample::record_with(2);
    let same = sample::record_with(2);
    assert!(!compare(&baseline, &same).fails(&same));
    let more = sample::record_with(3);
    assert!(compare(&baseline, &more).fails(&more));
    let mut advice = sample::record();
    let finding = advice.findings[4].clone();
    let index = advice.findings.len();
    advice.findings.push(conforme::record::FindingRecord {
        fingerprint: "0".repeat(16),
        proofs: vec!["MSS/va1.31.01.01".to_owned()],
        ..finding
    });
    advice.requirements[5].scenarios[0].proofs[0].findings.push(index);
    assert!(
        !compare(&sample::record(), &advice).fails(&advice),
        "a recommendation never fails"
    );
}
