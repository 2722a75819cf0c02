//! The type of the document (rules `TXA-02`, `OBR-04`): a code of JDV_J07-XdsTypeCode-CISIS, table `type-codes` of the
//! profile.

use crate::text::Text;

use super::judgement::{Fault, Judgement};

/// Judges the type codes of the message.
pub(super) fn judge(judgement: &mut Judgement<'_>) {
    if !judgement.profile.has("type-code") {
        return;
    }
    // OBR-4 of the older versions holds the order, not the document.
    let ordered = judgement.profile.has("coded-systems");
    let fields = |segment: &'static str, number: usize| {
        judgement
            .message
            .all(segment)
            .map(move |segment| segment.field(number))
    };
    let types: Vec<_> = fields("TXA", 2)
        .map(|field| ("TXA-02", field))
        .chain(
            fields("OBR", 4)
                .filter(|_| ordered)
                .map(|field| ("OBR-04", field)),
        )
        .collect();
    for (rule, field) in types {
        let code = if field.component_count() > 1 {
            field.component(1)
        } else {
            field
        };
        let text = code.text().into_owned();
        if !code.is_valued() || judgement.profile.table("type-codes").contains(&text) {
            continue;
        }
        let message = Text::new(
            format!("« {text} » n'est pas un type de document de JDV_J07-XdsTypeCode-CISIS"),
            format!("'{text}' is no document type of JDV_J07-XdsTypeCode-CISIS"),
        );
        judgement.report(Fault::new(rule, code, message).expected("JDV_J07-XdsTypeCode-CISIS"));
    }
}
