//! A submission in SOAP: its metadata, its documents, one against the other.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::words as rule;
use crate::checks::{Context, Outcome};
use crate::evidence::Evidence;
use crate::evidence::cda_header::{CdaHeader, decode_base64};
use crate::evidence::element::Element;
use crate::evidence::soap::SoapMessage;
use crate::evidence::xds::Submission;
use crate::evidence::xds::rules::{self as metadata_rules, Setting, against_cda, content, root_cause};
use crate::evidence::xml;
use crate::facts::FactSource;
use crate::text::Text;

const ACTION: &str = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b";
const XDS_B: &str = "urn:ihe:iti:xds-b:2007";

pub(super) fn judge(
    message: &SoapMessage,
    evidence: &Evidence,
    context: &Context<'_>,
    outcome: &mut Outcome,
) {
    let root = message.root();
    let request = root
        .descendants()
        .find(|element| element.is(XDS_B, "ProvideAndRegisterDocumentSetRequest"));
    let action = message.action();
    let Some(submission) = Submission::read(root) else {
        if let Some(request) = request {
            super::no_submission(request, evidence, outcome);
        } else {
            let action = action.unwrap_or_else(|| "?".to_owned());
            outcome.verified.push(Text::new(
                format!("message SOAP lu, action {action} : ce n'est pas une soumission"),
                format!("SOAP message read, action {action}: it is no submission"),
            ));
        }
        return;
    };
    let start = outcome.findings.len();
    if let (Some(request), Some(action)) = (request, &action)
        && action != ACTION
    {
        let text = Text::fixed(
            "wsa:Action n'est pas celle d'une soumission de documents",
            "wsa:Action is not that of a document submission",
        );
        let place = request.spot().place(evidence.path());
        outcome
            .findings
            .push(rule::ACTION.at(place, text).expected(ACTION).found(action));
    }
    outcome.findings.extend(metadata_rules::judge(
        &submission,
        evidence.path(),
        Setting::Registry,
    ));
    shift(message, outcome, start);
    if let Some(request) = request {
        documents(message, &submission, request, evidence, context, outcome);
    } else {
        let facts = submission
            .documents
            .iter()
            .map(|entry| entry.facts(evidence.path()));
        outcome.facts.documents.extend(facts);
    }
    let findings = std::mem::take(&mut outcome.findings);
    outcome.findings = root_cause::keep(findings);
    outcome.verified.push(metadata_rules::value_sets_told());
    outcome.verified.push(Text::new(
        format!(
            "soumission XDS lue : {} fiche(s), {} partie(s) MIME",
            submission.documents.len(),
            message.parts.len()
        ),
        format!(
            "XDS submission read: {} entry(ies), {} MIME part(s)",
            submission.documents.len(),
            message.parts.len()
        ),
    ));
}

/// Lines of the envelope become lines of the file.
fn shift(message: &SoapMessage, outcome: &mut Outcome, start: usize) {
    for finding in outcome.findings.iter_mut().skip(start) {
        finding.place.line = finding
            .place
            .line
            .map(|line| line.saturating_add(message.line_offset));
    }
}

