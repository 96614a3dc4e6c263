//! What the plain name of a stored table shows: the facts up to `as_of`.

use qd_tables::{Declaration, Role};

use crate::rewrite::instant_sql;

/// Schema under which every version of a state can be read.
pub(crate) const VERSIONS: &str = "versions";

/// Schema under which a stored table can be read whose plain name a view has taken.
pub(crate) const OBSERVED: &str = "observed";

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
            // Each version of a thing has its own moment: the latest one is a join away, which
            // costs less than a window over all columns.
            // An amount is two columns.
            columns =
                list(table.schema().fields().iter().map(|field| format!("told.\"{}\"", field.name())), ", "),
            key = list(table.key.iter().map(|name| format!("\"{name}\"")), ", "),
            latest_key = list(table.key.iter().map(|name| format!("\"{name}\" AS latest_{name}")), ", "),
            same_key =
                list(table.key.iter().map(|name| format!("told.\"{name}\" = latest.latest_{name}")), " AND "),
            of_sources = of_sources,
            as_of = as_of
        )),
        Role::Intent(_) | Role::Engine | Role::Kept => None,
    }
}

fn list(parts: impl Iterator<Item = String>, between: &str) -> String {
    parts.collect::<Vec<_>>().join(between)
}
