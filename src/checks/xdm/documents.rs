//! The sets of an archive: their metadata, the files they describe, and one against the other.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::Subset;
use super::words as rule;
use crate::checks::{Context, Outcome};
use crate::engines::xml::Document;
use crate::evidence::archive::Archive;
use crate::evidence::cda_header::CdaHeader;
use crate::evidence::element::Element;
use crate::evidence::xds::datatypes::{Cx, Xon};
use crate::evidence::xds::rules::{self as metadata_rules, Setting, against_cda, content, root_cause, words};
use crate::evidence::xds::{RegistryObject, Submission};
use crate::evidence::{Evidence, Kind, xml};
use crate::facts::{FactSource, Identifier};
use crate::finding::{Finding, Place};
use crate::text::Text;

/// Judges every set; gives the national identifiers of the institutions that send.
pub(super) fn judge(
    archive: &mut Archive,
    subsets: &[Subset],
    evidence: &Evidence,
    context: &Context<'_>,
    outcome: &mut Outcome,
) -> Vec<String> {
    let mut senders = Vec::new();
    let mut patients: BTreeMap<Identifier, Place> = BTreeMap::new();
    for subset in subsets {
        let files = read_files(archive, subset, evidence, context, outcome);
        let metadata = subset
            .metadata
            .as_ref()
            .and_then(|name| archive.extract(name).map(|bytes| evidence.nested(name, bytes)));
        let submission = metadata
            .as_ref()
            .and_then(|metadata| read_metadata(metadata, context, outcome));
        let mut described = Set {
            subset,
            files,
            declared: BTreeSet::new(),
            patients: &mut patients,
        };
        if let (Some(metadata), Some(submission)) = (&metadata, &submission) {
            let mut findings = metadata_rules::judge(submission, metadata.path(), Setting::Archive);
            senders.extend(senders_of(submission));
            for entry in &submission.documents {
                described.entry(submission, entry, metadata.path(), &mut findings, outcome);
            }
            outcome.findings.extend(root_cause::keep(findings));
        }
        // Without metadata, or without entry in them, nothing can be declared: the root cause has been said.
        if submission
            .as_ref()
            .is_some_and(|submission| !submission.documents.is_empty())
        {
            described.undeclared(outcome);
        }
    }
    if let (true, Some((_, place))) = (patients.len() > 1, patients.iter().nth(1)) {
        let message = Text::new(
            format!("{} patients différents dans l'archive", patients.len()),
            format!("{} different patients in the archive", patients.len()),
        );
        let ids: Vec<String> = patients
            .keys()
            .map(|id| format!("{} ({})", id.extension, id.root))
            .collect();
        outcome.findings.push(
            rule::ONE_PATIENT
                .at(place.clone(), message)
                .expected("1")
                .found(ids.join(", ")),
        );
    }
    senders
}

/// What the comparison needs of a file of a set, once its own check judged it: its bytes leave memory.
struct Member {
    path: String,
    kind: Kind,
    sha256: String,
    bytes: usize,
    sha1: String,
    header: Option<CdaHeader>,
}

/// Expands and judges the files of a set one after the other; only what the comparison needs is kept of each.
fn read_files(
    archive: &mut Archive,
    subset: &Subset,
    evidence: &Evidence,
    context: &Context<'_>,
    outcome: &mut Outcome,
) -> BTreeMap<String, Option<Member>> {
    let mut files = BTreeMap::new();
    for name in &subset.files {
        let relative = name.strip_prefix(&subset.prefix).unwrap_or(name).to_owned();
        let Some(bytes) = archive.extract(name) else {
            files.insert(relative, None);
            continue;
        };
        let sha1 = content::sha1_hex(&bytes);
        let size = bytes.len();
        let nested = evidence.nested(name, bytes);
        if matches!(nested.kind(), Kind::Zip | Kind::Xdm) {
            let message = Text::new(
                format!("« {relative} » est une archive"),
                format!("'{relative}' is an archive"),
            );
            outcome
                .findings
                .push(rule::NESTED_ARCHIVE.at(Place::file(nested.path()), message));
            files.insert(relative, None);
            continue;
        }
        let maybe = matches!(nested.kind(), Kind::Cda | Kind::Xml) && !has_extension(nested.name(), "XSL");
        let nested = if maybe {
            xml::keep(nested, context.limits)
        } else {
            nested
        };
        let header = read_header(&nested, subset, outcome);
        // A style sheet goes with the documents; no check judges it.
        let mut judged = if has_extension(&relative, "XSL") {
            Outcome::default()
        } else {
            context.judge(&nested)
        };
        if let Some(header) = &header
            && !judged
                .facts
                .documents
                .iter()
                .any(|document| document.source == FactSource::Cda)
        {
            let sha256 = Some(nested.sha256().to_owned());
            judged
                .facts
                .documents
                .push(header.facts(nested.path(), sha256, None));
        }
        outcome.extend(judged);
        let member = Member {
            path: nested.path().to_owned(),
            kind: nested.kind(),
            sha256: nested.sha256().to_owned(),
            bytes: size,
            sha1,
            header,
        };
        files.insert(relative, Some(member));
    }
    files
}

