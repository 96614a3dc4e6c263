//! A TOML file of the company, walked along the declarations of `qd-tables`.
//!
//! No table is known here by name: what `Place` and `Kind` say is all there is, so that
//! a table declared tomorrow is read without a change.

use std::ops::Range;

use qd_model::{Diagnostic, nearest};
use qd_tables::{Declaration, Kind, Place, Role};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    codes::{Helped, error, warning},
    company::Assumption,
    names::{a_row_of, meaning, singular},
    record::{Record, Value},
    value,
};

/// The key of the table whose keys are free.
const ASSUMPTIONS: &str = "assumptions";

/// Columns that no file writes: where a row stands follows from where it stands.
const GIVEN: [&str; 2] = ["file", "line"];

/// What one file declares.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    pub(crate) records: Vec<Record>,
    pub(crate) assumptions: Vec<(String, Assumption)>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Tables whose rows stand under `[table.id]`.
pub(crate) fn sections() -> impl Iterator<Item = &'static Declaration> {
    qd_tables::ALL
        .iter()
        .copied()
        .filter(|table| matches!(table.role, Role::Intent(Place::Folder(_) | Place::File(_))))
}

/// The table whose rows are files of `folder`.
pub(crate) fn folder(folder: &str) -> Option<&'static Declaration> {
    sections().find(|table| matches!(table.role, Role::Intent(Place::Folder(name)) if name == folder))
}

/// Tables that stand inside a row of `parent`, with their keys.
pub(crate) fn inside(
    parent: &'static Declaration,
) -> impl Iterator<Item = (&'static str, &'static Declaration)> {
    qd_tables::ALL.iter().filter_map(move |table| match table.role {
        Role::Intent(Place::Inside { parent: name, key }) if name == parent.name => Some((key, *table)),
        _ => None,
    })
}

/// Columns of `table` that a file writes.
pub(crate) fn writable(table: &'static Declaration) -> impl Iterator<Item = &'static qd_tables::Column> {
    let is_inside = matches!(table.role, Role::Intent(Place::Inside { .. }));
    table.columns.iter().enumerate().filter_map(move |(place, column)| {
        let given = GIVEN.contains(&column.name)
            // The first column of a row inside another is that row's id.
            || (is_inside && place == 0)
            || (!is_inside && column.name == "id");
        (!given).then_some(column)
    })
}

/// Reads a file whose top level holds the rows of tables; that of `company.toml` also
/// holds the company's own row.
pub(crate) fn top_level(file: &str, text: &str, company: Option<&'static Declaration>) -> Declared {
    let mut walk = Walk { file, declared: Declared::default() };
    let root = walk.parse(text);
    let mut own = company.map(|table| (Record::new(table, "", file, 0..0), Vec::new()));
    for (key, value) in entries(root.get_ref()) {
        let name: &str = key.get_ref();
        let section = sections().find(|table| table.name == name);
        if let Some(table) = section {
            walk.section(table, value);
        } else if name == ASSUMPTIONS {
            walk.assumptions("", value);
        } else if let Some((record, seen)) = &mut own
            && walk.column(record, seen, key, value)
        {
        } else {
            let columns = company.into_iter().flat_map(writable).map(|column| column.name);
            let known = columns.chain(sections().map(|table| table.name)).chain([ASSUMPTIONS]);
            walk.unknown_key(key, value, known, file.strip_suffix(".toml"));
        }
    }
    if let Some((record, seen)) = own {
        walk.finish(record, &seen);
    }
    walk.declared
}

/// Reads a file that is one row of `table`.
pub(crate) fn one_row(file: &str, text: &str, table: &'static Declaration, id: &str) -> Declared {
    let mut walk = Walk { file, declared: Declared::default() };
    let root = walk.parse(text);
    walk.row(Record::new(table, id, file, 0..0), root.get_ref());
    walk.declared
}

struct Walk<'a> {
    file: &'a str,
    declared: Declared,
}

