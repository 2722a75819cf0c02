//! The sample dossiers: what is expected of each stands beside it, in `testcases/dossiers/<name>.toml`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use conforme::assess::{Settings, assess};
use conforme::finding::Severity;
use conforme::record::Record;
use conforme::reports::diff::{compare, render_difference};
use conforme::reports::{Format, Options};
use serde::Deserialize;

/// What is expected of a sample dossier.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// Verdict on the dossier.
    verdict: String,
    /// Verdict on every proof that applies.
    #[serde(default)]
    proofs: BTreeMap<String, String>,
    /// Faults planted, each found and named.
    #[serde(default)]
    fault: Vec<Fault>,
}

/// A planted fault.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    /// What was done to the dossier.
    what: String,
    /// The rule that finds it; or, for a missing proof, none.
    rule: Option<String>,
    /// Part of the place of the finding.
    #[serde(default)]
    place: String,
    /// The proof that is then not conform, or missing.
    proof: Option<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/dossiers")
}

fn sample(name: &str) -> (Record, Expected) {
    let expected = std::fs::read_to_string(folder().join(format!("{name}.toml"))).unwrap();
    let settings = Settings {
        isolated: true,
        ..Settings::default()
    };
    let record = assess(&folder().join(name), &settings).unwrap();
    (
        record,
        toml::from_str(&expected).unwrap_or_else(|error| panic!("{name}.toml: {error}")),
    )
}

fn verdicts(record: &Record) -> BTreeMap<String, String> {
    record
        .requirements
        .iter()
        .flat_map(|requirement| &requirement.scenarios)
        .flat_map(|scenario| &scenario.proofs)
        .map(|proof| (proof.id.clone(), proof.verdict.as_str().to_owned()))
        .collect()
}

/// Every finding that blocks, for the message of a failed test.
fn errors(record: &Record) -> Vec<String> {
    let of =
        |f: &conforme::record::FindingRecord| format!("{} {} {:?}: {}", f.rule, f.file, f.path, f.message_en);
    record
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .map(of)
        .collect()
}

#[test]
fn the_conform_sample_passes_every_machine_judged_proof() {
    let (record, expected) = sample("pfi-conforme");
    assert_eq!(errors(&record), Vec::<String>::new());
    assert_eq!(verdicts(&record), expected.proofs);
    assert_eq!(record.verdict.as_str(), expected.verdict);
    let machine: BTreeSet<&str> = record
        .requirements
        .iter()
        .flat_map(|requirement| &requirement.scenarios)
        .flat_map(|scenario| &scenario.proofs)
        .filter(|proof| matches!(proof.class.as_str(), "HL7V2" | "XDM" | "MAIL_MSS" | "CSV_STATS"))
        // The request for a delivery notification does not show in the source of a mail.
        .filter(|proof| proof.id != "MSS/va1.15.01.01")
        .map(|proof| proof.verdict.as_str())
        .collect();
    assert_eq!(machine, BTreeSet::from(["conform"]));
}

#[test]
fn what_needs_a_human_is_said() {
    let (record, _) = sample("pfi-conforme");
    for proof in record
        .requirements
        .iter()
        .flat_map(|r| &r.scenarios)
        .flat_map(|s| &s.proofs)
    {
        assert_eq!(
            proof.verdict.as_str() == "to_review",
            !proof.to_review.is_empty(),
            "{}",
            proof.id
        );
    }
}

