//! Profile files: TOML, layered by `extends`, with errors that name the file, the line and the remedy.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;
use toml::Spanned;

use super::expression::{Expression, Path};
use super::grammar::Grammar;
use super::model::{
    Allowed, Assertion, FieldRule, Profile, SegmentTypes, Slice, SliceItem, Structure, Tolerance,
    TypeReference, Usage,
};
use crate::finding::Severity;
use crate::text::Text;

/// What is wrong with a profile file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct ProfileError {
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl ProfileError {
    fn at(file: &str, text: &str, offset: usize, message: impl Into<String>) -> Self {
        let before = text.get(..offset.min(text.len())).unwrap_or_default();
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
            message: message.into(),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn list(&self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one.clone()],
            Self::More(more) => more.clone(),
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawSelect {
    messages: Vec<String>,
    name: Vec<String>,
    version: Vec<String>,
    extension: Vec<String>,
    default: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStructure {
    rule: String,
    messages: Vec<String>,
    grammar: Spanned<String>,
    order_severity: Option<Severity>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawField {
    rule: String,
    path: Spanned<OneOrMore>,
    usage: Option<Usage>,
    values: Option<Vec<String>>,
    table: Option<Spanned<String>>,
    pattern: Option<Spanned<String>>,
    most: Option<usize>,
    when: Option<Spanned<String>>,
    severity: Option<Severity>,
    message: Option<[String; 2]>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAssertion {
    rule: String,
    #[serde(rename = "for")]
    each: Option<String>,
    when: Option<Spanned<String>>,
    require: Spanned<String>,
    at: Option<Spanned<String>>,
    message: [String; 2],
    expected: Option<String>,
    severity: Option<Severity>,
    code: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    code: String,
    label: String,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    repeats: bool,
    severity: Option<Severity>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSlice {
    rule: String,
    messages: Vec<String>,
    items: Vec<RawItem>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTolerance {
    rule: String,
    path: Option<String>,
    found: Option<Spanned<String>>,
    severity: Severity,
    #[expect(
        dead_code,
        reason = "says where the deviation was seen, for the reader of the file"
    )]
    seen: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProfile {
    id: String,
    title: [String; 2],
    #[serde(default)]
    extends: Vec<Spanned<String>>,
    #[serde(default)]
    select: RawSelect,
    #[serde(default)]
    features: Vec<String>,
    #[serde(default)]
    without: Vec<String>,
    #[serde(default)]
    disable: Vec<String>,
    #[serde(default)]
    severity: BTreeMap<String, Severity>,
    #[serde(default)]
    tables: BTreeMap<String, OneOrMore>,
    #[serde(default)]
    segments: BTreeMap<String, String>,
    #[serde(default)]
    types: BTreeMap<String, String>,
    #[serde(default)]
    structure: Vec<RawStructure>,
    #[serde(default)]
    field: Vec<RawField>,
    #[serde(default)]
    assert: Vec<RawAssertion>,
    #[serde(default)]
    slice: Vec<RawSlice>,
    #[serde(default)]
    tolerate: Vec<RawTolerance>,
}

struct Layer<'t> {
    file: &'t str,
    text: &'t str,
    raw: RawProfile,
}

impl Layer<'_> {
    fn fault<T>(&self, spanned: &Spanned<T>, message: impl Into<String>) -> ProfileError {
        ProfileError::at(self.file, self.text, spanned.span().start, message)
    }
}

/// Reads profile files (name, text) and merges their layers: every profile, in the order given.
pub fn load(files: &[(&str, &str)]) -> Result<Vec<Profile>, ProfileError> {
    let mut layers = Vec::new();
    for (file, text) in files {
        let raw: RawProfile = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            ProfileError::at(file, text, offset, error.message())
        })?;
        layers.push(Layer { file, text, raw });
    }
    let mut profiles = Vec::new();
    for layer in &layers {
        let mut order = Vec::new();
        ancestry(&layers, layer, &mut order, &mut Vec::new())?;
        profiles.push(compile(layer, &order)?);
    }
    Ok(profiles)
}

/// The layers of a profile, base first, each once.
fn ancestry<'l, 't>(
    layers: &'l [Layer<'t>],
    layer: &'l Layer<'t>,
    order: &mut Vec<&'l Layer<'t>>,
    open: &mut Vec<&'l str>,
) -> Result<(), ProfileError> {
    if order.iter().any(|known| known.raw.id == layer.raw.id) {
        return Ok(());
    }
    open.push(&layer.raw.id);
    for parent in &layer.raw.extends {
        let name = parent.get_ref();
        if open.iter().any(|id| id == name) {
            return Err(layer.fault(parent, format!("'{name}' extends itself")));
        }
        let found = layers
            .iter()
            .find(|other| other.raw.id == *name)
            .ok_or_else(|| layer.fault(parent, format!("no profile '{name}' to extend")))?;
        ancestry(layers, found, order, open)?;
    }
    open.pop();
    order.push(layer);
    Ok(())
}

fn compile(own: &Layer<'_>, order: &[&Layer<'_>]) -> Result<Profile, ProfileError> {
    let mut profile = Profile {
        id: own.raw.id.clone(),
        title: Text::new(own.raw.title[0].clone(), own.raw.title[1].clone()),
        messages: own.raw.select.messages.clone(),
        names: own.raw.select.name.clone(),
        versions: own.raw.select.version.clone(),
        extensions: own.raw.select.extension.clone(),
        default: own.raw.select.default,
        tables: BTreeMap::new(),
        segments: BTreeMap::new(),
        types: BTreeMap::new(),
        structures: Vec::new(),
        fields: Vec::new(),
        assertions: Vec::new(),
        slices: Vec::new(),
        severities: BTreeMap::new(),
        tolerances: Vec::new(),
        features: BTreeSet::new(),
        disabled: BTreeSet::new(),
        coded: BTreeMap::new(),
        plan: OnceLock::new(),
    };
    for layer in order {
        for (name, codes) in &layer.raw.tables {
            profile.tables.insert(name.clone(), codes.list());
        }
        for (name, types) in &layer.raw.segments {
            profile.segments.insert(name.clone(), segment_types(types));
        }
        for (name, types) in &layer.raw.types {
            let types = types.split_whitespace().map(str::to_owned).collect();
            profile.types.insert(name.clone(), types);
        }
        profile.severities.extend(layer.raw.severity.clone());
        profile.features.extend(layer.raw.features.iter().cloned());
        for feature in &layer.raw.without {
            profile.features.remove(feature);
        }
        profile.disabled.extend(layer.raw.disable.iter().cloned());
    }
    for layer in order {
        // A layer that disables a rule may say it anew: only the statements of the layers before it go.
        for disabled in &layer.raw.disable {
            profile.fields.retain(|field| field.rule != *disabled);
            profile.assertions.retain(|assertion| assertion.rule != *disabled);
            profile.slices.retain(|slice| slice.rule != *disabled);
        }
        statements(&mut profile, layer)?;
    }
    Ok(profile.indexed())
}

