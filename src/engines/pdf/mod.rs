//! A PDF as facts: what its bytes, its objects and its page contents show. Built on `lopdf`, which no other module
//! touches; everything that the input controls is bounded here.

mod content;
mod graph;
mod icc;
mod layout;
mod operand;
mod operators;
mod signature;
mod words;
mod xmp;

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

pub use content::{ColourUse, ContentSurvey, Font};
pub use graph::{Action, Annotation, Feature, Graph, Sighting};
pub use icc::IccProfile;
pub use layout::Layout;
pub use signature::Signature;
pub use xmp::{Identification, Xmp, XmpError};

use crate::limits::Limits;

/// Largest content that one stream may expand to, in bytes.
const STREAM_BYTES: usize = 32 << 20;
/// The least that an object stream may expand to, however many there are.
const OBJECT_STREAM_FLOOR: usize = 1 << 20;

/// Why a PDF cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// More bytes than the limit for a PDF.
    #[error("{size} bytes, more than the limit of {limit}")]
    TooLarge {
        /// Size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The objects cannot be found or parsed, even by scanning the file.
    #[error("{0}")]
    Broken(String),
    /// Encrypted, and the empty password does not open it.
    #[error("a password is needed")]
    Locked,
}

/// How a PDF is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// Not encrypted.
    None,
    /// Encrypted, opened by the empty user password: anyone can read it.
    Restricted,
}

/// What the catalog and the trailer say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// The trailer has an `ID` of two non-empty strings.
    pub trailer_id: bool,
    /// `Version` of the catalog, which overrides the header.
    pub catalog_version: Option<String>,
    /// `Lang` of the catalog.
    pub language: Option<String>,
    /// `MarkInfo/Marked` is true.
    pub marked: bool,
    /// The catalog has a structure tree.
    pub structure_tree: bool,
    /// The catalog has `OCProperties` (layers).
    pub layers: bool,
    /// The catalog has a `Metadata` stream, and whether it is filtered.
    pub metadata: Option<Metadata>,
    /// Document information strings by key (`Title`, `Author`...), decoded.
    pub information: BTreeMap<String, String>,
    /// Output intents.
    pub output_intents: Vec<OutputIntent>,
}

/// The metadata stream of the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// The stream has a `Filter`.
    pub filtered: bool,
    /// What it says, or why it cannot be read.
    pub xmp: Result<Xmp, XmpError>,
}

/// One output intent of the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputIntent {
    /// `S`: `GTS_PDFA1`, `GTS_PDFX`...
    pub subtype: String,
    /// `OutputConditionIdentifier`, empty when absent.
    pub condition: String,
    /// Object number of the destination profile.
    pub profile_object: Option<u32>,
    /// The destination profile, when it is there and can be decoded.
    pub profile: Option<IccProfile>,
}

/// A PDF read.
#[derive(Debug)]
pub struct Pdf {
    document: Document,
    /// What the bytes of the file show, before any parsing.
    pub layout: Layout,
    /// Encryption.
    pub protection: Protection,
    /// The cross-reference data had to be repaired to read the file.
    pub repaired: bool,
    /// Number of pages.
    pub pages: usize,
    limits: Limits,
}

