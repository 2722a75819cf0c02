//! Which objects, slots, classifications, identifiers and associations a submission has.

use std::collections::{BTreeMap, BTreeSet};

use super::Setting;
use super::words as rule;
use crate::evidence::xds::attributes::{self, Attribute, AttributeKind, AttributeObject};
use crate::evidence::xds::{RegistryObject, Submission};
use crate::finding::{Finding, Severity};
use crate::text::Text;

const STABLE_DOCUMENT: &str = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1";
const HAS_MEMBER: &str = "HasMember";

pub(super) fn judge(submission: &Submission, file: &str, setting: Setting) -> Vec<Finding> {
    let mut findings = Vec::new();
    let sets = submission.submission_sets().count();
    if sets != 1 {
        findings.push(
            rule::SUBMISSION_SET
                .at(
                    submission.spot.place(file),
                    Text::new(
                        format!("{sets} lot(s) de soumission dans les métadonnées"),
                        format!("{sets} submission set(s) in the metadata"),
                    ),
                )
                .expected("1")
                .found(sets.to_string()),
        );
    }
    if submission.documents.is_empty() {
        let message = Text::fixed("aucun ExtrinsicObject", "no ExtrinsicObject");
        findings.push(rule::NO_DOCUMENT.at(submission.spot.place(file), message));
    }
    for set in submission.submission_sets() {
        attributes_of(set, AttributeObject::SubmissionSet, file, setting, &mut findings);
    }
    for document in &submission.documents {
        attributes_of(document, AttributeObject::Document, file, setting, &mut findings);
        entry_attributes(document, file, &mut findings);
    }
    for object in submission.objects() {
        slots_and_codes(object, file, &mut findings);
    }
    associations(submission, file, &mut findings);
    order(submission, file, &mut findings);
    identifiers_of_objects(submission, file, &mut findings);
    findings
}

/// Presence and number of the metadata of the table.
fn attributes_of(
    object: &RegistryObject,
    kind: AttributeObject,
    file: &str,
    setting: Setting,
    findings: &mut Vec<Finding>,
) {
    let wanted =
        attributes::of(kind).filter(|attribute| setting == Setting::Archive || !attribute.archive_only);
    for attribute in wanted {
        let (rule, count, filled) = match attribute.kind {
            AttributeKind::Slot => {
                let slot = object.slot(&attribute.name);
                let filled = slot.is_none_or(|slot| {
                    !slot.values.is_empty() && slot.values.iter().all(|value| !value.value.is_empty())
                });
                (&rule::SLOT, usize::from(slot.is_some()), filled)
            }
            AttributeKind::Classification | AttributeKind::Author => (
                &rule::CLASSIFICATION,
                object.classified(&attribute.name).count(),
                true,
            ),
            AttributeKind::Identifier => {
                let same = object
                    .identifiers
                    .iter()
                    .filter(|identifier| identifier.scheme.eq_ignore_ascii_case(&attribute.scheme));
                let filled = same.clone().all(|identifier| !identifier.value.trim().is_empty());
                (&rule::IDENTIFIER, same.count(), filled)
            }
        };
        let most = attribute.max.or(match attribute.kind {
            AttributeKind::Identifier => Some(1),
            _ => None,
        });
        let Some(message) = number(attribute, count, most, filled) else {
            continue;
        };
        let lenient = match setting {
            Setting::Archive => attribute.warned_in_archive,
            // The entry of the signature of a set (type E1762) has no act nor legal authenticator of its own.
            Setting::Registry => count == 0 && (attribute.warned_in_request || is_signature(object)),
        };
        findings.push(
            rule.at(
                object
                    .spot
                    .place(file)
                    .path(format!("{}/{}", object.spot.path, attribute.name)),
                message,
            )
            .severity(if lenient { Severity::Warning } else { rule.severity })
            .found(count.to_string()),
        );
    }
}

/// Whether an entry describes the signature of its submission set.
fn is_signature(object: &RegistryObject) -> bool {
    object
        .classified("typeCode")
        .any(|classification| classification.code == "E1762")
}

