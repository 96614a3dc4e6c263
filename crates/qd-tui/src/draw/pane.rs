//! What stands below the list: the selected row in full, an explanation, a question, a choice.

use ratatui::{layout::Position, style::Style};

use super::{Canvas, cursor};
use crate::{
    choose::Chooser,
    clean::{width, wrap},
    listing::{Entry, TextLine},
    prompt::Prompt,
};

/// The selected row in full.
pub(super) fn preview(entry: &Entry, columns: usize) -> Vec<TextLine> {
    let asks = if entry.asks.is_empty() { String::new() } else { format!("→ {}", entry.asks) };
    let parts = [(&entry.title, true), (&entry.small, false), (&asks, false)];
    parts
        .into_iter()
        .filter(|(text, _)| !text.is_empty())
        .flat_map(|(text, is_heading)| {
            wrap(text, columns).into_iter().map(move |text| TextLine { text, is_heading })
        })
        .collect()
}

/// Draws `lines` from the one numbered `top` on, at the screen's lines from `begin` to before `end`.
pub(super) fn text(
    canvas: &mut Canvas<'_>,
    begin: u16,
    end: u16,
    lines: &[TextLine],
    top: usize,
    sought: &str,
) {
    let height = usize::from(end.saturating_sub(begin));
    let top = top.min((lines.len() + 1).saturating_sub(height));
    let sought = sought.to_lowercase();
    for (line, at) in lines.iter().skip(top).zip(begin..end) {
        let style = if line.is_heading { canvas.styles.heading() } else { Style::new() };
        canvas.line(0, at, &line.text, style);
        if !sought.is_empty() && line.text.to_lowercase().contains(&sought) {
            canvas.restyle(at, canvas.styles.selected());
        }
    }
}

/// Draws a question; where its cursor is.
pub(super) fn prompt(canvas: &mut Canvas<'_>, line: u16, prompt: &Prompt) -> Position {
    let question = prompt.question();
    // A narrow screen keeps room for the answer.
    let most = canvas.width() / 2;
    let question = if width(question) > most && canvas.width() < 60 { "> " } else { question };
    let begin = canvas.line(0, line, question, canvas.styles.heading());
    let room = canvas.width().saturating_sub(usize::from(begin)).max(1);
    let (text, before) = (prompt.line.text(), prompt.line.cursor());
    // What is typed beyond the edge pushes its beginning out.
    let skipped = (before + 1).saturating_sub(room);
    let mut passed = 0;
    let visible: String = text
        .chars()
        .skip_while(|letter| {
            let is_out = passed < skipped;
            passed += width(&letter.to_string());
            is_out
        })
        .collect();
    let after = canvas.line(begin, line, &visible, Style::new());
    let names: Vec<String> = prompt.fitting().iter().map(|(id, name)| format!("{id} ({name})")).collect();
    canvas.line(after.saturating_add(2), line, &names.join(" · "), canvas.styles.faint());
    cursor(canvas.width(), usize::from(begin) + before - skipped.min(before), line)
}

/// Draws what the rows can be narrowed by; where the cursor is.
pub(super) fn chooser(canvas: &mut Canvas<'_>, end: u16, chooser: &Chooser) -> Position {
    let question = "show only: ";
    let typed = canvas.line(0, 2, question, canvas.styles.heading());
    canvas.line(typed, 2, &chooser.typed.text(), Style::new());
    let fitting = chooser.fitting();
    if fitting.is_empty() {
        canvas.line(2, 3, "nothing fits", canvas.styles.faint());
    }
    let height = usize::from(end.saturating_sub(3));
    let first = chooser.at().saturating_sub(height / 2).min(fitting.len().saturating_sub(height));
    for ((place, choice), line) in fitting.iter().enumerate().skip(first).zip(3..end) {
        let text = match choice {
            None => "everything".to_owned(),
            Some((label, count)) => format!("{}: {} ({count})", label.kind.name(), label.name),
        };
        let is_chosen = place == chooser.at();
        canvas.line(0, line, if is_chosen { ">" } else { " " }, Style::new());
        canvas.line(2, line, &text, Style::new());
        if is_chosen {
            canvas.restyle(line, canvas.styles.selected());
        }
    }
    cursor(canvas.width(), width(question) + chooser.typed.cursor(), 2)
}
