//! HL7 v2 messages: parsed, judged against the profile that MSH selects, their documents judged in their turn.
//!
//! ```text
//! bytes ─ engines/hl7v2 ─ syntax ─► per message: profile ─ structure ─ fields, types, assertions ─ identity
//!                                                         └ documents ─ CDA checks, coherence
//! ```
//!
//! Facts (structures, tables, usages, conditions) are in `testcases/profiles/hl7v2`; the words of the rules too.

mod coherence;
mod documents;
mod facts;
mod fields;
mod identity;
mod judgement;
mod movement;
mod observations;
mod order;
mod participants;
pub mod profile;
mod root_cause;
mod rules;
pub mod sets;
mod shift;
mod structure;
mod syntax;
mod timestamp;
mod truncation;
mod type_code;
mod types;

use std::borrow::Cow;

use crate::engines::hl7v2::{MessageRef, ParseLimits, Parsed, parse, parse_xml};
use crate::engines::xml::{Document, ParseOptions};
use crate::evidence::{Evidence, Kind, is_message_name};
use crate::finding::{Place, Rule, Severity};
use crate::text::{Text, text};

use super::{Check, Context, Outcome};
use judgement::Judgement;
use profile::{Profile, library};

/// The check of HL7 v2 messages, ER7 or XML.
pub struct Hl7v2;

impl Check for Hl7v2 {
    fn id(&self) -> &'static str {
        "hl7v2"
    }

    fn accepts(&self, kind: Kind) -> bool {
        matches!(kind, Kind::Hl7v2 | Kind::Hl7v2Xml | Kind::Empty)
    }

    fn rules(&self) -> Vec<&'static Rule> {
        rules::all()
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        // An empty file is only ours when its name says that a message was meant; of those filed in a dossier, the
        // judgement of the dossier says it.
        let filed = evidence.depth() == 0 && context.options.dsr.is_some();
        if evidence.kind() == Kind::Empty && (filed || !is_message_name(evidence.name())) {
            return outcome;
        }
        let bytes = match evidence.bytes(context.limits.file_bytes) {
            Ok(bytes) => bytes,
            Err(error) => {
                file_fault(&mut outcome, evidence, "LIMIT", error.text());
                return outcome;
            }
        };
        let chosen = match chosen_profile(context) {
            Ok(chosen) => chosen,
            Err(message) => {
                outcome.not_evaluated.push(message);
                return outcome;
            }
        };
        let limits = ParseLimits {
            segments: context.limits.hl7_segments as usize,
            ..ParseLimits::default()
        };
        if evidence.kind() == Kind::Hl7v2Xml {
            match read_xml(&bytes, &limits, context) {
                Ok(parsed) => {
                    let message = text(
                        "message en encodage XML : ER7 doit être possible aussi",
                        "message in XML encoding: ER7 must be possible too",
                    );
                    file_fault(&mut outcome, evidence, "XML", message);
                    judge(&parsed, evidence, chosen.as_deref(), context, &mut outcome);
                }
                Err((place, message)) => {
                    let place = place.map_or_else(
                        || Place::file(evidence.path()),
                        |(line, column)| Place::file(evidence.path()).line_column(line, column),
                    );
                    if let Some(coded) = rules::find("XML") {
                        outcome.findings.push(
                            coded
                                .rule
                                .at(place, message)
                                .severity(Severity::Error)
                                .hl7_error(&coded.code),
                        );
                    }
                }
            }
        } else {
            judge(
                &parse(&bytes, &limits),
                evidence,
                chosen.as_deref(),
                context,
                &mut outcome,
            );
        }
        limit(&mut outcome, evidence, context);
        outcome
    }
}

fn file_fault(outcome: &mut Outcome, evidence: &Evidence, rule: &str, message: Text) {
    if let Some(coded) = rules::find(rule) {
        outcome.findings.push(
            coded
                .rule
                .at(Place::file(evidence.path()), message)
                .hl7_error(&coded.code),
        );
    }
}

type XmlFault = (Option<(u32, u32)>, Text);

