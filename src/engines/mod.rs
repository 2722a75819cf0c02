//! Engines: general readers and evaluators that know nothing of REM, dossiers or findings of a family.

pub mod hl7v2;
pub mod xml;
