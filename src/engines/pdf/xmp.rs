//! The XMP packet of a PDF: the PDF/A identification and the properties that mirror the document information.

use std::collections::BTreeMap;

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const PDFA_ID: &str = "http://www.aiim.org/pdfa/ns/id/";

/// Longest packet read, in bytes.
const PACKET_BYTES: usize = 16 << 20;

/// Why an XMP packet cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum XmpError {
    /// The stream cannot be decoded.
    #[error("{0}")]
    Unreadable(String),
    /// Not well-formed XML.
    #[error("not well-formed XML: {0}")]
    Malformed(String),
    /// XML without `rdf:RDF`.
    #[error("no rdf:RDF element")]
    NotRdf,
}

/// The PDF/A identification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identification {
    /// `pdfaid:part`.
    pub part: Option<String>,
    /// `pdfaid:conformance`.
    pub conformance: Option<String>,
}

impl Identification {
    /// The claim as people write it (`PDF/A-1b`); none without a part.
    pub fn label(&self) -> Option<String> {
        let part = self.part.as_deref()?;
        let level = self.conformance.as_deref().unwrap_or_default().to_lowercase();
        Some(format!("PDF/A-{part}{level}"))
    }
}

/// What an XMP packet says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Xmp {
    /// The PDF/A identification.
    pub identification: Identification,
    /// Simple properties by expanded name `namespace + local name`; the first item of arrays.
    pub properties: BTreeMap<String, String>,
}

impl Xmp {
    /// Reads a packet in UTF-8 or UTF-16.
    pub fn read(bytes: &[u8]) -> Result<Self, XmpError> {
        if bytes.len() > PACKET_BYTES {
            return Err(XmpError::Unreadable(format!("{} bytes", bytes.len())));
        }
        let text = decode(bytes);
        let text = text.trim_matches(['\u{feff}', '\0', ' ', '\t', '\r', '\n']);
        let document =
            roxmltree::Document::parse(text).map_err(|error| XmpError::Malformed(error.to_string()))?;
        let rdf = document
            .descendants()
            .find(|node| node.has_tag_name((RDF, "RDF")))
            .ok_or(XmpError::NotRdf)?;
        let mut properties = BTreeMap::new();
        for description in rdf
            .children()
            .filter(|node| node.has_tag_name((RDF, "Description")))
        {
            for attribute in description.attributes() {
                let namespace = attribute.namespace().unwrap_or_default();
                if namespace != RDF {
                    properties
                        .entry(format!("{namespace}{}", attribute.name()))
                        .or_insert_with(|| attribute.value().to_owned());
                }
            }
            for property in description.children().filter(roxmltree::Node::is_element) {
                let namespace = property.tag_name().namespace().unwrap_or_default();
                properties
                    .entry(format!("{namespace}{}", property.tag_name().name()))
                    .or_insert_with(|| value(property));
            }
        }
        let get = |name: &str| {
            properties
                .get(&format!("{PDFA_ID}{name}"))
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let identification = Identification {
            part: get("part"),
            conformance: get("conformance"),
        };
        Ok(Self {
            identification,
            properties,
        })
    }
}

/// The text of a property, or of the first item of an array.
fn value(property: roxmltree::Node<'_, '_>) -> String {
    let holder = property
        .descendants()
        .find(|node| node.has_tag_name((RDF, "li")))
        .unwrap_or(property);
    holder.text().unwrap_or_default().trim().to_owned()
}

fn decode(bytes: &[u8]) -> String {
    let (encoding, _) = encoding_rs::Encoding::for_bom(bytes).unwrap_or((encoding_rs::UTF_8, 0));
    let guess = match bytes {
        [0, b'<', ..] => encoding_rs::UTF_16BE,
        [b'<', 0, ..] => encoding_rs::UTF_16LE,
        _ => encoding,
    };
    guess.decode(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Xmp, XmpError};

    const HEAD: &str = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>";

    #[test]
    fn attributes_and_elements_both_identify() {
        let by_attribute = format!(
            "{HEAD}<rdf:Description xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/' pdfaid:part='1' pdfaid:conformance='B'/></rdf:RDF></x:xmpmeta>"
        );
        let by_element = format!(
            "{HEAD}<rdf:Description xmlns:i='http://www.aiim.org/pdfa/ns/id/'><i:part>1</i:part><i:conformance>B</i:conformance></rdf:Description></rdf:RDF></x:xmpmeta>"
        );
        for packet in [by_attribute, by_element] {
            let xmp = Xmp::read(packet.as_bytes()).unwrap();
            assert_eq!(xmp.identification.label().as_deref(), Some("PDF/A-1b"));
        }
    }

    #[test]
    fn a_wrong_namespace_does_not_identify() {
        let packet = format!(
            "{HEAD}<rdf:Description xmlns:pdfaid='http://example.org/' pdfaid:part='1'/></rdf:RDF></x:xmpmeta>"
        );
        assert_eq!(Xmp::read(packet.as_bytes()).unwrap().identification.label(), None);
    }

    #[test]
    fn faults_are_named() {
        assert!(matches!(Xmp::read(b"<a>"), Err(XmpError::Malformed(_))));
        assert!(matches!(Xmp::read(b"<a/>"), Err(XmpError::NotRdf)));
    }
}
