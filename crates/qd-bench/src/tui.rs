//! How long a key takes in `quarterdeck tui`: from the key to the finished screen, without a terminal.

use std::{fmt::Write as _, time::Instant};

use anyhow::Context;
use qd_tui::{Entry, Event, Key, Kind, Label, Listing, State, TextLine, draw, update};
use ratatui::{Terminal, backend::TestBackend};
use serde::Serialize;

/// The screens measured: columns and lines.
const SIZES: [(u16, u16); 2] = [(80, 24), (200, 60)];
/// What a reader presses in one round: through the rows, an explanation, a search, a filter, a page on.
const ROUND: &str =
    "jjjjjJK\u{4}\u{15}Ggjj\njjjj\u{4}\u{4}G/fact 7\nnnqq/row 400\nnNf\u{1b}fperson 7\n\u{1b}2134?jq1";
/// Lines of a made explanation.
const LINES: usize = 400;

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Report {
    rows: usize,
    screens: Vec<Measure>,
}

/// The times of one screen, in milliseconds.
#[derive(Debug, Clone, Serialize)]
struct Measure {
    columns: u16,
    lines: u16,
    keys: usize,
    p50: f64,
    p99: f64,
    max: f64,
}

/// Presses the keys of so many rounds over a brief of so many made rows.
pub(crate) fn measure(rows: usize, rounds: usize) -> anyhow::Result<Report> {
    let screens: anyhow::Result<Vec<Measure>> =
        SIZES.into_iter().map(|(columns, lines)| screen(columns, lines, rows, rounds)).collect();
    Ok(Report { rows, screens: screens? })
}

fn screen(columns: u16, lines: u16, rows: usize, rounds: usize) -> anyhow::Result<Measure> {
    let mut terminal = Terminal::new(TestBackend::new(columns, lines))?;
    let mut state = State::new(columns, lines, true);
    update(&mut state, Event::Brief { listing: Box::new(listing(rows)), after: 0 });
    let mut times = Vec::new();
    for key in std::iter::repeat_n(ROUND, rounds.max(1)).flat_map(str::chars).map(key) {
        let start = Instant::now();
        let effects = update(&mut state, Event::Key(key));
        terminal.draw(|frame| draw(&state, frame))?;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        // What the deck would bring: on its own time, and drawn with the next key.
        for effect in effects {
            if let qd_tui::Effect::Explain(id) = effect {
                update(&mut state, Event::Explained(id, Ok(explanation())));
            }
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get(((times.len() - 1) as f64 * share) as usize).copied();
    let (p50, p99, max) =
        at(0.5).zip(at(0.99)).zip(at(1.0)).map(|((a, b), c)| (a, b, c)).context("no key")?;
    Ok(Measure { columns, lines, keys: times.len(), p50, p99, max })
}

fn key(letter: char) -> Key {
    match letter {
        '\n' => Key::Enter,
        '\u{1b}' => Key::Esc,
        '\u{4}' => Key::Ctrl('d'),
        '\u{15}' => Key::Ctrl('u'),
        other => Key::Char(other),
    }
}

/// A made brief; every fifth title is of wide characters.
fn listing(rows: usize) -> Listing {
    let row = |number: usize| {
        let label = |kind, name: String| Label { kind, name };
        let words =
            if number.is_multiple_of(5) { "長い題名の枝" } else { "a branch that nobody touched" };
        Entry {
            id: format!("r{number:05}"),
            rank: Some(number),
            is_new: number.is_multiple_of(7),
            title: format!("row {number}: {words}, and what else is to be said of it in a sentence"),
            asks: "finish it, hand it over, or delete it".to_owned(),
            small: format!("since 2026-01-02 · ~{number} h/day, assumed · 10 min"),
            age: format!("{}d", number % 400),
            price: format!("~EUR {number}"),
            minutes: "10".to_owned(),
            url: Some(format!("https://example.org/{number}")),
            labels: vec![
                label(Kind::Person, format!("Person {}", number % 40)),
                label(Kind::Project, format!("Project {}", number % 20)),
                label(Kind::Repository, format!("repository-{}", number % 60)),
                label(Kind::Duty, format!("duty-{}", number % 30)),
            ],
        }
    };
    let all: Vec<Entry> = (1..=rows).map(row).collect();
    Listing {
        heading: "Monday 2 March 2026, 08:00 · a made company · for Ada".to_owned(),
        others: all.clone(),
        rows: all,
        as_of: "2026-03-02 08:00".to_owned(),
        ..Listing::default()
    }
}

fn explanation() -> Vec<TextLine> {
    let line = |number: usize| TextLine {
        text: format!("  fact {number:<18} {}", "some words of a query or a fact ".repeat(1 + number % 5)),
        is_heading: number.is_multiple_of(20),
    };
    (0..LINES).map(line).collect()
}

impl Report {
    /// For people.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{} rows, explanations of {LINES} lines; milliseconds a key\n", self.rows);
        for measure in &self.screens {
            let Measure { columns, lines, keys, p50, p99, max } = measure;
            let _ = writeln!(
                text,
                "{columns:>3}×{lines:<2}  {keys} keys  p50 {p50:.2}  p99 {p99:.2}  max {max:.2}"
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::measure;

    #[test]
    fn every_key_is_measured() {
        let report = measure(50, 1).expect("it runs in memory");
        assert_eq!(report.screens.len(), 2);
        assert!(report.screens.iter().all(|screen| screen.keys > 60 && screen.max >= screen.p50));
    }
}
