//! Hash and size of an entry against the bytes of its document.

use sha1::{Digest as _, Sha1};

use super::words as rule;
use crate::evidence::xds::RegistryObject;
use crate::finding::Finding;
use crate::text::Text;

/// SHA-1 of `bytes`, hexadecimal lower case: the hash that XDS fixes.
pub fn sha1_hex(bytes: &[u8]) -> String {
    crate::evidence::hex(&Sha1::digest(bytes))
}

/// Compares what the entry announces with the document: `size` in bytes, `sha1` in hexadecimal.
pub fn compare(entry: &RegistryObject, size: usize, sha1: &str, file: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(hash) = entry.value("hash").filter(|hash| !hash.value.is_empty())
        && !hash.value.eq_ignore_ascii_case(sha1)
    {
        let message = Text::fixed(
            "hash n'est pas le SHA-1 du document",
            "hash is not the SHA-1 of the document",
        );
        let finding = rule::HASH.at(hash.spot.place(file), message);
        findings.push(finding.expected(sha1.to_uppercase()).found(&*hash.value));
    }
    if let Some(announced) = entry
        .value("size")
        .filter(|announced| !announced.value.is_empty())
        && announced.value.parse::<usize>() != Ok(size)
    {
        let message = Text::new(
            format!("size vaut {}, le document a {size} octets", announced.value),
            format!("size is {}, the document has {size} bytes", announced.value),
        );
        let finding = rule::SIZE.at(announced.spot.place(file), message);
        findings.push(finding.expected(size.to_string()).found(&*announced.value));
    }
    findings
}
