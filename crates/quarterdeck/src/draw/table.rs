//! A table for a terminal, for programs and for spreadsheets.

use comfy_table::{
    Cell, CellAlignment, ContentArrangement, Table as Grid, TableComponent, presets::UTF8_HORIZONTAL_ONLY,
};
use qd_model::{Table, Value};
use serde_json::json;

use super::words::figure;

/// For a terminal of `width` columns.
pub(crate) fn grid(table: &Table, width: Option<u16>) -> String {
    let mut grid = Grid::new();
    grid.load_preset(UTF8_HORIZONTAL_ONLY);
    // A line under the head and none between rows: a screen holds twice as many.
    for line in [
        TableComponent::HorizontalLines,
        TableComponent::MiddleIntersections,
        TableComponent::LeftBorderIntersections,
        TableComponent::RightBorderIntersections,
    ] {
        grid.remove_style(line);
    }
    if let Some(width) = width {
        grid.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    grid.set_header(table.columns.iter().map(|column| {
        if column.unit.is_empty() {
            column.name.clone()
        } else {
            format!("{} ({})", column.name, column.unit)
        }
    }));
    for row in &table.rows {
        grid.add_row(row.iter().map(|value| {
            let text = match value {
                Value::Number(number) => figure(*number),
                Value::Time(time) => time.strftime("%Y-%m-%d %H:%M").to_string(),
                other => other.to_string(),
            };
            let is_figure = matches!(value, Value::Integer(_) | Value::Number(_) | Value::Decimal(_));
            let side = if is_figure { CellAlignment::Right } else { CellAlignment::Left };
            Cell::new(text).set_alignment(side)
        }));
    }
    let mut text = format!("{grid}\n");
    if let Some(all) = table.cut_from {
        text.push_str(&format!("{} of {all} rows; --rows N shows more\n", table.rows.len()));
    }
    text
}

/// A list of objects.
pub(crate) fn json(table: &Table) -> String {
    format!("{:#}\n", json!(table.objects()))
}

/// Comma-separated values as RFC 4180 has them.
pub(crate) fn csv(table: &Table) -> String {
    let quote = |text: &str| {
        if text.contains(['"', ',', '\n', '\r']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.to_owned()
        }
    };
    let line = |cells: Vec<String>| format!("{}\r\n", cells.join(","));
    let mut text = line(table.columns.iter().map(|column| quote(&column.name)).collect());
    for row in &table.rows {
        text.push_str(&line(row.iter().map(|value| quote(&value.to_string())).collect()));
    }
    text
}
