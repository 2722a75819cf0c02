//! The body: its level, what is embedded in it, and the embedded files given to the checks that know them.

use super::image;
use crate::checks::{Context, Outcome};
use crate::engines::xml::{Document, NodeId};
use crate::evidence::cda_header::{BodyLevel, CdaHeader, HL7_V3, decode_base64};
use crate::evidence::{Evidence, Kind, xml};
use crate::finding::{Rule, Severity};
use crate::text::{Text, text};

const SOURCE: &str = "HL7 CDA R2, 4.2.2 and 4.3.1; CI-SIS, volet Structuration minimale de documents de santé, corps du document";

/// The non-XML body is of a type that receivers accept.
pub(super) static MEDIA_TYPE: Rule = Rule::fixed(
    "CDA-BODY-MEDIA-TYPE",
    Severity::Error,
    text(
        "Le corps non XML annonce un type de contenu accepté",
        "The non-XML body announces an accepted content type",
    ),
    text(
        "Le récepteur choisit comment afficher le document d'après mediaType.",
        "The receiver chooses how to show the document by mediaType.",
    ),
    text(
        "Écrire mediaType=\"application/pdf\" (PDF/A-1), ou l'un des autres types permis par le volet.",
        "Write mediaType=\"application/pdf\" (PDF/A-1), or one of the other types that the volume allows.",
    ),
    SOURCE,
);

/// Embedded content is base64 that can be decoded.
pub(super) static BASE64: Rule = Rule::fixed(
    "CDA-BODY-BASE64",
    Severity::Error,
    text(
        "Le contenu embarqué est en base64 et se décode",
        "Embedded content is base64 and can be decoded",
    ),
    text(
        "Un contenu qui ne se décode pas ne peut pas être affiché : le document est vide pour son lecteur.",
        "Content that cannot be decoded cannot be shown: the document is empty for its reader.",
    ),
    text(
        "Encoder le fichier entier en base64 et écrire representation=\"B64\".",
        "Encode the whole file in base64 and write representation=\"B64\".",
    ),
    SOURCE,
);

/// Embedded content is what it announces.
pub(super) static CONTENT: Rule = Rule::fixed(
    "CDA-BODY-CONTENT",
    Severity::Error,
    text(
        "Le contenu embarqué est du type qu'il annonce",
        "Embedded content is of the type that it announces",
    ),
    text(
        "Un PDF annoncé qui n'en est pas un ne s'ouvre pas chez le destinataire.",
        "An announced PDF that is none does not open at the receiver's.",
    ),
    text(
        "Embarquer le fichier annoncé ou corriger mediaType.",
        "Embed the announced file or correct mediaType.",
    ),
    SOURCE,
);

/// The rules on the body.
pub(super) fn rules() -> Vec<&'static Rule> {
    vec![&MEDIA_TYPE, &BASE64, &CONTENT]
}

/// The content types of a non-XML body.
static MEDIA_TYPES: &str = include_str!("../../../testcases/packs/body-media-types.txt");

/// Judges the body and what it embeds. Gives the SHA-256 of the PDF of a non-XML body.
pub(super) fn check(
    document: &Document,
    header: &CdaHeader,
    evidence: &Evidence,
    context: &Context<'_>,
    outcome: &mut Outcome,
) -> Option<String> {
    match header.body.level {
        // Told by the embedded schematron.
        None => None,
        Some(BodyLevel::NonXml) => {
            outcome.verified.push(text(
                "document de niveau 1 (corps non XML)",
                "level 1 document (non-XML body)",
            ));
            non_xml(document, evidence, context, outcome)
        }
        Some(BodyLevel::Structured) => {
            outcome.verified.push(text(
                "document de niveau 3 (corps structuré)",
                "level 3 document (structured body)",
            ));
            media(document, evidence, context, outcome);
            None
        }
    }
}

fn find(document: &Document, local: &str) -> Vec<NodeId> {
    document
        .names()
        .find(HL7_V3, local)
        .map(|name| document.elements_named(name).to_vec())
        .unwrap_or_default()
}

