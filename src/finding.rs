//! A finding: one broken rule at one place, and the rule it breaks.
//!
//! Findings are built by [`Rule::at`], which wants a place, and nothing else: that is how every finding says where.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::text::Text;

/// How much a broken rule weighs. It comes from the specification and is data of the rule; only errors make a
/// proof non-conform.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The specification forbids it: the proof is not conform.
    Error,
    /// Tolerated, discouraged, or a heuristic: never blocks.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// The word of the JSON outputs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A rule: what `conforme explain` says of it, the HTML report and the documentation are all made from this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Stable identifier, never reused; starts with the family (`CDA-INS-KEY`).
    pub id: Cow<'static, str>,
    /// Severity of its findings, unless the finding says otherwise.
    pub severity: Severity,
    /// What the rule asks, in one line.
    pub title: Text,
    /// Why it exists, what goes wrong when it is broken.
    pub why: Text,
    /// How to satisfy it.
    pub fix: Text,
    /// Document, section, version.
    pub source: Cow<'static, str>,
}

impl Rule {
    /// A rule known at compile time.
    pub const fn fixed(
        id: &'static str,
        severity: Severity,
        title: Text,
        why: Text,
        fix: Text,
        source: &'static str,
    ) -> Self {
        Self {
            id: Cow::Borrowed(id),
            severity,
            title,
            why,
            fix,
            source: Cow::Borrowed(source),
        }
    }

    /// Starts a finding of this rule at `place`, saying what is wrong there.
    pub fn at(&self, place: Place, message: Text) -> Finding {
        Finding {
            rule: self.id.to_string(),
            severity: self.severity,
            message,
            place,
            snippet: None,
            expected: None,
            found: None,
            source: self.source.to_string(),
            pack: None,
            hl7_error: None,
            schematron: None,
            count: 1,
        }
    }
}

/// Where a finding is.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// File, relative to the dossier or as given; members of containers after ` › ` (`a.zip › IHE_XDM/X.XML`).
    pub file: String,
    /// Line, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u32>,
    /// Column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<u32>,
    /// Logical place: XPath, `PID[1]-3[2].4.2`, sheet cell.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<String>,
}

/// What separates a container from its member in [`Place::file`].
pub const NESTED: &str = " › ";

impl Place {
    /// The file as a whole.
    pub fn file(file: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            ..Self::default()
        }
    }

    /// A line and a column, both from 1.
    pub fn line_column(mut self, line: u32, column: u32) -> Self {
        self.line = Some(line);
        self.column = Some(column);
        self
    }

    /// A logical place in the file.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        Ok(())
    }
}

/// What a Schematron finding says besides: its schema, test, and the words of the rule's author.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchematronDetail {
    /// File name of the schema.
    pub schema: String,
    /// The XPath test that failed (assert) or held (report).
    pub test: String,
    /// XPath of the context node, as SVRL writes it.
    pub location: String,
    /// The text as written by the rule's author.
    pub text: String,
}

/// One broken rule at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Identifier of the rule.
    pub rule: String,
    /// Severity.
    pub severity: Severity,
    /// What is wrong here.
    pub message: Text,
    /// Where.
    pub place: Place,
    /// The line of the evidence, when a line shows it (never longer than [`Finding::SNIPPET_LIMIT`] characters).
    pub snippet: Option<String>,
    /// What the rule wants to find.
    pub expected: Option<String>,
    /// What stands there.
    pub found: Option<String>,
    /// Document, section, version.
    pub source: String,
    /// The pack the rule comes from; none for rules of the binary itself.
    pub pack: Option<String>,
    /// HL7 table 0357 code an ACK would carry.
    pub hl7_error: Option<String>,
    /// Set on findings of a Schematron.
    pub schematron: Option<SchematronDetail>,
    /// How many times the same fault occurs (1 unless aggregated).
    pub count: u64,
}

impl Finding {
    /// Longest snippet kept, in characters.
    pub const SNIPPET_LIMIT: usize = 240;

    /// Says what the rule wants.
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(shorten(expected.into()));
        self
    }

    /// Says what stands there.
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(shorten(found.into()));
        self
    }

    /// Shows the line of the evidence.
    pub fn snippet(mut self, snippet: impl Into<String>) -> Self {
        self.snippet = Some(shorten(snippet.into()));
        self
    }

    /// Changes the severity: a version gate, a tolerated official deviation.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Names the pack the rule comes from.
    pub fn pack(mut self, pack: impl Into<String>) -> Self {
        self.pack = Some(pack.into());
        self
    }

    /// Names the HL7 table 0357 error code.
    pub fn hl7_error(mut self, code: impl Into<String>) -> Self {
        self.hl7_error = Some(code.into());
        self
    }

    /// Identifies the fault across runs: rule, file, logical place and value, never the line number.
    /// Hexadecimal, 16 digits.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for part in [
            self.rule.as_str(),
            &self.place.file,
            self.place.path.as_deref().unwrap_or_default(),
            self.found.as_deref().unwrap_or_default(),
            self.schematron.as_ref().map_or("", |detail| &detail.test),
            if self.place.path.is_none() && self.found.is_none() {
                &self.message.fr
            } else {
                ""
            },
        ] {
            hash.update(part.split_whitespace().collect::<Vec<_>>().join(" "));
            hash.update([0]);
        }
        let mut fingerprint = String::with_capacity(16);
        for byte in hash.finalize().iter().take(8) {
            let _ = write!(fingerprint, "{byte:02x}");
        }
        fingerprint
    }

    /// The order of findings in every output: file, line, column, rule, message.
    pub fn sort_key(&self) -> (&str, u32, u32, &str, &str, &str) {
        (
            &self.place.file,
            self.place.line.unwrap_or(0),
            self.place.column.unwrap_or(0),
            &self.rule,
            self.place.path.as_deref().unwrap_or_default(),
            &self.message.fr,
        )
    }
}

/// Cuts a quotation of the evidence to [`Finding::SNIPPET_LIMIT`] characters, saying so with an ellipsis.
fn shorten(text: String) -> String {
    match text.char_indices().nth(Finding::SNIPPET_LIMIT) {
        Some((end, _)) => text.get(..end).map(|head| format!("{head}…")).unwrap_or_default(),
        None => text,
    }
}
