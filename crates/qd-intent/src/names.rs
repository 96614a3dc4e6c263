//! How rows and columns are called in a sentence.

use qd_tables::{Column, Kind};

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

/// What a column means, to stand behind a colon.
pub(crate) fn meaning(column: &Column) -> String {
    let comment = column.comment.trim_end_matches('.');
    let mut letters = comment.chars();
    let mut text: String = letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect();
    if let Kind::Choice(choices) | Kind::Choices(choices) = column.kind {
        let all = choices.iter().map(|choice| format!("`{choice}`")).collect::<Vec<_>>();
        text.push_str(&format!(" ({})", all.join(", ")));
    }
    text
}
