//! `conforme explain` and the documentation of the rules: the same texts, whole, true, in step.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use conforme::checks::{Context, Options};
use conforme::evidence::Evidence;
use conforme::evidence::check_digit::luhn;
use conforme::explain::{self, Line, Page, of_rule};
use conforme::limits::Limits;
use conforme::requirements::{embedded_ids, embedded_referential};
use conforme::text::Language;
use conforme::verdict::reviews::Reviews;
use conforme::verdict::waivers::Waivers;

use crate::examples::{agree, difference, shortest, told};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Makes a whole file of an example.
type Whole<'a> = &'a dyn Fn(&str) -> String;
/// Counts the faults of a file of the dossier.
type Faults = fn(&[u8]) -> usize;

#[derive(serde::Deserialize)]
struct CdaCases {
    case: Vec<CdaCase>,
}

/// A case of either family of CDA cases: the rules it breaks, and the change that breaks them.
#[derive(serde::Deserialize)]
struct CdaCase {
    base: String,
    old: String,
    new: String,
    rule: Option<String>,
    #[serde(default)]
    rules: Vec<String>,
}

#[test]
fn examples_of_cda_rules_are_made_of_the_cases() {
    let mut all: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for file in [
        "testcases/evidence/cda/cas.toml",
        "testcases/packs/cda-socle-cases/cas.toml",
    ] {
        let cases: CdaCases = toml::from_str(&std::fs::read_to_string(root().join(file)).unwrap()).unwrap();
        for case in cases.case {
            let base = root().join("testcases/packs/cda-socle-cases").join(&case.base);
            let base = std::fs::read_to_string(base).unwrap();
            let changed = base.replacen(&case.old, &case.new, 1);
            let rules = case
                .rules
                .iter()
                .filter_map(|line| line.split(' ').nth(1))
                .map(str::to_owned);
            for rule in case.rule.into_iter().chain(rules) {
                all.entry(rule).or_default().extend(difference(&base, &changed));
            }
        }
    }
    let told = told();
    let made = all
        .into_iter()
        .filter(|(rule, _)| rule.starts_with("CDA-") && !told.contains_key(rule))
        .filter_map(|(rule, examples)| Some((rule, shortest(examples)?)))
        .collect();
    agree("cda.toml", "CDA", &made);
}

