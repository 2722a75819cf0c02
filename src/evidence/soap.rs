//! A SOAP message as captured: the envelope alone, or in its MIME package (MTOM).

use crate::engines::mime::{Message, MimeLimits, Part};
use crate::engines::xml::{BeforeDeclaration, Document, ParseOptions, XmlError};
use crate::evidence::element::Element;
use crate::evidence::{Evidence, EvidenceError};
use crate::limits::Limits;

/// Why there is no message to read.
#[derive(Debug, thiserror::Error)]
pub enum SoapError {
    /// The file cannot be read.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The envelope is not well-formed; lines are those of the envelope.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// The package has no part with an envelope.
    #[error("no part with a SOAP envelope")]
    NoEnvelope,
}

/// A SOAP message.
#[derive(Debug)]
pub struct SoapMessage {
    /// The envelope.
    pub envelope: Document,
    /// The other parts of the package.
    pub parts: Vec<Part>,
    /// Lines of the package before the envelope: to turn its lines into lines of the file.
    pub line_offset: u32,
    /// Parts were left out because of a limit.
    pub truncated: bool,
}

impl SoapMessage {
    /// Reads the message in `evidence`.
    pub fn read(evidence: &Evidence, limits: &Limits) -> Result<Self, SoapError> {
        let bytes = evidence.bytes(limits.file_bytes)?;
        let options = ParseOptions {
            before_declaration: BeforeDeclaration::Skip,
            ..ParseOptions::from(limits)
        };
        let first = bytes
            .iter()
            .find(|byte| !byte.is_ascii_whitespace() && **byte < 0x80);
        if first == Some(&b'<') {
            return Ok(Self {
                envelope: Document::parse(&bytes, &options)?,
                parts: Vec::new(),
                line_offset: 0,
                truncated: false,
            });
        }
        if let Some(start) = envelope_after_words(&bytes) {
            let before = bytes.get(..start).unwrap_or_default();
            let lines = before.split(|byte| *byte == b'\n').count() - 1;
            return Ok(Self {
                envelope: Document::parse(bytes.get(start..).unwrap_or_default(), &options)?,
                parts: Vec::new(),
                line_offset: u32::try_from(lines).unwrap_or(0),
                truncated: false,
            });
        }
        let mime = MimeLimits {
            parts: limits.mime_parts,
            depth: limits.mime_depth,
        };
        let mut package = Message::parse_package(&bytes, mime).ok_or(SoapError::NoEnvelope)?;
        let root = package
            .parts
            .iter()
            .position(|part| {
                part.bytes
                    .get(..part.bytes.len().min(4096))
                    .is_some_and(|head| contains(head, b"Envelope"))
            })
            .ok_or(SoapError::NoEnvelope)?;
        let part = package.parts.remove(root);
        // The body of the part, found again in the file, says on which line the envelope starts.
        let line_offset = part
            .bytes
            .get(..part.bytes.len().min(64))
            .and_then(|start| position(&bytes, start))
            .and_then(|at| bytes.get(..at))
            .map_or(0, |before| before.split(|byte| *byte == b'\n').count() - 1);
        Ok(Self {
            envelope: Document::parse(&part.bytes, &options)?,
            parts: package.parts,
            line_offset: u32::try_from(line_offset).unwrap_or(0),
            truncated: package.truncated,
        })
    }

    /// The outermost element.
    pub fn root(&self) -> Element<'_> {
        Element::root(&self.envelope)
    }

    /// The part whose Content-ID an `href="cid:..."` names.
    pub fn part(&self, href: &str) -> Option<&Part> {
        let id = percent_decoded(href.strip_prefix("cid:")?);
        self.parts
            .iter()
            .find(|part| part.id.as_deref() == Some(id.as_str()))
    }

    /// The text of `wsa:Action`, when the header has one.
    pub fn action(&self) -> Option<String> {
        self.root().descend(&["Header", "Action"]).map(Element::folded)
    }
}

/// Where the XML starts in a capture that has the lines of HTTP or of a log before it, and no MIME parts.
fn envelope_after_words(bytes: &[u8]) -> Option<usize> {
    let head = bytes.get(..bytes.len().min(8192))?;
    let name = position(head, b"Envelope")?;
    let before = head.get(..name)?;
    let lower = before.to_ascii_lowercase();
    if contains(&lower, b"multipart/") || contains(&lower, b"\n--") || lower.starts_with(b"--") {
        return None;
    }
    position(before, b"<?xml").or_else(|| before.iter().rposition(|byte| *byte == b'<'))
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    position(haystack, needle).is_some()
}

fn position(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return None;
    }
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let hex = after
            .get(..2)
            .filter(|_| byte == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(decoded) = hex {
            bytes.push(decoded);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
