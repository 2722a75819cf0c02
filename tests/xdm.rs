//! IHE_XDM archives, XDS metadata, and the CDA header they are compared with.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use conforme::engines::xml::{BeforeDeclaration, Document, ParseOptions};
use conforme::evidence::Evidence;
use conforme::evidence::archive::Archive;
use conforme::evidence::cda_header::CdaHeader;
use conforme::evidence::element::Element;
use conforme::evidence::xds::Submission;
use conforme::limits::Limits;

/// Every official document and its metadata are read, and the header has what every conform document has.
#[test]
fn official_headers_and_metadata_are_read() {
    let options = ParseOptions {
        before_declaration: BeforeDeclaration::Skip,
        ..ParseOptions::default()
    };
    for path in support::reference_files("xdm", "zip") {
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

#[test]
fn explore() {
    let mut counts = std::collections::BTreeMap::new();
    for path in support::reference_files("xdm", "zip") {
        let evidence = Evidence::open(&path, &path.file_name().unwrap().to_string_lossy()).unwrap();
        let (limits, options) = (Limits::default(), conforme::checks::Options::default());
        let context = conforme::checks::Context {
            limits: &limits,
            options: &options,
        };
        for finding in context.judge(&evidence).findings {
            *counts
                .entry((finding.severity, finding.rule.clone()))
                .or_insert(0) += 1;
            if std::env::var("SHOW").is_ok_and(|show| {
                show == finding.rule || (show == "E" && finding.severity.as_str() == "error")
            }) {
                println!(
                    "{} {} {} {:?}",
                    finding.rule, finding.place, finding.message.fr, finding.place.path
                );
            }
        }
    }
    println!("{counts:#?}");
}
