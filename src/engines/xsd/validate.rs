//! Validation of a document. Elements are visited in document order with a stack of their own, so that depth costs
//! memory and never the stack of the thread.

use std::collections::HashSet;
use std::sync::Arc;

use crate::engines::xml::{Document, NodeId, NodeKind, Position};

use super::Schema;
use super::arena::Id;
use super::automaton::{Automaton, Leaf, Progress, Reading};
use super::builtin::{Builtin, WhiteSpace};
use super::names::{NameId, XSD, XSI};
use super::simple::{self, Bindings, Variety};
use super::types::{AttributeUse, Blocked, ComplexType, Content, Element, Type, TypeKind, ValueConstraint};
use super::violation::{Violation, ViolationKind};
use super::wildcard::Process;

/// Longest quotation of the document in a violation, in characters.
const QUOTE: usize = 120;

impl Schema {
    /// Validates a document, from its root element. Gives at most `limit` violations, in the order of the document;
    /// what is missing in an element is told when the element ends.
    pub fn validate(&self, document: &Document, limit: usize) -> Vec<Violation> {
        self.validate_from(document, document.root_element(), limit)
    }

    /// Validates the subtree of `root` as if it were a document: a document wrapped in another one.
    pub fn validate_from(&self, document: &Document, root: NodeId, limit: usize) -> Vec<Violation> {
        let names = document.names();
        let known = names
            .ids()
            .map(|id| self.names.find(names.namespace(id), names.local(id)))
            .collect();
        let mut run = Run {
            schema: self,
            document,
            known,
            identifiers: HashSet::new(),
            violations: Vec::new(),
            limit,
            stack: Vec::new(),
        };
        run.root(root);
        run.walk();
        run.violations
    }
}

/// An element whose content is being read.
struct Frame {
    element: NodeId,
    automaton: Arc<Automaton>,
    progress: Progress,
    /// A child was misplaced: order and text are no longer judged, the children still are.
    lost: bool,
    /// Text may stand between the children, or has been reported once.
    text_allowed: bool,
    next: Option<NodeId>,
}

struct Run<'a> {
    schema: &'a Schema,
    document: &'a Document,
    /// The name in the schema of each name of the document.
    known: Vec<Option<NameId>>,
    identifiers: HashSet<String>,
    violations: Vec<Violation>,
    limit: usize,
    stack: Vec<Frame>,
}

/// The namespaces in scope at a node.
struct Scope<'a> {
    document: &'a Document,
    node: NodeId,
}

impl Bindings for Scope<'_> {
    fn namespace(&self, prefix: &str) -> Option<String> {
        self.document
            .namespace_in_scope(self.node, prefix)
            .map(str::to_owned)
    }
}

impl<'a> Run<'a> {
    fn root(&mut self, root: NodeId) {
        let declared = self
            .name(root)
            .and_then(|name| self.schema.named_elements.get(&name).copied());
        if let Some(element) = declared {
            self.open(root, Some(element));
        } else {
            let name = self.document.qualified_name(root);
            self.report(root, None, ViolationKind::UnknownRoot { name });
        }
    }

    fn walk(&mut self) {
        while self.violations.len() < self.limit {
            let Some(frame) = self.stack.last_mut() else {
                return;
            };
            let Some(child) = frame.next else {
                self.close();
                continue;
            };
            frame.next = self.document.next_sibling(child);
            match self.document.kind(child) {
                NodeKind::Element => self.child(child),
                NodeKind::Text => self.text(child),
                _ => {}
            }
        }
    }

    /// Reads a child with the automaton of its parent.
    fn child(&mut self, child: NodeId) {
        let name = self.name(child);
        let schema = self.schema;
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        let automaton = Arc::clone(&frame.automaton);
        if !frame.lost {
            let namespace = self.document.namespace(child);
            if let Some((reading, progress)) =
                automaton.read(frame.progress, name, namespace, &schema.elements)
            {
                frame.progress = progress;
                match reading {
                    Reading::Element(element) => self.open(child, Some(element)),
                    Reading::Any(wildcard) => self.wild(child, wildcard.process),
                }
                return;
            }
            frame.lost = true;
            let (parent, progress) = (frame.element, frame.progress);
            let kind = ViolationKind::UnexpectedElement {
                name: self.label_of(child),
                parent: self.label_of(parent),
                expected: self.expected(&automaton, progress, parent),
            };
            self.report(child, None, kind);
        }
        // Out of order, a child is still judged by what the content model says of its name.
        let declared = name.and_then(|name| automaton.anywhere(name, &schema.elements));
        if let Some(element) = declared {
            self.open(child, Some(element));
        }
    }

