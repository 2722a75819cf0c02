//! The record of a dossier as text: identity and verdict, what blocks, what needs a human, counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use anstyle::Style;

use super::super::options::Options;
use super::super::snippet::one_line;
use super::super::{labels, view};
use super::finding;
use super::page::{Page, verdict_style};
use super::validation::more;
use crate::record::{FindingRecord, ProofRecord, Record, RequirementRecord, Words};
use crate::text::Text;
use crate::verdict::Verdict;

/// Findings of one rule shown per proof, unless the user says otherwise.
const PER_RULE: usize = 3;

/// Prints the record; the verdict and the counts come again last, where a terminal leaves the eye.
pub(in crate::reports) fn record(record: &Record, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report {
        page: Page::new(out, options),
        record,
        most: options.per_rule(PER_RULE),
        shown: BTreeSet::new(),
        explained: BTreeSet::new(),
    };
    if !options.quiet {
        report.identity()?;
        report.blocking()?;
        report.dossier_findings()?;
        report.other_findings()?;
        report.human_needed()?;
        report.waivers()?;
        if options.verbose {
            report.everything()?;
        }
    }
    report.totals()
}

struct Report<'a, 'o> {
    page: Page<'o>,
    record: &'a Record,
    most: usize,
    /// Findings already printed: a file filed for two proofs is described once.
    shown: BTreeSet<usize>,
    /// Rules whose why and how to fix were already printed.
    explained: BTreeSet<&'a str>,
}

