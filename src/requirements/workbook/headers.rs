//! Headers to fields: the synonyms of `requirements/headers.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::super::normalise::fold;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderTable {
    header: Vec<HeaderRow>,
}

/// What a column holds. The names are those of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Field {
    RequirementId,
    RequirementCopy,
    Statement,
    StatementModified,
    StatementBefore,
    StatementSocle,
    Conditional,
    Profile,
    ProfileBefore,
    SectionId,
    SectionName,
    SectionJoined,
    Block,
    Function,
    Nature,
    ScenarioId,
    ScenarioCopy,
    ScenarioText,
    ProofId,
    ProofText,
    ProofIdN,
    ProofTextN,
    Comment,
    PublicationStatus,
    Arbitration,
    Status,
    Evolution,
    Dsr,
    Scope,
    Criticality,
    Order,
    Before,
    ReferenceBefore,
    Socle,
    CoreId,
    StepId,
    StepText,
    RequirementN,
    SquashId,
    Ready,
    VerificationPoints,
    StepNumber,
    Priority,
    Situation,
    SocleStatus,
    SquashPath,
    Internal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderRow {
    id: Field,
    forms: Vec<String>,
    #[serde(default)]
    drop: bool,
    #[serde(default)]
    ignore: bool,
    #[serde(default)]
    starts: Vec<String>,
    #[serde(default)]
    ends: Vec<String>,
}

/// What is known of one header.
#[derive(Debug)]
pub(super) struct Header {
    /// What its column holds.
    pub(super) field: Field,
    /// The usual way to write it.
    pub(super) usual: String,
    /// The column is never read: internal notes, names of persons and vendors.
    pub(super) dropped: bool,
    /// Known, of no use.
    pub(super) ignored: bool,
}

/// A header recognised in a sheet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recognised {
    /// What it is.
    pub(super) header: &'static Header,
    /// Its number, for `Preuve 3`.
    pub(super) number: Option<u32>,
    /// Rank of the form used, 0 for the usual one.
    pub(super) rank: usize,
}

struct Synonyms {
    headers: Vec<Header>,
    /// Folded form, digits replaced by `#`, to (header, rank).
    forms: BTreeMap<String, (usize, usize)>,
    starts: Vec<(String, usize)>,
    ends: Vec<(String, usize)>,
}

static SYNONYMS: LazyLock<Synonyms> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "embedded data, parsed by a test")]
    // invariant: the embedded table parses; the tests of this file prove it.
    let table: HeaderTable = toml::from_str(include_str!("../../../requirements/headers.toml"))
        .expect("requirements/headers.toml");
    let mut synonyms = Synonyms {
        headers: Vec::new(),
        forms: BTreeMap::new(),
        starts: Vec::new(),
        ends: Vec::new(),
    };
    for (index, row) in table.header.into_iter().enumerate() {
        for (rank, form) in row.forms.iter().enumerate() {
            synonyms.forms.entry(fold(form)).or_insert((index, rank));
        }
        synonyms
            .starts
            .extend(row.starts.iter().map(|start| (fold(start), index)));
        synonyms
            .ends
            .extend(row.ends.iter().map(|end| (fold(end), index)));
        synonyms.headers.push(Header {
            field: row.id,
            usual: row.forms.into_iter().next().unwrap_or_default(),
            dropped: row.drop,
            ignored: row.ignore,
        });
    }
    synonyms
});

/// Recognises a header cell.
pub(super) fn recognise(cell: &str) -> Option<Recognised> {
    // Headers are short; a cell of prose is none.
    if cell.len() > 400 {
        return None;
    }
    let folded = fold(cell);
    if folded.is_empty() {
        return None;
    }
    let synonyms: &'static Synonyms = &SYNONYMS;
    let found = |index: usize, number, rank| {
        synonyms
            .headers
            .get(index)
            .map(|header| Recognised { header, number, rank })
    };
    if let Some(&(index, rank)) = synonyms.forms.get(&folded) {
        return found(index, None, rank);
    }
    let (shape, number) = numbered(&folded);
    if let Some(&(index, rank)) = synonyms.forms.get(&shape) {
        return found(index, number, rank);
    }
    let by_start = synonyms
        .starts
        .iter()
        .find(|(start, _)| folded.starts_with(start.as_str()));
    let by_end = synonyms
        .ends
        .iter()
        .find(|(end, _)| folded.ends_with(end.as_str()));
    by_start.or(by_end).and_then(|&(_, index)| found(index, None, 0))
}

/// How the header of this field is usually written; empty when there is none.
pub(super) fn usual(field: Field) -> &'static str {
    let synonyms: &'static Synonyms = &SYNONYMS;
    synonyms
        .headers
        .iter()
        .find(|header| header.field == field)
        .map_or("", |header| header.usual.as_str())
}

/// Replaces the last run of digits by `#`, and gives its value. « Itération #2 » keeps its own `#`.
fn numbered(folded: &str) -> (String, Option<u32>) {
    let end = folded
        .trim_end_matches(|character: char| !character.is_ascii_digit())
        .len();
    let start = folded
        .get(..end)
        .unwrap_or_default()
        .trim_end_matches(|character: char| character.is_ascii_digit())
        .len();
    match (folded.get(..start), folded.get(start..end), folded.get(end..)) {
        (Some(before), Some(digits), Some(after)) if !digits.is_empty() => {
            (format!("{before}#{after}"), digits.parse().ok())
        }
        _ => (folded.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, recognise};

    #[test]
    fn headers_are_recognised_as_people_write_them() {
        for (cell, field, number) in [
            ("N°\u{a0}exigence ", Field::RequirementId, None),
            (
                "ENONCE DE L’EXIGENCE\n(DOIT) ou de la préconisation (PEUT)",
                Field::Statement,
                None,
            ),
            ("Enoncé de l'exigence - Itération #2", Field::Statement, Some(2)),
            ("Preuve 10", Field::ProofTextN, Some(10)),
            ("N° preuve 3", Field::ProofIdN, Some(3)),
            ("N° preuve", Field::ProofId, None),
            ("Exigence", Field::Statement, None),
            ("Exigence 4", Field::RequirementN, Some(4)),
            (
                " Nature de l'exigence)  Préconisée & Obligatoire",
                Field::Nature,
                None,
            ),
            ("VERIF: domaine", Field::Internal, None),
            ("REQ_VERSION_LAST_MODIFIED_BY", Field::Internal, None),
            ("note interne SOCLE", Field::Internal, None),
        ] {
            let found = recognise(cell).unwrap_or_else(|| panic!("{cell:?}"));
            assert_eq!(found.header.field, field, "{cell:?}");
            if field != Field::Statement {
                assert_eq!(found.number, number, "{cell:?}");
            }
        }
        assert!(recognise("Colonne inconnue").is_none());
        assert!(recognise("").is_none());
    }
}
