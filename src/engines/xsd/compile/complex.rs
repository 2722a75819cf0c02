//! Complex type definitions: extension, restriction, simple and complex content.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::attributes::Attributes;
use super::{
    AttributeUse, Compiler, ComplexType, Content, Derivation, Id, NameId, Particle, SchemaError,
    SchemaErrorKind, Site, Term, Type, TypeKind, Wildcard,
};
use crate::engines::xsd::automaton::POSITION_LIMIT;

const MODELS: [&str; 5] = ["sequence", "choice", "all", "group", "any"];

impl Compiler {
    /// Compiles the `xs:complexType` at `site` into the type `id`.
    pub(super) fn complex_type(&mut self, id: Id<Type>, site: Site) -> Result<(), SchemaError> {
        let mixed = self.is_true(site, "mixed");
        let content = self.child(site, &["simpleContent", "complexContent"]);
        let (base, derivation, body, simple) = match content {
            None => (self.any_type, Derivation::Restriction, site, false),
            Some(content) => {
                let Some(body) = self.child(content, &["restriction", "extension"]) else {
                    return Err(self.invalid(content, "content without restriction or extension"));
                };
                let Some(base) = self.attribute(body, "base").map(str::to_owned) else {
                    return Err(self.invalid(body, "a derivation without base"));
                };
                let derivation = if self.local(body) == "extension" {
                    Derivation::Extension
                } else {
                    Derivation::Restriction
                };
                let base = self.type_reference(body, &base)?;
                (base, derivation, body, self.local(content) == "simpleContent")
            }
        };
        self.complete(base)?;
        let mixed = mixed || content.is_some_and(|content| self.is_true(content, "mixed"));
        let compiled = if simple {
            self.simple_content(base, derivation, body)?
        } else {
            self.complex_content(base, derivation, body, mixed)?
        };
        let mut own = Attributes::default();
        self.attributes(body, &mut own)?;
        let (attributes, any_attribute) = self.with_base(base, derivation, own, content.is_some());
        let definition = ComplexType {
            is_abstract: self.is_true(site, "abstract"),
            block: self.blocked(site),
            attributes,
            any_attribute,
            content: compiled,
        };
        let entry = self.types.get_mut(id);
        entry.base = Some(base);
        entry.derivation = derivation;
        entry.kind = TypeKind::Complex(definition);
        Ok(())
    }

    fn is_true(&self, site: Site, name: &str) -> bool {
        matches!(self.attribute(site, name), Some("true" | "1"))
    }

    /// The type of the value of a type with simple content.
    fn simple_content(
        &mut self,
        base: Id<Type>,
        derivation: Derivation,
        body: Site,
    ) -> Result<Content, SchemaError> {
        let value = match &self.types.get(base).kind {
            TypeKind::Simple(_) => Some(base),
            TypeKind::Complex(complex) => match complex.content {
                Content::Simple(value) => Some(value),
                // A mixed type may be restricted to a simple one that is written inside.
                _ => None,
            },
            TypeKind::Pending => None,
        };
        if derivation == Derivation::Extension {
            return value
                .map(Content::Simple)
                .ok_or_else(|| self.invalid(body, "an extension with simple content of a base without"));
        }
        let inline = match self.child(body, &["simpleType"]) {
            Some(inline) => {
                let id = self.declare(None, inline);
                self.complete(id)?;
                Some(id)
            }
            None => None,
        };
        let Some(value) = inline.or(value) else {
            return Err(self.invalid(body, "a restriction to simple content without a type"));
        };
        let restricted = self.restrict(value, body)?;
        Ok(Content::Simple(self.types.push(Type {
            name: None,
            base: Some(value),
            derivation: Derivation::Restriction,
            kind: TypeKind::Simple(restricted),
        })))
    }

    /// The content model of a type with complex content.
    fn complex_content(
        &mut self,
        base: Id<Type>,
        derivation: Derivation,
        body: Site,
        mixed: bool,
    ) -> Result<Content, SchemaError> {
        let written = match self.child(body, &MODELS) {
            Some(model) => self.particle(model)?,
            None => None,
        };
        // An empty model is no model, except that an empty choice lets nothing through.
        let written = written.filter(|particle| !particle.is_empty());
        let own = match (written, mixed) {
            (Some(particle), _) => Some(particle),
            (None, true) => Some(Arc::new(Particle::once(Term::Sequence(Vec::new())))),
            (None, false) => None,
        };
        let inherited = match (&self.types.get(base).kind, derivation) {
            (TypeKind::Complex(complex), Derivation::Extension) => match &complex.content {
                Content::Elements { mixed, particle, .. } => Some((*mixed, Arc::clone(particle))),
                Content::Simple(value) if own.is_none() => return Ok(Content::Simple(*value)),
                Content::Simple(_) => {
                    return Err(self.invalid(body, "elements added to a type with simple content"));
                }
                Content::Empty => None,
            },
            (TypeKind::Simple(_), Derivation::Extension) => {
                return Err(self.invalid(body, "complex content that extends a simple type"));
            }
            _ => None,
        };
        let (mixed, particle) = match (inherited, own) {
            (None, None) => return Ok(Content::Empty),
            (None, Some(own)) => (mixed, own),
            (Some((inherited, particle)), None) => (inherited, particle),
            (Some((inherited, particle)), Some(own)) => {
                let both = Term::Sequence(vec![particle, own]);
                (mixed || inherited, Arc::new(Particle::once(both)))
            }
        };
        if particle.positions() > POSITION_LIMIT {
            return Err(self.fail(body, SchemaErrorKind::TooComplex(POSITION_LIMIT)));
        }
        Ok(Content::elements(mixed, particle))
    }

    /// The attributes of a type: its own and those of its base.
    fn with_base(
        &self,
        base: Id<Type>,
        derivation: Derivation,
        own: Attributes,
        derived: bool,
    ) -> (Vec<AttributeUse>, Option<Wildcard>) {
        let inherited = if derived {
            self.types.get(base).complex()
        } else {
            None
        };
        let mut all: BTreeMap<NameId, AttributeUse> = inherited
            .map(|base| {
                base.attributes
                    .iter()
                    .map(|one| (one.name, one.clone()))
                    .collect()
            })
            .unwrap_or_default();
        if derivation == Derivation::Restriction {
            for name in &own.prohibited {
                all.remove(name);
            }
        }
        all.extend(own.uses);
        let base_wildcard = inherited.and_then(|base| base.any_attribute.clone());
        let wildcard = match (derivation, own.wildcard, base_wildcard) {
            (Derivation::Extension, Some(own), Some(base)) => Some(Wildcard {
                namespaces: own.namespaces.union(&base.namespaces),
                process: own.process,
            }),
            (Derivation::Extension, None, base) => base,
            (_, own, _) => own,
        };
        (all.into_values().collect(), wildcard)
    }
}
