//! HTML bodies as plain text, so that the same rules find an author's own words in them.
//!
//! Only what changes lines and quotes is looked at; entities and the rest are the parser's.

use mail_parser::decoders::html::html_to_text;

/// Bytes of HTML that are looked at.
const LOOKED_AT: usize = 1 << 20;
/// Elements whose content is not shown.
const HIDDEN: &[&str] = &["head", "style", "script", "template", "title"];
/// Elements that stand on lines of their own.
const BLOCKS: &[&str] =
    &["br", "p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr"];

/// The text that a reader sees. A quote becomes a line `>`.
pub(super) fn text(html: &str) -> String {
    let mut end = html.len().min(LOOKED_AT);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let mut plain = String::with_capacity(end);
    let mut rest = html.get(..end).unwrap_or_default();
    let (mut hidden, mut quoted) = (0_usize, 0_usize);
    while let Some(open) = rest.find('<') {
        let (before, tag) = rest.split_at(open);
        if hidden == 0 && quoted == 0 {
            plain.push_str(before);
        }
        let close = if tag.starts_with("<!--") { tag.find("-->").map(|at| at + 2) } else { tag.find('>') };
        let Some(close) = close else {
            rest = "";
            break;
        };
        let (inside, after) =
            (tag.get(1..close).unwrap_or_default(), tag.get(close + 1..).unwrap_or_default());
        rest = after;
        let is_end = inside.starts_with('/');
        let name: String = inside
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .take(12)
            .collect::<String>()
            .to_ascii_lowercase();
        if name == "blockquote" {
            quoted = if is_end { quoted.saturating_sub(1) } else { quoted + 1 };
            plain.push_str("<br>&gt;<br>");
        } else if HIDDEN.contains(&name.as_str()) && !inside.ends_with('/') {
            hidden = if is_end { hidden.saturating_sub(1) } else { hidden + 1 };
        } else if BLOCKS.contains(&name.as_str())
            && hidden == 0
            && quoted == 0
            && !plain.ends_with("<br><br>")
        {
            plain.push_str("<br>");
        } else if !plain.ends_with([' ', '>']) && matches!(name.as_str(), "td" | "th") {
            plain.push(' ');
        }
    }
    if hidden == 0 && quoted == 0 {
        plain.push_str(rest);
    }
    html_to_text(&plain)
}
