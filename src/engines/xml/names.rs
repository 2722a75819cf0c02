//! Interned names: one number per distinct (namespace, local name) of a document, so that comparing two names is
//! comparing two integers.

use std::collections::HashMap;

/// A distinct string of one document's name table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StringId(u32);

/// A distinct expanded name (namespace and local name) of one document. The prefix is not part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(u32);

impl NameId {
    /// The name of nodes that have none (text, comments, the document node): empty namespace, empty local name.
    pub const NONE: Self = Self(0);

    /// Position in the table, from 0, for tables beside it.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl StringId {
    /// The empty string, which also stands for "no namespace".
    pub const EMPTY: Self = Self(0);

    /// Position in the table, from 0, for tables beside it.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The names of one document.
#[derive(Debug, Clone)]
pub struct NameTable {
    strings: Vec<Box<str>>,
    string_ids: HashMap<Box<str>, StringId>,
    names: Vec<(StringId, StringId)>,
    name_ids: HashMap<(StringId, StringId), NameId>,
    /// Last names seen, by a cheap hash of the local name: a document repeats few names very often.
    recent: Vec<NameId>,
}

const RECENT: usize = 512;

impl Default for NameTable {
    fn default() -> Self {
        let mut table = Self {
            strings: Vec::new(),
            string_ids: HashMap::new(),
            names: Vec::new(),
            name_ids: HashMap::new(),
            recent: vec![NameId::NONE; RECENT],
        };
        table.intern("", "");
        table
    }
}

impl NameTable {
    /// The identifier of a name, added when new.
    pub(crate) fn intern(&mut self, namespace: &str, local: &str) -> NameId {
        let slot = recent_slot(local);
        if let Some(&recent) = self.recent.get(slot)
            && !self.names.is_empty()
            && self.local(recent) == local
            && self.namespace(recent) == namespace
        {
            return recent;
        }
        let key = (self.intern_string(namespace), self.intern_string(local));
        let id = if let Some(&id) = self.name_ids.get(&key) {
            id
        } else {
            let id = NameId(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
            self.names.push(key);
            self.name_ids.insert(key, id);
            id
        };
        if let Some(recent) = self.recent.get_mut(slot) {
            *recent = id;
        }
        id
    }

    /// The identifier of a string, added when new.
    pub(crate) fn intern_string(&mut self, text: &str) -> StringId {
        if let Some(&id) = self.string_ids.get(text) {
            return id;
        }
        let id = StringId(u32::try_from(self.strings.len()).unwrap_or(u32::MAX));
        self.strings.push(text.into());
        self.string_ids.insert(text.into(), id);
        id
    }

    /// The identifier of a name, when the document has it somewhere.
    pub fn find(&self, namespace: &str, local: &str) -> Option<NameId> {
        let key = (self.find_string(namespace)?, self.find_string(local)?);
        self.name_ids.get(&key).copied()
    }

    /// The identifier of a string, when the document has it as a namespace, a local name or a prefix.
    pub fn find_string(&self, text: &str) -> Option<StringId> {
        self.string_ids.get(text).copied()
    }

    /// The string itself.
    pub fn string(&self, id: StringId) -> &str {
        self.strings.get(id.index()).map_or("", |text| text)
    }

    /// Namespace of a name, empty when it has none.
    pub fn namespace(&self, id: NameId) -> &str {
        self.string(self.namespace_id(id))
    }

    /// Local part of a name.
    pub fn local(&self, id: NameId) -> &str {
        self.string(self.local_id(id))
    }

    /// Namespace of a name, as an identifier.
    pub fn namespace_id(&self, id: NameId) -> StringId {
        self.names.get(id.index()).map_or(StringId::EMPTY, |name| name.0)
    }

    /// Local part of a name, as an identifier.
    pub fn local_id(&self, id: NameId) -> StringId {
        self.names.get(id.index()).map_or(StringId::EMPTY, |name| name.1)
    }

    /// The name at an index below [`NameTable::len`].
    pub fn name_at(&self, index: usize) -> NameId {
        NameId(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// How many distinct names there are; identifiers go from 0 to this, excluded.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Every identifier, in order, for tables beside this one.
    pub fn ids(&self) -> impl Iterator<Item = NameId> {
        (0..self.names.len()).map(|index| NameId(u32::try_from(index).unwrap_or(u32::MAX)))
    }

    /// Never true: the empty name is always there.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// A cheap hash: length, first, middle and last bytes. A collision only costs a look-up in the map.
fn recent_slot(local: &str) -> usize {
    let bytes = local.as_bytes();
    let at = |index: usize| usize::from(bytes.get(index).copied().unwrap_or(0));
    let last = bytes.len().saturating_sub(1);
    (bytes.len() * 31 + at(0) * 7 + at(last / 2) * 131 + at(last) * 17 + at(last.saturating_sub(2)) * 61)
        % RECENT
}
