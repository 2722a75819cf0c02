//! Word-processing and presentation documents: docx, pptx, odt, odp. What they hold, and their words.

use super::Evidence;
use super::archive::Archive;
use crate::engines::xml::{Document, NodeId, NodeKind, ParseOptions};
use crate::finding::Finding;
use crate::limits::Limits;

/// Parts read for their words.
const PARTS: usize = 2_000;

/// Why an office document cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub enum OfficeError {
    /// A binary format of before 2007 (`.doc`, `.ppt`), which is not read.
    Legacy,
    /// Protected by a password.
    Locked,
    /// The package or its main part cannot be read; the findings say why, when the package is at fault.
    Broken {
        /// What is wrong.
        cause: String,
        /// Findings on the package.
        findings: Vec<Finding>,
    },
}

/// An office document.
#[derive(Debug, Clone, PartialEq)]
pub struct Office {
    /// `docx`, `pptx`, `odt`, `odp`...
    pub format: &'static str,
    /// The words, a line by paragraph.
    pub text: String,
    /// Pictures in the package.
    pub pictures: usize,
    /// The package carries a digital signature.
    pub signed: bool,
    /// Macros are in the package.
    pub macros: bool,
}

/// The parts that hold the words of a format, and the names of a paragraph, a text run and a tab.
struct Vocabulary {
    format: &'static str,
    main: &'static str,
    more: &'static [&'static str],
    paragraphs: &'static [&'static str],
    /// Element whose text counts; none: all text inside paragraphs.
    run: Option<&'static str>,
}

static VOCABULARIES: [Vocabulary; 3] = [
    Vocabulary {
        format: "docx",
        main: "word/document.xml",
        more: &["word/header", "word/footer", "word/footnotes"],
        paragraphs: &["p"],
        run: Some("t"),
    },
    Vocabulary {
        format: "pptx",
        main: "ppt/presentation.xml",
        more: &["ppt/slides/slide", "ppt/notesSlides/"],
        paragraphs: &["p"],
        run: Some("t"),
    },
    Vocabulary {
        format: "OpenDocument",
        main: "content.xml",
        more: &[],
        paragraphs: &["p", "h"],
        run: None,
    },
];

impl Office {
    /// Reads an office document.
    pub fn read(evidence: &Evidence, limits: &Limits) -> Result<Self, OfficeError> {
        if evidence.head().starts_with(b"\xD0\xCF\x11\xE0") {
            let locked = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
            let head = evidence.head();
            return Err(if head.windows(locked.len()).any(|window| window == locked) {
                OfficeError::Locked
            } else {
                OfficeError::Legacy
            });
        }
        // Screenshots make documents larger than the archives of the exchange, for which the limit was set.
        let limits = Limits {
            archive_bytes: limits.file_bytes,
            ..limits.clone()
        };
        let mut archive = Archive::open(evidence, &limits);
        let broken = |archive: &mut Archive, cause: String| OfficeError::Broken {
            cause,
            findings: archive.take_findings(),
        };
        if !archive.readable() {
            return Err(broken(&mut archive, "not a zip package".to_owned()));
        }
        let names: Vec<String> = archive
            .members()
            .iter()
            .map(|member| member.name.clone())
            .collect();
        let Some(vocabulary) = VOCABULARIES
            .iter()
            .find(|vocabulary| names.iter().any(|name| name == vocabulary.main))
        else {
            return Err(broken(
                &mut archive,
                "no main part (word/document.xml, ppt/presentation.xml, content.xml)".to_owned(),
            ));
        };
        let mut text = String::new();
        for name in parts(vocabulary, &names) {
            let Some(bytes) = archive.extract(name) else {
                if name == vocabulary.main {
                    return Err(broken(&mut archive, format!("part {name}")));
                }
                continue;
            };
            match Document::parse(&bytes, &ParseOptions::default()) {
                Ok(document) => words(&document, vocabulary, &mut text),
                Err(error) if name == vocabulary.main => {
                    return Err(broken(
                        &mut archive,
                        format!("part {name}: {}", error.kind.text().en),
                    ));
                }
                Err(_) => {}
            }
        }
        let any = |start: &str| names.iter().any(|name| name.starts_with(start));
        Ok(Self {
            format: vocabulary.format,
            text,
            pictures: names
                .iter()
                .filter(|name| name.contains("/media/") || name.starts_with("Pictures/"))
                .count(),
            signed: any("_xmlsignatures/") || any("META-INF/documentsignatures"),
            macros: names.iter().any(|name| name.ends_with("/vbaProject.bin")) || any("Basic/"),
        })
    }
}

/// The parts with words: the main one first, slides in their order.
fn parts<'n>(vocabulary: &Vocabulary, names: &'n [String]) -> Vec<&'n str> {
    let mut more: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| {
            *name != vocabulary.main
                && name.to_lowercase().ends_with(".xml")
                && vocabulary.more.iter().any(|start| name.starts_with(start))
        })
        .collect();
    more.sort_by_key(|name| (name.len(), *name));
    let main = names
        .iter()
        .map(String::as_str)
        .filter(|name| *name == vocabulary.main);
    main.chain(more).take(PARTS).collect()
}

fn words(document: &Document, vocabulary: &Vocabulary, text: &mut String) {
    let mut inside = 0_usize;
    let mut end: Option<NodeId> = None;
    for node in document.descendants(document.root_element()) {
        if end.is_some_and(|end| node >= end) {
            text.push('\n');
            (inside, end) = (0, None);
        }
        match document.kind(node) {
            NodeKind::Element => {
                let name = document.local_name(node);
                if vocabulary.paragraphs.contains(&name) && end.is_none() {
                    end = Some(document.subtree_end(node));
                    inside = 1;
                } else if matches!(name, "tab" | "br" | "s" | "line-break") && inside > 0 {
                    text.push(' ');
                }
            }
            NodeKind::Text => {
                let wanted = inside > 0
                    && vocabulary.run.is_none_or(|run| {
                        document
                            .parent(node)
                            .is_some_and(|parent| document.local_name(parent) == run)
                    });
                if wanted {
                    text.push_str(document.text(node));
                }
            }
            _ => {}
        }
    }
    text.push('\n');
}
