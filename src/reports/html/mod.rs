//! `html`: one self-contained page that works from a disk, without network and without JavaScript.
//!
//! Written as a stream, part by part; the style and the script stand in `reports/theme/`, allowed by their hashes in
//! a strict content security policy, so that nothing the evidence says can ever run.

mod annex;
mod detail;
mod document;
mod files;
mod finding;
mod matrix;
mod page;
mod summary;
mod worklist;

pub(super) use document::{hash, record, style};
pub(super) use files::validation;
pub(super) use page::badge;
