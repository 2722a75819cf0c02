//! Arguments of functions, converted as the specification says.

use std::borrow::Cow;

use super::super::error::{Result, XPathError};
use super::super::evaluate::{Evaluator, Focus};
use super::super::expr::Expr;
use super::super::types::{AtomicType, cast, to_double};
use super::super::value::Atomic;

/// A string argument from an atomic value: untyped values and URIs are strings, nothing else is.
pub(super) fn as_string(atom: Atomic<'_>) -> Result<Cow<'_, str>> {
    match atom {
        Atomic::String(text) | Atomic::Untyped(text) | Atomic::Uri(text) => Ok(text),
        other => Err(XPathError::type_error(format!(
            "a string is wanted, not {}",
            other.type_name()
        ))),
    }
}

impl<'a> Evaluator<'a> {
    /// `xs:string?`.
    pub(super) fn optional_string(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<Option<Cow<'a, str>>> {
        self.atom(expr, focus)?.map(as_string).transpose()
    }

    /// `xs:string?`, empty when absent.
    pub(super) fn string(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<Cow<'a, str>> {
        Ok(self.optional_string(expr, focus)?.unwrap_or_default())
    }

    /// `xs:string`, required.
    pub(super) fn required_string(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<Cow<'a, str>> {
        self.optional_string(expr, focus)?
            .ok_or_else(|| XPathError::type_error("a string is wanted, not an empty sequence"))
    }

    /// A collation argument: only the codepoint collation is known.
    pub(super) fn collation(&self, expr: Option<&'a Expr>, focus: &Focus<'a>) -> Result<()> {
        let Some(expr) = expr else { return Ok(()) };
        let name = self.required_string(expr, focus)?;
        if name == "http://www.w3.org/2005/xpath-functions/collation/codepoint" {
            return Ok(());
        }
        Err(XPathError::new("FOCH0002", format!("unknown collation '{name}'")))
    }

    /// A numeric argument; untyped values are doubles.
    pub(super) fn number_argument(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<Option<Atomic<'a>>> {
        match self.atom(expr, focus)? {
            None => Ok(None),
            Some(atom @ Atomic::Untyped(_)) => cast(&atom, AtomicType::Double).map(Some),
            Some(atom) if atom.is_numeric() => Ok(Some(atom)),
            Some(atom) => Err(XPathError::type_error(format!(
                "a number is wanted, not {}",
                atom.type_name()
            ))),
        }
    }

    /// `xs:double`, required.
    pub(super) fn double(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<f64> {
        self.number_argument(expr, focus)?
            .and_then(|atom| to_double(&atom))
            .ok_or_else(|| XPathError::type_error("a number is wanted, not an empty sequence"))
    }

    /// `xs:integer?`.
    pub(in crate::engines::xpath) fn integer(
        &self,
        expr: &'a Expr,
        focus: &Focus<'a>,
    ) -> Result<Option<i64>> {
        match self.atom(expr, focus)? {
            None => Ok(None),
            Some(Atomic::Integer(number)) => Ok(Some(number)),
            Some(atom @ Atomic::Untyped(_)) => match cast(&atom, AtomicType::Integer(i64::MIN, i64::MAX))? {
                Atomic::Integer(number) => Ok(Some(number)),
                _ => Ok(None),
            },
            Some(atom) => Err(XPathError::type_error(format!(
                "an integer is wanted, not {}",
                atom.type_name()
            ))),
        }
    }

    /// `xs:integer`, required.
    pub(super) fn required_integer(&self, expr: &'a Expr, focus: &Focus<'a>) -> Result<i64> {
        self.integer(expr, focus)?
            .ok_or_else(|| XPathError::type_error("an integer is wanted, not an empty sequence"))
    }
}
