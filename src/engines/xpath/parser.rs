//! Tokens to syntax tree: the grammar of XPath 2.0 by precedence climbing, so that nesting costs few stack frames.

use super::ast::{Arithmetic, Ast, Axis, Comparison, Name, NodeOrder, NodeTest, Start, Step};
use super::error::{Result, XPathError};
use super::kind_tests::is_kind_test;
use super::lexer::{Spanned, Token, tokens};

/// Deepest nesting of an expression, chains of binary operators included.
const DEEPEST: u32 = 100;

/// Parses a whole expression.
pub(super) fn parse(text: &str) -> Result<Ast> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
    };
    let ast = parser.expression()?;
    match parser.peek() {
        Token::End => Ok(ast),
        other => {
            let detail = format!("unexpected {} after the expression", describe(other));
            parser.fail(detail)
        }
    }
}

pub(super) struct Parser {
    tokens: Vec<Spanned>,
    pub(super) at: usize,
    depth: u32,
}

/// Binary operators that the climbing handles, with their precedence (higher binds tighter).
#[derive(Clone, Copy, PartialEq)]
enum Operator {
    Or,
    And,
    General(Comparison),
    Value(Comparison),
    Node(NodeOrder),
    To,
    Arithmetic(Arithmetic),
    Union,
    Intersect,
    Except,
    InstanceOf,
    TreatAs,
    CastableAs,
    CastAs,
}

impl Operator {
    pub(super) fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::General(_) | Self::Value(_) | Self::Node(_) => 3,
            Self::To => 4,
            Self::Arithmetic(Arithmetic::Add | Arithmetic::Subtract) => 5,
            Self::Arithmetic(_) => 6,
            Self::Union => 7,
            Self::Intersect | Self::Except => 8,
            Self::InstanceOf => 9,
            Self::TreatAs => 10,
            Self::CastableAs => 11,
            Self::CastAs => 12,
        }
    }

    /// Comparisons, ranges and type operators do not chain.
    pub(super) fn chains(self) -> bool {
        matches!(
            self,
            Self::Or | Self::And | Self::Arithmetic(_) | Self::Union | Self::Intersect | Self::Except
        )
    }
}

pub(super) fn describe(token: &Token) -> String {
    match token {
        Token::Name(Some(prefix), local) => format!("'{prefix}:{local}'"),
        Token::Name(None, name) => format!("'{name}'"),
        Token::AnyLocal(prefix) => format!("'{prefix}:*'"),
        Token::AnyPrefix(local) => format!("'*:{local}'"),
        Token::String(_) => "string".to_owned(),
        Token::Integer(number) | Token::Decimal(number) | Token::Double(number) => format!("'{number}'"),
        Token::Symbol(symbol) => format!("'{symbol}'"),
        Token::End => "end".to_owned(),
    }
}

impl Parser {
    pub(super) fn peek(&self) -> &Token {
        self.look(0)
    }

    pub(super) fn look(&self, ahead: usize) -> &Token {
        self.tokens
            .get(self.at + ahead)
            .map_or(&Token::End, |spanned| &spanned.token)
    }

    pub(super) fn offset(&self) -> usize {
        self.tokens
            .get(self.at)
            .or(self.tokens.last())
            .map_or(0, |spanned| spanned.offset)
    }

    pub(super) fn fail<T>(&self, detail: impl Into<String>) -> Result<T> {
        Err(XPathError::syntax(detail, self.offset()))
    }

    pub(super) fn is(&self, symbol: &str) -> bool {
        matches!(self.peek(), Token::Symbol(found) if *found == symbol)
    }

    pub(super) fn is_ahead(&self, ahead: usize, symbol: &str) -> bool {
        matches!(self.look(ahead), Token::Symbol(found) if *found == symbol)
    }

    pub(super) fn take(&mut self, symbol: &str) -> bool {
        let found = self.is(symbol);
        if found {
            self.at += 1;
        }
        found
    }

    pub(super) fn want(&mut self, symbol: &str) -> Result<()> {
        if self.take(symbol) {
            return Ok(());
        }
        let detail = format!("expected '{symbol}', found {}", describe(self.peek()));
        self.fail(detail)
    }

