// What the fuzz targets and their smoke run in `tests/hardening` feed with bytes. Nothing here may panic, whatever the
// bytes; time and memory are bounded by the limits below.

use std::io::{Cursor, Write as _};
use std::sync::Arc;

use conforme::checks::{self, Context, INTERNAL, Options};
use conforme::engines::schematron::{self, EvaluateOptions};
use conforme::engines::xml::{Document, ParseOptions};
use conforme::engines::xpath::{
    Evaluator, Focus, NoResolver, NodeRef, Program, Resolver, Scope, StaticContext,
};
use conforme::engines::{xml, xsd};
use conforme::evidence::Evidence;
use conforme::limits::Limits;
use conforme::requirements::workbook::{ImportOptions, import_bytes};

/// A target: its name, what it does with bytes, and the files of `testcases` it starts from (folder, extension).
pub(crate) type Target = (&'static str, fn(&[u8]), &'static [(&'static str, &'static str)]);

/// Every target.
pub(crate) const TARGETS: &[Target] = &[
    ("xpath", xpath, &[("testcases/engines/xpath", "toml")]),
    ("schematron", schematron, &[("testcases/packs/cda-socle", "sch")]),
    ("xsd", xsd, &[("testcases/engines", "xsd")]),
    ("cda", cda, &[("testcases/evidence/hl7v2/_bases", "xml")]),
    ("hl7v2", hl7v2, &[("testcases/evidence/hl7v2/_bases", "hl7")]),
    (
        "hl7v2_profile",
        hl7v2_profile,
        &[
            ("testcases/evidence/hl7v2/_profiles", "xml"),
            ("testcases/profiles/hl7v2", "toml"),
        ],
    ),
    ("workbook", workbook, &[("testcases", "xlsx")]),
    ("table", table, &[("testcases", "csv"), ("testcases", "json")]),
    ("archive", archive, &[("testcases", "zip")]),
    ("mail", mail, &[("testcases", "eml")]),
    ("pdf", pdf, &[("testcases", "pdf")]),
    ("manifest", manifest, &[("testcases/dossiers", "toml")]),
    ("record", record, &[("reports", "json")]),
];

fn limits() -> Limits {
    Limits {
        xpath_steps: 200_000,
        archive_bytes: 4 << 20,
        nested_bytes: 8 << 20,
        workbook_bytes: 16 << 20,
        pdf_decoded_bytes: 8 << 20,
        ..Limits::default()
    }
}

/// Judges the bytes as a file of this name; a panic of a check is caught by the tool itself, and is one here.
fn judge(name: &str, data: &[u8]) {
    let limits = limits();
    let options = Options::default();
    let outcome = checks::judge(
        &Evidence::memory(name, data.to_vec()),
        &Context::new(&limits, &options),
    );
    if let Some(finding) = outcome
        .findings
        .iter()
        .find(|finding| finding.rule == INTERNAL.id)
    {
        panic!("{}", finding.message.en);
    }
}

/// The bytes before the first NUL, and those after it.
fn halves(data: &[u8]) -> (&[u8], &[u8]) {
    let end = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (first, second) = data.split_at(end);
    (first, second.strip_prefix(b"\0").unwrap_or(second))
}

const SAMPLE: &[u8] =
    b"<a xmlns='urn:hl7-org:v3' b='1'><id root='1.2.3'/><c>12</c><c>2024-01-15</c><!-- d --></a>";

fn document(data: &[u8]) -> Option<Document> {
    let data = if data.is_empty() { SAMPLE } else { data };
    Document::parse(data, &ParseOptions::default()).ok()
}

/// An expression, NUL, a document.
pub(crate) fn xpath(data: &[u8]) {
    let (expression, data) = halves(data);
    let (Ok(expression), Some(document)) = (std::str::from_utf8(expression), document(data)) else {
        return;
    };
    let context = StaticContext {
        namespaces: vec![("cda".to_owned(), "urn:hl7-org:v3".to_owned())],
        element_namespace: String::new(),
        base_uri: String::new(),
    };
    for expression in expression.lines().take(20) {
        let mut program = Program::new(Arc::new(NoResolver), ParseOptions::default());
        let Ok(compiled) = program.compile(expression, &context, &Scope::default()) else {
            continue;
        };
        let evaluator = Evaluator::new(&program, &document, "", 200_000);
        let _ = evaluator.value(&compiled, &Focus::node(NodeRef::main(xml::NodeId::DOCUMENT)));
    }
}

struct Memory(Vec<u8>);

