//! A schema on a document.

use std::fmt::Write as _;
use std::rc::Rc;

use super::error::LoadError;
use super::report::{Event, Finding, FindingKind, NotEvaluated, Report};
use super::schema::{Check, CheckKind, Rule, RuleItem, Schema, TextPart};
use crate::engines::xml::{Document, NodeId, NodeKind};
use crate::engines::xpath::{Evaluator, Focus, Item, NodeRef, Result, XPathError};

/// Which patterns are evaluated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Phase {
    /// Those of the phase the schema names as its default, all when it names none.
    #[default]
    Default,
    /// All (`#ALL`).
    All,
    /// Those of a phase.
    Named(String),
}

impl Phase {
    /// The phase of an option: `#ALL`, `#DEFAULT` or a name.
    pub fn from_name(name: &str) -> Self {
        match name {
            "#ALL" => Self::All,
            "#DEFAULT" => Self::Default,
            name => Self::Named(name.to_owned()),
        }
    }
}

/// What a check that needs a document which cannot be loaded says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MissingDocuments {
    /// Nothing but being listed in [`Report::not_evaluated`].
    #[default]
    NotEvaluated,
    /// What it says in the usual tools, where `document()` gives nothing and `doc()` is an error; it is listed too.
    AsSpecified,
}

/// How a document is evaluated.
#[derive(Debug, Clone)]
pub struct EvaluateOptions {
    /// The patterns.
    pub phase: Phase,
    /// Documents that cannot be loaded.
    pub missing_documents: MissingDocuments,
    /// Most evaluation steps of one expression.
    pub steps: u64,
    /// Most findings kept; the evaluation stops beyond.
    pub findings: usize,
}

impl Default for EvaluateOptions {
    fn default() -> Self {
        Self {
            phase: Phase::Default,
            missing_documents: MissingDocuments::NotEvaluated,
            steps: crate::limits::Limits::default().xpath_steps,
            findings: 100_000,
        }
    }
}

impl Schema {
    /// Evaluates the schema on a document. `address`: what relative addresses in the document are relative to, and
    /// what `document-uri()` gives.
    ///
    /// # Errors
    /// [`LoadError::UnknownPhase`] when the schema has no phase of that name.
    pub fn evaluate<'s>(
        &'s self,
        document: &Document,
        address: &str,
        options: &EvaluateOptions,
    ) -> std::result::Result<Report<'s>, LoadError> {
        let (phase, active) = self.active(&options.phase)?;
        let evaluator = Evaluator::new(&self.program, document, address, options.steps);
        let mut hits: Vec<Vec<(NodeId, usize)>> = vec![Vec::new(); self.patterns.len()];
        evaluator.match_patterns(&self.contexts, &mut |node, rules| {
            let mut last = usize::MAX;
            for &index in rules {
                let Some(rule) = self.rules.get(index) else {
                    continue;
                };
                // The rules of a pattern are consecutive: the first of them fires.
                if rule.pattern != last {
                    last = rule.pattern;
                    if let Some(list) = hits.get_mut(rule.pattern) {
                        list.push((node.node, index));
                    }
                }
            }
        });
        let mut run = Run {
            schema: self,
            evaluator: &evaluator,
            document,
            options,
            report: Report {
                schema: self,
                phase,
                fired: 0,
                events: Vec::new(),
                findings: Vec::new(),
                not_evaluated: Vec::new(),
            },
        };
        for (pattern, list) in hits.into_iter().enumerate() {
            if !active.get(pattern).copied().unwrap_or(false) {
                continue;
            }
            run.report.events.push(Event::Pattern(pattern));
            for (node, index) in list {
                run.report.events.push(Event::Rule(index, node));
                run.report.fired += 1;
                if let Some(rule) = self.rules.get(index) {
                    run.fire(rule, index, node);
                }
            }
        }
        Ok(run.report)
    }

    /// The phase meant, and for each pattern whether it is active in it.
    fn active(&self, phase: &Phase) -> std::result::Result<(Option<String>, Vec<bool>), LoadError> {
        let name = match phase {
            Phase::All => None,
            Phase::Default => self.default_phase.clone(),
            Phase::Named(name) => Some(name.clone()),
        };
        let Some(name) = name else {
            return Ok((None, vec![true; self.patterns.len()]));
        };
        let Some((_, patterns)) = self.phases.iter().find(|(id, _)| *id == name) else {
            return Err(LoadError::UnknownPhase { phase: name });
        };
        let active = self
            .patterns
            .iter()
            .map(|pattern| patterns.contains(&pattern.id))
            .collect();
        Ok((Some(name), active))
    }
}

struct Run<'s, 'a> {
    schema: &'s Schema,
    evaluator: &'a Evaluator<'a>,
    document: &'a Document,
    options: &'a EvaluateOptions,
    report: Report<'s>,
}

