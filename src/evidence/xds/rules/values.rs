//! The values of metadata alone: times, identifiers, people, organisations, and, in [`value_sets`], codes.

use super::value_sets;
use super::words as rule;
use crate::evidence::cda_header::{Located, Spot};
use crate::evidence::hl7_time::Timestamp;
use crate::evidence::ins::{self, InsEnvironment};
use crate::evidence::xds::attributes::AttributeObject;
use crate::evidence::xds::datatypes::{Cx, Xcn, Xon, is_oid, national_identifier};
use crate::evidence::xds::{Classification, ObjectKind, RegistryObject, Submission};
use crate::finding::{Finding, Severity};
use crate::text::Text;

/// OID of the identifiers of professionals (PS_IdNat).
pub(super) const PROFESSIONALS: &str = "1.2.250.1.71.4.2.1";
/// OID of the identifiers of structures (Struct_IdNat).
pub(super) const STRUCTURES: &str = "1.2.250.1.71.4.2.2";

pub(super) fn judge(submission: &Submission, file: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for set in submission.submission_sets() {
        for name in ["sourceId", "uniqueId"] {
            if let Some(identifier) = set.identifier(name).filter(|id| !id.value.trim().is_empty())
                && !is_oid(identifier.value.trim())
            {
                let message = Text::new(
                    format!("« {name} » n'est pas un OID"),
                    format!("'{name}' is no OID"),
                );
                findings.push(
                    rule::OID
                        .at(identifier.spot.place(file), message)
                        .found(&*identifier.value),
                );
            }
        }
        time(set, "submissionTime", file, &mut findings);
        object(set, AttributeObject::SubmissionSet, file, &mut findings);
    }
    for document in &submission.documents {
        for name in ["creationTime", "serviceStartTime", "serviceStopTime"] {
            time(document, name, file, &mut findings);
        }
        time_order(document, file, &mut findings);
        unique_id(document, file, &mut findings);
        object(document, AttributeObject::Document, file, &mut findings);
        let local = document.value("sourcePatientId");
        if let Some(value) = local.filter(|value| !value.value.is_empty()) {
            patient(&value.value, &value.spot, file, &mut findings);
        }
        if let Some(value) = document.value("legalAuthenticator") {
            person(value, file, &mut findings);
        }
    }
    same_patient(submission, file, &mut findings);
    findings
}

/// What a submission set and a document entry have in common: patient, authors, codes.
fn object(object: &RegistryObject, kind: AttributeObject, file: &str, findings: &mut Vec<Finding>) {
    if let Some(identifier) = object
        .identifier("patientId")
        .filter(|id| !id.value.trim().is_empty())
    {
        patient(&identifier.value, &identifier.spot, file, findings);
    }
    for author in object.classified("author") {
        authors(author, file, findings);
    }
    value_sets::judge(object, kind, file, findings);
}

fn time(object: &RegistryObject, name: &str, file: &str, findings: &mut Vec<Finding>) {
    let Some(value) = object.value(name).filter(|value| !value.value.is_empty()) else {
        return;
    };
    let digits = value.value.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || Timestamp::parse(&value.value).is_none() {
        let message = Text::new(
            format!("« {name} » n'est pas une date UTC AAAAMMJJhhmmss sans décalage"),
            format!("'{name}' is no UTC time YYYYMMDDhhmmss without offset"),
        );
        findings.push(
            rule::TIME
                .at(value.spot.place(file), message)
                .found(&*value.value),
        );
    }
}

fn time_order(document: &RegistryObject, file: &str, findings: &mut Vec<Finding>) {
    let read = |name| {
        document
            .value(name)
            .and_then(|value| Timestamp::parse(&value.value))
    };
    if let (Some(start), Some(stop)) = (read("serviceStartTime"), read("serviceStopTime"))
        && !start.not_after(&stop)
        && let Some(value) = document.value("serviceStopTime")
    {
        let message = Text::new(
            format!(
                "l'acte se termine ({}) avant de commencer ({})",
                stop.utc(),
                start.utc()
            ),
            format!("the act ends ({}) before it starts ({})", stop.utc(), start.utc()),
        );
        findings.push(
            rule::TIME_ORDER
                .at(value.spot.place(file), message)
                .found(&*value.value),
        );
    }
}

