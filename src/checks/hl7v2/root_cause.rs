//! One fault, one finding. What a precise rule says at a place is not said again there by a general one; a rule says a
//! place once; what an error explains (`testcases/profiles/hl7v2/causes.toml`) is left out.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::finding::{Finding, Severity};

use super::rules::PREFIX;

/// Rules that look at every field alike: any other error at the place says more.
const GENERAL: [&str; 4] = ["CE-SYS", "REPEAT", "TYPE", "MSH-R"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Causes {
    cause: Vec<Cause>,
}

/// An error that explains others.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cause {
    rule: String,
    explains: Vec<String>,
    within: Within,
}

/// How far a cause reaches.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Within {
    /// Where one path is inside the other.
    Place,
    /// The same field of the same segment.
    Field,
    /// The same segment.
    Segment,
    /// The whole message.
    Message,
}

const EMBEDDED: &str = include_str!("../../../testcases/profiles/hl7v2/causes.toml");

static CAUSES: LazyLock<Vec<Cause>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the embedded causes are part of the program")]
    // invariant: a unit test reads the same file.
    let causes: Causes = toml::from_str(EMBEDDED).expect("embedded HL7 v2 causes");
    causes.cause
});

/// Keeps, of the findings of one message, those that say something of their own.
pub(super) fn keep_root_causes(findings: &mut Vec<Finding>) {
    let errors: Vec<(String, String)> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| (bare(finding).to_owned(), path(finding).to_owned()))
        .collect();
    let mut seen = BTreeSet::new();
    findings.retain(|finding| {
        let (rule, place) = (bare(finding), path(finding));
        let milder = finding.severity != Severity::Error
            && place.contains('-')
            && errors.iter().any(|(known, at)| known == rule && at == place);
        let general = GENERAL.contains(&rule)
            && errors.iter().any(|(known, at)| {
                !GENERAL.contains(&known.as_str()) && at.contains('-') && overlap(at, place)
            });
        let explained = CAUSES
            .iter()
            .filter(|cause| cause.explains.iter().any(|explained| explained == rule))
            .any(|cause| {
                errors
                    .iter()
                    .any(|(known, at)| *known == cause.rule && cause.within.reaches(at, place))
            });
        let again = !seen.insert((finding.rule.clone(), finding.place.clone(), finding.severity));
        !(milder || general || explained || again)
    });
}

/// The identifier of the rule without the prefix of the family.
fn bare(finding: &Finding) -> &str {
    finding.rule.strip_prefix(PREFIX).unwrap_or(&finding.rule)
}

fn path(finding: &Finding) -> &str {
    finding.place.path.as_deref().unwrap_or_default()
}

/// One path is inside the other.
fn overlap(one: &str, other: &str) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// `PID[1]` of `PID[1]-5[2].7`.
fn segment(path: &str) -> &str {
    path.split_once('-').map_or(path, |(segment, _)| segment)
}

/// `PID[1]-5` of `PID[1]-5[2].7`.
fn field(path: &str) -> &str {
    let Some(dash) = path.find('-') else { return path };
    let digits = path
        .get(dash + 1..)
        .unwrap_or_default()
        .bytes()
        .take_while(u8::is_ascii_digit)
        .count();
    path.get(..dash + 1 + digits).unwrap_or(path)
}

impl Within {
    fn reaches(self, cause: &str, other: &str) -> bool {
        match self {
            Self::Place => overlap(cause, other),
            Self::Field => field(cause) == field(other),
            Self::Segment => segment(cause) == segment(other),
            Self::Message => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules;
    use super::*;

    #[test]
    fn the_embedded_causes_load_and_name_rules_that_exist() {
        let causes: Causes = toml::from_str(EMBEDDED).unwrap_or_else(|error| panic!("{error}"));
        for cause in &causes.cause {
            for rule in cause.explains.iter().chain([&cause.rule]) {
                assert!(rules::find(rule).is_some(), "{rule} is no rule");
            }
            assert!(
                !cause.explains.contains(&cause.rule),
                "{} explains itself",
                cause.rule
            );
        }
    }

    #[test]
    fn places_are_compared_by_field_and_by_path() {
        assert_eq!(field("PID[1]-5[2].7"), "PID[1]-5");
        assert_eq!(field("PID[1]-32"), "PID[1]-32");
        assert_eq!(field("PID[1]"), "PID[1]");
        assert!(Within::Field.reaches("PID[1]-5[1].7", "PID[1]-5"));
        assert!(!Within::Field.reaches("PID[1]-5[1].7", "PID[1]-7"));
        assert!(Within::Segment.reaches("OBX[1]-2", "OBX[1]-14"));
        assert!(!Within::Segment.reaches("OBX[1]-2", "OBX[12]-14"));
        assert!(Within::Place.reaches("AL1[1]", "AL1[1]-3"));
        assert!(!Within::Place.reaches("AL1[1]", "PV1[1]-3"));
    }
}
