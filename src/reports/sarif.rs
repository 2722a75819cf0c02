//! `sarif`: SARIF 2.1.0 for code-scanning services. Only the part of the model that says something here.
//!
//! Paths are relative to the repository; a finding in a member of a container points at the container and names
//! the member as a logical place, since a line of the member is no line of the container.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use super::options::Options;
use super::{ReportError, json, labels};
use crate::finding::{NESTED, Severity};
use crate::record::{FindingRecord, Record, RuleRecord, Tool, ValidationRecord, WaiverRecord};
use crate::text::Language;

/// Most results that GitHub accepts in one run; the gravest are kept and the report says so.
const MOST_RESULTS: usize = 25_000;

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: SarifTool<'a>,
    language: &'static str,
    column_kind: &'static str,
    artifacts: Vec<Artifact<'a>>,
    results: Vec<SarifResult<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    invocations: Vec<Invocation>,
    properties: BTreeMap<&'static str, serde_json::Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
}

#[derive(Serialize)]
struct SarifTool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'a str,
    semantic_version: &'a str,
    rules: Vec<ReportingDescriptor<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportingDescriptor<'a> {
    id: &'a str,
    short_description: Message,
    full_description: Message,
    help: Help,
    default_configuration: Configuration,
    properties: BTreeMap<&'static str, serde_json::Value>,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
struct Artifact<'a> {
    location: ArtifactLocation,
    length: u64,
    hashes: Hashes<'a>,
}

#[derive(Serialize)]
struct Hashes<'a> {
    #[serde(rename = "sha-256")]
    sha256: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [Location<'a>; 1],
    partial_fingerprints: BTreeMap<&'static str, &'a str>,
    #[serde(skip_serializing_if = "is_one")]
    occurrence_count: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    properties: BTreeMap<&'static str, serde_json::Value>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde wants")]
fn is_one(count: &u64) -> bool {
    *count == 1
}

#[derive(Serialize)]
struct Suppression<'a> {
    kind: &'static str,
    status: &'static str,
    justification: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation<'a> {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region<'a> {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Snippet<'a>>,
}

#[derive(Serialize)]
struct Snippet<'a> {
    text: &'a str,
}

/// The record of a dossier.
pub(super) fn record(record: &Record, options: &Options, out: &mut dyn Write) -> Result<(), ReportError> {
    let files = record
        .evidence
        .iter()
        .map(|evidence| (evidence.path.as_str(), evidence.size, evidence.sha256.as_str()));
    let mut properties = BTreeMap::new();
    properties.insert("dsr", record.dossier.dsr.clone().into());
    properties.insert("verdict", record.verdict.as_str().into());
    let source = Source {
        tool: &record.tool,
        rules: &record.rules,
        files: files.collect(),
        findings: record.findings.iter().collect(),
        waivers: &record.waivers,
        properties,
    };
    json::write(&log(source, options), out)
}

/// Files judged alone.
pub(super) fn validation(
    record: &ValidationRecord,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let files = record
        .files
        .iter()
        .map(|file| (file.file.as_str(), file.size, file.sha256.as_str()));
    let source = Source {
        tool: &record.tool,
        rules: &record.rules,
        files: files.collect(),
        findings: record.files.iter().flat_map(|file| &file.findings).collect(),
        waivers: &[],
        properties: BTreeMap::new(),
    };
    json::write(&log(source, options), out)
}

/// What a log is made from.
struct Source<'a> {
    tool: &'a Tool,
    rules: &'a BTreeMap<String, RuleRecord>,
    /// Path, size, SHA-256.
    files: Vec<(&'a str, u64, &'a str)>,
    findings: Vec<&'a FindingRecord>,
    waivers: &'a [WaiverRecord],
    properties: BTreeMap<&'static str, serde_json::Value>,
}

