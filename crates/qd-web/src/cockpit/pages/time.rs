//! The viewer's own time, and nobody else's.

use maud::{Markup, html};
use qd_model::{DeckError, Table};

use super::super::{
    ask::Ask,
    cells::{number, words},
    charts::{Line, line},
    parts::{about, chart, page, section},
};

const NO_TIME: &str = "Nothing is known of your time. Say who you are and where your calendar is, in `company.toml`:\n\nme = \"ada\"\n\n\
                       [sources.calendar]\nkind = \"calendar\"\npaths = [\"~/calendar.ics\"]\n\n[people.ada]\nname = \"Ada\"\n\
                       mails = [\"ada@example.com\"]\n\n[[people.ada.time_budgets]]\nkind = \"one-to-one\"\nhours = 6";
const NO_DAYS: &str = "No calendar of yours is read, so nobody knows what is free.";
const NO_REPORT: &str = "Nothing is known of your time in the last twelve weeks.";

/// The viewer's own time.
pub(crate) fn time(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let of = |asked: &str| about(asked, &ask.viewer.person);
    // The report of the same name, of whoever looks and for twelve weeks.
    let report = include_str!("../../../../../reports/time.sql")
        .replace("$reader", "CAST($about AS VARCHAR)")
        .replace("$since", "(current_date - 84)");
    let body = html! {
        h1 { "Time" }
        p { small { "Your own; nobody else sees it." } }
        (chart(ask, "", &of(include_str!("time/weeks.sql")), NO_TIME, kinds))
        (section(ask, "The next days", &of(include_str!("time/free.sql")), NO_DAYS))
        (section(ask, "Where it went, and what others could own", &of(&report), NO_REPORT))
    };
    Ok(page("Time", "/time", &body))
}

/// Hours a week of each kind, beside what was meant.
fn kinds(told: &Table) -> Markup {
    let kind = |cells: &Vec<_>| words(told, cells, "kind");
    html! {
        div.cards {
            @for weeks in told.rows.chunk_by(|one, other| kind(one) == kind(other)) {
                @let meant = weeks.first().and_then(|cells| number(told, cells, "meant"));
                @let name = weeks.first().map(kind).unwrap_or_default();
                (line(&Line {
                    title: meant.map_or(name.clone(), |hours| format!("{name}, meant {hours} h")),
                    points: weeks.iter().map(|cells| (words(told, cells, "monday"), number(told, cells, "hours"))).collect(),
                    usual: meant.map(|hours| (hours, hours)),
                    unit: " h",
                }))
            }
        }
        p { small { "Each point is a week, the newest the last full one. The line behind is what you mean to give to it." } }
    }
}
