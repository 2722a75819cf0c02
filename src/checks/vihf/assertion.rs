//! One assertion: identity, times, role, patient, purpose, and the submission it comes with.

use jiff::Timestamp;

use super::words as rule;
use super::{SAML, attributes, signature};
use crate::checks::Outcome;
use crate::engines::x509;
use crate::evidence::Evidence;
use crate::evidence::check_digit::luhn;
use crate::evidence::element::Element;
use crate::evidence::fold;
use crate::evidence::ins;
use crate::evidence::xds::Submission;
use crate::evidence::xds::datatypes::{Cx, Xcn, Xon, is_oid, national_identifier};
use crate::facts::Identifier;
use crate::finding::{Rule, Severity};
use crate::text::Text;

static GENERIC: &str = include_str!("../../../testcases/vihf/generic-users.txt");

const SUBJECT_NAME: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName";
const ROLE: &str = "urn:oasis:names:tc:xacml:2.0:subject:role";
const RESOURCE_ID: &str = "urn:oasis:names:tc:xacml:2.0:resource:resource-id";
const PURPOSE: &str = "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse";
/// OID of the identifiers of professionals (PS_IdNat).
const PROFESSIONALS: &str = "1.2.250.1.71.4.2.1";
/// OID of the professions (TRE_G15).
const PROFESSIONS: &str = "1.2.250.1.71.1.2.7";
/// What stands before the name of a class of authentication.
const CONTEXT_CLASS: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:";

struct Judge<'a> {
    assertion: Element<'a>,
    file: &'a str,
    outcome: &'a mut Outcome,
}

pub(super) fn judge(
    assertion: Element<'_>,
    submission: Option<&Submission>,
    evidence: &Evidence,
    outcome: &mut Outcome,
) {
    let file = evidence.path();
    let mut judge = Judge {
        assertion,
        file,
        outcome,
    };
    judge.identification();
    judge.issuer();
    judge.times();
    judge.name_id(submission);
    judge.structure(submission);
    judge.role();
    judge.context();
    judge.patient(submission);
    judge.purpose();
    attributes::judge(assertion, file, outcome);
    signature::judge(assertion, file, outcome);
}

