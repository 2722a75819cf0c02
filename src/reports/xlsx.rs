//! `xlsx`: the REM as examiners know it, with the verdicts beside. Two sheets: `Exigences` in the publication layout
//! (a row per scenario, numbered proof columns), which `conforme rem import` reads back, and `Convergence` (a row per
//! proof). Columns of ours come last, so that whoever reads by header is not disturbed.

use std::io::Write;

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
};

use super::options::Options;
use super::{ReportError, labels, view};
use crate::record::{ProofRecord, Record, RequirementRecord, ScenarioRecord};
use crate::text::{Language, Text};
use crate::verdict::Verdict;

/// Pairs of proof columns of the publication layout, when no scenario asks for more.
const PROOF_COLUMNS: usize = 10;
/// Most characters Excel accepts in a cell.
const CELL_LIMIT: usize = 32_767;

/// Headers of the publication layout, before its proof columns. Data of the layout, so in French whatever the language.
const PUBLICATION: [&str; 11] = [
    "Exigence conditionnelle OUI/NON",
    "Profil",
    "ID Section",
    "Section",
    "Bloc",
    "Fonction",
    "Nature de l'exigence",
    "N° exigence",
    "Énoncé de l'exigence (DOIT) ou de la préconisation (PEUT)",
    "N° scénario",
    "Scénario de conformité",
];

/// Headers of the Convergence layout.
const CONVERGENCE: [&str; 14] = [
    "Périmètre",
    "ID",
    "Chapitre",
    "Fonction",
    "Exigence",
    "Commentaire",
    "Profil",
    "N° scénario",
    "Scénario de conformité",
    "N° preuve",
    "Preuve",
    "Profil historique",
    "Criticité",
    "Ordre",
];

/// A record as a workbook.
pub(super) fn record(record: &Record, options: &Options, out: &mut dyn Write) -> Result<(), ReportError> {
    let mut workbook = Workbook::new();
    // No clock in a report: the same record gives the same bytes.
    let epoch = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_creation_datetime(&epoch)
            .set_title(format!(
                "{} {} {}",
                record.dossier.dsr, record.dossier.product, record.dossier.version
            ))
            .set_author(format!("{} {}", record.tool.name, record.tool.version)),
    );
    let styles = Styles::new();
    publication(workbook.add_worksheet(), record, options.language, &styles)?;
    convergence(workbook.add_worksheet(), record, options.language, &styles)?;
    let bytes = workbook.save_to_buffer()?;
    out.write_all(&bytes)?;
    Ok(())
}

struct Styles {
    header: Format,
    text: Format,
}

impl Styles {
    fn new() -> Self {
        Self {
            header: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Top)
                .set_background_color(Color::RGB(0xE3_EFFF))
                .set_border_bottom(FormatBorder::Thin),
            text: Format::new().set_text_wrap().set_align(FormatAlign::Top),
        }
    }

    /// Colour helps the eye; the word in the cell says the same.
    fn verdict(verdict: Verdict) -> Format {
        let color = match verdict {
            Verdict::NonConform => 0xFD_E8EA,
            Verdict::Missing => 0xFF_F0E0,
            Verdict::NotEvaluated => 0xFF_F4C7,
            Verdict::ToReview => 0xE3_EFFF,
            Verdict::Waived => 0xF3_E8FD,
            Verdict::Conform => 0xDF_F5E6,
            Verdict::NotApplicable => 0xEC_EFF2,
        };
        Format::new()
            .set_align(FormatAlign::Top)
            .set_background_color(Color::RGB(color))
    }
}

/// A sheet being filled, row by row.
struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    styles: &'a Styles,
    language: Language,
    row: u32,
    column: u16,
}

impl Sheet<'_> {
    fn header(&mut self, words: &str, width: f64) -> Result<(), ReportError> {
        self.sheet
            .write_string_with_format(self.row, self.column, words, &self.styles.header)?;
        self.sheet.set_column_width(self.column, width)?;
        self.column += 1;
        Ok(())
    }

    fn text(&mut self, words: &str) -> Result<(), ReportError> {
        if !words.is_empty() {
            self.sheet
                .write_string_with_format(self.row, self.column, cell(words), &self.styles.text)?;
        }
        self.column += 1;
        Ok(())
    }

    fn verdict(&mut self, verdict: Verdict) -> Result<(), ReportError> {
        let words = format!("{} {}", verdict.symbol(), verdict.label().get(self.language));
        self.sheet
            .write_string_with_format(self.row, self.column, words, &Styles::verdict(verdict))?;
        self.column += 1;
        Ok(())
    }

    fn next_row(&mut self) {
        self.row += 1;
        self.column = 0;
    }

    /// Freezes the headers, offers filters, prints the headers on every page.
    fn finish(self, columns: u16, frozen: u16) -> Result<(), ReportError> {
        let last = self.row.saturating_sub(1).max(1);
        self.sheet.set_freeze_panes(1, frozen)?;
        self.sheet.autofilter(0, 0, last, columns.saturating_sub(1))?;
        self.sheet.set_repeat_rows(0, 0)?;
        self.sheet.set_landscape();
        self.sheet.set_paper_size(9);
        Ok(())
    }
}

