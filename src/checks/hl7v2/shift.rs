//! A separator too many, or one too few: every value after it stands one field off. Told once, by the first field that
//! is hurt, and the segment is left alone from there. Seen when the values fit the tables of the profile better one
//! field off than in place.

use crate::engines::hl7v2::SegmentRef;
use crate::text::Text;

use super::judgement::{Fault, Judgement};
use super::profile::{CodedField, FieldRule, Path, Profile, Usage};

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

/// Looks for one in every segment.
pub(super) fn judge(judgement: &mut Judgement<'_>) {
    for segment in judgement.message.segments() {
        self::segment(judgement, segment);
    }
}

/// Whether the value `offset` fields after that of `coded` is one of its codes.
fn fits(segment: SegmentRef<'_>, coded: CodedField<'_>, offset: isize) -> bool {
    let number = coded.field.checked_add_signed(offset).unwrap_or(0);
    let part = segment.field(number).component(1);
    part.is_valued() && coded.allowed.holds(&part.text())
}

fn segment<'p>(judgement: &mut Judgement<'p>, segment: SegmentRef<'p>) {
    let profile = judgement.profile;
    let name = segment.name();
    let hurt: Vec<CodedField<'_>> = profile
        .coded_fields(name)
        .filter(|coded| !fits(segment, *coded, 0))
        .collect();
    let moved = |offset: isize| hurt.iter().filter(|coded| fits(segment, **coded, offset)).count();
    // One value alone may be a fault of its own.
    let Some((offset, _)) = [1_isize, -1]
        .into_iter()
        .map(|offset| (offset, moved(offset)))
        .max_by_key(|(_, moved)| *moved)
        .filter(|(_, moved)| *moved >= 2)
    else {
        return;
    };
    let score = |offset: isize| {
        profile
            .coded_fields(name)
            .filter(|coded| fits(segment, *coded, offset))
            .count()
    };
    if score(offset) <= score(0) {
        return;
    }
    let Some(first) = hurt.iter().min_by_key(|coded| coded.field) else {
        return;
    };
    // The separator too many stands before the first field that must be empty and is not, if there is one.
    let start = (1..=first.field)
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
        .unwrap_or(first.field);
    let (start, rule) = match first_emptied(profile, segment, start) {
        Some(emptied) if offset > 0 => emptied,
        _ => (start, first.rule),
    };
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
