//! All projects, and one of them.

use jiff::{civil::Date, tz::TimeZone};
use maud::{Markup, html};
use qd_model::{DeckError, Table, Value, words::figure};

use super::{
    super::{
        ask::Ask,
        cells::{at, day, words},
        charts::{Mark, Span, timeline},
        parts::{about, advice, answer, chart, drawn, given, page, record, section, table, where_any},
    },
    delivery,
};

const NO_PROJECTS: &str = "No project is declared yet. Put one into `projects/atlas.toml`:\n\nname = \"Atlas\"\nlead = \"ada\"\n\
                           repositories = [\"api\"]\ndeadline = 2027-03-31\n\n[[tasks]]\nid = \"build\"\nestimate = \"5d 8d 20d\"";
const NO_TASKS: &str = "It has no tasks, so nothing is planned. Put one into its file:\n\n[[tasks]]\nid = \"build\"\n\
                        title = \"Build it\"\nowner = \"ada\"\nestimate = \"5d 8d 20d\"";
const NO_PROMISES: &str = "Nothing of it is promised to anybody. Put a promise into `commitments.toml`:\n\n[beta]\n\
                           title = \"The first ten clients use it\"\nto = \"acme\"\nowner = \"ada\"\nproject = \"atlas\"\ndue = 2027-02-01";
const NO_OPEN: &str = "Nothing is open where its work lands. Its `repositories` say where that is.";
const NO_RISKS: &str = "No risk is written down for it. Put one into its estimate (`[[risks]]`), or into `risks.toml`:\n\n\
                        [late-data]\ntitle = \"The client's data comes late\"\nowner = \"ada\"\nprobability_per_year = 0.3";
const NO_PEOPLE: &str = "Nobody is named for it: say `lead`, `team` or `people` in its file.";

/// All projects that run, and those that are over.
pub(crate) fn projects(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let body = html! {
        h1 { "Projects" }
        (drawn(ask, "", include_str!("projects/list.sql"), NO_PROJECTS, |told| ends(ask, told)))
        (where_any(ask, "Over", include_str!("projects/over.sql"), table))
    };
    Ok(page("Projects", "/projects", &body))
}

/// One project.
pub(crate) fn project(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let named = answer(ask, &about(include_str!("project/named.sql"), ask.id))?;
    let [Value::Text(id), Value::Text(name)] = named.rows.first().map_or(&[][..], Vec::as_slice) else {
        let error = DeckError::new(format!("no project is called `{}`", ask.id));
        return Err(error.hint("the page of projects lists them all"));
    };
    let of = |asked: &str| about(asked, id);
    let told = |heading: &str, asked: &str, empty: &str| section(ask, heading, &of(asked), empty);
    let asked = of(include_str!("project/facts.sql"));
    let answered = answer(ask, &asked);
    let facts = answered.as_ref().ok();
    let any = |heading: &str, asked: &str| where_any(ask, heading, &of(asked), table);
    let body = html! {
        h1 { (name) }
        (given("", &asked, &answered, "", record))
        (chart(ask, "Plan", &of(include_str!("project/tasks.sql")), NO_TASKS, |tasks| plan(ask, tasks, facts)))
        (any("What would make the promise surer", include_str!("project/remedies.sql")))
        (told("Promises and milestones", include_str!("project/promises.sql"), NO_PROMISES))
        (told("Open", include_str!("project/open.sql"), NO_OPEN))
        (delivery::group(ask, "project", id))
        (told("Risks", include_str!("project/risks.sql"), NO_RISKS))
        (told("Who works on it", include_str!("project/people.sql"), NO_PEOPLE))
        (any("Decisions in force", include_str!("project/decisions.sql")))
        (any("Estimates", include_str!("project/estimates.sql")))
        (any("Accepted plans", include_str!("project/history.sql")))
    };
    Ok(page(name, "/projects", &body))
}

fn today(ask: &Ask<'_>) -> Date {
    ask.deck.as_of().to_zoned(TimeZone::UTC).date()
}

