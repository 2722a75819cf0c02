//! The signatures of a PDF: who, when, and which bytes they cover. The cryptography is not verified here.

use lopdf::{Dictionary, Document, Object};

use super::{decode_text, name};

/// A signature dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// `SubFilter`: `adbe.pkcs7.detached`, `ETSI.CAdES.detached`...
    pub format: String,
    /// `Name`, when it is given.
    pub name: Option<String>,
    /// `M`, the declared time of signing, `YYYYMMDD...`.
    pub time: Option<String>,
    /// The byte range starts at the first byte and ends at the last: nothing was added after signing.
    pub covers_whole_file: bool,
    /// Length of the signature value in bytes, its padding not counted.
    pub value_bytes: usize,
}

/// Every signature dictionary with a byte range, in the order of objects.
pub(super) fn read(document: &Document, file_size: usize) -> Vec<Signature> {
    document
        .objects
        .values()
        .filter_map(|object| match object {
            Object::Dictionary(dictionary) => Some(dictionary),
            _ => None,
        })
        // A signature is its own object, or stands in its field.
        .filter_map(|dictionary| {
            if dictionary.has(b"ByteRange") {
                return Some(dictionary);
            }
            dictionary
                .get(b"V")
                .ok()?
                .as_dict()
                .ok()
                .filter(|value| value.has(b"ByteRange"))
        })
        .map(|dictionary| signature(dictionary, document, file_size))
        .collect()
}

fn signature(dictionary: &Dictionary, document: &Document, file_size: usize) -> Signature {
    let text = |key: &[u8]| {
        dictionary
            .get_deref(key, document)
            .ok()
            .and_then(decode_text)
            .filter(|text| !text.trim().is_empty())
    };
    let range: Vec<i64> = dictionary
        .get_deref(b"ByteRange", document)
        .and_then(Object::as_array)
        .map(|range| range.iter().filter_map(|bound| bound.as_i64().ok()).collect())
        .unwrap_or_default();
    let covers_whole_file = match range.as_slice() {
        [0, first, second, length] => {
            *first > 0
                && second > first
                && second
                    .checked_add(*length)
                    .is_some_and(|end| usize::try_from(end).is_ok_and(|end| end == file_size))
        }
        _ => false,
    };
    let value_bytes = dictionary
        .get_deref(b"Contents", document)
        .and_then(Object::as_str)
        .map_or(0, |value| {
            value.len() - value.iter().rev().take_while(|&&byte| byte == 0).count()
        });
    Signature {
        format: name(dictionary, b"SubFilter").unwrap_or_default(),
        name: text(b"Name"),
        time: text(b"M").map(|time| time.trim_start_matches("D:").to_owned()),
        covers_whole_file,
        value_bytes,
    }
}
