//! The patterns of `testcases/classification.toml` measured on the proofs of real workbooks: agreement with the classes
//! of `facts.json`, confusions, and the table of `docs/classification.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use conforme::requirements::{Class, ImportOptions, Referential, import};
use serde_json::Value;

use super::reference::{json, reference};

/// The workbooks that hold texts, with their place in `facts.json`.
const WORKBOOKS: &[(&str, &str, &str)] = &[
    ("rem-va1-BIO.xlsx", "BIO", "va1"),
    ("rem-va1-DPI.xlsx", "DPI", "va1"),
    ("rem-va1-PFI.xlsx", "PFI", "va1"),
    ("rem-va1-RIS.xlsx", "RIS", "va1"),
    ("rem-va2-BIO.xlsx", "BIO", "va2"),
    ("rem-va2-DB.xlsx", "DB", "va2"),
    ("rem-va2-DPI.xlsx", "DPI", "va2"),
    ("rem-va2-PFI.xlsx", "PFI", "va2"),
    ("rem-publication-real.xlsx", "DB", "va2-publication"),
];

type Key = (String, String, String);

/// Classes of the facts by (requirement, scenario, proof), as written.
fn facts(value: &Value) -> BTreeMap<Key, Vec<String>> {
    let mut out: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    for requirement in value.as_array().unwrap() {
        for scenario in requirement["scenarios"].as_array().unwrap() {
            for proof in scenario["proofs"].as_array().unwrap() {
                let key = (
                    text(&requirement["id"]),
                    text(&scenario["id"]),
                    text(&proof["id"]),
                );
                out.entry(key).or_default().push(text(&proof["cls"]));
            }
        }
    }
    out
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().trim().to_owned()
}

/// Classes of an import, by the same keys.
fn classes(referential: &Referential) -> BTreeMap<Key, Vec<String>> {
    let mut out: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    for place in referential.proofs() {
        let written = |written: &Option<String>, id: &str| written.clone().unwrap_or_else(|| id.to_owned());
        let proof = if place.proof.synthetic {
            String::new()
        } else {
            written(&place.proof.written, &place.proof.id)
        };
        let key = (
            place.requirement.id.clone(),
            written(&place.scenario.written, &place.scenario.id),
            proof,
        );
        out.entry(key).or_default().push(place.proof.class.id());
    }
    out
}

#[test]
fn the_patterns_agree_with_the_facts() {
    let Some(folder) = reference("rem") else { return };
    let facts_file = json(&folder.join("facts.json"));
    let mut confusions: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut rows = String::new();
    let (mut all, mut right) = (0_u32, 0_u32);
    for (file, dsr, wave) in WORKBOOKS {
        let wanted = facts(&facts_file["dsr"][*dsr][*wave]);
        let found = import(&folder.join(file), &ImportOptions::default()).unwrap();
        let found = classes(&found.referentials[0]);
        let (mut compared, mut agreed) = (0_u32, 0_u32);
        for (key, wanted) in &wanted {
            for (wanted, found) in wanted.iter().zip(found.get(key).into_iter().flatten()) {
                compared += 1;
                agreed += u32::from(wanted == found);
                *confusions.entry((wanted.clone(), found.clone())).or_default() += 1;
            }
        }
        let total: usize = wanted.values().map(Vec::len).sum();
        assert!(
            f64::from(compared) >= 0.98 * total as f64,
            "{file}: only {compared} of {total} proofs were matched"
        );
        writeln!(
            rows,
            "| {dsr} {wave} | {compared} | {agreed} | {} % |",
            percent(agreed, compared)
        )
        .unwrap();
        all += compared;
        right += agreed;
    }
    let measured = report(&rows, all, right, &confusions);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/classification.md");
    let page = std::fs::read_to_string(&path).unwrap_or_default();
    let start = "<!-- measured: begin -->\n";
    let end = "<!-- measured: end -->";
    let (before, rest) = page
        .split_once(start)
        .expect("docs/classification.md has a measured part");
    let (committed, after) = rest
        .split_once(end)
        .expect("docs/classification.md has a measured part");
    if std::env::var_os("CONFORME_BLESS").is_some() {
        std::fs::write(&path, format!("{before}{start}{measured}{end}{after}")).unwrap();
    } else {
        assert_eq!(
            committed, measured,
            "docs/classification.md is stale: run this test with CONFORME_BLESS=1"
        );
    }
    assert!(
        right * 100 >= all * 97,
        "agreement fell to {} %",
        percent(right, all)
    );
}

fn percent(part: u32, whole: u32) -> String {
    format!("{:.1}", f64::from(part) * 100.0 / f64::from(whole.max(1)))
}

fn report(rows: &str, all: u32, right: u32, confusions: &BTreeMap<(String, String), u32>) -> String {
    let mut out = format!(
        "| Workbook | Proofs compared | Same class | Agreement |\n|---|---|---|---|\n{rows}| **all** | **{all}** | **{right}** | **{} %** |\n\n",
        percent(right, all)
    );
    out.push_str("| Class in the facts | Proofs | Same | Confused with |\n|---|---|---|---|\n");
    for info in Class::all() {
        let id = info.class.id();
        let of_class: Vec<_> = confusions
            .iter()
            .filter(|((wanted, _), _)| *wanted == id)
            .collect();
        let total: u32 = of_class.iter().map(|(_, count)| **count).sum();
        if total == 0 {
            continue;
        }
        let same = confusions.get(&(id.clone(), id.clone())).copied().unwrap_or(0);
        let others: Vec<String> = of_class
            .iter()
            .filter(|((_, found), _)| *found != id)
            .map(|((_, found), count)| format!("{found} {count}"))
            .collect();
        writeln!(out, "| {id} | {total} | {same} | {} |", others.join(", ")).unwrap();
    }
    out
}
