//! Abstract patterns: each `is-a` becomes a copy of its abstract pattern with the parameters put in.

use std::collections::HashMap;

use super::error::{LoadWarning, WarningKind};
use super::source::{Child, Element};

/// Attributes that hold expressions, where parameters are replaced.
const EXPRESSIONS: [&str; 6] = ["test", "context", "select", "value", "path", "subject"];

/// Most characters an expression may grow to, so that parameters that name each other cannot explode.
const LONGEST: usize = 1 << 20;

/// Replaces the patterns of a schema that are instances of abstract ones, and removes the abstract ones.
pub(super) fn expand(schema: &mut Element, warnings: &mut Vec<LoadWarning>) {
    let mut abstract_patterns: HashMap<String, Element> = HashMap::new();
    for pattern in schema
        .named("pattern")
        .filter(|pattern| pattern.attribute("abstract") == Some("true"))
    {
        if let Some(id) = pattern.attribute("id") {
            // The first of a name counts, as the identifier should be unique.
            abstract_patterns
                .entry(id.to_owned())
                .or_insert_with(|| pattern.clone());
        }
    }
    let mut kept = Vec::with_capacity(schema.children.len());
    for child in std::mem::take(&mut schema.children) {
        let Child::Element(element) = child else {
            kept.push(child);
            continue;
        };
        if element.name != "pattern" {
            kept.push(Child::Element(element));
            continue;
        }
        if element.attribute("abstract") == Some("true") {
            continue;
        }
        let Some(name) = element.attribute("is-a") else {
            kept.push(Child::Element(element));
            continue;
        };
        match abstract_patterns.get(name) {
            Some(model) => kept.push(Child::Element(instance(model, &element))),
            None => {
                let kind = WarningKind::UnknownAbstractPattern {
                    name: name.to_owned(),
                };
                warnings.push(LoadWarning {
                    place: element.place,
                    kind,
                });
            }
        }
    }
    schema.children = kept;
}

/// A copy of an abstract pattern under the identity of its instance.
fn instance(model: &Element, caller: &Element) -> Element {
    let parameters: Vec<(String, String)> = caller
        .named("param")
        .filter_map(|parameter| {
            let name = parameter
                .attribute("name")
                .or_else(|| parameter.attribute("formal"))?;
            let value = parameter
                .attribute("value")
                .or_else(|| parameter.attribute("actual"))?;
            Some((format!("${name}"), value.to_owned()))
        })
        .collect();
    let mut pattern = Element {
        name: model.name.clone(),
        attributes: caller
            .attributes
            .iter()
            .filter(|(name, _)| name != "is-a")
            .cloned()
            .collect(),
        children: model.children.clone(),
        place: caller.place.clone(),
    };
    for (name, value) in &model.attributes {
        if !matches!(name.as_str(), "id" | "abstract") && pattern.attribute(name).is_none() {
            pattern.attributes.push((name.clone(), value.clone()));
        }
    }
    // Rules written in the instance itself come after those of the model.
    let own = caller
        .children
        .iter()
        .filter(|child| matches!(child, Child::Element(element) if element.name != "param"));
    let mut own: Vec<Child> = own.cloned().collect();
    for child in &mut pattern.children {
        replace(child, &parameters);
    }
    pattern.children.append(&mut own);
    pattern
}

fn replace(child: &mut Child, parameters: &[(String, String)]) {
    match child {
        Child::Text(text) => substitute(text, parameters),
        Child::Element(element) => {
            for (name, value) in &mut element.attributes {
                if EXPRESSIONS.contains(&name.as_str()) {
                    substitute(value, parameters);
                }
            }
            for child in &mut element.children {
                replace(child, parameters);
            }
        }
    }
}

/// Replaces parameters one after the other, in the order written, as the skeleton does.
fn substitute(text: &mut String, parameters: &[(String, String)]) {
    if !text.contains('$') {
        return;
    }
    for (name, value) in parameters {
        if text.contains(name.as_str()) {
            let grown = text.replace(name.as_str(), value);
            if grown.len() <= LONGEST {
                *text = grown;
            }
        }
    }
}