/// The header of a CDA document. What is not well-formed is said by the check of the document itself.
fn read_header(document: &Evidence, subset: &Subset, outcome: &mut Outcome) -> Option<CdaHeader> {
    let tree = document.document()?;
    let header = CdaHeader::read(tree)?;
    stylesheet(tree, document, subset, outcome);
    Some(header)
}

/// A style sheet that the document names by a relative reference should come with it.
fn stylesheet(tree: &Document, document: &Evidence, subset: &Subset, outcome: &mut Outcome) {
    use crate::engines::xml::{NodeId, NodeKind};
    let instruction = tree.children(NodeId::DOCUMENT).find(|node| {
        tree.kind(*node) == NodeKind::ProcessingInstruction && tree.local_name(*node) == "xml-stylesheet"
    });
    let Some(node) = instruction else { return };
    let text = tree.text(node);
    let href = text
        .split_once("href=")
        .and_then(|(_, rest)| rest.get(1..).map(|value| (rest, value)))
        .and_then(|(rest, value)| value.split(rest.get(..1)?).next());
    let Some(href) = href.filter(|href| !href.contains("://") && !href.starts_with('#')) else {
        return;
    };
    let name = href.rsplit('/').next().unwrap_or(href);
    let present = subset.files.iter().any(|file| {
        file.rsplit('/')
            .next()
            .is_some_and(|file| file.eq_ignore_ascii_case(name))
    });
    if !present {
        let position = tree.position(node);
        let message = Text::new(
            format!("la feuille de style « {href} » n'est pas dans l'archive"),
            format!("the style sheet '{href}' is not in the archive"),
        );
        let place = Place::file(document.path()).line_column(position.line, position.column);
        outcome
            .findings
            .push(rule::STYLESHEET.at(place, message).found(href));
    }
}

fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
}

/// Reads METADATA.XML.
fn read_metadata(metadata: &Evidence, context: &Context<'_>, outcome: &mut Outcome) -> Option<Submission> {
    let bytes = metadata.bytes(context.limits.file_bytes).ok()?;
    let tree = match Document::parse(&bytes, &xml::options(context.limits)) {
        Ok(tree) => tree,
        Err(error) => {
            let place = Place::file(metadata.path()).line_column(error.position.line, error.position.column);
            outcome
                .findings
                .push(words::WELL_FORMED.at(place, error.kind.text()));
            return None;
        }
    };
    let root = Element::root(&tree);
    let submission = (root.local() == "SubmitObjectsRequest")
        .then(|| Submission::read(root))
        .flatten();
    if submission.is_none() {
        let message = Text::new(
            format!(
                "racine « {} » au lieu d'un SubmitObjectsRequest ebRIM 3.0",
                root.local()
            ),
            format!(
                "root '{}' instead of an ebRIM 3.0 SubmitObjectsRequest",
                root.local()
            ),
        );
        outcome.findings.push(
            words::ROOT
                .at(root.spot().place(metadata.path()), message)
                .found(root.namespace()),
        );
    }
    submission
}

/// The national identifiers of the institutions that send, for INDEX.HTM.
fn senders_of(submission: &Submission) -> Vec<String> {
    submission
        .submission_sets()
        .flat_map(|set| set.classified("author"))
        .flat_map(|author| {
            author
                .values("authorInstitution")
                .map(|text| Xon::parse(text).id)
                .collect::<Vec<_>>()
        })
        .filter(|id| !id.is_empty())
        .collect()
}

/// One set while its entries are compared with its files.
struct Set<'a> {
    subset: &'a Subset,
    files: BTreeMap<String, Option<Member>>,
    declared: BTreeSet<String>,
    patients: &'a mut BTreeMap<Identifier, Place>,
}

