//! Which column of the file fills which column of the table, and what stands in for the rest.

use std::collections::HashMap;

use qd_model::nearest;
use qd_tables::{Column, Declaration, Fact, Kind, Role};
use serde_json::{Map, Value};

use super::{
    Cell, Options,
    amounts::{self, Part},
    cell,
    style::Style,
};
use crate::values::hash;

/// Columns that whoever stores a row fills in.
const STORED: &[&str] = &["source", "deleted"];
/// Columns whose time lies ahead or is not when the row changed.
const NOT_SEEN: &[&str] = &["due"];
/// How a row of a table begins: the column of its first instant and the status it has then, so that
/// what is read late can be looked at as of any day in between.
const BEGINNINGS: &[(&str, &str, &str, &str)] = &[
    ("incidents", "started_at", "status", "open"),
    ("change_requests", "created_at", "state", "open"),
    ("issues", "created_at", "state", "open"),
];
/// What a row lacks a status for, its times tell: table, status, time that is known, word.
const ENDS: &[(&str, &str, &str, &str)] = &[
    ("incidents", "status", "resolved_at", "resolved"),
    ("incidents", "status", "acknowledged_at", "acknowledged"),
    ("incidents", "status", "", "open"),
    ("change_requests", "state", "merged_at", "merged"),
    ("change_requests", "state", "closed_at", "closed"),
    ("change_requests", "state", "", "open"),
    ("issues", "state", "closed_at", "closed"),
    ("issues", "state", "", "open"),
];

/// Tables of which two equal rows of a file are two things: coffee bought twice.
const COUNTED: &[&str] = &["ledger_entries", "time_entries", "cloud_costs"];
/// Other names that files give to columns: table, name, column.
const ALIASES: &[(&str, &str, &str)] = &[
    ("ledger_entries", "date", "day"),
    ("ledger_entries", "description", "text"),
    ("ledger_entries", "memo", "text"),
    ("ledger_entries", "narration", "text"),
    ("ledger_entries", "vendor", "payee"),
    ("ledger_entries", "counterparty", "payee"),
    ("time_entries", "date", "day"),
    ("time_entries", "user", "person"),
    ("time_entries", "employee", "person"),
    ("time_entries", "issue key", "issue"),
    ("time_entries", "duration", "hours"),
    ("time_entries", "description", "text"),
    ("time_entries", "billable", "is_billable"),
    ("cloud_costs", "date", "day"),
    ("invoices", "vendor", "payee"),
    ("invoices", "due date", "due"),
];

/// What to do with the cells of a row.
pub(super) struct Plan {
    names: Vec<String>,
    fills: Vec<Fill>,
    /// How the columns of the file are written, as far as it was seen, by their places.
    styles: Vec<Style>,
    /// How often an id came.
    ids: HashMap<String, u32>,
}

struct Fill {
    target: Target,
    from: From,
}

/// What a column of a file fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Target {
    column: &'static Column,
    part: Part,
}

impl Target {
    fn whole(column: &'static Column) -> Self {
        Self { column, part: Part::Whole }
    }

    fn name(self) -> String {
        match self.part {
            Part::Whole => self.column.name.to_owned(),
            Part::Currency => format!("{}_currency", self.column.name),
            Part::Debit => "debit".to_owned(),
            Part::Credit => "credit".to_owned(),
        }
    }

    fn is_side(self) -> bool {
        matches!(self.part, Part::Debit | Part::Credit)
    }
}

enum From {
    /// The cell at this place.
    Cell(usize),
    /// The same word in every row.
    Word(String),
}

