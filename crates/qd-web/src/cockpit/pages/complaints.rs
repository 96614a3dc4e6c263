//! What is wrong with a text: the line, and the words that are meant.

use maud::{Markup, html};
use qd_model::{Diagnostic, Severity};

use super::file::address;

/// Complaints, each with its line; `text_of` gives a file's text.
pub(crate) fn complaints<'t>(told: &[&Diagnostic], text_of: impl Fn(&str) -> Option<&'t str>) -> Markup {
    html! {
        ul.complaints {
            @for told in told {
                li {
                    @let text = text_of(&told.file);
                    p {
                        strong.error[told.severity == Severity::Error] { (word(told.severity)) }
                        " " (told.message) " "
                        small {
                            a href=(address(&told.file)) { (told.file) }
                            @if let Some(text) = text { ", line " (told.position(text).0) }
                        }
                    }
                    @if let Some(text) = text { (line(told, text)) }
                    @if let Some(help) = &told.help { p { small { (help) } } }
                }
            }
        }
    }
}

pub(crate) fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// The line that a complaint begins on; not shown where it is about the file as a whole, or about a secret.
fn line(told: &Diagnostic, text: &str) -> Markup {
    let start = told.span.start.min(text.len());
    let parts = || {
        let begin = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
        let end = text.get(start..)?.find('\n').map_or(text.len(), |at| start + at);
        let last = told.span.end.clamp(start, end);
        Some((text.get(begin..start)?, text.get(start..last)?, text.get(last..end)?))
    };
    let is_shown = !told.span.is_empty() && told.code != "secret-in-file";
    html! {
        @if let Some((before, meant, after)) = parts().filter(|_| is_shown) {
            pre.line { (before) mark { (meant) } (after) }
            @if !told.label.is_empty() { p { small { (told.label) } } }
        }
    }
}
