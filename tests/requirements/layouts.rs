//! Every layout and every quirk, on small workbooks of our own.

use conforme::requirements::{Class, Import, ImportOptions, Nature, Refusal, Status, import_bytes};

use super::workbook::{Cell, Sheet, line, xlsx, xlsx_with_prolog};

const PUB34: &str = "Périmètre|ID|Chapitre|Fonction|Exigence|Commentaire|Nature de l'exigence|Profil|N° scénario|Scénario de conformité|N° preuve 1|Preuve 1|N° preuve 2|Preuve 2|Statut publication|VA N-1|Criticité|Ordre";
const VA1_18: &str = "id exigence|arbitrage|REM|ID Section|reference|reference vague1|profil|section|bloc|fonction|Description vague 1|Description modifiée|note interne|ref scenario|scenario|preuve|id exigence socle|reference socle";

fn read(name: &str, sheets: &[Sheet]) -> Import {
    import_bytes(name, &xlsx(sheets), &ImportOptions::default()).unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn refused(bytes: &[u8]) -> Box<Refusal> {
    import_bytes("refus.xlsx", bytes, &ImportOptions::default()).expect_err("must be refused")
}

fn codes(found: &Import) -> Vec<&'static str> {
    found
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code.id)
        .collect()
}

fn cell_of(found: &Import, code: &str) -> String {
    found
        .diagnostics
        .iter()
        .find(|diagnostic| diagnostic.code.id == code)
        .map_or_else(
            || panic!("no {code} in {:?}", codes(found)),
            |diagnostic| diagnostic.cell().to_owned(),
        )
}

#[test]
fn publication_34() {
    let sheet = Sheet::new("Exigences", PUB34)
        .row("Vague 1|INS/va1.61|Bloc|Fonction|Le système DOIT émettre||EXIGENCE|Général|INS/va1.61.01|Étapes|INS/va1.61.01.01|Dump du message|||||Majeure|1")
        .row("Vague 1|INS/va1.61|Bloc|Fonction|Le système DOIT émettre||EXIGENCE|Général|INS/va1.61.02|Autres étapes|INS/va1.61.02.01|Vidéo|INS/va1.61.02.02|Attestation|||Majeure|2")
        .row("Vague 1|MSS/va1.30|Bloc|Fonction|Le système PEUT avertir|||Opérateur Mailiz||||||||||3");
    let found = read("rem-hop-dpi-va1.xlsx", &[sheet]);
    assert_eq!((found.layout, found.header_row), ("PUB34", 1));
    assert_eq!(found.dsr.as_deref(), Some("HOP-DPI-Va1"));
    assert_eq!(found.wave, Some(1));
    let counts = found.counts;
    assert_eq!(
        (
            counts.rows,
            counts.requirements,
            counts.scenarios,
            counts.proofs,
            counts.proof_ids
        ),
        (3, 2, 2, 3, 3)
    );
    let referential = &found.referentials[0];
    let first = &referential.requirements[0];
    assert_eq!(first.section, "INS");
    assert_eq!(first.cell, "Exigences!B2");
    assert_eq!(first.conditional, Some(false));
    assert_eq!(first.scenarios[0].proofs[0].class, Class::Hl7v2);
    assert_eq!(first.scenarios[1].proofs[1].class, Class::Attestation);
    let second = &referential.requirements[1];
    assert_eq!(second.nature, Nature::Preconisation, "read from the statement");
    assert_eq!(second.conditional, Some(true));
    assert!(!found.has_errors());
    // The profile is none of HOP-DPI-Va1.
    assert_eq!(codes(&found), ["PROFILE_UNKNOWN"]);
}

