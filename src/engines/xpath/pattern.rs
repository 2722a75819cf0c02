//! Match patterns of XSLT 2.0, many at once: one walk of a document tells which patterns every node matches.
//!
//! The patterns are merged into a tree of states sharing their common beginnings. The walk carries the states reached
//! at the parent and those that any ancestor keeps alive (`//`), so that a predicate is judged once per node however
//! many patterns start with it. Transitions are found by name, and by the literal of `[child/@attribute = '...']`.

use std::collections::HashMap;

use super::ast::{Ast, Axis, Start, Step as AstStep};
use super::compile::Compiler;
use super::error::{Result, XPathError};
use super::evaluate::{Evaluator, Flow, Focus};
use super::expr::{Expr, Op, Path, Predicate, Step, Test};
use super::parser;
use super::program::{Program, Scope, StaticContext};
use super::value::NodeRef;
use crate::engines::xml::{NodeId, NodeKind};

/// Patterns matched together.
#[derive(Debug)]
pub struct PatternSet {
    states: Vec<State>,
    /// Where a transition leads, by source state, link and text of the step.
    known: HashMap<(usize, bool, String), usize>,
    attributes: bool,
    texts: bool,
}

#[derive(Debug, Default)]
struct State {
    /// From the node itself: `/`.
    next: Transitions,
    /// From the node or anything below it: `//`.
    below: Transitions,
    has_below: bool,
    accepts: Vec<usize>,
}

/// Transitions to children and to attributes.
#[derive(Debug, Default)]
struct Transitions {
    children: EdgeTable,
    attributes: EdgeTable,
}

#[derive(Debug, Default)]
struct EdgeTable {
    /// By the number of the name, sorted.
    by_name: Vec<(usize, EdgeList)>,
    others: EdgeList,
}

impl EdgeTable {
    fn named(&self, number: usize) -> Option<&EdgeList> {
        let index = self
            .by_name
            .binary_search_by_key(&number, |(number, _)| *number)
            .ok()?;
        self.by_name.get(index).map(|(_, list)| list)
    }

    fn named_mut(&mut self, number: usize) -> &mut EdgeList {
        let found = self.by_name.binary_search_by_key(&number, |(number, _)| *number);
        let index = found.unwrap_or_else(|index| {
            self.by_name.insert(index, (number, EdgeList::default()));
            index
        });
        match self.by_name.get_mut(index) {
            Some((_, list)) => list,
            // Cannot be: the entry was found or made just now.
            None => &mut self.others,
        }
    }
}

/// Transitions whose first condition may be hashed.
#[derive(Debug, Default)]
struct EdgeList {
    plain: Vec<Edge>,
    keyed: Vec<(KeyPath, HashMap<String, Vec<usize>>)>,
    keyed_edges: Vec<Edge>,
}

#[derive(Debug)]
struct Edge {
    step: Step,
    positional: bool,
    target: usize,
}

/// `@attribute` or `child/@attribute`, by the numbers of the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct KeyPath {
    child: Option<usize>,
    attribute: usize,
}

impl Default for PatternSet {
    fn default() -> Self {
        Self {
            states: vec![State::default()],
            known: HashMap::new(),
            attributes: false,
            texts: false,
        }
    }
}

fn refused(detail: &str) -> XPathError {
    XPathError::new("XTSE0340", format!("not a match pattern: {detail}"))
}