/// Text fit for a cell: characters that XML forbids are shown as U+FFFD, what is too long is cut with an ellipsis.
fn cell(words: &str) -> String {
    let clean: String = words
        .chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => char::REPLACEMENT_CHARACTER,
            other => other,
        })
        .collect();
    if clean.chars().count() <= CELL_LIMIT {
        return clean;
    }
    let mut short: String = clean.chars().take(CELL_LIMIT - 1).collect();
    short.push('…');
    short
}

/// The first words, or the second ones when there are none.
fn or<'w>(words: &'w str, otherwise: &'w str) -> &'w str {
    if words.is_empty() { otherwise } else { words }
}

/// What stands for words that an embedded REM does not have; an official workbook is given back as it was.
fn own<'w>(record: &Record, otherwise: &'w str) -> &'w str {
    if record.referential.source == "official" {
        ""
    } else {
        otherwise
    }
}

fn nature(requirement: &RequirementRecord) -> &'static str {
    if view::is_recommendation(requirement) {
        "Préconisation"
    } else {
        "Exigence"
    }
}

/// The quirk of the layout, kept: NON when the profile is the general one.
fn conditional(requirement: &RequirementRecord) -> &'static str {
    if requirement.profile.eq_ignore_ascii_case("général")
        || requirement.profile.eq_ignore_ascii_case("GÉNÉRAL")
    {
        "NON"
    } else {
        "OUI"
    }
}

fn publication(
    sheet: &mut Worksheet,
    record: &Record,
    language: Language,
    styles: &Styles,
) -> Result<(), ReportError> {
    sheet.set_name("Exigences")?;
    let mut sheet = Sheet {
        sheet,
        styles,
        language,
        row: 0,
        column: 0,
    };
    for (header, width) in PUBLICATION
        .into_iter()
        .zip([9.0, 14.0, 10.0, 20.0, 16.0, 20.0, 14.0, 16.0, 50.0, 18.0, 50.0])
    {
        sheet.header(header, width)?;
    }
    let scenarios = record
        .requirements
        .iter()
        .flat_map(|requirement| &requirement.scenarios);
    let most = scenarios.map(|scenario| scenario.proofs.len()).max().unwrap_or(0);
    let pairs = most.max(PROOF_COLUMNS);
    for number in 1..=pairs {
        sheet.header(&format!("N° preuve {number}"), 18.0)?;
        sheet.header(&format!("Preuve {number}"), 30.0)?;
    }
    for (header, width) in [
        (Text::fixed("Verdict de l'exigence", "Requirement verdict"), 16.0),
        (Text::fixed("Verdict du scénario", "Scenario verdict"), 16.0),
        (Text::fixed("Verdicts des preuves", "Proof verdicts"), 30.0),
        (labels::PIECES.clone(), 40.0),
        (labels::FINDINGS.clone(), 60.0),
        (labels::REMARK.clone(), 40.0),
    ] {
        sheet.header(header.get(language), width)?;
    }
    let columns = sheet.column;
    sheet.next_row();
    for requirement in &record.requirements {
        if requirement.scenarios.is_empty() {
            publication_row(&mut sheet, record, requirement, None, pairs)?;
        }
        for scenario in &requirement.scenarios {
            publication_row(&mut sheet, record, requirement, Some(scenario), pairs)?;
        }
    }
    sheet.finish(columns, 0)
}