    pub(super) fn keyword_ahead(&self, ahead: usize) -> Option<&str> {
        match self.look(ahead) {
            Token::Name(None, name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn keyword(&self, word: &str) -> bool {
        self.keyword_ahead(0) == Some(word)
    }

    pub(super) fn want_keyword(&mut self, word: &str) -> Result<()> {
        if self.keyword(word) {
            self.at += 1;
            return Ok(());
        }
        let detail = format!("expected '{word}', found {}", describe(self.peek()));
        self.fail(detail)
    }

    pub(super) fn name(&mut self) -> Result<Name> {
        let offset = self.offset();
        match self.peek().clone() {
            Token::Name(prefix, local) => {
                self.at += 1;
                Ok(Name {
                    prefix,
                    local,
                    offset,
                })
            }
            other => self.fail(format!("expected a name, found {}", describe(&other))),
        }
    }

    pub(super) fn descend(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.fail(format!("expression nested deeper than {DEEPEST}"));
        }
        Ok(())
    }

    /// `Expr`: one or more expressions with commas.
    pub(super) fn expression(&mut self) -> Result<Ast> {
        let first = self.single()?;
        if !self.is(",") {
            return Ok(first);
        }
        let mut items = vec![first];
        while self.take(",") {
            items.push(self.single()?);
        }
        Ok(Ast::Sequence(items))
    }

    /// `ExprSingle`.
    pub(super) fn single(&mut self) -> Result<Ast> {
        let depth = self.depth;
        self.descend()?;
        let ast = match (self.keyword_ahead(0), self.look(1)) {
            (Some("for"), Token::Symbol("$")) => self.for_expression()?,
            (Some(word @ ("some" | "every")), Token::Symbol("$")) => {
                let every = word == "every";
                self.quantified(every)?
            }
            (Some("if"), Token::Symbol("(")) => self.conditional()?,
            _ => self.binary(0)?,
        };
        self.depth = depth;
        Ok(ast)
    }

    pub(super) fn bindings(&mut self) -> Result<Vec<(Name, Ast)>> {
        self.at += 1;
        let mut bindings = Vec::new();
        loop {
            self.want("$")?;
            let name = self.name()?;
            self.want_keyword("in")?;
            bindings.push((name, self.single()?));
            if bindings.len() > DEEPEST as usize / 4 {
                return self.fail("too many bindings");
            }
            if !self.take(",") {
                return Ok(bindings);
            }
        }
    }

    pub(super) fn for_expression(&mut self) -> Result<Ast> {
        let bindings = self.bindings()?;
        self.want_keyword("return")?;
        Ok(Ast::For(bindings, Box::new(self.single()?)))
    }

    pub(super) fn quantified(&mut self, every: bool) -> Result<Ast> {
        let bindings = self.bindings()?;
        self.want_keyword("satisfies")?;
        Ok(Ast::Quantified {
            every,
            bindings,
            test: Box::new(self.single()?),
        })
    }

    pub(super) fn conditional(&mut self) -> Result<Ast> {
        self.at += 2;
        let test = self.expression()?;
        self.want(")")?;
        self.want_keyword("then")?;
        let then = self.single()?;
        self.want_keyword("else")?;
        let otherwise = self.single()?;
        Ok(Ast::If(Box::new(test), Box::new(then), Box::new(otherwise)))
    }

    /// The operator at the current token and how many tokens it takes.
    fn operator(&self) -> Option<(Operator, usize)> {
        use Comparison as C;
        let word = match self.peek() {
            Token::Symbol(symbol) => {
                let operator = match *symbol {
                    "=" => Operator::General(C::Equal),
                    "!=" => Operator::General(C::NotEqual),
                    "<" => Operator::General(C::Less),
                    "<=" => Operator::General(C::LessOrEqual),
                    ">" => Operator::General(C::Greater),
                    ">=" => Operator::General(C::GreaterOrEqual),
                    "<<" => Operator::Node(NodeOrder::Before),
                    ">>" => Operator::Node(NodeOrder::After),
                    "+" => Operator::Arithmetic(Arithmetic::Add),
                    "-" => Operator::Arithmetic(Arithmetic::Subtract),
                    "*" => Operator::Arithmetic(Arithmetic::Multiply),
                    "|" => Operator::Union,
                    _ => return None,
                };
                return Some((operator, 1));
            }
            Token::Name(None, word) => word.as_str(),
            _ => return None,
        };
        let operator = match word {
            "or" => Operator::Or,
            "and" => Operator::And,
            "eq" => Operator::Value(C::Equal),
            "ne" => Operator::Value(C::NotEqual),
            "lt" => Operator::Value(C::Less),
            "le" => Operator::Value(C::LessOrEqual),
            "gt" => Operator::Value(C::Greater),
            "ge" => Operator::Value(C::GreaterOrEqual),
            "is" => Operator::Node(NodeOrder::Is),
            "to" => Operator::To,
            "div" => Operator::Arithmetic(Arithmetic::Divide),
            "idiv" => Operator::Arithmetic(Arithmetic::IntegerDivide),
            "mod" => Operator::Arithmetic(Arithmetic::Modulo),
            "union" => Operator::Union,
            "intersect" => Operator::Intersect,
            "except" => Operator::Except,
            "instance" if self.keyword_ahead(1) == Some("of") => return Some((Operator::InstanceOf, 2)),
            "treat" if self.keyword_ahead(1) == Some("as") => return Some((Operator::TreatAs, 2)),
            "castable" if self.keyword_ahead(1) == Some("as") => return Some((Operator::CastableAs, 2)),
            "cast" if self.keyword_ahead(1) == Some("as") => return Some((Operator::CastAs, 2)),
            _ => return None,
        };
        Some((operator, 1))
    }

    /// Operators at least as tight as `floor`.
    pub(super) fn binary(&mut self, floor: u8) -> Result<Ast> {
        let depth = self.depth;
        let mut left = self.unary()?;
        let mut last: Option<Operator> = None;
        while let Some((operator, length)) = self.operator() {
            let precedence = operator.precedence();
            if precedence < floor {
                break;
            }
            if last.is_some_and(|last| last.precedence() == precedence && !operator.chains()) {
                return self.fail("these operators cannot be chained without parentheses");
            }
            self.at += length;
            left = self.apply(operator, left, precedence)?;
            last = Some(operator);
        }
        self.depth = depth;
        Ok(left)
    }

    #[expect(
        clippy::result_large_err,
        reason = "a tree that is no such list is given back"
    )]
    fn apply(&mut self, operator: Operator, left: Ast, precedence: u8) -> Result<Ast> {
        let boxed = Box::new;
        let tighter = precedence + 1;
        Ok(match operator {
            Operator::InstanceOf => Ast::InstanceOf(boxed(left), self.sequence_type()?),
            Operator::TreatAs => Ast::TreatAs(boxed(left), self.sequence_type()?),
            Operator::CastableAs => {
                let (name, optional) = self.single_type()?;
                Ast::CastableAs(boxed(left), name, optional)
            }
            Operator::CastAs => {
                let (name, optional) = self.single_type()?;
                Ast::CastAs(boxed(left), name, optional)
            }
            Operator::Or => flatten(left, self.binary(tighter)?, Ast::Or, |ast| match ast {
                Ast::Or(items) => Ok(items),
                other => Err(other),
            }),
            Operator::And => flatten(left, self.binary(tighter)?, Ast::And, |ast| match ast {
                Ast::And(items) => Ok(items),
                other => Err(other),
            }),
            Operator::Union => flatten(left, self.binary(tighter)?, Ast::Union, |ast| match ast {
                Ast::Union(items) => Ok(items),
                other => Err(other),
            }),
            Operator::General(kind) => Ast::General(kind, boxed(left), boxed(self.binary(tighter)?)),
            Operator::Value(kind) => Ast::Value(kind, boxed(left), boxed(self.binary(tighter)?)),
            Operator::Node(kind) => Ast::NodeOrder(kind, boxed(left), boxed(self.binary(tighter)?)),
            Operator::To => Ast::Range(boxed(left), boxed(self.binary(tighter)?)),
            // A chain grows the tree to the left, one level per operator.
            Operator::Arithmetic(kind) => {
                self.descend()?;
                Ast::Arithmetic(kind, boxed(left), boxed(self.binary(tighter)?))
            }
            Operator::Intersect => {
                self.descend()?;
                Ast::Intersect(boxed(left), boxed(self.binary(tighter)?))
            }
            Operator::Except => {
                self.descend()?;
                Ast::Except(boxed(left), boxed(self.binary(tighter)?))
            }
        })
    }

