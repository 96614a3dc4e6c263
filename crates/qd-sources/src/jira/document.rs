//! What people wrote: Atlassian's document format of the cloud, wiki markup of a data centre.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::Context;
use crate::connector::row::{at, items, text};

/// Longest beginning that is kept, in characters.
const LONGEST: usize = 1000;

/// Deepest nesting that is read; people do not write deeper.
const DEEPEST: usize = 64;

/// Code and quotes of wiki markup.
static LEFT_OUT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?s)\{code(?::[^}]*)?\}.*?(?:\{code\}|$)|\{noformat(?::[^}]*)?\}.*?(?:\{noformat\}|$)",
        r"|\{quote\}.*?(?:\{quote\}|$)|\{\{.*?\}\}|(?m:^bq\. .*$)",
    ))
    .ok()
});

static MENTION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\[~(?:accountid:)?([^\]\s]+)\]").ok());

/// The beginning of a text without quotes and code, and the logins it names.
pub(super) fn read(context: &Context, written: &Value) -> (Option<String>, Vec<String>) {
    let mut reader = Reader { context, text: String::new(), mentions: Vec::new() };
    match written {
        Value::String(markup) => reader.markup(markup),
        document => reader.node(document, 0),
    }
    let lines: Vec<&str> = reader.text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let beginning: String = lines.join("\n").chars().take(LONGEST).collect();
    ((!beginning.is_empty()).then_some(beginning), reader.mentions)
}

struct Reader<'a> {
    context: &'a Context,
    text: String,
    mentions: Vec<String>,
}

impl Reader<'_> {
    /// Notes who is named; what to show of it.
    fn mention(&mut self, id: &str) -> String {
        let Some(login) = self.context.login(id) else { return "somebody".to_owned() };
        if !self.mentions.contains(&login) {
            self.mentions.push(login.clone());
        }
        login
    }

    fn markup(&mut self, markup: &str) {
        let own = LEFT_OUT
            .as_ref()
            .map_or_else(|| markup.to_owned(), |regex| regex.replace_all(markup, "").into_owned());
        let Some(regex) = MENTION.as_ref() else {
            self.text = own;
            return;
        };
        let shown = regex.replace_all(&own, |found: &regex::Captures<'_>| {
            let id = found.get(1).map_or("", |id| id.as_str());
            format!("@{}", self.mention(id))
        });
        self.text = shown.into_owned();
    }

    fn node(&mut self, node: &Value, depth: usize) {
        let kind = text(node, "type").unwrap_or_default();
        if depth > DEEPEST || matches!(kind.as_str(), "codeBlock" | "blockquote") {
            return;
        }
        match kind.as_str() {
            "text" if !is_code(node) => self.text.push_str(&text(node, "text").unwrap_or_default()),
            "mention" => {
                if let Some(id) = text(node, "attrs.id") {
                    let login = self.mention(&id);
                    let shown = text(node, "attrs.text").unwrap_or(login);
                    self.text.push('@');
                    self.text.push_str(shown.trim_start_matches('@'));
                }
            }
            "hardBreak" => self.text.push('\n'),
            "emoji" | "date" | "status" => self.text.push_str(&text(node, "attrs.text").unwrap_or_default()),
            "inlineCard" | "blockCard" => self.text.push_str(&text(node, "attrs.url").unwrap_or_default()),
            _ => {}
        }
        for inner in at(node, "content").map(items).unwrap_or_default() {
            self.node(inner, depth + 1);
        }
        if matches!(kind.as_str(), "paragraph" | "heading" | "listItem" | "tableRow" | "rule") {
            self.text.push('\n');
        } else if matches!(kind.as_str(), "tableCell" | "tableHeader") {
            self.text.push(' ');
        }
    }
}

fn is_code(node: &Value) -> bool {
    at(node, "marks")
        .map(items)
        .unwrap_or_default()
        .iter()
        .any(|mark| text(mark, "type").as_deref() == Some("code"))
}
