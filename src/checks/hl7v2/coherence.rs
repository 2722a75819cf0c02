//! The message against the CDA it carries (rules `COH-…`, `TXA-13`, `OBX-03`): identifiers of the patient, identity
//! traits, identifier of the document, replacement, type code. Only messages that carry a readable CDA are judged.

use unicode_normalization::UnicodeNormalization as _;

use crate::engines::hl7v2::{Part, SegmentRef};
use crate::evidence::cda_header::{CdaHeader, Patient};
use crate::evidence::ins;
use crate::facts::Identifier;
use crate::finding::Severity;
use crate::text::{Text, text};

use super::documents::Carried;
use super::judgement::{Fault, Judgement};

/// Judges every document of the message against it.
pub(super) fn judge<'p>(judgement: &mut Judgement<'p>, carried: &[Carried<'p>]) {
    for document in carried {
        if let (Some(pid), Some(patient)) = (judgement.message.first("PID"), document.header.patients.first())
        {
            identifiers(judgement, pid, patient, document.obx);
            traits(judgement, pid, patient, document.obx);
        }
        document_id(judgement, &document.header);
        replacement(judgement, &document.header, document.obx);
        type_code(judgement, &document.header, document.obx);
    }
}

/// An identifier of PID-3 and its place.
struct Local<'p> {
    id: Identifier,
    ins: bool,
    oid: bool,
    part: Part<'p>,
}

fn of_pid(pid: SegmentRef<'_>) -> Vec<Local<'_>> {
    pid.field(3)
        .repetitions()
        .filter(|one| one.component(1).is_valued())
        .map(|one| {
            let authority = one.component(4);
            let root = authority.subcomponent(2).text().into_owned();
            Local {
                ins: ins::is_ins(&root),
                oid: authority.subcomponent(3).text() == "ISO",
                id: Identifier {
                    root,
                    extension: one.component(1).text().into_owned(),
                },
                part: one.component(1),
            }
        })
        .collect()
}

/// `PID-3` and `recordTarget/patientRole/id` (rules `COH-INS`, `COH-ID`).
fn identifiers<'p>(
    judgement: &mut Judgement<'p>,
    pid: SegmentRef<'p>,
    patient: &Patient,
    obx: SegmentRef<'p>,
) {
    if pid.field(3).is_blank() {
        return;
    }
    let local = of_pid(pid);
    let (document_ins, document_ids): (Vec<_>, Vec<_>) =
        patient.ids.iter().partition(|id| ins::is_ins(&id.value.root));
    let of_document = obx.field(5).component(5);
    for own in local.iter().filter(|own| own.ins) {
        if document_ins.iter().any(|other| other.value == own.id) {
            continue;
        }
        let found = document_ins.first().map_or_else(String::new, |other| {
            format!("{} ({})", other.value.extension, other.value.root)
        });
        let message = if document_ins.is_empty() {
            Text::new(
                format!(
                    "l'INS du PID ({}) n'est pas dans le document CDA, qui n'en a aucun",
                    own.id.extension
                ),
                format!(
                    "the INS of the PID ({}) is not in the CDA document, which has none",
                    own.id.extension
                ),
            )
        } else {
            Text::new(
                format!(
                    "l'INS du PID ({}, {}) n'est pas celui du document CDA : {found}",
                    own.id.extension, own.id.root
                ),
                format!(
                    "the INS of the PID ({}, {}) is not that of the CDA document: {found}",
                    own.id.extension, own.id.root
                ),
            )
        };
        judgement.report(Fault::new("COH-INS", own.part, message).expected(found));
    }
    for other in &document_ins {
        let known = local.iter().any(|own| own.id == other.value);
        // The same matricule under another OID has been told from the side of the PID.
        let same_number = local
            .iter()
            .any(|own| own.ins && own.id.extension == other.value.extension);
        if known || same_number {
            continue;
        }
        let message = Text::new(
            format!(
                "l'INS du document CDA ({}) n'est pas dans PID-3",
                other.value.extension
            ),
            format!(
                "the INS of the CDA document ({}) is not in PID-3",
                other.value.extension
            ),
        );
        judgement.report(Fault::new("COH-INS", of_document, message).found(other.value.extension.clone()));
    }
    let same = |own: &Local<'_>, other: &Identifier| {
        own.id.extension == other.extension && (!own.oid || own.id.root == other.root)
    };
    let only_here: Vec<&Local<'_>> = local
        .iter()
        .filter(|own| !own.ins && !document_ids.iter().any(|other| same(own, &other.value)))
        .collect();
    let only_there: Vec<&Identifier> = document_ids
        .iter()
        .map(|other| &other.value)
        .filter(|other| !local.iter().any(|own| same(own, other)))
        .collect();
    if only_here.is_empty() && only_there.is_empty() {
        return;
    }
    let list = |ids: Vec<String>| ids.join(", ");
    let here = list(only_here.iter().map(|own| own.id.extension.clone()).collect());
    let there = list(
        only_there
            .iter()
            .map(|other| format!("{} ({})", other.extension, other.root))
            .collect(),
    );
    let message = Text::new(
        format!(
            "identifiants locaux du patient différents entre PID-3 [{here}] et le document CDA [{there}]"
        ),
        format!(
            "local identifiers of the patient differ between PID-3 [{here}] and the CDA document [{there}]"
        ),
    );
    judgement.report(
        Fault::new("COH-ID", pid.field(3), message)
            .found(here)
            .expected(there),
    );
}

