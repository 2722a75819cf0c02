//! The requirement that a row describes: each field from the column that says it best.

use std::borrow::Cow;

use super::super::model::{Nature, Requirement, Status};
use super::super::normalise::fold;
use super::headers::Field;
use super::identifiers;
use super::rows::SheetRow;
use crate::text::Text;

/// The requirement that a row describes, without its scenarios.
///
/// `cell` is the place of its identifier. `has_statement` says whether the layout has a column of statements: an older
/// statement is read only when it has none.
pub(super) fn requirement(row: &SheetRow<'_>, id: &str, cell: String, has_statement: bool) -> Requirement {
    let or_else = |first: Cow<'_, str>, then: Field| {
        if first.is_empty() {
            row.text(then).into_owned()
        } else {
            first.into_owned()
        }
    };
    let modified = row.text(Field::StatementModified);
    let mut statement = or_else(modified, Field::Statement);
    if statement.is_empty() && !has_statement {
        statement = row.text(Field::StatementBefore).into_owned();
    }
    if statement.is_empty() {
        statement = row.text(Field::StatementSocle).into_owned();
    }
    let profile = row.text(Field::Profile).into_owned();
    let function = row.text(Field::Function).into_owned();
    let block = row.text(Field::Block).into_owned();
    let joined = row.text(Field::SectionJoined);
    let joined_id = joined.split_once('_').map_or("", |(id, _)| id);
    let section = row.text(Field::SectionId);
    let section = [section.as_ref(), joined_id, identifiers::section(id)]
        .into_iter()
        .find(|section| !section.is_empty())
        .unwrap_or_default()
        .to_owned();
    let section_name = or_else(row.text(Field::SectionName), Field::SectionJoined);
    let bare = section_name
        .strip_prefix(joined_id)
        .and_then(|rest| rest.strip_prefix('_'))
        .map(str::to_owned);
    Requirement {
        id: id.to_owned(),
        title: title(&function, &block, &statement),
        conditional: conditional(&row.text(Field::Conditional), &profile),
        nature: nature(&row.text(Field::Nature), &statement),
        status: status(row),
        section,
        section_name: bare.unwrap_or(section_name),
        criticality: row.text(Field::Criticality).into_owned(),
        comment: row.text(Field::Comment).into_owned(),
        socle: row.text(Field::Socle).into_owned(),
        previous: or_else(row.text(Field::ReferenceBefore), Field::Before),
        cell,
        statement,
        profile,
        block,
        function,
        scenarios: Vec::new(),
    }
}

fn title(function: &str, block: &str, statement: &str) -> Text {
    const LONGEST: usize = 120;
    let words = [function, block]
        .into_iter()
        .find(|words| !words.is_empty())
        .unwrap_or(statement);
    let line = words.lines().next().unwrap_or_default();
    Text::verbatim(line.chars().take(LONGEST).collect::<String>())
}

/// « Exigence conditionnelle » of a row: its own column, else the profile (general or not).
fn conditional(written: &str, profile: &str) -> Option<bool> {
    match fold(written).as_str() {
        "oui" => return Some(true),
        "non" => return Some(false),
        _ => {}
    }
    match fold(profile).as_str() {
        "" => None,
        "general" | "va1 general" | "va2 general" => Some(false),
        _ => Some(true),
    }
}

/// The nature of a row: its own column, else the first DOIT or PEUT of the statement.
fn nature(written: &str, statement: &str) -> Nature {
    let folded = fold(written);
    if ["preconis", "preco", "peut"]
        .iter()
        .any(|word| folded.contains(word))
    {
        return Nature::Preconisation;
    }
    if ["exigence", "obligatoire", "doit"]
        .iter()
        .any(|word| folded.contains(word))
        || folded == "cri"
    {
        return Nature::Exigence;
    }
    let first = |words: [&str; 2]| words.iter().filter_map(|word| statement.find(word)).min();
    match (first(["DOIT", "DOIVENT"]), first(["PEUT", "PEUVENT"])) {
        (Some(must), Some(may)) if may < must => Nature::Preconisation,
        (Some(_), _) => Nature::Exigence,
        (None, Some(_)) => Nature::Preconisation,
        (None, None) => Nature::Unknown,
    }
}

fn status(row: &SheetRow<'_>) -> Status {
    let written = [
        Field::Arbitration,
        Field::Status,
        Field::Evolution,
        Field::PublicationStatus,
    ]
    .into_iter()
    .map(|field| row.text(field))
    .find(|text| !text.is_empty());
    let folded = fold(written.as_deref().unwrap_or_default());
    if folded.contains("obsol") {
        Status::Obsolete
    } else if ["retravailler", "work_in_progress", "under_review", "en cours"]
        .iter()
        .any(|word| folded.contains(word))
    {
        Status::Draft
    } else {
        Status::Active
    }
}