impl PatternSet {
    /// Adds a pattern; `id` is what [`Evaluator::match_patterns`] reports.
    ///
    /// # Errors
    /// `XTSE0340` for an expression that is no pattern, and the static errors of [`Program::compile`].
    pub fn add(
        &mut self,
        text: &str,
        id: usize,
        program: &mut Program,
        context: &StaticContext,
        scope: &Scope,
    ) -> Result<()> {
        let ast = parser::parse(text)?;
        let alternatives = match &ast {
            Ast::Union(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        };
        for alternative in alternatives {
            let state = self.alternative(alternative, program, context, scope)?;
            if let Some(state) = self.states.get_mut(state)
                && !state.accepts.contains(&id)
            {
                state.accepts.push(id);
            }
        }
        Ok(())
    }

    /// Walks the steps of one alternative from the initial state, adding what is new.
    fn alternative(
        &mut self,
        ast: &Ast,
        program: &mut Program,
        context: &StaticContext,
        scope: &Scope,
    ) -> Result<usize> {
        let Ast::Path(start, steps) = ast else {
            return Err(refused("it must be a path"));
        };
        let mut state = 0;
        // A pattern without '/' matches at any depth.
        let mut below = *start != Start::Root;
        for step in steps {
            let AstStep::Axis {
                axis,
                test,
                predicates,
            } = step
            else {
                return Err(refused("a step must be a name or a node test"));
            };
            let slashes = *axis == Axis::DescendantOrSelf
                && *test == super::ast::NodeTest::Node
                && predicates.is_empty();
            if slashes {
                below = true;
                continue;
            }
            if !matches!(axis, Axis::Child | Axis::Attribute) {
                return Err(refused("only the child and attribute axes are allowed"));
            }
            let key = (state, below, format!("{step:?}"));
            state = match self.known.get(&key) {
                Some(&known) => known,
                None => {
                    let mut compiler = Compiler {
                        program,
                        context,
                        scope: scope.clone(),
                    };
                    let compiled = Step {
                        axis: *axis,
                        test: compiler.node_test(test, *axis)?,
                        predicates: compiler.predicates(predicates)?,
                        indexed: None,
                    };
                    let target = self.connect(state, below, compiled, program);
                    self.known.insert(key, target);
                    target
                }
            };
            below = false;
        }
        Ok(state)
    }

    fn connect(&mut self, source: usize, below: bool, mut step: Step, program: &mut Program) -> usize {
        let target = self.states.len();
        self.states.push(State::default());
        self.attributes |= step.axis == Axis::Attribute;
        self.texts |= matches!(step.test, Test::Text | Test::Node) && step.axis == Axis::Child;
        let keys = step.predicates.iter().find_map(|predicate| keys(&predicate.expr));
        for predicate in &mut step.predicates {
            program.keep(&mut predicate.expr);
        }
        let positional = step.predicates.iter().any(Predicate::is_positional);
        let name = match step.test {
            Test::Name(name) => Some(name),
            _ => None,
        };
        let axis = step.axis;
        let edge = Edge {
            step,
            positional,
            target,
        };
        let Some(state) = self.states.get_mut(source) else {
            return target;
        };
        let transitions = if below {
            state.has_below = true;
            &mut state.below
        } else {
            &mut state.next
        };
        let table = if axis == Axis::Attribute {
            &mut transitions.attributes
        } else {
            &mut transitions.children
        };
        let list = match name {
            Some(name) => table.named_mut(name),
            None => &mut table.others,
        };
        list.add(edge, keys);
        target
    }
}

impl EdgeList {
    fn add(&mut self, edge: Edge, keys: Option<(KeyPath, Vec<String>)>) {
        let Some((path, values)) = keys else {
            self.plain.push(edge);
            return;
        };
        let index = self.keyed_edges.len();
        self.keyed_edges.push(edge);
        let position = self
            .keyed
            .iter()
            .position(|(known, _)| *known == path)
            .unwrap_or_else(|| {
                self.keyed.push((path, HashMap::new()));
                self.keyed.len() - 1
            });
        if let Some((_, table)) = self.keyed.get_mut(position) {
            for value in values {
                table.entry(value).or_default().push(index);
            }
        }
    }
}

/// The literals of which one must be the value of an attribute for the condition to hold.
fn keys(expr: &Expr) -> Option<(KeyPath, Vec<String>)> {
    match &expr.op {
        Op::TextComparison {
            equal: true,
            nodes,
            text,
        } => {
            let Op::Path(path) = &nodes.op else { return None };
            Some((key_path(path)?, vec![text.clone()]))
        }
        Op::And(items) => items.iter().find_map(keys),
        Op::Or(items) => {
            let mut all = Vec::new();
            let mut shared = None;
            for item in items {
                let (path, values) = keys(item)?;
                if *shared.get_or_insert(path) != path {
                    return None;
                }
                all.extend(values);
            }
            shared.map(|path| (path, all))
        }
        _ => None,
    }
}

fn key_path(path: &Path) -> Option<KeyPath> {
    let name = |step: &Step, axis: Axis| match (&step.test, step.predicates.is_empty()) {
        (Test::Name(name), true) if step.axis == axis => Some(*name),
        _ => None,
    };
    match (&path.start, path.steps.as_slice()) {
        (None, [attribute]) => Some(KeyPath {
            child: None,
            attribute: name(attribute, Axis::Attribute)?,
        }),
        (None, [child, attribute]) => Some(KeyPath {
            child: Some(name(child, Axis::Child)?),
            attribute: name(attribute, Axis::Attribute)?,
        }),
        _ => None,
    }
}

/// What the walk knows of the open elements.
struct Walk<'w, 's> {
    set: &'s PatternSet,
    /// Program number of the names of the document, by name.
    numbers: Vec<Option<usize>>,
    /// States that any open element keeps alive for what is below.
    alive: Vec<usize>,
    /// The node at which each state was last reached, to reach it once.
    reached_at: Vec<usize>,
    report: &'w mut dyn FnMut(NodeRef, &[usize]),
}

/// An open element: its states, and how many states were alive before it.
struct Frame {
    end: NodeId,
    states: Vec<usize>,
    alive_before: usize,
}

impl<'a> Evaluator<'a> {
    /// Walks the document under evaluation and reports, in document order, every node that matches patterns and the
    /// identifiers of those patterns (sorted). A pattern whose predicate fails with an error does not match.
    pub fn match_patterns(&self, set: &'a PatternSet, report: &mut dyn FnMut(NodeRef, &[usize])) {
        let bound = self.main();
        let document = bound.document;
        let names = document.names();
        let mut numbers = vec![None; names.len()];
        for (number, name) in (0..self.program.names.len()).map(|number| (number, bound.name(number))) {
            if let Some(slot) = name.and_then(|name| numbers.get_mut(name.index())) {
                *slot = Some(number);
            }
        }
        let mut walk = Walk {
            set,
            numbers,
            alive: Vec::new(),
            reached_at: vec![usize::MAX; set.states.len()],
            report,
        };
        let mut matched: Vec<usize> = Vec::new();
        let mut frames: Vec<Frame> = Vec::new();
        let mut index = 0;
        while index < document.len() {
            let node = NodeId::from_index(index);
            while frames.last().is_some_and(|frame| node >= frame.end) {
                if let Some(frame) = frames.pop() {
                    walk.alive.truncate(frame.alive_before);
                }
            }
            let kind = document.kind(node);
            let skipped = match kind {
                NodeKind::Attribute => !set.attributes,
                NodeKind::Text => !set.texts,
                _ => false,
            };
            index += 1;
            if skipped {
                continue;
            }
            let mut states = Vec::new();
            if kind == NodeKind::Document {
                states.push(0);
            } else {
                self.advance(&mut walk, &frames, node, kind, &mut states);
            }
            matched.clear();
            for state in &states {
                if let Some(state) = set.states.get(*state) {
                    matched.extend(&state.accepts);
                }
            }
            if !matched.is_empty() {
                matched.sort_unstable();
                matched.dedup();
                (walk.report)(NodeRef::main(node), &matched);
            }
            if matches!(kind, NodeKind::Document | NodeKind::Element) {
                let alive_before = walk.alive.len();
                for &state in &states {
                    let has_below = set.states.get(state).is_some_and(|state| state.has_below);
                    if has_below && !walk.alive.contains(&state) {
                        walk.alive.push(state);
                    }
                }
                frames.push(Frame {
                    end: document.subtree_end(node),
                    states,
                    alive_before,
                });
            }
        }
    }

