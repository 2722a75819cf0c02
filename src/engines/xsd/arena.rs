//! A growing table whose entries are named by typed numbers.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// The number of an entry of an [`Arena`] of `T`.
pub(super) struct Id<T> {
    index: u32,
    kind: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// The position of the entry in its arena.
    pub(super) fn index(self) -> usize {
        self.index as usize
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.index.cmp(&other.index)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.index.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.index)
    }
}

/// Entries of one kind.
#[derive(Debug)]
pub(super) struct Arena<T> {
    entries: Vec<T>,
}

impl<T> Default for Arena<T> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<T> Arena<T> {
    /// Adds an entry.
    pub(super) fn push(&mut self, entry: T) -> Id<T> {
        let index = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.entries.push(entry);
        Id {
            index,
            kind: PhantomData,
        }
    }

    /// The entry of `id`.
    #[expect(
        clippy::expect_used,
        reason = "invariant: an Id is only made by push, of the one arena of its kind in a schema"
    )]
    pub(super) fn get(&self, id: Id<T>) -> &T {
        self.entries.get(id.index()).expect("an Id comes from push")
    }

    /// The entry of `id`, to change it.
    #[expect(
        clippy::expect_used,
        reason = "invariant: an Id is only made by push, of the one arena of its kind in a schema"
    )]
    pub(super) fn get_mut(&mut self, id: Id<T>) -> &mut T {
        self.entries.get_mut(id.index()).expect("an Id comes from push")
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}
