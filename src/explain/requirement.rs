//! A requirement, a scenario or a proof of a REM explained.

use super::examples;
use super::page::{Line, Page};
use super::rule::add_example;
use crate::dossier::{PROOFS_FOLDER, folder_name};
use crate::requirements::class::MachineShare;
use crate::requirements::{Nature, OriginKind, Proof, Referential, Requirement, Scenario};
use crate::testcases::{Expectation, expectation};
use crate::text::Text;

/// The explanations of `id` in a referential: the requirement of that name, or the one that holds the scenario or
/// proof of that name. Several when the REM names it several times.
pub fn requirement(referential: &Referential, id: &str) -> Vec<Page> {
    let is = |other: &str| other.eq_ignore_ascii_case(id);
    referential
        .requirements
        .iter()
        .filter_map(|requirement| {
            if is(&requirement.id) {
                return Some(of_requirement(referential, requirement));
            }
            requirement.scenarios.iter().find_map(|scenario| {
                let proof = scenario.proofs.iter().find(|proof| is(&proof.id));
                match proof {
                    Some(proof) => Some(of_proof(referential, requirement, scenario, proof)),
                    None if is(&scenario.id) => Some(of_requirement(referential, requirement)),
                    None => None,
                }
            })
        })
        .collect()
}

fn of_requirement(referential: &Referential, requirement: &Requirement) -> Page {
    let nature = match requirement.nature {
        Nature::Exigence => Text::fixed("exigence (DOIT)", "requirement (DOIT)"),
        Nature::Preconisation => Text::fixed("préconisation (PEUT)", "recommendation (PEUT)"),
        Nature::Unknown => Text::fixed("nature inconnue", "unknown nature"),
    };
    let place = [&requirement.id, &referential.dsr, &requirement.profile].map(String::as_str);
    let mut page = Page {
        title: Text::new(
            format!("{} · {}", place.join(" · "), nature.fr),
            format!("{} · {}", place.join(" · "), nature.en),
        ),
        subtitle: requirement.title.clone(),
        parts: Vec::new(),
    };
    page.part(
        Text::fixed("Ce qui est demandé", "What is asked"),
        verbatim([&requirement.statement, &requirement.comment]),
    );
    page.part(
        Text::fixed("Pourquoi", "Why"),
        vec![Line::Words(why(requirement))],
    );
    for scenario in &requirement.scenarios {
        let mut lines = verbatim([&scenario.text]);
        lines.extend(scenario.proofs.iter().map(|proof| {
            let class = proof.class.info();
            Line::Point(Text::new(
                format!("{} [{}] {}", proof.id, class.name.fr, proof.text.fr),
                format!("{} [{}] {}", proof.id, class.name.en, proof.text.en),
            ))
        }));
        let id = &scenario.id;
        page.part(
            Text::new(
                format!("Comment y répondre : scénario {id}"),
                format!("How to satisfy it: scenario {id}"),
            ),
            lines,
        );
    }
    if requirement
        .scenarios
        .iter()
        .all(|scenario| scenario.proofs.is_empty())
    {
        page.part(
            Text::fixed("Comment y répondre", "How to satisfy it"),
            vec![Line::Words(Text::fixed(
                "le REM ne demande pas de preuve",
                "the REM asks for no proof",
            ))],
        );
    }
    let mut proofs = requirement.scenarios.iter().flat_map(|scenario| &scenario.proofs);
    if let Some(example) = proofs
        .next()
        .and_then(|proof| examples::of_class(&proof.class.id()))
    {
        add_example(&mut page, example);
    }
    source(&mut page, referential, &requirement.cell);
    page
}

