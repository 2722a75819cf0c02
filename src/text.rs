//! Words for people: everything a user reads exists in French and in English, French first.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// The language of what a user reads. Keys and identifiers in JSON stay English whatever the language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// French, the default.
    #[default]
    Fr,
    /// English.
    En,
}

/// One message in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Text {
    /// The French text.
    pub fr: Cow<'static, str>,
    /// The English text.
    pub en: Cow<'static, str>,
}

impl Text {
    /// A text known at compile time.
    pub const fn fixed(fr: &'static str, en: &'static str) -> Self {
        Self {
            fr: Cow::Borrowed(fr),
            en: Cow::Borrowed(en),
        }
    }

    /// A text made at run time, usually by two `format!`.
    pub fn new(fr: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            fr: Cow::Owned(fr.into()),
            en: Cow::Owned(en.into()),
        }
    }

    /// The same words in both languages: a quotation of the evidence or of a rule's author.
    pub fn verbatim(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            fr: Cow::Owned(text.clone()),
            en: Cow::Owned(text),
        }
    }

    /// The words in `language`.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.fr,
            Language::En => &self.en,
        }
    }

    /// True when neither language has a word.
    pub fn is_empty(&self) -> bool {
        self.fr.is_empty() && self.en.is_empty()
    }
}

/// Shorthand for [`Text::fixed`] in tables of rules.
pub const fn text(fr: &'static str, en: &'static str) -> Text {
    Text::fixed(fr, en)
}
