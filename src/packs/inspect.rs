//! What a pack holds: its hash, its counts, and what is wrong with its files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::files::{Lookup, PackFiles, resolve};
use crate::engines::xml::{Document, NodeKind, ParseOptions};
use crate::evidence::{hex, sha256_hex};
use crate::text::Text;

/// The namespace of Schematron.
const SCHEMATRON: &str = "http://purl.oclc.org/dsdl/schematron";
/// Most included files of one schematron.
const INCLUDE_LIMIT: usize = 20_000;

/// What is wrong with a file of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// A schematron needs it and it is not there.
    Missing,
    /// It is there and holds nothing.
    Empty,
    /// It is there under a name that differs by case.
    Case,
    /// It is not well-formed XML.
    Malformed,
}

/// Something wrong with a file of a pack, told once however many schematrons need it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    /// The path, as the schematrons write it.
    pub path: String,
    /// What is wrong.
    pub kind: ProblemKind,
    /// The schematrons that need it, directly or not.
    pub schemas: BTreeSet<String>,
}

impl Problem {
    /// Whether rules that need the file cannot be judged; a difference of case is repaired.
    pub fn blocks(&self) -> bool {
        self.kind != ProblemKind::Case
    }

    /// What a user reads.
    pub fn text(&self) -> Text {
        let count = self.schemas.len();
        let (fr, en) = match self.kind {
            ProblemKind::Missing => ("fichier absent", "missing file"),
            ProblemKind::Empty => ("fichier vide", "empty file"),
            ProblemKind::Case => ("la casse du nom diffère", "the case of the name differs"),
            ProblemKind::Malformed => ("XML mal formé", "malformed XML"),
        };
        Text::new(
            format!("{} : {fr} ({count} schématron(s) concerné(s))", self.path),
            format!("{}: {en} ({count} schematron(s) concerned)", self.path),
        )
    }
}

/// What a pack holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// Identifier.
    pub id: String,
    /// Version: the date of the newest value set, or that of the rules for the embedded pack.
    pub version: String,
    /// SHA-256 of the paths and contents that can change a verdict.
    pub sha256: String,
    /// Files that can change a verdict.
    pub files: u64,
    /// Schematrons that run by themselves.
    pub schematrons: u64,
    /// Asserts and reports, each file counted once.
    pub rules: u64,
    /// Value sets.
    pub value_sets: u64,
    /// Codes of the value sets.
    pub codes: u64,
    /// What is wrong, sorted.
    pub problems: Vec<Problem>,
}

/// SHA-256 of a pack: of its paths and of the hash of each content, in order.
pub(super) fn hash(files: &PackFiles) -> String {
    let mut whole = Sha256::new();
    for path in files.paths() {
        let content = files
            .read(path)
            .map(|bytes| sha256_hex(&bytes))
            .unwrap_or_default();
        whole.update(path.as_bytes());
        whole.update([0]);
        whole.update(content.as_bytes());
        whole.update([b'\n']);
    }
    hex(&whole.finalize())
}

/// Counts and checks the files of a pack; `is_entry` tells the schematrons that run by themselves.
pub(super) fn inspect(files: &PackFiles, is_entry: impl Fn(&str) -> bool, id: &str) -> Inventory {
    let mut inventory = Inventory {
        id: id.to_owned(),
        version: String::new(),
        sha256: hash(files),
        files: files.len() as u64,
        schematrons: files.paths().filter(|path| is_entry(path)).count() as u64,
        rules: 0,
        value_sets: 0,
        codes: 0,
        problems: Vec::new(),
    };
    let mut read: BTreeMap<String, Contents> = BTreeMap::new();
    let mut broken: BTreeSet<String> = BTreeSet::new();
    let mut newest = String::new();
    for path in files.paths() {
        if !path.to_lowercase().ends_with(".sch") && !path.to_lowercase().ends_with(".xml") {
            continue;
        }
        if files.size(path) == Some(0) {
            continue;
        }
        let bytes = files.read(path).unwrap_or_default();
        let Ok(document) = Document::parse(&bytes, &ParseOptions::default()) else {
            broken.insert(path.to_owned());
            continue;
        };
        if path.to_lowercase().ends_with(".sch") {
            let contents = Contents::of(&document);
            inventory.rules += contents.rules;
            read.insert(path.to_owned(), contents);
        } else {
            let (sets, codes) = value_sets(&document, &mut newest);
            inventory.value_sets += sets;
            inventory.codes += codes;
        }
    }
    inventory.version = newest;
    let mut problems: BTreeMap<(String, ProblemKind), BTreeSet<String>> = BTreeMap::new();
    for entry in files.paths().filter(|path| is_entry(path)) {
        needs(entry, files, &read, &broken, &mut problems);
    }
    inventory.problems = problems
        .into_iter()
        .map(|((path, kind), schemas)| Problem { path, kind, schemas })
        .collect();
    inventory
}

