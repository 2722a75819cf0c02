//! Profiles from outside: a TOML file that extends the embedded ones, or an HL7 v2 conformance profile
//! (`HL7v2xConformanceProfile`, as Gazelle and the Messaging Workbench write them).
//!
//! Of a conformance profile, usage, cardinality, length, constant values and the tables that the file itself holds
//! (`hl7table`) are read, down to subcomponents. Tables of other files are left to the tool that has them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use regex::Regex;

use super::expression::Path;
use super::grammar::{Grammar, Item};
use super::library::embedded_files;
use super::load::{ProfileError, load};
use super::model::{Allowed, FieldRule, Profile, Structure, Usage};
use crate::engines::xml::{Document, NodeId, ParseOptions};
use crate::text::Text;

fn refused(file: &str, line: u32, column: u32, message: impl Into<String>) -> ProfileError {
    ProfileError {
        file: file.to_owned(),
        line: line as usize,
        column: column as usize,
        message: message.into(),
    }
}

/// Reads a profile of the user, in either format; errors name the line.
pub fn import(file: &str, bytes: &[u8]) -> Result<Profile, ProfileError> {
    if bytes.trim_ascii_start().starts_with(b"<") || bytes.starts_with(b"\xEF\xBB\xBF<") {
        return conformance_profile(file, bytes);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| refused(file, 1, 1, "a profile is UTF-8 text"))?;
    let mut files = embedded_files().to_vec();
    files.push((file, text));
    let mut profiles = load(&files)?;
    profiles.pop().ok_or_else(|| refused(file, 1, 1, "no profile"))
}

fn conformance_profile(file: &str, bytes: &[u8]) -> Result<Profile, ProfileError> {
    let document = Document::parse(bytes, &ParseOptions::default()).map_err(|error| {
        refused(
            file,
            error.position.line,
            error.position.column,
            error.kind.to_string(),
        )
    })?;
    let root = document.root_element();
    let definition = document
        .descendants(root)
        .find(|node| document.is_element(*node) && document.local_name(*node) == "HL7v2xStaticDef")
        .ok_or_else(|| refused(file, 1, 1, "no HL7v2xStaticDef element"))?;
    let tables = tables(&document);
    let mut reader = Reader {
        file,
        document: &document,
        tables: &tables,
        fields: Vec::new(),
    };
    let items = reader.items(definition, 0)?;
    let attribute = |name: &str| {
        document
            .attribute(definition, "", name)
            .unwrap_or_default()
            .to_owned()
    };
    let (kind, event) = (attribute("MsgType"), attribute("EventType"));
    let message = if event.is_empty() {
        kind
    } else {
        format!("{kind}^{event}")
    };
    Ok(Profile {
        id: file.to_owned(),
        title: Text::verbatim(attribute("EventDesc")),
        messages: vec![message.clone()],
        names: Vec::new(),
        versions: Vec::new(),
        extensions: Vec::new(),
        default: false,
        tables: tables.clone(),
        segments: BTreeMap::new(),
        types: BTreeMap::new(),
        structures: vec![Structure {
            rule: "PROFILE-STRUCTURE".to_owned(),
            // The user chose this profile: it is for whatever message it is given.
            messages: vec![message.split('^').next().unwrap_or_default().to_owned(), message],
            grammar: Grammar::new(items),
            order_severity: None,
        }],
        fields: std::mem::take(&mut reader.fields),
        assertions: Vec::new(),
        slices: Vec::new(),
        severities: BTreeMap::new(),
        tolerances: Vec::new(),
        features: BTreeSet::new(),
        disabled: BTreeSet::new(),
        coded: BTreeMap::new(),
        plan: OnceLock::new(),
    }
    .indexed())
}

/// The tables that the file holds: number without leading zeros, codes.
fn tables(document: &Document) -> BTreeMap<String, Vec<String>> {
    document
        .descendants(document.root_element())
        .filter(|node| document.is_element(*node) && document.local_name(*node) == "hl7table")
        .filter_map(|node| {
            let number = table_number(document.attribute(node, "", "id")?);
            let codes: Vec<String> = document
                .child_elements(node)
                .filter_map(|element| document.attribute(element, "", "code"))
                .map(str::to_owned)
                .collect();
            (!codes.is_empty()).then_some((number, codes))
        })
        .collect()
}

fn table_number(written: &str) -> String {
    written.trim().trim_start_matches('0').to_owned()
}

struct Reader<'d> {
    file: &'d str,
    document: &'d Document,
    tables: &'d BTreeMap<String, Vec<String>>,
    fields: Vec<FieldRule>,
}

/// Segment groups nest a few levels.
const DEEPEST: usize = 16;

