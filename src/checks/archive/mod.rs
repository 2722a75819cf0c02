//! Zip archives that are not IHE_XDM: opened with distrust, every member judged by its own check.
//!
//! Proofs of several artefacts come so: a message with its trace and its XDS submission in one zip.

use crate::checks::{Check, Context, Outcome};
use crate::evidence::archive::{self, Archive};
use crate::evidence::{Evidence, Kind};
use crate::finding::{Place, Rule, Severity};
use crate::text::{Text, text};

/// An archive without a single file.
pub static EMPTY: Rule = Rule::fixed(
    "DOSSIER-ARCHIVE-EMPTY",
    Severity::Error,
    text(
        "L'archive contient au moins un fichier",
        "The archive holds at least one file",
    ),
    text(
        "Une archive vide ne prouve rien.",
        "An empty archive proves nothing.",
    ),
    text(
        "Refaire l'archive avec les fichiers demandés.",
        "Make the archive anew with the files asked for.",
    ),
    "conforme, docs/dossier.md",
);

/// The check on zip archives of anything.
#[derive(Debug)]
pub struct ZipCheck;

impl Check for ZipCheck {
    fn id(&self) -> &'static str {
        "zip"
    }

    fn accepts(&self, kind: Kind) -> bool {
        kind == Kind::Zip
    }

    fn rules(&self) -> Vec<&'static Rule> {
        let mut rules = archive::rules::rules();
        rules.push(&EMPTY);
        rules
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let mut archive = Archive::open(evidence, context.limits);
        let names: Vec<String> = archive
            .members()
            .iter()
            .map(|member| member.name.clone())
            .collect();
        let names: Vec<String> = names.into_iter().filter(|name| !name.ends_with('/')).collect();
        if archive.readable() && names.is_empty() {
            outcome.findings.push(EMPTY.at(
                Place::file(evidence.path()),
                Text::fixed("archive sans aucun fichier", "archive without a single file"),
            ));
        }
        for name in &names {
            if let Some(bytes) = archive.extract(name) {
                outcome.extend(context.judge(&evidence.nested(name, bytes)));
            }
        }
        outcome.findings.extend(archive.take_findings());
        outcome.verified.push(Text::new(
            format!("{} fichier(s) dans l'archive", names.len()),
            format!("{} file(s) in the archive", names.len()),
        ));
        outcome
    }
}
