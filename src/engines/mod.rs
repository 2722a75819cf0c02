//! Engines: general readers and evaluators that know nothing of REM, dossiers or findings of a family.

pub mod mime;
pub mod schematron;
pub mod xml;
pub mod xpath;
pub mod xsd;
