//! A page of text: colours when wanted, words wrapped with a hanging indent.

use std::fmt::Display;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::super::options::Options;
use super::super::snippet::printable;
use crate::finding::Severity;
use crate::text::{Language, Text};
use crate::verdict::Verdict;

/// Where the text goes, and how.
pub(super) struct Page<'a> {
    out: &'a mut dyn Write,
    color: bool,
    width: usize,
    pub(super) language: Language,
}

impl<'a> Page<'a> {
    pub(super) fn new(out: &'a mut dyn Write, options: &Options) -> Self {
        Self {
            out,
            color: options.color,
            width: match options.width {
                0 => 100,
                width => width.max(40),
            },
            language: options.language,
        }
    }

    /// Columns left after an indent.
    pub(super) fn room(&self, indent: usize) -> usize {
        self.width.saturating_sub(indent).max(24)
    }

    /// The words of a text in the language of the page.
    pub(super) fn words<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.language)
    }

    /// Text in a style, when colours are wanted.
    pub(super) fn styled(&self, style: Style, text: impl Display) -> String {
        if self.color {
            format!("{style}{text}{style:#}")
        } else {
            text.to_string()
        }
    }

    /// A line as it stands.
    pub(super) fn line(&mut self, text: impl Display) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// An empty line.
    pub(super) fn gap(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// A heading of a part of the page.
    pub(super) fn heading(&mut self, text: impl Display) -> io::Result<()> {
        let heading = self.styled(Style::new().bold().underline(), text);
        self.gap()?;
        self.line(heading)
    }

    /// Wrapped words: the first line starts with `lead`, the others under where the words of the first began.
    pub(super) fn wrapped(&mut self, lead: &str, words: &str) -> io::Result<()> {
        self.wrapped_styled(lead, lead.chars().count(), words, Style::new())
    }

    /// The same with a lead of known width (it may hold escapes) and a style for the words.
    pub(super) fn wrapped_styled(
        &mut self,
        lead: &str,
        lead_width: usize,
        words: &str,
        style: Style,
    ) -> io::Result<()> {
        let lines = wrap(words, self.room(lead_width));
        for (index, line) in lines.iter().enumerate() {
            let line = self.styled(style, line);
            if index == 0 {
                writeln!(self.out, "{lead}{line}")?;
            } else {
                writeln!(self.out, "{:lead_width$}{line}", "")?;
            }
        }
        Ok(())
    }

    /// A verdict with its sign: never colour alone.
    pub(super) fn verdict(&self, verdict: Verdict) -> String {
        self.styled(
            verdict_style(verdict),
            format!("{} {}", verdict.symbol(), verdict.label().get(self.language)),
        )
    }
}

/// The colour of a verdict.
pub(super) fn verdict_style(verdict: Verdict) -> Style {
    let color = match verdict {
        Verdict::NonConform | Verdict::Missing => AnsiColor::Red,
        Verdict::NotEvaluated | Verdict::ToReview => AnsiColor::Yellow,
        Verdict::Waived => AnsiColor::Magenta,
        Verdict::Conform => AnsiColor::Green,
        Verdict::NotApplicable => return Style::new().dimmed(),
    };
    color.on_default().bold()
}

/// The colour of a severity.
pub(super) fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::Red.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        Severity::Info => AnsiColor::Cyan.on_default().bold(),
    }
}

/// Splits words into lines of at most `width` characters; a longer word stands alone, whole, to be copied. The
/// line breaks of the text are kept, control characters shown as pictures.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut used = 0;
        // Not at no-break spaces: « 3 constats » stays together.
        for word in paragraph.split([' ', '\t']).filter(|word| !word.is_empty()) {
            let length = word.chars().count();
            if used > 0 && used + 1 + length > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.extend(word.chars().map(printable));
            used += length;
        }
        lines.push(line);
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wrapped_and_long_ones_kept_whole() {
        assert_eq!(wrap("un deux trois", 8), ["un deux", "trois"]);
        assert_eq!(
            wrap("a /un/tres/long/chemin b", 8),
            ["a", "/un/tres/long/chemin", "b"]
        );
        assert_eq!(wrap("a\nb\u{1b}[0m", 8), ["a", "b␛[0m"]);
        assert_eq!(wrap("", 8), [""]);
    }
}