impl Plan {
    /// The plan for a file with these columns, and hints about those that nothing is made of. Where
    /// later rows may bring more columns, what is missing now is no mistake yet.
    ///
    /// # Errors
    /// Where no row can be made.
    pub(super) fn new(
        names: Vec<String>,
        may_grow: bool,
        options: &Options<'_>,
    ) -> Result<(Self, Vec<String>), Vec<String>> {
        let table = options.table;
        let (mut fills, mut wrong): (Vec<Fill>, Vec<String>) = (Vec::new(), Vec::new());
        for (target, given) in options.columns {
            let Some(target) = target_of(table, target) else {
                wrong.push(unknown(table, target, "columns"));
                continue;
            };
            let from = match given.strip_prefix('=') {
                Some(word) => Some(From::Word(word.to_owned())),
                None => names.iter().position(|name| cell::plain(name) == cell::plain(given)).map(From::Cell),
            };
            match from {
                Some(from) => fills.push(Fill { target, from }),
                None if may_grow => {}
                None => wrong.push(format!(
                    "the file has no column `{given}`; it has {}",
                    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
                )),
            }
        }
        let mut hints = Vec::new();
        for (place, name) in names.iter().enumerate() {
            let is_taken = fills.iter().any(|fill| matches!(fill.from, From::Cell(own) if own == place));
            match target_of(table, name) {
                _ if is_taken || name.is_empty() => {}
                Some(target) if STORED.contains(&target.column.name) => {}
                Some(target) if !may_grow && fills.iter().any(|fill| fill.target == target) => {
                    hints.push(format!(
                        "the column `{name}` is not read: `{}` is filled already",
                        target.name()
                    ));
                }
                Some(target) => fills.push(Fill { target, from: From::Cell(place) }),
                None => hints.push(unknown(table, name, "the file")),
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let is_whole = |fill: &Fill, column: &Column| {
            fill.target.part == Part::Whole && fill.target.column.name == column.name
        };
        let filled: Vec<bool> = fills
            .iter()
            .map(|own| own.target.is_side() && fills.iter().any(|fill| is_whole(fill, own.target.column)))
            .collect();
        for (own, _) in fills.iter().zip(&filled).filter(|(_, filled)| **filled) {
            let (side, column) = (own.target.name(), own.target.column.name);
            hints.push(format!("the column of the {side} is not read: `{column}` is filled already"));
        }
        let mut filled = filled.into_iter();
        fills.retain(|_| !filled.next().unwrap_or_default());
        if fills.is_empty() && !may_grow {
            let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            let message = "no column of the file is one of the table; its first line must name them: ";
            return Err(vec![format!("{message}{}", columns.join(", "))]);
        }
        let styles = vec![Style::default(); names.len()];
        Ok((Self { names, fills, styles, ids: HashMap::new() }, hints))
    }

    /// Goes on where `old` stopped, whose columns are the first of these.
    pub(super) fn after(mut self, old: Self) -> Self {
        for (style, known) in self.styles.iter_mut().zip(old.styles) {
            *style = known;
        }
        self.ids = old.ids;
        self
    }

    /// Learns from a row how its columns are written; true where one of its cells alone can be read in two ways.
    pub(super) fn see(&mut self, cells: &[Cell]) -> bool {
        let mut is_open = false;
        for Fill { target, from } in &self.fills {
            if let From::Cell(place) = from
                && target.part != Part::Currency
                && let Some(Some(cell)) = cells.get(*place)
                && let Some(style) = self.styles.get_mut(*place)
            {
                is_open |= cell::see(target.column, cell, style);
            }
        }
        is_open
    }

    /// The facts of a row: as it stands and, where its table has beginnings, as it began.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(super) fn row(&mut self, cells: &[Cell], options: &Options<'_>) -> Result<Vec<Fact>, Vec<String>> {
        let table = options.table;
        let mut row = Map::new();
        let mut wrong = Vec::new();
        let mut currencies: Vec<(&'static Column, String)> = Vec::new();
        let mut sides: Vec<(&'static Column, Part, String)> = Vec::new();
        for Fill { target: Target { column, part }, from } in &self.fills {
            let word;
            let mut style = Style::default();
            let (found, name) = match from {
                From::Cell(place) => {
                    let Some(Some(cell)) = cells.get(*place) else { continue };
                    style = self.styles.get(*place).copied().unwrap_or_default();
                    (cell, self.names.get(*place).map_or(column.name, String::as_str))
                }
                From::Word(given) => {
                    word = Value::from(&given[..]);
                    (&word, column.name)
                }
            };
            if *part == Part::Currency {
                let code = cell::written(found).unwrap_or_default().trim().to_uppercase();
                if !cell::is_empty(found) {
                    currencies.push((column, code));
                }
                continue;
            }
            // Objects may write one name in two ways; the first that says something counts.
            if row.get(column.name).is_some_and(|value| !value.is_null()) {
                continue;
            }
            if cell::is_empty(found) {
                if column.optional && *part == Part::Whole {
                    row.insert(column.name.to_owned(), Value::Null);
                }
                continue;
            }
            match cell::read(column, found, &options.zone, style) {
                Ok(value) => {
                    if column.kind == Kind::Money
                        && let Some(code) = cell::currency(found, style)
                    {
                        currencies.push((column, code));
                    }
                    match (part, value) {
                        (Part::Debit | Part::Credit, Value::String(amount)) => {
                            sides.push((column, *part, amount));
                        }
                        (_, value) => drop(row.insert(column.name.to_owned(), value)),
                    }
                }
                Err(reason) => {
                    let shown: String = cell::written(found).unwrap_or_default().chars().take(60).collect();
                    wrong.push(format!("column `{name}`: `{shown}` {reason}"));
                }
            }
        }
        wrong.extend(amounts::join_sides(&mut row, &sides).err());
        wrong.extend(amounts::name_currencies(table, &mut row, &currencies));
        if row.get("hours").and_then(Value::as_f64).is_some_and(|hours| hours < 0.0) {
            wrong.push(
                "`hours` is negative; time that was written down wrongly is changed where it stands"
                    .to_owned(),
            );
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        self.fill_in(&mut row, cells, options);
        let missing: Vec<String> = table
            .columns
            .iter()
            .filter(|column| {
                !column.optional && !STORED.contains(&column.name) && !row.contains_key(column.name)
            })
            .map(missing)
            .collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        if COUNTED.contains(&table.name)
            && let Some(Value::String(id)) = row.get_mut("id")
        {
            let count = self.ids.entry(id.clone()).or_default();
            *count += 1;
            if *count > 1 {
                *id = format!("{id}-{count}");
            }
        }
        Ok(versions(table, row))
    }

    /// What can be known of a required column that the row lacks.
    fn fill_in(&self, row: &mut Map<String, Value>, cells: &[Cell], options: &Options<'_>) {
        let table = options.table;
        let lacks = |row: &Map<String, Value>, name: &str| {
            table.column(name).is_some() && row.get(name).is_none_or(Value::is_null)
        };
        let times = times(table, row);
        if lacks(row, "id") && !table.column("id").is_some_and(|column| column.optional) {
            row.insert("id".to_owned(), format!("row-{}", self.print(cells)).into());
        }
        let words = [("repo", options.repo), ("suite", ""), ("build", options.file)];
        for (name, word) in words {
            if lacks(row, name) && table.column(name).is_some_and(|column| !column.optional) {
                row.insert(name.to_owned(), word.into());
            }
        }
        let lists = table.columns.iter().filter(|column| column.kind == Kind::Texts && !column.optional);
        for column in lists {
            row.entry(column.name).or_insert_with(|| Value::Array(Vec::new()));
        }
        if table.key.contains(&"attempt") && lacks(row, "attempt") {
            row.insert("attempt".to_owned(), 1.into());
        }
        for name in ["created_at", "started_at"] {
            let is_required = table.column(name).is_some_and(|column| !column.optional);
            if is_required
                && lacks(row, name)
                && let Some(first) = times.first()
            {
                row.insert(name.to_owned(), first.to_string().into());
            }
        }
        for (_, status, time, word) in ENDS.iter().filter(|(own, ..)| *own == table.name) {
            if lacks(row, status) && (time.is_empty() || !lacks(row, time)) {
                row.insert((*status).to_owned(), (*word).into());
            }
        }
        if table.role == Role::State && lacks(row, "observed_at") {
            let day =
                row.get("day").and_then(Value::as_str).and_then(|day| day.parse::<jiff::civil::Date>().ok());
            let day =
                day.and_then(|day| day.to_zoned(options.zone.clone()).ok()).map(|zoned| zoned.timestamp());
            let latest = times.last().copied().or(day).unwrap_or(options.modified);
            row.insert("observed_at".to_owned(), latest.to_string().into());
        }
    }

    /// The same cells under the same names have the same print, in whatever order.
    fn print(&self, cells: &[Cell]) -> String {
        let mut parts: Vec<(String, String)> = self
            .names
            .iter()
            .zip(cells)
            .filter_map(|(name, cell)| {
                let cell = cell.as_ref().filter(|cell| !cell::is_empty(cell))?;
                let text = cell::written(cell).unwrap_or_else(|| cell.to_string());
                Some((cell::plain(name), text.trim().to_owned()))
            })
            .collect();
        parts.sort_unstable();
        hash(parts.iter().flat_map(|(name, cell)| [name.as_bytes(), cell.as_bytes()]))
            .chars()
            .take(16)
            .collect()
    }
}

/// The known times of a row, in order.
fn times(table: &Declaration, row: &Map<String, Value>) -> Vec<jiff::Timestamp> {
    let mut times: Vec<jiff::Timestamp> = table
        .columns
        .iter()
        .filter(|column| column.kind == Kind::Time && !NOT_SEEN.contains(&column.name))
        .filter_map(|column| row.get(column.name)?.as_str()?.parse().ok())
        .collect();
    times.sort_unstable();
    times
}

fn versions(table: &'static Declaration, row: Map<String, Value>) -> Vec<Fact> {
    let beginning =
        BEGINNINGS.iter().find(|(own, ..)| *own == table.name).and_then(|(_, time, status, word)| {
            let start = row.get(*time)?.clone();
            if row.get("observed_at") == Some(&start) {
                return None;
            }
            let keeps = |name: &str| {
                table.key.contains(&name)
                    || matches!(
                        name,
                        "title" | "url" | "author" | "author_is_bot" | "service" | "environment" | "type"
                    )
            };
            let mut first: Map<String, Value> = row
                .iter()
                .filter(|(name, _)| keeps(name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            first.insert((*time).to_owned(), start.clone());
            first.insert("observed_at".to_owned(), start);
            first.insert((*status).to_owned(), (*word).into());
            Some(Fact { table, row: first })
        });
    beginning.into_iter().chain([Fact { table, row }]).collect()
}

/// What a column called `name` fills: a column, or the currency of one (`currency`: of the first amount).
fn target_of(table: &'static Declaration, name: &str) -> Option<Target> {
    let wanted = cell::plain(name);
    if let Some(column) = column_of(table, name) {
        return Some(Target::whole(column));
    }
    if let Some((column, part)) = amounts::side(table, &wanted) {
        return Some(Target { column, part });
    }
    let alias = ALIASES.iter().find(|(own, alias, _)| *own == table.name && cell::plain(alias) == wanted);
    if let Some(column) = alias.and_then(|(_, _, column)| table.column(column)) {
        return Some(Target::whole(column));
    }
    let mut amounts = table.columns.iter().filter(|column| column.kind == Kind::Money);
    let column = amounts
        .find(|column| wanted == "currency" || wanted == cell::plain(&format!("{}_currency", column.name)))?;
    Some(Target { column, part: Part::Currency })
}

/// The column that a name means; `created` will do for `created_at`.
fn column_of(table: &'static Declaration, name: &str) -> Option<&'static Column> {
    let wanted = cell::plain(name);
    let is = |suffix: &str| {
        table.columns.iter().find(|column| cell::plain(column.name) == format!("{wanted}{suffix}"))
    };
    is("").or_else(|| is("at").filter(|column| column.kind == Kind::Time))
}

fn unknown(table: &Declaration, name: &str, place: &str) -> String {
    let columns = table.columns.iter().map(|column| column.name);
    let near = nearest(name, columns).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("`{name}` of {place} is no column of `{}`{near}", table.name)
}

fn missing(column: &Column) -> String {
    let name = column.name;
    let hint = match column.kind {
        Kind::Choice(choices) => {
            let choice = choices.iter().find(|choice| **choice == "success").or(choices.first()).copied();
            format!(
                "; where it is the same in every row, say `columns = {{ {name} = \"={}\" }}`",
                choice.unwrap_or_default()
            )
        }
        _ => String::new(),
    };
    format!("`{name}` is missing or empty{hint}")
}
