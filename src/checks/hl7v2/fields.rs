//! The statements of a profile on fields and across fields, and the detection of shifted segments.

use crate::engines::hl7v2::{Part, SegmentRef};
use crate::text::Text;

use super::judgement::{Fault, Judgement};
use super::profile::{Allowed, Assertion, FieldRule, Path, Profile, Usage};

/// Judges the fields of every segment, then the assertions.
pub(super) fn judge(judgement: &mut Judgement<'_>) {
    shifts(judgement);
    let profile = judgement.profile;
    for rule in &profile.fields {
        for path in &rule.paths {
            field_rule(judgement, rule, path);
        }
    }
    // A cut message lacks what conditions ask for: that is said already.
    if judgement.cut {
        return;
    }
    for assertion in &profile.assertions {
        self::assertion(judgement, assertion);
    }
}

fn subjects<'p>(judgement: &Judgement<'p>, segment: &str) -> Vec<SegmentRef<'p>> {
    match segment {
        "DOC" => return judgement.documents.clone(),
        "MAIL" => return judgement.mails.clone(),
        _ => {}
    }
    judgement.message.all(segment).collect()
}

fn field_rule(judgement: &mut Judgement<'_>, rule: &FieldRule, path: &Path) {
    for segment in subjects(judgement, &path.segment) {
        let scope = judgement.scope(Some(segment));
        if !path.filters.is_empty()
            && !path
                .parts(scope)
                .iter()
                .any(|part| part.segment().rank() == segment.rank())
        {
            continue;
        }
        if rule.when.as_ref().is_some_and(|when| !when.holds(scope)) {
            continue;
        }
        // A message cut in its last segment has lost the fields after the cut.
        let last = judgement.cut
            && judgement
                .message
                .segments()
                .last()
                .is_some_and(|last| last.rank() == segment.rank());
        if last && path.field >= segment.last_field() {
            continue;
        }
        let field = segment.field(path.field);
        let name = format!("{}-{}", segment.name(), numbers(path));
        match rule.usage {
            Some(Usage::R) => {
                let whole = path.component.is_none();
                let parts = path.of_segment(segment);
                let every = path.repetition == Some(0);
                let lacking: Vec<Part<'_>> = match (whole, every && field.is_blank()) {
                    (true, _) if field.is_blank() => vec![field],
                    (true, _) | (_, true) => Vec::new(),
                    (false, false) => parts.into_iter().filter(Part::is_blank).collect(),
                };
                for part in lacking {
                    let message = rule.message.clone().unwrap_or_else(|| {
                        Text::new(
                            format!("{name} est requis et vide"),
                            format!("{name} is required and empty"),
                        )
                    });
                    let mut fault = Fault::new(&rule.rule, part, message)
                        .severity(rule.severity)
                        .code("101");
                    if let Some(allowed) = &rule.allowed {
                        fault = fault.expected(allowed.expected());
                    }
                    judgement.report(fault);
                }
            }
            Some(Usage::RE) if field.is_blank() => {
                let message = rule.message.clone().unwrap_or_else(|| {
                    Text::new(
                        format!("{name} est vide : à remplir si l'information est connue"),
                        format!("{name} is empty: to fill when the value is known"),
                    )
                });
                judgement.report(
                    Fault::new(&rule.rule, field, message)
                        .severity(rule.severity)
                        .code("101"),
                );
            }
            Some(Usage::X) => {
                for part in path
                    .of_segment(segment)
                    .into_iter()
                    .filter(|part| !part.is_blank())
                {
                    let message = rule.message.clone().unwrap_or_else(|| {
                        Text::new(
                            format!("{name} doit rester vide dans ce profil"),
                            format!("{name} must stay empty in this profile"),
                        )
                    });
                    judgement.report(
                        Fault::new(&rule.rule, part, message)
                            .severity(rule.severity)
                            .code("198"),
                    );
                }
            }
            _ => {}
        }
        if let Some(allowed) = &rule.allowed {
            for part in path.of_segment(segment).into_iter().filter(Part::is_valued) {
                judge_value(judgement, rule, &name, allowed, part);
            }
        }
        if let Some(most) = rule.most
            && field.repetition_count() > most
        {
            let count = field.repetition_count();
            let message = Text::new(
                format!("{name} : {count} répétitions, {most} au plus"),
                format!("{name}: {count} repetitions, {most} at most"),
            );
            judgement.report(
                Fault::new(&rule.rule, field, message)
                    .severity(rule.severity)
                    .code("198"),
            );
        }
    }
}

