//! XDS metadata outside of an archive: alone, or in a SOAP submission with its documents (ITI-41, MTOM included).

mod submission;
mod words;

use crate::checks::{Check, Context, Outcome};
use crate::engines::xml::Document;
use crate::evidence::element::Element;
use crate::evidence::soap::{SoapError, SoapMessage};
use crate::evidence::xds::rules::{self as metadata_rules, Setting};
use crate::evidence::xds::{self, Submission};
use crate::evidence::{Evidence, Kind, xml};
use crate::finding::{Place, Rule};
use crate::text::Text;

/// The check on XDS metadata and the SOAP messages that carry them.
#[derive(Debug)]
pub struct XdsCheck;

impl Check for XdsCheck {
    fn id(&self) -> &'static str {
        "xds"
    }

    fn accepts(&self, kind: Kind) -> bool {
        matches!(kind, Kind::XdsMetadata | Kind::Soap)
    }

    fn rules(&self) -> Vec<&'static Rule> {
        let mut rules = words::rules();
        rules.extend(xds::rules::rules());
        rules
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        match evidence.kind() {
            Kind::Soap => soap(evidence, context, &mut outcome),
            _ => alone(evidence, context, &mut outcome),
        }
        outcome
    }
}

/// Metadata alone: the documents are elsewhere.
fn alone(evidence: &Evidence, context: &Context<'_>, outcome: &mut Outcome) {
    let Some(bytes) = outcome.bytes_of(evidence, context.limits.file_bytes) else {
        return;
    };
    let tree = match Document::parse(&bytes, &xml::options(context.limits)) {
        Ok(tree) => tree,
        Err(error) => {
            let place = Place::file(evidence.path()).line_column(error.position.line, error.position.column);
            outcome
                .findings
                .push(xds::rules::words::WELL_FORMED.at(place, error.kind.text()));
            return;
        }
    };
    let root = Element::root(&tree);
    let Some(submission) = Submission::read(root) else {
        no_submission(root, evidence, outcome);
        return;
    };
    let findings = metadata_rules::judge(&submission, evidence.path(), Setting::Registry);
    outcome
        .findings
        .extend(metadata_rules::root_cause::keep(findings));
    let facts = submission
        .documents
        .iter()
        .map(|entry| entry.facts(evidence.path()));
    outcome.facts.documents.extend(facts);
    outcome.verified.push(Text::new(
        format!(
            "métadonnées XDS lues : {} fiche(s) ; sans les documents, ni hash ni contenu ne sont vérifiés",
            submission.documents.len()
        ),
        format!(
            "XDS metadata read: {} entry(ies); without the documents neither hash nor content is verified",
            submission.documents.len()
        ),
    ));
}

fn no_submission(root: Element<'_>, evidence: &Evidence, outcome: &mut Outcome) {
    let message = Text::new(
        format!(
            "« {} » sans SubmitObjectsRequest / RegistryObjectList ebRIM 3.0",
            root.local()
        ),
        format!(
            "'{}' without an ebRIM 3.0 SubmitObjectsRequest / RegistryObjectList",
            root.local()
        ),
    );
    let place = root.spot().place(evidence.path());
    outcome
        .findings
        .push(xds::rules::words::ROOT.at(place, message).found(root.namespace()));
}

fn soap(evidence: &Evidence, context: &Context<'_>, outcome: &mut Outcome) {
    let message = match SoapMessage::read(evidence, context.limits) {
        Ok(message) => message,
        Err(error) => {
            let (place, text) = match &error {
                SoapError::Xml(error) => (
                    Place::file(evidence.path()).line_column(error.position.line, error.position.column),
                    error.kind.text(),
                ),
                SoapError::NoEnvelope => (
                    Place::file(evidence.path()),
                    Text::fixed(
                        "aucune partie MIME ne contient d'enveloppe SOAP",
                        "no MIME part holds a SOAP envelope",
                    ),
                ),
                SoapError::Evidence(error) => {
                    return outcome.not_evaluated.push(error.text());
                }
            };
            outcome.findings.push(words::ENVELOPE.at(place, text));
            return;
        }
    };
    if message.truncated {
        let text = Text::fixed(
            "trop de parties MIME ou trop imbriquées : le reste n'est pas lu",
            "too many MIME parts, or nested too deeply: the rest is not read",
        );
        outcome
            .findings
            .push(words::LIMIT.at(Place::file(evidence.path()), text));
    }
    submission::judge(&message, evidence, context, outcome);
}
