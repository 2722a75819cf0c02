//! Bindings: which check verifies which proof, with what parameters, and what remains for a human.
//!
//! Data: `testcases/bindings/classes.toml` says it for every class of proof, `testcases/bindings/<DSR>.toml` for the
//! proofs of a DSR that want more than their class.

mod bindings;

pub use bindings::{Expectation, SetUse, bound_proofs, expectation};
