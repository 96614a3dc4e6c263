//! Sentences that ask something of the reader, found by a rule.
//!
//! A sentence asks where it ends in a question mark, holds a phrase of request (`could you`, `let
//! me know`), or begins with a verb that orders (`Send me ...`). Sentences of advertisements and
//! footers that only look so (`Please do not reply`, `Click here`) do not. docs/sources-mail.md
//! says how well that does on sentences labelled by hand.

use std::sync::LazyLock;

use regex::Regex;

/// Most sentences that are kept of a message.
const MOST: usize = 5;
/// Most characters that are kept of a sentence.
const LONGEST: usize = 200;
/// Characters of a text that are looked through.
const LOOKED_AT: usize = 20_000;

/// Phrases of request.
const PHRASES: &str = r"please|pls|plz|kindly|asap|bitte|merci de|s'il (?:te|vous) pla(?:i|î)t|por favor|per favore|can you|could you|would you|will you|can we|could we|can i get|could i get|may i ask|let (?:me|us) know|lets|let's|shall we|should we|how about|what about|why don't (?:we|you)|remind me|make sure|be sure to|do you mind|is it possible|would it be possible|i(?:'d| would)? suggest|i propose|would like (?:you|to (?:discuss|meet|schedule|set|invite|get|have))|get back to me|give (?:me|us) a|call me|send me|tell me|keep me|need you to|want you to|like you to|you need to|we need(?: to)?|appreciate it if|would appreciate|was wondering|wonder if|don't forget|do not forget|any chance|are you (?:available|able|free|ok)|should you|if you (?:could|can|have time)|thoughts on|waiting for your|looking forward to your|we (?:can|could) (?:meet|talk|discuss|speak|set|do|get)|i(?:'ll| will) (?:wait|need)|free to (?:discuss|meet|talk|chat)";
/// Verbs that, at the beginning, order.
const VERBS: &str = "advise|arrange|ask|attach|bring|call|check|compare|confirm|consider|contact|discuss|download|email|ensure|fax|fill|find|follow up|forward|get|give|go|include|join|keep|leave|let|make|meet|note|open|prepare|provide|put|read|remember|reply|respond|review|save|schedule|send|set|share|submit|take|talk|tell|try|use|verify|work";
/// What looks like a request and is none.
const IDLE: &str = r"please (?:do not|don't) (?:reply|respond)|please (?:find|see) (?:attached|enclosed|below)|click (?:here|on|the|below)|please (?:click|visit)|unsubscribe|feel free to (?:contact|call|reach)|please (?:feel free|consider the environment)|if you have any (?:further |other )?questions|questions or (?:concerns|comments)|please disregard|free shipping|let(?:'s| us) (?:say|assume|see)";

/// A pattern of this file; one that does not compile finds nothing, which tests would notice.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

static REQUEST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let leading = "(?:(?:and|also|then|so|ok|okay|next|finally|first|just)[, ]+)?";
    // Words end where ASCII letters end: that needs no tables of Unicode and is faster.
    pattern(&format!(r"(?i)(?-u:\b)(?:{PHRASES})(?-u:\b)|^[^a-z]*{leading}(?:{VERBS})(?-u:\b)"))
});
static NO_REQUEST: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(&format!(r"(?i)(?-u:\b)(?:{IDLE})(?-u:\b)")));

/// The sentences of `text` that ask something: at most five, at most 200 characters each.
#[must_use]
pub fn asks(text: &str) -> Vec<String> {
    let end = text.char_indices().nth(LOOKED_AT).map_or(text.len(), |(at, _)| at);
    let mut found: Vec<String> = Vec::new();
    for paragraph in paragraphs(text.get(..end).unwrap_or_default()) {
        for sentence in sentences(&paragraph) {
            if found.len() == MOST {
                return found;
            }
            if asks_something(sentence) {
                found.push(sentence.chars().take(LONGEST).collect());
            }
        }
    }
    found
}

