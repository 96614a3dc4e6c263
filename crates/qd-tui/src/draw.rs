//! From the state to a screen.

mod pane;
mod table;

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Position, Rect},
    style::{Color, Modifier, Style},
};

use crate::{
    clean::width,
    keys::BINDINGS,
    listing::{Page, TextLine},
    state::{LEAST, Over, State},
};

/// The few styles; without colour each still differs, or says nothing that words do not.
#[derive(Debug, Clone, Copy)]
struct Styles {
    is_coloured: bool,
}

impl Styles {
    fn heading(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    fn faint(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    fn id(self) -> Style {
        self.tinted(Color::Cyan)
    }

    fn fresh(self) -> Style {
        self.tinted(Color::Green).add_modifier(Modifier::BOLD)
    }

    fn bad(self) -> Style {
        self.tinted(Color::Red).add_modifier(Modifier::BOLD)
    }

    fn tinted(self, colour: Color) -> Style {
        if self.is_coloured { Style::new().fg(colour) } else { Style::new() }
    }
}

/// Draws everything, for the size that was last told; what another size has no room for is left out.
pub fn draw(state: &State, frame: &mut Frame<'_>) {
    let mut canvas = Canvas { buffer: frame.buffer_mut(), styles: Styles { is_coloured: state.is_coloured } };
    if state.is_too_small() {
        let least = format!("needs {}×{}", LEAST.0, LEAST.1);
        canvas.line(0, 0, "too small", Style::new());
        canvas.line(0, 1, &least, Style::new());
        return;
    }
    let foot = state.size.1.saturating_sub(1);
    let mut cursor = None;
    canvas.line(0, 0, &state.brief.heading, canvas.styles.heading());
    pages(state, &mut canvas);
    match &state.over {
        Over::Help(top) => pane::text(&mut canvas, 2, foot - 1, &help_lines(state), *top, ""),
        Over::Chooser(chooser) => cursor = Some(pane::chooser(&mut canvas, foot - 1, chooser)),
        Over::Nothing | Over::Prompt(_) => body(state, &mut canvas),
    }
    canvas.line(0, foot - 1, &status(state), canvas.styles.faint());
    if let Over::Prompt(prompt) = &state.over {
        cursor = Some(pane::prompt(&mut canvas, foot, prompt));
    } else {
        last_line(state, &mut canvas, foot);
    }
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

/// The list, and below it what is open, or the selected row in full.
fn body(state: &State, canvas: &mut Canvas<'_>) {
    let parts = state.parts();
    table::table(state, canvas, 2, parts.list);
    let top = 3 + parts.list;
    let end = top + parts.pane;
    if let Some(reading) = &state.reading {
        canvas.rule(top, &format!(" {} ", reading.id));
        pane::text(canvas, top + 1, end, &state.reading_lines(), reading.top, &state.sought);
    } else if let Some(entry) = state.selected().filter(|_| parts.pane > 0) {
        canvas.rule(top, "");
        pane::text(canvas, top + 1, end, &pane::preview(entry, canvas.width()), 0, "");
    }
}

/// The names of the lists, with how many rows each has.
fn pages(state: &State, canvas: &mut Canvas<'_>) {
    let mut at = 0;
    for (place, page) in Page::ALL.into_iter().enumerate() {
        let is_here = state.page == place;
        let count = state.list(page).is_known.then(|| format!(" {}", state.shown(page).len()));
        // Where colour and bold are not seen, the brackets are.
        let (open, close) = if is_here { ('[', ']') } else { (' ', ' ') };
        let name = if canvas.width() < 56 && !is_here { "" } else { page.name() };
        let text = format!("{open}{}{}{name}{}{close}", place + 1, if name.is_empty() { "" } else { " " }, {
            count.unwrap_or_default()
        });
        let style = if is_here { canvas.styles.heading() } else { canvas.styles.faint() };
        at = canvas.line(at, 1, &text, style);
    }
}

/// The counts.
fn status(state: &State) -> String {
    let mut parts = Vec::new();
    if state.list(Page::Brief).is_known {
        let rows = state.shown(Page::Brief).len();
        let rest =
            if state.brief.rest > 0 { format!(" of {}", rows + state.brief.rest) } else { String::new() };
        let noun = if rows + state.brief.rest == 1 { "row" } else { "rows" };
        parts.push(format!("{rows}{rest} {noun}"));
        parts.push(format!("{} held by others", state.list(Page::Others).entries.len()));
        if !state.brief.failed.is_empty() {
            parts.push(format!("not read: {}", state.brief.failed.join(", ")));
        }
    }
    if let Some(label) = &state.filter {
        parts.insert(0, format!("only {} {}", label.kind.name(), label.name));
    }
    if !state.sought.is_empty() {
        parts.insert(0, format!("/{}", state.sought));
    }
    if let Some(busy) = &state.busy {
        parts.insert(0, format!("{busy}..."));
    }
    if !state.brief.as_of.is_empty() {
        parts.push(format!("as of {}", state.brief.as_of));
    }
    parts.join(" · ")
}

/// What was last said, else the most useful keys.
fn last_line(state: &State, canvas: &mut Canvas<'_>, foot: u16) {
    match &state.said {
        Some((said, is_bad)) => {
            let style = if *is_bad { canvas.styles.bad() } else { Style::new() };
            // What is longer than a line covers those above: it is there for one key only.
            let lines = crate::clean::wrap(said, canvas.width());
            let above = u16::try_from(lines.len() - 1).unwrap_or(foot).min(foot / 2);
            for (text, line) in lines.iter().zip(foot - above..=foot) {
                canvas.blank(line);
                canvas.line(0, line, text, style);
            }
        }
        None => {
            let hint = match (&state.over, &state.reading) {
                (Over::Chooser(_), _) => "type to narrow · up down · enter chooses · esc leaves",
                (Over::Help(_), _) => "j k scroll · q closes",
                (_, Some(_)) => {
                    "?:keys j/k:scroll J/K:next row d:done a:answer s:snooze x:dismiss o:open q:close"
                }
                (_, None) => "?:keys enter:explain d:done a:answer s:snooze x:dismiss u:undo /:search q:quit",
            };
            canvas.line(0, foot, hint, canvas.styles.faint());
        }
    }
}

/// The keys, as wide as the screen.
pub(crate) fn help_lines(state: &State) -> Vec<TextLine> {
    let columns = usize::from(state.size.0);
    let room = 24.min(columns / 2);
    let mut lines = vec![TextLine { text: "Keys".to_owned(), is_heading: true }];
    for binding in BINDINGS {
        let names = binding.names(ToString::to_string);
        let gap = " ".repeat(room.saturating_sub(width(&names)).max(1));
        let said = crate::clean::wrap(binding.does, columns.saturating_sub(room).max(8));
        for (place, part) in said.into_iter().enumerate() {
            let text = if place == 0 { format!("{names}{gap}{part}") } else { format!("{:room$}{part}", "") };
            lines.push(TextLine { text, is_heading: false });
        }
    }
    lines
}

/// The cells to draw on.
struct Canvas<'a> {
    buffer: &'a mut Buffer,
    styles: Styles,
}

impl Canvas<'_> {
    fn area(&self) -> Rect {
        self.buffer.area
    }

    fn width(&self) -> usize {
        usize::from(self.area().width)
    }

    /// Writes `text` from column `at` of line `line` on, as far as there is room; the column after it.
    fn line(&mut self, at: u16, line: u16, text: &str, style: Style) -> u16 {
        let area = self.area();
        if line >= area.height || at >= area.width {
            return area.width;
        }
        self.buffer.set_stringn(at, line, text, usize::from(area.width - at), style).0
    }

    /// Makes a line blank again.
    fn blank(&mut self, line: u16) {
        let area = self.area();
        if line < area.height {
            let blank = " ".repeat(usize::from(area.width));
            self.restyle(line, Style::reset());
            self.line(0, line, &blank, Style::reset());
        }
    }

    /// A line across, with `name` at its beginning.
    fn rule(&mut self, line: u16, name: &str) {
        let faint = self.styles.faint();
        let begun = self.line(0, line, "──", faint);
        let named = self.line(begun, line, name, self.styles.id());
        let rest = "─".repeat(self.width().saturating_sub(usize::from(named)));
        self.line(named, line, &rest, faint);
    }

    /// Turns a whole line to another style.
    fn restyle(&mut self, line: u16, style: Style) {
        let area = self.area();
        if line < area.height {
            self.buffer.set_style(Rect::new(0, line, area.width, 1), style);
        }
    }
}

/// Where the cursor of a line that is typed into stands.
fn cursor(columns: usize, before: usize, line: u16) -> Position {
    let column = before.min(columns.saturating_sub(1));
    Position::new(u16::try_from(column).unwrap_or(u16::MAX), line)
}