    /// Reads an element that a wildcard let in.
    fn wild(&mut self, node: NodeId, process: Process) {
        if process == Process::Skip {
            return;
        }
        let declared = self
            .name(node)
            .and_then(|name| self.schema.named_elements.get(&name).copied());
        if declared.is_none()
            && process == Process::Strict
            && self.document.attribute(node, XSI, "type").is_none()
        {
            let name = self.label_of(node);
            self.report(node, None, ViolationKind::Undeclared { name });
            return;
        }
        self.open(node, declared);
    }

    /// Ends the element on top of the stack.
    fn close(&mut self) {
        let Some(frame) = self.stack.pop() else {
            return;
        };
        if !frame.lost && !frame.automaton.accepts(frame.progress) {
            let kind = ViolationKind::MissingElement {
                name: self.label_of(frame.element),
                expected: self.expected(&frame.automaton, frame.progress, frame.element),
            };
            self.report(frame.element, None, kind);
        }
    }

    /// Begins an element: its type, its attributes, then its content.
    fn open(&mut self, node: NodeId, element: Option<Id<Element>>) {
        let schema = self.schema;
        let declaration = element.map(|element| schema.elements.get(element));
        if declaration.is_some_and(|declaration| declaration.is_abstract) {
            let name = self.label_of(node);
            self.report(node, None, ViolationKind::AbstractElement { name });
            return;
        }
        let declared = declaration.map_or(schema.any_type, |declaration| declaration.content_type);
        let block = declaration.map_or(Blocked::default(), |declaration| declaration.block);
        let Some(actual) = self.actual_type(node, declared, block) else {
            return;
        };
        let Some(nil) = self.nil(node, declaration) else {
            return;
        };
        match &schema.types.get(actual).kind {
            TypeKind::Simple(_) => {
                self.attributes(node, &[], None);
                self.value(node, actual, declaration, nil);
            }
            TypeKind::Complex(complex) => {
                if complex.is_abstract {
                    let name = schema.types.get(actual).label();
                    self.report(node, None, ViolationKind::AbstractType { name });
                    return;
                }
                self.attributes(node, &complex.attributes, complex.any_attribute.as_ref());
                self.content(node, complex, declaration, nil);
            }
            TypeKind::Pending => {}
        }
    }

    fn content(
        &mut self,
        node: NodeId,
        complex: &'a ComplexType,
        declaration: Option<&'a Element>,
        nil: bool,
    ) {
        match &complex.content {
            _ if nil => self.nothing(node, true),
            Content::Empty => self.nothing(node, false),
            Content::Simple(value) => self.value(node, *value, declaration, false),
            Content::Elements {
                mixed,
                particle,
                automaton,
            } => {
                let compiled = match automaton.get() {
                    Some(compiled) => Arc::clone(compiled),
                    None => {
                        if let Some(compiled) = Automaton::compile(particle, &self.schema.elements) {
                            Arc::clone(automaton.get_or_init(|| Arc::new(compiled)))
                        } else {
                            let name = self.label_of(node);
                            self.report(node, None, ViolationKind::TooComplex { name });
                            return;
                        }
                    }
                };
                if let (true, Some(ValueConstraint::Fixed(fixed))) = (
                    *mixed,
                    declaration.and_then(|declaration| declaration.value.as_ref()),
                ) {
                    let text = self.document.string_value(node);
                    if !text.is_empty() && text != fixed.as_str() {
                        let kind = ViolationKind::ContentFixed {
                            name: self.label_of(node),
                            value: quote(&text),
                            fixed: fixed.clone(),
                        };
                        self.report(node, None, kind);
                    }
                }
                self.stack.push(Frame {
                    element: node,
                    progress: compiled.start(),
                    automaton: compiled,
                    lost: false,
                    text_allowed: *mixed,
                    next: self.document.first_child(node),
                });
            }
        }
    }

