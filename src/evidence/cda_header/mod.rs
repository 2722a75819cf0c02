//! The header of a CDA document as typed values with their places: what the metadata of an archive, the headers of a
//! mail and coherence rules are compared with.
//!
//! The reader takes what it finds and judges nothing: a missing element is an absent value.

mod body;
mod people;
mod read;

pub use body::{Body, BodyError, BodyLevel, decode_base64, embedded_body};
pub use people::{Author, Name, Organization, Participant};
pub use read::{CdaHeader, HL7_V3};

use crate::facts::{Code, Identifier};
use crate::finding::Place;

/// Where a value stands in the document, to build a [`crate::finding::Place`] from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spot {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// XPath of the element.
    pub path: String,
}

impl Spot {
    /// The place in `file`.
    pub fn place(&self, file: &str) -> Place {
        Place::file(file)
            .line_column(self.line, self.column)
            .path(&*self.path)
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where.
    pub spot: Spot,
}

/// A code with its label: CDA `CE`, `CD`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelledCode {
    /// The code and its system; both empty under a `nullFlavor`.
    pub code: Code,
    /// `@displayName`.
    pub label: Option<String>,
    /// The codes of its `translation` elements.
    pub translations: Vec<Code>,
}

/// An interval of time as written (HL7 TS).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interval {
    /// `low/@value`, or `@value` when the interval is a point.
    pub low: Option<String>,
    /// `high/@value`.
    pub high: Option<String>,
}

/// The patient of `recordTarget`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patient {
    /// Every `patientRole/id`, in order.
    pub ids: Vec<Located<Identifier>>,
    /// `family[@qualifier='BR']`, or the only `family`.
    pub birth_name: Option<String>,
    /// `family[@qualifier='CL']` (or `SP`): the name used.
    pub used_name: Option<String>,
    /// `given[@qualifier='BR']`: first given name of the birth certificate.
    pub birth_given: Option<String>,
    /// `given[@qualifier='CL']`: the given name used.
    pub used_given: Option<String>,
    /// `given` without qualifier: the list of given names.
    pub givens: Option<String>,
    /// `birthTime/@value` as written.
    pub birth_time: Option<String>,
    /// `administrativeGenderCode/@code`.
    pub gender: Option<String>,
    /// INSEE code of the place of birth (`birthplace/place/addr/county`).
    pub birth_place: Option<String>,
    /// `telecom/@value`, in order.
    pub telecoms: Vec<String>,
    /// Where `recordTarget` stands.
    pub spot: Spot,
}

/// A `documentationOf/serviceEvent`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceEvent {
    /// The act.
    pub code: Option<LabelledCode>,
    /// When it took place.
    pub time: Interval,
    /// `performer/assignedEntity/representedOrganization/standardIndustryClassCode`.
    pub practice_setting: Option<LabelledCode>,
    /// Who performed it.
    pub performer: Option<Participant>,
    /// Where it stands.
    pub spot: Spot,
}

/// The `componentOf/encompassingEncounter`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Encounter {
    /// Its identifiers.
    pub ids: Vec<Identifier>,
    /// When it took place.
    pub time: Interval,
    /// `location/healthCareFacility/code`.
    pub facility: Option<LabelledCode>,
    /// Where it stands.
    pub spot: Spot,
}

/// A `relatedDocument`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RelatedDocument {
    /// `@typeCode`: `RPLC`, `APND`, `XFRM`.
    pub type_code: String,
    /// Id of the parent document.
    pub id: Option<Identifier>,
    /// Where it stands.
    pub spot: Spot,
}

/// An `informationRecipient`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipient {
    /// Identifiers of the intended recipient.
    pub ids: Vec<Identifier>,
    /// Name of the person.
    pub name: Option<Name>,
    /// Name of the organisation.
    pub organization: Option<String>,
    /// Where it stands.
    pub spot: Spot,
}
