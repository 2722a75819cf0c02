//! End-to-end scenarios ("cœur de métier"): steps bound to several requirements, with proofs of their own.

use super::super::class::classify;
use super::super::model::{CoreScenario, CoreStep, Proof};
use super::super::normalise::identifier;
use super::build::Tally;
use super::diagnostic::{self, Diagnostics};
use super::headers::Field;
use super::rows::SheetRow;
use crate::text::Text;

/// Adds the step of a row; a step without scenario belongs to the scenario above.
pub(super) fn add(
    scenarios: &mut Vec<CoreScenario>,
    row: &SheetRow<'_>,
    sheet: &str,
    tally: &mut Tally,
    diagnostics: &mut Diagnostics,
) {
    let scenario_id = row.text(Field::CoreId);
    if !scenario_id.is_empty() && scenarios.last().is_none_or(|scenario| scenario.id != scenario_id) {
        tally.scenario_ids.insert(scenario_id.clone().into_owned());
        scenarios.push(CoreScenario {
            id: scenario_id.into_owned(),
            name: row.text(Field::ScenarioText).into_owned(),
            profile: row.text(Field::Profile).into_owned(),
            steps: Vec::new(),
        });
    }
    let Some(step_cell) = row.cell(Field::StepId) else {
        return;
    };
    let Some(scenario) = scenarios.last_mut() else {
        diagnostics.add(
            &diagnostic::SCENARIO_NO_ID,
            Some((row.index, step_cell.column)),
            || Text::verbatim(step_cell.text.to_owned()),
        );
        return;
    };
    let mut step = CoreStep {
        id: identifier(step_cell.text).to_owned(),
        text: row.text(Field::StepText).into_owned(),
        ..CoreStep::default()
    };
    for (_, cell) in &row.requirements {
        let id = identifier(cell.text).to_owned();
        tally.requirement_ids.insert(id.clone());
        step.requirements.push(id);
    }
    for pair in &row.pairs {
        tally.proofs += 1;
        let text = pair
            .text
            .map(|cell| super::plain::plain(cell.text).into_owned())
            .unwrap_or_default();
        let written = pair.id.map_or("", |cell| identifier(cell.text)).to_owned();
        let column = pair.id.or(pair.text).map_or(0, |cell| cell.column);
        let at = Some((row.index, column));
        let synthetic = written.is_empty();
        let id = if synthetic {
            format!("{}.{:02}", step.id, step.proofs.len() + 1)
        } else {
            written
        };
        if synthetic {
            diagnostics.add(&diagnostic::PROOF_NO_ID, at, || Text::verbatim(id.clone()));
        } else {
            tally.proof_ids.insert(id.clone());
        }
        if step.proofs.iter().any(|known| known.id == id) {
            diagnostics.add(&diagnostic::PROOF_ID_CONFLICT, at, || {
                Text::new(
                    format!("{id} deux fois dans l’étape {}", step.id),
                    format!("{id} twice in step {}", step.id),
                )
            });
        }
        step.proofs.push(Proof {
            class: classify(&text),
            text: Text::verbatim(text),
            cell: format!("{sheet}!{}", diagnostic::address(row.index, column)),
            synthetic,
            id,
            ..Proof::default()
        });
    }
    scenario.steps.push(step);
}
