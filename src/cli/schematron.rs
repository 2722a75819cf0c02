//! `conforme schematron`: any ISO Schematron on any documents.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use serde_json::{Value, json};

use super::{Exit, Global};
use crate::engines::schematron::{
    EvaluateOptions, FileResolver, Finding, FindingKind, LoadWarning, MissingDocuments, Phase, Report,
    Schema, write_svrl,
};
use crate::engines::xml::{BeforeDeclaration, Document, ParseOptions};
use crate::limits::Limits;
use crate::text::{Language, Text};

/// Options of `conforme schematron`.
#[derive(Debug, clap::Args)]
pub(crate) struct SchematronArguments {
    /// Le schéma, fichier .sch (ISO Schematron, requêtes xslt2)
    #[arg(value_name = "SCHÉMA")]
    schema: PathBuf,
    /// Les documents à juger ; un répertoire vaut pour ses fichiers .xml
    #[arg(value_name = "DOCUMENT", required = true)]
    documents: Vec<PathBuf>,
    /// Format : human, json ou svrl
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "F", hide_possible_values = true, hide_default_value = true)]
    format: Format,
    /// Écrire un fichier <document>.svrl par document dans ce répertoire
    #[arg(long, value_name = "RÉPERTOIRE")]
    output_dir: Option<PathBuf>,
    /// La phase : un nom, #ALL ou #DEFAULT (celle que le schéma désigne)
    #[arg(
        long,
        value_name = "PHASE",
        default_value = "#DEFAULT",
        hide_default_value = true
    )]
    phase: String,
}

/// Output formats of `conforme schematron`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Human,
    Json,
    Svrl,
}

/// What the schema says of one document, already written.
struct Judged {
    human: String,
    json: Value,
    svrl: Option<String>,
    verdict: Verdict,
}

/// The verdict on one document, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    NonConform,
    NotEvaluated,
    Conform,
}

impl Verdict {
    fn as_str(self) -> &'static str {
        match self {
            Self::NonConform => "non_conform",
            Self::NotEvaluated => "not_evaluated",
            Self::Conform => "conform",
        }
    }
}

/// Evaluates the documents in parallel, prints in the order given.
pub(crate) fn run(arguments: &SchematronArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let limits = global.limits()?;
    let files = files(&arguments.documents)?;
    if files.is_empty() {
        return Ok(Exit::Nothing);
    }
    let address = arguments.schema.to_string_lossy();
    let resolver = Arc::new(FileResolver::new(limits.file_bytes));
    let (schema, warnings) = Schema::load(&address, resolver)
        .map_err(|error| anyhow::anyhow!(error.text().get(language).to_owned()))?;
    if !global.quiet {
        for warning in &warnings {
            anstream::eprintln!("{}: {}", warning.place, warning.text().get(language));
        }
    }
    let options = EvaluateOptions {
        phase: Phase::from_name(&arguments.phase),
        missing_documents: MissingDocuments::AsSpecified,
        steps: limits.xpath_steps,
        ..EvaluateOptions::default()
    };
    let judged: Vec<anyhow::Result<Judged>> = files
        .par_iter()
        .map(|file| judge(&schema, file, &options, &limits, language))
        .collect();
    let judged = judged.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    if let Some(folder) = &arguments.output_dir {
        write_files(folder, &files, &judged)?;
    }
    print(arguments, &schema, &warnings, &judged, language)?;
    let lost = warnings.iter().any(LoadWarning::loses_checks);
    Ok(match judged.iter().map(|judged| judged.verdict).min() {
        Some(Verdict::NonConform) => Exit::NonConform,
        Some(Verdict::NotEvaluated) => Exit::Incomplete,
        _ if lost => Exit::Incomplete,
        _ => Exit::Conform,
    })
}

/// The files to judge: those given, and the `.xml` files of the folders given.
fn files(given: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in given {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        for entry in walkdir::WalkDir::new(path).sort_by_file_name().max_depth(32) {
            let entry = entry?;
            let xml = entry
                .path()
                .extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case("xml"));
            if entry.file_type().is_file() && xml {
                files.push(entry.into_path());
            }
        }
    }
    Ok(files)
}

