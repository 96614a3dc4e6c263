//! What the plain name of a stored table shows: the facts up to `as_of`.

use qd_tables::{Declaration, Role};

use crate::rewrite::instant_sql;

/// Schema under which every version of a state can be read.
pub(crate) const VERSIONS: &str = "versions";

/// Schema under which a stored table can be read whose plain name a view has taken.
pub(crate) const OBSERVED: &str = "observed";

/// Schema of the versions that plain names look past, where that was found out.
pub(crate) const GONE: &str = "gone";

/// The query behind the plain name of a stored table.
pub(crate) fn view_of(
    table: &Declaration,
    as_of: jiff::Timestamp,
    sources: Option<&[String]>,
) -> Option<String> {
    let name = table.name;
    let of_sources = of_sources(table, sources);
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
            columns = columns(table),
            key = list(table.key.iter().map(|name| format!("\"{name}\"")), ", "),
            latest_key = list(table.key.iter().map(|name| format!("\"{name}\" AS latest_{name}")), ", "),
            same_key = same_key(table, "latest"),
            of_sources = of_sources,
            as_of = as_of
        )),
        Role::Intent(_) | Role::Engine | Role::Kept => None,
    }
}

/// The columns of a version; an amount is two.
fn columns(table: &Declaration) -> String {
    list(table.schema().fields().iter().map(|field| format!("told.\"{}\"", field.name())), ", ")
}

/// That a version is of the thing that `other` is about.
fn same_key(table: &Declaration, other: &str) -> String {
    list(table.key.iter().map(|name| format!("told.\"{name}\" = {other}.{other}_{name}")), " AND ")
}

/// Which sources' facts are shown.
fn of_sources(table: &Declaration, sources: Option<&[String]>) -> String {
    match sources {
        Some(sources) if table.column("source").is_some() && table.name != "syncs" => {
            let names: Vec<String> =
                sources.iter().map(|source| format!("'{}'", source.replace('\'', "''"))).collect();
            // An empty list is no SQL, and matches nothing.
            if names.is_empty() { "false".to_owned() } else { format!("source IN ({})", names.join(", ")) }
        }
        _ => "true".to_owned(),
    }
}

/// The versions of a state that are not the latest one of their thing: its key, and when each was so.
pub(crate) fn gone_of(table: &Declaration, as_of: jiff::Timestamp, sources: Option<&[String]>) -> String {
    format!(
        include_str!("gone_versions.sql"),
        gone_key = list(table.key.iter().map(|name| format!("told.\"{name}\" AS gone_{name}")), ", "),
        schema = VERSIONS,
        name = table.name,
        latest_key = list(table.key.iter().map(|name| format!("\"{name}\" AS latest_{name}")), ", "),
        key = list(table.key.iter().map(|name| format!("\"{name}\"")), ", "),
        same_key = same_key(table, "latest"),
        of_sources = of_sources(table, sources),
        as_of = instant_sql(as_of)
    )
}

/// The query behind a state's plain name, where those of [`gone_of`] are known: `any`, or none.
pub(crate) fn settled_view_of(
    table: &Declaration,
    as_of: jiff::Timestamp,
    sources: Option<&[String]>,
    any: bool,
) -> String {
    let join = || {
        let same = same_key(table, "gone");
        format!("LEFT ANTI JOIN {GONE}.{} AS gone ON {same} AND told.observed_at = gone.gone_at", table.name)
    };
    format!(
        include_str!("settled_view.sql"),
        columns = columns(table),
        schema = VERSIONS,
        name = table.name,
        without_gone = if any { join() } else { String::new() },
        of_sources = of_sources(table, sources),
        as_of = instant_sql(as_of)
    )
}

fn list(parts: impl Iterator<Item = String>, between: &str) -> String {
    parts.collect::<Vec<_>>().join(between)
}
