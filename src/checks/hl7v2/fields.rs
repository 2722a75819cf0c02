//! The statements of a profile on fields and across fields.

use crate::engines::hl7v2::{Part, SegmentRef};
use crate::text::Text;

use super::judgement::{Fault, Judgement};
use super::profile::{Allowed, Assertion, Expression, FieldRule, Path, Scope, Usage};

/// Judges the fields of every segment, then the assertions.
pub(super) fn judge(judgement: &mut Judgement<'_>) {
    let profile = judgement.profile;
    for rule in &profile.fields {
        for path in &rule.paths {
            let gate = Gate::of(judgement, rule.when.as_ref(), &path.segment);
            if !matches!(gate, Gate::Closed) {
                each_subject(judgement, &path.segment, |judgement, segment| {
                    field_rule(judgement, rule, gate, path, segment);
                });
            }
        }
    }
    // A cut message lacks what conditions ask for: that is said already.
    if judgement.cut {
        return;
    }
    for assertion in &profile.assertions {
        match &assertion.each {
            Some(segment) => {
                let gate = Gate::of(judgement, assertion.when.as_ref(), segment);
                if !matches!(gate, Gate::Closed) {
                    each_subject(judgement, segment, |judgement, segment| {
                        self::assertion(judgement, assertion, gate, Some(segment));
                    });
                }
            }
            None => {
                let gate = assertion.when.as_ref().map_or(Gate::Open, Gate::Asks);
                self::assertion(judgement, assertion, gate, None);
            }
        }
    }
}

/// What is left to ask before a statement is looked at.
#[derive(Clone, Copy)]
enum Gate<'r> {
    /// The statement is about no segment of this message.
    Closed,
    /// It is about all segments of its name.
    Open,
    /// Each segment is asked.
    Asks(&'r Expression),
}

impl<'r> Gate<'r> {
    /// Asks a condition on the rest of the message once, whatever the number of segments.
    fn of(judgement: &Judgement<'_>, when: Option<&'r Expression>, segment: &str) -> Self {
        let there = match segment {
            "DOC" => !judgement.documents.is_empty(),
            "MAIL" => !judgement.mails.is_empty(),
            _ => judgement.message.all(segment).next().is_some(),
        };
        match when {
            _ if !there => Self::Closed,
            None => Self::Open,
            Some(when) if when.depends_on(segment) => Self::Asks(when),
            Some(when) if when.holds(judgement.scope(None)) => Self::Open,
            Some(_) => Self::Closed,
        }
    }

    fn lets(self, scope: Scope<'_, '_>) -> bool {
        match self {
            Self::Closed => false,
            Self::Open => true,
            Self::Asks(when) => when.holds(scope),
        }
    }
}

/// Visits the segments that a statement on `segment` is about.
fn each_subject<'p>(
    judgement: &mut Judgement<'p>,
    segment: &str,
    mut visit: impl FnMut(&mut Judgement<'p>, SegmentRef<'p>),
) {
    let own = match segment {
        "DOC" => judgement.documents.clone(),
        "MAIL" => judgement.mails.clone(),
        _ => {
            for one in judgement.message.all(segment) {
                visit(judgement, one);
            }
            return;
        }
    };
    for one in own {
        visit(judgement, one);
    }
}

fn field_rule<'p>(
    judgement: &mut Judgement<'p>,
    rule: &FieldRule,
    gate: Gate<'_>,
    path: &Path,
    segment: SegmentRef<'p>,
) {
    if !path.reaches(segment) {
        return;
    }
    let scope = judgement.scope(Some(segment));
    if !gate.lets(scope) {
        return;
    }
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
    let subject = Subject { rule, path, segment };
    subject.usage(judgement);
    if let Some(allowed) = &rule.allowed {
        path.any_of_segment(segment, |part| {
            if part.is_valued() {
                subject.value(judgement, allowed, part);
            }
            false
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
}

impl<'p> Subject<'_, 'p> {
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
                self.path.any_of_segment(self.segment, |part| {
                    if !part.is_blank() {
                        self.report(judgement, part, "198", None, |name| {
                            Text::new(
                                format!("{name} doit rester vide dans ce profil"),
                                format!("{name} must stay empty in this profile"),
                            )
                        });
                    }
                    false
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
        self.path.any_of_segment(self.segment, |part| {
            if part.is_blank() {
                self.required(judgement, part);
            }
            false
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

fn assertion<'p>(
    judgement: &mut Judgement<'p>,
    assertion: &Assertion,
    gate: Gate<'_>,
    subject: Option<SegmentRef<'p>>,
) {
    let scope = judgement.scope(subject);
    if !gate.lets(scope) || assertion.require.holds(scope) {
        return;
    }
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
