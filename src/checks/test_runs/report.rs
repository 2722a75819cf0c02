//! Reports of validation: the verdict they give, shown and never believed alone.

use crate::checks::{Context, Outcome};
use crate::engines::xml::{Document, NodeId, ParseOptions};
use crate::evidence::Evidence;
use crate::finding::{Place, Rule, Severity};
use crate::text::{Text, text};

use super::table::{PLATFORMS, Report};

pub(super) static FAILED: Rule = Rule::fixed(
    "REPORT-FAILED",
    Severity::Error,
    text(
        "Le rapport de test conclut à la réussite",
        "The test report concludes a success",
    ),
    text(
        "Un rapport d'échec prouve le contraire de ce que la preuve demande.",
        "A report of failure proves the contrary of what the proof asks.",
    ),
    text(
        "Corriger ce que le rapport relève, repasser le test, déposer le nouveau rapport.",
        "Mend what the report found, run the test again, file the new report.",
    ),
    "veraPDF, Gazelle EVS, GITB : verdict du rapport",
);

pub(super) static READABLE: Rule = Rule::fixed(
    "REPORT-READABLE",
    Severity::Error,
    text("Le rapport de test peut être lu", "The test report can be read"),
    text(
        "Un rapport coupé ou mal formé ne dit pas son verdict.",
        "A report that was cut or is malformed does not tell its verdict.",
    ),
    text(
        "Télécharger le rapport à nouveau depuis la plateforme.",
        "Download the report again from the platform.",
    ),
    "XML 1.0",
);

/// Judges a report in XML.
pub(super) fn judge(evidence: &Evidence, context: &Context<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let Some(bytes) = outcome.bytes_of(evidence, context.limits.file_bytes) else {
        return outcome;
    };
    let document = match Document::parse(&bytes, &ParseOptions::from(context.limits)) {
        Ok(document) => document,
        Err(error) => {
            let cause = error.kind.text();
            outcome.findings.push(READABLE.at(
                Place::file(evidence.path()).line_column(error.position.line, error.position.column),
                Text::new(
                    format!("le rapport ne peut pas être lu : {}", cause.fr),
                    format!("the report cannot be read: {}", cause.en),
                ),
            ));
            return outcome;
        }
    };
    let mut decided = false;
    for node in document.descendants(document.root_element()) {
        for report in &PLATFORMS.reports {
            let Some(verdict) = verdict(&document, node, report) else {
                continue;
            };
            decided = true;
            let about = about(&document, report);
            let name = &report.name;
            if report.passed.contains(&verdict) {
                outcome.verified.push(Text::new(
                    format!("rapport {name} : {verdict}{about}"),
                    format!("{name} report: {verdict}{about}"),
                ));
            } else {
                let position = document.position(node);
                outcome.findings.push(
                    FAILED
                        .at(
                            Place::file(evidence.path()).line_column(position.line, position.column),
                            Text::new(
                                format!("le rapport {name} conclut : {verdict}{about}"),
                                format!("the {name} report concludes: {verdict}{about}"),
                            ),
                        )
                        .expected(report.passed.join(", "))
                        .found(verdict),
                );
            }
        }
    }
    outcome.to_review.push(if decided {
        text(
            "Vérifier que le rapport porte sur l'objet déposé, dans la version du produit déposé.",
            "Verify that the report is about the object filed, in the version of the product filed.",
        )
    } else {
        text(
            "Le verdict du rapport n'a pas été reconnu : le lire.",
            "The verdict of the report was not recognised: read it.",
        )
    });
    outcome
}

/// The verdict that `node` gives for this kind of report, when it is one of those known.
fn verdict(document: &Document, node: NodeId, report: &Report) -> Option<String> {
    if !document.is_element(node) || document.local_name(node) != report.element {
        return None;
    }
    let value = match &report.attribute {
        Some(attribute) => document.attribute(node, "", attribute)?.trim().to_owned(),
        None => document.string_value(node).trim().to_owned(),
    };
    (report.passed.contains(&value) || report.failed.contains(&value)).then_some(value)
}

/// What the report is about, as it says.
fn about(document: &Document, report: &Report) -> String {
    let values: Vec<String> = report
        .about
        .iter()
        .filter_map(|name| {
            let node = document
                .descendants(document.root_element())
                .find(|node| document.is_element(*node) && document.local_name(*node) == name)?;
            let value = document
                .string_value(node)
                .trim()
                .chars()
                .take(80)
                .collect::<String>();
            (!value.is_empty()).then_some(value)
        })
        .collect();
    if values.is_empty() {
        String::new()
    } else {
        format!(" ({})", values.join(", "))
    }
}

/// Looks for the verdict of a report in the words of a PDF or a page; gives 1 when there is one.
pub(super) fn words(evidence: &Evidence, words: &str, outcome: &mut Outcome) -> usize {
    let folded = crate::evidence::words::fold(words);
    if let Some(found) = PLATFORMS.failed.find(&folded) {
        let found = found.as_str().replace('\n', " ");
        outcome.findings.push(
            FAILED
                .at(
                    Place::file(evidence.path()),
                    Text::new(
                        format!("le rapport semble conclure à un échec : « {found} »"),
                        format!("the report seems to conclude a failure: '{found}'"),
                    ),
                )
                // Words around a verdict may be a legend of the report: only a human tells.
                .severity(Severity::Warning)
                .found(found),
        );
        return 1;
    }
    if let Some(found) = PLATFORMS.passed.find(&folded) {
        let found = found.as_str().replace('\n', " ");
        outcome.verified.push(Text::new(
            format!("verdict lu dans {} : « {found} »", evidence.name()),
            format!("verdict read in {}: '{found}'", evidence.name()),
        ));
        return 1;
    }
    0
}
