//! Checks: what judges a file, or the files of a proof together. The registry is the one table in [`registry`].

pub mod archive;
pub mod cda;
pub mod certificates;
pub mod coherence;
pub mod contents;
pub mod documents;
pub mod hl7v2;
pub mod logs;
pub mod loinc;
pub mod mail;
pub mod media;
pub mod pdf;
mod registry;
pub mod statements;
pub mod statistics;
pub mod test_runs;
pub mod tokens;
pub mod vihf;
pub mod xdm;
pub mod xds;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use registry::{checks, rules, set_checks};

use crate::evidence::archive::Archive;
use crate::evidence::{Evidence, Kind};
use crate::facts::Facts;
use crate::finding::{Finding, Place, Rule, Severity};
use crate::limits::Limits;
use crate::packs::PackSet;
use crate::panics;
use crate::text::{Text, text};

/// A check that could not run to its end because of a fault of ours.
pub static INTERNAL: Rule = Rule::fixed(
    "CONFORME-INTERNAL",
    Severity::Warning,
    text(
        "Le contrôle s'est interrompu par une faute interne",
        "The check stopped on an internal fault",
    ),
    text(
        "Une faute de conforme, non du fichier : ce contrôle n'a rien conclu, la preuve reste non évaluée.",
        "A fault of conforme, not of the file: this check concluded nothing, the proof stays not evaluated.",
    ),
    text(
        "Signaler la faute avec le fichier, s'il peut être transmis.",
        "Report the fault, with the file if it can be sent.",
    ),
    "conforme",
);

/// Containers nested deeper than the limit.
pub static NESTING: Rule = Rule::fixed(
    "DOSSIER-NESTING",
    Severity::Error,
    text(
        "Conteneurs imbriqués trop profondément",
        "Containers nested too deeply",
    ),
    text(
        "Une archive dans un courriel dans une archive... au-delà de la limite, rien n'est ouvert.",
        "An archive in a mail in an archive... beyond the limit nothing is opened.",
    ),
    text(
        "Déposer les fichiers moins imbriqués.",
        "File the pieces less nested.",
    ),
    "conforme, docs/limits.md",
);

/// What a check says of a file.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Broken rules.
    pub findings: Vec<Finding>,
    /// What was learned, for coherence rules.
    pub facts: Facts,
    /// What was verified, told to the examiner ("lisible, 3 min 12 s, 1920×1080").
    pub verified: Vec<Text>,
    /// What could not be judged and why (pack absent, value set absent): the proof is then not evaluated.
    pub not_evaluated: Vec<Text>,
    /// What a human must still look at: the proof is then to review.
    pub to_review: Vec<Text>,
    /// The checks that ran on the file and on what it contains, by name.
    pub ran: BTreeSet<&'static str>,
}

impl Outcome {
    /// The bytes of `evidence`, unless there are more than `limit`; when they cannot be had the file is not evaluated,
    /// and why is told.
    pub fn bytes_of(&mut self, evidence: &Evidence, limit: u64) -> Option<Arc<Vec<u8>>> {
        match evidence.bytes(limit) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.not_evaluated.push(error.text());
                None
            }
        }
    }

    /// As [`Self::bytes_of`], and what cannot be had breaks `rule` too.
    pub fn bytes_or(&mut self, evidence: &Evidence, limit: u64, rule: &Rule) -> Option<Arc<Vec<u8>>> {
        let bytes = self.bytes_of(evidence, limit);
        if bytes.is_none()
            && let Some(reason) = self.not_evaluated.last()
        {
            self.findings
                .push(rule.at(Place::file(evidence.path()), reason.clone()));
        }
        bytes
    }

    /// Adds the outcome of another check, or of a nested file.
    pub fn extend(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.facts.extend(other.facts);
        self.verified.extend(other.verified);
        self.not_evaluated.extend(other.not_evaluated);
        self.to_review.extend(other.to_review);
        self.ran.extend(other.ran);
    }
}

/// Choices of the user or of a binding that change how a file is judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Options {
    /// HL7 v2 profile to use instead of the one that MSH selects.
    pub hl7_profile: Option<String>,
    /// CDA model to use instead of the one that templateIds and code select.
    pub cda_model: Option<String>,
    /// DSR of the dossier, when there is one.
    pub dsr: Option<String>,
    /// Statistics indicator a table is judged against.
    pub indicator: Option<String>,
    /// The proof asks for PDF/A-1: what breaks it is an error, not a remark.
    pub pdfa_required: bool,
    /// Codes of the value set "circuit de la biologie" of the user's pack, when there is one.
    pub loinc_codes: Option<Arc<BTreeSet<String>>>,
    /// Further choices on statistics files.
    pub statistics: StatisticsOptions,
}

/// Choices on how a statistics file is read and judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatisticsOptions {
    /// Columns told by the user: header to canonical field.
    pub mapping: std::collections::BTreeMap<String, String>,
    /// The day the file was extracted: no period may begin after it.
    pub extraction: Option<jiff::civil::Date>,
    /// Funding window (`F1` to `F4`) of usage targets.
    pub window: Option<String>,
}

/// What a check may use besides the evidence.
pub struct Context<'a> {
    /// Limits on what input controls.
    pub limits: &'a Limits,
    /// Choices of the user or the binding.
    pub options: &'a Options,
    /// The packs of rules, the embedded one first.
    pub packs: &'a PackSet,
}

impl<'a> Context<'a> {
    /// A context with these limits and choices, and the embedded pack alone.
    pub fn new(limits: &'a Limits, options: &'a Options) -> Self {
        Self {
            limits,
            options,
            packs: PackSet::embedded(),
        }
    }

