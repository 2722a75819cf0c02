//! People and organisations of the header.

use super::{LabelledCode, Spot};
use crate::evidence::element::Element;
use crate::facts::Identifier;

/// A person's name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    /// `family`.
    pub family: Option<String>,
    /// First `given`.
    pub given: Option<String>,
}

/// An organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Organization {
    /// `id`, in order.
    pub ids: Vec<Identifier>,
    /// `name`.
    pub name: Option<String>,
}

/// A person who acts in the document: legal authenticator, performer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Participant {
    /// Identifiers of the person.
    pub ids: Vec<Identifier>,
    /// Name of the person.
    pub name: Option<Name>,
    /// Profession and specialty.
    pub specialty: Option<LabelledCode>,
    /// The organisation the person acts for.
    pub organization: Option<Organization>,
    /// `time/@value`, as written.
    pub time: Option<String>,
    /// Where it stands.
    pub spot: Spot,
}

/// An author: a person, a device, or the patient.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Author {
    /// Who.
    pub participant: Participant,
    /// `functionCode`.
    pub function: Option<LabelledCode>,
    /// `softwareName` and `manufacturerModelName` when the author is a device.
    pub device: Option<(Option<String>, Option<String>)>,
}

/// The name in a `name` element.
pub(super) fn name(element: Element<'_>) -> Name {
    Name {
        family: element.child("family").map(Element::folded),
        given: element.child("given").map(Element::folded),
    }
}

/// The organisation in an element of type `Organization`.
pub(super) fn organization(element: Element<'_>) -> Organization {
    Organization {
        ids: super::read::identifiers(element),
        name: element
            .child("name")
            .map(Element::folded)
            .filter(|name| !name.is_empty()),
    }
}

/// The person of an `assignedEntity` or `assignedAuthor`; `participation` is the element around it.
pub(super) fn participant(participation: Element<'_>, assigned: &str) -> Option<Participant> {
    let entity = participation.child(assigned)?;
    Some(Participant {
        ids: super::read::identifiers(entity),
        name: entity.descend(&["assignedPerson", "name"]).map(name),
        specialty: entity.child("code").and_then(super::read::labelled_code),
        organization: entity.child("representedOrganization").map(organization),
        time: participation
            .child("time")
            .and_then(|time| time.attribute("value"))
            .map(str::to_owned),
        spot: participation.spot(),
    })
}

/// The author in an `author` element.
pub(super) fn author(element: Element<'_>) -> Author {
    let text = |element: Option<Element<'_>>| element.map(Element::folded);
    Author {
        participant: participant(element, "assignedAuthor").unwrap_or_default(),
        function: element.child("functionCode").and_then(super::read::labelled_code),
        device: element
            .descend(&["assignedAuthor", "assignedAuthoringDevice"])
            .map(|device| {
                (
                    text(device.child("softwareName")),
                    text(device.child("manufacturerModelName")),
                )
            }),
    }
}
