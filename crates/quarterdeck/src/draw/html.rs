//! A brief as one printable page: no script, no link to anything outside.

use std::fmt::Write;

use jiff::{Timestamp, tz::TimeZone};
use qd_model::Brief;

use super::{brief::sentences, words::small_print};

/// The page.
pub(crate) fn page(brief: &Brief, zone: &TimeZone, now: Timestamp) -> String {
    let said = sentences(brief, zone, now);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n",
        escape(&said.heading),
        include_str!("brief.css"),
        escape(&said.heading)
    );
    if brief.rows.is_empty() {
        out.push_str("<p>Nothing needs you now.</p>\n");
    } else {
        out.push_str("<ol>\n");
        for row in &brief.rows {
            let new = if row.new { "<strong>new</strong> " } else { "" };
            let _ = writeln!(
                out,
                "<li>{new}{} <code>{}</code><br><small>{}</small><br>→ {}",
                escape(&row.title),
                row.id,
                escape(&small_print(row)),
                escape(&row.asks)
            );
            if !row.folded.is_empty() {
                let _ = writeln!(out, "<details><summary>{} more</summary><ul>", row.folded.len());
                for folded in &row.folded {
                    let _ = writeln!(out, "<li>{} <code>{}</code></li>", escape(&folded.title), folded.id);
                }
                out.push_str("</ul></details>\n");
            }
            out.push_str("</li>\n");
        }
        out.push_str("</ol>\n");
    }
    if let Some(rest) = &said.rest {
        let _ = writeln!(out, "<p><small>{}</small></p>", escape(rest));
    }
    let problems = ("Problems", brief.problems.clone());
    for (name, lines) in said.sections.iter().chain([&problems]) {
        if !lines.is_empty() {
            let _ = writeln!(out, "<h2>{name}</h2>\n<ul>");
            for line in lines {
                let _ = writeln!(out, "<li>{}</li>", escape(line));
            }
            out.push_str("</ul>\n");
        }
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// A text within a page.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
