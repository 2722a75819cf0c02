//! Syntax tree to compiled form: the static phase.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::ast::{Ast, Axis, Comparison, ItemType, Name, SequenceType};
use super::error::{Result, XPathError};
use super::expr::{Dependencies, Expr, ItemTest, Kind, Op, Predicate, SequenceTest};
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
    pub(super) fn namespace(&self, prefix: &str, offset: usize) -> Result<String> {
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
                match has_text(*operator, self.expr(left)?, self.expr(right)?) {
                    Ok(test) => test,
                    Err((left, right)) => {
                        let op = Op::Value(*operator, Box::new(left), Box::new(right));
                        Expr::new(op, Dependencies::NONE, Kind::Boolean).over_parts()
                    }
                }
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
                filtered(base, predicates, kind)
            }
            Ast::Call(name, arguments) => self.call(name, arguments)?,
        })
    }

    pub(super) fn boxed(&mut self, ast: &Ast) -> Result<Box<Expr>> {
        self.expr(ast).map(Box::new)
    }

    pub(super) fn list(&mut self, items: &[Ast]) -> Result<Vec<Expr>> {
        items.iter().map(|item| self.expr(item)).collect()
    }

    /// The name a variable is declared under: prefixes resolved, so that two prefixes of a namespace are one name.
    pub(super) fn variable_name(&self, name: &Name) -> Result<String> {
        match &name.prefix {
            Some(prefix) => Ok(format!(
                "{{{}}}{}",
                self.namespace(prefix, name.offset)?,
                name.local
            )),
            None => Ok(name.local.clone()),
        }
    }

    pub(super) fn variable(&mut self, name: &Name) -> Result<Expr> {
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
    pub(super) fn loops(
        &mut self,
        bindings: &[(Name, Ast)],
        body: &Ast,
        quantifier: Option<bool>,
    ) -> Result<Expr> {
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

    pub(super) fn general(&mut self, operator: Comparison, left: &Ast, right: &Ast) -> Result<Expr> {
        let (left, right) = (self.expr(left)?, self.expr(right)?);
        let (left, right) = match has_text(operator, left, right) {
            Ok(test) => return Ok(test),
            Err(sides) => sides,
        };
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

    pub(super) fn atomic_type(&self, name: &Name) -> Result<AtomicType> {
        let namespace = match &name.prefix {
            Some(prefix) => self.namespace(prefix, name.offset)?,
            None => self.context.element_namespace.clone(),
        };
        AtomicType::from_name(&namespace, &name.local).ok_or_else(|| {
            XPathError::new("XPST0051", format!("'{}' is no atomic type", name.local)).at(name.offset)
        })
    }

    pub(super) fn cast(&mut self, inner: &Ast, name: &Name, optional: bool, castable: bool) -> Result<Expr> {
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

    pub(super) fn qname(&self, text: &str) -> Result<QName> {
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

    pub(super) fn call(&mut self, name: &Name, arguments: &[Ast]) -> Result<Expr> {
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

    pub(super) fn sequence_test(&mut self, wanted: &SequenceType) -> Result<SequenceTest> {
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

    pub(super) fn name_number(&mut self, name: &Name, attribute: bool) -> Result<usize> {
        let namespace = match &name.prefix {
            Some(prefix) => self.namespace(prefix, name.offset)?,
            None if attribute => String::new(),
            None => self.context.element_namespace.clone(),
        };
        Ok(self.program.names.intern(&namespace, &name.local).index())
    }
}

/// `base[...]...`
fn filtered(base: Expr, predicates: Vec<Predicate>, kind: Kind) -> Expr {
    let depends = predicates.iter().fold(base.depends, |depends, predicate| {
        depends.with(predicate.expr.depends.outside_focus())
    });
    Expr::new(Op::Filter(Box::new(base), predicates), depends, kind)
}

/// `string-length(x) > 0` and `string-length(normalize-space(x)) > 0` as questions that end at the first character;
/// the sides as they were when they are something else.
#[expect(clippy::result_large_err, reason = "gives its arguments back")]
fn has_text(operator: Comparison, left: Expr, right: Expr) -> std::result::Result<Expr, (Expr, Expr)> {
    let zero = |expr: &Expr| matches!(expr.op, Op::Literal(Atomic::Integer(0)));
    let length = |expr: &Expr| matches!(expr.op, Op::Call(Function::StringLength, _));
    let (call, other) = match operator {
        Comparison::Greater | Comparison::NotEqual if length(&left) && zero(&right) => (left, right),
        Comparison::Less | Comparison::NotEqual if zero(&left) && length(&right) => (right, left),
        _ => return Err((left, right)),
    };
    let depends = call.depends;
    let Op::Call(_, mut arguments) = call.op else {
        return Err((call, other));
    };
    let mut folded = false;
    if let [only] = arguments.as_mut_slice()
        && let Op::Call(Function::NormalizeSpace, inner) = &mut only.op
    {
        folded = true;
        arguments = std::mem::take(inner);
    }
    let op = Op::HasText { arguments, folded };
    Ok(Expr::new(op, depends, Kind::Boolean))
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

pub(super) fn number(list: &mut Vec<String>, text: String) -> usize {
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
