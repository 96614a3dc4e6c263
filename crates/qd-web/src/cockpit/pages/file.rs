//! One text of the company: to edit, what an edit would change, and what it may not overwrite.

use maud::{Markup, PreEscaped, html};
use qd_model::{DeckError, Diagnostic, Severity};
use similar::{ChangeTag, TextDiff};

use super::{
    super::{
        ask::Ask,
        editing::{Change, tag},
        parts::page,
    },
    complaints::complaints,
};

/// Lines around what changed.
const AROUND: usize = 3;

/// Where a text is shown.
pub(crate) fn address(path: &str) -> String {
    let path: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
    format!("/company/file?path={path}")
}

/// One text, to edit.
pub(crate) fn file(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let file = ask.fields.get("path");
    if file.is_empty() {
        return Err(DeckError::new("say which file").hint("the page of the company lists them"));
    }
    // As it lies there now: the moment may be of the text before.
    let present = ask.world()?.text(file)?;
    let present = present.as_deref();
    let (diagnostics, files) = ask.deck.check();
    let is_known = files.get(file).map(String::as_str) == present;
    let told: Vec<&Diagnostic> = diagnostics.iter().filter(|told| is_known && told.file == file).collect();
    let change =
        Change { file: file.to_owned(), base: tag(present), text: present.unwrap_or_default().to_owned() };
    let body = html! {
        (heading(file))
        @if present.is_none() { p { "A new file." } }
        @if !told.is_empty() { (complaints(&told, |_| present)) }
        (editor(ask, &change))
    };
    Ok(page(file, "/company", &body))
}

/// A text that is being changed, to write on.
pub(crate) fn edited(ask: &Ask<'_>, change: &Change) -> Markup {
    page(&change.file, "/company", &html! { (heading(&change.file)) (editor(ask, change)) })
}

/// What would change, and what would be wrong with it.
pub(crate) fn proposed(ask: &Ask<'_>, change: &Change, present: Option<&str>, told: &[Diagnostic]) -> Markup {
    let (_, files) = ask.deck.check();
    let before = ask.deck.check().0;
    let is_told =
        |one: &Diagnostic| before.iter().any(|old| old.file == one.file && old.message == one.message);
    let (here, beside): (Vec<_>, Vec<_>) = told.iter().partition(|told| told.file == change.file);
    let beside: Vec<_> = beside.into_iter().filter(|told| !is_told(told)).collect();
    let is_broken = here.iter().chain(&beside).any(|told| told.severity == Severity::Error);
    let body = html! {
        (heading(&change.file))
        @if present == Some(change.text.as_str()) { p role="status" { "Nothing would change." } }
        @else {
            p role="status" { "Nothing is written yet. This would change:" }
            (difference(present.unwrap_or_default(), &change.text))
        }
        @if here.is_empty() && beside.is_empty() { p { "Nothing would be wrong with it." } }
        @if !here.is_empty() {
            h2 { "What would be wrong with it" }
            (complaints(&here, |_| Some(change.text.as_str())))
        }
        @if !beside.is_empty() {
            h2 { "What it would break elsewhere" }
            (complaints(&beside, |file| files.get(file).map(String::as_str)))
        }
        form.actions data-still action="/company/save" method="post" {
            (carried(ask, change))
            textarea name="text" hidden { (as_written(&change.text)) }
            button type="submit" { @if is_broken { "Save all the same" } @else { "Save" } }
            button type="submit" formaction="/company/change" { "Write on" }
            a href=(address(&change.file)) { "Leave it as it is" }
        }
    };
    page(&change.file, "/company", &body)
}

/// Both texts, where somebody changed the file meanwhile.
pub(crate) fn refused(ask: &Ask<'_>, change: &Change, present: Option<&str>) -> Markup {
    let next = Change { base: tag(present), file: change.file.clone(), text: change.text.clone() };
    let body = html! {
        (heading(&change.file))
        p.error role="alert" { "This file has changed since you began, so nothing was written." }
        p {
            "Below is what stands there now, what is different in yours, and yours to write on: saving it would replace what "
            "stands there now."
        }
        h2 { "What stands there now" }
        @match present {
            Some(present) => pre { (present) },
            None => p { "Nothing: the file was taken away." },
        }
        h2 { "What is different in yours" }
        (difference(present.unwrap_or_default(), &change.text))
        h2 { "Yours" }
        (editor(ask, &next))
    };
    page(&change.file, "/company", &body)
}

fn heading(file: &str) -> Markup {
    html! {
        p { a href="/company" { "Company" } }
        h1 { (file) }
    }
}

fn editor(ask: &Ask<'_>, change: &Change) -> Markup {
    let lines = change.text.lines().count().clamp(12, 40);
    html! {
        form data-still action="/company/diff" method="post" {
            (carried(ask, change))
            label for="text" { "Its text" }
            textarea #text name="text" rows=(lines) spellcheck="false" { (as_written(&change.text)) }
            button type="submit" { "Show what would change" }
        }
    }
}

/// What goes with a text through all forms.
fn carried(ask: &Ask<'_>, change: &Change) -> Markup {
    html! {
        input type="hidden" name="token" value=(ask.viewer.token);
        input type="hidden" name="path" value=(change.file);
        input type="hidden" name="base" value=(change.base);
    }
}

/// A field leaves out the first end of line that stands in it.
fn as_written(text: &str) -> Markup {
    html! { (PreEscaped("\n")) (text) }
}

/// What is taken away and what is put there, with the words that differ.
fn difference(old: &str, new: &str) -> Markup {
    let diff = TextDiff::from_lines(old, new);
    html! {
        pre.difference {
            @for (place, group) in diff.grouped_ops(AROUND).iter().enumerate() {
                @if place > 0 { "⋯\n" }
                @for change in group.iter().flat_map(|operation| diff.iter_inline_changes(operation)) {
                    @match change.tag() {
                        ChangeTag::Equal => { "  " (words(change.values())) "\n" },
                        ChangeTag::Delete => del { "− " (words(change.values())) "\n" },
                        ChangeTag::Insert => ins { "+ " (words(change.values())) "\n" },
                    }
                }
            }
        }
    }
}

fn words(parts: &[(bool, &str)]) -> Markup {
    html! {
        @for (is_other, part) in parts {
            @let part = part.trim_end_matches(['\r', '\n']);
            @if *is_other && !part.is_empty() { strong { (part) } } @else { (part) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_what_goes_and_what_comes() {
        let told = difference("a\nname = \"Ada\"\n", "a\nname = \"<Bo>\"\n").into_string();
        assert!(told.contains("  a\n<del>− ") && told.contains("</del><ins>+ "), "{told}");
        assert!(told.contains("&lt;Bo&gt;") && !told.contains("<Bo>"), "{told}");
        assert_eq!(difference("a\n", "a\n").into_string(), "<pre class=\"difference\"></pre>");
    }

    #[test]
    fn addresses_carry_any_name() {
        assert_eq!(address("people/ü&a.toml"), "/company/file?path=people%2F%C3%BC%26a.toml");
    }
}
