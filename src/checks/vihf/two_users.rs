//! Two traces by two users must carry two identifiers (DMP/AIRS.06).

use std::collections::BTreeSet;

use super::words as rule;
use crate::checks::{Context, Judged, Outcome, SetCheck};
use crate::finding::{Place, Rule};
use crate::text::Text;

/// The check on the traces of a proof together. Parameter `users` (integer, 2 by default): how many users are wanted.
#[derive(Debug)]
pub struct TwoUsersCheck;

impl SetCheck for TwoUsersCheck {
    fn id(&self) -> &'static str {
        "vihf-users"
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![&rule::TWO_USERS]
    }

    fn run(&self, files: &[Judged<'_>], parameters: &toml::Table, _: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let wanted = parameters
            .get("users")
            .and_then(toml::Value::as_integer)
            .and_then(|users| usize::try_from(users).ok())
            .unwrap_or(2);
        let traces: Vec<&Judged<'_>> = files
            .iter()
            .filter(|file| !file.outcome.facts.professionals.is_empty())
            .collect();
        if traces.len() < wanted {
            let text = Text::new(
                format!(
                    "{} trace(s) avec un utilisateur authentifié, {wanted} attendues",
                    traces.len()
                ),
                format!(
                    "{} trace(s) with an authenticated user, {wanted} expected",
                    traces.len()
                ),
            );
            outcome.not_evaluated.push(text);
            return outcome;
        }
        let users: BTreeSet<&str> = traces
            .iter()
            .flat_map(|file| &file.outcome.facts.professionals)
            .map(|user| user.extension.as_str())
            .collect();
        if users.len() < wanted {
            let list = users.iter().copied().collect::<Vec<_>>().join(", ");
            let text = Text::new(
                format!(
                    "{} traces pour {} utilisateur(s) : {list}",
                    traces.len(),
                    users.len()
                ),
                format!("{} traces for {} user(s): {list}", traces.len(), users.len()),
            );
            let last = traces.last().map_or("", |file| file.evidence.path());
            outcome.findings.push(
                rule::TWO_USERS
                    .at(Place::file(last), text)
                    .expected(wanted.to_string())
                    .found(list),
            );
        } else {
            outcome.verified.push(Text::new(
                format!("{} utilisateurs différents authentifiés", users.len()),
                format!("{} different users authenticated", users.len()),
            ));
        }
        outcome
    }
}
