//! Which statement is asked of which segments, and what of its conditions is asked once: the same for every message.

use std::collections::BTreeMap;

use super::expression::{Expression, Question};
use super::model::{Assertion, FieldRule};

/// A statement, the segments it is about, and its condition in two halves.
#[derive(Debug, Clone)]
pub struct Step {
    /// Rank of the rule or of the assertion.
    pub(super) statement: usize,
    /// Rank of the path of the rule; 0 for an assertion.
    pub(super) path: usize,
    /// Rank of the name of the segments among the subjects; none for an assertion on the whole message.
    pub subject: Option<usize>,
    /// What the message must satisfy, whatever the segment.
    pub once: Option<Expression>,
    /// What each segment must satisfy.
    pub each: Option<Expression>,
    /// What an assertion wants.
    pub require: Option<Expression>,
}

/// The steps of a profile, in its order.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The names of the segments that statements are about; `DOC` and `MAIL` too.
    pub(super) subjects: Vec<String>,
    /// One for each path of each rule of fields.
    pub(super) fields: Vec<Step>,
    /// One for each assertion.
    pub(super) assertions: Vec<Step>,
    /// How many questions are remembered.
    pub(super) questions: usize,
}

impl Plan {
    /// The plan of these statements.
    pub(super) fn of(fields: &[FieldRule], assertions: &[Assertion]) -> Self {
        let mut planner = Planner::default();
        for (statement, rule) in fields.iter().enumerate() {
            for (path, target) in rule.paths.iter().enumerate() {
                let step = planner.step((statement, path), Some(&target.segment), rule.when.as_ref(), None);
                planner.plan.fields.push(step);
            }
        }
        for (statement, assertion) in assertions.iter().enumerate() {
            let (subject, require) = (assertion.each.as_deref(), Some(&assertion.require));
            let step = planner.step((statement, 0), subject, assertion.when.as_ref(), require);
            planner.plan.assertions.push(step);
        }
        planner.plan.questions = planner.questions.len();
        planner.plan
    }
}

#[derive(Default)]
struct Planner {
    plan: Plan,
    /// The rank of each question: whether it is about the message, and what it asks.
    questions: BTreeMap<(bool, String), usize>,
}

impl Planner {
    fn step(
        &mut self,
        (statement, path): (usize, usize),
        subject: Option<&str>,
        when: Option<&Expression>,
        require: Option<&Expression>,
    ) -> Step {
        let name = subject.unwrap_or_default();
        let (once, each) = when.map_or((None, None), |when| when.split(name));
        let subject = subject.map(|name| {
            let subjects = &mut self.plan.subjects;
            let known = subjects.iter().position(|one| one == name);
            known.unwrap_or_else(|| {
                subjects.push(name.to_owned());
                subjects.len() - 1
            })
        });
        let mut remembered = |condition: Option<&Expression>| Some(self.remembered(condition?, name));
        Step {
            statement,
            path,
            subject,
            once: remembered(once.as_ref()),
            each: remembered(each.as_ref()),
            require: remembered(require),
        }
    }

    /// The condition with each of its questions remembered.
    fn remembered(&mut self, condition: &Expression, subject: &str) -> Expression {
        let mut all =
            |parts: &[Expression]| parts.iter().map(|part| self.remembered(part, subject)).collect();
        match condition {
            Expression::And(parts) => Expression::And(all(parts)),
            Expression::Or(parts) => Expression::Or(all(parts)),
            Expression::Not(inner) => Expression::Not(Box::new(self.remembered(inner, subject))),
            question => {
                let common = !question.depends_on(subject);
                let next = self.questions.len();
                let rank = self
                    .questions
                    .entry((common, format!("{question:?}")))
                    .or_insert(next);
                Expression::Remembered(Question {
                    rank: *rank,
                    common,
                    condition: Box::new(question.clone()),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::hl7v2::profile::load;

    /// The only step on fields of a profile whose only rule is about OBX-5, under `when`.
    fn step(when: &str) -> (Step, usize) {
        let profile = format!(
            "id = 'p'\ntitle = ['p', 'p']\n[[field]]\nrule = 'R'\npath = 'OBX-5'\nusage = 'R'\nwhen = \"{when}\"\n"
        );
        let profile = load(&[("p.toml", &profile)]).unwrap().remove(0);
        (profile.plan().fields[0].clone(), profile.plan().questions)
    }

    #[test]
    fn what_is_the_same_for_every_segment_is_asked_once() {
        for (when, once, each) in [
            ("MSH-9.1 == 'ORU'", true, false),
            ("OBX-3.1 == 'A'", false, true),
            ("MSH-9.1 == 'ORU' && OBX-3.1 == 'A'", true, true),
            ("MSH-9.1 == 'ORU' || OBX-3.1 == 'A'", false, true),
            ("!(OBX-3.1 == 'A' && MSH-9.1 == 'ORU')", false, true),
            // Another OBX, whichever is judged.
            ("OBX{3.1=A}-5 == 'Y'", true, false),
            ("exists(DOC-2)", false, true),
        ] {
            let (step, _) = step(when);
            assert_eq!((step.once.is_some(), step.each.is_some()), (once, each), "{when}");
        }
    }

    #[test]
    fn a_question_asked_twice_is_remembered_once() {
        let (_, questions) =
            step("(MSH-9.1 == 'ORU' || OBX-3.1 == 'A') && (MSH-9.1 == 'ORU' || OBX-3.1 == 'B')");
        assert_eq!(questions, 3);
    }
}
