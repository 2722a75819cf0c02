//! Dossiers of all sorts, mostly bad ones: what `conforme check` says of them, and its exit code.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const MANIFEST: &str = "format = 1\ndsr = \"HOP-PFI-Va1\"\nprofiles = [\"Général\"]\n\n[product]\nvendor = \"Éditeur\"\nname = \"Produit\"\nversion = \"1.0\"\n";

/// A dossier under construction.
struct Draft(TempDir);

impl Draft {
    fn new(manifest: &str) -> Self {
        let draft = Self(TempDir::new().unwrap());
        draft.with("dossier.toml", manifest.as_bytes());
        draft
    }

    fn with(&self, path: &str, bytes: &[u8]) -> PathBuf {
        let target = self.path().join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(&target, bytes).unwrap();
        target
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn check(&self) -> Run {
        conforme(&["check", self.path().to_str().unwrap(), "--format", "json"])
    }
}

/// What a run of the binary gave.
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.stdout, self.stderr))
    }

    /// (rule, file, message) of every finding.
    fn findings(&self) -> Vec<(String, String, String)> {
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let record = self.json();
        let findings = record["findings"].as_array().unwrap();
        findings
            .iter()
            .map(|f| (text(&f["rule"]), text(&f["file"]), text(&f["message_en"])))
            .collect()
    }

    #[track_caller]
    fn has(&self, rule: &str, file: &str) -> String {
        let findings = self.findings();
        let found = findings.iter().find(|(r, f, _)| r == rule && f.contains(file));
        found
            .unwrap_or_else(|| panic!("no {rule} at {file} in {findings:#?}"))
            .2
            .clone()
    }
}

fn conforme(arguments: &[&str]) -> Run {
    let output: Output = Command::new(env!("CARGO_BIN_EXE_conforme"))
        .args(arguments)
        .env("CONFORME_LANG", "en")
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn an_empty_folder_is_nothing_to_check() {
    let folder = TempDir::new().unwrap();
    let run = conforme(&["check", folder.path().to_str().unwrap()]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("conforme init"), "{}", run.stderr);
}

#[test]
fn no_manifest_is_said_with_the_remedy() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.hl7"), "MSH|^~\\&|").unwrap();
    let run = conforme(&["check", folder.path().to_str().unwrap()]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("dossier.toml") && run.stderr.contains("conforme init"),
        "{}",
        run.stderr
    );
}

#[test]
fn no_such_folder() {
    let run = conforme(&["check", "does/not/exist"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("does/not/exist"), "{}", run.stderr);
}

#[test]
fn a_text_file_is_no_dossier() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("dossier.txt");
    fs::write(&file, "hello").unwrap();
    let run = conforme(&["check", file.to_str().unwrap()]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("neither a folder nor a readable zip"),
        "{}",
        run.stderr
    );
}

#[test]
fn every_fault_of_the_manifest_is_told_with_line_and_column() {
    let draft = Draft::new(
        &MANIFEST
            .replace("vendor", "vendeur")
            .replace("profiles =", "profils ="),
    );
    let run = draft.check();
    assert_eq!(run.code, 2);
    for expected in [
        "dossier.toml:3:1",
        "did you mean 'profiles'",
        "dossier.toml:6:1",
        "did you mean 'vendor'",
    ] {
        assert!(run.stderr.contains(expected), "{expected} not in {}", run.stderr);
    }
}

#[test]
fn an_unknown_dsr_suggests_the_nearest() {
    let run = Draft::new(&MANIFEST.replace("HOP-PFI-Va1", "HOP-PIF-Va1")).check();
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("dossier.toml:2:7") && run.stderr.contains("HOP-PFI-Va1"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_unknown_profile_suggests_the_nearest() {
    let run = Draft::new(&MANIFEST.replace("Général", "Operateur Mailis")).check();
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("Opérateur Mailiz"), "{}", run.stderr);
}

#[test]
fn exclusive_profiles_together_are_refused() {
    let manifest = MANIFEST.replace("HOP-PFI-Va1", "BIO-SGL-Va1").replace(
        "\"Général\"",
        "\"Référentiel d'identités\", \"Esclave de l'identité\"",
    );
    let run = Draft::new(&manifest).check();
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("Esclave de l"), "{}", run.stderr);
}