impl<'a> Report<'a, '_> {
    fn identity(&mut self) -> io::Result<()> {
        let Record {
            dossier, referential, ..
        } = self.record;
        let language = self.page.language;
        let title = self.page.styled(
            Style::new().bold(),
            format_args!(
                "{} · {}",
                self.page.words(&labels::REPORT_TITLE),
                one_line(&dossier.dsr)
            ),
        );
        self.page.line(title)?;
        let source = labels::referential_source(&referential.source);
        let mut rem = format!("{} ({}", referential.id, source.get(language));
        if let Some(file) = &referential.file {
            let _ = write!(rem, ", {}", one_line(file));
        }
        rem.push(')');
        let profiles = dossier.profiles.join(", ");
        let product = format!("{} {} ({})", dossier.product, dossier.version, dossier.vendor);
        for (label, value) in [
            (&labels::DSR_SHORT, dossier.dsr_name.get(language)),
            (&labels::PRODUCT, product.as_str()),
            (&labels::PROFILES, profiles.as_str()),
            (&labels::REFERENTIAL_SHORT, rem.as_str()),
        ] {
            let lead = format!("{:<9}", label.get(language));
            self.page.wrapped(&lead, value)?;
        }
        if let Some(partial) = &self.record.partial {
            self.page.wrapped(
                &format!("! {}{} ", labels::PARTIAL.get(language), labels::colon(language)),
                &partial.to_string(),
            )?;
        }
        self.page.wrapped_styled(
            &format!("{:<9}", labels::VERDICT.get(language)),
            9,
            &format!(
                "{} {}",
                self.record.verdict.symbol(),
                self.record.verdict.label().get(language)
            ),
            verdict_style(self.record.verdict),
        )
    }

    fn heading(&mut self, label: &Text, count: usize) -> io::Result<()> {
        let heading = format!(
            "{} ({})",
            self.page.words(label),
            labels::number(self.page.language, count as u64)
        );
        self.page.heading(heading)
    }

    fn blocking(&mut self) -> io::Result<()> {
        let blocking = view::blocking(self.record);
        self.heading(&labels::BLOCKING, blocking.len())?;
        if blocking.is_empty() {
            let words = self.page.words(&labels::NOTHING_BLOCKS).to_owned();
            return self.page.wrapped("", &words);
        }
        for requirement in blocking {
            self.requirement(requirement)?;
            for scenario in &requirement.scenarios {
                for proof in scenario.proofs.iter().filter(|proof| view::blocks(proof.verdict)) {
                    self.proof(proof)?;
                }
            }
        }
        Ok(())
    }

    fn requirement(&mut self, requirement: &RequirementRecord) -> io::Result<()> {
        let language = self.page.language;
        let verdict = self.page.verdict(requirement.verdict);
        let id = self.page.styled(Style::new().bold(), &requirement.id);
        self.page.line(format_args!(
            "{verdict}  {id}  {}",
            one_line(requirement.title.get(language))
        ))?;
        if let Some(reason) = &requirement.reason {
            self.page.wrapped("    ", reason.get(language))?;
        }
        Ok(())
    }

    fn proof(&mut self, proof: &'a ProofRecord) -> io::Result<()> {
        let language = self.page.language;
        let verdict = self.page.verdict(proof.verdict);
        self.page.line(format_args!(
            "  {verdict}  {} {}  {}",
            self.page.words(&labels::PROOF).to_lowercase(),
            proof.id,
            one_line(proof.title.get(language))
        ))?;
        if let Some(reason) = &proof.reason {
            self.page.wrapped("      ", reason.get(language))?;
        }
        for point in &proof.not_evaluated {
            self.page.wrapped("      ! ", point.get(language))?;
        }
        self.findings(&proof.findings, 4)
    }

    /// Prints findings not printed yet, so many of each rule, and says how many more there are.
    fn findings(&mut self, indices: &[usize], indent: usize) -> io::Result<()> {
        let new: Vec<(usize, &'a FindingRecord)> = view::findings(self.record, indices)
            .into_iter()
            .filter(|(index, _)| !self.shown.contains(index))
            .collect();
        let repeated = indices.len() - new.len();
        for group in view::by_rule(&new) {
            for &(index, finding) in group.findings.iter().take(self.most) {
                self.shown.insert(index);
                finding::print(
                    &mut self.page,
                    finding,
                    &self.record.rules,
                    indent,
                    self.explained.insert(&finding.rule),
                )?;
            }
            // Counted as shown: they are told by their number.
            self.shown.extend(group.findings.iter().map(|(index, _)| *index));
            let rest = group.findings.len().saturating_sub(self.most);
            if rest > 0 {
                more(&mut self.page, indent, group.rule, rest)?;
            }
        }
        if repeated > 0 {
            let described = if repeated == 1 {
                Text::fixed("décrit plus haut", "described above")
            } else {
                Text::fixed("décrits plus haut", "described above")
            };
            let words = self.page.words(&described).to_owned();
            self.page.line(format_args!(
                "{:indent$}… {} {words}",
                "",
                labels::findings(self.page.language, repeated as u64)
            ))?;
        }
        Ok(())
    }

    fn dossier_findings(&mut self) -> io::Result<()> {
        let indices = view::findings_of_no_proof(self.record);
        if indices.is_empty() {
            return Ok(());
        }
        self.heading(&labels::DOSSIER_FINDINGS, indices.len())?;
        self.findings(&indices, 0)
    }

    /// Warnings, and errors against recommendations: nothing that blocks, all that is worth reading.
    fn other_findings(&mut self) -> io::Result<()> {
        let rest: Vec<usize> = (0..self.record.findings.len())
            .filter(|index| !self.shown.contains(index))
            .filter(|index| {
                self.record
                    .findings
                    .get(*index)
                    .is_some_and(|finding| finding.waiver.is_none())
            })
            .collect();
        if rest.is_empty() {
            return Ok(());
        }
        self.heading(
            &Text::fixed("Autres constats, non bloquants", "Other findings, not blocking"),
            rest.len(),
        )?;
        self.findings(&rest, 0)
    }

    fn human_needed(&mut self) -> io::Result<()> {
        let views = view::to_review(self.record);
        self.heading(&labels::HUMAN_NEEDED, views.len())?;
        if views.is_empty() {
            let words = self.page.words(&labels::NO_HUMAN_NEEDED).to_owned();
            return self.page.wrapped("", &words);
        }
        let language = self.page.language;
        for view in views {
            let verdict = self.page.verdict(view.proof.verdict);
            self.page.line(format_args!(
                "{verdict}  {}  {}",
                view.proof.id,
                one_line(view.proof.title.get(language))
            ))?;
            for file in &view.proof.files {
                self.page.line(format_args!("    {}", one_line(file)))?;
            }
            self.points("    ? ", &view.proof.to_review)?;
        }
        Ok(())
    }

    fn points(&mut self, lead: &str, points: &[Words]) -> io::Result<()> {
        for point in points {
            self.page.wrapped(lead, point.get(self.page.language))?;
        }
        Ok(())
    }

    fn waivers(&mut self) -> io::Result<()> {
        if self.record.waivers.is_empty() {
            return Ok(());
        }
        self.heading(&labels::WAIVERS, self.record.waivers.len())?;
        for waiver in &self.record.waivers {
            let used = if waiver.used == 0 {
                self.page.words(&labels::UNUSED).to_owned()
            } else {
                labels::findings(self.page.language, waiver.used)
            };
            self.page.wrapped(
                "  ≈ ",
                &format!(
                    "{} — {} ({}, {} → {}) : {used}",
                    view::waiver_scope(waiver),
                    waiver.reason,
                    waiver.authority,
                    waiver.date,
                    waiver.expiry
                ),
            )?;
        }
        Ok(())
    }

    fn everything(&mut self) -> io::Result<()> {
        self.heading(&labels::REQUIREMENTS, self.record.requirements.len())?;
        for requirement in &self.record.requirements {
            self.requirement(requirement)?;
            for proof in requirement.scenarios.iter().flat_map(|scenario| &scenario.proofs) {
                let verdict = self.page.verdict(proof.verdict);
                self.page.line(format_args!("  {verdict}  {}", proof.id))?;
                self.points("      ✓ ", &proof.verified)?;
            }
        }
        Ok(())
    }

    fn totals(&mut self) -> io::Result<()> {
        let counts = &self.record.counts;
        let language = self.page.language;
        self.page.heading(labels::COUNTS.get(language))?;
        for (label, counts) in [
            (&labels::REQUIREMENTS, &counts.requirements),
            (&labels::RECOMMENDATIONS, &counts.recommendations),
            (&labels::PROOFS, &counts.proofs),
        ] {
            let line = self.by_verdict(counts);
            self.page
                .line(format_args!("{:<16} {line}", label.get(language)))?;
        }
        let severities: Vec<String> = labels::findings_by_severity(language, &counts.findings)
            .into_iter()
            .chain((counts.waived_findings > 0).then(|| {
                format!(
                    "{} {}",
                    labels::findings(language, counts.waived_findings),
                    labels::SUPPRESSED.get(language)
                )
            }))
            .collect();
        self.page.line(format_args!(
            "{:<16} {}",
            labels::FINDINGS.get(language),
            severities.join(", ")
        ))?;
        self.page.line(format_args!(
            "{:<16} {} ({})",
            labels::FILES.get(language),
            labels::number(language, counts.files),
            labels::size(language, counts.bytes)
        ))?;
        let verdict = self.page.verdict(self.record.verdict);
        self.page
            .line(format_args!("{:<16} {verdict}", labels::VERDICT.get(language)))
    }

    /// « 3 ✗ non conforme, 2 ○ manquante », gravest first.
    fn by_verdict(&self, counts: &BTreeMap<String, u64>) -> String {
        let parts: Vec<String> = Verdict::ALL
            .into_iter()
            .filter_map(|verdict| {
                let count = counts.get(verdict.as_str()).copied().filter(|count| *count > 0)?;
                Some(format!(
                    "{} {}",
                    labels::number(self.page.language, count),
                    self.page.verdict(verdict)
                ))
            })
            .collect();
        if parts.is_empty() {
            "0".to_owned()
        } else {
            parts.join(", ")
        }
    }
}
