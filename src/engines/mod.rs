//! Engines: general readers and evaluators that know nothing of REM, dossiers or findings of a family.

pub mod media;
pub mod pdf;
pub mod table;
pub mod xml;
pub mod xsd;
