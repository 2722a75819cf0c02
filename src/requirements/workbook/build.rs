//! Rows to requirements: merging repeated rows, completing identifiers, keeping conflicts apart.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::super::class::{Class, classify};
use super::super::model::{Nature, Proof, Requirement, Scenario, Status};
use super::super::normalise::{fold, identifier};
use super::diagnostic::{self, Diagnostics};
use super::headers::Field;
use super::identifiers;
use super::plain::plain;
use super::proofs::WrittenProof;
use super::references;
use super::rows::{Cell, SheetRow};
use crate::text::Text;

/// What the rows of one workbook count to, as they are written.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) rows: u64,
    pub(super) proofs: u64,
    pub(super) requirement_ids: HashSet<String>,
    pub(super) scenario_ids: HashSet<String>,
    pub(super) proof_ids: HashSet<String>,
    /// « Vague 1 » and « Vague 2 » rows.
    pub(super) scope_waves: [u64; 2],
    /// Identifiers that carry `/va1` and `/va2`.
    pub(super) id_waves: [u64; 2],
    /// Identifiers of the DRIMbox form.
    pub(super) drimbox: u64,
}

/// The requirements of one DSR, as rows come.
#[derive(Debug, Default)]
struct Group {
    code: String,
    requirements: Vec<Requirement>,
    by_id: HashMap<String, Vec<usize>>,
    /// Requirement and scenario identifier to the rank of the scenario in its requirement.
    scenarios: HashMap<(usize, String), usize>,
    /// Where each proof identifier was first met.
    proofs: HashMap<String, FirstProof>,
    /// Requirement, scenario and proof identifiers already there beside those of `proofs`, joined: repeated rows cost no
    /// search.
    slots: HashSet<String>,
}

/// The first proof of an identifier.
#[derive(Debug)]
struct FirstProof {
    /// Rank of its requirement.
    requirement: usize,
    scenario: String,
    text: String,
}

/// Gathers rows into requirements, one group per DSR of the workbook.
#[derive(Debug, Default)]
pub(super) struct Builder {
    sheet: String,
    /// Whether the layout has a column of statements: an older statement is read only when it has none.
    has_statement: bool,
    groups: Vec<Group>,
    classes: HashMap<String, Class>,
    pub(super) tally: Tally,
}

/// The classes of at most this many different texts are remembered.
const REMEMBERED: usize = 10_000;

/// Contradicting versions of one requirement kept at most; the next ones join the last.
const MOST_VARIANTS: usize = 32;

/// DSRs of one workbook at most; the rows of the next ones join the last.
const MOST_GROUPS: usize = 64;

impl Builder {
    pub(super) fn new(sheet: &str, has_statement: bool) -> Self {
        Self {
            sheet: sheet.to_owned(),
            has_statement,
            ..Self::default()
        }
    }

    /// Forgets the rows read so far.
    pub(super) fn restart(&mut self) {
        self.groups.clear();
        self.tally = Tally::default();
    }

    /// The groups in the order met: code as written, requirements.
    pub(super) fn finish(self) -> (Vec<(String, Vec<Requirement>)>, Tally) {
        (
            self.groups
                .into_iter()
                .map(|group| (group.code, group.requirements))
                .collect(),
            self.tally,
        )
    }

    fn place(&self, row: u32, column: u32) -> String {
        format!("{}!{}", self.sheet, diagnostic::address(row, column))
    }

