//! What the files of a proof hold together: how many documents, messages, mails, submissions and PDFs, of which level,
//! type and restriction. It works on what the checks learned of each file ([`crate::facts::Facts`]), so that a
//! message in a zip counts as one beside it.

mod rules;

use std::collections::BTreeSet;

use crate::checks::{Context, Judged, Outcome, SetCheck};
use crate::evidence::Kind;
use crate::facts::{DocumentFacts, FactSource};
use crate::finding::{Place, Rule};
use crate::text::Text;

/// The check on what a proof's files hold. Parameters, each asked only when named:
/// - `documents`, `messages`, `mails`, `submissions`, `pdfs` (integers): at least so many different ones;
/// - `levels` (integers): a CDA document of each of these levels;
/// - `types` (LOINC codes): a document of one of these types;
/// - `restrictions` (`MASQUE_PS`, `INVISIBLE_PATIENT`...): each carried by a document;
/// - `replacement` (boolean): a document that says which one it replaces;
/// - `same_pdf` (boolean): each PDF filed as a file is one that another file holds;
/// - `optional` (boolean, false by default): ask nothing when no document, message or mail is filed.
#[derive(Debug)]
pub struct ContentsCheck;

/// What can be counted: the parameter, and its name for people.
const COUNTED: [(&str, &str, &str); 5] = [
    ("documents", "document(s) CDA", "CDA document(s)"),
    ("messages", "message(s) HL7 v2", "HL7 v2 message(s)"),
    ("mails", "courriel(s)", "mail(s)"),
    (
        "submissions",
        "document(s) en métadonnées XDS",
        "document(s) in XDS metadata",
    ),
    ("pdfs", "PDF", "PDF"),
];

impl SetCheck for ContentsCheck {
    fn id(&self) -> &'static str {
        "contents"
    }

    fn rules(&self) -> Vec<&'static Rule> {
        rules::rules()
    }

    fn run(&self, files: &[Judged<'_>], parameters: &toml::Table, _: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let held = Held::of(files);
        let optional = parameters.get("optional").and_then(toml::Value::as_bool) == Some(true);
        if optional && held.is_nothing() {
            return outcome;
        }
        for (name, fr, en) in COUNTED {
            if let Some(wanted) = parameters
                .get(name)
                .and_then(toml::Value::as_integer)
                .and_then(|wanted| usize::try_from(wanted).ok())
            {
                count(held.count(name), wanted, (fr, en), &held, &mut outcome);
            }
        }
        levels(&held, parameters, &mut outcome);
        types(&held, parameters, &mut outcome);
        restrictions(&held, parameters, &mut outcome);
        let flag = |name: &str| parameters.get(name).and_then(toml::Value::as_bool) == Some(true);
        if flag("replacement") {
            replacement(&held, &mut outcome);
        }
        if flag("same_pdf") {
            same_pdf(files, &mut outcome);
        }
        outcome
    }
}

/// What the files hold.
struct Held<'a> {
    place: Place,
    /// Documents themselves.
    documents: Vec<&'a DocumentFacts>,
    /// Every view of a document: itself, the message that carries it, metadata.
    views: Vec<&'a DocumentFacts>,
    messages: usize,
    mails: usize,
    pdfs: usize,
}

