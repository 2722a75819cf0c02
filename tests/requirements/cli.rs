//! `conforme rem` as users see it.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::workbook::{Sheet, xlsx};

const HEADERS: &str = "id exigence|arbitrage|REM|ID Section|reference|reference vague1|profil|section|bloc|fonction|Description vague 1|Description modifiée|note interne|ref scenario|scenario|preuve|id exigence socle|reference socle";

/// A pre-publication workbook of our own, with a note that must appear nowhere.
fn workbook(statement: &str, proof: &str) -> Vec<u8> {
    xlsx(&[Sheet::new("prepub_avec_scenarios", HEADERS)
        .row(&format!("1|Approuvée|PFI|INS|INS/va1.16|INS.16|Général|INS|Bloc|Fonction|{statement}||NOTE DE M. DURAND|16.01|Étapes|{proof}|2|SC.INS/va1.16"))
        .row("3|Approuvée|PFI|MSS|MSS/va1.12|MSS.12|Opérateur Mailis|MSS|Bloc|Fonction|Le système PEUT|||MSS/va1.12.01|Étapes|MSS/va1.12.01.01 : TBD|4|")])
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_conforme"))
        .arg("rem")
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env_remove("CONFORME_LANG")
        .env("LC_ALL", "C")
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    assert!(!String::from_utf8_lossy(&output.stdout).contains("DURAND"));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("DURAND"));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let proof = "INS/va1.16.01.01 : Dump du message";
    std::fs::write(
        folder.path().join("avant.xlsx"),
        workbook("Le système DOIT recevoir l’INS", proof),
    )
    .unwrap();
    let proof = "INS/va1.16.01.01 : Dump du message reçu¶INS/va1.16.01.02 : Capture d'écran";
    std::fs::write(
        folder.path().join("apres.xlsx"),
        workbook("Le système DOIT recevoir et afficher l’INS", proof),
    )
    .unwrap();
    std::fs::write(folder.path().join("page.xlsx"), "<html><table></table></html>").unwrap();
    folder
}

#[test]
fn import_tells_what_it_read() {
    let folder = folder();
    let french = run(folder.path(), &["import", "avant.xlsx"]);
    assert_eq!(french.status.code(), Some(0));
    insta::assert_snapshot!("import_fr", out(&french));
    insta::assert_snapshot!(
        "import_en",
        out(&run(folder.path(), &["import", "avant.xlsx", "--lang", "en"]))
    );
    let refused = run(folder.path(), &["import", "page.xlsx"]);
    assert_eq!(refused.status.code(), Some(2));
    insta::assert_snapshot!("import_refused", out(&refused));
}

#[test]
fn import_json_has_the_shape_promised() {
    let folder = folder();
    let output = run(folder.path(), &["import", "apres.xlsx", "--format", "json"]);
    let value: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(
        (&value["file"], &value["layout"], &value["header_row"]),
        (&"apres.xlsx".into(), &"VA1-18".into(), &1.into())
    );
    assert_eq!(
        (&value["dsr"], &value["wave"]),
        (&"HOP-PFI-Va1".into(), &1.into())
    );
    let counts = &value["counts"];
    for (key, wanted) in [
        ("rows", 2),
        ("requirements", 2),
        ("scenarios", 2),
        ("proofs", 3),
        ("proof_ids", 3),
    ] {
        assert_eq!(counts[key], wanted, "{key}");
    }
    for diagnostic in value["diagnostics"].as_array().unwrap() {
        for key in ["code", "severity", "sheet", "cell", "message"] {
            assert!(diagnostic[key].is_string(), "{key} of {diagnostic}");
        }
    }
    let refused = run(folder.path(), &["import", "page.xlsx", "--format", "json"]);
    let value: Value = serde_json::from_str(&out(&refused)).unwrap();
    assert_eq!(
        (refused.status.code(), &value["diagnostics"][0]["code"]),
        (Some(2), &"NOT_A_WORKBOOK".into())
    );
}

#[test]
fn the_catalogue_is_listed() {
    let folder = folder();
    let value: Value =
        serde_json::from_str(&out(&run(folder.path(), &["list", "--format", "json"]))).unwrap();
    let dsrs = value["dsrs"].as_array().unwrap();
    assert!(dsrs.len() >= 18);
    for dsr in dsrs {
        let (counts, machine) = (&dsr["counts"], &dsr["machine"]);
        let sum: u64 = ["full", "partial", "none"]
            .iter()
            .map(|key| machine[key].as_u64().unwrap())
            .sum();
        assert_eq!(counts["proofs"].as_u64().unwrap(), sum, "{}", dsr["id"]);
        let embedded = dsr["source"] != "official_workbook_needed";
        assert_eq!(
            embedded,
            counts["requirements"].as_u64().unwrap() > 0,
            "{}",
            dsr["id"]
        );
        assert_eq!(dsr["profiles"][0]["kind"], "mandatory");
    }
    let human = out(&run(folder.path(), &["list"]));
    assert!(human.contains("le classeur officiel est nécessaire") && human.contains("BIO-LOINC-Va1"));
}

#[test]
fn show_and_diff() {
    let folder = folder();
    insta::assert_snapshot!(
        "show_fr",
        out(&run(
            folder.path(),
            &["show", "INS/va1.16", "--dsr", "HOP-PFI-Va1"]
        ))
    );
    insta::assert_snapshot!(
        "show_workbook_en",
        out(&run(
            folder.path(),
            &["show", "INS/va1.16.01.02", "--file", "apres.xlsx", "--lang", "en"]
        ))
    );
    insta::assert_snapshot!(
        "diff_fr",
        out(&run(folder.path(), &["diff", "avant.xlsx", "apres.xlsx"]))
    );
    let unknown = run(folder.path(), &["show", "INS/va1.l6", "--dsr", "HOP-PFI-Va1"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("vouliez-vous dire INS/va1.16"));
    let value: Value = serde_json::from_str(&out(&run(
        folder.path(),
        &["diff", "avant.xlsx", "apres.xlsx", "--format", "json"],
    )))
    .unwrap();
    assert_eq!(value["proofs"]["added"], 1);
    assert_eq!(value["requirements"]["changed"], 1);
}
