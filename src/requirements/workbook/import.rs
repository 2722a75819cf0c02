//! The import itself: open, choose the sheet, read its rows, say what was met.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use super::super::catalogue::catalogue;
use super::super::model::{CoreScenario, Origin, OriginKind, Referential};
use super::build::Tally;
use super::choice::choose_sheet;
use super::diagnostic::{self, Diagnostic, Diagnostics};
use super::layout::LayoutKind;
use super::reading::Reading;
use super::refusal::Refusal;
use super::rows::Columns;
use super::source::{Book, Format};
use super::{origin, references};
use crate::evidence::sha256_hex;
use crate::finding::Severity;
use crate::limits::Limits;
use crate::text::Text;

/// Choices of the user.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// The sheet to read, instead of the one whose headers fit best.
    pub sheet: Option<String>,
    /// The limits.
    pub limits: Limits,
}

/// What a workbook holds, counted on its rows as they are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Data rows under the headers, obsolete ones included.
    pub rows: u64,
    /// Distinct requirement identifiers.
    pub requirements: u64,
    /// Distinct scenario identifiers, as written.
    pub scenarios: u64,
    /// Proofs of all rows.
    pub proofs: u64,
    /// Distinct proof identifiers, as written.
    pub proof_ids: u64,
}

/// An accepted workbook.
#[derive(Debug, Clone)]
pub struct Import {
    /// File name, no folder.
    pub file: String,
    /// Layout (`PUB34`).
    pub layout: &'static str,
    /// The sheet read.
    pub sheet: String,
    /// Row of the headers, from 1.
    pub header_row: u32,
    /// The DSR in the catalogue, or its code as written; `None` when the workbook does not say or holds several.
    pub dsr: Option<String>,
    /// The wave, when known.
    pub wave: Option<u8>,
    /// One referential per DSR of the workbook, in the order met; at least one.
    pub referentials: Vec<Referential>,
    /// Counts.
    pub counts: Counts,
    /// What was met, errors first.
    pub diagnostics: Vec<Diagnostic>,
}

impl Import {
    /// True when something was lost or contradicts itself.
    pub fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|diagnostic| diagnostic.code.severity == Severity::Error)
    }

    /// The referential of a DSR; of the only one when `dsr` is `None`.
    pub fn referential(&self, dsr: Option<&str>) -> Option<&Referential> {
        match (dsr, self.referentials.as_slice()) {
            (None, [only]) => Some(only),
            (None, _) => None,
            (Some(dsr), list) => list
                .iter()
                .find(|referential| referential.dsr.eq_ignore_ascii_case(dsr))
                .or(match list {
                    // A workbook that does not say its DSR is of the one the user says.
                    [only] if only.dsr.is_empty() => Some(only),
                    _ => None,
                }),
        }
    }
}

/// Reads a workbook file.
pub fn import(path: &Path, options: &ImportOptions) -> Result<Import, Box<Refusal>> {
    let io = |error: std::io::Error| {
        Refusal::new(
            "UNREADABLE",
            Text::new(
                format!("fichier illisible : {error}"),
                format!("unreadable file: {error}"),
            ),
        )
    };
    let size = std::fs::metadata(path).map_err(io)?.len();
    if size > options.limits.file_bytes {
        return Err(Refusal::new(
            "LIMITS",
            Text::new(
                format!(
                    "classeur refusé : {size} octets, la limite est de {}",
                    options.limits.file_bytes
                ),
                format!(
                    "workbook refused: {size} bytes, the limit is {}",
                    options.limits.file_bytes
                ),
            ),
        ));
    }
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    import_bytes(&name, &std::fs::read(path).map_err(io)?, options)
}

