//! Messages judged together (rules `ACK-MIRROR`, `SET-…`): a message and its acknowledgement, the steps of a
//! scenario, replacement and deletion of what was sent before. Inside one file and across files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::checks::{Context, Judged, Outcome, SetCheck};
use crate::engines::hl7v2::{MessageRef, ParseLimits, Parsed, parse, parse_xml};
use crate::engines::xml::{Document, ParseOptions};
use crate::evidence::{Evidence, Kind};
use crate::finding::{Place, Rule};
use crate::text::Text;

use super::documents;
use super::judgement::Judgement;
use super::profile::{Expression, library};
use super::rules;

/// The check of several HL7 v2 messages together.
///
/// Parameters: `acknowledgements_only`, files given together without a proof, of which nothing else is asked;
/// `steps`, the steps that the messages must show between them (`initial`, `replacement`, `deletion`,
/// `ins_qualified`, `ins_not_qualified`, `ins_removed`, `acknowledgement`…, see `scenarios.toml`); `optional`
/// (boolean, false by default): ask for no step when no message is filed.
pub struct Hl7v2Set;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenarios {
    step: Vec<Step>,
}

/// A step of a scenario: a condition that one of the messages must satisfy.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    id: String,
    title: [String; 2],
    when: String,
}

static STEPS: LazyLock<Vec<(Step, Expression)>> = LazyLock::new(|| {
    let text = include_str!("../../../testcases/profiles/hl7v2/scenarios.toml");
    #[expect(
        clippy::expect_used,
        reason = "the embedded scenarios are part of the program"
    )]
    // invariant: a unit test reads the same file.
    let scenarios: Scenarios = toml::from_str(text).expect("embedded HL7 v2 scenarios");
    let tables = library()
        .profiles
        .last()
        .map(|profile| profile.tables.clone())
        .unwrap_or_default();
    scenarios
        .step
        .into_iter()
        .filter_map(|step| {
            let condition = Expression::parse(&step.when, &tables).ok()?;
            Some((step, condition))
        })
        .collect()
});

/// What pairs and scenarios need of a message.
#[derive(Debug, Clone)]
struct Summary {
    place: Place,
    kind: String,
    event: String,
    control_id: String,
    sender: [String; 2],
    receiver: [String; 2],
    processing: String,
    acknowledged: Option<String>,
    document: Option<String>,
    parent: Option<String>,
    steps: Vec<usize>,
}

fn summary(file: &str, message: MessageRef<'_>) -> Option<Summary> {
    let header = message.header()?;
    let profile = library().select(message)?;
    let mut judgement = Judgement::new(file, message, profile);
    judgement.documents = documents::find(&judgement);
    let text = |number: usize| header.field(number).written().into_owned();
    let of = |segment: &str, number: usize| {
        let segment = message.first(segment)?;
        let value = segment.field(number).component(1).text().into_owned();
        (!value.is_empty()).then_some(value)
    };
    let steps = STEPS
        .iter()
        .enumerate()
        .filter(|(_, (_, condition))| condition.holds(judgement.scope(None)))
        .map(|(index, _)| index)
        .collect();
    Some(Summary {
        place: judgement.place(header.whole()),
        kind: judgement.kind.clone(),
        event: judgement.event.clone(),
        control_id: text(10),
        sender: [text(3), text(4)],
        receiver: [text(5), text(6)],
        processing: text(11),
        acknowledged: of("MSA", 2),
        document: of("TXA", 12),
        parent: of("TXA", 13),
        steps,
    })
}

