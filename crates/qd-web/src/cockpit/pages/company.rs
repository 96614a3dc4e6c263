//! The company's texts, and what is wrong with them.

use std::collections::BTreeMap;

use maud::{Markup, html};
use qd_model::{DeckError, words::count};

use super::{
    super::{ask::Ask, parts::page},
    complaints::complaints,
    file::address,
};

/// The company's texts, and what is wrong with them.
pub(crate) fn company(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let (diagnostics, files) = ask.deck.check();
    let mut folders: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for path in files.keys().filter(|path| !is_hidden(path)) {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        folders.entry(folder).or_default().push((path, name));
    }
    let wrong = |path: &str| diagnostics.iter().filter(|told| told.file == path).count();
    let body = html! {
        h1 { "Company" }
        p { "What the company says of itself: texts in its folder. Each can be edited here, in any editor, or by a pull request." }
        @if diagnostics.is_empty() { p { "Nothing is wrong with them." } }
        @else {
            h2 { (count(diagnostics.len(), "complaint", "complaints")) }
            (complaints(&diagnostics.iter().collect::<Vec<_>>(), |file| files.get(file).map(String::as_str)))
        }
        @for (folder, files) in &folders {
            h2 { @if folder.is_empty() { "The folder itself" } @else { (folder) } }
            ul.files {
                @for (path, name) in files {
                    li {
                        a href=(address(path)) { (name) }
                        @match wrong(path) { 0 => {}, many => { " " small.error { (count(many, "complaint", "complaints")) } } }
                    }
                }
            }
        }
        h2 { "A new file" }
        form.line action="/company/file" method="get" {
            label for="path" { "Its name, from the company's folder" }
            input #path name="path" placeholder="projects/atlas.toml" required;
            button type="submit" { "Write it" }
        }
    };
    Ok(page("Company", "/company", &body))
}

/// Whether a text is the program's own and nobody else's business.
fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.'))
}