fn read_xml(bytes: &[u8], limits: &ParseLimits, context: &Context<'_>) -> Result<Parsed<'static>, XmlFault> {
    let document = Document::parse(bytes, &ParseOptions::from(context.limits)).map_err(|error| {
        (
            Some((error.position.line, error.position.column)),
            error.kind.text(),
        )
    })?;
    parse_xml(&document, limits).map_err(|_| {
        let message = text(
            "aucun segment HL7 v2 dans le document XML",
            "no HL7 v2 segment in the XML document",
        );
        (None, message)
    })
}

/// The profile that the user asks for: an embedded one by its name, or a file (TOML, or a `HL7v2xConformanceProfile`).
fn chosen_profile(context: &Context<'_>) -> Result<Option<Cow<'static, Profile>>, Text> {
    let Some(wanted) = &context.options.hl7_profile else {
        return Ok(None);
    };
    if let Some(known) = library().get(wanted) {
        return Ok(Some(Cow::Borrowed(known)));
    }
    let refused = |detail: String| {
        let names: Vec<&str> = library()
            .profiles
            .iter()
            .map(|profile| profile.id.as_str())
            .collect();
        Text::new(
            format!(
                "profil HL7 v2 « {wanted} » inutilisable ({detail}) ; profils connus : {}",
                names.join(", ")
            ),
            format!(
                "HL7 v2 profile '{wanted}' cannot be used ({detail}); known profiles: {}",
                names.join(", ")
            ),
        )
    };
    let bytes = std::fs::read(wanted).map_err(|error| refused(error.to_string()))?;
    profile::import(wanted, &bytes)
        .map(|profile| Some(Cow::Owned(profile)))
        .map_err(|error| refused(error.to_string()))
}

fn judge(
    parsed: &Parsed<'_>,
    evidence: &Evidence,
    chosen: Option<&Profile>,
    context: &Context<'_>,
    outcome: &mut Outcome,
) {
    outcome
        .findings
        .extend(syntax::judge_file(evidence.path(), parsed));
    let mut judged = Vec::new();
    for message in parsed.messages() {
        let Some(profile) = chosen.or_else(|| library().select(message)) else {
            continue;
        };
        judge_message(message, profile, evidence, context, outcome);
        judged.push(message);
    }
    sets::judge_messages(evidence.path(), &judged, outcome);
}

/// Most segments of a message that is judged; a real one has some dozens.
const MOST_SEGMENTS: usize = 5_000;

fn judge_message<'p>(
    message: MessageRef<'p>,
    profile: &'p Profile,
    evidence: &'p Evidence,
    context: &Context<'_>,
    outcome: &mut Outcome,
) {
    let mut judgement = Judgement::new(evidence.path(), message, profile);
    if message.segment_count() > MOST_SEGMENTS {
        let words = Text::new(
            format!("plus de {MOST_SEGMENTS} segments : le message n'est pas jugé au-delà de son encodage"),
            format!("more than {MOST_SEGMENTS} segments: the message is not judged beyond its encoding"),
        );
        file_fault(outcome, evidence, "LIMIT", words);
        return;
    }
    judgement.documents = documents::find(&judgement);
    judgement.mails = documents::find_mails(&judgement);
    truncation::judge(&mut judgement);
    syntax::judge_charset(&mut judgement);
    movement::judge(&mut judgement);
    structure::judge(&mut judgement);
    shift::judge(&mut judgement);
    fields::judge(&mut judgement);
    types::judge(&mut judgement);
    identity::judge(&mut judgement);
    observations::judge(&mut judgement);
    participants::judge(&mut judgement);
    type_code::judge(&mut judgement);
    let carried = documents::judge(&mut judgement, evidence, context, outcome);
    coherence::judge(&mut judgement, &carried);
    if let Some(facts) = facts::message(&judgement) {
        outcome.facts.messages.push(facts);
    }
    outcome
        .facts
        .documents
        .extend(facts::documents(&judgement, &carried));
    let title = Text::new(
        format!(
            "{}^{} jugé selon le profil {} ({})",
            judgement.kind, judgement.event, profile.id, profile.title.fr
        ),
        format!(
            "{}^{} judged by the profile {} ({})",
            judgement.kind, judgement.event, profile.id, profile.title.en
        ),
    );
    outcome.verified.push(title);
    let mut findings = judgement.findings;
    root_cause::keep_root_causes(&mut findings);
    outcome.findings.extend(findings);
}

/// Keeps the findings of one file within the limit, and says how many are left out.
fn limit(outcome: &mut Outcome, evidence: &Evidence, context: &Context<'_>) {
    let most = context.limits.findings_per_file;
    if outcome.findings.len() <= most {
        return;
    }
    let left = outcome.findings.len() - most;
    outcome.findings.truncate(most);
    let message = Text::new(
        format!("{left} autres constats ne sont pas montrés"),
        format!("{left} more findings are not shown"),
    );
    file_fault(outcome, evidence, "LIMIT", message);
}
