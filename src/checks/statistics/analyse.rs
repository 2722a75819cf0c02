//! One statistics file from its bytes to its outcome.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::data::{Coverage, Indicator, indicator};
use super::layout::Layout;
use super::load::load;
use super::model::Table;
use super::period::month_name;
use super::read::Read;
use super::{consequences, periods, rates, repeated, rules, targets, totals, volumes};
use crate::checks::{Context, Outcome};
use crate::evidence::Evidence;
use crate::evidence::table::{self as evidence_table, Locator};
use crate::finding::{Finding, Severity};
use crate::text::Text;

/// What is said of a file, and what was recomputed.
#[derive(Debug)]
pub struct Analysis {
    /// Findings and what could not be judged.
    pub outcome: Outcome,
    /// Recomputed values, for `--format json`.
    pub measures: BTreeMap<String, Json>,
}

/// Judges a table file as statistics of the indicator of the options, if any.
pub fn analyse(evidence: &Evidence, context: &Context<'_>) -> Analysis {
    let asked = context.options.indicator.as_deref();
    let known = asked.and_then(indicator);
    let mut loaded = load(evidence, context, known);
    let mut outcome = std::mem::take(&mut loaded.outcome);
    if let (Some(id), None) = (asked, known) {
        outcome.not_evaluated.push(Text::new(
            format!("indicateur inconnu : {id}"),
            format!("unknown indicator: {id}"),
        ));
    }
    let mut measures = BTreeMap::new();
    match loaded.read {
        None => {}
        Some(Read::Other {
            layout,
            locator,
            findings,
        }) => {
            if asked.is_some() {
                outcome.findings.extend(findings);
                other_layout(&layout, &locator, &mut outcome);
            } else {
                only_a_table(&mut outcome);
            }
        }
        Some(Read::Table {
            table,
            findings,
            missing,
        }) => {
            if asked.is_some() || is_statistics(&table) {
                // Cells of a row that is cut wrong are wrong in consequence: the row itself is said.
                let cut: BTreeSet<u32> = outcome
                    .findings
                    .iter()
                    .filter(|finding| ROW_FAULTS.contains(&finding.rule.as_str()))
                    .filter_map(|finding| finding.place.line)
                    .collect();
                let apart = |finding: &Finding| finding.place.line.is_none_or(|line| !cut.contains(&line));
                outcome.findings.extend(findings.into_iter().filter(apart));
                judge(&table, &missing, known, context, &mut outcome, &mut measures);
            } else {
                only_a_table(&mut outcome);
            }
        }
    }
    limit_findings(&mut outcome, context.limits.findings_per_file);
    Analysis { outcome, measures }
}

/// Rules on how a row is cut into cells.
const ROW_FAULTS: [&str; 3] = ["TABLE-RAGGED", "TABLE-SEPARATOR", "TABLE-QUOTE"];

/// Enough known columns to say that a table is statistics: what is counted, and where or with what result.
pub(super) fn is_statistics(table: &Table) -> bool {
    let has = |names: &[&str]| names.iter().any(|name| table.fields.contains(*name));
    table.fields.len() >= 3
        && has(&[
            "count",
            "total",
            "attempts",
            "success",
            "failure",
            "numerator",
            "qualified",
            "document_id",
        ])
        && has(&["finess_geo", "channel", "result", "ins_status", "denominator"])
}

/// Rows of another width are a fault of statistics; in a table of something else they are only worth knowing.
fn only_a_table(outcome: &mut Outcome) {
    for finding in &mut outcome.findings {
        if finding.rule != evidence_table::OPEN.id {
            finding.severity = finding.severity.max(Severity::Warning);
        }
    }
}

fn limit_findings(outcome: &mut Outcome, limit: usize) {
    outcome.findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    outcome.findings = repeated::once(consequences::left_out(std::mem::take(&mut outcome.findings)));
    outcome.findings.truncate(limit);
}