    /// Adds a row whose identifier cell is `id_cell`.
    pub(super) fn add(
        &mut self,
        row: &SheetRow<'_>,
        id_cell: Cell<'_>,
        proofs: Vec<WrittenProof<'_>>,
        diagnostics: &mut Diagnostics,
    ) {
        let at = Some((row.index, id_cell.column));
        let id = identifier(id_cell.text);
        if !id_cell.is_text {
            diagnostics.add(&diagnostic::ID_NOT_TEXT, at, || Text::verbatim(id.to_owned()));
            return;
        }
        if identifiers::is_shifted(id) {
            diagnostics.add(&diagnostic::ROW_SHIFTED, at, || Text::verbatim(id.to_owned()));
            return;
        }
        if id.len() != id_cell.text.len() {
            diagnostics.add(&diagnostic::ID_TRIMMED, at, || Text::verbatim(id.to_owned()));
        }
        if !self.tally.requirement_ids.contains(id) {
            self.tally.requirement_ids.insert(id.to_owned());
            if !identifiers::is_requirement(id) {
                diagnostics.add(&diagnostic::ID_GRAMMAR, at, || Text::verbatim(id.to_owned()));
            }
            if let Some(wave) = identifiers::wave(id) {
                count_wave(&mut self.tally.id_waves, wave);
            }
            self.tally.drimbox += u64::from(id.starts_with("DB.") || id.starts_with("DB/"));
        }
        let scope = row.text(Field::Scope);
        if let Some(wave) = scope
            .chars()
            .rev()
            .find(char::is_ascii_digit)
            .and_then(|digit| digit.to_digit(10))
        {
            count_wave(&mut self.tally.scope_waves, u8::try_from(wave).unwrap_or(0));
        }
        let requirement = self.requirement(row, id, id_cell);
        let code = row.text(Field::Dsr);
        let known = self.groups.iter().position(|group| group.code == code);
        let group = match known {
            Some(known) => known,
            None if self.groups.len() >= MOST_GROUPS => {
                diagnostics.add(&diagnostic::DSR_UNKNOWN, at, || {
                    Text::verbatim(code.clone().into_owned())
                });
                self.groups.len() - 1
            }
            None => {
                self.groups.push(Group {
                    code: code.clone().into_owned(),
                    ..Group::default()
                });
                self.groups.len() - 1
            }
        };
        let Some(group_ref) = self.groups.get_mut(group) else {
            return;
        };
        let index = group_ref.find_or_add(requirement, at, diagnostics);
        self.scenario(group, index, row, proofs, diagnostics);
    }

