//! The grammar of identifiers, and relative ones made whole.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

fn pattern(pattern: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "constant patterns, compiled by a test")]
    // invariant: the patterns below are constants; the tests of this file compile them all.
    Regex::new(pattern).expect("constant pattern")
}

static REQUIREMENT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[A-Za-z]+(?:[/_-][A-Za-z0-9]+)*\.\d{2,3}$"));
static DRIMBOX: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^DB[./](?:SO|CO|CS|AC|VI[-_](?:CS|CO|SO))\.\d{2,3}$"));
static CHILD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[A-Za-z]+(?:[/_-][A-Za-z0-9]+)*(?:\.[A-Za-z_-]+)?(?:\.\d{2,3}){2,4}$"));
static RELATIVE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d{1,2}(?:\.\d{1,2}){0,3}$"));
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\s'\u{feff}]*([A-Za-z][A-Za-z0-9]*(?:[/_.-][A-Za-z0-9]+)*\.\d{1,3}p?|\d{1,2}(?:\.\d{1,2}){0,3})?\s*:(?:\s|[^/\d]|$)",
    )
});

/// An identifier of a requirement as the REMs write them.
pub(super) fn is_requirement(id: &str) -> bool {
    REQUIREMENT.is_match(id) || DRIMBOX.is_match(id)
}

/// An identifier of a scenario or a proof, whole.
pub(super) fn is_child(id: &str) -> bool {
    CHILD.is_match(id)
}

/// Words that a shifted row leaves in the identifier column.
pub(super) fn is_shifted(id: &str) -> bool {
    // These words are of letters alone: an identifier is told from them without being folded.
    !id.contains(|character: char| character.is_ascii_digit())
        && matches!(
            super::super::normalise::fold(id).as_str(),
            "oui" | "non" | "general" | "exigence" | "preconisation"
        )
}

/// The identifier that begins a line of a proof cell and the byte where the text begins: `Some((None, _))` for a bare
/// colon, `None` for a line that continues the proof before.
pub(super) fn line_start(line: &str) -> Option<(Option<&str>, usize)> {
    let captures = LINE.captures(line)?;
    let colon = line.find(':')?;
    Some((captures.get(1).map(|id| id.as_str()), colon + 1))
}

/// True when one identifier is under the other: `INS/va1.61.01` is under `INS/va1.61`.
pub(super) fn is_under(child: &str, parent: &str) -> bool {
    child
        .strip_prefix(parent)
        .is_some_and(|rest| rest.starts_with('.'))
}

/// The section of a requirement identifier and its last number: `HOP/va1.07` gives `HOP/va1` and `07`.
fn split(requirement: &str) -> (&str, &str) {
    requirement.rsplit_once('.').unwrap_or(("", requirement))
}

/// A scenario identifier, a relative one completed from its requirement.
pub(super) fn scenario<'a>(requirement: &str, written: &'a str) -> Cow<'a, str> {
    if !RELATIVE.is_match(written) {
        return Cow::Borrowed(written);
    }
    let (section, number) = split(requirement);
    // `07.01` under `HOP/va1.07` repeats the number of the requirement; `01` does not.
    if written.split('.').next() == Some(number) && written.contains('.') {
        Cow::Owned(format!("{section}.{written}"))
    } else {
        Cow::Owned(format!("{requirement}.{written}"))
    }
}

/// A proof identifier, a relative one completed from its scenario or its requirement.
pub(super) fn proof<'a>(requirement: &str, scenario: &str, written: &'a str) -> Cow<'a, str> {
    if !RELATIVE.is_match(written) {
        return Cow::Borrowed(written);
    }
    let (section, number) = split(requirement);
    let (_, step) = split(scenario);
    let parts: Vec<&str> = written.split('.').collect();
    match parts.as_slice() {
        [first, _, _] if *first == number => Cow::Owned(format!("{section}.{written}")),
        [first, _] if *first == step => Cow::Owned(format!("{requirement}.{written}")),
        _ => Cow::Owned(format!("{scenario}.{written}")),
    }
}

/// The section that an identifier implies: `MSS/va1.12` is of section `MSS`, `MSS/UX.12` of `MSS/UX`.
pub(super) fn section(requirement: &str) -> &str {
    let (section, _) = split(requirement);
    section
        .strip_suffix("/va1")
        .or_else(|| section.strip_suffix("/va2"))
        .unwrap_or(section)
}

/// The wave that an identifier carries.
pub(super) fn wave(requirement: &str) -> Option<u8> {
    let lower = requirement.to_ascii_lowercase();
    if lower.contains("/va1.") {
        Some(1)
    } else if lower.contains("/va2.") {
        Some(2)
    } else {
        None
    }
}

/// The last number of an identifier.
pub(super) fn last_number(id: &str) -> Option<u32> {
    split(id).1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grammar() {
        for id in [
            "INS/va1.61",
            "MSS/UX.16",
            "DMP/ALI/PROG.01",
            "PSC.01",
            "DB.VI-CS.119",
            "CDA/HL7.01",
        ] {
            assert!(is_requirement(id), "{id}");
        }
        for id in [
            "VSM/va2.XX",
            "ORDN/CONF.01p",
            "01",
            "GEN/HUGE.00000",
            "Général",
            "",
        ] {
            assert!(!is_requirement(id), "{id}");
        }
        for id in ["INS/va1.61.01.01", "DB.SO.87.01", "PSC.01.01.02"] {
            assert!(is_child(id), "{id}");
        }
        assert!(is_shifted("NON") && is_shifted("Général") && !is_shifted("INS/va1.01"));
    }

    #[test]
    fn relative_identifiers() {
        assert_eq!(scenario("PSC/va1.01", "01"), "PSC/va1.01.01");
        assert_eq!(scenario("CDA/INT.08", "08.01"), "CDA/INT.08.01");
        assert_eq!(scenario("HOP/va1.09", "HOP/va1.02.01"), "HOP/va1.02.01");
        assert_eq!(proof("PSC/va1.01", "PSC/va1.01.02", "02.01"), "PSC/va1.01.02.01");
        assert_eq!(
            proof("INS/va1.39", "INS/va1.39.01", "39.01.01"),
            "INS/va1.39.01.01"
        );
        assert_eq!(proof("CO.50", "CO.50.01", "01.04"), "CO.50.01.04");
        assert_eq!(proof("CO.50", "CO.50.01", "03"), "CO.50.01.03");
        assert_eq!(section("MSS/va1.12"), "MSS");
        assert_eq!(section("MSS/UX.12"), "MSS/UX");
    }

    #[test]
    fn lines_of_a_proof_cell() {
        assert_eq!(
            line_start("INS/va1.61.01.01 : Dump").map(|(id, _)| id),
            Some(Some("INS/va1.61.01.01"))
        );
        assert_eq!(
            line_start("\u{a0}01.01 : Vidéo").map(|(id, _)| id),
            Some(Some("01.01"))
        );
        assert_eq!(line_start(" : TBD").map(|(id, _)| id), Some(None));
        assert_eq!(line_start(" :").map(|(id, _)| id), Some(None));
        for line in [
            "https://example.org",
            "Etapes : montrer",
            "* liste",
            "suite de la preuve",
            "à 12:30",
            "",
        ] {
            assert_eq!(line_start(line), None, "{line}");
        }
    }
}
