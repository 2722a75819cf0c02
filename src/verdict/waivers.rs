//! Waivers (`derogations.toml`): faults that an authority accepts, for a time, for a reason.

use globset::{Glob, GlobMatcher};

use crate::dossier::{WAIVERS, read_toml};
use crate::finding::{Finding, Place, Rule, Severity};
use crate::record::{FindingRecord, WaiverRecord};
use crate::text::{Text, text};

/// The file of waivers has a fault.
pub static WAIVER_FAULT: Rule = Rule::fixed(
    "DOSSIER-WAIVER",
    Severity::Error,
    text(
        "Le fichier derogations.toml est exact",
        "The file derogations.toml is right",
    ),
    text(
        "Une dérogation mal écrite n'accepterait rien, ou trop.",
        "A badly written waiver would accept nothing, or too much.",
    ),
    text(
        "Chaque [[waiver]] donne rule ou proof, reason, authority, date et expiry.",
        "Every [[waiver]] gives rule or proof, reason, authority, date and expiry.",
    ),
    "conforme, docs/dossier.md",
);

/// A waiver past its expiry.
pub static WAIVER_EXPIRED: Rule = Rule::fixed(
    "DOSSIER-WAIVER-EXPIRED",
    Severity::Error,
    text("Aucune dérogation n'est échue", "No waiver is past its expiry"),
    text(
        "Une dérogation échue n'accepte plus rien.",
        "An expired waiver accepts nothing any more.",
    ),
    text(
        "Corriger la faute, ou faire prolonger la dérogation.",
        "Mend the fault, or have the waiver extended.",
    ),
    "conforme, docs/dossier.md",
);

/// A waiver that accepts nothing.
pub static WAIVER_UNUSED: Rule = Rule::fixed(
    "DOSSIER-WAIVER-UNUSED",
    Severity::Warning,
    text("Toute dérogation sert", "Every waiver is used"),
    text(
        "La faute est corrigée, ou la dérogation ne vise pas la bonne règle ou le bon fichier.",
        "The fault is mended, or the waiver does not aim at the right rule or file.",
    ),
    text(
        "La retirer, ou corriger ce qu'elle vise.",
        "Take it away, or mend what it aims at.",
    ),
    "conforme, docs/dossier.md",
);

/// A waiver ready to match.
#[derive(Debug)]
pub struct Waiver {
    /// As it goes into the record.
    pub record: WaiverRecord,
    pattern: Option<GlobMatcher>,
}

/// The waivers of a dossier.
#[derive(Debug, Default)]
pub struct Waivers {
    list: Vec<Waiver>,
    /// Faults of the file itself.
    pub faults: Vec<Finding>,
}

