//! JSON Schemas of the company's TOML files, for editors that complete and check as one
//! types. Made of the declarations, so that they know each table the reader knows.

use qd_tables::{COMPANY, Column, Declaration, Kind};
use serde_json::{Map, Value, json};

use crate::{
    names::one_of,
    toml_file::{inside, sections, writable},
    value::SHARE,
};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of `company.toml`: the company's own keys, and every table that may stand
/// in it. It fits `people.toml`, `vendors.toml` and their like as well, save for `name`.
#[must_use]
pub fn json_schema() -> Value {
    let mut schema = row(&COMPANY);
    let mut definitions = Map::new();
    for table in sections() {
        definitions.insert(table.name.to_owned(), row(table));
        let rows = json!({
            "type": "object",
            "description": table.comment,
            "additionalProperties": { "$ref": format!("#/$defs/{}", table.name) },
        });
        schema["properties"][table.name] = rows;
    }
    let assumptions =
        json!({ "type": "object", "description": "Numbers put in the place of built-in assumptions." });
    schema["properties"]["assumptions"] = assumptions;
    schema["$defs"] = Value::Object(definitions);
    schema["$schema"] = DIALECT.into();
    schema["title"] = "company.toml".into();
    schema
}

/// The schema of a file that is one row of `table`, such as `people/ada.toml`.
#[must_use]
pub fn json_schema_of(table: &'static Declaration) -> Value {
    let mut schema = row(table);
    schema["$schema"] = DIALECT.into();
    schema["title"] = format!("{}/*.toml", table.name).into();
    schema
}

fn row(table: &'static Declaration) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for column in writable(table) {
        properties.insert(column.name.to_owned(), property(column));
        if !column.optional {
            required.push(column.name);
        }
    }
    for (key, inner) in inside(table) {
        properties.insert(
            key.to_owned(),
            json!({ "type": "array", "description": inner.comment, "items": row(inner) }),
        );
    }
    json!({
        "type": "object",
        "description": table.comment,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn property(column: &Column) -> Value {
    let mut schema = match column.kind {
        Kind::Text | Kind::Query => json!({ "type": "string" }),
        Kind::Reference(tables) => {
            json!({ "type": "string", "title": format!("id of a {}", one_of(tables)) })
        }
        Kind::References(_) => json!({ "type": ["array", "string"], "items": { "type": "string" } }),
        // Days and numbers are taken as words.
        Kind::Texts => json!({ "type": ["array", "string"], "items": { "type": ["string", "integer"] } }),
        Kind::Pairs => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Kind::Secret => json!({ "type": "string", "pattern": "^(env|file|command):." }),
        Kind::Integer => json!({ "type": "integer" }),
        Kind::Number if column.unit == SHARE => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Time => json!({ "type": "string", "format": "date-time" }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Money => json!({ "type": ["string", "number"], "examples": ["CHF 420k"] }),
        Kind::Days => json!({ "type": ["string", "number"], "examples": ["7d", "2w"] }),
        Kind::Estimate => json!({ "type": ["string", "number"], "examples": ["3d 5d 12d"] }),
        Kind::Choice(choices) => json!({ "enum": choices }),
        Kind::Choices(choices) => json!({ "type": "array", "items": { "enum": choices } }),
    };
    schema["description"] = column.comment.into();
    schema
}

#[cfg(test)]
mod tests {
    use qd_tables::PEOPLE;

    #[test]
    fn the_schema_knows_what_the_reader_knows() {
        let schema = super::json_schema();
        let team = &schema["$defs"]["teams"]["properties"];
        assert_eq!(team["type"]["enum"][0], "stream-aligned");
        assert_eq!(team["interactions"]["items"]["required"], serde_json::json!(["with", "mode"]));
        assert_eq!(schema["required"], serde_json::json!(["name"]));
        assert_eq!(schema["properties"]["people"]["additionalProperties"]["$ref"], "#/$defs/people");
        let person = super::json_schema_of(&PEOPLE);
        assert_eq!(person["properties"]["capacity"]["maximum"], 1);
        assert!(person["properties"].get("id").is_none());
    }
}
