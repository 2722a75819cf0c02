//! The skeleton of a dossier: the manifest, and one folder per proof with a short notice of what is expected.

use std::fmt::Write as _;

use super::{MANIFEST, PROOFS_FOLDER, folder_name};
use crate::requirements::{Dsr, ProofPlace, Referential, ResolvedProfiles};
use crate::testcases::expectation;
use crate::text::Language;

/// Name of the notice in each proof folder.
pub const NOTICE: &str = "LISEZMOI.md";

/// The files of a skeleton: path relative to the dossier and content, in order.
pub fn skeleton(
    dsr: &Dsr,
    profiles: &ResolvedProfiles<'_>,
    referential: &Referential,
    language: Language,
) -> Vec<(String, String)> {
    let mut files = vec![(MANIFEST.to_owned(), manifest(dsr, profiles, language))];
    let asked = crate::plan::asked(referential, profiles);
    let mut written = std::collections::BTreeSet::new();
    for place in referential
        .proofs()
        .filter(|place| asked.contains(place.proof.id.as_str()))
    {
        if written.insert(place.proof.id.as_str()) {
            let path = format!("{PROOFS_FOLDER}/{}/{NOTICE}", folder_name(&place.proof.id));
            files.push((path, notice(&dsr.id, &place, language)));
        }
    }
    files
}

/// A TOML string, quoted.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn manifest(dsr: &Dsr, profiles: &ResolvedProfiles<'_>, language: Language) -> String {
    let (head, product, others, referential, absent) = match language {
        Language::Fr => (
            "Manifeste du dossier de référencement : voir docs/dossier.md",
            "Le produit présenté, tel que déclaré à l'ANS",
            "Autres profils de ce DSR",
            "Le classeur officiel, s'il est joint au dossier (le REM embarqué est une reconstitution)",
            "Une preuve sans objet se déclare, avec la raison",
        ),
        Language::En => (
            "Manifest of the referencing dossier: see docs/dossier.md",
            "The product, as declared to ANS",
            "Other profiles of this DSR",
            "The official workbook, when it is in the dossier (the embedded REM is a reconstruction)",
            "A proof that does not apply is declared, with the reason",
        ),
    };
    let list = |names: Vec<&str>| names.into_iter().map(quoted).collect::<Vec<_>>().join(", ");
    let chosen = list(
        profiles
            .chosen
            .iter()
            .map(|profile| profile.name.as_str())
            .collect(),
    );
    let rest = list(
        profiles
            .others
            .iter()
            .map(|profile| profile.name.as_str())
            .collect(),
    );
    let mut text = format!(
        "# {head}\nformat = 1\ndsr = {}\nprofiles = [{chosen}]\n",
        quoted(&dsr.id)
    );
    if !rest.is_empty() {
        let _ = writeln!(text, "# {others} : {rest}");
    }
    let _ = write!(
        text,
        "\n# {product}\n[product]\nvendor = \"\"\nname = \"\"\nversion = \"\"\n\n# {referential}\n# [referential]\n# file = {}\n\n# {absent}\n# [[proof]]\n# id = \"…\"\n# not_applicable = \"…\"\n",
        quoted(dsr.workbook.as_deref().unwrap_or("rem.xlsx")),
    );
    text
}

fn notice(dsr: &str, place: &ProofPlace<'_>, language: Language) -> String {
    let (requirement, proof) = (place.requirement, place.proof);
    let wanted = expectation(dsr, &proof.id, proof.class);
    let info = proof.class.info();
    let kinds: Vec<String> = wanted
        .accepts
        .iter()
        .map(|kind| kind.label().get(language).to_owned())
        .collect();
    let title = if requirement.title.is_empty() {
        requirement
            .statement
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned()
    } else {
        requirement.title.get(language).to_owned()
    };
    let say = |fr: &'static str, en: &'static str| if language == Language::Fr { fr } else { en };
    let mut text = format!("# {}\n\n{}\n\n", proof.id, proof.text.get(language));
    let _ = writeln!(
        text,
        "- {} : {} — {title}",
        say("Exigence", "Requirement"),
        requirement.id
    );
    let _ = writeln!(text, "- {} : {}", say("Scénario", "Scenario"), place.scenario.id);
    let _ = writeln!(
        text,
        "- {} : {}",
        say("Nature", "Kind of proof"),
        info.name.get(language)
    );
    let _ = writeln!(
        text,
        "- {} : {}",
        say("Fichiers acceptés", "Accepted files"),
        kinds.join(", ")
    );
    if wanted.minimum > 1 {
        let _ = writeln!(
            text,
            "- {} : {}",
            say("Nombre de fichiers, au moins", "Number of files, at least"),
            wanted.minimum
        );
    }
    if let Some(condition) = &proof.condition {
        let _ = writeln!(text, "- {} : {condition}", say("Due seulement", "Due only"));
    }
    if !proof.alternatives.is_empty() {
        let _ = writeln!(
            text,
            "- {} : {}",
            say("Peut être remplacée par", "May be replaced by"),
            proof.alternatives.join(", ")
        );
    }
    if !place.scenario.text.is_empty() {
        let _ = write!(
            text,
            "\n## {}\n\n{}\n",
            say("Scénario", "Scenario"),
            place.scenario.text
        );
    }
    let _ = write!(
        text,
        "\n## {}\n\n{}\n",
        say("Ce que conforme vérifie", "What conforme verifies"),
        info.verifies.get(language)
    );
    if !wanted.review.is_empty() {
        let _ = write!(
            text,
            "\n## {}\n\n",
            say("Ce qu'un examinateur regardera", "What an examiner will look at")
        );
        for point in &wanted.review {
            let _ = writeln!(text, "- {}", point.get(language));
        }
    }
    text
}
