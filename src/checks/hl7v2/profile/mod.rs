//! HL7 v2 profiles: what a message must be, as data. Files under `testcases/profiles/hl7v2`, layered by `extends`.
//!
//! A profile says structures (with order and cardinality), rules of fields (usage, fixed values, tables, patterns,
//! conditions), assertions across fields, ordered OBX slices, severities and tolerated official deviations.
//! Rust code knows the kinds of statements, never the facts.

mod answers;
mod expression;
mod grammar;
mod import;
mod library;
mod load;
mod model;
mod plan;
mod value_type;

pub use answers::Answers;
pub use expression::{Expression, Path, Scope};
pub use grammar::{Grammar, Item};
pub use import::import;
pub use library::{Library, library};
pub use load::{ProfileError, load};
pub use model::{
    Allowed, Assertion, CodedField, FieldRule, Profile, SegmentTypes, Slice, SliceItem, Structure, Tolerance,
    TypeReference, Usage,
};
pub use plan::{Plan, Step};
pub use value_type::{Judged, ValueType};
