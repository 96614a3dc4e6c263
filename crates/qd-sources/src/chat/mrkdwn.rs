//! Slack's way of writing, reduced to own words.
//!
//! `&`, `<` and `>` of what somebody typed are escaped; what stands in `<` and `>` is a mention, a
//! link or a command. So quotes are lines that begin with `&gt;`.

use super::message::Words;

/// Bytes of a message that are looked at: more than the chat lets anybody write.
const LOOKED_AT: usize = 64 << 10;

/// Own words of `text`; `who` gives login and shown name of a user's id.
pub(super) fn words(text: &str, who: &mut dyn FnMut(&str) -> (String, String)) -> Words {
    let end = (0..=LOOKED_AT.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let plain = without_code(text.get(..end).unwrap_or_default());
    let mut words = Words::default();
    for line in plain.lines() {
        let begins = line.trim_start();
        if begins.starts_with("&gt;&gt;&gt;") {
            // Three open a quote that ends with the message.
            break;
        }
        if begins.starts_with("&gt;") || begins.starts_with('>') {
            continue;
        }
        add(line, &mut words, who);
        words.text.push('\n');
    }
    words
}

/// Without what stands between marks of code.
fn without_code(text: &str) -> String {
    let mut blocks = String::with_capacity(text.len());
    cut(text, "```", &mut blocks);
    let mut plain = String::with_capacity(blocks.len());
    for line in blocks.lines() {
        cut(line, "`", &mut plain);
        plain.push('\n');
    }
    plain
}

/// Adds `text` to `kept` without what stands between two of `mark`; one alone is itself.
fn cut(text: &str, mark: &str, kept: &mut String) {
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once(mark) {
        let Some((_, after)) = inside.split_once(mark) else { break };
        kept.push_str(before);
        // Something stood here: without a gap its neighbours would become one word.
        kept.push(' ');
        rest = after;
    }
    kept.push_str(rest);
}

fn add(line: &str, words: &mut Words, who: &mut dyn FnMut(&str) -> (String, String)) {
    let mut rest = line;
    while let Some((before, inside)) = rest.split_once('<') {
        let Some((command, after)) = inside.split_once('>') else { break };
        words.text.push_str(&unescaped(before));
        let (what, label) =
            command.split_once('|').map_or((command, None), |(what, label)| (what, Some(label)));
        let label = label.filter(|label| !label.is_empty());
        if let Some(id) = what.strip_prefix('@') {
            let (login, name) = who(id);
            words.text.push('@');
            words.text.push_str(&name);
            if !words.mentions.contains(&login) {
                words.mentions.push(login);
            }
        } else if let Some(called) = what.strip_prefix('!') {
            if matches!(called, "here" | "channel" | "everyone" | "group") {
                words.calls_all = true;
                words.text.push('@');
                words.text.push_str(called);
            } else {
                words.text.push_str(&unescaped(label.unwrap_or_default()));
            }
        } else if let Some(channel) = what.strip_prefix('#') {
            words.text.push('#');
            words.text.push_str(&unescaped(label.unwrap_or(channel)));
        } else {
            words.text.push_str(&unescaped(label.unwrap_or(what)));
        }
        rest = after;
    }
    words.text.push_str(&unescaped(rest));
}

fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
