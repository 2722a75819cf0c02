//! Requirements: what a DSR asks for.
//!
//! A REM workbook (`import`) or the embedded catalogue (`catalogue`, `embedded_referential`) gives a
//! [`Referential`]: requirements → scenarios → proofs, each proof with its class (`class`). Internal-note columns of
//! the workbooks are dropped while reading: they name persons and vendors, and appear nowhere.

pub mod calendar;
pub mod catalogue;
pub mod class;
pub mod compare;
mod embedded;
pub mod model;
mod nearest;
mod normalise;
pub mod obligations;
pub mod profiles;
pub mod workbook;

pub use catalogue::{Catalogue, Dsr, Profile, ProfileKind, catalogue};
pub use class::{Class, ClassInfo, classify};
pub use embedded::{embedded_ids, embedded_referential};
pub use model::{
    CoreScenario, CoreStep, Nature, Origin, OriginKind, Proof, ProofPlace, Referential, Requirement,
    Scenario, Status,
};
pub use nearest::nearest;
pub use normalise::fold;
pub use profiles::{Applicability, ProfileError, ResolvedProfiles};
pub use workbook::{Import, ImportOptions, Refusal, import, import_bytes};
