//! `conforme review set`: a decision, written to `revue.toml` and bound to the files it was made on.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::bail;

use super::{Asked, Exit, Global, append_toml, proofs, record, toml_line};
use crate::dossier::REVIEWS;
use crate::record::ProofRecord;
use crate::reports::labels_decision;
use crate::text::{Language, Text};
use crate::verdict::Verdict;
use crate::verdict::reviews::{DECISIONS, Reviews, evidence_hash};

/// Options of `conforme review set`.
#[derive(Debug, clap::Args)]
pub(super) struct SetArguments {
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

/// Decides. The files of the proof are hashed now: a later change of one makes the decision stale.
pub(super) fn run(arguments: &SetArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let say = |text: Text| text.get(language).to_owned();
    let record = record(&arguments.dossier, global)?;
    let all = proofs(&record);
    let Some(proof) = all
        .iter()
        .map(|asked| asked.proof)
        .find(|proof| proof.id == arguments.proof)
    else {
        bail!(say(unknown(&arguments.proof, &all)));
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
    let _ = writeln!(table, "date = {}", crate::cli::today(arguments.date));
    append_toml(&arguments.dossier, REVIEWS, &table, language, &|bytes| {
        Reviews::parse(bytes)
            .faults
            .first()
            .map(|fault| fault.message.get(language).to_owned())
    })?;
    if !global.quiet {
        let left = all
            .iter()
            .filter(|asked| asked.waits() && asked.proof.id != proof.id)
            .count();
        told(arguments, proof, left, language);
    }
    Ok(Exit::Conform)
}

/// Says what was written, what it does not change, and what is left.
fn told(arguments: &SetArguments, proof: &ProofRecord, left: usize, language: Language) {
    let path = arguments.dossier.join(REVIEWS);
    let (id, decision) = (&proof.id, labels_decision(&arguments.decision, language));
    let mut lines = vec![Text::new(
        format!("{} : {id} {decision}, par {}", path.display(), arguments.examiner),
        format!("{}: {id} {decision}, by {}", path.display(), arguments.examiner),
    )];
    if proof.verdict == Verdict::NonConform && arguments.decision == "accepted" {
        lines.push(Text::fixed(
            "la preuve reste non conforme : une revue ne lève pas les erreurs de la machine, une dérogation le peut (conforme waiver add)",
            "the proof stays non-conform: a review does not lift errors of the machine, a waiver can (conforme waiver add)",
        ));
    }
    lines.push(Text::new(
        format!("preuves encore à examiner : {left}"),
        format!("proofs still to review: {left}"),
    ));
    for line in lines {
        anstream::println!("{}", line.get(language));
    }
}

/// A proof that the REM does not have.
pub(super) fn unknown(id: &str, all: &[Asked<'_>]) -> Text {
    let near = crate::requirements::nearest(id, all.iter().map(|asked| asked.proof.id.as_str()));
    let (fr, en) = near.map_or_else(Default::default, |near| {
        (
            format!(" ; vouliez-vous « {near} » ?"),
            format!("; did you mean '{near}'?"),
        )
    });
    Text::new(
        format!("preuve inconnue « {id} »{fr}"),
        format!("unknown proof '{id}'{en}"),
    )
}
