//! The CDA family: the official documents have no error, and each sample of `testcases/evidence/cda` gives exactly
//! what its `expected.toml` says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may fail loudly"
)]

mod common;

use conforme::checks::cda::CdaCheck;
use conforme::checks::{Check, Context, Options, Outcome};
use conforme::evidence::Evidence;
use conforme::finding::{Finding, Severity};
use conforme::limits::Limits;
use conforme::packs::PackSet;

fn run(evidence: &Evidence, packs: &PackSet) -> Outcome {
    let (limits, options) = (Limits::default(), Options::default());
    CdaCheck.run(evidence, &Context::new(&limits, &options).with_packs(packs))
}

/// The findings of this family. What is wrong with an embedded PDF belongs to the PDF family: four official documents
/// of level 1 embed a PDF that is not PDF/A-1.
fn own(outcome: &Outcome) -> impl Iterator<Item = &Finding> {
    outcome
        .findings
        .iter()
        .filter(|finding| !finding.rule.starts_with("PDF-"))
}

fn errors(outcome: &Outcome) -> Vec<String> {
    own(outcome)
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| format!("{} {}: {}", finding.place, finding.rule, finding.message.fr))
        .collect()
}

fn official() -> Vec<std::path::PathBuf> {
    let Some(reference) = common::reference() else {
        return Vec::new();
    };
    let mut files: Vec<_> = std::fs::read_dir(reference.join("cda"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 94, "only {} official documents", files.len());
    files
}

#[test]
fn the_official_documents_have_no_error_with_the_embedded_pack() {
    let mut wrong = Vec::new();
    let mut kinds: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for file in official() {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let evidence = Evidence::open(&file, &name).unwrap();
        let outcome = run(&evidence, PackSet::embedded());
        wrong.extend(errors(&outcome));
        assert_eq!(outcome.facts.documents.len(), 1, "{name}");
        assert!(outcome.facts.documents[0].id.is_some(), "{name}");
        for finding in &outcome.findings {
            *kinds
                .entry(format!("{} {}", finding.severity.as_str(), finding.rule))
                .or_default() += 1;
        }
    }
    eprintln!("findings on the official documents: {kinds:#?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[derive(serde::Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    rule: String,
    base: String,
    old: String,
    new: String,
}

/// The samples of the embedded pack break no rule of it; each case breaks its rule. Every documented rule has a case.
#[test]
fn each_rule_of_the_embedded_pack_has_a_sample_that_obeys_and_one_that_breaks() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/packs/cda-socle-cases");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let broken = |text: String| -> Vec<String> {
        run(
            &Evidence::memory("cas.xml", text.into_bytes()),
            PackSet::embedded(),
        )
        .findings
        .iter()
        .map(|finding| finding.rule.clone())
        .collect()
    };
    for base in ["niveau1.xml", "niveau3.xml"] {
        let outcome = run(
            &Evidence::memory(base, read(base).into_bytes()),
            PackSet::embedded(),
        );
        assert!(own(&outcome).next().is_none(), "{base}: {:#?}", outcome.findings);
        assert!(
            outcome
                .not_evaluated
                .iter()
                .all(|reason| reason.fr.contains("nonXMLBody")),
            "{base}: {:#?}",
            outcome.not_evaluated
        );
    }
    let cases: Cases = toml::from_str(&read("cas.toml")).unwrap();
    let mut covered = std::collections::BTreeSet::new();
    let mut wrong = Vec::new();
    for case in cases.case {
        let text = read(&case.base);
        assert!(text.contains(&case.old), "{}: the sample has changed", case.rule);
        let found = broken(text.replacen(&case.old, &case.new, 1));
        if !found.contains(&case.rule) {
            wrong.push(format!("{}: found {found:?}", case.rule));
        }
        covered.insert(case.rule);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for rule in conforme::packs::embedded_rules() {
        assert!(covered.contains(rule.id.as_ref()), "{} has no case", rule.id);
    }
}

/// With the official rules, prepared as for the reference results, each official document has the findings that the
/// official engine has, no less and no more, for the schematrons chosen.
#[test]
fn the_official_pack_finds_on_the_official_documents_what_the_official_engine_finds() {
    let (Some(location), Some(reference)) = (common::official_pack(), common::reference()) else {
        return;
    };
    let packs = PackSet::load(&[location]).unwrap();
    let text = std::fs::read_to_string(reference.join("oracle/examples.json")).unwrap();
    let oracle: serde_json::Value = serde_json::from_str(&text).unwrap();
    let folded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let general = |schema: &str| !schema.starts_with("CI-SIS_") || schema.starts_with("CI-SIS_Modeles");
    let mut different = Vec::new();
    let mut total = 0;
    for file in official() {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let outcome = run(&Evidence::open(&file, &name).unwrap(), &packs);
        let told: String = outcome.verified.iter().map(|text| text.fr.as_ref()).collect();
        // The reference runs took the model from the name of the file; ours is read in the document. A schematron that
        // only one of the two ran does not count: three documents of level 1, and the catalogue of content modules.
        let ran = oracle[name.strip_suffix(".xml").unwrap()].as_object().unwrap();
        let mut found: Vec<String> = outcome
            .findings
            .iter()
            .filter(|finding| matches!(finding.rule.as_str(), "CDA-SCH-ASSERT" | "CDA-SCH-DYNAMIC"))
            .map(|finding| finding.schematron.as_ref().unwrap())
            .filter(|detail| ran.contains_key(detail.schema.trim_end_matches(".sch")))
            .map(|detail| detail.text.clone())
            .collect();
        let mut expected: Vec<String> = ran
            .iter()
            .filter(|(schema, _)| general(schema) || told.contains(schema.as_str()))
            .flat_map(|(_, schema)| schema["findings"].as_array().unwrap())
            .map(|finding| folded(finding["text"].as_str().unwrap()))
            .collect();
        found.sort();
        expected.sort();
        total += expected.len();
        let others: Vec<String> = errors(&outcome)
            .into_iter()
            .filter(|error| !error.contains("CDA-SCH-ASSERT"))
            .collect();
        if found != expected || !others.is_empty() {
            different.push(format!(
                "{name}: found {found:#?}\nexpected {expected:#?}\nother errors {others:#?}"
            ));
        }
        for reason in &outcome.not_evaluated {
            eprintln!("{}", reason.fr);
        }
    }
    assert!(total > 0);
    assert!(
        different.is_empty(),
        "{} differ:\n{}",
        different.len(),
        different.join("\n")
    );
}

#[derive(serde::Deserialize)]
struct FamilyCases {
    case: Vec<FamilyCase>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct FamilyCase {
    name: String,
    base: String,
    old: String,
    new: String,
    rules: Vec<String>,
}

#[derive(serde::Deserialize)]
struct XsdCases {
    case: Vec<XsdCase>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct XsdCase {
    body: String,
    found: Vec<String>,
}

fn folder(path: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Each case gives exactly its findings; PDF findings of the tiny body of level 1 are the PDF family's business.
#[test]
fn each_rule_of_the_family_has_its_case() {
    let cases: FamilyCases =
        toml::from_str(&std::fs::read_to_string(folder("testcases/evidence/cda/cas.toml")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for case in cases.case {
        let base = folder("testcases/packs/cda-socle-cases").join(&case.base);
        let text = std::fs::read_to_string(base).unwrap();
        assert!(text.contains(&case.old), "{}: the sample has changed", case.name);
        let text = text.replacen(&case.old, &case.new, 1);
        let outcome = run(
            &Evidence::memory("cas.xml", text.into_bytes()),
            PackSet::embedded(),
        );
        let mut found: Vec<String> = own(&outcome)
            .map(|finding| format!("{} {}", finding.severity.as_str(), finding.rule))
            .collect();
        found.sort();
        if found != case.rules {
            wrong.push(format!(
                "{}: found {found:?}, expected {:?}",
                case.name, case.rules
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The XSD of a pack becomes findings with place, words and pack.
#[test]
fn the_xsd_of_a_pack_is_told_as_findings() {
    let packs = PackSet::load(&[folder("testcases/evidence/cda/jeu")]).unwrap();
    let cases: XsdCases =
        toml::from_str(&std::fs::read_to_string(folder("testcases/evidence/cda/xsd.toml")).unwrap()).unwrap();
    for case in cases.case {
        let text = format!(
            "<ClinicalDocument xmlns=\"urn:hl7-org:v3\">\n{}\n</ClinicalDocument>",
            case.body
        );
        let outcome = run(&Evidence::memory("a.xml", text.into_bytes()), &packs);
        let found: Vec<String> = outcome
            .findings
            .iter()
            .filter(|finding| finding.rule.starts_with("CDA-XSD-"))
            .map(|finding| {
                assert!(
                    finding
                        .pack
                        .as_deref()
                        .unwrap()
                        .starts_with("TestContenuCDA 2024-01-31")
                );
                assert!(finding.snippet.is_some() && finding.place.path.is_some());
                let Some((line, column)) = finding.place.line.zip(finding.place.column) else {
                    panic!("{}: no line", finding.rule);
                };
                format!("{line}:{column} {}", finding.rule)
            })
            .collect();
        assert_eq!(found, case.found, "{}", case.body);
    }
}

/// A pack as published: another case is repaired, what is missing or empty leaves its rules not evaluated.
#[test]
fn what_a_pack_lacks_is_not_evaluated_and_the_rest_runs() {
    let packs = PackSet::load(&[folder("testcases/evidence/cda/jeu")]).unwrap();
    let pack = packs.external().next().unwrap();
    let problems: Vec<String> = pack
        .inventory()
        .problems
        .iter()
        .map(|problem| format!("{:?} {}", problem.kind, problem.path))
        .collect();
    assert_eq!(
        problems,
        [
            "Missing jeuxDeValeurs/JDV_Absent.xml",
            "Empty jeuxDeValeurs/JDV_Vide.xml",
            "Case schematrons/include/Titre.sch"
        ]
    );
    assert_eq!((pack.inventory().value_sets, pack.inventory().codes), (1, 2));
    let judge = |body: &str| {
        let text = format!("<ClinicalDocument xmlns='urn:hl7-org:v3'>{body}</ClinicalDocument>");
        let outcome = run(&Evidence::memory("a.xml", text.into_bytes()), &packs);
        let found: Vec<String> = outcome
            .findings
            .iter()
            .filter(|finding| matches!(finding.rule.as_str(), "CDA-SCH-ASSERT" | "CDA-SCH-DYNAMIC"))
            .map(|finding| format!("{} {}", finding.severity.as_str(), finding.message.fr))
            .collect();
        (found, outcome.not_evaluated.len())
    };
    assert_eq!(judge("<id root='1.2'/>").0, ["warning titre attendu"]);
    let (found, lost) = judge("<id root='1.2'/><title>t</title>");
    assert_eq!((found, lost), (vec![], 2));
    let (found, _) = judge("<id root='1.2'/><version>13</version><content>a</content>");
    assert_eq!(found, ["warning titre attendu", "warning version 13"]);
    let (found, _) = judge("<id root='1.2'/><version>1</version><content>a</content><content>b</content>");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[1].starts_with("error test impossible à évaluer"),
        "{found:?}"
    );
}

/// What is kept of a pack changes nothing that a user sees, whatever happens to it.
#[test]
fn what_is_kept_of_a_pack_changes_nothing() {
    let location = folder("testcases/evidence/cda/jeu");
    let judge = |cache: &conforme::packs::Cache| {
        let packs = PackSet::load_with(&[&location], cache).unwrap();
        let text = "<ClinicalDocument xmlns='urn:hl7-org:v3'><id root='1.2'/><version>13</version></ClinicalDocument>";
        let outcome = run(&Evidence::memory("a.xml", text.as_bytes().to_vec()), &packs);
        let findings = format!("{:?}", outcome.findings);
        (
            findings,
            outcome.not_evaluated,
            outcome.verified,
            packs.identities(),
        )
    };
    let expected = judge(&conforme::packs::Cache::none());
    let kept = tempfile::tempdir().unwrap();
    let cache = conforme::packs::Cache::at(kept.path());
    assert_eq!(judge(&cache), expected);
    let entries = || -> Vec<std::path::PathBuf> {
        let mut entries: Vec<_> = std::fs::read_dir(kept.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        entries.sort();
        entries
    };
    let made = entries();
    let kinds = |kind: &str| {
        made.iter()
            .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(kind))
            .count()
    };
    assert!(kinds("pack-") == 1 && kinds("schematron-") >= 1, "{made:?}");
    assert_eq!(judge(&cache), expected, "read back");
    // Another file in the place of each, then half of each, then nothing: ignored, and made again.
    for spoil in [
        |_: &[u8]| b"foreign".to_vec(),
        |whole: &[u8]| whole[..whole.len() / 2].to_vec(),
        |_: &[u8]| Vec::new(),
    ] {
        let whole: Vec<Vec<u8>> = made.iter().map(|path| std::fs::read(path).unwrap()).collect();
        for (path, bytes) in made.iter().zip(&whole) {
            std::fs::write(path, spoil(bytes)).unwrap();
        }
        assert_eq!(judge(&cache), expected, "spoilt");
        let again: Vec<Vec<u8>> = made.iter().map(|path| std::fs::read(path).unwrap()).collect();
        assert_eq!(again, whole, "made again");
    }
    assert_eq!(entries(), made, "nothing else is left");
}
