//! A compiled schema.

use std::sync::Arc;

use crate::engines::xpath::{Expression, PatternSet, Program, XPathError};

/// A place in a schema file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Address of the file.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A schema, ready to judge documents.
#[derive(Debug)]
pub struct Schema {
    pub(super) address: String,
    pub(super) title: String,
    pub(super) schema_version: String,
    pub(super) default_phase: Option<String>,
    pub(super) phases: Vec<(String, Vec<String>)>,
    pub(super) namespaces: Vec<(String, String)>,
    pub(super) patterns: Vec<Pattern>,
    pub(super) rules: Vec<Rule>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) program: Program,
    pub(super) contexts: PatternSet,
}

/// A pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) id: String,
    pub(super) name: String,
}

/// A rule with a context.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) pattern: usize,
    pub(super) context: String,
    pub(super) id: String,
    pub(super) role: String,
    pub(super) flag: String,
    /// Shared between the rules that extend the same abstract rule.
    pub(super) items: Vec<Arc<RuleItem>>,
}

/// What a rule does, in order.
#[derive(Debug)]
pub(super) enum RuleItem {
    Let { slot: usize, value: Compiled },
    Check(Box<Check>),
}

/// An expression, or why it does not compile.
pub(super) type Compiled = Result<Expression, XPathError>;

/// Assert or report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckKind {
    /// `assert`: a finding when the test is false.
    Assert,
    /// `report`: a finding when the test is true.
    Report,
}

/// An assert or a report.
#[derive(Debug)]
pub struct Check {
    /// Assert or report.
    pub kind: CheckKind,
    /// The test, white space folded.
    pub test: String,
    /// `role`, empty when not written.
    pub role: String,
    /// `flag`, empty when not written.
    pub flag: String,
    /// `id`, empty when not written.
    pub id: String,
    /// `see`, empty when not written.
    pub see: String,
    /// Where it is written.
    pub place: Place,
    pub(super) expression: Compiled,
    pub(super) subject: Option<Compiled>,
    pub(super) text: Vec<TextPart>,
    pub(super) diagnostics: Vec<usize>,
}

/// A diagnostic: its words are evaluated at the node of the finding.
#[derive(Debug)]
pub(super) struct Diagnostic {
    pub(super) id: String,
    pub(super) text: Vec<TextPart>,
}

/// A part of the words of a check.
#[derive(Debug)]
pub(super) enum TextPart {
    Text(String),
    Value(Compiled),
}

impl Schema {
    /// Address of the main file.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The title, empty when there is none.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// `schemaVersion`, empty when there is none.
    pub fn schema_version(&self) -> &str {
        &self.schema_version
    }

    /// The phase evaluated when none is chosen; all patterns when there is none.
    pub fn default_phase(&self) -> Option<&str> {
        self.default_phase.as_deref()
    }

    /// The identifiers of the phases, in the order written.
    pub fn phases(&self) -> impl Iterator<Item = &str> {
        self.phases.iter().map(|(id, _)| id.as_str())
    }

    /// How many patterns there are, abstract ones expanded.
    pub fn pattern_count(&self) -> usize {
        self.patterns.len()
    }

    /// How many rules with a context there are.
    pub fn rule_count(&self) -> usize {
        self.rules.len()
    }

    /// How many asserts and reports there are, those of abstract rules counted where they are used.
    pub fn check_count(&self) -> usize {
        self.checks().count()
    }

    /// The asserts and reports, in the order evaluated.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.rules
            .iter()
            .flat_map(|rule| &rule.items)
            .filter_map(|item| match &**item {
                RuleItem::Check(check) => Some(&**check),
                RuleItem::Let { .. } => None,
            })
    }

    /// Addresses that expressions asked for and that gave no document so far, with the reason, sorted.
    pub fn missing_documents(&self) -> Vec<(String, String)> {
        self.program.missing_documents()
    }
}
