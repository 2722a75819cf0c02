//! The codes of the entry: type, class, format, confidentiality, facility, practice, events.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::Comparison;
use super::words as rule;
use crate::evidence::cda_header::{BodyLevel, LabelledCode};
use crate::evidence::fold;
use crate::finding::{Rule, Severity};
use crate::text::Text;

static FORMATS: &str = include_str!("../../../../../testcases/xds/format-codes.tsv");
static TOLERATED_FORMATS: &str = include_str!("../../../../../testcases/xds/format-codes-tolerated.tsv");
static CLASSES: &str = include_str!("../../../../../testcases/xds/type-class.tsv");

/// Format code of a level 1 document with a PDF.
const LEVEL_1_FORMAT: &str = "urn:ihe:iti:xds-sd:pdf:2008";
/// Format code of a document of no published model.
const UNKNOWN_MODEL_FORMAT: &str = "urn:asipSante:modelesHorsProfils:2011";

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

impl Comparison<'_> {
    pub(super) fn codes(&mut self) {
        let (entry, header) = (self.entry, self.header);
        if let (Some(found), Some(code)) = (entry.classified("typeCode").next(), &header.code) {
            let (expected, coded) = (&code.value.code, found.coded());
            // A code without its scheme is one fault, that of the code.
            let other =
                expected.code != coded.code || (expected.system != coded.system && !coded.system.is_empty());
            if other && !found.code.is_empty() {
                let written = format!("{} ({})", coded.code, coded.system);
                let wanted = format!("{} ({})", expected.code, expected.system);
                self.differs(
                    &rule::TYPE,
                    &found.spot,
                    ("typeCode", "typeCode"),
                    &wanted,
                    &written,
                );
            } else if let (Some(label), Some(name)) = (
                &code.value.label,
                found.name.as_ref().filter(|name| !name.is_empty()),
            ) && fold::name(label) != fold::name(name)
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
                .filter(|code| !code.is_empty())
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
        } else if coded.system != expected.system && !coded.system.is_empty() {
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
}

impl Comparison<'_> {
    pub(super) fn format(&mut self) {
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
}