/// The entries of a table in the order of the text.
fn entries<'t, 'i>(
    table: &'t DeTable<'i>,
) -> Vec<(&'t Spanned<toml::de::DeString<'i>>, &'t Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

impl<'a> Walk<'a> {
    fn parse<'i>(&mut self, text: &'i str) -> Spanned<DeTable<'i>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        for problem in errors {
            let span = problem.span().unwrap_or(0..0);
            let complaint =
                error("toml-syntax", self.file, on_border(text, span), problem.message().to_lowercase());
            self.declared.diagnostics.push(complaint);
        }
        root
    }

    /// `[people]`, with a table for each row.
    fn section(&mut self, table: &'static Declaration, value: &Spanned<DeValue<'_>>) {
        let name = table.name;
        let DeValue::Table(rows) = value.get_ref() else {
            let message = format!(
                "`{name}` takes a table for each {}, not {}",
                singular(name),
                value::type_name(value.get_ref())
            );
            let complaint = error("wrong-type", self.file, value.span(), message)
                .help(format!("write `[{name}.some-id]`"));
            self.declared.diagnostics.push(complaint);
            return;
        };
        for (id, row) in entries(rows) {
            let id_text: &str = id.get_ref();
            if let DeValue::Table(values) = row.get_ref() {
                self.row(Record::new(table, id_text, self.file, id.span()), values);
            } else {
                let message = format!(
                    "`{name}.{id_text}` is {}, not {}",
                    value::type_name(row.get_ref()),
                    a_row_of(name)
                );
                let complaint = error("wrong-type", self.file, id.span(), message)
                    .help(format!("{} is a table of its own: `[{name}.{id_text}]`", a_row_of(name)));
                self.declared.diagnostics.push(complaint);
            }
        }
    }

    fn row(&mut self, mut record: Record, values: &DeTable<'_>) {
        let mut seen = Vec::new();
        let mut children = Vec::new();
        for (key, value) in entries(values) {
            let name: &str = key.get_ref();
            if let Some((_, table)) = inside(record.table).find(|(key, _)| *key == name) {
                children.push((table, key, value));
            } else if !self.column(&mut record, &mut seen, key, value) {
                let known = writable(record.table)
                    .map(|column| column.name)
                    .chain(inside(record.table).map(|(key, _)| key));
                self.unknown_key(key, value, known, None);
            }
        }
        let parent = self.finish(record, &seen);
        for (table, key, value) in children {
            self.inner_rows(table, &parent, key, value);
        }
    }

    /// `[[absences]]` within a person.
    fn inner_rows(
        &mut self,
        table: &'static Declaration,
        parent: &str,
        key: &Spanned<toml::de::DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
    ) {
        let rows = match value.get_ref() {
            DeValue::Array(rows) => rows,
            other => {
                let message =
                    format!("`{}` takes a list of tables, not {}", key.get_ref(), value::type_name(other));
                let complaint = error("wrong-type", self.file, key.span(), message)
                    .help(format!("write `[[{}]]`, once for each", key.get_ref()));
                self.declared.diagnostics.push(complaint);
                return;
            }
        };
        for row in rows {
            let DeValue::Table(values) = row.get_ref() else {
                let message = format!(
                    "`{}` takes a list of tables, not {}",
                    key.get_ref(),
                    value::type_name(row.get_ref())
                );
                self.declared.diagnostics.push(error("wrong-type", self.file, row.span(), message));
                continue;
            };
            let mut record = Record::new(table, parent, self.file, row.span());
            if let Some(first) = table.columns.first() {
                record.fill(first.name, Value::Text(parent.to_owned()));
            }
            self.row(record, values);
        }
    }

    /// Reads `key` if it is a column of the record's table; says whether it is.
    fn column(
        &mut self,
        record: &mut Record,
        seen: &mut Vec<&'static str>,
        key: &Spanned<toml::de::DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
    ) -> bool {
        let name: &str = key.get_ref();
        let Some(column) = writable(record.table).find(|column| column.name == name) else { return false };
        seen.push(column.name);
        let field = value::read(column, value, self.file, &mut self.declared.diagnostics);
        record.set(column.name, field);
        true
    }

    /// Completes a row whose keys have been read; gives its id.
    fn finish(&mut self, mut record: Record, seen: &[&str]) -> String {
        let table = record.table;
        match table.role {
            Role::Intent(Place::Inside { .. }) => {
                // Rows of two files with the same unknown key are still two rows.
                let key: Vec<String> = table
                    .key
                    .iter()
                    .map(|name| match record.value(name) {
                        Some(Value::Text(text)) => text.clone(),
                        Some(Value::Date(date)) => date.to_string(),
                        _ => format!("{}:{}", record.file, record.span.start),
                    })
                    .collect();
                record.id = key.join("/");
            }
            _ if table.column("id").is_some() => record.fill("id", Value::Text(record.id.clone())),
            _ => {}
        }
        for column in writable(table) {
            // What was written and refused has been complained of already.
            if !column.optional && !seen.contains(&column.name) && record.field(column.name).is_none() {
                let message = format!("{} lacks `{}`", this_row(&record), column.name);
                let help = format!("`{}`: {}", column.name, meaning(column));
                self.declared
                    .diagnostics
                    .push(error("missing-key", self.file, record.span.clone(), message).help(help));
            }
        }
        let id = record.id.clone();
        self.declared.records.push(record);
        id
    }

    fn unknown_key<'n>(
        &mut self,
        key: &Spanned<toml::de::DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
        known: impl Iterator<Item = &'n str>,
        file_table: Option<&str>,
    ) {
        let name: &str = key.get_ref();
        let mut complaint = warning("unknown-key", self.file, key.span(), format!("unknown key `{name}`"));
        let table = file_table.and_then(|table| sections().find(|candidate| candidate.name == table));
        let known: Vec<&str> = known.collect();
        if let Some(near) = nearest(name, known.iter().copied()) {
            complaint = complaint.help(format!("did you mean `{near}`?"));
        } else if let (Some(table), DeValue::Table(_)) = (table, value.get_ref()) {
            complaint =
                complaint.help(format!("{} is written `[{}.{name}]`", a_row_of(table.name), table.name));
        } else if known.len() <= 16 {
            let all = known.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>();
            complaint = complaint.help(format!("known here: {}", all.join(", ")));
        }
        self.declared.diagnostics.push(complaint);
    }

    /// `[assumptions]`: any key; tables within give dotted names.
    fn assumptions(&mut self, prefix: &str, value: &Spanned<DeValue<'_>>) {
        let DeValue::Table(values) = value.get_ref() else {
            let message = format!("`{ASSUMPTIONS}` takes a table, not {}", value::type_name(value.get_ref()));
            self.declared.diagnostics.push(error("wrong-type", self.file, value.span(), message));
            return;
        };
        for (key, value) in entries(values) {
            let name = format!("{prefix}{}", key.get_ref());
            let assumed = match value.get_ref() {
                DeValue::Table(_) => {
                    self.assumptions(&format!("{name}."), value);
                    continue;
                }
                DeValue::String(text) => Some(Value::Text(text.clone().into_owned())),
                DeValue::Boolean(value) => Some(Value::Boolean(*value)),
                other => value::number(other).map(Value::Number),
            };
            match assumed {
                Some(value_read) => {
                    let assumption =
                        Assumption { value: value_read, file: self.file.to_owned(), span: value.span() };
                    self.declared.assumptions.push((name, assumption));
                }
                None => {
                    let message = format!(
                        "`{name}` takes a number or a string, not {}",
                        value::type_name(value.get_ref())
                    );
                    self.declared.diagnostics.push(error("wrong-type", self.file, value.span(), message));
                }
            }
        }
    }
}

fn this_row(record: &Record) -> String {
    match record.table.role {
        Role::Intent(Place::Company) => "the company".to_owned(),
        Role::Intent(Place::Inside { .. }) => {
            let parent =
                record.table.columns.first().and_then(|first| record.text(first.name)).unwrap_or_default();
            format!("{} of `{parent}`", a_row_of(record.table.name))
        }
        _ => format!("{} `{}`", singular(record.table.name), record.id),
    }
}

/// `span` moved onto borders of characters within `text`.
pub(crate) fn on_border(text: &str, span: Range<usize>) -> Range<usize> {
    let down = |mut place: usize| {
        place = place.min(text.len());
        while !text.is_char_boundary(place) {
            place -= 1;
        }
        place
    };
    let start = down(span.start);
    start..down(span.end).max(start)
}

/// Whether a kind names rows of other tables, and which.
pub(crate) fn target(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Reference(tables) | Kind::References(tables) => Some(tables),
        _ => None,
    }
}
