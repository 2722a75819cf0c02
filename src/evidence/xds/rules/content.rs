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

/// Compares what the entry announces with the document: `size` in bytes, `sha1` in hexadecimal. A document that was
/// changed has another hash and another size: that is one fault, told of the hash.
pub fn compare(entry: &RegistryObject, size: usize, sha1: &str, file: &str) -> Vec<Finding> {
    let told = |name: &str| entry.value(name).filter(|value| !value.value.is_empty());
    let hash = told("hash").filter(|hash| !hash.value.eq_ignore_ascii_case(sha1));
    let announced = told("size").filter(|announced| announced.value.parse::<usize>() != Ok(size));
    let message = |announced: &str| {
        Text::new(
            format!("size vaut {announced}, le document a {size} octets"),
            format!("size is {announced}, the document has {size} bytes"),
        )
    };
    if let Some(hash) = hash {
        let mut text = Text::fixed(
            "hash n'est pas le SHA-1 du document",
            "hash is not the SHA-1 of the document",
        );
        if let Some(announced) = announced {
            let also = message(&announced.value);
            text = Text::new(
                format!("{} ; {}", text.fr, also.fr),
                format!("{}; {}", text.en, also.en),
            );
        }
        let finding = rule::HASH.at(hash.spot.place(file), text);
        return vec![finding.expected(sha1.to_uppercase()).found(&*hash.value)];
    }
    announced
        .map(|announced| {
            rule::SIZE
                .at(announced.spot.place(file), message(&announced.value))
                .expected(size.to_string())
                .found(&*announced.value)
        })
        .into_iter()
        .collect()
}
