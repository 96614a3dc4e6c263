//! People and teams: who reports to whom, who is away, what is planned, how teams work together.
//!
//! Nothing here compares people: lists stand in the order of names, and figures are of teams, or of plans.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use maud::{Markup, html};
use qd_model::{DeckError, Table, Value, words::figure};

use super::{
    super::{
        ask::Ask,
        cells::{day, link, number, text},
        charts::{Bar, Mark, Span, bars, timeline},
        parts::{about, answer, chart, drawn, narrowed, page, record, section, table, where_any},
    },
    delivery,
};

const NO_PEOPLE: &str = "Nobody is declared yet. Put people into `company.toml`, or a file each into `people/`:\n\n[people.ada]\n\
                         name = \"Ada\"\nmails = [\"ada@example.com\"]\nreports_to = \"bo\"\n\n[[people.ada.absences]]\n\
                         from = 2027-02-01\nto = 2027-02-12";
const NO_SPANS: &str = "Nobody reports to anybody. Say `reports_to` of people.";
const NO_TEAMS: &str = "No team is declared yet. Put one into `teams/web.toml`:\n\nname = \"Web\"\nlead = \"ada\"\n\
                        members = [\"ada\", \"bo\"]\nowns = [\"shop\"]\ntype = \"stream-aligned\"";
const NO_ABSENCES: &str = "Nobody is away now or in the next sixty days. Absences stand with people:\n\n[[absences]]\nfrom = 2027-02-01\nto = 2027-02-12";
const NO_INTERACTIONS: &str = "No team declares how it works with another one, and none was seen to. Say it in the team's file:\n\n\
                               [[interactions]]\nwith = \"platform\"\nmode = \"x-as-a-service\"\npurpose = \"pipelines\"";
const NO_LOAD: &str = "Nothing is planned of it. Tasks of projects have owners, or skills that are needed.";
const NOTHING_OPEN: &str = "Nothing is open in its code. `owns` in its file says where that is.";

/// The organisation.
pub(crate) fn people(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let body = html! {
        h1 { "People and teams" }
        (drawn(ask, "Who reports to whom", include_str!("people/chart.sql"), NO_PEOPLE, tree))
        (where_any(ask, "Seen in the code, and not declared", include_str!("people/seen.sql"), list))
        (section(ask, "Span of control", include_str!("people/spans.sql"), NO_SPANS))
        (drawn(ask, "Teams", include_str!("people/teams.sql"), NO_TEAMS, teams))
        (chart(ask, "Away", include_str!("people/absences.sql"), NO_ABSENCES, |told| away(ask, told)))
        (section(ask, "How teams work together", include_str!("people/interactions.sql"), NO_INTERACTIONS))
    };
    Ok(page("People and teams", "/people", &body))
}

/// One team.
pub(crate) fn team(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let named = answer(ask, &about(include_str!("team/named.sql"), ask.id))?;
    let [Value::Text(id), Value::Text(name)] = named.rows.first().map_or(&[][..], Vec::as_slice) else {
        let error = DeckError::new(format!("no team is called `{}`", ask.id));
        return Err(error.hint("the page of people and teams lists them all"));
    };
    let of = |asked: &str| about(asked, id);
    let with = narrowed(
        include_str!("people/interactions.sql"),
        &of("every.team = $about OR every.other_team = $about"),
    );
    let body = html! {
        h1 { (name) }
        (drawn(ask, "", &of(include_str!("team/facts.sql")), "", record))
        (section(ask, "Who is in it", &of(include_str!("team/members.sql")), NO_TEAMS))
        (chart(ask, "Planned, week by week", &of(include_str!("team/load.sql")), NO_LOAD, weeks))
        (delivery::group(ask, "team", id))
        (section(ask, "Open in its code", &of(include_str!("team/waiting.sql")), NOTHING_OPEN))
        (section(ask, "With other teams", &with, NO_INTERACTIONS))
    };
    Ok(page(name, "/people", &body))
}

/// People below whom they report to; who reports to nobody who is here stands at the top, and so does a circle.
fn tree(told: &Table) -> Markup {
    let ids: BTreeSet<&str> = told.rows.iter().filter_map(|cells| text(told, cells, "person")).collect();
    let mut below: BTreeMap<Option<&str>, Vec<&[Value]>> = BTreeMap::new();
    for cells in &told.rows {
        let manager = text(told, cells, "manager").filter(|manager| ids.contains(manager));
        below.entry(manager).or_default().push(cells);
    }
    let mut drawn = BTreeSet::new();
    let mut shown = branch(told, &below, below.get(&None).map_or(&[][..], Vec::as_slice), &[], &mut drawn);
    for cells in &told.rows {
        if text(told, cells, "person").is_some_and(|id| !drawn.contains(id)) {
            let more = branch(told, &below, &[cells.as_slice()], &[], &mut drawn);
            shown = html! { (shown) (more) };
        }
    }
    html! { div.tree { (shown) } }
}

