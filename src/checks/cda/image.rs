//! The images embedded in a document: of a type that receivers show, what they announce, whole, and called by the text.

use std::collections::HashMap;
use std::io::Read as _;

use crate::engines::media::{MediaError, read_picture};
use crate::engines::xml::{Document, NodeId};
use crate::evidence::cda_header::HL7_V3;
use crate::evidence::{HEAD_BYTES, Kind, recognise, xml};
use crate::finding::{Finding, Rule, Severity};
use crate::text::{Text, text};

const SOURCE: &str = "HL7 CDA R2, 4.3.5.6 (renderMultiMedia) and 4.3.6.4 (observationMedia); HL7 v3 Data Types R1, ED; CI-SIS, volet Structuration minimale de documents de santé";

/// Embedded images can be shown.
pub(super) static READABLE: Rule = Rule::fixed(
    "CDA-IMAGE-READABLE",
    Severity::Error,
    text(
        "Chaque image embarquée est entière et lisible",
        "Each embedded image is whole and readable",
    ),
    text(
        "Une image coupée ou abîmée ne s'affiche pas chez le destinataire.",
        "A truncated or damaged image is not shown at the receiver's.",
    ),
    text(
        "Embarquer à nouveau le fichier d'origine, entier.",
        "Embed the original file again, whole.",
    ),
    SOURCE,
);

/// Embedded images are of a type that every receiver shows.
pub(super) static TYPE: Rule = Rule::fixed(
    "CDA-IMAGE-TYPE",
    Severity::Warning,
    text(
        "Les images embarquées sont d'un type que les destinataires affichent",
        "Embedded images are of a type that receivers show",
    ),
    text(
        "Les navigateurs et visionneuses affichent GIF, JPEG, PNG et TIFF ; rien n'oblige à connaître un autre type.",
        "Browsers and viewers show GIF, JPEG, PNG and TIFF; nothing makes them know another type.",
    ),
    text(
        "Convertir l'image en PNG ou en JPEG et corriger mediaType.",
        "Convert the image to PNG or JPEG and correct mediaType.",
    ),
    SOURCE,
);

/// Embedded images are in the format that they announce.
pub(super) static FORMAT: Rule = Rule::fixed(
    "CDA-IMAGE-FORMAT",
    Severity::Warning,
    text(
        "Chaque image embarquée est du format qu'elle annonce",
        "Each embedded image is in the format that it announces",
    ),
    text(
        "Une visionneuse qui se fie à mediaType n'affiche pas l'image. Des exemples officiels annoncent image/jpeg pour un PNG, d'où un avertissement.",
        "A viewer that trusts mediaType does not show the image. Official examples announce image/jpeg for a PNG, hence a warning.",
    ),
    text(
        "Écrire dans mediaType le type du fichier embarqué.",
        "Write the type of the embedded file in mediaType.",
    ),
    SOURCE,
);

/// What the narrative renders is an object that can be rendered.
pub(super) static OBJECT: Rule = Rule::fixed(
    "CDA-IMAGE-OBJECT",
    Severity::Error,
    text(
        "renderMultiMedia désigne un observationMedia ou un regionOfInterest",
        "renderMultiMedia names an observationMedia or a regionOfInterest",
    ),
    text(
        "Tout autre élément n'a pas d'image : rien ne s'affiche à cet endroit du texte.",
        "Any other element has no image: nothing is shown at this place of the narrative.",
    ),
    text(
        "Donner à referencedObject la valeur de l'attribut ID de l'observationMedia.",
        "Give referencedObject the value of the ID attribute of the observationMedia.",
    ),
    SOURCE,
);

/// The rules on images.
pub(super) fn rules() -> Vec<&'static Rule> {
    vec![&READABLE, &TYPE, &FORMAT, &OBJECT]
}

/// Content types of images and the names of their formats.
static TYPES: &str = include_str!("../../../testcases/packs/image-media-types.txt");

/// Largest image once decompressed, in bytes.
const LARGEST: u64 = 64 << 20;

