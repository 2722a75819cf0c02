//! The schematrons of a pack: the general ones, then that of the model of the document.

use rayon::prelude::*;

use super::gathered::Gathered;
use super::model::{Choice, Model, choose};
use crate::checks::{Context, Outcome};
use crate::engines::schematron::{EvaluateOptions, Finding as Broken, FindingKind, LoadWarning, Report};
use crate::engines::xml::Document;
use crate::evidence::cda_header::CdaHeader;
use crate::finding::{Finding, Place, Rule, SchematronDetail, Severity};
use crate::packs::{self, Pack, ProblemKind};
use crate::text::{Text, text};

/// An assert or a report of a schematron that is not documented by conforme itself.
pub(super) static CHECK: Rule = Rule::fixed(
    "CDA-SCH-ASSERT",
    Severity::Error,
    text(
        "Le document respecte les schématrons du jeu de règles",
        "The document obeys the schematrons of the pack",
    ),
    text(
        "Le texte est celui de l'auteur de la règle ; le jeu de règles, le schématron et le test XPath sont donnés avec le constat.",
        "The text is that of the author of the rule; the pack, the schematron and the XPath test come with the finding.",
    ),
    text(
        "Corriger l'élément désigné par le chemin selon le texte de la règle et le volet du modèle.",
        "Correct the element that the path names, following the text of the rule and the volume of the model.",
    ),
    "ANS, CI-SIS, TestContenuCDA",
);

/// A test that cannot be evaluated on the document.
pub(super) static DYNAMIC: Rule = Rule::fixed(
    "CDA-SCH-DYNAMIC",
    Severity::Error,
    text(
        "Chaque test des schématrons s'évalue sur le document",
        "Each test of the schematrons can be evaluated on the document",
    ),
    text(
        "Le test échoue au lieu de répondre, le plus souvent parce qu'un élément unique est répété : l'outil officiel s'arrête là, conforme continue.",
        "The test fails instead of answering, mostly because an element that must be unique is repeated: the official tool stops there, conforme goes on.",
    ),
    text(
        "Regarder l'élément désigné : valeurs multiples, type inattendu.",
        "Look at the element that the path names: several values, unexpected type.",
    ),
    "W3C, XPath 2.0, dynamic errors; ISO/IEC 19757-3",
);

/// The rules of schematrons.
pub(super) fn rules() -> Vec<&'static Rule> {
    let mut rules = vec![&CHECK, &DYNAMIC];
    rules.extend(packs::embedded_rules());
    rules
}

/// Judges a document with the schematrons of a pack: general ones always, that of the model when the pack has one.
pub(super) fn check(
    document: &Document,
    header: Option<&CdaHeader>,
    file: &str,
    pack: &Pack,
    context: &Context<'_>,
    outcome: &mut Outcome,
) -> Vec<Finding> {
    let mut run = Run {
        document,
        file,
        pack,
        options: EvaluateOptions {
            steps: context.limits.xpath_steps,
            findings: context.limits.findings_per_file,
            ..EvaluateOptions::default()
        },
        schematrons: 0,
        fired: 0,
        findings: Gathered::default(),
    };
    let general = pack.general_schematrons();
    let asked = context.options.cda_model.as_deref();
    let choice = header
        .filter(|_| !pack.is_embedded())
        .map(|header| choose(header, asked));
    let models = choice
        .as_ref()
        .map(|choice| run.models(choice))
        .unwrap_or_default();
    // Each schematron by itself, on whatever threads are free; what they say is told in their order.
    let paths: Vec<&String> = general
        .iter()
        .chain(models.iter().map(|(_, path)| path))
        .collect();
    let mut said: Vec<Said> = paths.par_iter().map(|path| run.schematron(path)).collect();
    let of_models = said.split_off(general.len().min(said.len()));
    for one in said {
        run.keep(one, outcome);
    }
    if let Some(choice) = choice {
        let judged = models.into_iter().map(|(model, _)| model).zip(of_models);
        run.model(&choice, judged.collect(), outcome);
    }
    let (label, count, fired) = (pack.label(), run.schematrons, run.fired);
    let faults = run.findings.findings.len();
    outcome.verified.push(Text::new(
        format!("{label} : {count} schématron(s), {fired} règle(s) appliquée(s), {faults} constat(s)"),
        format!("{label}: {count} schematron(s), {fired} rule(s) fired, {faults} finding(s)"),
    ));
    run.findings.findings
}