    /// The requirement that a row describes, without its scenarios.
    fn requirement(&self, row: &SheetRow<'_>, id: &str, id_cell: Cell<'_>) -> Requirement {
        let or_else = |first: Cow<'_, str>, then: Field| {
            if first.is_empty() {
                row.text(then).into_owned()
            } else {
                first.into_owned()
            }
        };
        let modified = row.text(Field::StatementModified);
        let mut statement = or_else(modified, Field::Statement);
        if statement.is_empty() && !self.has_statement {
            statement = row.text(Field::StatementBefore).into_owned();
        }
        if statement.is_empty() {
            statement = row.text(Field::StatementSocle).into_owned();
        }
        let profile = row.text(Field::Profile).into_owned();
        let function = row.text(Field::Function).into_owned();
        let block = row.text(Field::Block).into_owned();
        let joined = row.text(Field::SectionJoined);
        let (joined_id, joined_name) = joined.split_once('_').unwrap_or(("", joined.as_ref()));
        let section = row.text(Field::SectionId);
        let section = [section.as_ref(), joined_id, identifiers::section(id)]
            .into_iter()
            .find(|section| !section.is_empty())
            .unwrap_or_default()
            .to_owned();
        Requirement {
            id: id.to_owned(),
            title: title(&function, &block, &statement),
            conditional: conditional(&row.text(Field::Conditional), &profile),
            nature: nature(&row.text(Field::Nature), &statement),
            status: status(row),
            section,
            section_name: or_else(row.text(Field::SectionName), Field::SectionJoined)
                .strip_prefix(&format!("{joined_id}_"))
                .map_or_else(
                    || or_else(row.text(Field::SectionName), Field::SectionJoined),
                    |_| joined_name.to_owned(),
                ),
            criticality: row.text(Field::Criticality).into_owned(),
            comment: row.text(Field::Comment).into_owned(),
            socle: row.text(Field::Socle).into_owned(),
            previous: or_else(row.text(Field::ReferenceBefore), Field::Before),
            cell: self.place(row.index, id_cell.column),
            statement,
            profile,
            block,
            function,
            scenarios: Vec::new(),
        }
    }

    /// Adds the scenario and the proofs of a row to a requirement.
    fn scenario(
        &mut self,
        group: usize,
        index: usize,
        row: &SheetRow<'_>,
        written: Vec<WrittenProof<'_>>,
        diagnostics: &mut Diagnostics,
    ) {
        let text = row.text(Field::ScenarioText);
        let cell = row
            .cell(Field::ScenarioId)
            .or_else(|| row.cell(Field::ScenarioCopy));
        let scenario_written = cell.map_or("", |cell| identifier(cell.text));
        if scenario_written.is_empty() && text.is_empty() && written.is_empty() {
            return;
        }
        if !scenario_written.is_empty() && row.cell(Field::ScenarioId).is_some() {
            self.tally.scenario_ids.insert(scenario_written.to_owned());
        }
        self.tally.proofs += written.len() as u64;
        let Some(requirement) = self
            .groups
            .get(group)
            .and_then(|group| group.requirements.get(index))
        else {
            return;
        };
        let requirement_id = requirement.id.clone();
        let at = cell.map(|cell| (row.index, cell.column));
        let id = if scenario_written.is_empty() {
            let made = format!("{requirement_id}.{:02}", requirement.scenarios.len() + 1);
            diagnostics.add(&diagnostic::SCENARIO_NO_ID, Some((row.index, 0)), || {
                Text::verbatim(made.clone())
            });
            Cow::Owned(made)
        } else {
            // The copy of the pre-publication columns carries the prefix of the common requirement.
            let bare = scenario_written.strip_prefix("SC.").unwrap_or(scenario_written);
            identifiers::scenario(&requirement_id, bare)
        };
        if id != scenario_written && !scenario_written.is_empty() {
            diagnostics.add(&diagnostic::ID_RELATIVE, at, || {
                Text::verbatim(format!("{scenario_written} → {id}"))
            });
        } else if !scenario_written.is_empty() && !identifiers::is_child(&id) {
            diagnostics.add(&diagnostic::ID_GRAMMAR, at, || Text::verbatim(id.to_string()));
        }
        if !identifiers::is_under(&id, &requirement_id) {
            diagnostics.add(&diagnostic::SCENARIO_ELSEWHERE, at, || {
                Text::new(
                    format!("{id} sous {requirement_id}"),
                    format!("{id} under {requirement_id}"),
                )
            });
        }
        if written.is_empty() {
            diagnostics.add(&diagnostic::SCENARIO_NO_PROOF, at, || {
                Text::verbatim(id.to_string())
            });
        }
        let known = self
            .groups
            .get(group)
            .and_then(|group| group.scenarios.get(&(index, id.to_string())).copied());
        let there = known
            .and_then(|known| requirement.scenarios.get(known))
            .map_or(0, |scenario| scenario.proofs.len());
        let mut proofs = Vec::new();
        for proof in written {
            if let Some(proof) = self.proof(
                (group, index),
                row.index,
                &requirement_id,
                &id,
                there + proofs.len(),
                proof,
                diagnostics,
            ) {
                proofs.push(proof);
            }
        }
        let Some(group) = self.groups.get_mut(group) else {
            return;
        };
        let Some(requirement) = group.requirements.get_mut(index) else {
            return;
        };
        if known.is_none() {
            group
                .scenarios
                .insert((index, id.to_string()), requirement.scenarios.len());
        }
        match known.and_then(|known| requirement.scenarios.get_mut(known)) {
            Some(scenario) => {
                if scenario.text.is_empty() {
                    scenario.text = text.into_owned();
                }
                scenario.proofs.extend(proofs);
            }
            None => requirement.scenarios.push(Scenario {
                written: (!scenario_written.is_empty() && id != scenario_written)
                    .then(|| scenario_written.to_owned()),
                id: id.into_owned(),
                text: text.into_owned(),
                proofs,
            }),
        }
    }

    /// One proof of a scenario that has `there` of them; `None` when the same one is already there.
    #[expect(
        clippy::too_many_arguments,
        reason = "one proof has this many neighbours, and a struct would hide them"
    )]
    fn proof(
        &mut self,
        (group, index): (usize, usize),
        row: u32,
        requirement: &str,
        scenario: &str,
        there: usize,
        written: WrittenProof<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Proof> {
        let at = Some((row, written.column));
        let bare = identifier(&written.id);
        if bare.len() != written.id.len() && !bare.is_empty() {
            diagnostics.add(&diagnostic::ID_TRIMMED, at, || Text::verbatim(bare.to_owned()));
        }
        if !bare.is_empty() && !self.tally.proof_ids.contains(bare) {
            self.tally.proof_ids.insert(bare.to_owned());
        }
        let class = self.class(&written.text);
        let synthetic = bare.is_empty();
        let id = if synthetic {
            // Written identifiers may hold the next numbers: the first free one, within reason.
            let made = (there + 1..=there + 100)
                .map(|number| format!("{scenario}.{number:02}"))
                .find(|made| {
                    self.groups
                        .get(group)
                        .is_none_or(|group| !group.has_slot(index, scenario, made))
                })?;
            diagnostics.add(&diagnostic::PROOF_NO_ID, at, || Text::verbatim(made.clone()));
            made
        } else {
            identifiers::proof(requirement, scenario, bare).into_owned()
        };
        if class == Class::Placeholder {
            let code = if written.text.is_empty() && !synthetic {
                &diagnostic::PROOF_NO_TEXT
            } else {
                &diagnostic::PROOF_PLACEHOLDER
            };
            diagnostics.add(code, at, || Text::verbatim(id.clone()));
        }
        if !synthetic {
            if id != bare {
                diagnostics.add(&diagnostic::ID_RELATIVE, at, || {
                    Text::verbatim(format!("{bare} → {id}"))
                });
            } else if !identifiers::is_child(&id) {
                diagnostics.add(&diagnostic::ID_GRAMMAR, at, || Text::verbatim(id.clone()));
            }
            if !identifiers::is_under(&id, scenario) {
                diagnostics.add(&diagnostic::PROOF_ELSEWHERE, at, || {
                    Text::new(format!("{id} sous {scenario}"), format!("{id} under {scenario}"))
                });
            }
            let known = self
                .groups
                .get(group)
                .and_then(|group| Some((group, group.proofs.get(&id)?)));
            if let Some((group_ref, known)) = known {
                let same_scenario = known.scenario == scenario;
                let known_requirement = group_ref.requirements.get(known.requirement);
                if same_scenario && !same_words(&known.text, &written.text) {
                    diagnostics.add(&diagnostic::PROOF_ID_CONFLICT, at, || {
                        Text::new(
                            format!("{id}, scénario {scenario}"),
                            format!("{id}, scenario {scenario}"),
                        )
                    });
                } else if !same_scenario {
                    diagnostics.add(&diagnostic::PROOF_ID_REUSED, at, || {
                        Text::new(
                            format!("{id} (déjà sous {})", known.scenario),
                            format!("{id} (already under {})", known.scenario),
                        )
                    });
                } else if known_requirement.is_none_or(|known| known.id != requirement) {
                    diagnostics.add(&diagnostic::PROOF_SHARED, at, || Text::verbatim(id.clone()));
                } else if group_ref.has_slot(index, scenario, &id) {
                    // The same row twice.
                    return None;
                }
            }
        }
        if let Some(group) = self.groups.get_mut(group) {
            if synthetic || group.proofs.contains_key(&id) {
                group.slots.insert(slot(index, scenario, &id));
            } else {
                let first = FirstProof {
                    requirement: index,
                    scenario: scenario.to_owned(),
                    text: written.text.clone(),
                };
                group.proofs.insert(id.clone(), first);
            }
        }
        Some(Proof {
            written: (!synthetic && id != bare).then(|| bare.to_owned()),
            condition: references::condition(&written.text),
            text: Text::verbatim(written.text),
            class,
            synthetic,
            cell: self.place(row, written.column),
            alternatives: Vec::new(),
            id,
        })
    }

    fn class(&mut self, text: &str) -> Class {
        if let Some(known) = self.classes.get(text) {
            return *known;
        }
        let class = classify(text);
        if self.classes.len() < REMEMBERED {
            self.classes.insert(text.to_owned(), class);
        }
        class
    }
}

