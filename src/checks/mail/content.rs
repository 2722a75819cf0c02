//! What a mail carries: the archive, the CDA documents in it, the PDFs.

use super::Mail;
use crate::checks::Context;
use crate::engines::mime::Part;
use crate::engines::xml::Document;
use crate::evidence::archive::Archive;
use crate::evidence::cda_header::{CdaHeader, embedded_body};
use crate::evidence::{Evidence, Kind, sha256_hex, xml};
use crate::facts::Identifier;

/// An attachment as evidence.
pub(super) struct Attachment<'a> {
    /// The MIME part.
    pub(super) part: &'a Part,
    /// Its bytes, recognised.
    pub(super) evidence: Evidence,
}

/// A CDA document of the archive.
pub(super) struct CdaDocument {
    /// Its header.
    pub(super) header: CdaHeader,
    /// SHA-256 of the PDF in its body, level 1.
    pub(super) pdf: Option<String>,
}

/// What the mail carries.
pub(super) struct Content<'a> {
    /// Archives, IHE_XDM or not.
    pub(super) archives: Vec<Attachment<'a>>,
    /// PDFs.
    pub(super) pdfs: Vec<Attachment<'a>>,
    /// Other attachments.
    pub(super) others: Vec<Attachment<'a>>,
    /// The CDA documents of the first archive, in its order.
    pub(super) documents: Vec<CdaDocument>,
    /// How many sets the first archive has.
    pub(super) subsets: usize,
    /// The archive could be read: without it the headers cannot be recomputed.
    pub(super) archive_read: bool,
}

impl<'a> Content<'a> {
    pub(super) fn read(mail: &Mail<'a>, context: &Context<'_>) -> Self {
        let mut content = Self {
            archives: Vec::new(),
            pdfs: Vec::new(),
            others: Vec::new(),
            documents: Vec::new(),
            subsets: 0,
            archive_read: false,
        };
        for (index, part) in mail.message.parts.iter().enumerate() {
            if !part.attachment && part.media_type.starts_with("text/") {
                continue;
            }
            let name = part
                .name
                .clone()
                .unwrap_or_else(|| format!("partie-{}", index + 1));
            let evidence = mail.evidence.nested(&name, part.bytes.clone());
            let declared_zip = matches!(
                part.media_type.as_str(),
                "application/zip" | "application/x-zip-compressed"
            );
            let attachment = Attachment { part, evidence };
            match attachment.evidence.kind() {
                Kind::Zip | Kind::Xdm => content.archives.push(attachment),
                Kind::Pdf => content.pdfs.push(attachment),
                _ if declared_zip => content.archives.push(attachment),
                _ => content.others.push(attachment),
            }
        }
        if let Some(archive) = content.archives.first().filter(|archive| !archive.part.damaged) {
            let (documents, subsets, read) = documents_of(&archive.evidence, context);
            content.documents = documents;
            content.subsets = subsets;
            // Another archive has no document of ours: that alone is its fault.
            content.archive_read = read && archive.evidence.kind() == Kind::Xdm;
        }
        content
    }

    /// The patients of the documents, without duplicates, in order.
    pub(super) fn patients(&self) -> Vec<Identifier> {
        let mut patients: Vec<Identifier> = Vec::new();
        for document in &self.documents {
            let id = document
                .header
                .ins()
                .or_else(|| {
                    document
                        .header
                        .patients
                        .first()
                        .and_then(|patient| patient.ids.first())
                })
                .map(|id| id.value.clone());
            if let Some(id) = id.filter(|id| !patients.contains(id)) {
                patients.push(id);
            }
        }
        patients
    }
}

/// The CDA documents of an archive, how many SUBSETs it has, and whether it could be read. What is wrong with the
/// archive is reported by its own check.
fn documents_of(evidence: &Evidence, context: &Context<'_>) -> (Vec<CdaDocument>, usize, bool) {
    let mut archive = Archive::open(evidence, context.limits);
    let names: Vec<String> = archive
        .members()
        .iter()
        .filter(|member| !member.folder)
        .map(|member| member.name.clone())
        .collect();
    let mut subsets: Vec<String> = names
        .iter()
        .filter_map(|name| name.to_uppercase().strip_prefix("IHE_XDM/").map(str::to_owned))
        .filter_map(|rest| rest.split_once('/').map(|(subset, _)| subset.to_owned()))
        .collect();
    subsets.sort();
    subsets.dedup();
    let options = xml::options(context.limits);
    let mut documents = Vec::new();
    for name in names {
        let file = name.rsplit('/').next().unwrap_or(&name).to_uppercase();
        let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
        let described = file == "METADATA.XML" || extension != "XML";
        if described || !name.to_uppercase().starts_with("IHE_XDM/") {
            continue;
        }
        let Some(tree) = archive
            .extract(&name)
            .and_then(|bytes| Document::parse(&bytes, &options).ok())
        else {
            continue;
        };
        if let Some(header) = CdaHeader::read(&tree) {
            let pdf = embedded_body(&tree)
                .and_then(Result::ok)
                .map(|bytes| sha256_hex(&bytes));
            documents.push(CdaDocument { header, pdf });
        }
    }
    (documents, subsets.len(), archive.readable())
}
