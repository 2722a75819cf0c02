//! Documents loaded by address, shared by all evaluations of a program and kept as long as it lives.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::engines::xml::{Document, NodeId, ParseOptions};

/// Finds and reads what expressions and schemas refer to.
pub trait Resolver: Send + Sync {
    /// The absolute address of `reference`, written in a file whose address is `base`.
    fn resolve(&self, base: &str, reference: &str) -> String;

    /// The bytes at an absolute address.
    ///
    /// # Errors
    /// Whatever keeps the bytes from being read; `NotFound` when there is nothing there.
    fn read(&self, address: &str) -> std::io::Result<Vec<u8>>;
}

/// A resolver that finds nothing: expressions that load documents fail.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoResolver;

impl Resolver for NoResolver {
    fn resolve(&self, _base: &str, reference: &str) -> String {
        reference.to_owned()
    }

    fn read(&self, address: &str) -> std::io::Result<Vec<u8>> {
        Err(std::io::Error::new(
            std::io::ErrorKind::NotFound,
            format!("{address}: no document can be loaded here"),
        ))
    }
}

/// Most documents of one program.
const MOST: usize = 4096;

/// A document and its address.
pub(super) struct Loaded {
    pub(super) address: String,
    pub(super) document: Document,
}

/// Why an address gives no document.
#[derive(Debug, Clone)]
pub(super) struct Missing {
    pub(super) address: Arc<str>,
    pub(super) reason: Arc<str>,
}

/// The documents of a program, numbered from 1 (0 is the document under evaluation).
pub(super) struct Pool {
    resolver: Arc<dyn Resolver>,
    options: ParseOptions,
    numbers: Mutex<HashMap<String, Result<u32, Missing>>>,
    documents: Vec<OnceLock<Box<Loaded>>>,
    indexes: Mutex<HashMap<(u32, usize), Arc<ValueIndex>>>,
    addresses: Mutex<HashMap<String, String>>,
}

/// Nodes of a document by a value, in document order.
pub(super) type ValueIndex = HashMap<Box<str>, Vec<NodeId>>;

impl Pool {
    pub(super) fn new(resolver: Arc<dyn Resolver>, options: ParseOptions) -> Self {
        let documents = std::iter::repeat_with(OnceLock::new).take(MOST).collect();
        Self {
            resolver,
            options,
            numbers: Mutex::default(),
            documents,
            indexes: Mutex::default(),
            addresses: Mutex::default(),
        }
    }

    /// The absolute address of a reference; remembered, as finding it may ask the file system.
    pub(super) fn resolve(&self, base: &str, reference: &str) -> String {
        let key = format!("{base}\n{reference}");
        let mut known = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(address) = known.get(&key) {
            return address.clone();
        }
        let address = self.resolver.resolve(base, reference);
        if known.len() < MOST {
            known.insert(key, address.clone());
        }
        address
    }

    /// The document of a number from 1.
    pub(super) fn get(&self, number: u32) -> Option<&Loaded> {
        let index = (number as usize).checked_sub(1)?;
        self.documents.get(index)?.get().map(|loaded| &**loaded)
    }

    /// The number of the document at an absolute address, read at the first call.
    pub(super) fn load(&self, address: &str) -> Result<u32, Missing> {
        // A panic elsewhere leaves the map as it was: reading on is safe.
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = numbers.get(address) {
            return known.clone();
        }
        let missing = |reason: String| Missing {
            address: address.into(),
            reason: reason.into(),
        };
        let read = || {
            let bytes = self
                .resolver
                .read(address)
                .map_err(|error| missing(error.to_string()))?;
            let document =
                Document::parse(&bytes, &self.options).map_err(|error| missing(error.to_string()))?;
            let next = numbers.values().filter(|known| known.is_ok()).count();
            let slot = self
                .documents
                .get(next)
                .ok_or_else(|| missing(format!("more than {MOST} documents")))?;
            let _ = slot.set(Box::new(Loaded {
                address: address.to_owned(),
                document,
            }));
            Ok(u32::try_from(next + 1).unwrap_or(u32::MAX))
        };
        let result = read();
        numbers.insert(address.to_owned(), result.clone());
        result
    }

    /// The index of a number in a document, made at the first call.
    pub(super) fn index(
        &self,
        document: u32,
        number: usize,
        make: impl FnOnce() -> ValueIndex,
    ) -> Arc<ValueIndex> {
        let key = (document, number);
        let known = self
            .indexes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned();
        known.unwrap_or_else(|| {
            // Made without the lock: two threads may make it, the same.
            let made = Arc::new(make());
            self.indexes
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(key, Arc::clone(&made));
            made
        })
    }

    /// Addresses that gave no document so far, with the reason, sorted.
    pub(super) fn missing(&self) -> Vec<(String, String)> {
        let numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = numbers.values().filter_map(|known| known.as_ref().err());
        let mut list: Vec<_> = failed
            .map(|missing| (missing.address.to_string(), missing.reason.to_string()))
            .collect();
        list.sort();
        list
    }
}
