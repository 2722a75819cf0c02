//! What follows the filing: dates, the signed VA, the obligation of article L. 1111-15, through whole runs.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

const MANIFEST: &str = "format = 1\ndsr = \"HOP-PFI-Va1\"\nprofiles = [\"Général\"]\n\n[product]\nvendor = \"Éditeur\"\nname = \"Produit\"\nversion = \"1.0\"\n";
const SIGNED: &str = "Vérification d’aptitude\nFonction : plateforme d’intermédiation (PFI)\nCentre hospitalier d’essai, le 12/05/2022\nSigné électroniquement par Claire Exemple, directrice\n";

/// Ten documents a channel, `short` of them missing on MSSanté.
fn sendings(short: usize) -> String {
    let mut text = "date;FINESS;canal;identifiant du document;statut INS;résultat\n".to_owned();
    for (channel, count) in [("DMP", 10), ("MSS pro", 10 - short)] {
        for rank in 0..count {
            text.push_str(&format!(
                "2022-04-{:02};750803447;{channel};1.2.250.1.999.{rank};qualifiée;réussite\n",
                rank + 1
            ));
        }
    }
    text
}

/// Rule, severity and place of the findings of a check of a dossier with these dates and this VA.
fn check(tables: &str, document: &str, statistics: &str) -> Vec<(String, String, String)> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("va")).unwrap();
    std::fs::write(
        folder.path().join("dossier.toml"),
        format!("{MANIFEST}\n{tables}"),
    )
    .unwrap();
    std::fs::write(folder.path().join("va/va.txt"), document).unwrap();
    std::fs::write(folder.path().join("va/envois.csv"), statistics).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_conforme"))
        .args(["check", ".", "--format", "json", "--lang", "fr"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let record: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    record["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["severity"] != "info")
        .map(|finding| {
            (
                text(&finding["rule"]),
                text(&finding["severity"]),
                text(&finding["file"]),
            )
        })
        .filter(|(rule, ..)| {
            ["VA-", "STAT-", "TABLE-", "DOSSIER-CALENDAR"]
                .iter()
                .any(|family| rule.starts_with(family))
        })
        .collect()
}

fn told(rule: &str, file: &str) -> (String, String, String) {
    (rule.to_owned(), "error".to_owned(), file.to_owned())
}

const VA: &str = "[va]\ndocument = \"va/va.txt\"\nstatistics = [\"va/envois.csv\"]\n";

#[test]
fn a_va_signed_by_the_client_with_its_ten_documents() {
    assert_eq!(check(VA, SIGNED, &sendings(0)), vec![]);
}

#[test]
fn a_va_must_be_signed_dated_and_name_its_function() {
    for (lost, rule) in [
        (
            "Signé électroniquement par Claire Exemple, directrice",
            "VA-SIGNATURE",
        ),
        ("le 12/05/2022", "VA-DATE"),
        ("Fonction : plateforme d’intermédiation (PFI)", "VA-FUNCTION"),
    ] {
        assert_eq!(
            check(VA, &SIGNED.replace(lost, ""), &sendings(0)),
            vec![told(rule, "va/va.txt")],
            "{lost}"
        );
    }
}

#[test]
fn nine_documents_are_not_ten() {
    assert_eq!(
        check(VA, SIGNED, &sendings(1)),
        vec![told("STAT-THRESHOLD", "va/envois.csv")]
    );
}

#[test]
fn an_order_is_at_most_120_days_before_the_filing() {
    let dates = |order: &str| format!("[dates]\norder = {order}\nfiling = 2022-03-15\n");
    // 15 November 2021 is the 120th day before.
    assert_eq!(check(&dates("2021-11-15"), SIGNED, &sendings(0)), vec![]);
    assert_eq!(
        check(&dates("2021-11-14"), SIGNED, &sendings(0)),
        vec![told("DOSSIER-CALENDAR-ORDER-AGE", "dossier.toml")]
    );
}

/// INS/va1.62.02: the message received holds an INS that its status forbids, and the product must keep the patient
/// without it. Filed beside the result of the test it is looked at; filed as a message sent it is a fault.
#[test]
fn a_fault_that_the_scenario_plants_is_looked_at() {
    let pieces = Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/dossiers/pieces");
    let folder = tempfile::tempdir().unwrap();
    let manifest = MANIFEST
        .replace("HOP-PFI-Va1", "HOP-DPI-Va1")
        .replace("\"Général\"", "\"Général\", \"Intégration INS\"");
    std::fs::write(folder.path().join("dossier.toml"), manifest).unwrap();
    let received = std::fs::read_to_string(pieces.join("adt-a28.hl7"))
        .unwrap()
        .replace("VALI", "PROV");
    for proof in ["INS_va1.62.02.01", "INS_va1.61.01.01"] {
        let target = folder.path().join("preuves").join(proof);
        std::fs::create_dir_all(&target).unwrap();
        std::fs::write(target.join(format!("{proof}.hl7")), &received).unwrap();
        std::fs::copy(pieces.join("lien-interop.txt"), target.join("lien.txt")).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_conforme"))
        .args(["check", ".", "--format", "json"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let record: Value = serde_json::from_slice(&output.stdout).unwrap();
    let severity = |file: &str| -> Vec<String> {
        record["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| {
                finding["rule"] == "HL7-PID-3" && finding["file"].as_str().unwrap().ends_with(file)
            })
            .map(|finding| finding["severity"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(severity("INS_va1.62.02.01.hl7"), ["info"]);
    assert_eq!(severity("INS_va1.61.01.01.hl7"), ["error"]);
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("sans identité validée, comme le scénario le veut"));
}

#[test]
fn the_obligation_is_explained() {
    let explain = |id: &str, language: &str| -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_conforme"))
            .args(["explain", id, "--lang", language])
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
            .output()
            .unwrap();
        assert!(output.status.success(), "{id}");
        String::from_utf8(output.stdout).unwrap()
    };
    for language in ["fr", "en"] {
        insta::assert_snapshot!(format!("obligation_{language}"), explain("L1111-15", language));
        insta::assert_snapshot!(
            format!("obligation_type_{language}"),
            explain("11502-2", language)
        );
    }
}
