#![no_main]
#[path = "../targets.rs"]
#[allow(dead_code)]
mod targets;
// The reader of .xls is run behind a catch: only a panic that leaves the import is a fault.
libfuzzer_sys::fuzz_target!(
    init: std::panic::set_hook(Box::new(|_| {})),
    |data: &[u8]| targets::workbook(data)
);
