//! A program: expressions compiled together, sharing names, global variables, caches and loaded documents.

use std::sync::Arc;

use super::ast::Ast;
use super::compile::Compiler;
use super::error::Result;
use super::expr::Expr;
use super::pool::Pool;
use super::regex::Patterns;
use super::{Resolver, parser};
use crate::engines::xml::{NameTable, ParseOptions};

/// Namespaces and base address that an expression is compiled with.
#[derive(Debug, Clone, Default)]
pub struct StaticContext {
    /// Prefixes and their namespaces; a later entry wins.
    pub namespaces: Vec<(String, String)>,
    /// Namespace of unprefixed element names, empty for none.
    pub element_namespace: String,
    /// Address that relative ones are resolved against.
    pub base_uri: String,
}

/// A compiled expression of a [`Program`].
#[derive(Debug)]
pub struct Expression(pub(super) Expr);

/// Variables visible to an expression, innermost last.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub(super) variables: Vec<(String, Variable)>,
}

/// Where a variable lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variable {
    /// A slot of the evaluation, set before it is read.
    Local(usize),
    /// A global variable, evaluated at most once per evaluation, when first read.
    Global(usize),
}

impl Scope {
    /// Makes a variable visible, hiding one of the same name.
    pub fn declare(&mut self, name: impl Into<String>, variable: Variable) {
        self.variables.push((name.into(), variable));
    }

    /// How many declarations there are, to come back to with [`Scope::truncate`].
    pub fn len(&self) -> usize {
        self.variables.len()
    }

    /// True without declarations.
    pub fn is_empty(&self) -> bool {
        self.variables.is_empty()
    }

    /// The declarations made since `len`.
    pub fn since(&self, len: usize) -> Vec<(String, Variable)> {
        self.variables.get(len..).unwrap_or_default().to_vec()
    }

    /// Forgets the declarations made since `len`.
    pub fn truncate(&mut self, len: usize) {
        self.variables.truncate(len);
    }

    pub(super) fn find(&self, name: &str) -> Option<Variable> {
        self.variables
            .iter()
            .rev()
            .find(|(found, _)| found == name)
            .map(|(_, variable)| *variable)
    }
}

/// Expressions compiled together.
pub struct Program {
    pub(super) names: NameTable,
    pub(super) namespaces: Vec<String>,
    pub(super) locals: Vec<String>,
    pub(super) globals: Vec<Option<Expr>>,
    pub(super) slots: usize,
    pub(super) next_slot: usize,
    pub(super) caches: usize,
    pub(super) indexes: usize,
    pub(super) pool: Pool,
    pub(super) patterns: Patterns,
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program")
            .field("names", &self.names.len())
            .field("globals", &self.globals.len())
            .field("slots", &self.slots)
            .field("caches", &self.caches)
            .finish_non_exhaustive()
    }
}

impl Program {
    /// An empty program whose expressions load documents through `resolver`.
    pub fn new(resolver: Arc<dyn Resolver>, options: ParseOptions) -> Self {
        Self {
            names: NameTable::default(),
            namespaces: Vec::new(),
            locals: Vec::new(),
            globals: Vec::new(),
            slots: 0,
            next_slot: 0,
            caches: 0,
            indexes: 0,
            pool: Pool::new(resolver, options),
            patterns: Patterns::default(),
        }
    }

    /// Compiles an expression.
    ///
    /// # Errors
    /// The static errors of the specification: `XPST0003` syntax, `XPST0008` unknown name or variable, `XPST0017`
    /// unknown function, `XPST0081` unknown prefix...
    pub fn compile(&mut self, text: &str, context: &StaticContext, scope: &Scope) -> Result<Expression> {
        let ast = parser::parse(text)?;
        self.compile_ast(&ast, context, scope).map(Expression)
    }

    pub(super) fn compile_ast(&mut self, ast: &Ast, context: &StaticContext, scope: &Scope) -> Result<Expr> {
        let mut compiler = Compiler {
            program: self,
            context,
            scope: scope.clone(),
        };
        let mut expr = compiler.expr(ast)?;
        self.keep(&mut expr);
        Ok(expr)
    }

    /// Addresses that gave no document so far, with the reason, sorted.
    pub fn missing_documents(&self) -> Vec<(String, String)> {
        self.pool.missing()
    }

    /// Reserves a global variable; [`Program::define_global`] gives it its value.
    pub fn reserve_global(&mut self) -> Variable {
        self.globals.push(None);
        Variable::Global(self.globals.len() - 1)
    }

    /// Gives a reserved global variable its value, evaluated with the document node as context item.
    ///
    /// # Errors
    /// As [`Program::compile`].
    pub fn define_global(
        &mut self,
        variable: Variable,
        text: &str,
        context: &StaticContext,
        scope: &Scope,
    ) -> Result<()> {
        let compiled = self.compile(text, context, scope)?;
        if let Variable::Global(index) = variable
            && let Some(global) = self.globals.get_mut(index)
        {
            *global = Some(compiled.0);
        }
        Ok(())
    }

    /// A slot for a local variable.
    pub fn reserve_slot(&mut self) -> usize {
        let slot = self.next_slot;
        self.next_slot += 1;
        self.slots = self.slots.max(self.next_slot);
        slot
    }

    /// Leaves the slots below `slot` to expressions compiled before, evaluated together with the next ones.
    pub fn advance_slots(&mut self, slot: usize) {
        self.next_slot = self.next_slot.max(slot);
    }

    /// Marks the slots used so far, to come back to with [`Program::release_slots`].
    pub fn mark_slots(&self) -> usize {
        self.next_slot
    }

    /// Lets the slots reserved since `mark` be used again, by expressions never evaluated together with these.
    pub fn release_slots(&mut self, mark: usize) {
        self.next_slot = mark;
    }

    /// Wraps the parts that are the same for every context item, so that they are evaluated once.
    pub(super) fn keep(&mut self, expr: &mut Expr) {
        if expr.depends.is_invariant() {
            if expr.is_expensive() {
                let slot = self.caches;
                self.caches += 1;
                let (depends, kind) = (expr.depends, expr.kind);
                let placeholder = Expr::new(super::expr::Op::Root, depends, kind);
                let inner = std::mem::replace(expr, placeholder);
                expr.op = super::expr::Op::Cached(slot, Box::new(inner));
            }
            return;
        }
        for part in expr.parts_mut() {
            self.keep(part);
        }
    }
}
