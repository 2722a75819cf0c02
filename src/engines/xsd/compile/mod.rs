//! Schema documents to components: names resolved, derivations flattened, nothing left to look up by text.

mod attributes;
mod complex;
mod elements;
mod particles;
mod simple;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::engines::xml::Document;

use super::arena::{Arena, Id};
use super::builtin::{Builtin, LISTS, WhiteSpace};
use super::error::{SchemaError, SchemaErrorKind};
use super::names::{Name, NameId, Names, XSD};
use super::particle::{Particle, Term};
use super::simple::{Facet, SimpleType, Variety};
use super::source::{self, Loader, Site, Source, Sources, Symbol};
use super::types::{Blocked, ComplexType, Content, Derivation, Element, Type, TypeKind};
use super::wildcard::{NamespaceSet, Process, Wildcard};
use super::{Schema, types::AttributeUse};

/// Longest chain of derivations, groups or nested particles.
const DEPTH_LIMIT: u32 = 128;

/// A schema being compiled.
pub(super) struct Compiler {
    pub(super) names: Names,
    sources: Sources,
    types: Arena<Type>,
    elements: Arena<Element>,
    /// The types known by name.
    named_types: BTreeMap<NameId, Id<Type>>,
    /// The global elements.
    named_elements: BTreeMap<NameId, Id<Element>>,
    /// The global attributes.
    named_attributes: BTreeMap<NameId, AttributeUse>,
    /// Where the types that are not compiled yet stand.
    pending: BTreeMap<Id<Type>, Site>,
    waiting: VecDeque<Id<Type>>,
    /// The types being compiled, to see a type that rests on itself.
    open: BTreeSet<Id<Type>>,
    depth: u32,
    any_type: Id<Type>,
    any_simple_type: Id<Type>,
}

impl Compiler {
    /// Compiles the schema at `root`.
    pub(super) fn compile(loader: &dyn Loader, root: &str) -> Result<Schema, SchemaError> {
        let mut names = Names::default();
        let sources = source::read(loader, root, &mut names)?;
        let mut types = Arena::default();
        let mut named_types = BTreeMap::new();
        let (any_type, any_simple_type) = builtins(&mut types, &mut named_types, &mut names);
        let mut compiler = Self {
            names,
            sources,
            types,
            elements: Arena::default(),
            named_types,
            named_elements: BTreeMap::new(),
            named_attributes: BTreeMap::new(),
            pending: BTreeMap::new(),
            waiting: VecDeque::new(),
            open: BTreeSet::new(),
            depth: 0,
            any_type,
            any_simple_type,
        };
        compiler.globals()?;
        compiler.substitutions()?;
        compiler.constraints();
        let files = compiler
            .sources
            .list
            .iter()
            .map(|source| source.path.clone())
            .collect::<BTreeSet<_>>();
        Ok(Schema {
            names: compiler.names,
            types: compiler.types,
            elements: compiler.elements,
            named_types: compiler.named_types,
            named_elements: compiler.named_elements,
            named_attributes: compiler.named_attributes,
            any_type: compiler.any_type,
            files: files.into_iter().collect(),
            warnings: compiler.sources.warnings,
        })
    }

    /// Compiles every global component, then every type that one of them asked for.
    fn globals(&mut self) -> Result<(), SchemaError> {
        let globals: Vec<_> = self
            .sources
            .globals
            .iter()
            .map(|(&key, &site)| (key, site))
            .collect();
        for ((symbol, name), site) in globals {
            match symbol {
                Symbol::Type => {
                    self.type_named(name, site)?;
                }
                Symbol::Element => {
                    self.element_named(name, site)?;
                }
                Symbol::Attribute => {
                    self.attribute_named(name, site)?;
                }
                // Groups are compiled where they are used.
                Symbol::Group | Symbol::AttributeGroup => {}
            }
        }
        while let Some(id) = self.waiting.pop_front() {
            self.complete(id)?;
        }
        Ok(())
    }

