//! Cells of tables: values as a person reads them, and the way from a name to its page.
//!
//! Where a column leads is told by its name: `project`, `team`, `person` and a few more hold ids, and `thing_url`
//! beside `thing` holds an address. The words of such a link are the value itself, or those of `thing_name`.

use jiff::civil::Date;
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use qd_model::{Column, Table, Value, words::figure};

use super::parts::is_address;

/// A column as it is shown: its own values, with the words and the addresses of columns beside it.
pub(super) struct Shown {
    own: usize,
    words: Option<usize>,
    url: Option<usize>,
    leads: Option<&'static str>,
    is_figure: bool,
}

/// Where the values of a column lead, by its name.
fn leads(column: &str) -> Option<&'static str> {
    Some(match column {
        "project" | "projects" => "/project/",
        "team" | "other_team" | "teams" => "/team/",
        "person" | "people" | "lead" | "holder" | "manager" | "waits_for" | "who_waits" => "/people#",
        "service" | "services" => "/decisions?service=",
        "row" => "/row/",
        "repo" | "other_repo" => "/code?repo=",
        _ => return None,
    })
}

/// The columns of a table that are shown.
pub(super) fn shown(table: &Table) -> Vec<Shown> {
    let beside = |column: &Column, what: &str| {
        table.column(&column.name).and_then(|_| table.column(&format!("{}{what}", column.name)))
    };
    let is_own = |column: &Column| {
        !["_name", "_url"]
            .iter()
            .any(|what| column.name.strip_suffix(what).is_some_and(|thing| table.column(thing).is_some()))
    };
    let own = table.columns.iter().enumerate().filter(|(_, column)| is_own(column));
    own.map(|(own, column)| Shown {
        own,
        words: beside(column, "_name"),
        url: beside(column, "_url"),
        leads: leads(&column.name),
        is_figure: table.rows.iter().any(|row| row.get(own).is_some_and(is_figure)),
    })
    .collect()
}

impl Shown {
    /// The column whose values these are.
    pub(super) fn column<'a>(&self, table: &'a Table) -> Option<&'a Column> {
        table.columns.get(self.own)
    }

    /// Whether a row has something in it.
    pub(super) fn is_known(&self, row: &[Value]) -> bool {
        let told = |place: Option<usize>| {
            place.and_then(|place| row.get(place)).is_some_and(|value| !value.is_null())
        };
        told(Some(self.own)) || told(self.words)
    }

    /// How the column stands: figures to the right.
    pub(super) fn class(&self) -> Option<&'static str> {
        self.is_figure.then_some("figure")
    }

    /// The cell of a row.
    pub(super) fn cell(&self, row: &[Value], unit: &str) -> Markup {
        let class = match row.get(self.own) {
            _ if self.is_figure => Some("figure"),
            Some(Value::Date(_) | Value::Time(_)) => Some("day"),
            _ => (!self.is_known(row)).then_some("unknown"),
        };
        html! { td class=[class] { (self.value(row, unit)) } }
    }

    /// What stands in the cell.
    pub(super) fn value(&self, row: &[Value], unit: &str) -> Markup {
        let at = |place: Option<usize>| place.and_then(|place| row.get(place)).and_then(Value::as_text);
        let value = row.get(self.own).unwrap_or(&Value::Null);
        let words = at(self.words).or(value.as_text());
        match (value, at(self.url).filter(|url| is_address(url)), self.leads) {
            (Value::Text(_), Some(url), _) => {
                html! { a href=(url) rel="noreferrer" { (words.unwrap_or("open")) } }
            }
            (Value::Text(id), None, Some(leads)) if !id.is_empty() => link(leads, id, words.unwrap_or(id)),
            (Value::List(ids), _, Some(leads)) => html! {
                @for (place, id) in ids.iter().enumerate() { @if place > 0 { ", " } (link(leads, id, id)) }
            },
            (Value::Null | Value::Text(_), ..) if words.is_some_and(|words| !is_address(words)) => {
                html! { (words.unwrap_or_default()) }
            }
            _ => plain(value, unit),
        }
    }
}

/// What a row says under a name, where it is known.
pub(super) fn at<'a>(table: &Table, cells: &'a [Value], name: &str) -> Option<&'a Value> {
    cells.get(table.column(name)?).filter(|value| !value.is_null())
}

/// The same where it is a text.
pub(super) fn text<'a>(table: &Table, cells: &'a [Value], name: &str) -> Option<&'a str> {
    at(table, cells, name)?.as_text()
}

/// The same where it is a number.
pub(super) fn number(table: &Table, cells: &[Value], name: &str) -> Option<f64> {
    at(table, cells, name)?.as_number()
}

/// The same where it is a day.
pub(super) fn day(table: &Table, cells: &[Value], name: &str) -> Option<Date> {
    match at(table, cells, name)? {
        Value::Date(day) => Some(*day),
        _ => None,
    }
}

/// The same as words; none where it is not known.
pub(super) fn words(table: &Table, cells: &[Value], name: &str) -> String {
    at(table, cells, name).map(ToString::to_string).unwrap_or_default()
}

