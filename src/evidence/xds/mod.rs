//! XDS metadata: the ebRIM model, its data types and the table of attributes.

pub mod attributes;
pub mod datatypes;
mod model;
mod read;
pub mod rules;

pub use model::{
    Classification, ExternalIdentifier, ObjectKind, RegistryObject, SUBMISSION_SET_NODE, Slot, Submission,
};
pub use read::{LCM, RIM};
