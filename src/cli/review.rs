//! `conforme review`: an examiner's decisions on what no machine can judge.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::bail;

use super::{Exit, Global, append_toml, toml_line};
use crate::assess::{Settings, assess};
use crate::dossier::REVIEWS;
use crate::record::{ProofRecord, Record, RequirementRecord};
use crate::text::{Language, Text};
use crate::verdict::Verdict;
use crate::verdict::reviews::{DECISIONS, Reviews, evidence_hash};

/// Options of `conforme review`.
#[derive(Debug, clap::Args)]
pub(crate) struct ReviewArguments {
    #[command(subcommand)]
    command: ReviewCommand,
}

#[derive(Debug, clap::Subcommand)]
enum ReviewCommand {
    /// Montrer la prochaine preuve à examiner : scénario, points à regarder, fichiers
    Next {
        /// Le dossier
        #[arg(default_value = ".", value_name = "DOSSIER")]
        dossier: PathBuf,
        /// Toutes celles qui restent, non la seule prochaine
        #[arg(long)]
        all: bool,
    },
    /// Décider d'une preuve
    Set(SetArguments),
}

#[derive(Debug, clap::Args)]
struct SetArguments {
    /// Identifiant de la preuve
    #[arg(value_name = "PREUVE")]
    proof: String,
    /// Le dossier
    #[arg(default_value = ".", value_name = "DOSSIER")]
    dossier: PathBuf,
    /// accepted (acceptée), refused (refusée) ou to_complete (à compléter)
    #[arg(long, value_name = "DÉCISION", value_parser = DECISIONS, hide_possible_values = true)]
    decision: String,
    /// Qui décide
    #[arg(long, value_name = "NOM")]
    examiner: String,
    /// En ses mots
    #[arg(long, value_name = "TEXTE", default_value = "", hide_default_value = true)]
    comment: String,
    /// Quand, AAAA-MM-JJ (aujourd'hui par défaut)
    #[arg(long, value_name = "DATE")]
    date: Option<jiff::civil::Date>,
}

/// Runs the subcommand.
pub(crate) fn run(arguments: &ReviewArguments, global: &Global) -> anyhow::Result<Exit> {
    match &arguments.command {
        ReviewCommand::Next { dossier, all } => next(dossier, *all, global),
        ReviewCommand::Set(set) => decide(set, global),
    }
}

fn record(dossier: &Path, global: &Global) -> anyhow::Result<Record> {
    let language = global.language();
    let settings = Settings {
        cache: global.cache(),
        today: Some(super::today(None)),
        ..Settings::default()
    };
    assess(dossier, &settings).map_err(|error| anyhow::anyhow!(error.message().get(language).to_owned()))
}

fn proofs(record: &Record) -> impl Iterator<Item = (&RequirementRecord, &str, &ProofRecord)> {
    record.requirements.iter().flat_map(|requirement| {
        requirement.scenarios.iter().flat_map(move |scenario| {
            scenario
                .proofs
                .iter()
                .map(move |proof| (requirement, scenario.text.as_str(), proof))
        })
    })
}

fn next(dossier: &Path, all: bool, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let record = record(dossier, global)?;
    let waiting: Vec<_> = proofs(&record)
        .filter(|(_, _, proof)| proof.verdict == Verdict::ToReview && !proof.files.is_empty())
        .collect();
    if waiting.is_empty() {
        anstream::println!(
            "{}",
            Text::fixed("plus rien à examiner", "nothing left to review").get(language)
        );
        return Ok(Exit::Conform);
    }
    let shown = if all { waiting.len() } else { 1 };
    for (requirement, scenario, proof) in waiting.iter().take(shown) {
        anstream::println!("{}", card(dossier, requirement, scenario, proof, language));
    }
    let left = waiting.len();
    let message = Text::new(
        format!("{left} preuve(s) à examiner"),
        format!("{left} proof(s) to review"),
    );
    anstream::println!("{}", message.get(language));
    Ok(Exit::Incomplete)
}

