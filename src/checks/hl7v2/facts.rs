//! What a message says of its patient and documents, for coherence rules across files.

use crate::engines::hl7v2::{MessageRef, SegmentRef};
use crate::evidence::ins;
use crate::facts::{Code, DocumentFacts, FactSource, Identifier, MessageFacts, PatientFacts};

use super::coherence::entity;
use super::documents::Carried;
use super::judgement::Judgement;

/// OID of LOINC, the system of type codes named `LN`.
const LOINC: &str = "2.16.840.1.113883.6.1";
/// OID of the French list of type codes (TRE_A05).
const TRE_A05: &str = "1.2.250.1.213.1.1.4.12";
/// OID of the French list of visibility codes (TRE_A07).
const TRE_A07: &str = "1.2.250.1.213.1.1.4.13";

/// The patient of PID.
pub(super) fn patient(message: MessageRef<'_>) -> PatientFacts {
    let Some(pid) = message.first("PID") else {
        return PatientFacts::default();
    };
    let filled = |text: String| (!text.is_empty()).then_some(text);
    let name = pid
        .field(5)
        .repetitions()
        .find(|name| name.component(7).text_is("L"))
        .unwrap_or_else(|| pid.field(5).repetition(1));
    let matricule = pid
        .field(3)
        .repetitions()
        .find(|one| one.component(1).is_valued() && ins::is_ins(&one.component(4).subcomponent(2).text()));
    PatientFacts {
        ins: matricule.map(|one| Identifier {
            root: one.component(4).subcomponent(2).text().into_owned(),
            extension: one.component(1).text().into_owned(),
        }),
        qualified: (!pid.field(32).is_blank())
            .then(|| pid.field(32).repetitions().any(|one| one.text_is("VALI"))),
        birth_name: filled(name.component(1).subcomponent(1).text().into_owned()),
        given_name: filled(name.component(2).text().into_owned()),
        birth_date: filled(pid.field(7).component(1).text().chars().take(8).collect()),
        sex: filled(pid.field(8).text().into_owned()),
        birth_place: pid
            .field(11)
            .repetitions()
            .find(|address| address.component(7).text_is("BDL"))
            .and_then(|address| filled(address.component(9).text().into_owned())),
    }
}

/// The message.
pub(super) fn message(judgement: &Judgement<'_>) -> Option<MessageFacts> {
    let header = judgement.message.header()?;
    let msa = judgement.message.first("MSA");
    let of = |segment: Option<SegmentRef<'_>>, number: usize| {
        segment
            .map(|segment| segment.field(number).text().into_owned())
            .filter(|text| !text.is_empty())
    };
    Some(MessageFacts {
        place: judgement.place(header.whole()),
        message_type: header.field(9).written().into_owned(),
        control_id: header.field(10).text().into_owned(),
        acknowledgement: of(msa, 1),
        acknowledged_id: of(msa, 2),
        patient: patient(judgement.message),
        destinations: destinations(judgement),
    })
}

/// The metadata that name addressees, and their name in the facts.
const DESTINATIONS: [(&str, &str); 3] = [
    ("DESTDMP", "DMP"),
    ("DESTMSSANTEPS", "MSS_PRO"),
    ("DESTMSSANTEPAT", "MSS_CIT"),
];

/// Where the metadata ask to send the documents; none when a message has no such metadata.
fn destinations(judgement: &Judgement<'_>) -> Option<Vec<String>> {
    let value = |metadata: &str| {
        judgement
            .message
            .all("OBX")
            .find(|obx| obx.field(3).component(1).text_is(metadata))
            .map(|obx| obx.field(5).component(1).text_is("Y"))
    };
    let told: Vec<(&str, bool)> = DESTINATIONS
        .iter()
        .filter_map(|(metadata, name)| Some((*name, value(metadata)?)))
        .collect();
    (!told.is_empty()).then(|| {
        told.into_iter()
            .filter(|(_, asked)| *asked)
            .map(|(name, _)| name.to_owned())
            .collect()
    })
}

/// The documents, as the message speaks of them.
pub(super) fn documents(judgement: &Judgement<'_>, carried: &[Carried<'_>]) -> Vec<DocumentFacts> {
    let txa = judgement.message.first("TXA");
    let named = |number: usize| {
        txa.map(|txa| txa.field(number))
            .filter(|field| !field.is_blank())
            .map(entity)
    };
    let confidentiality = visibility(judgement);
    judgement
        .documents
        .iter()
        .map(|obx| {
            let own = carried.iter().find(|document| document.obx.rank() == obx.rank());
            let code = obx.field(3);
            let system = match code.component(3).text().as_ref() {
                "LN" => LOINC.to_owned(),
                "TRE_A05" => TRE_A05.to_owned(),
                other => other.to_owned(),
            };
            DocumentFacts {
                source: FactSource::Hl7,
                place: judgement.place(obx.field(5).component(5)),
                id: named(12),
                replaces: named(13),
                type_code: code.component(1).is_valued().then(|| Code {
                    code: code.component(1).text().into_owned(),
                    system,
                }),
                confidentiality: confidentiality.clone(),
                patient: patient(judgement.message),
                level: own.and_then(|document| document.header.level()),
                sha256: own.map(|document| document.evidence.sha256().to_owned()),
                body_pdf_sha256: None,
            }
        })
        .collect()
}

/// The visibility masks that metadata set to Y, as codes of confidentiality.
fn visibility(judgement: &Judgement<'_>) -> Vec<Code> {
    let masks = judgement.profile.table("visibility-masks");
    masks
        .iter()
        .filter_map(|pair| pair.split_once('='))
        .filter(|(metadata, _)| {
            judgement.message.all("OBX").any(|obx| {
                obx.field(3).component(1).text_is(metadata) && obx.field(5).component(1).text_is("Y")
            })
        })
        .map(|(_, code)| Code {
            code: code.to_owned(),
            system: TRE_A07.to_owned(),
        })
        .collect()
}
