//! VIHF assertions, in a SOAP request or alone: who asks, in what capacity, for which patient, and what is signed.

mod assertion;
mod attributes;
mod signature;
mod two_users;
mod words;

use crate::checks::{Check, Context, Outcome};
use crate::engines::xml::Document;
use crate::evidence::element::Element;
use crate::evidence::soap::SoapMessage;
use crate::evidence::xds::Submission;
use crate::evidence::{Evidence, Kind, xml};
use crate::finding::Rule;
use crate::text::Text;

pub use two_users::TwoUsersCheck;

/// Namespace of SAML 2.0 assertions.
const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

/// Requests that a service answers only with an assertion.
const REQUESTS: [&str; 5] = [
    "ProvideAndRegisterDocumentSetRequest",
    "AdhocQueryRequest",
    "RetrieveDocumentSetRequest",
    "UpdateDocumentSetRequest",
    "RemoveObjectsRequest",
];

/// The check on VIHF assertions.
#[derive(Debug)]
pub struct VihfCheck;

impl Check for VihfCheck {
    fn id(&self) -> &'static str {
        "vihf"
    }

    fn accepts(&self, kind: Kind) -> bool {
        matches!(kind, Kind::Soap | Kind::Saml)
    }

    fn rules(&self) -> Vec<&'static Rule> {
        words::rules()
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        if evidence.kind() == Kind::Saml {
            alone(evidence, context, &mut outcome);
            return outcome;
        }
        // A message that cannot be read is reported once, by the check of SOAP messages.
        let Ok(message) = SoapMessage::read(evidence, context.limits) else {
            return outcome;
        };
        in_message(message.root(), evidence, &mut outcome);
        for finding in &mut outcome.findings {
            finding.place.line = finding
                .place
                .line
                .map(|line| line.saturating_add(message.line_offset));
        }
        outcome
    }
}

fn alone(evidence: &Evidence, context: &Context<'_>, outcome: &mut Outcome) {
    let Some(bytes) = outcome.bytes_of(evidence, context.limits.file_bytes) else {
        return;
    };
    match Document::parse(&bytes, &xml::options(context.limits)) {
        Ok(document) => assertion::judge(Element::root(&document), None, evidence, outcome),
        Err(error) => {
            let place = crate::finding::Place::file(evidence.path());
            let place = place.line_column(error.position.line, error.position.column);
            outcome
                .findings
                .push(words::ASSERTION.at(place, error.kind.text()));
        }
    }
}

fn in_message(root: Element<'_>, evidence: &Evidence, outcome: &mut Outcome) {
    let assertions: Vec<Element<'_>> = root
        .descendants()
        .filter(|element| element.is(SAML, "Assertion"))
        .collect();
    let placed: Vec<Element<'_>> = root
        .named("Header")
        .flat_map(|header| {
            header
                .elements()
                .filter(|element| element.local() == "Security")
                .collect::<Vec<_>>()
        })
        .flat_map(|security| {
            security
                .elements()
                .filter(|element| element.is(SAML, "Assertion"))
                .collect::<Vec<_>>()
        })
        .collect();
    let request = root
        .descendants()
        .any(|element| REQUESTS.contains(&element.local()));
    if (request || !assertions.is_empty()) && (placed.len() != 1 || assertions.len() != 1) {
        let text = Text::new(
            format!(
                "{} assertion(s) dans l'en-tête de sécurité, {} dans le message",
                placed.len(),
                assertions.len()
            ),
            format!(
                "{} assertion(s) in the security header, {} in the message",
                placed.len(),
                assertions.len()
            ),
        );
        let place = root.spot().place(evidence.path());
        outcome.findings.push(
            words::PLACE
                .at(place, text)
                .expected("1")
                .found(placed.len().to_string()),
        );
    }
    if let Some(assertion) = placed.first().or(assertions.first()) {
        let submission = Submission::read(root);
        assertion::judge(*assertion, submission.as_ref(), evidence, outcome);
    }
}
