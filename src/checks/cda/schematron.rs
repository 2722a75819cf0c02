//! The schematrons of a pack: the general ones, then that of the model of the document.

use super::gathered::Gathered;
use super::model::{Choice, choose};
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
    let mut paths = pack.general_schematrons();
    if let (Some(header), false) = (header, pack.is_embedded()) {
        paths.extend(model(header, file, pack, context, outcome));
    }
    let mut run = Run {
        document,
        file,
        pack,
        fired: 0,
        findings: Gathered::default(),
    };
    let options = EvaluateOptions {
        steps: context.limits.xpath_steps,
        findings: context.limits.findings_per_file,
        ..EvaluateOptions::default()
    };
    for path in &paths {
        run.schematron(path, &options, outcome);
    }
    let (count, faults) = (paths.len(), run.findings.findings.len());
    let label = pack.label();
    outcome.verified.push(Text::new(
        format!(
            "{label} : {count} schématron(s), {} règle(s) appliquée(s), {faults} constat(s)",
            run.fired
        ),
        format!(
            "{label}: {count} schematron(s), {} rule(s) fired, {faults} finding(s)",
            run.fired
        ),
    ));
    run.findings.findings
}

/// The schematron of the model of the document, told either way.
fn model(
    header: &CdaHeader,
    file: &str,
    pack: &Pack,
    context: &Context<'_>,
    outcome: &mut Outcome,
) -> Option<String> {
    let choice = choose(header, context.options.cda_model.as_deref());
    let told = choice.text();
    let Choice::Model(model) = &choice else {
        if matches!(choice, Choice::Unknown { .. } | Choice::Asked(_)) {
            outcome.not_evaluated.push(Text::new(
                format!("{file} : {}, aucun schématron de modèle appliqué", told.fr),
                format!("{file}: {}, no model schematron applied", told.en),
            ));
        } else {
            outcome.verified.push(told);
        }
        return None;
    };
    let found = pack.model_schematron(model.schematron);
    if found.is_some() {
        outcome.verified.push(told);
    } else {
        outcome.not_evaluated.push(Text::new(
            format!("{file} : {} absent de {}", told.fr, pack.label()),
            format!("{file}: {} absent from {}", told.en, pack.label()),
        ));
    }
    found
}

struct Run<'a> {
    document: &'a Document,
    file: &'a str,
    pack: &'a Pack,
    fired: usize,
    findings: Gathered,
}

impl Run<'_> {
    fn schematron(&mut self, path: &str, options: &EvaluateOptions, outcome: &mut Outcome) {
        let cell = self.pack.schematron(path);
        let Some(compiled) = cell.get() else { return };
        let (schema, warnings) = match compiled {
            Ok(compiled) => (&compiled.0, &compiled.1),
            Err(error) => {
                let reason = error.text();
                outcome.not_evaluated.push(Text::new(
                    format!("schématron non appliqué : {}", reason.fr),
                    format!("schematron not applied: {}", reason.en),
                ));
                return;
            }
        };
        self.lost(path, warnings, outcome);
        match schema.evaluate(self.document, self.file, options) {
            Ok(report) => self.report(path, &report, outcome),
            Err(error) => outcome.not_evaluated.push(error.text()),
        }
    }

    /// Tells what of a schematron is lost, once per reason.
    fn lost(&self, path: &str, warnings: &[LoadWarning], outcome: &mut Outcome) {
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
        let name = name(path);
        for reason in reasons {
            let told = Text::new(
                format!("{name} ({}) : {}", self.pack.label(), reason.fr),
                format!("{name} ({}): {}", self.pack.label(), reason.en),
            );
            if !outcome.not_evaluated.contains(&told) {
                outcome.not_evaluated.push(told);
            }
        }
    }

    fn report(&mut self, path: &str, report: &Report<'_>, outcome: &mut Outcome) {
        self.fired += report.fired;
        for missing in &report.not_evaluated {
            let told = Text::new(
                format!(
                    "{} ({}) : règle non évaluée, « {} » absent ou vide",
                    name(path),
                    self.pack.label(),
                    missing.address
                ),
                format!(
                    "{} ({}): rule not evaluated, '{}' missing or empty",
                    name(path),
                    self.pack.label(),
                    missing.address
                ),
            );
            if !outcome.not_evaluated.contains(&told) {
                outcome.not_evaluated.push(told);
            }
        }
        for broken in &report.findings {
            let finding = self.finding(path, broken);
            self.findings.push(finding);
        }
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
            .snippet(self.document.source_line(broken.node).trim())
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
