//! Each limit of `docs/limits.md`: the evidence that meets it is told, and the same evidence below it is not.

use std::fmt::Write as _;

use super::{run, samples, zip_of};
use conforme::checks::{Context, Options, Outcome, judge};
use conforme::evidence::Evidence;
use conforme::limits::{Limits, TABLE, Unit};

/// How a limit that is met is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Told {
    /// By a finding of this rule.
    By(&'static str),
    /// The file is not evaluated.
    NotEvaluated,
    /// By the command, which refuses the workbook.
    Refused(&'static str),
    /// By a finding of the dossier.
    Dossier(&'static str),
}

/// Evidence that meets a limit.
struct Case {
    /// What is set; the first is the limit that is tried.
    set: &'static [&'static str],
    name: &'static str,
    bytes: Vec<u8>,
    told: Told,
}

fn message() -> Vec<u8> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/testcases/evidence/hl7v2/_bases/adt_a01.hl7"
    );
    std::fs::read(path).unwrap()
}

fn mail(parts: usize, depth: usize) -> Vec<u8> {
    let mut text = String::from(
        "From: a@test.mssante.fr\r\nTo: b@test.mssante.fr\r\nSubject: x\r\nDate: Mon, 15 Jan 2024 10:00:00 +0100\r\nMessage-ID: <1@test>\r\nMIME-Version: 1.0\r\n",
    );
    for level in 0..depth {
        let _ = write!(
            text,
            "Content-Type: multipart/mixed; boundary=\"b{level}\"\r\n\r\n--b{level}\r\n"
        );
    }
    text.push_str("Content-Type: text/plain\r\n\r\nbonjour\r\n");
    for part in 1..parts {
        let _ = write!(
            text,
            "--b{}\r\nContent-Type: text/plain\r\n\r\npart {part}\r\n",
            depth - 1
        );
    }
    for level in (0..depth).rev() {
        let _ = write!(text, "--b{level}--\r\n");
    }
    text.into_bytes()
}