    /// The type that judges an element: the declared one, or the one `xsi:type` names. None after a violation that
    /// leaves nothing to judge by.
    fn actual_type(&mut self, node: NodeId, declared: Id<Type>, block: Blocked) -> Option<Id<Type>> {
        let Some(attribute) = self.document.attribute_node(node, XSI, "type") else {
            return Some(declared);
        };
        let schema = self.schema;
        let written = simple::normalize(self.document.text(attribute), WhiteSpace::Collapse).into_owned();
        let (prefix, local) = written.split_once(':').unwrap_or(("", &written));
        let namespace = self.document.namespace_in_scope(node, prefix);
        let found = match (namespace, prefix.is_empty()) {
            (None, false) => None,
            (namespace, _) => schema
                .names
                .find(namespace.unwrap_or_default(), local)
                .and_then(|name| schema.named_types.get(&name).copied()),
        };
        let Some(found) = found else {
            self.report(
                node,
                Some(attribute),
                ViolationKind::UnknownType { name: written },
            );
            return None;
        };
        let block = match schema.types.get(declared).complex() {
            Some(complex) => block.or(complex.block),
            None => block,
        };
        if !self.derives(found, declared, block) {
            let kind = ViolationKind::TypeNotDerived {
                name: written,
                declared: schema.types.get(declared).label(),
            };
            self.report(node, Some(attribute), kind);
            return None;
        }
        Some(found)
    }

    /// Whether a type is another one or is derived from it by steps that are not blocked.
    fn derives(&self, from: Id<Type>, to: Id<Type>, block: Blocked) -> bool {
        let schema = self.schema;
        let mut current = from;
        while current != to {
            let definition = schema.types.get(current);
            if block.blocks(definition.derivation) {
                return false;
            }
            match definition.base {
                Some(base) if base != current => current = base,
                _ => {
                    // A member of a union may stand for the union.
                    return match schema.types.get(to).simple().map(|simple| &simple.variety) {
                        Some(Variety::Union(members)) => {
                            members.iter().any(|&member| self.derives(from, member, block))
                        }
                        _ => false,
                    };
                }
            }
        }
        true
    }

    /// Whether `xsi:nil` is true. None after a violation that leaves nothing to judge.
    fn nil(&mut self, node: NodeId, declaration: Option<&Element>) -> Option<bool> {
        let Some(attribute) = self.document.attribute_node(node, XSI, "nil") else {
            return Some(false);
        };
        let written = simple::normalize(self.document.text(attribute), WhiteSpace::Collapse).into_owned();
        let nil = match written.as_str() {
            "true" | "1" => true,
            "false" | "0" => false,
            _ => {
                let kind = ViolationKind::AttributeValue {
                    name: self.document.qualified_name(attribute),
                    value: quote(&written),
                    wrong: simple::SimpleFault {
                        facet: None,
                        expected: Builtin::Boolean.name().to_owned(),
                    },
                };
                self.report(node, Some(attribute), kind);
                return Some(false);
            }
        };
        if declaration.is_some_and(|declaration| !declaration.nillable) {
            let name = self.label_of(node);
            self.report(node, Some(attribute), ViolationKind::NotNillable { name });
            return None;
        }
        Some(nil)
    }

