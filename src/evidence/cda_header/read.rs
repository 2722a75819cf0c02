//! From the tree of a document to its header.

use super::people::{self, Author, Organization, Participant};
use super::{
    Body, Encounter, Interval, LabelledCode, Located, Patient, Recipient, RelatedDocument, ServiceEvent, Spot,
};
use crate::engines::xml::Document;
use crate::evidence::element::Element;
use crate::evidence::ins::{self, InsEnvironment};
use crate::facts::{Code, DocumentFacts, FactSource, Identifier, PatientFacts};
use crate::finding::Place;

/// Namespace of CDA.
pub const HL7_V3: &str = "urn:hl7-org:v3";

/// The header of one CDA document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CdaHeader {
    /// `id`.
    pub id: Option<Located<Identifier>>,
    /// `setId`.
    pub set_id: Option<Located<Identifier>>,
    /// `versionNumber/@value`.
    pub version: Option<Located<String>>,
    /// `code`.
    pub code: Option<Located<LabelledCode>>,
    /// `title`, white space folded.
    pub title: Option<Located<String>>,
    /// `effectiveTime/@value`, as written.
    pub effective_time: Option<Located<String>>,
    /// `confidentialityCode`.
    pub confidentiality: Option<Located<LabelledCode>>,
    /// `languageCode/@code`.
    pub language: Option<Located<String>>,
    /// `templateId`, in order.
    pub templates: Vec<Located<Identifier>>,
    /// `recordTarget`, in order; a conform document has one.
    pub patients: Vec<Patient>,
    /// `author`, in order.
    pub authors: Vec<Author>,
    /// `custodian`.
    pub custodian: Option<Organization>,
    /// `legalAuthenticator`.
    pub legal_authenticator: Option<Participant>,
    /// `informationRecipient`, in order.
    pub recipients: Vec<Recipient>,
    /// `documentationOf/serviceEvent`, in order: the first is the main one.
    pub service_events: Vec<ServiceEvent>,
    /// `componentOf/encompassingEncounter`.
    pub encounter: Option<Encounter>,
    /// `relatedDocument`, in order.
    pub related: Vec<RelatedDocument>,
    /// What the body is.
    pub body: Body,
    /// The document sits in an `xsl:stylesheet` that presents it.
    pub self_presentable: bool,
    /// Where the root element stands.
    pub spot: Spot,
}

impl CdaHeader {
    /// Reads the header of a parsed document. None when there is no `ClinicalDocument` in the HL7 namespace, at the
    /// root or in the stylesheet at the root.
    pub fn read(document: &Document) -> Option<Self> {
        let root = Element::root(document);
        let self_presentable = root.local() == "stylesheet" || root.local() == "transform";
        let clinical = if is_clinical_document(root) {
            root
        } else if self_presentable {
            root.descendants()
                .find(|element| is_clinical_document(*element))?
        } else {
            return None;
        };
        Some(Self {
            self_presentable,
            ..read(clinical)
        })
    }

    /// The first identifier of the first patient that has an INS root, in the order NIR, NIA, test NIR, test NIA.
    pub fn ins(&self) -> Option<&Located<Identifier>> {
        let ids = &self.patients.first()?.ids;
        ins::authorities()
            .iter()
            .filter(|authority| authority.environment != InsEnvironment::Withdrawn)
            .find_map(|authority| ids.iter().find(|id| id.value.root == authority.oid))
    }

    /// The id of the document that this one replaces (`relatedDocument[@typeCode='RPLC']`).
    pub fn replaces(&self) -> Option<&Identifier> {
        self.related
            .iter()
            .find(|related| related.type_code == "RPLC")
            .and_then(|related| related.id.as_ref())
    }

    /// The level of the body: 1, 3, or none without body.
    pub fn level(&self) -> Option<u8> {
        self.body.level.map(|level| match level {
            super::BodyLevel::NonXml => 1,
            super::BodyLevel::Structured => 3,
        })
    }

    /// The patient as coherence rules want them.
    pub fn patient_facts(&self) -> PatientFacts {
        let Some(patient) = self.patients.first() else {
            return PatientFacts::default();
        };
        PatientFacts {
            ins: self.ins().map(|ins| ins.value.clone()),
            qualified: None,
            birth_name: patient.birth_name.clone(),
            given_name: patient.birth_given.clone(),
            birth_date: patient
                .birth_time
                .as_ref()
                .map(|time| time.chars().take(8).collect()),
            sex: patient.gender.clone(),
            birth_place: patient.birth_place.clone(),
        }
    }