#[test]
fn headers_anywhere_in_any_order_and_spelling() {
    let sheet = Sheet::new("Feuil2", "Un titre")
        .row("")
        .row("PREUVE 1|colonne à nous|n°\u{a0}Exigence :|PROFIL|Énonce de l’exigence¶(DOIT) ou de la préconisation (PEUT)|Section|ID Section|Bloc|fonction|Nature de l'exigence|N° scenario|Scénario de conformité|N° preuve 1")
        .row("Une vidéo|?|PSC.01|Général|Le système DOIT|Nom|PSC|B|F|EXIGENCE|PSC.01.01|Étapes|PSC.01.01.01");
    let found = read("x.xlsx", &[Sheet::new("Lisez-moi", "bonjour"), sheet]);
    assert_eq!(
        (found.layout, found.sheet.as_str(), found.header_row),
        ("PUB31", "Feuil2", 3)
    );
    let codes = codes(&found);
    for code in ["SHEET_BY_HEADERS", "HEADER_ROW", "COLUMN_UNKNOWN", "EXTRA_SHEET"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    assert_eq!(cell_of(&found, "COLUMN_UNKNOWN"), "B3");
    let requirement = &found.referentials[0].requirements[0];
    assert_eq!(
        (
            requirement.id.as_str(),
            requirement.scenarios[0].proofs[0].text.fr.as_ref()
        ),
        ("PSC.01", "Une vidéo")
    );
}

#[test]
fn prepublication_with_its_quirks_and_without_its_notes() {
    let sheet = Sheet::new("prepub_avec_scenarios", VA1_18)
        .row("1|Approuvée|BIO|PSC|PSC/va1.01|PSC.01|Général|PSC|B|F|Le système DOIT||SECRET DE M. DURAND|01|Étapes|01.01 : Vidéo. Pour un client lourd, veuillez déposer la preuve PSC 1.2.1|2|SC.PSC/va1.01")
        .row("1|Approuvée|BIO|PSC|PSC/va1.01|PSC.01|Général|PSC|B|F|Le système DOIT||SECRET DE M. DURAND|02|Étapes|02.01 : Vidéo. Pour une solution web, veuillez déposer la preuve PSC 1.1.1|2|SC.PSC/va1.01")
        .row("3|Obsolète|BIO|INS|\u{a0}INS/va1.39|INS.39|Général|INS|B|F|ancien|Le système DOIT tracer||INS/va1.39.01|Étapes|39.01.01 : Logs¶* détail¶INS/va1.39.01.02 : [Si option] Copie d'écran¶ : TBD|4|")
        .row("5|A retravailler|LGC|INS|INS/va1.40||Médecin traitant|INS|B|F||||INS/va1.40.01|Étapes||6|");
    let found = read("import_gsheet.xlsx", &[sheet]);
    assert_eq!(found.layout, "VA1-18");
    assert_eq!(
        (
            found.counts.rows,
            found.counts.requirements,
            found.counts.scenarios,
            found.counts.proofs,
            found.counts.proof_ids
        ),
        (4, 3, 4, 5, 4)
    );
    assert_eq!(found.dsr, None, "two DSRs");
    let names: Vec<&str> = found
        .referentials
        .iter()
        .map(|referential| referential.dsr.as_str())
        .collect();
    assert_eq!(names, ["BIO-SGL-Va1", "MDV-LGC-Va1"]);
    let bio = found.referential(Some("BIO-SGL-Va1")).unwrap();
    let psc = &bio.requirements[0];
    assert_eq!(psc.scenarios[0].id, "PSC/va1.01.01");
    assert_eq!(psc.scenarios[0].written.as_deref(), Some("01"));
    assert_eq!(psc.scenarios[0].proofs[0].id, "PSC/va1.01.01.01");
    assert_eq!(psc.scenarios[0].proofs[0].alternatives, ["PSC/va1.01.02.01"]);
    assert_eq!(psc.statement, "Le système DOIT");
    let ins = &bio.requirements[1];
    assert_eq!(
        (ins.id.as_str(), ins.status, ins.statement.as_str()),
        ("INS/va1.39", Status::Obsolete, "Le système DOIT tracer")
    );
    let proofs = &ins.scenarios[0].proofs;
    assert_eq!(proofs[0].id, "INS/va1.39.01.01");
    assert_eq!(proofs[0].text.fr, "Logs\n* détail");
    assert_eq!(proofs[1].condition.as_deref(), Some("Si option"));
    assert!(proofs[2].synthetic && proofs[2].is_placeholder());
    assert_eq!(proofs[2].id, "INS/va1.39.01.03");
    let codes = codes(&found);
    for code in [
        "ID_RELATIVE",
        "ID_TRIMMED",
        "PROOF_NO_ID",
        "PROOF_PLACEHOLDER",
        "PROOF_REFERENCE",
        "OBSOLETE",
        "SEVERAL_DSR",
        "SCENARIO_NO_PROOF",
        "COLUMN_DROPPED",
    ] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    // Notes name persons and vendors: they appear nowhere.
    let everything = format!("{found:?}") + &serde_json::to_string(&found.referentials).unwrap();
    assert!(!everything.contains("DURAND"));
}

#[test]
fn convergence_is_read_as_text_and_keeps_what_is_no_markup() {
    let headers = "Périmètre|ID|Chapitre|Fonction|Exigence|Commentaire|Profil|N° scénario|Scénario de conformité|N° preuve|Preuve|Profil historique|Criticité|Ordre";
    let sheet = Sheet::new("Exigences", headers)
        .row("Vague 2|MSS/CONF.25|B|F|<p class=\"mb-1\">Le syst&egrave;me DOIT</p><ul><li>objet <NOM> <date de naissance></li></ul>||Général|MSS/CONF.25.01|<p>&Eacute;tapes</p>|MSS/CONF.25.01.01|<p>Source SMTP&nbsp;du message</p>||Majeure|1")
        .row("Vague 2|MSS/CONF.25|B|F|<p class=\"mb-1\">Le syst&egrave;me DOIT</p><ul><li>objet <NOM> <date de naissance></li></ul>||Général|MSS/CONF.25.01|<p>&Eacute;tapes</p>|MSS/CONF.25.01.02|<p>Capture d&rsquo;&eacute;cran</p>||Majeure|1");
    let found = read("EXPORT_CONVERGENCE_01022023_PFI_J1.xlsx", &[sheet]);
    assert_eq!(
        (found.layout, found.dsr.as_deref()),
        ("CONV14", Some("HOP-PFI-Va2"))
    );
    let requirement = &found.referentials[0].requirements[0];
    assert_eq!(
        requirement.statement,
        "Le système DOIT\n* objet <NOM> <date de naissance>"
    );
    assert_eq!(requirement.nature, Nature::Exigence);
    let proofs = &requirement.scenarios[0].proofs;
    assert_eq!(
        (proofs.len(), proofs[0].class, proofs[1].class),
        (2, Class::MailMss, Class::Demo)
    );
    assert!(codes(&found).is_empty(), "{:?}", codes(&found));
}

#[test]
fn consultation_files() {
    let sheet = Sheet::new("Feuil1", "ID Exigence|Profil|Section (Domaine)|Bloc|Fonction| Nature de l'exigence|Evolution|Commentaire ANS / DNS / CNAM|Enoncé de l'exigence - Itération #1|Ancien énoncé|Remarques éditeurs")
        .row("INS/va1.61|Général|INS|B|F|CRI|Stable|publié|Le système DOIT|autre|M. DURAND")
        .row("TBB.04|Général|TBB|B|F|PRECO|Obsolète||Le système PEUT||");
    let found = read("all_pub_it1.xlsx", &[sheet]);
    assert_eq!(found.layout, "CONC11");
    assert_eq!(
        (found.counts.rows, found.counts.requirements, found.counts.proofs),
        (2, 2, 0)
    );
    let requirements = &found.referentials[0].requirements;
    assert_eq!(
        (
            requirements[0].nature,
            requirements[0].statement.as_str(),
            requirements[0].comment.as_str()
        ),
        (Nature::Exigence, "Le système DOIT", "publié")
    );
    assert_eq!(
        (requirements[1].nature, requirements[1].status),
        (Nature::Preconisation, Status::Obsolete)
    );
    assert!(!format!("{found:?}").contains("DURAND"));
}

#[test]
fn an_eleventh_proof_comes_back_to_its_place() {
    let mut headers = "Périmètre|ID|Chapitre|Fonction|Exigence|Commentaire|Nature de l'exigence|Profil|N° scénario|Scénario de conformité".to_owned();
    let mut row = "Vague 2|MSS/UX.01|B|F|Le système DOIT||EXIGENCE|Général|MSS/UX.01.01|Étapes".to_owned();
    for number in 1..=10 {
        headers.push_str(&format!("|N° preuve {number}|Preuve {number}"));
        row.push_str(&format!("|MSS/UX.01.01.{number:02}|Vidéo {number}"));
    }
    headers.push_str("|Statut publication|VA N-1|Criticité|Ordre");
    row.push_str("|MSS/UX.01.01.11|Vidéo 11|Majeure|1");
    let found = read("x.xlsx", &[Sheet::new("Exigences", &headers).row(&row)]);
    assert_eq!(cell_of(&found, "PROOF_OVERFLOW"), "AE2");
    assert_eq!(found.counts.proofs, 11);
    let proofs = &found.referentials[0].requirements[0].scenarios[0].proofs;
    assert_eq!(
        (proofs[10].id.as_str(), proofs[10].text.fr.as_ref()),
        ("MSS/UX.01.01.11", "Vidéo 11")
    );
}

#[test]
fn rows_that_cannot_be_read_are_left_out_and_told() {
    let sheet = Sheet::new("Exigences", PUB34)
        .row("|NON|Général|MSS/CDA||||||||||||||")
        .row("Vague 2||B|F|Le système DOIT||EXIGENCE|Général|PSC.01.01|Étapes|PSC.01.01.01|Vidéo||||||")
        .cells({
            let mut cells = line("Vague 2||B|F|Le système DOIT||EXIGENCE|Général||||||||||");
            cells[1] = Cell::from(44_927.0);
            cells
        })
        .row("Vague 2|PSC.02|B|F|Le système DOIT||EXIGENCE|Général|PSC.02.01|Étapes|PSC.02.01.01|Vidéo|PSC.02.01.03|Attestation||||4");
    let found = read("x.xlsx", &[sheet]);
    assert!(found.has_errors());
    assert_eq!(cell_of(&found, "ROW_SHIFTED"), "B2");
    assert_eq!(cell_of(&found, "ROW_NO_ID"), "B3");
    assert_eq!(cell_of(&found, "ID_NOT_TEXT"), "B4");
    assert_eq!(cell_of(&found, "PROOF_ORDER"), "K5");
    assert_eq!(found.counts.requirements, 1);
}

#[test]
fn merged_cells_carry_their_value_down() {
    let mut sheet = Sheet::new("Exigences", PUB34)
        .row("Vague 2|PSC.01|B|F|Le système DOIT||EXIGENCE|Général|PSC.01.01|Étapes|PSC.01.01.01|Vidéo||||||")
        .row("||||||||PSC.01.02|Étapes|PSC.01.02.01|Vidéo||||||");
    sheet.merged = vec!["A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:E3", "G2:G3", "H2:H3"];
    let found = read("x.xlsx", &[sheet]);
    assert_eq!(
        (
            found.counts.requirements,
            found.counts.scenarios,
            found.counts.rows
        ),
        (1, 2, 2)
    );
    assert_eq!(cell_of(&found, "MERGED_CELLS"), "A3");
    assert!(!found.has_errors());
}

#[test]
fn contradictions_are_errors_and_both_are_kept() {
    let sheet = Sheet::new("Exigences", PUB34)
        .row("Vague 2|PSC.01|B|F|Le système DOIT||EXIGENCE|Général|PSC.01.01|Étapes|PSC.01.01.01|Vidéo||||||")
        .row("Vague 2|PSC.01|B|F|Le système PEUT||EXIGENCE|IAM|PSC.01.01|Étapes|PSC.01.01.01|Attestation||||||")
        .row("Vague 2|PSC.02|B|F|Le système DOIT||EXIGENCE|Général|PSC.02.01|Étapes|PSC.01.01.01|Vidéo||||||");
    let found = read("x.xlsx", &[sheet]);
    assert_eq!(cell_of(&found, "REQ_CONFLICT"), "B3");
    assert_eq!(cell_of(&found, "PROOF_ID_CONFLICT"), "K3");
    assert_eq!(cell_of(&found, "PROOF_ID_REUSED"), "K4");
    assert_eq!(found.referentials[0].requirements.len(), 3);
    assert_eq!(found.counts.requirements, 2);
}

#[test]
fn a_proof_without_identifier_takes_the_first_free_number_however_far() {
    let mut sheet = Sheet::new("Exigences", PUB34);
    let row = |id: &str, text: &str| {
        format!("Vague 2|PSC.01|B|F|Le système DOIT||EXIGENCE|Général|PSC.01.01|Étapes|{id}|{text}||||||")
    };
    for number in 201..=400 {
        sheet = sheet.row(&row(&format!("PSC.01.01.{number}"), &format!("Vidéo {number}")));
    }
    let sheet = sheet.row(&row("", "Attestation")).row(&row("", "Journal"));
    let found = read("x.xlsx", &[sheet]);
    let proofs = &found.referentials[0].requirements[0].scenarios[0].proofs;
    let last: Vec<&str> = proofs[200..].iter().map(|proof| proof.id.as_str()).collect();
    assert_eq!(last, ["PSC.01.01.401", "PSC.01.01.402"]);
    assert_eq!(found.counts.proofs, proofs.len() as u64);
}

#[test]
fn repeated_oddities_are_told_once() {
    let mut sheet = Sheet::new("Exigences", PUB34);
    for number in 0..200 {
        sheet = sheet.row(&format!(
            "Vague 2|X.{number:05}|B|F|Le système DOIT||EXIGENCE|Général||||||||||"
        ));
    }
    let found = read("x.xlsx", &[sheet]);
    let grammar: Vec<_> = found
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code.id == "ID_GRAMMAR")
        .collect();
    assert_eq!((grammar.len(), grammar[0].count), (1, 200));
    assert!(grammar[0].occurrences.len() <= 20);
    assert!(grammar[0].message().fr.contains("200 fois"));
}

