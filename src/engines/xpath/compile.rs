//! Syntax tree to compiled form: the static phase.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::ast::{Ast, Axis, Comparison, ItemType, Name, NodeTest, SequenceType, Start, Step as AstStep};
use super::error::{Result, XPathError};
use super::expr::{
    Dependencies, Expr, ItemTest, Kind, Lookup, Op, Path, Predicate, PredicateMode, SequenceTest, Step, Test,
};
use super::functions::{self, Function};
use super::program::{Program, Scope, StaticContext, Variable};
use super::types::{AtomicType, SCHEMA_NAMESPACE, collapse, parse_decimal, parse_double};
use super::value::{Atomic, QName};

pub(super) struct Compiler<'p> {
    pub(super) program: &'p mut Program,
    pub(super) context: &'p StaticContext,
    pub(super) scope: Scope,
}

const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

fn unknown_prefix(prefix: &str, offset: usize) -> XPathError {
    XPathError::new("XPST0081", format!("prefix '{prefix}' is not declared")).at(offset)
}

impl Compiler<'_> {
    /// The namespace of a prefix: declared in the schema, else one of those every XPath knows.
    fn namespace(&self, prefix: &str, offset: usize) -> Result<String> {
        let declared = self
            .context
            .namespaces
            .iter()
            .rev()
            .find(|(found, _)| found == prefix);
        if let Some((_, uri)) = declared {
            return Ok(uri.clone());
        }
        match prefix {
            "xml" => Ok(XML_NAMESPACE.to_owned()),
            "xs" => Ok(SCHEMA_NAMESPACE.to_owned()),
            "fn" => Ok(functions::NAMESPACE.to_owned()),
            _ => Err(unknown_prefix(prefix, offset)),
        }
    }

    /// Compiles an expression.
    pub(super) fn expr(&mut self, ast: &Ast) -> Result<Expr> {
        let constant = |atomic: Atomic<'static>| {
            let kind = match atomic {
                Atomic::String(_) => Kind::NotNumeric,
                _ => Kind::Any,
            };
            Expr::new(Op::Literal(atomic), Dependencies::NONE, kind)
        };
        Ok(match ast {
            Ast::String(text) => constant(Atomic::String(Cow::Owned(text.clone()))),
            Ast::Integer(text) => {
                let number = text
                    .parse()
                    .map_err(|_| XPathError::new("FOAR0002", "integer outside 64 bits"))?;
                constant(Atomic::Integer(number))
            }
            Ast::Decimal(text) => {
                let number = parse_decimal(text)
                    .ok_or_else(|| XPathError::new("FOAR0002", "decimal outside 28 digits"))?;
                constant(Atomic::Decimal(number))
            }
            Ast::Double(text) => constant(Atomic::Double(parse_double(text).unwrap_or(f64::NAN))),
            Ast::Variable(name) => self.variable(name)?,
            Ast::Context => Expr::new(Op::Context, Dependencies::ITEM, Kind::Any),
            Ast::Sequence(items) => {
                let items = self.list(items)?;
                let kind = if items.iter().all(|item| item.kind == Kind::Nodes) && !items.is_empty() {
                    Kind::Nodes
                } else {
                    Kind::Any
                };
                Expr::new(Op::Sequence(items), Dependencies::NONE, kind).over_parts()
            }
            Ast::If(test, then, otherwise) => {
                let (test, then, otherwise) = (self.boxed(test)?, self.boxed(then)?, self.boxed(otherwise)?);
                let kind = if then.kind == otherwise.kind {
                    then.kind
                } else {
                    Kind::Any
                };
                Expr::new(Op::If(test, then, otherwise), Dependencies::NONE, kind).over_parts()
            }
            Ast::For(bindings, body) => self.loops(bindings, body, None)?,
            Ast::Quantified {
                every,
                bindings,
                test,
            } => self.loops(bindings, test, Some(*every))?,
            Ast::Or(items) => {
                Expr::new(Op::Or(self.list(items)?), Dependencies::NONE, Kind::Boolean).over_parts()
            }
            Ast::And(items) => {
                Expr::new(Op::And(self.list(items)?), Dependencies::NONE, Kind::Boolean).over_parts()
            }
            Ast::General(operator, left, right) => self.general(*operator, left, right)?,
            Ast::Value(operator, left, right) => {
                let op = Op::Value(*operator, self.boxed(left)?, self.boxed(right)?);
                Expr::new(op, Dependencies::NONE, Kind::Boolean).over_parts()
            }
            Ast::NodeOrder(operator, left, right) => {
                let op = Op::NodeOrder(*operator, self.boxed(left)?, self.boxed(right)?);
                Expr::new(op, Dependencies::NONE, Kind::Boolean).over_parts()
            }
            Ast::Range(left, right) => Expr::new(
                Op::Range(self.boxed(left)?, self.boxed(right)?),
                Dependencies::NONE,
                Kind::Any,
            )
            .over_parts(),
            Ast::Arithmetic(operator, left, right) => {
                let op = Op::Arithmetic(*operator, self.boxed(left)?, self.boxed(right)?);
                Expr::new(op, Dependencies::NONE, Kind::Any).over_parts()
            }
            Ast::Sign(negative, inner) => Expr::new(
                Op::Sign(*negative, self.boxed(inner)?),
                Dependencies::NONE,
                Kind::Any,
            )
            .over_parts(),
            Ast::Union(items) => {
                Expr::new(Op::Union(self.list(items)?), Dependencies::NONE, Kind::Nodes).over_parts()
            }
            Ast::Intersect(left, right) => {
                let op = Op::Intersect(self.boxed(left)?, self.boxed(right)?);
                Expr::new(op, Dependencies::NONE, Kind::Nodes).over_parts()
            }
            Ast::Except(left, right) => {
                let op = Op::Except(self.boxed(left)?, self.boxed(right)?);
                Expr::new(op, Dependencies::NONE, Kind::Nodes).over_parts()
            }
            Ast::InstanceOf(inner, wanted) => {
                let op = Op::InstanceOf(self.boxed(inner)?, self.sequence_test(wanted)?);
                Expr::new(op, Dependencies::NONE, Kind::Boolean).over_parts()
            }
            Ast::TreatAs(inner, wanted) => {
                let op = Op::TreatAs(self.boxed(inner)?, self.sequence_test(wanted)?);
                Expr::new(op, Dependencies::NONE, Kind::Any).over_parts()
            }
            Ast::CastableAs(inner, name, optional) => self.cast(inner, name, *optional, true)?,
            Ast::CastAs(inner, name, optional) => self.cast(inner, name, *optional, false)?,
            Ast::Path(start, steps) => self.path(*start, steps)?,
            Ast::Filter(base, predicates) => {
                let base = self.expr(base)?;
                let predicates = self.predicates(predicates)?;
                let kind = base.kind;
                self.filter(base, predicates, kind)
            }
            Ast::Call(name, arguments) => self.call(name, arguments)?,
        })
    }

    fn filter(&mut self, base: Expr, predicates: Vec<Predicate>, kind: Kind) -> Expr {
        let depends = predicates.iter().fold(base.depends, |depends, predicate| {
            depends.with(predicate.expr.depends.outside_focus())
        });
        Expr::new(Op::Filter(Box::new(base), predicates), depends, kind)
    }

    fn boxed(&mut self, ast: &Ast) -> Result<Box<Expr>> {
        self.expr(ast).map(Box::new)
    }

    fn list(&mut self, items: &[Ast]) -> Result<Vec<Expr>> {
        items.iter().map(|item| self.expr(item)).collect()
    }

    /// The name a variable is declared under: prefixes resolved, so that two prefixes of a namespace are one name.
    fn variable_name(&self, name: &Name) -> Result<String> {
        match &name.prefix {
            Some(prefix) => Ok(format!(
                "{{{}}}{}",
                self.namespace(prefix, name.offset)?,
                name.local
            )),
            None => Ok(name.local.clone()),
        }
    }

    fn variable(&mut self, name: &Name) -> Result<Expr> {
        let full = self.variable_name(name)?;
        match self.scope.find(&full) {
            Some(Variable::Local(slot)) => Ok(Expr::new(Op::Local(slot), Dependencies::LOCALS, Kind::Any)),
            Some(Variable::Global(index)) => {
                Ok(Expr::new(Op::Global(index), Dependencies::GLOBALS, Kind::Any))
            }
            None => Err(
                XPathError::new("XPST0008", format!("variable '${}' is not declared", name.local))
                    .at(name.offset),
            ),
        }
    }

    /// `for`, or a quantified expression when `quantifier` says which.
    fn loops(&mut self, bindings: &[(Name, Ast)], body: &Ast, quantifier: Option<bool>) -> Result<Expr> {
        let Some(((name, source), rest)) = bindings.split_first() else {
            return self.expr(body);
        };
        let source = self.boxed(source)?;
        let slot = self.program.reserve_slot();
        let mark = self.scope.len();
        let full = self.variable_name(name)?;
        self.scope.declare(full, Variable::Local(slot));
        let inner = self.loops(rest, body, quantifier).map(Box::new);
        self.scope.truncate(mark);
        let inner = inner?;
        let kind = if quantifier.is_some() {
            Kind::Boolean
        } else {
            inner.kind
        };
        let op = match quantifier {
            Some(every) => Op::Quantified {
                every,
                slot,
                source,
                test: inner,
            },
            None => Op::For {
                slot,
                source,
                body: inner,
            },
        };
        Ok(Expr::new(op, Dependencies::NONE, kind).over_parts())
    }

    fn general(&mut self, operator: Comparison, left: &Ast, right: &Ast) -> Result<Expr> {
        let (left, right) = (self.expr(left)?, self.expr(right)?);
        let simple = matches!(operator, Comparison::Equal | Comparison::NotEqual);
        let text = |expr: &Expr| match &expr.op {
            Op::Literal(Atomic::String(text)) => Some(text.clone().into_owned()),
            _ => None,
        };
        let equal = operator == Comparison::Equal;
        let make = |op: Op| Expr::new(op, Dependencies::NONE, Kind::Boolean).over_parts();
        if simple
            && left.kind == Kind::Nodes
            && let Some(text) = text(&right)
        {
            return Ok(make(Op::TextComparison {
                equal,
                nodes: Box::new(left),
                text,
            }));
        }
        if simple
            && right.kind == Kind::Nodes
            && let Some(text) = text(&left)
        {
            return Ok(make(Op::TextComparison {
                equal,
                nodes: Box::new(right),
                text,
            }));
        }
        let fixed = |expr: &Expr| expr.depends.is_static() && expr.depends.has(Dependencies::DOCUMENTS);
        if equal && fixed(&right) && !left.depends.is_static() {
            let op = Op::Member {
                value: Box::new(left),
                set: Box::new(right),
                hashed: OnceLock::new(),
            };
            return Ok(make(op));
        }
        if equal && fixed(&left) && !right.depends.is_static() {
            let op = Op::Member {
                value: Box::new(right),
                set: Box::new(left),
                hashed: OnceLock::new(),
            };
            return Ok(make(op));
        }
        Ok(make(Op::General(operator, Box::new(left), Box::new(right))))
    }

    fn atomic_type(&self, name: &Name) -> Result<AtomicType> {
        let namespace = match &name.prefix {
            Some(prefix) => self.namespace(prefix, name.offset)?,
            None => self.context.element_namespace.clone(),
        };
        AtomicType::from_name(&namespace, &name.local).ok_or_else(|| {
            XPathError::new("XPST0051", format!("'{}' is no atomic type", name.local)).at(name.offset)
        })
    }

    fn cast(&mut self, inner: &Ast, name: &Name, optional: bool, castable: bool) -> Result<Expr> {
        let target = self.atomic_type(name)?;
        if target == AtomicType::AnyAtomic || name.local == "NOTATION" {
            return Err(
                XPathError::new("XPST0080", format!("nothing can be cast to xs:{}", name.local))
                    .at(name.offset),
            );
        }
        // Only a literal can be cast to a QName: its prefix is resolved here.
        if target == AtomicType::QName
            && let Ast::String(text) = inner
        {
            let made = self.qname(text);
            let op = match (castable, made) {
                (true, made) => Op::Literal(Atomic::Boolean(made.is_ok())),
                (false, Ok(name)) => Op::Literal(Atomic::QName(Arc::new(name))),
                (false, Err(error)) => Op::Error(error),
            };
            return Ok(Expr::new(op, Dependencies::NONE, Kind::Any));
        }
        let inner = self.boxed(inner)?;
        Ok(if castable {
            Expr::new(
                Op::CastableAs(inner, target, optional),
                Dependencies::NONE,
                Kind::Boolean,
            )
            .over_parts()
        } else {
            Expr::new(Op::CastAs(inner, target, optional), Dependencies::NONE, Kind::Any).over_parts()
        })
    }

    fn qname(&self, text: &str) -> Result<QName> {
        let text = collapse(text);
        let (prefix, local) = text.split_once(':').unwrap_or(("", &text));
        let valid = super::lexer::is_ncname(local) && (prefix.is_empty() || super::lexer::is_ncname(prefix));
        if !valid || text.starts_with(':') {
            return Err(XPathError::invalid_value(format!("'{text}' is not an xs:QName")));
        }
        let namespace = if prefix.is_empty() {
            self.context.element_namespace.clone()
        } else {
            self.namespace(prefix, 0)
                .map_err(|_| XPathError::new("FONS0004", format!("prefix '{prefix}' is not declared")))?
        };
        Ok(QName {
            namespace,
            prefix: prefix.to_owned(),
            local: local.to_owned(),
        })
    }

    fn call(&mut self, name: &Name, arguments: &[Ast]) -> Result<Expr> {
        let namespace = match &name.prefix {
            Some(prefix) => self.namespace(prefix, name.offset)?,
            None => functions::NAMESPACE.to_owned(),
        };
        if namespace == SCHEMA_NAMESPACE {
            if let [argument] = arguments {
                return self
                    .cast(argument, name, true, false)
                    .map_err(|error| match error.code() {
                        "XPST0051" | "XPST0080" => unknown_function(name, arguments.len()),
                        _ => error,
                    });
            }
            return Err(unknown_function(name, arguments.len()));
        }
        let function = (namespace == functions::NAMESPACE)
            .then(|| Function::find(&name.local, arguments.len()))
            .flatten();
        let Some(function) = function else {
            return Err(unknown_function(name, arguments.len()));
        };
        let mut arguments = self.list(arguments)?;
        // The addresses of doc() and document() are relative to the schema.
        if matches!(
            function,
            Function::Doc | Function::DocAvailable | Function::Document | Function::StaticBaseUri
        ) || (function == Function::ResolveUri && arguments.len() == 1)
        {
            let base = Atomic::String(Cow::Owned(self.context.base_uri.clone()));
            let base = Expr::new(Op::Literal(base), Dependencies::NONE, Kind::NotNumeric);
            if function == Function::Document && arguments.len() == 2 {
                arguments.push(base);
            } else if function == Function::Document {
                arguments.push(Expr::new(Op::Sequence(Vec::new()), Dependencies::NONE, Kind::Any));
                arguments.push(base);
            } else {
                arguments.push(base);
            }
        }
        let depends = function.depends(match function {
            Function::StaticBaseUri => 0,
            _ => arguments.len(),
        });
        let expr = Expr::new(Op::Call(function, arguments), depends, function.kind());
        Ok(expr.over_parts())
    }

    fn sequence_test(&mut self, wanted: &SequenceType) -> Result<SequenceTest> {
        Ok(match wanted {
            SequenceType::Empty => SequenceTest::Empty,
            SequenceType::Of(item, occurrence) => {
                let item = match item {
                    ItemType::Item => ItemTest::Item,
                    ItemType::Node(test) => ItemTest::Node(self.node_test(test, Axis::Child)?),
                    ItemType::Atomic(name) => ItemTest::Atomic(self.atomic_type(name)?),
                };
                SequenceTest::Of(item, *occurrence)
            }
        })
    }

    fn name_number(&mut self, name: &Name, attribute: bool) -> Result<usize> {
        let namespace = match &name.prefix {
            Some(prefix) => self.namespace(prefix, name.offset)?,
            None if attribute => String::new(),
            None => self.context.element_namespace.clone(),
        };
        Ok(self.program.names.intern(&namespace, &name.local).index())
    }

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
            NodeTest::Element(name, kind) => match self.untyped(kind.as_ref(), &["untyped", "anyType"])? {
                true => Test::Element(
                    name.as_ref()
                        .map(|name| self.name_number(name, false))
                        .transpose()?,
                ),
                false => Test::Nothing,
            },
            NodeTest::Attribute(name, kind) => {
                match self.untyped(
                    kind.as_ref(),
                    &["untypedAtomic", "anyAtomicType", "anySimpleType", "anyType"],
                )? {
                    true => Test::Attribute(
                        name.as_ref()
                            .map(|name| self.name_number(name, true))
                            .transpose()?,
                    ),
                    false => Test::Nothing,
                }
            }
            NodeTest::Schema(name) => {
                let detail = format!("no schema declares '{}'", name.local);
                return Err(XPathError::new("XPST0008", detail).at(name.offset));
            }
        })
    }

    /// Whether nodes without schema have the type.
    fn untyped(&self, kind: Option<&Name>, matching: &[&str]) -> Result<bool> {
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

    fn predicate(&mut self, ast: &Ast) -> Result<Predicate> {
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

    fn path(&mut self, start: Start, steps: &[AstStep]) -> Result<Expr> {
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
    fn finish(&mut self, start: Option<Expr>, steps: Vec<Step>) -> Option<Expr> {
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
        let path = Path {
            start,
            steps,
            ordered,
            distinct,
        };
        let expr = Expr::new(Op::Path(Box::new(path)), depends, Kind::Nodes);
        Some(self.lookup(expr))
    }

    /// Turns `document('...')//x[@code = $key]...` into a hashed look-up, when the key does not depend on the node.
    fn lookup(&mut self, expr: Expr) -> Expr {
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
}

fn unknown_function(name: &Name, arguments: usize) -> XPathError {
    let prefix = name
        .prefix
        .as_ref()
        .map(|prefix| format!("{prefix}:"))
        .unwrap_or_default();
    let detail = format!("no function {prefix}{} with {arguments} argument(s)", name.local);
    XPathError::new("XPST0017", detail).at(name.offset)
}

fn number(list: &mut Vec<String>, text: String) -> usize {
    list.iter().position(|found| *found == text).unwrap_or_else(|| {
        list.push(text);
        list.len() - 1
    })
}

impl Expr {
    /// Adds what the parts depend on.
    fn over_parts(mut self) -> Self {
        let mut depends = self.depends;
        for part in self.parts_mut() {
            depends = depends.with(part.depends);
        }
        self.depends = depends;
        self
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

/// The attribute and the key of `@name = key`, when the key does not depend on the node.
fn keyed(expr: &Expr) -> Option<()> {
    match &expr.op {
        Op::And(items) => items.iter().find_map(keyed),
        Op::General(Comparison::Equal, left, right) => {
            let usable = |attribute: &Expr, key: &Expr| {
                own_attribute(attribute).is_some()
                    && key.depends == key.depends.outside_focus()
                    && !key.depends.has(Dependencies::ROOT)
            };
            (usable(left, right) || usable(right, left)).then_some(())
        }
        Op::TextComparison {
            equal: true, nodes, ..
        } => own_attribute(nodes).map(|_| ()),
        _ => None,
    }
}

/// The name of the attribute when the expression is `@name` of the context item.
fn own_attribute(expr: &Expr) -> Option<usize> {
    let Op::Path(path) = &expr.op else { return None };
    match (&path.start, path.steps.as_slice()) {
        (
            None,
            [
                Step {
                    axis: Axis::Attribute,
                    test: Test::Name(name),
                    predicates,
                    ..
                },
            ],
        ) if predicates.is_empty() => Some(*name),
        _ => None,
    }
}

/// Takes the first key out of the predicates of the last step.
fn split_lookup(expr: Expr) -> Op {
    let Op::Path(mut path) = expr.op else {
        return expr.op;
    };
    let Some(mut last) = path.steps.pop() else {
        return Op::Path(path);
    };
    let mut found: Option<(usize, Expr)> = None;
    let mut rest: Vec<Predicate> = Vec::new();
    for mut predicate in std::mem::take(&mut last.predicates) {
        if found.is_none() && keyed(&predicate.expr).is_some() {
            found = take_key(&mut predicate.expr);
            if matches!(&predicate.expr.op, Op::And(items) if items.is_empty()) {
                continue;
            }
        }
        rest.push(predicate);
    }
    path.steps.push(last);
    let depends = path
        .start
        .as_ref()
        .map_or(Dependencies::NONE, |start| start.depends);
    let base = Expr::new(Op::Path(path), depends, Kind::Nodes);
    match found {
        Some((attribute, key)) => Op::Lookup(Box::new(Lookup {
            base,
            attribute,
            key,
            rest,
            hashed: OnceLock::new(),
        })),
        None => Op::Filter(Box::new(base), rest),
    }
}

/// Removes `@name = key` from a predicate, leaving an empty conjunction when nothing else is asked.
fn take_key(expr: &mut Expr) -> Option<(usize, Expr)> {
    if let Op::And(items) = &mut expr.op {
        let index = items.iter().position(|item| keyed(item).is_some())?;
        let mut item = items.remove(index);
        return take_key(&mut item);
    }
    let nothing = Op::And(Vec::new());
    match std::mem::replace(&mut expr.op, nothing) {
        Op::General(_, left, right) => match own_attribute(&left) {
            Some(attribute) if right.depends == right.depends.outside_focus() => Some((attribute, *right)),
            _ => own_attribute(&right).map(|attribute| (attribute, *left)),
        },
        Op::TextComparison { nodes, text, .. } => {
            let key = Atomic::String(Cow::Owned(text));
            own_attribute(&nodes).map(|attribute| {
                (
                    attribute,
                    Expr::new(Op::Literal(key), Dependencies::NONE, Kind::NotNumeric),
                )
            })
        }
        other => {
            expr.op = other;
            None
        }
    }
}
