//! Every folder of `testcases/engines/xsd`: a schema and documents with what must be found in them.

use std::path::Path;

use serde::Deserialize;

use super::{Schema, SchemaErrorKind, ViolationKind};
use crate::engines::xml::{Document, ParseOptions};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    xml: String,
    /// `line:column Kind`, in order.
    #[serde(default)]
    expected: Vec<String>,
    /// What the first violation says may stand there.
    wanted: Option<String>,
}

fn compile(folder: &Path) -> Schema {
    let loader = |path: &str| std::fs::read(folder.join(path)).map_err(|error| error.to_string());
    Schema::compile(&loader, "schema.xsd").unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
}

fn kind(kind: &ViolationKind) -> String {
    let debug = format!("{kind:?}");
    debug.split([' ', '{']).next().unwrap_or_default().to_owned()
}

#[test]
fn every_case_of_the_folder() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/engines/xsd");
    let mut folders: Vec<_> = std::fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let mut seen = std::collections::BTreeSet::new();
    for folder in folders {
        let schema = compile(&folder);
        let text = std::fs::read_to_string(folder.join("cases.toml")).unwrap();
        let cases: Cases =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for case in cases.case {
            let document = Document::parse_text(&case.xml, &ParseOptions::default()).unwrap();
            let violations = schema.validate(&document, 100);
            let found: Vec<String> = violations
                .iter()
                .map(|one| {
                    format!(
                        "{}:{} {}",
                        one.position.line,
                        one.position.column,
                        kind(&one.kind)
                    )
                })
                .collect();
            assert_eq!(found, case.expected, "{}: {}", folder.display(), case.name);
            seen.extend(violations.iter().map(|one| kind(&one.kind)));
            if let Some(wanted) = case.wanted {
                let expected = match &violations[0].kind {
                    ViolationKind::UnexpectedElement { expected, .. }
                    | ViolationKind::MissingElement { expected, .. } => expected.join(", "),
                    other => panic!("{}: {other:?} names nothing expected", case.name),
                };
                assert_eq!(expected, wanted, "{}", case.name);
            }
        }
    }
    assert!(seen.len() >= 16, "kinds of violations met: {seen:?}");
}

fn refused(schema: &str) -> SchemaErrorKind {
    let text = format!(
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns='urn:t' targetNamespace='urn:t'>{schema}</xs:schema>"
    );
    let loader = |path: &str| {
        if path == "schema.xsd" {
            Ok(text.clone().into_bytes())
        } else {
            Err("absent".to_owned())
        }
    };
    Schema::compile(&loader, "schema.xsd").unwrap_err().kind
}

#[test]
fn a_schema_that_cannot_be_used_is_refused_with_the_reason() {
    use SchemaErrorKind as Kind;
    assert!(matches!(
        refused("<xs:element name='a' type='nowhere'/>"),
        Kind::Missing { what: "type", .. }
    ));
    assert!(matches!(
        refused("<xs:element name='a' type='u:b'/>"),
        Kind::Prefix(_)
    ));
    assert!(matches!(
        refused("<xs:include schemaLocation='absent.xsd'/>"),
        Kind::Unreadable(_)
    ));
    assert!(matches!(
        refused(
            "<xs:complexType name='a'><xs:complexContent><xs:extension base='a'/></xs:complexContent></xs:complexType>"
        ),
        Kind::Circular { .. }
    ));
    assert!(matches!(
        refused(
            "<xs:group name='g'><xs:sequence><xs:group ref='g'/></xs:sequence></xs:group><xs:complexType name='a'><xs:group ref='g'/></xs:complexType>"
        ),
        Kind::Unsupported(_)
    ));
    assert!(matches!(
        refused(
            "<xs:simpleType name='a'><xs:restriction base='xs:string'><xs:pattern value='('/></xs:restriction></xs:simpleType>"
        ),
        Kind::Pattern { .. }
    ));
    assert!(matches!(
        refused(
            "<xs:complexType name='a'><xs:sequence minOccurs='900' maxOccurs='900'><xs:element name='x' maxOccurs='900'/></xs:sequence></xs:complexType>"
        ),
        Kind::TooComplex(_)
    ));
    assert!(matches!(
        refused("<xs:element name='a'/><xs:element name='a'/>"),
        Kind::Invalid(_)
    ));
    assert!(matches!(
        refused("<xs:redefine schemaLocation='x'/>"),
        Kind::Unsupported(_)
    ));
}
