//! What a check learned of a file besides its findings: identities, documents, messages. Coherence rules across
//! files work on these, so that no file is read twice.

use serde::{Deserialize, Serialize};

use crate::finding::Place;

/// An identifier with its assigning authority: CDA `II`, HL7 v2 `CX`, XDS `CX`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identifier {
    /// OID of the assigning authority (CDA `@root`).
    pub root: String,
    /// The value (CDA `@extension`); empty when the root alone identifies.
    pub extension: String,
}

/// A code with its system.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Code {
    /// The code.
    pub code: String,
    /// OID of the code system.
    pub system: String,
}

/// A patient as a file names them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientFacts {
    /// The INS, when the file carries one (OID of NIR, NIA or their test values).
    pub ins: Option<Identifier>,
    /// Qualified or not, when the file says so (PID-32 `VALI`).
    pub qualified: Option<bool>,
    /// Birth name.
    pub birth_name: Option<String>,
    /// First given name of the birth certificate.
    pub given_name: Option<String>,
    /// Date of birth, `YYYYMMDD` as far as it is given.
    pub birth_date: Option<String>,
    /// Sex, `M`, `F` or `U`.
    pub sex: Option<String>,
    /// INSEE code of the place of birth.
    pub birth_place: Option<String>,
}

/// Which kind of file speaks of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactSource {
    /// The CDA document itself.
    Cda,
    /// An HL7 v2 message that transports it (TXA, OBX).
    Hl7,
    /// XDS metadata (XDM archive, SubmitObjectsRequest).
    Xds,
    /// The headers of a mail.
    Mail,
}

/// A document as a file describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentFacts {
    /// Who speaks.
    pub source: FactSource,
    /// Where.
    pub place: Place,
    /// Unique id of the document.
    pub id: Option<Identifier>,
    /// Id of the document it replaces.
    pub replaces: Option<Identifier>,
    /// Type code (LOINC).
    pub type_code: Option<Code>,
    /// Confidentiality codes, visibility masks included.
    pub confidentiality: Vec<Code>,
    /// The patient.
    pub patient: PatientFacts,
    /// CDA level: 1 (non-XML body) or 3 (structured body).
    pub level: Option<u8>,
    /// SHA-256 of the bytes of the document, hexadecimal.
    pub sha256: Option<String>,
    /// SHA-256 of the PDF embedded in the body, hexadecimal.
    pub body_pdf_sha256: Option<String>,
}

/// An HL7 v2 message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageFacts {
    /// Where.
    pub place: Place,
    /// MSH-9 whole (`ORU^R01^ORU_R01`).
    pub message_type: String,
    /// MSH-10.
    pub control_id: String,
    /// MSA-1, for an acknowledgement.
    pub acknowledgement: Option<String>,
    /// MSA-2, for an acknowledgement.
    pub acknowledged_id: Option<String>,
    /// The patient of PID.
    pub patient: PatientFacts,
    /// Where it asks to send its documents (`DMP`, `MSS_PRO`, `MSS_CIT`); none when it does not speak of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destinations: Option<Vec<String>>,
}

/// A mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailFacts {
    /// Where.
    pub place: Place,
    /// Message-ID, with its angle brackets.
    pub message_id: Option<String>,
    /// Date and subject: two copies of one mail, that of the sender and that of the receiver, have the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Subject, decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// In-Reply-To.
    pub in_reply_to: Option<String>,
    /// Message-ID of the mail that this one is the read receipt of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_of: Option<String>,
    /// Addresses of the addressees.
    pub recipients: Vec<String>,
}

/// Everything a check learned of one file and what it contains.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Documents described in the file.
    pub documents: Vec<DocumentFacts>,
    /// HL7 v2 messages in the file.
    pub messages: Vec<MessageFacts>,
    /// Mails.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mails: Vec<MailFacts>,
    /// Identifiers of the professionals who authenticated (VIHF).
    pub professionals: Vec<Identifier>,
    /// SHA-256 of every PDF in the file, hexadecimal.
    pub pdfs: Vec<String>,
}

impl Facts {
    /// Adds what was learned of a nested file.
    pub fn extend(&mut self, other: Self) {
        self.documents.extend(other.documents);
        self.messages.extend(other.messages);
        self.mails.extend(other.mails);
        self.professionals.extend(other.professionals);
        self.pdfs.extend(other.pdfs);
    }
}
