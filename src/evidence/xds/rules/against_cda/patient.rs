//! The patient: identifiers and traits.

use super::Comparison;
use super::words as rule;
use crate::evidence::cda_header::{Located, Patient, Spot};
use crate::evidence::ins;
use crate::evidence::xds::Slot;
use crate::evidence::xds::datatypes::Cx;
use crate::facts::Identifier;

impl Comparison<'_> {
    pub(super) fn patient(&mut self) {
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
            // A wrong key in the CDA is told by its own check: what has the right one is not wrong besides.
            let wrong_in_cda = ins::is_ins(&expected.root)
                && ins::check_matricule(&expected.extension).is_err()
                && cx.authority == expected.root
                && ins::check_matricule(&cx.id).is_ok();
            if cx.identifier() != *expected && !found.value.is_empty() && !wrong_in_cda {
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
        // An empty slot is reported as such.
        if slot.values.iter().all(|value| value.value.is_empty()) {
            return;
        }
        let info = PatientInfo::read(slot);
        self.birth_identity(&info, patient);
        self.birth_and_sex(&info, patient);
        self.used_identity(&info, patient);
    }

    /// `PID-5` of type `L`: birth name, first given name, given names.
    fn birth_identity(&mut self, info: &PatientInfo<'_>, patient: &Patient) {
        let (name, given) = (&patient.birth_name, &patient.birth_given);
        let Some(found) = info.name("L").or_else(|| info.name("")) else {
            let expected = [name, given].map(|part| part.as_deref().unwrap_or_default());
            let what = (
                "nom de naissance (PID-5 de type L)",
                "birth name (PID-5 of type L)",
            );
            return self.differs(&rule::TRAITS, info.spot, what, &expected.join("^"), "");
        };
        for (index, expected, what) in [
            (1, name, ("nom de naissance", "birth name")),
            (2, given, ("premier prénom", "first given name")),
        ] {
            if let Some(expected) = expected {
                self.name(&rule::TRAITS, found.spot, what, expected, found.component(index));
            }
        }
        if let Some(expected) = patient.givens.as_ref().filter(|_| !found.component(3).is_empty()) {
            let what = ("prénoms", "given names");
            self.name(
                &rule::OTHER_TRAITS,
                found.spot,
                what,
                expected,
                found.component(3),
            );
        }
    }

    /// `PID-7` and `PID-8`.
    fn birth_and_sex(&mut self, info: &PatientInfo<'_>, patient: &Patient) {
        let day = patient
            .birth_time
            .as_ref()
            .map(|time| time.chars().take(8).collect::<String>());
        for (name, expected, what) in [
            ("PID-7", day, ("date de naissance", "birth date")),
            ("PID-8", patient.gender.clone(), ("sexe", "sex")),
        ] {
            let Some(expected) = expected else { continue };
            let (found, spot) = info
                .field(name)
                .map_or(("", info.spot), |field| (field.text, field.spot));
            // A time of birth after the day says more, not something else.
            let common: String = found.chars().take(expected.chars().count().max(8)).collect();
            if common != expected {
                self.differs(&rule::TRAITS, spot, what, &expected, found);
            }
        }
    }

    /// `PID-5` of type `D` and the birth place of `PID-11`.
    fn used_identity(&mut self, info: &PatientInfo<'_>, patient: &Patient) {
        if let Some(found) = info.name("D") {
            for (index, expected, what) in [
                (1, &patient.used_name, ("nom utilisé", "name used")),
                (2, &patient.used_given, ("prénom utilisé", "given name used")),
            ] {
                if let Some(expected) = expected {
                    self.name(
                        &rule::OTHER_TRAITS,
                        found.spot,
                        what,
                        expected,
                        found.component(index),
                    );
                }
            }
        }
        if let (Some(expected), Some(found)) = (&patient.birth_place, info.field("PID-11")) {
            let what = ("lieu de naissance", "birth place");
            self.name(
                &rule::OTHER_TRAITS,
                found.spot,
                what,
                expected,
                found.component(9),
            );
        }
    }
}

/// The values of `sourcePatientInfo`: `PID-5|PAT-TROIS^DOMINIQUE^^^^^L`.
struct PatientInfo<'a> {
    fields: Vec<PidField<'a>>,
    spot: &'a Spot,
}

/// One value.
struct PidField<'a> {
    name: &'a str,
    text: &'a str,
    spot: &'a Spot,
}

impl<'a> PatientInfo<'a> {
    fn read(slot: &'a Slot) -> Self {
        let field = |value: &'a Located<String>| {
            let (name, text) = value.value.split_once('|')?;
            Some(PidField {
                name: name.trim(),
                text: text.trim(),
                spot: &value.spot,
            })
        };
        Self {
            fields: slot.values.iter().filter_map(field).collect(),
            spot: &slot.spot,
        }
    }

    fn field(&self, name: &str) -> Option<&PidField<'a>> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The name of a type: `L` of birth, `D` used.
    fn name(&self, kind: &str) -> Option<&PidField<'a>> {
        self.fields
            .iter()
            .find(|field| field.name == "PID-5" && field.component(7) == kind)
    }
}

impl PidField<'_> {
    /// The component at `index`, from 1.
    fn component(&self, index: usize) -> &str {
        self.text
            .split('^')
            .nth(index.saturating_sub(1))
            .unwrap_or_default()
            .trim()
    }
}

fn as_cx(id: &Identifier) -> String {
    let kind = if ins::is_ins(&id.root) { "NH" } else { "PI" };
    format!("{}^^^&{}&ISO^{kind}", id.extension, id.root)
}