    fn attributes(
        &mut self,
        node: NodeId,
        uses: &'a [AttributeUse],
        wildcard: Option<&'a super::wildcard::Wildcard>,
    ) {
        let schema = self.schema;
        let document = self.document;
        for attribute in document.attributes(node) {
            let namespace = document.namespace(attribute);
            if namespace == XSI
                && matches!(
                    document.local_name(attribute),
                    "type" | "nil" | "schemaLocation" | "noNamespaceSchemaLocation"
                )
            {
                continue;
            }
            let declared = self.name(attribute).and_then(|name| {
                uses.binary_search_by_key(&name, |one| one.name)
                    .ok()
                    .and_then(|found| uses.get(found))
            });
            if let Some(declared) = declared {
                self.attribute(node, attribute, declared);
                continue;
            }
            let wild = wildcard.filter(|wildcard| wildcard.namespaces.allows(namespace));
            let global = self
                .name(attribute)
                .and_then(|name| schema.named_attributes.get(&name));
            match (wild.map(|wildcard| wildcard.process), global) {
                (Some(Process::Skip), _) | (Some(Process::Lax), None) => {}
                (Some(_), Some(global)) => self.attribute(node, attribute, global),
                (Some(Process::Strict), None) | (None, _) => {
                    let kind = ViolationKind::AttributeNotAllowed {
                        name: document.qualified_name(attribute),
                        element: self.label_of(node),
                    };
                    self.report(node, Some(attribute), kind);
                }
            }
        }
        for required in uses.iter().filter(|one| one.required) {
            let name = schema.names.get(required.name);
            if document
                .attribute_node(node, &name.namespace, &name.local)
                .is_none()
            {
                let kind = ViolationKind::AttributeMissing {
                    name: self.label(required.name, None),
                    element: self.label_of(node),
                };
                self.report(node, None, kind);
            }
        }
    }

    fn attribute(&mut self, node: NodeId, attribute: NodeId, declared: &AttributeUse) {
        let text = self.document.text(attribute);
        let types = &self.schema.types;
        let scope = Scope {
            document: self.document,
            node,
        };
        let name = || self.document.qualified_name(attribute);
        if let Err(wrong) = simple::check(types, declared.value_type, text, &scope) {
            let kind = ViolationKind::AttributeValue {
                name: name(),
                value: quote(text),
                wrong,
            };
            self.report(node, Some(attribute), kind);
            return;
        }
        if let Some(fixed) = &declared.fixed
            && !self.same(declared.value_type, text, fixed)
        {
            let kind = ViolationKind::AttributeFixed {
                name: name(),
                value: quote(text),
                fixed: fixed.clone(),
            };
            self.report(node, Some(attribute), kind);
            return;
        }
        self.identifier(node, Some(attribute), declared.value_type, text);
    }

    /// Whether two texts are one value of a type.
    fn same(&self, id: Id<Type>, left: &str, right: &str) -> bool {
        let Some(simple) = self.schema.types.get(id).simple() else {
            return left == right;
        };
        let left = simple::normalize(left, simple.white_space);
        let right = simple::normalize(right, simple.white_space);
        simple::same_value(&self.schema.types, &simple.variety, &left, &right)
    }

    /// Remembers a value of type ID and reports it when it was seen before.
    fn identifier(&mut self, node: NodeId, attribute: Option<NodeId>, id: Id<Type>, text: &str) {
        let is_identifier = self
            .schema
            .types
            .get(id)
            .simple()
            .is_some_and(|simple| matches!(simple.variety, Variety::Atomic(Builtin::Id)));
        if is_identifier {
            let value = simple::normalize(text, WhiteSpace::Collapse).into_owned();
            if !self.identifiers.insert(value.clone()) {
                self.report(
                    node,
                    attribute,
                    ViolationKind::DuplicateId { value: quote(&value) },
                );
            }
        }
    }

    /// Checks an element that holds a value of the simple type `id`.
    fn value(&mut self, node: NodeId, id: Id<Type>, declaration: Option<&Element>, nil: bool) {
        if nil {
            self.nothing(node, true);
            return;
        }
        if let Some(child) = self.document.child_elements(node).next() {
            let kind = ViolationKind::ElementInValue {
                name: self.label_of(node),
                child: self.label_of(child),
            };
            self.report(node, None, kind);
            return;
        }
        let text = self.document.string_value(node);
        let constraint = declaration.and_then(|declaration| declaration.value.as_ref());
        let effective = match constraint {
            Some(ValueConstraint::Default(value) | ValueConstraint::Fixed(value)) if text.is_empty() => {
                value.as_str()
            }
            _ => &text,
        };
        let scope = Scope {
            document: self.document,
            node,
        };
        if let Err(wrong) = simple::check(&self.schema.types, id, effective, &scope) {
            let kind = ViolationKind::ContentValue {
                name: self.label_of(node),
                value: quote(&text),
                wrong,
            };
            self.report(node, None, kind);
            return;
        }
        if let Some(ValueConstraint::Fixed(fixed)) = constraint
            && !self.same(id, effective, fixed)
        {
            let kind = ViolationKind::ContentFixed {
                name: self.label_of(node),
                value: quote(&text),
                fixed: fixed.clone(),
            };
            self.report(node, None, kind);
            return;
        }
        self.identifier(node, None, id, effective);
    }