    /// The same context with other packs.
    pub const fn with_packs(mut self, packs: &'a PackSet) -> Self {
        self.packs = packs;
        self
    }

    /// Judges a file found inside another one with every check that accepts it.
    pub fn judge(&self, evidence: &Evidence) -> Outcome {
        judge(evidence, self)
    }
}

/// Judges one file.
pub trait Check: Sync {
    /// Stable name, used by bindings.
    fn id(&self) -> &'static str;
    /// Whether the check has something to say of files of this kind.
    fn accepts(&self, kind: Kind) -> bool;
    /// The rules it may break, for `explain` and the documentation.
    fn rules(&self) -> Vec<&'static Rule>;
    /// Judges the file. Never panics on input; a panic is caught and becomes a finding all the same.
    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome;
}

/// A file and what its checks said of it.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    /// The file.
    pub evidence: &'a Evidence,
    /// The outcome of the checks that ran on it alone.
    pub outcome: &'a Outcome,
}

/// Judges the files of a proof (or a scenario) together: pairs, sequences, coherence, what the proof asks of them.
pub trait SetCheck: Sync {
    /// Stable name, used by bindings.
    fn id(&self) -> &'static str;
    /// The rules it may break, for `explain` and the documentation.
    fn rules(&self) -> Vec<&'static Rule>;
    /// Whether the check wants the members of zip archives as files of their own, beside the archives.
    fn opens_archives(&self) -> bool {
        false
    }
    /// Judges the files with the parameters that the binding gives.
    fn run(&self, files: &[Judged<'_>], parameters: &toml::Table, context: &Context<'_>) -> Outcome;
}

/// Judges `evidence` with every check of the registry that accepts it, recursively through containers.
pub fn judge(evidence: &Evidence, context: &Context<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    if evidence.depth() == 0 {
        evidence.forget_expanded();
    }
    if evidence.depth() > context.limits.nesting {
        let message = Text::new(
            format!("plus de {} conteneurs imbriqués", context.limits.nesting),
            format!("more than {} nested containers", context.limits.nesting),
        );
        outcome
            .findings
            .push(NESTING.at(Place::file(evidence.path()), message));
        return outcome;
    }
    let mut judged = false;
    for check in checks().iter().filter(|check| check.accepts(evidence.kind())) {
        judged = true;
        outcome.ran.insert(check.id());
        outcome.extend(guarded(check.id(), evidence.path(), || {
            check.run(evidence, context)
        }));
    }
    if !judged {
        let label = evidence.kind().label();
        outcome.not_evaluated.push(Text::new(
            format!(
                "{} : aucun contrôle ne sait juger ce fichier ({})",
                evidence.path(),
                label.fr
            ),
            format!(
                "{}: no check knows how to judge this file ({})",
                evidence.path(),
                label.en
            ),
        ));
    }
    outcome
}

/// Judges several files together with the check named `id`.
pub fn judge_set(id: &str, files: &[Judged<'_>], parameters: &toml::Table, context: &Context<'_>) -> Outcome {
    let Some(check) = set_checks().iter().find(|check| check.id() == id) else {
        let message = Text::new(
            format!("contrôle « {id} » inconnu"),
            format!("unknown check '{id}'"),
        );
        return Outcome {
            not_evaluated: vec![message],
            ..Outcome::default()
        };
    };
    let place = files.first().map(|file| file.evidence.path()).unwrap_or_default();
    let mut outcome = guarded(id, place, || {
        if !check.opens_archives() {
            return check.run(files, parameters, context);
        }
        let members = members(files, context);
        // What was learned of a member is in the outcome of its archive.
        let nothing = Outcome::default();
        let mut all = files.to_vec();
        all.extend(members.iter().map(|evidence| Judged {
            evidence,
            outcome: &nothing,
        }));
        check.run(&all, parameters, context)
    });
    outcome.ran.insert(check.id());
    outcome
}

/// The files in the zip archives among `files`, archives in archives included.
fn members(files: &[Judged<'_>], context: &Context<'_>) -> Vec<Evidence> {
    let mut archives: Vec<Evidence> = files
        .iter()
        .filter(|file| file.evidence.kind() == Kind::Zip)
        .map(|file| file.evidence.clone())
        .collect();
    let mut members = Vec::new();
    while let Some(zip) = archives.pop() {
        if zip.depth() == 0 {
            zip.forget_expanded();
        }
        if zip.depth() >= context.limits.nesting {
            continue;
        }
        // What is wrong with the archive was said when it was judged alone.
        let mut archive = Archive::open(&zip, context.limits);
        let names: Vec<String> = archive
            .members()
            .iter()
            .map(|member| member.name.clone())
            .filter(|name| !name.ends_with('/'))
            .collect();
        for name in names {
            let Some(bytes) = archive.extract(&name) else {
                continue;
            };
            let member = zip.nested(&name, bytes);
            if member.kind() == Kind::Zip {
                archives.push(member);
            } else {
                members.push(member);
            }
        }
    }
    members.sort_by(|one, other| one.path().cmp(other.path()));
    members
}

/// Runs a check; a panic becomes a finding and leaves the proof not evaluated.
fn guarded(id: &str, path: &str, run: impl FnOnce() -> Outcome) -> Outcome {
    panics::catch(run).unwrap_or_else(|cause| {
        let message = Text::new(
            format!("le contrôle « {id} » s'est interrompu : {cause}"),
            format!("the check '{id}' stopped: {cause}"),
        );
        Outcome {
            findings: vec![INTERNAL.at(Place::file(path), message.clone())],
            not_evaluated: vec![message],
            ..Outcome::default()
        }
    })
}