/// What is wrong with the number of a metadatum, if anything.
fn number(attribute: &Attribute, count: usize, most: Option<usize>, filled: bool) -> Option<Text> {
    let name = &attribute.name;
    if count < attribute.min {
        return Some(Text::new(
            format!("métadonnée « {name} » absente"),
            format!("metadatum '{name}' is absent"),
        ));
    }
    if !filled {
        return Some(Text::new(
            format!("métadonnée « {name} » vide"),
            format!("metadatum '{name}' is empty"),
        ));
    }
    let most = most.filter(|most| count > *most)?;
    Some(Text::new(
        format!("métadonnée « {name} » présente {count} fois, au plus {most}"),
        format!("metadatum '{name}' present {count} times, at most {most}"),
    ))
}

fn entry_attributes(document: &RegistryObject, file: &str, findings: &mut Vec<Finding>) {
    let object_type = document.object_type.as_deref().unwrap_or_default();
    if !object_type.eq_ignore_ascii_case(STABLE_DOCUMENT) {
        findings.push(
            rule::OBJECT_TYPE
                .at(
                    document.spot.place(file),
                    Text::fixed(
                        "objectType de la fiche n'est pas celui d'un document stable",
                        "objectType of the entry is not that of a stable document",
                    ),
                )
                .expected(STABLE_DOCUMENT)
                .found(object_type),
        );
    }
    // A new entry may leave the status to the registry; one that is written must be the right one.
    if let Some(status) = document
        .status
        .as_deref()
        .filter(|status| !status.ends_with(":Approved"))
    {
        findings.push(
            rule::STATUS
                .at(
                    document.spot.place(file),
                    Text::fixed(
                        "statut de la fiche différent de Approved",
                        "status of the entry other than Approved",
                    ),
                )
                .expected("urn:oasis:names:tc:ebxml-regrep:StatusType:Approved")
                .found(status),
        );
    }
}

/// Slots twice, values too long or too many, codes without scheme or label.
fn slots_and_codes(object: &RegistryObject, file: &str, findings: &mut Vec<Finding>) {
    let inner = object
        .classifications
        .iter()
        .map(|classification| &classification.slots);
    for slots in std::iter::once(&object.slots).chain(inner) {
        let mut names = BTreeSet::new();
        for slot in slots {
            if !names.insert(slot.name.as_str()) {
                let message = Text::new(
                    format!("le Slot « {} » est écrit deux fois", slot.name),
                    format!("the slot '{}' is written twice", slot.name),
                );
                findings.push(rule::SLOT_REPEATED.at(slot.spot.place(file), message));
            }
            for value in slot
                .values
                .iter()
                .filter(|value| value.value.chars().count() > 256)
            {
                let length = value.value.chars().count();
                let message = Text::new(
                    format!("valeur de « {} » de {length} caractères, au plus 256", slot.name),
                    format!("value of '{}' of {length} characters, at most 256", slot.name),
                );
                findings.push(
                    rule::VALUE_LENGTH
                        .at(value.spot.place(file), message)
                        .found(&*value.value),
                );
            }
        }
    }
    let kind = match object.kind {
        crate::evidence::xds::ObjectKind::Package => AttributeObject::SubmissionSet,
        crate::evidence::xds::ObjectKind::Document => AttributeObject::Document,
        crate::evidence::xds::ObjectKind::Association => return,
    };
    for attribute in attributes::of(kind) {
        if let (AttributeKind::Slot, Some(most), Some(slot)) =
            (attribute.kind, attribute.values, object.slot(&attribute.name))
            && slot.values.len() > most
        {
            let message = Text::new(
                format!(
                    "« {} » a {} valeurs, au plus {most}",
                    attribute.name,
                    slot.values.len()
                ),
                format!(
                    "'{}' has {} values, at most {most}",
                    attribute.name,
                    slot.values.len()
                ),
            );
            findings.push(rule::SLOT_REPEATED.at(slot.spot.place(file), message));
        }
        if attribute.kind == AttributeKind::Classification {
            for classification in object.classified(&attribute.name) {
                let missing: Vec<&str> = [
                    (classification.code.is_empty(), "nodeRepresentation"),
                    (classification.coded().system.is_empty(), "codingScheme"),
                    (
                        classification.name.as_deref().unwrap_or_default().is_empty(),
                        "Name",
                    ),
                ]
                .into_iter()
                .filter_map(|(absent, name)| absent.then_some(name))
                .collect();
                if !missing.is_empty() {
                    let message = Text::new(
                        format!("« {} » sans {}", attribute.name, missing.join(", ")),
                        format!("'{}' without {}", attribute.name, missing.join(", ")),
                    );
                    findings.push(rule::CODE.at(classification.spot.place(file), message));
                }
            }
        }
        if attribute.kind == AttributeKind::Author {
            for author in object.classified(&attribute.name) {
                if author.slot("authorPerson").unwrap_or_default().is_empty() {
                    let message = Text::fixed("auteur sans authorPerson", "author without authorPerson");
                    findings.push(rule::AUTHOR.at(author.spot.place(file), message));
                }
            }
        }
    }
}

