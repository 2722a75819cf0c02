//! The INS of the patient: who assigns it, its shape and key, and the traits that must come with it.

use crate::evidence::cda_header::{CdaHeader, Located, Patient};
use crate::evidence::ins::{self, InsEnvironment, InsKind, MatriculeFault};
use crate::facts::Identifier;
use crate::finding::{Finding, Rule, Severity};
use crate::text::{Text, text};

const REFERENTIAL: &str = "ANS, Référentiel Identifiant national de santé; CI-SIS, volet Structuration minimale de documents de santé, recordTarget";

/// The matricule is 15 characters: a NIR or NIA and its key.
pub(super) static SHAPE: Rule = Rule::fixed(
    "CDA-INS-SHAPE",
    Severity::Error,
    text(
        "Le matricule INS compte 15 caractères, clé comprise",
        "The matricule INS has 15 characters, key included",
    ),
    text(
        "Un matricule tronqué ou sans sa clé ne désigne personne : le document ne peut être rattaché à son patient.",
        "A matricule cut short or without its key names nobody: the document cannot be attached to its patient.",
    ),
    text(
        "Écrire les 13 caractères du NIR ou du NIA suivis des 2 chiffres de la clé, sans espace.",
        "Write the 13 characters of the NIR or NIA followed by the 2 digits of the key, without space.",
    ),
    REFERENTIAL,
);

/// The key goes with the number.
pub(super) static KEY: Rule = Rule::fixed(
    "CDA-INS-KEY",
    Severity::Error,
    text(
        "La clé du matricule INS est juste",
        "The key of the matricule INS is right",
    ),
    text(
        "Une clé fausse trahit une faute de saisie ou de recopie : risque d'attribuer le document à un autre patient.",
        "A wrong key betrays a typing or copying fault: the document may go to another patient.",
    ),
    text(
        "Reprendre le matricule rendu par le téléservice INSi ; clé = 97 − (numéro modulo 97), 2A et 2B valant 19 et 18.",
        "Take the matricule that the INSi service gave; key = 97 − (number modulo 97), 2A and 2B counting as 19 and 18.",
    ),
    REFERENTIAL,
);

/// The OID is one of those that assign INS.
pub(super) static AUTHORITY: Rule = Rule::fixed(
    "CDA-INS-OID",
    Severity::Warning,
    text(
        "L'OID de l'INS est celui du NIR, du NIA, de test ou de démonstration",
        "The OID of the INS is that of the NIR, the NIA, of tests or of demonstrations",
    ),
    text(
        "Sous un autre OID, le matricule n'est pas reconnu comme INS ; l'INS-C (…4.2) n'est plus admis.",
        "Under another OID the matricule is not recognised as an INS; the INS-C (…4.2) is no longer accepted.",
    ),
    text(
        "Employer 1.2.250.1.213.1.4.8 (NIR), .9 (NIA), .10 (test) ou .11 (démonstration).",
        "Use 1.2.250.1.213.1.4.8 (NIR), .9 (NIA), .10 (test) or .11 (demonstration).",
    ),
    REFERENTIAL,
);

/// The strict traits come with the INS.
pub(super) static TRAITS: Rule = Rule::fixed(
    "CDA-INS-TRAITS",
    Severity::Error,
    text(
        "Un INS est accompagné des traits stricts d'identité",
        "An INS comes with the strict identity traits",
    ),
    text(
        "Le récepteur vérifie l'INS par le nom de naissance, le prénom, la date de naissance et le sexe : sans eux, l'identité n'est pas qualifiée.",
        "The receiver checks the INS by birth name, given name, date of birth and sex: without them the identity is not qualified.",
    ),
    text(
        "Renseigner name/family[@qualifier='BR'], given, birthTime et administrativeGenderCode, ou retirer le matricule et son OID.",
        "Fill name/family[@qualifier='BR'], given, birthTime and administrativeGenderCode, or remove the matricule and its OID.",
    ),
    REFERENTIAL,
);

/// One INS per patient.
pub(super) static SEVERAL: Rule = Rule::fixed(
    "CDA-INS-SEVERAL",
    Severity::Error,
    text(
        "Un seul matricule INS par patient",
        "One matricule INS per patient",
    ),
    text(
        "Deux matricules actifs différents désignent deux personnes : le récepteur ne peut pas choisir.",
        "Two different active matricules name two people: the receiver cannot choose.",
    ),
    text(
        "Ne garder que le dernier matricule qualifié.",
        "Keep the last qualified matricule only.",
    ),
    REFERENTIAL,
);