#[test]
fn a_dossier_without_proofs_lists_all_that_is_missing() {
    let run = Draft::new(MANIFEST).check();
    assert_eq!(run.code, 4, "{}", run.stderr);
    let record = run.json();
    assert_eq!(record["verdict"], "missing");
    assert!(record["counts"]["proofs"]["missing"].as_u64().unwrap() > 20);
}

#[test]
fn a_misspelt_proof_folder_suggests_the_nearest() {
    let draft = Draft::new(MANIFEST);
    draft.with("preuves/INS_va1.16.1.01/video.txt", b"x");
    let run = draft.check();
    assert_eq!(run.code, 1);
    assert!(
        run.has("DOSSIER-PROOF-UNKNOWN", "preuves/INS_va1.16.1.01")
            .contains("INS_va1.16.01.01")
    );
}

#[test]
fn a_declared_proof_that_the_rem_does_not_know() {
    let draft = Draft::new(&format!(
        "{MANIFEST}\n[[proof]]\nid = \"INS/va1.16.01.99\"\nfiles = [\"a.txt\"]\n"
    ));
    draft.with("a.txt", b"some text\n");
    let run = draft.check();
    assert_eq!(run.code, 1);
    assert!(
        run.has("DOSSIER-PROOF-UNKNOWN", "dossier.toml")
            .contains("did you mean")
    );
}

#[test]
fn a_pattern_that_matches_nothing() {
    let draft = Draft::new(&format!(
        "{MANIFEST}\n[[proof]]\nid = \"INS/va1.16.01.01\"\nfiles = [\"videos/*.mp4\"]\n"
    ));
    let run = draft.check();
    assert_eq!(run.code, 1);
    run.has("DOSSIER-PATTERN-EMPTY", "dossier.toml");
}

#[test]
fn a_path_that_leaves_the_dossier_is_not_read() {
    let draft = Draft::new(&format!(
        "{MANIFEST}\n[[proof]]\nid = \"INS/va1.16.01.01\"\nfiles = [\"../secret.txt\", \"/etc/passwd\"]\n"
    ));
    let run = draft.check();
    assert_eq!(run.code, 1);
    run.has("DOSSIER-PATH-OUTSIDE", "dossier.toml");
    assert!(!run.stdout.contains("root:"));
}

#[test]
fn unused_files_and_empty_files_are_told() {
    let draft = Draft::new(MANIFEST);
    draft.with("notes/brouillon.txt", b"x\n");
    draft.with("preuves/TBB_va1.01.01.03/extraction.csv", b"");
    let run = draft.check();
    run.has("DOSSIER-FILE-UNUSED", "notes/brouillon.txt");
    run.has("DOSSIER-EMPTY-FILE", "extraction.csv");
}

#[test]
fn a_proof_declared_without_object_is_not_missing() {
    let draft = Draft::new(&format!(
        "{MANIFEST}\n[[proof]]\nid = \"INS/va1.16.01.01\"\nnot_applicable = \"interface absente\"\n"
    ));
    let record = draft.check().json();
    let proof = find_proof(&record, "INS/va1.16.01.01");
    assert_eq!(proof["verdict"], "not_applicable");
    assert!(
        proof["reason"]["fr"]
            .as_str()
            .unwrap()
            .contains("interface absente")
    );
}

fn find_proof<'a>(record: &'a serde_json::Value, id: &str) -> &'a serde_json::Value {
    record["requirements"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|requirement| requirement["scenarios"].as_array().unwrap())
        .flat_map(|scenario| scenario["proofs"].as_array().unwrap())
        .find(|proof| proof["id"] == id)
        .unwrap()
}

