//! Results of official test platforms: a link or a run number, and the reports those platforms write. The machine
//! is offline: it verifies the form of the link and reads the report; that the link opens stays to a human. The
//! tested object, when it is filed too, is judged by its own check.

mod report;
mod table;

use std::sync::LazyLock;

use regex::Regex;

use crate::checks::{Check, Context, Judged, Outcome, SetCheck};
use crate::evidence::words::Words;
use crate::evidence::{Evidence, Kind};
use crate::finding::{Place, Rule, Severity};
use crate::text::{Text, text};

use table::{PLATFORMS, Platform};

const SOURCE: &str = "REM, liens vers un espace de test (rem-workbooks, 3.2)";

static ABSENT: Rule = Rule::fixed(
    "LINK-ABSENT",
    Severity::Error,
    text("Le résultat de test est donné", "The test result is given"),
    text(
        "La preuve attend le lien permanent ou le numéro d'exécution d'un test officiel, ou son rapport.",
        "The proof wants the permanent link or the run number of an official test, or its report.",
    ),
    text(
        "Déposer un fichier texte avec le lien complet, et si possible le rapport et l'objet testé.",
        "File a text file with the whole link, and if possible the report and the tested object.",
    ),
    SOURCE,
);

static HOST: Rule = Rule::fixed(
    "LINK-HOST",
    Severity::Error,
    text(
        "L'adresse de la plateforme est bien écrite",
        "The platform's address is well written",
    ),
    text(
        "Une lettre de moins (« .mssante.f ») et le lien ne s'ouvre pas ; des feuilles officielles portent cette coquille.",
        "One letter less ('.mssante.f') and the link does not open; official sheets carry this misprint.",
    ),
    text(
        "Copier le lien depuis le navigateur, non depuis le référentiel.",
        "Copy the link from the browser, not from the referential.",
    ),
    SOURCE,
);

static PATH: Rule = Rule::fixed(
    "LINK-PATH",
    Severity::Warning,
    text("Le lien désigne un résultat", "The link points at a result"),
    text(
        "Un lien vers la page d'accueil ou une liste ne montre pas quel test a été passé.",
        "A link to the home page or to a list does not show which test was passed.",
    ),
    text(
        "Copier le lien permanent du résultat.",
        "Copy the permanent link of the result.",
    ),
    SOURCE,
);

static OTHER: Rule = Rule::fixed(
    "LINK-OTHER",
    Severity::Warning,
    text(
        "Le lien mène à une plateforme officielle",
        "The link leads to an official platform",
    ),
    text(
        "Seules les plateformes de test de l'ANS et de MSSanté font foi.",
        "Only the test platforms of ANS and MSSanté count.",
    ),
    text(
        "Donner le lien de la plateforme officielle.",
        "Give the link of the official platform.",
    ),
    SOURCE,
);

#[expect(clippy::expect_used, reason = "constant pattern, compiled by the tests")]
// invariant: constant pattern.
static URL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)\bhttps?://([^\s/"'<>()\[\]?#:]+)(?::\d+)?([^\s"'<>()\[\]]*)"#).expect("URL pattern")
});

/// The check on links to test results. Parameter `case` (text): the name of the official test case.
#[derive(Debug)]
pub struct TestRunLinkCheck;

impl SetCheck for TestRunLinkCheck {
    fn id(&self) -> &'static str {
        "test-run-link"
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![&ABSENT, &HOST, &PATH, &OTHER, &report::FAILED]
    }

    fn opens_archives(&self) -> bool {
        true
    }

    fn run(&self, files: &[Judged<'_>], parameters: &toml::Table, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let (mut results, mut objects, mut pictures) = (0, Vec::new(), 0);
        for file in files {
            match file.evidence.kind() {
                // Its members are looked at one by one.
                Kind::Zip => {}
                Kind::ValidationReport => results += 1,
                Kind::Cda | Kind::Xdm | Kind::Hl7v2 | Kind::Hl7v2Xml | Kind::Mail => {
                    objects.push(file.evidence.name());
                }
                _ => match Words::read(file.evidence, context.limits) {
                    Ok(words) => {
                        results += links(file.evidence, &words.text, &mut outcome);
                        results += report::words(file.evidence, &words.text, &mut outcome);
                    }
                    Err(_) => pictures += 1,
                },
            }
        }
        if results == 0 && objects.is_empty() && pictures == 0 {
            if let (Some(first), true) = (files.first(), outcome.findings.is_empty()) {
                outcome.findings.push(ABSENT.at(
                    Place::file(first.evidence.path()),
                    text(
                        "ni lien, ni numéro d'exécution, ni rapport dans les pièces",
                        "neither link, nor run number, nor report in the pieces",
                    ),
                ));
            }
            return outcome;
        }
        let case = parameters.get("case").and_then(toml::Value::as_str);
        let (fr, en) = case.map_or_else(
            || {
                (
                    String::from("le test demandé"),
                    String::from("the test that is asked"),
                )
            },
            |case| (format!("le cas de test {case}"), format!("the test case {case}")),
        );
        outcome.to_review.push(Text::new(
            format!(
                "Ouvrir le lien ou la capture : {fr} y est-il réussi, par ce produit et dans cette version ?"
            ),
            format!(
                "Open the link or the capture: was {en} passed there, by this product and in this version?"
            ),
        ));
        if objects.is_empty() {
            outcome.to_review.push(text(
                "L'objet testé (CDA, archive IHE_XDM, message HL7, courriel) n'est pas déposé : avec lui, conforme le contrôlerait aussi.",
                "The tested object (CDA, IHE_XDM archive, HL7 message, mail) is not filed: with it, conforme would check it too.",
            ));
        } else {
            let names = objects.join(", ");
            outcome.verified.push(Text::new(
                format!("objet testé déposé et contrôlé : {names}"),
                format!("tested object filed and checked: {names}"),
            ));
        }
        outcome
    }
}

