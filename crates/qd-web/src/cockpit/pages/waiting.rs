//! Who waits for whom: for the viewer first, then for others, then what is blocked to the end of its chain.

use maud::{Markup, html};
use qd_model::{Column, DeckError, Table, Value};

use super::super::{
    ask::Ask,
    cells::{number, part_of},
    parts::{about, drawn, page, section, table},
};

const NOTHING: &str = "Nobody is known to wait for anybody. Turns are read from a forge or a tracker, answers that are owed from \
                       mail and chat. Connect one in `company.toml`:\n\n[sources.forge]\nkind = \"github\"\n\
                       repositories = [\"acme/*\"]\ntoken = \"env:GITHUB_TOKEN\"\n\n[sources.mail]\nkind = \"mail\"\npaths = [\"~/Mail\"]";
const NO_CHAINS: &str = "No open issue says that another one must come first.";
const PARTS: [(i64, &str); 4] = [
    (1, "Waits for you"),
    (2, "You wait for"),
    (3, "Others wait for others"),
    (4, "Waits for more than four months"),
];

/// Who waits for whom.
pub(crate) fn waiting(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let asked = about(include_str!("waiting.sql"), &ask.viewer.person);
    let body = html! {
        h1 { "Waiting" }
        p { small { "Whose turn it is in each open change and issue, and answers that are owed; longest first." } }
        (drawn(ask, "", &asked, NOTHING, |told| groups(ask, told)))
        (section(ask, "Blocked", include_str!("chains.sql"), NO_CHAINS))
    };
    Ok(page("Waiting", "/waiting", &body))
}

fn groups(ask: &Ask<'_>, told: &Table) -> Markup {
    let told = with_rows(ask, told);
    html! {
        @for (part, heading) in PARTS {
            @let rows = part_of(&told, part);
            @let every = every(&told, part);
            @if !rows.rows.is_empty() {
                h2 { (heading) }
                (table(&rows))
                @if every > rows.rows.len() { p { small { (rows.rows.len()) " that wait longest, of " (every) } } }
            } @else if part == 1 {
                h2 { (heading) }
                p { "Nobody waits for you." }
            }
        }
    }
}

/// With the row of the brief that is about the same, where there is one.
fn with_rows(ask: &Ask<'_>, told: &Table) -> Table {
    let mut request = ask.fields.brief(ask.viewer);
    request.all = true;
    let rows = ask.deck.brief(&request).map(|brief| brief.rows).unwrap_or_default();
    let url = told.column("what_url");
    let row_of = |cells: &[Value]| {
        let url = url.and_then(|url| cells.get(url)?.as_text())?;
        rows.iter().find(|row| row.url.as_deref() == Some(url)).map(|row| row.id.clone())
    };
    let mut with = told.clone();
    let column = |name: &str| Column { name: name.to_owned(), unit: String::new(), comment: String::new() };
    if !told.rows.iter().any(|cells| row_of(cells).is_some()) {
        return with;
    }
    with.columns.push(column("row"));
    for cells in &mut with.rows {
        let row = row_of(cells).map_or(Value::Null, Value::Text);
        cells.push(row);
    }
    with
}

/// How many there are of a part, shown or not.
fn every(told: &Table, part: i64) -> usize {
    let of = |cells: &&Vec<Value>| number(told, cells, "part") == Some(part as f64);
    told.rows.iter().find(of).and_then(|cells| number(told, cells, "every")).map_or(0, |every| every as usize)
}
