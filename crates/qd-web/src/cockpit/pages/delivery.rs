//! How delivery flows: its figures over time, what is usual for them, what work went to, pipelines.

use maud::{Markup, html};
use qd_model::{DeckError, Table, Value};

use super::super::{
    ask::Ask,
    cells::{link, number, words},
    charts::{Line, line},
    parts::{about, answer, chart, given, narrowed, page, section, table, where_any, with_table},
};

const LEVELS: [(&str, &str); 4] =
    [("company", "Company"), ("project", "Projects"), ("team", "Teams"), ("service", "Services")];
/// A column of the weeks, its figure in the limits, its name, what stands behind it, and how it is scaled.
const FIGURES: [(&str, &str, &str, &str, f64); 5] = [
    ("lead_time", "change_lead_time", "Lead time of changes", " days", 1.0 / 24.0),
    ("deployments", "deployment_frequency", "Deployments a week", "", 1.0),
    ("fail_rate", "change_fail_rate", "Change failure rate", "%", 100.0),
    ("time_to_restore", "recovery_time", "Time to restore", " h", 1.0),
    ("rework_rate", "rework_rate", "Rework rate", "%", 100.0),
];
/// Groups whose figures are drawn on one page; of more than these the others are a link each.
const AT_ONCE: usize = 8;
const NO_DEPLOYMENTS: &str = "No deployment to production is known. Connect a forge or a pipeline, and say in `services.toml` what counts \
                              as a deployment:\n\n[shop]\nname = \"Shop\"\nowner = \"web\"\nrepositories = [\"shop\"]\n\n\
                              [[shop.deployments]]\nid = \"releases\"\ntag = \"v*\"";
const NO_USUAL: &str = "Too few weeks are known to say what is usual.";
const NO_MIX: &str = "No merged change is of a known kind. Say in `work_kinds.toml` how kinds are told apart:\n\n[faults]\n\
                      types = [\"fix\"]\nlabels = [\"bug\"]\ntarget = 0.3\n\n[wishes]\ntypes = [\"feat\"]\ntarget = 0.5";
const NO_BUILDS: &str = "No run of a pipeline on a default branch is known. A forge or test reports tell them:\n\n[sources.tests]\n\
                         kind = \"junit\"\npaths = [\"reports/*.xml\"]";
const NO_FLAKES: &str = "No check is known to fail and pass on the same commit.";
const FLAKY: &str = concat!(
    "-- Checks that failed and then passed on the same commit, as the signal `flaky-check` finds them.\n",
    "SELECT flaky.repo, flaky.check, flaky.times, flaky.since AS since_when, flaky.url\nFROM (\n",
    include_str!("../../../../../signals/delivery/flaky-check.sql"),
    ") AS flaky"
);

/// How delivery flows.
pub(crate) fn delivery(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let level = ask.fields.get("by");
    let level = LEVELS.iter().map(|(level, _)| *level).find(|known| *known == level).unwrap_or("company");
    let groups = answer(ask, &about(include_str!("delivery/groups.sql"), level))?;
    let asked = ask.fields.get("of");
    let ids = groups.rows.iter().map(|cells| words(&groups, cells, "about"));
    let shown: Vec<String> =
        if asked.is_empty() { ids.take(AT_ONCE).collect() } else { vec![asked.to_owned()] };
    let of = |query: &str| of_groups(query, level, &shown);
    let usual = of(include_str!("delivery/usual.sql"));
    let told = answer(ask, &usual);
    let limits = told.as_ref().ok();
    let body = html! {
        h1 { "Delivery" }
        nav.choice aria-label="Levels" {
            @for (known, name) in LEVELS {
                a href={ "/delivery?by=" (known) } aria-current=[(known == level).then_some("true")] { (name) }
            }
        }
        @if groups.rows.len() > AT_ONCE {
            nav.choice aria-label="Groups" {
                @for cells in &groups.rows {
                    (link(&format!("/delivery?by={level}&of="), &words(&groups, cells, "about"), &words(&groups, cells, "about_name")))
                }
            }
        }
        (chart(ask, "", &of(include_str!("delivery/weeks.sql")), NO_DEPLOYMENTS, |weeks| cards(weeks, limits, true)))
        (given("What is usual", &usual, &told, NO_USUAL, table))
        (chart(ask, "What work went to", &mix_of(level, &shown), NO_MIX, mix))
        (section(ask, "Pipelines", include_str!("delivery/builds.sql"), NO_BUILDS))
        (section(ask, "Flaky checks", FLAKY, NO_FLAKES))
    };
    Ok(page("Delivery", "/delivery", &body))
}

