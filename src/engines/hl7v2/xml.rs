//! The XML encoding (HL7 v2.xml, `urn:hl7-org:v2xml`) to the same tree as ER7: the document is written as ER7 with
//! the usual delimiters, and every piece remembers its place in the XML.

use super::delimiters::Delimiters;
use super::escape::escape;
use super::parse::{ParseLimits, Parsed, parse_made};
use super::position::{Origins, Position};
use crate::engines::xml::{Document, NodeId, NodeKind};

/// Why an XML document is not a v2 message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// No segment in it.
    #[error("no segment in the document")]
    NoSegment,
}

/// Reads a message in XML encoding. Group elements (`ORU_R01.PATIENT`) are walked through; the position of every
/// part is that of its element in the XML.
pub fn parse_xml(document: &Document, limits: &ParseLimits) -> Result<Parsed<'static>, XmlError> {
    let mut writer = Writer {
        document,
        delimiters: Delimiters::default(),
        made: Vec::new(),
        origins: Origins::default(),
    };
    writer.group(document.root_element());
    if writer.made.is_empty() {
        return Err(XmlError::NoSegment);
    }
    Ok(parse_made(writer.made, writer.origins, limits))
}

struct Writer<'d> {
    document: &'d Document,
    delimiters: Delimiters,
    made: Vec<u8>,
    origins: Origins,
}

impl Writer<'_> {
    fn mark(&mut self, node: NodeId) {
        let offset = self.document.offset(node);
        let position = self.document.position_of_offset(offset);
        self.origins.entries.push((
            self.made.len(),
            Position {
                offset,
                line: position.line,
                column: position.column,
            },
        ));
    }

    /// A structure or group element: segments are the elements with a name of three characters. Walks without
    /// recursion: the depth of the input is not ours.
    fn group(&mut self, root: NodeId) {
        let mut pending = vec![root];
        while let Some(element) = pending.pop() {
            let name = self.document.local_name(element);
            let segment = name.len() == 3
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
            if segment && element != root {
                self.segment(element);
            } else {
                let from = pending.len();
                pending.extend(self.document.child_elements(element));
                if let Some(children) = pending.get_mut(from..) {
                    children.reverse();
                }
            }
        }
    }

    fn segment(&mut self, element: NodeId) {
        let name = self.document.local_name(element).to_owned();
        self.mark(element);
        self.made.extend_from_slice(name.as_bytes());
        if name == "MSH" {
            self.made.extend_from_slice(b"|^~\\&");
        }
        let mut written = if name == "MSH" { 2 } else { 0 };
        let fields: Vec<(usize, NodeId)> = self.numbered(element);
        for (number, field) in fields {
            if name == "MSH" && number <= 2 {
                continue;
            }
            if number == written && written > 0 {
                self.made.push(b'~');
            }
            while written < number.min(MOST_FIELDS) {
                self.mark(field);
                self.made.push(b'|');
                written += 1;
            }
            self.mark(field);
            self.value(field, 1);
        }
        self.made.push(b'\r');
    }

    /// The child elements with the number after the last point of their name, in document order.
    fn numbered(&self, element: NodeId) -> Vec<(usize, NodeId)> {
        self.document
            .child_elements(element)
            .filter_map(|child| {
                let (_, number) = self.document.local_name(child).rsplit_once('.')?;
                Some((number.parse().ok().filter(|number| *number > 0)?, child))
            })
            .collect()
    }

    /// The content of a field (level 1: components) or of a component (level 2: subcomponents).
    fn value(&mut self, element: NodeId, level: u8) {
        let parts = if level <= 2 {
            self.numbered(element)
        } else {
            Vec::new()
        };
        if parts.is_empty() {
            let text = self.text(element);
            self.made.extend_from_slice(text.as_bytes());
            return;
        }
        let delimiter = if level == 1 { b'^' } else { b'&' };
        let mut written = 1;
        for (number, part) in parts {
            while written < number.min(MOST_FIELDS) {
                self.made.push(delimiter);
                written += 1;
            }
            self.mark(part);
            self.value(part, level + 1);
        }
    }

    /// The text of a leaf, escaped for ER7; `<escape V=".br"/>` is an escape sequence already.
    fn text(&self, element: NodeId) -> String {
        let mut text = String::new();
        for node in self.document.children(element) {
            if self.document.kind(node) == NodeKind::Text {
                text.push_str(&escape(self.document.text(node), &self.delimiters));
            } else if self.document.is_element(node) && self.document.local_name(node) == "escape" {
                let body = self.document.attribute(node, "", "V").unwrap_or_default();
                text.push('\\');
                text.push_str(body);
                text.push('\\');
            } else if self.document.is_element(node) {
                text.push_str(&escape(&self.document.string_value(node), &self.delimiters));
            }
        }
        text
    }
}

/// Highest number of a field or component that is written; a name such as `PID.999999999` is no field.
const MOST_FIELDS: usize = 1024;