fn non_xml(
    document: &Document,
    evidence: &Evidence,
    context: &Context<'_>,
    outcome: &mut Outcome,
) -> Option<String> {
    let file = evidence.path();
    let body = find(document, "nonXMLBody").into_iter().next()?;
    let content = document.child_named(body, HL7_V3, "text")?;
    let media_type = document.attribute(content, "", "mediaType").unwrap_or_default();
    let known = MEDIA_TYPES.lines().any(|line| line == media_type);
    if !known {
        let message = Text::new(
            format!("type de contenu « {media_type} » du corps non accepté"),
            format!("content type '{media_type}' of the body is not accepted"),
        );
        outcome
            .findings
            .push(xml::at(&MEDIA_TYPE, file, document, content, message).found(media_type));
    }
    if document.attribute(content, "", "representation") != Some("B64") {
        // Told by the embedded schematron.
        return None;
    }
    let bytes = decode(document, content, file, outcome)?;
    let extension = if media_type == "application/pdf" {
        "pdf"
    } else {
        "bin"
    };
    let nested = evidence.nested(&format!("nonXMLBody.{extension}"), bytes);
    if media_type == "application/pdf" && nested.kind() != Kind::Pdf {
        not_pdf(document, content, file, &nested, outcome);
        return None;
    }
    let pdf = (nested.kind() == Kind::Pdf).then(|| nested.sha256().to_owned());
    outcome.facts.pdfs.extend(pdf.clone());
    outcome.extend(context.judge(&nested));
    pdf
}

/// The images and PDFs attached to a structured body. PDFs are judged, but what is wrong with them does not make the
/// document wrong.
fn media(document: &Document, evidence: &Evidence, context: &Context<'_>, outcome: &mut Outcome) {
    let file = evidence.path();
    for (index, object) in find(document, "observationMedia").into_iter().enumerate() {
        let Some(value) = document.child_named(object, HL7_V3, "value") else {
            continue;
        };
        let media_type = document.attribute(value, "", "mediaType").unwrap_or_default();
        let (is_pdf, is_image) = (media_type == "application/pdf", media_type.starts_with("image/"));
        if !(is_pdf || is_image) || document.attribute(value, "", "representation") != Some("B64") {
            continue;
        }
        let Some(bytes) = decode(document, value, file, outcome) else {
            continue;
        };
        if is_image {
            outcome
                .findings
                .extend(image::check(document, value, file, bytes));
            continue;
        }
        let name = document
            .attribute(object, "", "ID")
            .map_or_else(|| format!("{}", index + 1), str::to_owned);
        let nested = evidence.nested(&format!("observationMedia-{name}.pdf"), bytes);
        if nested.kind() != Kind::Pdf {
            not_pdf(document, value, file, &nested, outcome);
            continue;
        }
        outcome.facts.pdfs.push(nested.sha256().to_owned());
        let mut judged = context.judge(&nested);
        for finding in &mut judged.findings {
            if finding.severity == Severity::Error {
                finding.severity = Severity::Warning;
            }
        }
        outcome.extend(judged);
    }
}

fn decode(document: &Document, content: NodeId, file: &str, outcome: &mut Outcome) -> Option<Vec<u8>> {
    match decode_base64(&document.string_value(content)) {
        Ok(bytes) if !bytes.is_empty() => Some(bytes),
        Ok(_) => {
            let message = text("contenu embarqué vide", "embedded content is empty");
            outcome
                .findings
                .push(xml::at(&BASE64, file, document, content, message));
            None
        }
        Err(error) => {
            let message = Text::new(
                format!("contenu embarqué illisible en base64 : {error}"),
                format!("embedded content cannot be read as base64: {error}"),
            );
            outcome
                .findings
                .push(xml::at(&BASE64, file, document, content, message));
            None
        }
    }
}

fn not_pdf(document: &Document, content: NodeId, file: &str, nested: &Evidence, outcome: &mut Outcome) {
    let label = nested.kind().label();
    let message = Text::new(
        format!("contenu annoncé application/pdf, trouvé : {}", label.fr),
        format!("content announced as application/pdf, found: {}", label.en),
    );
    outcome.findings.push(
        xml::at(&CONTENT, file, document, content, message)
            .expected("application/pdf")
            .found(nested.kind().as_str()),
    );
}
