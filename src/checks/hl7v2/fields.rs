//! The statements of a profile on fields and across fields.

use crate::engines::hl7v2::{Part, SegmentRef};
use crate::text::Text;

use super::judgement::{Fault, Judgement};
use super::profile::{Allowed, Answers, Assertion, Expression, FieldRule, Path, Scope, Step, Usage};

/// Judges the fields of every segment, then the assertions.
pub(super) fn judge(judgement: &mut Judgement<'_>) {
    let profile = judgement.profile;
    let subjects: Vec<_> = profile
        .subjects()
        .iter()
        .map(|name| subjects(judgement, name))
        .collect();
    let about = |step: &Step| step.subject.and_then(|rank| subjects.get(rank));
    let answers = profile.answers(judgement.message.segment_count());
    for (step, rule, path) in profile.field_steps() {
        let Some(segments) = about(step).filter(|segments| !segments.is_empty()) else {
            continue;
        };
        if !holds(step.once.as_ref(), judgement, &answers, None) {
            continue;
        }
        for segment in segments {
            if path.reaches(*segment) && holds(step.each.as_ref(), judgement, &answers, Some(*segment)) {
                field_rule(judgement, rule, path, *segment);
            }
        }
    }
    // A cut message lacks what conditions ask for: that is said already.
    if judgement.cut {
        return;
    }
    for (step, assertion) in profile.assertion_steps() {
        let segments = about(step);
        if segments.is_some_and(Vec::is_empty) || !holds(step.once.as_ref(), judgement, &answers, None) {
            continue;
        }
        let whole = segments.is_none().then_some(None);
        for segment in segments.into_iter().flatten().copied().map(Some).chain(whole) {
            if holds(step.each.as_ref(), judgement, &answers, segment)
                && !holds(step.require.as_ref(), judgement, &answers, segment)
            {
                refused(judgement, assertion, segment);
            }
        }
    }
}

/// The segments that a statement on `name` is about.
fn subjects<'p>(judgement: &Judgement<'p>, name: &str) -> Vec<SegmentRef<'p>> {
    match name {
        "DOC" => judgement.documents.clone(),
        "MAIL" => judgement.mails.clone(),
        _ => judgement.message.all(name).collect(),
    }
}

/// Whether a condition, if there is one, holds for a segment.
fn holds<'p>(
    condition: Option<&Expression>,
    judgement: &Judgement<'p>,
    answers: &Answers,
    segment: Option<SegmentRef<'p>>,
) -> bool {
    condition.is_none_or(|condition| {
        condition.holds(Scope {
            answers: Some(answers),
            ..judgement.scope(segment)
        })
    })
}

fn field_rule<'p>(judgement: &mut Judgement<'p>, rule: &FieldRule, path: &Path, segment: SegmentRef<'p>) {
    // A message cut in its last segment has lost the fields after the cut.
    let last = judgement.cut
        && judgement
            .message
            .segments()
            .last()
            .is_some_and(|last| last.rank() == segment.rank());
    if last && path.field >= segment.last_field() {
        return;
    }
    let subject = Subject {
        rule,
        path,
        segment,
        only: path.only(segment),
    };
    subject.usage(judgement);
    if let Some(allowed) = &rule.allowed {
        subject.each_part(|part| {
            if part.is_valued() {
                subject.value(judgement, allowed, part);
            }
        });
    }
    if let Some(most) = rule.most {
        subject.repetitions(judgement, most);
    }
}

/// A rule at work on one of its fields.
struct Subject<'r, 'p> {
    rule: &'r FieldRule,
    path: &'r Path,
    segment: SegmentRef<'p>,
    /// The part that the path means, when it is one whatever the segment holds.
    only: Option<Part<'p>>,
}