#[test]
fn refusals_say_why() {
    let missing = refused(&xlsx(&[
        Sheet::new("Exigences", &PUB34.replace("|ID|", "|")).row("a")
    ]));
    assert_eq!(
        (missing.code, missing.nearest_layout.as_deref()),
        ("HEADER_MISSING", Some("PUB34"))
    );
    assert_eq!(missing.missing, ["N° exigence"]);
    assert!(missing.headers_seen.contains(&"Chapitre".to_owned()));
    assert_eq!(
        refused(&xlsx(&[Sheet::new("Exigences", "rien")])).code,
        "HEADER_NOT_FOUND"
    );
    assert_eq!(
        refused(&xlsx(&[Sheet {
            name: "Exigences".into(),
            ..Sheet::default()
        }]))
        .code,
        "EMPTY_SHEET"
    );
    assert_eq!(refused(b"").code, "NOT_A_WORKBOOK");
    assert_eq!(refused(b"<html></html>").code, "NOT_A_WORKBOOK");
    let whole = xlsx(&[Sheet::new("Exigences", PUB34)]);
    assert_eq!(refused(&whole[..whole.len() / 2]).code, "NOT_A_WORKBOOK");
    let dtd = xlsx_with_prolog(
        &[Sheet::new("Exigences", PUB34)],
        "<!DOCTYPE x [<!ENTITY a \"b\">]>",
    );
    assert_eq!(refused(&dtd).code, "XML_DTD");
    let wanted = ImportOptions {
        sheet: Some("Absente".into()),
        ..ImportOptions::default()
    };
    assert_eq!(
        import_bytes("x.xlsx", &whole, &wanted).expect_err("sheet").code,
        "SHEET_NOT_FOUND"
    );
    let mut small = ImportOptions::default();
    small.limits.workbook_bytes = 100;
    assert_eq!(
        import_bytes("x.xlsx", &whole, &small).expect_err("limit").code,
        "LIMITS"
    );
}