impl Resolver for Memory {
    fn resolve(&self, _base: &str, reference: &str) -> String {
        reference.to_owned()
    }

    fn read(&self, address: &str) -> std::io::Result<Vec<u8>> {
        if address == "schema" {
            return Ok(self.0.clone());
        }
        Err(std::io::Error::new(std::io::ErrorKind::NotFound, "nothing there"))
    }
}

/// A Schematron schema, NUL, a document.
pub(crate) fn schematron(data: &[u8]) {
    let (schema, data) = halves(data);
    let Ok((schema, _)) = schematron::Schema::load("schema", Arc::new(Memory(schema.to_vec()))) else {
        return;
    };
    if let Some(document) = document(data) {
        let options = EvaluateOptions {
            steps: 200_000,
            ..EvaluateOptions::default()
        };
        let _ = schema.evaluate(&document, "", &options);
    }
}

/// An XML schema, NUL, a document.
pub(crate) fn xsd(data: &[u8]) {
    let (schema, data) = halves(data);
    let loader = |path: &str| {
        if path == "schema.xsd" {
            Ok(schema.to_vec())
        } else {
            Err("nothing there".to_owned())
        }
    };
    let Ok(schema) = xsd::Schema::compile(&loader, "schema.xsd") else {
        return;
    };
    if let Some(document) = document(data) {
        let _ = schema.validate(&document, 1_000);
    }
}

/// A CDA document.
pub(crate) fn cda(data: &[u8]) {
    judge("document.xml", data);
}

/// HL7 v2 messages.
pub(crate) fn hl7v2(data: &[u8]) {
    judge("message.hl7", data);
}

/// An HL7 v2 profile of the user.
pub(crate) fn hl7v2_profile(data: &[u8]) {
    let _ = checks::hl7v2::profile::import("profile", data);
}

/// A REM workbook; or its sheet, NUL, its strings, since damage to a compressed part is seen before the part is read.
pub(crate) fn workbook(data: &[u8]) {
    let options = ImportOptions {
        limits: limits(),
        ..ImportOptions::default()
    };
    if data.starts_with(b"PK") || data.starts_with(b"\xd0\xcf") {
        let _ = import_bytes("rem.xlsx", data, &options);
        return;
    }
    let (sheet, strings) = halves(data);
    let parts: [(&str, &[u8]); 5] = [
        (
            "[Content_Types].xml",
            b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
        ),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
    ];
    let _ = import_bytes("rem.xlsx", &stored(parts.into_iter()), &options);
}

const WORKBOOK: &[u8] = b"<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' \
xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'>\
<sheets><sheet name='Exigences' sheetId='1' r:id='r1'/></sheets></workbook>";

const RELATIONS: &[u8] = b"<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>\
<Relationship Id='r1' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet' \
Target='worksheets/sheet1.xml'/>\
<Relationship Id='r2' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings' \
Target='sharedStrings.xml'/></Relationships>";

/// A zip of members that are not compressed.
fn stored<'a>(members: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in members.take(32) {
        if writer.start_file(name, options).is_ok() {
            let _ = writer.write_all(content);
        }
    }
    writer.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// A table of statistics or of LOINC codes.
pub(crate) fn table(data: &[u8]) {
    judge("extraction.csv", data);
}

/// A zip archive, IHE_XDM or any other; or its members, each a name, NUL, its content, NUL.
pub(crate) fn archive(data: &[u8]) {
    if data.starts_with(b"PK") {
        judge("IHE_XDM.ZIP", data);
        return;
    }
    let mut rest = data;
    let members = std::iter::from_fn(|| {
        let (name, after) = halves(rest);
        let (content, after) = halves(after);
        rest = after;
        Some((
            std::str::from_utf8(name).ok().filter(|name| !name.is_empty())?,
            content,
        ))
    });
    judge("IHE_XDM.ZIP", &stored(members));
}

/// A mail.
pub(crate) fn mail(data: &[u8]) {
    judge("courriel.eml", data);
}

/// A PDF.
pub(crate) fn pdf(data: &[u8]) {
    judge("document.pdf", data);
}

/// The manifest of a dossier, its waivers, its reviews.
pub(crate) fn manifest(data: &[u8]) {
    let _ = conforme::dossier::parse_manifest("dossier.toml", data);
    let _ = conforme::verdict::waivers::Waivers::parse(data, Some("2026-01-15"));
    let _ = conforme::verdict::reviews::Reviews::parse(data);
}

/// A record, and the reports of it.
pub(crate) fn record(data: &[u8]) {
    let _ = conforme::reports::parse_record("record.json", data);
}