/// The key of a proof slot; the separator is in no identifier.
fn slot(requirement: usize, scenario: &str, proof: &str) -> String {
    format!("{requirement}\u{1f}{scenario}\u{1f}{proof}")
}

impl Group {
    /// True when this scenario of this requirement has a proof of this identifier.
    fn has_slot(&self, requirement: usize, scenario: &str, proof: &str) -> bool {
        let first = self.proofs.get(proof);
        first.is_some_and(|first| first.requirement == requirement && first.scenario == scenario)
            || self.slots.contains(&slot(requirement, scenario, proof))
    }

    /// The index of a requirement: the one already there when its cells agree, a new one otherwise (both are kept).
    fn find_or_add(
        &mut self,
        requirement: Requirement,
        at: Option<(u32, u32)>,
        diagnostics: &mut Diagnostics,
    ) -> usize {
        let variants = self.by_id.get(&requirement.id).cloned().unwrap_or_default();
        for &index in &variants {
            if let Some(known) = self.requirements.get_mut(index)
                && differences(known, &requirement).is_empty()
            {
                complete(known, requirement);
                return index;
            }
        }
        if let Some(first) = variants.first().and_then(|index| self.requirements.get(*index)) {
            let fields = differences(first, &requirement);
            diagnostics.add(&diagnostic::REQ_CONFLICT, at, || {
                let cell = &first.cell;
                let join = |pick: fn(&(&'static str, &'static str)) -> &'static str| {
                    fields.iter().map(pick).collect::<Vec<_>>().join(", ")
                };
                Text::new(
                    format!(
                        "{} : {} différent de {cell}",
                        requirement.id,
                        join(|field| field.0)
                    ),
                    format!(
                        "{}: {} differs from {cell}",
                        requirement.id,
                        join(|field| field.1)
                    ),
                )
            });
        }
        if let Some(last) = variants.last()
            && variants.len() >= MOST_VARIANTS
        {
            return *last;
        }
        if requirement.statement.is_empty() {
            diagnostics.add(&diagnostic::REQ_NO_STATEMENT, at, || {
                Text::verbatim(requirement.id.clone())
            });
        }
        if requirement.profile.is_empty() {
            diagnostics.add(&diagnostic::PROFILE_EMPTY, at, || {
                Text::verbatim(requirement.id.clone())
            });
        }
        if requirement.nature == Nature::Unknown {
            diagnostics.add(&diagnostic::NATURE_UNKNOWN, at, || {
                Text::verbatim(requirement.id.clone())
            });
        }
        if requirement.conditional.is_none() && !requirement.profile.is_empty() {
            diagnostics.add(&diagnostic::CONDITIONAL_UNKNOWN, at, || {
                Text::verbatim(requirement.id.clone())
            });
        }
        if requirement.status == Status::Obsolete {
            diagnostics.add(&diagnostic::OBSOLETE, at, || {
                Text::verbatim(requirement.id.clone())
            });
        }
        let index = self.requirements.len();
        self.by_id.entry(requirement.id.clone()).or_default().push(index);
        self.requirements.push(requirement);
        index
    }
}