fn branch<'a>(
    told: &'a Table,
    below: &BTreeMap<Option<&'a str>, Vec<&'a [Value]>>,
    rows: &[&'a [Value]],
    known: &[String],
    drawn: &mut BTreeSet<&'a str>,
) -> Markup {
    let mut lines = Vec::new();
    for cells in rows {
        let Some(id) = text(told, cells, "person") else { continue };
        if !drawn.insert(id) {
            continue;
        }
        let teams = told.column("teams").and_then(|place| cells.get(place));
        let reports = below.get(&Some(id)).map_or(&[][..], Vec::as_slice);
        let inner = if reports.is_empty() {
            html! {}
        } else {
            let known = match teams {
                Some(Value::List(teams)) => teams.as_slice(),
                _ => &[],
            };
            branch(told, below, reports, known, drawn)
        };
        lines.push(html! {
            li id=(id) {
                (text(told, cells, "person_name").unwrap_or(id))
                small {
                    @if let Some(role) = text(told, cells, "role") { " " (role) }
                    @if let Some(Value::List(teams)) = teams {
                        // A team is named once on the way down, not at each of its members.
                        @for team in teams.iter().filter(|team| !known.contains(team)) { " " (link("/team/", team, team)) }
                    }
                    @if !reports.is_empty() { " leads " (reports.len()) }
                    @if let Some(until) = day(told, cells, "away_until") {
                        @if until.year() < 9999 { " away until " (until) } @else { " away" }
                    }
                }
                (inner)
            }
        });
    }
    html! { ul { @for line in lines { (line) } } }
}

/// Names with the repositories they were seen in.
fn list(told: &Table) -> Markup {
    html! {
        ul.plain {
            @for cells in &told.rows {
                @let id = text(told, cells, "person").unwrap_or_default();
                li id=(id) {
                    (text(told, cells, "person_name").unwrap_or(id))
                    @if let Some(repositories) = told.column("repositories").and_then(|place| cells.get(place)) { " " small { (repositories) } }
                }
            }
        }
    }
}

/// Hours that are planned, and a line for the hours that are there.
fn hours(told: &Table, cells: &[Value], label: String) -> Option<Bar> {
    let (planned, there) = (number(told, cells, "planned")?, number(told, cells, "there"));
    let words = there.map_or(format!("{} h", figure(planned)), |there| {
        format!("{} of {} h", figure(planned), figure(there))
    });
    Some(Bar { label, value: planned, mark: there, words })
}

fn teams(told: &Table) -> Markup {
    let name = |cells: &[Value]| {
        text(told, cells, "team_name").or(text(told, cells, "team")).unwrap_or_default().to_owned()
    };
    let all: Vec<Bar> = told.rows.iter().filter_map(|cells| hours(told, cells, name(cells))).collect();
    html! {
        (bars("Planned hours of each team", "in the next four weeks, beside the hours in which its people are there", &all))
        @if !all.is_empty() { p { small { "Hours of tasks that are planned in the next four weeks; the line is the hours in which its people are there." } } }
        (table(told))
    }
}

fn weeks(told: &Table) -> Markup {
    let week = |cells: &[Value]| day(told, cells, "week").map(|day| day.to_string()).unwrap_or_default();
    let all: Vec<Bar> = told.rows.iter().filter_map(|cells| hours(told, cells, week(cells))).collect();
    bars("Planned hours of each week", "beside the hours in which its people are there", &all)
}

fn away(ask: &Ask<'_>, told: &Table) -> Markup {
    let today = ask.deck.as_of().to_zoned(TimeZone::UTC).date();
    let spans: Vec<Span> = told
        .rows
        .iter()
        .filter_map(|cells| {
            let first = day(told, cells, "first_day")?;
            let last = day(told, cells, "last_day");
            Some(Span {
                label: text(told, cells, "person_name")?.to_owned(),
                words: last
                    .map_or(format!("away from {first}"), |last| format!("away from {first} to {last}")),
                parts: vec![(first.max(today), last.unwrap_or(first.max(today)))],
                perhaps: None,
                due: None,
                class: "",
            })
        })
        .collect();
    timeline("Who is away", &spans, &[Mark { day: today, words: "today".to_owned(), class: "today" }])
}