/// Says how to go on when the layout is not read.
fn other_layout(layout: &Layout, locator: &Locator, outcome: &mut Outcome) {
    if outcome
        .findings
        .iter()
        .any(|finding| finding.rule == evidence_table::OPEN.id)
    {
        return;
    }
    match layout {
        Layout::NoHeader => outcome.findings.push(rules::HEADER.at(
            locator.row(1),
            Text::fixed(
                "la première ligne est déjà une donnée",
                "the first row is data already",
            ),
        )),
        Layout::Pivot {
            dimension, columns, ..
        } => {
            let columns = columns.join(", ");
            let message = Text::new(
                format!(
                    "tableau croisé : les colonnes {columns} portent les valeurs de « {dimension} » ; exporter une ligne par valeur, avec une colonne {dimension} et une colonne count"
                ),
                format!(
                    "pivot table: the columns {columns} hold the values of '{dimension}'; export one row for each value, with a column {dimension} and a column count"
                ),
            );
            outcome
                .findings
                .push(rules::LAYOUT.at(locator.row(1), message.clone()).found(columns));
            outcome.to_review.push(message);
        }
        Layout::Unknown {
            proposals, without, ..
        } => {
            let maps: Vec<String> = proposals
                .iter()
                .map(|(column, field)| format!("--map \"{column}={field}\""))
                .collect();
            let (proposed_fr, proposed_en) = if maps.is_empty() {
                (String::new(), String::new())
            } else {
                (
                    format!(" ; proposition : {}", maps.join(" ")),
                    format!("; proposal: {}", maps.join(" ")),
                )
            };
            let (lack_fr, lack_en) = if without.is_empty() {
                (String::new(), String::new())
            } else {
                (
                    format!(" ; sans colonne reconnue : {}", without.join(", ")),
                    format!("; without a known column: {}", without.join(", ")),
                )
            };
            let message = Text::new(
                format!("disposition inconnue{proposed_fr}{lack_fr}"),
                format!("unknown layout{proposed_en}{lack_en}"),
            );
            outcome
                .findings
                .push(rules::LAYOUT.at(locator.row(1), message.clone()));
            outcome.to_review.push(message);
        }
        Layout::Nothing => outcome.findings.push(rules::NO_ROWS.at(
            locator.file(),
            Text::fixed("fichier sans aucune ligne", "file without a single row"),
        )),
        Layout::Known { .. } => {}
    }
}

fn judge(
    table: &Table,
    missing: &[String],
    indicator: Option<&Indicator>,
    context: &Context<'_>,
    outcome: &mut Outcome,
    measures: &mut BTreeMap<String, Json>,
) {
    if outcome
        .findings
        .iter()
        .any(|finding| finding.rule == evidence_table::OPEN.id)
    {
        // What is missing at the end of a cut file is a consequence.
        return;
    }
    if table.rows == 0 {
        outcome.findings.push(rules::NO_ROWS.at(
            table.locator.file(),
            Text::fixed("aucune ligne de données", "no data row"),
        ));
        return;
    }
    for need in missing {
        outcome.findings.push(
            rules::COLUMN
                .at(
                    table.locator.file(),
                    Text::new(
                        format!("colonne absente : {}", need_label(need)),
                        format!("missing column: {need}"),
                    ),
                )
                .expected(need.as_str()),
        );
    }
    let options = &context.options.statistics;
    // Without a column of periods nothing can be said of them.
    let coverage = indicator
        .filter(|_| !missing.iter().any(|need| need == "period"))
        .map_or(Coverage::Any, |indicator| indicator.periods);
    if !missing.is_empty() {
        // Rows that only the missing column tells apart are alike in consequence.
        outcome
            .findings
            .retain(|finding| finding.rule != rules::DUPLICATE.id.as_ref());
    }
    outcome
        .findings
        .extend(periods::check(table, coverage, options.extraction));
    outcome.findings.extend(totals::check(table));
    outcome.findings.extend(rates::check(table));
    let mut values = Vec::new();
    if let Some(indicator) = indicator.filter(|_| missing.is_empty()) {
        dsr(table, indicator, context, outcome);
        let general = outcome.findings.len();
        outcome.findings.extend(volumes::check(table, indicator));
        targets::thresholds(table, indicator, outcome, &mut values);
        targets::rates(table, indicator, options.window.as_deref(), outcome, &mut values);
        for finding in outcome.findings.iter_mut().skip(general) {
            finding.source.clone_from(&indicator.source);
        }
    }
    let months = table
        .months
        .keys()
        .next()
        .zip(table.last_month())
        .map(|(first, last)| json!({ "first": month_name(*first), "last": month_name(last), "count": table.months.len() }));
    let rates: Vec<Json> = table
        .ratios
        .iter()
        .take(MEASURED_RATES)
        .filter_map(|ratio| {
            Some(json!({
                "label": ratio.label,
                "row": ratio.row,
                "period": ratio.period.name(),
                "numerator": ratio.numerator,
                "denominator": ratio.denominator,
                "rate": rates::percentage(ratio.numerator, ratio.denominator)?.to_string(),
            }))
        })
        .collect();
    *measures = BTreeMap::from([
        (
            "indicator".to_owned(),
            json!(indicator.map(|indicator| indicator.id.as_str())),
        ),
        ("rows".to_owned(), json!(table.rows)),
        ("months".to_owned(), json!(months)),
        ("values".to_owned(), json!(values)),
        ("totals".to_owned(), json!(totals_of(table))),
        ("rates".to_owned(), json!(rates)),
    ]);
    let shown = months_text(table);
    outcome.verified.push(Text::new(
        format!("{} lignes recalculées{shown}", table.rows),
        format!("{} rows recomputed{shown}", table.rows),
    ));
}

