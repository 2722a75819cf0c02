//! A document seen by a program: the numbers of the program's names become the names of the document.

use super::program::Program;
use crate::engines::xml::{Document, NameId, StringId};

/// A document with the program's names looked up in it.
pub(super) struct Bound<'a> {
    pub(super) document: &'a Document,
    pub(super) address: &'a str,
    names: Vec<Option<NameId>>,
    namespaces: Vec<Option<StringId>>,
    locals: Vec<Option<StringId>>,
}

impl<'a> Bound<'a> {
    pub(super) fn new(program: &Program, document: &'a Document, address: &'a str) -> Self {
        let mut names = vec![None; program.names.len()];
        let found = document.names();
        for index in 0..found.len() {
            let name = found.name_at(index);
            if let Some(known) = program.names.find(found.namespace(name), found.local(name))
                && let Some(slot) = names.get_mut(known.index())
            {
                *slot = Some(name);
            }
        }
        let strings = |list: &[String]| list.iter().map(|text| found.find_string(text)).collect();
        Self {
            document,
            address,
            names,
            namespaces: strings(&program.namespaces),
            locals: strings(&program.locals),
        }
    }

    pub(super) fn name(&self, number: usize) -> Option<NameId> {
        self.names.get(number).copied().flatten()
    }

    pub(super) fn namespace(&self, number: usize) -> Option<StringId> {
        self.namespaces.get(number).copied().flatten()
    }

    pub(super) fn local(&self, number: usize) -> Option<StringId> {
        self.locals.get(number).copied().flatten()
    }
}