/// Judges the messages of one file together.
pub(super) fn judge_messages(file: &str, messages: &[MessageRef<'_>], outcome: &mut Outcome) {
    if messages.len() < 2 {
        return;
    }
    let summaries: Vec<Summary> = messages
        .iter()
        .filter_map(|message| summary(file, *message))
        .collect();
    acknowledgements(&summaries, outcome);
    replacements(&summaries, outcome);
}

/// What is read of several files.
#[derive(Default)]
struct Sources {
    summaries: Vec<Summary>,
    /// How many files hold messages.
    files: usize,
}

impl Sources {
    /// Reads the messages of a file.
    fn read(&mut self, evidence: &Evidence, context: &Context<'_>) {
        let limits = ParseLimits {
            segments: context.limits.hl7_segments as usize,
            ..ParseLimits::default()
        };
        match evidence.kind() {
            Kind::Hl7v2 => {
                if let Ok(bytes) = evidence.bytes(context.limits.file_bytes) {
                    self.keep(evidence, &parse(&bytes, &limits));
                }
            }
            Kind::Hl7v2Xml => {
                let parsed = evidence
                    .bytes(context.limits.file_bytes)
                    .ok()
                    .and_then(|bytes| Document::parse(&bytes, &ParseOptions::from(context.limits)).ok())
                    .and_then(|document| parse_xml(&document, &limits).ok());
                if let Some(parsed) = parsed {
                    self.keep(evidence, &parsed);
                }
            }
            _ => {}
        }
    }

    fn keep(&mut self, evidence: &Evidence, parsed: &Parsed<'_>) {
        self.files += 1;
        self.summaries.extend(
            parsed
                .messages()
                .filter_map(|message| summary(evidence.path(), message)),
        );
    }
}

impl SetCheck for Hl7v2Set {
    fn id(&self) -> &'static str {
        "hl7v2-set"
    }

    fn rules(&self) -> Vec<&'static Rule> {
        ["ACK-MIRROR", "SET-STEP", "SET-REPLACE", "SET-DELETE", "SET-ID"]
            .iter()
            .filter_map(|id| rules::find(id))
            .map(|coded| &coded.rule)
            .collect()
    }

    fn opens_archives(&self) -> bool {
        true
    }

    fn run(&self, files: &[Judged<'_>], parameters: &toml::Table, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let mut sources = Sources::default();
        for judged in files {
            sources.read(judged.evidence, context);
        }
        let Sources {
            summaries,
            files: several,
        } = sources;
        if parameters
            .get("acknowledgements_only")
            .and_then(toml::Value::as_bool)
            == Some(true)
        {
            acknowledgements(&summaries, &mut outcome);
            return outcome;
        }
        steps(&summaries, parameters, files, &mut outcome);
        // What stands in one file has been judged with it.
        if several > 1 {
            acknowledgements(&summaries, &mut outcome);
            replacements(&summaries, &mut outcome);
        }
        outcome
    }
}

fn report(
    outcome: &mut Outcome,
    rule: &str,
    place: &Place,
    message: Text,
    expected: Option<&str>,
    found: Option<&str>,
) {
    let Some(coded) = rules::find(rule) else { return };
    let mut finding = coded.rule.at(place.clone(), message).hl7_error(&coded.code);
    if let Some(expected) = expected {
        finding = finding.expected(expected);
    }
    if let Some(found) = found {
        finding = finding.found(found);
    }
    outcome.findings.push(finding);
}

/// What an acknowledgement says otherwise than the message it answers: field, expected, found.
fn differences(initial: &Summary, answer: &Summary) -> Vec<(&'static str, String, String)> {
    let pairs = [
        (
            "MSA-2",
            &initial.control_id,
            answer.acknowledged.as_ref().unwrap_or(&answer.kind),
        ),
        ("MSH-3", &initial.receiver[0], &answer.sender[0]),
        ("MSH-4", &initial.receiver[1], &answer.sender[1]),
        ("MSH-5", &initial.sender[0], &answer.receiver[0]),
        ("MSH-6", &initial.sender[1], &answer.receiver[1]),
        ("MSH-11", &initial.processing, &answer.processing),
        ("MSH-9.2", &initial.event, &answer.event),
    ];
    pairs
        .into_iter()
        .filter(|(_, expected, found)| expected != found)
        .map(|(field, expected, found)| (field, expected.clone(), found.clone()))
        .collect()
}

/// Every acknowledgement against the message it fits best.
fn acknowledgements(messages: &[Summary], outcome: &mut Outcome) {
    let initials: Vec<&Summary> = messages.iter().filter(|message| message.kind != "ACK").collect();
    let answers: Vec<&Summary> = messages.iter().filter(|message| message.kind == "ACK").collect();
    // One message and one acknowledgement are a pair whatever they say; among several, MSA-2 tells.
    let pair = initials.len() == 1 && answers.len() == 1;
    for answer in answers {
        let Some((initial, differences)) = initials
            .iter()
            .filter(|initial| pair || answer.acknowledged.as_ref() == Some(&initial.control_id))
            .map(|initial| (*initial, differences(initial, answer)))
            .min_by_key(|(_, differences)| differences.len())
        else {
            continue;
        };
        for (field, expected, found) in differences {
            let message = Text::new(
                format!(
                    "{field} de l'acquittement : « {found} » au lieu de « {expected} », comme le veut le message {}",
                    initial.place.file
                ),
                format!(
                    "{field} of the acknowledgement: '{found}' instead of '{expected}', as the message {} wants",
                    initial.place.file
                ),
            );
            let place = answer.place.clone().path(if field.starts_with("MSA") {
                "MSA[1]-2".to_owned()
            } else {
                field.replace('-', "[1]-")
            });
            report(
                outcome,
                "ACK-MIRROR",
                &place,
                message,
                Some(&expected),
                Some(&found),
            );
        }
    }
}

