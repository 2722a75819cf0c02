//! Schema documents: found through include and import, read, and their global components listed.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::engines::xml::{Doctype, Document, NodeId, ParseOptions};

use super::error::{SchemaError, SchemaErrorKind};
use super::names::{NameId, Names, XSD};

/// Most schema documents of one schema.
const DOCUMENT_LIMIT: usize = 512;

/// Gives the bytes of a schema document.
pub trait Loader {
    /// Reads `path`: relative to the root the loader knows, `/` between its parts, no `.` or `..` left in it.
    fn load(&self, path: &str) -> Result<Vec<u8>, String>;
}

impl<F: Fn(&str) -> Result<Vec<u8>, String>> Loader for F {
    fn load(&self, path: &str) -> Result<Vec<u8>, String> {
        self(path)
    }
}

/// One schema document, seen with one target namespace: an included document without target namespace takes that
/// of the document that includes it, and may so be seen several times.
#[derive(Debug)]
pub(super) struct Source {
    /// Path, as given to the loader.
    pub(super) path: String,
    /// The document; shared by the views of the same file.
    pub(super) document: usize,
    /// Target namespace, empty for none.
    pub(super) namespace: String,
    /// Whether the namespace is that of the including document.
    pub(super) chameleon: bool,
    /// Whether local elements are in the target namespace by default.
    pub(super) qualified_elements: bool,
    /// Whether local attributes are in the target namespace by default.
    pub(super) qualified_attributes: bool,
    /// The attribute `blockDefault`.
    pub(super) block_default: String,
}

/// The kinds of global components; each has its own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Symbol {
    /// Simple and complex types.
    Type,
    /// Elements.
    Element,
    /// Attributes.
    Attribute,
    /// Model groups.
    Group,
    /// Attribute groups.
    AttributeGroup,
}

impl Symbol {
    /// The word for error messages.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Element => "element",
            Self::Attribute => "attribute",
            Self::Group => "group",
            Self::AttributeGroup => "attribute group",
        }
    }
}

/// A place in a schema document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Site {
    /// Number of the source.
    pub(super) source: usize,
    /// The node.
    pub(super) node: NodeId,
}

/// Every schema document of a schema, and its global components.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// The files, each read once.
    pub(super) documents: Vec<Document>,
    /// The views of the files.
    pub(super) list: Vec<Source>,
    /// The global components, in the order found.
    pub(super) globals: BTreeMap<(Symbol, NameId), Site>,
    /// What was left out: imports that cannot be read, constraints that are not checked.
    pub(super) warnings: Vec<String>,
}

/// Reads the schema at `root` and all it includes and imports.
pub(super) fn read(loader: &dyn Loader, root: &str, names: &mut Names) -> Result<Sources, SchemaError> {
    let mut sources = Sources::default();
    let mut files: HashMap<String, usize> = HashMap::new();
    let mut seen: HashSet<(String, String)> = HashSet::new();
    let mut waiting = vec![Request {
        path: root.to_owned(),
        including: None,
        optional: false,
        from: (root.to_owned(), 0),
    }];
    while let Some(request) = waiting.pop() {
        let document = if let Some(&known) = files.get(&request.path) {
            known
        } else {
            if files.len() >= DOCUMENT_LIMIT {
                return Err(request.fail(SchemaErrorKind::Unsupported(
                    "a schema of more than 512 documents",
                )));
            }
            let bytes = match loader.load(&request.path) {
                Ok(bytes) => bytes,
                Err(reason) if request.optional => {
                    sources.warnings.push(format!("{}: {reason}", request.path));
                    continue;
                }
                Err(reason) => {
                    return Err(
                        request.fail(SchemaErrorKind::Unreadable(format!("{}: {reason}", request.path)))
                    );
                }
            };
            let options = ParseOptions {
                doctype: Doctype::Skip,
                ..ParseOptions::default()
            };
            let document = Document::parse(&bytes, &options).map_err(|error| SchemaError {
                file: request.path.clone(),
                line: error.position.line,
                kind: SchemaErrorKind::Xml(error.kind.to_string()),
            })?;
            files.insert(request.path.clone(), sources.documents.len());
            sources.documents.push(document);
            sources.documents.len() - 1
        };
        sources.view(document, &request, &mut seen, &mut waiting, names)?;
    }
    Ok(sources)
}

struct Request {
    path: String,
    /// Target namespace of the document that includes this one; none for an import or the root.
    including: Option<String>,
    /// Whether the schema can do without (an import is a hint).
    optional: bool,
    from: (String, u32),
}

impl Request {
    fn fail(&self, kind: SchemaErrorKind) -> SchemaError {
        SchemaError {
            file: self.from.0.clone(),
            line: self.from.1,
            kind,
        }
    }
}