/// The rows whose column `part` says this, without the columns that only sort them (`part` and `every`), and without those that say nothing
/// of any of these.
pub(super) fn part_of(told: &Table, part: i64) -> Table {
    let rows: Vec<&Vec<Value>> = told
        .rows
        .iter()
        .filter(|cells| matches!(at(told, cells, "part"), Some(Value::Integer(own)) if *own == part))
        .collect();
    let is_shown = |place: &usize| {
        told.columns.get(*place).is_some_and(|column| column.name != "part" && column.name != "every")
            && rows.iter().any(|cells| cells.get(*place).is_some_and(|value| !value.is_null()))
    };
    let places: Vec<usize> = (0..told.columns.len()).filter(is_shown).collect();
    let columns = places.iter().filter_map(|place| told.columns.get(*place).cloned()).collect();
    let kept = |cells: &&Vec<Value>| places.iter().filter_map(|place| cells.get(*place).cloned()).collect();
    Table { columns, rows: rows.iter().map(kept).collect(), cut_from: None }
}

/// A link to the page of an id.
pub(super) fn link(leads: &str, id: &str, words: &str) -> Markup {
    html! { a href={ (leads) (utf8_percent_encode(id, NON_ALPHANUMERIC)) } { (words) } }
}

fn is_figure(value: &Value) -> bool {
    matches!(value, Value::Number(_) | Value::Integer(_) | Value::Decimal(_))
}

fn plain(value: &Value, unit: &str) -> Markup {
    html! {
        @match value {
            Value::Null => "–",
            Value::Boolean(value) => @if *value { "yes" } @else { "no" },
            Value::Number(number) if unit == "share" => { (figure(number * 100.0)) "%" },
            Value::Number(number) => (figure(*number)),
            Value::Integer(number) => (grouped(&number.to_string())),
            Value::Decimal(_) => (grouped(&value.to_string())),
            Value::Time(time) => (time.strftime("%Y-%m-%d %H:%M")),
            Value::Text(text) if is_address(text) => a href=(text) rel="noreferrer" { (text) },
            _ => (value),
        }
    }
}

/// A long number with thin gaps between its thousands; what has no more than four digits stays whole.
fn grouped(digits: &str) -> String {
    let (whole, rest) =
        digits.split_once('.').map_or((digits, ""), |(whole, _)| (whole, &digits[whole.len()..]));
    let count = whole.trim_start_matches('-').len();
    let rest = rest.strip_suffix(".00").unwrap_or(rest);
    if count < 5 {
        return format!("{whole}{rest}");
    }
    let sign = whole.len() - count;
    let spaced = whole.char_indices().map(|(place, digit)| {
        let is_gap = place > sign && (whole.len() - place) % 3 == 0;
        if is_gap { format!("\u{202f}{digit}") } else { digit.to_string() }
    });
    spaced.collect::<String>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_their_pages_and_addresses_nowhere_but_to_the_web() {
        let column =
            |name: &str| Column { name: name.to_owned(), unit: String::new(), comment: String::new() };
        let text = |text: &str| Value::Text(text.to_owned());
        let table = Table {
            columns: ["team", "team_name", "what", "what_url", "nick_name"].map(column).into(),
            rows: Vec::new(),
            cut_from: None,
        };
        let all = shown(&table);
        let names: Vec<_> =
            all.iter().filter_map(|one| one.column(&table)).map(|column| &*column.name).collect();
        assert_eq!(names, ["team", "what", "nick_name"]);
        let row = [text("a/b?"), text("A & B"), text("it"), text("javascript:alert(1)"), text("x")];
        let drawn: String = all.iter().map(|one| one.cell(&row, "").into_string()).collect();
        assert_eq!(drawn, "<td><a href=\"/team/a%2Fb%3F\">A &amp; B</a></td><td>it</td><td>x</td>");
        let row = [Value::Null, Value::Null, text("it"), text("https://example.org"), Value::Null];
        let drawn: String = all.iter().map(|one| one.cell(&row, "").into_string()).collect();
        assert!(drawn.contains("href=\"https://example.org\"") && drawn.contains("–"), "{drawn}");
        assert!(drawn.contains("<td class=\"unknown\">"), "{drawn}");
        let table = Table {
            rows: vec![vec![Value::Integer(4)], vec![Value::Null]],
            columns: vec![column("n")],
            ..table
        };
        let all = shown(&table);
        let drawn: String =
            table.rows.iter().flat_map(|row| all.iter().map(|one| one.cell(row, "").into_string())).collect();
        assert_eq!(drawn, "<td class=\"figure\">4</td><td class=\"figure\">–</td>");
    }

    #[test]
    fn long_numbers_are_read_in_thousands() {
        assert_eq!(grouped("1234"), "1234");
        assert_eq!(grouped("-1234567"), "-1\u{202f}234\u{202f}567");
        assert_eq!(grouped("240000.00"), "240\u{202f}000");
        assert_eq!(grouped("12345.67"), "12\u{202f}345.67");
    }
}