    pub(super) fn unary(&mut self) -> Result<Ast> {
        let mut signs = 0;
        let mut negative = false;
        while self.is("-") || self.is("+") {
            negative ^= self.is("-");
            self.at += 1;
            signs += 1;
        }
        let path = self.path()?;
        if signs == 0 {
            return Ok(path);
        }
        Ok(Ast::Sign(negative, Box::new(path)))
    }

    /// `PathExpr`.
    pub(super) fn path(&mut self) -> Result<Ast> {
        let start = if self.take("//") {
            Start::RootDescendants
        } else if self.take("/") {
            if !self.starts_step() {
                return Ok(Ast::Path(Start::Root, Vec::new()));
            }
            Start::Root
        } else {
            Start::Relative
        };
        let mut steps = Vec::new();
        if start == Start::RootDescendants {
            steps.push(descendants());
        }
        loop {
            steps.push(self.step()?);
            if self.take("//") {
                steps.push(descendants());
            } else if !self.take("/") {
                break;
            }
        }
        // A lone expression is itself, not a path.
        if start == Start::Relative
            && steps.len() == 1
            && let Some(Step::Expression(_)) = steps.first()
            && let Some(Step::Expression(only)) = steps.pop()
        {
            return Ok(only);
        }
        Ok(Ast::Path(start, steps))
    }

