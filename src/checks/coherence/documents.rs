//! One document through several files: same id, INS, type, bytes and restrictions.

use std::collections::{BTreeMap, BTreeSet};

use super::words as rule;
use crate::checks::{Judged, Outcome};
use crate::facts::{DocumentFacts, FactSource, Identifier};
use crate::finding::{Finding, NESTED, Place, Rule};
use crate::text::Text;

/// The codes that hide a document from someone.
pub(super) const MASKS: [&str; 3] = ["MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX"];

pub(super) fn judge(files: &[Judged<'_>], same_document: bool, outcome: &mut Outcome) {
    let mut groups: BTreeMap<&Identifier, Vec<&DocumentFacts>> = BTreeMap::new();
    // One file may hold several views of a document (a zip of message and submission): each view counts.
    let mut views: BTreeMap<(usize, FactSource), View<'_>> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        for document in &file.outcome.facts.documents {
            let Some(id) = document.id.as_ref().filter(|id| !id.root.is_empty()) else {
                continue;
            };
            groups.entry(id).or_default().push(document);
            let view = views.entry((index, document.source)).or_insert_with(|| View {
                ids: BTreeSet::new(),
                place: &document.place,
            });
            view.ids.insert(id);
        }
    }
    for documents in groups.values() {
        compare(documents, outcome);
    }
    if same_document {
        one_document(&views, outcome);
    }
    let followed = groups.values().filter(|documents| documents.len() > 1).count();
    if followed > 0 {
        outcome.verified.push(Text::new(
            format!("{followed} document(s) suivi(s) d'un fichier à l'autre"),
            format!("{followed} document(s) followed from file to file"),
        ));
    }
}

/// The documents that one kind of source speaks of in one file.
struct View<'a> {
    ids: BTreeSet<&'a Identifier>,
    place: &'a Place,
}

/// Every view must speak of a document that the first one speaks of.
fn one_document(views: &BTreeMap<(usize, FactSource), View<'_>>, outcome: &mut Outcome) {
    // A message that embeds the document is followed by the document: its own numbering is another one.
    let own_number = |(index, source): &(usize, FactSource)| {
        *source == FactSource::Hl7 && views.contains_key(&(*index, FactSource::Cda))
    };
    let mut kept = views
        .iter()
        .filter(|(key, _)| !own_number(key))
        .map(|(_, view)| view);
    let Some(first) = kept.next() else {
        return;
    };
    let list = |view: &View<'_>| view.ids.iter().map(|id| shown(id)).collect::<Vec<_>>().join(", ");
    let mut told = BTreeSet::new();
    for view in kept.filter(|view| view.ids.is_disjoint(&first.ids)) {
        // The archive and the document in it say the same: once per file.
        if !told.insert((outermost(view.place), &view.ids)) {
            continue;
        }
        let text = Text::new(
            format!("aucun document commun avec {}", first.place),
            format!("no document in common with {}", first.place),
        );
        let finding = rule::DOCUMENT.at(view.place.clone(), text);
        outcome
            .findings
            .push(finding.expected(list(first)).found(list(view)));
    }
}

fn compare(documents: &[&DocumentFacts], outcome: &mut Outcome) {
    // What the document itself says is the reference, else what is said first.
    let reference = documents
        .iter()
        .find(|document| document.source == FactSource::Cda)
        .or(documents.first())
        .copied();
    let Some(reference) = reference else { return };
    for document in documents
        .iter()
        .filter(|document| !std::ptr::eq(**document, reference) && !compared_before(document, reference))
    {
        let id = document.id.as_ref().map(shown).unwrap_or_default();
        if let (Some(expected), Some(found)) = (&reference.patient.ins, &document.patient.ins)
            && expected != found
        {
            differs(
                &rule::PATIENT,
                document,
                reference,
                ("INS", "INS"),
                &id,
                (&shown(expected), &shown(found)),
                outcome,
            );
        }
        if let (Some(expected), Some(found)) = (&reference.type_code, &document.type_code)
            && expected.code != found.code
        {
            differs(
                &rule::TYPE,
                document,
                reference,
                ("type", "type"),
                &id,
                (&expected.code, &found.code),
                outcome,
            );
        }
        if let (Some(expected), Some(found)) = (&reference.sha256, &document.sha256)
            && expected != found
        {
            differs(
                &rule::CONTENT,
                document,
                reference,
                ("contenu (SHA-256)", "content (SHA-256)"),
                &id,
                (expected, found),
                outcome,
            );
        }
        masks(reference, document, &id, outcome);
    }
}

/// Restrictions told by the message or the document must be in the metadata.
fn masks(reference: &DocumentFacts, document: &DocumentFacts, id: &str, outcome: &mut Outcome) {
    let (told, metadata) = match (reference.source, document.source) {
        (FactSource::Xds, FactSource::Hl7) => (document, reference),
        (_, FactSource::Xds) => (reference, document),
        _ => return,
    };
    let has = |facts: &DocumentFacts, mask: &str| facts.confidentiality.iter().any(|code| code.code == mask);
    let lost: Vec<&str> = MASKS
        .into_iter()
        .filter(|mask| has(told, mask) && !has(metadata, mask))
        .collect();
    if !lost.is_empty() {
        let list = lost.join(", ");
        let codes: Vec<&str> = metadata
            .confidentiality
            .iter()
            .map(|code| code.code.as_str())
            .collect();
        differs(
            &rule::CONFIDENTIALITY,
            metadata,
            told,
            ("restriction", "restriction"),
            id,
            (&list, &codes.join(", ")),
            outcome,
        );
    }
}

fn differs(
    rule: &Rule,
    document: &DocumentFacts,
    reference: &DocumentFacts,
    (fr, en): (&str, &str),
    id: &str,
    (expected, found): (&str, &str),
    outcome: &mut Outcome,
) {
    let text = Text::new(
        format!("document {id} : {fr} différent de {}", reference.place),
        format!("document {id}: {en} differs from {}", reference.place),
    );
    let finding = rule
        .at(document.place.clone(), text)
        .expected(expected)
        .found(found);
    // The archive and the document in it say the same: once per file.
    let said = |other: &Finding| {
        other.rule == finding.rule
            && other.found == finding.found
            && outermost(&other.place) == outermost(&finding.place)
    };
    if !outcome.findings.iter().any(said) {
        outcome.findings.push(finding);
    }
}

/// Whether both come from one archive or one request, whose check compared them already.
fn compared_before(one: &DocumentFacts, other: &DocumentFacts) -> bool {
    let (metadata, document) = match (one.source, other.source) {
        (FactSource::Xds, FactSource::Cda) => (&one.place.file, &other.place.file),
        (FactSource::Cda, FactSource::Xds) => (&other.place.file, &one.place.file),
        _ => return false,
    };
    let in_request = document
        .strip_prefix(metadata.as_str())
        .is_some_and(|rest| rest.starts_with(NESTED));
    // METADATA.XML and the document are members of one IHE_XDM archive.
    let archive = metadata.rsplit_once(NESTED).filter(|(_, member)| {
        member
            .rsplit('/')
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case("METADATA.XML"))
    });
    let in_archive = archive.is_some_and(|(archive, _)| {
        document
            .rsplit_once(NESTED)
            .is_some_and(|(same, _)| same == archive)
    });
    in_request || in_archive
}

/// The file as filed, without what it is a member of.
fn outermost(place: &Place) -> &str {
    place.file.split(NESTED).next().unwrap_or(&place.file)
}

fn shown(id: &Identifier) -> String {
    if id.extension.is_empty() {
        id.root.clone()
    } else {
        format!("{}^{}", id.root, id.extension)
    }
}
