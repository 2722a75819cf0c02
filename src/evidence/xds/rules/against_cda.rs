//! Each metadatum of a document entry against the CDA header it comes from.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::Setting;
use super::against_cda_words as rule;
use super::words;
use crate::evidence::cda_header::{Author, BodyLevel, CdaHeader, LabelledCode, Located, Participant, Spot};
use crate::evidence::fold;
use crate::evidence::hl7_time::Timestamp;
use crate::evidence::ins;
use crate::evidence::xds::datatypes::{Cx, Xcn, Xon};
use crate::evidence::xds::{Classification, RegistryObject, Submission};
use crate::facts::Identifier;
use crate::finding::{Finding, Rule, Severity};
use crate::text::Text;

static FORMATS: &str = include_str!("../../../../testcases/xds/format-codes.tsv");
static TOLERATED_FORMATS: &str = include_str!("../../../../testcases/xds/format-codes-tolerated.tsv");
static CLASSES: &str = include_str!("../../../../testcases/xds/type-class.tsv");

/// Format code of a level 1 document with a PDF.
pub const LEVEL_1_FORMAT: &str = "urn:ihe:iti:xds-sd:pdf:2008";
/// Format code of a document of no published model.
const UNKNOWN_MODEL_FORMAT: &str = "urn:asipSante:modelesHorsProfils:2011";
/// The slot that says what to do with a document sent by mail.
const ACTION_SLOT: &str = "urn:action:extraMetadataSlot";

type Pairs = Vec<(&'static str, &'static str)>;

fn pairs(table: &'static str) -> Pairs {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .collect()
}

static FORMAT_OF_TEMPLATE: LazyLock<Pairs> = LazyLock::new(|| pairs(FORMATS));
static TOLERATED_FORMAT_OF_TEMPLATE: LazyLock<Pairs> = LazyLock::new(|| pairs(TOLERATED_FORMATS));
static CLASSES_OF_TYPE: LazyLock<Pairs> = LazyLock::new(|| pairs(CLASSES));

/// What the comparison of one entry works with.
struct Comparison<'a> {
    entry: &'a RegistryObject,
    header: &'a CdaHeader,
    file: &'a str,
    findings: Vec<Finding>,
}

/// Compares the entry of a document with the header of that document. `file` is the path of the metadata.
pub fn compare(
    submission: &Submission,
    entry: &RegistryObject,
    header: &CdaHeader,
    file: &str,
    setting: Setting,
) -> Vec<Finding> {
    let mut comparison = Comparison {
        entry,
        header,
        file,
        findings: Vec::new(),
    };
    comparison.identity();
    comparison.codes();
    comparison.times();
    comparison.patient();
    comparison.people();
    comparison.format();
    comparison.replacement(submission, setting);
    comparison.findings
}