impl Sources {
    /// Adds the view of a document that a request asks for, and asks for what it includes and imports.
    fn view(
        &mut self,
        document: usize,
        request: &Request,
        seen: &mut HashSet<(String, String)>,
        waiting: &mut Vec<Request>,
        names: &mut Names,
    ) -> Result<(), SchemaError> {
        let Some(tree) = self.documents.get(document) else {
            return Ok(());
        };
        let root = tree.root_element();
        let fail = |node: NodeId, kind: SchemaErrorKind| SchemaError {
            file: request.path.clone(),
            line: tree.position(node).line,
            kind,
        };
        if !tree.has_name(root, XSD, "schema") {
            return Err(fail(root, SchemaErrorKind::NotASchema));
        }
        let own = tree.attribute(root, "", "targetNamespace");
        let (namespace, chameleon) = match (own, &request.including) {
            (Some(own), Some(including)) if own != including => {
                return Err(request.fail(SchemaErrorKind::WrongNamespace(request.path.clone())));
            }
            (Some(own), _) => (own.to_owned(), false),
            (None, Some(including)) => (including.clone(), !including.is_empty()),
            (None, None) => (String::new(), false),
        };
        if !seen.insert((request.path.clone(), namespace.clone())) {
            return Ok(());
        }
        let number = self.list.len();
        let qualified =
            |attribute: &str| tree.attribute(root, "", attribute).map(str::trim) == Some("qualified");
        let source = Source {
            path: request.path.clone(),
            document,
            namespace: namespace.clone(),
            chameleon,
            qualified_elements: qualified("elementFormDefault"),
            qualified_attributes: qualified("attributeFormDefault"),
            block_default: tree
                .attribute(root, "", "blockDefault")
                .unwrap_or_default()
                .to_owned(),
        };
        let mut found: Vec<((Symbol, NameId), Site)> = Vec::new();
        let mut requests = Vec::new();
        for child in tree
            .child_elements(root)
            .filter(|&child| tree.namespace(child) == XSD)
        {
            let symbol = match tree.local_name(child) {
                "include" => {
                    if let Some(location) = tree.attribute(child, "", "schemaLocation") {
                        requests.push(Request {
                            path: join(&request.path, location),
                            including: Some(namespace.clone()),
                            optional: false,
                            from: (request.path.clone(), tree.position(child).line),
                        });
                    }
                    continue;
                }
                "import" => {
                    // The names of XML Schema itself are built in.
                    let location = tree.attribute(child, "", "schemaLocation");
                    if let Some(location) = location
                        && tree.attribute(child, "", "namespace") != Some(XSD)
                    {
                        requests.push(Request {
                            path: join(&request.path, location),
                            including: None,
                            optional: true,
                            from: (request.path.clone(), tree.position(child).line),
                        });
                    }
                    continue;
                }
                "redefine" => return Err(fail(child, SchemaErrorKind::Unsupported("xs:redefine"))),
                "simpleType" | "complexType" => Symbol::Type,
                "element" => Symbol::Element,
                "attribute" => Symbol::Attribute,
                "group" => Symbol::Group,
                "attributeGroup" => Symbol::AttributeGroup,
                _ => continue,
            };
            let Some(local) = tree.attribute(child, "", "name") else {
                return Err(fail(
                    child,
                    SchemaErrorKind::Invalid("a global component without name".to_owned()),
                ));
            };
            let name = names.intern(&namespace, local.trim());
            found.push((
                (symbol, name),
                Site {
                    source: number,
                    node: child,
                },
            ));
        }
        for (key, site) in found {
            if self.globals.contains_key(&key) {
                let message = format!("{} '{}' is declared twice", key.0.word(), names.get(key.1));
                return Err(fail(site.node, SchemaErrorKind::Invalid(message)));
            }
            self.globals.insert(key, site);
        }
        self.list.push(source);
        // The stack gives the last one first: reversed, documents are read in the order written.
        waiting.extend(requests.into_iter().rev());
        Ok(())
    }
}

/// The path of `location` as written in the document `base`.
fn join(base: &str, location: &str) -> String {
    let location = location.trim().replace('\\', "/");
    let mut parts: Vec<&str> = base.split('/').collect();
    parts.pop();
    for part in location.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn locations_are_relative_to_their_document() {
        assert_eq!(join("a/b.xsd", "c.xsd"), "a/c.xsd");
        assert_eq!(join("a/b.xsd", "../c/./d.xsd"), "c/d.xsd");
        assert_eq!(join("b.xsd", "..\\..\\d.xsd"), "d.xsd");
    }
}
