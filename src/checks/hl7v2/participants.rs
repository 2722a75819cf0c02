//! What follows which OBX (rules `PRT-00`, `META-NTE`): participants follow the document, the FIN note the metadata
//! of the sending to the patient.

use crate::engines::hl7v2::SegmentRef;
use crate::text::{Text, text};

use super::judgement::{Fault, Judgement};

/// Judges the segments that follow an OBX.
pub(super) fn judge(judgement: &mut Judgement<'_>) {
    if !judgement.profile.has("participation") {
        return;
    }
    let mut last: Option<SegmentRef<'_>> = None;
    let segments: Vec<SegmentRef<'_>> = judgement.message.segments().collect();
    for segment in segments {
        if segment.is("OBX") {
            last = Some(segment);
            continue;
        }
        let Some(obx) = last else { continue };
        let code = obx.field(3).component(1).text().into_owned();
        let document = judgement
            .documents
            .iter()
            .any(|document| document.rank() == obx.rank());
        if segment.is("PRT") && !document && !judgement.documents.is_empty() {
            let message = Text::new(
                format!("PRT après l'OBX « {code} », qui ne porte pas de document"),
                format!("PRT after the OBX '{code}', which carries no document"),
            );
            judgement.report(Fault::new("PRT-00", segment.whole(), message));
        }
        if segment.is("NTE") && segment.field(4).component(1).text() == "FIN" && code != "DESTMSSANTEPAT" {
            let message = text(
                "NTE-4 = FIN hors du groupe DESTMSSANTEPAT",
                "NTE-4 = FIN outside the DESTMSSANTEPAT group",
            );
            judgement.report(Fault::new("META-NTE", segment.field(4), message));
        }
    }
}