fn judge_value<'p>(
    judgement: &mut Judgement<'p>,
    rule: &FieldRule,
    name: &str,
    allowed: &Allowed,
    part: Part<'p>,
) {
    let text = part.text();
    if allowed.holds(&text) {
        return;
    }
    let trimmed = text.trim_matches(|one: char| one.is_whitespace() || one == '\u{a0}');
    if trimmed.len() != text.len() && allowed.holds(trimmed) {
        let message = Text::new(
            format!("{name} : espaces en trop autour de « {trimmed} »"),
            format!("{name}: stray blanks around '{trimmed}'"),
        );
        judgement.report(Fault::new("SPACE", part, message).expected(trimmed));
        return;
    }
    let message = rule.message.clone().unwrap_or_else(|| {
        Text::new(
            format!("{name} : valeur « {} » non admise", short(&text)),
            format!("{name}: value '{}' is not allowed", short(&text)),
        )
    });
    let code = if matches!(allowed, Allowed::Pattern(_)) {
        "102"
    } else {
        "103"
    };
    judgement.report(
        Fault::new(&rule.rule, part, message)
            .expected(allowed.expected())
            .severity(rule.severity)
            .code(code),
    );
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

fn assertion(judgement: &mut Judgement<'_>, assertion: &Assertion) {
    let subjects: Vec<Option<SegmentRef<'_>>> = match &assertion.each {
        Some(segment) => subjects(judgement, segment).into_iter().map(Some).collect(),
        None => vec![None],
    };
    for subject in subjects {
        let scope = judgement.scope(subject);
        if assertion.when.as_ref().is_some_and(|when| !when.holds(scope)) || assertion.require.holds(scope) {
            continue;
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
        let Some(part) = part else { continue };
        let mut fault =
            Fault::new(&assertion.rule, part, assertion.message.clone()).severity(assertion.severity);
        if let Some(expected) = &assertion.expected {
            fault = fault.expected(expected.clone());
        }
        if let Some(code) = &assertion.code {
            fault = fault.code(code.clone());
        }
        judgement.report(fault);
    }
}

/// Going back from `start`, the first required field that a separator too many left empty, and its rule.
fn first_emptied<'p>(
    profile: &'p Profile,
    segment: SegmentRef<'_>,
    start: usize,
) -> Option<(usize, &'p FieldRule)> {
    let required = |number: usize| {
        profile.fields.iter().find(|rule| {
            let about = |path: &Path| segment.is(&path.segment) && path.field == number;
            rule.usage == Some(Usage::R) && rule.when.is_none() && rule.paths.iter().any(about)
        })
    };
    (1..start)
        .rev()
        .take_while(|number| segment.field(*number).is_blank())
        .map_while(|number| Some((number, required(number)?)))
        .last()
}

/// A separator too many, or one too few: every value after it stands one field off. Told once, by the first field
/// that is hurt, and the segment is left alone. Seen when the values fit the tables of the profile better one field
/// off than in place.
fn shifts(judgement: &mut Judgement<'_>) {
    let profile = judgement.profile;
    let segments: Vec<SegmentRef<'_>> = judgement.message.segments().collect();
    for segment in segments {
        let rules: Vec<(&FieldRule, &Path, &Allowed)> = profile
            .fields
            .iter()
            .filter(|rule| rule.when.is_none())
            .filter_map(|rule| rule.allowed.as_ref().map(|allowed| (rule, allowed)))
            .filter(|(_, allowed)| !matches!(allowed, Allowed::Pattern(_)))
            .flat_map(|(rule, allowed)| rule.paths.iter().map(move |path| (rule, path, allowed)))
            .filter(|(_, path, _)| {
                path.component.is_none_or(|component| component == 1) && segment.is(&path.segment)
            })
            .filter(|(_, path, _)| path.filters.is_empty() && path.field > 1)
            .collect();
        let fits = |path: &Path, allowed: &Allowed, offset: isize| {
            let number = path.field.checked_add_signed(offset).unwrap_or(0);
            let part = segment.field(number).component(1);
            part.is_valued() && allowed.holds(&part.text())
        };
        let score = |offset: isize| {
            rules
                .iter()
                .filter(|(_, path, allowed)| fits(path, allowed, offset))
                .count()
        };
        let hurt: Vec<&(&FieldRule, &Path, &Allowed)> = rules
            .iter()
            .filter(|(_, path, allowed)| !fits(path, allowed, 0))
            .collect();
        let Some((offset, moved)) = [1_isize, -1]
            .into_iter()
            .map(|offset| {
                (
                    offset,
                    hurt.iter()
                        .filter(|(_, path, allowed)| fits(path, allowed, offset))
                        .count(),
                )
            })
            .max_by_key(|(_, moved)| *moved)
        else {
            continue;
        };
        if moved < 2 || score(offset) <= score(0) {
            continue;
        }
        let Some((rule, path, _)) = hurt.iter().min_by_key(|(_, path, _)| path.field) else {
            continue;
        };
        // The separator too many stands before the first field that must be empty and is not, if there is one.
        let start = (1..=path.field)
            .find(|number| {
                !segment.field(*number).is_blank()
                    && profile.fields.iter().any(|rule| {
                        rule.usage == Some(Usage::X)
                            && rule.when.is_none()
                            && rule.paths.iter().any(|path| {
                                segment.is(&path.segment) && path.field == *number && path.component.is_none()
                            })
                    })
            })
            .unwrap_or(path.field);
        let (start, rule) = match first_emptied(profile, segment, start) {
            Some(emptied) if offset > 0 => emptied,
            _ => (start, *rule),
        };
        let name = segment.name();
        let message = if offset > 0 {
            Text::new(
                format!(
                    "les champs de {name} sont décalés d'une position à partir de {name}-{start} : un séparateur de trop"
                ),
                format!(
                    "the fields of {name} stand one position too far from {name}-{start} on: one separator too many"
                ),
            )
        } else {
            Text::new(
                format!(
                    "les champs de {name} sont décalés d'une position avant {name}-{start} : un séparateur manque"
                ),
                format!(
                    "the fields of {name} stand one position too early before {name}-{start}: one separator is missing"
                ),
            )
        };
        judgement.report(Fault::new(&rule.rule, segment.field(start), message).code("102"));
        judgement.explained.push((segment.rank(), start));
    }
}
