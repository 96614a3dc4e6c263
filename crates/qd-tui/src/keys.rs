//! The keys and what they do: the one table from which the program, its help and the docs come.

use std::fmt::Write as _;

/// A key as it was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A letter, digit or sign.
    Char(char),
    /// A character that was pasted: typed into a question, and never a command.
    Pasted(char),
    /// A letter with the control key.
    Ctrl(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tabulator.
    Tab,
    /// Tabulator with the shift key.
    BackTab,
    /// Deletes the character before the cursor.
    Backspace,
    /// Deletes the character under the cursor.
    Delete,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// To the beginning.
    Home,
    /// To the end.
    End,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
}

/// What a key is pressed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// One row, or line, down.
    Down,
    /// One row, or line, up.
    Up,
    /// To the first.
    Top,
    /// To the last.
    Bottom,
    /// Half a page down.
    HalfDown,
    /// Half a page up.
    HalfUp,
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
    /// Open the row.
    Explain,
    /// The next row, opened as well.
    NextOpen,
    /// The row before, opened as well.
    PreviousOpen,
    /// Out of what is open.
    Back,
    /// The next list.
    NextPage,
    /// The list before.
    PreviousPage,
    /// The list with that number.
    Page,
    /// Look for words.
    Search,
    /// The next place with them.
    NextMatch,
    /// The place before.
    PreviousMatch,
    /// Show some rows only.
    Filter,
    /// Every row by itself, or as in the brief.
    All,
    /// It is dealt with.
    Done,
    /// Write an answer.
    Answer,
    /// Somebody else deals with it.
    Delegate,
    /// Not now.
    Snooze,
    /// It need not be dealt with.
    Dismiss,
    /// Take back.
    Undo,
    /// Write something on the list.
    Todo,
    /// Read the sources.
    Refresh,
    /// Open the row's address.
    Browse,
    /// Show the keys.
    Help,
    /// Leave.
    Quit,
}

/// Keys that do the same thing.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The keys.
    pub keys: &'static [Key],
    /// What they are pressed for.
    pub command: Command,
    /// The same in words.
    pub does: &'static str,
}

const fn bind(keys: &'static [Key], command: Command, does: &'static str) -> Binding {
    Binding { keys, command, does }
}