/// Unique id of a document: an OID, alone or followed by `^` and an extension (the CDA `id`).
fn unique_id(document: &RegistryObject, file: &str, findings: &mut Vec<Finding>) {
    let Some(identifier) = document
        .identifier("uniqueId")
        .filter(|id| !id.value.trim().is_empty())
    else {
        return;
    };
    let (root, extension) = identifier
        .value
        .split_once('^')
        .unwrap_or((&identifier.value, ""));
    if !is_oid(root.trim()) || identifier.value.chars().count() > 128 || extension.contains('^') {
        let message = Text::fixed(
            "« uniqueId » du document n'est pas un OID (suivi au besoin de ^extension)",
            "'uniqueId' of the document is no OID (followed if need be by ^extension)",
        );
        findings.push(
            rule::OID
                .at(identifier.spot.place(file), message)
                .found(&*identifier.value),
        );
    }
}

fn patient(text: &str, spot: &Spot, file: &str, findings: &mut Vec<Finding>) {
    let cx = Cx::parse(text);
    let authority = ins::authority(&cx.authority);
    if authority.is_some_and(|authority| authority.environment == InsEnvironment::Withdrawn) {
        let message = Text::fixed(
            "l'INS calculé (INS-C) est retiré",
            "the computed INS (INS-C) is withdrawn",
        );
        findings.push(rule::INS_WITHDRAWN.at(spot.place(file), message).found(text));
        return;
    }
    let wanted = if authority.is_some() { "NH" } else { "PI" };
    let shape = !cx.id.is_empty() && cx.well_shaped && is_oid(&cx.authority) && cx.authority_type == "ISO";
    if !shape || cx.kind != wanted {
        let message = if shape {
            Text::new(
                format!(
                    "type d'identifiant « {} », attendu « {wanted} » pour cette autorité",
                    cx.kind
                ),
                format!(
                    "identifier type '{}', expected '{wanted}' for this authority",
                    cx.kind
                ),
            )
        } else {
            Text::fixed(
                "identifiant de patient mal formé, attendu id^^^&OID&ISO^NH ou ^PI",
                "malformed patient identifier, expected id^^^&OID&ISO^NH or ^PI",
            )
        };
        findings.push(rule::PATIENT_ID.at(spot.place(file), message).found(text));
    }
    if authority.is_some()
        && let Err(fault) = ins::check_matricule(&cx.id)
    {
        let published = ins::published_with_wrong_key(&cx.id);
        findings.push(
            rule::INS
                .at(
                    spot.place(file),
                    Text::new(
                        format!("matricule INS incorrect : {}", fault.text().fr),
                        format!("wrong matricule INS: {fault}"),
                    ),
                )
                .severity(if published {
                    Severity::Warning
                } else {
                    Severity::Error
                })
                .found(cx.id),
        );
    }
}

fn authors(author: &Classification, file: &str, findings: &mut Vec<Finding>) {
    let slots = |name: &'static str| {
        author
            .slots
            .iter()
            .filter(move |slot| slot.name == name)
            .flat_map(|slot| &slot.values)
            .filter(|value| !value.value.is_empty())
    };
    for value in slots("authorPerson") {
        person(value, file, findings);
    }
    for value in slots("authorInstitution") {
        organization(value, file, findings);
    }
}

