//! Simple type definitions: restriction, list, union, facets.

use super::{
    Compiler, Derivation, Facet, Id, SchemaError, SchemaErrorKind, SimpleType, Site, Type, TypeKind, Variety,
    WhiteSpace,
};
use crate::engines::xsd::lexical;
use crate::engines::xsd::pattern;

impl Compiler {
    /// Compiles the `xs:simpleType` at `site` into the type `id`.
    pub(super) fn simple_type(&mut self, id: Id<Type>, site: Site) -> Result<(), SchemaError> {
        let Some(child) = self.child(site, &["restriction", "list", "union"]) else {
            return Err(self.invalid(site, "a simple type without restriction, list or union"));
        };
        let (base, simple) = match self.local(child) {
            "restriction" => self.simple_restriction(child)?,
            "list" => self.list(child)?,
            _ => self.union(child)?,
        };
        let definition = self.types.get_mut(id);
        definition.base = Some(base);
        definition.derivation = Derivation::Restriction;
        definition.kind = TypeKind::Simple(simple);
        Ok(())
    }

    /// A restriction of a simple type: its base and the type itself.
    fn simple_restriction(&mut self, site: Site) -> Result<(Id<Type>, SimpleType), SchemaError> {
        let base = match self.attribute(site, "base").map(str::to_owned) {
            Some(base) => self.type_reference(site, &base)?,
            None => self.inline_simple(site)?,
        };
        let simple = self.restrict(base, site)?;
        Ok((base, simple))
    }

    /// The anonymous simple type inside a place, completed.
    fn inline_simple(&mut self, site: Site) -> Result<Id<Type>, SchemaError> {
        let Some(child) = self.child(site, &["simpleType"]) else {
            return Err(self.invalid(site, "no base type"));
        };
        let id = self.declare(None, child);
        self.complete(id)?;
        Ok(id)
    }

    /// The simple type `base` with the facets written at `site` added.
    pub(super) fn restrict(&mut self, base: Id<Type>, site: Site) -> Result<SimpleType, SchemaError> {
        self.complete(base)?;
        let Some(simple) = self.types.get(base).simple() else {
            return Err(self.invalid(site, "the base of a simple type is not simple"));
        };
        let variety = simple.variety.clone();
        let mut white_space = simple.white_space;
        let mut facets = Vec::new();
        let mut patterns = Vec::new();
        let mut values = Vec::new();
        for child in self.children(site) {
            let Some(value) = self
                .tree(child)
                .attribute(child.node, "", "value")
                .map(str::to_owned)
            else {
                continue;
            };
            let count = || value.trim().parse::<usize>();
            let facet = match self.local(child) {
                "pattern" => {
                    let compiled = pattern::compile(&value).map_err(|reason| {
                        self.fail(
                            child,
                            SchemaErrorKind::Pattern {
                                pattern: value.clone(),
                                reason,
                            },
                        )
                    })?;
                    patterns.push((value, compiled));
                    continue;
                }
                "enumeration" => {
                    values.push(super::super::simple::normalize(&value, white_space).into_owned());
                    continue;
                }
                "whiteSpace" => {
                    white_space = match value.trim() {
                        "preserve" => WhiteSpace::Preserve,
                        "replace" => WhiteSpace::Replace,
                        _ => WhiteSpace::Collapse,
                    };
                    continue;
                }
                "length" => count().map(Facet::Length),
                "minLength" => count().map(Facet::MinLength),
                "maxLength" => count().map(Facet::MaxLength),
                "totalDigits" => count().map(Facet::TotalDigits),
                "fractionDigits" => count().map(Facet::FractionDigits),
                "minInclusive" => Ok(self.bound(child, "minInclusive", &value, &variety, (true, false))?),
                "minExclusive" => Ok(self.bound(child, "minExclusive", &value, &variety, (false, false))?),
                "maxInclusive" => Ok(self.bound(child, "maxInclusive", &value, &variety, (true, true))?),
                "maxExclusive" => Ok(self.bound(child, "maxExclusive", &value, &variety, (false, true))?),
                _ => continue,
            };
            facets.push(facet.map_err(|_| self.invalid(child, format!("facet value '{value}'")))?);
        }
        if !patterns.is_empty() {
            facets.push(Facet::Pattern(patterns));
        }
        if !values.is_empty() {
            facets.push(Facet::Enumeration(values));
        }
        Ok(SimpleType {
            variety,
            white_space,
            facets,
        })
    }

    /// A bound, for the types whose order is known: numbers.
    fn bound(
        &self,
        site: Site,
        name: &'static str,
        value: &str,
        variety: &Variety,
        (inclusive, upper): (bool, bool),
    ) -> Result<Facet, SchemaError> {
        match variety {
            Variety::Atomic(builtin) if builtin.is_decimal() || builtin.is_floating() => {
                let value = value.trim().to_owned();
                if lexical::floating(&value).is_none() {
                    return Err(self.invalid(site, format!("facet value '{value}'")));
                }
                Ok(Facet::Bound {
                    name,
                    value,
                    inclusive,
                    upper,
                })
            }
            _ => Err(self.fail(
                site,
                SchemaErrorKind::Unsupported("a bound on a type that is not a number"),
            )),
        }
    }

    fn list(&mut self, site: Site) -> Result<(Id<Type>, SimpleType), SchemaError> {
        let item = match self.attribute(site, "itemType").map(str::to_owned) {
            Some(item) => self.type_reference(site, &item)?,
            None => self.inline_simple(site)?,
        };
        self.complete(item)?;
        if self.types.get(item).simple().is_none() {
            return Err(self.invalid(site, "the item type of a list is not simple"));
        }
        Ok((
            self.any_simple_type,
            SimpleType {
                variety: Variety::List(item),
                white_space: WhiteSpace::Collapse,
                facets: Vec::new(),
            },
        ))
    }

    fn union(&mut self, site: Site) -> Result<(Id<Type>, SimpleType), SchemaError> {
        let named = self.attribute(site, "memberTypes").unwrap_or_default().to_owned();
        let mut members = Vec::new();
        for member in named.split_whitespace() {
            members.push(self.type_reference(site, member)?);
        }
        for child in self.children(site) {
            if self.local(child) == "simpleType" {
                members.push(self.declare(None, child));
            }
        }
        for &member in &members {
            self.complete(member)?;
            if self.types.get(member).simple().is_none() {
                return Err(self.invalid(site, "a member of a union is not simple"));
            }
        }
        Ok((
            self.any_simple_type,
            SimpleType {
                variety: Variety::Union(members),
                // Each member treats white space its own way.
                white_space: WhiteSpace::Collapse,
                facets: Vec::new(),
            },
        ))
    }
}
