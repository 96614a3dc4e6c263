//! Words from outside, made fit for a screen: no control characters, known widths.

use ratatui::{style::Style, text::Span};

/// `text` as one line of visible characters.
///
/// A title may come from anybody who can open an issue. Escape sequences would move the cursor or
/// rename the window, and marks that turn the direction of writing would show an address other than it
/// is; neither reaches the terminal.
#[must_use]
pub(crate) fn clean(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\u{1b}' if rest.peek() == Some(&'[') => {
                rest.next();
                skip_parameters(&mut rest);
            }
            '\u{9b}' => skip_parameters(&mut rest),
            '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => plain.push(' '),
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            other if other.is_control() => {}
            other => plain.push(other),
        }
    }
    plain
}

/// The rest of a control sequence (ECMA-48, 5.4): parameters up to one final byte.
fn skip_parameters(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    while rest.next_if(|next| matches!(next, ' '..='?')).is_some() {}
    rest.next_if(|next| matches!(next, '@'..='~'));
}

/// Columns that `text` takes.
pub(crate) fn width(text: &str) -> usize {
    // Nearly all that is measured is plain letters, and an explanation has ten thousand words of them.
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain { text.len() } else { Span::raw(text).width() }
}

/// `text` in lines of at most `most` columns, broken between words, or within one that is longer than
/// a line; those after the first begin with as many blanks as the text does.
pub(crate) fn wrap(text: &str, most: usize) -> Vec<String> {
    let most = most.max(1);
    if text.len() <= most && width(text) <= most {
        return vec![text.to_owned()];
    }
    let blanks = text.chars().take_while(|character| *character == ' ').count();
    let indent = " ".repeat(blanks.min(most / 2));
    let mut lines = Vec::new();
    let (mut line, mut used) = (indent.clone(), indent.len());
    let mut is_begun = false;
    for word in text.trim_start().split(' ') {
        let long = width(word);
        if is_begun && used + 1 + long > most {
            lines.push(std::mem::replace(&mut line, indent.clone()));
            used = indent.len();
        } else if is_begun {
            line.push(' ');
            used += 1;
        }
        is_begun = true;
        if used + long <= most {
            line.push_str(word);
            used += long;
            continue;
        }
        for letter in Span::raw(word).styled_graphemes(Style::new()) {
            let wide = width(letter.symbol);
            if used + wide > most && used > indent.len() {
                lines.push(std::mem::replace(&mut line, indent.clone()));
                used = indent.len();
            }
            line.push_str(letter.symbol);
            used += wide;
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::{clean, width, wrap};

    #[test]
    fn sequences_and_turns_of_direction_are_left_out() {
        let hostile = "a\u{1b}[31mred\u{1b}[0m\u{7} \u{1b}]0;title\u{7}b\u{202e}c\u{9b}2Jd\r\ne";
        assert_eq!(clean(hostile), "ared ]0;titlebcd  e");
    }

    #[test]
    fn lines_are_as_wide_as_they_look() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("日本語テスト", 5), ["日本", "語テ", "スト"]);
        assert_eq!(wrap("  indented words", 10), ["  indented", "  words"]);
        assert_eq!(wrap("", 5), [""]);
        assert!(wrap(&"x".repeat(1000), 7).iter().all(|line| width(line) <= 7));
    }
}