/// Whether `sentence` asks something of its reader.
#[must_use]
pub fn asks_something(sentence: &str) -> bool {
    let matches = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|one| one.is_match(sentence));
    is_question(sentence) || (matches(&REQUEST) && !matches(&NO_REQUEST))
}

/// Whether a question mark ends the sentence or a part of it; one inside an address does not.
fn is_question(sentence: &str) -> bool {
    let is_asked = |word: &str| {
        let end = word.trim_end_matches(['"', '\'', ')', ']', '!', '*', '_', '.', '”', '’', '»']);
        end.ends_with(['?', '？', '؟']) && !word.contains("://")
    };
    sentence.split_whitespace().any(is_asked)
        && sentence.chars().filter(|one| one.is_alphabetic()).count() > 1
}

/// The paragraphs of a text, a line each; an item of a list is one too.
fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines() {
        let line = line.trim();
        let is_item = line.starts_with(['-', '*', '•'])
            || line.split_once(['.', ')']).is_some_and(|(number, rest)| {
                rest.starts_with(' ') && number.len() < 3 && number.bytes().all(|byte| byte.is_ascii_digit())
            });
        if line.is_empty() || is_item {
            paragraphs.push(String::new());
        }
        if let Some(last) = paragraphs.last_mut().filter(|_| !line.is_empty()) {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(line);
            // `Hi Ada,` and `Thanks!` are no part of the sentence that follows.
            if line.len() < 30 && line.ends_with([',', '!', ':']) {
                paragraphs.push(String::new());
            }
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

/// The sentences of a paragraph. A full stop ends one where a space follows and no abbreviation
/// came before.
fn sentences(paragraph: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut rest = paragraph.char_indices().peekable();
    while let Some((at, mark)) = rest.next() {
        if !matches!(mark, '.' | '?' | '!' | '…' | '。' | '？' | '！' | '؟') {
            continue;
        }
        let is_wide = matches!(mark, '。' | '？' | '！');
        let ends = is_wide || rest.peek().is_none_or(|(_, next)| next.is_whitespace());
        let end = at + mark.len_utf8();
        let sentence = paragraph.get(start..end).unwrap_or_default();
        if ends && !(mark == '.' && ends_in_abbreviation(sentence)) {
            found.push(sentence.trim());
            start = end;
        }
    }
    found.push(paragraph.get(start..).unwrap_or_default().trim());
    found.retain(|sentence| !sentence.is_empty());
    found
}

fn ends_in_abbreviation(sentence: &str) -> bool {
    const SHORT: &[&str] = &[
        "e.g", "i.e", "etc", "vs", "mr", "mrs", "ms", "dr", "cf", "st", "no", "resp", "z.b", "bzw", "approx",
    ];
    let word = sentence.trim_end_matches('.').rsplit([' ', '(']).next().unwrap_or_default();
    word.len() == 1 && word != "I" || SHORT.iter().any(|short| word.eq_ignore_ascii_case(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_is_found_and_what_only_looks_so_is_not() {
        let text = "Hi Ada,\n\nthe build is red, e.g. on main. Could you look at\nit today? I will be out.\n\
                    - Send me the figures, please.\n- Done already.\nSee https://a.example/?q=1 for more.\n\
                    Please do not reply to this message.";
        assert_eq!(asks(text), ["Could you look at it today?", "- Send me the figures, please."]);
        assert!(asks("").is_empty() && asks("? ?? .").is_empty());
    }

    #[test]
    fn five_are_kept_and_none_is_long() {
        let asked = asks(&format!("Why {}? ", "ä".repeat(300)).repeat(9));
        assert_eq!(asked.len(), 5);
        assert!(asked.iter().all(|sentence| sentence.chars().count() == 200));
    }

    #[test]
    fn both_patterns_compile() {
        assert!(REQUEST.is_some() && NO_REQUEST.is_some());
    }
}