/// Each project from today to its end by the plan, with its promise.
fn ends(ask: &Ask<'_>, told: &Table) -> Markup {
    let today = today(ask);
    let spans: Vec<Span> = told
        .rows
        .iter()
        .filter_map(|cells| {
            let (half, most) = (day(told, cells, "plan_half")?, day(told, cells, "plan_8_of_10"));
            let due = day(told, cells, "promised");
            let promised = due.map_or("nothing promised".to_owned(), |due| format!("promised for {due}"));
            Some(Span {
                label: words(told, cells, "project_name"),
                words: format!("ready by {half} in half of the runs; {promised}"),
                parts: vec![(today, half)],
                perhaps: most,
                due,
                class: if most > due && due.is_some() { "late" } else { "" },
            })
        })
        .collect();
    html! {
        (timeline("When each project is ready by the plan, and when it is promised", &spans, &[]))
        @if !spans.is_empty() {
            p { small { "A bar ends on the day that holds in half of the runs of the plan, its tail on the day that holds in eight of ten. The line across it is the promise; a project whose tail runs past it is marked." } }
        }
        (table(told))
    }
}

/// First and last day of each part of a task, as the plan tells them: `FROM/TO`.
fn stretches(parts: Option<&Value>) -> Vec<(Date, Date)> {
    let Some(Value::List(parts)) = parts else { return Vec::new() };
    let part = |part: &String| {
        let (from, to) = part.split_once('/')?;
        from.parse().ok().zip(to.parse().ok())
    };
    parts.iter().filter_map(part).collect()
}

/// The tasks that are left, when they are planned, and the days that matter.
fn plan(ask: &Ask<'_>, tasks: &Table, facts: Option<&Table>) -> Markup {
    let spans: Vec<Span> = tasks
        .rows
        .iter()
        .filter_map(|cells| {
            let critical = at(tasks, cells, "critical").and_then(Value::as_number);
            let is_late = matches!(at(tasks, cells, "is_late"), Some(Value::Boolean(true)));
            let people = words(tasks, cells, "people");
            let surely = critical
                .map(|share| format!("; the end hangs on it in {}% of the runs", figure(share * 100.0)));
            let (starts, ends) = (day(tasks, cells, "starts")?, day(tasks, cells, "ends")?);
            let parts = stretches(at(tasks, cells, "parts"));
            let days = |(from, to): &(Date, Date)| format!("{from} to {to}");
            let parts = if parts.is_empty() { vec![(starts, ends)] } else { parts };
            let when = parts.iter().map(days).collect::<Vec<_>>().join(" and ");
            Some(Span {
                label: words(tasks, cells, "what"),
                words: format!("{people}, {when}{}", surely.unwrap_or_default()),
                parts,
                perhaps: day(tasks, cells, "in_8_of_10_by"),
                due: day(tasks, cells, "deadline"),
                class: if is_late {
                    "late"
                } else if critical >= Some(0.5) {
                    "critical"
                } else {
                    ""
                },
            })
        })
        .collect();
    if spans.is_empty() {
        return advice("Nothing that is left of it can be drawn; the table says why.");
    }
    // What is to be ready on a day has all of it.
    let after = |name: &str| facts.and_then(|facts| day(facts, facts.rows.first()?, name)?.tomorrow().ok());
    let marks = [
        (Some(today(ask)), "today", "today"),
        (after("promised"), "promised", "promise"),
        (after("plan_half"), "half of the runs", ""),
        (after("plan_8_of_10"), "8 of 10", ""),
        (after("plan_95_of_100"), "95 of 100", ""),
    ];
    let marks: Vec<Mark> = marks
        .into_iter()
        .filter_map(|(day, words, class)| Some(Mark { day: day?, words: words.to_owned(), class }))
        .collect();
    html! {
        (timeline("What is left, as it is planned", &spans, &marks))
        p { small { "Dark: the end of the project hangs on it in most runs. The thin tail runs to the day that holds in eight of ten runs." } }
    }
}