    /// Says once that identity constraints are not checked, when the schema has some.
    fn constraints(&mut self) {
        let mut counts = 0;
        for document in &self.sources.documents {
            for word in ["key", "keyref", "unique"] {
                if let Some(name) = document.names().find(XSD, word) {
                    counts += document.elements_named(name).len();
                }
            }
        }
        if counts > 0 {
            self.sources.warnings.push(format!(
                "{counts} identity constraints (key, keyref, unique) are not checked"
            ));
        }
    }

    // ---- reading the schema documents ----

    #[expect(
        clippy::expect_used,
        reason = "invariant: sites are made by source::read with the number of a source it has listed"
    )]
    fn source(&self, site: Site) -> &Source {
        self.sources
            .list
            .get(site.source)
            .expect("a site names a listed source")
    }

    #[expect(
        clippy::expect_used,
        reason = "invariant: a source is listed with the number of its document"
    )]
    fn tree(&self, site: Site) -> &Document {
        self.sources
            .documents
            .get(self.source(site).document)
            .expect("a source names a document")
    }

    fn attribute<'a>(&'a self, site: Site, name: &str) -> Option<&'a str> {
        self.tree(site).attribute(site.node, "", name).map(str::trim)
    }

    fn local(&self, site: Site) -> &str {
        self.tree(site).local_name(site.node)
    }

    /// The children of a place that are of XML Schema, annotations left out.
    fn children(&self, site: Site) -> Vec<Site> {
        let tree = self.tree(site);
        tree.child_elements(site.node)
            .filter(|&node| tree.namespace(node) == XSD && tree.local_name(node) != "annotation")
            .map(|node| Site { node, ..site })
            .collect()
    }

    fn child(&self, site: Site, names: &[&str]) -> Option<Site> {
        self.children(site)
            .into_iter()
            .find(|&child| names.contains(&self.local(child)))
    }

    fn fail(&self, site: Site, kind: SchemaErrorKind) -> SchemaError {
        SchemaError {
            file: self.source(site).path.clone(),
            line: self.tree(site).position(site.node).line,
            kind,
        }
    }

    fn invalid(&self, site: Site, message: impl Into<String>) -> SchemaError {
        self.fail(site, SchemaErrorKind::Invalid(message.into()))
    }

    /// The name that a reference stands for.
    fn resolve(&mut self, site: Site, text: &str) -> Result<NameId, SchemaError> {
        let text = text.trim();
        let (prefix, local) = text.split_once(':').unwrap_or(("", text));
        let source = self.source(site);
        let namespace = match self.tree(site).namespace_in_scope(site.node, prefix) {
            Some(namespace) => namespace.to_owned(),
            None if !prefix.is_empty() => {
                return Err(self.fail(site, SchemaErrorKind::Prefix(text.to_owned())));
            }
            None if source.chameleon => source.namespace.clone(),
            None => String::new(),
        };
        Ok(self.names.intern(&namespace, local))
    }

    fn global(&self, symbol: Symbol, name: NameId, site: Site) -> Result<Site, SchemaError> {
        self.sources.globals.get(&(symbol, name)).copied().ok_or_else(|| {
            self.fail(
                site,
                SchemaErrorKind::Missing {
                    what: symbol.word(),
                    name: self.names.get(name).to_string(),
                },
            )
        })
    }

    /// Runs `work` one level deeper.
    fn deeper<T>(
        &mut self,
        site: Site,
        work: impl FnOnce(&mut Self) -> Result<T, SchemaError>,
    ) -> Result<T, SchemaError> {
        if self.depth >= DEPTH_LIMIT {
            return Err(self.fail(site, SchemaErrorKind::Unsupported("a schema nested this deep")));
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        result
    }

    // ---- types ----

    /// The type of this name, compiled later.
    fn type_named(&mut self, name: NameId, site: Site) -> Result<Id<Type>, SchemaError> {
        if let Some(&known) = self.named_types.get(&name) {
            return Ok(known);
        }
        let place = self.global(Symbol::Type, name, site)?;
        let id = self.declare(Some(self.names.get(name).clone()), place);
        self.named_types.insert(name, id);
        Ok(id)
    }

    /// The type that the attribute `attribute` of a place names.
    fn type_reference(&mut self, site: Site, text: &str) -> Result<Id<Type>, SchemaError> {
        let name = self.resolve(site, text)?;
        self.type_named(name, site)
    }

    /// A type to compile later.
    fn declare(&mut self, name: Option<Name>, place: Site) -> Id<Type> {
        let id = self.types.push(Type {
            name,
            base: None,
            derivation: Derivation::Restriction,
            kind: TypeKind::Pending,
        });
        self.pending.insert(id, place);
        self.waiting.push_back(id);
        id
    }

    /// Compiles a type now, unless it is.
    fn complete(&mut self, id: Id<Type>) -> Result<(), SchemaError> {
        let Some(&site) = self.pending.get(&id) else {
            return Ok(());
        };
        if !self.open.insert(id) {
            let name = self.types.get(id).label();
            return Err(self.fail(site, SchemaErrorKind::Circular { what: "type", name }));
        }
        self.deeper(site, |compiler| match compiler.local(site) {
            "simpleType" => compiler.simple_type(id, site),
            _ => compiler.complex_type(id, site),
        })?;
        self.open.remove(&id);
        self.pending.remove(&id);
        Ok(())
    }

    /// What the attributes `block` and `blockDefault` say.
    fn blocked(&self, site: Site) -> Blocked {
        let text = self
            .attribute(site, "block")
            .unwrap_or(&self.source(site).block_default);
        let says = |word: &str| text.split_whitespace().any(|one| one == word || one == "#all");
        Blocked {
            extension: says("extension"),
            restriction: says("restriction"),
            substitution: says("substitution"),
        }
    }
}