/// Reads and judges one document. A document that cannot be read is not evaluated.
fn judge(
    schema: &Schema,
    file: &Path,
    options: &EvaluateOptions,
    limits: &Limits,
    language: Language,
) -> anyhow::Result<Judged> {
    let name = file.to_string_lossy().into_owned();
    let parse = ParseOptions {
        before_declaration: BeforeDeclaration::Skip,
        ..ParseOptions::from(limits)
    };
    let document = match std::fs::read(file) {
        Ok(bytes) => Document::parse(&bytes, &parse).map_err(|error| {
            let place = error.position;
            let message = error.kind.text();
            (format!("{name}:{}:{}", place.line, place.column), message)
        }),
        Err(error) => Err((
            name.clone(),
            Text::new(
                format!("lecture impossible : {error}"),
                format!("cannot be read: {error}"),
            ),
        )),
    };
    let document = match document {
        Ok(document) => document,
        Err((place, message)) => return Ok(unreadable(&name, &place, &message, language)),
    };
    let report = schema
        .evaluate(&document, &name, options)
        .map_err(|error| anyhow::anyhow!(error.text().get(language).to_owned()))?;
    let verdict = if report.findings.iter().any(blocks) {
        Verdict::NonConform
    } else if report.not_evaluated.is_empty() && !report.findings.iter().any(is_dynamic) {
        Verdict::Conform
    } else {
        Verdict::NotEvaluated
    };
    let file_name = file
        .file_name()
        .map_or_else(|| name.clone(), |part| part.to_string_lossy().into_owned());
    Ok(Judged {
        human: human(&name, &report, verdict, language),
        json: to_json(&name, &report, verdict),
        svrl: Some(write_svrl(&report, &file_name)),
        verdict,
    })
}

fn unreadable(name: &str, place: &str, message: &Text, language: Language) -> Judged {
    let label = Text::fixed("non évalué", "not evaluated");
    Judged {
        human: format!("{place}: {}: {}\n", label.get(language), message.get(language)),
        json: json!({"file": name, "verdict": Verdict::NotEvaluated.as_str(), "error": message.get(language), "findings": []}),
        svrl: None,
        verdict: Verdict::NotEvaluated,
    }
}

fn is_dynamic(finding: &Finding<'_>) -> bool {
    matches!(finding.kind, FindingKind::DynamicError(_))
}

/// The severity that a role says; an error when it says nothing known.
fn severity(finding: &Finding<'_>) -> &'static str {
    match finding.check.role.to_ascii_lowercase().as_str() {
        "warning" | "warn" | "hint" => "warning",
        "info" | "information" | "notice" => "info",
        _ => "error",
    }
}

fn blocks(finding: &Finding<'_>) -> bool {
    !is_dynamic(finding) && severity(finding) == "error"
}

fn human(name: &str, report: &Report<'_>, verdict: Verdict, language: Language) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for finding in &report.findings {
        let place = finding.position;
        let label = match &finding.kind {
            FindingKind::DynamicError(error) => {
                let words = Text::new(
                    format!("non évaluable ({error})"),
                    format!("cannot be evaluated ({error})"),
                );
                words.get(language).to_owned()
            }
            _ => severity(finding).to_owned(),
        };
        let _ = writeln!(
            out,
            "{name}:{}:{}: {label}: {}",
            place.line,
            place.column,
            finding.folded_text()
        );
        let _ = writeln!(out, "    {}\n    {}", finding.location, finding.check.test);
    }
    for left_out in &report.not_evaluated {
        let words = Text::new(
            format!(
                "document absent « {} », {} nœud(s)",
                left_out.address, left_out.nodes
            ),
            format!(
                "missing document '{}', {} node(s)",
                left_out.address, left_out.nodes
            ),
        );
        let _ = writeln!(out, "{name}: {}: {}", words.get(language), left_out.check.test);
    }
    let verdict = match verdict {
        Verdict::Conform => Text::fixed("conforme", "conform"),
        Verdict::NonConform => Text::fixed("non conforme", "non-conform"),
        Verdict::NotEvaluated => Text::fixed("non évalué en entier", "not evaluated in full"),
    };
    let summary = Text::new(
        format!(
            "{name} : {}, {} règles appliquées, {} constats",
            verdict.fr,
            report.fired,
            report.findings.len()
        ),
        format!(
            "{name}: {}, {} rules fired, {} findings",
            verdict.en,
            report.fired,
            report.findings.len()
        ),
    );
    let _ = writeln!(out, "{}", summary.get(language));
    out
}

