//! Facts on their way into the lake: what is partial is completed, what is known is left out.
//!
//! Systems tell the same thing many times, in pieces, twice and out of order: a list says little
//! of each change, an event says what moved, a recording is read again. So a fact is compared
//! with what is stored under its key. An event is stored once. Of a state, the columns that a
//! fact does not have are those of the version before it, and a version that says nothing new is
//! no version. Folding the same facts again, in any order, adds nothing.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use qd_lake::{Limits, QueryError, Session};
use qd_sources::values;
use qd_tables::{
    Column, DEPLOYMENTS, Declaration, Fact, Kind, RecordBatch, Role, Writer, from_json, from_partial_json,
    to_json,
};
use serde_json::{Map, Value};

type Row = Map<String, Value>;

/// Tables whose things may first be heard of when they are over.
const TOLD_LATE: &[&str] = &["builds", "deployments", "incidents"];

/// Versions of one thing that the forge dates alike are told apart by microseconds; within this
/// span two versions count as told at one moment.
const ONE_MOMENT: SignedDuration = SignedDuration::from_millis(1);

/// What folding made.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    /// Rows to store, by table.
    pub batches: Vec<(&'static Declaration, RecordBatch)>,
    /// How many.
    pub rows: usize,
    /// What could not be stored.
    pub problems: Vec<String>,
}

/// Completes `facts` of `source` by what `session` has stored, and leaves out what is known.
///
/// # Errors
/// Where what is stored cannot be read.
pub(crate) fn fold(session: &Session, source: &str, facts: Vec<Fact>) -> Result<Folded, QueryError> {
    let mut tables: BTreeMap<&'static str, (&'static Declaration, Vec<Row>)> = BTreeMap::new();
    for fact in facts {
        tables.entry(fact.table.name).or_insert_with(|| (fact.table, Vec::new())).1.push(fact.row);
    }
    let mut folded = Folded::default();
    for (table, rows) in tables.into_values() {
        let given = normal(table, rows, &mut folded.problems);
        let fresh = match table.role {
            Role::State => states(session, source, table, given, &mut folded.problems)?,
            Role::Event(time) => events(session, source, table, time, given)?,
            _ => continue,
        };
        let rows = complete(table, source, fresh, &mut folded.problems);
        if rows.is_empty() {
            continue;
        }
        let batch = from_json(table, &rows).map_err(|error| QueryError::Sql(error.to_string()))?;
        folded.rows += batch.num_rows();
        folded.batches.push((table, batch));
    }
    Ok(folded)
}

/// Values written one way (times above all), so that they compare. A row that does not fit its
/// table is told and left out.
fn normal(table: &Declaration, rows: Vec<Row>, problems: &mut Vec<String>) -> Vec<Row> {
    let written = |rows: &[Row]| from_partial_json(table, rows).and_then(|batch| to_json(&batch));
    let all = written(&rows).or_else(|_| {
        // One of them does not fit: each by itself, to find it.
        let mut good = Vec::new();
        for row in &rows {
            match written(std::slice::from_ref(row)) {
                Ok(mut row) => good.append(&mut row),
                Err(error) => {
                    problems.push(format!("a row does not fit `{}`: {error}", table.name));
                    good.push(Row::new());
                }
            }
        }
        Ok::<_, std::convert::Infallible>(good)
    });
    let all = all.unwrap_or_default();
    rows.into_iter()
        .zip(all)
        .map(|(row, mut normal)| {
            normal.retain(|name, _| row.contains_key(name));
            normal
        })
        .filter(|row| !row.is_empty())
        .collect()
}

/// The columns that tell rows of one source apart.
fn key_columns(table: &Declaration) -> impl Iterator<Item = &'static str> + use<> {
    table.key.iter().copied().filter(|name| *name != "source")
}

fn key(table: &Declaration, row: &Row) -> String {
    let mut key = String::new();
    for name in key_columns(table) {
        match row.get(name) {
            Some(Value::String(text)) => key.push_str(text),
            None | Some(Value::Null) => {}
            Some(other) => key.push_str(&other.to_string()),
        }
        key.push('\u{1f}');
    }
    key
}

fn time(row: &Row, name: &str) -> Option<Timestamp> {
    row.get(name)?.as_str()?.parse().ok()
}

fn everything() -> Limits {
    Limits { rows: usize::MAX, ..Limits::default() }
}

fn stored(session: &Session, query: &str) -> Result<Vec<Row>, QueryError> {
    let batch = session.query(query, &everything())?.batch()?;
    to_json(&batch).map_err(|error| QueryError::Sql(error.to_string()))
}

fn quoted(text: &str) -> String {
    text.replace('\'', "''")
}

