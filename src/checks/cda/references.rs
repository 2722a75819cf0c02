//! References inside the document: from entries to the narrative, inside the narrative, and identifiers used twice.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::engines::xml::{Document, NodeId};
use crate::evidence::cda_header::HL7_V3;
use crate::evidence::xml;
use crate::finding::{Finding, Rule, Severity};
use crate::text::{Text, text};

/// A reference of an entry leads to the narrative.
pub(super) static TARGET: Rule = Rule::fixed(
    "CDA-REF-TARGET",
    Severity::Warning,
    text(
        "Chaque référence d'une entrée mène à un élément du document",
        "Each reference of an entry leads to an element of the document",
    ),
    text(
        "L'entrée codée et le texte lisible ne sont plus liés : le lecteur ne retrouve pas ce que dit la donnée. Les exemples officiels en comptent, d'où un avertissement.",
        "The coded entry and the readable text are no longer linked: the reader does not find what the data says. The official examples have some, hence a warning.",
    ),
    text(
        "Écrire reference/@value=\"#x\" où x est l'attribut ID d'un élément de section/text.",
        "Write reference/@value=\"#x\" where x is the ID attribute of an element of section/text.",
    ),
    "HL7 CDA R2, 4.3.5.1 (referenced content)",
);

/// A reference inside the narrative leads somewhere.
pub(super) static NARRATIVE: Rule = Rule::fixed(
    "CDA-REF-NARRATIVE",
    Severity::Error,
    text(
        "Chaque renvoi du texte mène à un élément du document",
        "Each reference of the narrative leads to an element of the document",
    ),
    text(
        "Un objet ou une note que le texte appelle et qui n'existe pas ne s'affiche pas.",
        "An object or a note that the text calls and that does not exist is not shown.",
    ),
    text(
        "Donner à l'objet l'identifiant nommé par referencedObject, IDREF ou headers.",
        "Give the object the identifier named by referencedObject, IDREF or headers.",
    ),
    "HL7 CDA R2, 4.3.5 (NarrativeBlock.xsd, IDREF); W3C XML 1.0, 3.3.1",
);

/// An identifier is used once.
pub(super) static DUPLICATE: Rule = Rule::fixed(
    "CDA-ID-DUPLICATE",
    Severity::Error,
    text(
        "Chaque attribut ID est unique dans le document",
        "Each ID attribute is unique in the document",
    ),
    text(
        "Une référence vers un identifiant double ne dit plus lequel des éléments elle vise.",
        "A reference to an identifier used twice no longer says which element it means.",
    ),
    text(
        "Donner à chaque élément un ID propre.",
        "Give each element an ID of its own.",
    ),
    "HL7 CDA R2, NarrativeBlock.xsd (xs:ID); W3C XML 1.0, 3.3.1",
);

/// The rules on references.
pub(super) fn rules() -> Vec<&'static Rule> {
    vec![&TARGET, &NARRATIVE, &DUPLICATE]
}

/// Judges the references of a document. Identifiers used twice are left to the XSD when one ran (`duplicates` false).
pub(super) fn check(document: &Document, file: &str, duplicates: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut identifiers: HashSet<&str> = HashSet::new();
    let mut doubled: BTreeMap<&str, (NodeId, u64)> = BTreeMap::new();
    let mut calls: Vec<(NodeId, &str)> = Vec::new();
    let mut references: Vec<(NodeId, &str)> = Vec::new();
    for node in document.descendants(document.root_element()) {
        if !document.is_element(node) {
            continue;
        }
        for attribute in document.attributes(node) {
            if !document.namespace(attribute).is_empty() {
                continue;
            }
            let value = document.text(attribute);
            match document.local_name(attribute) {
                "ID" if !identifiers.insert(value.trim()) => {
                    doubled.entry(value.trim()).or_insert((attribute, 1)).1 += 1;
                }
                "IDREF" | "referencedObject" => {
                    calls.extend(value.split_whitespace().map(|one| (attribute, one)));
                }
                "value" if document.has_name(node, HL7_V3, "reference") => {
                    references.push((attribute, value));
                }
                _ => {}
            }
        }
    }
    if duplicates {
        for (value, (node, count)) in doubled {
            let message = Text::new(
                format!("l'identifiant « {value} » est employé {count} fois"),
                format!("identifier '{value}' is used {count} times"),
            );
            findings.push(xml::at(&DUPLICATE, file, document, node, message).found(value));
        }
    }
    for (node, value) in calls {
        if !identifiers.contains(value) {
            let message = Text::new(
                format!("le texte renvoie à « {value} », qui n'existe pas"),
                format!("the narrative refers to '{value}', which does not exist"),
            );
            findings.push(xml::at(&NARRATIVE, file, document, node, message).found(value));
        }
    }
    // The same target missed twenty times is one fault.
    let mut missed: HashMap<&str, usize> = HashMap::new();
    for (node, value) in references {
        let Some(target) = value.trim().strip_prefix('#') else {
            continue;
        };
        if identifiers.contains(target) {
            continue;
        }
        if let Some(finding) = missed
            .get(target)
            .and_then(|&index: &usize| findings.get_mut(index))
        {
            let finding: &mut Finding = finding;
            finding.count += 1;
            continue;
        }
        missed.insert(target, findings.len());
        let message = Text::new(
            format!("la référence « #{target} » ne mène à aucun élément"),
            format!("reference '#{target}' leads to no element"),
        );
        findings.push(xml::at(&TARGET, file, document, node, message).found(format!("#{target}")));
    }
    findings
}