fn to_json(name: &str, report: &Report<'_>, verdict: Verdict) -> Value {
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| finding_json(report, finding))
        .collect();
    let not_evaluated: Vec<Value> = report
        .not_evaluated
        .iter()
        .map(|left_out| json!({"test": left_out.check.test, "document": &*left_out.address, "nodes": left_out.nodes}))
        .collect();
    json!({
        "file": name,
        "verdict": verdict.as_str(),
        "fired": report.fired,
        "findings": findings,
        "not_evaluated": not_evaluated,
    })
}

fn finding_json(report: &Report<'_>, finding: &Finding<'_>) -> Value {
    let kind = match &finding.kind {
        FindingKind::FailedAssert => "failed-assert",
        FindingKind::SuccessfulReport => "successful-report",
        FindingKind::DynamicError(_) => "dynamic-error",
    };
    let check = finding.check;
    let mut value = json!({
        "kind": kind,
        "severity": if is_dynamic(finding) { "warning" } else { severity(finding) },
        "line": finding.position.line,
        "column": finding.position.column,
        "location": finding.location,
        "pattern": report.pattern_of_rule(finding.rule).id,
        "context": report.context(finding.rule),
        "test": check.test,
        "role": check.role,
        "flag": check.flag,
        "id": check.id,
        "see": check.see,
        "text": finding.folded_text(),
    });
    if let FindingKind::DynamicError(error) = &finding.kind
        && let Some(object) = value.as_object_mut()
    {
        object.insert("code".to_owned(), json!(error.code()));
        object.insert("detail".to_owned(), json!(error.detail()));
    }
    if !finding.diagnostics.is_empty()
        && let Some(object) = value.as_object_mut()
    {
        let list: Vec<Value> = finding
            .diagnostics
            .iter()
            .map(|(id, text)| json!({"id": id, "text": text}))
            .collect();
        object.insert("diagnostics".to_owned(), Value::Array(list));
    }
    value
}

/// Writes `<document file name>.svrl` for every document that could be read; a name already used gets a number.
fn write_files(folder: &Path, files: &[PathBuf], judged: &[Judged]) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let mut used: BTreeSet<String> = BTreeSet::new();
    for (file, judged) in files.iter().zip(judged) {
        let Some(svrl) = &judged.svrl else { continue };
        let base = file
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let mut name = format!("{base}.svrl");
        let mut number = 2;
        while !used.insert(name.to_lowercase()) {
            name = format!("{base}-{number}.svrl");
            number += 1;
        }
        let path = folder.join(name);
        std::fs::write(&path, svrl).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn print(
    arguments: &SchematronArguments,
    schema: &Schema,
    warnings: &[LoadWarning],
    judged: &[Judged],
    language: Language,
) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    match arguments.format {
        Format::Human => {
            for judged in judged {
                out.write_all(judged.human.as_bytes())?;
            }
        }
        // Files were asked for: nothing twice.
        Format::Svrl if arguments.output_dir.is_some() => {}
        Format::Svrl => {
            for judged in judged {
                match &judged.svrl {
                    Some(svrl) => out.write_all(svrl.as_bytes())?,
                    None => anstream::eprint!("{}", judged.human),
                }
            }
        }
        Format::Json => {
            let warnings: Vec<Value> = warnings
                .iter()
                .map(|warning| {
                    json!({
                        "file": &*warning.place.file,
                        "line": warning.place.line,
                        "column": warning.place.column,
                        "message": warning.text().get(language),
                        "loses_checks": warning.loses_checks(),
                    })
                })
                .collect();
            let value = json!({
                "schema_version": 1,
                "tool": {"name": "conforme", "version": env!("CARGO_PKG_VERSION")},
                "schema": {
                    "file": schema.address(),
                    "title": schema.title(),
                    "version": schema.schema_version(),
                    "patterns": schema.pattern_count(),
                    "rules": schema.rule_count(),
                    "checks": schema.check_count(),
                },
                "warnings": warnings,
                "documents": judged.iter().map(|judged| &judged.json).collect::<Vec<_>>(),
            });
            serde_json::to_writer_pretty(&mut out, &value)?;
            writeln!(out)?;
        }
    }
    Ok(())
}