/// Judges the image of an `observationMedia/value`, decoded from base64.
pub(super) fn check(document: &Document, value: NodeId, file: &str, bytes: Vec<u8>) -> Option<Finding> {
    let announced = document.attribute(value, "", "mediaType").unwrap_or_default();
    let known = TYPES
        .lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(media_type, _)| *media_type == announced);
    let Some((_, format)) = known else {
        let message = Text::new(
            format!("image de type « {announced} », que rien n'oblige à savoir afficher"),
            format!("image of type '{announced}', which nothing makes receivers show"),
        );
        return Some(xml::at(&TYPE, file, document, value, message).found(announced));
    };
    let bytes = match document.attribute(value, "", "compression") {
        None => bytes,
        Some(method) => match expand(method, &bytes) {
            Some(expanded) => expanded,
            // Announced as compressed and not so: judged as it is.
            None => bytes,
        },
    };
    match read_picture(&bytes) {
        Ok(picture) if picture.format == format => None,
        Ok(picture) => {
            let message = Text::new(
                format!("image annoncée {announced}, trouvée : {}", picture.format),
                format!("image announced as {announced}, found: {}", picture.format),
            );
            Some(
                xml::at(&FORMAT, file, document, value, message)
                    .expected(announced)
                    .found(picture.format),
            )
        }
        Err(error) => Some(unreadable(document, value, file, announced, &bytes, &error)),
    }
}

/// What is said of a content that is no picture that can be shown: another kind of file, whole as such, is not in the
/// format announced; anything else is damaged.
fn unreadable(
    document: &Document,
    value: NodeId,
    file: &str,
    announced: &str,
    bytes: &[u8],
    error: &MediaError,
) -> Finding {
    let head = bytes.get(..bytes.len().min(HEAD_BYTES)).unwrap_or_default();
    let kind = recognise(
        head,
        bytes
            .get(bytes.len().saturating_sub(HEAD_BYTES)..)
            .unwrap_or_default(),
        bytes.len() as u64,
        "",
    );
    if !matches!(kind, Kind::Image | Kind::Unknown | Kind::Text | Kind::Empty) {
        let label = kind.label();
        let message = Text::new(
            format!("image annoncée {announced}, trouvée : {}", label.fr),
            format!("image announced as {announced}, found: {}", label.en),
        );
        return xml::at(&FORMAT, file, document, value, message).expected(announced);
    }
    let (fr, en) = match error {
        MediaError::Truncated(_) => ("coupée avant sa fin", "cut before its end"),
        MediaError::Unsupported(_) => ("d'un format inconnu", "of an unknown format"),
        MediaError::TooLarge(_) => ("trop grande pour être décodée", "too large to be decoded"),
        MediaError::Checksum(_) | MediaError::Broken(_) | MediaError::Io(_) => ("abîmée", "damaged"),
    };
    let severity = if matches!(kind, Kind::Image)
        && matches!(error, MediaError::Unsupported(_) | MediaError::TooLarge(_))
    {
        // A picture that is not decoded here may be whole.
        Severity::Warning
    } else {
        READABLE.severity
    };
    let message = Text::new(
        format!("image {announced} illisible : {fr}"),
        format!("unreadable {announced} image: {en}"),
    );
    xml::at(&READABLE, file, document, value, message).severity(severity)
}

/// The content behind a compression of HL7 (`DF` deflate, `ZL` zlib, `GZ` gzip); none when it is not so compressed.
fn expand(method: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut expanded = Vec::new();
    let read = match method {
        "DF" => flate2::read::DeflateDecoder::new(bytes)
            .take(LARGEST)
            .read_to_end(&mut expanded),
        "ZL" => flate2::read::ZlibDecoder::new(bytes)
            .take(LARGEST)
            .read_to_end(&mut expanded),
        "GZ" => flate2::read::GzDecoder::new(bytes)
            .take(LARGEST)
            .read_to_end(&mut expanded),
        _ => return None,
    };
    read.ok().map(|_| expanded)
}

/// Judges what the narrative renders: each `renderMultiMedia` that names an element which is no image.
pub(super) fn rendered(document: &Document, file: &str) -> Vec<Finding> {
    let mut named: HashMap<&str, NodeId> = HashMap::new();
    for element in document.descendants(document.root_element()) {
        if let Some(id) = document.attribute(element, "", "ID") {
            named.entry(id.trim()).or_insert(element);
        }
    }
    let mut findings = Vec::new();
    let calls = document
        .names()
        .find(HL7_V3, "renderMultiMedia")
        .map(|name| document.elements_named(name))
        .unwrap_or_default();
    for &call in calls {
        let wanted = document
            .attribute(call, "", "referencedObject")
            .unwrap_or_default();
        for id in wanted.split_whitespace() {
            // A name that leads nowhere is told with the references.
            let Some(&target) = named.get(id) else { continue };
            let found = document.local_name(target);
            if matches!(found, "observationMedia" | "regionOfInterest") {
                continue;
            }
            let message = Text::new(
                format!("renderMultiMedia désigne « {id} », qui est un élément {found}"),
                format!("renderMultiMedia names '{id}', which is a {found} element"),
            );
            findings.push(
                xml::at(&OBJECT, file, document, call, message)
                    .expected("observationMedia, regionOfInterest")
                    .found(found),
            );
        }
    }
    findings
}
