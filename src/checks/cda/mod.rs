//! CDA documents: pre-flight, XSD, schematrons of the packs, INS, body, references. One run finds everything.

mod body;
mod gathered;
mod image;
mod ins;
pub mod model;
mod references;
mod schematron;
mod style;
mod xsd;

use gathered::{Gathered, repeats};

use super::{Check, Context, Outcome};
use crate::engines::xml::Document;
use crate::evidence::cda_header::CdaHeader;
use crate::evidence::{Evidence, Kind, xml};
use crate::finding::Rule;
use crate::packs::Pack;
use crate::text::{Text, text};

/// Judges CDA documents, and other XML files as far as being XML goes: a self-presentable document hides in a
/// stylesheet.
pub struct CdaCheck;

impl Check for CdaCheck {
    fn id(&self) -> &'static str {
        "cda"
    }

    fn accepts(&self, kind: Kind) -> bool {
        matches!(kind, Kind::Cda | Kind::Xml)
    }

    fn rules(&self) -> Vec<&'static Rule> {
        let mut rules = xml::rules();
        rules.extend(xsd::rules());
        rules.extend(schematron::rules());
        rules.extend(ins::rules());
        rules.extend(body::rules());
        rules.extend(references::rules());
        rules.extend(style::rules());
        rules.extend(image::rules());
        rules
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        let preflight = xml::read(evidence, context.limits);
        let mut outcome = Outcome {
            findings: preflight.findings,
            ..Outcome::default()
        };
        let Some(document) = preflight.document else {
            return outcome;
        };
        match CdaHeader::read(&document) {
            Some(header) => judge(&document, &header, evidence, context, &mut outcome),
            None if evidence.kind() == Kind::Cda => {
                // Recognised by its root: only the namespace or the place of the root can be wrong.
                schemas(&document, evidence, context, &mut outcome);
                schematrons(&document, None, evidence, context, &mut outcome);
            }
            None => {
                outcome.verified.push(text("XML bien formé", "well-formed XML"));
                outcome.not_evaluated.push(Text::new(
                    format!(
                        "{} : aucun contrôle ne sait juger ce fichier XML",
                        evidence.path()
                    ),
                    format!("{}: no check knows how to judge this XML file", evidence.path()),
                ));
            }
        }
        outcome
    }
}

fn judge(
    document: &Document,
    header: &CdaHeader,
    evidence: &Evidence,
    context: &Context<'_>,
    outcome: &mut Outcome,
) {
    let file = evidence.path();
    if header.self_presentable {
        outcome.verified.push(text(
            "document auto-présentable (dans une feuille de style)",
            "self-presentable document (inside a stylesheet)",
        ));
    }
    let validated = schemas(document, evidence, context, outcome);
    schematrons(document, Some(header), evidence, context, outcome);
    let ins = ins::check(header, file);
    outcome.findings.extend(ins.findings);
    outcome.verified.extend(ins.verified);
    outcome
        .findings
        .extend(references::check(document, file, !validated));
    outcome.findings.extend(style::check(document, file));
    outcome.findings.extend(image::rendered(document, file));
    let pdf = body::check(document, header, evidence, context, outcome);
    let mut facts = header.facts(file, Some(evidence.sha256().to_owned()), pdf);
    facts.patient.qualified = Some(ins.qualified);
    outcome.facts.documents.insert(0, facts);
}

/// Runs the XSD of each pack that has one; true when at least one ran.
fn schemas(document: &Document, evidence: &Evidence, context: &Context<'_>, outcome: &mut Outcome) -> bool {
    let limit = context.limits.findings_per_file;
    let mut ran = false;
    let mut all = Gathered::default();
    for pack in context.packs.external() {
        match xsd::check(document, evidence.path(), pack, limit) {
            None => {}
            Some(Err(reason)) => outcome.not_evaluated.push(reason),
            Some(Ok(findings)) => {
                ran = true;
                outcome.verified.push(told(pack, findings.len()));
                all.fold(findings);
            }
        }
    }
    if !ran {
        outcome.verified.push(text(
            "schéma XSD non contrôlé : aucun jeu de règles officiel fourni",
            "XSD not checked: no official pack given",
        ));
    }
    outcome.findings.extend(all.findings);
    ran
}

/// Runs the schematrons of every pack.
fn schematrons(
    document: &Document,
    header: Option<&CdaHeader>,
    evidence: &Evidence,
    context: &Context<'_>,
    outcome: &mut Outcome,
) {
    // What stands there before are the findings of the pre-flight and of the XSD.
    let violations = std::mem::take(&mut outcome.findings);
    let mut all = Gathered::default();
    for pack in context.packs.iter() {
        let mut findings = schematron::check(document, header, evidence.path(), pack, context, outcome);
        if pack.is_embedded() {
            findings.retain(|finding| !repeats(&violations, finding));
        }
        all.extend(findings);
    }
    outcome.findings = violations;
    outcome.findings.extend(all.findings);
}

fn told(pack: &Pack, faults: usize) -> Text {
    Text::new(
        format!("XSD de {} : {faults} écart(s)", pack.label()),
        format!("XSD of {}: {faults} fault(s)", pack.label()),
    )
}
