//! Zip archives, read with distrust: the only reader of conforme for archives that people file, in memory or on the disk.
//!
//! Read here rather than by a library, because a library believes one of the two headers of a member, and an examiner
//! must know when they differ. Nothing is inflated beyond the size it announces; nothing is written.

mod bytes;
mod content;
pub mod headers;

pub use bytes::{Bytes, FileBytes};
pub use content::{ContentError, Stored};
