//! Engines: general readers and evaluators that know nothing of REM, dossiers or findings of a family.

pub mod base64;
pub(crate) mod byte_set;
pub(crate) mod bytes;
pub mod hex;
pub mod hl7v2;
pub mod media;
pub mod mime;
pub mod ole2;
pub mod pdf;
pub mod schematron;
pub mod table;
pub mod x509;
pub mod xml;
pub mod xpath;
pub mod xsd;
pub mod zip;