/// Examples that are whole files: the one that fails breaks the rule, the one that passes does not.
#[test]
fn examples_that_are_whole_files_are_true() {
    let broken = |name: &str, text: &str| -> Vec<String> {
        let (limits, options) = (Limits::default(), Options::default());
        let evidence = Evidence::memory(name, text.as_bytes().to_vec());
        let outcome = Context::new(&limits, &options).judge(&evidence);
        outcome.findings.into_iter().map(|finding| finding.rule).collect()
    };
    let document = |start: &str| format!("{start}<id root=\"1.2.3\"/></ClinicalDocument>");
    let prologue = "<ClinicalDocument xmlns=\"urn:hl7-org:v3\">";
    let cases: [(&str, &str, Whole<'_>); 5] = [
        ("XML-DOCTYPE", "a.xml", &|text| document(text)),
        ("XML-LEADING-SPACE", "a.xml", &|text| {
            document(&format!("{text}{prologue}"))
        }),
        ("XML-WELLFORMED", "a.xml", &|text| {
            document(&format!("{prologue}{text}"))
        }),
        ("JSON-SYNTAX", "a.json", &str::to_owned),
        ("TEXT-CONTROL", "a.txt", &|text| {
            text.replace("\\x07", "\x07").replace("\\x1b", "\x1b")
        }),
    ];
    for (rule, name, whole) in cases {
        let example = of_rule(rule).unwrap();
        let has = |text: &str| broken(name, &whole(text)).iter().any(|found| found == rule);
        assert!(
            !has(&example.pass().fr),
            "{rule}: the example that passes does not"
        );
        assert!(has(&example.fail().fr), "{rule}: the example that fails does not");
    }
    let faults: [(&str, Faults); 2] = [
        ("DOSSIER-WAIVER", |bytes| Waivers::parse(bytes, None).faults.len()),
        ("DOSSIER-REVIEW", |bytes| Reviews::parse(bytes).faults.len()),
    ];
    for (rule, faults) in faults {
        let example = of_rule(rule).unwrap();
        assert_eq!(faults(example.pass().fr.as_bytes()), 0, "{rule}");
        assert!(faults(example.fail().fr.as_bytes()) > 0, "{rule}");
    }
    for rule in [
        "STAT-FINESS-KEY",
        "STAT-RPPS-KEY",
        "STAT-TYPE-KEY",
        "LOINC-CHECK-DIGIT",
        "QUESTION-SIRET",
    ] {
        let example = of_rule(rule).unwrap();
        let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
        assert!(luhn(&digits(&example.pass().fr)), "{rule}");
        assert!(!luhn(&digits(&example.fail().fr)), "{rule}");
    }
}

/// A reader must see what an example speaks of: more than closing tags, and no line cut in the middle of a tag.
#[test]
fn examples_show_more_than_the_end_of_something() {
    for rule in conforme::checks::rules() {
        let example = of_rule(&rule.id).unwrap();
        if !example.is_evidence() {
            continue;
        }
        for text in [example.pass().fr, example.fail().fr] {
            let says = |line: &str| !line.trim().is_empty() && !line.trim().starts_with("</");
            assert!(text.lines().any(says), "{}: {text}", rule.id);
            let torn = |line: &str| line.starts_with('…') && line.contains('>') && !line.starts_with("… ›");
            assert!(!text.lines().any(torn), "{}: {text}", rule.id);
        }
    }
}

fn whole(page: &Page, what: &str) {
    let headings: Vec<&str> = page
        .parts
        .iter()
        .map(|(heading, _)| heading.fr.as_ref())
        .collect();
    for wanted in [
        "Pourquoi",
        "Comment",
        "Un exemple qui passe",
        "Un exemple qui échoue",
        "Source",
    ] {
        assert!(
            headings.iter().any(|heading| heading.starts_with(wanted)),
            "{what}: {wanted}"
        );
    }
    for language in [Language::Fr, Language::En] {
        assert!(!page.title.get(language).is_empty(), "{what}");
        assert!(!page.subtitle.get(language).trim().is_empty(), "{what}");
        for (heading, lines) in &page.parts {
            assert!(!heading.get(language).is_empty() && !lines.is_empty(), "{what}");
            for line in lines {
                let empty = match line {
                    Line::Words(words) | Line::Point(words) => words.get(language).trim().is_empty(),
                    Line::Code(code) => code.trim().is_empty(),
                };
                assert!(!empty, "{what}: {}", heading.fr);
            }
        }
    }
}

#[test]
fn every_rule_requirement_and_proof_is_explained_in_both_languages() {
    for rule in conforme::checks::rules() {
        whole(&explain::rule(rule), &rule.id);
    }
    for referential in embedded_ids().filter_map(embedded_referential) {
        for requirement in &referential.requirements {
            // The REM may name a requirement twice: each has its page.
            let same: Vec<_> = referential
                .requirements
                .iter()
                .filter(|other| other.id == requirement.id)
                .collect();
            let pages = explain::requirement(&referential, &requirement.id);
            assert_eq!(pages.len(), same.len(), "{}", requirement.id);
            for (page, one) in pages.iter().zip(same) {
                if one.scenarios.iter().any(|scenario| !scenario.proofs.is_empty()) {
                    whole(page, &one.id);
                }
            }
        }
        for place in referential.proofs() {
            let pages = explain::requirement(&referential, &place.proof.id);
            assert!(!pages.is_empty());
            whole(&pages[0], &place.proof.id);
        }
    }
}

/// `docs/rules` says what the rules say. `CONFORME_BLESS=1` writes it anew.
#[test]
fn the_documentation_of_the_rules_is_in_step() {
    let folder = root().join("docs/rules");
    let bless = std::env::var_os("CONFORME_BLESS").is_some();
    let families = explain::families();
    let mut pages: BTreeMap<String, String> = families
        .iter()
        .map(|(family, rules)| (format!("{family}.md"), explain::markdown(family, rules)))
        .collect();
    let mut index = String::from("# Règles · Rules\n\n");
    for (family, rules) in &families {
        index.push_str(&format!(
            "- [{}]({family}.md) ({})\n",
            family.to_uppercase(),
            rules.len()
        ));
    }
    pages.insert("README.md".to_owned(), index);
    if bless {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
    }
    for (name, text) in &pages {
        let path = folder.join(name);
        if bless {
            std::fs::write(&path, text).unwrap();
        }
        let known = std::fs::read_to_string(&path)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        assert!(
            known == *text,
            "docs/rules/{name}: CONFORME_BLESS=1 cargo test --test reports explain"
        );
    }
    let there = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(there, pages.len(), "docs/rules has a page of no family");
}
