//! REM workbooks, the catalogue and the embedded REMs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::format_push_string,
    clippy::print_stdout
)]

mod requirements {
    mod aftermath;
    mod choices;
    mod classification;
    mod cli;
    mod layouts;
    mod reference;
    mod workbook;
}