fn associations(submission: &Submission, file: &str, findings: &mut Vec<Finding>) {
    let ids: BTreeSet<String> = submission
        .objects()
        .map(|object| object.id.to_lowercase())
        .collect();
    let set_ids: BTreeSet<String> = submission
        .submission_sets()
        .map(|set| set.id.to_lowercase())
        .collect();
    let mut members: BTreeMap<String, usize> = BTreeMap::new();
    // Members whose association points at nothing: that is their fault, not that they have no association.
    let mut lost = 0_usize;
    for association in &submission.associations {
        let kind = association.association_type.as_deref().unwrap_or_default();
        let source = association.source.as_deref().unwrap_or_default().to_lowercase();
        let target = association.target.as_deref().unwrap_or_default().to_lowercase();
        let member = kind.ends_with(HAS_MEMBER);
        // A replacement points at an entry of the registry, which is not in this set.
        let dangling = !ids.contains(&source) || (member && !ids.contains(&target)) || target.is_empty();
        let replaces_nothing = kind.ends_with(":RPLC") && !target.starts_with("urn:uuid:");
        if dangling || replaces_nothing {
            let message = Text::new(
                format!("association {kind} de « {source} » vers « {target} » : objet absent du lot"),
                format!("association {kind} from '{source}' to '{target}': object absent from the set"),
            );
            findings.push(rule::ASSOCIATION_TARGET.at(association.spot.place(file), message));
        }
        if let Some(object_type) = association
            .object_type
            .as_deref()
            .filter(|kind| !kind.ends_with("Association"))
        {
            let message = Text::fixed(
                "objectType d'une association n'est pas un statut de lot",
                "objectType of an association is not a set status",
            );
            findings.push(
                rule::ASSOCIATION_OBJECT_TYPE
                    .at(association.spot.place(file), message)
                    .found(object_type),
            );
        }
        let from_nowhere = member && !ids.contains(&source);
        if !member || !(set_ids.contains(&source) || from_nowhere) {
            continue;
        }
        if !ids.contains(&target) {
            lost += 1;
        }
        if submission
            .documents
            .iter()
            .any(|document| document.id.eq_ignore_ascii_case(&target))
        {
            let status = association
                .value("SubmissionSetStatus")
                .map(|value| value.value.as_str());
            if status != Some("Original") {
                let message = Text::fixed(
                    "SubmissionSetStatus de l'association n'est pas « Original »",
                    "SubmissionSetStatus of the association is not 'Original'",
                );
                findings.push(
                    rule::HAS_MEMBER
                        .at(association.spot.place(file), message)
                        .expected("Original")
                        .found(status.unwrap_or_default()),
                );
            }
        }
        *members.entry(target).or_default() += 1;
    }
    if set_ids.is_empty() {
        return;
    }
    for document in &submission.documents {
        let count = members.get(&document.id.to_lowercase()).copied().unwrap_or(0);
        if count == 0 && lost > 0 {
            lost -= 1;
        } else if count != 1 {
            let message = Text::new(
                format!(
                    "{count} association(s) HasMember du lot vers la fiche « {} »",
                    document.id
                ),
                format!(
                    "{count} HasMember association(s) from the set to the entry '{}'",
                    document.id
                ),
            );
            findings.push(
                rule::HAS_MEMBER
                    .at(document.spot.place(file), message)
                    .expected("1")
                    .found(count.to_string()),
            );
        }
    }
}