fn rem() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..50_u32 {
        for column in 0..10_u16 {
            sheet
                .write_string(row, column, format!("cellule {row} {column}"))
                .unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

fn cases() -> Vec<Case> {
    let document = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/testcases/evidence/hl7v2/_bases/cda.xml"
    ))
    .unwrap();
    let deep = format!("{}{}", "<a>".repeat(40), "</a>".repeat(40));
    let attributes: String = (0..40).fold(String::new(), |mut text, number| {
        let _ = write!(text, " a{number}='1'");
        text
    });
    let five: Vec<(String, Vec<u8>)> = (0..5).map(|n| (format!("{n}.txt"), vec![b'x'; 400])).collect();
    let five: Vec<(&str, &[u8])> = five
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let zeros = vec![b' '; 200_000];
    let inner = zip_of(&[("a.txt", b"bonjour a tous")]);
    let nested = zip_of(&[("interne.zip", &inner)]);
    let pdf = samples::pdf::with_text("Bonjour\nle monde", false);
    let table =
        b"mois;FINESS;nombre\n2024-01;300017985;10\n2024-02;300017985;11\n2024-03;300017985;12\n".to_vec();
    let case = |set, name, bytes, told| Case {
        set,
        name,
        bytes,
        told,
    };
    vec![
        case(&["file-bytes=100"], "m.hl7", message(), Told::By("HL7-LIMIT")),
        case(
            &["xml-depth=20"],
            "d.xml",
            deep.into_bytes(),
            Told::By("XML-LIMITS"),
        ),
        case(
            &["xml-attributes=20"],
            "d.xml",
            format!("<a{attributes}/>").into_bytes(),
            Told::By("XML-LIMITS"),
        ),
        case(
            &["archive-entries=3"],
            "a.zip",
            zip_of(&five),
            Told::By("ZIP-LIMIT-ENTRIES"),
        ),
        case(
            &["archive-bytes=1K"],
            "a.zip",
            zip_of(&five),
            Told::By("ZIP-LIMIT-SIZE"),
        ),
        case(
            &["archive-ratio=10", "archive-ratio-from=1K"],
            "a.zip",
            zip_of(&[("a.txt", &zeros)]),
            Told::By("ZIP-LIMIT-RATIO"),
        ),
        case(
            &["archive-ratio-from=1K"],
            "a.zip",
            zip_of(&[("a.txt", &zeros)]),
            Told::By("ZIP-LIMIT-RATIO"),
        ),
        case(
            &["nested-bytes=100"],
            "a.zip",
            nested.clone(),
            Told::By("ZIP-LIMIT-SIZE"),
        ),
        case(&["nesting=1"], "a.zip", nested, Told::By("DOSSIER-NESTING")),
        case(&["mime-parts=3"], "m.eml", mail(10, 1), Told::By("MAIL-LIMIT")),
        case(&["mime-depth=3"], "m.eml", mail(1, 10), Told::By("MAIL-LIMIT")),
        case(&["hl7-segments=3"], "m.hl7", message(), Told::By("HL7-LIMIT")),
        case(&["pdf-bytes=200"], "d.pdf", pdf.clone(), Told::NotEvaluated),
        case(&["pdf-nodes=5"], "d.pdf", pdf.clone(), Told::NotEvaluated),
        case(&["pdf-decoded-bytes=1"], "d.pdf", pdf, Told::NotEvaluated),
        case(
            &["workbook-bytes=1K"],
            "rem.xlsx",
            rem(),
            Told::Refused("limit workbook-bytes"),
        ),
        case(
            &["workbook-cells=10"],
            "rem.xlsx",
            rem(),
            Told::Refused("limit workbook-cells"),
        ),
        case(&["table-rows=2"], "t.csv", table.clone(), Told::By("TABLE-LIMIT")),
        case(
            &["table-columns=2"],
            "t.csv",
            table.clone(),
            Told::By("TABLE-LIMIT"),
        ),
        case(
            &["table-cell-characters=4"],
            "t.csv",
            table,
            Told::By("TABLE-LONG-CELL"),
        ),
        case(&["xpath-steps=1"], "d.xml", document, Told::By("CDA-SCH-DYNAMIC")),
        case(
            &["findings-per-file=2"],
            "m.hl7",
            b"MSH|^~\\&|A\rPID\rPV1\rZZ\r".to_vec(),
            Told::By("HL7-LIMIT"),
        ),
        case(
            &["dossier-files=1"],
            "dossier",
            Vec::new(),
            Told::Dossier("DOSSIER-LIMIT"),
        ),
        case(
            &["dossier-depth=1"],
            "dossier",
            Vec::new(),
            Told::Dossier("DOSSIER-LIMIT"),
        ),
        case(
            &["dossier-bytes=1K"],
            "dossier.zip",
            Vec::new(),
            Told::Dossier("DOSSIER-LIMIT"),
        ),
        case(
            &["dossier-ratio=2", "archive-ratio-from=1K"],
            "dossier.zip",
            Vec::new(),
            Told::Dossier("DOSSIER-ZIP"),
        ),
    ]
}

fn outcome(case: &Case, limits: &Limits) -> Outcome {
    let options = Options::default();
    judge(
        &Evidence::memory(case.name, case.bytes.clone()),
        &Context::new(limits, &options),
    )
}

/// Whether the limit is told in the judgement of the file.
fn told_alone(case: &Case, limits: &Limits) -> (bool, String) {
    let outcome = outcome(case, limits);
    let told = match case.told {
        Told::By(rule) => outcome.findings.iter().any(|finding| finding.rule == rule),
        Told::NotEvaluated => !outcome.not_evaluated.is_empty(),
        Told::Refused(_) | Told::Dossier(_) => unreachable!(),
    };
    let rules: Vec<&str> = outcome
        .findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect();
    (told, format!("{rules:?} {:?}", outcome.not_evaluated))
}