impl Comparison<'_> {
    /// Reports that `found`, in the metadata, is not what the CDA says.
    fn differs(&mut self, rule: &Rule, spot: &Spot, what: (&str, &str), expected: &str, found: &str) {
        self.differs_as(rule, rule.severity, spot, what, expected, found);
    }

    fn differs_as(
        &mut self,
        rule: &Rule,
        severity: Severity,
        spot: &Spot,
        (fr, en): (&str, &str),
        expected: &str,
        found: &str,
    ) {
        let message = Text::new(
            format!("{fr} : « {found} » dans les métadonnées, « {expected} » dans le CDA"),
            format!("{en}: '{found}' in the metadata, '{expected}' in the CDA"),
        );
        let place = spot.place(self.file);
        self.findings.push(
            rule.at(place, message)
                .severity(severity)
                .expected(expected)
                .found(found),
        );
    }

    /// Compares names: equal but for case and accents is only a warning.
    fn name(&mut self, rule: &Rule, spot: &Spot, what: (&str, &str), expected: &str, found: &str) {
        if fold::spaces(expected) == fold::spaces(found) {
            return;
        }
        let severity = if fold::name(expected) == fold::name(found) {
            Severity::Warning
        } else {
            rule.severity
        };
        self.differs_as(rule, severity, spot, what, expected, found);
    }

    fn identity(&mut self) {
        let (entry, header) = (self.entry, self.header);
        if let (Some(unique), Some(id)) = (entry.identifier("uniqueId"), &header.id) {
            let expected = joined(&id.value);
            if unique.value.trim() != expected && !unique.value.is_empty() {
                self.differs(
                    &rule::UNIQUE_ID,
                    &unique.spot,
                    ("uniqueId", "uniqueId"),
                    &expected,
                    &unique.value,
                );
            }
        }
        if let Some(title) = &header.title {
            let found = entry.name.clone().unwrap_or_else(|| Located {
                value: String::new(),
                spot: entry.spot.clone(),
            });
            if found.value != title.value {
                self.differs(
                    &rule::TITLE,
                    &found.spot,
                    ("titre", "title"),
                    &title.value,
                    &found.value,
                );
            }
            if title.value.chars().count() > 128 {
                let message = Text::new(
                    format!("titre de {} caractères", title.value.chars().count()),
                    format!("title of {} characters", title.value.chars().count()),
                );
                self.findings
                    .push(words::TITLE_LENGTH.at(found.spot.place(self.file), message));
            }
        }
        if let (Some(found), Some(language)) = (entry.value("languageCode"), &header.language)
            && found.value != language.value
        {
            self.differs(
                &rule::LANGUAGE,
                &found.spot,
                ("languageCode", "languageCode"),
                &language.value,
                &found.value,
            );
        }
        let mime = entry.mime_type.as_deref().unwrap_or_default();
        let right = mime == "text/xml" || (header.self_presentable && mime == "application/xslt+xml");
        if !right {
            let message = Text::new(
                format!("mimeType « {mime} » pour un document CDA"),
                format!("mimeType '{mime}' for a CDA document"),
            );
            self.findings.push(
                rule::MIME
                    .at(entry.spot.place(self.file), message)
                    .expected("text/xml")
                    .found(mime),
            );
        }
    }

    fn codes(&mut self) {
        let (entry, header) = (self.entry, self.header);
        if let (Some(found), Some(code)) = (entry.classified("typeCode").next(), &header.code) {
            let (expected, coded) = (&code.value.code, found.coded());
            if *expected != coded && !found.code.is_empty() {
                let written = format!("{} ({})", coded.code, coded.system);
                let wanted = format!("{} ({})", expected.code, expected.system);
                self.differs(
                    &rule::TYPE,
                    &found.spot,
                    ("typeCode", "typeCode"),
                    &wanted,
                    &written,
                );
            } else if let (Some(label), Some(name)) = (&code.value.label, &found.name)
                && fold::name(label) != fold::name(name)
            {
                self.differs(
                    &rule::TYPE_LABEL,
                    &found.spot,
                    ("libellé du type", "label of the type"),
                    label,
                    name,
                );
            }
        }
        if let Some(code) = &header.confidentiality {
            let codes: Vec<&str> = entry
                .classified("confidentialityCode")
                .map(|found| found.code.as_str())
                .collect();
            if !codes.is_empty() && !codes.contains(&code.value.code.code.as_str()) {
                let spot = entry
                    .classified("confidentialityCode")
                    .next()
                    .map(|found| found.spot.clone());
                let what = ("confidentialityCode", "confidentialityCode");
                self.differs(
                    &rule::CONFIDENTIALITY,
                    &spot.unwrap_or_default(),
                    what,
                    &code.value.code.code,
                    &codes.join(", "),
                );
            }
        }
        let facility = header
            .encounter
            .as_ref()
            .and_then(|encounter| encounter.facility.clone());
        self.code("healthcareFacilityTypeCode", &rule::FACILITY, facility.as_ref());
        let practice = header
            .service_events
            .first()
            .and_then(|event| event.practice_setting.clone());
        self.code("practiceSettingCode", &rule::PRACTICE, practice.as_ref());
        self.events();
        self.class();
    }

    /// A code that must be the one of the header; another coding scheme is a warning.
    fn code(&mut self, metadatum: &str, rule: &Rule, expected: Option<&LabelledCode>) {
        let Some(expected) = expected.map(|expected| &expected.code) else {
            return;
        };
        let Some(found) = self
            .entry
            .classified(metadatum)
            .next()
            .filter(|found| !found.code.is_empty())
        else {
            return;
        };
        let coded = found.coded();
        if coded.code != expected.code {
            self.differs(
                rule,
                &found.spot,
                (metadatum, metadatum),
                &expected.code,
                &coded.code,
            );
        } else if coded.system != expected.system {
            let what = (
                format!("codingScheme de {metadatum}"),
                format!("codingScheme of {metadatum}"),
            );
            let what = (what.0.as_str(), what.1.as_str());
            self.differs_as(
                rule,
                Severity::Warning,
                &found.spot,
                what,
                &expected.system,
                &coded.system,
            );
        }
    }

    fn events(&mut self) {
        let (entry, header) = (self.entry, self.header);
        let events: Vec<&LabelledCode> = header
            .service_events
            .iter()
            .filter_map(|event| event.code.as_ref())
            .collect();
        let found: BTreeSet<&str> = entry
            .classified("eventCodeList")
            .map(|found| found.code.as_str())
            .collect();
        let wanted: BTreeSet<&str> = events.iter().map(|event| event.code.code.as_str()).collect();
        let allowed: BTreeSet<&str> = events
            .iter()
            .flat_map(|event| event.translations.iter().chain(std::iter::once(&event.code)))
            .map(|code| code.code.as_str())
            .collect();
        let missing: Vec<&str> = wanted.difference(&found).copied().collect();
        let extra: Vec<&str> = found.difference(&allowed).copied().collect();
        if !missing.is_empty() || !extra.is_empty() {
            let spot = entry
                .classified("eventCodeList")
                .next()
                .map_or_else(|| entry.spot.clone(), |first| first.spot.clone());
            let message = Text::new(
                format!(
                    "eventCodeList : manquent [{}], en trop [{}]",
                    missing.join(", "),
                    extra.join(", ")
                ),
                format!(
                    "eventCodeList: missing [{}], in excess [{}]",
                    missing.join(", "),
                    extra.join(", ")
                ),
            );
            let list = |codes: &BTreeSet<&str>| codes.iter().copied().collect::<Vec<_>>().join(", ");
            self.findings.push(
                rule::EVENTS
                    .at(spot.place(self.file), message)
                    .expected(list(&wanted))
                    .found(list(&found)),
            );
        }
    }

    fn class(&mut self) {
        let Some(code) = &self.header.code else { return };
        let known = CLASSES_OF_TYPE
            .iter()
            .find(|(kind, _)| *kind == code.value.code.code)
            .map(|(_, classes)| *classes);
        let Some(found) = self
            .entry
            .classified("classCode")
            .next()
            .filter(|found| !found.code.is_empty())
        else {
            return;
        };
        if let Some(classes) = known.filter(|classes| !classes.split(',').any(|class| class == found.code)) {
            let message = Text::new(
                format!(
                    "classe « {} » pour le type « {} »",
                    found.code, code.value.code.code
                ),
                format!("class '{}' for the type '{}'", found.code, code.value.code.code),
            );
            self.findings.push(
                rule::CLASS
                    .at(found.spot.place(self.file), message)
                    .expected(classes)
                    .found(&*found.code),
            );
        }
    }

    fn times(&mut self) {
        let (entry, header) = (self.entry, self.header);
        if let (Some(found), Some(time)) = (entry.value("creationTime"), &header.effective_time)
            && !same_time(&time.value, &found.value)
        {
            self.differs(
                &rule::CREATION,
                &found.spot,
                ("creationTime", "creationTime"),
                &utc(&time.value),
                &found.value,
            );
        }
        for (metadatum, bound) in [("serviceStartTime", true), ("serviceStopTime", false)] {
            let of = |event: &crate::evidence::cda_header::ServiceEvent| {
                if bound {
                    event.time.low.clone()
                } else {
                    event.time.high.clone()
                }
            };
            let first = header.service_events.first().and_then(of);
            let found = entry.value(metadatum).filter(|value| !value.value.is_empty());
            match (found, first) {
                (Some(found), Some(expected)) if !same_time(&expected, &found.value) => {
                    let another = header
                        .service_events
                        .iter()
                        .skip(1)
                        .filter_map(of)
                        .any(|time| same_time(&time, &found.value));
                    let severity = if another {
                        Severity::Warning
                    } else {
                        Severity::Error
                    };
                    let what = (metadatum, metadatum);
                    self.differs_as(
                        &rule::SERVICE_TIME,
                        severity,
                        &found.spot,
                        what,
                        &utc(&expected),
                        &found.value,
                    );
                }
                (None, Some(expected)) if !bound => {
                    let what = (metadatum, metadatum);
                    self.differs_as(
                        &rule::SERVICE_TIME,
                        Severity::Warning,
                        &entry.spot,
                        what,
                        &utc(&expected),
                        "",
                    );
                }
                _ => {}
            }
        }
    }

    fn patient(&mut self) {
        let (entry, header) = (self.entry, self.header);
        let Some(patient) = header.patients.first() else {
            return;
        };
        let local = patient
            .ids
            .iter()
            .map(|id| &id.value)
            .find(|id| !ins::is_ins(&id.root));
        let expected = header.ins().map(|ins| &ins.value).or(local);
        if let (Some(found), Some(expected)) = (entry.identifier("patientId"), expected) {
            let cx = Cx::parse(&found.value);
            if cx.identifier() != *expected && !found.value.is_empty() {
                self.differs(
                    &rule::PATIENT,
                    &found.spot,
                    ("patientId", "patientId"),
                    &as_cx(expected),
                    &found.value,
                );
            }
        }
        if let Some(found) = entry
            .value("sourcePatientId")
            .filter(|value| !value.value.is_empty())
        {
            let cx = Cx::parse(&found.value).identifier();
            if !patient.ids.is_empty() && !patient.ids.iter().any(|id| id.value == cx) {
                let ids: Vec<String> = patient.ids.iter().map(|id| as_cx(&id.value)).collect();
                let what = ("sourcePatientId", "sourcePatientId");
                self.differs(
                    &rule::SOURCE_PATIENT,
                    &found.spot,
                    what,
                    &ids.join(", "),
                    &found.value,
                );
            }
        }
        self.traits();
    }

    /// The traits in `sourcePatientInfo`, one PID field per value.
    fn traits(&mut self) {
        let (entry, header) = (self.entry, self.header);
        let (Some(slot), Some(patient)) = (entry.slot("sourcePatientInfo"), header.patients.first()) else {
            return;
        };
        let fields: Vec<(&str, &str, &Spot)> = slot
            .values
            .iter()
            .filter_map(|value| {
                value
                    .value
                    .split_once('|')
                    .map(|(field, text)| (field, text, &value.spot))
            })
            .collect();
        let names: Vec<(Vec<&str>, &Spot)> = fields
            .iter()
            .filter(|(field, ..)| *field == "PID-5")
            .map(|(_, text, spot)| (text.split('^').collect(), *spot))
            .collect();
        let part =
            |components: &[&str], index: usize| components.get(index).copied().unwrap_or_default().to_owned();
        let of_type = |kind: &str| {
            names
                .iter()
                .find(|(components, _)| part(components, 6).trim() == kind)
        };
        let birth = of_type("L").or_else(|| {
            names
                .iter()
                .find(|(components, _)| part(components, 6).trim().is_empty())
        });
        let (place, written) =
            birth.map_or((&slot.spot, None), |(components, spot)| (*spot, Some(components)));
        let written = |index: usize| {
            written
                .map(|components| part(components, index))
                .unwrap_or_default()
        };
        if let Some(expected) = &patient.birth_name {
            self.name(
                &rule::TRAITS,
                place,
                ("nom de naissance", "birth name"),
                expected,
                &written(0),
            );
        }
        if let Some(expected) = &patient.birth_given {
            self.name(
                &rule::TRAITS,
                place,
                ("premier prénom", "first given name"),
                expected,
                &written(1),
            );
        }
        if let Some(expected) = patient.givens.as_ref().filter(|_| !written(2).is_empty()) {
            self.name(
                &rule::OTHER_TRAITS,
                place,
                ("prénoms", "given names"),
                expected,
                &written(2),
            );
        }
        let field = |name: &str| fields.iter().find(|(field, ..)| *field == name);
        for (name, expected, what) in [
            (
                "PID-7",
                patient
                    .birth_time
                    .as_ref()
                    .map(|time| time.chars().take(8).collect::<String>()),
                ("date de naissance", "birth date"),
            ),
            ("PID-8", patient.gender.clone(), ("sexe", "sex")),
        ] {
            let Some(expected) = expected else { continue };
            let (found, spot) = field(name).map_or(("", &slot.spot), |(_, text, spot)| (text.trim(), *spot));
            let common: String = found.chars().take(expected.chars().count().max(8)).collect();
            if common != expected {
                self.differs(&rule::TRAITS, spot, what, &expected, found);
            }
        }
        if let Some((components, spot)) = of_type("D") {
            for (index, expected, what) in [
                (0, &patient.used_name, ("nom utilisé", "name used")),
                (1, &patient.used_given, ("prénom utilisé", "given name used")),
            ] {
                if let Some(expected) = expected {
                    self.name(
                        &rule::OTHER_TRAITS,
                        spot,
                        what,
                        expected,
                        &part(components, index),
                    );
                }
            }
        }
        if let (Some(expected), Some((_, text, spot))) = (&patient.birth_place, field("PID-11")) {
            let found = part(&text.split('^').collect::<Vec<_>>(), 8);
            self.name(
                &rule::OTHER_TRAITS,
                spot,
                ("lieu de naissance", "birth place"),
                expected,
                &found,
            );
        }
    }

    fn people(&mut self) {
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
        let written: Vec<&Classification> = entry.classified("author").collect();
        let mut matched = BTreeSet::new();
        for author in &header.authors {
            let index = written.iter().enumerate().position(|(index, classification)| {
                !matched.contains(&index) && same_author(author, classification)
            });
            if let Some(classification) = index.and_then(|index| written.get(index)) {
                matched.extend(index);
                self.author_details(author, classification);
            } else if !written.is_empty() {
                let wanted = describe(author);
                let all: Vec<&str> = written
                    .iter()
                    .filter_map(|found| found.slot("authorPerson"))
                    .collect();
                let spot = written
                    .first()
                    .map(|found| found.spot.clone())
                    .unwrap_or_default();
                self.differs(
                    &rule::AUTHORS,
                    &spot,
                    ("auteur", "author"),
                    &wanted,
                    &all.join(" ; "),
                );
            }
        }
        if written.len() > header.authors.len() {
            let extra = written
                .iter()
                .enumerate()
                .find(|(index, _)| !matched.contains(index));
            // When an author differs, one more in the metadata is the same fault seen from the other side.
            if let Some((_, classification)) = extra.filter(|_| matched.len() == header.authors.len()) {
                let found = classification.slot("authorPerson").unwrap_or_default().to_owned();
                let spot = classification.spot.clone();
                self.differs(&rule::AUTHORS, &spot, ("auteur", "author"), "", &found);
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

    fn author_details(&mut self, author: &Author, classification: &Classification) {
        let spot = &classification.spot;
        if let Some(organization) = &author.participant.organization
            && let Some(text) = classification.slot("authorInstitution")
        {
            let xon = Xon::parse(text);
            let wanted = organization
                .ids
                .first()
                .map(|id| id.extension.clone())
                .unwrap_or_default();
            if !wanted.is_empty() && !organization.ids.iter().any(|id| id.extension == xon.id) {
                let what = ("institution de l'auteur", "institution of the author");
                self.differs(&rule::AUTHOR_DETAIL, spot, what, &wanted, &xon.id);
            }
        }
        let role = author
            .function
            .as_ref()
            .and_then(|function| function.label.as_deref());
        if let (Some(expected), Some(found)) = (role, classification.slot("authorRole"))
            && fold::name(expected) != fold::name(found)
        {
            self.differs(
                &rule::AUTHOR_DETAIL,
                spot,
                ("rôle de l'auteur", "role of the author"),
                expected,
                found,
            );
        }
        let specialty = author.participant.specialty.as_ref();
        if let (Some(expected), Some(found)) = (specialty, classification.slot("authorSpecialty")) {
            let code = found.split('^').next().unwrap_or_default();
            if code != expected.code.code {
                let what = ("spécialité de l'auteur", "specialty of the author");
                self.differs(&rule::AUTHOR_DETAIL, spot, what, &expected.code.code, code);
            }
        }
    }

    fn format(&mut self) {
        let (entry, header) = (self.entry, self.header);
        let Some(found) = entry
            .classified("formatCode")
            .next()
            .filter(|found| !found.code.is_empty())
        else {
            return;
        };
        let format_of = |root: &str| {
            FORMAT_OF_TEMPLATE
                .iter()
                .find(|(template, _)| *template == root)
                .map(|(_, code)| *code)
        };
        let of_model = header
            .templates
            .iter()
            .rev()
            .find_map(|template| format_of(&template.value.root));
        let tolerated = header.templates.iter().any(|template| {
            TOLERATED_FORMAT_OF_TEMPLATE.contains(&(template.value.root.as_str(), found.code.as_str()))
        });
        let level_1 = header.body.level == Some(BodyLevel::NonXml);
        let expected = if level_1 {
            LEVEL_1_FORMAT
        } else {
            of_model.unwrap_or(UNKNOWN_MODEL_FORMAT)
        };
        if found.code == expected {
            return;
        }
        // A model that the table does not know may have got its own code since.
        let lenient = tolerated || (!level_1 && of_model.is_none());
        let severity = if lenient {
            Severity::Warning
        } else {
            Severity::Error
        };
        let message = Text::new(
            format!(
                "formatCode « {} », attendu « {expected} » pour ce modèle",
                found.code
            ),
            format!(
                "formatCode '{}', expected '{expected}' for this model",
                found.code
            ),
        );
        self.findings.push(
            rule::FORMAT
                .at(found.spot.place(self.file), message)
                .severity(severity)
                .expected(expected)
                .found(&*found.code),
        );
    }

    fn replacement(&mut self, submission: &Submission, setting: Setting) {
        let (entry, header) = (self.entry, self.header);
        let replaces = header.replaces().is_some();
        let version: u32 = header
            .version
            .as_ref()
            .and_then(|version| version.value.parse().ok())
            .unwrap_or(1);
        let action = entry.value(ACTION_SLOT);
        let linked = submission.associations.iter().any(|association| {
            association
                .association_type
                .as_deref()
                .is_some_and(|kind| kind.ends_with(":RPLC"))
                && association
                    .source
                    .as_deref()
                    .is_some_and(|source| source.eq_ignore_ascii_case(&entry.id))
        });
        if let Some(action) = action {
            let unknown = !matches!(action.value.as_str(), "C" | "D");
            let first = action.value == "C" && !replaces && version <= 1;
            if unknown || first {
                let message = if unknown {
                    Text::new(
                        format!("action « {} » inconnue", action.value),
                        format!("unknown action '{}'", action.value),
                    )
                } else {
                    Text::fixed(
                        "action C, mais le CDA ne remplace aucun document et porte la version 1",
                        "action C, but the CDA replaces no document and is version 1",
                    )
                };
                self.findings.push(
                    rule::ACTION
                        .at(action.spot.place(self.file), message)
                        .expected("C, D")
                        .found(&*action.value),
                );
            }
        }
        let announced = match setting {
            Setting::Archive => action.is_some(),
            Setting::Registry => linked,
        };
        if replaces && !announced {
            let message = Text::fixed(
                "le CDA remplace un document, les métadonnées ne l'annoncent pas",
                "the CDA replaces a document, the metadata do not announce it",
            );
            self.findings
                .push(rule::REPLACEMENT.at(entry.spot.place(self.file), message));
        }
        if linked && !replaces {
            let message = Text::fixed(
                "les métadonnées annoncent un remplacement, le CDA n'en déclare pas",
                "the metadata announce a replacement, the CDA declares none",
            );
            self.findings
                .push(rule::REPLACEMENT.at(entry.spot.place(self.file), message));
        }
    }
}

/// `root` or `root^extension`.
fn joined(id: &Identifier) -> String {
    if id.extension.is_empty() {
        id.root.clone()
    } else {
        format!("{}^{}", id.root, id.extension)
    }
}

fn as_cx(id: &Identifier) -> String {
    let kind = if ins::is_ins(&id.root) { "NH" } else { "PI" };
    format!("{}^^^&{}&ISO^{kind}", id.extension, id.root)
}

fn utc(text: &str) -> String {
    Timestamp::parse(text).map_or_else(|| text.to_owned(), |time| time.utc())
}

/// Whether the metadata time is that of the CDA in UTC. A CDA time without offset may be of any French clock: the same
/// digits, or one or two hours less.
fn same_time(cda: &str, metadata: &str) -> bool {
    let (Some(expected), Some(found)) = (Timestamp::parse(cda), Timestamp::parse(metadata)) else {
        // What is no time is reported by its own rule.
        return true;
    };
    if expected.agrees(&found) {
        return true;
    }
    !expected.zoned()
        && ["+0100", "+0200"]
            .iter()
            .filter_map(|offset| Timestamp::parse(&format!("{}{offset}", cda.trim())))
            .any(|local| local.agrees(&found))
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
