//! Expanded names (namespace and local part), each known by a small number inside one schema.

use std::collections::HashMap;
use std::sync::Arc;

/// The namespace of XML Schema documents and of the built-in types.
pub(super) const XSD: &str = "http://www.w3.org/2001/XMLSchema";
/// The namespace of `xsi:type`, `xsi:nil` and the location hints.
pub(super) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// The namespace of `xml:lang`, `xml:space` and `xml:base`.
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Number of an expanded name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct NameId(u32);

/// An expanded name; the namespace is empty when the name is in none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Name {
    /// Namespace URI, or empty.
    pub(super) namespace: Arc<str>,
    /// Local part.
    pub(super) local: Arc<str>,
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.namespace.is_empty() {
            f.write_str(&self.local)
        } else {
            write!(f, "{{{}}}{}", self.namespace, self.local)
        }
    }
}

/// All names of one schema.
#[derive(Debug, Default)]
pub(super) struct Names {
    namespaces: HashMap<Arc<str>, HashMap<Arc<str>, NameId>>,
    list: Vec<Name>,
}

impl Names {
    /// The number of a name, made on first use.
    pub(super) fn intern(&mut self, namespace: &str, local: &str) -> NameId {
        if let Some(id) = self.find(namespace, local) {
            return id;
        }
        let id = NameId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        let namespace: Arc<str> = self
            .namespaces
            .get_key_value(namespace)
            .map_or_else(|| Arc::from(namespace), |(known, _)| Arc::clone(known));
        let local: Arc<str> = Arc::from(local);
        self.namespaces
            .entry(Arc::clone(&namespace))
            .or_default()
            .insert(Arc::clone(&local), id);
        self.list.push(Name { namespace, local });
        id
    }

    /// The number of a name that the schema knows.
    pub(super) fn find(&self, namespace: &str, local: &str) -> Option<NameId> {
        self.namespaces.get(namespace)?.get(local).copied()
    }

    /// The name of a number.
    #[expect(
        clippy::expect_used,
        reason = "invariant: a NameId is only made by intern, of the one table of a schema"
    )]
    pub(super) fn get(&self, id: NameId) -> &Name {
        self.list.get(id.0 as usize).expect("a NameId comes from intern")
    }
}