/// Judges the links of a text; gives how many results they point at.
fn links(evidence: &Evidence, text: &str, outcome: &mut Outcome) -> usize {
    let mut results = 0;
    for (index, line) in text.lines().enumerate() {
        for found in URL.captures_iter(line) {
            let part = |group: usize| found.get(group).map_or("", |part| part.as_str());
            let (url, host, path) = (part(0), part(1).to_lowercase(), part(2));
            let place = || {
                let column = found.get(0).map_or(0, |whole| {
                    line.get(..whole.start()).unwrap_or_default().chars().count()
                });
                Place::file(evidence.path()).line_column(
                    u32::try_from(index + 1).unwrap_or(u32::MAX),
                    u32::try_from(column + 1).unwrap_or(u32::MAX),
                )
            };
            if let Some(platform) = PLATFORMS
                .platforms
                .iter()
                .find(|platform| platform.host.is_match(&host))
            {
                results += 1;
                if platform.path.is_match(&path.to_lowercase()) {
                    outcome.verified.push(Text::new(
                        format!("lien bien formé : {} : {url}", platform.name.fr),
                        format!("well-formed link: {}: {url}", platform.name.en),
                    ));
                } else {
                    outcome.findings.push(
                        PATH.at(
                            place(),
                            Text::new(
                                format!("ce lien ne désigne pas un résultat : {url}"),
                                format!("this link points at no result: {url}"),
                            ),
                        )
                        .expected(&platform.example)
                        .found(url),
                    );
                }
            } else if let Some(platform) = PLATFORMS
                .platforms
                .iter()
                .find(|platform| platform.near.is_match(&host))
            {
                outcome.findings.push(
                    HOST.at(
                        place(),
                        Text::new(
                            format!("« {host} » n'est pas l'adresse de : {}", platform.name.fr),
                            format!("'{host}' is not the address of: {}", platform.name.en),
                        ),
                    )
                    .expected(&platform.example)
                    .found(url),
                );
            } else {
                outcome.findings.push(
                    OTHER
                        .at(
                            place(),
                            Text::new(
                                format!("« {host} » n'est pas une plateforme de test officielle connue"),
                                format!("'{host}' is not a known official test platform"),
                            ),
                        )
                        .found(url),
                );
            }
        }
    }
    if results == 0
        && outcome.findings.is_empty()
        && let Some(number) = run_number(text)
    {
        let platform = PLATFORMS.platforms.iter().find(|platform| platform.number);
        let name = platform.map(|platform: &Platform| &platform.name);
        outcome.verified.push(Text::new(
            format!(
                "numéro d'exécution {number} ({})",
                name.map_or("", |name| &name.fr)
            ),
            format!("run number {number} ({})", name.map_or("", |name| &name.en)),
        ));
        results += 1;
    }
    results
}

/// A run number: the only number of a short text.
fn run_number(text: &str) -> Option<&str> {
    let mut numbers = text
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| (2..=9).contains(&word.len()) && word.chars().all(|digit| digit.is_ascii_digit()));
    let number = numbers.next()?;
    (numbers.next().is_none() && text.chars().count() < 200).then_some(number)
}

/// The check on reports of validation in XML.
#[derive(Debug)]
pub struct ValidationReportCheck;

impl Check for ValidationReportCheck {
    fn id(&self) -> &'static str {
        "validation-report"
    }

    fn accepts(&self, kind: Kind) -> bool {
        kind == Kind::ValidationReport
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![&report::FAILED, &report::READABLE]
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        report::judge(evidence, context)
    }
}
