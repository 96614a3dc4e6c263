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
    /// First and last day of each of its parts, in order: one, unless it is put down in between.
    pub(in super::super) parts: Vec<(Date, Date)>,
    /// A later day up to which it may well take.
    pub(in super::super) perhaps: Option<Date>,
    /// The day that it is promised for: a line across its row.
    pub(in super::super) due: Option<Date>,
    /// `late`, `critical`, or nothing.
    pub(in super::super) class: &'static str,
}

/// A day that matters: a line where it begins.
pub(in super::super) struct Mark {
    pub(in super::super) day: Date,
    pub(in super::super) words: String,
    pub(in super::super) class: &'static str,
}

/// Spans below one another.
pub(in super::super) fn timeline(title: &str, spans: &[Span], marks: &[Mark]) -> Markup {
    let ends = |span: &Span| {
        span.parts.iter().map(|part| part.1).chain(span.perhaps).chain(span.due).collect::<Vec<_>>()
    };
    let starts = spans.iter().flat_map(|span| span.parts.iter().map(|part| part.0));
    let days: Vec<Date> =
        starts.chain(spans.iter().flat_map(ends)).chain(marks.iter().map(|mark| mark.day)).collect();
    let (Some(&first), Some(&last)) = (days.iter().min(), days.iter().max()) else { return html! {} };
    let all = (between(first, last) + 1).clamp(7, MOST_DAYS);
    let x = |day: Date| LABEL + LENGTH * f64::from(between(first, day).clamp(0, all)) / f64::from(all);
    let after = |day: Date| x(day.tomorrow().unwrap_or(day));
    let height = HEAD + ROW * spans.len() as f64 + 6.0;
    let inside = html! {
        @for month in months(first, last).filter(|month| between(first, *month) <= all) {
            line.axis x1=(pixels(x(month))) x2=(pixels(x(month))) y1="18" y2=(pixels(height)) {}
            @if x(month) < LABEL + LENGTH - 50.0 { text.faint x=(pixels(x(month) + 3.0)) y="12" { (month.strftime("%b %Y")) } }
        }
        @for (row, span) in spans.iter().enumerate() {
            @let top = HEAD + row as f64 * ROW;
            @let end = span.parts.last().map_or(LABEL, |part| after(part.1));
            text.label x="0" y=(pixels(top + 17.0)) { (fitting(&span.label, 36)) }
            g {
                title { (span.label) ": " (span.words) }
                @if let Some(perhaps) = span.perhaps {
                    rect.perhaps x=(pixels(end)) width=(pixels((after(perhaps) - end).max(0.0))) y=(pixels(top + 9.0)) height="8" {}
                }
                @for pair in span.parts.windows(2) {
                    @let (down, up) = (after(pair[0].1), x(pair[1].0));
                    rect.pause x=(pixels(down)) width=(pixels((up - down).max(0.0))) y=(pixels(top + 12.0)) height="2" {}
                }
                @for &(from, to) in &span.parts {
                    @let (from, to) = (x(from), after(to));
                    rect class={ "bar " (span.class) } x=(pixels(from)) width=(pixels((to - from).max(3.0))) y=(pixels(top + 5.0)) height="16" rx="2" {}
                }
                @if let Some(due) = span.due {
                    line.meant x1=(pixels(after(due))) x2=(pixels(after(due))) y1=(pixels(top + 2.0)) y2=(pixels(top + 24.0)) {}
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
        let span = |parts: &[(Date, Date)]| Span {
            label: "Build".to_owned(),
            words: String::new(),
            parts: parts.to_vec(),
            perhaps: None,
            due: None,
            class: "",
        };
        let day = |day| date(2026, 1, day);
        let spans = [span(&[(day(1), day(10))]), span(&[(day(11), day(12)), (day(17), day(20))])];
        let drawn = timeline("Work", &spans, &[]).into_string();
        assert!(drawn.contains("class=\"bar \" x=\"250\" width=\"385\""), "{drawn}");
        // Put down for four days: two bars, and a line between them.
        for lies in [
            "bar \" x=\"635\" width=\"77\"",
            "pause\" x=\"712\" width=\"154\"",
            "bar \" x=\"866\" width=\"154\"",
        ] {
            assert!(drawn.contains(lies), "{lies} {drawn}");
        }
        assert_eq!(timeline("Work", &[], &[]).into_string(), "");
        let far = [span(&[(date(2026, 1, 1), date(9999, 12, 31))])];
        assert!(timeline("Work", &far, &[]).into_string().len() < 10_000);
    }
}
