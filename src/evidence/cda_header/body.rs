//! What the body of a document is, and the PDF embedded in it.

use super::Spot;
use crate::engines::base64;
use crate::engines::xml::Document;
use crate::evidence::element::Element;

/// Which of the two bodies of CDA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyLevel {
    /// `nonXMLBody`: level 1.
    NonXml,
    /// `structuredBody`: level 3 (level 2 in other countries).
    Structured,
}

/// The body of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// None when there is no body.
    pub level: Option<BodyLevel>,
    /// `nonXMLBody/text/@mediaType`.
    pub media_type: Option<String>,
    /// Where the body stands.
    pub spot: Spot,
}

/// Why embedded content cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not base64: {0}")]
pub struct BodyError(String);

impl Body {
    pub(super) fn read(component: Element<'_>) -> Self {
        let body = component
            .elements()
            .find(|element| matches!(element.local(), "nonXMLBody" | "structuredBody"));
        let Some(body) = body else {
            return Self::default();
        };
        let non_xml = body.local() == "nonXMLBody";
        Self {
            level: Some(if non_xml {
                BodyLevel::NonXml
            } else {
                BodyLevel::Structured
            }),
            media_type: body
                .child("text")
                .filter(|_| non_xml)
                .and_then(|text| text.attribute("mediaType"))
                .map(str::to_owned),
            spot: body.spot(),
        }
    }
}

/// The bytes in `nonXMLBody/text` of a level 1 document, decoded from base64. None when there is no such body.
pub fn embedded_body(document: &Document) -> Option<Result<Vec<u8>, BodyError>> {
    let root = Element::root(document);
    let body = root
        .descendants()
        .find(|element| element.local() == "nonXMLBody")?;
    let text = body.child("text")?;
    Some(decode_base64(&text.text()))
}

/// Decodes base64 as people write it: white space anywhere, padding or not.
pub fn decode_base64(text: &str) -> Result<Vec<u8>, BodyError> {
    base64::decode_spaced(text.as_bytes()).map_err(|error| BodyError(error.to_string()))
}
