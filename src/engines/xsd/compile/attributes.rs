//! Attributes, attribute groups and attribute wildcards.

use std::collections::BTreeMap;

use super::{AttributeUse, Compiler, Id, NameId, SchemaError, Site, Symbol, Type, Wildcard};
use crate::engines::xsd::names::XML;

/// The attributes written in a type or group, before its base is added.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// Those that may stand.
    pub(super) uses: BTreeMap<NameId, AttributeUse>,
    /// Those that a restriction takes away.
    pub(super) prohibited: Vec<NameId>,
    /// Others allowed.
    pub(super) wildcard: Option<Wildcard>,
}

impl Compiler {
    /// The global attribute of this name.
    pub(super) fn attribute_named(&mut self, name: NameId, site: Site) -> Result<AttributeUse, SchemaError> {
        if let Some(known) = self.named_attributes.get(&name) {
            return Ok(known.clone());
        }
        let is_xml = &*self.names.get(name).namespace == XML;
        let declared = match self.global(Symbol::Attribute, name, site) {
            Ok(place) => AttributeUse {
                name,
                value_type: self.attribute_type(place)?,
                required: false,
                fixed: self.fixed(place),
            },
            // `xml:lang` and its like exist whether or not a schema for them is at hand.
            Err(_) if is_xml => AttributeUse {
                name,
                value_type: self.any_simple_type,
                required: false,
                fixed: None,
            },
            Err(error) => return Err(error),
        };
        self.named_attributes.insert(name, declared.clone());
        Ok(declared)
    }

    fn fixed(&self, site: Site) -> Option<String> {
        self.tree(site)
            .attribute(site.node, "", "fixed")
            .map(str::to_owned)
    }

    fn attribute_type(&mut self, site: Site) -> Result<Id<Type>, SchemaError> {
        if let Some(name) = self.attribute(site, "type").map(str::to_owned) {
            return self.type_reference(site, &name);
        }
        match self.child(site, &["simpleType"]) {
            Some(inline) => Ok(self.declare(None, inline)),
            None => Ok(self.any_simple_type),
        }
    }

    /// Reads the attributes written directly under `site`, groups included.
    pub(super) fn attributes(&mut self, site: Site, into: &mut Attributes) -> Result<(), SchemaError> {
        for child in self.children(site) {
            match self.local(child) {
                "attribute" => self.attribute_use(child, into)?,
                "attributeGroup" => {
                    let Some(reference) = self.attribute(child, "ref").map(str::to_owned) else {
                        return Err(self.invalid(child, "an attribute group without ref"));
                    };
                    let name = self.resolve(child, &reference)?;
                    let place = self.global(Symbol::AttributeGroup, name, child)?;
                    // A group inside itself ends at the limit on depth.
                    self.deeper(child, |compiler| compiler.attributes(place, into))?;
                }
                "anyAttribute" => {
                    let found = self.wildcard(child);
                    into.wildcard = Some(match into.wildcard.take() {
                        // The wildcard of the type itself says what is done with what it lets in.
                        Some(known) => Wildcard {
                            namespaces: known.namespaces.intersection(&found.namespaces),
                            process: found.process,
                        },
                        None => found,
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn attribute_use(&mut self, site: Site, into: &mut Attributes) -> Result<(), SchemaError> {
        let mut declared = if let Some(reference) = self.attribute(site, "ref").map(str::to_owned) {
            let name = self.resolve(site, &reference)?;
            self.attribute_named(name, site)?
        } else {
            let Some(local) = self.attribute(site, "name").map(str::to_owned) else {
                return Err(self.invalid(site, "an attribute without name or ref"));
            };
            let source = self.source(site);
            let qualified = match self.attribute(site, "form") {
                Some(form) => form == "qualified",
                None => source.qualified_attributes,
            };
            let namespace = if qualified {
                source.namespace.clone()
            } else {
                String::new()
            };
            AttributeUse {
                name: self.names.intern(&namespace, &local),
                value_type: self.attribute_type(site)?,
                required: false,
                fixed: None,
            }
        };
        if let Some(fixed) = self.fixed(site) {
            declared.fixed = Some(fixed);
        }
        match self.attribute(site, "use") {
            Some("prohibited") => {
                into.prohibited.push(declared.name);
                return Ok(());
            }
            Some("required") => declared.required = true,
            _ => {}
        }
        into.uses.insert(declared.name, declared);
        Ok(())
    }
}
