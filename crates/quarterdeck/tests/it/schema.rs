//! Holds a value against its JSON Schema: the words of it that the program's own descriptions use.

use serde_json::Value;

/// What does not fit, a line each; `whole` is the document that references point into.
pub(crate) fn misfits(value: &Value, schema: &Value, whole: &Value) -> Vec<String> {
    let mut told = Vec::new();
    check(value, schema, whole, "", &mut told);
    told
}

fn check(value: &Value, schema: &Value, whole: &Value, place: &str, told: &mut Vec<String>) {
    let Value::Object(words) = schema else {
        if schema == &Value::Bool(false) {
            told.push(format!("{place}: nothing is allowed here"));
        }
        return;
    };
    for (word, rule) in words {
        match word.as_str() {
            "$ref" => {
                let pointer = rule.as_str().and_then(|place| place.strip_prefix('#')).expect("a pointer");
                check(value, whole.pointer(pointer).expect("it leads somewhere"), whole, place, told);
            }
            "type" => {
                let fits = match rule {
                    Value::Array(kinds) => kinds.iter().any(|kind| is(value, kind)),
                    kind => is(value, kind),
                };
                if !fits {
                    told.push(format!("{place}: {value} is not of type {rule}"));
                }
            }
            "enum" if !rule.as_array().expect("a list").contains(value) => {
                told.push(format!("{place}: {value} is none of {rule}"));
            }
            "required" if value.is_object() => {
                for name in rule.as_array().expect("a list").iter().filter_map(Value::as_str) {
                    if value.get(name).is_none() {
                        told.push(format!("{place}: `{name}` is missing"));
                    }
                }
            }
            "properties" => {
                for (name, rule) in rule.as_object().expect("an object") {
                    if let Some(value) = value.get(name) {
                        check(value, rule, whole, &format!("{place}/{name}"), told);
                    }
                }
            }
            "additionalProperties" => {
                let known = words.get("properties").and_then(Value::as_object);
                for (name, value) in value.as_object().into_iter().flatten() {
                    if known.is_none_or(|known| !known.contains_key(name)) {
                        check(value, rule, whole, &format!("{place}/{name}"), told);
                    }
                }
            }
            "items" => {
                for (at, value) in value.as_array().into_iter().flatten().enumerate() {
                    check(value, rule, whole, &format!("{place}/{at}"), told);
                }
            }
            "prefixItems" => {
                let values = value.as_array().into_iter().flatten().zip(rule.as_array().expect("a list"));
                for (at, (value, rule)) in values.enumerate() {
                    check(value, rule, whole, &format!("{place}/{at}"), told);
                }
            }
            "minItems"
                if value.as_array().is_some_and(|all| (all.len() as u64) < rule.as_u64().unwrap_or(0)) =>
            {
                told.push(format!("{place}: too few"));
            }
            "maxItems"
                if value.as_array().is_some_and(|all| all.len() as u64 > rule.as_u64().unwrap_or(0)) =>
            {
                told.push(format!("{place}: too many"));
            }
            "minimum" if value.as_f64().is_some_and(|value| value < rule.as_f64().unwrap_or(0.0)) => {
                told.push(format!("{place}: too small"));
            }
            "anyOf" | "oneOf" => {
                let fits = |rule: &Value| misfits(value, rule, whole).is_empty();
                if !rule.as_array().expect("a list").iter().any(fits) {
                    told.push(format!("{place}: {value} fits none of {rule}"));
                }
            }
            "allOf" => {
                for rule in rule.as_array().expect("a list") {
                    check(value, rule, whole, place, told);
                }
            }
            "enum" | "required" | "minItems" | "maxItems" | "minimum" | "description" | "format"
            | "title" | "default" | "deprecated" | "definitions" => {}
            other => panic!("the schema says `{other}`, which this does not know"),
        }
    }
}

fn is(value: &Value, kind: &Value) -> bool {
    match kind.as_str().expect("a word") {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("there is no type `{other}`"),
    }
}

#[test]
fn what_does_not_fit_is_told() {
    use serde_json::json;
    let whole = json!({ "defs": { "word": { "type": ["string", "null"] } } });
    let schema = json!({ "type": "object", "required": ["a"], "additionalProperties": false,
        "properties": { "a": { "$ref": "#/defs/word" }, "b": { "type": "array", "items": { "enum": [1, 2] } } } });
    let fits = |value: Value| misfits(&value, &schema, &whole);
    assert!(fits(json!({ "a": null, "b": [1, 2] })).is_empty());
    for wrong in
        [json!([]), json!({}), json!({ "a": 1 }), json!({ "a": "", "b": [3] }), json!({ "a": "", "c": 1 })]
    {
        assert_eq!(fits(wrong.clone()).len(), 1, "{wrong}");
    }
}
