//! Every report of the same records: what users see, in both languages.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod command;
mod differences;
mod documents;
mod formats;
mod load;
mod pipeline;
mod sample;
mod schema;
mod seals;
mod shards;
