//! Authors and legal authenticator.

use std::collections::BTreeSet;

use super::Comparison;
use super::words as rule;
use crate::evidence::cda_header::{Author, Located, Organization, Participant, Spot};
use crate::evidence::fold;
use crate::evidence::xds::Classification;
use crate::evidence::xds::datatypes::{Xcn, Xon};
use crate::finding::Rule;

impl Comparison<'_> {
    pub(super) fn people(&mut self) {
        let (entry, header) = (self.entry, self.header);
        if let (Some(found), Some(person)) = (entry.value("legalAuthenticator"), &header.legal_authenticator)
        {
            self.person(
                &rule::LEGAL,
                ("responsable", "legal authenticator"),
                person,
                found,
            );
        }
        self.authors();
    }

    /// One classification per author; an author without person is reported as such.
    fn authors(&mut self) {
        let (entry, header) = (self.entry, self.header);
        let written: Vec<&Classification> = entry.classified("author").collect();
        let nameless = written
            .iter()
            .any(|found| found.slot("authorPerson").unwrap_or_default().is_empty());
        if written.is_empty() || nameless {
            return;
        }
        let mut matched = BTreeSet::new();
        for author in &header.authors {
            let index = written.iter().enumerate().position(|(index, classification)| {
                !matched.contains(&index) && same_author(author, classification)
            });
            if let Some(classification) = index.and_then(|index| written.get(index)) {
                matched.extend(index);
                self.author_name(author, classification);
                self.author_details(author, classification);
            } else {
                let all: Vec<&str> = written
                    .iter()
                    .filter_map(|found| found.slot("authorPerson"))
                    .collect();
                let spot = written
                    .iter()
                    .enumerate()
                    .find(|(index, _)| !matched.contains(index))
                    .or_else(|| written.iter().enumerate().next())
                    .map(|(_, found)| spot_of(found, "authorPerson"))
                    .unwrap_or_default();
                let what = ("auteur", "author");
                self.differs(&rule::AUTHORS, &spot, what, &describe(author), &all.join(" ; "));
            }
        }
        // When an author differs, one more in the metadata is the same fault seen from the other side.
        if written.len() > header.authors.len() && matched.len() == header.authors.len() {
            let extra = written
                .iter()
                .enumerate()
                .find(|(index, _)| !matched.contains(index));
            if let Some((_, classification)) = extra {
                let found = classification.slot("authorPerson").unwrap_or_default().to_owned();
                let spot = spot_of(classification, "authorPerson");
                self.differs(&rule::AUTHORS, &spot, ("auteur", "author"), "", &found);
            }
        }
    }

    /// The name of an author found by identifier.
    fn author_name(&mut self, author: &Author, classification: &Classification) {
        let person = &author.participant;
        let wanted = match (&person.name, &author.device) {
            (Some(name), _) => [name.family.as_deref(), name.given.as_deref()],
            (None, Some((software, model))) => [software.as_deref(), model.as_deref()],
            (None, None) => return,
        };
        let [family, given] = wanted.map(Option::unwrap_or_default);
        let xcn = Xcn::parse(classification.slot("authorPerson").unwrap_or_default());
        let spot = spot_of(classification, "authorPerson");
        for (expected, found, what) in [
            (family, &xcn.family, ("nom de l'auteur", "name of the author")),
            (
                given,
                &xcn.given,
                ("prénom de l'auteur", "given name of the author"),
            ),
        ] {
            // An absent XCN.2 is a malformed person, reported as such.
            if !expected.is_empty() && !found.is_empty() {
                self.name(&rule::AUTHORS, &spot, what, expected, found);
            }
        }
    }

    fn person(&mut self, rule: &Rule, what: (&str, &str), person: &Participant, found: &Located<String>) {
        let xcn = Xcn::parse(&found.value);
        if let Some(id) = person.ids.first()
            && !person
                .ids
                .iter()
                .any(|id| id.extension == xcn.id && id.root == xcn.authority)
        {
            let written = format!("{} ({})", xcn.id, xcn.authority);
            self.differs(
                rule,
                &found.spot,
                what,
                &format!("{} ({})", id.extension, id.root),
                &written,
            );
            return;
        }
        if let Some(name) = &person.name {
            let expected = format!(
                "{} {}",
                name.family.as_deref().unwrap_or_default(),
                name.given.as_deref().unwrap_or_default()
            );
            self.name(
                rule,
                &found.spot,
                what,
                &expected,
                &format!("{} {}", xcn.family, xcn.given),
            );
        }
    }

    /// Institution, role and specialty of an author, when the CDA has them.
    fn author_details(&mut self, author: &Author, classification: &Classification) {
        if let Some(organization) = &author.participant.organization {
            self.institution(organization, classification);
        }
        let role = author
            .function
            .as_ref()
            .and_then(|function| function.label.as_deref());
        let found = classification.slot("authorRole").unwrap_or_default();
        if let Some(expected) = role.filter(|expected| fold::name(expected) != fold::name(found)) {
            let what = ("rôle de l'auteur", "role of the author");
            let spot = spot_of(classification, "authorRole");
            self.differs(&rule::AUTHOR_DETAIL, &spot, what, expected, found);
        }
        let found = classification.slot("authorSpecialty").unwrap_or_default();
        let code = found.split('^').next().unwrap_or_default();
        if let Some(specialty) = &author.participant.specialty
            && code != specialty.code.code
        {
            let what = ("spécialité de l'auteur", "specialty of the author");
            let spot = spot_of(classification, "authorSpecialty");
            self.differs(&rule::AUTHOR_DETAIL, &spot, what, &specialty.code.code, code);
        }
    }

    fn institution(&mut self, organization: &Organization, classification: &Classification) {
        let Some(name) = &organization.name else { return };
        let text = classification.slot("authorInstitution").unwrap_or_default();
        let xon = Xon::parse(text);
        let spot = spot_of(classification, "authorInstitution");
        let wanted = organization.ids.first().map(|id| id.extension.as_str());
        let (expected, found) = match wanted {
            Some(wanted) if !organization.ids.iter().any(|id| id.extension == xon.id) => (wanted, &xon.id),
            _ if fold::name(name) != fold::name(&xon.name) => (name.as_str(), &xon.name),
            _ => return,
        };
        let what = ("institution de l'auteur", "institution of the author");
        self.differs(&rule::AUTHOR_DETAIL, &spot, what, expected, found);
    }
}

