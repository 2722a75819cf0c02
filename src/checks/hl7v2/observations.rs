//! OBX as a list (rules `OBX-01`, `META-R`, `META-03`): numbered in order, and the metadata all present, once, in the
//! order of the profile.

use crate::engines::hl7v2::SegmentRef;
use crate::finding::Severity;
use crate::text::{Text, text};

use super::judgement::{Fault, Judgement};
use super::order::longest_rise;
use super::profile::{Slice, SliceItem};

/// Judges the OBX of the message.
pub(super) fn judge(judgement: &mut Judgement<'_>) {
    if judgement.profile.has("numbered-observations") {
        numbers(judgement);
    }
    let profile = judgement.profile;
    let kind = judgement.kind.clone();
    for slice in profile
        .slices
        .iter()
        .filter(|slice| slice.messages.contains(&kind))
    {
        self::slice(judgement, slice);
    }
}

/// OBX-1 counts from 1, anew in each order.
fn numbers(judgement: &mut Judgement<'_>) {
    let mut rank = 0_u32;
    let mut written = 0_u32;
    for segment in judgement.message.segments() {
        if segment.is("OBR") {
            (rank, written) = (0, 0);
        }
        if !segment.is("OBX") {
            continue;
        }
        rank += 1;
        let field = segment.field(1);
        let number: Option<u32> = field.text().parse().ok();
        // One cause, one finding: after a wrong number, go on from the rank or from what is written.
        if number != Some(rank) && number != Some(written + 1) {
            let message = Text::new(
                format!("OBX-1 devrait valoir {rank}"),
                format!("OBX-1 should be {rank}"),
            );
            judgement.report(Fault::new("OBX-01", field, message).expected(rank.to_string()));
        }
        written = number.unwrap_or(rank);
    }
}

fn slice(judgement: &mut Judgement<'_>, slice: &Slice) {
    // Without any OBX the structure says what is missing.
    if judgement.message.first("OBX").is_none() {
        return;
    }
    let documents: Vec<usize> = judgement.documents.iter().map(SegmentRef::rank).collect();
    let mail = judgement.profile.has("mail-obx");
    let mut seen: Vec<(usize, SegmentRef<'_>)> = Vec::new();
    let mut unknown: Vec<SegmentRef<'_>> = Vec::new();
    for (rank, segment) in judgement.message.all("OBX").enumerate() {
        if documents.contains(&segment.rank()) || (rank == 0 && documents.is_empty()) {
            continue;
        }
        let code = segment.field(3).component(1).text().trim().to_owned();
        match slice.items.iter().position(|item| item.code == code) {
            Some(index) => seen.push((index, segment)),
            None if mail && segment.field(2).text() == "ED" => {}
            None => unknown.push(segment),
        }
    }
    for segment in &unknown {
        let field = segment.field(3).component(1);
        let message = Text::new(
            format!("métadonnée « {} » inconnue", field.text()),
            format!("unknown metadata '{}'", field.text()),
        );
        let codes: Vec<&str> = slice.items.iter().map(|item| item.code.as_str()).collect();
        judgement.report(
            Fault::new("META-03", field, message)
                .expected(codes.join(", "))
                .code("103"),
        );
    }
    let missing: Vec<&SliceItem> = slice
        .items
        .iter()
        .enumerate()
        .filter(|(index, item)| item.required && !seen.iter().any(|(found, _)| found == index))
        .map(|(_, item)| item)
        .collect();
    // A misspelt code explains the code that is missing.
    let lacking = if missing.len() <= unknown.len() || judgement.cut {
        Vec::new()
    } else {
        missing
    };
    for severity in [None, Some(Severity::Warning)] {
        let codes: Vec<&str> = lacking
            .iter()
            .filter(|item| item.severity == severity)
            .map(|item| item.code.as_str())
            .collect();
        let anchor = judgement
            .message
            .all("OBX")
            .last()
            .or_else(|| judgement.message.segments().last());
        if let (false, Some(anchor)) = (codes.is_empty(), anchor) {
            let list = codes.join(", ");
            let message = Text::new(
                format!("métadonnées absentes : {list}"),
                format!("metadata missing: {list}"),
            );
            judgement.report(
                Fault::new(&slice.rule, anchor.whole(), message)
                    .expected(list)
                    .severity(severity)
                    .code("101"),
            );
        }
    }
    repeated_and_moved(judgement, slice, &seen);
    for (index, segment) in &seen {
        let Some(item) = slice.items.get(*index) else {
            continue;
        };
        let label = segment.field(3).component(2);
        if label.is_valued() && label.text().trim() != item.label {
            let message = Text::new(
                format!("libellé de {} différent de celui de la table", item.code),
                format!("label of {} differs from that of the table", item.code),
            );
            judgement.report(
                Fault::new("META-03", label, message)
                    .expected(item.label.clone())
                    .severity(Some(Severity::Info)),
            );
        }
    }
}

fn repeated_and_moved<'p>(judgement: &mut Judgement<'p>, slice: &Slice, seen: &[(usize, SegmentRef<'p>)]) {
    let mut ordered: Vec<(usize, SegmentRef<'p>)> = Vec::new();
    for (index, segment) in seen {
        let repeats = slice.items.get(*index).is_some_and(|item| item.repeats);
        if !repeats && ordered.iter().any(|(known, _)| known == index) {
            let message = Text::new(
                format!("métadonnée {} répétée", segment.field(3).component(1).text()),
                format!("metadata {} repeated", segment.field(3).component(1).text()),
            );
            judgement.report(Fault::new(&slice.rule, segment.field(3).component(1), message).code("198"));
        } else {
            ordered.push((*index, *segment));
        }
    }
    let kept = longest_rise(&ordered.iter().map(|(index, _)| (*index, 1)).collect::<Vec<_>>());
    for (place, (_, segment)) in ordered.iter().enumerate() {
        if !kept.contains(&place) {
            let message = text(
                "cette métadonnée n'est pas à sa place dans l'ordre du profil",
                "this metadata is not in its place in the order of the profile",
            );
            judgement.report(Fault::new(&slice.rule, segment.field(3).component(1), message).code("100"));
        }
    }
}
