//! The times of the entry: creation, start and end of the act.

use super::Comparison;
use super::words as rule;
use crate::evidence::cda_header::ServiceEvent;
use crate::evidence::hl7_time::Timestamp;
use crate::finding::Severity;

impl Comparison<'_> {
    pub(super) fn times(&mut self) {
        let (entry, header) = (self.entry, self.header);
        if let (Some(found), Some(time)) = (entry.value("creationTime"), &header.effective_time)
            && !same_time(&time.value, &found.value)
        {
            self.differs(
                &rule::CREATION,
                &found.spot,
                ("creationTime", "creationTime"),
                &utc(&time.value),
                &found.value,
            );
        }
        for (metadatum, bound) in [("serviceStartTime", true), ("serviceStopTime", false)] {
            let of = |event: &ServiceEvent| {
                if bound {
                    event.time.low.clone()
                } else {
                    event.time.high.clone()
                }
            };
            let first = header.service_events.first().and_then(of);
            let found = entry.value(metadatum).filter(|value| !value.value.is_empty());
            match (found, first) {
                (Some(found), Some(expected)) if !same_time(&expected, &found.value) => {
                    let another = header
                        .service_events
                        .iter()
                        .skip(1)
                        .filter_map(of)
                        .any(|time| same_time(&time, &found.value));
                    let severity = if another {
                        Severity::Warning
                    } else {
                        Severity::Error
                    };
                    let what = (metadatum, metadatum);
                    self.differs_as(
                        &rule::SERVICE_TIME,
                        severity,
                        &found.spot,
                        what,
                        &utc(&expected),
                        &found.value,
                    );
                }
                (None, Some(expected)) if !bound => {
                    let what = (metadatum, metadatum);
                    self.differs_as(
                        &rule::SERVICE_TIME,
                        Severity::Warning,
                        &entry.spot,
                        what,
                        &utc(&expected),
                        "",
                    );
                }
                _ => {}
            }
        }
    }
}

fn utc(text: &str) -> String {
    Timestamp::parse(text).map_or_else(|| text.to_owned(), |time| time.utc())
}

/// Whether the metadata time is that of the CDA in UTC. A CDA time without offset may be of any French clock: the same
/// digits, or one or two hours less.
fn same_time(cda: &str, metadata: &str) -> bool {
    let (Some(expected), Some(found)) = (Timestamp::parse(cda), Timestamp::parse(metadata)) else {
        // What is no time is reported by its own rule.
        return true;
    };
    if expected.agrees(&found) {
        return true;
    }
    !expected.zoned()
        && ["+0100", "+0200"]
            .iter()
            .filter_map(|offset| Timestamp::parse(&format!("{}{offset}", cda.trim())))
            .any(|local| local.agrees(&found))
}
