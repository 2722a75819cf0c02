//! The import itself: open, choose the sheet, read its rows, say what was met.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::path::Path;

use serde::Serialize;

use super::super::catalogue::catalogue;
use super::super::model::{CoreScenario, Origin, OriginKind, Referential};
use super::build::{Builder, Tally};
use super::diagnostic::{self, Diagnostic, Diagnostics};
use super::headers::Field;
use super::layout::{self, Candidate, HEADER_ROWS, HeaderCells, LayoutKind};
use super::proofs::{self, WrittenProof};
use super::refusal::Refusal;
use super::rows::{Cell, Columns, SheetRow};
use super::source::{Book, Format, Value};
use super::{origin, references, steps};
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
    let mut reading = Reading {
        builder: Builder::new(&sheet, columns.has(Field::Statement)),
        steps: Vec::new(),
        merged: None,
        above: Vec::new(),
        sheet: &sheet,
        candidate: &candidate,
        columns: &columns,
    };
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

/// Columns searched for headers.
const HEADER_COLUMNS: u32 = 512;

/// The sheet whose headers fit a layout best.
fn choose_sheet(
    book: &mut Book<'_>,
    options: &ImportOptions,
    diagnostics: &mut Diagnostics,
) -> Result<(String, Candidate), Box<Refusal>> {
    let sheets = book.sheets();
    if let Some(wanted) = &options.sheet
        && !sheets.contains(wanted)
    {
        return Err(Refusal::new(
            "SHEET_NOT_FOUND",
            Text::new(
                format!(
                    "pas de feuille « {wanted} » ; feuilles du classeur : {}",
                    sheets.join(", ")
                ),
                format!(
                    "no sheet “{wanted}”; sheets of the workbook: {}",
                    sheets.join(", ")
                ),
            ),
        ));
    }
    let mut best: Option<(String, Candidate, bool)> = None;
    let mut first_row: Option<(String, HeaderCells)> = None;
    for sheet in sheets
        .iter()
        .filter(|sheet| options.sheet.as_ref().is_none_or(|wanted| wanted == *sheet))
    {
        let mut rows: Vec<(u32, HeaderCells)> = Vec::new();
        book.rows(
            sheet,
            &options.limits,
            &|column| column < HEADER_COLUMNS,
            &mut |row, cells| {
                if row >= HEADER_ROWS {
                    return ControlFlow::Break(());
                }
                let texts = cells
                    .iter()
                    .filter_map(|(column, value)| match value {
                        Value::Text(text) => Some((*column, text.clone().into_owned())),
                        _ => None,
                    })
                    .collect();
                rows.push((row, texts));
                ControlFlow::Continue(())
            },
        )?;
        if first_row.is_none() {
            first_row = rows
                .iter()
                .find(|(_, cells)| !cells.is_empty())
                .map(|(_, cells)| (sheet.clone(), cells.clone()));
        }
        if let Some(candidate) = layout::find(rows, sheet) {
            let expected = candidate.layout.sheets.contains(sheet);
            let rank = |candidate: &Candidate, expected: bool| {
                (
                    candidate.readable(),
                    candidate.layout.kind != LayoutKind::Requirements,
                    candidate.score,
                    expected,
                )
            };
            if best.as_ref().is_none_or(|(_, known, known_expected)| {
                rank(&candidate, expected) > rank(known, *known_expected)
            }) {
                best = Some((sheet.clone(), candidate, expected));
            }
        }
    }
    match best {
        Some((sheet, candidate, _)) if candidate.readable() => {
            for other in sheets.iter().filter(|other| **other != sheet) {
                diagnostics.add(&diagnostic::EXTRA_SHEET, None, || {
                    Text::new(format!("« {other} »"), format!("“{other}”"))
                });
            }
            Ok((sheet, candidate))
        }
        Some((sheet, candidate, _)) => Err(headers_missing(&sheet, &candidate)),
        None => Err(no_headers(first_row)),
    }
}

fn seen(cells: &HeaderCells) -> Vec<String> {
    const SHOWN: usize = 10;
    const LONGEST: usize = 60;
    cells
        .iter()
        .take(SHOWN)
        .map(|(_, cell)| {
            cell.split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .chars()
                .take(LONGEST)
                .collect()
        })
        .collect()
}