/// Whether the limit is told by the command.
fn told_by_command(case: &Case, set: &[&str]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(case.name);
    let mut arguments: Vec<&str> = set.iter().flat_map(|set| ["--limit", set]).collect();
    let manifest: &[u8] = b"format = 1\ndsr = \"HOP-PFI-Va1\"\nprofiles = [\"G\xc3\xa9n\xc3\xa9ral\"]\n\n[product]\nvendor = \"E\"\nname = \"P\"\nversion = \"1\"\n";
    let zeros = vec![b' '; 200_000];
    match case.told {
        Told::Refused(_) => {
            std::fs::write(&path, &case.bytes).unwrap();
            arguments.splice(0..0, ["rem", "import"]);
            arguments.push(path.to_str().unwrap());
        }
        _ if case.name == "dossier" => {
            std::fs::create_dir_all(path.join("preuves/a/b")).unwrap();
            std::fs::write(path.join("dossier.toml"), manifest).unwrap();
            std::fs::write(path.join("preuves/a/b/c.txt"), "x").unwrap();
            arguments.splice(0..0, ["check", "--format", "json"]);
            arguments.push(path.to_str().unwrap());
        }
        _ => {
            let bytes = zip_of(&[("dossier.toml", manifest), ("preuves/a.txt", &zeros)]);
            std::fs::write(&path, bytes).unwrap();
            arguments.splice(0..0, ["check", "--format", "json"]);
            arguments.push(path.to_str().unwrap());
        }
    }
    let output = run(&arguments);
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let told = match case.told {
        Told::Dossier(rule) => text.contains(&format!("\"rule\": \"{rule}\"")),
        Told::Refused(words) => text.contains(words),
        Told::By(_) | Told::NotEvaluated => unreachable!(),
    };
    (told, text.chars().take(600).collect())
}

#[test]
fn each_limit_is_told_when_it_is_met_and_only_then() {
    let mut faults = Vec::new();
    for case in cases() {
        let mut limits = Limits::default();
        for set in case.set {
            limits.set(set).unwrap();
        }
        let (met, free) = match case.told {
            Told::By(_) | Told::NotEvaluated => {
                (told_alone(&case, &limits), told_alone(&case, &Limits::default()))
            }
            Told::Refused(_) | Told::Dossier(_) => {
                (told_by_command(&case, case.set), told_by_command(&case, &[]))
            }
        };
        if !met.0 {
            faults.push(format!("{:?}: not told ({:?}): {}", case.set, case.told, met.1));
        }
        if free.0 {
            faults.push(format!("{:?}: told below the limit: {}", case.set, free.1));
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn each_limit_has_a_case() {
    /// Built whole only from `.ods`, which no writer here makes.
    const ELSEWHERE: [&str; 1] = ["workbook-dense-cells"];
    let cases = cases();
    let lacking: Vec<&str> = TABLE
        .iter()
        .map(|limit| limit.name)
        .filter(|name| !ELSEWHERE.contains(name))
        .filter(|name| {
            let start = format!("{name}=");
            !cases.iter().any(|case| case.set[0].starts_with(&start))
        })
        .collect();
    assert!(lacking.is_empty(), "limits without a case: {lacking:?}");
}

/// The table of the documentation is that of the program.
#[test]
fn the_documentation_lists_every_limit_with_its_default() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/limits.md");
    let page = std::fs::read_to_string(path).unwrap();
    let default = Limits::default();
    for limit in TABLE {
        let value = limit.of(&default);
        let shown = match limit.unit {
            Unit::Bytes if value.is_multiple_of(1 << 30) => format!("{}G", value >> 30),
            Unit::Bytes if value.is_multiple_of(1 << 20) => format!("{}M", value >> 20),
            _ => value.to_string(),
        };
        let row = format!("| `{}` | {shown} | {}", limit.name, limit.title.en);
        assert!(page.contains(&row), "docs/limits.md lacks: {row}");
    }
}

#[test]
fn a_wrong_limit_is_refused_with_the_names_that_exist() {
    let output = run(&["check", ".", "--limit", "archive-byte=1M"]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("archive-bytes"), "{error}");
}

/// Whoever reads the report of a run with other limits is told.
#[test]
fn changed_limits_are_in_the_record() {
    let dossier = super::sample();
    let output = run(&[
        "check",
        dossier.to_str().unwrap(),
        "--limit",
        "archive-bytes=60M",
        "--format",
        "json",
    ]);
    let record = String::from_utf8(output.stdout).unwrap();
    assert!(record.contains("DOSSIER-LIMITS-CHANGED") && record.contains("archive-bytes=62914560"));
}
