//! PDF: readable by anyone, safe to open, and PDF/A-1 where the proof or the document asks for it.
//!
//! PDF/A-1 is asked by the binding ([`crate::checks::Options::pdfa_required`]) or by the place: the PDF in the
//! body of a CDA level N1. Elsewhere a PDF that claims PDF/A-1 and breaks it earns warnings, and a PDF that claims
//! nothing is only described.

mod archive;
mod archive_rules;
mod basic;
mod mirror;
mod profile;

use crate::checks::{Check, Context, Outcome};
use crate::engines::pdf::{ContentSurvey, Frame, Graph, Pdf, PdfError};
use crate::evidence::{Evidence, Kind};
use crate::finding::{NESTED, Place, Rule};
use crate::text::Text;

/// The name that the CDA family gives to the PDF of a non-XML body.
const BODY_OF_LEVEL_1: &str = "nonXMLBody.pdf";

/// The check on PDF files.
#[derive(Debug)]
pub struct PdfCheck;

impl Check for PdfCheck {
    fn id(&self) -> &'static str {
        "pdf"
    }

    fn accepts(&self, kind: Kind) -> bool {
        kind == Kind::Pdf
    }

    fn rules(&self) -> Vec<&'static Rule> {
        let mut rules = basic::rules();
        rules.extend(archive_rules::rules());
        rules
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        outcome.facts.pdfs.push(evidence.sha256().to_owned());
        let Some(bytes) = outcome.bytes_of(evidence, context.limits.pdf_bytes) else {
            return outcome;
        };
        let pdf = match Pdf::read(&bytes, context.limits) {
            Ok(pdf) => pdf,
            Err(error) => {
                unreadable(evidence, &error, &mut outcome);
                return outcome;
            }
        };
        let reading = Reading {
            frame: pdf.frame(),
            graph: pdf.graph(),
            contents: pdf.contents(),
            pdf,
        };
        let required = context.options.pdfa_required || in_body_of_level_1(evidence);
        let demand = archive::Demand::of(required, &reading.frame);
        basic::judge(evidence, &reading, demand.is_judged(), &mut outcome);
        // A file that was cut breaks rules of PDF/A by what it lost: the cut is the cause to mend.
        if !basic::truncated(&reading.pdf) {
            archive::judge(evidence, &reading, demand, &mut outcome);
        }
        describe(&reading, &bytes, &mut outcome);
        outcome
    }
}

/// A PDF and all that is read of it, once for all rules.
struct Reading {
    pdf: Pdf,
    frame: Frame,
    graph: Graph,
    contents: ContentSurvey,
}

fn in_body_of_level_1(evidence: &Evidence) -> bool {
    evidence.path().ends_with(&format!("{NESTED}{BODY_OF_LEVEL_1}"))
}

/// The PDF/A claim as people write it.
fn claim(frame: &Frame) -> Option<String> {
    frame.metadata.as_ref()?.xmp.as_ref().ok()?.identification.label()
}

fn unreadable(evidence: &Evidence, error: &PdfError, outcome: &mut Outcome) {
    let place = Place::file(evidence.path());
    match error {
        PdfError::TooLarge { size, limit } => outcome.not_evaluated.push(Text::new(
            format!("PDF de {size} octets : au-delà de la limite de {limit}, il n'est pas analysé"),
            format!("PDF of {size} bytes: beyond the limit of {limit} it is not analysed"),
        )),
        PdfError::Locked => outcome.findings.push(basic::LOCKED.at(
            place,
            Text::fixed(
                "le PDF est chiffré et demande un mot de passe pour s'ouvrir",
                "the PDF is encrypted and asks for a password to open",
            ),
        )),
        PdfError::Broken(cause) => outcome.findings.push(basic::READABLE.at(
            place,
            Text::new(
                format!("le PDF ne peut pas être lu : {cause}"),
                format!("the PDF cannot be read: {cause}"),
            ),
        )),
    }
}

/// Tells the examiner what the file is.
fn describe(reading: &Reading, bytes: &[u8], outcome: &mut Outcome) {
    let version = &reading.pdf.layout.version;
    let pages = reading.pdf.pages;
    let plural = if pages > 1 { "s" } else { "" };
    outcome.verified.push(match claim(&reading.frame) {
        Some(claim) => Text::new(
            format!("PDF {version} lisible, {pages} page{plural}, se déclare {claim}"),
            format!("readable PDF {version}, {pages} page{plural}, claims {claim}"),
        ),
        None => Text::new(
            format!("PDF {version} lisible, {pages} page{plural}, ne se déclare pas PDF/A"),
            format!("readable PDF {version}, {pages} page{plural}, makes no PDF/A claim"),
        ),
    });
    for signature in reading.pdf.signatures(bytes) {
        let who = signature.name.as_deref().unwrap_or("?");
        let when = signature.time.as_deref().unwrap_or("?");
        outcome.verified.push(Text::new(
            format!(
                "signature PDF présente ({}), signataire déclaré : {who}, date déclarée : {when} ; la cryptographie n'est pas vérifiée",
                signature.format
            ),
            format!(
                "PDF signature present ({}), declared signer: {who}, declared date: {when}; the cryptography is not verified",
                signature.format
            ),
        ));
    }
}
