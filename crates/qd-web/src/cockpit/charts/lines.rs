//! A line: one figure over time, with what is usual for it as a band behind.

use maud::{Markup, html};
use qd_model::words::figure;

use super::{picture, pixels};

const WIDTH: f64 = 190.0;
const HEIGHT: f64 = 64.0;
const EDGE: f64 = 4.0;

/// One figure over time.
pub(in super::super) struct Line {
    pub(in super::super) title: String,
    /// When each value is of, and the value; none where nothing is known, which leaves a gap.
    pub(in super::super) points: Vec<(String, Option<f64>)>,
    /// What is usual: lower and upper.
    pub(in super::super) usual: Option<(f64, f64)>,
    /// Behind a figure: ` h`, `%`.
    pub(in super::super) unit: &'static str,
}

/// A card: the newest value as a figure, and the line that led to it.
pub(in super::super) fn line(of: &Line) -> Markup {
    let told = |value: f64| format!("{}{}", figure(value), of.unit);
    let known: Vec<(&str, f64)> =
        of.points.iter().filter_map(|(when, value)| Some((when.as_str(), (*value)?))).collect();
    let most = known.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let most = of.usual.map_or(most, |(_, upper)| most.max(upper)).max(f64::MIN_POSITIVE);
    let x = |place: usize| {
        EDGE + (WIDTH - 2.0 * EDGE) * place as f64 / (of.points.len().saturating_sub(1)).max(1) as f64
    };
    let y = |value: f64| HEIGHT - EDGE - (HEIGHT - 2.0 * EDGE) * value.clamp(0.0, most) / most;
    let about = match (known.first(), known.last()) {
        (Some((first, began)), Some((last, now))) => {
            format!("{} on {first}, {} on {last}; at most {}", told(*began), told(*now), told(most))
        }
        _ => "nothing is known of it".to_owned(),
    };
    let inside = html! {
        @if let Some((lower, upper)) = of.usual {
            rect.usual x="0" width=(pixels(WIDTH)) y=(pixels(y(upper))) height=(pixels((y(lower) - y(upper)).max(1.5))) {}
        }
        line.axis x1="0" x2=(pixels(WIDTH)) y1=(pixels(HEIGHT - EDGE)) y2=(pixels(HEIGHT - EDGE)) {}
        @for run in runs(&of.points) {
            @if let [(place, value)] = run.as_slice() { circle.point cx=(pixels(x(*place))) cy=(pixels(y(*value))) r="2" {} }
            @else {
                polyline.line points=(run.iter().map(|(place, value)| format!("{},{}", pixels(x(*place)), pixels(y(*value)))).collect::<Vec<_>>().join(" ")) {}
            }
        }
        @if let Some((place, value)) = of.points.iter().enumerate().rev().find_map(|(place, (_, value))| Some((place, (*value)?))) {
            circle.point cx=(pixels(x(place))) cy=(pixels(y(value))) r="3.5" {}
        }
    };
    html! {
        figure.card {
            figcaption { (of.title) br; strong { @match known.last() { Some((_, now)) => (told(*now)), None => "–" } } }
            (picture("chart", WIDTH, HEIGHT, &of.title, &about, &inside))
        }
    }
}

/// What is known without a gap, piece by piece.
fn runs(points: &[(String, Option<f64>)]) -> Vec<Vec<(usize, f64)>> {
    let mut runs = vec![Vec::new()];
    for (place, (_, value)) in points.iter().enumerate() {
        match (value, runs.last_mut()) {
            (Some(value), Some(run)) => run.push((place, *value)),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_a_gap_and_no_nought() {
        let points = [Some(1.0), Some(4.0), None, Some(2.0)];
        let points: Vec<_> =
            points.iter().enumerate().map(|(day, value)| (format!("day {day}"), *value)).collect();
        assert_eq!(runs(&points), [vec![(0, 1.0), (1, 4.0)], vec![(3, 2.0)]]);
        let of = Line { title: "Lead <time>".to_owned(), points, usual: None, unit: " h" };
        let drawn = line(&of).into_string();
        assert!(drawn.contains("Lead &lt;time&gt;") && drawn.contains("2 h on day 3"), "{drawn}");
        let unknown = Line { points: vec![("day 0".to_owned(), None)], ..of };
        assert!(line(&unknown).into_string().contains("nothing is known"));
    }
}
