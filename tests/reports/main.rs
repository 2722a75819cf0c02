//! Every report of the same records: what users see, in both languages.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::format_push_string,
    clippy::print_stderr,
    unreachable_pub
)]

mod command;
mod decisions;
mod differences;
mod documents;
#[path = "../support/examples.rs"]
mod examples;
mod explain;
mod formats;
mod load;
mod pipeline;
mod redaction;
mod redaction_containers;
mod sample;
mod schema;
mod seals;
mod shards;
mod usage;
