//! The documents that OBX segments carry (rules `DOC-01`, `OBX-5n`, `B64-…`, `CDA-01/02`, `MAIL`): found, decoded
//! leniently with findings, recognised, and given to the checks of their own kind.

use std::borrow::Cow;

use crate::checks::{Context, Outcome};
use crate::engines::base64;
use crate::engines::byte_set::ByteSet;
use crate::engines::hl7v2::{Part, SegmentRef};
use crate::evidence::cda_header::CdaHeader;
use crate::evidence::{Evidence, Kind, xml};
use crate::finding::Severity;
use crate::limits::Limits;
use crate::text::{Text, text};

use super::judgement::{Fault, Judgement};

/// A document taken out of a message.
pub(super) struct Carried<'p> {
    /// Its OBX.
    pub(super) obx: SegmentRef<'p>,
    /// Its bytes as evidence.
    pub(super) evidence: Evidence,
    /// Its header, when it is a CDA.
    pub(super) header: CdaHeader,
}

/// The OBX that carry documents: the encapsulated ones (ED) that are neither metadata nor mail. The first OBX counts
/// whatever it says, unless it is metadata: that is where the document belongs.
pub(super) fn find<'p>(judgement: &Judgement<'p>) -> Vec<SegmentRef<'p>> {
    if !judgement.profile.has("documents") {
        return Vec::new();
    }
    let metadata = |segment: &SegmentRef<'_>| {
        let code = segment.field(3).component(1);
        judgement
            .profile
            .slices
            .iter()
            .any(|slice| slice.items.iter().any(|item| code.text_is(&item.code)))
    };
    let mut found: Vec<SegmentRef<'p>> = Vec::new();
    for (index, segment) in judgement.message.all("OBX").enumerate() {
        if metadata(&segment) {
            continue;
        }
        let encapsulated = segment.field(2).text_is("ED");
        let again = found
            .first()
            .is_some_and(|first| first.field(3).component(1).raw() == segment.field(3).component(1).raw());
        let document = !segment.field(5).component(3).is_blank() || again;
        if (index == 0 && (encapsulated || segment.field(5).component_count() >= 5))
            || (index > 0 && encapsulated && document)
        {
            found.push(segment);
        }
    }
    found
}

/// The OBX of the mail a document came by (LPS): encapsulated, neither document nor metadata.
pub(super) fn find_mails<'p>(judgement: &Judgement<'p>) -> Vec<SegmentRef<'p>> {
    if !judgement.profile.has("mail-obx") {
        return Vec::new();
    }
    let known = |code: &str| {
        judgement
            .profile
            .slices
            .iter()
            .any(|slice| slice.items.iter().any(|item| item.code == code))
    };
    judgement
        .message
        .all("OBX")
        .skip(1)
        .filter(|obx| obx.field(2).text_is("ED") && !known(&obx.field(3).component(1).text()))
        .filter(|obx| {
            !judgement
                .documents
                .iter()
                .any(|document| document.rank() == obx.rank())
        })
        .collect()
}

/// Judges the documents of the message; their own findings and facts go to `outcome`.
pub(super) fn judge<'p>(
    judgement: &mut Judgement<'p>,
    evidence: &Evidence,
    context: &Context<'_>,
    outcome: &mut Outcome,
) -> Vec<Carried<'p>> {
    if !judgement.profile.has("documents") {
        return Vec::new();
    }
    count(judgement);
    let mut carried = Vec::new();
    for obx in judgement.documents.clone() {
        let last = judgement.message.segments().last().map(|segment| segment.rank());
        if judgement.cut && last == Some(obx.rank()) {
            continue;
        }
        let field = obx.field(5);
        let repetitions = field.repetition_count();
        if repetitions > 1 {
            let message = Text::new(
                format!("OBX-5 a {repetitions} répétitions, une seule est admise"),
                format!("OBX-5 has {repetitions} repetitions, only one is allowed"),
            );
            judgement.report(Fault::new("OBX-5n", field.repetition(2), message).code("198"));
        }
        let value = field.component(5);
        if value.is_blank() {
            continue;
        }
        if let Some(bytes) = decode(judgement, value, false)
            && let Some(document) = recognise(judgement, evidence, value, bytes, obx, context.limits)
        {
            outcome.extend(of_the_message(context.judge(&document.evidence)));
            carried.push(document);
        }
    }
    mails(judgement);
    carried
}

/// What a document says of the message that carries it. The PDF in its body is asked to be PDF/A-1 by proofs of their
/// own, and the official messages carry placeholders there: its faults are told, they do not condemn the message.
fn of_the_message(mut outcome: Outcome) -> Outcome {
    for finding in &mut outcome.findings {
        if finding.rule.starts_with("PDF-") && finding.severity == Severity::Error {
            finding.severity = Severity::Warning;
        }
    }
    outcome
}

