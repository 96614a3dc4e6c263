//! What people wrote, reduced to their own words.
//!
//! Forges keep Markdown. Who asks whom is only to be seen in what the author wrote there and
//! then: quotes repeat others, code holds `@decorators`, and comments of a template are nobody's
//! words. So the text is parsed as the forge parses it, and those parts are left out.

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

/// Most characters of a text that are kept.
const LONGEST: usize = 1000;

/// The beginning of the author's own words, at most 1,000 characters; nothing where there are none.
pub(crate) fn excerpt(markdown: &str) -> Option<String> {
    let own = words(markdown, Quotes::LeftOut);
    let kept: String = own.trim().chars().take(LONGEST).collect();
    Some(kept.trim_end().to_owned()).filter(|text| !text.is_empty())
}

/// Logins and teams (`acme/core`) that the text names with an `@`, each once, in order, without the
/// `@`. A name in a quote counts: the forge tells that person too, and whoever quotes a question
/// to somebody still wants it answered.
pub(crate) fn mentions(markdown: &str) -> Vec<String> {
    if !markdown.contains('@') {
        return Vec::new();
    }
    named(&words(markdown, Quotes::Kept))
}

/// The same in a text that is no Markdown.
pub(crate) fn named(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in text.split_whitespace().filter(|word| word.contains('@')) {
        // The `@` of an address is part of it: `https://example.org/@ada`.
        if word.contains("://") {
            continue;
        }
        for name in names(word) {
            if !found.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                found.push(name.to_owned());
            }
        }
    }
    found
}

/// The names after each `@` of a word that is no mail address.
fn names(word: &str) -> impl Iterator<Item = &str> {
    word.match_indices('@').filter_map(|(at, _)| {
        let before = word.get(..at)?.chars().next_back();
        if before.is_some_and(|character| character.is_alphanumeric() || "_.+-@".contains(character)) {
            return None;
        }
        let after = word.get(at + 1..)?;
        let end = after.find(|character: char| !is_part_of_name(character)).unwrap_or(after.len());
        let name = after.get(..end)?.trim_end_matches(['.', '-', '/']);
        let begins_well = name.starts_with(|character: char| character.is_ascii_alphanumeric());
        // `@2x` is a size.
        let is_size = name.trim_end_matches('x').bytes().all(|byte| byte.is_ascii_digit());
        (begins_well && !is_size).then_some(name)
    })
}

fn is_part_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | '/')
}

/// What becomes of quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Kept,
    LeftOut,
}

/// The text without code, HTML and pictures, a block a line.
fn words(markdown: &str, quotes: Quotes) -> String {
    let source = answers_apart(markdown);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut own = String::new();
    let mut hidden = 0_usize;
    // Addresses in angle brackets are nobody's name. Links do not stand in links.
    let mut in_address = false;
    for event in Parser::new_ext(&source, options) {
        match event {
            Event::Start(Tag::BlockQuote(_)) | Event::End(TagEnd::BlockQuote(_))
                if quotes == Quotes::Kept => {}
            Event::Start(Tag::BlockQuote(_) | Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Image { .. }) => {
                hidden += 1;
            }
            Event::End(TagEnd::BlockQuote(_) | TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Image) => {
                hidden = hidden.saturating_sub(1);
            }
            Event::Start(Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. }) => {
                in_address = true;
                own.push(' ');
            }
            Event::End(TagEnd::Link) => in_address = false,
            Event::Text(text) if hidden == 0 && !in_address => own.push_str(&text),
            // Something stood here: without a gap its neighbours would become one word.
            Event::Code(_) | Event::InlineHtml(_) if hidden == 0 => own.push(' '),
            Event::SoftBreak | Event::End(TagEnd::TableCell) if hidden == 0 => own.push(' '),
            Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item)
                if hidden == 0 && !own.ends_with('\n') =>
            {
                own.push('\n');
            }
            _ => {}
        }
    }
    own
}

/// An empty line after each quote: whoever answers by mail writes right below it, which Markdown
/// takes for more of the quote.
fn answers_apart(markdown: &str) -> String {
    let mut apart = String::with_capacity(markdown.len() + 16);
    let mut in_quote = false;
    for line in markdown.lines() {
        let is_quote = line.trim_start().starts_with('>');
        if in_quote && !is_quote {
            apart.push('\n');
        }
        in_quote = is_quote;
        apart.push_str(line);
        apart.push('\n');
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_templates_are_nobodys_words() {
        let text = "> @bob said so\n\nI **agree** with @ada, see `@Override` and\n\n```js\n@decorator\n```\n\n    \
                    @indented\n\n<!-- @template -->\n![@picture](x.png) [the plan](https://a/@b)\n";
        assert_eq!(excerpt(text).as_deref(), Some("I agree with @ada, see   and\n the plan"));
        assert_eq!(mentions(text), ["bob", "ada"], "who is quoted is named; code names nobody");
    }

    #[test]
    fn an_answer_right_below_a_quote_is_kept() {
        assert_eq!(excerpt("> why?\nBecause of @eve.").as_deref(), Some("Because of @eve."));
        assert_eq!(mentions("> why @bob?\nBecause of @eve."), ["bob", "eve"]);
    }

    #[test]
    fn a_mail_address_names_nobody() {
        let text =
            "(@ada) ada@example.org @acme/core, @Ada; http://x/@no @dependabot[bot] @2x 'a @b_c.' .@x @";
        assert_eq!(mentions(text), ["ada", "acme/core", "dependabot", "b_c"]);
    }

    #[test]
    fn only_the_beginning_is_kept() {
        assert_eq!(excerpt(&"ä ".repeat(2000)).map(|text| text.chars().count()), Some(999));
        assert_eq!(excerpt(" \n> only a quote\n"), None);
        assert_eq!(excerpt(""), None);
    }

    #[test]
    fn nothing_written_makes_it_panic() {
        use proptest::prelude::*;
        proptest!(|(text in "[>@`~ \n\t<!a-zä/.|*_-]{0,80}", any in any::<String>())| {
            for text in [text, any] {
                excerpt(&text);
                for name in mentions(&text) {
                    prop_assert!(name.starts_with(|first: char| first.is_ascii_alphanumeric()), "{name}");
                }
            }
        });
    }
}
