//! What the rules of one message share: the message, its profile, and the findings made so far.

use std::collections::BTreeMap;

use crate::engines::hl7v2::{MessageRef, Part, SegmentRef};
use crate::finding::{Finding, Place, Severity};
use crate::text::Text;

use super::profile::{Profile, Scope};
use super::rules;

/// Findings of one rule listed for one message.
const MOST_OF_ONE_RULE: usize = 50;

/// A fault to report.
pub(super) struct Fault<'p> {
    rule: String,
    part: Part<'p>,
    message: Text,
    expected: Option<String>,
    found: Option<String>,
    severity: Option<Severity>,
    code: Option<String>,
}

impl<'p> Fault<'p> {
    /// A fault of `rule` (identifier without its prefix) at `part`. What stands there is quoted unless told otherwise.
    pub(super) fn new(rule: impl Into<String>, part: Part<'p>, message: Text) -> Self {
        let found = (!part.is_blank() && part.field_number() > 0).then(|| {
            // A value of megabytes is quoted by its start.
            if part.span().len() > 4 * Finding::SNIPPET_LIMIT {
                let head = part.raw().get(..Finding::SNIPPET_LIMIT).unwrap_or_default();
                format!("{}…", String::from_utf8_lossy(head))
            } else {
                part.text().into_owned()
            }
        });
        Self {
            rule: rule.into(),
            part,
            message,
            expected: None,
            found,
            severity: None,
            code: None,
        }
    }

    pub(super) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    pub(super) fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    pub(super) fn severity(mut self, severity: Option<Severity>) -> Self {
        self.severity = severity;
        self
    }

    /// A code of HL7 table 0357 other than the one of the rule.
    pub(super) fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }
}

/// The judgement of one message.
pub(super) struct Judgement<'p> {
    /// The file, as users know it.
    pub(super) file: &'p str,
    /// The message.
    pub(super) message: MessageRef<'p>,
    /// Its profile.
    pub(super) profile: &'p Profile,
    /// The OBX that carry documents.
    pub(super) documents: Vec<SegmentRef<'p>>,
    /// The OBX that carry the mail a document came by.
    pub(super) mails: Vec<SegmentRef<'p>>,
    /// MSH-9.1.
    pub(super) kind: String,
    /// MSH-9.2.
    pub(super) event: String,
    /// Findings, in the order they were made.
    pub(super) findings: Vec<Finding>,
    /// For each rule, how many findings and where the last one is.
    made: BTreeMap<String, (usize, usize)>,
    /// Segments (by rank) that one root cause explains from a field on: other rules leave these fields alone.
    pub(super) explained: Vec<(usize, usize)>,
    /// The message is cut: what should follow is no fault of its own.
    pub(super) cut: bool,
}

impl<'p> Judgement<'p> {
    pub(super) fn new(file: &'p str, message: MessageRef<'p>, profile: &'p Profile) -> Self {
        let of = |number: usize| {
            message
                .header()
                .map(|header| header.field(9).component(number).text().trim().to_owned())
                .unwrap_or_default()
        };
        Self {
            file,
            message,
            profile,
            documents: Vec::new(),
            mails: Vec::new(),
            kind: of(1),
            event: of(2),
            findings: Vec::new(),
            made: BTreeMap::new(),
            explained: Vec::new(),
            cut: false,
        }
    }

    /// What conditions of the profile are resolved against, for a segment.
    pub(super) fn scope<'s>(&'s self, current: Option<SegmentRef<'p>>) -> Scope<'p, 's> {
        Scope {
            message: self.message,
            current,
            documents: &self.documents,
            mails: &self.mails,
            answers: None,
        }
    }

    /// The place of a part, for findings and facts.
    pub(super) fn place(&self, part: Part<'p>) -> Place {
        let position = part.position();
        Place::file(self.file)
            .line_column(position.line, position.column)
            .path(part.path())
    }

    /// Adds a finding, unless its rule is off in the profile or its segment is explained by another one.
    pub(super) fn report(&mut self, fault: Fault<'p>) {
        let Some(coded) = rules::find(&fault.rule) else {
            debug_assert!(false, "rule {} has no words", fault.rule);
            return;
        };
        let (rank, number) = (fault.part.segment().rank(), fault.part.field_number());
        let known = self
            .explained
            .iter()
            .any(|(segment, from)| *segment == rank && number >= *from);
        if known || self.profile.disabled.contains(&fault.rule) && !self.said_anew(&fault.rule) {
            return;
        }
        // A fault that repeats without end is counted, not listed.
        let (made, last) = self.made.get(&fault.rule).copied().unwrap_or_default();
        if made >= MOST_OF_ONE_RULE {
            if let Some(finding) = self.findings.get_mut(last) {
                finding.count += 1;
            }
            return;
        }
        self.made
            .insert(fault.rule.clone(), (made + 1, self.findings.len()));
        let severity = self
            .profile
            .severities
            .get(&fault.rule)
            .copied()
            .or(fault.severity)
            .unwrap_or(coded.rule.severity);
        let severity = self.tolerated(&fault).unwrap_or(severity);
        let mut finding = coded
            .rule
            .at(self.place(fault.part), fault.message)
            .severity(severity)
            .hl7_error(fault.code.unwrap_or_else(|| coded.code.clone()));
        let line = self
            .message
            .parsed()
            .line(fault.part.span().start, Finding::SNIPPET_LIMIT * 4);
        finding = finding.snippet(self.message.charset().decode(line).into_owned());
        if let Some(expected) = fault.expected {
            finding = finding.expected(expected);
        }
        if let Some(found) = fault.found {
            finding = finding.found(found);
        }
        self.findings.push(finding);
    }

    /// A layer may switch a rule off and state it again in its own way.
    fn said_anew(&self, rule: &str) -> bool {
        self.profile.fields.iter().any(|field| field.rule == rule)
            || self
                .profile
                .assertions
                .iter()
                .any(|assertion| assertion.rule == rule)
            || self.profile.slices.iter().any(|slice| slice.rule == rule)
    }

    /// The severity that a tolerated official deviation gets.
    fn tolerated(&self, fault: &Fault<'p>) -> Option<Severity> {
        let segment = fault.part.segment();
        let place = || format!("{}-{}", segment.name(), fault.part.field_number());
        self.profile
            .tolerances
            .iter()
            .find(|tolerance| {
                tolerance.rule == fault.rule
                    && tolerance.path.as_ref().is_none_or(|path| *path == place())
                    && tolerance
                        .found
                        .as_ref()
                        .is_none_or(|found| found.is_match(fault.found.as_deref().unwrap_or_default()))
            })
            .map(|tolerance| tolerance.severity)
    }
}