    /// Whether a step can start here: after a lone `/`, what follows may be an operator instead.
    pub(super) fn starts_step(&self) -> bool {
        match self.peek() {
            Token::Symbol(symbol) => matches!(*symbol, "*" | "@" | "." | ".." | "$" | "("),
            Token::End => false,
            _ => true,
        }
    }

    pub(super) fn step(&mut self) -> Result<Step> {
        let (axis, test) = match self.peek().clone() {
            Token::Symbol("..") => {
                self.at += 1;
                (Axis::Parent, NodeTest::Node)
            }
            Token::Symbol("@") => {
                self.at += 1;
                (Axis::Attribute, self.node_test()?)
            }
            Token::Symbol("*") | Token::AnyLocal(_) | Token::AnyPrefix(_) => (Axis::Child, self.node_test()?),
            Token::Name(None, name) if self.is_ahead(1, "::") => {
                let Some(axis) = Axis::from_name(&name) else {
                    return self.fail(format!("unknown axis '{name}'"));
                };
                self.at += 2;
                (axis, self.node_test()?)
            }
            Token::Name(None, name) if self.is_ahead(1, "(") && is_kind_test(&name) => {
                let test = self.node_test()?;
                let attribute = matches!(test, NodeTest::Attribute(..))
                    || (name == "schema-attribute" && matches!(test, NodeTest::Schema(_)));
                (if attribute { Axis::Attribute } else { Axis::Child }, test)
            }
            Token::Name(..) if !self.is_ahead(1, "(") => (Axis::Child, self.node_test()?),
            _ => return self.filter().map(Step::Expression),
        };
        let predicates = self.predicates()?;
        Ok(Step::Axis {
            axis,
            test,
            predicates,
        })
    }

    pub(super) fn predicates(&mut self) -> Result<Vec<Ast>> {
        let mut predicates = Vec::new();
        while self.take("[") {
            predicates.push(self.expression()?);
            self.want("]")?;
        }
        Ok(predicates)
    }

    pub(super) fn filter(&mut self) -> Result<Ast> {
        let primary = self.primary()?;
        let predicates = self.predicates()?;
        Ok(if predicates.is_empty() {
            primary
        } else {
            Ast::Filter(Box::new(primary), predicates)
        })
    }

    pub(super) fn primary(&mut self) -> Result<Ast> {
        let ast = match self.peek().clone() {
            Token::String(value) => Ast::String(value),
            Token::Integer(value) => Ast::Integer(value),
            Token::Decimal(value) => Ast::Decimal(value),
            Token::Double(value) => Ast::Double(value),
            Token::Symbol(".") => Ast::Context,
            Token::Symbol("$") => {
                self.at += 1;
                return Ok(Ast::Variable(self.name()?));
            }
            Token::Symbol("(") => {
                self.at += 1;
                if self.take(")") {
                    return Ok(Ast::Sequence(Vec::new()));
                }
                let inner = self.expression()?;
                self.want(")")?;
                // Parentheses keep their meaning in `(a | b)[1]` by the filter around this.
                return Ok(inner);
            }
            Token::Name(prefix, local) if self.is_ahead(1, "(") => {
                if prefix.is_none()
                    && matches!(local.as_str(), "if" | "item" | "empty-sequence" | "typeswitch")
                {
                    return self.fail(format!("'{local}' is not a function"));
                }
                return self.call();
            }
            other => return self.fail(format!("expected an expression, found {}", describe(&other))),
        };
        self.at += 1;
        Ok(ast)
    }

    pub(super) fn call(&mut self) -> Result<Ast> {
        let name = self.name()?;
        self.want("(")?;
        let mut arguments = Vec::new();
        if !self.take(")") {
            loop {
                arguments.push(self.single()?);
                if !self.take(",") {
                    break;
                }
            }
            self.want(")")?;
        }
        Ok(Ast::Call(name, arguments))
    }
}

fn descendants() -> Step {
    Step::Axis {
        axis: Axis::DescendantOrSelf,
        test: NodeTest::Node,
        predicates: Vec::new(),
    }
}

/// Joins two operands of an associative operator into one flat list.
fn flatten(
    left: Ast,
    right: Ast,
    make: fn(Vec<Ast>) -> Ast,
    open: fn(Ast) -> std::result::Result<Vec<Ast>, Ast>,
) -> Ast {
    let mut items = open(left).unwrap_or_else(|single| vec![single]);
    items.push(right);
    make(items)
}
