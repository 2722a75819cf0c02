//! Element declarations and substitution groups.

use super::{Compiler, Element, Id, NameId, SchemaError, Site, Symbol, Type};
use crate::engines::xsd::names::XSD;
use crate::engines::xsd::types::{Blocked, ValueConstraint};

impl Compiler {
    /// The global element of this name.
    pub(super) fn element_named(&mut self, name: NameId, site: Site) -> Result<Id<Element>, SchemaError> {
        if let Some(&known) = self.named_elements.get(&name) {
            return Ok(known);
        }
        if &*self.names.get(name).namespace == XSD {
            // Elements of XML Schema itself (an inline schema in a stylesheet): anything goes.
            let id = self.elements.push(Element {
                name,
                content_type: self.any_type,
                nillable: false,
                is_abstract: false,
                block: Blocked::default(),
                value: None,
                substitutes: Vec::new(),
            });
            self.elements.get_mut(id).substitutes.push(id);
            self.named_elements.insert(name, id);
            return Ok(id);
        }
        let place = self.global(Symbol::Element, name, site)?;
        let id = self.declare_element(name, place)?;
        self.named_elements.insert(name, id);
        // After the name is known, since its type may hold the element again.
        let content_type = self.element_type(place)?;
        self.elements.get_mut(id).content_type = content_type;
        Ok(id)
    }

    /// A local element declaration.
    pub(super) fn local_element(&mut self, site: Site) -> Result<Id<Element>, SchemaError> {
        let Some(local) = self.attribute(site, "name").map(str::to_owned) else {
            return Err(self.invalid(site, "an element without name or ref"));
        };
        let source = self.source(site);
        let qualified = match self.attribute(site, "form") {
            Some(form) => form == "qualified",
            None => source.qualified_elements,
        };
        let namespace = if qualified {
            source.namespace.clone()
        } else {
            String::new()
        };
        let name = self.names.intern(&namespace, &local);
        let id = self.declare_element(name, site)?;
        let content_type = self.element_type(site)?;
        self.elements.get_mut(id).content_type = content_type;
        Ok(id)
    }

    fn declare_element(&mut self, name: NameId, site: Site) -> Result<Id<Element>, SchemaError> {
        let is_true = |name: &str| matches!(self.attribute(site, name), Some("true" | "1"));
        // Values keep their white space until they are compared.
        let raw = |name: &str| self.tree(site).attribute(site.node, "", name).map(str::to_owned);
        let value = match (raw("fixed"), raw("default")) {
            (Some(_), Some(_)) => return Err(self.invalid(site, "an element both fixed and with a default")),
            (Some(fixed), None) => Some(ValueConstraint::Fixed(fixed)),
            (None, Some(default)) => Some(ValueConstraint::Default(default)),
            (None, None) => None,
        };
        let is_abstract = is_true("abstract");
        let element = Element {
            name,
            content_type: self.any_type,
            nillable: is_true("nillable"),
            is_abstract,
            block: self.blocked(site),
            value,
            substitutes: Vec::new(),
        };
        let id = self.elements.push(element);
        if !is_abstract {
            self.elements.get_mut(id).substitutes.push(id);
        }
        Ok(id)
    }

    /// The type of an element: named, inline, that of the head of its substitution group, or any.
    fn element_type(&mut self, site: Site) -> Result<Id<Type>, SchemaError> {
        if let Some(name) = self.attribute(site, "type").map(str::to_owned) {
            return self.type_reference(site, &name);
        }
        if let Some(inline) = self.child(site, &["simpleType", "complexType"]) {
            return Ok(self.declare(None, inline));
        }
        if let Some(head) = self.attribute(site, "substitutionGroup").map(str::to_owned) {
            let head = self.resolve(site, &head)?;
            let head = self.deeper(site, |compiler| compiler.element_named(head, site))?;
            return Ok(self.elements.get(head).content_type);
        }
        Ok(self.any_type)
    }

    /// Adds to each head of a substitution group the elements that may stand in its place, whatever the distance.
    pub(super) fn substitutions(&mut self) -> Result<(), SchemaError> {
        let globals: Vec<_> = self
            .sources
            .globals
            .iter()
            .filter(|((symbol, _), _)| *symbol == Symbol::Element)
            .map(|(&(_, name), &site)| (name, site))
            .collect();
        for &(name, site) in &globals {
            let member = self.element_named(name, site)?;
            let mut place = site;
            let mut steps = 0_usize;
            while let Some(head) = self.attribute(place, "substitutionGroup").map(str::to_owned) {
                let head = self.resolve(place, &head)?;
                steps += 1;
                if steps > globals.len() {
                    return Err(self.invalid(site, "a substitution group that is its own head"));
                }
                let id = self.element_named(head, place)?;
                place = self.global(Symbol::Element, head, place)?;
                let blocked = self.elements.get(id).block.substitution;
                if self.elements.get(member).is_abstract || blocked {
                    continue;
                }
                let head = self.elements.get_mut(id);
                if !head.substitutes.contains(&member) {
                    head.substitutes.push(member);
                }
            }
        }
        Ok(())
    }
}