impl<'a> Held<'a> {
    fn of(files: &[Judged<'a>]) -> Self {
        let facts = || files.iter().map(|file| &file.outcome.facts);
        let views: Vec<&DocumentFacts> = facts().flat_map(|facts| &facts.documents).collect();
        let controls: BTreeSet<&str> = facts()
            .flat_map(|facts| &facts.messages)
            .map(|message| message.control_id.as_str())
            .collect();
        let pdfs: BTreeSet<&str> = facts()
            .flat_map(|facts| &facts.pdfs)
            .map(String::as_str)
            .collect();
        // A mail without Message-ID has a finding of its own; it counts as one all the same.
        let mails: BTreeSet<(Option<&str>, &Place)> = facts()
            .flat_map(|facts| &facts.mails)
            .map(|mail| (mail.message_id.as_deref(), &mail.place))
            .collect();
        Self {
            place: files
                .first()
                .map_or_else(Place::default, |file| Place::file(file.evidence.path())),
            documents: views
                .iter()
                .filter(|view| view.source == FactSource::Cda)
                .copied()
                .collect(),
            views,
            messages: controls.len(),
            mails: mails.len(),
            pdfs: pdfs.len(),
        }
    }

    fn is_nothing(&self) -> bool {
        self.views.is_empty() && self.messages == 0 && self.mails == 0
    }

    fn count(&self, name: &str) -> usize {
        let different = |documents: &mut dyn Iterator<Item = &&DocumentFacts>| {
            documents
                .map(|document| (&document.id, &document.level))
                .collect::<BTreeSet<_>>()
                .len()
        };
        match name {
            "documents" => different(&mut self.documents.iter()),
            "submissions" => different(&mut self.views.iter().filter(|view| view.source == FactSource::Xds)),
            "messages" => self.messages,
            "mails" => self.mails,
            _ => self.pdfs,
        }
    }
}

fn count(found: usize, wanted: usize, (fr, en): (&str, &str), held: &Held<'_>, outcome: &mut Outcome) {
    if found < wanted {
        outcome.findings.push(
            rules::COUNT
                .at(
                    held.place.clone(),
                    Text::new(
                        format!("{found} {fr} dans les pièces, {wanted} demandé(s)"),
                        format!("{found} {en} in the pieces, {wanted} asked for"),
                    ),
                )
                .expected(wanted.to_string())
                .found(found.to_string()),
        );
    } else {
        outcome.verified.push(Text::new(
            format!("{found} {fr}, au moins {wanted} demandé(s)"),
            format!("{found} {en}, at least {wanted} asked for"),
        ));
    }
}

fn levels(held: &Held<'_>, parameters: &toml::Table, outcome: &mut Outcome) {
    let asked = parameters.get("levels").and_then(toml::Value::as_array);
    let found: BTreeSet<u8> = held
        .documents
        .iter()
        .filter_map(|document| document.level)
        .collect();
    for level in asked.into_iter().flatten().filter_map(toml::Value::as_integer) {
        if found.iter().any(|found| i64::from(*found) == level) {
            outcome.verified.push(Text::new(
                format!("document CDA R2 de niveau {level}"),
                format!("CDA R2 document of level {level}"),
            ));
        } else if !held.documents.is_empty() {
            // Without any document the count says it.
            let list: Vec<String> = found.iter().map(u8::to_string).collect();
            outcome.findings.push(
                rules::LEVEL
                    .at(
                        held.place.clone(),
                        Text::new(
                            format!("aucun document CDA R2 de niveau {level}"),
                            format!("no CDA R2 document of level {level}"),
                        ),
                    )
                    .expected(level.to_string())
                    .found(list.join(", ")),
            );
        }
    }
}

fn types(held: &Held<'_>, parameters: &toml::Table, outcome: &mut Outcome) {
    let asked: Vec<&str> = texts(parameters, "types");
    let found: BTreeSet<&str> = held
        .views
        .iter()
        .filter_map(|view| view.type_code.as_ref())
        .map(|code| code.code.as_str())
        .collect();
    if asked.is_empty() || found.is_empty() {
        return;
    }
    let list = asked.join(", ");
    if asked.iter().any(|code| found.contains(code)) {
        outcome.verified.push(Text::new(
            format!("document du type demandé ({list})"),
            format!("document of the type asked for ({list})"),
        ));
    } else {
        outcome.findings.push(
            rules::TYPE
                .at(
                    held.place.clone(),
                    Text::fixed(
                        "aucun document du type demandé",
                        "no document of the type asked for",
                    ),
                )
                .expected(list)
                .found(found.into_iter().collect::<Vec<_>>().join(", ")),
        );
    }
}

fn restrictions(held: &Held<'_>, parameters: &toml::Table, outcome: &mut Outcome) {
    if held.views.is_empty() {
        return;
    }
    for restriction in texts(parameters, "restrictions") {
        let carried = held
            .views
            .iter()
            .any(|view| view.confidentiality.iter().any(|code| code.code == restriction));
        if carried {
            outcome.verified.push(Text::new(
                format!("restriction {restriction} portée"),
                format!("restriction {restriction} carried"),
            ));
        } else {
            outcome.findings.push(
                rules::RESTRICTION
                    .at(
                        held.place.clone(),
                        Text::new(
                            format!("aucun document ne porte {restriction}"),
                            format!("no document carries {restriction}"),
                        ),
                    )
                    .expected(restriction),
            );
        }
    }
}

fn replacement(held: &Held<'_>, outcome: &mut Outcome) {
    if held.views.is_empty() {
        return;
    }
    if held.views.iter().any(|view| view.replaces.is_some()) {
        outcome.verified.push(Text::fixed(
            "un document dit lequel il remplace",
            "a document says which one it replaces",
        ));
    } else {
        outcome.findings.push(rules::REPLACEMENT.at(
            held.place.clone(),
            Text::fixed(
                "aucun document ne dit lequel il remplace",
                "no document says which one it replaces",
            ),
        ));
    }
}

/// The PDFs filed as files against those that other files hold: attached, embedded in a document.
fn same_pdf(files: &[Judged<'_>], outcome: &mut Outcome) {
    let (pdfs, others): (Vec<_>, Vec<_>) = files.iter().partition(|file| file.evidence.kind() == Kind::Pdf);
    let transmitted: BTreeSet<&str> = others
        .iter()
        .flat_map(|file: &&Judged<'_>| {
            let facts = &file.outcome.facts;
            let embedded = facts
                .documents
                .iter()
                .filter_map(|document| document.body_pdf_sha256.as_deref());
            facts.pdfs.iter().map(String::as_str).chain(embedded)
        })
        .collect();
    if transmitted.is_empty() {
        return;
    }
    for pdf in pdfs {
        let sha256 = pdf.evidence.sha256();
        if transmitted.contains(sha256) {
            outcome.verified.push(Text::new(
                format!("{} : le PDF transmis, octet pour octet", pdf.evidence.name()),
                format!("{}: the PDF transmitted, byte for byte", pdf.evidence.name()),
            ));
        } else {
            outcome.findings.push(
                rules::PDF
                    .at(
                        Place::file(pdf.evidence.path()),
                        Text::fixed(
                            "ce PDF n'est dans aucun des envois déposés avec lui",
                            "this PDF is in none of the transmissions filed with it",
                        ),
                    )
                    .expected(transmitted.iter().copied().collect::<Vec<_>>().join(", "))
                    .found(sha256),
            );
        }
    }
}

fn texts<'p>(parameters: &'p toml::Table, name: &str) -> Vec<&'p str> {
    parameters
        .get(name)
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_str)
        .collect()
}