impl<'s: 'a, 'a> Run<'s, 'a> {
    fn fire(&mut self, rule: &'s Rule, index: usize, node: NodeId) {
        let here = NodeRef::main(node);
        let focus = Focus::node(here);
        self.evaluator.set_current(here);
        for item in &rule.items {
            match &**item {
                RuleItem::Let {
                    slot,
                    value: Ok(value),
                } => self.evaluator.set_lazy(*slot, value, &focus),
                // Told when the schema was loaded; what uses the variable fails in its turn.
                RuleItem::Let { value: Err(_), .. } => {}
                RuleItem::Check(check) => self.check(check, index, node, &focus),
            }
        }
    }

    fn check(&mut self, check: &'s Check, rule: usize, node: NodeId, focus: &Focus<'a>) {
        // A test that does not compile was told when the schema was loaded.
        let Ok(expression) = &check.expression else { return };
        if self.report.findings.len() >= self.options.findings {
            return;
        }
        self.evaluator.restart();
        let answer = self.evaluator.boolean(expression, focus);
        let missing = self.evaluator.take_missing();
        if let Some(address) = missing {
            self.missing_document(check, address);
            if self.options.missing_documents == MissingDocuments::NotEvaluated {
                return;
            }
        }
        let kind = match (answer, check.kind) {
            (Ok(false), CheckKind::Assert) => FindingKind::FailedAssert,
            (Ok(true), CheckKind::Report) => FindingKind::SuccessfulReport,
            (Ok(_), _) => return,
            (Err(error), _) => FindingKind::DynamicError(error),
        };
        self.finding(kind, check, rule, node, focus);
    }

    fn missing_document(&mut self, check: &'s Check, address: Rc<str>) {
        let known = self
            .report
            .not_evaluated
            .iter_mut()
            .find(|known| std::ptr::eq(known.check, check));
        match known {
            Some(known) => known.nodes += 1,
            None => self.report.not_evaluated.push(NotEvaluated {
                check,
                address,
                nodes: 1,
            }),
        }
    }

    fn finding(&mut self, kind: FindingKind, check: &'s Check, rule: usize, node: NodeId, focus: &Focus<'a>) {
        let subject = match &check.subject {
            Some(Ok(subject)) => {
                self.evaluator
                    .value(subject, focus)
                    .ok()
                    .and_then(|found| match found.get(0) {
                        Some(Item::Node(found)) if found.document == 0 => Some(found.node),
                        _ => None,
                    })
            }
            _ => None,
        };
        let node = subject.unwrap_or(node);
        let diagnostics = check.diagnostics.iter().filter_map(|index| {
            let diagnostic = self.schema.diagnostics.get(*index)?;
            Some((diagnostic.id.as_str(), self.words(&diagnostic.text, focus)))
        });
        let finding = Finding {
            kind,
            check,
            rule,
            node,
            location: location(self.document, node),
            position: self.document.position(node),
            text: self.words(&check.text, focus),
            diagnostics: diagnostics.collect(),
        };
        self.report
            .events
            .push(Event::Finding(self.report.findings.len()));
        self.report.findings.push(finding);
        let _ = self.evaluator.take_missing();
    }

    fn words(&self, parts: &'s [TextPart], focus: &Focus<'a>) -> String {
        let mut words = String::new();
        for part in parts {
            match part {
                TextPart::Text(text) => words.push_str(text),
                TextPart::Value(value) => {
                    self.evaluator.restart();
                    let text: Result<String> = match value {
                        Ok(value) => self.evaluator.text(value, focus),
                        Err(error) => Err(error.clone()),
                    };
                    match text {
                        Ok(text) => words.push_str(&text),
                        // The finding stands; its words say what could not be written.
                        Err(error) => {
                            let _ = write!(words, "[{}]", XPathError::code(&error));
                        }
                    }
                }
            }
        }
        words
    }
}

/// A node as the skeleton writes it: names as in the source, `[n]` from the second sibling of a name on; the document
/// node is written as its root element.
fn location(document: &Document, node: NodeId) -> String {
    let node = if node == NodeId::DOCUMENT {
        document.root_element()
    } else {
        node
    };
    let mut steps: Vec<NodeId> = std::iter::once(node).chain(document.ancestors(node)).collect();
    steps.reverse();
    let mut path = String::new();
    for &step in steps.iter().filter(|step| document.is_element(**step)) {
        let _ = write!(path, "/{}", document.qualified_name(step));
        let rank = document.rank_among_namesakes(step);
        if rank > 1 {
            let _ = write!(path, "[{rank}]");
        }
    }
    match document.kind(node) {
        NodeKind::Element | NodeKind::Document => {}
        NodeKind::Attribute => {
            let _ = write!(path, "/@{}", document.qualified_name(node));
        }
        NodeKind::Text => path.push_str("/text()"),
        NodeKind::Comment => path.push_str("/comment()"),
        NodeKind::ProcessingInstruction => path.push_str("/processing-instruction()"),
    }
    path
}