/// Ratios shown in the measures.
const MEASURED_RATES: usize = 200;

fn months_text(table: &Table) -> String {
    match (table.months.keys().next(), table.last_month()) {
        (Some(first), Some(last)) => format!(" ({} → {})", month_name(*first), month_name(last)),
        _ => String::new(),
    }
}

fn need_label(need: &str) -> String {
    need.split('|')
        .map(|need| {
            super::data::data()
                .field(need)
                .map_or(need, |field| field.label.as_str())
        })
        .collect::<Vec<_>>()
        .join(" / ")
}

/// Totals by channel, type, status and result: what an examiner compares with a dashboard.
fn totals_of(table: &Table) -> Vec<Json> {
    use super::data::Dimension;
    use super::model::{Selection, bit};
    let by = [
        Dimension::Unit,
        Dimension::Channel,
        Dimension::InsStatus,
        Dimension::Result,
        Dimension::Integration,
    ]
    .iter()
    .fold(0, |mask, dimension| mask | bit(*dimension));
    table
        .everything(&Selection::default(), by)
        .into_iter()
        .map(|(key, sum)| {
            let mut entry = serde_json::Map::new();
            for dimension in Dimension::ALL {
                let symbol = key.get(dimension.rank()).copied().unwrap_or(0);
                if symbol != 0 {
                    entry.insert(dimension.id().to_owned(), table.symbols.text(symbol).into());
                }
            }
            entry.insert("count".to_owned(), sum.value.into());
            Json::Object(entry)
        })
        .collect()
}

/// What the DSR changes: whether it asks for the indicator, and what it wants counted besides.
fn dsr(table: &Table, indicator: &Indicator, context: &Context<'_>, outcome: &mut Outcome) {
    let Some(dsr) = context.options.dsr.as_deref() else {
        return;
    };
    let same = |known: &str| known.eq_ignore_ascii_case(dsr);
    if !indicator.dsr.is_empty() && !indicator.dsr.iter().any(|known| same(known)) {
        outcome.findings.push(
            rules::INDICATOR_DSR
                .at(
                    table.locator.file(),
                    Text::new(
                        format!("{dsr} ne demande pas {}", indicator.id),
                        format!("{dsr} does not ask for {}", indicator.id),
                    ),
                )
                .expected(indicator.dsr.join(", "))
                .found(dsr),
        );
    }
    for expected in indicator.expects.iter().filter(|expected| same(&expected.dsr)) {
        let counted = table.symbols.find(&expected.unit).is_some();
        if !counted {
            let finding: Finding = rules::EXPECTED.at(
                table.locator.file(),
                Text::new(
                    format!("le fichier ne compte pas les {}", expected.unit),
                    format!("the file does not count {}", expected.unit),
                ),
            );
            outcome.findings.push(finding);
        }
    }
}