/// Events that are not stored yet, each once.
fn events(
    session: &Session,
    source: &str,
    table: &'static Declaration,
    time_column: &str,
    given: Vec<Row>,
) -> Result<Vec<Row>, QueryError> {
    let times = given.iter().filter_map(|row| time(row, time_column));
    let (Some(first), Some(last)) = (times.clone().min(), times.max()) else { return Ok(given) };
    let columns: Vec<String> = key_columns(table).map(|name| format!("\"{name}\"")).collect();
    let query = format!(
        include_str!("sql/stored_events.sql"),
        columns = columns.join(", "),
        table = table.name,
        source = quoted(source),
        time = time_column,
        first = first,
        last = last
    );
    let mut known: HashSet<String> = stored(session, &query)?.iter().map(|row| key(table, row)).collect();
    Ok(given.into_iter().filter(|row| known.insert(key(table, row))).collect())
}

/// Versions that say something new, completed by the versions before them.
fn states(
    session: &Session,
    source: &str,
    table: &'static Declaration,
    given: Vec<Row>,
    problems: &mut Vec<String>,
) -> Result<Vec<Row>, QueryError> {
    let mut things: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in given {
        if time(&row, "observed_at").is_none() {
            problems.push(format!("a row of `{}` does not say when it was so", table.name));
            continue;
        }
        things.entry(key(table, &row)).or_default().push(row);
    }
    let mut versions = stored_versions(session, source, table, &things)?;
    let mut fresh = Vec::new();
    for (key, mut rows) in things {
        rows.sort_by_key(|row| time(row, "observed_at"));
        let known = versions.remove(&key).unwrap_or_default();
        fresh.append(&mut new_versions(table, known, rows));
    }
    Ok(fresh)
}

/// What a deployment's `inactive` means after `before`: a success that is over stays one, and what
/// failed or never succeeded has not succeeded by being put away.
fn put_away(table: &Declaration, before: Option<&Row>, row: &mut Row) {
    let is = |row: &Row, word: &str| row.get("status").is_some_and(|status| status == word);
    if table.name != DEPLOYMENTS.name || !is(row, "inactive") {
        return;
    }
    let stands = before.and_then(|before| before.get("status")?.as_str());
    if let Some(word @ ("failure" | "cancelled" | "queued" | "running")) = stands {
        let word = if word == "failure" { word } else { "cancelled" };
        row.insert("status".to_owned(), word.into());
    }
}

/// Of one thing: the versions that `rows` add to `known`; both are in order of time.
fn new_versions(table: &Declaration, known: Vec<(Timestamp, Row)>, rows: Vec<Row>) -> Vec<Row> {
    let mut versions = known;
    let mut fresh = Vec::new();
    for mut row in rows {
        let Some(mut at) = time(&row, "observed_at") else { continue };
        let base = versions.iter().rev().find(|(time, _)| *time <= at);
        put_away(table, base.map(|(_, base)| base), &mut row);
        let mut merged = base.map(|(_, row)| row.clone()).unwrap_or_default();
        let is_same = |version: &Row, row: &Row| {
            row.iter().all(|(name, value)| {
                name == "observed_at" || version.get(name).unwrap_or(&Value::Null) == value
            })
        };
        let moment = |time: Timestamp| time.duration_since(at) < ONE_MOMENT;
        if base.is_some_and(|(_, base)| is_same(base, &row))
            || versions.iter().any(|(time, version)| *time >= at && moment(*time) && is_same(version, &row))
        {
            continue;
        }
        // Told at one moment in pieces: the pieces are laid one on the other.
        if let Some((latest, version)) = versions.iter().rev().find(|(time, _)| *time >= at && moment(*time))
        {
            merged.clone_from(version);
            at = latest.saturating_add(SignedDuration::from_micros(1)).unwrap_or(*latest);
        }
        merged.extend(row);
        merged.insert("observed_at".to_owned(), Value::String(at.to_string()));
        let place = versions.partition_point(|(time, _)| *time <= at);
        versions.insert(place, (at, merged.clone()));
        fresh.push(merged);
    }
    fresh
}

/// The parts of keys that are looked up.
const WANTED: Declaration = Declaration {
    name: "wanted",
    role: Role::Kept,
    comment: "Parts of keys that are looked up.",
    key: &["word"],
    columns: &[Column {
        name: "word",
        kind: Kind::Text,
        optional: false,
        unit: "",
        comment: "What is told apart.",
    }],
};

type Versions = HashMap<String, Vec<(Timestamp, Row)>>;