impl Waivers {
    /// Reads `derogations.toml`. `today` (`YYYY-MM-DD`) decides what is expired; without it nothing is.
    pub fn parse(bytes: &[u8], today: Option<&str>) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (list, faults) = read_toml(text.trim_start_matches('\u{feff}'), |root| {
            root.tables("waiver", |table| {
                let (line, _) = table.position("reason");
                let mut record = WaiverRecord {
                    rule: table.string("rule"),
                    proof: table.string("proof"),
                    file: table.string("file"),
                    fingerprint: table.string("fingerprint"),
                    reason: table.required("reason"),
                    authority: table.required("authority"),
                    date: table.date("date").unwrap_or_default(),
                    expiry: table.date("expiry").unwrap_or_default(),
                    line,
                    expired: false,
                    used: 0,
                };
                for key in ["date", "expiry"] {
                    let missing = if key == "date" { record.date.is_empty() } else { record.expiry.is_empty() };
                    if missing {
                        table.fault(key, Text::new(
                            format!("il manque « {key} » (AAAA-MM-JJ)"),
                            format!("'{key}' (YYYY-MM-DD) is missing"),
                        ));
                    }
                }
                if record.rule.is_none() && record.proof.is_none() && record.fingerprint.is_none() {
                    table.fault("rule", Text::fixed(
                        "une dérogation vise une règle (rule), une preuve (proof) ou un constat (fingerprint)",
                        "a waiver aims at a rule, a proof or a fingerprint",
                    ));
                }
                let pattern = match record.file.as_deref().map(Glob::new).transpose() {
                    Ok(glob) => glob.map(|glob| glob.compile_matcher()),
                    Err(error) => {
                        table.fault("file", wrong_pattern(&error));
                        None
                    }
                };
                record.expired = today.is_some_and(|today| record.expiry.as_str() < today);
                Waiver { record, pattern }
            })
        });
        let faults = faults
            .into_iter()
            .map(|fault| {
                WAIVER_FAULT.at(
                    Place::file(WAIVERS).line_column(fault.line, fault.column),
                    fault.message,
                )
            })
            .collect();
        Self {
            list: list.unwrap_or_default(),
            faults,
        }
    }

    /// The waivers of a saved record: expired or not as they were then, none used yet.
    pub fn from_records(records: &[WaiverRecord]) -> Self {
        let list = records
            .iter()
            .map(|record| Waiver {
                record: WaiverRecord {
                    used: 0,
                    ..record.clone()
                },
                // It was read once already: only a record changed by hand holds what is no pattern, taken to the letter.
                pattern: record.file.as_deref().and_then(|file| {
                    let glob = Glob::new(file).or_else(|_| Glob::new(&globset::escape(file)));
                    Some(glob.ok()?.compile_matcher())
                }),
            })
            .collect();
        Self {
            list,
            faults: Vec::new(),
        }
    }

    /// The waiver that accepts `finding`, counted against the proofs in `finding.proofs`. Marks it used.
    pub fn accept(&mut self, finding: &FindingRecord) -> Option<usize> {
        let index = self
            .list
            .iter()
            .position(|waiver| !waiver.record.expired && waiver.covers(finding))?;
        if let Some(waiver) = self.list.get_mut(index) {
            waiver.record.used += 1;
        }
        Some(index)
    }

    /// Findings on the waivers themselves: faults, expired ones, unused ones.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = self.faults.clone();
        for waiver in self.list.iter().filter(|waiver| waiver.record.expired) {
            let (aim, expiry) = (waiver.aim(), &waiver.record.expiry);
            findings.push(WAIVER_EXPIRED.at(
                waiver.place(),
                Text::new(
                    format!("la dérogation sur {aim} a échu le {expiry}"),
                    format!("the waiver on {aim} expired on {expiry}"),
                ),
            ));
        }
        findings.extend(self.unused());
        findings
    }

    /// A finding for each waiver in force that accepts nothing.
    pub fn unused(&self) -> Vec<Finding> {
        self.list
            .iter()
            .filter(|waiver| !waiver.record.expired && waiver.record.used == 0)
            .map(|waiver| {
                let aim = waiver.aim();
                WAIVER_UNUSED.at(
                    waiver.place(),
                    Text::new(
                        format!("la dérogation sur {aim} ne couvre aucun constat"),
                        format!("the waiver on {aim} covers no finding"),
                    ),
                )
            })
            .collect()
    }

    /// The waivers as they go into the record.
    pub fn into_records(self) -> Vec<WaiverRecord> {
        self.list.into_iter().map(|waiver| waiver.record).collect()
    }
}

/// What is wrong with a file pattern.
fn wrong_pattern(error: &globset::Error) -> Text {
    use globset::ErrorKind;
    let why = match error.kind() {
        ErrorKind::UnclosedClass => text("« [ » sans « ] »", "'[' without ']'"),
        ErrorKind::InvalidRange(..) => text(
            "intervalle à l'envers entre « [ » et « ] »",
            "range the wrong way round between '[' and ']'",
        ),
        ErrorKind::UnopenedAlternates => text("« } » sans « { »", "'}' without '{'"),
        ErrorKind::UnclosedAlternates => text("« { » sans « } »", "'{' without '}'"),
        ErrorKind::DanglingEscape => text("rien après « \\ »", "nothing after '\\'"),
        other => Text::verbatim(other.to_string()),
    };
    let pattern = error.glob().unwrap_or_default();
    Text::new(
        format!("motif inexact « {pattern} » : {}", why.fr),
        format!("wrong pattern '{pattern}': {}", why.en),
    )
}

impl Waiver {
    fn place(&self) -> Place {
        Place::file(WAIVERS).line_column(self.record.line, 1)
    }

    fn aim(&self) -> String {
        let parts = [
            &self.record.rule,
            &self.record.proof,
            &self.record.fingerprint,
            &self.record.file,
        ];
        parts
            .into_iter()
            .flatten()
            .cloned()
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn covers(&self, finding: &FindingRecord) -> bool {
        let is =
            |wanted: &Option<String>, value: &str| wanted.as_deref().is_none_or(|wanted| wanted == value);
        is(&self.record.rule, &finding.rule)
            && is(&self.record.fingerprint, &finding.fingerprint)
            && self
                .record
                .proof
                .as_ref()
                .is_none_or(|proof| finding.proofs.contains(proof))
            && self
                .pattern
                .as_ref()
                .is_none_or(|pattern| pattern.is_match(&finding.file))
    }
}
