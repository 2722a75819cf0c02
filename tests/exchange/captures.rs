//! SOAP messages as people capture them: what HTTP or a log writes before the envelope is skipped, and lines are those of
//! the file.

use conforme::checks::{Context, Options};
use conforme::evidence::{Evidence, Kind};
use conforme::limits::Limits;

use crate::cases::built;

#[test]
fn what_stands_before_an_envelope_is_skipped() {
    let sound = String::from_utf8(built("soap.xml", &[])).unwrap();
    let changed = sound.replacen("TESTEUR Camille", "AUTRE Camille", 1);
    let (limits, options) = (Limits::default(), Options::default());
    let digest = |text: &str| {
        let evidence = Evidence::memory("trace.txt", text.as_bytes().to_vec());
        assert_eq!(evidence.kind(), Kind::Soap);
        let outcome = Context::new(&limits, &options).judge(&evidence);
        assert!(outcome.facts.documents.len() > 1, "the documents are read");
        let wrong = outcome
            .findings
            .iter()
            .find(|finding| finding.rule == "VIHF-DIGEST");
        wrong.map(|finding| finding.place.line.unwrap())
    };
    let line = digest(&changed).unwrap();
    for before in [
        "POST /dmp HTTP/1.1\r\nHost: essai\r\nContent-Type: text/xml; charset=utf-8\r\nSOAPAction: \"\"\r\n\r\n",
        "POST /dmp HTTP/1.1\nContent-Type: application/soap+xml\n\n",
        "2024-01-04 15:10:00 INFO request:\n",
        "2024-01-04 15:10:00 INFO request:\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
    ] {
        let lines = before.matches('\n').count() as u32;
        assert_eq!(
            digest(&format!("{before}{changed}")),
            Some(line + lines),
            "{before}"
        );
        assert_eq!(digest(&format!("{before}{sound}\n")), None, "{before}");
    }
}

#[test]
fn a_log_with_more_than_an_envelope_stays_a_log() {
    let sound = String::from_utf8(built("soap.xml", &[])).unwrap();
    let log = format!("2024-01-04 15:10:00 INFO request:\n{sound}\n2024-01-04 15:10:01 INFO done\n");
    assert_eq!(Evidence::memory("trace.log", log.into_bytes()).kind(), Kind::Text);
}