/// What one schematron file needs and holds.
#[derive(Debug, Default)]
struct Contents {
    rules: u64,
    includes: Vec<String>,
    documents: Vec<String>,
}

impl Contents {
    fn of(document: &Document) -> Self {
        let mut contents = Self::default();
        for node in document.descendants(document.root_element()) {
            if document.kind(node) != NodeKind::Element || document.namespace(node) != SCHEMATRON {
                continue;
            }
            match document.local_name(node) {
                "assert" | "report" => contents.rules += 1,
                "include" => contents
                    .includes
                    .extend(document.attribute(node, "", "href").map(str::to_owned)),
                _ => {}
            }
            for attribute in document.attributes(node) {
                literals(document.text(attribute), &mut contents.documents);
            }
        }
        contents
    }
}

/// The literal paths of XML files in an expression: `document('../jeuxDeValeurs/x.xml')`.
fn literals(expression: &str, into: &mut Vec<String>) {
    for quote in ['\'', '"'] {
        for literal in expression.split(quote).skip(1).step_by(2) {
            // A piece of a path that the expression completes is not a path.
            let file = literal.to_lowercase().ends_with(".xml") || literal.contains("/jeuxDeValeurs/JDV");
            if file && literal.contains('/') && !literal.contains('$') {
                into.push(literal.to_owned());
            }
        }
    }
}

/// Follows what `entry` includes and reads, and notes what is wrong on the way.
fn needs(
    entry: &str,
    files: &PackFiles,
    read: &BTreeMap<String, Contents>,
    broken: &BTreeSet<String>,
    problems: &mut BTreeMap<(String, ProblemKind), BTreeSet<String>>,
) {
    let mut waiting = vec![entry.to_owned()];
    let mut seen = BTreeSet::new();
    let mut note = |path: &str, kind: ProblemKind| {
        problems
            .entry((path.to_owned(), kind))
            .or_default()
            .insert(entry.to_owned());
    };
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) || seen.len() > INCLUDE_LIMIT {
            continue;
        }
        if broken.contains(&path) {
            note(&path, ProblemKind::Malformed);
        }
        let Some(contents) = read.get(&path) else { continue };
        let includes = contents.includes.iter().map(|href| (resolve(&path, href), true));
        // Documents are relative to the schematron that runs, whatever file names them.
        let documents = contents
            .documents
            .iter()
            .map(|href| (resolve(entry, href), false));
        for (target, include) in includes.chain(documents) {
            let found = match files.find(&target) {
                Lookup::Exact(found) => found,
                Lookup::OtherCase(found) => {
                    note(&target, ProblemKind::Case);
                    found
                }
                Lookup::Missing => {
                    // An include below a file of the same name as a folder: published links were lost.
                    match hollow_parent(files, &target) {
                        Some(parent) => note(&parent, ProblemKind::Empty),
                        None => note(&target, ProblemKind::Missing),
                    }
                    continue;
                }
            };
            if files.size(found) == Some(0) {
                note(&target, ProblemKind::Empty);
            } else if include {
                waiting.push(found.to_owned());
            } else if broken.contains(found) {
                note(&target, ProblemKind::Malformed);
            }
        }
    }
}

/// The empty file that stands where a folder of `path` should be.
fn hollow_parent(files: &PackFiles, path: &str) -> Option<String> {
    let mut end = path.len();
    while let Some(at) = path.get(..end)?.rfind('/') {
        let parent = path.get(..at)?;
        if files.size(parent) == Some(0) {
            return Some(parent.to_owned());
        }
        end = at;
    }
    None
}

/// How many value sets and codes a file holds; remembers the newest date of a value set.
fn value_sets(document: &Document, newest: &mut String) -> (u64, u64) {
    let (mut sets, mut codes) = (0, 0);
    for node in document.descendants(document.root_element()) {
        if document.kind(node) != NodeKind::Element {
            continue;
        }
        match document.local_name(node) {
            "ValueSet" | "valueSet" => {
                sets += 1;
                let date: String = document
                    .attribute(node, "", "dateMaj")
                    .unwrap_or_default()
                    .chars()
                    .take(8)
                    .collect();
                if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) {
                    let date = dashed(&date);
                    if date > *newest {
                        *newest = date;
                    }
                }
            }
            "Concept" | "concept" => codes += 1,
            _ => {}
        }
    }
    (sets, codes)
}

/// `20241213` as `2024-12-13`.
fn dashed(date: &str) -> String {
    let mut dashed = String::with_capacity(10);
    for (index, character) in date.chars().enumerate() {
        if index == 4 || index == 6 {
            dashed.push('-');
        }
        let _ = write!(dashed, "{character}");
    }
    dashed
}