/// How many documents (rule `DOC-01`).
fn count(judgement: &mut Judgement<'_>) {
    let Some(first) = judgement.message.first("OBX") else {
        return;
    };
    let most = if judgement.kind == "ORU" { 2 } else { 1 };
    let documents = judgement.documents.clone();
    let leads = documents
        .first()
        .is_some_and(|document| document.rank() == first.rank());
    if !leads {
        let message = text(
            "le premier OBX doit porter le document CDA (type ED)",
            "the first OBX must carry the CDA document (type ED)",
        );
        judgement.report(Fault::new("DOC-01", first.field(2), message).expected("ED"));
    } else if first.field(2).text() != "ED" {
        let message = text(
            "l'OBX qui porte le document doit être de type ED",
            "the OBX that carries the document must be of type ED",
        );
        judgement.report(Fault::new("DOC-01", first.field(2), message).expected("ED"));
    }
    if let Some(extra) = documents.get(most) {
        let message = Text::new(
            format!(
                "{} documents, {most} au plus dans un message {}",
                documents.len(),
                judgement.kind
            ),
            format!(
                "{} documents, {most} at most in a message {}",
                documents.len(),
                judgement.kind
            ),
        );
        judgement.report(Fault::new("DOC-01", extra.field(3), message).code("198"));
    }
}

/// What stands in base64 besides its alphabet.
struct Cleaned {
    bytes: Vec<u8>,
    escapes: bool,
    /// Offset in the value of the first character that is no base64.
    illegal: Option<(usize, u8)>,
    /// How many `=` end it.
    padding: usize,
}

/// The alphabet of base64 (RFC 4648, 4).
const ALPHABET: ByteSet = ByteSet::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

/// Takes out line breaks (real ones and escape sequences) and looks for what is not base64.
fn clean(raw: &[u8], escape: u8) -> Cleaned {
    let mut cleaned = Cleaned {
        bytes: Vec::with_capacity(raw.len()),
        escapes: false,
        illegal: None,
        padding: 0,
    };
    let mut at = 0;
    while let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) {
        let run = ALPHABET.run(rest);
        cleaned
            .bytes
            .extend_from_slice(rest.get(..run).unwrap_or_default());
        at += run;
        let Some(byte) = raw.get(at).copied() else {
            break;
        };
        match byte {
            b'\r' | b'\n' => at += 1,
            b'=' if raw
                .get(at..)
                .is_some_and(|tail| tail.len() <= 2 && tail.iter().all(|one| *one == b'=')) =>
            {
                cleaned.padding = raw.len() - at;
                break;
            }
            _ if byte == escape => {
                let tail = raw.get(at + 1..).unwrap_or_default();
                let end = tail.iter().take(8).position(|one| *one == escape);
                let body = end.and_then(|end| tail.get(..end)).unwrap_or_default();
                if matches!(body, b".br" | b"X0D" | b"X0A" | b"X0D0A") {
                    cleaned.escapes = true;
                    at += body.len() + 2;
                } else {
                    cleaned.illegal.get_or_insert((at, byte));
                    at += 1;
                }
            }
            _ => {
                cleaned.illegal.get_or_insert((at, byte));
                at += 1;
            }
        }
    }
    cleaned
}

/// Decodes a base64 value. Faults of a mail body are warnings.
fn decode<'p>(judgement: &mut Judgement<'p>, value: Part<'p>, mail: bool) -> Option<Vec<u8>> {
    let escape = judgement
        .message
        .delimiters()
        .escape
        .as_bytes()
        .first()
        .copied()
        .unwrap_or(b'\\');
    let raw = value.raw().trim_ascii_end();
    // Whole groups of four, on one line or several, and nothing else, as nearly every sender writes: no need to look at
    // each character.
    let unfolded = if memchr::memchr2(b'\r', b'\n', raw).is_none() {
        Cow::Borrowed(raw)
    } else {
        Cow::Owned(base64::unfold(raw))
    };
    if unfolded.len().is_multiple_of(4)
        && let Ok(bytes) = base64::decode(&unfolded)
    {
        return Some(bytes);
    }
    let cleaned = clean(raw, escape);
    let rule = if mail { "B64-04" } else { "B64-01" };
    if cleaned.escapes {
        let message = text(
            "séquences d'échappement de saut de ligne dans le base64",
            "escape sequences of line breaks in the base64",
        );
        judgement.report(Fault::new("B64-02", value, message));
    }
    if let Some((offset, byte)) = cleaned.illegal {
        let position = judgement.message.parsed().position(value.span().start + offset);
        let shown = if byte.is_ascii_graphic() {
            format!("« {} »", char::from(byte))
        } else {
            format!("0x{byte:02X}")
        };
        let message = Text::new(
            format!(
                "caractère {shown} interdit en base64, colonne {}",
                position.column
            ),
            format!("character {shown} is not base64, column {}", position.column),
        );
        judgement.report(Fault::new(rule, value, message).code("102"));
        return None;
    }
    let length = cleaned.bytes.len();
    let padding = cleaned.padding;
    if length % 4 == 1 || (padding > 0 && !(length + padding).is_multiple_of(4)) {
        let message = Text::new(
            format!("longueur de base64 impossible ({length} caractères) : contenu tronqué"),
            format!("impossible length of base64 ({length} characters): the content is cut"),
        );
        judgement.report(Fault::new(rule, value, message).code("102"));
        return None;
    }
    if !length.is_multiple_of(4) && padding == 0 && !mail {
        let message = text(
            "le bourrage « = » du base64 manque",
            "the padding '=' of the base64 is missing",
        );
        judgement.report(Fault::new("B64-03", value, message));
    }
    base64::decode(&cleaned.bytes).ok()
}