/// Replacements and deletions against what was sent before, when something was.
fn replacements(messages: &[Summary], outcome: &mut Outcome) {
    let mut sent: BTreeMap<&str, usize> = BTreeMap::new();
    for document in messages.iter().filter_map(|message| message.document.as_deref()) {
        *sent.entry(document).or_default() += 1;
    }
    let all: usize = sent.values().sum();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for message in messages {
        if message.kind != "ACK" && !message.control_id.is_empty() && !used.insert(&message.control_id) {
            let words = Text::new(
                format!(
                    "l'identifiant de message « {} » (MSH-10) a déjà servi",
                    message.control_id
                ),
                format!(
                    "the message identifier '{}' (MSH-10) has been used before",
                    message.control_id
                ),
            );
            report(
                outcome,
                "SET-ID",
                &message.place,
                words,
                None,
                Some(&message.control_id),
            );
        }
        // What the other messages send.
        let own = message.document.as_deref();
        if all == usize::from(own.is_some()) {
            continue;
        }
        let elsewhere = |document: &str| {
            let times = sent.get(document).copied().unwrap_or_default();
            times > usize::from(own == Some(document))
        };
        if message.event == "T10"
            && let Some(parent) = &message.parent
            && !elsewhere(parent)
        {
            let words = Text::new(
                format!("le document remplacé « {parent} » (TXA-13) n'est transmis par aucun autre message"),
                format!("the replaced document '{parent}' (TXA-13) is not sent by any other message"),
            );
            report(outcome, "SET-REPLACE", &message.place, words, None, Some(parent));
        }
        if message.event == "T04"
            && let Some(document) = &message.document
            && !elsewhere(document)
        {
            let words = Text::new(
                format!(
                    "le document supprimé « {document} » (TXA-12) n'est transmis par aucun autre message"
                ),
                format!("the deleted document '{document}' (TXA-12) is not sent by any other message"),
            );
            report(outcome, "SET-DELETE", &message.place, words, None, Some(document));
        }
    }
}

/// The steps that the binding asks for.
fn steps(messages: &[Summary], parameters: &toml::Table, files: &[Judged<'_>], outcome: &mut Outcome) {
    let Some(wanted) = parameters.get("steps").and_then(toml::Value::as_array) else {
        return;
    };
    let optional = parameters.get("optional").and_then(toml::Value::as_bool) == Some(true);
    if optional && messages.is_empty() {
        return;
    }
    let place = files
        .first()
        .map_or_else(|| Place::file(""), |judged| Place::file(judged.evidence.path()));
    for id in wanted.iter().filter_map(toml::Value::as_str) {
        let Some(index) = STEPS.iter().position(|(step, _)| step.id == id) else {
            outcome.not_evaluated.push(Text::new(
                format!("étape de scénario HL7 v2 « {id} » inconnue"),
                format!("unknown HL7 v2 scenario step '{id}'"),
            ));
            continue;
        };
        let Some((step, _)) = STEPS.get(index) else {
            continue;
        };
        let [fr, en] = &step.title;
        if let Some(message) = messages.iter().find(|message| message.steps.contains(&index)) {
            outcome.verified.push(Text::new(
                format!(
                    "{fr} : {}^{} dans {}",
                    message.kind, message.event, message.place.file
                ),
                format!(
                    "{en}: {}^{} in {}",
                    message.kind, message.event, message.place.file
                ),
            ));
            continue;
        }
        let words = Text::new(
            format!("aucun message ne montre l'étape « {fr} »"),
            format!("no message shows the step '{en}'"),
        );
        report(outcome, "SET-STEP", &place, words, Some(id), None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_scenarios_load() {
        let text = include_str!("../../../testcases/profiles/hl7v2/scenarios.toml");
        let scenarios: Scenarios = toml::from_str(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(STEPS.len(), scenarios.step.len(), "a condition does not read");
    }
}
