//! The kinds of evidence.

use serde::{Deserialize, Serialize};

use crate::text::{Text, text};

/// What a file is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A CDA R2 document (root `ClinicalDocument` in `urn:hl7-org:v3`).
    Cda,
    /// HL7 v2 messages in ER7 (pipes) encoding.
    Hl7v2,
    /// An HL7 v2 message in XML encoding (`urn:hl7-org:v2xml`).
    Hl7v2Xml,
    /// An IHE_XDM archive.
    Xdm,
    /// A mail (RFC 5322).
    Mail,
    /// XDS metadata: an ebRIM SubmitObjectsRequest alone.
    XdsMetadata,
    /// A SOAP envelope, MTOM package included.
    Soap,
    /// A SAML assertion alone (VIHF).
    Saml,
    /// A validation report of an official tool (veraPDF, Gazelle EVS).
    ValidationReport,
    /// Any other XML.
    Xml,
    /// PDF.
    Pdf,
    /// A raster image.
    Image,
    /// A video.
    Video,
    /// A table in text: CSV with `;`, `,` or tab.
    Csv,
    /// A spreadsheet: xlsx, xls, ods.
    Workbook,
    /// JSON.
    Json,
    /// X.509 certificates or revocation lists, PEM or DER.
    Certificate,
    /// A JSON Web Token alone.
    Jwt,
    /// A word-processing or presentation document (docx, odt, pptx).
    Office,
    /// A zip archive of anything else.
    Zip,
    /// HTML.
    Html,
    /// Text: logs, traces, configuration.
    Text,
    /// No byte at all.
    Empty,
    /// None of these.
    Unknown,
}

impl Kind {
    /// The name in JSON outputs and bindings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cda => "cda",
            Self::Hl7v2 => "hl7v2",
            Self::Hl7v2Xml => "hl7v2_xml",
            Self::Xdm => "xdm",
            Self::Mail => "mail",
            Self::XdsMetadata => "xds_metadata",
            Self::Soap => "soap",
            Self::Saml => "saml",
            Self::ValidationReport => "validation_report",
            Self::Xml => "xml",
            Self::Pdf => "pdf",
            Self::Image => "image",
            Self::Video => "video",
            Self::Csv => "csv",
            Self::Workbook => "workbook",
            Self::Json => "json",
            Self::Certificate => "certificate",
            Self::Jwt => "jwt",
            Self::Office => "office",
            Self::Zip => "zip",
            Self::Html => "html",
            Self::Text => "text",
            Self::Empty => "empty",
            Self::Unknown => "unknown",
        }
    }

    /// The name for people.
    pub const fn label(self) -> Text {
        match self {
            Self::Cda => text("document CDA R2", "CDA R2 document"),
            Self::Hl7v2 => text("message HL7 v2", "HL7 v2 message"),
            Self::Hl7v2Xml => text("message HL7 v2 en XML", "HL7 v2 message in XML"),
            Self::Xdm => text("archive IHE_XDM", "IHE_XDM archive"),
            Self::Mail => text("courriel", "mail"),
            Self::XdsMetadata => text("métadonnées XDS", "XDS metadata"),
            Self::Soap => text("message SOAP", "SOAP message"),
            Self::Saml => text("assertion SAML", "SAML assertion"),
            Self::ValidationReport => text("rapport de validation", "validation report"),
            Self::Xml => text("fichier XML", "XML file"),
            Self::Pdf => text("PDF", "PDF"),
            Self::Image => text("image", "image"),
            Self::Video => text("vidéo", "video"),
            Self::Csv => text("fichier CSV", "CSV file"),
            Self::Workbook => text("classeur", "workbook"),
            Self::Json => text("fichier JSON", "JSON file"),
            Self::Certificate => text("certificat X.509", "X.509 certificate"),
            Self::Jwt => text("jeton JWT", "JWT token"),
            Self::Office => text("document bureautique", "office document"),
            Self::Zip => text("archive zip", "zip archive"),
            Self::Html => text("page HTML", "HTML page"),
            Self::Text => text("texte ou journal", "text or log"),
            Self::Empty => text("fichier vide", "empty file"),
            Self::Unknown => text("format inconnu", "unknown format"),
        }
    }
}