/// The order of children that the ebRIM schema fixes: one finding for the file, with how many objects deviate.
fn order(submission: &Submission, file: &str, findings: &mut Vec<Finding>) {
    const ORDER: [&str; 6] = [
        "Slot",
        "Name",
        "Description",
        "VersionInfo",
        "Classification",
        "ExternalIdentifier",
    ];
    let ordered = |children: &[String]| {
        let ranks: Vec<usize> = children
            .iter()
            .filter_map(|child| ORDER.iter().position(|name| name == child))
            .collect();
        ranks.is_sorted()
    };
    let mut deviating = submission.objects().flat_map(|object| {
        let inner = object
            .classifications
            .iter()
            .map(|inner| (&inner.children, &inner.spot));
        std::iter::once((&object.children, &object.spot))
            .chain(inner)
            .filter(|(children, _)| !ordered(children))
            .map(|(_, spot)| spot)
    });
    if let Some(first) = deviating.next() {
        let message = Text::fixed(
            "les enfants ne suivent pas l'ordre du schéma ebRIM (Slot, Name, Description, Classification, ExternalIdentifier)",
            "the children do not follow the order of the ebRIM schema (Slot, Name, Description, Classification, ExternalIdentifier)",
        );
        let mut finding = rule::ORDER.at(first.place(file), message);
        finding.count += deviating.count() as u64;
        findings.push(finding);
    }
}

/// Ids of objects: unique, URNs; inner references: to the parent. One finding per rule, with its count.
fn identifiers_of_objects(submission: &Submission, file: &str, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for object in submission.objects() {
        let twice = !object.id.is_empty() && !seen.insert(object.id.to_lowercase());
        if object.id.is_empty() || twice {
            let message = if twice {
                Text::new(
                    format!("l'identifiant « {} » est celui d'un autre objet", object.id),
                    format!("the id '{}' is that of another object", object.id),
                )
            } else {
                Text::fixed("objet sans identifiant", "object without id")
            };
            findings.push(rule::IDS.at(object.spot.place(file), message).found(&*object.id));
        }
    }
    unique_ids(submission, file, findings);
    let mut dangling = submission.objects().flat_map(|object| {
        let classified = object
            .classifications
            .iter()
            .filter(|inner| !inner.classified.eq_ignore_ascii_case(&object.id))
            .map(|inner| &inner.spot);
        let identified = object
            .identifiers
            .iter()
            .filter(|inner| !inner.registry_object.eq_ignore_ascii_case(&object.id))
            .map(|inner| &inner.spot);
        classified.chain(identified)
    });
    if let Some(first) = dangling.next() {
        let message = Text::fixed(
            "classifiedObject ou registryObject ne désigne pas l'objet parent",
            "classifiedObject or registryObject does not point at the parent object",
        );
        let mut finding = rule::DANGLING.at(first.place(file), message);
        finding.count += dangling.count() as u64;
        findings.push(finding);
    }
}

/// The unique id of a document or of a set names one object.
fn unique_ids(submission: &Submission, file: &str, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for object in submission.packages.iter().chain(&submission.documents) {
        let Some(unique) = object.identifier("uniqueId") else {
            continue;
        };
        let id = unique.value.trim();
        if !id.is_empty() && !seen.insert(id) {
            let message = Text::new(
                format!("uniqueId « {id} » est déjà celui d'une autre fiche"),
                format!("uniqueId '{id}' is that of another entry already"),
            );
            findings.push(rule::UNIQUE_ID.at(unique.spot.place(file), message).found(id));
        }
    }
}
