//! What a schema says of a document.

use std::rc::Rc;

use super::schema::{Check, Place, Rule, Schema};
use crate::engines::xml::{NodeId, Position};
use crate::engines::xpath::XPathError;

/// What happened, in the order of SVRL: by pattern, then in document order.
#[derive(Debug)]
pub struct Report<'s> {
    pub(super) schema: &'s Schema,
    /// The phase evaluated; none for all patterns.
    pub phase: Option<String>,
    /// How many rules fired.
    pub fired: usize,
    /// Patterns, fired rules and findings in order; a finding is named by its index in [`Report::findings`].
    pub events: Vec<Event>,
    /// The findings.
    pub findings: Vec<Finding<'s>>,
    /// Checks that could not be judged because a document they need is missing, each once.
    pub not_evaluated: Vec<NotEvaluated<'s>>,
}

/// One line of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A pattern starts.
    Pattern(usize),
    /// A rule fires on a node.
    Rule(usize, NodeId),
    /// A finding.
    Finding(usize),
}

/// A pattern that was evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActivePattern<'s> {
    /// Its identifier, empty when it has none.
    pub id: &'s str,
    /// Its title, empty when it has none.
    pub name: &'s str,
}

/// Why there is a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindingKind {
    /// The test of an assert is false.
    FailedAssert,
    /// The test of a report is true.
    SuccessfulReport,
    /// The test cannot be evaluated on this node. The official tool stops at the first such error.
    DynamicError(XPathError),
}

/// A broken check at a node.
#[derive(Debug, Clone)]
pub struct Finding<'s> {
    /// Why.
    pub kind: FindingKind,
    /// The check.
    pub check: &'s Check,
    /// Index of the rule in the schema, as in [`Event::Rule`].
    pub rule: usize,
    /// The node: the context of the rule, or what `subject` selects.
    pub node: NodeId,
    /// The node as the skeleton writes it: `/ClinicalDocument/component[2]/section`, an attribute as `/@code`.
    pub location: String,
    /// Line and column of the node.
    pub position: Position,
    /// The words of the check, values put in, white space as written.
    pub text: String,
    /// Diagnostics: identifier and words.
    pub diagnostics: Vec<(&'s str, String)>,
}

/// A check that could not be judged.
#[derive(Debug, Clone)]
pub struct NotEvaluated<'s> {
    /// The check.
    pub check: &'s Check,
    /// Address of the missing document.
    pub address: Rc<str>,
    /// On how many nodes.
    pub nodes: usize,
}

impl<'s> Report<'s> {
    /// The schema that was evaluated.
    pub fn schema(&self) -> &'s Schema {
        self.schema
    }

    /// The pattern of an [`Event::Pattern`].
    pub fn pattern(&self, index: usize) -> ActivePattern<'s> {
        let found = self.schema.patterns.get(index);
        found.map_or(ActivePattern { id: "", name: "" }, |found| ActivePattern {
            id: &found.id,
            name: &found.name,
        })
    }

    /// The pattern a rule belongs to.
    pub fn pattern_of_rule(&self, rule: usize) -> ActivePattern<'s> {
        self.pattern(self.rule(rule).map_or(usize::MAX, |rule| rule.pattern))
    }

    /// The context of a rule of an [`Event::Rule`], white space folded.
    pub fn context(&self, rule: usize) -> &'s str {
        self.rule(rule).map_or("", |rule| &rule.context)
    }

    pub(super) fn rule(&self, rule: usize) -> Option<&'s Rule> {
        self.schema.rules.get(rule)
    }

    /// True without any finding nor check left out.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.not_evaluated.is_empty()
    }
}

impl Finding<'_> {
    /// The words with white space folded.
    pub fn folded_text(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Where the check is written.
    pub fn place(&self) -> &Place {
        &self.check.place
    }
}
