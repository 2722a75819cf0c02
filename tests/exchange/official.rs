//! IHE_XDM archives, XDS metadata, and the CDA header they are compared with.

use conforme::checks::{Context, Options};
use conforme::engines::xml::{BeforeDeclaration, Document, ParseOptions};
use conforme::evidence::Evidence;
use conforme::evidence::archive::Archive;
use conforme::evidence::cda_header::CdaHeader;
use conforme::evidence::element::Element;
use conforme::evidence::xds::Submission;
use conforme::finding::Severity;
use conforme::limits::Limits;

/// Every official document and its metadata are read, and the header has what every conform document has.
#[test]
fn official_headers_and_metadata_are_read() {
    let options = ParseOptions {
        before_declaration: BeforeDeclaration::Skip,
        ..ParseOptions::default()
    };
    for path in crate::support::reference_files("xdm", "zip") {
        let evidence = Evidence::open(&path, "a.zip").unwrap();
        let mut archive = Archive::open(&evidence, &Limits::default());
        let metadata = archive.extract("IHE_XDM/SUBSET01/METADATA.XML").unwrap();
        let document = archive.extract("IHE_XDM/SUBSET01/DOC0001.XML").unwrap();
        assert_eq!(archive.take_findings(), [], "{path:?}");
        let metadata = Document::parse(&metadata, &options).unwrap();
        let submission = Submission::read(Element::root(&metadata)).unwrap();
        assert_eq!(submission.submission_sets().count(), 1, "{path:?}");
        let entry = &submission.documents[0];
        let tree = Document::parse(&document, &options).unwrap();
        let header = CdaHeader::read(&tree).unwrap();
        let id = header.id.as_ref().unwrap();
        let unique = entry.identifier("uniqueId").unwrap();
        assert!(unique.value.starts_with(&id.value.root), "{path:?}");
        assert!(id.spot.line > 1 && id.spot.path.ends_with("id"), "{:?}", id.spot);
        assert!(
            header.ins().is_some() || header.patients[0].ids.len() == 1,
            "{path:?}"
        );
        assert!(header.code.is_some() && header.title.is_some() && header.level().is_some());
        assert!(!header.authors.is_empty() && header.legal_authenticator.is_some());
        assert!(header.encounter.unwrap().facility.is_some());
        assert!(header.service_events[0].practice_setting.is_some(), "{path:?}");
        assert!(
            header.patients[0].birth_name.is_some() && header.patients[0].birth_given.is_some(),
            "{path:?}"
        );
    }
}

/// What each official archive breaks of our rules: identifiers, severity and place, nothing of its content.
#[test]
fn official_archives_break_what_is_known() {
    let files = crate::support::reference_files("xdm", "zip");
    let mut report = String::new();
    let mut errors = Vec::new();
    for path in &files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let evidence = Evidence::open(path, "archive.zip").unwrap();
        let (limits, options) = (Limits::default(), Options::default());
        let outcome = Context::new(&limits, &options).judge(&evidence);
        report.push_str(&format!("{name}\n"));
        let mut findings: Vec<_> = outcome
            .findings
            .iter()
            .filter(|finding| {
                ["ZIP-", "XDM-", "XDS-"]
                    .iter()
                    .any(|family| finding.rule.starts_with(family))
            })
            .collect();
        findings.sort_by_key(|finding| finding.sort_key());
        for finding in findings {
            let place = finding.place.to_string().replace("archive.zip › ", "");
            report.push_str(&format!(
                "  {} {} {place}\n",
                finding.severity.as_str(),
                finding.rule
            ));
            if finding.severity == Severity::Error {
                errors.push(format!("{name}: {} {}", finding.rule, finding.message.fr));
            }
        }
    }
    assert_eq!(errors, [""; 0]);
    if !files.is_empty() {
        insta::assert_snapshot!("official_archives", report);
    }
}
