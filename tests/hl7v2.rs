//! HL7 v2: the official messages, the repaired ones, one case per rule, encodings, hostile files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

mod support;

#[path = "hl7v2/golden.rs"]
mod golden;

#[path = "hl7v2/cases.rs"]
mod cases;

#[path = "hl7v2/examples.rs"]
mod examples;

#[path = "hl7v2/parser.rs"]
mod parser;

#[path = "hl7v2/hostile.rs"]
mod hostile;

#[path = "hl7v2/pairs.rs"]
mod pairs;
