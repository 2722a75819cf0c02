//! SVRL (ISO/IEC 19757-3, annex D).

use std::fmt::Write as _;

use super::CONFORME_NAMESPACE;
use super::report::{Event, Finding, FindingKind, Report};

/// The namespace of SVRL.
pub const SVRL_NAMESPACE: &str = "http://purl.oclc.org/dsdl/svrl";

/// Writes a report as SVRL.
///
/// Line and column of the node are attributes in [`CONFORME_NAMESPACE`]; dynamic errors and checks not evaluated,
/// for which SVRL has no element, are elements of that namespace.
pub fn write_svrl(report: &Report<'_>, document: &str) -> String {
    let schema = report.schema();
    let mut svrl = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = write!(
        svrl,
        "<svrl:schematron-output xmlns:svrl=\"{SVRL_NAMESPACE}\" xmlns:conforme=\"{CONFORME_NAMESPACE}\""
    );
    attribute(&mut svrl, "title", schema.title());
    attribute(&mut svrl, "schemaVersion", schema.schema_version());
    if let Some(phase) = &report.phase {
        attribute(&mut svrl, "phase", phase);
    }
    svrl.push_str(">\n");
    for (prefix, uri) in &schema.namespaces {
        svrl.push_str("  <svrl:ns-prefix-in-attribute-values");
        attribute(&mut svrl, "uri", uri);
        attribute(&mut svrl, "prefix", prefix);
        svrl.push_str("/>\n");
    }
    for event in &report.events {
        match event {
            Event::Pattern(index) => {
                let pattern = report.pattern(*index);
                svrl.push_str("  <svrl:active-pattern");
                optional(&mut svrl, "id", pattern.id);
                optional(&mut svrl, "name", pattern.name);
                optional(&mut svrl, "document", document);
                svrl.push_str("/>\n");
            }
            Event::Rule(index, _) => {
                svrl.push_str("  <svrl:fired-rule");
                if let Some(rule) = report.rule(*index) {
                    attribute(&mut svrl, "context", &rule.context);
                    optional(&mut svrl, "id", &rule.id);
                    optional(&mut svrl, "role", &rule.role);
                    optional(&mut svrl, "flag", &rule.flag);
                }
                svrl.push_str("/>\n");
            }
            Event::Finding(index) => {
                if let Some(finding) = report.findings.get(*index) {
                    write_finding(&mut svrl, finding);
                }
            }
        }
    }
    for left_out in &report.not_evaluated {
        svrl.push_str("  <conforme:not-evaluated");
        attribute(&mut svrl, "test", &left_out.check.test);
        attribute(&mut svrl, "document", &file_name(&left_out.address));
        attribute(&mut svrl, "nodes", &left_out.nodes.to_string());
        svrl.push_str("/>\n");
    }
    svrl.push_str("</svrl:schematron-output>\n");
    svrl
}

/// The last part of an address, so that no report names a folder of the machine.
fn file_name(address: &str) -> String {
    address.rsplit(['/', '\\']).next().unwrap_or(address).to_owned()
}

fn write_finding(svrl: &mut String, finding: &Finding<'_>) {
    let (element, error) = match &finding.kind {
        FindingKind::FailedAssert => ("svrl:failed-assert", None),
        FindingKind::SuccessfulReport => ("svrl:successful-report", None),
        FindingKind::DynamicError(error) => ("conforme:dynamic-error", Some(error)),
    };
    let check = finding.check;
    let _ = write!(svrl, "  <{element}");
    optional(svrl, "id", &check.id);
    attribute(svrl, "test", &check.test);
    optional(svrl, "role", &check.role);
    optional(svrl, "flag", &check.flag);
    optional(svrl, "see", &check.see);
    attribute(svrl, "location", &finding.location);
    if let Some(error) = error {
        attribute(svrl, "code", error.code());
        attribute(svrl, "detail", error.detail());
    }
    attribute(svrl, "conforme:line", &finding.position.line.to_string());
    attribute(svrl, "conforme:column", &finding.position.column.to_string());
    svrl.push_str(">\n    <svrl:text>");
    escape(svrl, &finding.text, false);
    svrl.push_str("</svrl:text>\n");
    for (id, text) in &finding.diagnostics {
        svrl.push_str("    <svrl:diagnostic-reference");
        attribute(svrl, "diagnostic", id);
        svrl.push('>');
        escape(svrl, text, false);
        svrl.push_str("</svrl:diagnostic-reference>\n");
    }
    let _ = writeln!(svrl, "  </{element}>");
}

fn optional(svrl: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        attribute(svrl, name, value);
    }
}

fn attribute(svrl: &mut String, name: &str, value: &str) {
    let _ = write!(svrl, " {name}=\"");
    escape(svrl, value, true);
    svrl.push('"');
}

fn escape(svrl: &mut String, text: &str, in_attribute: bool) {
    for character in text.chars() {
        match character {
            '&' => svrl.push_str("&amp;"),
            '<' => svrl.push_str("&lt;"),
            '>' => svrl.push_str("&gt;"),
            '"' if in_attribute => svrl.push_str("&quot;"),
            '\n' | '\r' | '\t' if in_attribute => {
                let _ = write!(svrl, "&#{};", u32::from(character));
            }
            // Characters XML forbids can come from expressions only.
            '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {
                svrl.push('\u{FFFD}');
            }
            other => svrl.push(other),
        }
    }
}
