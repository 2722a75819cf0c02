//! The proofs of a row: numbered pairs, one pair per row, or all in one cell.

use std::borrow::Cow;

use super::identifiers::line_start;
use super::plain::plain;

/// A proof as a row writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrittenProof<'r> {
    /// The identifier as written, untrimmed; empty when there is none.
    pub(super) id: Cow<'r, str>,
    /// The plain text.
    pub(super) text: String,
    /// The column of the cell.
    pub(super) column: u32,
}

/// Splits a cell that holds several proofs. A line that begins with an identifier and a colon (or a bare colon) begins
/// a proof, any other line continues the one before.
pub(super) fn split(cell: &str, column: u32) -> Vec<WrittenProof<'static>> {
    let mut proofs: Vec<WrittenProof<'static>> = Vec::new();
    for line in plain(cell).lines().filter(|line| !line.trim().is_empty()) {
        if let Some((id, text_at)) = line_start(line) {
            proofs.push(WrittenProof {
                id: Cow::Owned(id.unwrap_or_default().to_owned()),
                text: line.get(text_at..).unwrap_or_default().trim().to_owned(),
                column,
            });
        } else if let Some(last) = proofs.last_mut() {
            if !last.text.is_empty() {
                last.text.push('\n');
            }
            last.text.push_str(line.trim());
        } else {
            // Text before any identifier: a proof without one.
            proofs.push(WrittenProof {
                id: Cow::Borrowed(""),
                text: line.trim().to_owned(),
                column,
            });
        }
    }
    proofs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::split;

    fn pairs(cell: &str) -> Vec<(String, String)> {
        split(cell, 0)
            .into_iter()
            .map(|proof| (proof.id.into_owned(), proof.text))
            .collect()
    }

    #[test]
    fn cells() {
        let pair = |id: &str, text: &str| (id.to_owned(), text.to_owned());
        assert_eq!(
            pairs("INS/va1.05.01.01 : Vidéo\n* un\n* deux\nINS/va1.05.01.02 : Journal"),
            [
                pair("INS/va1.05.01.01", "Vidéo\n* un\n* deux"),
                pair("INS/va1.05.01.02", "Journal"),
            ]
        );
        assert_eq!(pairs(" : TBD"), [pair("", "TBD")]);
        assert_eq!(pairs(" : "), [pair("", "")]);
        assert_eq!(pairs("Sans identifiant"), [pair("", "Sans identifiant")]);
        assert_eq!(
            pairs("01.04 : CO.01.04.01\nsuite"),
            [pair("01.04", "CO.01.04.01\nsuite")]
        );
        assert!(pairs(" \n ").is_empty());
    }

    proptest! {
        #[test]
        fn no_word_is_lost(cell in "[A-Z/.0-9: \n]{0,80}") {
            let words: usize = cell.split([' ', '\n', ':']).filter(|word| !word.is_empty()).count();
            let kept: usize = pairs(&cell).iter().map(|(id, text)| {
                usize::from(!id.is_empty()) + text.split([' ', '\n', ':']).filter(|word| !word.is_empty()).count()
            }).sum();
            prop_assert_eq!(words, kept);
        }
    }
}