#[test]
fn every_planted_fault_is_found_and_named() {
    let (record, expected) = sample("pfi-fautes");
    assert!(expected.fault.len() >= 20);
    let kinds: BTreeSet<&Option<String>> = expected.fault.iter().map(|fault| &fault.rule).collect();
    assert!(kinds.len() >= 20, "{} kinds", kinds.len());
    let verdicts = verdicts(&record);
    let mut lost = Vec::new();
    for fault in &expected.fault {
        let found = fault.rule.as_ref().is_none_or(|rule| {
            record.findings.iter().any(|f| {
                f.rule == *rule
                    && f.file.contains(&fault.place)
                    && fault
                        .proof
                        .as_ref()
                        .is_none_or(|proof| f.proofs.is_empty() || f.proofs.contains(proof))
            })
        });
        let blocks = fault
            .proof
            .as_ref()
            .is_none_or(|proof| matches!(verdicts[proof].as_str(), "non_conform" | "missing"));
        if !found || !blocks {
            lost.push(format!("{} (found: {found}, blocks: {blocks})", fault.what));
        }
    }
    assert_eq!(lost, Vec::<String>::new(), "{:#?}", errors(&record));
    assert_eq!(record.verdict.as_str(), expected.verdict);
}

#[test]
fn samples_hold_only_national_test_identities() {
    for name in ["pfi-conforme", "pfi-fautes"] {
        let (record, _) = sample(name);
        assert!(!record.findings.iter().any(|f| f.rule.contains("REAL")), "{name}");
    }
}

/// The golden reports of the sample dossiers, in every format, and of their difference; `CONFORME_BLESS=1` writes them
/// anew.
#[test]
fn reports_are_the_golden_ones() {
    let mut golden = Golden::new();
    let options = Options::default();
    let records = ["pfi-fautes", "pfi-conforme"].map(|name| (name, sample(name).0));
    for (name, record) in &records {
        for format in Format::ALL {
            let mut bytes = Vec::new();
            conforme::reports::render(record, format, &options, &mut bytes).unwrap();
            golden.keep(name, format.default_file_name(), &bytes);
        }
    }
    let [(_, before), (_, after)] = &records;
    let difference = compare(before, after);
    for format in [Format::Human, Format::Json, Format::Html, Format::Markdown] {
        let mut bytes = Vec::new();
        render_difference(&difference, format, &options, &mut bytes).unwrap();
        let (_, extension) = format.default_file_name().rsplit_once('.').unwrap();
        golden.keep("difference", &format!("difference.{extension}"), &bytes);
    }
    golden.finish();
}

/// The folder of golden reports, compared with or written.
struct Golden {
    bless: bool,
    changed: Vec<String>,
}

impl Golden {
    fn new() -> Self {
        Self {
            bless: std::env::var_os("CONFORME_BLESS").is_some(),
            changed: Vec::new(),
        }
    }

    fn keep(&mut self, folder: &str, name: &str, bytes: &[u8]) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("reports")
            .join(folder)
            .join(name);
        if self.bless {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, bytes).unwrap();
        } else if std::fs::read(&path).ok().as_deref() != Some(bytes) {
            self.changed.push(format!("reports/{folder}/{name}"));
        }
    }

    fn finish(self) {
        assert!(
            self.changed.is_empty(),
            "these golden reports changed: {:?}; look at the difference, then CONFORME_BLESS=1 cargo test --test sample_dossiers",
            self.changed
        );
    }
}

/// Which piece answers which proof (`testcases/dossiers/filling.toml`).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filling {
    class: BTreeMap<String, Vec<String>>,
    proof: BTreeMap<String, Vec<String>>,
    by_dsr: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// What is expected of the dossier of a DSR (`testcases/dossiers/dsr/<DSR>.toml`): each proof stands in one list.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfDsr {
    profiles: Vec<String>,
    verdict: String,
    proofs: BTreeMap<String, Vec<String>>,
}

impl OfDsr {
    fn of(profiles: Vec<String>, record: &Record) -> Self {
        let mut proofs: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (proof, verdict) in verdicts(record) {
            proofs.entry(verdict).or_default().push(proof);
        }
        Self {
            profiles,
            verdict: record.verdict.as_str().to_owned(),
            proofs,
        }
    }