/// Names as compared: no case, no accent, only letters and digits.
fn folded(name: &str) -> String {
    name.nfd()
        .filter(|one| one.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// PID-5, PID-7, PID-8 and `recordTarget/patient` (rule `COH-TRAIT`).
fn traits<'p>(judgement: &mut Judgement<'p>, pid: SegmentRef<'p>, patient: &Patient, obx: SegmentRef<'p>) {
    let severity = if of_pid(pid).iter().any(|own| own.ins) {
        Severity::Error
    } else {
        Severity::Warning
    };
    let place = obx.path();
    let differs = |judgement: &mut Judgement<'p>, part: Part<'p>, fr: &str, en: &str, there: String| {
        let here = part.text().into_owned();
        let message = Text::new(
            format!("{fr} : « {here} » dans le PID, « {there} » dans le document CDA de {place}"),
            format!("{en}: '{here}' in the PID, '{there}' in the CDA document of {place}"),
        );
        judgement.report(
            Fault::new("COH-TRAIT", part, message)
                .expected(there)
                .severity(Some(severity)),
        );
    };
    let names: Vec<Part<'p>> = pid.field(5).repetitions().filter(Part::is_valued).collect();
    let families: Vec<&String> = [&patient.birth_name, &patient.used_name]
        .into_iter()
        .flatten()
        .collect();
    let givens: Vec<&String> = [&patient.birth_given, &patient.used_given, &patient.givens]
        .into_iter()
        .flatten()
        .collect();
    let agrees = |name: &Part<'p>| {
        let family = folded(&name.component(1).subcomponent(1).text());
        let given = folded(&name.component(2).text());
        let same_family =
            family.is_empty() || families.is_empty() || families.iter().any(|other| folded(other) == family);
        let same_given = given.is_empty()
            || givens.is_empty()
            || givens.iter().any(|other| {
                let all = folded(other);
                all == given || all.starts_with(&given) || given.starts_with(&all)
            });
        same_family && same_given
    };
    if let Some(first) = names.first()
        && !(families.is_empty() && givens.is_empty())
        && !names.iter().any(agrees)
    {
        let there = families
            .first()
            .into_iter()
            .chain(givens.first())
            .map(|one| one.as_str())
            .collect::<Vec<_>>()
            .join(" ");
        differs(
            judgement,
            *first,
            "nom ou prénom différent",
            "different name",
            there,
        );
    }
    let birth = pid.field(7).component(1);
    if let Some(there) = &patient.birth_time
        && birth.is_valued()
    {
        let here: String = birth.text().chars().take(8).collect();
        let other: String = there.chars().take(8).collect();
        if !here.starts_with(&other) && !other.starts_with(&here) {
            differs(
                judgement,
                birth,
                "date de naissance différente",
                "different date of birth",
                other,
            );
        }
    }
    let sex = pid.field(8);
    if let Some(there) = &patient.gender
        && sex.is_valued()
    {
        let here = sex.text();
        let same = here == there.as_str() || (matches!(here.as_ref(), "U" | "O") && there == "UN");
        if !same {
            differs(judgement, sex, "sexe différent", "different sex", there.clone());
        }
    }
}

