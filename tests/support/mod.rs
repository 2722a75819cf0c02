//! What the tests of the XDM, XDS, mail, VIHF and coherence families share.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

pub mod zip;