/// What is stored of these things, in order of time.
fn stored_versions(
    session: &Session,
    source: &str,
    table: &'static Declaration,
    things: &BTreeMap<String, Vec<Row>>,
) -> Result<Versions, QueryError> {
    let mut query = format!(
        include_str!("sql/stored_versions.sql"),
        table = table.name,
        source = quoted(source),
        narrow = "true"
    );
    // The last part of a key (`number`, `id`) tells most things apart.
    let is_text = |name: &&str| table.column(name).is_some_and(|column| column.kind == Kind::Text);
    if let Some(name) = key_columns(table).filter(is_text).last() {
        let values: HashSet<&str> =
            things.values().flatten().filter_map(|row| row.get(name)?.as_str()).collect();
        let mut wanted = Writer::new(&WANTED);
        for value in values {
            wanted.text(value);
        }
        let batch = wanted.finish().map_err(|error| QueryError::Sql(error.to_string()))?;
        session.register(WANTED.name, &batch.schema(), vec![batch])?;
        query = format!(
            include_str!("sql/stored_versions.sql"),
            table = table.name,
            source = quoted(source),
            narrow = format!("\"{name}\" IN (SELECT word FROM {})", WANTED.name)
        );
    }
    let mut versions = Versions::new();
    for row in stored(session, &query)? {
        let key = key(table, &row);
        if things.contains_key(&key)
            && let Some(at) = time(&row, "observed_at")
        {
            versions.entry(key).or_default().push((at, row));
        }
    }
    Ok(versions)
}

