//! The taxonomy of proofs: which artefact a proof asks for, and what can be verified of it.
//!
//! Data: `testcases/classes.toml` (what each class accepts, verifies and leaves to a human) and
//! `testcases/classification.toml` (the French patterns that give a text its class).

use std::sync::LazyLock;

use regex::bytes::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use serde::{Deserialize, Serialize};
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

use crate::evidence::Kind;
use crate::text::Text;

/// The artefact that a proof asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Class {
    /// A demonstration: video or screenshots.
    Demo,
    /// A link or a run number of an official test platform.
    EvsLink,
    /// Documentation.
    Doc,
    /// A signed attestation or commitment.
    Attestation,
    /// The source of an MSSanté mail.
    MailMss,
    /// A written answer to questions.
    QuestionIdent,
    /// An extract of configuration or code.
    ConfigCode,
    /// An approval by the CNDA.
    Cnda,
    /// The referential does not say what it wants.
    Placeholder,
    /// A log or a trace.
    LogTrace,
    /// The penetration test form.
    Pentest,
    /// A PDF/A document.
    #[serde(rename = "PDFA")]
    Pdfa,
    /// HL7 v2 messages.
    #[serde(rename = "HL7V2")]
    Hl7v2,
    /// Statistics: dashboard or extraction.
    CsvStats,
    /// An XDS transaction with the DMP.
    DmpXds,
    /// A SOAP message with its VIHF token.
    SoapVihf,
    /// A scanned print-out.
    PrintScan,
    /// An IHE_XDM archive.
    Xdm,
    /// None of these.
    #[default]
    Other,
    /// An X.509 certificate.
    #[serde(rename = "CERT_X509")]
    CertX509,
    /// A CDA R2 document.
    Cda,
    /// A FHIR resource or a token.
    FhirJwt,
    /// A database export.
    DbExport,
}

/// How far a machine alone judges the proofs of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MachineShare {
    /// Content validated (depth 3).
    Full,
    /// Structure, format or patterns checked (depth 2).
    Partial,
    /// Presence and readability only (depth 0 and 1).
    None,
}

/// What is known of a class.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassInfo {
    /// The class.
    #[serde(rename = "id")]
    pub class: Class,
    /// Its name for people.
    pub name: Text,
    /// 3 content, 2 structure, 1 presence, 0 nothing.
    pub depth: u8,
    /// Kinds of evidence that a proof of this class takes when no binding says more.
    pub accepts: Vec<Kind>,
    /// Least number of files wanted.
    pub minimum: u32,
    /// What the machine verifies.
    pub verifies: Text,
    /// The points that a person must look at; empty when the machine judges all.
    pub review: Vec<Text>,
}

impl ClassInfo {
    /// How far a machine judges it.
    pub fn machine(&self) -> MachineShare {
        match self.depth {
            3 => MachineShare::Full,
            2 => MachineShare::Partial,
            _ => MachineShare::None,
        }
    }

    /// True when a file of this kind can answer a proof of this class.
    pub fn accepts(&self, kind: Kind) -> bool {
        self.accepts.contains(&kind)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassTable {
    class: Vec<ClassInfo>,
}

static CLASSES: LazyLock<Vec<ClassInfo>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "embedded data, parsed by a test")]
    // invariant: the embedded table parses; `tables_are_whole` proves it at build time.
    let table: ClassTable =
        toml::from_str(include_str!("../../testcases/classes.toml")).expect("testcases/classes.toml");
    table.class
});

impl Class {
    /// Every class with what is known of it, in the order of the table.
    pub fn all() -> &'static [ClassInfo] {
        &CLASSES
    }

    /// What is known of this class.
    pub fn info(self) -> &'static ClassInfo {
        #[expect(clippy::expect_used, reason = "every class is in the table, proven by a test")]
        // invariant: `tables_are_whole` walks every class.
        CLASSES
            .iter()
            .find(|info| info.class == self)
            .expect("class in the table")
    }

    /// The identifier (`EVS_LINK`), as in JSON and in the tables.
    pub fn id(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(id)) => id,
            _ => String::new(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleTable {
    placeholder: String,
    rule: Vec<RuleRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleRow {
    class: Class,
    pattern: String,
}

struct Classifier {
    placeholder: Regex,
    set: RegexSet,
    rules: Vec<(Class, Regex)>,
}

static CLASSIFIER: LazyLock<Classifier> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "embedded data, compiled by a test")]
    // invariant: the embedded patterns compile; `tables_are_whole` proves it at build time.
    build_classifier().expect("testcases/classification.toml")
});

fn build_classifier() -> Result<Classifier, Box<dyn std::error::Error>> {
    let table: RuleTable = toml::from_str(include_str!("../../testcases/classification.toml"))?;
    let legible = |pattern: &str| {
        pattern
            .chars()
            .filter_map(legible)
            .map(char::from)
            .collect::<String>()
    };
    // On ASCII alone, so that `\b` costs nothing.
    let compile = |pattern: &str| {
        RegexBuilder::new(&legible(pattern))
            .case_insensitive(true)
            .unicode(false)
            .build()
    };
    Ok(Classifier {
        placeholder: compile(&table.placeholder)?,
        set: RegexSetBuilder::new(table.rule.iter().map(|row| unbounded(&legible(&row.pattern))))
            .case_insensitive(true)
            .unicode(false)
            .build()?,
        rules: table
            .rule
            .iter()
            .map(|row| Ok((row.class, compile(&row.pattern)?)))
            .collect::<Result<_, regex::Error>>()?,
    })
}

