//! A page of explanation: a title, then parts; printed on a terminal or written as Markdown.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::text::{Language, Text};

/// What stands under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A sentence.
    Words(Text),
    /// A point of a list.
    Point(Text),
    /// A piece of evidence or a command, as it stands.
    Code(String),
}

/// An explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The identifier, and what is said beside it.
    pub title: Text,
    /// The sentence under it.
    pub subtitle: Text,
    /// Headings and what stands under them.
    pub parts: Vec<(Text, Vec<Line>)>,
}

impl Page {
    /// Adds a part, unless it is empty.
    pub(super) fn part(&mut self, heading: Text, lines: Vec<Line>) {
        if !lines.is_empty() {
            self.parts.push((heading, lines));
        }
    }

    /// The page on a terminal.
    ///
    /// # Errors
    /// The stream refuses.
    pub fn print(&self, language: Language, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "{}\n{}\n",
            self.title.get(language),
            self.subtitle.get(language)
        )?;
        for (heading, lines) in &self.parts {
            writeln!(out, "{}", heading.get(language))?;
            for line in lines {
                match line {
                    Line::Words(words) => indented(out, "  ", words.get(language))?,
                    Line::Point(words) => indented(out, "  - ", words.get(language))?,
                    Line::Code(code) => indented(out, "    ", code)?,
                }
            }
            writeln!(out)?;
        }
        Ok(())
    }

    /// The page as Markdown, under a heading of level 3.
    pub fn markdown(&self, language: Language) -> String {
        let mut text = format!(
            "### {}\n\n{}\n",
            self.title.get(language),
            self.subtitle.get(language)
        );
        for (heading, lines) in &self.parts {
            let heading = heading.get(language);
            match lines.as_slice() {
                [Line::Words(words)] => {
                    let _ = write!(text, "\n**{heading}.** {}\n", words.get(language));
                }
                lines => {
                    let _ = write!(text, "\n**{heading}.**\n");
                    for line in lines {
                        let _ = match line {
                            Line::Words(words) => write!(text, "\n{}\n", words.get(language)),
                            Line::Point(words) => writeln!(text, "- {}", words.get(language)),
                            Line::Code(code) => write!(text, "\n```text\n{code}\n```\n"),
                        };
                    }
                }
            }
        }
        text
    }
}

/// Words with a lead, further lines under the first.
fn indented(out: &mut dyn Write, lead: &str, words: &str) -> io::Result<()> {
    let blank = " ".repeat(lead.len());
    for (index, line) in words.lines().enumerate() {
        writeln!(out, "{}{line}", if index == 0 { lead } else { &blank })?;
    }
    Ok(())
}
