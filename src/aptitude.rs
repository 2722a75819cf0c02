//! The VA (vérification d'aptitude) filed with a dossier: the document that the client signed, and the statistics that
//! show the product in use. Who signs what, and the numbers asked of each function, are data
//! (`testcases/statements/statements.toml`, `testcases/indicators/va-*.toml`).

use crate::checks::{self, Context, Judged, Options, Outcome, statistics};
use crate::dossier::diagnostics::PATTERN_EMPTY;
use crate::dossier::{Dossier, MANIFEST};
use crate::evidence::Evidence;
use crate::finding::{Finding, Place, Rule, Severity};
use crate::limits::Limits;
use crate::packs::PackSet;
use crate::text::{Text, text};

/// What the machine saw of the VA: the numbers it counted, what a human must still read.
pub static SEEN: Rule = Rule::fixed(
    "VA-SEEN",
    Severity::Info,
    text(
        "Ce que la machine a vu de la vérification d'aptitude",
        "What the machine saw of the aptitude verification",
    ),
    text(
        "La VA conditionne le versement du solde : document signé et daté par le client, et usage montré par les statistiques.",
        "The VA conditions the payment of the balance: a document signed and dated by the client, and use shown by statistics.",
    ),
    text(
        "Rien à corriger : lire ce qui reste à vérifier.",
        "Nothing to fix: read what remains to be verified.",
    ),
    "Webinaire Hôpital 2021, conditions de versement du solde",
);

/// Judges the VA that the manifest names, if any.
pub fn findings(dossier: &Dossier, dsr: &str, packs: &PackSet, limits: &Limits) -> Vec<Finding> {
    let filed = &dossier.manifest.va;
    let mut findings = Vec::new();
    if let Some(path) = &filed.document
        && let Some(evidence) = file(dossier, path, limits, &mut findings)
    {
        let options = Options::default();
        let context = Context::new(limits, &options).with_packs(packs);
        let alone = checks::judge(&evidence, &context);
        let judged = [Judged {
            evidence: &evidence,
            outcome: &alone,
        }];
        let together = checks::judge_set("va", &judged, &toml::Table::new(), &context);
        take(path, alone, &mut findings);
        take(path, together, &mut findings);
    }
    // The conditions are those of the function that the DSR stands for.
    let indicator = statistics::indicators()
        .iter()
        .find(|indicator| indicator.id.starts_with("VA-") && indicator.dsr.iter().any(|known| known == dsr));
    for path in &filed.statistics {
        let Some(evidence) = file(dossier, path, limits, &mut findings) else {
            continue;
        };
        let mut options = Options {
            dsr: Some(dsr.to_owned()),
            indicator: indicator.map(|indicator| indicator.id.clone()),
            ..Options::default()
        };
        options.statistics.window.clone_from(&dossier.manifest.window);
        let context = Context::new(limits, &options).with_packs(packs);
        take(path, checks::judge(&evidence, &context), &mut findings);
    }
    findings
}

/// A file of the VA, or a finding when the dossier does not hold it.
fn file(dossier: &Dossier, path: &str, limits: &Limits, findings: &mut Vec<Finding>) -> Option<Evidence> {
    let wanted = path.trim_start_matches("./");
    let found = dossier
        .files
        .iter()
        .find(|file| file.path == wanted)
        .and_then(|file| dossier.source.evidence(file, limits).ok());
    if found.is_none() {
        findings.push(
            PATTERN_EMPTY
                .at(
                    Place::file(MANIFEST),
                    Text::new(
                        format!("[va] : « {path} » n'est pas dans le dossier ou ne se lit pas"),
                        format!("[va]: '{path}' is not in the dossier or cannot be read"),
                    ),
                )
                .found(path),
        );
    }
    found
}

fn take(path: &str, outcome: Outcome, findings: &mut Vec<Finding>) {
    findings.extend(outcome.findings);
    let seen = outcome
        .verified
        .into_iter()
        .chain(
            outcome
                .not_evaluated
                .into_iter()
                .map(|words| marked(&words, "non évalué", "not evaluated")),
        )
        .chain(
            outcome
                .to_review
                .into_iter()
                .map(|words| marked(&words, "à vérifier", "to review")),
        );
    findings.extend(seen.map(|words| SEEN.at(Place::file(path), words)));
}

fn marked(words: &Text, fr: &str, en: &str) -> Text {
    Text::new(format!("{fr} : {}", words.fr), format!("{en}: {}", words.en))
}
