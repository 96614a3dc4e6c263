//! How rows of a table are called in a sentence.

/// One row of the table: `person` of `people`.
pub(crate) fn singular(table: &str) -> &str {
    match table {
        "people" => "person",
        _ => table.strip_suffix('s').unwrap_or(table),
    }
}

/// The same with its article: `an absence`.
pub(crate) fn a_row_of(table: &str) -> String {
    let name = singular(table);
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {name}")
}

/// Several alternatives: `person or team` of `people|teams`.
pub(crate) fn one_of(tables: &str) -> String {
    tables.split('|').map(singular).collect::<Vec<_>>().join(" or ")
}