/// Everything an examiner needs to decide, and the command that does it.
fn card(
    dossier: &Path,
    requirement: &RequirementRecord,
    scenario: &str,
    proof: &ProofRecord,
    language: Language,
) -> String {
    let say = |fr: &'static str, en: &'static str| if language == Language::Fr { fr } else { en };
    let mut text = format!("{} — {}\n", proof.id, proof.title.get(language));
    let _ = writeln!(
        text,
        "  {} {} — {}",
        say("exigence", "requirement"),
        requirement.id,
        requirement.title.get(language)
    );
    if !scenario.is_empty() {
        let _ = writeln!(
            text,
            "  {} {}",
            say("scénario :", "scenario:"),
            scenario.replace('\n', "\n    ")
        );
    }
    let _ = writeln!(text, "  {}", say("à regarder :", "to look at:"));
    for point in &proof.to_review {
        let _ = writeln!(text, "    - {}", point.get(language));
    }
    if !proof.verified.is_empty() {
        let _ = writeln!(
            text,
            "  {}",
            say("vérifié par la machine :", "verified by the machine:")
        );
        for point in &proof.verified {
            let _ = writeln!(text, "    - {}", point.get(language));
        }
    }
    let _ = writeln!(text, "  {}", say("fichiers :", "files:"));
    for file in &proof.files {
        let _ = writeln!(text, "    {}", dossier.join(file).display());
    }
    let _ = writeln!(
        text,
        "  → conforme review set {} {} --decision accepted --examiner \"…\"",
        proof.id,
        dossier.display()
    );
    text
}

fn decide(arguments: &SetArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let say = |text: Text| text.get(language).to_owned();
    let record = record(&arguments.dossier, global)?;
    let Some((_, _, proof)) = proofs(&record).find(|(_, _, proof)| proof.id == arguments.proof) else {
        let ids: Vec<&str> = proofs(&record).map(|(_, _, proof)| proof.id.as_str()).collect();
        let hint = crate::requirements::nearest(&arguments.proof, ids.iter().copied());
        bail!(say(Text::new(
            format!(
                "preuve inconnue « {} »{}",
                arguments.proof,
                hint.map(|near| format!(" ; vouliez-vous « {near} » ?"))
                    .unwrap_or_default()
            ),
            format!(
                "unknown proof '{}'{}",
                arguments.proof,
                hint.map(|near| format!("; did you mean '{near}'?"))
                    .unwrap_or_default()
            ),
        )));
    };
    if proof.files.is_empty() {
        bail!(say(Text::fixed(
            "cette preuve n'a pas de fichier : il n'y a rien à décider",
            "this proof has no file: there is nothing to decide"
        )));
    }
    let hash_of = |path: &str| {
        record
            .evidence
            .iter()
            .find(|file| file.path == path)
            .map_or("", |file| file.sha256.as_str())
    };
    let hash = evidence_hash(proof.files.iter().map(|path| (hash_of(path), path.as_str())));
    let mut table = String::from("\n[[review]]\n");
    for (key, value) in [
        ("proof", arguments.proof.as_str()),
        ("examiner", &arguments.examiner),
        ("decision", &arguments.decision),
        ("comment", &arguments.comment),
        ("evidence_sha256", &hash),
    ] {
        table.push_str(&toml_line(key, value));
    }
    let _ = writeln!(table, "date = {}", super::today(arguments.date));
    append_toml(&arguments.dossier, REVIEWS, &table, language, &|bytes| {
        Reviews::parse(bytes)
            .faults
            .first()
            .map(|fault| fault.message.get(language).to_owned())
    })?;
    if !global.quiet {
        let (path, proof) = (arguments.dossier.join(REVIEWS), &arguments.proof);
        let done = Text::new(
            format!("{} : décision sur {proof} écrite", path.display()),
            format!("{}: decision on {proof} written", path.display()),
        );
        anstream::println!("{}", done.get(language));
    }
    Ok(Exit::Conform)
}