impl Set<'_> {
    fn entry(
        &mut self,
        submission: &Submission,
        entry: &RegistryObject,
        metadata: &str,
        findings: &mut Vec<Finding>,
        outcome: &mut Outcome,
    ) {
        self.note_patients(entry, metadata);
        let mut told = entry.facts(metadata);
        let name = self.file_of(submission, entry, metadata, findings);
        let member = name
            .and_then(|name| self.files.get(&name))
            .and_then(Option::as_ref);
        if let Some(member) = member {
            told.sha256 = Some(member.sha256.clone());
            findings.extend(content::compare(entry, member.bytes, &member.sha1, metadata));
            if let Some(header) = &member.header {
                findings.extend(against_cda::compare(
                    submission,
                    entry,
                    header,
                    metadata,
                    Setting::Archive,
                ));
            } else {
                not_cda(entry, member, metadata, findings);
            }
        }
        outcome.facts.documents.push(told);
    }

    /// The file that an entry describes: the one its URI names, else the one that no other entry describes.
    fn file_of(
        &mut self,
        submission: &Submission,
        entry: &RegistryObject,
        metadata: &str,
        findings: &mut Vec<Finding>,
    ) -> Option<String> {
        // An absent URI is reported with the other absent metadata.
        let Some(uri) = entry.value("URI").filter(|uri| !uri.value.is_empty()) else {
            return self.orphan(submission, entry);
        };
        if self.files.contains_key(&uri.value) {
            if self.declared.insert(uri.value.clone()) {
                return Some(uri.value.clone());
            }
            let message = Text::new(
                format!("« {} » est déjà décrit par une autre fiche", uri.value),
                format!("'{}' is described by another entry already", uri.value),
            );
            findings.push(rule::URI.at(uri.spot.place(metadata), message).found(&*uri.value));
            return self.orphan(submission, entry);
        }
        let same = self
            .files
            .keys()
            .find(|name| name.eq_ignore_ascii_case(&uri.value))
            .cloned();
        // A file whose name is not in upper case is reported as such.
        let lower_case = same
            .as_ref()
            .is_some_and(|name| name.chars().any(char::is_lowercase));
        if !lower_case {
            let message = Text::new(
                format!("« {} » n'est pas un fichier de {}", uri.value, self.subset.prefix),
                format!("'{}' is no file of {}", uri.value, self.subset.prefix),
            );
            let names: Vec<&str> = self.files.keys().map(String::as_str).collect();
            let finding = rule::URI.at(uri.spot.place(metadata), message);
            findings.push(finding.expected(names.join(", ")).found(&*uri.value));
        }
        match same {
            Some(name) => {
                self.declared.insert(name.clone());
                Some(name)
            }
            None => self.orphan(submission, entry),
        }
    }

    /// The file that an entry without usable URI stands for: that of its hash, else the only one left.
    fn orphan(&mut self, submission: &Submission, entry: &RegistryObject) -> Option<String> {
        let named: BTreeSet<&str> = submission
            .documents
            .iter()
            .filter_map(|entry| entry.value("URI"))
            .map(|uri| uri.value.as_str())
            .collect();
        let left: Vec<(&String, &Member)> = self
            .files
            .iter()
            .filter_map(|(name, member)| member.as_ref().map(|member| (name, member)))
            .filter(|(name, _)| {
                !has_extension(name, "XSL")
                    && !self.declared.contains(*name)
                    && !named.contains(name.as_str())
            })
            .collect();
        let hash = entry
            .value("hash")
            .map(|hash| hash.value.as_str())
            .unwrap_or_default();
        let of_hash = left
            .iter()
            .find(|(_, member)| member.sha1.eq_ignore_ascii_case(hash));
        let only = left.first().filter(|_| left.len() == 1);
        let name = of_hash.or(only).map(|(name, _)| (*name).clone())?;
        self.declared.insert(name.clone());
        Some(name)
    }

    /// Who the archive is about, as metadata and documents say.
    fn note_patients(&mut self, entry: &RegistryObject, metadata: &str) {
        if let Some(identifier) = entry.identifier("patientId").filter(|id| !id.value.is_empty()) {
            let id = Cx::parse(&identifier.value).identifier();
            self.patients
                .entry(id)
                .or_insert_with(|| identifier.spot.place(metadata));
        }
    }

    /// Files that no entry describes.
    fn undeclared(&self, outcome: &mut Outcome) {
        for (name, member) in &self.files {
            let style = has_extension(name, "XSL");
            if style || self.declared.contains(name) || member.is_none() {
                continue;
            }
            let place = member.as_ref().map(|member| Place::file(&*member.path));
            let message = Text::new(
                format!("« {name} » n'est décrit par aucune fiche de METADATA.XML"),
                format!("'{name}' is described by no entry of METADATA.XML"),
            );
            outcome
                .findings
                .push(rule::UNDECLARED.at(place.unwrap_or_default(), message));
        }
    }
}

fn not_cda(entry: &RegistryObject, member: &Member, metadata: &str, findings: &mut Vec<Finding>) {
    if matches!(member.kind, Kind::Cda | Kind::Xml) {
        // A CDA that cannot be read is reported by its own check.
        return;
    }
    let label = member.kind.label();
    let message = Text::new(
        format!("le document décrit est de nature « {} »", label.fr),
        format!("the document described is a '{}'", label.en),
    );
    findings.push(rule::NOT_CDA.at(entry.spot.place(metadata), message));
}
