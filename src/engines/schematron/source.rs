//! Schema files to one tree of elements, includes resolved.

use std::sync::Arc;

use super::NAMESPACE;
use super::error::{LoadError, LoadWarning, WarningKind};
use super::schema::Place;
use crate::engines::xml::{BeforeDeclaration, Doctype, Document, NodeId, NodeKind, ParseOptions};
use crate::engines::xpath::Resolver;

/// An element of a schema, attributes owned so that parameters can be replaced in them.
#[derive(Debug, Clone)]
pub(super) struct Element {
    /// Local name when it is of Schematron, empty otherwise.
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Child>,
    pub(super) place: Place,
}

/// What an element holds.
#[derive(Debug, Clone)]
pub(super) enum Child {
    Element(Element),
    Text(String),
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// The child elements of Schematron.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Child::Element(element) if !element.name.is_empty() => Some(element),
            _ => None,
        })
    }

    /// The child elements of Schematron with a name.
    pub(super) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.elements().filter(move |element| element.name == name)
    }

    /// All text inside.
    pub(super) fn text(&self) -> String {
        let parts = self.children.iter().map(|child| match child {
            Child::Text(text) => text.clone(),
            Child::Element(element) => element.text(),
        });
        parts.collect()
    }
}

/// A schema with its includes.
pub(super) struct Source {
    pub(super) root: Element,
    /// Prefixes declared by `xmlns` in the files, those of the main file last.
    pub(super) prefixes: Vec<(String, String)>,
}

/// Most included files of one schema, and deepest nesting of includes and elements together.
const MOST_INCLUDES: usize = 20_000;
const DEEPEST: u32 = 120;

/// Reads schema files.
pub(super) struct Reader<'a> {
    pub(super) resolver: &'a dyn Resolver,
    pub(super) warnings: Vec<LoadWarning>,
    prefixes: Vec<(String, String)>,
    included: usize,
    /// Addresses being included, outermost first: an include of one of them would never end.
    open: Vec<String>,
}

