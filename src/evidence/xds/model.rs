//! An ebRIM SubmitObjectsRequest as objects: what XDM archives, ITI-41 requests and the rules on both share.

use super::datatypes::Cx;
use crate::evidence::cda_header::{Located, Spot};
use crate::evidence::ins;
use crate::facts::{DocumentFacts, FactSource, Identifier, PatientFacts};

/// A slot: a name and its values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slot {
    /// `@name`.
    pub name: String,
    /// `ValueList/Value`, white space trimmed.
    pub values: Vec<Located<String>>,
    /// Where it stands.
    pub spot: Spot,
}

/// A classification of an object: a code, an author, or the mark of a submission set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Classification {
    /// `@id`.
    pub id: String,
    /// `@classificationScheme`.
    pub scheme: String,
    /// `@classificationNode`.
    pub node: String,
    /// `@nodeRepresentation`: the code.
    pub code: String,
    /// `@classifiedObject`.
    pub classified: String,
    /// Slots: `codingScheme`, `authorPerson`...
    pub slots: Vec<Slot>,
    /// `Name`: the label of the code.
    pub name: Option<String>,
    /// Local names of the children, in order.
    pub children: Vec<String>,
    /// Where it stands.
    pub spot: Spot,
}

impl Classification {
    /// The first value of the slot `name`.
    pub fn slot(&self, name: &str) -> Option<&str> {
        self.located(name).map(|value| value.value.as_str())
    }

    /// The first value of the slot `name` and where it stands.
    pub fn located(&self, name: &str) -> Option<&Located<String>> {
        self.slots
            .iter()
            .find(|slot| slot.name == name)
            .and_then(|slot| slot.values.first())
    }

    /// The values of the slot `name`.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.slots
            .iter()
            .filter(move |slot| slot.name == name)
            .flat_map(|slot| slot.values.iter().map(|value| value.value.as_str()))
    }

    /// Code and coding scheme.
    pub fn coded(&self) -> crate::facts::Code {
        crate::facts::Code {
            code: self.code.clone(),
            system: self.slot("codingScheme").unwrap_or_default().to_owned(),
        }
    }
}

/// An external identifier of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExternalIdentifier {
    /// `@id`.
    pub id: String,
    /// `@identificationScheme`.
    pub scheme: String,
    /// `@value`.
    pub value: String,
    /// `@registryObject`.
    pub registry_object: String,
    /// Where it stands.
    pub spot: Spot,
}

/// Which registry object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectKind {
    /// `RegistryPackage`: a submission set, or a folder.
    #[default]
    Package,
    /// `ExtrinsicObject`: a document entry.
    Document,
    /// `Association`.
    Association,
}

/// A registry object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegistryObject {
    /// Which.
    pub kind: ObjectKind,
    /// `@id`.
    pub id: String,
    /// `@lid`, the logical id.
    pub lid: Option<String>,
    /// `@status`.
    pub status: Option<String>,
    /// `@objectType`.
    pub object_type: Option<String>,
    /// `@mimeType` of a document.
    pub mime_type: Option<String>,
    /// `@associationType`.
    pub association_type: Option<String>,
    /// `@sourceObject`.
    pub source: Option<String>,
    /// `@targetObject`.
    pub target: Option<String>,
    /// Slots, in order.
    pub slots: Vec<Slot>,
    /// `Name`, white space folded.
    pub name: Option<Located<String>>,
    /// Classifications inside it, and those beside it that point at it.
    pub classifications: Vec<Classification>,
    /// External identifiers.
    pub identifiers: Vec<ExternalIdentifier>,
    /// Local names of the children, in order: ebRIM fixes their order.
    pub children: Vec<String>,
    /// Where it stands.
    pub spot: Spot,
}

impl RegistryObject {
    /// The first slot called `name`.
    pub fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.name == name)
    }

    /// The first value of the slot `name`.
    pub fn value(&self, name: &str) -> Option<&Located<String>> {
        self.slot(name).and_then(|slot| slot.values.first())
    }

    /// The classifications of a scheme, by the name of the metadatum in the table of attributes.
    pub fn classified<'a>(&'a self, metadatum: &str) -> impl Iterator<Item = &'a Classification> {
        let scheme = super::attributes::scheme(self.kind, metadatum);
        self.classifications.iter().filter(move |classification| {
            scheme.is_some_and(|scheme| same_uuid(&classification.scheme, scheme))
        })
    }

    /// The external identifier, by the name of the metadatum in the table of attributes.
    pub fn identifier(&self, metadatum: &str) -> Option<&ExternalIdentifier> {
        let scheme = super::attributes::scheme(self.kind, metadatum)?;
        self.identifiers
            .iter()
            .find(|identifier| same_uuid(&identifier.scheme, scheme))
    }
}

impl RegistryObject {
    /// What a document entry says of its document; `file` is the path of the metadata.
    pub fn facts(&self, file: &str) -> DocumentFacts {
        let unique = self.identifier("uniqueId");
        let id = unique.map(|unique| {
            let (root, extension) = unique.value.split_once('^').unwrap_or((&unique.value, ""));
            Identifier {
                root: root.trim().to_owned(),
                extension: extension.trim().to_owned(),
            }
        });
        let ins = self
            .identifier("patientId")
            .map(|patient| Cx::parse(&patient.value).identifier())
            .filter(|id| ins::is_ins(&id.root));
        DocumentFacts {
            source: FactSource::Xds,
            place: unique.map_or_else(|| self.spot.place(file), |unique| unique.spot.place(file)),
            id,
            replaces: None,
            type_code: self.classified("typeCode").next().map(Classification::coded),
            confidentiality: self
                .classified("confidentialityCode")
                .map(Classification::coded)
                .collect(),
            patient: PatientFacts {
                ins,
                ..PatientFacts::default()
            },
            level: None,
            sha256: None,
            body_pdf_sha256: None,
        }
    }
}

/// UUIDs are the same whatever their case.
pub(super) fn same_uuid(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// A whole request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Submission {
    /// Packages: submission sets and folders.
    pub packages: Vec<RegistryObject>,
    /// Document entries, in order.
    pub documents: Vec<RegistryObject>,
    /// Associations, in order.
    pub associations: Vec<RegistryObject>,
    /// Where the request stands.
    pub spot: Spot,
}

/// The classification node of a submission set.
pub const SUBMISSION_SET_NODE: &str = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd";

impl Submission {
    /// The packages that are marked as submission sets.
    pub fn submission_sets(&self) -> impl Iterator<Item = &RegistryObject> {
        self.packages.iter().filter(|package| {
            package
                .classifications
                .iter()
                .any(|classification| same_uuid(&classification.node, SUBMISSION_SET_NODE))
        })
    }

    /// Every object, packages first.
    pub fn objects(&self) -> impl Iterator<Item = &RegistryObject> {
        self.packages
            .iter()
            .chain(&self.documents)
            .chain(&self.associations)
    }
}