/// A pattern that matches at least what `pattern` does, without its bounded gaps (`{0,90}`): counting makes an automaton
/// of thousands of states, which a pass over all patterns need not pay.
fn unbounded(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("{0,") {
        out.push_str(before);
        out.push('*');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// A character as the patterns see it: letters without their accents, plain quotation marks and hyphens; none for an
/// accent that stands apart.
fn legible(character: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(character)
        && byte.is_ascii()
    {
        return Some(byte);
    }
    match character {
        '’' | '‘' | 'ʼ' => return Some(b'\''),
        '«' | '»' | '“' | '”' => return Some(b'"'),
        '‐' | '‑' | '–' | '—' => return Some(b'-'),
        'œ' => return Some(b'o'),
        _ if is_combining_mark(character) => return None,
        _ if character.is_whitespace() => return Some(b' '),
        _ => {}
    }
    let mut base = character;
    let mut first = true;
    decompose_canonical(character, |part| {
        if std::mem::take(&mut first) {
            base = part;
        }
    });
    Some(match u8::try_from(base) {
        Ok(letter) if letter.is_ascii() => letter,
        // Part of a word, or not.
        _ if base.is_alphanumeric() => b'_',
        _ => b'~',
    })
}

/// A text as the patterns see it, blanks folded, NBSP and line breaks included.
fn legible_text(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text.chars().filter_map(legible) {
        if !byte.is_ascii_whitespace() && byte != 0x0B {
            out.push(byte);
        } else if out.last().is_some_and(|last| *last != b' ') {
            out.push(b' ');
        }
    }
    if out.last() == Some(&b' ') {
        out.pop();
    }
    out
}

/// The class of a proof, from its French text: the first artefact that the text names.
pub fn classify(text: &str) -> Class {
    let classifier = &*CLASSIFIER;
    let text = legible_text(text);
    let text = text.as_slice();
    if classifier.placeholder.is_match(text) {
        return Class::Placeholder;
    }
    // The set says in one pass which patterns may match; they are searched for those only.
    classifier
        .set
        .matches(text)
        .iter()
        .filter_map(|index| {
            let (class, pattern) = classifier.rules.get(index)?;
            Some((pattern.find(text)?.start(), index, *class))
        })
        .min()
        .map_or(Class::Other, |(_, _, class)| class)
}

#[cfg(test)]
mod tests {
    use super::{CLASSIFIER, Class, MachineShare, classify};

    /// One text of our own per class, and the traps: the first artefact wins.
    const TEXTS: &[(&str, Class)] = &[
        ("Formulaire du test d'intrusion rempli et signé", Class::Pentest),
        (
            "Lien permanent vers le rapport de l'espace de tests",
            Class::EvsLink,
        ),
        ("Dump du message reçu", Class::Hl7v2),
        ("Trace du flux contenant le message HL7", Class::Hl7v2),
        ("L'archive IHE_XDM.zip envoyée", Class::Xdm),
        ("Message SOAP signé", Class::SoapVihf),
        ("Logs de la transaction TD3.1", Class::DmpXds),
        ("Source SMTP du message envoyé", Class::MailMss),
        ("Fichier .csv des résultats", Class::CsvStats),
        ("Le document CDA produit", Class::Cda),
        ("Le fichier au format PDF/A-1", Class::Pdfa),
        ("Extrait de code commenté", Class::ConfigCode),
        ("Journaux d'accès de la journée", Class::LogTrace),
        ("Certificat révoqué et CRL utilisée", Class::CertX509),
        ("Justificatif de l’homologation", Class::Cnda),
        ("Attestation signée", Class::Attestation),
        ("Questionnaire rempli", Class::QuestionIdent),
        ("Démonstration (vidéo) de l'envoi d'un document CDA", Class::Demo),
        ("Capure d'écran du menu", Class::Demo),
        ("Scan d'une étiquette", Class::PrintScan),
        ("Procédure de sauvegarde", Class::Doc),
        ("TBD", Class::Placeholder),
        ("", Class::Placeholder),
        (" ?? ", Class::Placeholder),
        ("Une pièce sans nom connu", Class::Other),
    ];

    #[test]
    fn texts_have_their_class() {
        for (text, class) in TEXTS {
            assert_eq!(classify(text), *class, "{text:?}");
        }
    }

    #[test]
    fn gaps_lose_their_bounds() {
        assert_eq!(super::unbounded(r"a[^.]{0,90}\bb{2}c.{0,3}"), r"a[^.]*\bb{2}c.*");
        assert_eq!(super::unbounded("abc"), "abc");
    }

    #[test]
    fn tables_are_whole() {
        assert!(CLASSIFIER.rules.len() >= 20);
        let mut seen = std::collections::BTreeSet::new();
        for info in Class::all() {
            assert!(seen.insert(info.class), "{:?} twice", info.class);
            assert!(info.depth <= 3);
            assert!(!info.name.fr.is_empty() && !info.name.en.is_empty());
            assert!(!info.verifies.fr.is_empty() && !info.verifies.en.is_empty());
            assert!(info.class == Class::Placeholder || info.minimum >= 1 && !info.accepts.is_empty());
            // What a machine cannot judge to the end must say what a person looks at.
            assert!(
                info.machine() == MachineShare::Full || !info.review.is_empty(),
                "{:?}",
                info.class
            );
            assert_eq!(info.class.info(), info);
        }
        for (class, _) in &CLASSIFIER.rules {
            assert!(seen.contains(class), "{class:?} has a pattern and no entry");
        }
        assert_eq!(seen.len(), 23);
        assert_eq!(Class::CertX509.id(), "CERT_X509");
        assert_eq!(Class::Hl7v2.id(), "HL7V2");
    }
}