struct Run<'a> {
    document: &'a Document,
    file: &'a str,
    pack: &'a Pack,
    options: EvaluateOptions,
    schematrons: usize,
    fired: usize,
    findings: Gathered,
}

/// What one schematron says.
#[derive(Debug, Default)]
struct Said {
    fired: usize,
    findings: Vec<Finding>,
    not_evaluated: Vec<Text>,
}

impl Said {
    fn errors(&self) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .count()
    }

    fn lose(&mut self, reason: Text) {
        if !self.not_evaluated.contains(&reason) {
            self.not_evaluated.push(reason);
        }
    }
}

impl Run<'_> {
    /// The schematrons that may be that of the model of the document, with their paths in the pack.
    fn models(&self, choice: &Choice) -> Vec<(&'static Model, String)> {
        let models: &[&'static Model] = match choice {
            Choice::Model(model) => std::slice::from_ref(model),
            Choice::OneOf(models) => models,
            _ => &[],
        };
        models
            .iter()
            .filter_map(|model| Some((*model, self.pack.model_schematron(model.schematron)?)))
            .collect()
    }

    /// Keeps what the schematron of the model says, and tells the choice.
    fn model(&mut self, choice: &Choice, judged: Vec<(&'static Model, Said)>, outcome: &mut Outcome) {
        let told = choice.text();
        match choice {
            Choice::Model(_) | Choice::OneOf(_) => {}
            Choice::NonXml | Choice::Unnamed => {
                outcome.verified.push(told);
                return;
            }
            Choice::Unknown { .. } | Choice::Asked(_) => {
                outcome.not_evaluated.push(Text::new(
                    format!("{} : {}, aucun schématron de modèle appliqué", self.file, told.fr),
                    format!("{}: {}, no model schematron applied", self.file, told.en),
                ));
                return;
            }
        }
        // When the document does not say its version, the one that suits it best is taken, the oldest of equals.
        let best = judged
            .into_iter()
            .min_by_key(|(_, said)| (!said.not_evaluated.is_empty(), said.errors()));
        match best {
            Some((model, said)) => {
                outcome.verified.push(Text::new(
                    format!("{} : schématron {}", told.fr, model.schematron),
                    format!("{}: schematron {}", told.en, model.schematron),
                ));
                self.keep(said, outcome);
            }
            None => outcome.not_evaluated.push(Text::new(
                format!("{} : {} absent de {}", self.file, told.fr, self.pack.label()),
                format!("{}: {} absent from {}", self.file, told.en, self.pack.label()),
            )),
        }
    }

    /// Keeps what a schematron said.
    fn keep(&mut self, said: Said, outcome: &mut Outcome) {
        self.schematrons += 1;
        self.fired += said.fired;
        self.findings.extend(said.findings);
        for reason in said.not_evaluated {
            if !outcome.not_evaluated.contains(&reason) {
                outcome.not_evaluated.push(reason);
            }
        }
    }

    fn schematron(&self, path: &str) -> Said {
        let mut said = Said::default();
        let cell = self.pack.schematron(path);
        let (schema, warnings) = match cell.get() {
            Some(Ok((schema, warnings))) => (schema, warnings),
            Some(Err(error)) => {
                let reason = error.text();
                said.lose(Text::new(
                    format!("schématron non appliqué : {}", reason.fr),
                    format!("schematron not applied: {}", reason.en),
                ));
                return said;
            }
            None => return said,
        };
        self.lost(path, warnings, &mut said);
        match schema.evaluate(self.document, self.file, &self.options) {
            Ok(report) => self.report(path, &report, &mut said),
            Err(error) => said.lose(error.text()),
        }
        said
    }

    /// Tells what of a schematron is lost, once per reason.
    fn lost(&self, path: &str, warnings: &[LoadWarning], said: &mut Said) {
        let mut reasons: Vec<Text> = warnings
            .iter()
            .filter(|warning| warning.loses_checks())
            .map(LoadWarning::text)
            .collect();
        // A folder published as an empty file loses many includes for one reason.
        let hollow = self
            .pack
            .inventory()
            .problems
            .iter()
            .find(|problem| problem.kind == ProblemKind::Empty && problem.schemas.contains(path));
        if let (Some(problem), true) = (hollow, reasons.len() > 1) {
            reasons = vec![problem.text()];
        }
        let (name, label) = (name(path), self.pack.label());
        for reason in reasons {
            said.lose(Text::new(
                format!("{name} ({label}) : {}", reason.fr),
                format!("{name} ({label}): {}", reason.en),
            ));
        }
    }

    fn report(&self, path: &str, report: &Report<'_>, said: &mut Said) {
        said.fired = report.fired;
        let (name, label) = (name(path), self.pack.label());
        for missing in &report.not_evaluated {
            let address = &missing.address;
            said.lose(Text::new(
                format!("{name} ({label}) : règle non évaluée, « {address} » absent ou vide"),
                format!("{name} ({label}): rule not evaluated, '{address}' missing or empty"),
            ));
        }
        said.findings = report
            .findings
            .iter()
            .map(|broken| self.finding(path, broken))
            .collect();
    }

    fn finding(&self, path: &str, broken: &Broken<'_>) -> Finding {
        let check = broken.check;
        let author = broken.folded_text();
        let own = packs::embedded_rules().iter().find(|rule| rule.id == check.id);
        let place = Place::file(self.file)
            .line_column(broken.position.line, broken.position.column)
            .path(self.document.xpath(broken.node));
        let finding = match (&broken.kind, own.filter(|_| self.pack.is_embedded())) {
            (FindingKind::DynamicError(error), _) => {
                let message = Text::new(
                    format!("test impossible à évaluer ici ({error}) : {author}"),
                    format!("test cannot be evaluated here ({error}): {author}"),
                );
                DYNAMIC.at(place, message)
            }
            (_, Some(rule)) => {
                let english = broken
                    .diagnostics
                    .first()
                    .map(|(_, words)| words.split_whitespace().collect::<Vec<_>>().join(" "));
                rule.at(
                    place,
                    Text::new(author.clone(), english.unwrap_or_else(|| author.clone())),
                )
            }
            (kind, None) => CHECK.at(place, Text::verbatim(author.clone())).severity(severity(
                &check.role,
                &check.flag,
                kind,
            )),
        };
        let mut finding = finding
            .snippet(self.document.excerpt(broken.node, Finding::SNIPPET_LIMIT))
            .pack(self.pack.label());
        finding.schematron = Some(SchematronDetail {
            schema: name(path).to_owned(),
            test: check.test.clone(),
            location: broken.location.clone(),
            text: author,
        });
        finding
    }
}

/// The file name of a schematron.
fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The weight that the author gave, by role or flag; a failed assert is an error when nothing is said, a report that
/// holds is a warning.
fn severity(role: &str, flag: &str, kind: &FindingKind) -> Severity {
    let said = if role.is_empty() { flag } else { role }.to_lowercase();
    match said.as_str() {
        "warning" | "warn" | "avertissement" => Severity::Warning,
        "info" | "information" | "hint" => Severity::Info,
        "" if matches!(kind, FindingKind::SuccessfulReport) => Severity::Warning,
        _ => Severity::Error,
    }
}