    /// The states reached at a node.
    fn advance(
        &self,
        walk: &mut Walk<'_, 'a>,
        frames: &[Frame],
        node: NodeId,
        kind: NodeKind,
        reached: &mut Vec<usize>,
    ) {
        let Some(parent) = frames.last() else { return };
        let document = self.main().document;
        let attribute = kind == NodeKind::Attribute;
        let number = walk.numbers.get(document.name(node).index()).copied().flatten();
        let set = walk.set;
        let direct = parent.states.iter().map(|state| (*state, false));
        let below = walk.alive.iter().map(|state| (*state, true));
        for (source, below) in direct.chain(below) {
            let Some(state) = set.states.get(source) else {
                continue;
            };
            let transitions = if below { &state.below } else { &state.next };
            let table = if attribute {
                &transitions.attributes
            } else {
                &transitions.children
            };
            let named = number.and_then(|number| table.named(number));
            for list in named.into_iter().chain(std::iter::once(&table.others)) {
                for edge in &list.plain {
                    self.cross(edge, node, kind, &mut walk.reached_at, reached);
                }
                for (path, values) in &list.keyed {
                    self.each_key(*path, node, &mut |value| {
                        for edge in values.get(value).into_iter().flatten() {
                            if let Some(edge) = list.keyed_edges.get(*edge) {
                                self.cross(edge, node, kind, &mut walk.reached_at, reached);
                            }
                        }
                    });
                }
            }
        }
    }

    /// The values of a key path at an element.
    fn each_key(&self, path: KeyPath, node: NodeId, visit: &mut dyn FnMut(&str)) {
        let bound = self.main();
        let document = bound.document;
        let Some(attribute) = bound.name(path.attribute) else {
            return;
        };
        let mut values = |element: NodeId| {
            for found in document.attributes(element) {
                if document.name(found) == attribute {
                    visit(document.text(found));
                }
            }
        };
        let Some(child) = path.child else {
            return values(node);
        };
        let Some(child) = bound.name(child) else { return };
        for element in document.child_elements(node) {
            if document.name(element) == child {
                values(element);
            }
        }
    }

    /// Follows a transition when the node satisfies its test and predicates.
    fn cross(
        &self,
        edge: &'a Edge,
        node: NodeId,
        kind: NodeKind,
        reached_at: &mut [usize],
        reached: &mut Vec<usize>,
    ) {
        let Some(last) = reached_at.get_mut(edge.target) else {
            return;
        };
        if *last == node.index() {
            return;
        }
        let principal = if kind == NodeKind::Attribute {
            NodeKind::Attribute
        } else {
            NodeKind::Element
        };
        if !self.main_node_is(&edge.step.test, node, principal) {
            return;
        }
        self.restart();
        let here = NodeRef::main(node);
        let passes = if edge.positional {
            // Positions count among the nodes the step selects from the parent.
            let parent = self.main().document.parent(node).unwrap_or(NodeId::DOCUMENT);
            let mut found = false;
            let _ = self.step(&edge.step, NodeRef::main(parent), &mut |candidate| {
                found |= candidate == here;
                Ok(if found { Flow::Break } else { Flow::Continue })
            });
            found
        } else {
            let focus = Focus::node(here);
            edge.step
                .predicates
                .iter()
                .all(|predicate| self.condition(&predicate.expr, &focus).unwrap_or(false))
        };
        if passes {
            *last = node.index();
            reached.push(edge.target);
        }
    }
}
