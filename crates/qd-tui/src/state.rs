//! All that the screen shows, and what comes in and goes out.

use std::collections::{BTreeMap, VecDeque};

use crate::{
    choose::Chooser,
    keys::Key,
    listing::{Entry, Label, Listing, Page, TextLine},
    prompt::Prompt,
};

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// The screen has so many columns and lines.
    Size(u16, u16),
    /// A brief was made, after so many actions.
    Brief {
        /// What it says.
        listing: Box<Listing>,
        /// The number of the last action that it knows of.
        after: u64,
    },
    /// A list was made.
    List(Page, Result<Vec<Entry>, String>),
    /// The row of this id was opened.
    Explained(String, Result<Vec<TextLine>, String>),
    /// The action of this number was carried out, and what it did.
    Acted(u64, Result<String, String>),
    /// Something goes on; none where it ended.
    Busy(Option<String>),
    /// Something is worth saying.
    Said(String),
    /// Something went wrong beside.
    Failed(String),
}

/// What is to be done with a row, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// It is dealt with.
    Done,
    /// This person deals with it.
    Delegate(String),
    /// Not before this day.
    Snooze(String),
    /// It need not be dealt with, for this reason.
    Dismiss(String),
    /// The last action on it is taken back.
    Undo,
    /// An entry of the reader's own list is done.
    Kept,
    /// An entry of the reader's own list is not done after all.
    Unkept,
    /// Something new for that list, and by when.
    Todo(Option<String>),
}

/// What whoever runs the screen is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Leave.
    Quit,
    /// Open the row of this id.
    Explain(String),
    /// Carry out an action.
    Act {
        /// Its number.
        number: u64,
        /// Id of the row, or what is to be done.
        on: String,
        /// What.
        deed: Deed,
    },
    /// Leave the screen for the reader's editor, to answer the row of this id.
    Answer(String),
    /// Make a list.
    Load(Page),
    /// Make the brief with every row by itself, or as it is printed.
    All(bool),
    /// Read the sources.
    Refresh,
    /// Show an address in the browser.
    Browse(String),
}

/// One list, and where the reader is in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct List {
    pub(crate) entries: Vec<Entry>,
    /// Place among the rows that are shown.
    pub(crate) at: usize,
    /// False until it was made.
    pub(crate) is_known: bool,
}

/// The row that is open.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) id: String,
    /// First line that is shown.
    pub(crate) top: usize,
}

/// What lies over the lists.
#[derive(Debug, Clone, Default)]
pub(crate) enum Over {
    /// Nothing.
    #[default]
    Nothing,
    /// A question.
    Prompt(Prompt),
    /// What to narrow by.
    Chooser(Chooser),
    /// The keys, from this line on.
    Help(usize),
}

/// An action whose outcome is not known yet.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(crate) number: u64,
    pub(crate) on: String,
    pub(crate) deed: Deed,
    /// True once it was carried out, and only the next brief is waited for.
    pub(crate) is_done: bool,
}

/// All that the screen shows.
#[derive(Debug, Clone, Default)]
pub struct State {
    pub(crate) size: (u16, u16),
    pub(crate) is_coloured: bool,
    pub(crate) brief: Listing,
    pub(crate) lists: [List; 4],
    pub(crate) page: usize,
    pub(crate) reading: Option<Reading>,
    pub(crate) over: Over,
    pub(crate) filter: Option<Label>,
    pub(crate) sought: String,
    pub(crate) is_all: bool,
    pub(crate) explained: BTreeMap<String, Result<Vec<TextLine>, String>>,
    pub(crate) pending: Vec<Pending>,
    /// What can be taken back, the last one last.
    pub(crate) undoable: VecDeque<(String, Deed)>,
    pub(crate) number: u64,
    pub(crate) busy: Option<String>,
    /// The last thing said, and whether it is bad news.
    pub(crate) said: Option<(String, bool)>,
}

