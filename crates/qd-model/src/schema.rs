//! How values look in JSON, where their own types do not say.

use schemars::{
    JsonSchema,
    r#gen::SchemaGenerator,
    schema::{InstanceType, Schema, SchemaObject, SingleOrVec},
};

use crate::Value;

/// A moment, as RFC 3339 writes it.
pub(crate) struct Instant;
/// A day, as `2026-12-31`.
pub(crate) struct Day;

impl JsonSchema for Instant {
    fn schema_name() -> String {
        "Instant".to_owned()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        text("date-time")
    }

    fn is_referenceable() -> bool {
        false
    }
}

impl JsonSchema for Day {
    fn schema_name() -> String {
        "Day".to_owned()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        text("date")
    }

    fn is_referenceable() -> bool {
        false
    }
}

impl JsonSchema for Value {
    fn schema_name() -> String {
        "Value".to_owned()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        use InstanceType::{Array, Boolean, Null, Number, String};
        let kinds = vec![Null, Boolean, Number, String, Array];
        let mut schema =
            SchemaObject { instance_type: Some(SingleOrVec::Vec(kinds)), ..SchemaObject::default() };
        let told =
            "A cell: null is unknown; decimals (exact), times and days are texts; several words are a list.";
        schema.metadata().description = Some(told.to_owned());
        schema.into()
    }
}

fn text(format: &str) -> Schema {
    let schema = SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        format: Some(format.to_owned()),
        ..SchemaObject::default()
    };
    schema.into()
}
