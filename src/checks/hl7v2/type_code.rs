//! The type of the document (rules `TXA-02`, `OBR-04`): a code of JDV_J07. The list embedded is the part seen in the
//! official examples; a well-formed LOINC code outside it is left to a human, anything else is a fault.

use crate::engines::hl7v2::Part;
use crate::text::Text;

use super::judgement::{Fault, Judgement};

/// Judges the type codes of the message.
pub(super) fn judge(judgement: &mut Judgement<'_>) {
    if !judgement.profile.has("type-code") {
        return;
    }
    let txa: Vec<_> = judgement
        .message
        .all("TXA")
        .map(|segment| segment.field(2))
        .collect();
    let obr: Vec<_> = judgement
        .message
        .all("OBR")
        .map(|segment| segment.field(4))
        .collect();
    let mut unknown = Vec::new();
    for (rule, field) in txa
        .into_iter()
        .map(|field| ("TXA-02", field))
        .chain(obr.into_iter().map(|field| ("OBR-04", field)))
    {
        let code = if field.component_count() > 1 {
            field.component(1)
        } else {
            field
        };
        if !code.is_valued() || field.component(3).text() == "TRE_A05" {
            continue;
        }
        if let Some(left) = self::code(judgement, rule, code)
            && !unknown.contains(&left)
        {
            unknown.push(left);
        }
    }
    for code in unknown {
        judgement.to_review.push(Text::new(
            format!("type de document {code} : code LOINC bien formé, hors de la liste embarquée ; vérifier qu'il est dans JDV_J07-XdsTypeCode-CISIS"),
            format!("document type {code}: well-formed LOINC code outside the embedded list; check that it is in JDV_J07-XdsTypeCode-CISIS"),
        ));
    }
}

/// Judges one code; one that only a human can judge is returned.
fn code<'p>(judgement: &mut Judgement<'p>, rule: &str, part: Part<'p>) -> Option<String> {
    let text = part.text().into_owned();
    if judgement.profile.table("type-codes-known").contains(&text) {
        return None;
    }
    if is_loinc(&text) {
        // OBR-4 of older versions holds the order, not the document.
        return (rule == "TXA-02" || judgement.profile.has("coded-systems")).then_some(text);
    }
    let message = Text::new(
        format!("« {text} » n'est pas un type de document de JDV_J07-XdsTypeCode-CISIS"),
        format!("'{text}' is no document type of JDV_J07-XdsTypeCode-CISIS"),
    );
    judgement.report(Fault::new(rule, part, message).expected("JDV_J07-XdsTypeCode-CISIS"));
    None
}

/// A LOINC code: digits, a hyphen, and the check digit of the Mod 10 algorithm (LOINC Users' Guide, appendix).
fn is_loinc(text: &str) -> bool {
    let Some((number, check)) = text.split_once('-') else {
        return false;
    };
    let digits: Vec<u32> = number.chars().filter_map(|one| one.to_digit(10)).collect();
    if digits.is_empty() || digits.len() != number.len() || number.len() > 7 || check.len() != 1 {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            if place % 2 == 0 {
                digit * 2 / 10 + digit * 2 % 10
            } else {
                *digit
            }
        })
        .sum();
    check.parse() == Ok((10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loinc_check_digits() {
        for code in ["11502-2", "18748-4", "34133-9", "60591-5", "74207-2"] {
            assert!(is_loinc(code), "{code}");
        }
        for code in ["11502-3", "99999-9", "ABC", "11502", "-1", "115a2-2"] {
            assert!(!is_loinc(code), "{code}");
        }
    }
}
