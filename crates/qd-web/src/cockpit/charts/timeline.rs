//! A timeline: spans of days below one another, with the days that matter across them (Gantt 1910).

use jiff::{ToSpan as _, Unit, civil::Date};
use maud::{Markup, html};

use super::{fitting, picture, pixels};

const ROW: f64 = 26.0;
const LABEL: f64 = 250.0;
const LENGTH: f64 = 770.0;
const HEAD: f64 = 40.0;
/// Days that are drawn at most; what ends later runs off the edge.
const MOST_DAYS: i32 = 400;

/// One span.
pub(in super::super) struct Span {
    pub(in super::super) label: String,
    pub(in super::super) words: String,
    pub(in super::super) starts: Date,
    pub(in super::super) ends: Date,
    /// A later day up to which it may well take.
    pub(in super::super) perhaps: Option<Date>,
    /// The day that it is promised for: a line across its row.
    pub(in super::super) due: Option<Date>,
    /// `late`, `critical`, or nothing.
    pub(in super::super) class: &'static str,
}

/// A day that matters.
pub(in super::super) struct Mark {
    pub(in super::super) day: Date,
    pub(in super::super) words: String,
    pub(in super::super) class: &'static str,
}

/// Spans below one another.
pub(in super::super) fn timeline(title: &str, spans: &[Span], marks: &[Mark]) -> Markup {
    let days = || {
        spans
            .iter()
            .flat_map(|span| [Some(span.starts), Some(span.ends), span.perhaps, span.due])
            .flatten()
            .chain(marks.iter().map(|mark| mark.day))
    };
    let (Some(first), Some(last)) = (days().min(), days().max()) else { return html! {} };
    let all = between(first, last).clamp(7, MOST_DAYS);
    let x = |day: Date| LABEL + LENGTH * f64::from(between(first, day).clamp(0, all)) / f64::from(all);
    let height = HEAD + ROW * spans.len() as f64 + 6.0;
    let inside = html! {
        @for month in months(first, last).filter(|month| between(first, *month) <= all) {
            line.axis x1=(pixels(x(month))) x2=(pixels(x(month))) y1="18" y2=(pixels(height)) {}
            @if x(month) < LABEL + LENGTH - 50.0 { text.faint x=(pixels(x(month) + 3.0)) y="12" { (month.strftime("%b %Y")) } }
        }
        @for (row, span) in spans.iter().enumerate() {
            @let top = HEAD + row as f64 * ROW;
            @let (from, to) = (x(span.starts), x(span.ends));
            text.label x="0" y=(pixels(top + 17.0)) { (fitting(&span.label, 36)) }
            g {
                title { (span.label) ": " (span.words) }
                @if let Some(perhaps) = span.perhaps {
                    rect.perhaps x=(pixels(to)) width=(pixels((x(perhaps) - to).max(0.0))) y=(pixels(top + 9.0)) height="8" {}
                }
                rect class={ "bar " (span.class) } x=(pixels(from)) width=(pixels((to - from).max(3.0))) y=(pixels(top + 5.0)) height="16" rx="2" {}
                @if let Some(due) = span.due {
                    line.meant x1=(pixels(x(due))) x2=(pixels(x(due))) y1=(pixels(top + 2.0)) y2=(pixels(top + 24.0)) {}
                }
            }
        }
        @for (place, mark) in marks.iter().enumerate() {
            @let at = x(mark.day);
            @let to_left = at > LABEL + LENGTH - 90.0;
            line class={ "mark " (mark.class) } x1=(pixels(at)) x2=(pixels(at)) y1="26" y2=(pixels(height)) {}
            text class={ "marked " (mark.class) } x=(pixels(if to_left { at - 3.0 } else { at + 3.0 })) y=(if place % 2 == 0 { "24" } else { "36" })
                text-anchor=(if to_left { "end" } else { "start" }) { (mark.words) }
        }
    };
    let about = format!("{} pieces of work, {first} to {last}", spans.len());
    html! {
        div.wide tabindex="0" role="group" aria-label=(title) {
            (picture("chart", LABEL + LENGTH + 12.0, height, title, &about, &inside))
        }
    }
}

fn between(first: Date, last: Date) -> i32 {
    last.since((Unit::Day, first)).map_or(0, |span| span.get_days())
}

/// First days of the months between.
fn months(first: Date, last: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(first.first_of_month().checked_add(1.month()).ok(), |day| {
        day.checked_add(1.month()).ok()
    })
    .take_while(move |day| *day <= last)
    .take(24)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn spans_lie_where_their_days_are() {
        let span = |starts, ends| Span {
            label: "Build".to_owned(),
            words: String::new(),
            starts,
            ends,
            perhaps: None,
            due: None,
            class: "",
        };
        let spans = [span(date(2026, 1, 1), date(2026, 1, 11)), span(date(2026, 1, 11), date(2026, 1, 21))];
        let drawn = timeline("Work", &spans, &[]).into_string();
        assert!(
            drawn.contains("x=\"250\" width=\"385\"") && drawn.contains("x=\"635\" width=\"385\""),
            "{drawn}"
        );
        assert_eq!(timeline("Work", &[], &[]).into_string(), "");
        let far = [span(date(2026, 1, 1), date(9999, 12, 31))];
        assert!(timeline("Work", &far, &[]).into_string().len() < 10_000);
    }
}
