//! XPath 2.0: a compiler and a lazy evaluator over [`crate::engines::xml::Document`].
//!
//! ```text
//! text ─ lexer ─ parser ─► syntax tree ─ compile ─► Expression, in a Program
//!                                                      │
//!                                    Evaluator(program, document) ─► boolean, text, value
//! ```
//!
//! A [`Program`] holds expressions compiled together: names are numbers, variables are slots, what does not depend on
//! the context item is computed once per document, what does not depend on the document once per program (value sets
//! are hashed). The untyped data model applies: no schema is imported, every node is untyped. Static and dynamic
//! errors carry the codes of the specification. Bounds: nesting of expressions, steps of one evaluation
//! (`XPDY0130`), integers of 64 bits, decimals of 28 digits.

mod arithmetic;
mod ast;
mod axes;
mod bound;
mod calendar;
mod compare;
mod compile;
mod conditions;
mod direct;
mod error;
mod evaluate;
mod expr;
mod functions;
mod items;
mod keys;
mod kind_tests;
mod lexer;
mod lookup;
mod parser;
mod paths;
mod pattern;
mod pool;
mod program;
mod regex;
mod steps;
mod types;
mod uri;
mod value;
mod variables;

pub use calendar::{Calendar, CalendarKind, Duration, DurationKind};
pub use error::{Result, XPathError};
pub use evaluate::{Evaluator, Focus};
pub use pattern::PatternSet;
pub use pool::{NoResolver, Resolver};
pub use program::{Expression, Program, Scope, StaticContext, Variable};
pub use value::{Atomic, Item, NodeRef, QName, Sequence};
