//! Bars: amounts side by side, each with what was meant.

use maud::{Markup, html};

use super::{fitting, picture, pixels};

const ROW: f64 = 26.0;
const LABEL: f64 = 150.0;
const LENGTH: f64 = 320.0;
const WORDS: f64 = 130.0;

/// One bar.
pub(in super::super) struct Bar {
    pub(in super::super) label: String,
    pub(in super::super) value: f64,
    /// What was meant, or what there is: a line across the bar.
    pub(in super::super) mark: Option<f64>,
    /// The value as words.
    pub(in super::super) words: String,
}

/// Bars below one another, all to one scale.
pub(in super::super) fn bars(title: &str, about: &str, all: &[Bar]) -> Markup {
    let most = all.iter().flat_map(|bar| [Some(bar.value), bar.mark]).flatten().fold(0.0, f64::max);
    if most <= 0.0 {
        return html! {};
    }
    let long = |value: f64| value.max(0.0) / most * LENGTH;
    let inside = html! {
        @for (row, bar) in all.iter().enumerate() {
            @let top = row as f64 * ROW;
            text.label x=(pixels(LABEL - 10.0)) y=(pixels(top + 17.0)) text-anchor="end" { (fitting(&bar.label, 20)) }
            rect.bar x=(pixels(LABEL)) y=(pixels(top + 5.0)) width=(pixels(long(bar.value))) height="16" rx="2" {}
            @if let Some(mark) = bar.mark {
                @let at = LABEL + long(mark);
                line.meant x1=(pixels(at)) x2=(pixels(at)) y1=(pixels(top + 2.0)) y2=(pixels(top + 24.0)) {}
            }
            @let end = LABEL + long(bar.value.max(bar.mark.unwrap_or_default())) + 8.0;
            text x=(pixels(end)) y=(pixels(top + 17.0)) { (bar.words) }
        }
    };
    let height = ROW * all.len() as f64;
    html! { div.wide tabindex="0" role="group" aria-label=(title) { (picture("chart", LABEL + LENGTH + WORDS, height, title, about, &inside)) } }
}
