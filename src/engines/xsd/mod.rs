//! XML Schema 1.0: schemas compiled once to automata, documents validated with the place of every fault.
//!
//! ```text
//! .xsd ─ source ─ compile ─► Schema ─ validate(Document) ─► Violations
//! ```
//!
//! What the specification asks is implemented for types by extension, restriction, list and union, all facets,
//! model groups, substitution groups, wildcards, attribute groups, `xsi:type`, `xsi:nil`, chameleon includes and
//! unique IDs. Not implemented, and said so when a schema is compiled: `xs:redefine`, bounds on dates and durations
//! (errors), and identity constraints (a warning). `IDREF` without its `ID` is not reported here, as xmllint does not.

mod arena;
mod automaton;
mod builtin;
mod calendar;
mod compile;
mod decimal;
mod error;
mod lexical;
mod names;
mod particle;
mod pattern;
mod simple;
mod source;
#[cfg(test)]
mod tests;
mod types;
mod uri;
mod validate;
mod violation;
mod wildcard;

use std::collections::BTreeMap;

use arena::{Arena, Id};
use names::{NameId, Names};
use types::{AttributeUse, Element, Type};

pub use error::{SchemaError, SchemaErrorKind};
pub use simple::SimpleFault;
pub use source::Loader;
pub use violation::{Violation, ViolationKind};

/// A compiled schema. It can be shared between threads.
#[derive(Debug)]
pub struct Schema {
    names: Names,
    types: Arena<Type>,
    elements: Arena<Element>,
    named_types: BTreeMap<NameId, Id<Type>>,
    named_elements: BTreeMap<NameId, Id<Element>>,
    named_attributes: BTreeMap<NameId, AttributeUse>,
    any_type: Id<Type>,
    files: Vec<String>,
    warnings: Vec<String>,
}

impl Schema {
    /// Compiles the schema document `root` and all it includes and imports.
    ///
    /// # Errors
    /// The first fault of the schema, with its document and line.
    pub fn compile(loader: &dyn Loader, root: &str) -> Result<Self, SchemaError> {
        compile::Compiler::compile(loader, root)
    }

    /// The schema documents read, sorted.
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// What the schema holds that is not checked, in English.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// How many types there are, built-in ones included.
    pub fn type_count(&self) -> usize {
        self.types.len()
    }

    /// Whether the schema declares a global element of this name.
    pub fn declares(&self, namespace: &str, local: &str) -> bool {
        self.names
            .find(namespace, local)
            .is_some_and(|name| self.named_elements.contains_key(&name))
    }
}
