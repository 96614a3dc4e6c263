//! Questions at the foot of the screen, and what is done with the answers.

use super::{act, moving, subject};
use crate::{
    choose::Chooser,
    keys::{Command, Key},
    listing::{Label, Page},
    prompt::{Prompt, Purpose},
    state::{Deed, Effect, Over, State},
};

/// Asks what an action needs to know.
pub(super) fn ask(state: &mut State, command: Command) {
    if command == Command::Todo {
        state.over = Over::Prompt(Prompt::new(Purpose::Todo, ""));
        return;
    }
    if state.page() == Page::Todos {
        state.said = Some(("an entry of your own list is only done: d".to_owned(), true));
        return;
    }
    let Some(id) = subject(state) else { return };
    let prompt = match command {
        Command::Delegate => Prompt::new(Purpose::Delegate(id), "").among(&state.brief.people),
        Command::Snooze => Prompt::new(Purpose::Snooze(id), "1d"),
        _ => Prompt::new(Purpose::Dismiss(id), ""),
    };
    state.over = Over::Prompt(prompt);
}

/// Asks what to look for.
pub(super) fn search(state: &mut State) {
    let from = moving::position(state);
    state.over = Over::Prompt(Prompt::new(Purpose::Search(from), ""));
}

/// Asks what to narrow by.
pub(super) fn filter(state: &mut State) {
    let chooser = Chooser::of(state.list(state.page()).entries.iter());
    state.over = Over::Chooser(chooser);
}

/// A key while something is asked.
pub(super) fn prompted(state: &mut State, mut prompt: Prompt, key: Key) -> Vec<Effect> {
    match key {
        Key::Esc => {
            if let Purpose::Search(from) = prompt.purpose {
                state.sought.clear();
                go_back(state, from);
            }
            Vec::new()
        }
        Key::Enter => answered(state, prompt),
        key => {
            prompt.take(key);
            if let Purpose::Search(from) = prompt.purpose {
                state.sought = prompt.line.text();
                go_back(state, from);
                if !state.sought.is_empty() {
                    moving::seek(state, from, true);
                }
            }
            state.over = Over::Prompt(prompt);
            Vec::new()
        }
    }
}

fn go_back(state: &mut State, to: usize) {
    match &mut state.reading {
        Some(reading) => reading.top = to,
        None => {
            let page = state.page();
            state.list_mut(page).at = to;
        }
    }
}

fn answered(state: &mut State, prompt: Prompt) -> Vec<Effect> {
    let text = prompt.line.text().trim().to_owned();
    match prompt.purpose {
        Purpose::Search(_) => Vec::new(),
        Purpose::TodoBy(title) => act(state, title, Deed::Todo(Some(text).filter(|text| !text.is_empty()))),
        _ if text.is_empty() => {
            state.said = Some(("nothing was typed, so nothing was done".to_owned(), false));
            Vec::new()
        }
        Purpose::Todo => {
            state.over = Over::Prompt(Prompt::new(Purpose::TodoBy(text), ""));
            Vec::new()
        }
        Purpose::Delegate(id) => act(state, id, Deed::Delegate(text)),
        Purpose::Snooze(id) => act(state, id, Deed::Snooze(text)),
        Purpose::Dismiss(id) => act(state, id, Deed::Dismiss(text)),
    }
}

/// A key while what to narrow by is chosen.
pub(super) fn choosing(state: &mut State, mut chooser: Chooser, key: Key) -> Vec<Effect> {
    match key {
        Key::Esc => {}
        Key::Enter => match chooser.chosen() {
            Some(label) => {
                state.reading = None;
                narrow(state, label);
            }
            None => state.over = Over::Chooser(chooser),
        },
        key => {
            chooser.take(key);
            state.over = Over::Chooser(chooser);
        }
    }
    Vec::new()
}

/// Shows the rows with this label, and keeps the reader on theirs where it is among them.
pub(super) fn narrow(state: &mut State, label: Option<Label>) {
    let selected = state.selected().cloned();
    state.filter = label;
    let page = state.page();
    let place = state.shown(page).iter().position(|entry| Some(*entry) == selected.as_ref());
    state.list_mut(page).at = place.unwrap_or(0);
}
