//! HL7 v2: the official messages, the repaired ones, one case per rule, encodings, hostile files.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support;

#[path = "hl7v2/golden.rs"]
mod golden;
