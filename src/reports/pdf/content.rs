//! What the PDF says, in the order of the HTML report.

use super::super::options::Options;
use super::super::snippet::one_line;
use super::super::{human, labels, view};
use super::fonts::Font;
use super::layout::{Block, Role, Run};
use crate::finding::Severity;
use crate::record::{ProofRecord, Record, RequirementRecord, ValidatedFile, ValidationRecord, Words};
use crate::text::{Language, Text};
use crate::verdict::Verdict;

/// Findings shown per rule and proof, unless the user says otherwise.
const PER_RULE: usize = 5;

type Color = (f32, f32, f32);

const BLACK: Color = (0.1, 0.12, 0.15);
const QUIET: Color = (0.34, 0.38, 0.42);

/// Dark enough to be read on paper and in grey.
fn color(verdict: Verdict) -> Color {
    match verdict {
        Verdict::NonConform => (0.54, 0.06, 0.13),
        Verdict::Missing => (0.48, 0.2, 0.0),
        Verdict::NotEvaluated => (0.36, 0.25, 0.0),
        Verdict::ToReview => (0.04, 0.24, 0.48),
        Verdict::Waived => (0.34, 0.13, 0.48),
        Verdict::Conform => (0.04, 0.31, 0.16),
        Verdict::NotApplicable => QUIET,
    }
}

/// The blocks of the report.
pub(super) fn blocks(record: &Record, options: &Options) -> Vec<Block> {
    let mut story = Story {
        record,
        language: options.language,
        most: options.per_rule(PER_RULE),
        blocks: Vec::new(),
    };
    story.identity();
    story.counts();
    story.blocking();
    story.human_needed();
    story.requirements();
    story.detail();
    story.annex();
    story.blocks
}

/// The blocks of the report of files judged alone; `record` is their view as files of a record.
pub(super) fn files(record: &Record, validation: &ValidationRecord, options: &Options) -> Vec<Block> {
    let mut story = Story {
        record,
        language: options.language,
        most: options.per_rule(PER_RULE),
        blocks: Vec::new(),
    };
    story.title(labels::FILES_TITLE.get(options.language).to_owned());
    let tool = format!("{} {}", record.tool.name, record.tool.version);
    story.fact(0.0, &labels::TOOL, Font::Regular, &tool);
    story.part(&labels::FILES_DETAIL, Some(validation.files.len()));
    for (file, evidence) in validation.files.iter().zip(&record.evidence) {
        story.file(file, &evidence.findings);
    }
    story.part(&labels::ANNEX, None);
    story.packs();
    story.text(0.0, labels::OFFLINE_TEXT.get(options.language));
    story.blocks
}

struct Story<'a> {
    record: &'a Record,
    language: Language,
    most: usize,
    blocks: Vec<Block>,
}

fn run(font: Font, color: Color, text: impl Into<String>) -> Run {
    Run {
        font,
        color,
        text: typeset(&text.into()),
    }
}

/// French marks stay with the word they belong to: a line never begins with « : » nor ends with an opening guillemet.
fn typeset(text: &str) -> String {
    let mut typeset = text.replace("« ", "«\u{a0}");
    for mark in ["»", ":", ";", "?", "!"] {
        typeset = typeset.replace(&format!(" {mark}"), &format!("\u{a0}{mark}"));
    }
    typeset
}

