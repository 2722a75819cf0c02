//! Paths in the static phase: node tests, predicates, steps merged and put in order.

use super::ast::{Ast, Axis, Name, NodeTest, Start, Step as AstStep};
use super::compile::{Compiler, number};
use super::direct::is_direct;
use super::error::{Result, XPathError};
use super::expr::{Dependencies, Expr, Kind, Op, Path, Predicate, PredicateMode, Step, Test};
use super::keys::{keyed, split_lookup};
use super::types::{AtomicType, SCHEMA_NAMESPACE};
use super::value::Atomic;

impl Compiler<'_> {
    /// Resolves the names of a node test.
    pub(super) fn node_test(&mut self, test: &NodeTest, axis: Axis) -> Result<Test> {
        let attribute = axis == Axis::Attribute;
        Ok(match test {
            NodeTest::Any => Test::Principal,
            NodeTest::Name(name) => Test::Name(self.name_number(name, attribute || axis == Axis::Namespace)?),
            NodeTest::AnyLocal(name) => {
                let namespace = self.namespace(name.prefix.as_deref().unwrap_or_default(), name.offset)?;
                Test::Namespace(number(&mut self.program.namespaces, namespace))
            }
            NodeTest::AnyPrefix(local) => Test::Local(number(&mut self.program.locals, local.clone())),
            NodeTest::Node => Test::Node,
            NodeTest::Text => Test::Text,
            NodeTest::Comment => Test::Comment,
            NodeTest::Instruction(target) => Test::Instruction(target.clone()),
            NodeTest::Document(None) => Test::Document(None),
            NodeTest::Document(Some(inner)) => {
                Test::Document(Some(Box::new(self.node_test(inner, Axis::Child)?)))
            }
            NodeTest::Element(name, kind) => {
                if !self.untyped(kind.as_ref(), &["untyped", "anyType"])? {
                    return Ok(Test::Nothing);
                }
                let name = name.as_ref().map(|name| self.name_number(name, false));
                Test::Element(name.transpose()?)
            }
            NodeTest::Attribute(name, kind) => {
                let untyped = ["untypedAtomic", "anyAtomicType", "anySimpleType", "anyType"];
                if !self.untyped(kind.as_ref(), &untyped)? {
                    return Ok(Test::Nothing);
                }
                let name = name.as_ref().map(|name| self.name_number(name, true));
                Test::Attribute(name.transpose()?)
            }
            NodeTest::Schema(name) => {
                let detail = format!("no schema declares '{}'", name.local);
                return Err(XPathError::new("XPST0008", detail).at(name.offset));
            }
        })
    }

    /// Whether nodes without schema have the type.
    pub(super) fn untyped(&self, kind: Option<&Name>, matching: &[&str]) -> Result<bool> {
        let Some(name) = kind else { return Ok(true) };
        let namespace = match &name.prefix {
            Some(prefix) => self.namespace(prefix, name.offset)?,
            None => self.context.element_namespace.clone(),
        };
        let known = namespace == SCHEMA_NAMESPACE
            && (matching.contains(&name.local.as_str())
                || matches!(name.local.as_str(), "untyped" | "anyType" | "anySimpleType")
                || AtomicType::from_name(&namespace, &name.local).is_some());
        if !known {
            return Err(
                XPathError::new("XPST0008", format!("type '{}' is not declared", name.local)).at(name.offset),
            );
        }
        Ok(matching.contains(&name.local.as_str()))
    }

    pub(super) fn predicates(&mut self, predicates: &[Ast]) -> Result<Vec<Predicate>> {
        predicates
            .iter()
            .map(|predicate| self.predicate(predicate))
            .collect()
    }

    pub(super) fn predicate(&mut self, ast: &Ast) -> Result<Predicate> {
        let expr = self.expr(ast)?;
        let mode = match (&expr.op, expr.kind) {
            (Op::Literal(Atomic::Integer(position)), _) => {
                // A position below 1 never comes.
                PredicateMode::Position(usize::try_from(*position).unwrap_or(0))
            }
            (_, Kind::Boolean | Kind::Nodes | Kind::NotNumeric) => PredicateMode::Boolean,
            _ => PredicateMode::Dynamic,
        };
        let needs_size = expr.depends.has(Dependencies::SIZE);
        Ok(Predicate {
            expr,
            mode,
            needs_size,
        })
    }

    pub(super) fn path(&mut self, start: Start, steps: &[AstStep]) -> Result<Expr> {
        let mut current = match start {
            Start::Relative => None,
            Start::Root | Start::RootDescendants => {
                Some(Expr::new(Op::Root, Dependencies::ROOT, Kind::Nodes))
            }
        };
        let mut pending: Vec<Step> = Vec::new();
        for step in steps {
            match step {
                AstStep::Axis {
                    axis,
                    test,
                    predicates,
                } => {
                    let test = self.node_test(test, *axis)?;
                    if *axis == Axis::Namespace {
                        return Err(XPathError::new("XPST0010", "the namespace axis is not supported"));
                    }
                    let predicates = self.predicates(predicates)?;
                    pending.push(Step {
                        axis: *axis,
                        test,
                        predicates,
                        indexed: None,
                    });
                }
                AstStep::Expression(inner) => {
                    let inner = self.expr(inner)?;
                    let input = self.finish(current.take(), std::mem::take(&mut pending));
                    current = Some(match input {
                        None => inner,
                        Some(input) => {
                            let depends = input.depends.with(inner.depends.outside_focus());
                            let kind = inner.kind;
                            Expr::new(Op::Map(Box::new(input), Box::new(inner)), depends, kind)
                        }
                    });
                }
            }
        }
        self.finish(current, pending)
            .ok_or_else(|| XPathError::syntax("empty path", 0))
    }

    /// A path from what came before through axis steps.
    pub(super) fn finish(&mut self, start: Option<Expr>, steps: Vec<Step>) -> Option<Expr> {
        if steps.is_empty() {
            return start;
        }
        let mut steps = merge_descendants(steps);
        for step in &mut steps {
            if step.index_key().is_some() {
                step.indexed = Some(self.program.indexes);
                self.program.indexes += 1;
            }
        }
        let base = start.as_ref().map_or(Dependencies::ITEM, |start| start.depends);
        let depends = steps
            .iter()
            .flat_map(|step| &step.predicates)
            .fold(base, |depends, predicate| {
                depends.with(predicate.expr.depends.outside_focus())
            });
        let (ordered, distinct) = order(&steps);
        let direct = start.is_none() && is_direct(&steps);
        let path = Path {
            start,
            steps,
            ordered,
            distinct,
            direct,
        };
        let expr = Expr::new(Op::Path(Box::new(path)), depends, Kind::Nodes);
        Some(lookup(expr))
    }
}