impl State {
    /// A screen of so many columns and lines with nothing on it yet.
    #[must_use]
    pub fn new(columns: u16, lines: u16, is_coloured: bool) -> Self {
        let busy = Some("asking the signals".to_owned());
        Self { size: (columns, lines), is_coloured, busy, ..Self::default() }
    }

    /// True while an action was asked for and not yet carried out.
    #[must_use]
    pub fn is_acting(&self) -> bool {
        self.pending.iter().any(|pending| !pending.is_done)
    }

    pub(crate) fn page(&self) -> Page {
        Page::ALL.get(self.page).copied().unwrap_or(Page::Brief)
    }

    pub(crate) fn list(&self, page: Page) -> &List {
        &self.lists[page.place()]
    }

    pub(crate) fn list_mut(&mut self, page: Page) -> &mut List {
        &mut self.lists[page.place()]
    }

    /// True where the row was acted on and the lists do not know it yet.
    fn is_gone(&self, id: &str) -> bool {
        let hides = |deed: &Deed| !matches!(deed, Deed::Undo | Deed::Unkept | Deed::Todo(_));
        !id.is_empty() && self.pending.iter().any(|pending| pending.on == id && hides(&pending.deed))
    }

    /// The rows of a list that are shown.
    pub(crate) fn shown(&self, page: Page) -> Vec<&Entry> {
        self.list(page)
            .entries
            .iter()
            .filter(|entry| self.filter.as_ref().is_none_or(|label| entry.labels.contains(label)))
            .filter(|entry| !self.is_gone(&entry.id))
            .collect()
    }

    /// Place of the selected row among `count` that are shown.
    pub(crate) fn at(&self, count: usize) -> usize {
        self.list(self.page()).at.min(count.saturating_sub(1))
    }

    /// The selected row.
    pub(crate) fn selected(&self) -> Option<&Entry> {
        let shown = self.shown(self.page());
        shown.get(self.at(shown.len())).copied()
    }

    /// The lines of what is open, as wide as the screen.
    pub(crate) fn reading_lines(&self) -> Vec<TextLine> {
        let Some(reading) = &self.reading else { return Vec::new() };
        let plain = |text: &str| vec![TextLine { text: text.to_owned(), is_heading: false }];
        let lines = match self.explained.get(&reading.id) {
            None => plain("..."),
            Some(Ok(lines)) => lines.clone(),
            Some(Err(error)) => plain(error),
        };
        let width = usize::from(self.size.0);
        let broken = |line: TextLine| {
            let parts = crate::clean::wrap(&line.text, width).into_iter();
            parts.map(move |text| TextLine { text, is_heading: line.is_heading })
        };
        lines.into_iter().flat_map(broken).collect()
    }
}

/// Lines of the parts of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Rows of the list.
    pub(crate) list: u16,
    /// Lines of the pane below it.
    pub(crate) pane: u16,
}

/// Fewest columns and lines that anything can be shown in.
pub(crate) const LEAST: (u16, u16) = (30, 8);
/// Lines of heading, pages, columns' names, status and foot.
const FRAME: u16 = 5;

impl State {
    pub(crate) fn is_too_small(&self) -> bool {
        self.size.0 < LEAST.0 || self.size.1 < LEAST.1
    }

    /// How the screen is divided.
    pub(crate) fn parts(&self) -> Parts {
        let lines = self.size.1.saturating_sub(FRAME);
        let pane = match (&self.reading, self.size.1) {
            (Some(_), ..16) => lines,
            (Some(_), _) => lines - (lines / 4).max(3),
            (None, ..12) => 0,
            (None, 12..20) => 4,
            (None, _) => 6,
        };
        Parts { list: lines.saturating_sub(pane), pane }
    }

    /// Lines that can be scrolled through at a time.
    pub(crate) fn span(&self) -> usize {
        let parts = self.parts();
        let span = match (&self.over, &self.reading) {
            (Over::Help(_), _) => self.size.1.saturating_sub(3),
            // The pane begins with a rule.
            (_, Some(_)) => parts.pane.saturating_sub(1),
            (_, None) => parts.list,
        };
        usize::from(span).max(1)
    }
}
