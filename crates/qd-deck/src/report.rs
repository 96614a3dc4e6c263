//! What the head of a report says it takes, and what that makes of its query.
//!
//! `-- by: service, team` lists what there can be a line for (`$by` in the query), the first where
//! nobody says; `-- since: 84d` says how far back it looks (`$since`, a day) where nobody says;
//! `-- narrow: team, project` names columns whose rows can be picked. Where there can be a line for
//! each team, one team can be asked for too: its line is the one whose `group` it is.

use jiff::{Span, civil::Date};
use qd_model::{DeckError, ReportRequest, Table, Value};

use crate::signal::comments;

/// The column of a report with `by` that says whose line it is.
const GROUP: &str = "group";

/// A report's text, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportText {
    name: String,
    text: String,
    /// Its heading.
    pub title: String,
    /// What it shows.
    pub about: String,
    /// What to say where there are no figures.
    pub empty: String,
    by: Vec<String>,
    since: Option<i32>,
    narrow: Vec<String>,
}

/// Reads the head of the report `name`.
pub(crate) fn parse(name: &str, text: &str) -> ReportText {
    let (head, about) = comments(text);
    let words = |key: &str| -> Vec<String> {
        let words = head.get(key).map(String::as_str).unwrap_or_default().split(',');
        words.map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    ReportText {
        name: name.to_owned(),
        text: text.to_owned(),
        title: head.get("title").cloned().unwrap_or_else(|| name.to_owned()),
        about,
        empty: head.get("empty").or_else(|| head.get("declare")).cloned().unwrap_or_default(),
        by: words("by"),
        since: head.get("since").and_then(|days| days.strip_suffix('d')?.parse().ok()),
        narrow: words("narrow"),
    }
}

/// The options that pick rows, by the column that they pick by.
pub(crate) fn picks(request: &ReportRequest) -> impl Iterator<Item = (&'static str, &str)> {
    [("team", &request.team), ("project", &request.project), ("service", &request.service)]
        .into_iter()
        .filter_map(|(column, value)| Some((column, value.as_deref()?)))
}

impl ReportText {
    /// The query, with what was asked for in the place of `$by` and `$since`, and who asks in that of `$reader`.
    ///
    /// # Errors
    /// Where it takes no such option, or not that word.
    pub(crate) fn query(
        &self,
        request: &ReportRequest,
        today: Date,
        reader: Option<&str>,
    ) -> Result<String, DeckError> {
        if let Some((option, _)) = picks(request).find(|(option, _)| self.column(option).is_none()) {
            return Err(self.takes_no(option));
        }
        let reader = reader.map_or("NULL".to_owned(), |person| format!("'{}'", person.replace('\'', "''")));
        let mut query = self.text.replace("$reader", &format!("CAST({reader} AS VARCHAR)"));
        // One team alone is asked for by a line for each team.
        let of_one =
            picks(request).map(|(option, _)| option).find(|option| self.by.iter().any(|by| by == option));
        let by = request.by.clone().or_else(|| of_one.map(str::to_owned));
        match (&by, self.by.first()) {
            (Some(by), _) if self.by.contains(by) => query = query.replace("$by", &format!("'{by}'")),
            (Some(_), None) => return Err(self.takes_no("by")),
            (Some(by), Some(_)) => {
                let error = DeckError::new(format!("`{}` has no lines by `{by}`", self.name));
                return Err(error.hint(format!("there are: {}", self.by.join(", "))));
            }
            (None, Some(first)) => query = query.replace("$by", &format!("'{first}'")),
            (None, None) => {}
        }
        match (request.since, self.since) {
            (Some(_), None) => Err(self.takes_no("since")),
            (Some(since), Some(_)) if since > today => {
                Err(DeckError::new(format!("{since} lies in the future")).hint("give a day that is past"))
            }
            (given, Some(days)) => {
                let usual = Span::new().try_days(-days).ok().and_then(|span| today.checked_add(span).ok());
                let since = given.or(usual).unwrap_or(today);
                Ok(query.replace("$since", &format!("DATE '{since}'")))
            }
            (None, None) => Ok(query),
        }
    }

    /// The rows that were asked for.
    pub(crate) fn narrowed(&self, mut table: Table, request: &ReportRequest) -> Table {
        for (option, wanted) in picks(request) {
            let Some(name) = self.column(option) else { continue };
            let place = table.columns.iter().position(|column| column.name == name);
            let is_wanted = |row: &Vec<Value>| {
                place.and_then(|place| row.get(place)?.as_text()).is_some_and(|value| value == wanted)
            };
            table.rows.retain(is_wanted);
        }
        table
    }

    /// The column that an option picks rows by.
    fn column<'a>(&self, option: &'a str) -> Option<&'a str> {
        let has = |list: &[String]| list.iter().any(|own| own == option);
        if has(&self.narrow) { Some(option) } else { has(&self.by).then_some(GROUP) }
    }

    fn takes_no(&self, option: &str) -> DeckError {
        let options = ["team", "project", "service"].into_iter();
        let mut takes: Vec<String> = options
            .filter(|option| self.column(option).is_some())
            .map(|option| format!("--{option}"))
            .collect();
        takes.extend((!self.by.is_empty()).then(|| "--by".to_owned()));
        takes.extend(self.since.map(|_| "--since".to_owned()));
        let error = DeckError::new(format!("the report `{}` takes no `--{option}`", self.name));
        error.hint(if takes.is_empty() {
            "it takes no options".to_owned()
        } else {
            format!("it takes {}", takes.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use qd_model::{Column, ReportRequest, Table, Value};

    use super::parse;

    const TEXT: &str = "-- report: flow\n-- by: service, team\n-- since: 7d\n-- narrow: team\n\
                        SELECT $by, $since";

    #[test]
    fn who_asks_stands_in_it_and_nothing_else() {
        let today = jiff::civil::date(2026, 3, 9);
        let asked = |reader| parse("mine", "SELECT $reader").query(&ReportRequest::default(), today, reader);
        assert_eq!(asked(Some("o'brien")), Ok("SELECT CAST('o''brien' AS VARCHAR)".to_owned()));
        assert_eq!(asked(None), Ok("SELECT CAST(NULL AS VARCHAR)".to_owned()));
    }

    fn ask(request: &ReportRequest) -> Result<String, String> {
        let today = jiff::civil::date(2026, 3, 9);
        let query = parse("flow", TEXT).query(request, today, Some("o'brien"));
        query.map(|query| query.lines().last().unwrap_or_default().to_owned()).map_err(|error| error.message)
    }

    #[test]
    fn what_nobody_says_is_as_the_head_says() {
        assert_eq!(ask(&ReportRequest::default()), Ok("SELECT 'service', DATE '2026-03-02'".to_owned()));
        let since = Some(jiff::civil::date(2026, 1, 1));
        let given = ReportRequest { by: Some("team".to_owned()), since, ..ReportRequest::default() };
        assert_eq!(ask(&given), Ok("SELECT 'team', DATE '2026-01-01'".to_owned()));
    }

    #[test]
    fn what_it_does_not_take_is_refused() {
        let by = ReportRequest { by: Some("x'; DROP".to_owned()), ..ReportRequest::default() };
        assert!(ask(&by).is_err_and(|error| error.contains("has no lines by")));
        let future = ReportRequest { since: Some(jiff::civil::date(2027, 1, 1)), ..ReportRequest::default() };
        assert!(ask(&future).is_err_and(|error| error.contains("in the future")));
        let project = ReportRequest { project: Some("p".to_owned()), ..ReportRequest::default() };
        assert!(ask(&project).is_err_and(|error| error.contains("takes no `--project`")));
    }

    #[test]
    fn rows_are_picked_by_their_column() {
        let text = |word: &str| Value::Text(word.to_owned());
        let table = Table {
            columns: vec![Column { name: "team".to_owned(), unit: String::new(), comment: String::new() }],
            rows: vec![vec![text("web")], vec![text("core")], vec![Value::Null]],
            ..Table::default()
        };
        let request = ReportRequest { team: Some("web".to_owned()), ..ReportRequest::default() };
        assert_eq!(parse("flow", TEXT).narrowed(table, &request).rows, [vec![text("web")]]);
    }
}
