//! One line to type into, with completion.

use crate::{
    clean::{clean, width},
    keys::Key,
};

/// Longest text that is taken.
const MOST: usize = 500;

/// A line that is being typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// What was typed.
    letters: Vec<char>,
    /// The character that the cursor is on.
    at: usize,
}

impl Line {
    pub(crate) fn of(text: &str) -> Self {
        let letters: Vec<char> = text.chars().take(MOST).collect();
        Self { at: letters.len(), letters }
    }

    pub(crate) fn text(&self) -> String {
        self.letters.iter().collect()
    }

    /// Columns before the cursor.
    pub(crate) fn cursor(&self) -> usize {
        let before: String = self.letters.iter().take(self.at).collect();
        width(&before)
    }

    /// Takes a key; false where it means nothing here.
    pub(crate) fn take(&mut self, key: Key) -> bool {
        match key {
            Key::Char(letter) | Key::Pasted(letter)
                if self.letters.len() < MOST && !clean(&letter.to_string()).is_empty() =>
            {
                self.letters.insert(self.at.min(self.letters.len()), letter);
                self.at += 1;
            }
            Key::Backspace | Key::Ctrl('h') if self.at > 0 => {
                self.at -= 1;
                self.letters.remove(self.at);
            }
            Key::Delete | Key::Ctrl('d') if self.at < self.letters.len() => {
                self.letters.remove(self.at);
            }
            Key::Left | Key::Ctrl('b') => self.at = self.at.saturating_sub(1),
            Key::Right | Key::Ctrl('f') => self.at = (self.at + 1).min(self.letters.len()),
            Key::Home | Key::Ctrl('a') => self.at = 0,
            Key::End | Key::Ctrl('e') => self.at = self.letters.len(),
            Key::Ctrl('u') => {
                self.letters.drain(..self.at);
                self.at = 0;
            }
            Key::Ctrl('k') => self.letters.truncate(self.at),
            Key::Ctrl('w') => {
                let before = self.letters.get(..self.at).unwrap_or_default();
                let words = before.iter().rposition(|letter| *letter != ' ').unwrap_or(0);
                let start = before.iter().take(words).rposition(|letter| *letter == ' ');
                let start = start.map_or(0, |blank| blank + 1);
                self.letters.drain(start..self.at);
                self.at = start;
            }
            _ => return false,
        }
        true
    }
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Who is to deal with the row of this id.
    Delegate(String),
    /// Until when the row of this id may wait.
    Snooze(String),
    /// Why the row of this id need not be dealt with.
    Dismiss(String),
    /// What to do.
    Todo,
    /// By when to do this.
    TodoBy(String),
    /// What to look for, begun at this row or line.
    Search(usize),
}

/// A question at the foot of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prompt {
    pub(crate) purpose: Purpose,
    pub(crate) line: Line,
    /// What may be meant: what is typed, and what it stands for.
    candidates: Vec<(String, String)>,
    /// What was typed before completion began, and which candidate is shown.
    completing: Option<(String, usize)>,
}

impl Prompt {
    pub(crate) fn new(purpose: Purpose, text: &str) -> Self {
        Self { purpose, line: Line::of(text), candidates: Vec::new(), completing: None }
    }

    pub(crate) fn among(mut self, candidates: &[(String, String)]) -> Self {
        self.candidates = candidates.to_vec();
        self
    }

    /// The question.
    pub(crate) fn question(&self) -> &'static str {
        match self.purpose {
            Purpose::Delegate(_) => "delegate to: ",
            Purpose::Snooze(_) => "snooze until (2026-12-01, 3d, 2w): ",
            Purpose::Dismiss(_) => "dismiss because: ",
            Purpose::Todo => "to do: ",
            Purpose::TodoBy(_) => "by when (2026-12-01, 3d; enter for no day): ",
            Purpose::Search(_) => "/",
        }
    }

    /// The candidates that begin with what was typed, by any of their words.
    pub(crate) fn fitting(&self) -> Vec<&(String, String)> {
        let typed = self.completing.as_ref().map_or_else(|| self.line.text(), |(typed, _)| typed.clone());
        let typed = typed.trim().to_lowercase();
        let begins = |text: &str| text.to_lowercase().split(' ').any(|word| word.starts_with(&typed));
        self.candidates
            .iter()
            .filter(|(id, name)| begins(id) || begins(name) || name.to_lowercase().starts_with(&typed))
            .collect()
    }

    /// Takes a key that is neither enter nor escape; false where it means nothing here.
    pub(crate) fn take(&mut self, key: Key) -> bool {
        if !matches!(key, Key::Tab | Key::BackTab) {
            self.completing = None;
            return self.line.take(key);
        }
        let fitting: Vec<String> = self.fitting().into_iter().map(|(id, _)| id.clone()).collect();
        if fitting.is_empty() {
            return false;
        }
        let typed = self.completing.take();
        let place = match (&typed, key) {
            (Some((_, place)), Key::Tab) => (place + 1) % fitting.len(),
            (Some((_, place)), _) => (place + fitting.len() - 1) % fitting.len(),
            (None, _) => 0,
        };
        let typed = typed.map_or_else(|| self.line.text(), |(typed, _)| typed);
        self.line = Line::of(fitting.get(place).map_or("", String::as_str));
        self.completing = Some((typed, place));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Prompt, Purpose};
    use crate::keys::Key;

    #[test]
    fn a_line_is_edited_as_in_a_shell() {
        let mut line = Line::of("kept for good");
        line.take(Key::Ctrl('w'));
        assert_eq!(line.text(), "kept for ");
        line.take(Key::Ctrl('a'));
        line.take(Key::Char('日'));
        assert_eq!((line.text(), line.cursor()), ("日kept for ".to_owned(), 2));
        line.take(Key::Ctrl('k'));
        line.take(Key::Backspace);
        assert_eq!(line.text(), "");
        assert!(!line.take(Key::Backspace));
    }

    #[test]
    fn tab_goes_through_what_fits() {
        let people = [("bo", "Bo Lind"), ("mira", "Mira Bo"), ("ada", "Ada")];
        let people = people.map(|(id, name)| (id.to_owned(), name.to_owned()));
        let mut prompt = Prompt::new(Purpose::Delegate("r".to_owned()), "b").among(&people);
        let mut seen = Vec::new();
        for _ in 0..3 {
            prompt.take(Key::Tab);
            seen.push(prompt.line.text());
        }
        assert_eq!(seen, ["bo", "mira", "bo"]);
    }
}