#[test]
fn a_choice_of_sheet_is_obeyed() {
    let first =
        Sheet::new("Exigences", PUB34).row("Vague 2|PSC.01|B|F|Le système DOIT||EXIGENCE|Général||||||||||");
    let second = Sheet::new("Copie", PUB34);
    let wanted = ImportOptions {
        sheet: Some("Copie".into()),
        ..ImportOptions::default()
    };
    let found = import_bytes("x.xlsx", &xlsx(&[first, second]), &wanted).unwrap();
    assert_eq!((found.sheet.as_str(), found.counts.rows), ("Copie", 0));
    assert!(codes(&found).contains(&"NO_ROWS"));
}

#[test]
fn damaged_files_never_panic() {
    let whole =
        xlsx(&[Sheet::new("Exigences", PUB34)
            .row("Vague 2|PSC.01|B|F|Le système DOIT||EXIGENCE|Général||||||||||")]);
    for position in (0..whole.len()).step_by(7) {
        let mut broken = whole.clone();
        broken[position] ^= 0x5a;
        let _ = import_bytes("x.xlsx", &broken, &ImportOptions::default());
    }
}

/// Rows are read ahead on a second thread where there is one: nothing that is said of them may depend on it.
#[test]
fn one_thread_or_two_read_the_same() {
    let headers = "ID|Exigence|Profil|N° scénario|Scénario de conformité|N° preuve|Preuve";
    let mut sheet = Sheet::new("Exigences", headers);
    for number in 10..900 {
        let id = format!("GEN/S{}.{:02}", number / 90, 10 + number % 90);
        // Every fiftieth row has no identifier: merged cells are looked for, and the rows read anew.
        let written = if number % 50 == 49 { "" } else { id.as_str() };
        sheet = sheet.row(&format!(
            "{written}|Le système DOIT {number}|Général|{id}.01|Étapes|{id}.01.01|Vidéo {number}"
        ));
    }
    let bytes = xlsx(&[sheet]);
    let read = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| import_bytes("rem.xlsx", &bytes, &ImportOptions::default()).unwrap())
    };
    let (alone, together) = (read(1), read(2));
    assert!(alone.counts.rows > 800, "{:?}", alone.counts);
    assert_eq!(format!("{alone:?}"), format!("{together:?}"));
}
