//! A profile ready to judge with: layers merged, conditions and structures read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use regex::Regex;

use super::answers::Answers;
use super::expression::{Expression, Path};
use super::grammar::Grammar;
use super::plan::{Plan, Step};
use super::value_type::ValueType;
use crate::finding::Severity;
use crate::text::Text;

/// Whether a field must, may or must not be there (HL7 v2.5, 2.12.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
pub enum Usage {
    /// Required.
    R,
    /// Required if known.
    RE,
    /// Optional.
    O,
    /// Forbidden.
    X,
}

/// The values a field may take.
#[derive(Debug, Clone)]
pub enum Allowed {
    /// One of these.
    Values(Vec<String>),
    /// One of a named table.
    Table {
        /// Name of the table.
        name: String,
        /// Its codes.
        codes: Vec<String>,
    },
    /// Anything that matches.
    Pattern(Regex),
}

impl Allowed {
    /// Whether `text` is allowed.
    pub fn holds(&self, text: &str) -> bool {
        match self {
            Self::Values(values) | Self::Table { codes: values, .. } => {
                values.iter().any(|value| value == text)
            }
            Self::Pattern(pattern) => pattern.is_match(text),
        }
    }

    /// What people read as expected.
    pub fn expected(&self) -> String {
        match self {
            Self::Values(values) => values.join(", "),
            Self::Table { name, codes } if codes.len() > 24 => {
                format!("table {name} ({} codes)", codes.len())
            }
            Self::Table { name, codes } => format!("table {name} : {}", codes.join(", ")),
            Self::Pattern(pattern) => pattern.as_str().to_owned(),
        }
    }
}

/// A rule of fields: usage, values, repetitions, under a condition.
#[derive(Debug, Clone)]
pub struct FieldRule {
    /// Rule it belongs to.
    pub rule: String,
    /// The fields it is about.
    pub paths: Vec<Path>,
    /// Usage, when the rule says one.
    pub usage: Option<Usage>,
    /// Values, when the rule says some.
    pub allowed: Option<Allowed>,
    /// Most repetitions.
    pub most: Option<usize>,
    /// When it applies.
    pub when: Option<Expression>,
    /// Severity of its findings, when not that of the rule.
    pub severity: Option<Severity>,
    /// What people read, when the generic words do not do.
    pub message: Option<Text>,
}

/// A rule across fields.
#[derive(Debug, Clone)]
pub struct Assertion {
    /// Rule it belongs to.
    pub rule: String,
    /// Judged for each segment of that name; once for the message when none.
    pub each: Option<String>,
    /// When it applies.
    pub when: Option<Expression>,
    /// What must hold.
    pub require: Expression,
    /// Where the finding is shown.
    pub at: Option<Path>,
    /// What people read.
    pub message: Text,
    /// What is expected, in short.
    pub expected: Option<String>,
    /// Severity of its findings, when not that of the rule.
    pub severity: Option<Severity>,
    /// HL7 table 0357 code, when not that of the rule.
    pub code: Option<String>,
}

/// A structure and the messages it is for.
#[derive(Debug, Clone)]
pub struct Structure {
    /// Rule it belongs to.
    pub rule: String,
    /// `MDM^T02` or `MDM`.
    pub messages: Vec<String>,
    /// What the message is made of.
    pub grammar: Grammar,
    /// Severity of a wrong order or an unexpected segment; a missing segment has that of the rule.
    pub order_severity: Option<Severity>,
}

/// OBX segments by the code of OBX-3.1, in order.
#[derive(Debug, Clone)]
pub struct Slice {
    /// Rule of presence, order and unknown codes.
    pub rule: String,
    /// Messages it is for (MSH-9.1).
    pub messages: Vec<String>,
    /// The items in order.
    pub items: Vec<SliceItem>,
}

/// One item of a slice.
#[derive(Debug, Clone)]
pub struct SliceItem {
    /// OBX-3.1.
    pub code: String,
    /// OBX-3.2.
    pub label: String,
    /// Must be there.
    pub required: bool,
    /// May be there several times.
    pub repeats: bool,
    /// Severity of its absence, when not that of the rule.
    pub severity: Option<Severity>,
}

/// A deviation of official files that does not count as the rule says.
#[derive(Debug, Clone)]
pub struct Tolerance {
    /// Rule it softens.
    pub rule: String,
    /// Field it is about (`PRT-5.9`), any when none.
    pub path: Option<String>,
    /// What stands there, any when none.
    pub found: Option<Regex>,
    /// The severity it gets.
    pub severity: Severity,
}

/// The type of a field or component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeReference {
    /// `CX`, `TS`…; `-` when nothing is said.
    pub name: String,
    /// The field may repeat.
    pub repeats: bool,
    /// What is judged in its values.
    pub(super) value: ValueType,
}

impl TypeReference {
    /// The type named `name`, of a field that may repeat or not.
    pub fn new(name: &str, repeats: bool) -> Self {
        Self {
            name: name.to_owned(),
            repeats,
            value: ValueType::default(),
        }
    }

    /// What is judged in the values of the field; nothing is known of those of a field whose type varies.
    pub fn value(&self) -> &ValueType {
        &self.value
    }
}

/// The types of the fields of a segment, field 1 first.
pub type SegmentTypes = Vec<TypeReference>;