/// An EI that names a document: `extension^^root^ISO`, or the root alone.
pub(super) fn entity(field: Part<'_>) -> Identifier {
    let (first, universal) = (
        field.component(1).text().into_owned(),
        field.component(3).text().into_owned(),
    );
    if universal.is_empty() {
        Identifier {
            root: first,
            extension: String::new(),
        }
    } else {
        Identifier {
            root: universal,
            extension: first,
        }
    }
}

fn written(id: &Identifier) -> String {
    if id.extension.is_empty() {
        id.root.clone()
    } else {
        format!("{}^^{}^ISO", id.extension, id.root)
    }
}

/// TXA-12 and `ClinicalDocument/id` (rule `COH-DOCID`).
fn document_id(judgement: &mut Judgement<'_>, header: &CdaHeader) {
    let (Some(txa), Some(id)) = (judgement.message.first("TXA"), &header.id) else {
        return;
    };
    let field = txa.field(12);
    if field.is_blank() || entity(field) == id.value {
        return;
    }
    let expected = written(&id.value);
    let message = Text::new(
        format!("TXA-12 n'est pas l'identifiant du document CDA ({expected})"),
        format!("TXA-12 is not the identifier of the CDA document ({expected})"),
    );
    judgement.report(Fault::new("COH-DOCID", field, message).expected(expected));
}

/// What is replaced: OBX-11, TXA-13 and `relatedDocument` (rules `COH-RPLC`, `TXA-13`).
fn replacement<'p>(judgement: &mut Judgement<'p>, header: &CdaHeader, obx: SegmentRef<'p>) {
    let replaced = header.replaces();
    let status = obx.field(11);
    // An action that contradicts ORC-1 or the event is told already.
    let contradicted = judgement
        .findings
        .iter()
        .any(|finding| finding.rule.starts_with("HL7-ACT-0"));
    if status.text() == "C" && !contradicted {
        match replaced {
            None => {
                let message = text(
                    "le message remplace un document (OBX-11 = C), mais le CDA n'a pas de relatedDocument de type RPLC",
                    "the message replaces a document (OBX-11 = C), but the CDA has no relatedDocument of type RPLC",
                );
                judgement.report(
                    Fault::new("COH-RPLC", status, message).expected("relatedDocument[@typeCode='RPLC']"),
                );
            }
            Some(parent) if header.id.as_ref().is_some_and(|id| id.value == *parent) => {
                let message = text(
                    "le document CDA se remplace lui-même : son identifiant est celui du document remplacé",
                    "the CDA document replaces itself: its identifier is that of the replaced document",
                );
                judgement.report(Fault::new("COH-RPLC", obx.field(5).component(5), message));
            }
            Some(_) => {}
        }
    }
    let Some(txa) = judgement.message.first("TXA") else {
        return;
    };
    let field = txa.field(13);
    if let Some(parent) = replaced
        && !field.is_blank()
        && entity(field) != *parent
    {
        let expected = written(parent);
        let message = Text::new(
            format!("TXA-13 n'est pas l'identifiant du document remplacé que dit le CDA ({expected})"),
            format!("TXA-13 is not the identifier of the replaced document that the CDA says ({expected})"),
        );
        judgement.report(Fault::new("TXA-13", field, message).expected(expected));
    }
}

/// OBX-3 and `ClinicalDocument/code` (rule `OBX-03`).
fn type_code<'p>(judgement: &mut Judgement<'p>, header: &CdaHeader, obx: SegmentRef<'p>) {
    let Some(code) = &header.code else { return };
    let here = obx.field(3).component(1);
    let there = &code.value.code.code;
    if !here.is_valued() || there.is_empty() || here.text() == there.as_str() {
        return;
    }
    let message = Text::new(
        format!(
            "le type du document diffère : OBX-3 « {} », ClinicalDocument/code « {there} »",
            here.text()
        ),
        format!(
            "the type of the document differs: OBX-3 '{}', ClinicalDocument/code '{there}'",
            here.text()
        ),
    );
    judgement.report(Fault::new("OBX-03", here, message).expected(there.clone()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_accents_and_punctuation() {
        assert_eq!(folded("Pat-Trois"), folded("PAT TROIS"));
        assert_eq!(folded("Hélène"), "HELENE");
        assert_ne!(folded("NESSI"), folded("PAT-TROIS"));
    }
}