/// Reads a workbook held in memory; `name` is its file name.
pub fn import_bytes(name: &str, bytes: &[u8], options: &ImportOptions) -> Result<Import, Box<Refusal>> {
    let (mut book, format) = Book::open(bytes, &options.limits)?;
    let mut diagnostics = Diagnostics::default();
    match format {
        Format::Xlsx => {}
        Format::Xls => diagnostics.add(&diagnostic::FORMAT_XLS, None, || Text::verbatim(name.to_owned())),
        Format::Ods => diagnostics.add(&diagnostic::FORMAT_ODS, None, || Text::verbatim(name.to_owned())),
    }
    let (sheet, candidate) = choose_sheet(&mut book, options, &mut diagnostics)?;
    diagnostics.sheet(&sheet);
    if !candidate.layout.sheets.contains(&sheet) {
        diagnostics.add(&diagnostic::SHEET_BY_HEADERS, None, || {
            Text::new(format!("« {sheet} »"), format!("“{sheet}”"))
        });
    }
    if candidate.row > 0 {
        diagnostics.add(&diagnostic::HEADER_ROW, Some((candidate.row, 0)), || {
            Text::new(
                format!("ligne {}", candidate.row + 1),
                format!("row {}", candidate.row + 1),
            )
        });
    }
    let columns = Columns::new(&candidate, &mut diagnostics);
    let mut reading = Reading::new(&sheet, &candidate, &columns);
    let declared = reading.run(&mut book, &options.limits, &mut diagnostics)?;
    let Reading { builder, steps, .. } = reading;
    let (groups, mut tally) = builder.finish();
    if candidate.layout.kind == LayoutKind::Steps {
        // Step sheets number their rows in advance: those that are declared count, filled or not.
        tally.rows = declared.map_or(tally.rows, |last| u64::from(last.saturating_sub(candidate.row)));
    }
    if tally.rows == 0 {
        diagnostics.add(&diagnostic::NO_ROWS, None, || {
            Text::fixed("0 exigence", "0 requirement")
        });
    }
    if tally.rows > MANY_ROWS {
        diagnostics.add(&diagnostic::LIMITS, None, || {
            Text::new(format!("{} lignes", tally.rows), format!("{} rows", tally.rows))
        });
    }
    let source = Origin {
        kind: OriginKind::Workbook,
        name: name.to_owned(),
        sha256: sha256_hex(bytes),
    };
    let wave = origin::wave(&tally, candidate.layout.wave, name);
    let referentials = referentials(groups, steps, &tally, wave, name, &source, &mut diagnostics);
    let dsr = match referentials.as_slice() {
        [only] if !only.dsr.is_empty() => Some(only.dsr.clone()),
        _ => None,
    };
    Ok(Import {
        file: name.to_owned(),
        layout: &candidate.layout.id,
        header_row: candidate.row + 1,
        wave: wave.or_else(|| referentials.first().and_then(|referential| referential.wave)),
        dsr,
        counts: Counts {
            rows: tally.rows,
            requirements: tally.requirement_ids.len() as u64,
            scenarios: tally.scenario_ids.len() as u64,
            proofs: tally.proofs,
            proof_ids: tally.proof_ids.len() as u64,
        },
        referentials,
        diagnostics: diagnostics.finish(),
        sheet,
    })
}

/// A REM has at most 1 763 rows in all that is known.
const MANY_ROWS: u64 = 20_000;

/// One referential per DSR, with its profiles checked against the catalogue and its references resolved.
fn referentials(
    groups: Vec<(String, Vec<super::super::model::Requirement>)>,
    steps: Vec<CoreScenario>,
    tally: &Tally,
    wave: Option<u8>,
    name: &str,
    source: &Origin,
    diagnostics: &mut Diagnostics,
) -> Vec<Referential> {
    let several = groups.len() > 1;
    let groups = if groups.is_empty() {
        vec![(String::new(), Vec::new())]
    } else {
        groups
    };
    let mut steps = steps;
    let mut out = Vec::new();
    for (code, requirements) in groups {
        let known = if code.is_empty() {
            origin::dsr(tally, wave, name)
        } else {
            origin::by_code(&code, wave)
        };
        if known.is_none() && !code.is_empty() {
            diagnostics.add(&diagnostic::DSR_UNKNOWN, None, || {
                Text::new(format!("« {code} »"), format!("“{code}”"))
            });
        }
        let mut referential = Referential {
            dsr: known.map_or(code, |dsr| dsr.id.clone()),
            wave: wave.or(known.map(|dsr| dsr.wave)),
            version: String::new(),
            origin: source.clone(),
            requirements,
            core_scenarios: std::mem::take(&mut steps),
        };
        if several {
            diagnostics.add(&diagnostic::SEVERAL_DSR, None, || {
                Text::verbatim(referential.dsr.clone())
            });
        }
        finish(&mut referential, diagnostics);
        out.push(referential);
    }
    out
}

fn finish(referential: &mut Referential, diagnostics: &mut Diagnostics) {
    if let Some(dsr) = catalogue().dsr(&referential.dsr) {
        let mut unknown: BTreeSet<&str> = BTreeSet::new();
        for requirement in &referential.requirements {
            let profile = requirement.profile.as_str();
            if !profile.is_empty() && !unknown.contains(profile) && dsr.profile(profile).is_none() {
                unknown.insert(profile);
                diagnostics.add(
                    &diagnostic::PROFILE_UNKNOWN,
                    references::address(&requirement.cell),
                    || {
                        Text::new(
                            format!("« {profile} » ({})", requirement.id),
                            format!("“{profile}” ({})", requirement.id),
                        )
                    },
                );
            }
        }
    }
    for place in referential
        .requirements
        .iter()
        .flat_map(|requirement| &requirement.scenarios)
    {
        let numbers: Vec<u32> = place
            .proofs
            .iter()
            .filter_map(|proof| super::identifiers::last_number(&proof.id))
            .collect();
        if !numbers
            .iter()
            .copied()
            .eq(1..=u32::try_from(numbers.len()).unwrap_or(u32::MAX))
        {
            let cell = place
                .proofs
                .first()
                .and_then(|proof| references::address(&proof.cell));
            diagnostics.add(&diagnostic::PROOF_ORDER, cell, || {
                let list = numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
                Text::new(format!("{} : {list}", place.id), format!("{}: {list}", place.id))
            });
        }
    }
    references::resolve(referential, diagnostics);
}
