//! The text of a PDF, within limits.

use lopdf::Document;

use crate::limits::Limits;

/// Pages read for their text.
const PAGES: usize = 300;
/// Longest text kept, in bytes.
const TEXT_BYTES: usize = 8 << 20;
/// Largest content of one page that is decoded, in bytes.
const PAGE_BYTES: usize = 16 << 20;

/// The text of the first pages, one page after the other; pages that cannot be decoded are left out.
pub(super) fn extract(document: &Document, limits: &Limits) -> String {
    let mut text = String::new();
    let mut decoded = 0_u64;
    let numbers: Vec<u32> = document.get_pages().into_keys().take(PAGES).collect();
    for number in numbers {
        if text.len() > TEXT_BYTES || decoded > limits.pdf_decoded_bytes {
            break;
        }
        for chunk in document
            .extract_text_chunks_with_limit(&[number], PAGE_BYTES)
            .into_iter()
            .flatten()
        {
            decoded = decoded.saturating_add(chunk.len() as u64);
            text.push_str(&chunk);
        }
        text.push('\n');
    }
    text
}
