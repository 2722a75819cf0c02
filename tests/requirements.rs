//! REM workbooks, the catalogue and the embedded REMs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod requirements {
    mod classification;
    mod layouts;
    mod reference;
    mod workbook;
}