fn of_proof(
    referential: &Referential,
    requirement: &Requirement,
    scenario: &Scenario,
    proof: &Proof,
) -> Page {
    let class = proof.class.info();
    let place = [&proof.id, &referential.dsr, &requirement.profile].map(String::as_str);
    let mut page = Page {
        title: Text::new(
            format!("{} · {}", place.join(" · "), class.name.fr),
            format!("{} · {}", place.join(" · "), class.name.en),
        ),
        subtitle: proof.text.clone(),
        parts: Vec::new(),
    };
    page.part(
        Text::new(
            format!("Ce qui est demandé : scénario {}", scenario.id),
            format!("What is asked: scenario {}", scenario.id),
        ),
        verbatim([&scenario.text]),
    );
    let (id, title) = (&requirement.id, &requirement.title);
    let why = why(requirement);
    page.part(
        Text::fixed("Pourquoi", "Why"),
        vec![Line::Words(Text::new(
            format!("Elle prouve l'exigence {id} : {}. {}", title.fr, why.fr),
            format!("It proves the requirement {id}: {}. {}", title.en, why.en),
        ))],
    );
    let expected = expectation(&referential.dsr, &proof.id, proof.class);
    page.part(
        Text::fixed("Comment y répondre", "How to satisfy it"),
        how(proof, &expected),
    );
    let mut verified = vec![Line::Point(class.verifies.clone())];
    verified.extend(expected.describe().into_iter().map(Line::Point));
    page.part(
        Text::fixed("Ce que la machine vérifie", "What the machine verifies"),
        verified,
    );
    if expected.machine != MachineShare::Full {
        let points = expected.review.iter().cloned().map(Line::Point).collect();
        page.part(
            Text::fixed("Ce qu'un humain doit voir", "What a human must look at"),
            points,
        );
    }
    if let Some(example) = examples::of_class(&proof.class.id()) {
        add_example(&mut page, example);
    }
    source(&mut page, referential, &proof.cell);
    page
}

/// Where the files go, what they are, how many.
fn how(proof: &Proof, expected: &Expectation) -> Vec<Line> {
    let folder = format!("{PROOFS_FOLDER}/{}/", folder_name(&proof.id));
    let kinds = |pick: fn(&Text) -> &str| {
        let names: Vec<String> = expected
            .accepts
            .iter()
            .map(|kind| pick(&kind.label()).to_owned())
            .collect();
        names.join(", ")
    };
    let least = expected.minimum.max(1);
    let mut lines = vec![
        Line::Point(Text::new(
            format!("déposer au moins {least} fichier(s) dans {folder}"),
            format!("file at least {least} file(s) in {folder}"),
        )),
        Line::Point(Text::new(
            format!("natures acceptées : {}", kinds(|text| &text.fr)),
            format!("kinds accepted: {}", kinds(|text| &text.en)),
        )),
    ];
    if let Some(condition) = &proof.condition {
        lines.push(Line::Point(Text::new(
            format!(
                "due sous condition : {condition} ; sinon la déclarer sans objet par [[proof]] not_applicable"
            ),
            format!("due on a condition: {condition}; else declare it so by [[proof]] not_applicable"),
        )));
    }
    if !proof.alternatives.is_empty() {
        let others = proof.alternatives.join(", ");
        lines.push(Line::Point(Text::new(
            format!("ou bien déposer l'une de : {others}"),
            format!("or file one of: {others}"),
        )));
    }
    lines
}

/// What the requirement weighs.
fn why(requirement: &Requirement) -> Text {
    if requirement.nature == Nature::Preconisation {
        Text::fixed(
            "Une préconisation est rapportée et ne bloque jamais le référencement.",
            "A recommendation is reported and never blocks the referencing.",
        )
    } else {
        Text::fixed(
            "Une exigence non conforme, sans preuve ou non évaluée bloque le référencement du produit pour ce profil.",
            "A requirement that is not conform, without proof or not evaluated blocks the referencing for this profile.",
        )
    }
}

/// Texts of the REM, as they stand.
fn verbatim<const N: usize>(texts: [&String; N]) -> Vec<Line> {
    texts
        .into_iter()
        .filter(|text| !text.trim().is_empty())
        .map(|text| Line::Words(Text::verbatim(text.clone())))
        .collect()
}

fn source(page: &mut Page, referential: &Referential, cell: &str) {
    let origin = &referential.origin;
    let (fr, en) = match origin.kind {
        OriginKind::Workbook => ("classeur donné", "workbook given"),
        OriginKind::Reconstruction => (
            "REM reconstitué, embarqué, sans valeur officielle",
            "reconstructed REM, embedded, without official value",
        ),
        OriginKind::Scope => (
            "périmètre publié seul, identifiants propres à conforme",
            "published scope alone, identifiers of conforme",
        ),
    };
    let place = if cell.is_empty() {
        origin.name.clone()
    } else {
        format!("{} {cell}", origin.name)
    };
    let version = &referential.version;
    page.part(
        Text::fixed("Source", "Source"),
        vec![Line::Words(Text::new(
            format!("{place}, {version} ({fr})"),
            format!("{place}, {version} ({en})"),
        ))],
    );
}
