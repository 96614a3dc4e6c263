//! From an event to the next state and what is to be done.

mod asking;
mod moving;

use crate::{
    clean::clean,
    keys::{Command, Key, command},
    listing::{Entry, Listing, Page, TextLine},
    state::{Deed, Effect, Event, Over, Pending, State},
};

/// Takes one event in.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    match event {
        Event::Key(key) => return pressed(state, key),
        Event::Size(columns, lines) => state.size = (columns, lines),
        Event::Brief { listing, after } => return briefed(state, *listing, after),
        Event::List(page, made) => listed(state, page, made),
        Event::Explained(id, explained) => {
            let clean_line = |line: TextLine| TextLine { text: clean(&line.text), ..line };
            let cleaned = explained
                .map(|lines| lines.into_iter().map(clean_line).collect())
                .map_err(|error| clean(&error));
            state.explained.insert(id, cleaned);
        }
        Event::Acted(number, outcome) => acted(state, number, outcome),
        Event::Busy(what) => state.busy = what.map(|what| clean(&what)),
        Event::Said(what) => state.said = Some((clean(&what), false)),
        Event::Failed(what) => state.said = Some((clean(&what), true)),
    }
    Vec::new()
}

/// A new brief takes the place of the old one; the reader stays on the same row where it is still there.
fn briefed(state: &mut State, listing: Listing, after: u64) -> Vec<Effect> {
    // What was new this morning is new until the reader leaves.
    let was_new = |id: &str| state.list(Page::Brief).entries.iter().any(|row| row.is_new && row.id == id);
    let mut rows: Vec<Entry> = listing.rows.iter().cloned().map(Entry::cleaned).collect();
    for row in &mut rows {
        row.is_new |= was_new(&row.id);
    }
    let others = listing.others.iter().cloned().map(Entry::cleaned).collect();
    let words = |texts: &[String]| texts.iter().map(|text| clean(text)).collect();
    state.pending.retain(|pending| pending.number > after);
    state.brief = Listing {
        heading: clean(&listing.heading),
        as_of: clean(&listing.as_of),
        failed: words(&listing.failed),
        problems: words(&listing.problems),
        rows: Vec::new(),
        others: Vec::new(),
        ..listing
    };
    replace(state, Page::Brief, rows);
    replace(state, Page::Others, others);
    if let Some(problem) = state.brief.problems.first() {
        state.said = Some((problem.clone(), true));
    }
    state.busy = None;
    state.explained.clear();
    let mut effects: Vec<Effect> =
        state.reading.iter().map(|reading| Effect::Explain(reading.id.clone())).collect();
    for page in [Page::Unanswered, Page::Todos] {
        if state.page() == page {
            effects.push(Effect::Load(page));
        } else {
            state.list_mut(page).is_known = false;
        }
    }
    effects
}

fn listed(state: &mut State, page: Page, made: Result<Vec<Entry>, String>) {
    match made {
        Ok(entries) => replace(state, page, entries.into_iter().map(Entry::cleaned).collect()),
        Err(error) => state.said = Some((clean(&error), true)),
    }
}

/// Puts rows in the place of others, and the reader on the one they were on.
fn replace(state: &mut State, page: Page, entries: Vec<Entry>) {
    let before = state.shown(page);
    let at = state.list(page).at.min(before.len().saturating_sub(1));
    let selected = before.get(at).map(|entry| entry.id.clone()).unwrap_or_default();
    let list = state.list_mut(page);
    list.entries = entries;
    list.is_known = true;
    let found = state.shown(page).iter().position(|entry| !selected.is_empty() && entry.id == selected);
    state.list_mut(page).at = found.unwrap_or(at);
}

fn acted(state: &mut State, number: u64, outcome: Result<String, String>) {
    let Some(place) = state.pending.iter().position(|pending| pending.number == number) else { return };
    match outcome {
        Ok(said) => {
            let mut said = clean(&said);
            if let Some(pending) = state.pending.get_mut(place) {
                pending.is_done = true;
                let (on, deed) = (pending.on.clone(), pending.deed.clone());
                if !matches!(deed, Deed::Undo | Deed::Unkept | Deed::Todo(_)) {
                    said.push_str(" (u takes it back)");
                    state.undoable.push_back((on, deed));
                }
            }
            state.said = Some((said, false));
        }
        Err(error) => {
            // The row was hidden before its time.
            state.pending.remove(place);
            state.said = Some((clean(&error), true));
        }
    }
}

/// Asks for an action; the row goes away at once.
fn act(state: &mut State, on: String, deed: Deed) -> Vec<Effect> {
    state.number += 1;
    let number = state.number;
    let is_open = state.reading.as_ref().is_some_and(|reading| reading.id == on);
    state.pending.push(Pending { number, on: on.clone(), deed: deed.clone(), is_done: false });
    let mut effects = vec![Effect::Act { number, on, deed }];
    if is_open {
        effects.extend(moving::follow(state));
    }
    effects
}

