//! The cases of `testcases/evidence/proofs`: files described in TOML, what must be found, what must be told.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// One case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// The files of the proof.
    pub files: Vec<File>,
    /// Check on the files together.
    pub set: Option<String>,
    /// Its parameters.
    #[serde(default)]
    pub parameters: toml::Table,
    /// Every finding: rule to severity.
    #[serde(default)]
    pub expect: BTreeMap<String, String>,
    /// Rules that the case shows to hold.
    #[serde(default)]
    pub conform: Vec<String>,
    /// Words that what was verified must contain.
    #[serde(default)]
    pub told: String,
    /// Words that must appear nowhere in the outcome.
    #[serde(default)]
    pub hidden: String,
    /// Something is left to a human.
    #[serde(default)]
    pub review: bool,
    /// Line of the first finding.
    pub line: Option<u32>,
}

/// A file, by one of the ways to make it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Text in UTF-8.
    text: Option<String>,
    /// Bytes in hexadecimal.
    hex: Option<String>,
    /// Lines of a PDF.
    pdf: Option<String>,
    /// Paragraphs of a docx.
    docx: Option<String>,
    /// A file beside the table.
    committed: Option<String>,
    /// A picture is in the PDF or the docx.
    #[serde(default)]
    picture: bool,
    /// More members of the docx.
    #[serde(default)]
    members: Vec<String>,
    /// Bytes kept.
    keep: Option<usize>,
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/evidence/proofs")
}

/// Every case of every table.
pub fn cases() -> Vec<Case> {
    super::files(&folder())
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .flat_map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            match toml::from_str::<Cases>(&text) {
                Ok(cases) => cases.case,
                Err(error) => panic!("{}: {error}", path.display()),
            }
        })
        .collect()
}

impl File {
    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.whole();
        bytes.truncate(self.keep.unwrap_or(usize::MAX));
        bytes
    }

    fn whole(&self) -> Vec<u8> {
        if let Some(text) = &self.text {
            text.clone().into_bytes()
        } else if let Some(hex) = &self.hex {
            let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
            digits
                .chunks(2)
                .map(|pair| (pair[0] * 16 + pair[1]) as u8)
                .collect()
        } else if let Some(lines) = &self.pdf {
            super::pdf::with_text(lines, self.picture)
        } else if let Some(paragraphs) = &self.docx {
            docx(paragraphs, self.picture, &self.members)
        } else if let Some(name) = &self.committed {
            std::fs::read(folder().join(name)).unwrap()
        } else {
            Vec::new()
        }
    }
}

/// A docx with a paragraph by line.
fn docx(paragraphs: &str, picture: bool, members: &[String]) -> Vec<u8> {
    let body: String = paragraphs
        .lines()
        .map(|line| format!("<w:p><w:r><w:t>{line}</w:t></w:r></w:p>"))
        .collect();
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let mut add = |name: &str, content: &[u8]| {
        writer.start_file(name, options).unwrap();
        writer.write_all(content).unwrap();
    };
    add("[Content_Types].xml", b"<Types/>");
    add("word/document.xml", document.as_bytes());
    if picture {
        add("word/media/image1.png", b"synthetic");
    }
    for name in members {
        add(name, b"synthetic");
    }
    writer.finish().unwrap().into_inner()
}