fn publication_row(
    sheet: &mut Sheet<'_>,
    record: &Record,
    requirement: &RequirementRecord,
    scenario: Option<&ScenarioRecord>,
    pairs: usize,
) -> Result<(), ReportError> {
    let language = sheet.language;
    for words in [
        conditional(requirement),
        &requirement.profile,
        &requirement.section,
        or(&requirement.section_name, own(record, &requirement.section)),
        &requirement.block,
        &requirement.function,
        nature(requirement),
        &requirement.id,
        // The REM is in French.
        or(&requirement.statement, own(record, &requirement.title.fr)),
        scenario.map_or("", |scenario| &scenario.id),
        scenario.map_or("", |scenario| &scenario.text),
    ] {
        sheet.text(words)?;
    }
    let proofs: &[ProofRecord] = scenario.map_or(&[], |scenario| &scenario.proofs);
    for number in 0..pairs {
        match proofs.get(number) {
            Some(proof) => {
                sheet.text(&proof.id)?;
                sheet.text(&proof.title.fr)?;
            }
            None => {
                sheet.text("")?;
                sheet.text("")?;
            }
        }
    }
    sheet.verdict(requirement.verdict)?;
    match scenario {
        Some(scenario) => sheet.verdict(scenario.verdict)?,
        None => sheet.text("")?,
    }
    let each = |tell: &dyn Fn(&ProofRecord) -> String| {
        proofs
            .iter()
            .map(tell)
            .filter(|words| !words.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    };
    sheet.text(&each(&|proof| {
        let label = proof.verdict.label();
        format!(
            "{} : {} {}",
            proof.id,
            proof.verdict.symbol(),
            label.get(language)
        )
    }))?;
    sheet.text(&each(&|proof| proof.files.join("\n")))?;
    sheet.text(&each(&|proof| findings(record, proof, language)))?;
    let mut remarks: Vec<String> = Vec::new();
    remarks.extend(
        requirement
            .reason
            .iter()
            .map(|reason| reason.get(language).to_owned()),
    );
    remarks.push(each(&|proof| remark(proof, language)));
    sheet.text(remarks.join("\n").trim_end())?;
    sheet.next_row();
    Ok(())
}

fn convergence(
    sheet: &mut Worksheet,
    record: &Record,
    language: Language,
    styles: &Styles,
) -> Result<(), ReportError> {
    sheet.set_name("Convergence")?;
    let mut sheet = Sheet {
        sheet,
        styles,
        language,
        row: 0,
        column: 0,
    };
    for (header, width) in CONVERGENCE.into_iter().zip([
        10.0, 16.0, 18.0, 20.0, 50.0, 20.0, 14.0, 18.0, 50.0, 18.0, 40.0, 8.0, 8.0, 8.0,
    ]) {
        sheet.header(header, width)?;
    }
    for (label, width) in [
        (&labels::VERDICT, 16.0),
        (&labels::PIECES, 40.0),
        (&labels::FINDINGS, 60.0),
        (&labels::REMARK, 40.0),
    ] {
        sheet.header(label.get(language), width)?;
    }
    let columns = sheet.column;
    sheet.next_row();
    let wave = match record.referential.wave {
        0 => String::new(),
        wave => format!("Vague {wave}"),
    };
    let mut order = 0_u64;
    let mut last = "";
    for view in view::proofs(record) {
        let (requirement, proof) = (view.requirement, view.proof);
        if requirement.id != last {
            last = &requirement.id;
            order += 1;
        }
        let order = order.to_string();
        for words in [
            &wave,
            &requirement.id,
            or(&requirement.block, own(record, &requirement.section)),
            &requirement.function,
            or(&requirement.statement, own(record, &requirement.title.fr)),
            &requirement.comment,
            &requirement.profile,
            &view.scenario.id,
            &view.scenario.text,
            &proof.id,
            &proof.title.fr,
            "",
            &requirement.criticality,
            &order,
        ] {
            sheet.text(words)?;
        }
        sheet.verdict(proof.verdict)?;
        sheet.text(&proof.files.join("\n"))?;
        sheet.text(&findings(record, proof, language))?;
        sheet.text(&remark(proof, language))?;
        sheet.next_row();
    }
    sheet.finish(columns, 2)
}

/// Findings named in a cell; the rest is counted.
const FINDINGS_SHOWN: usize = 10;

/// The findings of a proof, a line per rule.
fn findings(record: &Record, proof: &ProofRecord, language: Language) -> String {
    let findings = view::findings(record, &proof.findings);
    let groups = view::by_rule(&findings);
    let mut lines: Vec<String> = groups
        .iter()
        .take(FINDINGS_SHOWN)
        .filter_map(|group| {
            let (_, first) = group.findings.first()?;
            let more = group.total().saturating_sub(1);
            let more = if more > 0 {
                format!(" (+ {})", labels::more(language, more))
            } else {
                String::new()
            };
            Some(format!(
                "{}[{}] {} — {}{more}",
                labels::severity(first.severity).get(language),
                first.rule,
                super::human::position(first),
                first.message(language)
            ))
        })
        .collect();
    if let Some(rest) = groups.len().checked_sub(FINDINGS_SHOWN).filter(|rest| *rest > 0) {
        lines.push(format!("+ {}", labels::more(language, rest as u64)));
    }
    lines.join("\n")
}

/// What an examiner would write beside: the reason, the decision, what is left to look at.
fn remark(proof: &ProofRecord, language: Language) -> String {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(proof.reason.iter().map(|reason| reason.get(language).to_owned()));
    if let Some(review) = &proof.review {
        lines.push(format!(
            "{}{} {} ({}, {}) {}",
            labels::DECISION.get(language),
            labels::colon(language),
            labels::decision(&review.decision, language),
            review.examiner,
            review.date,
            review.comment
        ));
    }
    for (mark, points) in [("!", &proof.not_evaluated), ("?", &proof.to_review)] {
        lines.extend(
            points
                .iter()
                .map(|point| format!("{mark} {}", point.get(language))),
        );
    }
    lines.join("\n")
}