/// The fields by which two rows of one requirement contradict each other. An empty statement beside a full one is a
/// contradiction only when the status differs too; an empty profile never is.
fn differences(known: &Requirement, other: &Requirement) -> Vec<(&'static str, &'static str)> {
    let mut fields = Vec::new();
    if !known.statement.is_empty()
        && !other.statement.is_empty()
        && !same_words(&known.statement, &other.statement)
    {
        fields.push(("énoncé", "statement"));
    }
    if !known.profile.is_empty() && !other.profile.is_empty() && fold(&known.profile) != fold(&other.profile)
    {
        fields.push(("profil", "profile"));
    }
    if known.status != other.status {
        fields.push(("statut", "status"));
    }
    fields
}

/// Fills what the first row of a requirement left empty.
fn complete(known: &mut Requirement, other: Requirement) {
    if known.statement.is_empty() {
        known.statement = other.statement;
    }
    if known.profile.is_empty() {
        known.profile = other.profile;
        known.conditional = known.conditional.or(other.conditional);
    }
}

/// The same words, whatever the blanks between them.
fn same_words(left: &str, right: &str) -> bool {
    left == right || left.split_whitespace().eq(right.split_whitespace())
}

fn count_wave(waves: &mut [u64; 2], wave: u8) {
    if let Some(count) = usize::from(wave)
        .checked_sub(1)
        .and_then(|index| waves.get_mut(index))
    {
        *count += 1;
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
    let folded = fold(&plain(written.as_deref().unwrap_or_default()));
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