/// Recognises a decoded document (rule `CDA-01/02`).
fn recognise<'p>(
    judgement: &mut Judgement<'p>,
    evidence: &Evidence,
    value: Part<'p>,
    bytes: Vec<u8>,
    obx: SegmentRef<'p>,
    limits: &Limits,
) -> Option<Carried<'p>> {
    let nested = evidence.nested(&value.path(), bytes);
    let report = |judgement: &mut Judgement<'p>, fr: String, en: String| {
        judgement.report(
            Fault::new("CDA-01/02", value, Text::new(fr, en)).expected("ClinicalDocument (urn:hl7-org:v3)"),
        );
        None
    };
    let head: String = String::from_utf8_lossy(
        nested
            .head()
            .get(..60.min(nested.head().len()))
            .unwrap_or_default(),
    )
    .trim()
    .to_owned();
    match nested.kind() {
        Kind::Cda => {}
        Kind::Text | Kind::Unknown | Kind::Csv | Kind::Empty
            if nested.size() < 400 && !head.starts_with('<') =>
        {
            return report(
                judgement,
                format!("texte de remplissage à la place d'un document CDA : « {head} »"),
                format!("placeholder instead of a CDA document: '{head}'"),
            );
        }
        kind => {
            let label = kind.label();
            return report(
                judgement,
                format!("le contenu décodé n'est pas un document CDA mais : {}", label.fr),
                format!("the decoded content is no CDA document but: {}", label.en),
            );
        }
    }
    let nested = match nested.into_document(&xml::options(limits)) {
        Ok(nested) => nested,
        Err(error) => {
            let words = error.kind.text();
            let (line, column) = (error.position.line, error.position.column);
            return report(
                judgement,
                format!(
                    "le document décodé n'est pas du XML bien formé, ligne {line}, colonne {column} : {}",
                    words.fr
                ),
                format!(
                    "the decoded document is not well-formed XML, line {line}, column {column}: {}",
                    words.en
                ),
            );
        }
    };
    match nested.document().and_then(|document| CdaHeader::read(document)) {
        Some(header) => Some(Carried {
            obx,
            evidence: nested,
            header,
        }),
        None => report(
            judgement,
            "la racine du document décodé n'est pas ClinicalDocument dans l'espace de noms urn:hl7-org:v3"
                .to_owned(),
            "the root of the decoded document is not ClinicalDocument in the namespace urn:hl7-org:v3"
                .to_owned(),
        ),
    }
}

/// The bodies of mails (rules `MAIL`, `B64-04`).
fn mails(judgement: &mut Judgement<'_>) {
    let codes = judgement.profile.table("mail-bodies").to_vec();
    let own: Vec<usize> = judgement.mails.iter().map(SegmentRef::rank).collect();
    let documents: Vec<usize> = judgement.documents.iter().map(SegmentRef::rank).collect();
    let bodies: Vec<SegmentRef<'_>> = judgement
        .message
        .all("OBX")
        .filter(|obx| !documents.contains(&obx.rank()))
        .filter(|obx| {
            let code = obx.field(3).component(1).text();
            codes.iter().any(|known| *known == code) || own.contains(&obx.rank())
        })
        .collect();
    for obx in bodies {
        let value = obx.field(5).component(5);
        if value.is_blank() {
            continue;
        }
        if let Some(bytes) = decode(judgement, value, true)
            && std::str::from_utf8(&bytes).is_err()
        {
            let message = text(
                "le corps du mail décodé n'est pas du texte UTF-8",
                "the decoded mail body is no UTF-8 text",
            );
            judgement.report(Fault::new("MAIL", value, message).severity(Some(Severity::Warning)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_cleaned_and_faults_are_placed() {
        let cleaned = clean(b"QUJD\r\nREVG", b'\\');
        assert_eq!(cleaned.bytes, b"QUJDREVG");
        assert!(cleaned.illegal.is_none() && !cleaned.escapes);
        assert!(clean(b"QUJD\\.br\\REVG", b'\\').escapes);
        assert_eq!(clean(b"QU#JD", b'\\').illegal, Some((2, b'#')));
        assert_eq!(clean(b"QUI=", b'\\').padding, 1);
        assert_eq!(clean(b"Q=UJD", b'\\').illegal, Some((1, b'=')));
    }
}
