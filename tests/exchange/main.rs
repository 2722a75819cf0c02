//! Archives, XDS metadata, SOAP, VIHF, mails, and coherence between files.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::format_push_string)]

mod archive;
mod captures;
mod cases;
mod examples;
mod official;
#[path = "../support/mod.rs"]
mod support;
mod together;