impl Judge<'_> {
    fn say(&mut self, rule: &Rule, element: Element<'_>, text: Text, expected: &str, found: &str) {
        let finding = rule
            .at(element.spot().place(self.file), text)
            .expected(expected)
            .found(found);
        self.outcome.findings.push(finding);
    }

    fn identification(&mut self) {
        let assertion = self.assertion;
        let mut missing = Vec::new();
        if !assertion.is(SAML, "Assertion") || assertion.attribute("Version") != Some("2.0") {
            missing.push("Version=\"2.0\"");
        }
        for name in ["ID", "IssueInstant"] {
            if assertion
                .attribute(name)
                .is_none_or(|value| value.trim().is_empty())
            {
                missing.push(name);
            }
        }
        let issued = assertion.attribute("IssueInstant").unwrap_or_default().trim();
        if !issued.is_empty() && issued.parse::<Timestamp>().is_err() {
            missing.push("IssueInstant AAAA-MM-JJThh:mm:ssZ");
        }
        if !missing.is_empty() {
            let list = missing.join(", ");
            let text = Text::new(
                format!("assertion sans {list}"),
                format!("assertion without {list}"),
            );
            self.say(&rule::ASSERTION, assertion, text, &list, "");
        }
    }

    fn issuer(&mut self) {
        let issuer = self.assertion.child("Issuer");
        let format = issuer
            .and_then(|issuer| issuer.attribute("Format"))
            .unwrap_or_default();
        let name = issuer.map(Element::folded).unwrap_or_default();
        let misspelt = format == SUBJECT_NAME.replace("nameid-format", "nameidformat");
        if (format != SUBJECT_NAME && !misspelt) || !name.contains('=') {
            let text = Text::fixed(
                "Issuer absent, ou pas le sujet (DN) d'un certificat",
                "Issuer absent, or not the subject (DN) of a certificate",
            );
            let place = issuer.unwrap_or(self.assertion);
            self.say(
                &rule::ISSUER,
                place,
                text,
                SUBJECT_NAME,
                &format!("{format} {name}"),
            );
        } else if let Some(issuer) = issuer.filter(|_| misspelt) {
            // A published table of the volume spells it so.
            let text = Text::fixed("Format de Issuer mal orthographié", "Format of Issuer misspelt");
            let place = issuer.spot().place(self.file);
            let finding = rule::ISSUER.at(place, text).severity(Severity::Warning);
            self.outcome
                .findings
                .push(finding.expected(SUBJECT_NAME).found(format));
        }
        self.issuer_is_certificate(issuer, &name);
    }

    /// The issuer is the subject of the certificate that comes with the signature.
    fn issuer_is_certificate(&mut self, issuer: Option<Element<'_>>, name: &str) {
        let Some(issuer) = issuer.filter(|_| name.contains('=')) else {
            return;
        };
        let Some(certificate) = signature::certificate(self.assertion) else {
            return;
        };
        if x509::same_name(&certificate.subject_parts, name) != Some(true) {
            let text = Text::fixed(
                "Issuer n'est pas le sujet du certificat de la signature",
                "Issuer is not the subject of the certificate of the signature",
            );
            self.say(&rule::ISSUER, issuer, text, &certificate.subject, name);
        }
    }

    fn times(&mut self) {
        let assertion = self.assertion;
        let read = |element: Element<'_>, name: &str| {
            element
                .attribute(name)
                .and_then(|text| text.trim().parse::<Timestamp>().ok())
        };
        let Some(issued) = read(assertion, "IssueInstant") else {
            return;
        };
        if let Some(conditions) = assertion.child("Conditions") {
            if let Some(audience) = conditions.child("AudienceRestriction") {
                let text = Text::fixed(
                    "AudienceRestriction ne doit pas être renseignée",
                    "AudienceRestriction must not be filled",
                );
                self.say(&rule::CONDITIONS, audience, text, "", &audience.folded());
            }
            let before = read(conditions, "NotBefore").is_some_and(|start| start > issued);
            let after = read(conditions, "NotOnOrAfter").is_some_and(|end| end <= issued);
            if before || after {
                let text = Text::fixed(
                    "IssueInstant est hors de la période NotBefore – NotOnOrAfter",
                    "IssueInstant is outside of the period NotBefore – NotOnOrAfter",
                );
                let found = assertion.attribute("IssueInstant").unwrap_or_default().to_owned();
                self.say(
                    &rule::CONDITIONS,
                    conditions,
                    text,
                    "NotBefore ≤ IssueInstant < NotOnOrAfter",
                    &found,
                );
            }
        }
        if let Some(statement) = assertion.child("AuthnStatement")
            && read(statement, "AuthnInstant").is_some_and(|instant| instant > issued)
        {
            let text = Text::fixed(
                "AuthnInstant suit IssueInstant",
                "AuthnInstant is after IssueInstant",
            );
            let found = statement.attribute("AuthnInstant").unwrap_or_default().to_owned();
            self.say(
                &rule::CONDITIONS,
                statement,
                text,
                "AuthnInstant ≤ IssueInstant",
                &found,
            );
        }
    }

    fn name_id(&mut self, submission: Option<&Submission>) {
        let element = self.assertion.descend(&["Subject", "NameID"]);
        let id = element.map(Element::folded).unwrap_or_default();
        let place = element.unwrap_or(self.assertion);
        if !national_identifier(&id) {
            let text = Text::new(
                format!("NameID « {id} » n'est pas un identifiant national de professionnel (PS_IdNat)"),
                format!("NameID '{id}' is no national identifier of a professional (PS_IdNat)"),
            );
            self.say(
                &rule::NAME_ID,
                place,
                text,
                "8 + RPPS, 0 + ADELI, structure/identifiant",
                &id,
            );
        } else if is_generic(&id) {
            let text = Text::new(
                format!("NameID « {id} » est celui d'un compte générique"),
                format!("NameID '{id}' is that of a generic account"),
            );
            self.say(&rule::NAME_ID, place, text, "un identifiant nominatif", &id);
        } else if let Some(rpps) = id.strip_prefix('8').filter(|rpps| !luhn(rpps)) {
            let text = Text::new(
                format!("RPPS {rpps} : clé fausse"),
                format!("RPPS {rpps}: wrong check digit"),
            );
            self.say(&rule::RPPS_KEY, place, text, "", rpps);
        }
        if id.is_empty() {
            return;
        }
        let well_formed = national_identifier(&id);
        self.outcome.facts.professionals.push(Identifier {
            root: PROFESSIONALS.to_owned(),
            extension: id.clone(),
        });
        let people: Vec<String> = set_authors(submission, "authorPerson")
            .iter()
            .map(|text| Xcn::parse(text).id)
            .collect();
        // A malformed identifier is not that of the author either: it has been told of.
        if well_formed && !people.is_empty() && !people.contains(&id) {
            let text = Text::fixed(
                "NameID n'est pas l'auteur (authorPerson) du lot de soumission",
                "NameID is not the author (authorPerson) of the submission set",
            );
            self.say(&rule::CONSISTENCY, place, text, &people.join(", "), &id);
        }
    }

    fn structure(&mut self, submission: Option<&Submission>) {
        let Some(element) = attributes::value(self.assertion, &["Identifiant_Structure"]) else {
            return;
        };
        let id = element.folded();
        let structures: Vec<String> = set_authors(submission, "authorInstitution")
            .iter()
            .map(|text| Xon::parse(text).id)
            .collect();
        let well_formed = attributes::well_formed("Identifiant_Structure", &id);
        if well_formed && !structures.is_empty() && !structures.contains(&id) {
            let text = Text::fixed(
                "Identifiant_Structure n'est pas l'institution (authorInstitution) du lot de soumission",
                "Identifiant_Structure is not the institution (authorInstitution) of the submission set",
            );
            self.say(&rule::CONSISTENCY, element, text, &structures.join(", "), &id);
        }
    }

    fn role(&mut self) {
        let roles: Vec<Element<'_>> = self
            .assertion
            .descendants()
            .filter(|element| element.local() == "Attribute" && element.attribute("Name") == Some(ROLE))
            .flat_map(|attribute| {
                attribute
                    .descendants()
                    .filter(|element| element.local() == "Role")
                    .collect::<Vec<_>>()
            })
            .collect();
        let first = roles
            .first()
            .and_then(|role| role.attribute("code"))
            .unwrap_or_default()
            .to_owned();
        let place = roles.first().copied().unwrap_or(self.assertion);
        let system = |role: &Element<'_>| role.attribute("codeSystem").unwrap_or_default().trim().to_owned();
        if first.is_empty() || roles.iter().any(|role| system(role).is_empty()) {
            let text = Text::fixed(
                "aucune profession dans subject:role, ou sans codeSystem",
                "no profession in subject:role, or without codeSystem",
            );
            self.say(&rule::ROLE, place, text, "hl7:Role code, codeSystem", &first);
            return;
        }
        let values = &attributes::VALUES;
        if let Some(found) = roles
            .first()
            .map(system)
            .filter(|found| !values.role_systems.contains(found))
        {
            let text = Text::new(
                format!("codeSystem de la profession « {found} »"),
                format!("codeSystem of the profession '{found}'"),
            );
            self.say(&rule::ROLE, place, text, &values.role_systems.join(", "), &found);
        } else if roles.first().map(system).as_deref() == Some(PROFESSIONS) && !profession_known(&first) {
            // The list may have grown since it was kept here.
            let text = Text::new(
                format!("profession « {first} » inconnue de la liste conservée (TRE_G15)"),
                format!("profession '{first}' not in the list kept here (TRE_G15)"),
            );
            let finding = rule::ROLE.at(place.spot().place(self.file), text);
            self.outcome
                .findings
                .push(finding.severity(Severity::Warning).found(first));
        } else if let Some(wanted) = values.specialty_systems.get(&first) {
            match roles.get(1) {
                None => {
                    let text = Text::new(
                        format!("la profession {first} demande un second rôle (spécialité)"),
                        format!("profession {first} needs a second role (specialty)"),
                    );
                    self.say(&rule::ROLE, place, text, "2", "1");
                }
                Some(second) if !wanted.is_empty() && system(second) != *wanted => {
                    let found = system(second);
                    let text = Text::new(
                        format!("codeSystem de la spécialité « {found} »"),
                        format!("codeSystem of the specialty '{found}'"),
                    );
                    self.say(&rule::ROLE, *second, text, wanted, &found);
                }
                Some(_) => {}
            }
        }
    }

    fn context(&mut self) {
        let element = self
            .assertion
            .descend(&["AuthnStatement", "AuthnContext", "AuthnContextClassRef"]);
        let class = element.map(Element::folded).unwrap_or_default();
        let known = class
            .strip_prefix(CONTEXT_CLASS)
            .is_some_and(|name| attributes::VALUES.contexts.iter().any(|known| known == name));
        if !known {
            let text = Text::fixed(
                "AuthnContextClassRef absent ou inconnu",
                "AuthnContextClassRef absent or unknown",
            );
            let expected = format!("{CONTEXT_CLASS}…");
            let place = element.unwrap_or(self.assertion);
            self.say(&rule::CONTEXT, place, text, &expected, &class);
        }
    }

    fn patient(&mut self, submission: Option<&Submission>) {
        let element = attributes::value(self.assertion, &[RESOURCE_ID]);
        let text = element.map(Element::folded).unwrap_or_default();
        let place = element.unwrap_or(self.assertion);
        let patient = submission
            .and_then(|submission| submission.submission_sets().next())
            .and_then(|set| set.identifier("patientId"))
            .map(|identifier| identifier.value.clone());
        if text.is_empty() {
            // A request that is about no patient (a search, the ROR) has none.
            if patient.is_some() {
                let words = Text::fixed(
                    "resource-id absent d'une soumission",
                    "resource-id absent from a submission",
                );
                self.say(
                    &rule::PATIENT,
                    place,
                    words,
                    patient.as_deref().unwrap_or_default(),
                    "",
                );
            }
            return;
        }
        let cx = Cx::parse(&text);
        let kind = if ins::is_ins(&cx.authority) { "NH" } else { "PI" };
        if cx.id.is_empty() || !is_oid(&cx.authority) || cx.authority_type != "ISO" || cx.kind != kind {
            let words = Text::fixed("resource-id mal formé", "malformed resource-id");
            self.say(&rule::PATIENT, place, words, "INS^^^&OID&ISO^NH", &text);
        } else if let Some(patient) =
            patient.filter(|patient| Cx::parse(patient).identifier() != cx.identifier())
        {
            let words = Text::fixed(
                "le patient de l'assertion n'est pas celui de la soumission",
                "the patient of the assertion is not that of the submission",
            );
            self.say(&rule::PATIENT, place, words, &patient, &text);
        }
    }

    fn purpose(&mut self) {
        let value = attributes::value(self.assertion, &[PURPOSE]);
        let element = value.and_then(|value| {
            value
                .descendants()
                .find(|element| element.local() == "PurposeOfUse")
        });
        let code = element
            .and_then(|element| element.attribute("code"))
            .unwrap_or_default()
            .to_owned();
        let place = element.or(value).unwrap_or(self.assertion);
        if !attributes::VALUES.purposes.contains(&code) {
            if code.is_empty() && attributes::for_ror(self.assertion) {
                return;
            }
            let text = Text::new(
                format!("motif d'accès « {code} »"),
                format!("purpose of use '{code}'"),
            );
            self.say(
                &rule::PURPOSE,
                place,
                text,
                &attributes::VALUES.purposes.join(", "),
                &code,
            );
            return;
        }
        let system = element
            .and_then(|element| element.attribute("codeSystem"))
            .unwrap_or_default();
        let systems = &attributes::VALUES.purpose_systems;
        if !systems.iter().any(|known| known == system) {
            let text = Text::new(
                format!("codeSystem du motif « {system} »"),
                format!("codeSystem of the purpose '{system}'"),
            );
            let finding = rule::PURPOSE
                .at(place.spot().place(self.file), text)
                .severity(Severity::Warning);
            self.outcome
                .findings
                .push(finding.expected(systems.join(", ")).found(system));
        }
    }
}