    /// The document as coherence rules want it; `file` is the path users see.
    pub fn facts(
        &self,
        file: &str,
        sha256: Option<String>,
        body_pdf_sha256: Option<String>,
    ) -> DocumentFacts {
        DocumentFacts {
            source: FactSource::Cda,
            place: self
                .id
                .as_ref()
                .map_or_else(|| Place::file(file), |id| id.spot.place(file)),
            id: self.id.as_ref().map(|id| id.value.clone()),
            replaces: self.replaces().cloned(),
            type_code: self.code.as_ref().map(|code| code.value.code.clone()),
            confidentiality: self
                .confidentiality
                .iter()
                .map(|code| code.value.code.clone())
                .collect(),
            patient: self.patient_facts(),
            level: self.level(),
            sha256,
            body_pdf_sha256,
        }
    }
}

fn is_clinical_document(element: Element<'_>) -> bool {
    element.local() == "ClinicalDocument" && element.namespace() == HL7_V3
}

fn read(root: Element<'_>) -> CdaHeader {
    let mut header = CdaHeader {
        spot: root.spot(),
        ..CdaHeader::default()
    };
    for element in root.elements().filter(|element| element.namespace() == HL7_V3) {
        match element.local() {
            "id" => fill(&mut header.id, located(element, identifier(element))),
            "setId" => fill(&mut header.set_id, located(element, identifier(element))),
            "versionNumber" => fill(&mut header.version, value(element, "value")),
            "code" => fill(&mut header.code, located(element, labelled_code(element))),
            "title" => fill(&mut header.title, located(element, Some(element.folded()))),
            "effectiveTime" => fill(&mut header.effective_time, value(element, "value")),
            "confidentialityCode" => fill(
                &mut header.confidentiality,
                located(element, labelled_code(element)),
            ),
            "languageCode" => fill(&mut header.language, value(element, "code")),
            "templateId" => header.templates.extend(located(element, identifier(element))),
            "recordTarget" => header.patients.extend(patient(element)),
            "author" => header.authors.push(people::author(element)),
            "custodian" => {
                let path = ["assignedCustodian", "representedCustodianOrganization"];
                fill(
                    &mut header.custodian,
                    element.descend(&path).map(people::organization),
                );
            }
            "legalAuthenticator" => {
                fill(
                    &mut header.legal_authenticator,
                    people::participant(element, "assignedEntity"),
                );
            }
            "informationRecipient" => header.recipients.push(recipient(element)),
            "documentationOf" => header
                .service_events
                .extend(element.child("serviceEvent").map(service_event)),
            "componentOf" => fill(
                &mut header.encounter,
                element.child("encompassingEncounter").map(encounter),
            ),
            "relatedDocument" => header.related.push(related(element)),
            "component" => header.body = Body::read(element),
            _ => {}
        }
    }
    header
}

/// Keeps the first value: a second one is a fault of the document that its own rules report.
fn fill<T>(slot: &mut Option<T>, value: Option<T>) {
    if slot.is_none() {
        *slot = value;
    }
}

fn located<T>(element: Element<'_>, value: Option<T>) -> Option<Located<T>> {
    value.map(|value| Located {
        value,
        spot: element.spot(),
    })
}

fn value(element: Element<'_>, attribute: &str) -> Option<Located<String>> {
    located(element, element.attribute(attribute).map(str::to_owned))
}

/// The identifier in an element of type `II`; none under a `nullFlavor` without root.
pub(super) fn identifier(element: Element<'_>) -> Option<Identifier> {
    Some(Identifier {
        root: element.attribute("root")?.trim().to_owned(),
        extension: element
            .attribute("extension")
            .unwrap_or_default()
            .trim()
            .to_owned(),
    })
}

/// Every `id` child with a root.
pub(super) fn identifiers(element: Element<'_>) -> Vec<Identifier> {
    element.named("id").filter_map(identifier).collect()
}

