//! Packs of rules: schematrons, XSD and value sets, with an identifier, a version and a hash.
//!
//! ```text
//! folder or zip ─ files ─ layout ─ inspect ─► Pack ─┐
//! testcases/packs/cda-socle ─ embedded ─────► Pack ─┴─► PackSet ─► checks
//! ```
//!
//! The official rules are never part of this project: they are used where they are (`--pack`) or added to the user's
//! data folder (`conforme packs add`). What a published folder lacks is told once, and the rules that need it are
//! not evaluated.

mod cache;
mod compare;
mod embedded;
mod error;
mod files;
mod inspect;
mod layout;
mod pack;
mod rules;
pub mod store;

pub use cache::Cache;
pub use compare::{Change, FileChange, compare};
pub use embedded::rules as embedded_rules;
pub use error::PackError;
pub use files::{Lookup, PackFiles, resolve};
pub use inspect::{Inventory, Problem, ProblemKind};
pub use layout::{Layout, Profile};
pub use pack::{Pack, PackSet};
pub use rules::Compiled;