/// The number agrees with the traits.
pub(super) static COHERENCE: Rule = Rule::fixed(
    "CDA-INS-COHERENCE",
    Severity::Info,
    text(
        "Le matricule concorde avec le sexe et la date de naissance",
        "The matricule agrees with the sex and the date of birth",
    ),
    text(
        "Le NIR commence par le sexe, l'année et le mois de naissance ; un écart est permis (NIA, changement d'état civil, mois inconnu) mais mérite un regard.",
        "The NIR begins with the sex, year and month of birth; a difference is allowed (NIA, change of civil status, unknown month) but worth a look.",
    ),
    text(
        "Vérifier l'identité auprès du téléservice INSi.",
        "Check the identity with the INSi service.",
    ),
    REFERENTIAL,
);

/// The rules on INS.
pub(super) fn rules() -> Vec<&'static Rule> {
    vec![&SHAPE, &KEY, &AUTHORITY, &TRAITS, &SEVERAL, &COHERENCE]
}

/// The branch of the OIDs of identifiers of patients.
const BRANCH: &str = "1.2.250.1.213.1.4.";

/// What is said of the INS of a document.
#[derive(Debug, Default)]
pub(super) struct InsOutcome {
    /// Broken rules.
    pub findings: Vec<Finding>,
    /// What was seen.
    pub verified: Vec<Text>,
    /// Whether the identity is qualified: an INS with its traits.
    pub qualified: bool,
}

/// Judges the identifiers of the patients of a header.
pub(super) fn check(header: &CdaHeader, file: &str) -> InsOutcome {
    let mut outcome = InsOutcome::default();
    for patient in &header.patients {
        let mut seen: Vec<&Located<Identifier>> = Vec::new();
        for id in &patient.ids {
            if ins::is_ins(&id.value.root) {
                matricule(id, file, &mut outcome);
                if !seen
                    .iter()
                    .any(|known| known.value.extension == id.value.extension)
                {
                    seen.push(id);
                }
            } else if id.value.root.starts_with(BRANCH) {
                let message = Text::new(
                    format!(
                        "l'OID « {} » n'assigne pas de matricule INS en vigueur",
                        id.value.root
                    ),
                    format!("the OID '{}' assigns no INS in force", id.value.root),
                );
                outcome.findings.push(
                    AUTHORITY
                        .at(id.spot.place(file), message)
                        .found(id.value.root.clone()),
                );
            }
        }
        if let [_, second, ..] = seen.as_slice() {
            let values: Vec<&str> = seen.iter().map(|id| id.value.extension.as_str()).collect();
            let message = Text::new(
                format!("{} matricules INS différents pour un patient", seen.len()),
                format!("{} different matricules INS for one patient", seen.len()),
            );
            outcome.findings.push(
                SEVERAL
                    .at(second.spot.place(file), message)
                    .found(values.join(", ")),
            );
        }
        if let Some(first) = seen.first() {
            let missing = traits(patient, first, file, &mut outcome);
            coherence(patient, first, file, &mut outcome);
            outcome.qualified = !missing;
        }
    }
    outcome
}

