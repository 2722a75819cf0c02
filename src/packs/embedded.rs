//! The pack of the binary itself: our own schematrons and value sets, from `testcases/packs/cda-socle`.

use std::sync::{Arc, LazyLock, OnceLock};

use serde::Deserialize;

use super::Pack;
use super::files::{PackFiles, is_schematron};
use super::inspect::inspect;
use crate::finding::{Rule, Severity};
use crate::text::Text;

/// Identifier of the embedded pack.
pub(super) const ID: &str = "cda-socle";

macro_rules! embed {
    ($($path:literal,)+) => {
        &[$(($path, include_bytes!(concat!("../../testcases/packs/cda-socle/", $path)).as_slice()),)+]
    };
}

/// Every file of the embedded pack; a test compares the list with the folder.
static FILES: &[(&str, &[u8])] = embed![
    "corps.sch",
    "entete.sch",
    "jdv/confidentialite.xml",
    "jdv/sexe.xml",
    "regles.toml",
    "structure.sch",
];

/// The embedded pack, shared.
pub(super) fn pack() -> Arc<Pack> {
    static PACK: OnceLock<Arc<Pack>> = OnceLock::new();
    Arc::clone(PACK.get_or_init(|| {
        let files = PackFiles::memory(FILES.iter().copied());
        let mut inventory = inspect(&files, is_schematron, ID);
        env!("CARGO_PKG_VERSION").clone_into(&mut inventory.version);
        Arc::new(Pack::new(files, inventory, None))
    }))
}

/// One rule of the embedded pack as its documentation says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Documentation {
    id: String,
    title_fr: String,
    title_en: String,
    severity: Severity,
    why_fr: String,
    why_en: String,
    fix_fr: String,
    fix_en: String,
    source: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Documentations {
    rule: Vec<Documentation>,
}

/// The rules of the embedded schematrons, in the order of their documentation.
pub fn rules() -> &'static [Rule] {
    static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        #[expect(
            clippy::expect_used,
            reason = "invariant: the embedded file is read by a test of this module"
        )]
        let all: Documentations = toml::from_str(include_str!("../../testcases/packs/cda-socle/regles.toml"))
            .expect("regles.toml is right");
        all.rule
            .into_iter()
            .map(|one| Rule {
                id: one.id.into(),
                severity: one.severity,
                title: Text::new(one.title_fr, one.title_en),
                why: Text::new(one.why_fr, one.why_en),
                fix: Text::new(one.fix_fr, one.fix_en),
                source: one.source.into(),
            })
            .collect()
    });
    &RULES
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_embedded() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/packs/cda-socle");
        let on_disk: BTreeSet<String> = PackFiles::folder(&root)
            .unwrap()
            .paths()
            .map(str::to_owned)
            .collect();
        let embedded: BTreeSet<String> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(on_disk, embedded);
    }

    #[test]
    fn every_assert_is_documented_and_the_other_way_round() {
        let pack = pack();
        let mut asserts = BTreeSet::new();
        for path in pack.general_schematrons() {
            let compiled = pack.schematron(&path);
            let (schema, warnings) = compiled.get().unwrap().as_ref().unwrap();
            assert_eq!(warnings.len(), 0, "{path}: {warnings:?}");
            for check in schema.checks() {
                assert!(asserts.insert(check.id.clone()), "{} twice", check.id);
                let rule = rules().iter().find(|rule| rule.id == check.id).unwrap();
                assert_eq!(check.role, rule.severity.as_str(), "{}", check.id);
            }
        }
        let documented: BTreeSet<String> = rules().iter().map(|rule| rule.id.to_string()).collect();
        assert_eq!(asserts, documented);
        assert_eq!(pack.inventory().rules, documented.len() as u64);
        assert_eq!(pack.inventory().problems, []);
        assert_eq!(pack.inventory().value_sets, 2);
    }
}