/// Whether a profession is one of the list kept here.
fn profession_known(code: &str) -> bool {
    attributes::VALUES.professions.iter().any(|known| known == code)
}

/// The values of a slot of the authors of the submission set.
fn set_authors(submission: Option<&Submission>, slot: &str) -> Vec<String> {
    submission
        .into_iter()
        .flat_map(Submission::submission_sets)
        .flat_map(|set| set.classified("author"))
        .flat_map(|author| author.values(slot).map(str::to_owned).collect::<Vec<_>>())
        .filter(|value| !value.is_empty())
        .collect()
}

/// A local identifier made of a word that names no one, or an RPPS of one repeated digit.
fn is_generic(id: &str) -> bool {
    let local = id.split_once('/').map_or(id, |(_, local)| local);
    let folded = fold::name(local).to_lowercase();
    let word = folded.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_' || c == '-');
    let listed = GENERIC
        .lines()
        .filter(|line| !line.starts_with('#'))
        .any(|generic| generic.trim() == word);
    let digits = id.strip_prefix('8').unwrap_or_default();
    let repeated = digits.len() == 11 && digits.chars().all(|c| digits.starts_with(c));
    (listed && id.contains('/')) || repeated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generic_users() {
        for generic in [
            "3750000001/admin",
            "3750000001/Secrétariat",
            "3750000001/test01",
            "800000000000",
        ] {
            assert!(is_generic(generic), "{generic}");
        }
        for personal in ["3750000001/jdupont", "801234534765", "3750000001/12345"] {
            assert!(!is_generic(personal), "{personal}");
        }
    }

    #[test]
    fn check_digits() {
        assert!(luhn("79927398713") && !luhn("79927398710"));
    }
}