fn documents(
    message: &SoapMessage,
    submission: &Submission,
    request: Element<'_>,
    evidence: &Evidence,
    context: &Context<'_>,
    outcome: &mut Outcome,
) {
    let sent: Vec<Element<'_>> = request
        .elements()
        .filter(|element| element.is(XDS_B, "Document"))
        .collect();
    let id_of = |document: &Element<'_>| document.attribute("id").unwrap_or_default().trim().to_owned();
    let described = |document: &Element<'_>| {
        let id = id_of(document);
        let mut entries = submission.documents.iter();
        entries.any(|entry| entry.id.eq_ignore_ascii_case(&id))
    };
    repeated(message, &sent, evidence, outcome);
    let mut orphans: Vec<Element<'_>> = sent
        .iter()
        .filter(|document| !described(document))
        .copied()
        .collect();
    orphans.reverse();
    for entry in &submission.documents {
        let own = outcome.findings.len();
        let mut told = entry.facts(evidence.path());
        let document = sent
            .iter()
            .find(|document| id_of(document).eq_ignore_ascii_case(&entry.id));
        // A Document whose id is no entry's is that of the entry that has none: one fault, and its content is judged.
        let document = document.copied().or_else(|| {
            let orphan = orphans.pop();
            let text = match &orphan {
                Some(_) => Text::new(
                    format!("Document/@id n'est pas l'id de la fiche « {} »", entry.id),
                    format!("Document/@id is not the id of the entry '{}'", entry.id),
                ),
                None => Text::new(
                    format!("aucun Document pour la fiche « {} »", entry.id),
                    format!("no Document for the entry '{}'", entry.id),
                ),
            };
            let spot = orphan.map_or_else(|| entry.spot.clone(), Element::spot);
            outcome.findings.push(
                rule::DOCUMENT
                    .at(spot.place(evidence.path()), text)
                    .expected(&*entry.id)
                    .found(orphan.as_ref().map(id_of).unwrap_or_default()),
            );
            orphan
        });
        let Some(document) = document else {
            shift(message, outcome, own);
            outcome.facts.documents.push(told);
            continue;
        };
        match bytes_of(message, document) {
            Err(text) => outcome
                .findings
                .push(rule::PART.at(document.spot().place(evidence.path()), text)),
            Ok(bytes) => {
                let sha1 = content::sha1_hex(&bytes);
                outcome
                    .findings
                    .extend(content::compare(entry, bytes.len(), &sha1, evidence.path()));
                let nested = xml::keep(evidence.nested(&entry.id, bytes.into_owned()), context.limits);
                told.sha256 = Some(nested.sha256().to_owned());
                let header = nested.document().and_then(|document| CdaHeader::read(document));
                if let Some(header) = &header {
                    let compared =
                        against_cda::compare(submission, entry, header, evidence.path(), Setting::Registry);
                    outcome.findings.extend(compared);
                }
                shift(message, outcome, own);
                let mut judged = context.judge(&nested);
                let known = judged
                    .facts
                    .documents
                    .iter()
                    .any(|document| document.source == FactSource::Cda);
                if let Some(header) = header.filter(|_| !known) {
                    let sha256 = Some(nested.sha256().to_owned());
                    judged
                        .facts
                        .documents
                        .push(header.facts(nested.path(), sha256, None));
                }
                outcome.extend(judged);
                outcome.facts.documents.push(told);
                continue;
            }
        }
        shift(message, outcome, own);
        outcome.facts.documents.push(told);
    }
    let own = outcome.findings.len();
    for document in orphans.into_iter().rev() {
        let id = id_of(&document);
        let text = Text::new(
            format!("le Document « {id} » n'a pas de fiche"),
            format!("the Document '{id}' has no entry"),
        );
        let place = document.spot().place(evidence.path());
        outcome.findings.push(rule::DOCUMENT.at(place, text).found(id));
    }
    shift(message, outcome, own);
}

/// Several Document elements with the id of one entry: which one is meant cannot be known.
fn repeated(message: &SoapMessage, sent: &[Element<'_>], evidence: &Evidence, outcome: &mut Outcome) {
    let own = outcome.findings.len();
    let mut seen = BTreeSet::new();
    for document in sent {
        let id = document.attribute("id").unwrap_or_default().trim();
        if !id.is_empty() && !seen.insert(id.to_lowercase()) {
            let text = Text::new(
                format!("le Document « {id} » est présent plusieurs fois"),
                format!("the Document '{id}' is present several times"),
            );
            let place = document.spot().place(evidence.path());
            outcome.findings.push(rule::DOCUMENT.at(place, text).found(id));
        }
    }
    shift(message, outcome, own);
}

/// The bytes of a document: the MIME part that it includes, or its base64 text.
fn bytes_of<'a>(message: &'a SoapMessage, document: Element<'_>) -> Result<Cow<'a, [u8]>, Text> {
    if let Some(include) = document.child("Include") {
        let href = include.attribute("href").unwrap_or_default();
        let part = message.part(href).ok_or_else(|| {
            Text::new(
                format!("aucune partie MIME pour « {href} »"),
                format!("no MIME part for '{href}'"),
            )
        })?;
        if part.damaged {
            return Err(Text::new(
                format!("la partie MIME « {href} » ne se décode pas"),
                format!("the MIME part '{href}' does not decode"),
            ));
        }
        return Ok(Cow::Borrowed(part.bytes.as_slice()));
    }
    let bytes = decode_base64(&document.text()).map_err(|error| {
        Text::new(
            format!("contenu du Document illisible : {error}"),
            format!("content of the Document unreadable: {error}"),
        )
    })?;
    if bytes.is_empty() {
        return Err(Text::fixed("Document sans contenu", "Document without content"));
    }
    Ok(Cow::Owned(bytes))
}
