//! `conforme review`: an examiner's decisions on what no machine can judge.

mod card;
mod next;
mod set;

use std::path::Path;

use super::{Exit, Global, append_toml, toml_line};
use crate::assess::{Settings, assess};
use crate::record::{ProofRecord, Record, RequirementRecord, ScenarioRecord};
use crate::verdict::Verdict;

/// Options of `conforme review`.
#[derive(Debug, clap::Args)]
pub(crate) struct ReviewArguments {
    #[command(subcommand)]
    command: ReviewCommand,
}

#[derive(Debug, clap::Subcommand)]
enum ReviewCommand {
    /// Montrer la prochaine preuve à examiner : scénario, points à regarder, fichiers
    Next(next::NextArguments),
    /// Décider d'une preuve
    Set(set::SetArguments),
}

/// Runs the subcommand.
pub(crate) fn run(arguments: &ReviewArguments, global: &Global) -> anyhow::Result<Exit> {
    match &arguments.command {
        ReviewCommand::Next(next) => next::run(next, global),
        ReviewCommand::Set(set) => set::run(set, global),
    }
}

/// The dossier as it stands now.
fn record(dossier: &Path, global: &Global) -> anyhow::Result<Record> {
    let language = global.language();
    let settings = Settings {
        cache: global.cache(),
        limits: global.limits()?,
        today: Some(super::today(None)),
        ..Settings::default()
    };
    assess(dossier, &settings).map_err(|error| anyhow::anyhow!(error.message().get(language).to_owned()))
}

/// A proof with what it belongs to.
#[derive(Clone, Copy)]
struct Asked<'r> {
    requirement: &'r RequirementRecord,
    scenario: &'r ScenarioRecord,
    proof: &'r ProofRecord,
}

impl Asked<'_> {
    /// True when an examiner is to decide: a human must look, and there is something to look at.
    fn waits(&self) -> bool {
        self.proof.verdict == Verdict::ToReview && !self.proof.files.is_empty()
    }
}

/// Every proof once, in the order of the REM.
fn proofs(record: &Record) -> Vec<Asked<'_>> {
    let mut seen = std::collections::BTreeSet::new();
    let all = record.requirements.iter().flat_map(|requirement| {
        requirement.scenarios.iter().flat_map(move |scenario| {
            scenario.proofs.iter().map(move |proof| Asked {
                requirement,
                scenario,
                proof,
            })
        })
    });
    all.filter(|asked| seen.insert(asked.proof.id.as_str())).collect()
}