#[test]
fn the_wrong_kind_of_file_is_named() {
    let draft = Draft::new(MANIFEST);
    draft.with("preuves/INTRA_va1.01.01.03/archive.csv", b"a;b\n1;2\n");
    let run = draft.check();
    assert_eq!(run.code, 1);
    assert!(run.has("DOSSIER-KIND", "archive.csv").contains("CSV file"));
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_even_in_a_loop() {
    let draft = Draft::new(MANIFEST);
    fs::create_dir_all(draft.path().join("preuves")).unwrap();
    std::os::unix::fs::symlink(draft.path(), draft.path().join("preuves/boucle")).unwrap();
    let run = draft.check();
    run.has("DOSSIER-LINK", "preuves/boucle");
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf8_is_told_and_the_file_checked() {
    use std::os::unix::ffi::OsStrExt as _;
    let draft = Draft::new(MANIFEST);
    let folder = draft.path().join("preuves/TBB_va1.01.01.03");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(std::ffi::OsStr::from_bytes(b"ann\xe9e.csv")), b"").unwrap();
    let run = draft.check();
    run.has("DOSSIER-NAME", "TBB_va1.01.01.03");
    run.has("DOSSIER-EMPTY-FILE", "TBB_va1.01.01.03");
}

#[test]
fn a_file_beyond_the_limit_is_hashed_not_loaded() {
    let draft = Draft::new(MANIFEST);
    let path = draft.with(
        "preuves/DMP_va1.01.01.01/video.mp4",
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
    );
    fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(600 << 20)
        .unwrap();
    let run = draft.check();
    let record = run.json();
    let file = record["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["path"] == "preuves/DMP_va1.01.01.01/video.mp4")
        .unwrap();
    assert_eq!(file["size"], 600_u64 << 20);
    assert_eq!(file["kind"], "video");
}

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_zip_dossier_gives_the_record_of_its_folder() {
    let draft = Draft::new(MANIFEST);
    draft.with(
        "preuves/TBB_va1.01.01.03/extraction.csv",
        b"mois;nombre\n2022-01;10\n",
    );
    let folder = draft.check();
    let archive = TempDir::new().unwrap();
    for prefix in ["", "mon-dossier/"] {
        let path = archive.path().join("dossier.zip");
        let names = [
            format!("{prefix}dossier.toml"),
            format!("{prefix}preuves/TBB_va1.01.01.03/extraction.csv"),
        ];
        fs::write(
            &path,
            zip_of(&[
                (&names[0], MANIFEST.as_bytes()),
                (&names[1], b"mois;nombre\n2022-01;10\n"),
            ]),
        )
        .unwrap();
        let run = conforme(&["check", path.to_str().unwrap(), "--format", "json"]);
        assert_eq!(run.code, folder.code);
        assert_eq!(run.stdout, folder.stdout);
    }
}

#[test]
fn a_bomb_in_a_zip_dossier_is_refused_and_the_rest_checked() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("dossier.zip");
    let zeros = vec![0_u8; 64 << 20];
    fs::write(
        &path,
        zip_of(&[
            ("dossier.toml", MANIFEST.as_bytes()),
            ("preuves/TBB_va1.01.01.03/bombe.csv", &zeros),
            ("../dehors.txt", b"x"),
            ("notes.txt", b"x\n"),
        ]),
    )
    .unwrap();
    let run = conforme(&["check", path.to_str().unwrap(), "--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    run.has("DOSSIER-ZIP", "bombe.csv");
    run.has("DOSSIER-ZIP", "../dehors.txt");
    run.has("DOSSIER-FILE-UNUSED", "notes.txt");
}

#[test]
fn the_record_does_not_depend_on_place_threads_or_language() {
    let first = Draft::new(MANIFEST);
    let second = Draft::new(MANIFEST);
    for draft in [&first, &second] {
        for (number, name) in ["b", "a", "c"].iter().enumerate() {
            draft.with(
                &format!("preuves/TBB_va1.01.01.0{}/{name}.csv", number + 1),
                b"x;y\n1;2\n",
            );
        }
    }
    let one = conforme(&[
        "check",
        first.path().to_str().unwrap(),
        "--format",
        "json",
        "--jobs",
        "1",
    ]);
    let two = conforme(&[
        "check",
        second.path().to_str().unwrap(),
        "--format",
        "json",
        "--jobs",
        "4",
        "--lang",
        "fr",
    ]);
    assert_eq!(one.stdout, two.stdout);
    assert!(!one.stdout.contains(first.path().to_str().unwrap()));
}

#[test]
fn a_review_settles_what_a_human_must_see_until_the_file_changes() {
    let draft = Draft::new(MANIFEST);
    let proof = "TBB/va1.01.01.01";
    let file = draft.with(
        "preuves/TBB_va1.01.01.01/format.txt",
        "Format des extractions : une ligne par mois et par canal.\n".as_bytes(),
    );
    assert_eq!(find_proof(&draft.check().json(), proof)["verdict"], "to_review");
    let folder = draft.path().to_str().unwrap();
    let set = conforme(&[
        "review",
        "set",
        proof,
        folder,
        "--decision",
        "accepted",
        "--examiner",
        "E. Xaminatrice",
        "--date",
        "2022-04-01",
    ]);
    assert_eq!(set.code, 0, "{}", set.stderr);
    let record = draft.check().json();
    assert_eq!(find_proof(&record, proof)["verdict"], "conform");
    assert_eq!(find_proof(&record, proof)["review"]["examiner"], "E. Xaminatrice");
    fs::write(file, "autre chose\n").unwrap();
    let run = draft.check();
    assert_eq!(find_proof(&run.json(), proof)["verdict"], "to_review");
    run.has("DOSSIER-REVIEW-STALE", "revue.toml");
}

#[test]
fn a_waiver_accepts_an_error_until_its_expiry() {
    let draft = Draft::new(MANIFEST);
    draft.with("preuves/TBB_va1.01.01.03/extraction.csv", b"");
    let folder = draft.path().to_str().unwrap().to_owned();
    let proof = "TBB/va1.01.01.03";
    assert_eq!(find_proof(&draft.check().json(), proof)["verdict"], "non_conform");
    let add = conforme(&[
        "waiver",
        "add",
        &folder,
        "--rule",
        "DOSSIER-EMPTY-FILE",
        "--proof",
        proof,
        "--reason",
        "essai",
        "--authority",
        "ANS",
        "--date",
        "2022-01-01",
        "--expiry",
        "2022-12-31",
    ]);
    assert_eq!(add.code, 0, "{}", add.stderr);
    let on = |date: &str, more: &[&str]| {
        let mut arguments = vec!["check", folder.as_str(), "--format", "json", "--date", date];
        arguments.extend(more);
        conforme(&arguments)
    };
    let waived = on("2022-06-01", &[]);
    assert_eq!(waived.json()["counts"]["waived_findings"], 1);
    assert_ne!(find_proof(&waived.json(), proof)["verdict"], "non_conform");
    assert_eq!(
        find_proof(&on("2022-06-01", &["--no-waivers"]).json(), proof)["verdict"],
        "non_conform"
    );
    let late = on("2023-01-01", &[]);
    assert_eq!(find_proof(&late.json(), proof)["verdict"], "non_conform");
    late.has("DOSSIER-WAIVER-EXPIRED", "derogations.toml");
}

#[test]
fn a_skeleton_is_a_dossier_and_is_never_overwritten() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("nouveau");
    let shown = path.to_str().unwrap();
    let run = conforme(&[
        "init",
        "--dsr",
        "HOP-PFI-Va1",
        "--profile",
        "Opérateur Mailiz",
        shown,
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let notice = fs::read_to_string(path.join("preuves/INTRA_va1.01.01.01/LISEZMOI.md")).unwrap();
    assert!(notice.contains("INTRA/va1.01.01.01"), "{notice}");
    let again = conforme(&["init", "--dsr", "HOP-PFI-Va1", shown]);
    assert_eq!(again.code, 2);
    let manifest = fs::read_to_string(path.join("dossier.toml")).unwrap();
    fs::write(path.join("dossier.toml"), manifest.replace("= \"\"", "= \"x\"")).unwrap();
    let run = conforme(&["check", shown, "--format", "json"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert_eq!(run.json()["findings"].as_array().unwrap().len(), 0);
}