impl Story<'_> {
    fn put(&mut self, role: Role, size: f32, indent: f32, above: f32, runs: Vec<Run>) {
        self.blocks.push(Block {
            role,
            size,
            indent,
            above,
            runs,
        });
    }

    fn part(&mut self, label: &Text, count: Option<usize>) {
        let mut words = label.get(self.language).to_owned();
        if let Some(count) = count {
            words = format!("{words} ({})", labels::number(self.language, count as u64));
        }
        self.put(Role::Part, 15.0, 0.0, 22.0, vec![run(Font::Bold, BLACK, words)]);
    }

    fn text(&mut self, indent: f32, words: &str) {
        for line in words.lines() {
            self.put(
                Role::Text,
                9.5,
                indent,
                3.0,
                vec![run(Font::Regular, BLACK, one_line(line))],
            );
        }
    }

    fn quiet(&mut self, indent: f32, words: &str) {
        self.put(
            Role::Text,
            8.5,
            indent,
            2.0,
            vec![run(Font::Regular, QUIET, one_line(words))],
        );
    }

    fn fact(&mut self, indent: f32, label: &Text, font: Font, value: &str) {
        if value.trim().is_empty() {
            return;
        }
        let label = format!("{}{} ", label.get(self.language), labels::colon(self.language));
        self.put(
            Role::Text,
            9.0,
            indent,
            2.0,
            vec![
                run(Font::Regular, QUIET, label),
                run(font, BLACK, one_line(value)),
            ],
        );
    }

    fn verdict(&self, verdict: Verdict) -> Run {
        run(
            Font::Bold,
            color(verdict),
            format!("[{}] ", verdict.label().get(self.language)),
        )
    }

    /// The title of the document and the verdict under it.
    fn title(&mut self, words: String) {
        let language = self.language;
        let verdict = self.record.verdict;
        self.put(Role::Title, 20.0, 0.0, 0.0, vec![run(Font::Bold, BLACK, words)]);
        let runs = vec![
            run(
                Font::Regular,
                QUIET,
                format!("{}{} ", labels::VERDICT.get(language), labels::colon(language)),
            ),
            run(
                Font::Bold,
                color(verdict),
                verdict.label().get(language).to_uppercase(),
            ),
        ];
        self.put(Role::Text, 14.0, 0.0, 10.0, runs);
    }

    /// A file judged alone.
    fn file(&mut self, file: &ValidatedFile, findings: &[usize]) {
        let runs = vec![
            self.verdict(file.verdict),
            run(Font::Bold, BLACK, one_line(&file.file)),
        ];
        self.put(Role::Section, 11.0, 0.0, 10.0, runs);
        let kind = file.kind.label();
        let what = format!(
            "{}, {}",
            kind.get(self.language),
            labels::size(self.language, file.size)
        );
        self.quiet(8.0, &what);
        self.put(
            Role::Text,
            8.0,
            8.0,
            2.0,
            vec![run(Font::Mono, QUIET, file.sha256.as_str())],
        );
        self.findings(findings, 8.0);
        self.points(8.0, &file.not_evaluated);
        self.points(8.0, &file.to_review);
    }

    fn identity(&mut self) {
        let language = self.language;
        let record = self.record;
        let dossier = &record.dossier;
        self.title(format!(
            "{} · {} {}",
            labels::REPORT_TITLE.get(language),
            one_line(&dossier.product),
            one_line(&dossier.version)
        ));
        if let Some(partial) = &record.partial {
            self.fact(0.0, &labels::PARTIAL, Font::Bold, &partial.to_string());
        }
        let source = labels::referential_source(&record.referential.source).get(language);
        let rem = format!("{} ({source})", record.referential.id);
        let tool = format!("{} {}", record.tool.name, record.tool.version);
        let name = format!("{} — {}", dossier.dsr, dossier.dsr_name.get(language));
        for (label, font, value) in [
            (&labels::VENDOR, Font::Regular, dossier.vendor.as_str()),
            (&labels::DSR_SHORT, Font::Regular, &name),
            (&labels::PROFILES, Font::Regular, &dossier.profiles.join(", ")),
            (&labels::REFERENTIAL, Font::Regular, &rem),
            (&labels::REFERENTIAL_HASH, Font::Mono, &record.referential.sha256),
            (&labels::MANIFEST_HASH, Font::Mono, &dossier.manifest_sha256),
            (&labels::TOOL, Font::Regular, &tool),
        ] {
            self.fact(0.0, label, font, value);
        }
    }

    fn counts(&mut self) {
        let language = self.language;
        let counts = &self.record.counts;
        self.part(&labels::COUNTS, None);
        for (label, counts) in [
            (&labels::REQUIREMENTS, &counts.requirements),
            (&labels::RECOMMENDATIONS, &counts.recommendations),
            (&labels::SCENARIOS, &counts.scenarios),
            (&labels::PROOFS, &counts.proofs),
        ] {
            let parts: Vec<String> = Verdict::ALL
                .into_iter()
                .filter_map(|verdict| {
                    let count = counts.get(verdict.as_str()).filter(|count| **count > 0)?;
                    Some(format!(
                        "{} {}",
                        labels::number(language, *count),
                        verdict.label().get(language)
                    ))
                })
                .collect();
            self.fact(0.0, label, Font::Regular, &parts.join(", "));
        }
        let severities = labels::findings_by_severity(language, &counts.findings);
        self.fact(0.0, &labels::FINDINGS, Font::Regular, &severities.join(", "));
        let files = format!(
            "{} ({})",
            labels::number(language, counts.files),
            labels::size(language, counts.bytes)
        );
        self.fact(0.0, &labels::FILES, Font::Regular, &files);
    }

    fn blocking(&mut self) {
        let record = self.record;
        let language = self.language;
        let blocking = view::blocking(record);
        self.part(&labels::BLOCKING, Some(blocking.len()));
        if blocking.is_empty() {
            self.text(0.0, labels::NOTHING_BLOCKS.get(language));
        }
        for requirement in blocking {
            self.heading(requirement);
            for proof in requirement.scenarios.iter().flat_map(|scenario| &scenario.proofs) {
                if view::blocks(proof.verdict) {
                    self.proof_line(proof, 12.0);
                    if let Some(reason) = &proof.reason {
                        self.quiet(24.0, reason.get(language));
                    }
                    self.points(24.0, &proof.not_evaluated);
                    self.errors(proof);
                }
            }
        }
        let own = view::findings_of_no_proof(record);
        if !own.is_empty() {
            self.put(
                Role::Section,
                11.0,
                0.0,
                10.0,
                vec![run(Font::Bold, BLACK, labels::DOSSIER_FINDINGS.get(language))],
            );
            self.findings(&own, 12.0);
        }
    }

    /// The first error of each rule under a blocking proof; places, values and remedies are in the detail.
    fn errors(&mut self, proof: &ProofRecord) {
        let language = self.language;
        let errors: Vec<_> = view::findings(self.record, &proof.findings)
            .into_iter()
            .filter(|(_, finding)| finding.severity == Severity::Error && finding.waiver.is_none())
            .collect();
        for group in view::by_rule(&errors) {
            let Some((_, first)) = group.findings.first() else {
                continue;
            };
            let more = match group.total() {
                0 | 1 => String::new(),
                total => format!(" (+ {})", labels::more(language, total - 1)),
            };
            let runs = vec![
                run(Font::Mono, QUIET, format!("{} ", human::position(first))),
                run(
                    Font::Regular,
                    BLACK,
                    format!("{}{more}", one_line(first.message(language))),
                ),
            ];
            self.put(Role::Text, 8.5, 24.0, 2.0, runs);
        }
    }

    fn human_needed(&mut self) {
        let language = self.language;
        let views = view::to_review(self.record);
        self.part(&labels::HUMAN_NEEDED, Some(views.len()));
        if views.is_empty() {
            self.text(0.0, labels::NO_HUMAN_NEEDED.get(language));
        }
        for view in views {
            self.proof_line(view.proof, 0.0);
            for file in &view.proof.files {
                self.put(
                    Role::Text,
                    8.5,
                    12.0,
                    2.0,
                    vec![run(Font::Mono, QUIET, one_line(file))],
                );
            }
            self.points(12.0, &view.proof.to_review);
        }
    }

    fn requirements(&mut self) {
        let record = self.record;
        self.part(&labels::MATRIX, Some(record.requirements.len()));
        let mut place = (String::new(), String::new());
        for requirement in &record.requirements {
            let own = (requirement.section.clone(), requirement.profile.clone());
            if own != place {
                let words = format!("{} · {}", own.0, own.1);
                self.put(
                    Role::Section,
                    11.0,
                    0.0,
                    10.0,
                    vec![run(Font::Bold, BLACK, words)],
                );
                place = own;
            }
            let runs = vec![
                self.verdict(requirement.verdict),
                run(Font::Mono, BLACK, format!("{} ", requirement.id)),
                run(
                    Font::Regular,
                    BLACK,
                    one_line(requirement.title.get(self.language)),
                ),
            ];
            self.put(Role::Text, 9.0, 8.0, 2.0, runs);
        }
    }

    fn detail(&mut self) {
        let record = self.record;
        let language = self.language;
        self.part(&labels::DETAIL, None);
        for requirement in &record.requirements {
            if requirement.verdict == Verdict::NotApplicable {
                continue;
            }
            self.heading(requirement);
            for scenario in &requirement.scenarios {
                for proof in &scenario.proofs {
                    self.proof_line(proof, 8.0);
                    if let Some(reason) = &proof.reason {
                        self.quiet(18.0, reason.get(language));
                    }
                    if let Some(review) = &proof.review {
                        let words = format!(
                            "{} — {}, {}. {}",
                            labels::decision(&review.decision, language),
                            review.examiner,
                            review.date,
                            review.comment
                        );
                        self.fact(18.0, &labels::DECISION, Font::Regular, &words);
                    }
                    for path in &proof.files {
                        let hash = record
                            .evidence
                            .iter()
                            .find(|evidence| &evidence.path == path)
                            .map_or("", |evidence| evidence.sha256.as_str());
                        let runs = vec![
                            run(Font::Mono, BLACK, format!("{} ", one_line(path))),
                            run(Font::Mono, QUIET, hash),
                        ];
                        self.put(Role::Text, 8.0, 18.0, 2.0, runs);
                    }
                    self.findings(&proof.findings, 18.0);
                    self.points(18.0, &proof.not_evaluated);
                    self.points(18.0, &proof.to_review);
                }
            }
        }
    }

    fn heading(&mut self, requirement: &RequirementRecord) {
        let runs = vec![
            self.verdict(requirement.verdict),
            run(
                Font::Bold,
                BLACK,
                format!(
                    "{} {}",
                    requirement.id,
                    one_line(requirement.title.get(self.language))
                ),
            ),
        ];
        self.put(Role::Section, 11.0, 0.0, 10.0, runs);
        if let Some(reason) = &requirement.reason {
            self.quiet(8.0, reason.get(self.language));
        }
    }

    fn proof_line(&mut self, proof: &ProofRecord, indent: f32) {
        let runs = vec![
            self.verdict(proof.verdict),
            run(Font::Mono, BLACK, format!("{} ", proof.id)),
            run(Font::Regular, BLACK, one_line(proof.title.get(self.language))),
        ];
        self.put(Role::Text, 9.5, indent, 5.0, runs);
    }

    fn points(&mut self, indent: f32, points: &[Words]) {
        for point in points {
            let words = format!("• {}", point.get(self.language));
            self.text(indent, &words);
        }
    }

    fn findings(&mut self, indices: &[usize], indent: f32) {
        let language = self.language;
        let record = self.record;
        let findings = view::findings(record, indices);
        for group in view::by_rule(&findings) {
            let title = record
                .rules
                .get(group.rule)
                .map_or("", |rule| rule.title.get(language));
            let label = labels::severity(group.severity);
            let words = format!("{} {} ", label.get(language), group.rule);
            let runs = vec![run(Font::Bold, BLACK, words), run(Font::Regular, BLACK, title)];
            self.put(Role::Text, 9.0, indent, 4.0, runs);
            for (_, finding) in group.findings.iter().take(self.most) {
                let runs = vec![
                    run(Font::Mono, QUIET, format!("{} ", human::position(finding))),
                    run(Font::Regular, BLACK, one_line(finding.message(language))),
                ];
                self.put(Role::Text, 8.5, indent + 10.0, 2.0, runs);
                if let Some(waiver) = finding.waiver.and_then(|index| record.waivers.get(index)) {
                    let words = format!("{} ({}, {})", waiver.reason, waiver.authority, waiver.expiry);
                    self.fact(indent + 20.0, &labels::SUPPRESSED, Font::Regular, &words);
                }
                for (label, value) in [
                    (&labels::PLACE, &finding.path),
                    (&labels::EXPECTED, &finding.expected),
                    (&labels::FOUND, &finding.found),
                ] {
                    let value = value.as_deref().unwrap_or_default();
                    self.fact(indent + 20.0, label, Font::Mono, value);
                }
            }
            let rest = group.findings.len().saturating_sub(self.most) as u64;
            if rest > 0 {
                self.quiet(indent + 10.0, &format!("+ {}", labels::more(language, rest)));
            }
            if let Some(rule) = record.rules.get(group.rule) {
                self.fact(indent + 10.0, &labels::FIX, Font::Regular, rule.fix.get(language));
                self.fact(indent + 10.0, &labels::SOURCE, Font::Regular, &rule.source);
            }
        }
    }

    fn annex(&mut self) {
        let record = self.record;
        let language = self.language;
        self.part(&labels::ANNEX, None);
        self.packs();
        let heading = |label: &Text| vec![run(Font::Bold, BLACK, label.get(language))];
        self.put(Role::Section, 11.0, 0.0, 10.0, heading(&labels::WAIVERS));
        if record.waivers.is_empty() {
            self.text(0.0, labels::NO_WAIVER.get(language));
        }
        for waiver in &record.waivers {
            let words = format!(
                "{} — {} ({}, {} -> {})",
                view::waiver_scope(waiver),
                waiver.reason,
                waiver.authority,
                waiver.date,
                waiver.expiry
            );
            self.text(0.0, &words);
        }
        self.put(Role::Section, 11.0, 0.0, 10.0, heading(&labels::METHOD));
        self.text(0.0, labels::METHOD_TEXT.get(language));
        self.text(0.0, labels::OFFLINE_TEXT.get(language));
    }

    /// The rule packs that were loaded.
    fn packs(&mut self) {
        let record = self.record;
        let language = self.language;
        self.put(
            Role::Section,
            11.0,
            0.0,
            8.0,
            vec![run(Font::Bold, BLACK, labels::PACKS.get(language))],
        );
        if record.packs.is_empty() {
            self.text(0.0, labels::NO_PACK.get(language));
        }
        for pack in &record.packs {
            let runs = vec![
                run(Font::Regular, BLACK, format!("{} {} ", pack.id, pack.version)),
                run(Font::Mono, QUIET, pack.sha256.as_str()),
            ];
            self.put(Role::Text, 8.5, 0.0, 2.0, runs);
        }
    }
}
