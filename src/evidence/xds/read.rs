//! From the tree of a METADATA.XML or of a SOAP request to the submission in it.

use super::model::{
    Classification, ExternalIdentifier, ObjectKind, RegistryObject, Slot, Submission, same_uuid,
};
use crate::evidence::cda_header::Located;
use crate::evidence::element::Element;

/// Namespace of SubmitObjectsRequest.
pub const LCM: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0";
/// Namespace of registry objects.
pub const RIM: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0";

impl Submission {
    /// Reads the `SubmitObjectsRequest` at `element` or below it; none when there is none with its
    /// `RegistryObjectList`, both in their namespace.
    pub fn read(element: Element<'_>) -> Option<Self> {
        let request = element
            .descendants()
            .find(|element| element.local() == "SubmitObjectsRequest" && element.namespace() == LCM)?;
        let list = request
            .elements()
            .find(|element| element.local() == "RegistryObjectList" && element.namespace() == RIM)?;
        let mut submission = Self {
            spot: request.spot(),
            ..Self::default()
        };
        let mut beside = Vec::new();
        for element in list.elements().filter(|element| element.namespace() == RIM) {
            match element.local() {
                "RegistryPackage" => submission.packages.push(object(element, ObjectKind::Package)),
                "ExtrinsicObject" => submission.documents.push(object(element, ObjectKind::Document)),
                "Association" => submission
                    .associations
                    .push(object(element, ObjectKind::Association)),
                "Classification" => beside.push(classification(element)),
                _ => {}
            }
        }
        for classification in beside {
            let object = submission
                .packages
                .iter_mut()
                .chain(&mut submission.documents)
                .find(|object| same_uuid(&object.id, &classification.classified));
            if let Some(object) = object {
                object.classifications.push(classification);
            }
        }
        Some(submission)
    }
}

fn attribute(element: Element<'_>, name: &str) -> Option<String> {
    element.attribute(name).map(|value| value.trim().to_owned())
}

fn object(element: Element<'_>, kind: ObjectKind) -> RegistryObject {
    RegistryObject {
        kind,
        id: attribute(element, "id").unwrap_or_default(),
        lid: attribute(element, "lid"),
        status: attribute(element, "status"),
        object_type: attribute(element, "objectType"),
        mime_type: attribute(element, "mimeType"),
        association_type: attribute(element, "associationType"),
        source: attribute(element, "sourceObject"),
        target: attribute(element, "targetObject"),
        slots: element.named("Slot").map(slot).collect(),
        name: name(element),
        classifications: element.named("Classification").map(classification).collect(),
        identifiers: element.named("ExternalIdentifier").map(identifier).collect(),
        children: children(element),
        spot: element.spot(),
    }
}

fn slot(element: Element<'_>) -> Slot {
    Slot {
        name: attribute(element, "name").unwrap_or_default(),
        values: element
            .named("ValueList")
            .flat_map(|list| list.named("Value"))
            .map(|value| Located {
                value: value.text().trim().to_owned(),
                spot: value.spot(),
            })
            .collect(),
        spot: element.spot(),
    }
}

fn name(element: Element<'_>) -> Option<Located<String>> {
    let localized = element.descend(&["Name", "LocalizedString"])?;
    let value = localized.attribute("value")?;
    Some(Located {
        value: value.split_whitespace().collect::<Vec<_>>().join(" "),
        spot: localized.spot(),
    })
}

fn classification(element: Element<'_>) -> Classification {
    let text = |name: &str| attribute(element, name).unwrap_or_default();
    Classification {
        id: text("id"),
        scheme: text("classificationScheme"),
        node: text("classificationNode"),
        code: text("nodeRepresentation"),
        classified: text("classifiedObject"),
        slots: element.named("Slot").map(slot).collect(),
        name: name(element).map(|name| name.value),
        children: children(element),
        spot: element.spot(),
    }
}

fn identifier(element: Element<'_>) -> ExternalIdentifier {
    let text = |name: &str| attribute(element, name).unwrap_or_default();
    ExternalIdentifier {
        id: text("id"),
        scheme: text("identificationScheme"),
        value: text("value"),
        registry_object: text("registryObject"),
        spot: element.spot(),
    }
}

fn children(element: Element<'_>) -> Vec<String> {
    element.elements().map(|child| child.local().to_owned()).collect()
}