/// Where the first value of a slot stands, else the classification.
fn spot_of(classification: &Classification, slot: &str) -> Spot {
    classification
        .located(slot)
        .map_or(&classification.spot, |value| &value.spot)
        .clone()
}

/// Whether a classification describes this author: by identifier, else by name.
fn same_author(author: &Author, classification: &Classification) -> bool {
    let person = &author.participant;
    classification.values("authorPerson").any(|text| {
        let xcn = Xcn::parse(text);
        if person.ids.is_empty() {
            let family = person
                .name
                .as_ref()
                .and_then(|name| name.family.as_deref())
                .unwrap_or_default();
            return fold::name(family) == fold::name(&xcn.family);
        }
        person.ids.iter().any(|id| {
            let same = if id.extension.is_empty() {
                id.root == xcn.id
            } else {
                id.extension == xcn.id
            };
            same && (id.root == xcn.authority || id.extension.is_empty())
        })
    })
}

fn describe(author: &Author) -> String {
    let person = &author.participant;
    let name = person.name.as_ref().map(|name| {
        format!(
            "{} {}",
            name.family.as_deref().unwrap_or_default(),
            name.given.as_deref().unwrap_or_default()
        )
    });
    let device = author.device.as_ref().and_then(|(software, _)| software.clone());
    let id = person
        .ids
        .first()
        .map(|id| format!("{} ({})", id.extension, id.root))
        .unwrap_or_default();
    format!("{id} {}", name.or(device).unwrap_or_default())
}
