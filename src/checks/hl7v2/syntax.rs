//! Encoding (rules `SYN-…`, `CHS-…`, `OBX-5n`): what the parser says, in the words of the rules.

use crate::engines::hl7v2::{Charset, Fault as SyntaxFault, Issue, MessageRef, Parsed, Terminator};
use crate::finding::{Finding, Place, Severity};
use crate::text::{Text, text};

use super::judgement::{Fault, Judgement};
use super::rules;

/// Judges the bytes of the file: one finding per fault of the parser.
pub(super) fn judge_file(file: &str, parsed: &Parsed<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for issue in parsed.issues() {
        // The start of a segment name at the end of a cut file is told with the message.
        if issue.fault == SyntaxFault::BadLine
            && issue.span.end == parsed.bytes().len()
            && issue.message.is_some()
            && parsed.ends_in_a_name()
        {
            continue;
        }
        let Some((rule, severity, message)) = words(parsed, issue) else {
            continue;
        };
        let Some(coded) = rules::find(rule) else { continue };
        let mut finding = coded
            .rule
            .at(
                Place::file(file).line_column(issue.position.line, issue.position.column),
                message,
            )
            .hl7_error(coded.code.clone());
        if let Some(severity) = severity {
            finding = finding.severity(severity);
        }
        if !issue.span.is_empty() {
            let line = parsed.line(issue.span.start, Finding::SNIPPET_LIMIT * 4);
            finding = finding.snippet(String::from_utf8_lossy(line).into_owned());
        }
        findings.push(finding);
    }
    findings
}

fn words(parsed: &Parsed<'_>, issue: &Issue) -> Option<(&'static str, Option<Severity>, Text)> {
    let start: String = String::from_utf8_lossy(
        parsed
            .bytes()
            .get(issue.span.start..issue.span.end)
            .unwrap_or_default(),
    )
    .chars()
    .take(40)
    .collect();
    let plain = |rule, words| Some((rule, None, words));
    match issue.fault {
        SyntaxFault::Empty => plain("SYN-01", text("le fichier est vide", "the file is empty")),
        SyntaxFault::ByteOrderMark => plain(
            "SYN-02",
            text(
                "marque d'ordre des octets (BOM) avant MSH",
                "byte order mark (BOM) before MSH",
            ),
        ),
        SyntaxFault::Utf16 => plain("CHS-01", text("le fichier est en UTF-16", "the file is UTF-16")),
        SyntaxFault::Framed => Some((
            "SYN-04",
            Some(Severity::Info),
            text(
                "le message est dans une trame MLLP complète",
                "the message is in a complete MLLP frame",
            ),
        )),
        SyntaxFault::FrameIncomplete => plain(
            "SYN-04",
            text(
                "trame MLLP incomplète : 0x0B au début, 0x1C 0x0D à la fin",
                "incomplete MLLP frame: 0x0B at the start, 0x1C 0x0D at the end",
            ),
        ),
        SyntaxFault::NoHeader => plain(
            "SYN-06",
            text("le premier segment n'est pas MSH", "the first segment is not MSH"),
        ),
        SyntaxFault::ControlCharacter(byte) => plain(
            "SYN-07",
            Text::new(
                format!("caractère de contrôle 0x{byte:02X} dans un segment"),
                format!("control character 0x{byte:02X} in a segment"),
            ),
        ),
        SyntaxFault::Terminated(terminator) => {
            let (fr, en) = match terminator {
                Terminator::Both => ("CR LF", "CR LF"),
                _ => ("LF", "LF"),
            };
            plain(
                "SYN-08",
                Text::new(
                    format!("les segments se terminent par {fr} au lieu de CR"),
                    format!("segments end with {en} instead of CR"),
                ),
            )
        }
        SyntaxFault::BadLine => plain(
            "SYN-09",
            Text::new(
                format!("cette ligne n'est pas un segment : « {start} »"),
                format!("this line is no segment: '{start}'"),
            ),
        ),
        SyntaxFault::BadName => plain(
            "SYN-09",
            Text::new(
                format!("nom de segment mal écrit : « {start} »"),
                format!("segment name written wrong: '{start}'"),
            ),
        ),
        SyntaxFault::BrokenValue => plain(
            "OBX-5n",
            text(
                "saut de ligne à l'intérieur du base64",
                "line break inside the base64",
            ),
        ),
        SyntaxFault::NoFieldSeparator => plain("MSH-01/02", text("MSH-1 manque", "MSH-1 is missing")),
        SyntaxFault::AmbiguousDelimiters => plain(
            "MSH-01/02",
            text(
                "deux séparateurs sont le même caractère",
                "two delimiters are the same character",
            ),
        ),
        // Judged as a value of MSH-2 when a profile says so.
        SyntaxFault::ShortDelimiters => None,
        SyntaxFault::TooManySegments => plain(
            "LIMIT",
            text(
                "trop de segments : la suite n'est pas lue",
                "too many segments: the rest is not read",
            ),
        ),
        SyntaxFault::TooManyFields => plain(
            "LIMIT",
            text(
                "trop de champs : la suite n'est pas lue",
                "too many fields: the rest is not read",
            ),
        ),
    }
}

/// Judges the characters of a message against MSH-18: one finding, at the first byte that does not decode.
pub(super) fn judge_charset(judgement: &mut Judgement<'_>) {
    let message = judgement.message;
    let charset = message.charset();
    for segment in message.segments() {
        let Some(offset) = charset.first_fault(segment.raw()) else {
            continue;
        };
        let at = segment.span().start + offset;
        let field = (1..=segment.last_field())
            .map(|number| segment.field(number))
            .find(|field| field.span().start <= at && at < field.span().end)
            .unwrap_or_else(|| segment.whole());
        let byte = segment.raw().get(offset).copied().unwrap_or_default();
        let declared = declared(message);
        let words = Text::new(
            format!("l'octet 0x{byte:02X} n'existe pas dans le jeu de caractères déclaré « {declared} »"),
            format!("the byte 0x{byte:02X} does not exist in the declared character set '{declared}'"),
        );
        judgement.report(Fault::new("CHS-01", field, words).expected(declared));
        return;
    }
    if !matches!(charset, Charset::Latin1 | Charset::Latin9) {
        return;
    }
    for segment in message.segments() {
        let raw = segment.raw();
        if raw.is_ascii() || std::str::from_utf8(raw).is_err() {
            continue;
        }
        let words = Text::fixed(
            "ces octets sont de l'UTF-8 valide alors qu'un jeu d'un octet par caractère est déclaré",
            "these bytes are valid UTF-8 although a set of one byte per character is declared",
        );
        let at = raw.iter().position(|byte| !byte.is_ascii()).unwrap_or(0) + segment.span().start;
        let field = (1..=segment.last_field())
            .map(|number| segment.field(number))
            .find(|field| field.span().start <= at && at < field.span().end)
            .unwrap_or_else(|| segment.whole());
        judgement.report(Fault::new("CHS-02", field, words).expected("UNICODE UTF-8"));
        return;
    }
}

fn declared(message: MessageRef<'_>) -> String {
    message
        .header()
        .map(|header| header.field(18).text().into_owned())
        .unwrap_or_default()
}
