//! Nodes, names, documents.

use std::borrow::Cow;
use std::sync::Arc;

use super::super::error::{Result, XPathError};
use super::super::evaluate::{Evaluator, Flow, Focus, Sink};
use super::super::expr::Expr;
use super::super::items::push_nodes;
use super::super::lexer::is_ncname;
use super::super::types::collapse;
use super::super::value::{Atomic, Item, NodeRef, QName};
use super::Function;
use crate::engines::xml::{NodeId, NodeKind};

const GO_ON: Flow = Flow::Continue;
const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

impl<'a> Evaluator<'a> {
    /// The node of the first argument, or the context item.
    fn own_node(&self, arguments: &'a [Expr], focus: &Focus<'a>) -> Result<Option<NodeRef>> {
        let Some(first) = arguments.first() else {
            return match self.context_item(focus)? {
                Item::Node(node) => Ok(Some(*node)),
                Item::Atomic(_) => Err(XPathError::type_error("the context item is not a node")),
            };
        };
        let nodes = self.nodes(first, focus)?;
        match nodes.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            _ => Err(XPathError::type_error(
                "several nodes where at most one is wanted",
            )),
        }
    }

    fn qualified(&self, node: NodeRef) -> Cow<'a, str> {
        let document = self.document(node);
        match document.prefix(node.node) {
            "" => Cow::Borrowed(document.local_name(node.node)),
            prefix => Cow::Owned(format!("{prefix}:{}", document.local_name(node.node))),
        }
    }

    /// Functions of this family that give at most one value.
    pub(super) fn node_function(
        &self,
        function: Function,
        arguments: &'a [Expr],
        focus: &Focus<'a>,
    ) -> Result<Option<Atomic<'a>>> {
        use Function as F;
        match function {
            F::Name | F::LocalName | F::NamespaceUri => {
                let node = self.own_node(arguments, focus)?;
                let text = match node {
                    None => Cow::Borrowed(""),
                    Some(node) => match function {
                        F::Name => self.qualified(node),
                        F::LocalName => Cow::Borrowed(self.document(node).local_name(node.node)),
                        _ => Cow::Borrowed(self.document(node).namespace(node.node)),
                    },
                };
                Ok(Some(if function == F::NamespaceUri {
                    Atomic::Uri(text)
                } else {
                    Atomic::String(text)
                }))
            }
            F::NodeName => {
                let Some(node) = self.own_node(arguments, focus)? else {
                    return Ok(None);
                };
                let document = self.document(node);
                if matches!(
                    document.kind(node.node),
                    NodeKind::Text | NodeKind::Comment | NodeKind::Document
                ) {
                    return Ok(None);
                }
                Ok(Some(Atomic::QName(Arc::new(QName {
                    namespace: document.namespace(node.node).to_owned(),
                    prefix: document.prefix(node.node).to_owned(),
                    local: document.local_name(node.node).to_owned(),
                }))))
            }
            F::Nilled => {
                let Some(node) = self.own_node(arguments, focus)? else {
                    return Ok(None);
                };
                Ok((self.kind(node) == NodeKind::Element).then_some(Atomic::Boolean(false)))
            }
            F::BaseUri => {
                let Some(node) = self.own_node(arguments, focus)? else {
                    return Ok(None);
                };
                self.base_uri(node)
            }
            F::DocumentUri => {
                let Some(node) = self.own_node(arguments, focus)? else {
                    return Ok(None);
                };
                let address = self.bound(node.document).address;
                Ok((node.node == NodeId::DOCUMENT && !address.is_empty())
                    .then_some(Atomic::Uri(address.into())))
            }
            F::Lang => self
                .lang(arguments, focus)
                .map(|same| Some(Atomic::Boolean(same))),
            F::DocAvailable => {
                let [reference, base] = arguments else {
                    return Ok(None);
                };
                let Some(reference) = self.optional_string(reference, focus)? else {
                    return Ok(Some(Atomic::Boolean(false)));
                };
                let base = self.string(base, focus)?;
                let address = self.program.pool.resolve(&base, &reference);
                Ok(Some(Atomic::Boolean(self.program.pool.load(&address).is_ok())))
            }
            F::QName
            | F::ResolveQName
            | F::PrefixFromQName
            | F::LocalNameFromQName
            | F::NamespaceUriFromQName
            | F::NamespaceUriForPrefix => self.qname_function(function, arguments, focus),
            _ => Ok(None),
        }
    }

    fn base_uri(&self, node: NodeRef) -> Result<Option<Atomic<'a>>> {
        let bound = self.bound(node.document);
        let document = bound.document;
        if matches!(
            document.kind(node.node),
            NodeKind::Text | NodeKind::Comment | NodeKind::Attribute
        ) && document.parent(node.node).is_none()
        {
            return Ok(None);
        }
        // xml:base of the nearest elements, outermost first.
        let mut bases: Vec<&str> = std::iter::once(node.node)
            .chain(document.ancestors(node.node))
            .filter_map(|ancestor| document.attribute(ancestor, XML_NAMESPACE, "base"))
            .collect();
        let mut address = bound.address.to_owned();
        while let Some(base) = bases.pop() {
            address = if address.is_empty() {
                base.to_owned()
            } else {
                super::super::uri::resolve(&address, base)?
            };
        }
        Ok((!address.is_empty()).then_some(Atomic::Uri(address.into())))
    }

    fn lang(&self, arguments: &'a [Expr], focus: &Focus<'a>) -> Result<bool> {
        let [wanted, node @ ..] = arguments else {
            return Ok(false);
        };
        let wanted = self.string(wanted, focus)?.to_lowercase();
        let Some(node) = self.own_node(node, focus)? else {
            return Ok(false);
        };
        let document = self.document(node);
        let mut chain = std::iter::once(node.node).chain(document.ancestors(node.node));
        let Some(found) = chain.find_map(|ancestor| document.attribute(ancestor, XML_NAMESPACE, "lang"))
        else {
            return Ok(false);
        };
        let found = found.to_lowercase();
        Ok(found == wanted
            || found
                .strip_prefix(&wanted)
                .is_some_and(|rest| rest.starts_with('-')))
    }

    fn qname_function(
        &self,
        function: Function,
        arguments: &'a [Expr],
        focus: &Focus<'a>,
    ) -> Result<Option<Atomic<'a>>> {
        use Function as F;
        let invalid = |text: &str| XPathError::new("FOCA0002", format!("'{text}' is not a qualified name"));
        match (function, arguments) {
            (F::QName, [namespace, name]) => {
                let namespace = self.string(namespace, focus)?.into_owned();
                let name = self.required_string(name, focus)?;
                let (prefix, local) = split_qname(&name).ok_or_else(|| invalid(&name))?;
                if namespace.is_empty() && !prefix.is_empty() {
                    return Err(invalid(&name));
                }
                let qname = QName {
                    namespace,
                    prefix: prefix.to_owned(),
                    local: local.to_owned(),
                };
                Ok(Some(Atomic::QName(Arc::new(qname))))
            }
            (F::ResolveQName, [name, element]) => {
                let Some(name) = self.optional_string(name, focus)? else {
                    return Ok(None);
                };
                let name = collapse(&name);
                let node = self
                    .own_node(std::slice::from_ref(element), focus)?
                    .ok_or_else(|| XPathError::type_error("resolve-QName() wants an element"))?;
                let (prefix, local) = split_qname(&name).ok_or_else(|| invalid(&name))?;
                let namespace = match self.document(node).namespace_in_scope(node.node, prefix) {
                    Some(namespace) => namespace.to_owned(),
                    None if prefix.is_empty() => String::new(),
                    None => {
                        return Err(XPathError::new(
                            "FONS0004",
                            format!("prefix '{prefix}' is not declared there"),
                        ));
                    }
                };
                let qname = QName {
                    namespace,
                    prefix: prefix.to_owned(),
                    local: local.to_owned(),
                };
                Ok(Some(Atomic::QName(Arc::new(qname))))
            }
            (F::NamespaceUriForPrefix, [prefix, element]) => {
                let prefix = self.string(prefix, focus)?;
                let Some(node) = self.own_node(std::slice::from_ref(element), focus)? else {
                    return Ok(None);
                };
                let found = self.document(node).namespace_in_scope(node.node, &prefix);
                Ok(found.map(|namespace| Atomic::Uri(namespace.into())))
            }
            (_, [only]) => {
                let Some(atom) = self.atom(only, focus)? else {
                    return Ok(None);
                };
                let Atomic::QName(name) = atom else {
                    return Err(XPathError::type_error(format!(
                        "an xs:QName is wanted, not {}",
                        atom.type_name()
                    )));
                };
                Ok(match function {
                    F::PrefixFromQName => {
                        (!name.prefix.is_empty()).then(|| Atomic::text(name.prefix.clone()))
                    }
                    F::LocalNameFromQName => Some(Atomic::text(name.local.clone())),
                    _ => Some(Atomic::Uri(name.namespace.clone().into())),
                })
            }
            _ => Ok(None),
        }
    }

    /// Functions of this family that give a sequence.
    pub(super) fn node_sequence(
        &self,
        function: Function,
        arguments: &'a [Expr],
        focus: &Focus<'a>,
        sink: Sink<'_, 'a>,
    ) -> Result<Flow> {
        use Function as F;
        match (function, arguments) {
            (F::Root, _) => match self.own_node(arguments, focus)? {
                Some(node) => sink(Item::Node(NodeRef {
                    document: node.document,
                    node: NodeId::DOCUMENT,
                })),
                None => Ok(GO_ON),
            },
            (F::Current, _) => match self.current_node() {
                Some(node) => sink(Item::Node(node)),
                None => sink(self.context_item(focus)?.clone()),
            },
            (F::Doc, [reference, base]) => {
                let Some(reference) = self.optional_string(reference, focus)? else {
                    return Ok(GO_ON);
                };
                let base = self.string(base, focus)?;
                let address = self.program.pool.resolve(&base, &reference);
                match self.program.pool.load(&address) {
                    Ok(document) => sink(Item::Node(NodeRef {
                        document,
                        node: NodeId::DOCUMENT,
                    })),
                    Err(missing) => {
                        self.note_missing(&missing.address);
                        Err(XPathError::new(
                            "FODC0002",
                            format!("'{reference}' cannot be read: {}", missing.reason),
                        ))
                    }
                }
            }
            (F::Document, [references, relative, base]) => {
                let nodes = self.xslt_document(references, relative, base, focus)?;
                push_nodes(&nodes, sink)
            }
            (F::Collection, _) => Err(XPathError::new("FODC0002", "there is no collection")),
            (F::InScopePrefixes, _) => {
                let Some(node) = self.own_node(arguments, focus)? else {
                    return Ok(GO_ON);
                };
                for (prefix, _) in self.document(node).namespaces_in_scope(node.node) {
                    if sink(Item::Atomic(Atomic::text(prefix)))?.is_break() {
                        return Ok(Flow::Break);
                    }
                }
                Ok(GO_ON)
            }
            (F::Id, [values, node @ ..]) => {
                let node = self
                    .own_node(node, focus)?
                    .ok_or_else(|| XPathError::type_error("id() wants a node"))?;
                let mut wanted: Vec<String> = Vec::new();
                self.each_atom(values, focus, &mut |atom| {
                    wanted.extend(
                        super::arguments::as_string(atom)?
                            .split_whitespace()
                            .map(str::to_owned),
                    );
                    Ok(GO_ON)
                })?;
                let document = self.document(node);
                // Without DTD, the attributes named xml:id are the identifiers.
                let found = document.descendants(NodeId::DOCUMENT).filter(|element| {
                    document
                        .attribute(*element, XML_NAMESPACE, "id")
                        .is_some_and(|id| wanted.iter().any(|wanted| wanted == id))
                });
                let nodes: Vec<NodeRef> = found
                    .map(|found| NodeRef {
                        document: node.document,
                        node: found,
                    })
                    .collect();
                push_nodes(&nodes, sink)
            }
            // Without DTD no attribute is an IDREF; what the arguments are is checked all the same.
            (F::Idref, [values, node @ ..]) => {
                self.each_atom(values, focus, &mut |atom| {
                    super::arguments::as_string(atom).map(|_| GO_ON)
                })?;
                self.own_node(node, focus)?
                    .ok_or_else(|| XPathError::type_error("idref() wants a node"))?;
                Ok(GO_ON)
            }
            _ => Ok(GO_ON),
        }
    }

    /// `document()` of XSLT: one document per address, those that cannot be read left out.
    fn xslt_document(
        &self,
        references: &'a Expr,
        relative: &'a Expr,
        base: &'a Expr,
        focus: &Focus<'a>,
    ) -> Result<Vec<NodeRef>> {
        let base = match self.nodes(relative, focus)?.first() {
            Some(node) => self.bound(node.document).address.to_owned(),
            None => self.string(base, focus)?.into_owned(),
        };
        let mut nodes = Vec::new();
        self.each(references, focus, &mut |item| {
            let reference = self.item_text(&item);
            // The address of a node is relative to the document of the node.
            let base = match item {
                Item::Node(node) => Cow::Borrowed(self.bound(node.document).address),
                Item::Atomic(_) => Cow::Borrowed(base.as_str()),
            };
            let address = self.program.pool.resolve(&base, &reference);
            match self.program.pool.load(&address) {
                Ok(document) => nodes.push(NodeRef {
                    document,
                    node: NodeId::DOCUMENT,
                }),
                Err(missing) => self.note_missing(&missing.address),
            }
            Ok(GO_ON)
        })?;
        nodes.sort_unstable();
        nodes.dedup();
        Ok(nodes)
    }
}

fn split_qname(name: &str) -> Option<(&str, &str)> {
    let (prefix, local) = match name.split_once(':') {
        Some((prefix, local)) if is_ncname(prefix) => (prefix, local),
        Some(_) => return None,
        None => ("", name),
    };
    is_ncname(local).then_some((prefix, local))
}