    fn write(&self, path: &Path) {
        let list = |items: &[String]| {
            items.iter().fold(String::new(), |mut lines, item| {
                let _ = writeln!(lines, "    {item:?},");
                lines
            })
        };
        let mut text = format!(
            "# Expected of the dossier that `conforme init` makes and `filling.toml` fills; CONFORME_BLESS=1 writes it anew.\nprofiles = [\n{}]\nverdict = {:?}\n\n[proofs]\n",
            list(&self.profiles),
            self.verdict
        );
        for (verdict, proofs) in &self.proofs {
            let _ = writeln!(text, "{verdict} = [\n{}]", list(proofs));
        }
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// Makes the dossier of a DSR as `conforme init` does, with each proof filled.
fn made(target: &Path, dsr: &str, profiles: &[String], filling: &Filling) {
    use conforme::dossier::{PROOFS_FOLDER, folder_name, skeleton};
    use conforme::requirements::{catalogue, embedded_referential};
    let dsr = catalogue().dsr(dsr).unwrap();
    let resolved = dsr.resolve_profiles(profiles).unwrap();
    let referential = embedded_referential(&dsr.id).unwrap();
    for (path, content) in skeleton::skeleton(dsr, &resolved, &referential, conforme::text::Language::Fr) {
        let path = target.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        // The vendor fills in the product.
        let content = content
            .replace("vendor = \"\"", "vendor = \"Éditeur d'essai\"")
            .replace("name = \"\"", "name = \"Logiciel d'essai\"")
            .replace("version = \"\"", "version = \"1.0\"");
        std::fs::write(path, content).unwrap();
    }
    let own = filling.by_dsr.get(&dsr.id);
    for place in referential.proofs() {
        let id = &place.proof.id;
        let pieces = own
            .and_then(|own| own.get(id))
            .or_else(|| filling.proof.get(id))
            .or_else(|| filling.class.get(&place.proof.class.id()));
        let slot = target.join(PROOFS_FOLDER).join(folder_name(id));
        for piece in pieces.into_iter().flatten().filter(|_| slot.exists()) {
            let from = folder().parent().unwrap().join(piece);
            std::fs::copy(&from, slot.join(from.file_name().unwrap()))
                .unwrap_or_else(|e| panic!("{piece}: {e}"));
        }
    }
}

/// The dossiers whose summary is kept among the golden reports. Those of the other DSRs have the same words on ten times
/// more proofs; the verdict of each of these stands in `testcases/dossiers/dsr`.
const SUMMARISED: [&str; 3] = ["BIO-LOINC-Va1", "HOP-PFI-Va1", "HOP-RI-Va1"];

#[test]
fn a_dossier_of_each_dsr_has_the_expected_verdicts() {
    let bless = std::env::var_os("CONFORME_BLESS").is_some();
    let filling: Filling =
        toml::from_str(&std::fs::read_to_string(folder().join("filling.toml")).unwrap()).unwrap();
    let settings = Settings {
        isolated: true,
        ..Settings::default()
    };
    let mut faults = Vec::new();
    let mut golden = Golden::new();
    for dsr in conforme::requirements::embedded_ids() {
        let path = folder().join("dsr").join(format!("{dsr}.toml"));
        let expected: OfDsr = std::fs::read_to_string(&path)
            .map(|text| toml::from_str(&text).unwrap_or_else(|error| panic!("{dsr}: {error}")))
            .unwrap_or_default();
        let target = tempfile::tempdir().unwrap();
        made(target.path(), dsr, &expected.profiles, &filling);
        let record = assess(target.path(), &settings).unwrap();
        if SUMMARISED.contains(&dsr) {
            let mut summary = Vec::new();
            conforme::reports::render(&record, Format::Markdown, &Options::default(), &mut summary).unwrap();
            golden.keep("dsr", &format!("{dsr}.md"), &summary);
        }
        let found = OfDsr::of(expected.profiles.clone(), &record);
        // What a machine judges in full is right in these dossiers.
        if !errors(&record).is_empty() {
            faults.push(format!("{dsr}: {:#?}", errors(&record)));
        }
        if bless {
            found.write(&path);
        } else if found != expected {
            faults.push(format!("{dsr}: {found:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    golden.finish();
}