/// How schema files are read: entities are still refused.
pub(super) fn schema_options() -> ParseOptions {
    ParseOptions {
        depth: 64,
        doctype: Doctype::Skip,
        before_declaration: BeforeDeclaration::Skip,
        ..ParseOptions::default()
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(resolver: &'a dyn Resolver) -> Self {
        Self {
            resolver,
            warnings: Vec::new(),
            prefixes: Vec::new(),
            included: 0,
            open: Vec::new(),
        }
    }

    /// Reads the schema at an address and all it includes.
    pub(super) fn read(&mut self, address: &str) -> Result<Source, LoadError> {
        let bytes = self
            .resolver
            .read(address)
            .map_err(|error| LoadError::Unreadable {
                address: address.to_owned(),
                error,
            })?;
        let document = Document::parse(&bytes, &schema_options()).map_err(|error| LoadError::Xml {
            address: address.to_owned(),
            error,
        })?;
        let root = document.root_element();
        if !document.has_name(root, NAMESPACE, "schema") {
            return Err(LoadError::NotSchematron {
                address: address.to_owned(),
            });
        }
        self.open.push(address.to_owned());
        let file: Arc<str> = address.into();
        let element = self.element(&document, root, &file, 0)?;
        self.declare(&document, root);
        Ok(Source {
            root: element,
            prefixes: std::mem::take(&mut self.prefixes),
        })
    }

    fn declare(&mut self, document: &Document, root: NodeId) {
        for (prefix, uri) in document.namespaces_in_scope(root) {
            let declaration = (prefix.to_owned(), uri.to_owned());
            if !prefix.is_empty() && !self.prefixes.contains(&declaration) {
                self.prefixes.push(declaration);
            }
        }
    }

    fn element(
        &mut self,
        document: &Document,
        node: NodeId,
        file: &Arc<str>,
        depth: u32,
    ) -> Result<Element, LoadError> {
        let position = document.position(node);
        let place = Place {
            file: Arc::clone(file),
            line: position.line,
            column: position.column,
        };
        if depth > DEEPEST {
            return Err(LoadError::TooManyIncludes {
                place,
                limit: MOST_INCLUDES,
            });
        }
        let ours = document.namespace(node) == NAMESPACE;
        let attributes = document
            .attributes(node)
            .map(|attribute| {
                (
                    document.qualified_name(attribute),
                    document.text(attribute).to_owned(),
                )
            })
            .collect();
        let mut element = Element {
            name: if ours {
                document.local_name(node).to_owned()
            } else {
                String::new()
            },
            attributes,
            children: Vec::new(),
            place,
        };
        for child in document.children(node) {
            match document.kind(child) {
                NodeKind::Text => element
                    .children
                    .push(Child::Text(document.text(child).to_owned())),
                NodeKind::Element if document.has_name(child, NAMESPACE, "include") => {
                    let included = self.include(document, child, file, depth + 1)?;
                    element.children.extend(included.into_iter().map(Child::Element));
                }
                NodeKind::Element => {
                    let inner = self.element(document, child, file, depth + 1)?;
                    element.children.push(Child::Element(inner));
                }
                _ => {}
            }
        }
        Ok(element)
    }

    /// The elements an `include` stands for; none, with a warning, when the file is missing.
    fn include(
        &mut self,
        document: &Document,
        node: NodeId,
        file: &Arc<str>,
        depth: u32,
    ) -> Result<Vec<Element>, LoadError> {
        let position = document.position(node);
        let place = Place {
            file: Arc::clone(file),
            line: position.line,
            column: position.column,
        };
        self.included += 1;
        if self.included > MOST_INCLUDES {
            return Err(LoadError::TooManyIncludes {
                place,
                limit: MOST_INCLUDES,
            });
        }
        let Some(href) = document
            .attribute(node, "", "href")
            .filter(|href| !href.trim().is_empty())
        else {
            let kind = WarningKind::MissingAttribute {
                element: "include".to_owned(),
                attribute: "href",
            };
            self.warnings.push(LoadWarning { place, kind });
            return Ok(Vec::new());
        };
        let (path, fragment) = href.split_once('#').unwrap_or((href, ""));
        let address = if path.is_empty() {
            file.to_string()
        } else {
            self.resolver.resolve(file, path)
        };
        let missing = |reason: String| WarningKind::MissingInclude {
            reference: href.to_owned(),
            reason,
        };
        if fragment.is_empty() && self.open.contains(&address) {
            self.warnings.push(LoadWarning {
                place,
                kind: missing("it includes itself".to_owned()),
            });
            return Ok(Vec::new());
        }
        let read = self.resolver.read(&address).map_err(|error| error.to_string());
        let parsed = read
            .and_then(|bytes| Document::parse(&bytes, &schema_options()).map_err(|error| error.to_string()));
        let included = match parsed {
            Ok(included) => included,
            Err(reason) => {
                self.warnings.push(LoadWarning {
                    place,
                    kind: missing(reason),
                });
                return Ok(Vec::new());
            }
        };
        if !path.is_empty() && !ends_with_path(&address, path) {
            let kind = WarningKind::CaseMismatch {
                reference: href.to_owned(),
                found: tail(&address, path),
            };
            self.warnings.push(LoadWarning {
                place: place.clone(),
                kind,
            });
        }
        let root = included.root_element();
        let wanted: Vec<NodeId> = if fragment.is_empty() {
            if included.namespace(root) == NAMESPACE && included.local_name(root) != "schema" {
                vec![root]
            } else {
                included
                    .child_elements(root)
                    .filter(|child| included.namespace(*child) == NAMESPACE)
                    .collect()
            }
        } else {
            let all = std::iter::once(root).chain(included.descendants(root));
            all.filter(|node| {
                included.is_element(*node) && included.attribute(*node, "", "id") == Some(fragment)
            })
            .take(1)
            .collect()
        };
        if wanted.is_empty() && !fragment.is_empty() {
            self.warnings.push(LoadWarning {
                place,
                kind: missing(format!("no element '{fragment}'")),
            });
        }
        self.declare(&included, root);
        let inner: Arc<str> = address.as_str().into();
        self.open.push(address);
        let elements = wanted
            .into_iter()
            .map(|node| self.element(&included, node, &inner, depth))
            .collect();
        self.open.pop();
        elements
    }
}

/// Whether an address ends with a reference, its leading `../` left out.
fn ends_with_path(address: &str, reference: &str) -> bool {
    let address = address.replace('\\', "/");
    let reference = reference.replace('\\', "/");
    let kept: Vec<&str> = significant(&reference);
    let parts: Vec<&str> = address.split('/').collect();
    parts.ends_with(&kept)
}

/// The parts of a reference after its last `..`.
fn significant(reference: &str) -> Vec<&str> {
    let parts: Vec<&str> = reference
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    let from = parts
        .iter()
        .rposition(|part| *part == "..")
        .map_or(0, |at| at + 1);
    parts.get(from..).unwrap_or_default().to_vec()
}

/// As many last parts of an address as the reference has.
fn tail(address: &str, reference: &str) -> String {
    let count = significant(&reference.replace('\\', "/")).len();
    let parts: Vec<&str> = address.split(['/', '\\']).collect();
    parts
        .get(parts.len().saturating_sub(count)..)
        .unwrap_or_default()
        .join("/")
}