/// The code in an element of type `CE` or `CD`; none without `@code`.
pub(super) fn labelled_code(element: Element<'_>) -> Option<LabelledCode> {
    Some(LabelledCode {
        code: code(element)?,
        label: element.attribute("displayName").map(str::to_owned),
        translations: element.named("translation").filter_map(code).collect(),
    })
}

fn code(element: Element<'_>) -> Option<Code> {
    Some(Code {
        code: element.attribute("code")?.trim().to_owned(),
        system: element
            .attribute("codeSystem")
            .unwrap_or_default()
            .trim()
            .to_owned(),
    })
}

fn interval(element: Option<Element<'_>>) -> Interval {
    let Some(element) = element else {
        return Interval::default();
    };
    let bound = |name: &str| {
        element
            .child(name)
            .and_then(|bound| bound.attribute("value"))
            .map(str::to_owned)
    };
    Interval {
        low: bound("low").or_else(|| element.attribute("value").map(str::to_owned)),
        high: bound("high"),
    }
}

fn patient(record_target: Element<'_>) -> Option<Patient> {
    let role = record_target.child("patientRole")?;
    let person = role.child("patient");
    let name = person.and_then(|person| person.child("name"));
    let part = |kind: &str, qualifiers: &[&str]| {
        name.and_then(|name| {
            name.named(kind)
                .find(|part| {
                    let given: Vec<&str> = part
                        .attribute("qualifier")
                        .unwrap_or_default()
                        .split_whitespace()
                        .collect();
                    if qualifiers.is_empty() {
                        given.is_empty()
                    } else {
                        qualifiers.iter().any(|qualifier| given.contains(qualifier))
                    }
                })
                .map(Element::folded)
        })
    };
    let attribute = |child: &str, name: &str| {
        person
            .and_then(|person| person.child(child))
            .and_then(|element| element.attribute(name))
            .map(|value| value.trim().to_owned())
    };
    Some(Patient {
        ids: role
            .named("id")
            .filter_map(|id| located(id, identifier(id)))
            .collect(),
        birth_name: part("family", &["BR"]).or_else(|| part("family", &[])),
        used_name: part("family", &["CL"]).or_else(|| part("family", &["SP"])),
        birth_given: part("given", &["BR"]),
        used_given: part("given", &["CL"]),
        givens: part("given", &[]),
        birth_time: attribute("birthTime", "value"),
        gender: attribute("administrativeGenderCode", "code"),
        birth_place: person
            .and_then(|person| person.descend(&["birthplace", "place", "addr", "county"]))
            .map(Element::folded),
        telecoms: role
            .named("telecom")
            .filter_map(|telecom| telecom.attribute("value"))
            .map(str::to_owned)
            .collect(),
        spot: record_target.spot(),
    })
}

fn recipient(element: Element<'_>) -> Recipient {
    let intended = element.child("intendedRecipient");
    Recipient {
        ids: intended.map(identifiers).unwrap_or_default(),
        name: intended
            .and_then(|intended| intended.descend(&["informationRecipient", "name"]))
            .map(people::name),
        organization: intended
            .and_then(|intended| intended.descend(&["receivedOrganization", "name"]))
            .map(Element::folded),
        spot: element.spot(),
    }
}

fn service_event(element: Element<'_>) -> ServiceEvent {
    let performer = element.child("performer");
    ServiceEvent {
        code: element.child("code").and_then(labelled_code),
        time: interval(element.child("effectiveTime")),
        practice_setting: performer
            .and_then(|performer| {
                performer.descend(&[
                    "assignedEntity",
                    "representedOrganization",
                    "standardIndustryClassCode",
                ])
            })
            .and_then(labelled_code),
        performer: performer.and_then(|performer| people::participant(performer, "assignedEntity")),
        spot: element.spot(),
    }
}

fn encounter(element: Element<'_>) -> Encounter {
    Encounter {
        ids: identifiers(element),
        time: interval(element.child("effectiveTime")),
        facility: element
            .descend(&["location", "healthCareFacility", "code"])
            .and_then(labelled_code),
        spot: element.spot(),
    }
}

fn related(element: Element<'_>) -> RelatedDocument {
    RelatedDocument {
        type_code: element.attribute("typeCode").unwrap_or_default().to_owned(),
        id: element.descend(&["parentDocument", "id"]).and_then(identifier),
        spot: element.spot(),
    }
}
