//! The JSON Schemas describe what is written. A small validator stands here: the keywords that schemars uses, no more.

use conforme::record::{Record, ValidationRecord};
use serde_json::Value;

use crate::sample;

/// Panics where `value` does not fit `schema`.
fn check(root: &Value, schema: &Value, value: &Value, at: &str) {
    assert!(fits(root, schema, value), "{at}: {value} does not fit {schema}");
    let schema = resolve(root, schema);
    if let (Some(properties), Some(object)) = (schema["properties"].as_object(), value.as_object()) {
        for (key, inner) in object {
            let known = properties
                .get(key)
                .or_else(|| schema.get("additionalProperties"))
                .unwrap_or_else(|| panic!("{at}/{key} is not in the schema"));
            check(root, known, inner, &format!("{at}/{key}"));
        }
        for key in schema["required"].as_array().into_iter().flatten() {
            assert!(
                object.contains_key(key.as_str().unwrap()),
                "{at}: {key} is missing"
            );
        }
    }
    if let (Some(items), Some(array)) = (schema.get("items"), value.as_array()) {
        for (index, item) in array.iter().enumerate() {
            check(root, items, item, &format!("{at}/{index}"));
        }
    }
}

fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => resolve(root, root.pointer(reference.trim_start_matches('#')).unwrap()),
        None => schema,
    }
}

/// True when the kind of `value` is what `schema` wants, without looking inside objects and arrays.
fn fits(root: &Value, schema: &Value, value: &Value) -> bool {
    let schema = resolve(root, schema);
    if schema == &Value::Bool(true) {
        return true;
    }
    if let Some(choices) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        return choices.iter().any(|choice| fits(root, choice, value));
    }
    if let Some(constant) = schema.get("const") {
        return constant == value;
    }
    if let Some(choices) = schema["enum"].as_array() {
        return choices.contains(value);
    }
    let of_type = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    };
    match &schema["type"] {
        Value::String(name) => of_type(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(of_type),
        _ => true,
    }
}

#[test]
fn records_fit_their_schema() {
    let schema = serde_json::to_value(schemars::schema_for!(Record)).unwrap();
    check(
        &schema,
        &schema,
        &serde_json::to_value(sample::record()).unwrap(),
        "",
    );
    let schema = serde_json::to_value(schemars::schema_for!(ValidationRecord)).unwrap();
    check(
        &schema,
        &schema,
        &serde_json::to_value(sample::validation()).unwrap(),
        "",
    );
}

#[test]
fn the_validator_refuses_what_does_not_fit() {
    let schema = serde_json::to_value(schemars::schema_for!(Record)).unwrap();
    let mut value = serde_json::to_value(sample::record()).unwrap();
    value["requirements"][0]["verdict"] = "excellent".into();
    let result = std::panic::catch_unwind(|| check(&schema, &schema, &value, ""));
    assert!(result.is_err());
}