fn headers_missing(sheet: &str, candidate: &Candidate) -> Box<Refusal> {
    let headers_seen = seen(&candidate.cells);
    let code = if candidate.missing.is_empty() {
        "HEADER_NOT_FOUND"
    } else {
        "HEADER_MISSING"
    };
    let missing = if candidate.missing.is_empty() {
        let known: Vec<Field> = candidate
            .recognised
            .iter()
            .flatten()
            .map(|found| found.header.field)
            .collect();
        candidate
            .layout
            .headers
            .iter()
            .filter(|field| !known.contains(field))
            .map(|field| super::headers::usual(*field).to_owned())
            .collect()
    } else {
        candidate.missing.clone()
    };
    let mut refusal = Refusal::new(
        code,
        Text::new(
            format!(
                "feuille « {sheet} », ligne {} : il manque la colonne {} ; le modèle le plus proche est {} ; en-têtes lus : {}",
                candidate.row + 1,
                missing.iter().map(|name| format!("« {name} »")).collect::<Vec<_>>().join(", "),
                candidate.layout.id,
                headers_seen.join(" | "),
            ),
            format!(
                "sheet “{sheet}”, row {}: column {} is missing; the nearest layout is {}; headers read: {}",
                candidate.row + 1,
                missing.iter().map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", "),
                candidate.layout.id,
                headers_seen.join(" | "),
            ),
        ),
    )
    .in_sheet(sheet);
    refusal.headers_seen = headers_seen;
    refusal.nearest_layout = Some(candidate.layout.id.clone());
    refusal.missing = missing;
    refusal
}

fn no_headers(first_row: Option<(String, HeaderCells)>) -> Box<Refusal> {
    let Some((sheet, cells)) = first_row else {
        return Refusal::new(
            "EMPTY_SHEET",
            Text::fixed(
                "le classeur ne contient aucune cellule",
                "the workbook holds no cell",
            ),
        );
    };
    let headers_seen = seen(&cells);
    let mut refusal = Refusal::new(
        "HEADER_NOT_FOUND",
        Text::new(
            format!(
                "feuille « {sheet} » : pas d’en-têtes de REM dans les {HEADER_ROWS} premières lignes ; premières cellules lues : {}",
                headers_seen.join(" | ")
            ),
            format!(
                "sheet “{sheet}”: no REM headers in the first {HEADER_ROWS} rows; first cells read: {}",
                headers_seen.join(" | ")
            ),
        ),
    )
    .in_sheet(&sheet);
    refusal.headers_seen = headers_seen;
    refusal
}

/// The reading of the rows of one sheet.
struct Reading<'a> {
    builder: Builder,
    steps: Vec<CoreScenario>,
    /// Merged regions, read when a row lacks its identifier.
    merged: Option<Vec<(u32, u32, u32, u32)>>,
    /// The last row that had an identifier: field, column, text.
    above: Vec<(Field, u32, String)>,
    sheet: &'a str,
    candidate: &'a Candidate,
    columns: &'a Columns,
}

/// Fields that a merged cell carries down.
const CARRIED: &[Field] = &[
    Field::RequirementId,
    Field::Statement,
    Field::Profile,
    Field::SectionId,
    Field::SectionName,
    Field::Block,
    Field::Function,
    Field::Nature,
    Field::Conditional,
    Field::Dsr,
    Field::Scope,
    Field::Criticality,
    Field::ScenarioId,
    Field::ScenarioText,
    Field::Arbitration,
    Field::Status,
];

