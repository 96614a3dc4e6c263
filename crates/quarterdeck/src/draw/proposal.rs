//! A proposal: the text that a client reads, out of a template, and the same as a page made to be printed.

use anyhow::{Result, anyhow};
use minijinja::{Environment, Error, value::Serde};
use pulldown_cmark::{Event, Options, Parser, html};
use qd_model::Proposal;

/// The built-in template, in the language of Jinja.
pub(crate) const TEMPLATE: &str = include_str!("proposal.md");

/// The text. `name` says which template it is, for complaints.
///
/// # Errors
/// Where the template cannot be read, or names a value that there is not.
pub(crate) fn markdown(proposal: &Proposal, template: &str, name: &str) -> Result<String> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::SemiStrict);
    environment.add_filter("cell", cell);
    let told = |error: &Error| {
        let place = error.line().map(|line| format!(":{line}")).unwrap_or_default();
        let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
        anyhow!("{name}{place}: {}{detail}", error.kind())
    };
    environment.add_template("proposal", template).map_err(|error| told(&error))?;
    let filled = environment.get_template("proposal").and_then(|template| template.render(Serde(proposal)));
    Ok(tidy(&filled.map_err(|error| told(&error))?))
}

/// A text within a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// At most one empty line behind another, and one end of line at the end.
fn tidy(text: &str) -> String {
    let mut tidy = String::new();
    let mut empty = 1;
    for line in text.lines().map(str::trim_end) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            tidy.push_str(line);
            tidy.push('\n');
        }
    }
    format!("{}\n", tidy.trim_end())
}

/// The page: nothing from outside, light, and made for paper.
pub(crate) fn page(proposal: &Proposal, markdown: &str) -> String {
    // What a file says is text: tags in it are shown and not obeyed.
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES).map(|event| match event {
        Event::Html(tag) | Event::InlineHtml(tag) => Event::Text(tag),
        event => event,
    });
    let mut body = String::new();
    html::push_html(&mut body, events);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n\
         {body}</main>\n</body>\n</html>\n",
        super::html::escape(&proposal.name),
        include_str!("proposal.css"),
    )
}
