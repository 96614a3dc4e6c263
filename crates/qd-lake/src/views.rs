//! What the plain name of a stored table shows: the facts up to `as_of`.

use qd_tables::{Declaration, Role};

use crate::rewrite::instant_sql;

/// Schema under which every version of a state can be read.
pub(crate) const VERSIONS: &str = "versions";

/// The query behind the plain name of a stored table.
pub(crate) fn view_of(
    table: &Declaration,
    as_of: jiff::Timestamp,
    sources: Option<&[String]>,
) -> Option<String> {
    let name = table.name;
    let of_sources = match sources {
        Some(sources) if table.column("source").is_some() && table.name != "syncs" => {
            let names: Vec<String> =
                sources.iter().map(|source| format!("'{}'", source.replace('\'', "''"))).collect();
            // An empty list is no SQL, and matches nothing.
            if names.is_empty() { "false".to_owned() } else { format!("source IN ({})", names.join(", ")) }
        }
        _ => "true".to_owned(),
    };
    let as_of = instant_sql(as_of);
    match table.role {
        Role::Event(time) => Some(format!(
            include_str!("event_view.sql"),
            schema = VERSIONS,
            name = name,
            time = time,
            of_sources = of_sources,
            as_of = as_of
        )),
        Role::State => Some(format!(
            include_str!("state_view.sql"),
            schema = VERSIONS,
            name = name,
            columns = table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", "),
            key = table.key.join(", "),
            of_sources = of_sources,
            as_of = as_of
        )),
        Role::Intent(_) | Role::Engine | Role::Kept => None,
    }
}
