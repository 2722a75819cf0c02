//! What users see of the catalogue and of their choices: the list, its JSON, refused profiles.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn run(folder: &Path, language: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_conforme"))
        .args(arguments)
        .args(["--lang", language])
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env_remove("CONFORME_LANG")
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_list_as_people_read_it() {
    let folder = tempfile::tempdir().unwrap();
    for language in ["fr", "en"] {
        insta::assert_snapshot!(
            format!("list_{language}"),
            out(&run(folder.path(), language, &["rem", "list"]))
        );
    }
}

/// `{dsrs: [{id, name, corridor, wave, source, profiles: [{name, kind, group}], counts: {requirements, scenarios,
/// proofs}, machine: {full, partial, none}}]}`, and nothing else.
#[test]
fn the_list_as_machines_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let value: Value = serde_json::from_str(&out(&run(
        folder.path(),
        "fr",
        &["rem", "list", "--format", "json"],
    )))
    .unwrap();
    let keys = |value: &Value| -> Vec<String> {
        let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    };
    assert_eq!(keys(&value), ["dsrs"]);
    for dsr in value["dsrs"].as_array().unwrap() {
        assert_eq!(
            keys(dsr),
            [
                "corridor", "counts", "id", "machine", "name", "profiles", "source", "wave"
            ]
        );
        assert!(dsr["id"].is_string() && dsr["name"].is_string() && dsr["corridor"].is_string());
        assert!(dsr["wave"].is_u64() && dsr["source"].is_string(), "{dsr}");
        assert_eq!(keys(&dsr["counts"]), ["proofs", "requirements", "scenarios"]);
        assert_eq!(keys(&dsr["machine"]), ["full", "none", "partial"]);
        for profile in dsr["profiles"].as_array().unwrap() {
            assert_eq!(keys(profile), ["group", "kind", "name"]);
            let kind = profile["kind"].as_str().unwrap();
            assert!(
                ["mandatory", "conditional", "exclusive"].contains(&kind),
                "{kind}"
            );
            assert_eq!(profile["group"].is_string(), kind == "exclusive", "{profile}");
        }
    }
}

/// Each wrong choice says which profiles exist, which exclude each other, and what to write.
#[test]
fn wrong_choices_of_profiles_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let mut told = String::new();
    for language in ["fr", "en"] {
        for profiles in [
            &[][..],
            &["Référentiel d'identités", "Esclave de l'identité"],
            &["Esclave de l'identité", "Operateur Mailis"],
            &["Esclave de l'identité", "Pharmacie"],
        ] {
            let mut arguments = vec!["init", "--dsr", "BIO-SGL-Va1"];
            for profile in profiles {
                arguments.extend(["--profile", profile]);
            }
            arguments.push("dossier");
            let output = run(folder.path(), language, &arguments);
            assert!(!output.status.success());
            let shown = String::from_utf8_lossy(&output.stderr);
            told.push_str(&format!("{language} {profiles:?}\n{shown}\n"));
        }
    }
    assert!(!folder.path().join("dossier").exists());
    insta::assert_snapshot!("profiles", told);
}

/// The manifest of a dossier is refused in the same words, at its line.
#[test]
fn the_manifest_is_refused_in_the_same_words() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = "format = 1\ndsr = \"BIO-SGL-Va1\"\nprofiles = [\"Général\"]\n\n[product]\nvendor = \"V\"\nname = \"N\"\nversion = \"1\"\n";
    std::fs::write(folder.path().join("dossier.toml"), manifest).unwrap();
    let output = run(folder.path(), "fr", &["check", "."]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!("manifest", String::from_utf8_lossy(&output.stderr));
}

/// Every DSR that has a REM gives a dossier that its own check guides through: nothing but missing proofs.
#[test]
fn each_dsr_begins_with_a_dossier_that_guides() {
    let folder = tempfile::tempdir().unwrap();
    let list: Value = serde_json::from_str(&out(&run(
        folder.path(),
        "en",
        &["rem", "list", "--format", "json"],
    )))
    .unwrap();
    let mut begun = 0;
    for dsr in list["dsrs"].as_array().unwrap() {
        let id = dsr["id"].as_str().unwrap();
        let exclusive = dsr["profiles"]
            .as_array()
            .unwrap()
            .iter()
            .find(|profile| profile["kind"] == "exclusive")
            .map(|profile| profile["name"].as_str().unwrap().to_owned());
        let mut arguments = vec!["init", "--dsr", id];
        if let Some(name) = &exclusive {
            arguments.extend(["--profile", name]);
        }
        arguments.push(id);
        let output = run(folder.path(), "en", &arguments);
        if dsr["counts"]["proofs"] == 0 {
            assert!(!output.status.success());
            let shown = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(shown.contains("official workbook"), "{id}: {shown}");
            continue;
        }
        assert!(output.status.success(), "{id}");
        let path = folder.path().join(id).join("dossier.toml");
        let manifest = std::fs::read_to_string(&path).unwrap();
        // As written it says what to complete, with the line; completed, only proofs are missing.
        let output = run(folder.path(), "en", &["check", id]);
        assert_eq!(output.status.code(), Some(2), "{id}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("product.vendor"),
            "{id}"
        );
        std::fs::write(&path, manifest.replace("= \"\"", "= \"Essai\"")).unwrap();
        let output = run(folder.path(), "en", &["check", id, "--format", "json"]);
        assert_eq!(
            output.status.code(),
            Some(4),
            "{id}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let record: Value = serde_json::from_str(&out(&output)).unwrap();
        assert_eq!(record["verdict"], "missing", "{id}");
        let wrong: Vec<&Value> = record["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["severity"] == "error")
            .collect();
        assert!(wrong.is_empty(), "{id}: {wrong:?}");
        begun += 1;
    }
    assert_eq!(begun, 13);
}
