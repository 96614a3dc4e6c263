//! Charts, drawn on the server: each is a picture with its words, and stands beside the table it is made of.
//!
//! Colours are classes of the style sheet, so that a chart is read in light, in dark and on paper; nothing is told by
//! colour alone. Sizes are pixels; a chart that is wider than its page scrolls in a box of its own.

mod bars;
mod lines;
mod timeline;
mod treemap;

use maud::{Markup, html};

pub(super) use bars::{Bar, bars};
pub(super) use lines::{Line, line};
pub(super) use timeline::{Mark, Span, timeline};
pub(super) use treemap::{Tile, treemap};

/// A picture with its title and its text alternative.
fn picture(class: &str, width: f64, height: f64, title: &str, about: &str, inside: &Markup) -> Markup {
    html! {
        svg class=(class) role="img" aria-label={ (title) ". " (about) } width=(pixels(width)) height=(pixels(height))
            viewBox={ "0 0 " (pixels(width)) " " (pixels(height)) } {
            title { (title) }
            desc { (about) }
            (inside)
        }
    }
}

/// A length, to a tenth of a pixel.
fn pixels(length: f64) -> String {
    let text = format!("{length:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// As much of a text as fits into so many characters.
fn fitting(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