/// A query about a level, for some of its groups alone.
fn of_groups(query: &str, level: &str, ids: &[String]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| about("$about", id)).collect();
    let ids = if ids.is_empty() { "NULL".to_owned() } else { ids.join(", ") };
    narrowed(&about(query, level), &format!("every.about IN ({ids})"))
}

/// What work went to: of teams where those are looked at, else of the company.
fn mix_of(level: &str, ids: &[String]) -> String {
    let query = include_str!("delivery/mix.sql");
    if level == "team" { of_groups(query, level, ids) } else { about(query, "company") }
}

/// The figures of one group, where any are known.
pub(super) fn group(ask: &Ask<'_>, level: &str, id: &str) -> Markup {
    let of = |query: &str| of_groups(query, level, &[id.to_owned()]);
    let limits = answer(ask, &of(include_str!("delivery/usual.sql"))).ok();
    where_any(ask, "Delivery", &of(include_str!("delivery/weeks.sql")), |weeks| {
        with_table(&cards(weeks, limits.as_ref(), false), weeks)
    })
}

/// Rows that follow one another with the same words in some columns.
fn grouped<'a>(table: &'a Table, by: &[&str]) -> Vec<&'a [Vec<Value>]> {
    let key = |cells: &[Value]| by.iter().map(|name| words(table, cells, name)).collect::<Vec<_>>();
    table.rows.chunk_by(|one, other| key(one) == key(other)).collect()
}

/// The figures of each group, a card each; behind a line is what is usual for it.
fn cards(weeks: &Table, limits: Option<&Table>, with_names: bool) -> Markup {
    let usual = |group: &str, figure: &str, scale: f64| {
        let limits = limits?;
        let cells = limits.rows.iter().find(|cells| {
            words(limits, cells, "about") == group && words(limits, cells, "figure") == figure
        })?;
        Some((number(limits, cells, "lower")? * scale, number(limits, cells, "upper")? * scale))
    };
    html! {
        @for group in grouped(weeks, &["about"]) {
            @let first = group.first().map_or(&[][..], Vec::as_slice);
            @if with_names { h2 { (words(weeks, first, "about_name")) } }
            div.cards {
                @for (column, figure, name, unit, scale) in FIGURES {
                    // The weeks are in days and shares already, the limits in hours.
                    @let own = if unit == "%" { scale } else { 1.0 };
                    (line(&Line {
                        title: name.to_owned(),
                        points: group.iter().map(|cells| (words(weeks, cells, "week"), number(weeks, cells, column).map(|value| value * own))).collect(),
                        usual: usual(&words(weeks, first, "about"), figure, scale),
                        unit,
                    }))
                }
            }
        }
        p { small { "Each point is a week, the newest is the figure; the band is what is usual. A gap is a week that says nothing of it." } }
    }
}

/// The share of each kind by month, beside what was meant.
fn mix(months: &Table) -> Markup {
    html! {
        @for group in grouped(months, &["about"]) {
            @let group = Table { columns: months.columns.clone(), rows: group.to_vec(), cut_from: None };
            p { (words(&group, group.rows.first().map_or(&[][..], Vec::as_slice), "about")) }
            div.cards {
                @for kind in grouped(&group, &["kind"]) {
                    @let first = kind.first().map_or(&[][..], Vec::as_slice);
                    @let meant = number(&group, first, "meant").map(|share| share * 100.0);
                    (line(&Line {
                        title: format!("{}{}", words(&group, first, "kind"), meant.map_or(String::new(), |share| format!(", meant {share:.0}%"))),
                        points: kind.iter().map(|cells| (words(&group, cells, "month"), number(&group, cells, "share").map(|share| share * 100.0))).collect(),
                        usual: meant.map(|share| (share, share)),
                        unit: "%",
                    }))
                }
            }
        }
        p { small { "Each point is a month; the newest is not over yet. The line behind is what was meant." } }
    }
}