fn segment_types(types: &str) -> SegmentTypes {
    types
        .split_whitespace()
        .map(|one| TypeReference::new(one.trim_end_matches('*'), one.ends_with('*')))
        .collect()
}

fn statements(profile: &mut Profile, layer: &Layer<'_>) -> Result<(), ProfileError> {
    let tables = profile.tables.clone();
    let condition = |spanned: &Option<Spanned<String>>| {
        spanned
            .as_ref()
            .map(|text| {
                Expression::parse(text.get_ref(), &tables).map_err(|message| layer.fault(text, message))
            })
            .transpose()
    };
    for raw in &layer.raw.structure {
        profile.structures.push(Structure {
            rule: raw.rule.clone(),
            messages: raw.messages.clone(),
            grammar: Grammar::parse(raw.grammar.get_ref())
                .map_err(|message| layer.fault(&raw.grammar, message))?,
            order_severity: raw.order_severity,
        });
    }
    for raw in &layer.raw.field {
        let paths: Result<Vec<Path>, String> = raw
            .path
            .get_ref()
            .list()
            .iter()
            .map(|path| Path::parse(path))
            .collect();
        let allowed = match (&raw.values, &raw.table, &raw.pattern) {
            (Some(values), _, _) => Some(Allowed::Values(values.clone())),
            (None, Some(name), _) => Some(Allowed::Table {
                name: name.get_ref().clone(),
                codes: tables
                    .get(name.get_ref())
                    .cloned()
                    .ok_or_else(|| layer.fault(name, format!("no table '{}'", name.get_ref())))?,
            }),
            (None, None, Some(pattern)) => Some(Allowed::Pattern(
                Regex::new(pattern.get_ref()).map_err(|error| layer.fault(pattern, error.to_string()))?,
            )),
            (None, None, None) => None,
        };
        profile.fields.push(FieldRule {
            rule: raw.rule.clone(),
            paths: paths.map_err(|message| layer.fault(&raw.path, message))?,
            usage: raw.usage,
            allowed,
            most: raw.most,
            when: condition(&raw.when)?,
            severity: raw.severity,
            message: raw.message.clone().map(|[fr, en]| Text::new(fr, en)),
        });
    }
    for raw in &layer.raw.assert {
        let at = raw
            .at
            .as_ref()
            .map(|at| Path::parse(at.get_ref()).map_err(|message| layer.fault(at, message)))
            .transpose()?;
        let [fr, en] = raw.message.clone();
        profile.assertions.push(Assertion {
            rule: raw.rule.clone(),
            each: raw.each.clone(),
            when: condition(&raw.when)?,
            require: Expression::parse(raw.require.get_ref(), &tables)
                .map_err(|message| layer.fault(&raw.require, message))?,
            at,
            message: Text::new(fr, en),
            expected: raw.expected.clone(),
            severity: raw.severity,
            code: raw.code.clone(),
        });
    }
    for raw in &layer.raw.slice {
        profile.slices.push(Slice {
            rule: raw.rule.clone(),
            messages: raw.messages.clone(),
            items: raw
                .items
                .iter()
                .map(|item| SliceItem {
                    code: item.code.clone(),
                    label: item.label.clone(),
                    required: !item.optional,
                    repeats: item.repeats,
                    severity: item.severity,
                })
                .collect(),
        });
    }
    for raw in &layer.raw.tolerate {
        let found = raw
            .found
            .as_ref()
            .map(|found| Regex::new(found.get_ref()).map_err(|error| layer.fault(found, error.to_string())))
            .transpose()?;
        profile.tolerances.push(Tolerance {
            rule: raw.rule.clone(),
            path: raw.path.clone(),
            found,
            severity: raw.severity,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        load(&[("p.toml", text)]).unwrap_err().to_string()
    }

    #[test]
    fn errors_name_the_file_and_the_line() {
        let head = "id = 'a'\ntitle = ['a', 'a']\n";
        assert!(error(&format!("{head}unknown = 1\n")).starts_with("p.toml:3:1: "));
        assert!(
            error(&format!(
                "{head}[[structure]]\nrule = 'S'\nmessages = []\ngrammar = 'MSH ['\n"
            ))
            .starts_with("p.toml:6:")
        );
        assert!(
            error(&format!("{head}[[field]]\nrule = 'S'\npath = 'PID'\n"))
                .starts_with("p.toml:5:8: 'PID' is no path")
        );
        assert!(
            error(&format!(
                "{head}[[field]]\nrule = 'S'\npath = 'PID-1'\ntable = 'none'\n"
            ))
            .contains("no table 'none'")
        );
        assert!(error("id = 'a'\ntitle = ['a', 'a']\nextends = ['b']\n").contains("no profile 'b'"));
        assert!(error("id = 'a'\ntitle = ['a', 'a']\nextends = ['a']\n").contains("extends itself"));
    }

    #[test]
    fn a_layer_overrides_what_it_extends() {
        let base = "id = 'base'\ntitle = ['b', 'b']\nfeatures = ['x', 'y']\n[severity]\nR = 'error'\n[tables]\nt = ['1']\n[[field]]\nrule = 'R'\npath = 'PID-1'\nusage = 'R'\n";
        let top = "id = 'top'\ntitle = ['t', 't']\nextends = ['base']\nwithout = ['y']\ndisable = ['R']\n[severity]\nR = 'warning'\n[tables]\nt = ['2']\n[[field]]\nrule = 'R'\npath = 'PID-2'\ntable = 't'\n";
        let profiles = load(&[("base", base), ("top", top)]).unwrap();
        let top = &profiles[1];
        assert!(top.has("x") && !top.has("y"));
        assert_eq!(top.severities["R"], Severity::Warning);
        assert_eq!(top.fields.len(), 1);
        assert_eq!(top.fields[0].paths[0].field, 2);
        assert!(top.fields[0].allowed.as_ref().unwrap().holds("2"));
    }
}
