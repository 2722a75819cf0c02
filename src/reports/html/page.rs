//! The page being written: its stream, its language, the identifiers it gave out.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::super::options::Options;
use super::super::xml::Escaped;
use crate::record::{FindingRecord, Record, Words};
use crate::text::{Language, Text};
use crate::verdict::Verdict;

/// Shorthand for what every part writes.
pub(super) fn e(text: &str) -> Escaped<'_> {
    Escaped(text)
}

/// A page of a record.
pub(super) struct Page<'a, 'o> {
    pub(super) out: &'o mut dyn Write,
    pub(super) record: &'a Record,
    pub(super) options: &'a Options,
    pub(super) language: Language,
    /// Anchor of each finding.
    finding_anchors: Vec<String>,
    /// Findings already described in full.
    described: Vec<bool>,
    /// How often each anchor was given out.
    anchors: BTreeMap<String, u32>,
    /// Position of each file in the table of files.
    files: BTreeMap<&'a str, usize>,
}

impl<'a, 'o> Page<'a, 'o> {
    pub(super) fn new(record: &'a Record, options: &'a Options, out: &'o mut dyn Write) -> Self {
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        let finding_anchors = record
            .findings
            .iter()
            .map(|finding| {
                let times = seen.entry(&finding.fingerprint).or_default();
                *times += 1;
                numbered(anchor("c", &finding.fingerprint), *times)
            })
            .collect();
        Self {
            out,
            record,
            options,
            language: options.language,
            finding_anchors,
            described: vec![false; record.findings.len()],
            anchors: BTreeMap::new(),
            files: record
                .evidence
                .iter()
                .enumerate()
                .map(|(index, evidence)| (evidence.path.as_str(), index))
                .collect(),
        }
    }

    /// The words of a label.
    pub(super) fn words<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.language)
    }

    /// Markup as it stands.
    pub(super) fn raw(&mut self, markup: &str) -> io::Result<()> {
        self.out.write_all(markup.as_bytes())
    }

    /// A heading of level 2 that opens a part of the page, with a number when there is one.
    pub(super) fn part(&mut self, id: &str, label: &Text, count: Option<u64>) -> io::Result<()> {
        let words = e(self.words(label)).to_string();
        write!(
            self.out,
            "\n<section id=\"{id}\" aria-labelledby=\"{id}-t\">\n<h2 id=\"{id}-t\">{words}"
        )?;
        if let Some(count) = count {
            write!(
                self.out,
                " <span class=\"n\">{}</span>",
                super::super::labels::number(self.language, count)
            )?;
        }
        self.raw("</h2>\n")
    }

    /// A paragraph of a label.
    pub(super) fn paragraph(&mut self, label: &Text) -> io::Result<()> {
        let words = e(self.words(label)).to_string();
        writeln!(self.out, "<p>{words}</p>")
    }

    /// A verdict: sign, word and colour.
    pub(super) fn badge(&mut self, verdict: Verdict) -> io::Result<()> {
        let badge = badge(verdict, self.language);
        self.raw(&badge)
    }

    /// A list of points, when there is one.
    pub(super) fn points(&mut self, class: &str, label: &Text, points: &[Words]) -> io::Result<()> {
        if points.is_empty() {
            return Ok(());
        }
        let language = self.language;
        writeln!(
            self.out,
            "<div class=\"points {class}\"><p class=\"label\">{}</p><ul>",
            e(label.get(language))
        )?;
        for point in points {
            writeln!(self.out, "<li>{}</li>", e(point.get(language)))?;
        }
        self.raw("</ul></div>\n")
    }

    /// The anchor of a finding.
    pub(super) fn finding_anchor(&self, index: usize) -> &str {
        self.finding_anchors.get(index).map_or("", String::as_str)
    }

    /// Marks a finding as described; true when it was not yet.
    pub(super) fn describe(&mut self, index: usize) -> bool {
        self.described
            .get_mut(index)
            .is_some_and(|described| !std::mem::replace(described, true))
    }

    /// An anchor given out once: a proof named twice by the REM has two places on the page, links go to the first.
    pub(super) fn fresh_anchor(&mut self, prefix: &str, id: &str) -> String {
        let anchor = anchor(prefix, id);
        let times = self.anchors.entry(anchor.clone()).or_default();
        *times += 1;
        numbered(anchor, *times)
    }

    /// The name of a file, linked to its row in the table of files.
    pub(super) fn file_link(&self, path: &str) -> String {
        match self.files.get(path) {
            Some(index) => format!("<a class=\"path\" href=\"#f{index}\">{}</a>", e(path)),
            None => format!("<span class=\"path\">{}</span>", e(path)),
        }
    }

    /// What is known of a file.
    pub(super) fn evidence(&self, path: &str) -> Option<&'a crate::record::EvidenceRecord> {
        self.files
            .get(path)
            .and_then(|index| self.record.evidence.get(*index))
    }

    /// `file:line:column`, escaped.
    pub(super) fn position(finding: &FindingRecord) -> String {
        e(&super::super::human::position(finding)).to_string()
    }
}

/// A verdict: sign, word and colour.
pub(in crate::reports) fn badge(verdict: Verdict, language: Language) -> String {
    format!(
        "<span class=\"v v-{}\"><span aria-hidden=\"true\">{}</span> {}</span>",
        verdict.as_str(),
        verdict.symbol(),
        e(verdict.label().get(language))
    )
}

/// An anchor made of a prefix and an identifier: what is neither letter, digit nor `-._/` becomes `_`.
pub(super) fn anchor(prefix: &str, id: &str) -> String {
    let id: String = id
        .chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' | '/' => c,
            _ => '_',
        })
        .collect();
    format!("{prefix}-{id}")
}

fn numbered(anchor: String, times: u32) -> String {
    if times > 1 {
        format!("{anchor}-{times}")
    } else {
        anchor
    }
}