    /// Reports an element that holds anything.
    fn nothing(&mut self, node: NodeId, nil: bool) {
        let held = self
            .document
            .children(node)
            .find(|&child| matches!(self.document.kind(child), NodeKind::Element | NodeKind::Text));
        let Some(held) = held else { return };
        let name = self.label_of(node);
        let kind = if nil {
            ViolationKind::NilNotEmpty { name }
        } else {
            let found = if self.document.is_element(held) {
                format!("<{}>", self.document.qualified_name(held))
            } else {
                quote(self.document.text(held))
            };
            ViolationKind::NotEmpty { name, found }
        };
        self.report(node, None, kind);
    }

    /// Reports text, white space apart, among the children of an element that may only hold elements; once, and not
    /// after a misplaced child, as xmllint does.
    fn text(&mut self, node: NodeId) {
        let space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
        let text = self.document.text(node).trim_matches(space);
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        if frame.text_allowed || frame.lost || text.is_empty() {
            return;
        }
        frame.text_allowed = true;
        let element = frame.element;
        let kind = ViolationKind::UnexpectedText {
            name: self.label_of(element),
            text: quote(text),
        };
        self.report(element, None, kind);
    }

    // ---- names and places ----

    fn name(&self, node: NodeId) -> Option<NameId> {
        self.known
            .get(self.document.name(node).index())
            .copied()
            .flatten()
    }

    fn label_of(&self, node: NodeId) -> String {
        self.document.qualified_name(node)
    }

    /// A name of the schema as a user writes it at `near`: no prefix in the namespace of that element.
    fn label(&self, name: NameId, near: Option<NodeId>) -> String {
        let name = self.schema.names.get(name);
        let Some(near) = near else {
            return name.local.to_string();
        };
        if &*name.namespace == self.document.namespace(near) || name.namespace.is_empty() {
            return name.local.to_string();
        }
        match self
            .document
            .namespaces_in_scope(near)
            .into_iter()
            .find(|(_, uri)| *uri == &*name.namespace)
        {
            Some(("", _)) => name.local.to_string(),
            Some((prefix, _)) => format!("{prefix}:{}", name.local),
            None if &*name.namespace == XSD => format!("xs:{}", name.local),
            None => name.to_string(),
        }
    }

    /// What may come next, as a user reads it.
    fn expected(&self, automaton: &Automaton, progress: Progress, near: NodeId) -> Vec<String> {
        let mut labels = Vec::new();
        for leaf in automaton.expected(progress) {
            match leaf {
                Leaf::Any(wildcard) => labels.push(wildcard.namespaces.label()),
                Leaf::Element(head) => {
                    for &element in &self.schema.elements.get(head).substitutes {
                        labels.push(self.label(self.schema.elements.get(element).name, Some(near)));
                    }
                }
            }
        }
        let mut seen = HashSet::new();
        labels.retain(|label| seen.insert(label.clone()));
        labels
    }

    fn report(&mut self, element: NodeId, attribute: Option<NodeId>, kind: ViolationKind) {
        if self.violations.len() < self.limit {
            self.violations.push(Violation {
                element,
                attribute,
                position: self.place(element, attribute),
                kind,
            });
        }
    }

    /// The line where the start tag ends, and the column of the attribute or of the element when they are on it.
    fn place(&self, element: NodeId, attribute: Option<NodeId>) -> Position {
        let end = self
            .document
            .position_of_offset(self.document.start_tag_end(element).saturating_sub(1));
        attribute
            .into_iter()
            .chain([element])
            .map(|node| self.document.position(node))
            .find(|position| position.line == end.line)
            .unwrap_or(end)
    }
}

fn quote(text: &str) -> String {
    match text.char_indices().nth(QUOTE) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