fn person(value: &Located<String>, file: &str, findings: &mut Vec<Finding>) {
    if value.value.is_empty() {
        return;
    }
    let xcn = Xcn::parse(&value.value);
    let national = xcn.authority == PROFESSIONALS;
    let fault = if xcn.id.is_empty() {
        Some(("identifiant absent (XCN.1)", "identifier absent (XCN.1)"))
    } else if xcn.family.is_empty() {
        Some(("nom absent (XCN.2)", "name absent (XCN.2)"))
    } else if !is_oid(&xcn.authority) || xcn.authority_type != "ISO" {
        Some((
            "autorité absente ou mal formée (XCN.9, &OID&ISO)",
            "authority absent or malformed (XCN.9, &OID&ISO)",
        ))
    } else if xcn.components > 14 {
        Some(("trop de composants", "too many components"))
    } else {
        None
    };
    if let Some((fr, en)) = fault {
        let message = Text::new(format!("XCN incorrect : {fr}"), format!("wrong XCN: {en}"));
        findings.push(
            rule::PERSON
                .at(value.spot.place(file), message)
                .found(&*value.value),
        );
        return;
    }
    if national && xcn.kind != "RI" && !national_identifier(&xcn.id) {
        let message = Text::new(
            format!("identifiant national « {} » mal formé (PS_IdNat)", xcn.id),
            format!("malformed national identifier '{}' (PS_IdNat)", xcn.id),
        );
        let severity = if xcn.id.starts_with('8') {
            Severity::Error
        } else {
            Severity::Warning
        };
        findings.push(
            rule::PERSON_ID
                .at(value.spot.place(file), message)
                .severity(severity)
                .found(&*xcn.id),
        );
    }
    let kinds: &[&str] = if xcn.kind == "RI" {
        &["RI"]
    } else if national {
        if xcn.id.contains('/') {
            &["EI", "IDNPS"]
        } else {
            &["IDNPS"]
        }
    } else if ins::is_ins(&xcn.authority) {
        &["NH"]
    } else {
        &["RI", "PI", "EI", "IDNPS"]
    };
    let name_type = if xcn.kind == "RI" { "U" } else { "D" };
    let typed = kinds.contains(&xcn.kind.as_str());
    if !typed || (xcn.name_type != name_type && xcn.name_type != "L") {
        let message = Text::new(
            format!(
                "XCN.10 « {} » ou XCN.13 « {} » ne va pas avec l'identifiant",
                xcn.name_type, xcn.kind
            ),
            format!(
                "XCN.10 '{}' or XCN.13 '{}' does not go with the identifier",
                xcn.name_type, xcn.kind
            ),
        );
        findings.push(
            rule::PERSON_TYPE
                .at(value.spot.place(file), message)
                .expected(format!("{name_type}, {}", kinds.join("/")))
                .found(&*value.value),
        );
    }
}

fn organization(value: &Located<String>, file: &str, findings: &mut Vec<Finding>) {
    let xon = Xon::parse(&value.value);
    // Without identifier (nullFlavor in the CDA) the other parts stay empty.
    let anonymous = xon.id.is_empty() && xon.authority.is_empty();
    let national = xon.authority == STRUCTURES;
    let fault = if xon.name.is_empty() {
        Some(("nom absent (XON.1)", "name absent (XON.1)"))
    } else if anonymous && xon.stray {
        Some((
            "identifiant hors de XON.10, sans autorité (XON.6)",
            "identifier outside of XON.10, without authority (XON.6)",
        ))
    } else if anonymous {
        None
    } else if !is_oid(&xon.authority) {
        Some((
            "autorité mal formée (XON.6, &OID&ISO)",
            "malformed authority (XON.6, &OID&ISO)",
        ))
    } else if xon.id.is_empty() {
        Some(("identifiant absent (XON.10)", "identifier absent (XON.10)"))
    } else if national && xon.kind != "IDNST" {
        Some((
            "type d'identifiant différent de IDNST (XON.7)",
            "identifier type other than IDNST (XON.7)",
        ))
    } else if national && !xon.id.starts_with(['0', '1', '2', '3', '4', '5', '6']) {
        Some((
            "identifiant de structure sans préfixe de type (Struct_IdNat)",
            "structure identifier without its type digit (Struct_IdNat)",
        ))
    } else {
        None
    };
    if let Some((fr, en)) = fault {
        let message = Text::new(format!("XON incorrect : {fr}"), format!("wrong XON: {en}"));
        findings.push(
            rule::ORGANIZATION
                .at(value.spot.place(file), message)
                .found(&*value.value),
        );
    }
}

/// The set and every entry must name one patient.
fn same_patient(submission: &Submission, file: &str, findings: &mut Vec<Finding>) {
    let fold = |object: &RegistryObject| {
        object
            .identifier("patientId")
            .filter(|identifier| !identifier.value.trim().is_empty())
            .map(|identifier| Cx::parse(&identifier.value))
            .map(|cx| (cx.id, cx.authority))
    };
    let Some(reference) = submission.submission_sets().find_map(fold) else {
        return;
    };
    let others = submission
        .documents
        .iter()
        .filter(|object| object.kind == ObjectKind::Document);
    for document in others {
        let Some(identifier) = document.identifier("patientId") else {
            continue;
        };
        if fold(document).is_some_and(|found| found != reference) {
            let message = Text::fixed(
                "le patient de la fiche n'est pas celui du lot",
                "the patient of the entry is not that of the set",
            );
            findings.push(
                rule::PATIENT_MISMATCH
                    .at(identifier.spot.place(file), message)
                    .expected(format!("{}^^^&{}", reference.0, reference.1))
                    .found(&*identifier.value),
            );
        }
    }
}
