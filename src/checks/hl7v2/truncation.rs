//! A file cut in the middle (rule `TRUNCATED`): told once, and what is lost with the end is not told besides.
//!
//! A missing last terminator alone is no sign: many tools leave it out. The message must also stop inside its document,
//! or lack its end while its last segment is not whole.

use crate::engines::hl7v2::{Part, SegmentRef};
use crate::text::Text;

use super::judgement::{Fault, Judgement};
use super::profile::Usage;
use super::structure;

/// Looks for the cut; when there is one, the last segment is explained by it.
pub(super) fn judge(judgement: &mut Judgement<'_>) {
    let parsed = judgement.message.parsed();
    let last_message = parsed.messages().count() == judgement.message.index() + 1;
    if parsed.terminated() || !last_message {
        return;
    }
    let Some(last) = judgement.message.segments().last() else {
        return;
    };
    let in_document =
        judgement.documents.iter().any(|obx| obx.rank() == last.rank()) && last.last_field() <= 5;
    let lacking = structure_unfinished(judgement);
    let lacks_end = lacking > 0 || metadata_unfinished(judgement);
    // One segment may have been forgotten; when several are lost, the file was cut even behind a whole segment.
    let fields = lacking_fields(judgement, last);
    let lost = lacking > 1 || (lacks_end && (fields > 0 || !whole(judgement, last)));
    let short = fields > 1;
    if !in_document && !parsed.ends_in_a_name() && !lost && !short {
        return;
    }
    let name = last.name();
    let message = Text::new(
        format!("le message est tronqué : le fichier s'arrête dans le segment {name}"),
        format!("the message is cut: the file stops inside the segment {name}"),
    );
    judgement.report(Fault::new("TRUNCATED", last.whole(), message));
    judgement.cut = true;
    judgement.explained.push((last.rank(), 0));
}

fn structure_unfinished(judgement: &Judgement<'_>) -> usize {
    judgement
        .profile
        .structure(&judgement.kind, &judgement.event)
        .map_or(0, |structure| {
            structure::unfinished(&structure.grammar, judgement.message)
        })
}

/// The last metadata are missing, and nothing stands after the hole.
fn metadata_unfinished(judgement: &Judgement<'_>) -> bool {
    let seen: Vec<String> = judgement
        .message
        .all("OBX")
        .map(|obx| obx.field(3).component(1).text().into_owned())
        .collect();
    judgement
        .profile
        .slices
        .iter()
        .filter(|slice| slice.messages.contains(&judgement.kind))
        .any(|slice| {
            let present = |code: &String| seen.contains(code);
            let hole = slice
                .items
                .iter()
                .position(|item| item.required && !present(&item.code));
            hole.is_some_and(|hole| slice.items.iter().skip(hole).all(|item| !present(&item.code)))
        })
}

/// Whether the segment reaches the last field that a rule of the profile requires of it.
fn whole(judgement: &Judgement<'_>, segment: SegmentRef<'_>) -> bool {
    let document = judgement.documents.iter().any(|obx| obx.rank() == segment.rank());
    judgement
        .profile
        .fields
        .iter()
        .filter(|rule| rule.usage == Some(Usage::R))
        .flat_map(|rule| rule.paths.iter())
        .filter(|path| segment.is(&path.segment) || (document && path.segment == "DOC"))
        .map(|path| path.field)
        .max()
        .is_none_or(|number| !segment.field(number).is_blank())
}

/// How many required values the segment lacks from its last field on, a value begun and not allowed being one. A
/// single one may be a fault of its own.
fn lacking_fields(judgement: &Judgement<'_>, segment: SegmentRef<'_>) -> usize {
    let scope = judgement.scope(Some(segment));
    judgement
        .profile
        .fields
        .iter()
        .filter(|rule| {
            rule.usage == Some(Usage::R) && rule.when.as_ref().is_none_or(|when| when.holds(scope))
        })
        .flat_map(|rule| rule.paths.iter().map(move |path| (rule, path)))
        .filter(|(_, path)| segment.is(&path.segment) && path.field >= segment.last_field())
        .filter(|(rule, path)| {
            let begun = |part: &Part<'_>| {
                rule.allowed
                    .as_ref()
                    .is_some_and(|allowed| !allowed.holds(&part.text()))
            };
            path.of_segment(segment)
                .iter()
                .all(|part| part.is_blank() || begun(part))
        })
        .count()
}
