//! The code: where the work goes, who knows what, what changes together.

use maud::{Markup, html};
use qd_model::{DeckError, Table, Value, words::count};

use super::super::{
    ask::Ask,
    cells::link,
    charts::{Tile, treemap},
    parts::{about, answer, chart, given, page, section, table},
};

const NO_CODE: &str = "No repository is read yet. Name where they lie in `company.toml`:\n\n[sources.code]\nkind = \"git\"\npaths = [\"~/src/*\"]";
const NO_FILES: &str = "It has no file of a program.";
const NO_OWNERS: &str = "Nobody says that they own it. A team does, in `teams/web.toml`; a file `CODEOWNERS` in the repository is read too:\n\n\
                         name = \"Web\"\nlead = \"ada\"\nmembers = [\"ada\", \"bo\"]\nowns = [\"shop\"]";
const NO_COUPLINGS: &str = "No two files of different folders change together often.";
/// Shades beside the coldest.
const SHADES: f64 = 4.0;

/// All repositories, and one of them: the one that is asked for, or the one where most goes on.
pub(crate) fn code(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let list = include_str!("code/repositories.sql");
    let told = answer(ask, list);
    let rows = told.as_ref().map_or(&[][..], |told| told.rows.as_slice());
    let all: Vec<&str> = rows.iter().filter_map(|cells| cells.first()?.as_text()).collect();
    let asked = ask.fields.get("repo");
    let repo = if asked.is_empty() { all.first().copied() } else { Some(asked) };
    let body = html! {
        h1 { "Code" }
        @if let Some(repo) = repo {
            nav.choice aria-label="Repositories" {
                @for known in &all {
                    @if *known == repo { a href={ "/code?repo=" (known) } aria-current="true" { (known) } }
                    @else { (link("/code?repo=", known, known)) }
                }
            }
            (one(ask, repo))
        }
        (given("All repositories", list, &told, NO_CODE, table))
    };
    Ok(page("Code", "/code", &body))
}

fn one(ask: &Ask<'_>, repo: &str) -> Markup {
    let of = |asked: &str| about(asked, repo);
    html! {
        (chart(ask, repo, &of(include_str!("code/files.sql")), NO_FILES, |files| map(repo, files)))
        (section(ask, "Who knows what", &of(include_str!("code/knowledge.sql")), NO_FILES))
        (section(ask, "Who owns what", &of(include_str!("code/owners.sql")), NO_OWNERS))
        (section(ask, "What changes together", &of(include_str!("code/couplings.sql")), NO_COUPLINGS))
    }
}

/// Files as areas: as large as they are, as warm as they change.
fn map(repo: &str, files: &Table) -> Markup {
    let number = |cells: &[Value], name: &str| {
        files.column(name).and_then(|place| cells.get(place)?.as_number()).unwrap_or_default()
    };
    let most = files.rows.iter().map(|cells| number(cells, "changes")).fold(1.0, f64::max);
    let mut tiles: Vec<Tile> = files
        .rows
        .iter()
        .filter_map(|cells| {
            let path = cells.first()?.as_text()?;
            let (changes, knowers) = (number(cells, "changes"), number(cells, "known_by"));
            let bytes = number(cells, "bytes");
            let told = |number: f64, one: &str, many: &str| count(number as usize, one, many);
            Some(Tile {
                label: path.rsplit('/').next().unwrap_or(path).to_owned(),
                words: format!(
                    "{path}: {:.1} KiB, {} in 91 days, known by {}",
                    bytes / 1024.0,
                    told(changes, "change", "changes"),
                    told(knowers, "person", "people")
                ),
                size: bytes,
                heat: (changes / most * SHADES).ceil() as usize,
            })
        })
        .collect();
    let about =
        format!("{} by size, shaded by changes in the last 91 days", count(tiles.len(), "file", "files"));
    html! {
        (treemap(&format!("Files of {repo}"), &about, &mut tiles))
        p { small { "An area is as large as its file; the warmer it is, the more often it changed in the last 91 days, at most " (most) " times." } }
    }
}
