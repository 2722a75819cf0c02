//! Rows to requirements: what each row counts to, its identifiers completed, its proofs read.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::super::class::{Class, classify};
use super::super::model::{Proof, Requirement, Scenario};
use super::super::normalise::identifier;
use super::diagnostic::{self, Diagnostics};
use super::group::{Group, ScenarioPlace, same_words};
use super::headers::Field;
use super::identifiers;
use super::proofs::WrittenProof;
use super::references;
use super::requirement::requirement;
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

/// Gathers rows into requirements, one group per DSR of the workbook.
#[derive(Debug, Default)]
pub(super) struct Builder {
    sheet: String,
    /// Whether the layout has a column of statements.
    has_statement: bool,
    groups: Vec<Group>,
    classes: HashMap<String, Class>,
    pub(super) tally: Tally,
}

/// The classes of at most this many different texts are remembered.
const REMEMBERED: usize = 10_000;

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
        let requirement = requirement(row, id, self.place(row.index, id_cell.column), self.has_statement);
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
                self.groups.push(Group::new(&code));
                self.groups.len() - 1
            }
        };
        let Some(group_ref) = self.groups.get_mut(group) else {
            return;
        };
        let index = group_ref.find_or_add(requirement, at, diagnostics);
        self.scenario(group, index, row, proofs, diagnostics);
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
        let requirement_id = requirement.id.as_str();
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
            identifiers::scenario(requirement_id, bare)
        };
        if id != scenario_written && !scenario_written.is_empty() {
            diagnostics.add(&diagnostic::ID_RELATIVE, at, || {
                Text::verbatim(format!("{scenario_written} → {id}"))
            });
        } else if !scenario_written.is_empty() && !identifiers::is_child(&id) {
            diagnostics.add(&diagnostic::ID_GRAMMAR, at, || Text::verbatim(id.to_string()));
        }
        if !identifiers::is_under(&id, requirement_id) {
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
        let scenario = Scenario {
            written: (!scenario_written.is_empty() && id != scenario_written)
                .then(|| scenario_written.to_owned()),
            id: id.into_owned(),
            text: text.into_owned(),
            proofs: Vec::new(),
        };
        let Some(scenario) = self
            .groups
            .get_mut(group)
            .and_then(|group| group.find_or_add_scenario(index, scenario))
        else {
            return;
        };
        for proof in written {
            self.proof(group, scenario, row.index, proof, diagnostics);
        }
    }

    /// Adds a proof to a scenario, unless the same one is already there.
    fn proof(
        &mut self,
        group: usize,
        place: ScenarioPlace,
        row: u32,
        written: WrittenProof<'_>,
        diagnostics: &mut Diagnostics,
    ) {
        let at = Some((row, written.column));
        let bare = identifier(&written.id);
        if bare.len() != written.id.len() && !bare.is_empty() {
            diagnostics.add(&diagnostic::ID_TRIMMED, at, || Text::verbatim(bare.to_owned()));
        }
        if !bare.is_empty() && !self.tally.proof_ids.contains(bare) {
            self.tally.proof_ids.insert(bare.to_owned());
        }
        let class = self.class(&written.text);
        let cell = self.place(row, written.column);
        let Some(group) = self.groups.get_mut(group) else {
            return;
        };
        let synthetic = bare.is_empty();
        let made = if synthetic {
            group.next_identifier(place)
        } else {
            None
        };
        let Some((requirement, scenario)) = group.scenario(place) else {
            return;
        };
        let id = if let Some(made) = made {
            diagnostics.add(&diagnostic::PROOF_NO_ID, at, || Text::verbatim(made.clone()));
            made
        } else {
            identifiers::proof(&requirement.id, &scenario.id, bare).into_owned()
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
            if !identifiers::is_under(&id, &scenario.id) {
                diagnostics.add(&diagnostic::PROOF_ELSEWHERE, at, || {
                    Text::new(
                        format!("{id} sous {}", scenario.id),
                        format!("{id} under {}", scenario.id),
                    )
                });
            }
            if let Some((known_requirement, known_scenario, known)) = group.first_proof(&id) {
                let same_scenario = known_scenario.id == scenario.id;
                if same_scenario && !same_words(&known.text.fr, &written.text) {
                    diagnostics.add(&diagnostic::PROOF_ID_CONFLICT, at, || {
                        Text::new(
                            format!("{id}, scénario {}", scenario.id),
                            format!("{id}, scenario {}", scenario.id),
                        )
                    });
                } else if !same_scenario {
                    diagnostics.add(&diagnostic::PROOF_ID_REUSED, at, || {
                        Text::new(
                            format!("{id} (déjà sous {})", known_scenario.id),
                            format!("{id} (already under {})", known_scenario.id),
                        )
                    });
                } else if known_requirement.id != requirement.id {
                    diagnostics.add(&diagnostic::PROOF_SHARED, at, || Text::verbatim(id.clone()));
                } else if group.has_slot(place, &id) {
                    // The same row twice.
                    return;
                }
            }
        }
        let proof = Proof {
            written: (!synthetic && id != bare).then(|| bare.to_owned()),
            condition: references::condition(&written.text),
            text: Text::verbatim(written.text),
            class,
            synthetic,
            cell,
            alternatives: Vec::new(),
            id,
        };
        group.add_proof(place, proof);
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

fn count_wave(waves: &mut [u64; 2], wave: u8) {
    if let Some(count) = usize::from(wave)
        .checked_sub(1)
        .and_then(|index| waves.get_mut(index))
    {
        *count += 1;
    }
}