/// Turns `document('...')//x[@code = $key]...` into a hashed look-up, when the key does not depend on the node.
fn lookup(expr: Expr) -> Expr {
    let Op::Path(path) = &expr.op else { return expr };
    let Some(last) = path.steps.last() else {
        return expr;
    };
    let fixed_before = path
        .start
        .as_ref()
        .is_some_and(|start| start.depends.is_static() && start.depends.has(Dependencies::DOCUMENTS))
        && path.steps.iter().rev().skip(1).all(|step| {
            step.predicates
                .iter()
                .all(|predicate| predicate.expr.depends.outside_focus().is_static())
        });
    let usable = fixed_before && last.predicates.iter().all(|predicate| !predicate.is_positional());
    if !usable
        || !last
            .predicates
            .iter()
            .any(|predicate| keyed(&predicate.expr).is_some())
    {
        return expr;
    }
    Expr {
        depends: expr.depends,
        kind: expr.kind,
        op: split_lookup(expr),
    }
}

/// `descendant-or-self::node()/child::x` is `descendant::x` when no predicate counts positions.
fn merge_descendants(steps: Vec<Step>) -> Vec<Step> {
    let mut merged: Vec<Step> = Vec::with_capacity(steps.len());
    for mut step in steps {
        let after_all = merged.last().is_some_and(|last| {
            last.axis == Axis::DescendantOrSelf && last.test == Test::Node && last.predicates.is_empty()
        });
        let free = !step.predicates.iter().any(Predicate::is_positional);
        let axis = match step.axis {
            Axis::Child | Axis::Descendant => Some(Axis::Descendant),
            Axis::SelfNode | Axis::DescendantOrSelf => Some(Axis::DescendantOrSelf),
            _ => None,
        };
        if let Some(axis) = axis
            && after_all
            && free
        {
            merged.pop();
            step.axis = axis;
        }
        merged.push(step);
    }
    merged
}

/// Whether steps from a single node give nodes in document order without repetition, and without repetition at all.
fn order(steps: &[Step]) -> (bool, bool) {
    let (mut single, mut apart, mut ordered, mut distinct) = (true, true, true, true);
    for step in steps {
        match step.axis {
            Axis::SelfNode => {}
            Axis::Child => {
                ordered &= apart;
                single = false;
            }
            Axis::Attribute | Axis::Namespace => {
                apart = true;
                single = false;
            }
            Axis::Descendant | Axis::DescendantOrSelf => {
                ordered &= apart;
                distinct &= apart;
                apart = false;
                single = false;
            }
            Axis::Parent => {
                ordered &= single;
                distinct &= single;
                apart = single;
            }
            Axis::FollowingSibling | Axis::Following => {
                ordered &= single;
                distinct &= single;
                apart = single && step.axis == Axis::FollowingSibling;
                single = false;
            }
            Axis::PrecedingSibling | Axis::Preceding | Axis::Ancestor | Axis::AncestorOrSelf => {
                ordered = false;
                distinct &= single;
                apart = false;
                single = false;
            }
        }
    }
    (ordered, distinct)
}