fn pressed(state: &mut State, key: Key) -> Vec<Effect> {
    if key == Key::Ctrl('c') {
        return vec![Effect::Quit];
    }
    state.said = None;
    match std::mem::take(&mut state.over) {
        Over::Prompt(prompt) => asking::prompted(state, prompt, key),
        Over::Chooser(chooser) => asking::choosing(state, chooser, key),
        Over::Help(top) => moving::helped(state, top, key),
        Over::Nothing => command(key).map_or_else(Vec::new, |command| carry_out(state, command, key)),
    }
}

fn carry_out(state: &mut State, command: Command, key: Key) -> Vec<Effect> {
    use Command as C;
    match command {
        C::Down | C::Up | C::Top | C::Bottom | C::HalfDown | C::HalfUp | C::PageDown | C::PageUp => {
            moving::step(state, command);
        }
        C::NextOpen => return moving::neighbour(state, true),
        C::PreviousOpen => return moving::neighbour(state, false),
        C::Explain => return moving::open(state),
        C::Back => moving::back(state),
        C::NextPage => return moving::turn(state, (state.page + 1) % Page::ALL.len()),
        C::PreviousPage => return moving::turn(state, (state.page + Page::ALL.len() - 1) % Page::ALL.len()),
        C::Page => {
            let Key::Char(digit) = key else { return Vec::new() };
            let place = digit.to_digit(10).and_then(|digit| digit.checked_sub(1)).unwrap_or(0);
            return moving::turn(state, place as usize);
        }
        C::Search => asking::search(state),
        C::NextMatch => moving::find(state, true),
        C::PreviousMatch => moving::find(state, false),
        C::Filter => asking::filter(state),
        C::All => {
            state.is_all = !state.is_all;
            state.busy = Some("making the brief anew".to_owned());
            return vec![Effect::All(state.is_all)];
        }
        C::Done => return done(state),
        C::Answer => return answer(state),
        C::Delegate | C::Snooze | C::Dismiss | C::Todo => asking::ask(state, command),
        C::Undo => return undo(state),
        C::Refresh => {
            state.busy = Some("reading the sources".to_owned());
            return vec![Effect::Refresh];
        }
        C::Browse => return browse(state),
        C::Help => state.over = Over::Help(0),
        C::Quit if state.reading.is_some() => state.reading = None,
        C::Quit => return vec![Effect::Quit],
    }
    Vec::new()
}

/// The id of the selected row, if it can be acted on; says so where it cannot.
fn subject(state: &mut State) -> Option<String> {
    let id = state.selected().map(|entry| entry.id.clone());
    match id {
        Some(id) if !id.is_empty() => return Some(id),
        Some(_) => state.said = Some(("this is done where it was asked: o opens it".to_owned(), true)),
        None => state.said = Some(("no row is selected".to_owned(), true)),
    }
    None
}

fn done(state: &mut State) -> Vec<Effect> {
    let deed = if state.page() == Page::Todos { Deed::Kept } else { Deed::Done };
    subject(state).map_or_else(Vec::new, |id| act(state, id, deed))
}

/// Leaves for the reader's editor where the row is about mail, and says where to answer elsewhere.
fn answer(state: &mut State) -> Vec<Effect> {
    let Some(id) = subject(state) else { return Vec::new() };
    let url = state.selected().and_then(|entry| entry.url.clone()).unwrap_or_default();
    // The scheme of messages (RFC 2392).
    if url.starts_with("mid:") {
        return vec![Effect::Answer(id)];
    }
    let place = if is_web(&url) { "there: o opens it" } else { "where it was asked" };
    state.said = Some((format!("this is no mail: answer {place}"), true));
    Vec::new()
}

fn undo(state: &mut State) -> Vec<Effect> {
    // What was asked for and is not yet carried out comes first: it is the last action too.
    let waiting = state
        .pending
        .iter()
        .rfind(|pending| !pending.is_done && !matches!(pending.deed, Deed::Undo | Deed::Unkept));
    let waiting = waiting.map(|pending| (pending.on.clone(), pending.deed.clone()));
    if waiting.is_some() {
        state.said = Some(("the last action is still being carried out".to_owned(), true));
        return Vec::new();
    }
    match state.undoable.pop_back() {
        Some((id, Deed::Kept)) => act(state, id, Deed::Unkept),
        Some((id, _)) => act(state, id, Deed::Undo),
        None if state.page() == Page::Todos => {
            state.said = Some(("nothing was done here that could be undone".to_owned(), true));
            Vec::new()
        }
        None => subject(state).map_or_else(Vec::new, |id| act(state, id, Deed::Undo)),
    }
}

fn browse(state: &mut State) -> Vec<Effect> {
    let url = state.selected().and_then(|entry| entry.url.clone());
    match url {
        Some(url) if is_web(&url) => vec![Effect::Browse(url)],
        _ => {
            state.said = Some(("this row has no address on the web".to_owned(), true));
            Vec::new()
        }
    }
}

/// True for an address that a browser shows and nothing else: other schemes start programs.
fn is_web(url: &str) -> bool {
    let is_plain = !url.chars().any(|character| character.is_control() || character.is_whitespace());
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_lowercase());
    is_plain && matches!(scheme.as_deref(), Some("http" | "https"))
}