impl Pdf {
    /// Reads a PDF. The empty password is tried on an encrypted one.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, PdfError> {
        if bytes.len() as u64 > limits.pdf_bytes {
            return Err(PdfError::TooLarge {
                size: bytes.len() as u64,
                limit: limits.pdf_bytes,
            });
        }
        let layout = Layout::read(bytes);
        // Object streams are expanded while loading: their number shares out one budget.
        let budget =
            usize::try_from(limits.pdf_decoded_bytes).unwrap_or(usize::MAX) / layout.object_streams.max(1);
        let options = LoadOptions {
            max_decompressed_size: Some(budget.clamp(OBJECT_STREAM_FLOOR, STREAM_BYTES)),
            ..LoadOptions::default()
        };
        let document = Document::load_mem_with_options(bytes, options).map_err(|error| match error {
            lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_) => PdfError::Locked,
            other => PdfError::Broken(other.to_string()),
        })?;
        let encrypted = document.trailer.has(b"Encrypt") || document.was_encrypted();
        let protection = if !encrypted {
            Protection::None
        } else if document.encryption_state.is_some() || document.was_encrypted() {
            Protection::Restricted
        } else {
            return Err(PdfError::Locked);
        };
        let pages = document.page_iter().take(limits.pdf_nodes).count();
        Ok(Self {
            layout,
            protection,
            repaired: document.xref_recovery.is_some(),
            pages,
            document,
            limits: limits.clone(),
        })
    }

    /// What the catalog and the trailer say.
    pub fn frame(&self) -> Frame {
        let empty = Dictionary::new();
        let catalog = self.document.catalog().unwrap_or(&empty);
        let mark_info = self.dictionary(catalog, b"MarkInfo");
        Frame {
            trailer_id: self.trailer_id(),
            catalog_version: name(catalog, b"Version"),
            language: catalog
                .get_deref(b"Lang", &self.document)
                .ok()
                .and_then(decode_text),
            marked: mark_info.is_some_and(|info| {
                matches!(
                    info.get_deref(b"Marked", &self.document),
                    Ok(Object::Boolean(true))
                )
            }),
            structure_tree: self.dictionary(catalog, b"StructTreeRoot").is_some(),
            layers: catalog.has(b"OCProperties"),
            metadata: self.metadata(catalog),
            information: self.information(),
            output_intents: self.output_intents(catalog),
        }
    }

    /// The graph of objects that the trailer reaches.
    pub fn graph(&self) -> Graph {
        Graph::walk(&self.document, self.limits.pdf_nodes)
    }

    /// What the page contents use: fonts and colours.
    pub fn contents(&self) -> ContentSurvey {
        ContentSurvey::read(&self.document, &self.limits)
    }

    /// The signatures of the document. `bytes` are those it was read from.
    pub fn signatures(&self, bytes: &[u8]) -> Vec<Signature> {
        signature::read(&self.document, bytes.len())
    }

    /// The text of the pages, as far as fonts allow and limits let; empty for a scan.
    pub fn text(&self) -> String {
        words::extract(&self.document, &self.limits)
    }

    fn dictionary<'a>(&'a self, parent: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
        parent.get_deref(key, &self.document).ok()?.as_dict().ok()
    }

    fn trailer_id(&self) -> bool {
        self.document
            .trailer
            .get_deref(b"ID", &self.document)
            .and_then(Object::as_array)
            .is_ok_and(|parts| {
                parts.len() == 2
                    && parts
                        .iter()
                        .all(|part| part.as_str().is_ok_and(|bytes| !bytes.is_empty()))
            })
    }

    fn metadata(&self, catalog: &Dictionary) -> Option<Metadata> {
        let stream = catalog
            .get_deref(b"Metadata", &self.document)
            .ok()?
            .as_stream()
            .ok()?;
        let xmp = decoded(stream)
            .map_err(|error| XmpError::Unreadable(error.to_string()))
            .and_then(|bytes| Xmp::read(&bytes));
        Some(Metadata {
            filtered: stream.dict.has(b"Filter"),
            xmp,
        })
    }

    fn information(&self) -> BTreeMap<String, String> {
        self.dictionary(&self.document.trailer, b"Info")
            .into_iter()
            .flat_map(Dictionary::iter)
            .filter_map(|(key, value)| {
                let (_, value) = self.document.dereference(value).ok()?;
                let key = String::from_utf8(key.clone()).ok()?;
                Some((key, decode_text(value)?))
            })
            .collect()
    }

    fn output_intents(&self, catalog: &Dictionary) -> Vec<OutputIntent> {
        let Ok(intents) = catalog
            .get_deref(b"OutputIntents", &self.document)
            .and_then(Object::as_array)
        else {
            return Vec::new();
        };
        intents
            .iter()
            .take(64)
            .filter_map(|intent| {
                let (_, intent) = self.document.dereference(intent).ok()?;
                let intent = intent.as_dict().ok()?;
                let profile = intent.get(b"DestOutputProfile").ok();
                Some(OutputIntent {
                    subtype: name(intent, b"S").unwrap_or_default(),
                    condition: intent
                        .get_deref(b"OutputConditionIdentifier", &self.document)
                        .ok()
                        .and_then(decode_text)
                        .unwrap_or_default(),
                    profile_object: profile
                        .and_then(|profile| profile.as_reference().ok())
                        .map(|id| id.0),
                    profile: profile
                        .and_then(|profile| self.document.dereference(profile).ok())
                        .and_then(|(_, profile)| profile.as_stream().ok())
                        .and_then(|stream| decoded(stream).ok())
                        .and_then(|bytes| IccProfile::read(&bytes)),
                })
            })
            .collect()
    }
}

/// The content of a stream within [`STREAM_BYTES`]; an empty list of filters is no filter.
fn decoded(stream: &lopdf::Stream) -> lopdf::Result<Vec<u8>> {
    if stream.filters().is_ok_and(|filters| filters.is_empty()) {
        return Ok(stream.content.clone());
    }
    stream.decompressed_content_with_limit(STREAM_BYTES)
}

/// A text string: PDFDocEncoding, UTF-16BE or UTF-8.
fn decode_text(object: &Object) -> Option<String> {
    lopdf::decode_text_string(object).ok()
}

/// A name of a dictionary, as text.
fn name(dictionary: &Dictionary, key: &[u8]) -> Option<String> {
    dictionary
        .get(key)
        .ok()?
        .as_name()
        .ok()
        .map(|name| String::from_utf8_lossy(name).into_owned())
}

/// How people write an object of a PDF: `12 0 R`.
fn shown(id: ObjectId) -> String {
    format!("{} {} obj", id.0, id.1)
}