/// All keys, in the order in which they are explained.
pub const BINDINGS: &[Binding] = &[
    bind(&[Key::Char('j'), Key::Down], Command::Down, "next row; in an explanation, next line"),
    bind(&[Key::Char('k'), Key::Up], Command::Up, "row before; in an explanation, line before"),
    bind(&[Key::Char('g'), Key::Home], Command::Top, "first row or line"),
    bind(&[Key::Char('G'), Key::End], Command::Bottom, "last row or line"),
    bind(&[Key::Ctrl('d')], Command::HalfDown, "half a page down"),
    bind(&[Key::Ctrl('u')], Command::HalfUp, "half a page up"),
    bind(&[Key::PageDown, Key::Ctrl('f'), Key::Char(' ')], Command::PageDown, "a page down"),
    bind(&[Key::PageUp, Key::Ctrl('b')], Command::PageUp, "a page up"),
    bind(
        &[Key::Enter, Key::Char('l'), Key::Right],
        Command::Explain,
        "explain the row: its query, facts, price and route",
    ),
    bind(
        &[Key::Esc, Key::Char('h'), Key::Left],
        Command::Back,
        "close the explanation; in a list, end search and filter",
    ),
    bind(&[Key::Char('J')], Command::NextOpen, "next row, explained if this one is"),
    bind(&[Key::Char('K')], Command::PreviousOpen, "row before, explained if this one is"),
    bind(&[Key::Char('d')], Command::Done, "done: it is dealt with (on the list of todos: kept)"),
    bind(
        &[Key::Char('a')],
        Command::Answer,
        "answer: a draft in your editor, kept in your mailbox; of what is no mail, says where",
    ),
    bind(
        &[Key::Char('D')],
        Command::Delegate,
        "delegate: somebody else deals with it; asks who, tab completes",
    ),
    bind(&[Key::Char('s')], Command::Snooze, "snooze: not now; asks until when (2026-12-01, 3d, 2w)"),
    bind(&[Key::Char('x')], Command::Dismiss, "dismiss: it need not be dealt with; asks why not"),
    bind(
        &[Key::Char('u')],
        Command::Undo,
        "undo the last action; without one, what was last done with the row",
    ),
    bind(&[Key::Char('t')], Command::Todo, "put something on the list of todos; asks what, and by when"),
    bind(&[Key::Char('o')], Command::Browse, "open the row's address in the browser"),
    bind(&[Key::Char('/')], Command::Search, "search, in the rows or in the explanation"),
    bind(&[Key::Char('n')], Command::NextMatch, "next match"),
    bind(&[Key::Char('N')], Command::PreviousMatch, "match before"),
    bind(
        &[Key::Char('f')],
        Command::Filter,
        "filter by project, person, repository or duty; typing narrows the choice",
    ),
    bind(&[Key::Char('A')], Command::All, "every row by itself, or folded as in the brief"),
    bind(
        &[Key::Char('1'), Key::Char('2'), Key::Char('3'), Key::Char('4')],
        Command::Page,
        "the brief, what others hold, who waits for an answer, the todos",
    ),
    bind(&[Key::Tab], Command::NextPage, "next of these"),
    bind(&[Key::BackTab], Command::PreviousPage, "the one before"),
    bind(&[Key::Char('r')], Command::Refresh, "read the sources again, in the background"),
    bind(&[Key::Char('?')], Command::Help, "show the keys"),
    bind(
        &[Key::Char('q'), Key::Ctrl('c')],
        Command::Quit,
        "close what is open, or leave; ctrl-c always leaves",
    ),
];

/// What a key is pressed for.
pub(crate) fn command(key: Key) -> Option<Command> {
    BINDINGS.iter().find(|binding| binding.keys.contains(&key)).map(|binding| binding.command)
}

impl std::fmt::Display for Key {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self {
            Self::Char(' ') => "space",
            Self::Char(character) | Self::Pasted(character) => return out.write_char(*character),
            Self::Ctrl(character) => return write!(out, "ctrl-{character}"),
            Self::Enter => "enter",
            Self::Esc => "esc",
            Self::Tab => "tab",
            Self::BackTab => "shift-tab",
            Self::Backspace => "backspace",
            Self::Delete => "delete",
            Self::Up => "up",
            Self::Down => "down",
            Self::Left => "left",
            Self::Right => "right",
            Self::Home => "home",
            Self::End => "end",
            Self::PageUp => "page up",
            Self::PageDown => "page down",
        };
        out.write_str(name)
    }
}

impl Binding {
    /// The keys' names, each made up by `form`.
    pub(crate) fn names(&self, form: impl Fn(&Key) -> String) -> String {
        self.keys.iter().map(form).collect::<Vec<_>>().join(" ")
    }
}

/// The table as Markdown.
#[must_use]
pub fn keys_table() -> String {
    let mut text = "| keys | what they do |\n| --- | --- |\n".to_owned();
    for binding in BINDINGS {
        let _ = writeln!(text, "| {} | {} |", binding.names(|key| format!("`{key}`")), binding.does);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{BINDINGS, keys_table};

    #[test]
    fn no_key_does_two_things() {
        let keys: Vec<_> = BINDINGS.iter().flat_map(|binding| binding.keys).collect();
        for (place, key) in keys.iter().enumerate() {
            assert!(!keys[place + 1..].contains(key), "`{key}` is bound twice");
        }
    }

    #[test]
    fn the_page_about_it_has_the_same_table() {
        let page = include_str!("../../../docs/tui.md");
        assert!(page.contains(&keys_table()), "docs/tui.md should hold:\n\n{}", keys_table());
    }
}
