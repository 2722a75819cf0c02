//! `conforme statistics`: statistics files against one indicator, everything recomputed.

use std::path::PathBuf;

use super::exit::ExitArguments;
use super::outputs::OutputArguments;
use super::{Exit, Global};
use crate::checks::statistics::{self, DashboardAgreement};
use crate::checks::{Context, Judged, Options, Outcome, SetCheck as _, StatisticsOptions, judge};
use crate::dossier::diagnostics::UNREADABLE;
use crate::evidence::{Evidence, Kind, table};
use crate::finding::Place;
use crate::record::{FindingRecord, SCHEMA_VERSION, Tool, ValidatedFile, ValidationRecord};
use crate::reports;
use crate::text::Text;
use crate::validate::validated;
use crate::verdict::{Verdict, rule_records};

/// Options of `conforme statistics`.
#[derive(Debug, clap::Args)]
pub(crate) struct StatisticsArguments {
    /// Fichiers de statistiques : CSV, xlsx, xls, ods, JSON ; plusieurs sont aussi comparés entre eux
    #[arg(required = true, value_name = "FICHIER")]
    files: Vec<PathBuf>,
    /// Indicateur : TBB/va1.01, MSS/UX.16, DMP/HISTO.07, VA-PFI, SUN-ES, DS1.4, AVENANT-10…
    #[arg(long, value_name = "ID")]
    indicator: String,
    /// DSR au titre duquel il est déposé (HOP-PFI-Va1…)
    #[arg(long, value_name = "DSR")]
    dsr: Option<String>,
    /// Champ d'une colonne dont le titre n'est pas connu, répétable
    #[arg(long = "map", value_name = "COLONNE=CHAMP")]
    mapping: Vec<String>,
    /// Jour de l'extraction, AAAA-MM-JJ : aucune période ne peut commencer après
    #[arg(long, value_name = "DATE")]
    extraction_date: Option<jiff::civil::Date>,
    /// Fenêtre de financement de SUN-ES : F1, F2, F3 ou F4
    #[arg(long, value_name = "F")]
    window: Option<String>,
    #[command(flatten)]
    outputs: OutputArguments,
    #[command(flatten)]
    exit: ExitArguments,
}

/// Judges the files, compares them, prints what is wrong and what was recomputed.
pub(crate) fn run(arguments: &StatisticsArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let fail = |text: Text| anyhow::anyhow!(text.get(language).to_owned());
    let options = options(arguments).map_err(fail)?;
    let limits = global.limits()?;
    let context = Context::new(&limits, &options);
    let mut files: Vec<ValidatedFile> = Vec::new();
    let mut judged: Vec<(usize, Evidence, Outcome)> = Vec::new();
    for path in &arguments.files {
        let shown = path.display().to_string().replace('\\', "/");
        match Evidence::open(path, &shown) {
            Ok(evidence) => {
                let (outcome, measures) = judge_one(&evidence, &context);
                let mut file = validated(&shown, Some(&evidence), outcome.clone());
                file.measures = measures;
                judged.push((files.len(), evidence, outcome));
                files.push(file);
            }
            Err(error) => {
                let reason = error.text();
                let outcome = Outcome {
                    findings: vec![UNREADABLE.at(Place::file(&shown), reason.clone())],
                    not_evaluated: vec![reason],
                    ..Outcome::default()
                };
                files.push(validated(&shown, None, outcome));
            }
        }
    }
    compare(&mut files, &judged, &context);
    let findings: Vec<FindingRecord> = files
        .iter()
        .flat_map(|file| file.findings.iter().cloned())
        .collect();
    let record = ValidationRecord {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: Tool::current(),
        packs: Vec::new(),
        rules: rule_records(&findings),
        files,
    };
    arguments.outputs.write(global, None, &|format, options, out| {
        reports::render_validation(&record, format, options, out)
    })?;
    let verdict = Verdict::worst(record.files.iter().map(|file| file.verdict));
    let findings = record.files.iter().flat_map(|file| &file.findings);
    Ok(arguments.exit.judge(verdict, findings))
}