/// Fills in what whoever stores a row knows; rows that lack what their table needs are told.
fn complete(
    table: &'static Declaration,
    source: &str,
    rows: Vec<Row>,
    problems: &mut Vec<String>,
) -> Vec<Value> {
    let mut lacking: BTreeMap<&'static str, (usize, String)> = BTreeMap::new();
    let mut good = Vec::new();
    for mut row in rows {
        // Pipelines and pagers tell what became of a thing that was never told of before.
        if TOLD_LATE.contains(&table.name) && row.get("status").is_some_and(Value::is_string) {
            let mut fact = Fact { table, row };
            values::complete(&mut fact);
            row = fact.row;
        }
        row.insert("source".to_owned(), source.into());
        if table.role == Role::State && row.get("deleted").is_none_or(Value::is_null) {
            row.insert("deleted".to_owned(), false.into());
        }
        let lacks = table
            .columns
            .iter()
            .find(|column| !column.optional && row.get(column.name).is_none_or(Value::is_null));
        match lacks {
            None => good.push(Value::Object(row)),
            Some(column) => {
                let name = key(table, &row).replace('\u{1f}', " ").trim().to_owned();
                lacking.entry(column.name).or_insert((0, name)).0 += 1;
            }
        }
    }
    for (column, (count, first)) in lacking {
        let rest = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
        problems.push(format!(
            "`{}` of {first}{rest} was told in part only (no `{column}`), and nothing else is known of it",
            table.name
        ));
    }
    good
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use qd_lake::Lake;
    use qd_model::Value as Cell;
    use qd_tables::{CHANGE_REQUESTS, COMMENTS, DEPLOYMENTS, Declaration, Fact};
    use serde_json::{Value, json};

    use super::{everything, fold};

    /// A lake of its own, and what one folds into it.
    struct World {
        lake: Lake,
        _folder: tempfile::TempDir,
    }

    fn time(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn fact(table: &'static Declaration, row: &Value) -> Fact {
        Fact { table, row: row.as_object().expect("an object").clone() }
    }

    impl World {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let lake = Lake::open(folder.path(), time("2026-01-01T00:00:00Z")).expect("a lake");
            Self { lake, _folder: folder }
        }

        fn session(&self, as_of: &str) -> qd_lake::Session {
            let moment = time(as_of);
            let today = moment.to_zoned(jiff::tz::TimeZone::UTC).date();
            qd_lake::Session::new(Some(&self.lake), moment, today, Default::default(), 256, None)
                .expect("a session")
        }

        /// Folds and stores; gives the rows stored and the problems.
        fn fold(&self, facts: Vec<Fact>) -> (usize, Vec<String>) {
            let session = self.session("2030-01-01T00:00:00Z");
            let folded = fold(&session, "forge", facts).expect("what is stored can be read");
            let mut append = self.lake.append("forge").expect("it can be written");
            for (table, batch) in &folded.batches {
                append.write(table, batch).expect("it can be written");
            }
            append.commit(time("2026-01-01T00:00:00Z")).expect("it can be written");
            (folded.rows, folded.problems)
        }

        fn ask(&self, as_of: &str, query: &str) -> Vec<Vec<Cell>> {
            self.session(as_of).query(query, &everything()).expect("it is asked right").table().rows
        }
    }

    fn change(at: &str, rest: &Value) -> Fact {
        let mut row = json!({"repo": "api", "number": "1", "observed_at": at});
        for (name, value) in rest.as_object().expect("an object") {
            row[name] = value.clone();
        }
        fact(&CHANGE_REQUESTS, &row)
    }

    fn opened() -> Fact {
        change(
            "2026-02-01T09:00:00Z",
            &json!({"title": "Faster", "author": "ada", "state": "open", "created_at": "2026-02-01T09:00:00Z"}),
        )
    }

    #[test]
    fn a_partial_state_is_completed_by_the_one_before() {
        let world = World::new();
        assert_eq!(world.fold(vec![opened()]), (1, vec![]));
        let merged = change("2026-02-03T09:00:00Z", &json!({"state": "merged", "merged_by": "bo"}));
        assert_eq!(world.fold(vec![merged.clone()]), (1, vec![]));
        assert_eq!(world.fold(vec![opened(), merged]), (0, vec![]), "the same again is nothing new");
        let query = "SELECT title, state, merged_by FROM change_requests";
        let text = |words: &str| Cell::Text(words.to_owned());
        let now = world.ask("2026-03-01T00:00:00Z", query);
        assert_eq!(now, [vec![text("Faster"), text("merged"), text("bo")]]);
        let then = world.ask("2026-02-02T00:00:00Z", query);
        assert_eq!(then, [vec![text("Faster"), text("open"), Cell::Null]]);
        assert!(world.ask("2026-01-31T00:00:00Z", query).is_empty(), "before it was opened");
    }

    #[test]
    fn pieces_told_at_one_moment_make_one_state_in_any_order() {
        let piece = |rest: &Value| change("2026-02-01T09:00:00Z", rest);
        let pieces = [opened(), piece(&json!({"added": 5})), piece(&json!({"labels": ["bug"]}))];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let world = World::new();
            let facts: Vec<Fact> = order.iter().map(|place| pieces[*place].clone()).collect();
            world.fold(facts.clone());
            let query = "SELECT title, added, labels[1] FROM change_requests";
            let row = world.ask("2026-03-01T00:00:00Z", query);
            assert_eq!(row.len(), 1, "{order:?}");
            assert_eq!(row[0][1], Cell::Integer(5), "{order:?}");
            assert!(row[0].iter().all(|cell| *cell != Cell::Null), "{order:?}: {row:?}");
            assert_eq!(world.fold(facts).0, 0, "{order:?}: again");
        }
    }

    #[test]
    fn events_are_stored_once_whenever_they_come() {
        let comment = |id: &str, at: &str| {
            fact(
                &COMMENTS,
                &json!({"repo": "api", "number": "1", "of": "issue", "id": id, "created_at": at, "author": "ada"}),
            )
        };
        let world = World::new();
        let (late, early) = (comment("b", "2026-02-02T09:00:00Z"), comment("a", "2026-02-01T09:00:00Z"));
        assert_eq!(world.fold(vec![late.clone(), late.clone()]).0, 1);
        assert_eq!(world.fold(vec![early, late]).0, 1);
        let count = world.ask("2026-03-01T00:00:00Z", "SELECT count(*) FROM comments");
        assert_eq!(count, [vec![Cell::Integer(2)]]);
    }

    #[test]
    fn what_failed_is_not_good_for_being_put_away() {
        let cases = [("success", "inactive"), ("failure", "failure"), ("queued", "cancelled")];
        for (ended, stands) in cases {
            let report = |minute: &str, status: &str| {
                let at = format!("2026-02-01T09:{minute}:00Z");
                fact(
                    &DEPLOYMENTS,
                    &json!({"repo": "api", "id": "1", "observed_at": at, "created_at": "2026-02-01T09:00:00Z",
                        "status": status}),
                )
            };
            let reports = [report("00", "queued"), report("05", ended), report("59", "inactive")];
            for order in [[0, 1, 2], [2, 1, 0]] {
                let world = World::new();
                let facts: Vec<Fact> = order.iter().map(|place| reports[*place].clone()).collect();
                world.fold(facts.clone());
                let now = world.ask("2026-03-01T00:00:00Z", "SELECT status FROM deployments");
                assert_eq!(now, [vec![Cell::Text(stands.to_owned())]], "{ended}");
                assert_eq!(world.fold(facts).0, 0, "{ended}: again");
            }
        }
    }

    #[test]
    fn a_row_that_fits_nothing_is_told_and_the_rest_goes_on() {
        let world = World::new();
        let broken = change("2026-02-01T09:00:00Z", &json!({"added": "many"}));
        let alone = change("2026-02-01T09:00:00Z", &json!({"number": "2", "added": 7}));
        let undated = fact(&CHANGE_REQUESTS, &json!({"repo": "api", "number": "3", "title": "No date"}));
        let (rows, problems) = world.fold(vec![broken, opened(), alone, undated]);
        assert_eq!(rows, 1);
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(problems.iter().any(|problem| problem.contains("told in part only")), "{problems:?}");
    }
}
