//! PAM.fr rules that no table says: Z segments that say nothing (rule `Z-EMPTY`).

use crate::engines::hl7v2::SegmentRef;
use crate::text::Text;

use super::judgement::{Fault, Judgement};

/// Judges the Z segments.
pub(super) fn judge(judgement: &mut Judgement<'_>) {
    if !judgement.profile.has("movement") {
        return;
    }
    let segments: Vec<SegmentRef<'_>> = judgement
        .message
        .segments()
        .filter(|segment| segment.name().starts_with('Z'))
        .collect();
    for segment in segments {
        let says = (1..=segment.last_field()).any(|number| !segment.field(number).is_blank());
        if !says {
            let name = segment.name();
            let message = Text::new(
                format!("le segment {name} est vide : ne pas l'émettre"),
                format!("the segment {name} is empty: do not send it"),
            );
            judgement.report(Fault::new("Z-EMPTY", segment.whole(), message));
            judgement.explained.push((segment.rank(), 0));
        }
    }
}