/// Adds the built-in types; gives `anyType` and `anySimpleType`.
fn builtins(
    types: &mut Arena<Type>,
    named: &mut BTreeMap<NameId, Id<Type>>,
    names: &mut Names,
) -> (Id<Type>, Id<Type>) {
    let name = |local: &str| {
        Some(Name {
            namespace: XSD.into(),
            local: local.into(),
        })
    };
    let lax = Wildcard {
        namespaces: NamespaceSet::Any,
        process: Process::Lax,
    };
    let anything = Particle {
        min: 0,
        max: None,
        term: Term::Any(lax.clone()),
    };
    let any_type = types.push(Type {
        name: name("anyType"),
        base: None,
        derivation: Derivation::Restriction,
        kind: TypeKind::Complex(ComplexType {
            is_abstract: false,
            block: Blocked::default(),
            attributes: Vec::new(),
            any_attribute: Some(lax),
            content: Content::elements(true, anything.into()),
        }),
    });
    named.insert(names.intern(XSD, "anyType"), any_type);
    let mut known: BTreeMap<Builtin, Id<Type>> = BTreeMap::new();
    let mut any_simple_type = any_type;
    for &builtin in Builtin::ALL {
        let id = types.push(Type {
            name: name(builtin.name()),
            base: Some(known.get(&builtin.parent()).copied().unwrap_or(any_type)),
            derivation: Derivation::Restriction,
            kind: TypeKind::Simple(SimpleType {
                variety: Variety::Atomic(builtin),
                white_space: builtin.white_space(),
                facets: Vec::new(),
            }),
        });
        if builtin == Builtin::AnySimpleType {
            any_simple_type = id;
        }
        known.insert(builtin, id);
        named.insert(names.intern(XSD, builtin.name()), id);
    }
    for (local, item) in LISTS {
        let id = types.push(Type {
            name: name(local),
            base: Some(any_simple_type),
            derivation: Derivation::Restriction,
            kind: TypeKind::Simple(SimpleType {
                variety: Variety::List(known.get(&item).copied().unwrap_or(any_simple_type)),
                white_space: WhiteSpace::Collapse,
                facets: vec![Facet::MinLength(1)],
            }),
        });
        named.insert(names.intern(XSD, local), id);
    }
    (any_type, any_simple_type)
}
