//! Proofs that point to another one (« veuillez déposer la preuve PSC 03.01 ») and conditions in brackets.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::super::model::{Referential, Requirement};
use super::diagnostic::{self, Diagnostics};
use crate::text::Text;

fn pattern(pattern: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "constant patterns, compiled by a test")]
    // invariant: the patterns below are constants; the tests of this file compile them.
    Regex::new(pattern).expect("constant pattern")
}

static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        // The boundary is of ASCII: a boundary of Unicode costs several times the search.
        r"(?i)(?-u:\b)(?:d[ée]poser|fournir|voir)\s+la\s+preuve\s+(?:n°\s*)?([A-Z][A-Z/_-]*(?:/va\d)?)[ .]?\s*(\d{1,2}(?:\.\d{1,2})*)",
    )
});
static CONDITION: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*\[\s*((?i:si)\s[^\]]{3,300})\]"));

/// The condition that begins a proof text.
pub(super) fn condition(text: &str) -> Option<String> {
    if !text.trim_start().starts_with('[') {
        return None;
    }
    CONDITION
        .captures(text)
        .and_then(|captures| captures.get(1))
        .map(|found| found.as_str().trim().to_owned())
}

/// Resolves the references of every requirement. The identifiers quoted are often those of an older numbering, so the
/// variants are found by the requirement: its proofs that send to another one answer each other. A reference to a
/// proof outside the requirement is followed when the identifier exists.
pub(super) fn resolve(referential: &mut Referential, diagnostics: &mut Diagnostics) {
    let groups: Vec<(usize, BTreeSet<String>)> = referential
        .requirements
        .iter()
        .map(pointing)
        .enumerate()
        // Authentication variants are four at most; a crowd of references is no group of variants.
        .filter(|(_, pointing)| (1..=MOST_VARIANTS).contains(&pointing.len()))
        .collect();
    if groups.is_empty() {
        return;
    }
    let known: BTreeSet<String> = referential.proofs().map(|place| place.proof.id.clone()).collect();
    for (index, pointing) in groups {
        let Some(requirement) = referential.requirements.get_mut(index) else {
            continue;
        };
        for scenario in &mut requirement.scenarios {
            for proof in &mut scenario.proofs {
                if !pointing.contains(&proof.id) {
                    continue;
                }
                let mut alternatives: BTreeSet<String> = pointing
                    .iter()
                    .filter(|other| **other != proof.id)
                    .cloned()
                    .collect();
                for captures in REFERENCE.captures_iter(&proof.text.fr) {
                    let (Some(section), Some(numbers)) = (captures.get(1), captures.get(2)) else {
                        continue;
                    };
                    let wanted = normalised(section.as_str(), numbers.as_str());
                    if wanted != proof.id && known.contains(&wanted) {
                        alternatives.insert(wanted);
                    }
                }
                diagnostics.add(&diagnostic::PROOF_REFERENCE, address(&proof.cell), || {
                    let list = alternatives.iter().cloned().collect::<Vec<_>>().join(", ");
                    if list.is_empty() {
                        Text::new(
                            format!("{} renvoie à une preuve introuvable", proof.id),
                            format!("{} points to a proof that is not found", proof.id),
                        )
                    } else {
                        Text::verbatim(format!("{} → {list}", proof.id))
                    }
                });
                proof.alternatives = alternatives.into_iter().collect();
            }
        }
    }
}

/// Proofs that answer each other at most.
const MOST_VARIANTS: usize = 16;

/// The proofs of a requirement whose text sends to another proof.
fn pointing(requirement: &Requirement) -> BTreeSet<String> {
    requirement
        .scenarios
        .iter()
        .flat_map(|scenario| &scenario.proofs)
        .filter(|proof| REFERENCE.is_match(&proof.text.fr))
        .map(|proof| proof.id.clone())
        .collect()
}

/// `PSC` and `1.4.1` are `PSC.01.04.01`.
fn normalised(section: &str, numbers: &str) -> String {
    numbers
        .split('.')
        .fold(section.to_owned(), |id, number| format!("{id}.{number:0>2}"))
}

/// The place of a cell written as `Sheet!B12`.
pub(super) fn address(cell: &str) -> Option<(u32, u32)> {
    let reference = cell.rsplit('!').next()?;
    let letters: String = reference.chars().take_while(char::is_ascii_uppercase).collect();
    let row: u32 = reference.get(letters.len()..)?.parse().ok()?;
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        column
            .checked_mul(26)?
            .checked_add(u32::from(letter.saturating_sub(b'A')) + 1)
    })?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_conditions() {
        let found = |text: &str| {
            REFERENCE
                .captures(text)
                .map(|captures| normalised(&captures[1], &captures[2]))
        };
        assert_eq!(
            found("veuillez déposer la preuve PSC 03.01.").as_deref(),
            Some("PSC.03.01")
        );
        assert_eq!(
            found("veuillez déposer la preuve PSC.01.01.").as_deref(),
            Some("PSC.01.01")
        );
        assert_eq!(
            found("veuillez déposer la preuve PSC 1.4.1.").as_deref(),
            Some("PSC.01.04.01")
        );
        assert_eq!(found("Déposer une déclaration"), None);
        assert_eq!(
            condition("[Si navigateur interne] Nom").as_deref(),
            Some("Si navigateur interne")
        );
        assert_eq!(condition("Nom [Si navigateur interne]"), None);
        assert_eq!(address("Exigences!AB12"), Some((11, 27)));
    }
}
