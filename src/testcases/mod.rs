//! Bindings: which check verifies which proof, with what parameters, and what remains for a human.
//!
//! Data: `testcases/bindings/classes.toml` says what every proof of a class asks, `common.toml` names the ways of
//! judging that DSRs share, `testcases/bindings/<DSR>.toml` binds the proofs of a DSR to them, or says more.

mod bindings;
mod describe;
mod rows;

pub use bindings::{Expectation, Planted, SetUse, expectation, is_bound};
