//! The components of a compiled schema: types, elements, attributes (XML Schema 1.0, part 1, section 3).

use std::sync::{Arc, OnceLock};

use super::arena::Id;
use super::automaton::Automaton;
use super::names::{Name, NameId};
use super::particle::Particle;
use super::simple::SimpleType;
use super::wildcard::Wildcard;

/// How a type is derived from its base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Derivation {
    /// Fewer values or contents; lists and unions count as this.
    Restriction,
    /// More content at the end, more attributes.
    Extension,
}

/// Derivations that an element or a type does not let `xsi:type` or substitution use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Blocked {
    /// Extension is blocked.
    pub(super) extension: bool,
    /// Restriction is blocked.
    pub(super) restriction: bool,
    /// Substitution is blocked.
    pub(super) substitution: bool,
}

impl Blocked {
    /// What either blocks.
    pub(super) const fn or(self, other: Self) -> Self {
        Self {
            extension: self.extension || other.extension,
            restriction: self.restriction || other.restriction,
            substitution: self.substitution || other.substitution,
        }
    }

    /// Whether this derivation is blocked.
    pub(super) const fn blocks(self, derivation: Derivation) -> bool {
        match derivation {
            Derivation::Restriction => self.restriction,
            Derivation::Extension => self.extension,
        }
    }
}

/// A type definition, simple or complex.
#[derive(Debug)]
pub(super) struct Type {
    /// Its name; none for an anonymous type.
    pub(super) name: Option<Name>,
    /// The type it is derived from; none for `anyType` alone.
    pub(super) base: Option<Id<Type>>,
    /// How it is derived.
    pub(super) derivation: Derivation,
    /// What it is.
    pub(super) kind: TypeKind,
}

/// What a type is.
#[derive(Debug)]
pub(super) enum TypeKind {
    /// Declared, not compiled yet; none remains in a compiled schema.
    Pending,
    /// A simple type.
    Simple(SimpleType),
    /// A complex type.
    Complex(ComplexType),
}

impl Type {
    /// The simple type, when it is one.
    pub(super) const fn simple(&self) -> Option<&SimpleType> {
        match &self.kind {
            TypeKind::Simple(simple) => Some(simple),
            _ => None,
        }
    }

    /// The complex type, when it is one.
    pub(super) const fn complex(&self) -> Option<&ComplexType> {
        match &self.kind {
            TypeKind::Complex(complex) => Some(complex),
            _ => None,
        }
    }

    /// Its local name, empty when it has none.
    pub(super) fn label(&self) -> String {
        self.name
            .as_ref()
            .map(|name| name.local.to_string())
            .unwrap_or_default()
    }
}

/// A complex type definition.
#[derive(Debug)]
pub(super) struct ComplexType {
    /// Whether `xsi:type` must name a derived type instead.
    pub(super) is_abstract: bool,
    /// What `xsi:type` may not use to derive from it.
    pub(super) block: Blocked,
    /// Its attributes, sorted by name.
    pub(super) attributes: Vec<AttributeUse>,
    /// Other attributes allowed.
    pub(super) any_attribute: Option<Wildcard>,
    /// What stands between its tags.
    pub(super) content: Content,
}

/// What stands between the tags of an element.
#[derive(Debug)]
pub(super) enum Content {
    /// Nothing, not even white space.
    Empty,
    /// A value of a simple type.
    Simple(Id<Type>),
    /// Elements, and text between them when `mixed`.
    Elements {
        /// Whether text may stand between the elements.
        mixed: bool,
        /// The content model.
        particle: Arc<Particle>,
        /// The model compiled, on first use.
        automaton: OnceLock<Arc<Automaton>>,
    },
}

impl Content {
    /// Elements following `particle`.
    pub(super) const fn elements(mixed: bool, particle: Arc<Particle>) -> Self {
        Self::Elements {
            mixed,
            particle,
            automaton: OnceLock::new(),
        }
    }
}

/// An attribute of a complex type.
#[derive(Debug, Clone)]
pub(super) struct AttributeUse {
    /// Its name.
    pub(super) name: NameId,
    /// The simple type of its value.
    pub(super) value_type: Id<Type>,
    /// Whether it must be there.
    pub(super) required: bool,
    /// The only value it may have.
    pub(super) fixed: Option<String>,
}

/// A value that a declaration gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ValueConstraint {
    /// Taken when the element is empty.
    Default(String),
    /// The only value, taken when the element is empty.
    Fixed(String),
}

/// An element declaration.
#[derive(Debug)]
pub(super) struct Element {
    /// Its name.
    pub(super) name: NameId,
    /// The type of its content.
    pub(super) content_type: Id<Type>,
    /// Whether `xsi:nil` may be true.
    pub(super) nillable: bool,
    /// Whether another element must stand in its place.
    pub(super) is_abstract: bool,
    /// What `xsi:type` may not use.
    pub(super) block: Blocked,
    /// Its default or fixed value.
    pub(super) value: Option<ValueConstraint>,
    /// The elements that may stand in its place, itself included unless abstract.
    pub(super) substitutes: Vec<Id<Element>>,
}
