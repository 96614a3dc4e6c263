//! Going through rows, lines and lists.

use crate::{
    keys::{Command, Key, command},
    listing::Page,
    state::{Effect, Over, Reading, State},
};

/// Where a step leads, among `count` places with `span` of them on the screen.
fn stepped(at: usize, command: Command, count: usize, span: usize) -> usize {
    let last = count.saturating_sub(1);
    match command {
        Command::Down => at + 1,
        Command::Up => at.saturating_sub(1),
        Command::Top => 0,
        Command::Bottom => last,
        Command::HalfDown => at + span.div_ceil(2),
        Command::HalfUp => at.saturating_sub(span.div_ceil(2)),
        Command::PageDown => at + span,
        Command::PageUp => at.saturating_sub(span),
        _ => at,
    }
    .min(last)
}

/// A step: through the lines of what is open, else through the rows.
pub(super) fn step(state: &mut State, command: Command) {
    let span = state.span();
    if state.reading.is_some() {
        // The last line may stand at the foot, not further up.
        let tops = (state.reading_lines().len() + 1).saturating_sub(span).max(1);
        if let Some(reading) = &mut state.reading {
            reading.top = stepped(reading.top.min(tops - 1), command, tops, span);
        }
        return;
    }
    let page = state.page();
    let count = state.shown(page).len();
    let at = state.at(count);
    state.list_mut(page).at = stepped(at, command, count, span);
}

/// A key over the help.
pub(super) fn helped(state: &mut State, top: usize, key: Key) -> Vec<Effect> {
    match command(key) {
        Some(Command::Help | Command::Back | Command::Quit | Command::Explain) => {}
        Some(command) => {
            state.over = Over::Help(top);
            let span = state.span();
            let tops = (crate::draw::help_lines(state).len() + 1).saturating_sub(span).max(1);
            state.over = Over::Help(stepped(top.min(tops - 1), command, tops, span));
        }
        None => state.over = Over::Help(top),
    }
    Vec::new()
}

/// Opens the selected row.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let Some(entry) = state.selected() else { return Vec::new() };
    if entry.id.is_empty() || state.page() == Page::Todos {
        state.said = Some(("all there is to say of it stands below".to_owned(), false));
        return Vec::new();
    }
    let id = entry.id.clone();
    if state.reading.as_ref().is_some_and(|reading| reading.id == id) {
        step(state, Command::PageDown);
        return Vec::new();
    }
    let is_known = state.explained.contains_key(&id);
    state.reading = Some(Reading { id: id.clone(), top: 0 });
    if is_known { Vec::new() } else { vec![Effect::Explain(id)] }
}

/// Opens the row that took the place of one that went away.
pub(super) fn follow(state: &mut State) -> Vec<Effect> {
    state.reading = None;
    open(state)
}

/// The next row or the one before, opened where a row is open.
pub(super) fn neighbour(state: &mut State, is_next: bool) -> Vec<Effect> {
    let was_open = state.reading.take().is_some();
    step(state, if is_next { Command::Down } else { Command::Up });
    if was_open { open(state) } else { Vec::new() }
}

/// Closes what is open; with nothing open, ends search and filter.
pub(super) fn back(state: &mut State) {
    if state.reading.take().is_none() {
        super::asking::narrow(state, None);
        state.sought.clear();
    }
}

/// Another list.
pub(super) fn turn(state: &mut State, place: usize) -> Vec<Effect> {
    state.page = place.min(Page::ALL.len() - 1);
    state.reading = None;
    let page = state.page();
    let has_brief = state.list(Page::Brief).is_known;
    if has_brief && !state.list(page).is_known { vec![Effect::Load(page)] } else { Vec::new() }
}

/// To the next place that holds what is sought.
pub(super) fn find(state: &mut State, is_forward: bool) {
    if state.sought.is_empty() {
        state.said = Some(("nothing is sought: / asks what".to_owned(), false));
        return;
    }
    let from = position(state);
    let count = places(state).len();
    let start = if is_forward { from + 1 } else { from + count.saturating_sub(1) };
    seek(state, start, is_forward);
}

/// Where the reader is: a row, or the first line shown.
pub(super) fn position(state: &State) -> usize {
    match &state.reading {
        Some(reading) => reading.top,
        None => state.at(state.shown(state.page()).len()),
    }
}

/// For each place, whether it holds what is sought.
fn places(state: &State) -> Vec<bool> {
    let sought = state.sought.to_lowercase();
    match &state.reading {
        Some(_) => {
            let lines = state.reading_lines();
            lines.iter().map(|line| line.text.to_lowercase().contains(&sought)).collect()
        }
        None => state.shown(state.page()).iter().map(|entry| entry.holds(&sought)).collect(),
    }
}

/// To the first place from `start` on that holds what is sought, round the end.
pub(super) fn seek(state: &mut State, start: usize, is_forward: bool) {
    let places = places(state);
    let count = places.len().max(1);
    let steps = (0..count).map(|step| if is_forward { start + step } else { start + count - step } % count);
    let found = steps.into_iter().find(|place| places.get(*place) == Some(&true));
    match (found, &mut state.reading) {
        (None, _) => state.said = Some((format!("not found: {}", state.sought), true)),
        (Some(place), Some(reading)) => reading.top = place,
        (Some(place), None) => {
            let page = state.page();
            state.list_mut(page).at = place;
        }
    }
}
