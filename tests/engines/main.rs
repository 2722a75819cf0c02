//! The general engines on data: XPath expressions, Schematron schemas, the W3C QT3 suite, hostile input.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod hostile;
mod qt3;
mod schematron;
mod xpath;

use std::path::PathBuf;

/// A folder of `testcases/engines`.
fn cases(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("testcases/engines")
        .join(name)
}

/// Runs on a thread with the stack the command line gives to evaluations.
fn on_large_stack(test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(64 << 20)
        .spawn(test)
        .unwrap()
        .join()
        .unwrap();
}
