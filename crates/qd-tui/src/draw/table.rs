//! The rows of a list, a line each.

use ratatui::style::Style;

use super::Canvas;
use crate::{clean::width, listing::Entry, state::State};

/// Widths of the columns, as wide as the widest of what they hold.
struct Columns {
    id: usize,
    age: usize,
    price: usize,
    minutes: usize,
}

/// Fewest columns of a screen that has room for prices; below it the preview tells them.
const ROOMY: usize = 60;

impl Columns {
    fn of(rows: &[&Entry], screen: usize) -> Self {
        let widest = |head: &str, of: fn(&Entry) -> &str, most: usize| {
            let widest = rows.iter().map(|row| width(of(row))).max().unwrap_or(0);
            if widest == 0 { 0 } else { widest.max(head.len()).min(most) }
        };
        let is_roomy = screen >= ROOMY;
        Self {
            id: widest("id", |row| &row.id, 8),
            age: widest("age", |row| &row.age, 5),
            price: if is_roomy { widest("a day", |row| &row.price, 12) } else { 0 },
            minutes: if is_roomy { widest("min", |row| &row.minutes, 4) } else { 0 },
        }
    }
}

/// Draws the list: its columns' names at line `top`, and `lines` rows below.
pub(super) fn table(state: &State, canvas: &mut Canvas<'_>, top: u16, lines: u16) {
    if lines == 0 {
        return;
    }
    let shown = state.shown(state.page());
    let at = state.at(shown.len());
    let height = usize::from(lines);
    // The selected row stays in the middle where there is something to either side.
    let first = at.saturating_sub(height / 2).min(shown.len().saturating_sub(height));
    let rows = shown.get(first..).unwrap_or_default();
    let rows = rows.get(..height).unwrap_or(rows);
    if rows.is_empty() {
        canvas.line(1, top + 1, nothing(state), Style::new());
        return;
    }
    let columns = Columns::of(&shown, canvas.width());
    head(canvas, top, &columns);
    for (place, (row, line)) in rows.iter().zip(top + 1..).enumerate() {
        let is_selected = first + place == at;
        entry(canvas, line, row, &columns, is_selected);
    }
}

fn nothing(state: &State) -> &'static str {
    let list = state.list(state.page());
    match (list.is_known, list.entries.is_empty()) {
        (false, _) => "...",
        (true, true) => state.page().empty(),
        (true, false) => "No row fits the filter; esc shows all.",
    }
}

fn head(canvas: &mut Canvas<'_>, line: u16, columns: &Columns) {
    let faint = canvas.styles.faint();
    let mut at = 6;
    for (name, room, is_left) in [
        ("id", columns.id, true),
        ("age", columns.age, false),
        ("a day", columns.price, false),
        ("min", columns.minutes, false),
    ] {
        at = cell(canvas, at, line, name, room, is_left, faint);
    }
    canvas.line(at, line, "what", faint);
}

fn entry(canvas: &mut Canvas<'_>, line: u16, row: &Entry, columns: &Columns, is_selected: bool) {
    let plain = Style::new();
    let (id, new) = (canvas.styles.id(), canvas.styles.fresh());
    canvas.line(0, line, if is_selected { ">" } else { " " }, plain);
    let rank = row.rank.map(|rank| rank.to_string()).unwrap_or_default();
    canvas.line(1, line, &format!("{rank:>3}"), plain);
    canvas.line(4, line, if row.is_new { "*" } else { " " }, new);
    let mut at = cell(canvas, 6, line, &row.id, columns.id, true, id);
    at = cell(canvas, at, line, &row.age, columns.age, false, plain);
    at = cell(canvas, at, line, &row.price, columns.price, false, plain);
    at = cell(canvas, at, line, &row.minutes, columns.minutes, false, plain);
    let room = canvas.width().saturating_sub(usize::from(at));
    canvas.line(at, line, &row.title, plain);
    if width(&row.title) > room && room > 1 {
        canvas.line(canvas.area().width - 1, line, "…", plain);
    }
    if is_selected {
        canvas.restyle(line, canvas.styles.selected());
    }
}

/// Writes into a column of `room` cells and a blank; the column after it.
fn cell(
    canvas: &mut Canvas<'_>,
    at: u16,
    line: u16,
    text: &str,
    room: usize,
    is_left: bool,
    style: Style,
) -> u16 {
    if room == 0 {
        return at;
    }
    let after = at.saturating_add(u16::try_from(room + 1).unwrap_or(u16::MAX));
    let blanks = if is_left { 0 } else { room.saturating_sub(width(text)) };
    let start = at.saturating_add(u16::try_from(blanks).unwrap_or(0));
    let area = canvas.area();
    if start < area.width && line < area.height {
        let room = room.saturating_sub(blanks).min(usize::from(area.width - start));
        canvas.buffer.set_stringn(start, line, text, room, style);
    }
    after
}