/// Shape and key of one matricule, and what it is.
fn matricule(id: &Located<Identifier>, file: &str, outcome: &mut InsOutcome) {
    let value = id.value.extension.as_str();
    let place = id.spot.place(file);
    match ins::check_matricule(value) {
        Ok(()) => {}
        Err(MatriculeFault::Key { expected, found }) => {
            let published = ins::published_with_wrong_key(value);
            let mut message = Text::new(
                format!("clé {found:02} du matricule INS, clé calculée {expected:02}"),
                format!("key {found:02} of the matricule INS, key computed {expected:02}"),
            );
            if published {
                message = Text::new(
                    format!("{} (identité fictive des exemples officiels)", message.fr),
                    format!("{} (made-up identity of the official examples)", message.en),
                );
            }
            let finding = KEY
                .at(place, message)
                .expected(format!("{expected:02}"))
                .found(value);
            outcome.findings.push(if published {
                finding.severity(Severity::Warning)
            } else {
                finding
            });
        }
        Err(MatriculeFault::Length { found }) => {
            let message = Text::new(
                format!(
                    "matricule INS de {found} caractères au lieu de {}",
                    ins::MATRICULE_LENGTH
                ),
                format!(
                    "matricule INS of {found} characters instead of {}",
                    ins::MATRICULE_LENGTH
                ),
            );
            outcome.findings.push(SHAPE.at(place, message).found(value));
        }
        Err(MatriculeFault::Character { character, position }) => {
            let message = Text::new(
                format!("caractère « {character} » en position {position} du matricule INS"),
                format!("character '{character}' at position {position} of the matricule INS"),
            );
            outcome.findings.push(SHAPE.at(place, message).found(value));
        }
    }
    if let Some(authority) = ins::authority(&id.value.root) {
        let kind = match authority.kind {
            InsKind::Nir => "NIR",
            InsKind::Nia => "NIA",
            InsKind::InsC => "INS-C",
        };
        let (fr, en) = match authority.environment {
            InsEnvironment::Production => ("production", "production"),
            InsEnvironment::Test => ("test", "test"),
            InsEnvironment::Demonstration => ("démonstration", "demonstration"),
            InsEnvironment::Withdrawn => ("retiré", "withdrawn"),
        };
        outcome.verified.push(Text::new(
            format!("INS présent : {kind}, OID de {fr}"),
            format!("INS present: {kind}, {en} OID"),
        ));
    }
}

/// Reports the traits that are absent; true when one is.
fn traits(patient: &Patient, id: &Located<Identifier>, file: &str, outcome: &mut InsOutcome) -> bool {
    let absent = |value: &Option<String>| value.as_deref().is_none_or(|value| value.trim().is_empty());
    let given = absent(&patient.birth_given) && absent(&patient.givens) && absent(&patient.used_given);
    let missing: Vec<(&str, &str)> = [
        (absent(&patient.birth_name), ("nom de naissance", "birth name")),
        (given, ("prénom", "given name")),
        (
            absent(&patient.birth_time),
            ("date de naissance", "date of birth"),
        ),
        (absent(&patient.gender), ("sexe", "sex")),
    ]
    .into_iter()
    .filter_map(|(absent, words)| absent.then_some(words))
    .collect();
    if missing.is_empty() {
        return false;
    }
    let join = |pick: fn(&(&'static str, &'static str)) -> &'static str| {
        missing.iter().map(pick).collect::<Vec<_>>().join(", ")
    };
    let message = Text::new(
        format!("INS présent sans : {}", join(|words| words.0)),
        format!("INS present without: {}", join(|words| words.1)),
    );
    outcome.findings.push(TRAITS.at(id.spot.place(file), message));
    true
}

/// Compares the first five digits of a NIR with sex and birth date.
fn coherence(patient: &Patient, id: &Located<Identifier>, file: &str, outcome: &mut InsOutcome) {
    let value = id.value.extension.as_str();
    let nir = ins::authority(&id.value.root).is_some_and(|authority| authority.kind == InsKind::Nir);
    let (Some(sex), Some(birth), true) = (value.get(..1), value.get(1..5), nir) else {
        return;
    };
    let wanted = match patient.gender.as_deref() {
        Some("M") => Some("1"),
        Some("F") => Some("2"),
        _ => None,
    };
    let mut different: Vec<(String, String)> = Vec::new();
    if let Some(wanted) = wanted
        && matches!(sex, "1" | "2")
        && sex != wanted
    {
        different.push(("le sexe".to_owned(), "the sex".to_owned()));
    }
    let written = patient.birth_time.as_deref().and_then(|time| time.get(2..6));
    let month_known = birth
        .get(2..)
        .and_then(|month| month.parse::<u8>().ok())
        .is_some_and(|month| (1..=12).contains(&month));
    if let Some(written) = written
        && month_known
        && written != birth
    {
        different.push(("la date de naissance".to_owned(), "the date of birth".to_owned()));
    }
    if different.is_empty() {
        return;
    }
    let (fr, en): (Vec<_>, Vec<_>) = different.into_iter().unzip();
    let message = Text::new(
        format!("le matricule ne concorde pas avec {}", fr.join(" ni avec ")),
        format!("the matricule does not agree with {}", en.join(" nor with ")),
    );
    outcome.findings.push(COHERENCE.at(id.spot.place(file), message));
}