/// The choices of the command line; an unknown indicator, field or window is a usage error.
fn options(arguments: &StatisticsArguments) -> Result<Options, Text> {
    if statistics::indicator(&arguments.indicator).is_none() {
        let known: Vec<&str> = statistics::indicators()
            .iter()
            .map(|indicator| indicator.id.as_str())
            .collect();
        let (asked, known) = (&arguments.indicator, known.join(", "));
        return Err(Text::new(
            format!("indicateur inconnu : {asked} ; connus : {known}"),
            format!("unknown indicator: {asked}; known: {known}"),
        ));
    }
    let mut mapping = std::collections::BTreeMap::new();
    for pair in &arguments.mapping {
        // A header may hold an equal sign; a field never does.
        let Some((column, field)) = pair.rsplit_once('=') else {
            return Err(Text::new(
                format!("--map {pair} : écrire colonne=champ"),
                format!("--map {pair}: write column=field"),
            ));
        };
        let field = field.trim();
        if statistics::data::data().field(field).is_none() {
            let known: Vec<&str> = statistics::data::data()
                .fields
                .iter()
                .map(|field| field.id.as_str())
                .collect();
            let known = known.join(", ");
            return Err(Text::new(
                format!("--map {pair} : champ inconnu « {field} » ; connus : {known}"),
                format!("--map {pair}: unknown field '{field}'; known: {known}"),
            ));
        }
        mapping.insert(column.trim().to_owned(), field.to_owned());
    }
    let window = arguments.window.as_ref().map(|window| window.to_uppercase());
    if let Some(window) = window
        .as_deref()
        .filter(|window| !["F1", "F2", "F3", "F4"].contains(window))
    {
        return Err(Text::new(
            format!("--window {window} : F1, F2, F3 ou F4"),
            format!("--window {window}: F1, F2, F3 or F4"),
        ));
    }
    Ok(Options {
        dsr: arguments.dsr.clone(),
        indicator: Some(arguments.indicator.clone()),
        statistics: StatisticsOptions {
            mapping,
            extraction: arguments.extraction_date,
            window,
        },
        ..Options::default()
    })
}

type Measures = std::collections::BTreeMap<String, serde_json::Value>;

/// Judges one file: a table as statistics, anything else as what it is, with a word that it is no statistics.
fn judge_one(evidence: &Evidence, context: &Context<'_>) -> (Outcome, Measures) {
    let readable = matches!(
        evidence.kind(),
        Kind::Csv | Kind::Workbook | Kind::Json | Kind::Text | Kind::Empty
    );
    if readable && table::loinc_exchange_file(evidence.name()).is_none() {
        let analysis = statistics::analyse(evidence, context);
        return (analysis.outcome, analysis.measures);
    }
    let mut outcome = judge(evidence, context);
    outcome.not_evaluated.push(Text::fixed(
        "ce fichier n'est pas un tableau de statistiques",
        "this file is no table of statistics",
    ));
    (outcome, Measures::new())
}

/// Compares the statistics files with the first one; a disagreement counts against the later file.
fn compare(files: &mut [ValidatedFile], judged: &[(usize, Evidence, Outcome)], context: &Context<'_>) {
    if judged.len() < 2 {
        return;
    }
    let set: Vec<Judged<'_>> = judged
        .iter()
        .map(|(_, evidence, outcome)| Judged { evidence, outcome })
        .collect();
    let together = DashboardAgreement.run(&set, &toml::Table::new(), context);
    let Some((last, _, _)) = judged.last() else {
        return;
    };
    for (index, evidence, outcome) in judged {
        let mut whole = outcome.clone();
        whole.findings.extend(
            together
                .findings
                .iter()
                .filter(|finding| finding.place.file == evidence.path())
                .cloned(),
        );
        // What is said of the set as a whole is shown once, with the last file.
        if index == last {
            whole.verified.extend(together.verified.iter().cloned());
            whole.to_review.extend(together.to_review.iter().cloned());
        }
        if let Some(file) = files.get_mut(*index) {
            let measures = std::mem::take(&mut file.measures);
            *file = validated(evidence.path(), Some(evidence), whole);
            file.measures = measures;
        }
    }
}