fn log<'a>(source: Source<'a>, options: &Options) -> Log<'a> {
    let language = options.language;
    let indices: BTreeMap<&str, usize> = source
        .files
        .iter()
        .enumerate()
        .map(|(index, (path, _, _))| (*path, index))
        .collect();
    // Every rule a result names, in order; those the record does not describe get their identifier as description.
    let severities: BTreeMap<&str, Severity> = source
        .findings
        .iter()
        .rev()
        .map(|finding| (finding.rule.as_str(), finding.severity))
        .collect();
    let rule_indices: BTreeMap<&str, usize> = severities
        .keys()
        .enumerate()
        .map(|(index, rule)| (*rule, index))
        .collect();
    let mut findings = source.findings;
    let total = findings.len();
    let mut invocations = Vec::new();
    if total > MOST_RESULTS {
        findings.sort_by_key(|finding| finding.severity);
        findings.truncate(MOST_RESULTS);
        invocations.push(Invocation {
            execution_successful: true,
            tool_execution_notifications: vec![Notification {
                level: "warning",
                message: Message {
                    text: match language {
                        Language::Fr => {
                            format!("{total} constats ; les {MOST_RESULTS} plus graves sont donnés ici")
                        }
                        Language::En => {
                            format!("{total} findings; the {MOST_RESULTS} gravest are given here")
                        }
                    },
                },
            }],
        });
    }
    let results = findings
        .into_iter()
        .map(|finding| result(finding, &rule_indices, &indices, source.waivers, options))
        .collect();
    Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: SarifTool {
                driver: Driver {
                    name: &source.tool.name,
                    semantic_version: &source.tool.version,
                    rules: severities
                        .iter()
                        .map(|(id, severity)| descriptor(id, *severity, source.rules.get(*id), language))
                        .collect(),
                },
            },
            language: match language {
                Language::Fr => "fr",
                Language::En => "en",
            },
            column_kind: "unicodeCodePoints",
            artifacts: source
                .files
                .iter()
                .map(|(path, length, sha256)| Artifact {
                    location: ArtifactLocation {
                        uri: uri(&options.repository_path(path)),
                        index: None,
                    },
                    length: *length,
                    hashes: Hashes { sha256 },
                })
                .collect(),
            results,
            invocations,
            properties: source.properties,
        }],
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn descriptor<'a>(
    id: &'a str,
    severity: Severity,
    rule: Option<&RuleRecord>,
    language: Language,
) -> ReportingDescriptor<'a> {
    let (title, why, fix, source) = rule.map_or((id, id, "", ""), |rule| {
        (
            rule.title.get(language),
            rule.why.get(language),
            rule.fix.get(language),
            rule.source.as_str(),
        )
    });
    let colon = labels::colon(language);
    let (fix_label, source_label) = (labels::FIX.get(language), labels::SOURCE.get(language));
    ReportingDescriptor {
        id,
        short_description: Message {
            text: title.to_owned(),
        },
        full_description: Message { text: why.to_owned() },
        help: Help {
            text: format!("{why}\n{fix_label}{colon} {fix}\n{source_label}{colon} {source}"),
            markdown: format!("{why}\n\n**{fix_label}**{colon} {fix}\n\n*{source_label}*{colon} {source}"),
        },
        default_configuration: Configuration {
            level: level(severity),
        },
        properties: BTreeMap::from([("tags", serde_json::json!(["segur", "conformity"]))]),
    }
}

fn result<'a>(
    finding: &'a FindingRecord,
    rules: &BTreeMap<&str, usize>,
    files: &BTreeMap<&str, usize>,
    waivers: &'a [WaiverRecord],
    options: &Options,
) -> SarifResult<'a> {
    let language = options.language;
    let outer = finding.file.split(NESTED).next().unwrap_or(&finding.file);
    let nested = outer.len() != finding.file.len();
    let mut logical_locations = Vec::new();
    if nested {
        logical_locations.push(LogicalLocation {
            fully_qualified_name: super::human::position(finding),
            kind: "member",
        });
    }
    if let Some(path) = finding.path.as_ref().or(finding.location.as_ref()) {
        logical_locations.push(LogicalLocation {
            fully_qualified_name: path.clone(),
            kind: "element",
        });
    }
    let mut properties = BTreeMap::new();
    for (name, value) in [
        ("expected", &finding.expected),
        ("found", &finding.found),
        ("pack", &finding.pack),
        ("schematronTest", &finding.test),
    ] {
        if let Some(value) = value {
            properties.insert(name, value.clone().into());
        }
    }
    for (name, list) in [
        ("requirements", &finding.requirements),
        ("proofs", &finding.proofs),
    ] {
        if !list.is_empty() {
            properties.insert(name, list.clone().into());
        }
    }
    SarifResult {
        rule_id: &finding.rule,
        rule_index: rules.get(finding.rule.as_str()).copied().unwrap_or_default(),
        level: level(finding.severity),
        message: Message {
            text: finding.message(language).to_owned(),
        },
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation {
                    uri: uri(&options.repository_path(&finding.file)),
                    index: files.get(outer).copied(),
                },
                region: finding
                    .line
                    .filter(|line| !nested && *line > 0)
                    .map(|start_line| Region {
                        start_line,
                        start_column: finding.column.filter(|column| *column > 0),
                        snippet: finding.snippet.as_deref().map(|text| Snippet { text }),
                    }),
            },
            logical_locations,
        }],
        partial_fingerprints: BTreeMap::from([("conforme/v1", finding.fingerprint.as_str())]),
        occurrence_count: finding.count.max(1),
        suppressions: finding
            .waiver
            .into_iter()
            .map(|index| Suppression {
                kind: "external",
                status: "accepted",
                justification: waivers.get(index).map_or("", |waiver| waiver.reason.as_str()),
            })
            .collect(),
        properties,
    }
}

/// A relative URI: what RFC 3986 does not allow in a path is percent-encoded.
fn uri(path: &str) -> String {
    use std::fmt::Write as _;
    let mut uri = String::with_capacity(path.len());
    // A colon in the first segment would read as a scheme.
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            other => {
                let _ = write!(uri, "%{other:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_relative_and_encoded() {
        assert_eq!(uri("a b/é.xml"), "a%20b/%C3%A9.xml");
        assert_eq!(uri("c:/x"), "c%3A/x");
    }
}