/// A profile.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Stable name, used by `--profile`.
    pub id: String,
    /// Name for people.
    pub title: Text,
    /// Messages it is for: `ORU^R01`, or `ADT` for every event.
    pub messages: Vec<String>,
    /// MSH-21.2 it is for.
    pub names: Vec<String>,
    /// MSH-21.1 it is for.
    pub versions: Vec<String>,
    /// MSH-12.3 it is for.
    pub extensions: Vec<String>,
    /// Chosen when several fit equally.
    pub default: bool,
    /// Code lists.
    pub tables: BTreeMap<String, Vec<String>>,
    /// Segment types.
    pub segments: BTreeMap<String, SegmentTypes>,
    /// Component types of composite types.
    pub types: BTreeMap<String, Vec<String>>,
    /// Structures.
    pub structures: Vec<Structure>,
    /// Rules of fields.
    pub fields: Vec<FieldRule>,
    /// Rules across fields.
    pub assertions: Vec<Assertion>,
    /// OBX slices.
    pub slices: Vec<Slice>,
    /// Severities that differ from those of the rules.
    pub severities: BTreeMap<String, Severity>,
    /// Tolerated official deviations.
    pub tolerances: Vec<Tolerance>,
    /// Which groups of rules written in Rust apply.
    pub features: BTreeSet<String>,
    /// Rules that do not apply.
    pub disabled: BTreeSet<String>,
    /// By segment, the fields whose codes are listed whatever the message says, and the ranks of their rules.
    pub(super) coded: BTreeMap<String, Vec<(usize, usize)>>,
    /// Which statements are asked of which segments: made for the first message, most profiles judge none.
    pub(super) plan: OnceLock<Plan>,
}

/// A field whose codes are listed whatever the message says.
#[derive(Debug, Clone, Copy)]
pub struct CodedField<'p> {
    /// Its number.
    pub field: usize,
    /// The rule that lists them.
    pub rule: &'p FieldRule,
    /// The codes.
    pub allowed: &'p Allowed,
}

impl Profile {
    /// The profile with what is looked up for every message prepared once, when all its statements are there.
    pub(super) fn indexed(mut self) -> Self {
        for reference in self.segments.values_mut().flatten() {
            reference.value = ValueType::of(&reference.name, &self.types);
        }
        self.coded.clear();
        for (rank, rule) in self.fields.iter().enumerate() {
            let listed = matches!(rule.allowed, Some(Allowed::Values(_) | Allowed::Table { .. }));
            if rule.when.is_some() || !listed {
                continue;
            }
            for path in &rule.paths {
                let first = path.component.is_none_or(|component| component == 1);
                if first && path.filters.is_empty() && path.field > 1 {
                    let fields = self.coded.entry(path.segment.clone()).or_default();
                    fields.push((path.field, rank));
                }
            }
        }
        self
    }

    /// Which statements are asked of which segments.
    pub(super) fn plan(&self) -> &Plan {
        self.plan.get_or_init(|| Plan::of(&self.fields, &self.assertions))
    }

    /// The names of the segments that statements are about, which steps refer to by rank.
    pub fn subjects(&self) -> &[String] {
        &self.plan().subjects
    }

    /// No answer yet to the questions that statements share, about a message of so many segments.
    pub fn answers(&self, segments: usize) -> Answers {
        Answers::new(self.plan().questions, segments)
    }

    /// The rules of fields, one for each of their paths, in order.
    pub fn field_steps(&self) -> impl Iterator<Item = (&Step, &FieldRule, &Path)> {
        self.plan().fields.iter().filter_map(|step| {
            let rule = self.fields.get(step.statement)?;
            Some((step, rule, rule.paths.get(step.path)?))
        })
    }

    /// The assertions, in order.
    pub fn assertion_steps(&self) -> impl Iterator<Item = (&Step, &Assertion)> {
        let steps = self.plan().assertions.iter();
        steps.filter_map(|step| Some((step, self.assertions.get(step.statement)?)))
    }

    /// The fields of a segment whose codes are listed whatever the message says.
    pub fn coded_fields(&self, segment: &str) -> impl Iterator<Item = CodedField<'_>> {
        let fields = self.coded.get(segment).map_or(&[][..], Vec::as_slice);
        fields.iter().filter_map(|(field, rank)| {
            let rule = self.fields.get(*rank)?;
            Some(CodedField {
                field: *field,
                rule,
                allowed: rule.allowed.as_ref()?,
            })
        })
    }

    /// Whether a group of rules applies.
    pub fn has(&self, feature: &str) -> bool {
        self.features.contains(feature)
    }

    /// The codes of a table; none when the profile has no such table.
    pub fn table(&self, name: &str) -> &[String] {
        self.tables.get(name).map_or(&[], Vec::as_slice)
    }

    /// The structure of a message type and event.
    pub fn structure(&self, kind: &str, event: &str) -> Option<&Structure> {
        let whole = format!("{kind}^{event}");
        self.structures
            .iter()
            .rev()
            .find(|structure| structure.messages.contains(&whole))
            .or_else(|| {
                self.structures
                    .iter()
                    .rev()
                    .find(|structure| structure.messages.iter().any(|message| message == kind))
            })
    }
}