impl Reading<'_> {
    fn run(
        &mut self,
        book: &mut Book<'_>,
        limits: &Limits,
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<u32>, Box<Refusal>> {
        let before = diagnostics.clone();
        let (declared, orphan) = self.pass(book, limits, diagnostics)?;
        if !orphan {
            return Ok(declared);
        }
        // Merged regions stand at the end of a sheet: they are read, and the rows begun again, only for a sheet that
        // has a row without identifier.
        *diagnostics = before;
        self.builder.restart();
        self.steps.clear();
        self.above.clear();
        self.merged = Some(book.merged(self.sheet));
        Ok(self.pass(book, limits, diagnostics)?.0)
    }

    /// Reads the rows; stops at a row without identifier as long as merged regions are not known. Gives the last row
    /// declared, and whether it stopped.
    fn pass(
        &mut self,
        book: &mut Book<'_>,
        limits: &Limits,
        diagnostics: &mut Diagnostics,
    ) -> Result<(Option<u32>, bool), Box<Refusal>> {
        let columns = self.columns;
        let first = self.candidate.row;
        let id_column = columns.column(Field::RequirementId);
        let mut orphan = false;
        let declared = book.rows(
            self.sheet,
            limits,
            &|column| columns.reads(column),
            &mut |index, cells| {
                if index > first {
                    orphan = self.merged.is_none()
                        && cells.len() > 1
                        && id_column.is_some_and(|wanted| !cells.iter().any(|(column, _)| *column == wanted));
                    if orphan {
                        return ControlFlow::Break(());
                    }
                    let above = std::mem::take(&mut self.above);
                    self.row(columns.read(index, cells, diagnostics), &above, diagnostics);
                }
                ControlFlow::Continue(())
            },
        )?;
        Ok((declared, orphan))
    }

    fn row<'r>(
        &mut self,
        mut row: SheetRow<'r>,
        above: &'r [(Field, u32, String)],
        diagnostics: &mut Diagnostics,
    ) {
        if row.is_empty() {
            return;
        }
        self.builder.tally.rows += 1;
        if self.candidate.layout.kind == LayoutKind::Steps {
            steps::add(
                &mut self.steps,
                &row,
                self.sheet,
                &mut self.builder.tally,
                diagnostics,
            );
            return;
        }
        // Values of merged cells above, when this row stands in a merged region.
        if let Some(merged) = &self.merged {
            let mut filled = false;
            for (field, column, text) in above {
                let inside = merged
                    .iter()
                    .any(|(first_row, first_column, last_row, last_column)| {
                        (*first_row..=*last_row).contains(&row.index)
                            && *first_row < row.index
                            && (*first_column..=*last_column).contains(column)
                    });
                if inside && row.cell(*field).is_none() {
                    row.fill(
                        *field,
                        Cell {
                            column: *column,
                            text,
                            is_text: true,
                        },
                    );
                    filled = true;
                }
            }
            if filled {
                diagnostics.add(&diagnostic::MERGED_CELLS, Some((row.index, 0)), || {
                    Text::new(
                        format!("ligne {}", row.index + 1),
                        format!("row {}", row.index + 1),
                    )
                });
            }
        }
        let overflow = self.columns.overflow(&mut row, self.candidate.layout);
        if let Some(pair) = overflow {
            let column = pair.id.map_or(0, |cell| cell.column);
            diagnostics.add(&diagnostic::PROOF_OVERFLOW, Some((row.index, column)), || {
                Text::verbatim(
                    pair.id
                        .map(|cell| cell.text.trim().to_owned())
                        .unwrap_or_default(),
                )
            });
            row.pairs.push(pair);
        }
        let id_cell = row
            .cell(Field::RequirementId)
            .or_else(|| row.cell(Field::RequirementCopy));
        if let Some(cell) = id_cell {
            let proofs = self.written_proofs(&row);
            self.builder.add(&row, cell, proofs, diagnostics);
        } else {
            let column = self.columns.column(Field::RequirementId).unwrap_or(0);
            diagnostics.add(&diagnostic::ROW_NO_ID, Some((row.index, column)), || {
                Text::new(
                    format!("ligne {}", row.index + 1),
                    format!("row {}", row.index + 1),
                )
            });
        }
        if self.merged.is_some() {
            self.above = CARRIED
                .iter()
                .filter_map(|field| {
                    row.cell(*field)
                        .map(|cell| (*field, cell.column, cell.text.to_owned()))
                })
                .collect();
        }
    }

    fn written_proofs<'r>(&self, row: &SheetRow<'r>) -> Vec<WrittenProof<'r>> {
        let single = |id: Option<Cell<'r>>, text: Option<Cell<'r>>| {
            let place = id.or(text)?;
            Some(WrittenProof {
                id: id.map_or(Cow::Borrowed(""), |cell| Cow::Borrowed(cell.text)),
                text: text
                    .map(|cell| super::plain::plain(cell.text).into_owned())
                    .unwrap_or_default(),
                column: place.column,
            })
        };
        match self.candidate.layout.kind {
            LayoutKind::Wide => row
                .pairs
                .iter()
                .filter_map(|pair| single(pair.id, pair.text))
                .collect(),
            LayoutKind::ProofPerRow => single(row.cell(Field::ProofId), row.cell(Field::ProofText))
                .into_iter()
                .collect(),
            LayoutKind::ProofCell => row
                .cell(Field::ProofText)
                .map(|cell| proofs::split(cell.text, cell.column))
                .unwrap_or_default(),
            LayoutKind::Requirements | LayoutKind::Steps => Vec::new(),
        }
    }
}

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
        let mut unknown: Vec<&str> = Vec::new();
        for requirement in &referential.requirements {
            let profile = requirement.profile.as_str();
            if !profile.is_empty() && !unknown.contains(&profile) && dsr.profile(profile).is_none() {
                unknown.push(profile);
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