impl<'p> Subject<'_, 'p> {
    /// Visits the parts that the rule is about.
    fn each_part(&self, mut visit: impl FnMut(Part<'p>)) {
        if let Some(only) = self.only {
            return visit(only);
        }
        self.path.any_of_segment(self.segment, |part| {
            visit(part);
            false
        });
    }

    /// `PID-3.4`.
    fn name(&self) -> String {
        format!("{}-{}", self.segment.name(), numbers(self.path))
    }

    /// Reports a fault in the words of the rule, else in `words`, which are given the name of the field.
    fn report(
        &self,
        judgement: &mut Judgement<'p>,
        part: Part<'p>,
        code: &str,
        expected: Option<String>,
        words: impl FnOnce(&str) -> Text,
    ) {
        let message = self.rule.message.clone().unwrap_or_else(|| words(&self.name()));
        let mut fault = Fault::new(&self.rule.rule, part, message)
            .severity(self.rule.severity)
            .code(code);
        if let Some(expected) = expected {
            fault = fault.expected(expected);
        }
        judgement.report(fault);
    }

    fn usage(&self, judgement: &mut Judgement<'p>) {
        let field = self.segment.field(self.path.field);
        match self.rule.usage {
            Some(Usage::R) => self.presence(judgement, field),
            Some(Usage::RE) if field.is_blank() => {
                self.report(judgement, field, "101", None, |name| {
                    Text::new(
                        format!("{name} est vide : à remplir si l'information est connue"),
                        format!("{name} is empty: to fill when the value is known"),
                    )
                });
            }
            Some(Usage::X) => {
                self.each_part(|part| {
                    if !part.is_blank() {
                        self.report(judgement, part, "198", None, |name| {
                            Text::new(
                                format!("{name} doit rester vide dans ce profil"),
                                format!("{name} must stay empty in this profile"),
                            )
                        });
                    }
                });
            }
            _ => {}
        }
    }

    /// A whole field is there or not; of a component, each repetition that is there is asked for it.
    fn presence(&self, judgement: &mut Judgement<'p>, field: Part<'p>) {
        if self.path.component.is_none() {
            if field.is_blank() {
                self.required(judgement, field);
            }
            return;
        }
        self.each_part(|part| {
            if part.is_blank() {
                self.required(judgement, part);
            }
        });
    }

    fn required(&self, judgement: &mut Judgement<'p>, part: Part<'p>) {
        let expected = self.rule.allowed.as_ref().map(Allowed::expected);
        self.report(judgement, part, "101", expected, |name| {
            Text::new(
                format!("{name} est requis et vide"),
                format!("{name} is required and empty"),
            )
        });
    }

    fn value(&self, judgement: &mut Judgement<'p>, allowed: &Allowed, part: Part<'p>) {
        let text = part.text();
        if allowed.holds(&text) {
            return;
        }
        let trimmed = text.trim_matches(|one: char| one.is_whitespace() || one == '\u{a0}');
        if trimmed.len() != text.len() && allowed.holds(trimmed) {
            let name = self.name();
            let message = Text::new(
                format!("{name} : espaces en trop autour de « {trimmed} »"),
                format!("{name}: stray blanks around '{trimmed}'"),
            );
            judgement.report(Fault::new("SPACE", part, message).expected(trimmed));
            return;
        }
        let code = if matches!(allowed, Allowed::Pattern(_)) {
            "102"
        } else {
            "103"
        };
        self.report(judgement, part, code, Some(allowed.expected()), |name| {
            Text::new(
                format!("{name} : valeur « {} » non admise", short(&text)),
                format!("{name}: value '{}' is not allowed", short(&text)),
            )
        });
    }

    fn repetitions(&self, judgement: &mut Judgement<'p>, most: usize) {
        let field = self.segment.field(self.path.field);
        let count = field.repetition_count();
        if count > most {
            self.report(judgement, field, "198", None, |name| {
                Text::new(
                    format!("{name} : {count} répétitions, {most} au plus"),
                    format!("{name}: {count} repetitions, {most} at most"),
                )
            });
        }
    }
}

/// The start of a value, to quote it inside a sentence.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn numbers(path: &Path) -> String {
    [Some(path.field), path.component, path.subcomponent]
        .into_iter()
        .flatten()
        .map(|number| number.to_string())
        .collect::<Vec<_>>()
        .join(".")
}

/// Reports what an assertion wants and a segment, or the message, has not.
fn refused<'p>(judgement: &mut Judgement<'p>, assertion: &Assertion, subject: Option<SegmentRef<'p>>) {
    let scope = judgement.scope(subject);
    let at = assertion.at.as_ref().map(|path| match subject {
        Some(segment) if matches!(path.segment.as_str(), "DOC" | "MAIL") || segment.is(&path.segment) => {
            path.of_segment(segment)
        }
        _ => path.parts(scope),
    });
    let part = at
        .and_then(|parts| parts.into_iter().next())
        .or_else(|| subject.map(|segment| segment.whole()))
        .or_else(|| judgement.message.header().map(|header| header.whole()));
    let Some(part) = part else { return };
    let mut fault = Fault::new(&assertion.rule, part, assertion.message.clone()).severity(assertion.severity);
    if let Some(expected) = &assertion.expected {
        fault = fault.expected(expected.clone());
    }
    if let Some(code) = &assertion.code {
        fault = fault.code(code.clone());
    }
    judgement.report(fault);
}
