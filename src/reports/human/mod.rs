//! `human`: text for a terminal or a pipe, in the language of the reader.

mod dossier;
mod finding;
mod page;
mod validation;

pub(super) use dossier::record;
pub(super) use finding::position;
pub(super) use validation::validation;