impl Reader<'_> {
    fn attribute(&self, node: NodeId, name: &str) -> &str {
        self.document.attribute(node, "", name).unwrap_or_default()
    }

    fn fault(&self, node: NodeId, message: impl Into<String>) -> ProfileError {
        let position = self.document.position(node);
        refused(self.file, position.line, position.column, message)
    }

    fn items(&mut self, parent: NodeId, depth: usize) -> Result<Vec<Item>, ProfileError> {
        if depth > DEEPEST {
            return Err(self.fault(parent, "segment groups nest too deeply"));
        }
        let children: Vec<NodeId> = self.document.child_elements(parent).collect();
        let mut items = Vec::new();
        for child in children {
            let name = self.attribute(child, "Name").to_owned();
            let usage = self.attribute(child, "Usage");
            if usage == "X" {
                continue;
            }
            let optional = usage != "R" || self.attribute(child, "Min") == "0";
            let repeats = !matches!(self.attribute(child, "Max"), "1" | "0" | "");
            match self.document.local_name(child) {
                "Segment" => {
                    if name.len() != 3 {
                        return Err(self.fault(child, format!("'{name}' is no segment name")));
                    }
                    self.segment(child, &name)?;
                    items.push(Item::Segment {
                        name,
                        optional,
                        repeats,
                    });
                }
                "SegGroup" => {
                    let inner = self.items(child, depth + 1)?;
                    items.push(Item::Group {
                        name,
                        optional,
                        repeats,
                        items: inner,
                    });
                }
                _ => {}
            }
        }
        Ok(items)
    }

    fn segment(&mut self, node: NodeId, name: &str) -> Result<(), ProfileError> {
        let fields: Vec<NodeId> = self
            .document
            .child_elements(node)
            .filter(|child| self.document.local_name(*child) == "Field")
            .collect();
        for (index, field) in fields.into_iter().enumerate() {
            let place = format!("{name}-{}", index + 1);
            self.rule(field, &place, &place)?;
            if let Ok(most) = self.attribute(field, "Max").parse::<usize>()
                && most > 0
            {
                let path = Path::parse(&place).map_err(|message| self.fault(field, message))?;
                self.fields.push(FieldRule {
                    rule: "PROFILE-CARDINALITY".to_owned(),
                    paths: vec![path],
                    usage: None,
                    allowed: None,
                    most: Some(most),
                    when: None,
                    severity: None,
                    message: None,
                });
            }
            self.parts(field, &format!("{place}[*]"), &place)?;
        }
        Ok(())
    }

    /// The rules of the components of a field, or of the subcomponents of a component.
    fn parts(&mut self, parent: NodeId, place: &str, field: &str) -> Result<(), ProfileError> {
        let children: Vec<NodeId> = self
            .document
            .child_elements(parent)
            .filter(|child| matches!(self.document.local_name(*child), "Component" | "SubComponent"))
            .collect();
        for (index, child) in children.into_iter().enumerate() {
            let own = format!("{place}.{}", index + 1);
            self.rule(child, &own, field)?;
            if self.document.local_name(child) == "Component" {
                self.parts(child, &own, field)?;
            }
        }
        Ok(())
    }

    /// The rules that the attributes of a field, component or subcomponent say.
    fn rule(&mut self, node: NodeId, place: &str, field: &str) -> Result<(), ProfileError> {
        let path = Path::parse(place).map_err(|message| self.fault(node, message))?;
        let delimiters = matches!(field, "MSH-1" | "MSH-2");
        let mut push = |rule: &str, usage: Option<Usage>, allowed: Option<Allowed>| {
            self.fields.push(FieldRule {
                rule: rule.to_owned(),
                paths: vec![path.clone()],
                usage,
                allowed,
                most: None,
                when: None,
                severity: None,
                message: None,
            });
        };
        match self.document.attribute(node, "", "Usage").unwrap_or_default() {
            "R" => push("PROFILE-USAGE", Some(Usage::R), None),
            "X" => push("PROFILE-USAGE", Some(Usage::X), None),
            _ => {}
        }
        let constant = self
            .document
            .attribute(node, "", "ConstantValue")
            .unwrap_or_default();
        if !constant.is_empty() {
            push(
                "PROFILE-VALUE",
                None,
                Some(Allowed::Values(vec![constant.to_owned()])),
            );
        }
        let table = self.document.attribute(node, "", "Table").unwrap_or_default();
        if let Some(codes) = self.tables.get(&table_number(table)) {
            push(
                "PROFILE-VALUE",
                None,
                Some(Allowed::Table {
                    name: table.to_owned(),
                    codes: codes.clone(),
                }),
            );
        }
        let length = self.document.attribute(node, "", "Length").unwrap_or_default();
        if let Ok(length) = length.parse::<u32>()
            && (1..=65_000).contains(&length)
            && !delimiters
            && let Ok(pattern) = Regex::new(&format!("^(?s:.){{0,{length}}}$"))
        {
            push("PROFILE-LENGTH", None, Some(Allowed::Pattern(pattern)));
        }
        Ok(())
    }
}
